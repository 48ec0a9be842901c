"""When the right to arbitrate ends: starts, restarts, what comes too late, and where the two counts differ."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.modules.wage_arrears.kit import Claim
from zhijia.kernel.deadlines.clock import Limit
from zhijia.kernel.notify.models import Message
from zhijia.kernel.rules.units import Unit
from zhijia.kernel.rules.workdays import Calendar
from zhijia.kernel.service import sweep
from zhijia.modules.wage_arrears.limitation import limitation

CALENDAR = Calendar()
ENDED = date(2026, 3, 10)


@dataclass(frozen=True)
class Act:
    day: date
    proved: bool = True


def ends(*acts: Act, ended: date | None = ENDED, employed: bool = False) -> tuple[date, date] | None:
    """(safe, wide) last days."""
    found = limitation(employed=employed, ended=ended, acts=acts, calendar=CALENDAR)
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


def test_while_the_employment_lasts_there_is_no_limit() -> None:
    assert ends(employed=True) is None
    assert ends(ended=None) is None


def test_an_act_after_the_end_is_named_and_begins_nothing() -> None:
    found = limitation(employed=False, ended=ENDED, acts=[Act(date(2027, 6, 1))], calendar=CALENDAR)
    assert found is not None
    assert (found.safe.late, found.wide.late, found.shown) == ((date(2027, 6, 1),),) * 2 + (date(2027, 3, 10),)


def test_a_last_day_that_is_off_moves_only_for_the_institution() -> None:
    found = limitation(employed=False, ended=date(2025, 10, 1), acts=(), calendar=CALENDAR)
    assert found is not None
    # 1 October 2026 lies in the National Day holiday, which ends on the 7th
    assert (found.safe.end, found.wide.end, found.differs) == (date(2026, 10, 1), date(2026, 10, 8), True)
    assert (found.shown, found.days_left(date(2026, 9, 30))) == (date(2026, 10, 1), 1)


def test_29_february_ends_on_the_28th() -> None:
    assert ends(ended=date(2024, 2, 29)) == (date(2025, 2, 28), date(2025, 2, 28))


def test_the_period_is_what_the_rule_says() -> None:
    found = limitation(employed=False, ended=ENDED, acts=(), calendar=CALENDAR, period=Limit(3, Unit.YEARS))
    assert found is not None
    assert found.safe.end == date(2029, 3, 10)


days = st.integers(0, 2500).map(lambda n: ENDED + timedelta(days=n))


@given(st.lists(st.tuples(days, st.booleans()), max_size=8))
def test_the_shown_date_is_never_the_later_one(drawn: list[tuple[date, bool]]) -> None:
    acts = [Act(day, proved) for day, proved in drawn]
    found = limitation(employed=False, ended=ENDED, acts=acts, calendar=CALENDAR)
    assert found is not None
    assert found.shown == min(found.safe.end, found.wide.end)
    assert found.safe.start <= found.wide.start
    # every act that counts fell within the period that ran before it
    for count in (found.safe, found.wide):
        assert all(day > date(count.start.year - 10, 1, 1) for day in count.late)


# --- the clock of a case ----------------------------------------------------------------------------------------


def test_no_clock_while_employed_and_one_from_the_recorded_end(claim: Claim) -> None:
    claim.tell(employed=True, ended="")
    assert not claim.case.deadlines.filter(key="limitation").exists()
    claim.do("alice", "end_employment", ended="2026-11-10")
    clock = claim.clock("limitation")
    assert (clock.started_at.date(), clock.due_at.date(), clock.leads) == (date(2026, 11, 9), date(2027, 11, 10), False)
    assert not claim.facts.employed


def test_end_not_known_counts_from_the_last_day_without_pay(claim: Claim) -> None:
    claim.tell(ended="")
    assert claim.clock("limitation").due_at.date() == date(2027, 11, 1)


def test_a_proved_act_begins_the_clock_anew_an_unproved_one_does_not(claim: Claim) -> None:
    claim.tell(ended="2026-06-30")
    claim.do("alice", "record_act", kind="demand", day="2026-09-05", proved=False)
    assert claim.clock("limitation").due_at.date() == date(2027, 6, 30)
    claim.do("zhou", "record_act", kind="promise", day="2026-10-09", proved=True, proof="微信聊天记录")
    clock = claim.clock("limitation")
    assert (clock.due_at.date(), clock.round) == (date(2027, 10, 11), 3)  # 9 October 2027 is a Saturday


def test_workers_are_warned_thirty_days_ahead(claim: Claim) -> None:
    claim.tell(ended="2025-12-10").ready(3)
    assert claim.clock("limitation").due_at.date() == date(2026, 12, 10)
    sweep.remind(now=claim.now)
    warned = Message.objects.filter(template="clock.ends", channel="app")
    assert set(warned.values_list("person_id", flat=True)) == {w.person_id for w in claim.lines().values()}


def test_the_served_demand_begins_it_anew_and_payment_in_full_ends_it(claim: Claim) -> None:
    claim.tell(ended="2025-12-10").ready(2)
    claim.do("zhou", "serve_demand", served="direct", day=claim.day(), proof="签收单")
    assert claim.clock("limitation").due_at.date() == date(2027, 11, 16)
    claim.pay("33600")
    assert (claim.case.state, claim.clock("limitation").state) == ("recovered", "met")


def test_a_payment_begins_it_anew_and_no_longer_when_it_bounced(claim: Claim) -> None:
    claim.tell(ended="2025-12-10").ready(2)
    claim.pay("100")
    assert claim.clock("limitation").due_at.date() == date(2027, 11, 16)
    claim.do("zhou", "bounce_payment", payment=1, reason="退票")
    assert claim.clock("limitation").due_at.date() == date(2026, 12, 10)


def test_a_payment_out_of_a_deposit_is_no_act_of_the_payer(claim: Claim) -> None:
    claim.tell(ended="2025-12-10").ready(2)
    claim.pay("100", paid_how="deposit")
    assert claim.clock("limitation").due_at.date() == date(2026, 12, 10)
