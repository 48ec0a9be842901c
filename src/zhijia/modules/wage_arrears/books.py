"""The claim's books: totals on the facts, entries in the ledger, and the proof that they say the same as the rows.

Two accounts for each case: what is due from the payers (a debit) and what is owed to the workers (a credit). A claim
is booked from the second to the first, a payment back; so both hold, to the fen, what is still to be paid.
"""

from django.db import connection
from django.utils.translation import gettext as _

from zhijia.kernel.ledger.entries import open_account
from zhijia.kernel.ledger.models import AccountKind

from .rules import C, every_row, mark_people

PAYABLE = frozenset({"accepted", "listed", "demanded", "unanswered", "paying", "authority", "partly"})
"""States in which money may come in."""
CLAIM, PAYMENT, BOUNCE = "wage_arrears.claim", "wage_arrears.payment", "wage_arrears.bounce"


def due_from(case_id: int) -> str:
    """The account of what is due from whoever must pay."""
    return f"wage_arrears.due:{case_id}"


def owed_to(case_id: int) -> str:
    """The account of what is owed to the workers."""
    return f"wage_arrears.owed:{case_id}"


def open_books(c: C) -> None:
    """Open the two accounts of a new case."""
    case = c.case
    for key, kind, title in (
        (due_from(case.pk), AccountKind.ASSET, _("Due from the payers, %(no)s")),
        (owed_to(case.pk), AccountKind.LIABILITY, _("Owed to the workers, %(no)s")),
    ):
        open_account(key=key, kind=kind, title=title % {"no": case.no}, org_id=case.unit_id, region=case.region)


def recount(c: C) -> None:
    """After any change of rows: the totals on the facts, and the change of what is owed in the ledger."""
    before = c.facts.owed
    with every_row(c), connection.cursor() as cursor:
        cursor.execute(_TOTALS, {"case": c.case.pk})
        staying, listed, *sums = cursor.fetchone()
    c.facts.claimed, c.facts.confirmed, c.facts.owed, c.facts.recovered = (int(fen) for fen in sums)
    if listed:
        c.facts.newly_listed += staying - c.facts.people
        c.facts.people = staying
    mark_people(c)
    book(c, CLAIM, c.facts.owed - before)


def book(c: C, kind: str, fen: int, *, memo: str = "") -> str:
    """Book `fen` as newly due (negative: no longer due); the entry's key, or "" for nothing."""
    if not fen:
        return ""
    return c.book(kind, (due_from(c.case.pk), fen), (owed_to(c.case.pk), -fen), memo=memo)


def settled(c: C) -> None:
    """When nothing is left to pay, the case goes on by itself, in the same transaction."""
    if c.facts.owed and c.facts.recovered == c.facts.owed and c.case.state in PAYABLE:
        c.follow(c.case.no, "all_paid", as_platform=True)


def newly_claimed(c: C) -> int:
    """Fen by which this transition changed what is owed: exactly what it booked."""
    return _booked(c, CLAIM)


def newly_recovered(c: C) -> int:
    """Fen that came in with this transition; negative when a payment bounced."""
    return -_booked(c, PAYMENT) - _booked(c, BOUNCE)


def _booked(c: C, kind: str) -> int:
    account = due_from(c.case.pk)
    return sum(fen for booking in c.bookings if booking.kind == kind for name, fen in booking.legs if name == account)


_TOTALS = """
SELECT count(*) FILTER (WHERE withdrawn_at IS NULL), count(*),
  coalesce(sum(claimed) FILTER (WHERE withdrawn_at IS NULL), 0),
  coalesce(sum(confirmed) FILTER (WHERE withdrawn_at IS NULL), 0), coalesce(sum(owed), 0), coalesce(sum(paid), 0)
FROM wage_arrears_claim WHERE case_id = %(case)s
"""

_VERIFY = """
WITH rows AS (
  SELECT case_id, sum(owed) AS owed, sum(paid) AS paid FROM wage_arrears_claim GROUP BY 1),
shares AS (
  SELECT s.case_id, s.claim_id, sum(s.fen) AS paid FROM wage_arrears_share s
  JOIN wage_arrears_payment p ON p.id = s.payment_id AND p.bounced_on IS NULL GROUP BY 1, 2),
payments AS (
  SELECT case_id, sum(fen) AS paid FROM wage_arrears_payment WHERE bounced_on IS NULL GROUP BY 1),
held AS (
  SELECT a.key, sum(b.amount) AS fen FROM ledger_account a LEFT JOIN ledger_balance b ON b.account_id = a.id
  WHERE a.key LIKE 'wage\\_arrears.%%' GROUP BY 1),
moved AS (
  SELECT split_part(a.key, ':', 2)::bigint AS case_id, sum(p.amount) FILTER (WHERE e.kind = %(claim)s) AS owed,
    -sum(p.amount) FILTER (WHERE e.kind <> %(claim)s) AS paid
  FROM ledger_account a JOIN ledger_posting p ON p.account_id = a.id JOIN ledger_entry e ON e.id = p.entry_id
  WHERE a.key LIKE 'wage\\_arrears.due:%%' GROUP BY 1),
found AS (
  SELECT c.no, f.case_id, f.owed, f.recovered, coalesce(r.owed, 0) AS rows_owed, coalesce(r.paid, 0) AS rows_paid,
    coalesce(p.paid, 0) AS payments, coalesce(m.owed, 0) AS booked_owed, coalesce(m.paid, 0) AS booked_paid,
    coalesce(d.fen, 0) AS due, -coalesce(o.fen, 0) AS owing
  FROM wage_arrears_facts f JOIN cases_case c ON c.id = f.case_id LEFT JOIN rows r ON r.case_id = f.case_id
  LEFT JOIN payments p ON p.case_id = f.case_id LEFT JOIN moved m ON m.case_id = f.case_id
  LEFT JOIN held d ON d.key = 'wage_arrears.due:' || f.case_id
  LEFT JOIN held o ON o.key = 'wage_arrears.owed:' || f.case_id)
SELECT no || ': owed ' || concat_ws('/', owed, rows_owed, booked_owed) || ', recovered '
  || concat_ws('/', recovered, rows_paid, payments, booked_paid) || ', still due ' || concat_ws('/', due, owing)
FROM found WHERE (owed, owed) <> (rows_owed, booked_owed) OR (recovered, recovered, recovered)
  <> (rows_paid, payments, booked_paid) OR (due, due) <> (owed - recovered, owing)
UNION ALL
SELECT c.no || ', line ' || w.line || ': paid ' || w.paid || ', shares ' || coalesce(s.paid, 0)
FROM wage_arrears_claim w JOIN cases_case c ON c.id = w.case_id LEFT JOIN shares s ON s.claim_id = w.id
WHERE w.paid <> coalesce(s.paid, 0) ORDER BY 1
"""


def verify() -> list[str]:
    """Every case whose facts, rows, payments and ledger do not say the same, in words; [] when all is right. Reads
    everything: for the platform, not within a request's scope."""
    with connection.cursor() as cursor:
        cursor.execute(_VERIFY, {"claim": CLAIM})
        return [row[0] for row in cursor.fetchall()]
