"""Geometry of the board's charts: numbers in, coordinates out; the templates draw them as SVG.

The same drawings serve page, print and later PDF. Labels sit on the marks; each chart has its table behind it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor

from zhijia.kernel.indicators.figures import Figure
from zhijia.modules.wage_arrears.winter import County

from .figures import LateLevel, Place, Topic


@dataclass(frozen=True)
class Tick:
    """One grid line: where, and what it says."""

    at: float
    label: str


@dataclass(frozen=True)
class Dot:
    """A rate with its interval on one row of the ranking."""

    place: Place
    y: float
    x: float
    low: float
    high: float


@dataclass(frozen=True)
class Ranking:
    """The ranking chart."""

    width: int
    height: int
    ticks: tuple[Tick, ...]
    dots: tuple[Dot, ...]
    average: float | None
    left: float = 96
    hidden: tuple[Place, ...] = ()


ROW, RANK_WIDTH, RANK_LEFT, RANK_RIGHT = 34, 460, 96, 276


def ranking(places: Sequence[Place], average: float | None) -> Ranking | None:
    """Dots with 95% intervals, one row per place; None when nothing can be shown."""
    shown = [p for p in places if p.figure.low is not None and p.figure.high is not None]
    hidden = tuple(p for p in places if p.figure.low is None)
    if not shown:
        return None
    low = floor(min(p.figure.low or 0 for p in shown) * 10) / 10
    high = min(1.0, ceil(max(p.figure.high or 1 for p in shown) * 10) / 10)

    def x(share: float) -> float:
        return round(RANK_LEFT + (RANK_RIGHT - RANK_LEFT) * (share - low) / (high - low), 1)

    dots = tuple(
        Dot(p, 40 + ROW * n, x(p.figure.share or 0), x(p.figure.low or 0), x(p.figure.high or 0))
        for n, p in enumerate(shown)
    )
    steps = round((high - low) * 10)
    every = 1 if steps <= 4 else 2 if steps <= 6 else 5
    ticks = tuple(Tick(x(low + n / 10), f"{round((low + n / 10) * 100)}%") for n in range(0, steps + 1, every))
    height = 40 + ROW * len(shown) + 8
    return Ranking(RANK_WIDTH, height, ticks, dots, None if average is None else x(average), RANK_LEFT, hidden)


@dataclass(frozen=True)
class Line:
    """One rate over the months; `points` is an SVG list, broken where a month is not shown."""

    key: str
    runs: tuple[str, ...]
    end_x: float
    end_y: float
    label_y: float
    last: float
    main: bool


@dataclass(frozen=True)
class Month:
    """What one month says when it is pointed at: a column of the chart, its rates, and the month's own board."""

    x: float
    period: str
    points: tuple[tuple[str, float, float], ...]
    """(figure, y, rate) of those that are shown."""


@dataclass(frozen=True)
class Trend:
    """The trend chart."""

    ticks: tuple[Tick, ...]
    months: tuple[Tick, ...]
    lines: tuple[Line, ...]
    columns: tuple[Month, ...]
    width: float
    """Of one column."""

    @property
    def half(self) -> float:
        """From the middle of a column to its left edge."""
        return -self.width / 2


TREND_LEFT, TREND_RIGHT, TREND_TOP, TREND_BOTTOM = 34, 300, 20, 205


