"""Rows out into a workbook, one at a time, so that a million of them need no more memory than ten."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from .declare import Column
from .looks import WIDTHS, Looks, Write, new_book, sheet_name, writer

FULL = 1_000_000
"""Rows of one worksheet; what is more goes on in the next."""


def write_rows(
    columns: Sequence[Column],
    rows: Iterable[Mapping[str, Any]],
    path: Path,
    *,
    title: str,
    tell: Callable[[int], None] | None = None,
) -> int:
    """Write `rows`, by column name and as they are stored, to the .xlsx at `path`, and return how many.

    The folder of `path` must be private: parts of the workbook lie there meanwhile. `tell` hears the number of rows
    that are done, every thousand.
    """
    book: Any = new_book(str(path), scratch=str(path.parent))
    looks = Looks(book)
    names = [column.name for column in columns]
    done, sheets, on_sheet, sheet = 0, 0, FULL, None
    writers: list[Write] = []
    with closing(book):
        for values in rows:
            if on_sheet == FULL:
                _close(sheet, on_sheet, len(columns))
                sheets, on_sheet = sheets + 1, 0
                sheet, writers = _open(book, looks, columns, title, sheets)
            on_sheet += 1
            done += 1
            for place, name in enumerate(names):
                value = values.get(name)
                if value is not None and value != "":
                    writers[place](on_sheet, place, value)
            if tell and done % 1000 == 0:
                tell(done)
        if sheet is None:
            sheet, _writers = _open(book, looks, columns, title, 1)
            on_sheet = 0
        _close(sheet, on_sheet, len(columns))
    return done


def _open(book: Any, looks: Looks, columns: Sequence[Column], title: str, number: int) -> tuple[Any, list[Write]]:
    name = sheet_name(title) if number == 1 else sheet_name(f"{title[:26]} {number}")
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        words = str(column.title)
        sheet.set_column(place, place, max(WIDTHS[column.kind], min(2 * len(words) + 2, 40)))
        sheet.write_string(0, place, words, looks.head)
    return sheet, [writer(sheet, looks, column) for column in columns]


def _close(sheet: Any, rows: int, columns: int) -> None:
    if sheet is not None:
        sheet.autofilter(0, 0, rows, columns - 1)
