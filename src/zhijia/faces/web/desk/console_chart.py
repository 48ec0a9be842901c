"""The calls of a day by the hour, as columns: answered in time, answered later, missed."""

from collections.abc import Sequence
from datetime import datetime

from zhijia.faces.drawing.counts import Stack, piles
from zhijia.faces.drawing.ink import Picture, Sheet
from zhijia.kernel.base.clock import CHINA
from zhijia.modules.hotline.calls.wall import Hour

SHEET = Sheet(960, 12, 32, page=True)
HEIGHT = 390
IN_TIME, LATER, MISSED = "d5", "d2", "o2"
"""The inks of the three parts of a column; the page's key shows the same."""


def bars(hours: Sequence[Hour], *, now: datetime) -> Picture:
    """Columns of the hours of a day; the highest fills the height."""
    at = now.astimezone(CHINA).hour
    rows = [
        Stack(
            f"{h.hour}",
            ((IN_TIME, h.in_time), (LATER, h.answered - h.in_time), (MISSED, h.offered - h.answered)),
            f"{h.offered}" if h.offered else "", marked=h.hour == at,
        )
        for h in hours
    ]  # fmt: skip
    return piles(SHEET, rows, height=HEIGHT)
