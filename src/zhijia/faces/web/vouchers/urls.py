"""Addresses of vouchers: the worker's pages, an outlet's terminal, the union's desk."""

from django.urls import path

from zhijia.faces.web.scripts import service_worker

from . import outlet, worker
from .desk import conflicts, handed, money, organisers, outlets, overview, programmes, serving, settlements

app_name = "vouchers"
SCRIPT = "web/vouchers/sw.js"
urlpatterns = [
    path("vouchers/", worker.today, name="today"),
    path("vouchers/sw.js", service_worker(SCRIPT), name="sw"),
    path("vouchers/places/", worker.places_page, name="places"),
    path("vouchers/<int:offer>/claim/", worker.claim, name="claim"),
    path("vouchers/<int:offer>/puzzle/", worker.puzzle_of, name="puzzle"),
    path("vouchers/mine/", worker.mine, name="mine"),
    path("vouchers/mine/<int:pk>/", worker.voucher, name="voucher"),
    path("vouchers/mine/<int:pk>/give-back/", worker.give_back, name="give_back"),
    path("outlet/", outlet.entry, name="outlet"),
    path("outlet/sw.js", service_worker(SCRIPT), name="outlet_sw"),
    path("outlet/enrol/", outlet.enrol, name="enrol"),
    path("outlet/leave/", outlet.leave, name="leave"),
    path("outlet/redeem/", outlet.redeem_page, name="redeem"),
    path("outlet/state/", outlet.state, name="state"),
    path("outlet/upload/", outlet.upload, name="upload"),
    path("outlet/settlements/", outlet.settlements, name="statements"),
    path("outlet/settlements/<str:no>/", outlet.answer, name="answer"),
    path("desk/vouchers/", overview.overview, name="desk"),
    path("desk/vouchers/cycles/<slug:no>/", overview.cycle, name="cycle"),
    path("desk/vouchers/programmes/", programmes.programmes, name="programmes"),
    path("desk/vouchers/programmes/new/", programmes.add, name="programme_new"),
    path("desk/vouchers/programmes/<int:pk>/", programmes.programme, name="programme"),
    path("desk/vouchers/programmes/<int:pk>/list/", programmes.listed, name="programme_list"),
    path("desk/vouchers/programmes/<int:pk>/organisers/", organisers.organisers, name="organisers"),
    path("desk/vouchers/outlets/", outlets.outlets, name="outlets"),
    path("desk/vouchers/outlets/new/", outlets.add, name="outlet_new"),
    path("desk/vouchers/outlets/<int:pk>/", outlets.outlet, name="outlet_page"),
    path("desk/vouchers/outlets/<int:pk>/active/", outlets.set_active, name="outlet_active"),
    path("desk/vouchers/outlets/<int:pk>/terminals/", outlets.enrol, name="terminal_new"),
    path("desk/vouchers/terminals/<int:pk>/revoke/", outlets.revoke, name="terminal_revoke"),
    path("desk/vouchers/outlets/<int:pk>/handed/", handed.handed, name="handed"),
    path("desk/vouchers/handed/<int:pk>/take-back/", handed.take_back, name="take_back"),
    path("desk/vouchers/money/", money.money, name="money"),
    path("desk/vouchers/serve/", serving.serve_page, name="serve"),
    path("desk/vouchers/conflicts/", conflicts.conflicts, name="conflicts"),
    path("desk/vouchers/settlements/", settlements.settlements, name="settlements"),
    path("desk/vouchers/settlements/draft/", settlements.draft, name="settlements_draft"),
    path("desk/vouchers/settlements/export/", settlements.export, name="settlements_export"),
]
