"""How long closed cases took: median and 90th percentile, which the counters cannot tell because they keep sums.

So they are worked out from the cases themselves, under the reader's own row-level security, and only where there are
few enough to be sorted while somebody waits. They are shown inside the union and never published.
"""

from dataclasses import dataclass

from django.db import connection

from zhijia.kernel.indicators.figures import ENOUGH, bounds, published

from .figures import Board

MOST = 200_000
"""More closed cases than this are not sorted for a page."""


@dataclass(frozen=True)
class Spans:
    """Days from filing to closing; None where fewer than 30 were closed, or too many. `n` is rounded."""

    n: int | None
    median: float | None
    ninetieth: float | None
    too_many: bool = False


def spans(board: Board) -> Spans:
    """The durations of the cases of the board's region that were filed and closed in its period. One query."""
    low, high = bounds(board.region.code)
    counted = next((m.value for m in board.figures if m.key == "closed"), None)
    if (counted or 0) > MOST:
        return Spans(counted, None, None, too_many=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP"
            " (ORDER BY extract(epoch FROM closed_at - created_at)) FROM cases_case"
            " WHERE service = %(service)s AND region BETWEEN %(low)s AND %(high)s AND closed_at IS NOT NULL"
            " AND created_at >= %(since)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'"
            " AND closed_at < %(until)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'"
            " AND (%(category)s = '' OR category = %(category)s)",
            {
                "service": board.service.key, "low": low, "high": high, "since": board.since, "until": board.until,
                "category": board.category,
            },
        )  # fmt: skip
        n, seconds = cursor.fetchone()
    if n < ENOUGH:
        return Spans(published(n), None, None)
    median, ninetieth = (round(float(s) / 86400, 1) for s in seconds)
    return Spans(published(n), median, ninetieth)
