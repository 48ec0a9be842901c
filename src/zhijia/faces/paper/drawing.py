"""Charts as SVG for print: numbers in, one drawing out, the same for PDF and DOCX. Units are points, so a label of 8 is
8 points on paper.

One blue carries the message, warm grey the context; labels sit on the marks; what is hidden is drawn as a dash.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

from zhijia.kernel.documents.fonts import LAST

WIDTH = 442
"""156 mm: the text block of A4."""
INK, SOFT, FAINT, LINE = "#221f1a", "#545047", "#68625a", "#ddd6c8"
BLUE, BARS, REST, COVER = "#1f4f74", "#457698", "#b9b1a3", "#b3c9d9"
HIDDEN = "—"


@dataclass(frozen=True)
class Series:
    """One line of a chart over time; None where a month is not shown."""

    title: str
    values: tuple[float | None, ...]
    main: bool = False


@dataclass(frozen=True)
class Span:
    """One row of a ranking: a rate with its 95% interval, 0 to 1; `says` stands at its end."""

    title: str
    share: float
    low: float
    high: float
    says: str
    differs: bool


class Drawing:
    """An SVG under way."""

    def __init__(self, height: float) -> None:
        self.height, self.parts = height, list[str]()

    def text(
        self, x: float, y: float, words: str, *, size: float = 8, fill: str = SOFT, anchor: str = "start",
        bold: bool = False,
    ) -> None:  # fmt: skip
        """Words on a baseline. The packaged font has one weight, so bold is a thin stroke."""
        stroke = f' stroke="{fill}" stroke-width="0.25"' if bold else ""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{fill}" text-anchor="{anchor}"{stroke}>'
            f"{escape(words)}</text>"
        )

    def bar(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """A filled rectangle."""
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"/>')

    def rule(
        self, x: float, y: float, to_x: float, to_y: float, *, stroke: str = LINE, width: float = 0.6, dash: str = ""
    ) -> None:
        """A straight line."""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<path d="M{x:.1f},{y:.1f} L{to_x:.1f},{to_y:.1f}" stroke="{stroke}" stroke-width="{width:g}"'
            f' fill="none"{dashed}/>'
        )

    def path(self, points: Sequence[tuple[float, float]], *, stroke: str, width: float) -> None:
        """Points joined by a line."""
        joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(
            f'<polyline points="{joined}" fill="none" stroke="{stroke}" stroke-width="{width:g}"'
            ' stroke-linejoin="round" stroke-linecap="round"/>'
        )

    def dot(self, x: float, y: float, radius: float, fill: str) -> None:
        """A filled circle with a white edge, so that it stands out from its line."""
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{fill}" stroke="#fff"/>')

    def svg(self) -> str:
        """The drawing."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.height:g}" width="{WIDTH}pt" '
            f'height="{self.height:g}pt" font-family="{LAST}">'
        )
        return head + "".join(self.parts) + "</svg>"


def wide(words: str, size: float) -> float:
    """About how wide words are, in points: a Chinese character is as wide as high."""
    return sum(0.56 if character.isascii() else 1.0 for character in words) * size


def fitted(words: str, size: float, room: float) -> str:
    """The words, cut with an ellipsis where they are wider than the room."""
    if wide(words, size) <= room:
        return words
    while words and wide(words + "…", size) > room:
        words = words[:-1]
    return words.rstrip() + "…"


def ornament(values: Sequence[int | None]) -> str:
    """The columns without a word, for a cover: the highest in blue."""
    most, height = max((n or 0 for n in values), default=0) or 1, 120.0
    drawing, each = Drawing(height), WIDTH / max(1, len(values))
    for place, n in enumerate(values):
        tall = max(1.0, (height - 2) * (n or 0) / most)
        drawing.bar(each * place, height - 1 - tall, each - 5, tall, BLUE if n == most else COVER)
    drawing.rule(0, height - 0.5, WIDTH, height - 0.5, stroke=BLUE, width=0.8)
    return drawing.svg()


