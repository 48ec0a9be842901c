"""What every drawing is made of: marks that name their role. On a page the role is a class, so that the page's colours,
themes and hovering apply; on paper it is a fixed ink."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString

from zhijia.kernel.documents.fonts import LAST

INK, SOFT, LINE, STRONG, WHITE = "#221f1a", "#545047", "#ddd6c8", "#857d6f", "#ffffff"
D1, D2, D3, D4, D5, REST = "#d9e4ec", "#b3c9d9", "#7fa3bd", "#457698", "#1f4f74", "#b9b1a3"
O1, O2, O3 = "#d8bccb", "#8f567b", "#6a1b4d"
TOKENS = {
    "ink": INK, "ink-2": SOFT, "line": LINE, "line-strong": STRONG, "blue": D5, "d1": D1, "d2": D2, "d3": D3, "d4": D4,
    "d5": D5, "d-rest": REST, "over-1": O1, "over-2": O2, "over": O3, "on-blue": WHITE,
}  # fmt: skip
"""The inks by the name of the token that gives the same colour on a page in daylight; a test compares them."""

_WORDS = {"": SOFT, "t-ink": INK, "t-b": INK, "t-lead": INK, "t-blue": D5, "t-white": WHITE, "t-on": WHITE}
_BOLD = frozenset({"t-b", "t-blue"})
_SHAPES = {
    "ax": f'stroke="{LINE}" stroke-width="0.6" fill="none"',
    "ax-s": f'stroke="{SOFT}" stroke-width="0.9" stroke-dasharray="3 2" fill="none"',
    "foot": f'stroke="{STRONG}" stroke-width="0.6" fill="none"',
    "l-main": f'stroke="{D5}" stroke-width="2" fill="none" stroke-linejoin="round" stroke-linecap="round"',
    "l-rest": f'stroke="{REST}" stroke-width="1.4" fill="none" stroke-linejoin="round" stroke-linecap="round"',
    "m-main": f'fill="{D5}" stroke="#fff"', "m-rest": f'fill="{REST}"', "wedge": f'fill="{INK}"',
    "wedge-on": f'fill="{WHITE}"', "tile s0": f'fill="url(#hatch)" stroke="{LINE}"',
    **{f"d{n}": f'fill="{fill}"' for n, fill in enumerate((D1, D2, D3, D4, D5), start=1)},
    **{f"tile s{n}": f'fill="{fill}" stroke="{LINE}"' for n, fill in enumerate((D1, D2, D3, D4, D5), start=1)},
    **{f"o{n}": f'fill="{fill}"' for n, fill in enumerate((O1, O2, O3), start=1)},
}  # fmt: skip
_HATCH = (
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path{line} d="M0,0 V6"/></pattern></defs>'
)


@dataclass(frozen=True)
class Sheet:
    """What is drawn on: its width and size of type in its own units, the height of a row, and whether it is a page, on
    which things can be pointed at and followed."""

    width: float
    size: float
    row: float
    page: bool

    @property
    def small(self) -> float:
        """The size of what stands on axes."""
        return round(self.size * 11 / 12, 1)


PAGE = Sheet(460, 12, 32, page=True)
PAPER = Sheet(442, 8.5, 17, page=False)
"""156 mm in points: the text block of A4."""


@dataclass(frozen=True)
class Picture:
    """A finished drawing."""

    sheet: Sheet
    height: float
    marks: str
    leads: bool
    """Something in it can be followed."""
    table: tuple[tuple[str, ...], ...] = ()
    """The table behind it, its heads first."""

    def svg(self, *, titled: str = "", more: str = "") -> SafeString:
        """The SVG; on a page `titled` is the id of its heading and `more` another class of it. Words in it are
        escaped, so it is safe to show."""
        box = f'viewBox="0 0 {self.sheet.width:g} {self.height:g}"'
        if self.sheet.page:
            role = "group" if self.leads else "img"
            named = f'class="chart{more and f" {more}"}" role="{role}" aria-labelledby="{escape(titled)}"'
            head = f'<svg {named} {box} preserveAspectRatio="xMidYMin meet">'
        else:
            size = f'width="{self.sheet.width:g}pt" height="{self.height:g}pt" font-family="{LAST}"'
            head = f'<svg xmlns="http://www.w3.org/2000/svg" {box} {size}>'
        return SafeString(f"{head}{self.marks}</svg>")


class Drawing:
    """An SVG under way."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.parts, self.leads, self.hatched = sheet, list[str](), False, False

    def text(
        self, x: float, y: float, words: str, role: str = "", *, anchor: str = "start", small: bool = False
    ) -> None:
        """Words on a baseline. The font of papers has one weight, so bold is a thin stroke there."""
        at = f'x="{x:.1f}" y="{y:.1f}"'
        if self.sheet.page:
            names = [role, "t-s" if small else "", {"end": "end", "middle": "mid"}.get(anchor, "")]
            dress = _named(" ".join(name for name in names if name))
        else:
            fill = _WORDS[role]
            dress = f' font-size="{self.sheet.small if small else self.sheet.size:g}" fill="{fill}"'
            dress += f' text-anchor="{anchor}"' + (f' stroke="{fill}" stroke-width="0.25"' if role in _BOLD else "")
        self.parts.append(f"<text {at}{dress}>{escape(words)}</text>")

    def bar(self, x: float, y: float, width: float, height: float, role: str, *, round_: float = 0) -> None:
        """A filled rectangle."""
        corner = f' rx="{round_:g}"' if round_ else ""
        self.hatched = self.hatched or role == "tile s0"
        self._shape(f'rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"{corner}', role)

    def rule(self, x: float, y: float, to_x: float, to_y: float, role: str = "ax") -> None:
        """A straight line."""
        self._shape(f'path d="M{x:.1f},{y:.1f} L{to_x:.1f},{to_y:.1f}"', role)

    def path(self, points: Sequence[tuple[float, float]], role: str) -> None:
        """Points joined by a line."""
        self._shape('polyline points="' + " ".join(f"{x:.1f},{y:.1f}" for x, y in points) + '"', role)

    def dot(self, x: float, y: float, radius: float, role: str) -> None:
        """A filled circle."""
        self._shape(f'circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}"', role)

    def wedge(self, x: float, y: float, size: float, role: str = "wedge", *, up: bool) -> None:
        """A triangle that points up or down in a square, by its lower left corner: drawn, as few fonts have it."""
        base, tip = (y, y - size) if up else (y - size, y)
        self._shape(f'path d="M{x:.1f},{base:.1f} H{x + size:.1f} L{x + size / 2:.1f},{tip:.1f} Z"', role)

    @contextmanager
    def link(self, address: str, says: str, *, name: str = "", more: str = "") -> Iterator[None]:
        """What is drawn within leads somewhere on a page, and says so when it is pointed at; plain on paper.

        `name` is what is read aloud in the place of `says`."""
        if not self.sheet.page:
            yield
            return
        self.leads = self.leads or bool(address)
        tag = "a" if address else "g"
        href = f' href="{escape(address)}"' if address else ""
        label = f' aria-label="{escape(name)}"' if name and address else ""
        self.parts.append(f"<{tag}{href}{_named(more)}{label}>" + (f"<title>{escape(says)}</title>" if says else ""))
        yield
        self.parts.append(f"</{tag}>")

    def finished(self, height: float) -> Picture:
        """The drawing, so high."""
        line = ' class="hatch-line"' if self.sheet.page else f' stroke="{REST}" stroke-width="1.2" opacity="0.6"'
        defs = _HATCH.format(line=line) if self.hatched else ""
        return Picture(self.sheet, round(height, 1), defs + "".join(self.parts), self.leads)

    def _shape(self, shape: str, role: str) -> None:
        self.parts.append(f"<{shape}{_named(role) if self.sheet.page else f' {_SHAPES[role]}'}/>")


def _named(role: str) -> str:
    return f' class="{role}"' if role else ""


def wide(words: str, size: float) -> float:
    """About how wide words are: a Chinese character is as wide as high."""
    return sum(0.56 if character.isascii() else 1.0 for character in words) * size


def fitted(words: str, size: float, room: float) -> str:
    """The words, cut with an ellipsis where they are wider than the room."""
    if wide(words, size) <= room:
        return words
    while words and wide(words + "…", size) > room:
        words = words[:-1]
    return words.rstrip() + "…"
