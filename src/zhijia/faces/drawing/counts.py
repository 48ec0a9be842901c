"""Drawings of counts: bars, bars of several parts, and a part within a whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from .ink import Drawing, Picture, Sheet, fitted, wide


@dataclass(frozen=True)
class Bar:
    """One bar: its title, its length, what stands behind it, and where it leads."""

    title: str
    n: int
    says: str
    address: str = ""


def bars(sheet: Sheet, rows: Sequence[Bar]) -> Picture:
    """Bars from the longest to the shortest."""
    size, drawing = sheet.size, Drawing(sheet)
    row = sheet.row * (0.85 if sheet.page else 1.18)
    left = min(0.38 * sheet.width, max(wide(r.title, size) for r in rows)) + 1.2 * size
    room = sheet.width - left - max(wide(r.says, size) for r in rows) - size
    longest = max(r.n for r in rows) or 1
    for number, one in enumerate(rows):
        y = row * number + row / 2
        base, length = y + size * 0.36, max(1.0, room * one.n / longest)
        with drawing.link(one.address, f"{one.title} {one.says}", more="row"):
            if sheet.page:
                drawing.bar(0, y - row / 2, sheet.width, row, "hit")
            drawing.text(0, base, fitted(one.title, size, left - size), "t-lead" if one.address else "t-ink")
            drawing.bar(left, y - row * 0.3, length, row * 0.6, "d5" if number == 0 else "d4", round_=2)
            drawing.text(left + length + size / 2, base, one.says, "t-ink")
    return drawing.finished(row * len(rows))


_WRITTEN = {"o1": "t-ink", "o2": "t-white", "o3": "t-white"}
"""Parts on which their number is written, and how."""


@dataclass(frozen=True)
class Stack:
    """One bar of several parts (role, n); `says` stands at its end."""

    title: str
    parts: tuple[tuple[str, int], ...]
    says: str
    told: str = ""
    marked: bool = False
    address: str = ""


def stacks(sheet: Sheet, rows: Sequence[Stack], key: Sequence[tuple[str, str]]) -> Picture:
    """Bars of several parts on one scale, under the key (role, words) of the parts."""
    size, small, drawing = sheet.size, sheet.small, Drawing(sheet)
    left = min(0.3 * sheet.width, max(wide(r.title, size) for r in rows)) + 1.2 * size
    room = sheet.width - left - max(wide(r.says, size) for r in rows) - 1.2 * size
    longest = max(sum(n for _role, n in r.parts) for r in rows) or 1
    x = 0.0
    for role, words in key:
        drawing.bar(x, 0.5 * size, 0.95 * size, 0.95 * size, role)
        drawing.text(x + 1.4 * size, 1.35 * size, words, small=True)
        x += 3 * size + wide(words, small)
    top = 2.4 * size if key else 0.0
    for number, one in enumerate(rows):
        y = top + sheet.row * number
        base, x = y + sheet.row / 2 + size * 0.36, left
        with drawing.link(one.address, one.told, more="row"):
            drawing.text(0, base, fitted(one.title, size, left - size), "t-ink")
            for role, n in one.parts:
                length = room * n / longest
                if n:
                    drawing.bar(x, y + sheet.row * 0.14, max(2.0, length - 1.2), sheet.row * 0.72, role)
                    if role in _WRITTEN and length > wide(f"{n}", small) + size / 2:
                        drawing.text(x + length / 2, base, f"{n}", _WRITTEN[role], anchor="middle", small=True)
                x += length
            drawing.text(x + 0.6 * size, base, one.says, "t-b" if one.marked else "t-ink")
    return drawing.finished(top + sheet.row * len(rows))


def piles(sheet: Sheet, rows: Sequence[Stack], *, height: float) -> Picture:
    """The same standing: columns of several parts, each with its title under it and what it says on top."""
    size, drawing = sheet.size, Drawing(sheet)
    floor, each = height - 2 * size, sheet.width / max(1, len(rows))
    unit = (floor - 1.8 * size) / (max((sum(n for _role, n in r.parts) for r in rows), default=0) or 1)
    drawing.rule(0, floor, sheet.width, floor)
    for number, one in enumerate(rows):
        x, y = each * number + each * 0.08, floor
        for role, n in one.parts:
            y -= n * unit
            if n:
                drawing.bar(x, y, each * 0.84, n * unit, role)
        middle = x + each * 0.42
        drawing.text(middle, y - size / 2, one.says, "t-ink", anchor="middle")
        drawing.text(middle, height - size / 2, one.title, "t-b" if one.marked else "", anchor="middle")
    return drawing.finished(height)


@dataclass(frozen=True)
class Part:
    """A part within a whole, as long as they are; `says` stands over them."""

    title: str
    whole: int
    part: int
    says: str


def parts(sheet: Sheet, rows: Sequence[Part]) -> Picture:
    """Bars of the part within its whole, in the order given, the longest as wide as the drawing."""
    size, drawing = sheet.size, Drawing(sheet)
    row = 3.6 * size
    longest = max(max(r.whole, r.part) for r in rows) or 1
    for number, one in enumerate(rows):
        y = row * number
        drawing.text(0, y + 1.2 * size, fitted(one.title, size, sheet.width - wide(one.says, size) - size), "t-ink")
        drawing.text(sheet.width, y + 1.2 * size, one.says, anchor="end")
        for n, role in ((one.whole, "m-rest"), (one.part, "d5")):
            if n:
                drawing.bar(0, y + 1.75 * size, sheet.width * n / longest, 1.2 * size, role, round_=2)
    return drawing.finished(row * len(rows))