def columns(
    labels: Sequence[str], main: tuple[str, Sequence[int | None]], rest: tuple[str, Sequence[int | None]], *,
    height: float = 170,
) -> str:  # fmt: skip
    """Two columns for each month: the blue one carries its number, the grey one is for comparison."""
    top, bottom = 34.0, height - 20
    drawing = Drawing(height)
    steps, most = _scale([n or 0 for n in (*main[1], *rest[1])])

    def y(n: float) -> float:
        return bottom - (bottom - top) * n / most

    for step in steps:
        drawing.rule(34, y(step), WIDTH, y(step))
        drawing.text(29, y(step) + 2.8, f"{step:,}", size=7.5, fill=FAINT, anchor="end")
    x = 34.0
    for (title, _values), fill in ((main, BLUE), (rest, REST)):
        drawing.bar(x, 6, 8, 8, fill)
        drawing.text(x + 12, 13, title, size=8.5, fill=INK)
        x += 12 + wide(title, 8.5) + 16
    each = (WIDTH - 38) / len(labels)
    for n, label in enumerate(labels):
        left = 38 + each * n
        half = min(14.0, each * 0.38)
        for offset, value, fill in ((0.0, main[1][n], BLUE), (half + 1, rest[1][n], REST)):
            if value:
                drawing.bar(left + offset, y(value), half, bottom - y(value), fill)
        value = main[1][n]
        says = HIDDEN if value is None else f"{value:,}"
        fits = wide(says, 7.5) <= half  # else it would run into the grey column
        at = y(value or 0) if fits else y(max(value or 0, rest[1][n] or 0))
        middle = left + (half / 2 if fits else half)
        drawing.text(middle, at - 3, says, size=7 if len(says) > 6 else 7.5, fill=INK, anchor="middle")
        drawing.text(left + half, bottom + 12, label, size=7.5, fill=FAINT, anchor="middle")
    drawing.rule(34, bottom, WIDTH, bottom, stroke=FAINT)
    return drawing.svg()


def lines(labels: Sequence[str], series: Sequence[Series], *, height: float = 170) -> str | None:
    """Rates over the months, named at their ends; None when fewer than two months can be shown."""
    shown = [v for one in series for v in one.values if v is not None]
    if sum(any(v is not None for v in month) for month in zip(*(s.values for s in series), strict=True)) < 2:
        return None
    left, right, top, bottom = 34.0, 316.0, 8.0, height - 20
    low = floor(min(shown) * 20 - 0.01) / 20
    high = min(1.0, ceil(max(shown) * 20 + 0.01) / 20)
    low = max(0.0, min(low, high - 0.1))
    drawing = Drawing(height)

    def y(share: float) -> float:
        return bottom - (bottom - top) * (share - low) / (high - low)

    grid = round((high - low) * 20)
    for n in range(0, grid + 1, max(1, ceil(grid / 5))):
        at = y(low + n / 20)
        drawing.rule(left, at, right, at)
        drawing.text(left - 5, at + 2.8, f"{round((low + n / 20) * 100)}%", size=7.5, fill=FAINT, anchor="end")
    step = (right - left - 12) / max(1, len(labels) - 1)
    for n, label in enumerate(labels):
        drawing.text(left + 6 + step * n, bottom + 14, label, size=7.5, fill=FAINT, anchor="middle")
    ends: list[tuple[float, str, bool]] = []
    for one in sorted(series, key=lambda s: s.main):
        stroke, width = (BLUE, 2.0) if one.main else (REST, 1.4)
        points = [(left + 6 + step * n, y(v) if v is not None else None) for n, v in enumerate(one.values)]
        for run in _runs(points):
            if len(run) == 1:
                drawing.dot(*run[0], 2.2, stroke)
            else:
                drawing.path(run, stroke=stroke, width=width)
        known = [(px, py, v) for (px, py), v in zip(points, one.values, strict=True) if py is not None]
        if known:
            px, py, last = known[-1]
            drawing.dot(px, py or 0, 3.2, stroke)
            ends.append((py or 0, f"{one.title} {(last or 0) * 100:.1f}%", one.main))
    ends.sort()
    for (_y, says, main), at in zip(ends, _apart([end[0] for end in ends], bottom), strict=True):
        fill = BLUE if main else SOFT
        drawing.text(right + 6, at + 3, fitted(says, 8.5, WIDTH - right - 6), size=8.5, fill=fill, bold=main)
    return drawing.svg()


