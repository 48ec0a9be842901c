"""A cycle: drafted by one, approved by another, published as quotas, suspended, ended, its money accounted for."""

from datetime import timedelta

import pytest
from django.utils import translation

from tests.cast import BEILING, NOW, QINGHE, Cast
from tests.modules.vouchers.kit import DAY, MEAL, OPEN, Kitchen, at, build, people, wrong
from zhijia.kernel.base.errors import Conflict, Forbidden, Invalid
from zhijia.kernel.ledger.models import Quota
from zhijia.kernel.ledger.quotas import figures
from zhijia.modules.vouchers.cycles import prefix
from zhijia.modules.vouchers.models import Offer
from zhijia.modules.vouchers.sweep import sweep

BUDGET = 3 * 20 * MEAL


def test_a_cycle_becomes_quotas_by_place_and_day(open_kitchen: Kitchen) -> None:
    stands = figures(prefix=prefix(open_kitchen.case.pk))
    assert [(q.key.rpartition(":")[0][-10:], q.total, q.room) for q in stands] == [
        ("2026-11-17", 20, 20), ("2026-11-18", 20, 20), ("2026-11-19", 20, 20),
    ]  # fmt: skip
    assert {(q.opens_at.hour, q.closes_at - q.opens_at) for q in stands} == {(2, timedelta(hours=10))}  # UTC
    offer = open_kitchen.offer()
    assert (offer.fen, offer.scope, offer.city, offer.slot, offer.use_from, offer.use_to) == (
        MEAL, f"vouchers:p{open_kitchen.programme.pk}:2026-11-17", "980100", 0, at(10, 30), at(20, 30),
    )  # fmt: skip


def test_approval_sets_the_budget_aside(kitchen: Kitchen) -> None:
    kitchen.draft().plan()
    kitchen.do("zhou", "submit")
    assert (kitchen.cycle.budget_fen, kitchen.funds(), kitchen.set_aside()) == (BUDGET, 10_000_000, 0)
    kitchen.do("head", "approve")
    assert (kitchen.funds(), kitchen.set_aside(), wrong()) == (10_000_000 - BUDGET, BUDGET, [])


def test_nobody_approves_their_own_draft(kitchen: Kitchen) -> None:
    kitchen.draft().plan()
    kitchen.do("head", "submit")
    with pytest.raises(Conflict) as refused:
        kitchen.do("head", "approve")
    assert refused.value.code == "own_draft"
    with pytest.raises(Forbidden):
        kitchen.do("zhou", "approve")
    kitchen.do("leader", "approve")


def test_a_large_budget_needs_a_leader(kitchen: Kitchen) -> None:
    kitchen.draft().plan(1200)  # 54,000 yuan
    kitchen.do("zhou", "submit")
    with pytest.raises(Conflict) as refused:
        kitchen.do("head", "approve")
    with translation.override("en"):
        assert (refused.value.code, str(refused.value)) == ("needs_leader", "Above 50,000 yuan a leader approves.")
    assert kitchen.do("leader", "approve").state == "approved"


def test_no_more_is_approved_than_the_union_has(cast: Cast) -> None:
    poor = build(cast, allotted=BUDGET - 1)
    poor.draft().plan()
    poor.do("zhou", "submit")
    with pytest.raises(Conflict) as refused:
        poor.do("head", "approve")
    assert (refused.value.code, poor.funds(), wrong()) == ("no_funds", BUDGET - 1, [])


def test_two_cycles_cannot_spend_the_same_money(cast: Cast) -> None:
    poor = build(cast, allotted=BUDGET + 1)
    poor.publish()
    second = Kitchen(cast, poor.programme, poor.shop, poor.station, poor.terminal, "").draft().plan()
    second.do("zhou", "submit")
    with pytest.raises(Conflict) as refused:
        second.do("head", "approve")
    assert refused.value.code == "no_funds"


