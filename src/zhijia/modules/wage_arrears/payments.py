"""Money: the plan of instalments, what came in and to whom it goes, and a payment that bounced."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.base.money import fen as read_fen
from zhijia.kernel.base.money import share, shown
from zhijia.kernel.deadlines.limitation import midnight
from zhijia.kernel.people.sealed import seal_for

from .books import BOUNCE, PAYMENT, book, recount
from .models import Instalment, InstalmentState, Payment, Way, WorkerClaim
from .rules import C, today

MOST_INSTALMENTS = 60
BY_THE_PAYER = frozenset({Way.BANK, Way.SPECIAL, Way.CASH})
"""Ways of which the payer is the author: such a part payment begins the limitation period anew."""


# --- the plan ---------------------------------------------------------------------------------------------------


def plan_of(text: str) -> list[tuple[date, int]]:
    """The instalments as they were typed, one a line: "2026-12-20 30000". Raises ValueError."""
    plan = []
    for day, amount in _pairs(text):
        fen = read_fen(amount)
        if fen <= 0:
            raise ValueError(amount)
        plan.append((date.fromisoformat(day), fen))
    if not 0 < len(plan) <= MOST_INSTALMENTS:
        raise ValueError("no instalment")
    return plan


def plan_fits(c: C) -> Verdict:
    """Days in order, from today on; together not more than is still owed."""
    try:
        plan = plan_of(c.data["instalments"])
    except ValueError:
        return no("instalments", _("Write one instalment a line, day and amount: 2026-12-20 30000."))
    days = [day for day, _fen in plan]
    if days != sorted(set(days)) or days[0] < today(c):
        return no("instalments", _("Write the days in order, each once, from today on."))
    left, sum_ = c.facts.owed - c.facts.recovered, sum(fen for _day, fen in plan)
    if sum_ > left:
        reason = _("The instalments add up to %(sum)s yuan, but only %(left)s are still owed.")
        return no("instalments", reason % {"sum": shown(sum_), "left": shown(left)})
    return yes()


def keep_plan(c: C) -> None:
    """The new plan replaces what is open of an earlier one."""
    known = Instalment.objects.filter(case_id=c.case.pk)
    known.filter(state=InstalmentState.OPEN).update(state=InstalmentState.REPLACED)
    number, reach = known.aggregate(last=Max("no"))["last"] or 0, c.facts.recovered
    rows = []
    for n, (day, fen) in enumerate(plan_of(c.data["instalments"]), number + 1):
        reach += fen
        rows.append(Instalment(case_id=c.case.pk, no=n, due=day, fen=fen, reach=reach))
    Instalment.objects.bulk_create(rows)


def next_due(c: C) -> datetime | None:
    """The day of the first open instalment; None when none is open."""
    due = Instalment.objects.filter(case_id=c.case.pk, state=InstalmentState.OPEN).order_by("due").first()
    return midnight(due.due) if due else None


def _mark_plan(c: C) -> None:
    """An instalment is met as soon as so much was recovered, and open again when it bounced."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE wage_arrears_instalment SET state = CASE WHEN reach <= %(recovered)s THEN 'paid' ELSE 'open' END "
            "WHERE case_id = %(case)s AND state <> 'replaced'",
            {"case": c.case.pk, "recovered": c.facts.recovered},
        )


# --- a payment --------------------------------------------------------------------------------------------------


def payment_fits(c: C) -> Verdict:
    """Some money, not more than is still owed, on a day that has come."""
    fen, left = c.data["fen"], c.facts.owed - c.facts.recovered
    if not fen:
        return no("fen", _("Write how much was paid."))
    if fen > left:
        reason = _(
            "Only %(left)s yuan are still owed. Record no more than that; the rest is not for the workers of this list."
        )
        return no("fen", reason % {"left": shown(left)})
    if c.data["day"] > today(c):
        return no("day", _("This day has not come yet."))
    return yes()


def shares_fit(c: C) -> Verdict:
    """Named shares are of listed workers, add up to the payment, and give nobody more than is owed to them."""
    if not c.data.get("shares"):
        return yes()
    try:
        named = named_shares(c.data["shares"])
    except ValueError:
        return no("shares", _("Write one worker a line, number and amount: 3 1200.50."))
    if sum(named.values()) != c.data["fen"]:
        reason = _("The shares add up to %(sum)s yuan, the payment is %(fen)s.")
        return no("shares", reason % {"sum": shown(sum(named.values())), "fen": shown(c.data["fen"])})
    claims = {w.line: w for w in _open_claims(c)}
    for line, fen in named.items():
        if line not in claims or fen > claims[line].due:
            left = claims[line].due if line in claims else 0
            reason = _("To the worker of line %(line)s only %(left)s yuan are still owed.")
            return no("shares", reason % {"line": line, "left": shown(left)})
    return yes()