def bars(rows: Sequence[tuple[str, int, str]]) -> str:
    """Bars from the longest to the shortest: title, length, what stands behind it."""
    row, left, room = 20.0, 132.0, 210.0
    drawing = Drawing(row * len(rows) + 4)
    longest = max(n for _title, n, _says in rows) or 1
    for number, (title, n, says) in enumerate(rows):
        y = 2 + row * number
        drawing.text(left - 8, y + 12.5, fitted(title, 8.5, left - 8), size=8.5, fill=INK, anchor="end")
        drawing.bar(left, y + 3, max(1.0, room * n / longest), 13, BLUE if number == 0 else BARS)
        drawing.text(left + room * n / longest + 6, y + 12.5, says, size=8.5, fill=INK)
    drawing.rule(left, 1, left, row * len(rows) + 3, stroke=FAINT)
    return drawing.svg()


def ranking(rows: Sequence[Span], average: float, average_says: str) -> str:
    """Dots with their 95% intervals, a line for the whole; only what truly differs is blue."""
    row, left, right, top = 17.0, 92.0, 300.0, 26.0
    low = floor(min(r.low for r in rows) * 10) / 10
    high = min(1.0, ceil(max(r.high for r in rows) * 10) / 10)
    bottom = top + row * len(rows)
    drawing = Drawing(bottom + 6)

    def x(share: float) -> float:
        return left + (right - left) * (share - low) / max(0.1, high - low)

    steps = max(1, round((high - low) * 10))
    for n in range(0, steps + 1, max(1, ceil(steps / 5))):
        at = x(low + n / 10)
        drawing.rule(at, top - 4, at, bottom)
        drawing.text(at, top - 8, f"{round((low + n / 10) * 100)}%", size=7.5, fill=FAINT, anchor="middle")
    drawing.rule(x(average), top - 4, x(average), bottom, stroke=SOFT, width=0.9, dash="3 2")
    drawing.text(WIDTH, top - 8, average_says, size=8, fill=SOFT, anchor="end")
    for number, one in enumerate(rows):
        y = top + row * number + 9
        fill, ink = (BLUE, BLUE) if one.differs else (REST, INK)
        drawing.text(0, y + 3, fitted(one.title, 8.5, left - 6), size=8.5, fill=ink, bold=one.differs)
        drawing.rule(x(one.low), y, x(one.high), y, stroke=fill, width=1.6)
        drawing.dot(x(one.share), y, 3.4, fill)
        drawing.text(346, y + 3, f"{one.share * 100:.1f}%", size=8.5, fill=ink, anchor="end", bold=one.differs)
        drawing.text(WIDTH, y + 3, one.says, size=8.5, fill=SOFT, anchor="end")
    return drawing.svg()


def _scale(values: Sequence[int]) -> tuple[list[int], int]:
    """Grid lines in round steps up to above the largest value."""
    largest = max(values, default=0) or 10
    size = 10 ** floor(log10(largest))
    step = next(max(1, int(size * part)) for part in (0.2, 0.25, 0.5, 1, 2) if largest / max(1, size * part) <= 5)
    count = ceil(largest / step)
    return [step * n for n in range(1, count + 1)], step * count


def _runs(points: Sequence[tuple[float, float | None]]) -> list[list[tuple[float, float]]]:
    """The points that follow one another without a gap."""
    runs: list[list[tuple[float, float]]] = [[]]
    for x, y in points:
        if y is None:
            runs.append([])
        else:
            runs[-1].append((x, y))
    return [run for run in runs if run]


def _apart(heights: Sequence[float], lowest: float, least: float = 13) -> list[float]:
    """Heights of labels, in order, moved down where they would touch, then all up if the last fell off."""
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + least) if placed else height)
    return [min(height, lowest - least * (len(placed) - 1 - n)) for n, height in enumerate(placed)]
