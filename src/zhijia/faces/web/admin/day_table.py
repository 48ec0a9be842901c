"""Reading the State Council's table of a year from a workbook or a CSV file; what is wrong is said by row."""

import io
from typing import Any, BinaryIO, cast

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhijia.kernel.base.errors import FieldProblem, Invalid, Text
from zhijia.kernel.rules.workdays import DayKind, Entry
from zhijia.kernel.sheets.book import open_book
from zhijia.kernel.sheets.dates import to_date
from zhijia.kernel.sheets.problems import Unusable, Wrong

COLUMNS = ("date", "kind", "name", "statutory")
KINDS = {
    "holiday": DayKind.HOLIDAY, "rest": DayKind.REST, "workday": DayKind.WORKDAY, "放假": DayKind.HOLIDAY,
    "休息": DayKind.REST, "上班": DayKind.WORKDAY, "补班": DayKind.WORKDAY,
}  # fmt: skip
YES = frozenset({"1", "是", "yes", "true", "1.0"})
TITLES = {"日期": "date", "类别": "kind", "名称": "name", "法定": "statutory"}
MOST, SHOWN = 400, 12
"""Rows of a year's table, and problems that are said at once."""


def entries_of(sent: Any) -> list[Entry]:
    """The days of the table. Raises Invalid with one problem for each row that cannot be read, all for "file"."""
    problems: list[FieldProblem] = []
    entries: list[Entry] = []
    try:
        book = open_book(cast("BinaryIO", sent.file), io.BytesIO)
        heads: dict[int, str] = {}
        for number, cells, _merged in book.tables[0].lines():
            said = [str(cell if cell is not None else "").strip() for cell in cells]
            if not heads:
                heads = {at: TITLES.get(word, word.casefold()) for at, word in enumerate(said)}
                if missing := [name for name in COLUMNS[:2] if name not in heads.values()]:
                    raise Invalid(_problem("heading", _missing(missing)))
                continue
            row = {heads[at]: cells[at] for at in range(len(cells)) if at in heads}
            if found := _entry(row, number, problems, from_1904=book.from_1904):
                entries.append(found)
            if len(entries) > MOST:
                raise Invalid(_problem("too_long", _("A year's table has at most 400 rows.")))
    except Unusable as error:
        raise Invalid(_problem(error.code, error.reason)) from error
    if not entries and not problems:
        problems.append(_problem("empty", _("The file holds no day.")))
    if problems:
        raise Invalid(*problems[:SHOWN])
    return entries


def _entry(row: dict[str, Any], number: int, problems: list[FieldProblem], *, from_1904: bool) -> Entry | None:
    kind = KINDS.get(str(row.get("kind") or "").strip().casefold())
    try:
        day = to_date(row.get("date"), from_1904=from_1904)
    except Wrong as error:
        problems.append(_problem(error.code, _at(number, error.message)))
        return None
    if kind is None:
        problems.append(_problem("kind", _at(number, _("write holiday, rest or workday (放假, 休息 or 补班)."))))
        return None
    name = str(row.get("name") or "").strip()
    return Entry(day, kind, name, statutory=str(row.get("statutory") or "").strip().casefold() in YES)


def _at(number: int, message: Text) -> Text:
    return format_lazy(gettext_lazy("Row {number}: {message}"), number=number, message=message)


def _missing(names: list[str]) -> str:
    return _("The first row must name the columns; missing: %(names)s.") % {"names": ", ".join(names)}


def _problem(code: str, message: Text) -> FieldProblem:
    return FieldProblem("file", code, message)
