"""How every workbook that we write looks: formats, widths, and text that no spreadsheet runs as a formula."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.money import yuan
from zhijia.kernel.files.formulas import risky

from .declare import LONG_NUMBERS, Column, Kind

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DAY, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
WIDTHS: Mapping[Kind, int] = {
    Kind.TEXT: 18, Kind.CHOICE: 14, Kind.DATE: 12, Kind.NUMBER: 10, Kind.MONEY: 13, Kind.DAYS: 9, Kind.PHONE: 14,
    Kind.ID_CARD: 21, Kind.USCC: 21, Kind.BANK_CARD: 23, Kind.FLAG: 8, Kind.REGION: 12,
}  # fmt: skip
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_WARM, _HEAD, _GREY = "#FBDFC9", "#EEEAE0", "#68625A"
Write = Callable[[int, int, Any], object]


class Looks:
    """The formats of one workbook, made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        text = {"num_format": "@"}
        self.head = book.add_format({"bold": True, "bottom": 1, "bg_color": _HEAD, "text_wrap": True, "valign": "top"})
        self.note = book.add_format({"text_wrap": True, "valign": "top"})
        self.example = book.add_format({**text, "font_color": _GREY})
        self.text = book.add_format(text)
        self.quoted = book.add_format({**text, "quote_prefix": True})
        self.day = book.add_format({"num_format": DAY})
        self.example_day = book.add_format({"num_format": DAY, "font_color": _GREY})
        self.moment = book.add_format({"num_format": MOMENT})
        self.money = book.add_format({"num_format": "#,##0.00"})
        self.whole = book.add_format({"num_format": "0"})
        self.bad = book.add_format({"bg_color": _WARM, **text})
        self.bad_quoted = book.add_format({"bg_color": _WARM, **text, "quote_prefix": True})
        self.bad_day = book.add_format({"bg_color": _WARM, "num_format": DAY})
        self.bad_number = book.add_format({"bg_color": _WARM, "num_format": "General"})

    def of_column(self, column: Column) -> Any:
        """The format in which a column is typed."""
        if column.kind is Kind.DATE:
            return self.day
        return self.text if column.kind in LONG_NUMBERS or column.kind is Kind.TEXT else None


def new_book(file: Any, *, scratch: str) -> xlsxwriter.Workbook:
    """A workbook that is written row by row into `file` and holds one row at a time; `scratch` is a private folder."""
    options = {"constant_memory": True, "tmpdir": scratch, "strings_to_formulas": False, "strings_to_urls": False}
    return xlsxwriter.Workbook(file, options)


def sheet_name(title: object) -> str:
    """A title as the name of a worksheet: at most 31 characters, none of those that Excel forbids."""
    return str(title).translate(_FORBIDDEN)[:31].strip("' ") or "1"


def writer(sheet: Any, looks: Looks, column: Column) -> Write:
    """What writes a stored value of this column: codes as titles, fen as yuan. Built once for each column."""
    text, number, at = sheet.write_string, sheet.write_number, sheet.write_datetime

    def words(row: int, place: int, value: Any) -> None:
        value = str(value)
        text(row, place, value, looks.quoted if risky(value) else looks.text)

    if column.kind is Kind.DATE:
        return lambda row, place, value: at(
            row, place, _local(value), looks.moment if isinstance(value, datetime) else looks.day
        )
    if column.kind is Kind.MONEY:
        return lambda row, place, value: number(row, place, yuan(value), looks.money)
    if column.kind in (Kind.NUMBER, Kind.DAYS):
        return lambda row, place, value: number(row, place, value)
    if column.kind is Kind.FLAG:
        said = (_("no"), _("yes"))
        return lambda row, place, value: text(row, place, said[bool(value)])
    if column.kind is Kind.CHOICE:
        titles = {code: str(title) for code, title in column.choices.items()}
        return lambda row, place, value: words(row, place, titles.get(value, value))
    return words


def write_as_sent(sheet: Any, looks: Looks, row: int, place: int, value: object, *, bad: bool) -> None:
    """Write a cell again as its sender had it, marked where something is wrong with it."""
    if isinstance(value, str):
        risk = risky(value)  # Excel's mark for text: it stays text when it is edited or saved as .csv
        form = (looks.bad_quoted if bad else looks.quoted) if risk else (looks.bad if bad else looks.text)
        if value:
            sheet.write_string(row, place, value[:32_767], form)
        elif bad:
            sheet.write_blank(row, place, None, form)
    elif isinstance(value, bool):
        sheet.write_boolean(row, place, value, looks.bad if bad else None)
    elif isinstance(value, float | int):
        long = looks.whole if abs(value) >= 10**11 else None
        sheet.write_number(row, place, value, looks.bad_number if bad else long)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, place, value, looks.bad_day if bad else looks.moment)
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value, looks.bad_day if bad else looks.day)
    elif isinstance(value, time | timedelta):
        sheet.write_string(row, place, str(value), looks.bad if bad else looks.text)


def _local(value: date) -> date:
    """A moment as the clocks in China showed it."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(CHINA).replace(tzinfo=None)
    return value
