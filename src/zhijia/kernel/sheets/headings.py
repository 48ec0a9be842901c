"""Which column of somebody's table is which of ours: in either language, any order, with or without marks."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from django.utils.translation import gettext_lazy as _

from .cells import as_text, fold, in_each_language
from .declare import Column, Kind, Sheet
from .problems import Unusable, listed

WRONG = _("What is wrong")
"""Heading of the first column of a returned workbook; ignored when that is sent again."""
REQUIRED = "*"
IGNORED = "ignored"
"""In the place of a column: somebody has said that this heading is none of ours."""
LIKE = 0.6
"""From here on two headings look alike enough to suggest one for the other."""
ALSO: Mapping[Kind, tuple[str, ...]] = {
    Kind.PHONE: ("手机", "电话", "联系方式", "mobile", "phone"), Kind.ID_CARD: ("身份证", "证件号", "identity card"),
    Kind.BANK_CARD: ("银行卡", "卡号", "账号", "account number"), Kind.USCC: ("信用代码", "税号", "credit code"),
}  # fmt: skip
"""What people call columns of these kinds, for guesses."""
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


def find(
    sheet: Sheet, lines: Sequence[tuple[int, Sequence[object]]], names: Mapping[str, str] | None = None
) -> Heading | None:
    """The row among `lines` (number, cells) with most of the sheet's headings, or None when it could be chance.
    `names` are headings that somebody has said are ours: heading -> column, or "" for none of them."""
    known = {**_known(sheet), **_chosen(sheet, names or {})}
    best = max((_read(known, number, cells) for number, cells in lines), key=lambda h: len(h.at), default=Heading())
    return best if len(best.at) >= min(2, len(sheet.columns)) else None


def read(sheet: Sheet, cells: Sequence[str], names: Mapping[str, str]) -> Heading:
    """One row of headings, read again."""
    return _read({**_known(sheet), **_chosen(sheet, names)}, 0, cells)


def guessed(sheet: Sheet, heading: Heading) -> dict[str, int]:
    """For columns that were not found, the heading that looks most like theirs: column -> position. A suggestion to be
    confirmed, never taken by itself."""
    taken = set(heading.at) | heading.own
    free = {at: _bare(words) for at, words in enumerate(heading.cells) if words and at not in taken}
    found: dict[str, int] = {}
    for column in sheet.columns:
        if column in heading.at.values() or not free:
            continue
        titles = [_bare(t) for t in (*in_each_language(column.title), column.name, *ALSO.get(column.kind, ()))]
        likeness, at = max((max(_alike(words, title) for title in titles), at) for at, words in free.items())
        if likeness >= LIKE:
            found[column.name] = at
            del free[at]
    return found


def bare(title: str) -> str:
    """A heading as it is compared."""
    return _bare(title)


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


def _chosen(sheet: Sheet, names: Mapping[str, str]) -> dict[str, Column | str]:
    """What somebody has said before: a column, or that the heading is none of ours."""
    return {title: sheet.column(name) or IGNORED for title, name in names.items()}


def _alike(one: str, other: str) -> float:
    """How much two headings look alike, from 0 to 1; one that holds the other nearly is it."""
    if min(len(one), len(other)) > 1 and (one in other or other in one):
        return 0.9
    return SequenceMatcher(None, one, other).ratio()


def _known(sheet: Sheet) -> dict[str, Column | str | None]:
    """Every spelling of a heading -> its column; None is our own column of problems."""
    known: dict[str, Column | str | None] = {}
    for column in sheet.columns:
        for title in (*in_each_language(column.title), column.name):
            known.setdefault(_bare(title), column)
    for column in sheet.columns:  # without what stands in brackets, unless that is another's whole title
        for title in in_each_language(column.title):
            known.setdefault(_ASIDE.sub("", _bare(title)), column)
    return {**known, **dict.fromkeys(map(_bare, in_each_language(WRONG)))}


def _bare(title: str) -> str:
    return _MARKS.sub("", fold(title))


def _read(known: Mapping[str, Column | str | None], number: int, cells: Sequence[object]) -> Heading:
    heading, own, taken = Heading(row=number), set(), set()
    for position, cell in enumerate(cells):
        words = as_text(cell).strip()
        heading.cells.append(words)
        bare = _bare(words)
        spelling = bare if bare in known else _ASIDE.sub("", bare)
        if not words:
            continue
        column = known.get(spelling, IGNORED)
        if isinstance(column, str):
            heading.ignored.append(words)
        elif column is None:
            own.add(position)
        elif column.name in taken:
            heading.twice.append(words)
        else:
            taken.add(column.name)
            heading.at[position] = column
    heading.own = frozenset(own)
    return heading
