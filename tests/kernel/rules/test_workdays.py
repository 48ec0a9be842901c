"""The pure calendar: what the library knows, what an operator overrides, and what nobody knows."""

from datetime import date, timedelta

import pytest

from zhijia.kernel.base.errors import Invalid
from zhijia.kernel.rules.workdays import Calendar, Day, DayKind, Entry, next_open_day

CALENDAR = Calendar()


def days_of(year: int) -> list[Day]:
    first = date(year, 1, 1)
    return [CALENDAR.day(first + timedelta(days=n)) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize(("year", "working"), [(2024, 366 - 104 - 11), (2025, 365 - 104 - 13), (2026, 365 - 104 - 13)])
def test_year_has_all_days_but_weekends_and_statutory_holidays(year: int, working: int) -> None:
    assert sum(day.working for day in days_of(year)) == working


@pytest.mark.parametrize(
    ("year", "statutory"),
    [
        # 全国年节及纪念日放假办法 2024 added the eve of Spring Festival and 2 May, from 2025.
        (2024, "01-01 02-10 02-11 02-12 04-04 05-01 06-10 09-17 10-01 10-02 10-03"),
        (2025, "01-01 01-28 01-29 01-30 01-31 04-04 05-01 05-02 05-31 10-01 10-02 10-03 10-06"),
        (2026, "01-01 02-16 02-17 02-18 02-19 04-05 05-01 05-02 06-19 09-25 10-01 10-02 10-03"),
    ],
)
def test_statutory_days_are_told_from_days_off_by_exchange(year: int, statutory: str) -> None:
    assert " ".join(f"{day.date:%m-%d}" for day in days_of(year) if day.statutory) == statutory


@pytest.mark.parametrize("year", range(2004, 2027))
def test_every_statutory_day_of_a_known_year_is_a_day_off_with_a_name(year: int) -> None:
    statutory = [day for day in days_of(year) if day.statutory]
    assert len(statutory) == {2004: 10, 2005: 10, 2006: 10, 2007: 10, 2009: 10, 2020: 10, 2025: 13, 2026: 13}.get(
        year, 11
    )
    assert [day for day in statutory if day.working or day.kind != DayKind.HOLIDAY or not day.name] == []


@pytest.mark.parametrize(
    ("day", "working", "kind", "name"),
    [
        (date(2026, 2, 28), True, DayKind.MAKEUP, "Spring Festival"),
        (date(2026, 2, 23), False, DayKind.HOLIDAY, "Spring Festival"),
        (date(2026, 11, 21), False, DayKind.REST, ""),
        (date(2026, 11, 23), True, DayKind.WORKDAY, ""),
    ],
)
def test_day_of_a_known_year(day: date, working: bool, kind: DayKind, name: str) -> None:
    assert CALENDAR.day(day) == Day(day, working, kind, name, known=True)


def test_unknown_year_is_monday_to_friday_without_fixed_holidays_and_says_so() -> None:
    off = [day.date for day in days_of(2027) if not day.working and day.date.weekday() < 5]
    assert off == [date(2027, 1, 1), date(2027, 10, 1)]
    assert CALENDAR.day(date(2027, 5, 1)) == Day(
        date(2027, 5, 1), False, DayKind.HOLIDAY, "Labour Day", known=False, statutory=True
    )
    assert {day.known for day in days_of(2027)} == {False}
    assert (CALENDAR.known(2026), CALENDAR.known(2027)) == (True, False)


def test_override_wins_over_the_library_and_makes_its_year_known() -> None:
    overrides = {
        date(2026, 11, 23): Entry(date(2026, 11, 23), DayKind.HOLIDAY, "国家公祭"),
        date(2026, 2, 28): Entry(date(2026, 2, 28), DayKind.REST),
        date(2027, 2, 13): Entry(date(2027, 2, 13), DayKind.WORKDAY, "春节"),
    }
    calendar = Calendar(overrides)
    assert calendar.day(date(2026, 11, 23)) == Day(date(2026, 11, 23), False, DayKind.HOLIDAY, "国家公祭", known=True)
    assert calendar.day(date(2026, 2, 28)).working is False
    assert calendar.day(date(2027, 2, 13)) == Day(date(2027, 2, 13), True, DayKind.MAKEUP, "春节", known=True)
    assert calendar.day(date(2026, 2, 14)) == CALENDAR.day(date(2026, 2, 14))
    assert calendar.add_working_days(date(2026, 11, 20), 1) == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("last", "moved"),
    [
        (date(2024, 10, 1), date(2024, 10, 8)),  # National Day: 1 to 7 October off
        (date(2025, 1, 28), date(2025, 2, 5)),  # Spring Festival: 28 January to 4 February off
        (date(2025, 10, 8), date(2025, 10, 9)),  # off by exchange, a Wednesday
        (date(2026, 2, 14), date(2026, 2, 14)),  # a make-up Saturday is open
        (date(2026, 11, 21), date(2026, 11, 23)),  # a plain Saturday
        (date(2026, 11, 24), date(2026, 11, 24)),
    ],
)
def test_next_open_day_moves_off_days_that_are_really_off(last: date, moved: date) -> None:
    assert next_open_day(last, CALENDAR) == moved


def test_working_days_counts_after_and_until() -> None:
    assert CALENDAR.working_days(date(2026, 11, 26), date(2026, 12, 7)) == 7
    assert CALENDAR.working_days(date(2026, 12, 7), date(2026, 11, 26)) == 0


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1948, 12, 31), date(2200, 1, 1), date(9999, 12, 31)])
def test_day_outside_the_calendar_is_refused(day: date) -> None:
    for ask in (CALENDAR.day, CALENDAR.first_working_day, lambda d: CALENDAR.add_working_days(d, 1)):
        with pytest.raises(Invalid) as caught:
            ask(day)
        assert [problem.code for problem in caught.value.problems] == ["outside_calendar"]


def test_count_that_leaves_the_calendar_is_refused() -> None:
    with pytest.raises(Invalid):
        CALENDAR.add_working_days(date(2199, 12, 1), 1000)
    with pytest.raises(Invalid):
        CALENDAR.first_working_day(date(2199, 12, 31) + timedelta(days=5))
