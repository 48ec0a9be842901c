"""When the time of a case is over: each service says how long its closed cases are kept (`Service.keep`)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Text
from zhijia.kernel.cases.models import Case
from zhijia.kernel.service import registry
from zhijia.kernel.service.declare import Service

from .models import Due, Hold

BATCH = 2000
_MARK = """
INSERT INTO retention_due (case_id, no, service, unit_id, unit_lft, region, closed_at, due_on, basis, verified,
  marked_at)
SELECT c.id, c.no, c.service, c.unit_id, c.unit_lft, c.region, c.closed_at,
       ((c.closed_at AT TIME ZONE 'Asia/Shanghai')::date + make_interval(years => %(years)s))::date + 1,
       %(basis)s, %(verified)s, %(now)s
FROM cases_case c
WHERE c.id = ANY(%(ids)s)
ON CONFLICT (case_id) DO NOTHING
"""
# The next closed cases of a service behind an id: `last` tells where to go on, whether or not they are due.
_NEXT = """
SELECT max(id), array_agg(id) FILTER (WHERE closed_at < %(before)s AND NOT stays) FROM (
  SELECT c.id, c.closed_at, EXISTS (SELECT 1 FROM retention_destroyed d WHERE d.no = c.no) AS stays
  FROM cases_case c WHERE c.id > %(last)s AND c.service = %(service)s AND c.closed_at IS NOT NULL
  ORDER BY c.id LIMIT %(batch)s) AS page
"""


@dataclass(frozen=True)
class Kept:
    """Until when a closed case is kept, and why so long."""

    until: date
    """The last day."""
    years: int
    basis: str
    verified: bool

    @property
    def words(self) -> Text:
        """The ground in words; the platform's own assumption says that it is one."""
        basis = self.basis.replace("(?)", "").strip()
        if not basis:
            return _("kept %(years)s years, set by the operator (unverified)") % {"years": self.years}
        mark = "" if self.verified else " " + _("(unverified)")
        return _("kept %(years)s years: %(basis)s") % {"years": self.years, "basis": basis} + mark


def kept(service: Service, closed_at: datetime) -> Kept:
    """How long a case of this service that was closed then is kept."""
    day = closed_at.astimezone(CHINA).date()
    year = day.year + service.keep.years
    until = day.replace(year=year) if (day.month, day.day) != (2, 29) else date(year, 2, 28)
    return Kept(until, service.keep.years, service.keep.basis, service.keep.verified)


def over(service: Service, closed_at: datetime, now: datetime) -> bool:
    """Whether its time is over."""
    return kept(service, closed_at).until < now.astimezone(CHINA).date()


def mark_due(*, now: datetime, batch: int = BATCH) -> int:
    """Note every closed case whose time is over; returns how many are new. Set-based, by id, safe to begin again.

    A case that was opened again is due no more.
    """
    marked = 0
    for service in registry.services():
        last: int | None = 0
        while last is not None:
            last, ids = _page(service, last, now, batch)
            if ids:
                marked += _note(service, ids, now)
    Due.objects.filter(~Exists(Case.objects.filter(pk=OuterRef("case_id"), closed_at__isnull=False))).delete()
    return marked


def waiting(*, service: str = "", no: str = "", held: bool | None = None) -> QuerySet[Due]:
    """What is due and in no disposal, in the scope of whoever asks; page it by `case_id`."""
    rows = Due.objects.filter(disposal=None)
    if service:
        rows = rows.filter(service=service)
    if no:
        rows = rows.filter(no__startswith=no.upper())
    if held is not None:
        stands = Exists(Hold.objects.filter(case_id=OuterRef("case_id"), lifted_at=None))
        rows = rows.filter(stands if held else ~stands)
    return rows.order_by("case_id")


def _page(service: Service, last: int, now: datetime, batch: int) -> tuple[int | None, list[int]]:
    years = service.keep.years
    today = now.astimezone(CHINA).date()
    first = (
        today.replace(year=today.year - years)
        if (today.month, today.day) != (2, 29)
        else date(today.year - years, 3, 1)
    )
    before = datetime.combine(first, datetime.min.time(), CHINA)
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, {"last": last, "service": service.key, "before": before, "batch": batch})
        found, ids = cursor.fetchone()
    return found, ids or []


def _note(service: Service, ids: list[int], now: datetime) -> int:
    keep = service.keep
    given: dict[str, Any] = {
        "years": keep.years,
        "basis": keep.basis,
        "verified": keep.verified,
        "now": now,
        "ids": ids,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MARK, given)
        return int(cursor.rowcount)


__all__ = ["Kept", "kept", "mark_due", "over", "waiting"]
