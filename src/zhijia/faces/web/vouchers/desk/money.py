"""Money that unions have for their programmes: what was allotted, what is free."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhijia.kernel.base import money as amounts
from zhijia.kernel.base.errors import FieldProblem, Invalid
from zhijia.kernel.ledger.balances import balances_of, statement
from zhijia.kernel.org.models import Org
from zhijia.kernel.people.actors import Actor, Role
from zhijia.modules.vouchers.accounts import allot, allotted, funds

from .frame import Typed, number, orgs_for, page, voucher_desk
from .roles import LOOK

LEADS = frozenset({Role.LEADER})
LINES = 20


@dataclass(frozen=True)
class Purse:
    """What one union has."""

    org: Org
    given: int
    free: int


@require_http_methods(["GET", "HEAD", "POST"])
@voucher_desk
def money(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """/desk/vouchers/money/: what each union has; POST allots (leaders only). The form's key makes it once."""
    form = Typed()
    if request.method == "POST":
        try:
            _allot(request, actor, now)
        except Invalid as error:
            form = Typed.wrong(request.POST, error.problems)
        else:
            messages.success(request, _("Allotted."))
            return redirect("vouchers:money")
    purses = _purses(orgs_for(actor, LOOK))
    chosen = number(request.GET.get("org", ""))
    shown = next((p.org for p in purses if p.org.pk == chosen), purses[0].org if len(purses) == 1 else None)
    context = {
        "purses": purses, "form": form, "leads": orgs_for(actor, LEADS), "shown": shown,
        "lines": statement(funds(shown.pk), limit=LINES) if shown else [],
        "key": form.values.get("key") or uuid4().hex, "kinds": _kinds(),
    }  # fmt: skip
    return page(request, actor, now, "money", context, tab="money", status=422 if form.problems else 200)


def _allot(request: HttpRequest, actor: Actor, now: datetime) -> None:
    typed, problems, fen = request.POST, list[FieldProblem](), 0
    org = number(typed.get("org", ""))
    if org is None:
        problems.append(FieldProblem("org", "required", _("Choose the union that gets it.")))
    try:
        fen = amounts.fen(typed.get("yuan", ""))
    except ValueError:
        fen = 0
    if fen <= 0:
        problems.append(FieldProblem("yuan", "format", _("Write the amount in digits, for example 50000.")))
    if problems or org is None:
        raise Invalid(*problems)
    allot(org_id=org, fen=fen, key=(typed.get("key") or uuid4().hex)[:40], actor=actor, now=now)


def _purses(orgs: list[Org]) -> list[Purse]:
    """The unions that have an account; one statement."""
    keys = [key(org.pk) for org in orgs for key in (funds, allotted)]
    fen = {b.key: b.fen for b in balances_of(keys)}
    return [
        Purse(org, -fen.get(allotted(org.pk), 0), fen[funds(org.pk)]) for org in orgs if funds(org.pk) in fen
    ]  # fmt: skip


def _kinds() -> dict[str, str]:
    return {
        "union.allotted": _("Allotted"), "vouchers.approved": _("Set aside for a cycle"),
        "vouchers.released": _("Came back from a cycle"),
    }  # fmt: skip
