"""Entitlements: one per person and scope, used once, given back, expired; every way with its code."""

from datetime import timedelta

import pytest

from zhijia.kernel.ledger.entitlements import (
    Counts,
    by_serial,
    claim,
    counts,
    expire,
    refund,
    use,
    use_many,
)
from zhijia.kernel.ledger.models import Entitlement, Quota
from zhijia.kernel.ledger.quotas import figures, set_paused, verify_quotas
from zhijia.kernel.people.models import Person

from .conftest import DAY, NOW, QUOTA, SCOPE, claim_for, new_persons, new_quota

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def person(db: None) -> Person:
    return new_persons(1)[0]


@pytest.fixture
def mine(quota: Quota, person: Person) -> Entitlement:
    _code, found = claim_for(quota, person.pk)
    return Entitlement.objects.get(pk=found)


def taken() -> int:
    return figures(keys=[QUOTA])[0].taken


def test_claim_freezes_the_rules_and_numbers_the_place(mine: Entitlement) -> None:
    assert (mine.status, mine.snapshot, mine.fen, mine.granted_at) == ("granted", {"programme": "meal"}, 1500, NOW)
    assert mine.serial == 32 + mine.shard
    assert by_serial(quota_id=mine.quota_id, serial=mine.serial) == mine.pk
    assert by_serial(quota_id=mine.quota_id, serial=mine.serial + 32) is None
    assert (taken(), verify_quotas()) == (1, [])


def test_claim_twice_under_one_key_is_one(mine: Entitlement, quota: Quota) -> None:
    assert claim_for(quota, mine.person_id) == ("again", mine.pk)
    assert taken() == 1


def test_claim_under_another_key_gives_what_the_person_has(mine: Entitlement, quota: Quota) -> None:
    assert claim_for(quota, mine.person_id, "other") == ("already", mine.pk)
    assert taken() == 1


def test_claim_in_another_city_is_still_the_same_day(mine: Entitlement) -> None:
    elsewhere = new_quota(key="vouchers:12:2026-11-24:980200")
    assert claim_for(elsewhere, mine.person_id, "other") == ("already", mine.pk)


def test_claim_of_another_day_is_another(mine: Entitlement, quota: Quota) -> None:
    code, found = claim_for(quota, mine.person_id, "tomorrow", scope="vouchers:12:2026-11-25")
    assert (code, found != mine.pk) == ("granted", True)


def test_a_key_of_another_scope_is_refused(mine: Entitlement, quota: Quota) -> None:
    assert claim_for(quota, mine.person_id, scope="vouchers:12:2026-11-25") == ("key_reused", mine.pk)


def test_two_persons_may_choose_the_same_key(mine: Entitlement, quota: Quota) -> None:
    (other,) = new_persons(1)
    assert claim_for(quota, other.pk)[0] == "granted"


def test_claim_from_what_is_not_there(person: Person, db: None) -> None:
    plain = new_quota(key="plain", named=False)
    assert [claim_for(q, person.pk)[0] for q in (plain, Quota(id=0))] == ["no_quota", "no_quota"]


@pytest.mark.parametrize(("now", "code"), [(NOW - 2 * timedelta(hours=1), "not_open"), (NOW + DAY, "closed")])
def test_claim_outside_the_hours(quota: Quota, person: Person, now: object, code: str) -> None:
    assert claim_for(quota, person.pk, now=now) == (code, None)


def test_claim_while_paused(quota: Quota, person: Person) -> None:
    set_paused(prefix=QUOTA, paused=True)
    assert claim_for(quota, person.pk) == ("paused", None)


def test_claims_end_exactly_at_the_total(db: None) -> None:
    quota = new_quota(37)
    codes = [claim_for(quota, person.pk)[0] for person in new_persons(45)]
    assert codes == ["granted"] * 37 + ["sold_out"] * 8
    assert (taken(), verify_quotas()) == (37, [])
    serials = list(Entitlement.objects.values_list("serial", flat=True))
    assert len(set(serials)) == 37


def test_a_replay_is_answered_even_after_closing(mine: Entitlement, quota: Quota) -> None:
    assert claim_for(quota, mine.person_id, now=NOW + DAY) == ("again", mine.pk)


def test_use_is_done_once(mine: Entitlement) -> None:
    first = use(entitlement_id=mine.pk, key="r1", by="outlet:7", at=LATER)
    again = use(entitlement_id=mine.pk, key="r1", by="outlet:7", at=LATER + DAY)
    other = use(entitlement_id=mine.pk, key="r2", by="outlet:8", at=LATER)
    assert [a.code for a in (first, again, other)] == ["used", "again", "already_used"]
    for acted in (first, again, other):
        assert acted.entitlement is not None
        assert (acted.entitlement.used_at, acted.entitlement.used_by) == (LATER, "outlet:7")
        assert acted.entitlement.snapshot == {"programme": "meal"}


