"""Claiming: one per person and day, in hours, within limits, by the rule that was published."""

from datetime import timedelta

import pytest

from tests.cast import BEILING, CITY, NOW, QINGHE
from tests.modules.vouchers.kit import DAY, MEAL, OPEN, Kitchen, at, people, set_number, wrong
from zhijia.faces.access import as_worker, seen_by
from zhijia.kernel.base.errors import Forbidden, Invalid, NotFound
from zhijia.kernel.rules.models import Rule
from zhijia.kernel.rules.version import note_change
from zhijia.modules.vouchers import claims, eligibility, puzzle, tokens
from zhijia.modules.vouchers.models import Listed, Programme
from zhijia.modules.vouchers.sweep import sweep


@pytest.fixture
def alice(open_kitchen: Kitchen) -> int:
    return open_kitchen.cast.person_id("alice")


def test_claim_and_see_it(open_kitchen: Kitchen, alice: int) -> None:
    made = open_kitchen.claim(alice)
    (mine,) = claims.mine(person_id=alice, now=OPEN)
    assert (made.code, made.voucher_id, bool(made.verdict)) == ("granted", mine.id, True)
    assert (mine.status, mine.title, mine.kind, mine.day, mine.fen, mine.region) == (
        "granted", "爱心餐", "meal", DAY, MEAL, QINGHE,
    )  # fmt: skip
    token = tokens.verify(mine.token)
    assert (token.entitlement_id, token.day, token.region, token.ends_at) == (mine.id, DAY, QINGHE, at(20, 30))
    assert (len(mine.code), mine.code.isdigit()) == (8, True)


def test_one_a_day_and_another_tomorrow(open_kitchen: Kitchen, alice: int) -> None:
    first = open_kitchen.claim(alice, key="a")
    assert open_kitchen.claim(alice, key="a") == claims.Claimed("again", first.verdict, first.voucher_id)
    second = open_kitchen.claim(alice, key="b")
    assert (second.code, second.voucher_id, second.verdict.ok) == ("already", first.voucher_id, False)
    assert open_kitchen.claim(alice, now=at(10, day=1), day=1).code == "granted"
    assert wrong() == []


def test_one_a_day_of_a_programme_across_its_cycles(open_kitchen: Kitchen, alice: int) -> None:
    open_kitchen.claim(alice)
    open_kitchen.publish()
    assert open_kitchen.claim(alice).code == "already"


def test_once_in_the_whole_cycle(kitchen: Kitchen) -> None:
    kitchen.publish(once="cycle")
    (person,) = people(1)
    assert kitchen.claim(person).code == "granted"
    assert kitchen.claim(person, now=at(10, day=1), day=1).code == "already"


@pytest.mark.parametrize(("now", "code"), [(at(9, 59), "not_open"), (at(20), "closed"), (at(10, day=-1), "not_open")])
def test_outside_the_hours(open_kitchen: Kitchen, alice: int, now: object, code: str) -> None:
    made = open_kitchen.claim(alice, now=now)  # type: ignore[arg-type]
    assert (made.code, made.verdict.code, bool(str(made.verdict.reason))) == (code, code, True)


def test_twenty_meals_feed_twenty(open_kitchen: Kitchen) -> None:
    codes = [open_kitchen.claim(person).code for person in people(23)]
    assert codes == ["granted"] * 20 + ["sold_out"] * 3
    (shown,) = claims.offers_in(QINGHE, now=OPEN)
    assert (shown.left, shown.verdict.code, wrong()) == (0, "sold_out", [])


def test_what_is_given_back_feeds_somebody_else(open_kitchen: Kitchen) -> None:
    crowd = people(21)
    for person in crowd[:20]:
        open_kitchen.claim(person)
    voucher = open_kitchen.held(crowd[0]).pk
    assert claims.give_back(voucher_id=voucher, person_id=crowd[0], now=OPEN).ok
    assert claims.give_back(voucher_id=voucher, person_id=crowd[0], now=OPEN).ok
    assert open_kitchen.claim(crowd[20]).code == "granted"
    assert open_kitchen.claim(crowd[0]).code == "sold_out"
    (mine,) = claims.mine(person_id=crowd[0], now=OPEN)
    assert (mine.status, mine.code, mine.token, wrong()) == ("refunded", "", "", [])


def test_what_is_anothers_used_or_over_is_not_given_back(open_kitchen: Kitchen) -> None:
    first, second = people(2)
    open_kitchen.fed(first)
    open_kitchen.claim(second)
    mine, theirs = open_kitchen.held(first).pk, open_kitchen.held(second).pk
    assert claims.give_back(voucher_id=mine, person_id=first, now=at(13)).code == "already_used"
    assert claims.give_back(voucher_id=theirs, person_id=first, now=at(13)).code == "not_found"
    assert claims.give_back(voucher_id=theirs, person_id=second, now=at(20, 30)).code == "expired"


