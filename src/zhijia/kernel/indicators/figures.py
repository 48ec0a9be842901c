"""Reading counters: sums, rates with both halves, rankings and trends; published cells hidden and rounded.

Promise 7: a published cell below 10 is hidden, the rest is rounded to 5, totals independently of their parts, so no
cell can be won back by subtraction.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt

from django.db import connection

SMALLEST = 10
"""Cells below this many people are not shown."""
SENSITIVE = 20
"""The same for cells by topic, of which some are sensitive, and for protected categories."""
STEP = 5
ENOUGH = 30
"""A rate over fewer than this is not shown: it would say more about chance than about work."""
Z = 1.959964
"""Standard normal quantile of a 95% interval."""


@dataclass(frozen=True)
class Figure:
    """A rate with its fraction. `part` and `whole` are rounded for publication; None when hidden."""

    key: str
    part: int | None
    whole: int | None
    low: float | None = None
    high: float | None = None
    """95% Wilson interval, 0 to 1, of the shown fraction."""

    @property
    def share(self) -> float | None:
        """The rate, 0 to 1, from the rounded halves, or None when it is not shown."""
        return self.part / self.whole if self.part is not None and self.whole else None


def published(n: int, *, smallest: int = SMALLEST) -> int | None:
    """A count as it may be shown: hidden below `smallest` (a true zero too), else to the nearest 5."""
    return None if n < smallest else STEP * round(n / STEP)


def rate(key: str, part: int, whole: int, *, smallest: int = SMALLEST) -> Figure:
    """A rate as it may be shown. Hidden when the whole is under 30 or the part is a small cell; the complement of a
    shown part is blurred by rounding both halves independently."""
    if whole < ENOUGH or part < smallest:
        return Figure(key, None, published(whole, smallest=smallest))
    shown = published(whole, smallest=smallest) or 0
    of = min(published(part, smallest=smallest) or 0, shown)
    low, high = wilson(of, shown)  # of the exact halves it could be turned round into them
    return Figure(key, of, shown, low, high)


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95% Wilson score interval of part/whole (Wilson 1927); whole > 0."""
    p, z2 = part / whole, Z * Z
    centre = p + z2 / (2 * whole)
    spread = Z * sqrt(p * (1 - p) / whole + z2 / (4 * whole * whole))
    return max(0.0, (centre - spread) / (1 + z2 / whole)), min(1.0, (centre + spread) / (1 + z2 / whole))


def totals(
    service: str, *, since: date, until: date, region: str = "000000", category: str = "", by: str = "",
    only: Collection[str] = (), amounts: bool = False,
) -> Mapping[tuple[str, ...], Mapping[str, int]]:  # fmt: skip
    """Raw sums of every indicator (or of `only` these) over [since, until) below `region`; not for publication. With
    `amounts` what was measured, in hundredths (fen for money), instead of how often.

    `by` splits them: "" (one row, key ()), "month", "province", "city", "county" or "category". One query; it reads
    the all-category rows unless a category is asked for, and the provinces' own rows unless smaller places are.
    """
    group = {
        "": "''", "month": "to_char(month, 'YYYY-MM')", "province": "left(region, 2) || '0000'",
        "city": "left(region, 4) || '00'", "county": "region", "category": "category",
    }[by]  # fmt: skip
    which = "category <> ''" if by == "category" and not category else "category = %(category)s"
    where, bounds = _where(region, by)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {group}, indicator, {'sum(amount) * 100' if amounts else 'sum(n)'} FROM indicators_counter "
            f"WHERE service = %(service)s AND {which} AND month >= %(since)s AND month < %(until)s AND {where} "
            "AND (%(only)s::text[] = '{}' OR indicator = ANY(%(only)s)) GROUP BY 1, 2",
            {"service": service, "category": category, "since": since, "until": until, "only": list(only), **bounds},
        )
        found: dict[tuple[str, ...], dict[str, int]] = {}
        for key, indicator, n in cursor.fetchall():
            found.setdefault((key,) if by else (), {})[indicator] = int(n)
    return found


def means(
    service: str, indicator: str, *, since: date, until: date, region: str = "000000"
) -> tuple[int, float] | None:
    """How many were measured and their mean (hours), or None when there is none."""
    where, bounds = _where(region, "")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(n), sum(amount) FROM indicators_counter WHERE service = %(service)s AND category = '' "
            f"AND indicator = %(indicator)s AND month >= %(since)s AND month < %(until)s AND {where}",
            {"service": service, "indicator": indicator, "since": since, "until": until, **bounds},
        )
        n, amount = cursor.fetchone()
    return (int(n), float(amount) / int(n)) if n else None


def months_before(month: date, count: int) -> date:
    """The first day of the month `count` months earlier."""
    index = month.year * 12 + month.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def _where(region: str, by: str) -> tuple[str, dict[str, str]]:
    """Which rows hold what lies below `region`, and the bounds that the condition names. A country of counties is
    too much to add up for every page, so whole provinces have rows of their own, under their first two digits."""
    if by in ("city", "county") or region[2:] != "0000":
        low, high = bounds(region)
        return "region BETWEEN %(low)s AND %(high)s AND length(region) = 6", {"low": low, "high": high}
    if region == "000000":
        return "length(region) = 2", {}
    return "region = %(province)s AND length(region) = 2", {"province": region[:2]}


def bounds(region: str) -> tuple[str, str]:
    """The codes below a region: 110000 covers 110000 to 119999."""
    stem = region.rstrip("0")
    stem += "0" * (-len(stem) % 2)
    return (region, stem + "9" * (6 - len(stem))) if region != "000000" else ("000000", "999999")


def compare(rows: Iterable[tuple[str, int, int]], whole: tuple[int, int]) -> Sequence[tuple[str, Figure, int]]:
    """Rank units by a rate against the whole: (unit, figure, difference), difference +1 or -1 only where the 95%
    interval of the unit leaves out the whole's rate, else 0. Highest first; hidden ones last."""
    part, of = whole
    average = part / of if of else 0.0
    ranked = []
    for unit, unit_part, unit_whole in rows:
        figure = rate("", unit_part, unit_whole)
        differs = 0
        if figure.low is not None and figure.high is not None:
            differs = 1 if figure.low > average else -1 if figure.high < average else 0
        ranked.append((unit, figure, differs))
    return sorted(ranked, key=lambda row: 1.0 if row[1].share is None else -row[1].share)
