"""What a white paper says, as published figures: gathered by the board's own functions and hidden by their rules.

The value of `published_json` holds everything that is printed and nothing else, so its hash betrays no hidden cell.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from zhijia.faces.figures import Measured
from zhijia.faces.web.board.figures import YEAR, Board, Place, Topic, gather, main_of
from zhijia.kernel.audit.models import Statement
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import FieldProblem, Invalid, Text
from zhijia.kernel.indicators.durations import Durations, durations
from zhijia.kernel.indicators.figures import (
    ENOUGH,
    SENSITIVE,
    SMALLEST,
    STEP,
    Figure,
    compare,
    months_before,
    published,
    totals,
)
from zhijia.kernel.org.models import Level, Region
from zhijia.kernel.service.declare import Service
from zhijia.kernel.service.engine import FILE

from .words import _

DAYS_FROM = 10 * SMALLEST
"""Days are shown from so many cases on: at least ten then took longer than the 90th percentile."""
MOST_PLACES = 36
"""Rows that a ranking may have; a region with more counties is ranked by cities."""


@dataclass(frozen=True)
class Found:
    """Everything that a paper is written from."""

    board: Board
    """Of the period, seen from its last day."""
    begin: date
    end: date
    """The day after its last."""
    running: bool
    received: str
    closed: str
    """Keys of the two counts that are drawn month by month."""
    months: tuple[tuple[date, Mapping[str, int | None]], ...]
    before: int | None
    """How many were received in the period before; None when hidden."""
    topics: tuple[Topic, ...]
    places: tuple[Place, ...]
    level: Text
    """Of the places: provinces, cities or counties."""
    days: Durations | None
    at: datetime
    root: str
    """The newest signed statement about the audit trail, as everybody can read it; "" when there is none."""


def span_of(period: str) -> tuple[date, date]:
    """The first day of a year ("2025") or month ("2025-10") and the day after its last. Raises Invalid."""
    try:
        begin = date.fromisoformat(f"{period}-01-01" if len(period) == 4 else f"{period}-01")
    except ValueError:
        says = _("Write a year, for example 2025, or a month, for example 2025-10.")
        raise Invalid(FieldProblem("period", "no_such_period", says)) from None
    return begin, months_before(begin, -12 if len(period) == 4 else -1)


def find(*, service: Service, region: str, period: str, now: datetime) -> Found:
    """The figures of a year or a month in a region. Raises Invalid for a period that has not begun, NotFound for an
    unknown region. As many queries however large the region."""
    begin, end = span_of(period)
    if begin > now.astimezone(CHINA).date():
        raise Invalid(FieldProblem("period", "not_begun", _("This period has not begun yet.")))
    last = datetime.combine(end, time(), CHINA) - timedelta(seconds=1)
    asked = YEAR if len(period) == 4 else period
    board = gather(
        service=service, region=region, period=asked, category="", now=last, late=False, topics_from=SENSITIVE
    )
    received = next((c.key for c in service.counts if FILE in c.on), service.counts[0].key)
    closed = next((c.key for c in service.counts if c.key == "closed"), received)
    earlier = months_before(begin, 12 if len(period) == 4 else 1)
    before = totals(service.key, since=earlier, until=begin, region=region, only=(received,)).get((), {})
    places, level = _places(board, begin, end)
    days = durations(service=service.key, region=region, since=begin, until=end, enough=DAYS_FROM)
    newest = Statement.objects.order_by("-number").values_list("number", "about").first()
    return Found(
        board, begin, end, end > now.astimezone(CHINA).date(), received, closed,
        _months(service, region, end, (received, closed)), published(before.get(received, 0)),
        board.topics, places, level, days, now,
        f"{newest[0]} {newest[1]}" if newest else "",
    )  # fmt: skip


def published_json(found: Found) -> bytes:
    """Every printed figure in canonical JSON: keys and codes, no words and no time of day, so that the same data give
    the same bytes in either language."""
    board = found.board
    value = {
        "service": board.service.key, "region": board.region.code, "since": f"{found.begin}", "until": f"{found.end}",
        "rules": {
            "hidden_below": SMALLEST, "rounded_to": STEP, "rates_from": ENOUGH, "categories_hidden_below": SENSITIVE,
            "days_from": DAYS_FROM,
        },
        "figures": {m.key: m.value for m in board.figures}, "before": {found.received: found.before},
        "rates": {r.figure.key: _halves(r.figure) for r in board.every_rate},
        "changes": {r.figure.key: r.change for r in board.every_rate},
        "unknown": board.unknown,
        "days": {"n": found.days.n, "median": found.days.median, "p90": found.days.ninetieth} if found.days else None,
        "months": {f"{month:%Y-%m}": dict(counts) for month, counts in found.months},
        "trend": {f"{m:%Y-%m}": {k: _halves(f) for k, f in figures.items()} for m, figures in board.trend},
        "topics": {t.code: t.n for t in found.topics},
        "places": {p.code: _halves(p.figure) for p in found.places},
        "table": {
            line.code: {m.key: m.value for m in line.figures} | {f.key: _halves(f) for f in line.rates}
            for line in board.lines
        },
    }  # fmt: skip
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def measure_of(measures: Sequence[Measured], key: str) -> Measured | None:
    """The figure with this key."""
    return next((m for m in measures if m.key == key), None)


def _halves(figure: Figure) -> list[int | None]:
    return [figure.part, figure.whole]


def _months(
    service: Service, region: str, end: date, keys: tuple[str, ...]
) -> tuple[tuple[date, Mapping[str, int | None]], ...]:
    """The counts month by month: of the year, or of the twelve months that end with this one."""
    first = months_before(end, 12)
    found = totals(service.key, since=first, until=end, region=region, by="month", only=keys)
    months = [months_before(end, n) for n in reversed(range(1, 13))]
    return tuple((m, {k: published(found.get((f"{m:%Y-%m}",), {}).get(k, 0)) for k in keys}) for m in months)


def _places(board: Board, begin: date, end: date) -> tuple[tuple[Place, ...], Text]:
    """The places of the finest level that a ranking has room for, highest first; none for a county."""
    main, whole = main_of(board.service), board.region
    if main is None or whole.level >= 3:
        return (), ""
    levels = (("county", Level.COUNTY), ("city", Level.CITY), ("province", Level.PROVINCE))
    for by, level in levels[: 3 - whole.level]:
        if whole.level == 0 and by != "province":
            continue
        found = totals(board.service.key, since=begin, until=end, region=whole.code, by=by)
        if len(found) > MOST_PLACES:
            continue
        names = dict(Region.objects.filter(code__in=[key[0] for key in found]).values_list("code", "name"))
        rows = [(key[0], n.get(main.part, 0), n.get(main.whole, 0)) for key, n in found.items()]
        of = (sum(r[1] for r in rows), sum(r[2] for r in rows))
        return tuple(Place(c, names.get(c, c), f, d) for c, f, d in compare(rows, of)), level.title
    return (), ""
