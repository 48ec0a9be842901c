"""Quotas: spread over shards, resized, paused, taken and given back by number, and verified."""

from datetime import timedelta

import pytest
from django.utils import translation

from zhijia.kernel.base.errors import Conflict, Invalid, NotFound
from zhijia.kernel.ledger.models import SHARDS, Quota, QuotaShard
from zhijia.kernel.ledger.quotas import (
    NewQuota,
    close,
    figures,
    give_back,
    make_quotas,
    resize,
    set_paused,
    take,
    verify_quota,
    verify_quotas,
)

from .conftest import NOW, QUOTA, claim_for, new_persons, new_quota

HOUR = timedelta(hours=1)


def rooms(quota: Quota) -> list[int]:
    return list(QuotaShard.objects.filter(quota=quota).order_by("shard").values_list("room", flat=True))


def stands(key: str = QUOTA) -> tuple[int, int, int]:
    (figure,) = figures(keys=[key])
    return figure.total, figure.room, figure.taken


def test_a_quota_is_spread_over_all_shards(quota: Quota) -> None:
    assert rooms(quota) == [2] * 8 + [1] * 24
    assert (stands(), verify_quotas()) == ((40, 40, 0), [])


def test_make_quotas_leaves_what_exists(quota: Quota) -> None:
    other = NewQuota(key="other", total=3, opens_at=NOW, closes_at=NOW + HOUR)
    same = NewQuota(key=QUOTA, total=99, opens_at=NOW, closes_at=NOW + HOUR)
    assert make_quotas([same, other]) == 1
    assert [(f.key, f.total) for f in figures(prefix="")] == []
    assert [(f.key, f.total, f.room) for f in figures(keys=[QUOTA, "other"])] == [("other", 3, 3), (QUOTA, 40, 40)]


def test_resize_spreads_what_is_left(quota: Quota) -> None:
    for n, person in enumerate(new_persons(10)):
        claim_for(quota, person.pk, f"k{n}")
    resize(key=QUOTA, total=100)
    assert (stands(), max(rooms(quota)) - min(rooms(quota))) == ((100, 90, 10), 1)
    resize(key=QUOTA, total=10)
    assert (stands(), rooms(quota), verify_quotas()) == ((10, 0, 10), [0] * SHARDS, [])


def test_resize_below_what_is_taken_says_by_how_much(quota: Quota) -> None:
    for n, person in enumerate(new_persons(10)):
        claim_for(quota, person.pk, f"k{n}")
    with pytest.raises(Invalid) as refused:
        resize(key=QUOTA, total=7)
    with translation.override("en"):
        assert str(refused.value.problems[0].message) == "10 are taken already; that is 3 more than this."
    assert (refused.value.problems[0].limits, stands()) == ({"least": 10}, (40, 30, 10))


def test_take_and_give_back_by_number(db: None) -> None:
    new_quota(named=False)
    take(key=QUOTA, n=39, now=NOW)
    assert (stands(), verify_quotas()) == ((40, 1, 39), [])
    with pytest.raises(Conflict) as refused:
        take(key=QUOTA, n=2, now=NOW)
    assert refused.value.code == "sold_out"
    give_back(key=QUOTA, n=30)
    assert (stands(), verify_quotas()) == ((40, 31, 9), [])
    with pytest.raises(Invalid):
        give_back(key=QUOTA, n=10)


@pytest.mark.parametrize(("after", "code"), [(-2 * HOUR, "not_open"), (12 * HOUR, "closed")])
def test_take_outside_the_hours_is_refused(db: None, after: timedelta, code: str) -> None:
    new_quota(named=False)
    with pytest.raises(Conflict) as refused:
        take(key=QUOTA, now=NOW + after)
    assert refused.value.code == code


def test_take_from_a_paused_quota_is_refused(db: None) -> None:
    new_quota(named=False)
    assert set_paused(prefix="vouchers:12:", paused=True) == 1
    with pytest.raises(Conflict) as refused:
        take(key=QUOTA, now=NOW)
    assert refused.value.code == "paused"


def test_named_places_are_not_taken_by_number(quota: Quota) -> None:
    with pytest.raises(NotFound):
        take(key=QUOTA, now=NOW)


def test_close_ends_claims_now(quota: Quota) -> None:
    (person,) = new_persons(1)
    assert close(prefix="vouchers:12:", now=NOW) == 1
    assert claim_for(quota, person.pk) == ("closed", None)
    assert close(prefix="vouchers:12:", now=NOW) == 0


def test_a_quota_closed_before_it_opens_never_opens(db: None) -> None:
    (person,) = new_persons(1)
    make_quotas([NewQuota(key="later", total=1, opens_at=NOW + HOUR, closes_at=NOW + 2 * HOUR)])
    close(prefix="later", now=NOW)
    quota = Quota.objects.get(key="later")
    assert {claim_for(quota, person.pk, now=NOW + n * HOUR)[0] for n in range(3)} == {"closed"}


def test_verify_names_a_lost_place(quota: Quota) -> None:
    (person,) = new_persons(1)
    claim_for(quota, person.pk)
    QuotaShard.objects.filter(quota=quota, shard=0).update(room=9)
    assert verify_quota(QUOTA) == [f"quota {QUOTA}: total 40, left {sum(rooms(quota))}, taken 1, entitlements 1"]


def test_verify_names_a_taken_place_that_nobody_has(quota: Quota) -> None:
    (shard,) = QuotaShard.objects.filter(quota=quota, shard=0)
    QuotaShard.objects.filter(quota=quota, shard=0).update(room=shard.room - 1, taken=1)
    assert verify_quotas() == [f"quota {QUOTA}: total 40, left 39, taken 1, entitlements 0"]


def test_resize_of_no_quota_is_not_found(db: None) -> None:
    with pytest.raises(NotFound):
        resize(key="nothing", total=1)
