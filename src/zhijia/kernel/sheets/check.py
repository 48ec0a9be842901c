"""Reading a file against its sheet, row by row: values, and what is wrong with them. Holds one chunk at a time."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import FieldProblem

from . import headings
from .book import Book, Table
from .cells import Convert, as_text, converter, fold, in_each_language
from .declare import Column, Context, Row, Sheet
from .firsts import Firsts
from .headings import Heading
from .problems import Unusable, Wrong, labelled, listed
from .stream import Merge, Survey, column_name


@dataclass(slots=True)
class Checked:
    """One row of the file: as it was sent, and as it is kept or what is wrong with it."""

    no: int
    cells: list[object]
    values: dict[str, Any]
    problems: list[FieldProblem] = field(default_factory=list)
    spoiled: dict[int, str] = field(default_factory=dict)

    @property
    def row(self) -> Row:
        """The values, for the sheet's own functions."""
        return Row(self.no, self.values)


class _Field(NamedTuple):
    position: int
    column: Column
    convert: Convert


class Reading:
    """One file read as one sheet. Raises Unusable, when it is made, for a file in which the sheet is not found."""

    def __init__(self, sheet: Sheet, book: Book, ctx: Context, names: Mapping[str, str] | None = None) -> None:
        self.sheet, self.ctx = sheet, ctx
        self.table, self.heading = _choose(sheet, book, names or {})
        try:
            headings.demand(sheet, self.heading)
        except Unusable as error:
            error.heading = self.heading
            raise
        self.other = [t.name for t in book.tables if t is not self.table and not t.hidden and t.name]
        self.survey: Survey = self.table.survey()
        today = ctx.now.astimezone(CHINA).date()
        self._fields = [
            _Field(at, column, converter(column, today=today, from_1904=book.from_1904))
            for at, column in self.heading.at.items()
        ]
        self._absent: dict[str, Any] = {
            column.name: None for column in sheet.columns if column not in self.heading.at.values()
        }
        self._example = {at: _loose(column.example) for at, column in self.heading.at.items() if column.example}
        self._seen: dict[str, Firsts] = {}
        self._rows = Firsts(0)
        """Unique values and whole rows, hashed -> first row: what grows with the file, some 30 bytes a row each."""
        self.examples = 0

    def chunks(self, ask: Callable[[list[Checked]], None] | None = None) -> Iterator[tuple[int, list[Checked]]]:
        """The rows under the heading, in numbered chunks that are the same each time: (number from 0, rows).

        `ask` is called with each chunk to add what only the database knows (see `ask_database`)."""
        rows = self._checked()
        number = 0
        while chunk := list(islice(rows, self.sheet.chunk)):
            if ask:
                ask(chunk)
            yield number, chunk
            number += 1

    def ask_database(self, chunk: list[Checked]) -> None:
        """Add what the sheet's `check_many` says about the rows that are good so far. Runs queries."""
        if not self.sheet.check_many:
            return
        good = {checked.no: checked for checked in chunk if not checked.problems}
        for no, problem in self.sheet.check_many([checked.row for checked in good.values()], self.ctx):
            good[no].problems.append(problem)

    def notes(self) -> list[str]:
        """What was noticed in the file as a whole and changed nothing, in sentences. Ask after the last row."""
        notes = []
        if self.heading.ignored:
            titles = listed(title[:30] for title in self.heading.ignored[:10])
            notes.append(_("These columns are not needed and were left out: %(titles)s.") % {"titles": titles})
        if self.other:
            notes.append(
                _("Only the sheet “%(name)s” was read; not read: %(other)s.")
                % {"name": self.table.name, "other": listed(self.other[:10])}
            )
        if count := self.survey.hidden_rows:
            words = ngettext("%(count)s hidden row was read too", "%(count)s hidden rows were read too", count)
            places = ", ".join(map(str, self.survey.hidden))
            more = "…" if count > len(self.survey.hidden) else ""
            notes.append(labelled(words % {"count": count}, f"{places}{more}"))
        if self.table.formulas:
            words = ngettext(
                "The result of %(n)s formula was taken.",
                "The results of %(n)s formulas were taken.",
                self.table.formulas,
            )
            notes.append(words % {"n": self.table.formulas})
        if self.examples:
            notes.append(_("The example row of the template was left out."))
        return notes

    def _checked(self) -> Iterator[Checked]:
        merges, count = _Merges(self.survey.merges), 0
        expected = min(self.survey.rows, self.sheet.most)
        self._seen = {f.column.name: Firsts(expected) for f in self._fields if f.column.unique}
        self._rows = Firsts(0 if self.sheet.repeats else expected)
        for no, cells, spoiled in self.table.lines():
            if no <= self.heading.row or not self._holds_anything(cells, spoiled):
                continue
            if self._is_example(cells):
                self.examples += 1
                continue
            count += 1
            if count > self.sheet.most:
                message = _("More than %(most)s rows in one file. Share them out over several files.")
                raise Unusable(message % {"most": f"{self.sheet.most:,}"}, code="too_many_rows")
            checked = Checked(no, cells, dict(self._absent), spoiled=spoiled)
            self._convert(checked, merges.at(no))
            self._compare(checked)
            if self.sheet.check and not checked.problems:
                checked.problems.extend(self.sheet.check(checked.row, self.ctx))
            yield checked
        if not count:
            raise Unusable(_("There is no row under the headings."), code="no_rows")

    def _holds_anything(self, cells: list[object], spoiled: dict[int, str]) -> bool:
        if spoiled:
            return True
        own = self.heading.own
        return any(cell != "" and at not in own and not _is_blank(cell) for at, cell in enumerate(cells))

    def _is_example(self, cells: list[object]) -> bool:
        width = len(cells)
        return bool(self._example) and all(
            at < width and _loose(cells[at]) == words for at, words in self._example.items()
        )

    def _convert(self, checked: Checked, merged: list[Merge]) -> None:
        """Fill in the values; the hottest loop of all."""
        cells, values, width = checked.cells, checked.values, len(checked.cells)
        for position, column, convert in self._fields:
            raw = cells[position] if position < width else ""
            if raw == "" or (type(raw) is str and not raw.strip()):
                values[column.name] = None
                if checked.spoiled or merged or column.required:
                    self._missing(checked, position, column, merged)
                continue
            try:
                values[column.name] = convert(raw)
            except Wrong as wrong:
                values[column.name] = None
                problem = FieldProblem(column.name, wrong.code, str(wrong.message))
                if wrong.quote:
                    problem.limits["quote"] = wrong.quote
                checked.problems.append(problem)

    def _missing(self, checked: Checked, position: int, column: Column, merged: list[Merge]) -> None:
        """Why a cell is blank, where that is wrong."""
        spoiled = checked.spoiled.get(position)
        area = next((m for m in merged if m[1] <= position <= m[3]), None)
        if spoiled == "formula":
            message = _(
                "The formula here has no result. Open the file in Excel or WPS and save it, or paste the value."
            )
            checked.problems.append(FieldProblem(column.name, "formula", message))
        elif spoiled:
            message = _("There is the error %(error)s here. Replace it by the value.") % {"error": spoiled}
            checked.problems.append(FieldProblem(column.name, "error", message))
        elif area and (area[0], area[1]) != (checked.no, position):
            place = f"{column_name(area[1])}{area[0]}:{column_name(area[3])}{area[2]}"
            message = _("The cells %(place)s are merged. Unmerge them and fill in each row.") % {"place": place}
            checked.problems.append(FieldProblem(column.name, "merged", message))
        elif column.required:
            checked.problems.append(FieldProblem(column.name, "required", _("This is required. Fill it in.")))

    def _compare(self, checked: Checked) -> None:
        """What stands in an earlier row already. Hashes of 64 bits are compared, not the values."""
        for name, seen in self._seen.items():
            value = checked.values.get(name)
            first = checked.no if value is None else seen.first(hash(str(value)), checked.no)
            if first != checked.no:
                message = _("Row %(row)s says the same. Keep one of the two.") % {"row": first}
                checked.problems.append(FieldProblem(name, "repeated", message))
        if self.sheet.repeats or checked.problems:
            return
        first = self._rows.first(hash(repr(checked.values)), checked.no)
        if first != checked.no:
            message = _("This row is the same as row %(row)s. Delete one of the two.") % {"row": first}
            checked.problems.append(FieldProblem("", "row_repeated", message))