def test_what_nobody_collects_expires(open_kitchen: Kitchen, alice: int) -> None:
    open_kitchen.claim(alice)
    (mine,) = claims.mine(person_id=alice, now=at(20, 30))
    assert (mine.status, mine.code) == ("expired", "")
    sweep(now=at(20, 30))
    assert (open_kitchen.held(alice).status, wrong()) == ("expired", [])
    assert open_kitchen.claim(alice, now=at(20, 30)).code == "already"


def test_my_vouchers_are_paged_newest_first(open_kitchen: Kitchen, alice: int) -> None:
    for day in range(3):
        open_kitchen.claim(alice, now=at(10, day=day), day=day)
    first = claims.mine(person_id=alice, now=OPEN, limit=2)
    rest = claims.mine(person_id=alice, now=OPEN, before_id=first[-1].id, limit=2)
    assert [(v.day - DAY).days for v in (*first, *rest)] == [2, 1, 0]
    assert claims.one_of(person_id=alice, voucher_id=first[0].id, now=OPEN) == first[0]
    with pytest.raises(NotFound):
        claims.one_of(person_id=people(1)[0], voucher_id=first[0].id, now=OPEN)


def test_offers_of_a_county_are_its_own_and_its_citys(open_kitchen: Kitchen) -> None:
    assert [s.offer.day for s in claims.offers_in(QINGHE, now=OPEN)] == [DAY]
    assert claims.offers_in(BEILING, now=OPEN) == []
    assert claims.offers_in(CITY, now=OPEN) == []
    assert claims.offers_in(QINGHE, now=NOW) == []
    (shown,) = claims.offers_in(QINGHE, now=at(9))
    assert (shown.opens_at, shown.closes_at, shown.left, shown.verdict.code) == (at(10), at(20), 20, "not_open")


def test_an_unknown_offer_is_not_found(open_kitchen: Kitchen, alice: int) -> None:
    with pytest.raises(NotFound):
        claims.claim(offer_id=0, person_id=alice, account_id=1, key="k", now=OPEN)


def test_a_worker_claims_in_their_own_scope(open_kitchen: Kitchen, alice: int) -> None:
    account = open_kitchen.cast.accounts["alice"]
    offer = open_kitchen.offer().pk
    with seen_by(as_worker(account)):
        made = claims.claim(offer_id=offer, person_id=alice, account_id=account.pk, key="k", now=OPEN)
        assert made.code == "granted"
        assert [v.id for v in claims.mine(person_id=alice, now=OPEN)] == [made.voucher_id]
        assert claims.mine(person_id=open_kitchen.cast.person_id("bob"), now=OPEN) == []
        assert claims.offers_in(QINGHE, now=OPEN)[0].left == 19
        assert claims.give_back(voucher_id=made.voucher_id or 0, person_id=alice, now=OPEN).ok


def test_tries_are_limited_by_account_and_minute(open_kitchen: Kitchen) -> None:
    set_number("tries_per_minute", 3)
    (person,) = people(1)
    codes = [open_kitchen.claim(person, key="same", now=at(9)).code for _ in range(5)]
    assert codes == ["not_open"] * 3 + ["too_many"] * 2
    assert open_kitchen.claim(*people(1)).code == "granted"
    assert open_kitchen.claim(person, key="same").code == "granted"


# --- the programme's list ---------------------------------------------------------------------------------------


@pytest.fixture
def listed(kitchen: Kitchen) -> Kitchen:
    Programme.objects.update(rule="listed")
    return kitchen.publish()


def test_only_those_on_the_list_claim(listed: Kitchen) -> None:
    head = listed.cast.actor("head")
    made = eligibility.import_list(
        programme=listed.programme, phones=["138 0000 0001", "13800000001", "12", "13800000009"], actor=head, now=NOW
    )
    assert made == eligibility.Imported(added=2, known=0, malformed=(3,))
    alice, bob = listed.cast.person_id("alice"), listed.cast.person_id("bob")
    assert [listed.claim(p).code for p in (alice, bob, *people(1))] == ["granted", "not_listed", "no_phone"]
    again = eligibility.import_list(programme=listed.programme, phones=["13800000002"], actor=head, now=NOW)
    assert (again.added, listed.claim(bob).code) == (1, "granted")


def test_the_list_holds_no_phone(listed: Kitchen) -> None:
    eligibility.import_list(
        programme=listed.programme, phones=["13800000001"], actor=listed.cast.actor("head"), now=NOW
    )
    (row,) = Listed.objects.values_list("phone_index", flat=True)
    assert (len(bytes(row)), b"13800000001" in bytes(row)) == (16, False)
    assert eligibility.clear_list(programme=listed.programme, actor=listed.cast.actor("head"), now=NOW) == 1