def named_shares(text: str) -> dict[int, int]:
    """Line -> fen, as typed one a line: "3 1200.50". Raises ValueError."""
    named: dict[int, int] = {}
    for line, amount in _pairs(text):
        fen = read_fen(amount)
        if not line.isdecimal() or int(line) in named or fen <= 0:
            raise ValueError(line)
        named[int(line)] = fen
    return named


def pay(c: C) -> None:
    """Share the payment out, to the fen: as named, else in proportion to what each is still owed."""
    claims = _open_claims(c)
    named = named_shares(c.data["shares"]) if c.data.get("shares") else None
    parts = [named.get(w.line, 0) for w in claims] if named else share(c.data["fen"], [w.due for w in claims])
    last = Payment.objects.filter(case_id=c.case.pk).aggregate(last=Max("no"))["last"] or 0
    with connection.cursor() as cursor:
        cursor.execute(
            _PAY,
            {
                "case": c.case.pk, "no": last + 1, "day": c.data["day"], "payer": c.data["payer"],
                "way": c.data["paid_how"], "fen": c.data["fen"],
        "evidence": seal_for(Payment, "evidence", c.data.get("proof"), c.case.pk, last + 1),
                "key": book(c, PAYMENT, -c.data["fen"]), "claims": [w.pk for w in claims], "parts": parts,
            },
        )  # fmt: skip
    recount(c)
    _mark_plan(c)


def payment_known(c: C) -> Verdict:
    """There is such a payment, and it has not bounced before."""
    payment = payment_of(c)
    if payment is None:
        return no("payment", _("There is no payment of this number."))
    if payment.bounced_on is not None:
        return no("payment", _("This payment bounced already."))
    return yes()


def bounce(c: C) -> None:
    """The money did not come after all: the entry is taken back by another, and every share with it."""
    payment = payment_of(c)
    if payment is None:  # payment_known ran before
        return
    key = book(c, BOUNCE, payment.fen, memo=f"payment:{payment.no}")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_BACK, {"payment": payment.pk, "day": today(c), "key": key})
    recount(c)
    _mark_plan(c)


def first_payment(c: C) -> bool:
    """Whether this is the first money that came in on the case."""
    return Payment.objects.filter(case_id=c.case.pk).count() == 1


def paid_by_payer(c: C) -> bool:
    """Whether the payer itself paid, and not an authority out of a deposit or a fund."""
    return c.data.get("paid_how") in BY_THE_PAYER


def _open_claims(c: C) -> list[WorkerClaim]:
    """The claims to which money is still owed, in the order of the list."""
    claims = WorkerClaim.objects.filter(case_id=c.case.pk, withdrawn_at=None).order_by("line")
    return [claim for claim in claims if claim.due > 0]


def payment_of(c: C) -> Payment | None:
    """The payment that was named by its number, if there is one."""
    number = c.data.get("payment")
    if number is None or number != int(number) or not 0 < number < 30_000:
        return None
    return Payment.objects.filter(case_id=c.case.pk, no=int(number)).first()


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Two words a line, apart by blanks or a colon of either width. Raises ValueError."""
    for line in text.splitlines():
        words: list[Any] = line.replace("：", " ").replace(":", " ").split()
        if words:
            first, second = words
            yield first, second


_PAY = """
WITH p AS (
  INSERT INTO wage_arrears_payment (case_id, no, day, payer, way, fen, evidence, entry_key, bounce_key)
  VALUES (%(case)s, %(no)s, %(day)s, %(payer)s, %(way)s, %(fen)s, %(evidence)s, %(key)s, '') RETURNING id),
g AS (
  SELECT * FROM unnest(%(claims)s::bigint[], %(parts)s::bigint[]) AS g (claim, fen) WHERE fen > 0),
s AS (
  INSERT INTO wage_arrears_share (payment_id, claim_id, case_id, person_id, fen)
  SELECT p.id, w.id, w.case_id, w.person_id, g.fen FROM p, g JOIN wage_arrears_claim w ON w.id = g.claim)
UPDATE wage_arrears_claim w SET paid = w.paid + g.fen FROM g WHERE w.id = g.claim
"""
_TAKE_BACK = """
WITH p AS (
  UPDATE wage_arrears_payment SET bounced_on = %(day)s, bounce_key = %(key)s WHERE id = %(payment)s RETURNING id)
UPDATE wage_arrears_claim w SET paid = w.paid - s.fen
FROM wage_arrears_share s JOIN p ON p.id = s.payment_id WHERE w.id = s.claim_id
"""
