"""What the case page shows beside the form: the workers, the mediator, what the law gives, the time limit, instalments
and payments, and the ways that are left.

A worker sees their own part only; row-level security would hide the others' even from a panel that forgot it.
"""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.cases import reckonings
from zhijia.kernel.cases.access import record_view
from zhijia.kernel.service import sittings
from zhijia.kernel.service.declare import Panel

from . import mediators
from .models import Claimant, Instalment, InstalmentState, PartStatus, Payment
from .people import staying
from .rules import LIMIT, C, today
from .ways import ways_left

FIRST = 100
"""Workers that the page shows at once; the workbook holds all."""


def people(c: C) -> Mapping[str, Any] | None:
    """The list with each worker's sub-status, a page of it; for the unit. That these were shown is on record."""
    after = c.asked.get("after", "")
    begins = int(after) if after.isascii() and after.isdigit() and len(after) < 9 else 0
    found = Claimant.objects.filter(case_id=c.case.pk, line__gt=begins).select_related("person").order_by("line")
    rows = list(found[: FIRST + 1])
    if not rows or (len(rows) == 1 and not begins and c.facts.people == 1):
        return None
    speakers = staying(c).filter(representative=True).select_related("person")
    record_view(c.case, {row.person_id for row in rows[:FIRST]}, actor=c.actor, now=c.now)
    said = dict.fromkeys(PartStatus.values, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status, count(*) FROM disputes_claimant WHERE case_id = %(case)s GROUP BY 1", {"case": c.case.pk}
        )
        said |= dict(cursor.fetchall())
    return {
        "rows": rows[:FIRST], "next": rows[FIRST - 1].line if len(rows) > FIRST else 0, "no": c.case.no,
        "begins": begins, "people": c.facts.people, "claimed": c.facts.amount, "agreed": c.facts.agreed,
        "paid": c.facts.paid, "said": [(PartStatus(status).label, n) for status, n in said.items() if n],
        "speak": [row.person.name for row in speakers.order_by("line")],
    }  # fmt: skip


def mine(c: C) -> Mapping[str, Any] | None:
    """The worker's own part and what they were paid."""
    if c.actor.is_staff or c.actor.person_id is None:
        return None
    row = Claimant.objects.filter(case_id=c.case.pk, person_id=c.actor.person_id).first()
    if row is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_SHARES, {"case": c.case.pk, "person": c.actor.person_id})
        shares = [{"day": day, "fen": fen, "bounced": bounced is not None} for day, fen, bounced in cursor.fetchall()]
    return {"row": row, "shares": shares, "terms": c.facts.terms, "in_force": c.facts.signed_on}


_SHARES = """
SELECT p.day, s.fen, p.bounced_on FROM disputes_share s JOIN disputes_payment p ON p.id = s.payment_id
WHERE s.case_id = %(case)s AND s.person_id = %(person)s ORDER BY p.no
"""


def mediator(c: C) -> Mapping[str, Any] | None:
    """Who mediates, who was ruled out, and the workload of the roster."""
    shown = mediators.shown(c)
    return shown if shown["mediator"] or shown["recusals"] or shown["seats"] else None


def range_(c: C) -> Mapping[str, Any] | None:
    """What the law gives, by the calculations that were put into the case, each with its article."""
    found = [each for each in reckonings.of(c.case.pk) if each.high]
    low, high = reckonings.settlement_range(c.case.pk)
    if not high:
        return {"found": [], "no": c.case.no} if c.actor.is_staff else None
    return {"found": found, "low": low, "high": high, "agreed": c.facts.agreed, "no": c.case.no}


def plan(c: C) -> Mapping[str, Any] | None:
    """The instalments that were agreed, each with its day and whether it came."""
    rows = Instalment.objects.filter(case_id=c.case.pk).exclude(state=InstalmentState.REPLACED).order_by("no")
    found = [(row, row.state == InstalmentState.OPEN and row.due < today(c)) for row in rows]
    if not found and not c.facts.due:
        return None
    return {
        "instalments": found, "due": c.facts.due, "signed_on": c.facts.signed_on, "facts": c.facts,
        "left": c.facts.booked - c.facts.paid,
    }  # fmt: skip


def payments(c: C) -> Mapping[str, Any] | None:
    """Every payment, with the number by which it is named; for the unit."""
    found = list(Payment.objects.filter(case_id=c.case.pk).order_by("no"))
    return {"payments": found, "paid": c.facts.paid} if found else None


def ways(c: C) -> Mapping[str, Any] | None:
    """What the law leaves when there is no agreement, or one that is not kept."""
    found = ways_left(c)
    return {"ways": found} if found else None


PANELS = (
    Panel(key="mine", title=_("Your own part"), template="disputes/mine.html", show=mine, worker=True),
    Panel(key="people", title=_("Listed workers"), template="disputes/people.html", show=people),
    sittings.panel(),
    Panel(key="mediator", title=_("Mediator"), template="disputes/mediator.html", show=mediator, worker=True),
    Panel(key="range", title=_("What the law gives"), template="disputes/range.html", show=range_, worker=True),
    Panel(key="plan", title=_("Agreement and instalments"), template="disputes/plan.html", show=plan, worker=True),
    Panel(key="payments", title=_("Payments"), template="disputes/payments.html", show=payments),
    Panel(key="ways", title=_("Ways that are left"), template="disputes/ways.html", show=ways, worker=True),
    LIMIT.panel(),
)
