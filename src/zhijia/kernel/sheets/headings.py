"""Which column of somebody's table is which of ours: in either language, any order, with or without marks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from .cells import as_text, fold, in_each_language
from .declare import Column, Sheet
from .problems import Unusable, listed

WRONG = _("What is wrong")
"""Heading of the first column of a returned workbook; ignored when that is sent again."""
REQUIRED = "*"
LOOK = 20
"""Rows from the top among which the heading is sought: titles and notes may stand above it."""
_MARKS = re.compile(r"[*:;。]+$|^[*]+|\((?:必填|选填|required|optional)\)|\[(?:必填|选填)\]")
_ASIDE = re.compile(r"\([^()]*\)")


@dataclass
class Heading:
    """The heading that was found, and where."""

    row: int = 0
    cells: list[str] = field(default_factory=list)
    at: dict[int, Column] = field(default_factory=dict)
    """Position in the row -> our column."""
    ignored: list[str] = field(default_factory=list)
    """Headings that are none of ours."""
    own: frozenset[int] = frozenset()
    """Positions of the column in which we said what is wrong."""
    twice: list[str] = field(default_factory=list)


def find(sheet: Sheet, lines: Sequence[tuple[int, Sequence[object]]]) -> Heading | None:
    """The row among `lines` (number, cells) with most of the sheet's headings, or None when it could be chance."""
    known = _known(sheet)
    best = max((_read(known, number, cells) for number, cells in lines), key=lambda h: len(h.at), default=Heading())
    return best if len(best.at) >= min(2, len(sheet.columns)) else None


def demand(sheet: Sheet, heading: Heading) -> None:
    """Raise Unusable when a required column is missing, or one stands twice."""
    if heading.twice:
        message = _("These headings stand twice: %(titles)s. Keep one of each.")
        raise Unusable(message % {"titles": listed(heading.twice[:20])}, code="columns_twice")
    found = {column.name for column in heading.at.values()}
    missing = [str(column.title) for column in sheet.columns if column.required and column.name not in found]
    if missing:
        message = _("These columns are missing: %(titles)s. Take the headings from the template.")
        raise Unusable(message % {"titles": listed(missing)}, code="columns_missing")


def _known(sheet: Sheet) -> dict[str, Column | None]:
    """Every spelling of a heading -> its column; None is our own column of problems."""
    known: dict[str, Column | None] = {}
    for column in sheet.columns:
        for title in (*in_each_language(column.title), column.name):
            known.setdefault(_bare(title), column)
    for column in sheet.columns:  # without what stands in brackets, unless that is another's whole title
        for title in in_each_language(column.title):
            known.setdefault(_ASIDE.sub("", _bare(title)), column)
    return {**known, **dict.fromkeys(map(_bare, in_each_language(WRONG)))}


def _bare(title: str) -> str:
    return _MARKS.sub("", fold(title))


def _read(known: dict[str, Column | None], number: int, cells: Sequence[object]) -> Heading:
    heading, own, taken = Heading(row=number), set(), set()
    for position, cell in enumerate(cells):
        words = as_text(cell).strip()
        heading.cells.append(words)
        bare = _bare(words)
        spelling = bare if bare in known else _ASIDE.sub("", bare)
        if not words:
            continue
        if spelling not in known:
            heading.ignored.append(words)
        elif (column := known[spelling]) is None:
            own.add(position)
        elif column.name in taken:
            heading.twice.append(words)
        else:
            taken.add(column.name)
            heading.at[position] = column
    heading.own = frozenset(own)
    return heading
