"""Conditions and effects of a settlement: what one outlet handed out in one period, drafted from the redemptions,
confirmed by the merchant, approved by another, paid through the ledger."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import NotFound, Verdict, no, yes
from zhijia.kernel.ledger.sql import rows
from zhijia.kernel.org.models import Org
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.service.context import Ctx
from zhijia.kernel.service.engine import Fired, fire, open_case
from zhijia.kernel.service.prepared import as_platform

from . import accounts
from .models import Outlet, Redemption, Settlement, Terminal

C = Ctx[Settlement]
SERVICE = "voucher_settlement"

_COLLECT = """
WITH freed AS (
  UPDATE vouchers_redemption SET settlement_id = NULL
  WHERE settlement_id = %(case)s AND NOT (outlet_id = %(outlet)s AND day BETWEEN %(first)s AND %(last)s)),
taken AS (
  UPDATE vouchers_redemption SET settlement_id = %(case)s
  WHERE outlet_id = %(outlet)s AND settlement_id IS NULL AND NOT void AND day BETWEEN %(first)s AND %(last)s
  RETURNING fen),
kept AS (
  SELECT fen FROM vouchers_redemption
  WHERE settlement_id = %(case)s AND outlet_id = %(outlet)s AND day BETWEEN %(first)s AND %(last)s)
SELECT count(*), coalesce(sum(fen), 0)::bigint FROM (SELECT fen FROM taken UNION ALL SELECT fen FROM kept) each
"""
"""One statement, whatever the number: all of its parts see the rows as they were before it."""
_BY_CYCLE = """
SELECT o.cycle_id, sum(r.fen)::bigint FROM vouchers_redemption r JOIN vouchers_offer o ON o.id = r.offer_id
WHERE r.settlement_id = %s GROUP BY o.cycle_id ORDER BY o.cycle_id
"""


def draft(c: C) -> None:
    """Whoever drafts it does not approve it."""
    c.facts.drafted_by = c.actor.account_id
    collect(c)


def outlet_fits(c: C) -> Verdict:
    """An outlet that is looked after by this unit or one below it."""
    if c.data.get("outlet") in (None, ""):
        return yes()
    found = Outlet.objects.filter(pk=c.data["outlet"]).values_list("org__lft", flat=True).first()
    unit = c.case.unit if c.case.unit_id else None
    if found is None or not isinstance(unit, Org) or not unit.lft <= found <= unit.rgt:
        return no("outlet", _("There is no such outlet within your reach."))
    return yes()


def days_in_order(c: C) -> Verdict:
    """The last day does not come before the first."""
    first, last = c.data.get("first_day") or c.facts.first_day, c.data.get("last_day") or c.facts.last_day
    return yes() if first <= last else no("last_day", _("The last day is before the first."))


def collect(c: C) -> None:
    """Take in what the outlet handed out on these days and has not been settled, and let go of what does not belong."""
    if c.data.get("outlet"):
        c.facts.outlet_id = int(c.data["outlet"])
    values = {
        "case": c.case.pk, "outlet": c.facts.outlet_id or 0, "first": c.facts.first_day, "last": c.facts.last_day,
    }  # fmt: skip
    with as_platform():
        c.facts.n, c.facts.fen = rows(_COLLECT, values)[0]


def something_owed(c: C) -> Verdict:
    """An empty settlement is dropped, not sent."""
    if c.facts.n:
        return yes()
    return no("nothing_owed", _("Nothing was handed out there on these days."), _("Change outlet or days, or drop it."))


def confirm(c: C) -> None:
    """The merchant agrees: at their own terminal, or an officer says so for them."""
    terminal = c.data.get("terminal")
    if terminal is not None and c.actor.system:
        c.facts.confirmed_by = f"terminal:{int(terminal)}"
    else:
        c.facts.confirmed_by = f"account:{c.actor.account_id}"


def other_person(c: C) -> Verdict:
    """Nobody approves what they drafted, or confirmed in the merchant's name."""
    own = c.actor.account_id == c.facts.drafted_by or c.facts.confirmed_by == f"account:{c.actor.account_id}"
    return no("own_draft", _("Somebody else must approve what you drafted or confirmed.")) if own else yes()


def approve(c: C) -> None:
    """Whoever approves does not pay."""
    c.facts.approved_by = c.actor.account_id


def not_approver(c: C) -> Verdict:
    """Nobody pays what they approved themselves."""
    if c.actor.account_id == c.facts.approved_by:
        return no("own_approval", _("Somebody else must pay what you approved."))
    return yes()


def pay(c: C) -> None:
    """The payment clears what is owed to the outlet, out of the account of each cycle it comes from."""
    with as_platform():
        by_cycle = rows(_BY_CYCLE, [c.case.pk])
    legs = [(accounts.cycle(cycle), -fen) for cycle, fen in by_cycle if fen]
    if c.facts.fen:
        legs.insert(0, (accounts.payable(c.facts.outlet_id or 0), c.facts.fen))
    if legs:
        c.book("vouchers.paid", *legs)


