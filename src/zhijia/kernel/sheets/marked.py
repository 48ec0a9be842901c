"""The workbook that goes back: the sender's own rows, in front what is wrong with each, and the bad cells marked."""

from pathlib import Path
from typing import Any

from zhijia.kernel.base.errors import FieldProblem

from .check import Checked
from .declare import Sheet
from .headings import WRONG, Heading
from .looks import WIDTHS, Looks, new_book, sheet_name, write_as_sent
from .problems import labelled, quoted

COMMENTS = 300
"""Bad cells that get a comment: the writer keeps comments in memory. All of them are marked and explained in words."""


class Marked:
    """One workbook under way. Send it again once it is mended: its first column is ignored then."""

    def __init__(self, path: Path, sheet: Sheet, heading: Heading, *, scratch: str) -> None:
        self.path = path
        self._book: Any = new_book(str(path), scratch=scratch)
        self._looks = Looks(self._book)
        self._sheet: Any = self._book.add_worksheet(sheet_name(sheet.title))
        self._titles = {column.name: str(column.title) for column in sheet.columns}
        self._places = {column.name: at for at, column in heading.at.items()}
        self._kept = [at for at in range(len(heading.cells)) if at not in heading.own]
        self._target = {at: place for place, at in enumerate(self._kept, start=1)}
        self._comments = 0
        self.rows = 0
        self._sheet.freeze_panes(1, 1)
        self._sheet.set_column(0, 0, 48)
        for at, column in heading.at.items():
            self._sheet.set_column(self._target[at], self._target[at], WIDTHS[column.kind])
        self._sheet.write_string(0, 0, str(WRONG), self._looks.head)
        for at in self._kept:
            self._sheet.write_string(0, self._target[at], heading.cells[at], self._looks.head)

    def add(self, checked: Checked) -> None:
        """Write one row as it was sent."""
        self.rows += 1
        row, sheet, looks, cells, width = self.rows, self._sheet, self._looks, checked.cells, len(checked.cells)
        bad = {self._places[p.field]: p for p in reversed(checked.problems) if p.field in self._places}
        if checked.problems:
            sheet.write_string(row, 0, self._words(checked.problems), looks.note)
        for at in self._kept:
            value = cells[at] if at < width else ""
            if checked.spoiled and (error := checked.spoiled.get(at)) and error != "formula":
                value = error
            if value == "" and at not in bad:
                continue
            write_as_sent(sheet, looks, row, self._target[at], value, bad=at in bad)
            if at in bad and self._comments < COMMENTS:
                self._comments += 1
                sheet.write_comment(row, self._target[at], _said(bad[at])[:1000])

    def close(self) -> None:
        """Finish the file at `path`."""
        self._book.close()

    def _words(self, problems: list[FieldProblem]) -> str:
        """Column and what is wrong with it, one in a line."""
        said = [labelled(self._titles[p.field], _said(p)) if p.field in self._titles else _said(p) for p in problems]
        return "\n".join(said)[:32_767]


def _said(problem: FieldProblem) -> str:
    """The message, after what stood in the cell where that helps."""
    quote = problem.limits.get("quote", "")
    return quoted(quote, problem.message) if quote else str(problem.message)
