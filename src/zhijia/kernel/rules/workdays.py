"""The working-day calendar of China, 调休 included: which days are worked, and which years are known. No database.

The yearly arrangements of the State Council come from the `chinesecalendar` library (2004 to 2026 in 1.11) and from
the rows that an operator loads (calendar.py). A year that neither knows is Monday to Friday without the statutory
holidays that have a fixed date, and every day of it says `known=False`: what is counted on it is provisional.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, cached_property

from chinese_calendar import constants as published
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Invalid, Text

FIRST_YEAR, LAST_YEAR = 1949, 2199
"""Days outside these years are refused: they are slips of the pen, not limits."""


class DayKind(StrEnum):
    """Worked, rested at the weekend, rested in an announced holiday, or worked at a weekend in exchange for one."""

    WORKDAY = "workday"
    REST = "rest"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"


@dataclass(frozen=True)
class Entry:
    """One line of a State Council table: `kind` is WORKDAY (worked), HOLIDAY (off, by name) or REST (off).

    `statutory` marks the 13 days (11 before 2025) of 全国年节及纪念日放假办法, as against days off by exchange.
    """

    date: date
    kind: DayKind
    name: str = ""
    statutory: bool = False


@dataclass(frozen=True)
class Day:
    """One day as the calendar has it. `known=False`: its year was not published, so this may still change."""

    date: date
    working: bool
    kind: DayKind
    name: str
    known: bool
    statutory: bool = False

    @property
    def title(self) -> Text:
        """The holiday's name in the reader's language; empty on ordinary days."""
        return _FESTIVALS.get(self.name, self.name)


_FESTIVALS: dict[str, Text] = {
    "New Year's Day": _("New Year's Day"),
    "Spring Festival": _("Spring Festival"),
    "Tomb-sweeping Day": _("Tomb-sweeping Day"),
    "Labour Day": _("Labour Day"),
    "Dragon Boat Festival": _("Dragon Boat Festival"),
    "Mid-autumn Festival": _("Mid-autumn Festival"),
    "National Day": _("National Day"),
    "Anti-Fascist 70th Day": _("Victory Day"),
}

# First day of spring, clear and bright, double fifth, mid-autumn: the statutory days that follow the moon or the sun.
_MOVING = {
    2004: "0122", 2005: "0209", 2006: "0129", 2007: "0218",
    2008: "0207 0404 0608 0914", 2009: "0126 0404 0528 1003", 2010: "0214 0405 0616 0922",
    2011: "0203 0405 0606 0912", 2012: "0123 0404 0623 0930", 2013: "0210 0404 0612 0919",
    2014: "0131 0405 0602 0908", 2015: "0219 0405 0620 0927", 2016: "0208 0404 0609 0915",
    2017: "0128 0404 0530 1004", 2018: "0216 0405 0618 0924", 2019: "0205 0405 0607 0913",
    2020: "0125 0404 0625 1001", 2021: "0212 0404 0614 0921", 2022: "0201 0405 0603 0910",
    2023: "0122 0405 0622 0929", 2024: "0210 0404 0610 0917", 2025: "0129 0404 0531 1006",
    2026: "0217 0405 0619 0925",
}  # fmt: skip


def fixed_statutory(year: int) -> dict[date, str]:
    """The statutory holidays with a fixed solar date, by 全国年节及纪念日放假办法 as it stood in `year`.

    1999: 1 to 3 May; 2007 (in force 2008): 1 May; 2024 (in force 2025): 1 and 2 May. Always 1 January, 1 to 3 October.
    """
    may = 2 if year >= 2025 else 1 if year >= 2008 else 3
    return {
        date(year, 1, 1): "New Year's Day",
        **{date(year, 5, day): "Labour Day" for day in range(1, may + 1)},
        **{date(year, 10, day): "National Day" for day in (1, 2, 3)},
    }


def _moving_statutory(year: int) -> dict[date, str]:
    """The statutory holidays that follow the moon or the sun, of a year that the library knows.

    Spring Festival: three days from the eve (2008 to 2013), four from the eve (from 2025), else three from the first.
    """
    if year not in _MOVING:
        return {}
    spring, *others = (date(year, int(day[:2]), int(day[2:])) for day in _MOVING[year].split())
    eve = -1 if 2008 <= year <= 2013 or year >= 2025 else 0
    last = 1 if 2008 <= year <= 2013 else 2
    days = {spring + timedelta(days=n): "Spring Festival" for n in range(eve, last + 1)}
    names = ("Tomb-sweeping Day", "Dragon Boat Festival", "Mid-autumn Festival")
    return days | dict(zip(others, names, strict=False))


@cache
def _published() -> tuple[Mapping[date, Entry], frozenset[int]]:
    """What the library knows: its listed days, and the years they cover."""
    years = frozenset(day.year for day in published.holidays)
    statutory = {day: name for year in years for day, name in (fixed_statutory(year) | _moving_statutory(year)).items()}
    # The library leaves out a statutory day that fell on a weekend and moved nothing (Dragon Boat Festival of 2012).
    named = statutory | published.holidays
    entries = {day: Entry(day, DayKind.HOLIDAY, name, day in statutory) for day, name in named.items()}
    entries |= {day: Entry(day, DayKind.WORKDAY, name) for day, name in published.workdays.items()}
    return entries, years


class Calendar:
    """Which days are worked. `overrides` are laid over the library day by day, and make their years known.

    Asking for a day outside FIRST_YEAR to LAST_YEAR raises Invalid. Instances never change; share them freely.
    """

    def __init__(self, overrides: Mapping[date, Entry] | None = None) -> None:
        entries, years = _published()
        self._entries = {**entries, **(overrides or {})}
        self._years = years | {day.year for day in overrides or {}}

    def closing(self, entries: Mapping[date, Entry]) -> "Calendar":
        """The same calendar with these days off besides: what a region closes. It makes no year known."""
        found = copy(self)
        found._entries = {**self._entries, **entries}
        off = {day.toordinal() for day in entries}
        found._working = [o for o in self._working if o not in off]
        return found

    def known(self, year: int) -> bool:
        """Whether the arrangement of `year` was published."""
        return year in self._years

    def known_between(self, first: date, last: date) -> bool:
        """Whether every year from `first` to `last` was published."""
        return all(year in self._years for year in range(first.year, last.year + 1))

    def day(self, d: date) -> Day:
        """What kind of day `d` is."""
        _check(d)
        weekend = d.weekday() >= 5
        known = self.known(d.year)
        entry = self._entries.get(d)
        if entry is None:
            if not known and (name := fixed_statutory(d.year).get(d)):
                return Day(d, False, DayKind.HOLIDAY, name, known=False, statutory=True)
            return Day(d, not weekend, DayKind.REST if weekend else DayKind.WORKDAY, "", known)
        if entry.kind == DayKind.WORKDAY:
            return Day(d, True, DayKind.MAKEUP if weekend else DayKind.WORKDAY, entry.name if weekend else "", known)
        return Day(d, False, entry.kind, entry.name, known, entry.statutory)

    def add_working_days(self, d: date, n: int) -> date:
        """The `n`-th working day after `d` (n >= 1)."""
        _check(d)
        index = bisect_right(self._working, d.toordinal()) + n - 1
        if index >= len(self._working):
            raise _outside()
        return date.fromordinal(self._working[index])

    def working_days(self, after: date, until: date) -> int:
        """How many working days lie after `after`, up to and with `until`; 0 when `until` is not later."""
        _check(after)
        _check(until)
        found = bisect_right(self._working, until.toordinal()) - bisect_right(self._working, after.toordinal())
        return max(0, found)

    def first_working_day(self, d: date) -> date:
        """`d` if it is a working day, else the next one."""
        _check(d)
        index = bisect_left(self._working, d.toordinal())
        if index >= len(self._working):
            raise _outside()
        return date.fromordinal(self._working[index])

    @cached_property
    def _working(self) -> list[int]:
        # Ordinals of all working days, in order: adding n working days is one bisection, however large n is.
        off = {day.toordinal() for day, entry in self._entries.items() if entry.kind != DayKind.WORKDAY}
        on = {day.toordinal() for day, entry in self._entries.items() if entry.kind == DayKind.WORKDAY}
        for year in range(FIRST_YEAR, LAST_YEAR + 1):
            if year not in self._years:
                off |= {day.toordinal() for day in fixed_statutory(year)} - on
        span = range(date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR, 12, 31).toordinal() + 1)
        return [o for o in span if ((o - 1) % 7 < 5 and o not in off) or o in on]


def next_open_day(d: date, calendar: Calendar) -> date:
    """Where a limit ends whose last day is `d`: on `d` if it is open, else on the first open day after it.

    民事诉讼法 85: 期间届满的最后一日是法定休假日的，以法定休假日后的第一日为期间届满的日期; 民法典 203 says the same.
    Decided: 法定休假日 is every day that is really off, that is weekends, statutory holidays and days off by exchange
    (调休); a make-up working Saturday or Sunday is not one. So the Supreme People's Court read the earlier wording
    (12 December 2014: 如星期六、星期日、“五一”、“十一”、元旦、春节等), so 民法通则 154 had put it (星期日或者其他法定
    休假日), and so commentaries read 民法典 203: what ends on 1 October ends on 8 October, after the whole holiday.
    """
    return calendar.first_working_day(d)


def _check(d: date) -> None:
    if not FIRST_YEAR <= d.year <= LAST_YEAR:
        raise _outside()


def _outside() -> Invalid:
    reason = _("This day lies outside the calendar. Check the year.")
    limits = {"first_year": FIRST_YEAR, "last_year": LAST_YEAR}
    return Invalid(FieldProblem("date", "outside_calendar", reason, limits))
