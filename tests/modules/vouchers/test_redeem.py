"""Handing over: once, in the right place and hour, owed to the outlet; wrong digits counted; taken back on record."""

from collections import Counter
from datetime import timedelta

import pytest

from tests.cast import BEILING, NOW, QINGHE
from tests.modules.vouchers.kit import MEAL, NOON, OPEN, Kitchen, at, people, set_number, wrong
from zhijia.kernel.audit.models import Entry as Trail
from zhijia.kernel.base.errors import Conflict, Forbidden, Invalid, NotFound
from zhijia.kernel.ledger.models import Entry
from zhijia.modules.vouchers import claims, programmes
from zhijia.modules.vouchers.models import Redemption, Terminal
from zhijia.modules.vouchers.redeem import take_back
from zhijia.modules.vouchers.shops import OutletKind


@pytest.fixture
def eater(open_kitchen: Kitchen) -> int:
    (person,) = people(1)
    open_kitchen.claim(person)
    return person


def second_shop(kitchen: Kitchen, region: str = QINGHE, org: str = "qinghe") -> Terminal:
    actor = kitchen.cast.actor("head" if org == "qinghe" else "lin_head")
    made = programmes.add_outlet(
        name="老李面馆", kind=OutletKind.SHOP, org_id=kitchen.cast.orgs[org].pk, region=region, address="路 9 号",
        payee="老李面馆", actor=actor, now=NOW,
    )  # fmt: skip
    return programmes.enroll_terminal(outlet=made, label="x", actor=actor, now=NOW).terminal


def test_a_meal_handed_over_is_owed_to_the_shop(open_kitchen: Kitchen, eater: int) -> None:
    handed = open_kitchen.redeem(open_kitchen.token(eater))
    assert (handed.code, handed.title, handed.kind, handed.at, handed.outlet) == (
        "used", "爱心餐", "meal", NOON, "老张面馆",
    )  # fmt: skip
    assert (open_kitchen.spent(), open_kitchen.payable(), wrong()) == (MEAL, MEAL, [])
    row = Redemption.objects.get(pk=handed.redemption_id)
    assert (row.how, row.fen, row.outlet, row.terminal) == ("online", MEAL, open_kitchen.shop, open_kitchen.terminal)


def test_the_answer_names_nobody(open_kitchen: Kitchen) -> None:
    alice = open_kitchen.cast.person_id("alice")
    handed = open_kitchen.fed(alice)
    assert {"Alice", "13800000001", str(alice)} & {str(value) for value in vars(handed).values()} == set()


def test_the_eight_digits_are_as_good_as_the_picture(open_kitchen: Kitchen, eater: int) -> None:
    (voucher,) = claims.mine(person_id=eater, now=OPEN)
    assert open_kitchen.redeem(f"{voucher.code[:4]} {voucher.code[4:]}").code == "used"
    assert open_kitchen.redeem(voucher.code).code == "already_used"


def test_a_repeated_request_is_answered_alike(open_kitchen: Kitchen, eater: int) -> None:
    token = open_kitchen.token(eater)
    first = open_kitchen.redeem(token, key="same")
    again = open_kitchen.redeem(token, key="same", now=at(13))
    assert (again.code, again.verdict.ok, again.at, again.redemption_id) == ("again", True, NOON, first.redemption_id)
    assert (open_kitchen.payable(), wrong()) == (MEAL, [])


def test_the_second_time_says_where_and_when(open_kitchen: Kitchen, eater: int) -> None:
    open_kitchen.redeem(open_kitchen.token(eater))
    second = open_kitchen.redeem(open_kitchen.token(eater), terminal=second_shop(open_kitchen), now=at(13))
    assert (second.code, second.verdict.ok, second.at, second.outlet) == ("already_used", False, NOON, "老张面馆")
    assert (open_kitchen.payable(), wrong()) == (MEAL, [])


@pytest.mark.parametrize(
    ("now", "code"), [(at(10, 29), "not_yet"), (at(20, 30), "expired"), (at(12, day=1), "expired")]
)
def test_outside_its_hours(open_kitchen: Kitchen, eater: int, now: object, code: str) -> None:
    assert open_kitchen.redeem(open_kitchen.token(eater), now=now).code == code  # type: ignore[arg-type]
    assert (open_kitchen.payable(), wrong()) == (0, [])


def test_in_another_county(open_kitchen: Kitchen, eater: int) -> None:
    elsewhere = second_shop(open_kitchen, BEILING, "beiling")
    assert open_kitchen.redeem(open_kitchen.token(eater), terminal=elsewhere).code == "wrong_city"


def test_at_an_outlet_that_takes_no_part(open_kitchen: Kitchen, eater: int) -> None:
    head = open_kitchen.cast.actor("head")
    programmes.set_outlet_active(outlet=open_kitchen.shop, active=False, actor=head, now=NOW)
    assert open_kitchen.redeem(open_kitchen.token(eater)).code == "outlet_inactive"