def trend(rows: Sequence[tuple[date, Mapping[str, Figure]]], keys: Sequence[str], main: str) -> Trend | None:
    """Lines of the named rates over twelve months; None when fewer than two months can be shown."""
    shares = [f.share for _month, figures in rows for k, f in figures.items() if k in keys and f.share is not None]
    if len(shares) < 2:
        return None
    low, high = floor(min(shares) * 10) / 10, min(1.0, ceil(max(shares) * 10 + 0.01) / 10)
    if high - low < 0.1:
        low = max(0.0, high - 0.1)
    step = (TREND_RIGHT - TREND_LEFT) / (len(rows) - 1)

    def y(share: float) -> float:
        return round(TREND_BOTTOM - (TREND_BOTTOM - TREND_TOP) * (share - low) / (high - low), 1)

    columns = tuple(
        Month(
            round(TREND_LEFT + step * n, 1), f"{month:%Y-%m}",
            tuple((k, y(s), s) for k in keys if (s := figures[k].share) is not None),
        )
        for n, (month, figures) in enumerate(rows)
    )  # fmt: skip
    lines = []
    for key in keys:
        runs: list[list[tuple[float, float, float]]] = [[]]
        for column in columns:
            found = next(((column.x, at, share) for k, at, share in column.points if k == key), None)
            runs = [*runs[:-1], [*runs[-1], found]] if found else [*runs, []]
        runs = [run for run in runs if run]
        if runs:
            x_end, y_end, last = runs[-1][-1]
            said = tuple(" ".join(f"{px},{py}" for px, py, _s in run) for run in runs)
            lines.append(Line(key, said, x_end, y_end, y_end, last, key == main))
    grid = max(1, round((high - low) * 10))
    every = 1 if grid <= 4 else 2
    ticks = tuple(Tick(y(low + n / 10), f"{round((low + n / 10) * 100)}%") for n in range(0, grid + 1, every))
    months = tuple(
        Tick(round(TREND_LEFT + step * n, 1), f"{m.year % 100}/{m.month}" if m.month == 1 or n == 0 else str(m.month))
        for n, (m, _f) in enumerate(rows)
        if n % 2 == 0 or n == len(rows) - 1
    )
    return Trend(ticks, months, tuple(_apart(lines)), columns, round(step, 1))


def _apart(lines: list[Line]) -> list[Line]:
    """Move the labels of lines that end close together apart by 15 px."""
    ordered = sorted(lines, key=lambda line: line.end_y)
    placed: list[Line] = []
    for line in ordered:
        y = max(line.end_y, placed[-1].label_y + 15) if placed else line.end_y
        placed.append(Line(line.key, line.runs, line.end_x, line.end_y, y, line.last, line.main))
    return placed


@dataclass(frozen=True)
class Bar:
    """One bar: where, how long, what it says."""

    title: object
    y: float
    width: float
    n: int | None
    code: str = ""


def bars(topics: Sequence[Topic], most: int = 10) -> tuple[Bar, ...]:
    """Bars of what people ask about, longest first."""
    top = [t for t in topics if t.n is not None][:most]
    longest = max((t.n or 0 for t in top), default=0)
    return tuple(
        Bar(t.title, 18 + 27 * n, round(220 * (t.n or 0) / longest, 1), t.n, t.code) for n, t in enumerate(top)
    )


@dataclass(frozen=True)
class Piece:
    """One band of a stacked bar."""

    x: float
    width: float
    n: int
    css: str


@dataclass(frozen=True)
class Stack:
    """One level's late matters."""

    level: LateLevel
    y: float
    pieces: tuple[Piece, ...]
    end: float


def stacks(late: Sequence[LateLevel]) -> tuple[Stack, ...]:
    """Stacked bars of late matters by level of the union."""
    longest = max((sum(b or 0 for b in row.bands) for row in late), default=0) or 1
    out = []
    for n, row in enumerate(late):
        x, pieces = 86.0, []
        for index, band in enumerate(row.bands):
            if band:
                width = round(230 * band / longest, 1)
                pieces.append(Piece(round(x, 1), max(2.0, width - 1.3), band, f"o{index + 1}"))
                x += width
        out.append(Stack(row, 44 + 40 * n, tuple(pieces), round(x + 10, 1)))
    return tuple(out)


@dataclass(frozen=True)
class Part:
    """One county's bar: what is owed, and what of it was recovered."""

    county: County
    y: float
    owed: float
    recovered: float


PART_WIDTH, PART_ROW = 460, 44


def recovered(counties: Sequence[County]) -> tuple[Part, ...]:
    """Bars of recovered within owed, in the order given, the longest as wide as the chart; none without money."""
    longest = max((max(c.claimed or 0, c.recovered or 0) for c in counties), default=0)
    if not longest:
        return ()
    return tuple(
        Part(c, 14 + PART_ROW * n, *(round(PART_WIDTH * (fen or 0) / longest, 1) for fen in (c.claimed, c.recovered)))
        for n, c in enumerate(counties)
    )
