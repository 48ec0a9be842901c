"""Drawings by place: a ranking with intervals, and a map of tiles."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from .ink import Drawing, Picture, Sheet, fitted, wide


@dataclass(frozen=True)
class Span:
    """One row of a ranking: a rate with its 95% interval, 0 to 1; `says` stands at its end."""

    title: str
    share: float
    low: float
    high: float
    says: str
    differs: bool
    address: str = ""


@dataclass(frozen=True)
class Heads:
    """What stands over and under a ranking."""

    rate: str
    fraction: str
    whole: str


def ranking(sheet: Sheet, rows: Sequence[Span], average: float | None, heads: Heads) -> Picture:
    """Dots with their 95% intervals, a line for the whole; only what truly differs is blue."""
    size, small, row, drawing = sheet.size, sheet.small, sheet.row, Drawing(sheet)
    fraction = min(0.34 * sheet.width, max(wide(s, size) for s in (heads.fraction, *(r.says for r in rows))))
    rate_at = sheet.width - fraction - 1.5 * size
    left = min(0.24 * sheet.width, max(wide(r.title, size) for r in rows)) + size
    right = rate_at - 5 * size
    low = floor(min(r.low for r in rows) * 10) / 10
    high = min(1.0, max(low + 0.1, ceil(max(r.high for r in rows) * 10) / 10))
    top = 2.6 * size
    bottom = top + row * len(rows)

    def x(share: float) -> float:
        return left + (right - left) * (share - low) / (high - low)

    steps = max(1, round((high - low) * 10))
    every = max(1, ceil(steps * 3.4 * small / (right - left)))
    for n in range(0, steps + 1, every):
        at = x(low + n / 10)
        drawing.rule(at, top - size / 2, at, bottom)
        drawing.text(at, top - size, f"{round((low + n / 10) * 100)}%", anchor="middle", small=True)
    drawing.text(rate_at, top - size, heads.rate, anchor="end", small=True)
    drawing.text(sheet.width, top - size, fitted(heads.fraction, small, 0.34 * sheet.width), anchor="end", small=True)
    if average is not None and low <= average <= high:
        drawing.rule(x(average), top - size / 2, x(average), bottom + size / 2, "ax-s")
        drawing.text(x(average), bottom + 1.5 * size, heads.whole, anchor="middle", small=True)
    for number, one in enumerate(rows):
        y = top + row * number + row / 2
        base, ink = y + size * 0.36, "t-b" if one.differs else "t-ink"
        says = f"{one.title} {one.share * 100:.1f}% ({one.low * 100:.1f}–{one.high * 100:.1f}%)"
        with drawing.link(one.address, says, more="row"):
            if sheet.page:
                drawing.bar(0, y - row / 2, sheet.width, row, "hit")
            drawing.text(0, base, fitted(one.title, size, left - size / 2), "t-lead" if one.address else ink)
            drawing.rule(x(one.low), y, x(one.high), y, "l-main" if one.differs else "l-rest")
            drawing.dot(x(one.share), y, 0.42 * size, "m-main" if one.differs else "m-rest")
            drawing.text(rate_at, base, f"{one.share * 100:.1f}%", ink, anchor="end")
            drawing.text(sheet.width, base, one.says, anchor="end")
    return drawing.finished(bottom + 2.1 * size)


@dataclass(frozen=True)
class Tile:
    """One place of a map: its column and row, how dark it is (1 to 5; 0 where nothing can be shown), what it says."""

    words: str
    column: int
    row: int
    step: int
    share: float | None
    differs: int
    says: str
    address: str = ""
    name: str = ""


SIDE, GAP, WIDE = 5.2, 0.35, 7
"""In sizes of type; and so many columns at least, so that a few places are not drawn as giants."""


def tiles(sheet: Sheet, places: Sequence[Tile], key: Sequence[tuple[str, str]]) -> Picture:
    """A map of tiles with its key (role, words): every place a square of the same size."""
    size, small, drawing = sheet.size, sheet.small, Drawing(sheet)
    across = max(WIDE, 1 + max(t.column for t in places))
    side = min(SIDE * size, sheet.width / across - GAP * size)
    step = side + GAP * size
    left = max(0.0, (sheet.width - across * step + GAP * size) / 2)
    for tile in places:
        x, y = left + tile.column * step, tile.row * step
        on = tile.step >= 4
        ink = f"n{tile.step}" if sheet.page else "t-on" if on else "t-ink"
        with drawing.link(tile.address, tile.says, name=tile.name):
            drawing.bar(x, y, side, side, f"tile s{tile.step}", round_=side / 10)
            words = fitted(tile.words, size, side - size / 3)
            drawing.text(x + side / 2, y + side * (0.45 if tile.step else 0.56), words, ink, anchor="middle")
            if tile.share is not None and tile.step:
                says = f"{tile.share * 100:.0f}%"
                middle = x + side / 2 - (size / 2 if tile.differs else 0)
                drawing.text(middle, y + side * 0.75, says, ink, anchor="middle")
                if tile.differs:
                    at = middle + wide(says, size) / 2 + size / 4
                    role = f"wedge {ink}" if sheet.page else "wedge-on" if on else "wedge"
                    drawing.wedge(at, y + side * 0.75, 0.75 * size, role, up=tile.differs > 0)
    bottom = (1 + max(t.row for t in places)) * step
    x, y = left, bottom + size
    for role, words in key:
        length = 1.5 * size + wide(words, small) + 1.2 * size
        if x > left and x + length > sheet.width:
            x, y = left, y + 1.8 * size
        if role in ("up", "down"):
            drawing.wedge(x, y + size * 0.9, 0.85 * size, up=role == "up")
        else:
            drawing.bar(x, y, size, size, role, round_=2)
        drawing.text(x + 1.5 * size, y + size * 0.86, words, small=True)
        x += length
    return drawing.finished(y + 1.4 * size)
