"""The empty workbook of a sheet: headings, drop-downs, the right formats, an example, and a page that explains."""

from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from zhijia.kernel.base.errors import Text

from .dates import to_date
from .declare import Column, Kind, Sheet
from .headings import REQUIRED
from .looks import WIDTHS, Looks, sheet_name
from .problems import listed
from .stream import column_name

_ROWS = 5_000
"""Rows that get the drop-downs."""


def template(sheet: Sheet) -> bytes:
    """The .xlsx in the present language."""
    target = BytesIO()
    book: Any = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    looks = Looks(book)
    form = book.add_worksheet(sheet_name(sheet.title))
    about, lists = book.add_worksheet(_("How to fill it in")), book.add_worksheet(_("Choices"))
    lists.hide()
    form.freeze_panes(1, 0)
    form.set_row(0, 32)
    for place, column in enumerate(sheet.columns):
        title = f"{column.title}{REQUIRED if column.required else ''}"
        form.set_column(place, place, max(WIDTHS[column.kind], 2 * len(title) + 2), looks.of_column(column))
        form.write_string(0, place, title, looks.head)
        if column.help:
            form.write_comment(0, place, str(column.help))
        if column.example:
            _write_example(form, looks, place, column)
        if options := _options(column):
            _drop_down(form, lists, place, options)
    _explain(about, looks, sheet)
    book.close()
    return target.getvalue()


def said_of(column: Column) -> Text:
    """What may be typed into a column, in a sentence."""
    if column.kind is Kind.TEXT and column.limit:
        return _("Text of at most %(limit)s characters.") % {"limit": column.limit}
    if options := _options(column):
        return listed(options)
    return {
        Kind.TEXT: _("Text."),
        Kind.DATE: _("A day: 2026-03-01."),
        Kind.NUMBER: _("A whole number in digits."),
        Kind.MONEY: _("Yuan in digits, at most two places after the point."),
        Kind.DAYS: _("A number of days, halves as 0.5."),
        Kind.PHONE: _("A mobile number of 11 digits, or a landline with its area code."),
        Kind.ID_CARD: _("All 18 characters of the identity card."),
        Kind.USCC: _("All 18 characters of the credit code on the business licence."),
        Kind.BANK_CARD: _("All digits of the bank card."),
        Kind.REGION: _("The name of a county, city or province, or its code of six digits."),
    }.get(column.kind, "")


def _options(column: Column) -> list[str]:
    if column.kind is Kind.FLAG:
        return [_("yes"), _("no")]
    return [str(title) for title in column.choices.values()]


def _write_example(form: Any, looks: Looks, place: int, column: Column) -> None:
    if column.kind is Kind.DATE:
        form.write_datetime(1, place, to_date(column.example), looks.example_day)
    elif column.kind in (Kind.NUMBER, Kind.DAYS, Kind.MONEY):
        form.write_number(1, place, float(column.example.replace(",", "")), looks.example)
    else:
        form.write_string(1, place, column.example, looks.example)


def _drop_down(form: Any, lists: Any, place: int, options: list[str]) -> None:
    """A list in the hidden sheet: lists inside the rule may not be longer than 255 characters."""
    for row, words in enumerate(options):
        lists.write_string(row, place, words)
    letter = column_name(place)
    source = f"='{lists.get_name()}'!${letter}$1:${letter}${len(options)}"
    form.data_validation(1, place, _ROWS, place, {"validate": "list", "source": source, "error_type": "warning"})


def _explain(about: Any, looks: Looks, sheet: Sheet) -> None:
    about.set_column(0, 0, 20)
    about.set_column(1, 1, 10)
    about.set_column(2, 4, 44)
    lines = [
        sheet.help,
        _("One row for each. Leave the headings as they are; their order does not matter."),
        _("Columns of your own may stand beside them; they are left out."),
        _("A column marked with * is required. The grey row is an example; it is not read."),
        _("At most %(most)s rows in one file.") % {"most": f"{sheet.most:,}"},
    ]
    row = 0
    for line in filter(None, lines):
        about.merge_range(row, 0, row, 4, str(line), looks.note)
        row += 1
    row += 1
    titles = (_("Column"), _("Required"), _("How to write it"), _("Example"), _("Note"))
    for place, title in enumerate(titles):
        about.write_string(row, place, title, looks.head)
    for column in sheet.columns:
        row += 1
        needed = _("yes") if column.required else _("no")
        for place, words in enumerate((column.title, needed, said_of(column), column.example, column.help)):
            about.write_string(row, place, str(words), looks.note)
