"""What the case page shows beside the derived parts: means, lawyer and checks, work log, review, subsidy."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text
from zhijia.kernel.people.actors import Role
from zhijia.kernel.service import rota, sittings
from zhijia.kernel.service.declare import Panel
from zhijia.kernel.service.prepared import as_platform

from .lawyers import REASONS, ROSTER, conflict, names
from .models import Review, TieCheck, WorkEntry
from .rules import LIMIT, C, income_limit, subsidy_of
from .words import Exemption, Means, Track, Urgency

ASSIGNABLE = frozenset({"applied", "incomplete", "screened", "granted", "assigned", "working"})
"""States in which a lawyer may yet be chosen."""


def _heads(c: C) -> bool:
    """Whether the reader heads a unit: who keeps the roster sees what it would say."""
    return Role.UNIT_HEAD in c.actor.roles()


def means(c: C) -> Mapping[str, Any] | None:
    """Whose aid, and what the test of means found."""
    f = c.facts
    return {
        "track": Track(f.track).label, "means": Means(f.means).label if f.means else "",
        "exemption": Exemption(f.exemption).label if f.exemption not in ("", Exemption.NONE) else "",
        "limit": income_limit(c) if f.income is not None else None,
        "urgency": Urgency(f.urgency).label if f.urgency else "",
    }  # fmt: skip


def lawyer(c: C) -> Mapping[str, Any] | None:
    """Who the lawyer is; for the desk also who was checked, and for the head whom the rota would choose."""
    with as_platform():
        found = list(TieCheck.objects.filter(case_id=c.case.pk).order_by("id")) if c.actor.is_staff else []
    known = names([c.facts.lawyer_id, *(check.lawyer_id for check in found)])
    checks = [(known.get(k.lawyer_id, ""), k.at, REASONS.get(k.code, "")) for k in found]
    seats: list[tuple[str, int, Text]] = []
    if c.actor.is_staff and _heads(c) and c.case.state in ASSIGNABLE:
        for seat in rota.seats(ROSTER, org_id=c.case.unit_id, now=c.now):
            why = _("away") if seat.away else conflict(c, seat.account_id).reason
            seats.append((seat.name, seat.open, why))
    if not (c.facts.lawyer_id or checks or seats):
        return None
    return {"lawyer": known.get(c.facts.lawyer_id or 0, ""), "checks": checks, "seats": seats}


def log(c: C) -> Mapping[str, Any] | None:
    """The work log; a worker sees what was done and when, not the notes."""
    rows = WorkEntry.objects.filter(case_id=c.case.pk).order_by("no")
    if not c.actor.is_staff:
        rows = rows.filter(struck=False).only("id", "case_id", "no", "day", "work", "minutes")
    found = list(rows)
    sum_ = sum(row.minutes for row in found if c.actor.is_staff is False or not row.struck)
    return {"rows": found, "hours": f"{sum_ / 60:.1f}"} if found else None


def review(c: C) -> Mapping[str, Any] | None:
    """What another lawyer found of the work on this case."""
    found = list(Review.objects.filter(case_id=c.case.pk).order_by("-no"))
    known = names(row.reviewer_id for row in found)
    return {"reviews": [(row, known.get(row.reviewer_id, "")) for row in found]} if found else None


def subsidy(c: C) -> Mapping[str, Any] | None:
    """What the table gives, what was approved by whom, whether it is paid."""
    if not c.facts.way:
        return None
    return {"table": subsidy_of(c), "approver": names([c.facts.approver_id]).get(c.facts.approver_id or 0, "")}


PANELS = (
    Panel(key="means", title=_("Aid and means"), template="legal_aid/means.html", show=means, worker=True),
    Panel(key="lawyer", title=_("Lawyer"), template="legal_aid/lawyer.html", show=lawyer, worker=True),
    sittings.panel(),
    Panel(key="log", title=_("Work log"), template="legal_aid/log.html", show=log, worker=True),
    LIMIT.panel(),
    Panel(key="review", title=_("Review of the work"), template="legal_aid/review.html", show=review),
    Panel(key="subsidy", title=_("Subsidy"), template="legal_aid/subsidy.html", show=subsidy),
)