def drop(c: C) -> None:
    """Let go of everything: another settlement may take it in."""
    with as_platform():
        Redemption.objects.filter(settlement_id=c.case.pk).update(settlement=None)
    c.facts.n = c.facts.fen = 0


# --- beside the case --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Owed:
    """What an outlet has handed out and nobody has settled."""

    outlet: Outlet
    n: int
    fen: int


def owed(*, first: date, last: date) -> list[Owed]:
    """Outlets (within what the caller may see) with something to be settled from `first` to `last`; two statements."""
    found = rows(
        "SELECT outlet_id, count(*), sum(fen)::bigint FROM vouchers_redemption "
        "WHERE settlement_id IS NULL AND NOT void AND day BETWEEN %s AND %s GROUP BY 1 ORDER BY 1",
        [first, last],
    )
    outlets = Outlet.objects.in_bulk([row[0] for row in found])
    return [Owed(outlets[outlet], n, fen) for outlet, n, fen in found if outlet in outlets]


def draft_all(*, first: date, last: date, period: str, actor: Actor, now: datetime) -> list[str]:
    """A settlement for each outlet with something owed; returns the numbers of their cases. Once for a period: what
    is in a settlement is not owed to another."""
    return [
        open_case(
            service=SERVICE, actor=actor, now=now, region=each.outlet.region, applicant_id=None,
            data={"outlet": each.outlet.id, "first_day": f"{first}", "last_day": f"{last}", "period": period},
            key=f"{each.outlet.id}:{first}:{last}:{now:%Y%m%d%H%M}",
        ).no
        for each in owed(first=first, last=last)
    ]  # fmt: skip


@dataclass(frozen=True)
class Statement:
    """A settlement as the merchant sees it at the terminal: counts and money, no person."""

    no: str
    state: str
    first_day: date
    last_day: date
    n: int
    fen: int


def statements(*, terminal: Terminal, limit: int = 20) -> list[Statement]:
    """The outlet's settlements that were sent, newest first. For the platform."""
    sent = Settlement.objects.filter(outlet_id=terminal.outlet_id).exclude(case__state="drafted")
    found = sent.select_related("case").order_by("-case_id")[:limit]
    return [Statement(s.case.no, s.case.state, s.first_day, s.last_day, s.n, s.fen) for s in found]


def answer(*, terminal: Terminal, no: str, agreed: bool, remark: str, now: datetime) -> Fired:
    """The merchant agrees to a settlement at the terminal, or says what is wrong. For the platform.

    Raises NotFound for another outlet's, Conflict when it does not wait for an answer, Invalid for a dispute without
    words.
    """
    mine = Settlement.objects.filter(case__no=no, outlet_id=terminal.outlet_id)
    if not mine.exclude(case__state="drafted").exists():
        raise NotFound(_("There is no such settlement."))
    data: dict[str, object] = {"terminal": terminal.id} if agreed else {"reason": remark}
    return fire(no=no, transition="confirm" if agreed else "dispute", actor=Actor.platform(), now=now, data=data)


def verify() -> list[str]:
    """Settlements whose number or sum is not that of their redemptions, and outlets whose payable account is not what
    is handed out and not paid; [] when all is right. For the platform."""
    return [row[0] for row in rows(_WRONG)]


_WRONG = """
SELECT 'settlement ' || s.case_id || ': kept ' || s.n || ' of ' || s.fen || ' fen, found ' || coalesce(r.n, 0) || ' of '
       || coalesce(r.fen, 0)
FROM vouchers_settlement s
LEFT JOIN (SELECT settlement_id, count(*) AS n, sum(fen) AS fen FROM vouchers_redemption GROUP BY 1) r
  ON r.settlement_id = s.case_id
WHERE (s.n, s.fen) <> (coalesce(r.n, 0), coalesce(r.fen, 0))
UNION ALL
SELECT 'outlet ' || o.id || ': payable ' || -coalesce(b.amount, 0) || ', handed out and not paid ' || coalesce(d.fen, 0)
FROM vouchers_outlet o
JOIN ledger_account a ON a.key = 'vouchers.payable:' || o.id
LEFT JOIN (SELECT account_id, sum(amount) AS amount FROM ledger_balance GROUP BY 1) b ON b.account_id = a.id
LEFT JOIN (
  SELECT r.outlet_id, sum(r.fen) AS fen FROM vouchers_redemption r LEFT JOIN cases_case c ON c.id = r.settlement_id
  WHERE NOT r.void AND (c.id IS NULL OR c.state NOT IN ('paid', 'closed')) GROUP BY 1) d ON d.outlet_id = o.id
WHERE coalesce(b.amount, 0) <> -coalesce(d.fen, 0)
ORDER BY 1
"""
