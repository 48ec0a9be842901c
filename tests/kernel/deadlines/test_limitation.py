"""When the right to arbitrate ends: starts, restarts, what comes too late, and where the two counts differ."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhijia.kernel.deadlines.clock import Limit
from zhijia.kernel.deadlines.limitation import limitation
from zhijia.kernel.rules.units import Unit
from zhijia.kernel.rules.workdays import Calendar

CALENDAR = Calendar()
ENDED = date(2026, 3, 10)


@dataclass(frozen=True)
class Act:
    day: date
    proved: bool = True


def ends(*acts: Act, start: date | None = ENDED) -> tuple[date, date] | None:
    """(safe, wide) last days."""
    found = limitation(start=start, acts=acts, calendar=CALENDAR)
    return None if found is None else (found.safe.end, found.wide.end)


@pytest.mark.parametrize(
    ("acts", "safe", "wide"),
    [
        ((), date(2027, 3, 10), date(2027, 3, 10)),  # one year from the end of the employment
        ((Act(date(2026, 9, 1)),), date(2027, 9, 1), date(2027, 9, 1)),  # a demand begins it anew
        (
            (Act(date(2026, 9, 1), proved=False),),
            date(2027, 3, 10),
            date(2027, 9, 1),
        ),  # but only one that can be proved
        ((Act(date(2026, 9, 1)), Act(date(2027, 8, 31))), date(2028, 8, 31), date(2028, 8, 31)),  # again and again
        ((Act(date(2026, 1, 5)),), date(2027, 3, 10), date(2027, 3, 10)),  # while employed it changes nothing
        ((Act(date(2027, 3, 10)),), date(2028, 3, 10), date(2028, 3, 10)),  # on the last day it still counts
        ((Act(date(2027, 3, 11)),), date(2027, 3, 10), date(2027, 3, 10)),  # a day later it does not revive
    ],
)
def test_restarts(acts: tuple[Act, ...], safe: date, wide: date) -> None:
    assert ends(*acts) == (safe, wide)


def test_without_a_day_to_start_from_there_is_no_limit() -> None:
    assert ends(start=None) is None


def test_an_act_after_the_end_is_named_and_begins_nothing() -> None:
    found = limitation(start=ENDED, acts=[Act(date(2027, 6, 1))], calendar=CALENDAR)
    assert found is not None
    assert (found.safe.late, found.wide.late, found.shown) == ((date(2027, 6, 1),),) * 2 + (date(2027, 3, 10),)


def test_a_last_day_that_is_off_moves_only_for_the_institution() -> None:
    found = limitation(start=date(2025, 10, 1), acts=(), calendar=CALENDAR)
    assert found is not None
    # 1 October 2026 lies in the National Day holiday, which ends on the 7th
    assert (found.safe.end, found.wide.end, found.differs) == (date(2026, 10, 1), date(2026, 10, 8), True)
    assert (found.shown, found.days_left(date(2026, 9, 30))) == (date(2026, 10, 1), 1)


def test_29_february_ends_on_the_28th() -> None:
    assert ends(start=date(2024, 2, 29)) == (date(2025, 2, 28), date(2025, 2, 28))


def test_the_period_is_what_the_rule_says() -> None:
    found = limitation(start=ENDED, acts=(), calendar=CALENDAR, period=Limit(3, Unit.YEARS))
    assert found is not None
    assert found.safe.end == date(2029, 3, 10)


days = st.integers(0, 2500).map(lambda n: ENDED + timedelta(days=n))


@given(st.lists(st.tuples(days, st.booleans()), max_size=8))
def test_the_shown_date_is_never_the_later_one(drawn: list[tuple[date, bool]]) -> None:
    acts = [Act(day, proved) for day, proved in drawn]
    found = limitation(start=ENDED, acts=acts, calendar=CALENDAR)
    assert found is not None
    assert found.shown == min(found.safe.end, found.wide.end)
    assert found.safe.start <= found.wide.start
    # every act that counts fell within the period that ran before it
    for count in (found.safe, found.wide):
        assert all(day > date(count.start.year - 10, 1, 1) for day in count.late)
