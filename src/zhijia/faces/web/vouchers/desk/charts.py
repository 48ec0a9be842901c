"""Geometry of a cycle's bars: one bar a day, what was handed out, what is claimed, what is left; drawn as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

WIDTH, LEFT, RIGHT, ROW, BAR = 760, 76, 150, 28, 18
MOST = 21
"""Days drawn at once: those around the one that is looked at."""


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


@dataclass(frozen=True)
class Part:
    """One piece of a bar."""

    css: str
    x: float
    width: float


@dataclass(frozen=True)
class Bar:
    """One day."""

    day: date
    y: int
    mid: float
    parts: tuple[Part, ...]
    end: float
    says: str
    """How many were handed out of how many."""


@dataclass(frozen=True)
class Bars:
    """The whole drawing."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    cut: bool
    """Whether days were left out."""


def bars(days: Sequence[Day], *, near: date) -> Bars | None:
    """Bars of the days around `near`, all on the scale of the fullest day; None when there are none."""
    if not days:
        return None
    at = next((n for n, d in enumerate(days) if d.day >= near), len(days) - 1)
    first = max(0, min(at - MOST // 2, len(days) - MOST))
    chosen = days[first : first + MOST]
    scale = (WIDTH - LEFT - RIGHT) / max(1, *(d.total for d in chosen))
    made = []
    for n, d in enumerate(chosen):
        x, parts = float(LEFT), []
        for css, count in (("b-used", d.handed_out), ("b-held", max(0, d.claimed - d.handed_out)), ("b-left", d.left)):
            width = round(count * scale, 1)
            if width:
                parts.append(Part(css, round(x, 1), width))
            x += width
        y = n * ROW + (ROW - BAR) // 2
        made.append(Bar(d.day, y, y + BAR / 2 + 4.5, tuple(parts), round(x + 8, 1), f"{d.handed_out} / {d.total}"))
    return Bars(WIDTH, len(chosen) * ROW, tuple(made), len(chosen) < len(days))
