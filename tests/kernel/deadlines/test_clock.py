"""The arithmetic of the clock, against the State Council's real arrangements of 2024, 2025 and 2026.

2024: off 1 Jan; 10-17 Feb (worked: Sun 4 and Sun 18 Feb); 4-6 Apr (Sun 7 Apr); 1-5 May (Sun 28 Apr, Sat 11 May);
      10 Jun; 15-17 Sep (Sat 14 Sep); 1-7 Oct (Sun 29 Sep, Sat 12 Oct).
2025: off 1 Jan; 28 Jan - 4 Feb (Sun 26 Jan, Sat 8 Feb); 4-6 Apr; 1-5 May (Sun 27 Apr); 31 May - 2 Jun;
      1-8 Oct (Sun 28 Sep, Sat 11 Oct).
2026: off 1-3 Jan (Sun 4 Jan); 15-23 Feb (Sat 14 and Sat 28 Feb); 4-6 Apr; 1-5 May (Sat 9 May); 19-21 Jun;
      25-27 Sep; 1-7 Oct (Sun 20 Sep, Sat 10 Oct).
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Invalid, Misconfigured
from zhijia.kernel.deadlines.clock import (
    ClockState,
    Due,
    Left,
    Limit,
    Move,
    MoveKind,
    Step,
    StepKind,
    compute,
    left,
    pauses_of,
    state,
)
from zhijia.kernel.rules.units import Unit
from zhijia.kernel.rules.workdays import Calendar

CALENDAR = Calendar()
DAYS, WORKDAYS, HOURS, MONTHS, YEARS = Unit.DAYS, Unit.WORKDAYS, Unit.HOURS, Unit.MONTHS, Unit.YEARS


def on(day: str, time: str = "10:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=CHINA)


def end_of(day: str) -> datetime:
    return on(day, "23:59:59")


def due(start: str, amount: int, unit: Unit, moves: Sequence[Move] = (), now: datetime | None = None) -> Due:
    return compute(start=on(start), limit=Limit(amount, unit), moves=moves, calendar=CALENDAR, now=now)


def suspend(day: str, time: str = "09:00") -> Move:
    return Move(MoveKind.SUSPEND, on(day, time), reason="awaiting appraisal", id=1)


def resume(day: str, time: str = "17:00") -> Move:
    return Move(MoveKind.RESUME, on(day, time), id=2)


def extend(day: str, amount: int, unit: Unit | None = None) -> Move:
    return Move(MoveKind.EXTEND, on(day), amount, unit, "complex", 3)


@pytest.mark.parametrize(
    ("start", "amount", "expected"),
    [
        # 2024
        ("2024-02-06", 5, "2024-02-19"),  # 7 8 9 | off 10-17 | Sun 18 | 19
        ("2024-04-03", 2, "2024-04-08"),  # off 4-6 | Sun 7 | 8
        ("2024-04-26", 5, "2024-05-07"),  # Sun 28, 29 30 | off 1-5 | 6 7
        ("2024-05-08", 4, "2024-05-13"),  # 9 10, Sat 11 | 13
        ("2024-06-07", 1, "2024-06-11"),  # Mon 10 off
        ("2024-09-12", 3, "2024-09-18"),  # 13, Sat 14 | off 15-17 | 18
        ("2024-09-27", 5, "2024-10-10"),  # Sun 29, 30 | off 1-7 | 8 9 10
        ("2024-10-09", 4, "2024-10-14"),  # 10 11, Sat 12 | 14
        # 2025
        ("2024-12-31", 1, "2025-01-02"),  # 1 off
        ("2025-01-20", 15, "2025-02-14"),  # 21-24, Sun 26, 27 | off 28-4 | 5 6 7, Sat 8, 10-14
        ("2025-01-24", 5, "2025-02-07"),  # Sun 26, 27 | off | 5 6 7
        ("2025-02-06", 3, "2025-02-10"),  # 7, Sat 8 | 10
        ("2025-04-25", 4, "2025-04-30"),  # Sun 27, 28 29 30
        ("2025-04-25", 5, "2025-05-06"),  # | off 1-5 | 6
        ("2025-05-30", 1, "2025-06-03"),  # off 31-2
        ("2025-09-26", 5, "2025-10-10"),  # Sun 28, 29 30 | off 1-8 | 9 10
        ("2025-09-26", 6, "2025-10-11"),  # the last day is a make-up Saturday
        # 2026
        ("2025-12-31", 3, "2026-01-06"),  # off 1-3 | Sun 4, 5 6
        ("2026-02-12", 4, "2026-02-25"),  # 13, Sat 14 | off 15-23 | 24 25
        ("2026-02-26", 3, "2026-03-02"),  # 27, Sat 28 | 2
        ("2026-04-30", 5, "2026-05-11"),  # off 1-5 | 6 7 8, Sat 9 | 11
        ("2026-09-18", 5, "2026-09-24"),  # Sun 20, 21-24
        ("2026-09-18", 6, "2026-09-28"),  # | off 25-27 | 28
        ("2026-09-29", 10, "2026-10-19"),  # 30 | off 1-7 | 8 9, Sat 10 | 12-16 | 19
        ("2026-11-16", 15, "2026-12-07"),  # look/worker-matter.html
    ],
)
def test_working_days_of_the_official_calendars(start: str, amount: int, expected: str) -> None:
    assert due(start, amount, WORKDAYS) == Due(
        end_of(expected), end_of(expected), end_of(expected), False, False,
        (Step(StepKind.COUNT, on(start), end_of(expected), amount, WORKDAYS),), WORKDAYS,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("start", "amount", "unit", "expected"),
    [
        ("2026-11-16", 1, DAYS, "2026-11-17"),
        ("2024-09-16", 15, DAYS, "2024-10-08"),  # 1 October: National Day, off until the 7th
        ("2025-01-13", 15, DAYS, "2025-02-05"),  # 28 January: Spring Festival's eve
        ("2025-09-23", 15, DAYS, "2025-10-09"),  # 8 October, a Wednesday, is off by exchange
        ("2026-02-13", 1, DAYS, "2026-02-14"),  # a make-up Saturday is open
        ("2026-11-19", 2, DAYS, "2026-11-23"),  # Saturday
        ("2014-05-28", 3, MONTHS, "2014-08-28"),  # the Supreme People's Court's own example
        ("2024-01-31", 1, MONTHS, "2024-02-29"),
        ("2025-01-31", 1, MONTHS, "2025-02-28"),
        ("2026-01-31", 1, MONTHS, "2026-02-28"),  # a make-up Saturday
        ("2026-10-31", 1, MONTHS, "2026-11-30"),
        ("2025-12-15", 13, MONTHS, "2027-01-15"),
        ("2024-02-29", 1, YEARS, "2025-02-28"),
        ("2024-02-29", 2, YEARS, "2026-02-28"),
        ("2025-10-01", 1, YEARS, "2026-10-08"),  # ends in National Day
        ("2026-11-16", 0, DAYS, "2026-11-16"),
        ("2026-11-21", 0, DAYS, "2026-11-23"),
        ("2026-11-21", 0, WORKDAYS, "2026-11-23"),
    ],
)
def test_days_months_and_years_end_on_an_open_day(start: str, amount: int, unit: Unit, expected: str) -> None:
    assert due(start, amount, unit).at == end_of(expected)


@pytest.mark.parametrize(("time", "expected"), [("00:00", "2026-11-17"), ("23:59", "2026-11-17")])
def test_day_of_the_event_does_not_count_at_any_hour(time: str, expected: str) -> None:
    made = compute(start=on("2026-11-16", time), limit=Limit(1, WORKDAYS), calendar=CALENDAR)
    assert made.at == end_of(expected)


def test_day_is_a_day_in_china() -> None:
    start = datetime(2026, 11, 16, 17, 0, tzinfo=UTC)  # 01:00 on the 17th in China
    made = compute(start=start, limit=Limit(1, WORKDAYS), calendar=CALENDAR)
    assert (made.at, str(made.at.tzinfo)) == (end_of("2026-11-18"), "Asia/Shanghai")


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [
        (24, HOURS, on("2026-11-22", "15:10")),  # a Sunday: hours run around the clock
        (2, HOURS, on("2026-11-21", "17:10")),
        (90, Unit.MINUTES, on("2026-11-21", "16:40")),
        (0, HOURS, on("2026-11-21", "15:10")),
    ],
)
def test_hours_run_around_the_clock(amount: int, unit: Unit, expected: datetime) -> None:
    made = compute(start=on("2026-11-21", "15:10"), limit=Limit(amount, unit), calendar=CALENDAR)
    assert (made.at, made.provisional) == (expected, False)


def test_suspension_leaves_out_its_days_and_the_day_of_resumption() -> None:
    # 17 18 count; 19 (Thu) to 24 (Tue) do not: four working days; 25 26 27, 30 count on.
    made = due("2026-11-16", 6, WORKDAYS, [suspend("2026-11-19"), resume("2026-11-24")])
    assert (made.planned, made.at, made.suspended) == (end_of("2026-11-24"), end_of("2026-11-30"), False)
    assert made.steps == (
        Step(StepKind.COUNT, on("2026-11-16"), end_of("2026-11-30"), 6, WORKDAYS),
        Step(
            StepKind.SUSPEND, on("2026-11-19", "09:00"), on("2026-11-24", "17:00"), 4, WORKDAYS, "awaiting appraisal", 1
        ),
    )  # fmt: skip


def test_suspension_of_calendar_days_and_months_leaves_out_calendar_days() -> None:
    moves = [suspend("2026-11-19"), resume("2026-11-24")]  # six days
    assert due("2026-11-16", 10, DAYS, moves).at == end_of("2026-12-02")
    assert due("2026-10-23", 1, MONTHS, moves).at == end_of("2026-11-30")  # 23 + 6 = 29, a Sunday


def test_suspension_of_hours_leaves_out_exactly_its_time() -> None:
    moves = [suspend("2026-11-16", "12:00"), resume("2026-11-16", "13:30")]
    assert due("2026-11-16", 24, HOURS, moves).at == on("2026-11-17", "11:30")


def test_two_suspensions_that_meet_in_one_day_leave_it_out_once() -> None:
    moves = [
        suspend("2026-11-18", "09:00"), resume("2026-11-19", "10:00"),
        suspend("2026-11-19", "11:00"), resume("2026-11-20", "10:00"),
    ]  # fmt: skip
    assert due("2026-11-16", 3, WORKDAYS, moves).at == end_of("2026-11-24")


def test_suspension_on_the_day_of_the_event_costs_nothing() -> None:
    assert due("2026-11-16", 3, WORKDAYS, [suspend("2026-11-16", "11:00"), resume("2026-11-16")]).at == end_of(
        "2026-11-19"
    )


def test_suspension_after_the_end_changes_nothing() -> None:
    made = due("2026-11-16", 3, WORKDAYS, [suspend("2026-11-20")], on("2026-11-30"))
    assert (made.at, made.suspended, len(made.steps)) == (end_of("2026-11-19"), False, 1)


def test_last_day_off_moves_past_a_suspension_too() -> None:
    # Five days end on Saturday the 21st and move to Monday the 23rd, which is suspended, as is Tuesday.
    made = due("2026-11-16", 5, DAYS, [suspend("2026-11-22"), resume("2026-11-24")])
    assert made.at == end_of("2026-11-25")


def test_open_suspension_ends_where_it_would_if_resumed_now() -> None:
    moves = [suspend("2026-11-19")]
    made = due("2026-11-16", 6, WORKDAYS, moves, on("2026-11-24"))
    assert (made.at, made.suspended) == (end_of("2026-11-30"), True)
    assert due("2026-11-16", 6, WORKDAYS, moves).at == end_of("2026-11-25")
    assert due("2026-11-16", 6, WORKDAYS, moves, on("2026-11-01")).at == end_of("2026-11-25")


def test_move_that_was_undone_is_left_out_and_its_counterpart_is_harmless() -> None:
    plain = due("2026-11-16", 6, WORKDAYS)
    assert due("2026-11-16", 6, WORKDAYS, [resume("2026-11-24")]) == plain
    twice = [suspend("2026-11-19"), suspend("2026-11-20"), resume("2026-11-24"), resume("2026-11-25")]
    assert due("2026-11-16", 6, WORKDAYS, twice).at == end_of("2026-11-30")
    assert [(p.start, p.end) for p in pauses_of(twice)] == [(on("2026-11-19", "09:00"), on("2026-11-24", "17:00"))]


def test_extension_counts_on_from_the_end_reached() -> None:
    made = due("2026-11-16", 15, WORKDAYS, [extend("2026-12-01", 15)])
    assert (made.planned, made.at) == (end_of("2026-12-07"), end_of("2026-12-28"))  # look/desk-case.html
    # Ten days end on 1 October and move to the 8th; five more end on the 13th.
    assert due("2026-09-21", 10, DAYS, [extend("2026-09-25", 5)]).at == end_of("2026-10-13")
    assert due("2026-11-16", 24, HOURS, [extend("2026-11-16", 2, WORKDAYS)]).at == end_of("2026-11-19")


def test_order_of_moves_in_the_sequence_does_not_matter() -> None:
    moves = [suspend("2026-11-19"), resume("2026-11-24"), extend("2026-11-25", 5)]
    assert due("2026-11-16", 6, WORKDAYS, moves[::-1]) == due("2026-11-16", 6, WORKDAYS, moves)


def test_latest_adds_the_extensions_still_allowed() -> None:
    limit = Limit(15, WORKDAYS)
    made = compute(start=on("2026-11-16"), limit=limit, calendar=CALENDAR, max_extension=limit, extensions_left=1)
    assert (made.at, made.latest, made.latest_provisional) == (end_of("2026-12-07"), end_of("2026-12-28"), False)
    made = compute(start=on("2026-11-16"), limit=limit, calendar=CALENDAR, max_extension=limit, extensions_left=2)
    assert (made.provisional, made.latest_provisional) == (False, True)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "provisional"),
    [
        ("2026-12-30", 1, WORKDAYS, False),
        ("2026-12-30", 2, WORKDAYS, True),
        ("2026-12-31", 0, WORKDAYS, False),
        ("2026-12-30", 1, DAYS, False),
        ("2026-12-30", 2, DAYS, True),
        ("2027-03-01", 1, MONTHS, True),
        ("2026-12-31", 48, HOURS, False),
        ("2000-03-01", 3, WORKDAYS, True),
        ("2003-12-20", 1, MONTHS, False),  # only the last day meets a calendar, and 2004 is known
    ],
)
def test_date_that_rests_on_an_unknown_year_is_provisional(
    start: str, amount: int, unit: Unit, provisional: bool
) -> None:
    assert due(start, amount, unit).provisional is provisional


@pytest.mark.parametrize(("amount", "unit"), [(-1, DAYS), (1_000_001, HOURS), (5, Unit.YUAN), (5, Unit.COUNT)])
def test_limit_that_is_no_time_is_refused(amount: int, unit: Unit) -> None:
    with pytest.raises(Misconfigured):
        Limit(amount, unit)


@pytest.mark.parametrize(
    ("amount", "unit"), [(1_000_000, DAYS), (1_000_000, YEARS), (1_000_000, WORKDAYS), (3000, MONTHS)]
)
def test_end_outside_the_calendar_is_refused(amount: int, unit: Unit) -> None:
    with pytest.raises(Invalid):
        due("2026-11-16", amount, unit)


def test_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        compute(start=datetime(2026, 11, 16), limit=Limit(1, DAYS), calendar=CALENDAR)


@pytest.mark.parametrize(
    ("at", "unit", "now", "expected"),
    [
        # look.md §4: more than 3 working days, or 7 calendar days, is calm; within that is soon; then today; then over.
        (end_of("2026-12-07"), WORKDAYS, on("2026-11-26"), Left(ClockState.OK, 7, 11, 277)),
        (end_of("2026-12-07"), WORKDAYS, on("2026-12-01"), Left(ClockState.OK, 4, 6, 157)),
        (end_of("2026-12-07"), WORKDAYS, on("2026-12-02"), Left(ClockState.SOON, 3, 5, 133)),
        (end_of("2026-12-07"), DAYS, on("2026-11-29"), Left(ClockState.OK, 6, 8, 205)),
        (end_of("2026-12-07"), DAYS, on("2026-11-30"), Left(ClockState.SOON, 5, 7, 181)),
        (end_of("2026-12-07"), DAYS, end_of("2026-12-06"), Left(ClockState.SOON, 1, 1, 24)),
        (end_of("2026-12-07"), DAYS, on("2026-12-07", "00:00"), Left(ClockState.TODAY, 0, 0, 23)),
        (end_of("2026-12-07"), DAYS, end_of("2026-12-07"), Left(ClockState.TODAY)),
        (end_of("2026-12-07"), DAYS, on("2026-12-08", "00:00"), Left(ClockState.OVER, over_days=1, over_hours=1)),
        (end_of("2026-12-07"), DAYS, on("2026-12-09"), Left(ClockState.OVER, over_days=2, over_hours=35)),
        (on("2026-12-07", "15:20"), HOURS, on("2026-12-06", "15:20"), Left(ClockState.OK, 1, 1, 24)),
        (on("2026-12-07", "15:20"), HOURS, on("2026-12-06", "15:21"), Left(ClockState.SOON, 1, 1, 23)),
        (on("2026-12-07", "15:20"), HOURS, on("2026-12-07", "15:20"), Left(ClockState.TODAY)),
        (on("2026-12-07", "15:20"), HOURS, on("2026-12-07", "15:21"), Left(ClockState.OVER, over_hours=1)),
    ],
)  # fmt: skip
def test_chip_says_what_is_left(at: datetime, unit: Unit, now: datetime, expected: Left) -> None:
    assert left(at=at, unit=unit, calendar=CALENDAR, now=now) == expected


def test_chip_of_a_done_clock_says_whether_it_was_late() -> None:
    made = due("2026-11-16", 15, WORKDAYS)
    in_time = state(made, on("2027-01-01"), end_of("2026-12-07"), calendar=CALENDAR)
    late = state(made, on("2027-01-01"), on("2026-12-08"), calendar=CALENDAR)
    assert (in_time.state, in_time.late) == (ClockState.DONE, False)
    assert (late.state, late.late, late.over_days, late.over_hours) == (ClockState.DONE, True, 1, 11)


def test_chip_of_a_suspended_clock_is_never_over() -> None:
    moves = [suspend("2026-11-19")]
    made = due("2026-11-16", 6, WORKDAYS, moves)
    assert state(made, on("2026-12-24"), calendar=CALENDAR) == Left(ClockState.PAUSE)


def test_golden_span_agrees_with_a_naive_count() -> None:
    """Every start of three years, counted by walking day by day."""
    day = date(2024, 1, 1)
    while day < date(2026, 11, 1):
        walked, counted = day, 0
        while counted < 15:
            walked += timedelta(days=1)
            counted += CALENDAR.day(walked).working
        assert due(day.isoformat(), 15, WORKDAYS).at.date() == walked
        day += timedelta(days=1)