class _Merges:
    """The merged areas that touch a row, while rows only go down."""

    def __init__(self, merges: list[Merge]) -> None:
        self._later, self._open = iter(merges), list[Merge]()
        self._next = next(self._later, None)

    def at(self, row: int) -> list[Merge]:
        if self._next is None and not self._open:
            return self._open
        while self._next is not None and self._next[0] <= row:
            self._open.append(self._next)
            self._next = next(self._later, None)
        self._open = [merge for merge in self._open if merge[2] >= row]
        return self._open


def _loose(cell: object) -> str:
    """A cell as it is compared with an example: 6,800 and 6800 are the same."""
    return fold(as_text(cell)).replace(",", "")


def _is_blank(cell: object) -> bool:
    return isinstance(cell, str) and not cell.strip()


def _choose(sheet: Sheet, book: Book, chosen: Mapping[str, str]) -> tuple[Table, Heading]:
    """The table with the sheet's headings: the one of that name first, hidden ones never."""
    names = set(map(fold, in_each_language(sheet.title)))
    tables = sorted((t for t in book.tables if not t.hidden), key=lambda t: fold(t.name) not in names)
    first: Heading | None = None
    for table in tables:
        top = [(no, cells) for no, cells, _spoiled in islice(table.lines(), headings.LOOK)]
        if heading := headings.find(sheet, top, chosen):
            return table, heading
        first = first or next(
            (headings.read(sheet, list(map(as_text, row)), chosen) for _no, row in top if any(row)), None
        )
    if first is None:
        raise Unusable(_("The workbook is empty."), code="empty")
    titles = listed(column.title for column in sheet.columns if column.required)
    message = _("The headings were not found. The first row must name the columns, at least: %(titles)s.")
    error = Unusable(message % {"titles": titles}, code="no_heading")
    error.heading = first
    raise error
