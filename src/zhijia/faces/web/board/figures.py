"""Gather what the board shows of any service, from counters only: its rates with both halves, its counts, sums and
durations by place, trend, what people ask about.

As many queries however large the region: counters for the period and the period before, twelve months by month, by
sub-region and by category, and one over the open cases that are late now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from zhijia.faces.figures import Measured, measured
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import NotFound, Text
from zhijia.kernel.indicators.figures import SMALLEST, Figure, compare, months_before, published, rate, totals
from zhijia.kernel.org.models import Level, Region
from zhijia.kernel.service.declare import Rate, Service
from zhijia.kernel.service.engine import FILE

YEAR = "year"
SOLUTION, COVERAGE = "solution", "coverage"
"""Rates of services that end with a call-back: the one that counts, and the one that says how far to trust it."""
BANDS = (3, 10)
"""Days late: up to 3, up to 10, more."""


@dataclass(frozen=True)
class RateShown:
    """One headline rate."""

    title: Text
    says: Text
    part_title: Text
    whole_title: Text
    figure: Figure
    change: float | None
    """Percentage points against the period before; None when either is not shown."""


@dataclass(frozen=True)
class Place:
    """One row of the ranking; `code` leads a level down."""

    code: str
    name: str
    figure: Figure
    differs: int


@dataclass(frozen=True)
class Line:
    """One row of the table by place: its rates and figures in the order of the heads."""

    code: str
    name: str
    rates: tuple[Figure, ...]
    figures: tuple[Measured, ...]


@dataclass(frozen=True)
class Topic:
    """How many matters of one category were received."""

    code: str
    title: Text
    n: int | None


@dataclass(frozen=True)
class LateLevel:
    """Open matters late now at one level of the union, by how late; hidden cells are None."""

    title: Text
    bands: tuple[int | None, ...]
    total: int | None


@dataclass(frozen=True)
class Board:
    """Everything on the page."""

    service: Service
    region: Region
    path: tuple[Region, ...]
    period: str
    since: date
    until: date
    running: bool
    """The period has not ended yet."""
    category: str
    main: Rate | None
    """The rate by which places are ranked; None for a service that declares none."""
    rates: tuple[RateShown, ...]
    figures: tuple[Measured, ...]
    """Counts, sums and durations of the whole."""
    lines: tuple[Line, ...]
    coverage: RateShown | None
    unknown: int | None
    """Due to be called back and not reached: counted as unknown, never as solved."""
    places: tuple[Place, ...]
    trend: tuple[tuple[date, Mapping[str, Figure]], ...]
    topics: tuple[Topic, ...]
    late: tuple[LateLevel, ...]

    @property
    def every_rate(self) -> tuple[RateShown, ...]:
        """The rates of the whole, and last how far the call-backs reached."""
        return (*self.rates, self.coverage) if self.coverage else self.rates

    @property
    def ranked(self) -> RateShown | None:
        """The whole's own rate of the kind by which places are ranked."""
        return next((r for r in self.rates if self.main and r.figure.key == self.main.key), None)


def gather(
    *, service: Service, region: str, period: str, category: str, now: datetime, late: bool = True,
    topics_from: int = SMALLEST,
) -> Board:  # fmt: skip
    """The board of one region and period ("2026-10" or "year"), with what is `late` now only where cases may be looked
    at; categories below `topics_from` are hidden. Raises NotFound for an unknown region or period."""
    here = Region.objects.filter(code=region).first()
    if here is None:
        raise NotFound(code="no_such_region")
    today = now.astimezone(CHINA).date()
    since, until, before = _bounds(period, today)
    span: dict[str, Any] = {"since": since, "until": until, "region": here.code, "category": category}
    whole = totals(service.key, **span).get((), {})
    previous = totals(service.key, **span | {"since": before, "until": since}).get((), {})
    amounts = totals(service.key, amounts=True, **span).get((), {})
    shown = tuple(_rate_shown(service, r.key, whole, previous) for r in service.rates)
    coverage = next((s for s in shown if s.figure.key == COVERAGE), None)
    missed = whole.get("due_back", 0) - whole.get("called_back", 0)
    lines, places = _below(service, here, span, whole)
    return Board(
        service, here, _path(here), period, since, until, until > today, category, main_of(service),
        tuple(s for s in shown if s.figure.key != COVERAGE), tuple(measured(service, whole, amounts)), lines,
        coverage, published(max(0, missed)), places, _trend(service, today, region, category),
        _topics(service, since, until, region, topics_from), _late(service, region, category, now) if late else (),
    )  # fmt: skip


def main_of(service: Service) -> Rate | None:
    """The rate that says most of a service: whether it is solved, else the first."""
    rates = [r for r in service.rates if r.key != COVERAGE]
    return next((r for r in rates if r.key == SOLUTION), rates[0] if rates else None)


def periods(now: datetime) -> list[tuple[str, str]]:
    """The choices of the period: the last twelve months together, then month by month, newest first."""
    month = now.astimezone(CHINA).date().replace(day=1)
    months = [months_before(month, n) for n in range(12)]
    return [(YEAR, _("the last 12 months")), *((f"{m:%Y-%m}", _month(m)) for m in months)]


def _month(month: date) -> str:
    return _("%(month)s/%(year)s") % {"year": month.year, "month": month.month}


