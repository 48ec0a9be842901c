"""What an outlet handed out, line by line and without any person, and taking one back."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from zhijia.faces.web.pages import before
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, FieldProblem, Invalid, Text
from zhijia.kernel.people.actors import Actor
from zhijia.modules.vouchers.models import Outlet, Redemption
from zhijia.modules.vouchers.programmes import outlet_for
from zhijia.modules.vouchers.redeem import by_code
from zhijia.modules.vouchers.redeem import take_back as undo

from .frame import Typed, day_or, manages, number, page, voucher_desk
from .outside import outside_scope

SHOWN = 50
REASONS: Mapping[str, Text] = {
    "not_received": gettext_lazy("The person did not get it"),
    "mistake": gettext_lazy("It was recorded by mistake"),
    "somebody_else": gettext_lazy("Somebody else used the code"),
    "spoiled": gettext_lazy("It could not be eaten or used"),
}


@require_safe
@voucher_desk
def handed(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """GET /desk/vouchers/outlets/<id>/handed/?day=&code=: newest first; `code` finds one by its eight digits."""
    return _page(request, actor, now, outlet_for(pk))


@require_POST
@outside_scope
def take_back(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponseBase:
    """POST /desk/vouchers/handed/<id>/take-back/: reverse it, with a reason. Nothing of the person is shown."""
    reason = request.POST.get("reason", "")
    outlet = number(request.POST.get("outlet", "")) or 0
    if reason not in REASONS:
        problem = FieldProblem("reason", "required", _("Choose the reason."))
        return _again(request, outlet, Typed.wrong(request.POST, [problem]))
    try:
        undo(redemption_id=pk, reason=reason, actor=actor, now=now)
    except Conflict as error:
        messages.info(request, str(error.reason))
        return redirect("vouchers:handed", pk=outlet)
    messages.success(request, _("Taken back: it is owed no more, and the person may claim anew."))
    return redirect("vouchers:handed", pk=outlet)


def _again(request: HttpRequest, outlet: int, form: Typed) -> HttpResponseBase:
    """The page once more, with what is wrong; it opens the scope itself."""

    @voucher_desk
    def show(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
        return _page(request, actor, now, outlet_for(outlet), form, status=422)

    return show(request)


def _page(
    request: HttpRequest, actor: Actor, now: datetime, outlet: Outlet, form: Typed | None = None, status: int = 200
) -> HttpResponse:
    day = day_or(request.GET.get("day", ""), None)
    code = "".join(request.GET.get("code", "").split())[:20]
    rows = Redemption.objects.filter(outlet=outlet).select_related("offer", "settlement__case", "undoes")
    if code:
        wanted = day or now.astimezone(CHINA).date()
        rows = rows.filter(entitlement_id=by_code(code, region=outlet.region, day=wanted) or 0)
    elif day:
        rows = rows.filter(day=day)
    found = list(before(rows.select_related("offer", "settlement__case", "undone_by"), request)[: SHOWN + 1])
    context = {
        "outlet": outlet, "rows": found[:SHOWN], "older": found[SHOWN - 1].pk if len(found) > SHOWN else None,
        "day": day, "code": code, "reasons": REASONS.items(), "titles": REASONS, "form": form or Typed(),
        "manages": manages(actor, outlet.org), "query": _query(request),
    }  # fmt: skip
    return page(request, actor, now, "handed", context, tab="outlets", status=status)


def _query(request: HttpRequest) -> str:
    kept = request.GET.copy()
    kept.pop("before", None)
    return f"&{kept.urlencode()}" if kept else ""


__all__ = ["Invalid", "handed", "take_back"]
