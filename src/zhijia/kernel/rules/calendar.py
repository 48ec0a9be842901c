"""The working-day calendar of this installation: the library's years, and those an operator loaded."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Invalid, Text
from zhijia.kernel.base.text import clean

from .models import CalendarDay
from .version import Versioned, note_change
from .workdays import Calendar, Day, DayKind, Entry, fixed_statutory, next_open_day

__all__ = ["Calendar", "Day", "DayKind", "Entry", "current", "load_year", "next_open_day"]

FEWEST_STATUTORY = 10
"""Statutory days that a complete table has at least: 11 before 2025, 13 since, one fewer when two fall together."""


def current() -> Calendar:
    """The calendar with this installation's loaded years; the same object until rules or calendar change."""
    return _calendar.get()


def _load() -> tuple[int, Calendar]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v.number, d.date, d.kind, d.name, d.statutory "
            "FROM rules_version v LEFT JOIN rules_calendarday d ON true"
        )
        rows = cursor.fetchall()
    overrides = {day: Entry(day, DayKind(kind), name, statutory) for _n, day, kind, name, statutory in rows if day}
    return (int(rows[0][0]) if rows else 0), Calendar(overrides)


_calendar: Versioned[Calendar] = Versioned(_load)


def load_year(rows: Iterable[Entry], *, basis: str, now: datetime) -> int:
    """Load the State Council's arrangement of one year: days off and make-up working days; returns its year.

    Replaces what was loaded for that year before, overrides the library day by day, and makes the year known.
    `basis` names the notice (国办发明电…). Raises Invalid when days are of several years, doubled, or when statutory
    holidays are missing: half a table would make wrong dates look certain.
    """
    entries = sorted(rows, key=lambda entry: entry.date)
    _check(entries, basis)
    year = entries[0].date.year
    with transaction.atomic():
        CalendarDay.objects.filter(date__gte=date(year, 1, 1), date__lte=date(year, 12, 31)).delete()
        CalendarDay.objects.bulk_create(
            CalendarDay(
                date=entry.date, kind=entry.kind, statutory=entry.statutory, name=clean(entry.name),
                basis=clean(basis), loaded_at=now,
            )
            for entry in entries
        )  # fmt: skip
        note_change()
    return year


def _check(entries: list[Entry], basis: str) -> None:
    problems = []
    days = [entry.date for entry in entries]
    if not clean(basis) or len(clean(basis)) > 300:
        reason = _("Name the State Council's notice in 1 to 300 characters.")
        problems.append(FieldProblem("basis", "length", reason, {"max": 300}))
    if len({day.year for day in days}) != 1:
        problems.append(_problem("one_year", _("Load the days of one year at a time.")))
    elif len(set(days)) != len(days):
        problems.append(_problem("doubled", _("A day stands twice in this table.")))
    else:
        statutory = {entry.date for entry in entries if entry.statutory and entry.kind == DayKind.HOLIDAY}
        missing = sorted(set(fixed_statutory(days[0].year)) - statutory)
        if missing:
            reason = _("The statutory holiday {day} is missing. Load the whole table of the year.")
            problems.append(_problem("incomplete", format_lazy(reason, day=missing[0].isoformat())))
        elif len(statutory) < FEWEST_STATUTORY:
            reason = _("Only {count} statutory holidays are listed. Load the whole table of the year.")
            problems.append(_problem("incomplete", format_lazy(reason, count=len(statutory))))
        if any(e.kind == DayKind.MAKEUP or (e.statutory and e.kind != DayKind.HOLIDAY) for e in entries):
            problems.append(_problem("kind", _("Mark each day as working day, holiday or day of rest.")))
    if any(len(clean(entry.name)) > 60 for entry in entries):
        problems.append(_problem("name", _("Names of holidays have at most 60 characters.")))
    if problems:
        raise Invalid(*problems)


def _problem(code: str, message: Text) -> FieldProblem:
    return FieldProblem("rows", code, message)
