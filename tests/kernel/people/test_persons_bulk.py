"""Many persons at once are the same persons as one by one."""

from typing import Any

import pytest
from django.db import connection

from zhijia.kernel.audit.verify import verify
from zhijia.kernel.base.errors import Invalid
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Person
from zhijia.kernel.people.persons import find_or_add_person, reveal
from zhijia.kernel.people.persons_bulk import NewPerson, find_or_add_persons

pytestmark = pytest.mark.django_db
PLATFORM = Actor.platform()


def trail(person_id: int) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, at, actor_id, actor, act, purpose, data FROM audit_entry WHERE chain = %s",
            [f"person:{person_id}"],
        )
        return cursor.fetchall()


def test_found_or_added_in_the_order_given(now: Any) -> None:
    old = find_or_add_person(name="李春燕", phone="13800000001", now=now)
    given = [
        NewPerson("王大勇", "138 0000 0002"),
        NewPerson("另一个名字", "+86 13800000001"),
        NewPerson("王大勇", "13800000002"),
        NewPerson("赵丽", "13800000003", id_number="11010519491231002X", bank_card="6222 0212 3456 7890"),
    ]  # fmt: skip
    ids = find_or_add_persons(given, now=now, actor=PLATFORM)
    assert (ids[0], ids[1], ids[3] == ids[0]) == (ids[2], old.pk, False)
    assert find_or_add_persons(given, now=now, actor=PLATFORM) == ids
    old.refresh_from_db()
    assert (old.name, old.phone_masked) == ("李春燕", "138****0001")
    zhao = Person.objects.get(pk=ids[3])
    assert reveal(person=zhao, field="id_number", actor=PLATFORM, purpose="核对身份", case_id=None, now=now) == (
        "11010519491231002X"
    )
    assert verify().ok


def test_rows_and_trail_are_those_of_one_by_one(now: Any) -> None:
    single = find_or_add_person(name=" 王  大勇 ", phone="13800000002", now=now)
    row, entries = _row(single), trail(single.pk)
    (many,) = find_or_add_persons([NewPerson(" 王  大勇 ", "13800000009")], now=now, actor=PLATFORM)
    assert _row(Person.objects.get(pk=many)) == {**row, "phone_masked": "138****0009"}
    assert trail(many) == entries


def test_malformed_number_stores_nobody(now: Any) -> None:
    with pytest.raises(Invalid):
        find_or_add_persons([NewPerson("甲", "13800000002"), NewPerson("乙", "123")], now=now, actor=PLATFORM)
    assert Person.objects.count() == 0


def _row(person: Person) -> dict[str, Any]:
    sealed = ("id", "phone_index", "phone_sealed", "_state")
    return {name: getattr(person, name) for name in vars(person) if name not in sealed}
