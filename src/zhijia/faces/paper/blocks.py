"""The parts of a paper, as both the PDF and the DOCX are made from them: plain data, in order."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Heading:
    """A chapter (level 1) or a section (level 2)."""

    words: str
    level: int = 1
    type: str = "heading"


@dataclass(frozen=True)
class Para:
    """A paragraph; `kind` is "text", "lead", "item", "note" or "code"."""

    words: str
    kind: str = "text"
    type: str = "para"


@dataclass(frozen=True)
class Card:
    """One figure in large type, with its fraction or its change below it."""

    title: str
    value: str
    unit: str = ""
    note: str = ""


@dataclass(frozen=True)
class Cards:
    """Cards side by side."""

    cards: tuple[Card, ...]
    type: str = "cards"


@dataclass(frozen=True)
class Chart:
    """A drawing: the title says what was found, the caption what was counted."""

    label: str
    title: str
    caption: str
    svg: str
    height: float
    """Points."""
    type: str = "chart"


@dataclass(frozen=True)
class Table:
    """A table; `widths` are shares of the text block, cells after the first `left` columns stand to the right."""

    label: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    left: int = 1
    whole: bool = False
    """The first row is the whole and set apart."""
    type: str = "table"


Block = Heading | Para | Cards | Chart | Table


@dataclass(frozen=True)
class Paper:
    """A white paper or a brief, worded, drawn and hashed."""

    language: str
    form: str
    """"paper" with a cover and contents, or "brief" on one page."""
    issuer: str
    title: str
    subtitle: str
    day: str
    mark: str
    """What is written on it that is not the last word; "" for a period that has ended."""
    figures: bytes
    """The published figures as canonical JSON: the file that the hash is of."""
    sha256: str
    name: str
    """Of its files, without an ending."""
    words: dict[str, str]
    """Small words of the sheet: contents, page, and the like."""
    cover: tuple[Card, ...] = ()
    ornament: str = ""
    """Its months as a drawing without words, for the cover."""
    blocks: list[Block] = field(default_factory=list)

    def given(self) -> dict[str, Any]:
        """The one value that the sheet is given."""
        value = {name: part for name, part in vars(self).items() if name not in ("figures", "blocks", "cover")}
        return value | {"blocks": [asdict(b) for b in self.blocks], "cover": [asdict(c) for c in self.cover]}
