"""Batches of terminals without a connection: answered row by row, idempotent, never owed twice, conflicts listed."""

from datetime import datetime

import pytest

from tests.cast import NOW
from tests.modules.vouchers.kit import MEAL, NOON, Kitchen, at, people, set_number, wrong
from tests.modules.vouchers.test_redeem import second_shop
from zhijia.faces.access import seen_by
from zhijia.kernel.base.errors import Conflict as Refused
from zhijia.kernel.base.errors import Forbidden, Invalid, NotFound
from zhijia.modules.vouchers import claims, programmes
from zhijia.modules.vouchers.models import Batch, Conflict, Redemption, Terminal
from zhijia.modules.vouchers.offline import Answered, Row, open_conflicts, settle_conflict, upload
from zhijia.modules.vouchers.sweep import sweep

EVENING = at(22)


@pytest.fixture
def eaters(open_kitchen: Kitchen) -> list[int]:
    """Five who have claimed."""
    found = people(5)
    for person in found:
        open_kitchen.claim(person)
    return found


def send(
    kitchen: Kitchen, *rows: tuple[str, datetime], key: str = "b1", now: datetime = EVENING,
    terminal: Terminal | None = None, keys: tuple[str, ...] = (),
) -> Answered:  # fmt: skip
    found = Terminal.objects.select_related("outlet").get(pk=(terminal or kitchen.terminal).pk)
    given = [Row(token, at, key) for (token, at), key in zip(rows, keys or ("",) * len(rows), strict=True)]
    return upload(terminal=found, key=key, rows=given, count=len(given), now=now)


def codes(answered: Answered) -> list[str]:
    return [answer.code for answer in answered.answers]


def test_a_batch_is_owed_like_a_counter(open_kitchen: Kitchen, eaters: list[int]) -> None:
    sweep(now=EVENING)  # they have expired here meanwhile
    rows = [(open_kitchen.token(p), at(12, n)) for n, p in enumerate(eaters)]
    assert codes(send(open_kitchen, *rows)) == ["used"] * 5
    assert (open_kitchen.payable(), Redemption.objects.filter(how="offline").count(), wrong()) == (5 * MEAL, 5, [])
    assert Conflict.objects.count() == 0


def test_the_same_batch_again_is_the_same_answer(open_kitchen: Kitchen, eaters: list[int]) -> None:
    rows = [(open_kitchen.token(p), NOON) for p in eaters[:2]]
    first, again = send(open_kitchen, *rows), send(open_kitchen, *rows)
    assert (again.answers, first.again, again.again) == (first.answers, False, True)
    assert (Batch.objects.count(), open_kitchen.payable(), wrong()) == (1, 2 * MEAL, [])


def test_the_key_of_another_batch_is_refused(open_kitchen: Kitchen, eaters: list[int]) -> None:
    send(open_kitchen, (open_kitchen.token(eaters[0]), NOON))
    with pytest.raises(Refused) as refused:
        send(open_kitchen, (open_kitchen.token(eaters[1]), NOON))
    assert (refused.value.code, open_kitchen.payable()) == ("key_reused", MEAL)


def test_a_row_sent_in_two_batches_is_owed_once(open_kitchen: Kitchen, eaters: list[int]) -> None:
    row = (open_kitchen.token(eaters[0]), NOON)
    assert (codes(send(open_kitchen, row)), codes(send(open_kitchen, row, key="b2"))) == (["used"], ["again"])
    assert (open_kitchen.payable(), Conflict.objects.count()) == (MEAL, 0)


def test_one_code_at_two_outlets_is_a_conflict_and_owed_once(open_kitchen: Kitchen, eaters: list[int]) -> None:
    other = second_shop(open_kitchen)
    token = open_kitchen.token(eaters[0])
    first = send(open_kitchen, (token, at(12)))
    second = send(open_kitchen, (token, at(11)), terminal=other)
    assert (codes(first), codes(second), second.answers[0].outlet, second.answers[0].at[:16]) == (
        ["used"], ["already_used"], "老张面馆", "2026-11-17T04:00",
    )  # fmt: skip
    (conflict,) = open_conflicts(outlet_ids=[other.outlet_id])
    assert conflict.first is not None
    assert (conflict.code, conflict.row, conflict.first.outlet, conflict.outlet_id) == (
        "already_used", 0, open_kitchen.shop, other.outlet_id,
    )  # fmt: skip
    assert (open_kitchen.payable(), wrong()) == (MEAL, [])


def test_one_code_twice_in_a_batch_is_owed_once(open_kitchen: Kitchen, eaters: list[int]) -> None:
    token = open_kitchen.token(eaters[0])
    assert codes(send(open_kitchen, (token, at(12)), (token, at(12)), (token, at(13)))) == [
        "used", "again", "already_used",
    ]  # fmt: skip
    assert (open_kitchen.payable(), Conflict.objects.count(), wrong()) == (MEAL, 1, [])


def test_what_was_tried_online_first_is_the_same_handing_over(open_kitchen: Kitchen, eaters: list[int]) -> None:
    token = open_kitchen.token(eaters[0])
    open_kitchen.redeem(token, key="k7")  # the answer was lost on its way
    assert codes(send(open_kitchen, (token, at(12, 1)), keys=("k7",))) == ["again"]
    assert (open_kitchen.payable(), Conflict.objects.count()) == (MEAL, 0)