def test_the_published_rule_holds_though_the_programme_changes(open_kitchen: Kitchen, alice: int) -> None:
    Programme.objects.update(rule="listed")
    assert open_kitchen.claim(alice).code == "granted"


def test_lists_are_imported_by_the_unions_own_officers(listed: Kitchen) -> None:
    for who in ("lin", "alice", "auditor"):
        with pytest.raises(Forbidden):
            eligibility.import_list(programme=listed.programme, phones=[], actor=listed.cast.actor(who), now=NOW)


def test_a_list_beyond_its_limit_is_refused(listed: Kitchen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eligibility, "MOST_LISTED", 1)
    with pytest.raises(Invalid):
        eligibility.import_list(
            programme=listed.programme, phones=["13800000001", "13800000002"], actor=listed.cast.actor("head"), now=NOW
        )
    assert Listed.objects.count() == 0


def test_staff_import_within_their_scope(listed: Kitchen) -> None:
    with seen_by(listed.cast.actor("zhou")) as zhou:
        assert (
            eligibility.import_list(programme=listed.programme, phones=["13800000001"], actor=zhou, now=NOW).added == 1
        )
    offer = listed.offer().pk
    with seen_by(as_worker(listed.cast.accounts["alice"])):
        alice = listed.cast.person_id("alice")
        assert claims.claim(offer_id=offer, person_id=alice, account_id=1, key="k", now=OPEN).code == "granted"


# --- the puzzle -------------------------------------------------------------------------------------------------


@pytest.fixture
def puzzling(open_kitchen: Kitchen) -> Kitchen:
    set_number_bits(8)
    return open_kitchen


def set_number_bits(bits: int) -> None:
    Rule.objects.filter(key="vouchers.puzzle_bits", region=QINGHE).update(value=bits)
    note_change()


def solved(person: int, *, now: object = OPEN) -> str:
    asked = puzzle.challenge(person_id=person, region=QINGHE, now=now)  # type: ignore[arg-type]
    assert asked.bits == 8
    return puzzle.solve(asked.text, asked.bits)


def test_a_solved_puzzle_is_good_for_one_claim_and_its_repetition(puzzling: Kitchen, alice: int) -> None:
    solution = solved(alice)
    first = puzzling.claim(alice, key="a", solution=solution)
    assert (first.code, puzzling.claim(alice, key="a", solution=solution).code) == ("granted", "again")
    assert puzzling.claim(alice, key="b", solution=solution).code == "puzzle_spent"


def test_without_a_solution_nothing_is_claimed(puzzling: Kitchen, alice: int) -> None:
    asked = puzzle.challenge(person_id=alice, region=QINGHE, now=OPEN)
    unsolved = next(f"{asked.text}:{n}" for n in range(10_000) if not puzzle._solved(asked.text, str(n), asked.bits))
    body, _dot, seal = asked.text.rpartition(".")
    easier = f"{body.rpartition('.')[0]}.0.{seal}:0"
    for solution, code in (
        ("", "puzzle_needed"), (unsolved, "puzzle_wrong"), (easier, "puzzle_wrong"), ("x", "puzzle_wrong"),
        ("." * 500, "puzzle_wrong"), ("a.b.c.d:1", "puzzle_wrong"), ("\u2603", "puzzle_wrong"),
    ):  # fmt: skip
        assert puzzling.claim(alice, solution=solution).code == code


def test_a_solution_is_not_good_for_another_person(puzzling: Kitchen, alice: int) -> None:
    assert puzzling.claim(puzzling.cast.person_id("bob"), solution=solved(alice)).code == "puzzle_wrong"


def test_a_solution_grows_old(puzzling: Kitchen, alice: int) -> None:
    solution = solved(alice)
    assert puzzling.claim(alice, solution=solution, now=OPEN + timedelta(minutes=10)).code == "puzzle_old"
    assert puzzling.claim(alice, solution=solution, key="a").code == "granted"
    late = OPEN + timedelta(minutes=10)
    assert puzzling.claim(alice, solution=solution, key="a", now=late).code == "again"
    assert puzzling.claim(alice, solution=solution, key="b", now=late).code == "puzzle_old"
    assert [puzzle.forget_spent(now=OPEN + timedelta(minutes=m)) for m in (9, 10, 10)] == [0, 1, 0]


def test_no_bits_ask_for_nothing(puzzling: Kitchen, alice: int) -> None:
    set_number_bits(0)
    assert puzzling.claim(alice).code == "granted"
