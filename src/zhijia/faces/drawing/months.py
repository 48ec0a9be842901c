"""Drawings over the months: rates as lines, counts as columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from .ink import Drawing, Picture, Sheet, fitted, wide

HIDDEN = "—"


@dataclass(frozen=True)
class Month:
    """What stands under a month, what it is called when it is pointed at, and where it leads."""

    label: str
    name: str = ""
    address: str = ""


@dataclass(frozen=True)
class Series:
    """One rate over the months; None where it is not shown."""

    title: str
    values: tuple[float | None, ...]
    main: bool = False

    @property
    def last(self) -> float | None:
        """The last that is shown."""
        return next((v for v in reversed(self.values) if v is not None), None)


def lines(sheet: Sheet, months: Sequence[Month], series: Sequence[Series], *, height: float = 0) -> Picture | None:
    """Rates over the months, named at their ends; None when fewer than two months can be shown."""
    shown = [v for one in series for v in one.values if v is not None]
    if sum(any(v is not None for v in month) for month in zip(*(s.values for s in series), strict=True)) < 2:
        return None
    size, small, drawing = sheet.size, sheet.small, Drawing(sheet)
    height = height or 20 * size
    named = max(wide(_said(s), size) for s in series if s.last is not None)
    left, right = 2.9 * size, sheet.width - min(0.36 * sheet.width, named) - 1.2 * size
    top, bottom = 0.8 * size, height - 2.2 * size
    high = min(1.0, ceil(max(shown) * 20 + 0.01) / 20)
    low = max(0.0, min(floor(min(shown) * 20 - 0.01) / 20, high - 0.1))

    def y(share: float) -> float:
        return bottom - (bottom - top) * (share - low) / (high - low)

    grid = round((high - low) * 20)
    for n in range(0, grid + 1, max(1, ceil(grid / 5))):
        at, says = y(low + n / 20), f"{round((low + n / 20) * 100)}%"
        drawing.rule(left, at, right, at)
        drawing.text(left - size / 2, at + small * 0.36, says, anchor="end", small=True)
    step = (right - left - size) / max(1, len(months) - 1)
    xs = [left + size / 2 + step * n for n in range(len(months))]
    _under(drawing, months, xs, bottom + 1.6 * size, step)
    for one in sorted(series, key=lambda s: s.main):
        points = [(x, None if v is None else y(v)) for x, v in zip(xs, one.values, strict=True)]
        for run in _runs(points):
            if len(run) == 1:
                drawing.dot(*run[0], size / 4, "m-main" if one.main else "m-rest")
            else:
                drawing.path(run, "l-main" if one.main else "l-rest")
    ends = sorted((y(s.last), n) for n, s in enumerate(series) if s.last is not None)
    for (end, n), at in zip(ends, _apart([end for end, _n in ends], bottom, 1.4 * size), strict=True):
        one = series[n]
        last = max(i for i, v in enumerate(one.values) if v is not None)
        drawing.dot(xs[last], end, size / 3, "m-main" if one.main else "m-rest")
        says = fitted(_said(one), size, sheet.width - right - 0.6 * size)
        drawing.text(right + 0.6 * size, at + size * 0.36, says, "t-blue" if one.main else "")
    if sheet.page:
        for n, month in enumerate(months):
            pointed = [(s, v) for s in series if (v := s.values[n]) is not None]
            if pointed:
                says = "\n".join([month.name, *(f"{s.title} {v * 100:.1f}%" for s, v in pointed)])
                with drawing.link(month.address, says, name=says.replace("\n", " "), more="month"):
                    drawing.bar(xs[n] - step / 2, top - size / 2, step, bottom - top + size / 2, "hit")
                    drawing.rule(xs[n], top - size / 2, xs[n], bottom, "ax-s")
                    for _s, v in pointed:
                        drawing.dot(xs[n], y(v), 0.3 * size, "m-main")
    return drawing.finished(height)


def columns(
    sheet: Sheet, months: Sequence[Month], main: tuple[str, Sequence[int | None]],
    rest: tuple[str, Sequence[int | None]], *, height: float = 0,
) -> Picture:  # fmt: skip
    """Two columns for each month: the blue one carries its number, the grey one is for comparison."""
    size, small, drawing = sheet.size, sheet.small, Drawing(sheet)
    height = height or 20 * size
    left, top, bottom = 4 * size, 4 * size, height - 2.2 * size
    steps, most = _scale([n or 0 for n in (*main[1], *rest[1])])

    def y(n: float) -> float:
        return bottom - (bottom - top) * n / most

    for line in steps:
        drawing.rule(left, y(line), sheet.width, y(line))
        drawing.text(left - size / 2, y(line) + small * 0.36, f"{line:,}", anchor="end", small=True)
    x = left
    for (title, _values), role in ((main, "d5"), (rest, "m-rest")):
        drawing.bar(x, 0.7 * size, size, size, role)
        drawing.text(x + 1.4 * size, 1.55 * size, title, "t-ink")
        x += 3.4 * size + wide(title, size)
    each = (sheet.width - left - size / 2) / len(months)
    half = min(1.65 * size, each * 0.38)
    xs = [left + size / 2 + each * n for n in range(len(months))]
    _under(drawing, months, [x + half for x in xs], bottom + 1.4 * size, each)
    for n, (month, x) in enumerate(zip(months, xs, strict=True)):
        value, other = main[1][n], rest[1][n]
        says = HIDDEN if value is None else f"{value:,}"
        told = "\n".join([month.name, f"{main[0]} {says}", f"{rest[0]} {HIDDEN if other is None else f'{other:,}'}"])
        with drawing.link(month.address, told if month.name else "", name=told.replace("\n", " ")):
            for offset, count, role in ((0.0, value, "d5"), (half + 1, other, "m-rest")):
                if count:
                    drawing.bar(x + offset, y(count), half, bottom - y(count), role)
            fits = wide(says, small) <= half  # else it would run into the grey column
            at = y(value or 0) if fits else y(max(value or 0, other or 0))
            drawing.text(x + (half / 2 if fits else half), at - size / 3, says, "t-ink", anchor="middle", small=True)
    drawing.rule(left, bottom, sheet.width, bottom, "foot")
    return drawing.finished(height)


def ornament(sheet: Sheet, values: Sequence[int | None]) -> Picture:
    """The columns without a word, for a cover: the highest in blue."""
    most, height = max((n or 0 for n in values), default=0) or 1, 120.0
    drawing, each = Drawing(sheet), sheet.width / max(1, len(values))
    for place, n in enumerate(values):
        tall = max(1.0, (height - 2) * (n or 0) / most)
        drawing.bar(each * place, height - 1 - tall, each - 5, tall, "d5" if n == most else "d2")
    drawing.rule(0, height - 0.5, sheet.width, height - 0.5, "foot")
    return drawing.finished(height)


def _said(one: Series) -> str:
    return f"{one.title} {(one.last or 0) * 100:.1f}%"


def _under(drawing: Drawing, months: Sequence[Month], xs: Sequence[float], y: float, room: float) -> None:
    """Labels under the months, every second or third where they would touch; the last always."""
    small = drawing.sheet.small
    every = max(1, ceil(max(wide(m.label, small) for m in months) * 1.15 / room))
    for n, month in enumerate(months):
        if (len(months) - 1 - n) % every == 0:
            drawing.text(xs[n], y, month.label, anchor="middle", small=True)


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


def _apart(heights: Sequence[float], lowest: float, least: float) -> list[float]:
    """Heights of labels, in order, moved down where they would touch, then all up if the last fell off."""
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + least) if placed else height)
    return [min(height, lowest - least * (len(placed) - 1 - n)) for n, height in enumerate(placed)]