def test_what_was_given_back(open_kitchen: Kitchen, eater: int) -> None:
    token = open_kitchen.token(eater)
    claims.give_back(voucher_id=open_kitchen.held(eater).pk, person_id=eater, now=OPEN)
    assert open_kitchen.redeem(token).code == "refunded"


@pytest.mark.parametrize(("shown", "code"), [("ZJ1AAAA", "bad_token"), ("12345678", "bad_code"), ("", "bad_code")])
def test_what_is_no_voucher(open_kitchen: Kitchen, shown: str, code: str) -> None:
    assert open_kitchen.redeem(shown).code == code


def test_digits_of_another_day_are_wrong(open_kitchen: Kitchen, eater: int) -> None:
    (voucher,) = claims.mine(person_id=eater, now=OPEN)
    assert open_kitchen.redeem(voucher.code, now=at(12, day=1)).code == "bad_code"


def test_wrong_digits_too_often_make_a_terminal_wait(open_kitchen: Kitchen, eater: int) -> None:
    codes = Counter(open_kitchen.redeem(f"0000{n:04}").code for n in range(12))
    assert codes == {"bad_code": 10, "too_many": 2}
    assert open_kitchen.redeem(open_kitchen.token(eater), now=NOON + timedelta(minutes=9)).code == "too_many"
    assert open_kitchen.redeem(open_kitchen.token(eater), now=NOON + timedelta(minutes=10)).code == "used"


def test_right_digits_forgive_the_wrong_ones(open_kitchen: Kitchen, eater: int) -> None:
    (voucher,) = claims.mine(person_id=eater, now=OPEN)
    for n in range(9):
        open_kitchen.redeem(f"0000{n:04}")
    assert open_kitchen.redeem(voucher.code).code == "used"
    assert Terminal.objects.get(pk=open_kitchen.terminal.pk).failures == 0


@pytest.mark.parametrize("key", ["", "k" * 41])
def test_a_key_has_a_length(open_kitchen: Kitchen, key: str) -> None:
    from zhijia.modules.vouchers.redeem import redeem

    with pytest.raises(Invalid):
        redeem(terminal=open_kitchen.terminal, shown="12345678", key=key, now=NOON)


def test_a_meal_taken_back_is_no_longer_owed(open_kitchen: Kitchen, eater: int) -> None:
    handed = open_kitchen.redeem(open_kitchen.token(eater))
    assert handed.redemption_id is not None
    zhou = open_kitchen.cast.actor("zhou")
    take_back(redemption_id=handed.redemption_id, reason="wrong_meal", actor=zhou, now=at(13))
    assert (open_kitchen.spent(), open_kitchen.payable(), wrong()) == (0, 0, [])
    assert Entry.objects.latest("id").memo == "wrong_meal"
    assert open_kitchen.claim(eater, now=at(13)).code == "granted"
    with pytest.raises(Conflict) as refused:
        take_back(redemption_id=handed.redemption_id, reason="again", actor=zhou, now=at(13))
    assert refused.value.code == "taken_back"
    assert Trail.objects.latest("id").data == {"reason": "wrong_meal", "redemption": handed.redemption_id}


def test_a_meal_taken_back_after_it_was_paid_is_deducted_next_time(open_kitchen: Kitchen) -> None:
    first, second = people(2)
    handed = open_kitchen.fed(first)
    open_kitchen.pay(open_kitchen.settlement())
    zhou = open_kitchen.cast.actor("zhou")
    assert handed.redemption_id is not None
    take_back(redemption_id=handed.redemption_id, reason="wrong_meal", actor=zhou, now=at(13, day=1))
    open_kitchen.fed(second, day=2)
    open_kitchen.fed(people(1)[0], day=2)
    assert (open_kitchen.payable(), wrong()) == (MEAL, [])
    no = open_kitchen.settlement()
    assert (open_kitchen.facts(no).n, open_kitchen.facts(no).fen) == (3, MEAL)
    open_kitchen.pay(no)
    assert (open_kitchen.payable(), wrong()) == (0, [])


def test_only_an_officer_of_the_outlets_union_takes_back(open_kitchen: Kitchen, eater: int) -> None:
    handed = open_kitchen.redeem(open_kitchen.token(eater))
    for who in ("lin", "auditor"):
        with pytest.raises(Forbidden):
            take_back(redemption_id=handed.redemption_id or 0, reason="x", actor=open_kitchen.cast.actor(who), now=NOON)
    with pytest.raises(NotFound):
        take_back(redemption_id=0, reason="x", actor=open_kitchen.cast.actor("zhou"), now=NOON)


def test_offline_limits_do_not_bind_the_counter(open_kitchen: Kitchen) -> None:
    set_number("offline_most", 1)
    assert [open_kitchen.fed(person).code for person in people(3)] == ["used"] * 3
