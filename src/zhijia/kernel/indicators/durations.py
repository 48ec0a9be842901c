"""How long what was closed in a period had taken: median and 90th percentile, which counters cannot tell because they
keep sums.

They are worked out from the cases themselves, under the reader's own row-level security. What was closed in a period is
asked whenever it was filed: of those filed and closed within it, the long ones would be missing.
"""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from .figures import bounds, published

DAY = 86_400


@dataclass(frozen=True)
class Durations:
    """Calendar days from the first word to the close, to half a day, so that no single case can be read off."""

    n: int | None
    """How many were closed, rounded for publication."""
    median: float
    """Half of them took at most so long."""
    ninetieth: float
    """Nine in ten took at most so long."""


def durations(
    *, service: str, region: str, since: date, until: date, enough: int, category: str = ""
) -> Durations | None:
    """Over what was closed from `since` to before `until` (days in China); None where fewer than `enough` were."""
    low, high = bounds(region)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP"
            " (ORDER BY extract(epoch FROM closed_at - created_at)) FROM cases_case"
            " WHERE service = %(service)s AND region BETWEEN %(low)s AND %(high)s"
            " AND closed_at >= %(since)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'"
            " AND closed_at < %(until)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'"
            " AND (%(category)s = '' OR category = %(category)s)",
            {
                "service": service, "low": low, "high": high, "since": since, "until": until, "category": category,
            },
        )  # fmt: skip
        n, quantiles = cursor.fetchone()
    if n < enough:
        return None
    median, ninetieth = (round(float(seconds) / DAY * 2) / 2 for seconds in quantiles)
    return Durations(published(n), median, ninetieth)
