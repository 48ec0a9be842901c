"""Days as people write them in a spreadsheet: a date, text in the usual spellings, or Excel's serial number."""

import re
import unicodedata
from calendar import monthrange
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from .problems import Wrong

EARLIEST, LATEST = 1900, 2100
_SERIALS = range(10_000, 80_000)
"""Serial numbers taken as days: 1927-05-18 to 2119. Smaller ones are more likely years or typing errors."""
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_SEPARATED = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?(?:T?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NO_DAY = re.compile(r"\d{4}[-/.年]\d{1,2}月?")
_SHORT_YEAR = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{1,4}")
_BLANKS = re.compile(r"\s+")


def to_date(raw: object, *, from_1904: bool = False) -> date:
    """The day a cell means. Raises Wrong with how to mend it; what could be two days is never guessed."""
    if isinstance(raw, datetime):
        return _sensible(raw.year, raw.month, raw.day, raw)
    if isinstance(raw, date):
        return _sensible(raw.year, raw.month, raw.day, raw)
    if isinstance(raw, float | int) and not isinstance(raw, bool):
        return _from_number(float(raw), from_1904=from_1904)
    if isinstance(raw, str):
        return _from_text(raw, from_1904=from_1904)
    raise Wrong("date", _("Write a day, for example 2026-03-01."), raw)


def _from_number(number: float, *, from_1904: bool) -> date:
    whole = int(number)
    if solid := _SOLID.fullmatch(str(whole)):
        return _sensible(int(solid[1]), int(solid[2]), int(solid[3]), whole)
    if whole in _SERIALS:
        return (_EPOCH_1904 if from_1904 else _EPOCH) + timedelta(days=whole)
    raise Wrong("date", _("This is a number, not a day. Write it in full, for example 2026-03-01."), f"{number:.15g}")


def _from_text(raw: str, *, from_1904: bool) -> date:
    text = _BLANKS.sub("", unicodedata.normalize("NFKC", raw)).replace("—", "-").replace("–", "-")
    if found := _SEPARATED.fullmatch(text) or _SOLID.fullmatch(text):
        return _sensible(int(found[1]), int(found[2]), int(found[3]), raw)
    if text.isascii() and text.isdigit() and len(text) == 5:
        return _from_number(float(text), from_1904=from_1904)
    if _NO_DAY.fullmatch(text):
        raise Wrong("date_short", _("The day of the month is missing. Write it in full, for example 2026-03-01."), raw)
    if _SHORT_YEAR.fullmatch(text):
        raise Wrong("date_order", _("This could be two different days. Write the year first: 2026-03-01."), raw)
    raise Wrong("date", _("Write a day, for example 2026-03-01."), raw)


def _sensible(year: int, month: int, day: int, raw: object) -> date:
    if not EARLIEST <= year <= LATEST:
        raise Wrong("date_year", _("The year cannot be right."), raw)
    if not 1 <= month <= 12:
        raise Wrong("date_none", _("There is no such month. Write year, month and day: 2026-03-01."), raw)
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        message = _("There is no such day: %(year)s-%(month)02d ends on the %(last)s.")
        raise Wrong("date_none", message % {"year": year, "month": month, "last": last}, raw)
    return date(year, month, day)
