"""Median and 90th percentile on the board: shown inside the union where there are few enough to be sorted at once."""

from dataclasses import dataclass

from zhijia.kernel.indicators.durations import Durations, durations
from zhijia.kernel.indicators.figures import ENOUGH

from .figures import Board

MOST = 200_000
"""More closed cases than this are not sorted while somebody waits for a page."""


@dataclass(frozen=True)
class Spans:
    """What the board says of days: nothing where fewer than 30 were closed, and why not where there are too many."""

    found: Durations | None
    too_many: bool = False


def spans(board: Board) -> Spans:
    """The durations of what was closed in the board's region and period. One query."""
    closed = next((m.value for m in board.figures if m.key == "closed"), None)
    if (closed or 0) > MOST:
        return Spans(None, too_many=True)
    return Spans(durations(
        service=board.service.key, region=board.region.code, since=board.since, until=board.until, enough=ENOUGH,
        category=board.category,
    ))  # fmt: skip
