"""What people typed, against what a declaration asks: cleaned, bounded, or refused field by field."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base import money
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import FieldProblem, Invalid
from zhijia.kernel.base.text import clean

from .declare import Ask, Kind

_LINE = 200
_FIRST, _LAST = date(1900, 1, 1), date(2199, 12, 31)
_STAMP = 40
"""Characters of the longest way to write a moment."""
_DIGITS = 40
"""Characters of the longest number that can mean something."""


def read(asks: tuple[Ask, ...], data: Mapping[str, Any]) -> dict[str, Any]:
    """The cleaned answers to `asks`. Raises Invalid naming every field that is missing, too long or of the wrong
    kind; unknown names are ignored, so an older app keeps working."""
    answers: dict[str, Any] = {}
    problems: list[FieldProblem] = []
    for ask in asks:
        value, problem = _read(ask, data.get(ask.name))
        if problem:
            problems.append(problem)
        else:
            answers[ask.name] = value
    if problems:
        raise Invalid(*problems)
    return answers


def _read(ask: Ask, raw: Any) -> tuple[Any, FieldProblem | None]:
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        if ask.required and ask.kind != Kind.FLAG:
            return None, FieldProblem(ask.name, "required", _("Please fill this in."))
        return (False if ask.kind == Kind.FLAG else None if ask.kind in _OBJECTS else ""), None
    return _READERS[ask.kind](ask, raw)


def _text(ask: Ask, raw: Any) -> tuple[Any, FieldProblem | None]:
    if not isinstance(raw, str):
        return None, FieldProblem(ask.name, "text", _("Write this in words."))
    limit = min(ask.limit, _LINE) if ask.kind in _ONE_LINE else ask.limit
    if len(raw) > limit:
        message = _("This is %(length)s characters long; at most %(limit)s fit. Send the rest as a file.")
        return None, FieldProblem(
            ask.name, "too_long", message % {"length": len(raw), "limit": limit}, {"limit": limit}
        )
    text = " ".join(clean(raw).split()) if ask.kind in _ONE_LINE else clean(raw)
    if ask.required and not text:
        return None, FieldProblem(ask.name, "required", _("Please fill this in."))
    return text, None


def _choice(ask: Ask, raw: Any) -> tuple[Any, FieldProblem | None]:
    value = str(raw)
    if value not in (code for code, _title in ask.choices):
        return None, FieldProblem(ask.name, "choice", _("Choose one of the listed values."))
    return value, None


def _flag(_ask: Ask, raw: Any) -> tuple[Any, FieldProblem | None]:
    if isinstance(raw, bool):
        return raw, None
    return str(raw).lower() in ("1", "true", "on", "yes"), None


def _number(ask: Ask, raw: Any) -> tuple[Any, FieldProblem | None]:
    text = str(raw).strip()
    try:
        value = Decimal(text.replace(",", "") if len(text) <= _DIGITS else "NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) >= 10**12 or value != round(value, 4):
        return None, FieldProblem(ask.name, "number", _("Write the amount in digits, for example 6800."))
    return value, None


def _money(ask: Ask, raw: Any) -> tuple[Any, FieldProblem | None]:
    try:
        fen = money.fen(str(raw))
    except ValueError:
        fen = -1
    if fen < 0:
        return None, FieldProblem(ask.name, "money", _("Write the amount in digits, for example 6800."))
    return fen, None


def _date(ask: Ask, raw: Any) -> tuple[Any, FieldProblem | None]:
    text = str(raw).strip()
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-11-24") else None
    except ValueError:
        day = None
    if day is None or not _FIRST <= day <= _LAST:
        return None, FieldProblem(ask.name, "date", _("Write the day as year-month-day, for example 2026-11-24."))
    return day, None


def _moment(ask: Ask, raw: Any) -> tuple[Any, FieldProblem | None]:
    text = str(raw).strip()
    try:
        at = datetime.fromisoformat(text) if len("2026-11-24T14:30") <= len(text) <= _STAMP else None
    except ValueError:
        at = None
    if at is None or not _FIRST <= at.date() <= _LAST:
        example = _("Write the day and the hour, for example 2026-11-24 14:30.")
        return None, FieldProblem(ask.name, "moment", example)
    return at if at.tzinfo else at.replace(tzinfo=CHINA), None


def _id(ask: Ask, raw: Any) -> tuple[Any, FieldProblem | None]:
    text = str(raw)
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        return None, FieldProblem(ask.name, "choice", _("Choose one of the listed values."))
    return int(text), None


_ONE_LINE = (Kind.LINE, Kind.PHONE, Kind.CASE)
_OBJECTS = (Kind.UNIT, Kind.EMPLOYER, Kind.NUMBER, Kind.MONEY, Kind.DATE, Kind.MOMENT, Kind.LISTED)
_READERS = {
    Kind.LINE: _text, Kind.TEXT: _text, Kind.PHONE: _text, Kind.CASE: _text, Kind.CHOICE: _choice, Kind.FLAG: _flag,
    Kind.NUMBER: _number, Kind.MONEY: _money, Kind.DATE: _date, Kind.UNIT: _id, Kind.EMPLOYER: _id,
    Kind.MOMENT: _moment, Kind.LISTED: _id,
}  # fmt: skip
