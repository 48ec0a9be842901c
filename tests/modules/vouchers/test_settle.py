"""Settlements: drafted from what was handed out, agreed with the merchant, approved by another, paid to the fen."""

import pytest

from tests.cast import NOW, Cast
from tests.modules.vouchers.kit import DAY, MEAL, Kitchen, at, build, people, wrong
from tests.modules.vouchers.test_redeem import second_shop
from zhijia.faces.access import seen_by
from zhijia.kernel.base.errors import Conflict, Invalid, NotFound
from zhijia.kernel.indicators.models import Counter
from zhijia.modules.vouchers import accounts, settle
from zhijia.modules.vouchers.models import Redemption, Settlement

LATER = at(9, day=4)


@pytest.fixture
def fed(open_kitchen: Kitchen) -> Kitchen:
    """Three ate on the first day, two on the second."""
    for day, n in ((0, 3), (1, 2)):
        for person in people(n):
            open_kitchen.fed(person, day=day)
    return open_kitchen


def test_a_settlement_holds_what_was_handed_out_on_its_days(fed: Kitchen) -> None:
    facts = fed.facts(fed.settlement(last_day=f"{DAY}"))
    assert (facts.n, facts.fen, facts.outlet, facts.drafted_by) == (
        3, 3 * MEAL, fed.shop, fed.cast.accounts["zhou"].pk,
    )  # fmt: skip
    rest = fed.facts(fed.settlement())
    assert (rest.n, rest.fen, wrong()) == (2, 2 * MEAL, [])


def test_nothing_is_in_two_settlements(fed: Kitchen) -> None:
    first, second = fed.facts(fed.settlement()), fed.facts(fed.settlement())
    assert (first.n, second.n, second.fen) == (5, 0, 0)
    assert set(Redemption.objects.values_list("settlement_id", flat=True)) == {first.case_id}


def test_paid_to_the_fen(fed: Kitchen) -> None:
    no, before = fed.settlement(), fed.set_aside()
    fed.pay(no)
    assert (fed.payable(), fed.set_aside(), fed.spent(), wrong()) == (0, before - 5 * MEAL, 5 * MEAL, [])
    assert fed.do("zhou", "close", no=no, now=LATER).state == "closed"
    rows = Counter.objects.filter(service="voucher_settlement", indicator="paid_out", category="").exclude(region="98")
    assert {int(row.amount) for row in rows} == {75}


def test_one_outlet_two_cycles_are_paid_out_of_their_own_accounts(fed: Kitchen) -> None:
    first = fed.case.pk
    fed.publish(fen="20")
    (person,) = people(1)
    fed.fed(person, day=2)
    fed.pay(fed.settlement())
    left = [accounts.held(accounts.cycle(case)) for case in (first, fed.case.pk)]
    assert left == [3 * 20 * MEAL - 5 * MEAL, 3 * 20 * 2000 - 2000]
    assert (fed.payable(), wrong()) == (0, [])


def test_the_merchant_disputes_and_it_is_drafted_anew(fed: Kitchen) -> None:
    no = fed.settlement()
    fed.do("zhou", "send", no=no, now=LATER)
    with pytest.raises(Invalid):
        settle.answer(terminal=fed.terminal, no=no, agreed=False, remark="", now=LATER)
    assert settle.answer(terminal=fed.terminal, no=no, agreed=False, remark="少了一份", now=LATER).state == "disputed"
    assert fed.do("zhou", "revise", no=no, now=LATER, reason="查过").state == "drafted"
    fed.pay(no)
    assert (fed.payable(), wrong()) == (0, [])


def test_another_shops_terminal_cannot_answer(fed: Kitchen) -> None:
    no = fed.settlement()
    fed.do("zhou", "send", no=no, now=LATER)
    for terminal in (second_shop(fed),):
        with pytest.raises(NotFound):
            settle.answer(terminal=terminal, no=no, agreed=True, remark="", now=LATER)
    assert [s.no for s in settle.statements(terminal=fed.terminal)] == [no]
    assert settle.statements(terminal=second_shop(fed)) == []


def test_a_draft_is_not_shown_to_the_merchant(fed: Kitchen) -> None:
    no = fed.settlement()
    assert settle.statements(terminal=fed.terminal) == []
    with pytest.raises(NotFound):
        settle.answer(terminal=fed.terminal, no=no, agreed=True, remark="", now=LATER)


