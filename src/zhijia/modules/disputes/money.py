"""Performance: what an agreement made due, what came in and to whom it goes, a payment that bounced; and the ledger.

Two accounts for each case: what is due from the employer (a debit) and what is owed to the workers (a credit). An
agreement in force is booked from the second to the first, a payment back; both hold, to the fen, what is to be paid.
"""

from django.db import connection
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.base.money import share, shown
from zhijia.kernel.deadlines.acts import ActKind
from zhijia.kernel.ledger.entries import open_account
from zhijia.kernel.ledger.models import AccountKind
from zhijia.kernel.people.sealed import seal_for

from .models import Claimant, InstalmentState, PaidHow, Payment
from .rules import LIMIT, C, today

AGREED, PAYMENT, BOUNCE = "disputes.agreed", "disputes.payment", "disputes.bounce"


# --- the books --------------------------------------------------------------------------------------------------


def due_from(case_id: int) -> str:
    """The account of what is due from the employer."""
    return f"disputes.due:{case_id}"


def owed_to(case_id: int) -> str:
    """The account of what is owed to the workers."""
    return f"disputes.owed:{case_id}"


def make_due(c: C) -> None:
    """A signed agreement makes its money due; one that replaces another makes the difference due."""
    if not c.facts.agreed and not c.facts.booked:
        return
    for key, kind, title in (
        (due_from(c.case.pk), AccountKind.ASSET, gettext("Due from the employer, %(no)s")),
        (owed_to(c.case.pk), AccountKind.LIABILITY, gettext("Due to the workers, %(no)s")),
    ):
        named = title % {"no": c.case.no}
        open_account(key=key, kind=kind, title=named, org_id=c.case.unit_id, region=c.case.region)
    _book(c, AGREED, c.facts.agreed - c.facts.booked)
    c.facts.booked = c.facts.agreed


def give_up(c: C, fen: int) -> None:
    """Who takes back their part gives up what was still due to them."""
    if fen:
        _book(c, AGREED, -fen)
        c.facts.agreed, c.facts.booked = c.facts.agreed - fen, c.facts.booked - fen
        with c.fellows():
            _mark_plan(c)


def _book(c: C, kind: str, fen: int, *, memo: str = "") -> str:
    """Book `fen` as newly due (negative: no longer due); the entry's key, or "" for nothing."""
    if not fen:
        return ""
    return c.book(kind, (due_from(c.case.pk), fen), (owed_to(c.case.pk), -fen), memo=memo)


def newly_agreed(c: C) -> int:
    """Fen that this transition made due."""
    return _booked(c, AGREED)


def newly_paid(c: C) -> int:
    """Fen that came in with this transition; negative when a payment bounced."""
    return -_booked(c, PAYMENT) - _booked(c, BOUNCE)


def _booked(c: C, kind: str) -> int:
    account = due_from(c.case.pk)
    return sum(fen for booking in c.bookings if booking.kind == kind for name, fen in booking.legs if name == account)


# --- a payment --------------------------------------------------------------------------------------------------


def has_due(c: C) -> Verdict:
    """Something is still to be paid."""
    if c.facts.booked > c.facts.paid:
        return yes()
    return no("nothing_due", _("Nothing is left to be paid on this agreement."))


def payment_fits(c: C) -> Verdict:
    """Some money, not more than is still due, on a day that has come."""
    fen, left = c.data["fen"], c.facts.booked - c.facts.paid
    if not fen:
        return no("fen", _("Write how much was paid."))
    if fen > left:
        return no("fen", _("Only %(left)s yuan are still due. Record no more than that.") % {"left": shown(left)})
    if c.data["day"] > today(c):
        return no("day", _("This day has not come yet."))
    return yes()


def pay(c: C) -> None:
    """Share the payment out to the fen, in proportion to what each is still owed."""
    rows = [row for row in Claimant.objects.filter(case_id=c.case.pk, withdrawn_at=None).order_by("line") if row.due]
    parts = share(c.data["fen"], [row.due for row in rows]) if rows else []
    no_, proof = Payment.objects.filter(case_id=c.case.pk).count() + 1, c.data.get("proof") or ""
    with connection.cursor() as cursor:
        cursor.execute(
            _PAY,
            {
                "case": c.case.pk, "no": no_, "day": c.data["day"], "way": c.data["paid_how"], "fen": c.data["fen"],
                "evidence": seal_for(Payment, "evidence", proof, c.case.pk, no_),
                "key": _book(c, PAYMENT, -c.data["fen"]), "claimants": [row.pk for row in rows], "parts": parts,
            },
        )  # fmt: skip
    c.facts.paid += c.data["fen"]
    _mark_plan(c)
    if c.data["paid_how"] != PaidHow.COURT:  # who pays a part admits the debt; a court pays for others
        LIMIT.keep(c, ActKind.PART, day=c.data["day"], proved=bool(proof), evidence=proof)


