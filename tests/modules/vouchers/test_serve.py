"""People without a smartphone: one step at the station, the same one a day, on their own record of access."""

from datetime import datetime

import pytest

from tests.cast import NOW
from tests.modules.vouchers.kit import MEAL, NOON, Kitchen, at, wrong
from zhijia.kernel.base.errors import Forbidden, Invalid
from zhijia.kernel.ledger.models import Entitlement
from zhijia.kernel.people.models import Person
from zhijia.kernel.people.persons import accesses_to, find_or_add_person
from zhijia.modules.vouchers import accounts
from zhijia.modules.vouchers.models import Programme, Redemption
from zhijia.modules.vouchers.redeem import Handed
from zhijia.modules.vouchers.serve import serve

PHONE = "13900000001"


def serve_at(
    kitchen: Kitchen, phone: str = PHONE, *, key: str = "s1", who: str = "zhou", now: datetime = NOON
) -> Handed:  # fmt: skip
    return serve(
        phone=phone, name="王师傅", offer_id=kitchen.offer().pk, outlet_id=kitchen.station.pk, key=key,
        actor=kitchen.cast.actor(who), now=now,
    )  # fmt: skip


def person() -> Person:
    return find_or_add_person(name="", phone=PHONE, now=NOW)


def test_a_stranger_is_served_in_one_step(open_kitchen: Kitchen) -> None:
    handed = serve_at(open_kitchen)
    assert (handed.code, handed.title, handed.outlet) == ("used", "爱心餐", "青禾驿站")
    found = person()
    assert (found.name, Entitlement.objects.get(person=found).status) == ("王师傅", "used")
    row = Redemption.objects.get(pk=handed.redemption_id)
    assert (row.how, row.terminal, row.outlet, wrong()) == ("served", None, open_kitchen.station, [])
    assert -accounts.held(accounts.payable(open_kitchen.station.pk)) == MEAL


def test_the_person_reads_who_served_them(open_kitchen: Kitchen) -> None:
    serve_at(open_kitchen)
    (entry,) = accesses_to(person().pk)
    assert (entry.act, entry.actor, entry.purpose, entry.data) == (
        "vouchers.served", "Zhou (officer, 青禾区总工会)", "在驿站代领", {"outlet": open_kitchen.station.pk},
    )  # fmt: skip


def test_a_repeated_request_serves_once(open_kitchen: Kitchen) -> None:
    first, again = serve_at(open_kitchen), serve_at(open_kitchen)
    assert (again.code, again.redemption_id, Redemption.objects.count()) == ("again", first.redemption_id, 1)


def test_nobody_is_served_twice_a_day(open_kitchen: Kitchen) -> None:
    serve_at(open_kitchen)
    second = serve_at(open_kitchen, key="s2", now=at(13))
    assert (second.code, second.at, second.outlet) == ("already_used", NOON, "青禾驿站")
    assert (Redemption.objects.count(), wrong()) == (1, [])


def test_who_claimed_alone_is_handed_that_one(open_kitchen: Kitchen) -> None:
    found = person()
    open_kitchen.claim(found.pk)
    assert serve_at(open_kitchen).code == "used"
    assert (Entitlement.objects.filter(person=found).count(), wrong()) == (1, [])


def test_when_it_cannot_be_handed_over_nothing_is_kept(open_kitchen: Kitchen) -> None:
    before = Person.objects.count()
    assert serve_at(open_kitchen, now=at(10, 15)).code == "not_yet"
    assert serve_at(open_kitchen, now=at(9)).code == "not_open"
    assert (Person.objects.count(), Entitlement.objects.count(), wrong()) == (before, 0, [])


def test_the_rule_of_the_programme_holds_at_the_station_too(kitchen: Kitchen) -> None:
    Programme.objects.update(rule="listed")
    kitchen.publish()
    assert serve_at(kitchen).code == "not_listed"
    assert Entitlement.objects.count() == 0


@pytest.mark.parametrize("who", ["lin", "auditor", "alice"])
def test_only_an_officer_of_the_stations_union_serves(open_kitchen: Kitchen, who: str) -> None:
    with pytest.raises(Forbidden):
        serve_at(open_kitchen, who=who)


@pytest.mark.parametrize(("phone", "key"), [("", "s"), ("12", "s"), (PHONE, ""), (PHONE, "k" * 41)])
def test_phone_and_key_are_needed(open_kitchen: Kitchen, phone: str, key: str) -> None:
    with pytest.raises(Invalid):
        serve_at(open_kitchen, phone, key=key)
    assert Entitlement.objects.count() == 0
