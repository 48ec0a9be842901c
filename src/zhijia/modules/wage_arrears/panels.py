"""What the case page shows beside the form: the workers, who must pay, the time limit, plan and payments, evidence.

A worker sees their own line only; row-level security would hide the others' even from a panel that forgot it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.cases.access import record_view
from zhijia.kernel.people.models import Person
from zhijia.kernel.people.sealed import open_for
from zhijia.kernel.service.declare import Panel

from .chain import duties
from .dossier import LIMIT, chain_of, is_construction
from .models import ClaimStatus, EvidenceItem, Instalment, InstalmentState, Payment
from .rules import C, today
from .workers import reckoned

FIRST = 50
"""Workers that the page shows at once."""


@dataclass(frozen=True)
class WorkerLine:
    """One worker of the list, as the unit sees them."""

    line: int
    person_id: int
    name: str
    phone: str
    job: str
    claimed: int
    confirmed: int | None
    paid: int
    due: int
    status: str
    differs: int
    """Fen by which the amount differs from days times day wage."""
    note: str
    named: bool
    mediation: bool

    @property
    def status_title(self) -> Any:
        """The status in words."""
        return ClaimStatus(self.status).label


def workers_of(case_id: int, *, name: str = "", after: int = 0, limit: int = FIRST) -> list[WorkerLine]:
    """The listed workers after line `after`, as far as the request may see them; `name` may hold * for any letters.

    Names are sealed, so one is looked for here and not in the database: some milliseconds for a thousand workers.
    """
    pattern = re.compile(re.escape(name.replace("＊", "*")).replace(r"\*", ".*")) if name else None
    found: list[WorkerLine] = []
    with connection.cursor() as cursor:
        while len(found) < limit:
            cursor.execute(_WORKERS, {"case": case_id, "after": after, "limit": _AT_ONCE if pattern else limit})
            rows = [_worker_line(row) for row in cursor.fetchall()]
            found += [line for line in rows if pattern is None or pattern.match(line.name)]
            if pattern is None or len(rows) < _AT_ONCE:
                break
            after = rows[-1].line
    return found[:limit]


_AT_ONCE = 500
"""Workers whose names are opened at once while one is looked for."""


def _worker_line(row: Sequence[Any]) -> WorkerLine:
    line, person_id, name, phone, job, claimed, confirmed, paid, owed, status, days, day_wage, *flags = row
    name, phone = open_for(Person, "name", name, person_id), open_for(Person, "phone_masked", phone, person_id)
    expected = reckoned({"days": days, "day_wage": day_wage})
    differs = 0 if expected is None else claimed - expected
    return WorkerLine(line, person_id, name, phone, job, claimed, confirmed, paid, owed - paid, status, differs, *flags)


_WORKERS = """
SELECT w.line, w.person_id, n.name, n.phone_masked, w.job, w.claimed, w.confirmed, w.paid, w.owed, w.status, w.days,
  w.day_wage, w.note, w.named, w.mediation
FROM wage_arrears_claim w JOIN people_person n ON n.id = w.person_id
WHERE w.case_id = %(case)s AND w.line > %(after)s
ORDER BY w.line LIMIT %(limit)s
"""


def workers(c: C) -> Mapping[str, Any] | None:
    """A page of the list, found by name or gone on with, and the totals; for the unit. That these were shown is on
    record, also for workers further down than the case page itself reads."""
    facts, name, after = c.facts, c.asked.get("worker", "").strip(), c.asked.get("after", "")
    begins = int(after) if after.isascii() and after.isdigit() and len(after) < 9 else 0
    lines = workers_of(c.case.pk, name=name, after=begins, limit=FIRST + 1)
    if not lines and not (name or begins):
        return None
    record_view(c.case, {line.person_id for line in lines[:FIRST]}, actor=c.actor, now=c.now)
    return {
        "lines": lines[:FIRST], "next": lines[FIRST - 1].line if len(lines) > FIRST else 0, "asked": name,
        "begins": begins, "long": bool(name or begins) or len(lines) > FIRST, "people": facts.people, "no": c.case.no,
        "claimed": facts.claimed, "confirmed": facts.confirmed, "recovered": facts.recovered,
        "due": facts.owed - facts.recovered,
    }  # fmt: skip


def mine(c: C) -> Mapping[str, Any] | None:
    """The worker's own line and what they were paid."""
    if c.actor.is_staff or c.actor.person_id is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_MINE, {"case": c.case.pk, "person": c.actor.person_id})
        row = cursor.fetchone()
        if row is None:
            return None
        cursor.execute(_SHARES, {"case": c.case.pk, "person": c.actor.person_id})
        shares = [{"day": day, "fen": fen, "bounced": bounced is not None} for day, fen, bounced in cursor.fetchall()]
    line, claimed, confirmed, paid, owed, status, named = row
    return {
        "line": line, "claimed": claimed, "confirmed": confirmed, "paid": paid, "due": owed - paid, "named": named,
        "status": ClaimStatus(status).label, "shares": shares,
    }  # fmt: skip


_MINE = """
SELECT line, claimed, confirmed, paid, owed, status, named FROM wage_arrears_claim
WHERE case_id = %(case)s AND person_id = %(person)s
"""
_SHARES = """
SELECT p.day, s.fen, p.bounced_on FROM wage_arrears_share s JOIN wage_arrears_payment p ON p.id = s.payment_id
WHERE s.case_id = %(case)s AND s.person_id = %(person)s ORDER BY p.no
"""


def payers(c: C) -> Mapping[str, Any]:
    """Who must pay by law, best debtor first."""
    chain = chain_of(c)
    found = duties(chain, construction=is_construction(c))
    return {"duties": found, "chain": chain if chain[0].pk else [], "construction": is_construction(c)}


def plan(c: C) -> Mapping[str, Any] | None:
    """The instalments that were agreed."""
    rows = Instalment.objects.filter(case_id=c.case.pk).exclude(state=InstalmentState.REPLACED).order_by("no")
    found = [(row, row.state == InstalmentState.OPEN and row.due < today(c)) for row in rows]
    return {"instalments": found} if found else None


def money(c: C) -> Mapping[str, Any] | None:
    """Every payment, with the number by which it is named; for the unit."""
    found = list(Payment.objects.filter(case_id=c.case.pk).order_by("no"))
    return {"payments": found, "recovered": c.facts.recovered} if found else None


def evidence(c: C) -> Mapping[str, Any]:
    """What proves the claim, and what the employer must produce."""
    items = EvidenceItem.objects.filter(case_id=c.case.pk).select_related("attachment").order_by("no")
    return {"items": list(items)}


PANELS = (
    Panel(key="mine", title=_("Your own part"), template="wage_arrears/mine.html", show=mine, worker=True),
    Panel(key="workers", title=_("Listed workers"), template="wage_arrears/workers.html", show=workers),
    Panel(key="money", title=_("Payments"), template="wage_arrears/money.html", show=money),
    Panel(key="plan", title=_("Instalments"), template="wage_arrears/plan.html", show=plan, worker=True),
    Panel(key="payers", title=_("Who must pay by law"), template="wage_arrears/payers.html", show=payers, worker=True),
    LIMIT.panel(),
    Panel(key="evidence", title=_("Evidence"), template="wage_arrears/evidence.html", show=evidence, worker=True),
)