def test_every_other_row_is_refused_with_its_reason(open_kitchen: Kitchen, eaters: list[int]) -> None:
    tokens = [open_kitchen.token(p) for p in eaters]
    claims.give_back(voucher_id=open_kitchen.held(eaters[1]).pk, person_id=eaters[1], now=at(11))
    answered = send(
        open_kitchen,
        ("ZJ1FORGED", NOON), (tokens[1], NOON), (tokens[2], at(10)), (tokens[3], at(20, 30)), (tokens[4], at(23)),
        (tokens[0], at(12, day=-1)), (tokens[0], NOON),
    )  # fmt: skip
    assert codes(answered) == ["bad_token", "refunded", "not_yet", "expired", "in_future", "too_late", "used"]
    assert [c.code for c in Conflict.objects.order_by("row")] == codes(answered)[:-1]
    assert (open_kitchen.payable(), wrong()) == (MEAL, [])


def test_more_than_a_terminal_may_is_refused(open_kitchen: Kitchen, eaters: list[int]) -> None:
    set_number("offline_most", 3)
    rows = [(open_kitchen.token(p), at(12, n)) for n, p in enumerate(eaters)]
    assert codes(send(open_kitchen, *rows[:2])) == ["used"] * 2
    assert codes(send(open_kitchen, *rows[2:], key="b2")) == ["used", "over_limit", "over_limit"]
    assert (open_kitchen.payable(), Conflict.objects.count(), wrong()) == (3 * MEAL, 2, [])


def test_what_was_handed_out_before_the_suspension_is_owed(open_kitchen: Kitchen, eaters: list[int]) -> None:
    open_kitchen.do("head", "suspend", reason="x", now=NOON)
    rows = [(open_kitchen.token(eaters[0]), at(11)), (open_kitchen.token(eaters[1]), at(13))]
    assert codes(send(open_kitchen, *rows)) == ["used", "suspended"]


def test_an_outlet_elsewhere_hands_out_nothing_of_ours(open_kitchen: Kitchen, eaters: list[int]) -> None:
    elsewhere = second_shop(open_kitchen, "980103", "beiling")
    assert codes(send(open_kitchen, (open_kitchen.token(eaters[0]), NOON), terminal=elsewhere)) == ["wrong_city"]


@pytest.mark.parametrize(
    ("key", "count", "moment", "field"),
    [("", 1, NOON, "key"), ("b", 2, NOON, "count"), ("b", 1, datetime(2026, 11, 17, 12), "rows")],
)
def test_a_torn_batch_is_refused_whole(
    open_kitchen: Kitchen, eaters: list[int], key: str, count: int, moment: datetime, field: str
) -> None:
    rows = [Row(open_kitchen.token(eaters[0]), moment)]
    with pytest.raises(Invalid) as refused:
        upload(terminal=open_kitchen.terminal, key=key, rows=rows, count=count, now=EVENING)
    assert [p.field for p in refused.value.problems] == [field]
    assert (Batch.objects.count(), open_kitchen.payable()) == (0, 0)


@pytest.mark.parametrize("many", [0, 501])
def test_a_batch_has_a_size(open_kitchen: Kitchen, many: int) -> None:
    with pytest.raises(Invalid):
        upload(terminal=open_kitchen.terminal, key="b", rows=[Row("x", NOON)] * many, count=many, now=EVENING)


def test_an_officer_settles_a_conflict_in_their_scope(open_kitchen: Kitchen, eaters: list[int]) -> None:
    send(open_kitchen, ("ZJ1FORGED", NOON))
    with seen_by(open_kitchen.cast.actor("zhou")) as zhou:
        (conflict,) = open_conflicts(outlet_ids=[open_kitchen.shop.pk])
        with pytest.raises(Invalid):
            settle_conflict(conflict_id=conflict.id, note=" ", actor=zhou, now=EVENING)
        settle_conflict(conflict_id=conflict.id, note="已与店主说明", actor=zhou, now=EVENING)
        assert open_conflicts(outlet_ids=[open_kitchen.shop.pk]) == []
    conflict.refresh_from_db()
    assert (conflict.seen_by, conflict.note) == (zhou.account_id, "已与店主说明")


def test_another_countys_officer_sees_no_conflict(open_kitchen: Kitchen, eaters: list[int]) -> None:
    send(open_kitchen, ("ZJ1FORGED", NOON))
    found = Conflict.objects.get()
    with seen_by(open_kitchen.cast.actor("lin")) as lin:
        assert open_conflicts(outlet_ids=[open_kitchen.shop.pk]) == []
        with pytest.raises(NotFound):
            settle_conflict(conflict_id=found.id, note="x", actor=lin, now=EVENING)
    with pytest.raises(Forbidden):
        settle_conflict(conflict_id=found.id, note="x", actor=lin, now=EVENING)


def test_many_rows_take_as_many_statements_as_few(
    open_kitchen: Kitchen, eaters: list[int], django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        send(open_kitchen, *[(open_kitchen.token(p), NOON) for p in eaters[:1]])
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        send(open_kitchen, *[(open_kitchen.token(p), NOON) for p in eaters[1:]], key="b2")


def test_an_outlet_closed_meanwhile_is_an_officers_matter(open_kitchen: Kitchen, eaters: list[int]) -> None:
    head = open_kitchen.cast.actor("head")
    programmes.set_outlet_active(outlet=open_kitchen.shop, active=False, actor=head, now=NOW)
    assert codes(send(open_kitchen, (open_kitchen.token(eaters[0]), NOON))) == ["outlet_inactive"]
    assert Conflict.objects.get().code == "outlet_inactive"