def all_came(c: C) -> None:
    """When nothing is left to pay, that goes on record by itself, in the same transaction."""
    if c.facts.booked and c.facts.paid == c.facts.booked:
        c.follow(c.case.no, "all_paid", as_platform=True)


def payment_known(c: C) -> Verdict:
    """There is such a payment, and it has not bounced before."""
    payment = _payment(c)
    if payment is None:
        return no("payment", _("There is no payment of this number."))
    return no("payment", _("This payment bounced already.")) if payment.bounced_on else yes()


def bounce(c: C) -> None:
    """The money did not come after all: the entry is taken back by another, and every share with it."""
    payment = _payment(c)
    if payment is None:  # payment_known ran before
        return
    _book(c, BOUNCE, payment.fen, memo=f"payment:{payment.no}")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_BACK, {"payment": payment.pk, "day": today(c)})
    c.facts.paid -= payment.fen
    _mark_plan(c)
    acts = LIMIT.acts._default_manager.filter(case_id=c.case.pk, kind=ActKind.PART, day=payment.day)
    same = [act.pk for act in acts if act.evidence == payment.evidence]
    acts.filter(pk__in=same).update(proved=False)  # the act stays, but the worker does not rely on it


def _payment(c: C) -> Payment | None:
    number = c.data.get("payment")
    if number is None or number != int(number) or not 0 < number < 30_000:
        return None
    return Payment.objects.filter(case_id=c.case.pk, no=int(number)).first()


def _mark_plan(c: C) -> None:
    """An instalment is met as soon as so much was paid, or all that is still due; when it bounced, it is open again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE disputes_instalment SET state = CASE WHEN least(reach, %(all)s) <= %(paid)s THEN 'paid' "
            "WHEN state = 'paid' THEN 'open' ELSE state END WHERE case_id = %(case)s AND state <> %(old)s",
            {"case": c.case.pk, "paid": c.facts.paid, "all": c.facts.booked, "old": InstalmentState.REPLACED},
        )


_PAY = """
WITH p AS (
  INSERT INTO disputes_payment (case_id, no, day, way, fen, evidence, entry_key)
  VALUES (%(case)s, %(no)s, %(day)s, %(way)s, %(fen)s, %(evidence)s, %(key)s) RETURNING id),
g AS (
  SELECT * FROM unnest(%(claimants)s::bigint[], %(parts)s::bigint[]) AS g (claimant, fen) WHERE fen > 0),
s AS (
  INSERT INTO disputes_share (payment_id, claimant_id, case_id, person_id, fen)
  SELECT p.id, w.id, w.case_id, w.person_id, g.fen FROM p, g JOIN disputes_claimant w ON w.id = g.claimant)
UPDATE disputes_claimant w SET paid = w.paid + g.fen FROM g WHERE w.id = g.claimant
"""
_TAKE_BACK = """
WITH p AS (UPDATE disputes_payment SET bounced_on = %(day)s WHERE id = %(payment)s RETURNING id)
UPDATE disputes_claimant w SET paid = w.paid - s.fen
FROM disputes_share s JOIN p ON p.id = s.payment_id WHERE w.id = s.claimant_id
"""

_VERIFY = """
WITH rows AS (SELECT case_id, sum(paid) AS paid FROM disputes_claimant GROUP BY 1),
payments AS (SELECT case_id, sum(fen) AS paid FROM disputes_payment WHERE bounced_on IS NULL GROUP BY 1),
held AS (
  SELECT a.key, sum(b.amount) AS fen FROM ledger_account a LEFT JOIN ledger_balance b ON b.account_id = a.id
  WHERE a.key LIKE 'disputes.%%' GROUP BY 1)
SELECT c.no || ': paid ' || concat_ws('/', f.paid, coalesce(r.paid, 0), coalesce(p.paid, 0)) || ', still due '
  || concat_ws('/', f.booked - f.paid, coalesce(d.fen, 0), -coalesce(o.fen, 0))
FROM disputes_facts f JOIN cases_case c ON c.id = f.case_id LEFT JOIN rows r ON r.case_id = f.case_id
LEFT JOIN payments p ON p.case_id = f.case_id LEFT JOIN held d ON d.key = 'disputes.due:' || f.case_id
LEFT JOIN held o ON o.key = 'disputes.owed:' || f.case_id
WHERE (f.paid, f.paid, f.booked - f.paid, f.booked - f.paid) <>
  (coalesce(r.paid, 0), coalesce(p.paid, 0), coalesce(d.fen, 0), -coalesce(o.fen, 0)) ORDER BY 1
"""


def verify() -> list[str]:
    """Every case whose facts, rows, payments and ledger do not say the same, in words; [] when all is right. Reads
    everything: for the platform, not within a request's scope."""
    with connection.cursor() as cursor:
        cursor.execute(_VERIFY)
        return [row[0] for row in cursor.fetchall()]
