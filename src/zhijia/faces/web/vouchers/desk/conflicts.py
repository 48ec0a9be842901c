"""What terminals handed out without a network and the platform refused: somebody looks at each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhijia.kernel.base.errors import Invalid, Text
from zhijia.kernel.people.actors import Actor
from zhijia.modules.vouchers import words
from zhijia.modules.vouchers.models import Conflict, Outlet
from zhijia.modules.vouchers.offline import open_conflicts, settle_conflict

from .frame import Typed, number, page, voucher_desk

SHOWN = 50


@dataclass(frozen=True)
class Line:
    """One refused row, in words."""

    conflict: Conflict
    reason: Text


@require_http_methods(["GET", "HEAD", "POST"])
@voucher_desk
def conflicts(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """/desk/vouchers/conflicts/: open ones, newest first; POST settles one with a note."""
    form, chosen = Typed(), None
    if request.method == "POST":
        chosen = number(request.POST.get("conflict", "")) or 0
        try:
            settle_conflict(conflict_id=chosen, note=request.POST.get("note", ""), actor=actor, now=now)
        except Invalid as error:
            form = Typed.wrong(request.POST, error.problems)
        else:
            messages.success(request, _("Looked at. Nothing was paid by it."))
            return redirect("vouchers:conflicts")
    outlets = list(Outlet.objects.values_list("pk", flat=True))
    found = open_conflicts(outlet_ids=outlets, before_id=number(request.GET.get("before", "")), limit=SHOWN + 1)
    context = {
        "lines": _lines(found[:SHOWN]), "older": found[SHOWN - 1].pk if len(found) > SHOWN else None, "form": form,
        "chosen": chosen,
    }  # fmt: skip
    return page(request, actor, now, "conflicts", context, tab="conflicts", status=422 if form.problems else 200)


def _lines(found: Iterable[Conflict]) -> list[Line]:
    return [Line(c, words.REASONS[c.code][0] if c.code in words.REASONS else c.code) for c in found]