def test_who_drafted_or_confirmed_does_not_approve_and_who_approved_does_not_pay(fed: Kitchen) -> None:
    no = fed.settlement()
    fed.do("head", "send", no=no, now=LATER)
    fed.do("head", "confirm", no=no, now=LATER)
    with pytest.raises(Conflict) as refused:
        fed.do("head", "approve", no=no, now=LATER)
    assert refused.value.code == "own_draft"
    fed.do("leader", "approve", no=no, now=LATER)
    Settlement.objects.filter(case__no=no).update(approved_by=fed.cast.accounts["zhou"].pk)
    with pytest.raises(Conflict) as refused:
        fed.do("zhou", "pay", no=no, now=LATER, payment="T-1", paid_on=f"{DAY}")
    assert (refused.value.code, fed.payable()) == ("own_approval", 5 * MEAL)


def test_an_empty_settlement_is_not_sent(open_kitchen: Kitchen) -> None:
    for changed in ({}, {"outlet": None}):
        no = open_kitchen.settlement(**changed)
        with pytest.raises(Conflict) as refused:
            open_kitchen.do("zhou", "send", no=no, now=LATER)
        assert refused.value.code == "nothing_owed"


def test_a_dropped_settlement_lets_go_of_everything(fed: Kitchen) -> None:
    no = fed.settlement()
    assert fed.do("zhou", "drop", no=no, now=LATER, reason="重复").state == "closed"
    assert fed.facts(fed.settlement()).n == 5
    assert wrong() == []


def test_collecting_other_days_lets_go_of_the_rest(fed: Kitchen) -> None:
    no = fed.settlement()
    fed.do("zhou", "collect", no=no, now=LATER, last_day=f"{DAY}")
    assert (fed.facts(no).n, fed.facts(fed.settlement()).n, wrong()) == (3, 2, [])


def test_an_outlet_beyond_reach_is_refused(fed: Kitchen) -> None:
    elsewhere = second_shop(fed, "980103", "beiling")
    for outlet in (elsewhere.outlet_id, 0, 10**12):
        with pytest.raises(Invalid) as refused:
            fed.settlement(outlet=outlet)
        assert [p.field for p in refused.value.problems] == ["outlet"]


def test_days_in_the_wrong_order_are_refused(fed: Kitchen) -> None:
    with pytest.raises(Invalid):
        fed.settlement(last_day="2026-11-01")


def test_every_outlet_of_a_period_is_drafted_at_once(fed: Kitchen) -> None:
    other = second_shop(fed)
    (person,) = people(1)
    fed.claim(person, now=at(10, day=1), day=1)
    fed.redeem(fed.token(person), now=at(12, day=1), terminal=other)
    with seen_by(fed.cast.actor("zhou", LATER)) as zhou:
        assert [(o.outlet.pk, o.n, o.fen) for o in settle.owed(first=DAY, last=at(0, day=2).date())] == [
            (fed.shop.pk, 5, 5 * MEAL), (other.outlet_id, 1, MEAL),
        ]  # fmt: skip
        made = settle.draft_all(first=DAY, last=at(0, day=2).date(), period="week", actor=zhou, now=LATER)
        assert settle.draft_all(first=DAY, last=at(0, day=2).date(), period="week", actor=zhou, now=LATER) == []
    assert [fed.facts(no).n for no in made] == [5, 1]
    assert wrong() == []


def test_another_countys_officer_sees_nothing_owed(fed: Kitchen) -> None:
    with seen_by(fed.cast.actor("lin", LATER)):
        assert settle.owed(first=DAY, last=DAY) == []


def test_verify_names_a_settlement_that_was_tampered_with(fed: Kitchen) -> None:
    facts = fed.facts(fed.settlement())
    Settlement.objects.filter(pk=facts.pk).update(fen=1)
    assert settle.verify() == [f"settlement {facts.pk}: kept 5 of 1 fen, found 5 of 7500"]


def test_verify_names_an_outlet_that_is_owed_something_else(cast: Cast) -> None:
    from zhijia.kernel.ledger.entries import Leg, post

    kitchen = build(cast)
    accounts.open_for_cycle(1, cast.orgs["qinghe"].pk, "980102")
    payable = accounts.payable(kitchen.shop.pk)
    post(kind="x", subject="x", at=NOW, legs=[Leg(accounts.cycle(1), 7), Leg(payable, -7)])
    assert settle.verify() == [f"outlet {kitchen.shop.pk}: payable 7, handed out and not paid 0"]
