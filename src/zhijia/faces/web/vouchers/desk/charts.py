"""A cycle's bars: one bar a day, what was handed out, what is claimed, what is left."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from zhijia.faces.drawing.counts import Stack, stacks
from zhijia.faces.drawing.ink import Picture, Sheet

SHEET = Sheet(760, 12, 28, page=True)
MOST = 21
"""Days drawn at once: those around the one that is looked at."""
HANDED_OUT, CLAIMED, LEFT = "d5", "d3", "d1"
"""The inks of the three parts of a bar."""


class Day(Protocol):
    """What a bar needs to know."""

    @property
    def day(self) -> date: ...
    @property
    def total(self) -> int: ...
    @property
    def left(self) -> int: ...
    @property
    def claimed(self) -> int: ...
    @property
    def handed_out(self) -> int: ...


def around(days: Sequence[Day], *, near: date) -> Sequence[Day]:
    """The days that are drawn: those around the one that is looked at."""
    at = next((n for n, d in enumerate(days) if d.day >= near), len(days) - 1)
    first = max(0, min(at - MOST // 2, len(days) - MOST))
    return days[first : first + MOST]


def bars(days: Sequence[Day], *, near: date, key: Sequence[tuple[str, str]] = ()) -> Picture | None:
    """Bars of the days around `near`, all on the scale of the fullest day; None when there are none."""
    rows = [
        Stack(
            f"{d.day.month}/{d.day.day}",
            ((HANDED_OUT, d.handed_out), (CLAIMED, max(0, d.claimed - d.handed_out)), (LEFT, d.left)),
            f"{d.handed_out} / {d.total}", marked=d.day == near, address=f"?day={d.day}",
        )
        for d in around(days, near=near)
    ]  # fmt: skip
    return stacks(SHEET, rows, key) if rows else None
