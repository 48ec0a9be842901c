"""What is counted of petitions: how many, told and decided in time, changed in review. Nothing counts people."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.service.declare import Rate
from zhijia.kernel.service.terms import count

from . import rules as r

COUNTS = (
    count("filed", _("Petitions received"), "file"),
    count("named", _("Received with a name"), "file", when=r.is_named),
    count("told_in_time", _("Petitioner told in time"), {"tell", "refuse", "transfer"}, when=r.in_time("told")),
    count("accepted", _("Petitions accepted"), "accept"),
    count("declined", _("Not accepted"), "refuse"),
    count("passed_on", _("Forwarded or transferred"), {"assign", "transfer", "hand_up"}),
    count("opinions", _("Handling opinions served"), "serve_opinion"),
    count("opinions_in_time", _("Handling opinions in time"), "serve_opinion", when=r.in_time("handling")),
    count("proposals", _("Proposals answered"), "answer_proposal"),
    count("reports", _("Complaints dealt with"), "conclude_report"),
    count("reviews", _("Reviews decided"), {"serve_review", "send_back"}),
    count("changed", _("Opinions changed or set aside in review"), {"serve_review", "send_back"}, when=r.was_changed),
    count("concluded", _("Concluded by re-review"), "serve_re_review"),
)  # fmt: skip
RATES = (
    Rate(key="told", title=_("Told in time"), part="told_in_time", whole="named",
         says=_("petitioners told in time ÷ petitions with a name")),
    Rate(key="decided", title=_("Decided in time"), part="opinions_in_time", whole="opinions",
         says=_("handling opinions in time ÷ handling opinions served")),
    Rate(key="changed", title=_("Changed in review"), part="changed", whole="reviews",
         says=_("changed or set aside ÷ reviews decided")),
)  # fmt: skip