def _bounds(period: str, today: date) -> tuple[date, date, date]:
    this = today.replace(day=1)
    if period == YEAR:
        return months_before(this, 11), months_before(this, -1), months_before(this, 23)
    try:
        month = date.fromisoformat(f"{period}-01")
    except ValueError:
        raise NotFound(code="no_such_period") from None
    return month, months_before(month, -1), months_before(month, 1)


def _rate_shown(service: Service, key: str, now: Mapping[str, int], before: Mapping[str, int]) -> RateShown:
    declared = next(r for r in service.rates if r.key == key)
    counts = {c.key: c.title for c in service.counts}
    figure = rate(key, now.get(declared.part, 0), now.get(declared.whole, 0))
    earlier = rate(key, before.get(declared.part, 0), before.get(declared.whole, 0))
    change = None
    if figure.share is not None and earlier.share is not None:
        change = round((figure.share - earlier.share) * 100, 1)
    return RateShown(
        declared.title, declared.says, counts[declared.part], counts[declared.whole], figure, change
    )  # fmt: skip


def _path(region: Region) -> tuple[Region, ...]:
    path = [region]
    while path[-1].parent is not None:
        path.append(path[-1].parent)
    return tuple(reversed(path))


def _below(
    service: Service, here: Region, span: dict[str, Any], whole: Mapping[str, int]
) -> tuple[tuple[Line, ...], tuple[Place, ...]]:
    """The table of the places one level down, and their ranking by the main rate."""
    by = {0: "province", 1: "city", 2: "county"}.get(here.level)
    if by is None:
        return (), ()
    times = totals(service.key, by=by, **span)
    amounts = totals(service.key, by=by, amounts=True, **span)
    names = dict(Region.objects.filter(code__in=[key[0] for key in times]).values_list("code", "name"))
    lines = tuple(
        Line(
            key[0], names.get(key[0], key[0]),
            tuple(rate(r.key, *_halves(counts, r.part, r.whole)) for r in service.rates),
            tuple(measured(service, counts, amounts.get(key, {}))),
        )
        for key, counts in sorted(times.items())
    )  # fmt: skip
    if (main := main_of(service)) is None:
        return lines, ()
    rows = [(key[0], *_halves(counts, main.part, main.whole)) for key, counts in times.items()]
    ranked = compare(rows, _halves(whole, main.part, main.whole))
    return lines, tuple(Place(code, names.get(code, code), figure, differs) for code, figure, differs in ranked)


def _trend(service: Service, today: date, region: str, category: str) -> tuple[tuple[date, Mapping[str, Figure]], ...]:
    this = today.replace(day=1)
    first, last = months_before(this, 11), months_before(this, -1)
    wanted = {half for r in service.rates for half in (r.part, r.whole)}
    found = totals(service.key, since=first, until=last, region=region, category=category, by="month", only=wanted)
    months = [months_before(this, n) for n in reversed(range(12))]
    return tuple(
        (m, {r.key: rate(r.key, *_halves(found.get((f"{m:%Y-%m}",), {}), r.part, r.whole)) for r in service.rates})
        for m in months
    )


def _halves(counts: Mapping[str, int], part: str, whole: str) -> tuple[int, int]:
    return counts.get(part, 0), counts.get(whole, 0)


def _topics(service: Service, since: date, until: date, region: str, smallest: int) -> tuple[Topic, ...]:
    received = next((c.key for c in service.counts if FILE in c.on), None)
    if received is None:
        return ()
    found = totals(service.key, since=since, until=until, region=region, by="category", only=(received,))
    asked = next(a for a in service.intake.asks if a.name == service.intake.category)
    rows = [(code, title, found.get((code,), {}).get(received, 0)) for code, title in asked.choices]
    ordered = sorted(rows, key=lambda row: -row[2])
    return tuple(Topic(code, title, published(n, smallest=smallest)) for code, title, n in ordered if n)


def _late(service: Service, region: str, category: str, now: datetime) -> tuple[LateLevel, ...]:
    """Counted over the partial index of open cases; under the reader's own row-level security."""
    stem = region.rstrip("0")
    stem += "0" * (-len(stem) % 2)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.level, CASE WHEN c.due_at > %(now)s - interval '3 days' THEN 0 "
            "WHEN c.due_at > %(now)s - interval '10 days' THEN 1 ELSE 2 END, count(*) "
            "FROM cases_case c JOIN org_org o ON o.id = c.unit_id "
            "WHERE c.closed_at IS NULL AND c.due_at < %(now)s AND c.service = %(service)s "
            "AND c.region >= %(low)s AND c.region <= %(high)s AND (%(category)s = '' OR c.category = %(category)s) "
            "GROUP BY 1, 2",
            {
                "now": now, "service": service.key, "category": category,
                "low": stem + "0" * (6 - len(stem)), "high": stem + "9" * (6 - len(stem)),
            },
        )  # fmt: skip
        found = {(level, band): n for level, band, n in cursor.fetchall()}
    levels = sorted({level for level, _band in found})
    return tuple(
        LateLevel(
            Level(level).title, tuple(published(found.get((level, band), 0)) for band in range(3)),
            published(sum(found.get((level, band), 0) for band in range(3))),
        )
        for level in levels
    )  # fmt: skip
