"""Serving somebody at the station who has no phone at hand: their number, a meal, and a slip to print or read aloud."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import FieldProblem, Invalid
from zhijia.kernel.ledger.quotas import figures
from zhijia.kernel.org.regions import ancestors
from zhijia.kernel.people.actors import Actor
from zhijia.modules.vouchers.models import Offer, Outlet
from zhijia.modules.vouchers.redeem import Handed
from zhijia.modules.vouchers.serve import serve

from .frame import Typed, number, orgs_for, page, voucher_desk
from .outside import outside_scope

MOST = 200
DONE = frozenset({"used", "again"})


@dataclass(frozen=True)
class Choice:
    """What can be handed out today, with how many are left."""

    offer: Offer
    left: int


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("phone", "name")
def serve_page(request: HttpRequest) -> HttpResponseBase:
    """/desk/vouchers/serve/: POST claims and hands over in one step; the form's key makes it once."""
    return _serve(request) if request.method == "POST" else _show(request)


@voucher_desk
def _show(
    request: HttpRequest, actor: Actor, now: datetime, form: Typed | None = None, handed: Handed | None = None
) -> HttpResponse:
    orgs = [org.pk for org in orgs_for(actor)]
    outlets = list(Outlet.objects.filter(org_id__in=orgs, active=True).order_by("-kind", "id")[:MOST])
    form = form or Typed()
    done = handed is not None and handed.code in DONE
    context = {
        "outlets": outlets, "choices": _choices(outlets, now), "form": form, "handed": handed, "done": done,
        "key": form.values.get("key") if form.problems or (handed and not done) else uuid4().hex,
        "outlet": number(form.values.get("outlet", "")) or 0, "offer": number(form.values.get("offer", "")) or 0,
    }  # fmt: skip
    status = 422 if form.problems else 200 if handed is None or done else 409
    return page(request, actor, now, "serve", context, tab="serve", status=status)


@outside_scope
def _serve(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponseBase:
    typed = request.POST
    offer, outlet = number(typed.get("offer", "")), number(typed.get("outlet", ""))
    problems = []
    if outlet is None or not Outlet.objects.filter(pk=outlet).exists():
        problems.append(FieldProblem("outlet", "required", _("Choose where you are.")))
    if offer is None:
        problems.append(FieldProblem("offer", "required", _("Choose what is handed out.")))
    try:
        if problems or offer is None or outlet is None:
            raise Invalid(*problems)
        handed = serve(
            phone=typed.get("phone", ""), name=typed.get("name", ""), offer_id=offer, outlet_id=outlet,
            key=typed.get("key", ""), actor=actor, now=now,
        )  # fmt: skip
    except Invalid as error:
        return _show(request, form=Typed.wrong(typed, error.problems))
    return _show(request, form=Typed(typed), handed=handed)


def _choices(outlets: list[Outlet], now: datetime) -> list[Choice]:
    """Today's offers that any of these outlets may hand out; two queries."""
    places = {place for outlet in outlets for place in ancestors(outlet.region)}
    today = Offer.objects.filter(Q(region__in=places), day=now.astimezone(CHINA).date()).order_by("region", "id")
    offers = list(today[:MOST])
    left = {f.id: f.room for f in figures(ids=[offer.quota_id for offer in offers])} if offers else {}
    return [Choice(offer, left.get(offer.quota_id, 0)) for offer in offers]