def test_the_programme_is_the_one_that_the_unit_runs(kitchen: Kitchen) -> None:
    assert kitchen.draft().cycle.programme == kitchen.programme
    with pytest.raises(Invalid) as refused:
        kitchen.draft(programme="unknown")
    assert refused.value.problems[0].field == "programme"
    with pytest.raises(Invalid):
        kitchen.draft(kind="pack", programme="meals")


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"last_day": "2026-11-16"}, "last_day"), ({"last_day": "2027-11-16"}, "last_day"), ({"fen": "0"}, "fen")],
)
def test_a_draft_that_cannot_be_meant_is_refused(kitchen: Kitchen, changed: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        kitchen.draft(**changed)
    assert [p.field for p in refused.value.problems] == [field]


@pytest.mark.parametrize(
    ("region", "per_day", "field"),
    [
        (BEILING, 5, "region"),
        ("985555", 5, "region"),
        ("青禾区", 5, "region"),
        (QINGHE, "2.5", "per_day"),
        (QINGHE, -1, "per_day"),
    ],
)
def test_places_lie_within_reach_and_numbers_are_whole(
    kitchen: Kitchen, region: str, per_day: object, field: str
) -> None:
    kitchen.draft()
    with pytest.raises(Invalid) as refused:
        kitchen.do("zhou", "plan", region=region, per_day=per_day)
    assert [p.field for p in refused.value.problems] == [field]


def test_a_place_is_changed_and_taken_out(kitchen: Kitchen) -> None:
    kitchen.draft().plan(20).plan(30)
    assert list(kitchen.cycle.places.values_list("region", "per_day")) == [(QINGHE, 30)]
    kitchen.plan(0)
    with pytest.raises(Conflict) as refused:
        kitchen.do("zhou", "submit")
    assert refused.value.code == "no_places"


@pytest.mark.parametrize("hours", [{"opens": "25:00"}, {"opens": "21:00"}, {"use_to": "19:00"}, {"use_from": "09:00"}])
def test_hours_in_the_wrong_order_are_refused(kitchen: Kitchen, hours: dict[str, str]) -> None:
    kitchen.draft()
    with pytest.raises(Invalid):
        kitchen.do("zhou", "change", **hours)


def test_hours_can_be_changed_before_it_is_submitted(kitchen: Kitchen) -> None:
    kitchen.draft().plan()
    kitchen.do("zhou", "change", opens="06:30", use_from="07:00", closes="09:00", use_to="09:30")
    kitchen.do("zhou", "submit")
    kitchen.do("head", "approve")
    kitchen.do("zhou", "publish")
    assert (kitchen.offer().use_from, kitchen.offer().use_to) == (at(7), at(9, 30))


def test_what_was_submitted_is_not_changed(kitchen: Kitchen) -> None:
    kitchen.draft().plan()
    kitchen.do("zhou", "submit")
    with pytest.raises(Conflict):
        kitchen.plan(500)
    kitchen.do("head", "send_back", reason="少一点")
    kitchen.plan(10)
    kitchen.do("zhou", "submit")
    assert kitchen.cycle.budget_fen == 3 * 10 * MEAL


def test_terms_are_frozen_when_it_is_submitted(open_kitchen: Kitchen) -> None:
    from zhijia.modules.vouchers.programmes import change_programme

    change_programme(
        programme=open_kitchen.programme, terms="改了", active=False, actor=open_kitchen.cast.actor("head"), now=NOW
    )
    assert open_kitchen.cycle.terms == "凭码领取，当日有效。"
    assert open_kitchen.claim(*people(1)).code == "granted"


def test_it_is_not_published_after_its_first_opening(kitchen: Kitchen) -> None:
    kitchen.draft().plan()
    kitchen.do("zhou", "submit")
    kitchen.do("head", "approve")
    with pytest.raises(Conflict) as refused:
        kitchen.do("zhou", "publish", now=OPEN)
    assert refused.value.code == "past"


def test_two_cycles_of_a_city_and_day_have_slots_of_their_own(kitchen: Kitchen) -> None:
    kitchen.publish()
    first = kitchen.offer().slot
    kitchen.publish()
    assert (first, kitchen.offer().slot) == (0, 1)


def test_cancelling_gives_the_money_back(open_kitchen: Kitchen) -> None:
    open_kitchen.do("head", "cancel", reason="天气")
    assert (open_kitchen.funds(), open_kitchen.set_aside(), wrong()) == (10_000_000, 0, [])
    assert open_kitchen.claim(*people(1)).code == "closed"


def test_what_was_claimed_is_not_cancelled(open_kitchen: Kitchen) -> None:
    open_kitchen.claim(*people(1))
    with pytest.raises(Conflict) as refused:
        open_kitchen.do("head", "cancel", reason="x", now=OPEN)
    assert refused.value.code == "claimed"


def test_suspending_stops_claims_and_the_counter(open_kitchen: Kitchen) -> None:
    first, second = people(2)
    open_kitchen.claim(first)
    open_kitchen.do("head", "suspend", reason="食品安全", now=at(11))
    assert open_kitchen.claim(second, now=at(11)).code == "paused"
    assert open_kitchen.redeem(open_kitchen.token(first)).code == "suspended"
    open_kitchen.do("head", "resume", now=at(13))
    assert open_kitchen.claim(second, now=at(13)).code == "granted"
    assert open_kitchen.redeem(open_kitchen.token(first), now=at(13)).code == "used"


def test_resuming_before_the_opening_is_published_again(open_kitchen: Kitchen) -> None:
    open_kitchen.do("head", "suspend", reason="x")
    assert open_kitchen.do("head", "resume").state == "published"


def test_a_days_number_is_changed_within_the_budget(open_kitchen: Kitchen) -> None:
    with pytest.raises(Invalid) as refused:
        open_kitchen.do("head", "resize", region=QINGHE, day=f"{DAY}", per_day=21)
    assert [p.field for p in refused.value.problems] == ["per_day"]
    open_kitchen.do("head", "resize", region=QINGHE, day=f"{DAY + timedelta(days=1)}", per_day=10)
    open_kitchen.do("head", "resize", region=QINGHE, day=f"{DAY}", per_day=30)
    assert [q.total for q in figures(prefix=prefix(open_kitchen.case.pk))] == [30, 10, 20]
    for person in people(5):
        open_kitchen.claim(person)
    with pytest.raises(Invalid):
        open_kitchen.do("head", "resize", region=QINGHE, day=f"{DAY}", per_day=4, now=OPEN)
    with pytest.raises(Invalid):
        open_kitchen.do("head", "resize", region=QINGHE, day="2026-12-24", per_day=4)
    assert wrong() == []


def test_the_clock_starts_and_ends_it(open_kitchen: Kitchen) -> None:
    sweep(now=at(9, 59))
    assert open_kitchen.case.state == "published"
    sweep(now=OPEN)
    assert open_kitchen.case.state == "running"
    sweep(now=at(20, 29, day=2))
    assert open_kitchen.case.state == "running"
    sweep(now=at(20, 30, day=2))
    assert open_kitchen.case.state == "ended"
    assert (open_kitchen.funds(), wrong()) == (10_000_000, [])


def test_the_end_releases_what_nobody_claimed_and_keeps_what_is_owed(open_kitchen: Kitchen) -> None:
    for person in people(3):
        open_kitchen.fed(person)
    open_kitchen.claim(*people(1), now=OPEN)
    sweep(now=at(21, day=2))
    assert (open_kitchen.set_aside(), open_kitchen.cycle.released_fen) == (4 * MEAL, BUDGET - 4 * MEAL)
    assert (open_kitchen.spent(), open_kitchen.payable(), wrong()) == (3 * MEAL, 3 * MEAL, [])


def test_the_books_are_closed_when_everything_is_paid(open_kitchen: Kitchen) -> None:
    for person in people(3):
        open_kitchen.fed(person)
    open_kitchen.claim(*people(1), now=OPEN)
    sweep(now=at(21, day=2))
    with pytest.raises(Conflict) as refused:
        open_kitchen.do("head", "settle", now=at(21, day=2))
    assert refused.value.code == "uploads_awaited"
    with pytest.raises(Conflict) as refused:
        open_kitchen.do("head", "settle", now=at(9, day=4))
    assert refused.value.code == "not_paid"
    open_kitchen.pay(open_kitchen.settlement())
    assert open_kitchen.do("head", "settle", now=at(9, day=5)).state == "settled"
    assert (open_kitchen.set_aside(), open_kitchen.payable(), open_kitchen.funds(), wrong()) == (
        0, 0, 10_000_000 - 3 * MEAL, [],
    )  # fmt: skip


def test_a_publication_that_fails_leaves_nothing(kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhijia.modules.vouchers.cycles.SLOTS", 0)
    kitchen.draft().plan()
    kitchen.do("zhou", "submit")
    kitchen.do("head", "approve")
    with pytest.raises(Conflict) as refused:
        kitchen.do("zhou", "publish")
    assert (refused.value.code, kitchen.case.state, Offer.objects.count(), Quota.objects.count()) == (
        "no_slot", "approved", 0, 0,
    )  # fmt: skip


def test_money_is_allotted_by_a_leader_once_under_its_key(kitchen: Kitchen) -> None:
    from zhijia.modules.vouchers.accounts import allot

    org = kitchen.cast.orgs["qinghe"].pk
    again = allot(org_id=org, fen=10_000_000, key="2026", actor=kitchen.cast.actor("leader"), now=NOW)
    assert (again.again, kitchen.funds()) == (True, 10_000_000)
    with pytest.raises(Forbidden):
        allot(org_id=org, fen=1, key="x", actor=kitchen.cast.actor("zhou"), now=NOW)
    with pytest.raises(Invalid):
        allot(org_id=org, fen=0, key="x", actor=kitchen.cast.actor("leader"), now=NOW)
