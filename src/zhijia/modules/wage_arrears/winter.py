"""The winter campaign (根治欠薪冬季行动): claims, workers and money of each county, from counters on the facts.

Two statements, however many counties; nobody's row is read one by one. `campaign` gives exact figures to whoever may
see the cases; `published` hides small cells and rounds, for everybody else (promise 7).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import connection

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Misconfigured
from zhijia.kernel.indicators import figures
from zhijia.kernel.rules.values import value_of

ROUND = 1_000_000
"""Fen to which published money is rounded: 10,000 yuan."""


@dataclass(frozen=True)
class County:
    """One county (or the whole region) in the campaign; None where a published cell is hidden. Money in fen."""

    code: str
    """GB/T 2260; that of the asked region for the whole."""
    name: str
    claims: int | None
    """Filed during the campaign."""
    workers: int | None
    """On these claims."""
    claimed: int | None
    """What is to be paid on these claims in all: verified where verified, else claimed."""
    recovered: int | None
    """What of it was paid until now."""
    open_late: int | None
    """Open claims now, whenever filed, of which a clock is over."""
    open_now: int | None
    """Open claims now, whenever filed."""
    oldest: date | None
    """Day on which the oldest open claim was filed; None when none is open or the figures are published."""

    @property
    def share(self) -> float | None:
        """Recovered of claimed, 0 to 1; None when nothing was claimed or a half is hidden."""
        return self.recovered / self.claimed if self.claimed and self.recovered is not None else None


@dataclass(frozen=True)
class Campaign:
    """The campaign in one region."""

    since: date
    until: date
    """Its last day."""
    running: bool
    verified: bool
    """Whether the operator has confirmed its first and last day."""
    whole: County
    counties: tuple[County, ...]
    """Those with a claim in it or an open one, by code."""


def period(*, region: str, now: datetime) -> tuple[date, date, bool]:
    """First and last day of the campaign that is on or comes next, and whether both are confirmed.

    Raises Misconfigured when a rule is missing or no day.
    """
    today = now.astimezone(CHINA).date()
    first = value_of("wage_arrears.winter_from", region=region, on=today)
    last = value_of("wage_arrears.winter_to", region=region, on=today)
    try:
        until = date.fromisoformat(last.text or "")
        month, day = (int(part) for part in (first.text or "").split("-"))
        since = date(until.year, month, day)
        since = since if since <= until else date(until.year - 1, month, day)
    except ValueError:
        raise Misconfigured("wage_arrears.winter_from is month-day, wage_arrears.winter_to a day") from None
    return since, until, first.verified and last.verified


def campaign(*, region: str, now: datetime) -> Campaign:
    """The campaign below `region` (GB/T 2260), as far as the request may see the cases."""
    since, until, verified = period(region=region, now=now)
    low, high = figures.bounds(region)
    asked: dict[str, Any] = {"since": since, "until": until, "low": low, "high": high, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTIES, asked)
        counties = tuple(_county(row) for row in cursor.fetchall())
        cursor.execute("SELECT name FROM org_region WHERE code = %s", [region])
        name = cursor.fetchone()
    sums: dict[str, Any] = {field: sum(getattr(county, field) for county in counties) for field in _SUMMED}
    oldest = min((county.oldest for county in counties if county.oldest), default=None)
    whole = County(code=region, name=name[0] if name else region, oldest=oldest, **sums)
    today = now.astimezone(CHINA).date()
    return Campaign(since, until, since <= today <= until, verified, whole, counties)


def published(exact: Campaign) -> Campaign:
    """As it may be shown to everybody: cells below ten people hidden, counts to the nearest five, money to the nearest
    ten thousand yuan; the whole is rounded by itself, so no county can be won back by subtraction."""
    return replace(exact, whole=_hidden(exact.whole), counties=tuple(_hidden(county) for county in exact.counties))


def _hidden(county: County) -> County:
    few = (county.workers or 0) < figures.SMALLEST
    return replace(
        county, claims=None if few else figures.published(county.claims or 0),
        workers=figures.published(county.workers or 0), claimed=None if few else _rounded(county.claimed),
        recovered=None if few else _rounded(county.recovered), open_late=figures.published(county.open_late or 0),
        open_now=figures.published(county.open_now or 0), oldest=None,
    )  # fmt: skip


def _rounded(fen: int | None) -> int:
    return ROUND * round((fen or 0) / ROUND)


def _county(row: Sequence[Any]) -> County:
    code, name, *counts, oldest = row
    sums: dict[str, Any] = dict(zip(_SUMMED, map(int, counts), strict=True))
    return County(code=code, name=name, oldest=oldest and oldest.astimezone(CHINA).date(), **sums)


_SUMMED = ("claims", "workers", "claimed", "recovered", "open_late", "open_now")
_COUNTIES = """
WITH filed AS (
  SELECT f.region, count(*) AS claims, sum(f.people) AS workers, sum(f.owed) AS claimed, sum(f.recovered) AS recovered
  FROM wage_arrears_facts f
  WHERE f.filed_on BETWEEN %(since)s AND %(until)s AND f.region BETWEEN %(low)s AND %(high)s GROUP BY 1),
open AS (
  SELECT c.region, count(*) FILTER (WHERE c.due_at < %(now)s OR c.late > 0) AS late, count(*) AS n,
    min(c.created_at) AS oldest
  FROM cases_case c
  WHERE c.service = 'wage_arrears' AND c.closed_at IS NULL AND c.region BETWEEN %(low)s AND %(high)s GROUP BY 1)
SELECT code, coalesce(r.name, code), coalesce(f.claims, 0), coalesce(f.workers, 0), coalesce(f.claimed, 0),
  coalesce(f.recovered, 0), coalesce(o.late, 0), coalesce(o.n, 0), o.oldest
FROM (SELECT region AS code FROM filed UNION SELECT region FROM open) places
LEFT JOIN filed f ON f.region = code LEFT JOIN open o ON o.region = code LEFT JOIN org_region r USING (code)
ORDER BY code
"""
