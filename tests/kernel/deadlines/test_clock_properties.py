"""What must hold for every clock: hypothesis looks for one that breaks it."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.deadlines.clock import Due, Limit, Move, MoveKind, compute
from zhijia.kernel.rules.units import CLOCK_TIME, TIME, Unit
from zhijia.kernel.rules.workdays import Calendar

CALENDAR = Calendar()
starts = st.datetimes(datetime(2004, 1, 1), datetime(2030, 12, 31), timezones=st.just(CHINA))
known_starts = st.datetimes(datetime(2004, 1, 1), datetime(2025, 12, 31), timezones=st.just(CHINA))
units = st.sampled_from(sorted(TIME))
day_units = st.sampled_from(sorted(TIME - CLOCK_TIME))
amounts = st.integers(0, 30)
"""Small enough that a limit and four extensions, all in years, stay inside the calendar."""
waits = st.timedeltas(timedelta(), timedelta(days=40))


@st.composite
def histories(draw: st.DrawFn, start: datetime) -> list[Move]:
    """Suspensions and resumptions in turn, with extensions between, as the engine would let them happen."""
    moves, at = [], start
    for kind in draw(st.lists(st.sampled_from(["pause", "extend"]), max_size=4)):
        at += draw(waits)
        if kind == "extend":
            moves.append(Move(MoveKind.EXTEND, at, draw(amounts), draw(st.none() | units)))
            continue
        moves.append(Move(MoveKind.SUSPEND, at))
        at += draw(waits)
        moves.append(Move(MoveKind.RESUME, at))
    return moves


@st.composite
def clocks(draw: st.DrawFn) -> tuple[datetime, list[Move]]:
    start = draw(starts)
    return start, draw(histories(start))


def run(start: datetime, amount: int, unit: Unit, moves: list[Move] | None = None) -> Due:
    return compute(start=start, limit=Limit(amount, unit), moves=moves or [], calendar=CALENDAR)


@given(clocks(), amounts, amounts, units)
def test_more_time_never_ends_earlier(clock: tuple[datetime, list[Move]], a: int, b: int, unit: Unit) -> None:
    start, moves = clock
    assert run(start, min(a, b), unit, moves).at <= run(start, max(a, b), unit, moves).at


@given(clocks(), amounts, units)
def test_moves_never_make_it_earlier(clock: tuple[datetime, list[Move]], amount: int, unit: Unit) -> None:
    start, moves = clock
    made = run(start, amount, unit, moves)
    assert made.planned == run(start, amount, unit).at
    assert start.date() <= made.planned.date() <= made.at.date() <= made.latest.date()
    assert made.planned <= made.at <= made.latest


@given(clocks(), amounts, day_units, waits, waits)
def test_one_more_suspension_never_makes_it_earlier(
    clock: tuple[datetime, list[Move]], amount: int, unit: Unit, wait: timedelta, length: timedelta
) -> None:
    start, moves = clock
    later = max([start, *[move.at for move in moves]]) + wait
    paused = [*moves, Move(MoveKind.SUSPEND, later), Move(MoveKind.RESUME, later + length)]
    assert run(start, amount, unit, moves).at <= run(start, amount, unit, paused).at


@given(clocks(), amounts, st.integers(1, 60))
def test_extension_adds_exactly_its_working_days(clock: tuple[datetime, list[Move]], amount: int, more: int) -> None:
    start, moves = clock
    moves = [move for move in moves if move.kind == MoveKind.EXTEND]
    before = run(start, amount, Unit.WORKDAYS, moves).at
    last = Move(MoveKind.EXTEND, start + timedelta(days=999), more, Unit.WORKDAYS)
    after = run(start, amount, Unit.WORKDAYS, [*moves, last]).at
    assert CALENDAR.working_days(before.date(), after.date()) == more


@given(clocks(), amounts, day_units)
def test_day_limits_end_at_midnight_of_an_open_day(clock: tuple[datetime, list[Move]], amount: int, unit: Unit) -> None:
    start, moves = clock
    moves = [move for move in moves if move.unit not in CLOCK_TIME]
    at = run(start, amount, unit, moves).at
    assert (at.hour, at.minute, at.second, CALENDAR.day(at.date()).working) == (23, 59, 59, True)


@given(starts, st.integers(1, 60))
def test_exactly_the_working_days_after_the_start_are_counted(start: datetime, amount: int) -> None:
    at = run(start, amount, Unit.WORKDAYS).at
    assert (at.date() > start.date(), CALENDAR.working_days(start.date(), at.date())) == (True, amount)


@given(starts, amounts, day_units)
def test_hour_of_the_start_does_not_matter_to_day_limits(start: datetime, amount: int, unit: Unit) -> None:
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    assert run(start, amount, unit).at == run(midnight, amount, unit).at


@given(starts, amounts, day_units)
def test_end_in_an_unknown_year_is_provisional(start: datetime, amount: int, unit: Unit) -> None:
    made = run(start, amount, unit)
    assert made.provisional or CALENDAR.known(made.at.year)


@given(known_starts, st.integers(0, 100))
def test_end_in_known_years_is_certain(start: datetime, amount: int) -> None:
    made = run(start, amount, Unit.WORKDAYS)
    assert made.provisional == (not CALENDAR.known(made.at.year))


@given(starts, waits, waits, st.integers(0, 500))
def test_hours_lose_exactly_the_time_suspended(
    start: datetime, wait: timedelta, length: timedelta, amount: int
) -> None:
    pause = [Move(MoveKind.SUSPEND, start + wait), Move(MoveKind.RESUME, start + wait + length)]
    lost = length if wait < timedelta(hours=amount) else timedelta()
    assert run(start, amount, Unit.HOURS, pause).at - run(start, amount, Unit.HOURS).at == lost