@pytest.mark.parametrize(("at", "code"), [(NOW - DAY, "not_yet"), (NOW + timedelta(hours=12), "expired")])
def test_use_outside_its_time(mine: Entitlement, at: object, code: str) -> None:
    assert use(entitlement_id=mine.pk, key="r", by="outlet:7", at=at).code == code  # type: ignore[arg-type]


def test_use_of_nothing(db: None) -> None:
    acted = use(entitlement_id=1, key="r", by="outlet:7", at=NOW)
    assert (acted.code, acted.entitlement) == ("not_found", None)


def test_use_after_giving_back(mine: Entitlement) -> None:
    refund(entitlement_id=mine.pk, now=NOW, why="changed_mind")
    assert use(entitlement_id=mine.pk, key="r", by="outlet:7", at=LATER).code == "refunded"


def test_what_was_handed_out_in_time_is_good_after_it_expired_here(mine: Entitlement) -> None:
    assert expire(now=NOW + DAY) == 1
    assert use(entitlement_id=mine.pk, key="r", by="outlet:7", at=LATER).code == "used"
    mine.refresh_from_db()
    assert (mine.status, mine.ended_at) == ("used", None)


def test_use_many_answers_in_order(mine: Entitlement, quota: Quota) -> None:
    (other,) = new_persons(1)
    _code, second = claim_for(quota, other.pk)
    assert second is not None
    acted = use_many(
        uses=[(second, "a", LATER), (mine.pk, "b", LATER), (second, "c", LATER), (0, "d", LATER)], by="o:1"
    )
    assert [a.code for a in acted] == ["used", "used", "already_used", "not_found"]


def test_refund_gives_the_place_back(mine: Entitlement, quota: Quota) -> None:
    acted = refund(entitlement_id=mine.pk, person_id=mine.person_id, now=LATER, why="changed_mind")
    assert (acted.code, taken(), verify_quotas()) == ("refunded", 0, [])
    assert refund(entitlement_id=mine.pk, now=LATER, why="changed_mind").code == "again"
    assert claim_for(quota, mine.person_id) == ("again", mine.pk)
    code, found = claim_for(quota, mine.person_id, "new")
    assert (code, found != mine.pk, taken()) == ("granted", True, 1)


def test_refund_of_somebody_elses_is_not_found(mine: Entitlement) -> None:
    acted = refund(entitlement_id=mine.pk, person_id=mine.person_id + 1, now=LATER, why="x")
    assert (acted.code, acted.entitlement, taken()) == ("not_found", None, 1)


def test_refund_of_a_used_one_must_be_meant(mine: Entitlement) -> None:
    use(entitlement_id=mine.pk, key="r", by="outlet:7", at=LATER)
    assert refund(entitlement_id=mine.pk, now=LATER, why="x").code == "already_used"
    acted = refund(entitlement_id=mine.pk, now=LATER, why="wrong_meal", used_too=True)
    assert acted.entitlement is not None
    assert (acted.code, acted.entitlement.used_at, acted.entitlement.ended_why) == ("refunded", LATER, "wrong_meal")
    assert (taken(), verify_quotas()) == (0, [])


@pytest.mark.parametrize("swept", [True, False])
def test_refund_after_its_time_is_too_late(mine: Entitlement, swept: bool) -> None:
    if swept:
        expire(now=NOW + DAY)
    assert refund(entitlement_id=mine.pk, now=NOW + DAY, why="x").code == "expired"


def test_expire_takes_what_is_due_and_no_more(quota: Quota, db: None) -> None:
    people = new_persons(5)
    for person in people[:4]:
        claim_for(quota, person.pk)
    claim_for(quota, people[4].pk, valid_to=NOW + 3 * DAY)
    assert [expire(now=NOW + DAY, limit=3) for _ in range(3)] == [3, 1, 0]
    assert counts([quota.pk]) == {quota.pk: Counts(granted=1, expired=4)}
    assert verify_quotas() == []


def test_claim_is_one_statement(quota: Quota, person: Person, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        claim(
            quota_id=quota.pk, scope=SCOPE, person_id=person.pk, key="k", fen=1, valid_from=NOW, valid_to=LATER,
            snapshot={}, now=NOW,
        )  # fmt: skip
