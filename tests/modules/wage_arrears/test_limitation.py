"""The time limit of a wage claim as its clock counts it: from the end of the employment, anew with each proved act."""

from datetime import date

from tests.modules.wage_arrears.kit import Claim
from zhijia.kernel.notify.models import Message
from zhijia.kernel.service import sweep


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
