"""The working-day calendar of this installation: the library's years, and those an operator loaded."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import connection, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Invalid, Text
from zhijia.kernel.base.text import clean

from .models import NATIONAL, CalendarDay, Closure
from .version import Versioned, note_change
from .workdays import Calendar, Day, DayKind, Entry, fixed_statutory, next_open_day

__all__ = ["Calendar", "Day", "DayKind", "Entry", "close_day", "current", "load_year", "next_open_day", "open_day"]

FEWEST_STATUTORY = 10
"""Statutory days that a complete table has at least: 11 before 2025, 13 since, one fewer when two fall together."""


class _Installed:
    """The nation's calendar, and for each region that closes days one of its own, made when it is asked for."""

    def __init__(self, national: Calendar, closures: Mapping[str, Mapping[date, Entry]]) -> None:
        self.national, self._closures = national, closures
        self._made: dict[tuple[str, ...], Calendar] = {}

    def of(self, region: str) -> Calendar:
        """The calendar of a region: with its own closures and those of the regions above it."""
        codes = tuple(code for code in _above(region) if code in self._closures)
        if not codes:
            return self.national
        if codes not in self._made:
            days = {day: entry for code in reversed(codes) for day, entry in self._closures[code].items()}
            self._made[codes] = self.national.closing(days)
        return self._made[codes]


def current(region: str = NATIONAL) -> Calendar:
    """The calendar with this installation's loaded years, and the closures of `region`; the same object until rules,
    calendar or closures change."""
    return _calendar.get().of(region)


def _above(region: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((region, region[:4] + "00", region[:2] + "0000")))


def _load() -> tuple[int, _Installed]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v.number, d.date, d.kind, d.name, d.statutory, d.region FROM rules_version v LEFT JOIN ("
            " SELECT date, kind, name, statutory, NULL AS region FROM rules_calendarday UNION ALL"
            " SELECT date, 'holiday', name, false, region FROM rules_closure) d ON true"
        )
        rows = cursor.fetchall()
    national: dict[date, Entry] = {}
    closures: dict[str, dict[date, Entry]] = {}
    for _number, day, kind, name, statutory, region in rows:
        if day is not None:
            entry = Entry(day, DayKind(kind), name, statutory)
            (national if region is None else closures.setdefault(region, {}))[day] = entry
    return (int(rows[0][0]) if rows else 0), _Installed(Calendar(national), closures)


_calendar: Versioned[_Installed] = Versioned(_load)


@transaction.atomic
def close_day(*, region: str, day: date, name: str, basis: str, actor_id: int | None, now: datetime) -> Closure:
    """Let a region rest on a day. Raises Invalid for bad fields, and for a day that is off there already."""
    name, basis, problems = clean(name), clean(basis), []
    if not name or len(name) > 60:
        problems.append(FieldProblem("name", "length", _("Name the day in 1 to 60 characters."), {"max": 60}))
    if not basis or len(basis) > 300:
        reason = _("Name the law or the notice that closes it, in 1 to 300 characters.")
        problems.append(FieldProblem("basis", "length", reason, {"max": 300}))
    if not current(region).day(day).working:
        problems.append(FieldProblem("date", "off", _("This day is off there already.")))
    if problems:
        raise Invalid(*problems)
    made, new = Closure.objects.get_or_create(
        region=region, date=day, defaults={"name": name, "basis": basis, "created_at": now, "created_by": actor_id}
    )
    if not new:  # somebody else closed it in the same moment
        raise Invalid(FieldProblem("date", "off", _("This day is off there already.")))
    note_change()
    return made


@transaction.atomic
def open_day(closure: Closure) -> None:
    """Take a closure back."""
    closure.delete()
    note_change()


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
