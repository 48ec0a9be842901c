"""Sealing anew: everything, resumable, never over somebody else's change; then older keys can go."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from tests.cast import Cast
from tests.scenarios.story import Story
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base.errors import Conflict
from zhijia.kernel.cases.models import Note
from zhijia.kernel.people import keys, reindex, rotation, vault
from zhijia.kernel.people.models import Account, DataKey, Person, Rotation
from zhijia.kernel.people.persons import change_person, find_or_add_person, held_numbers
from zhijia.modules.hotline.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Story:
    monkeypatch.setattr(rotation, "BATCH", 2)
    monkeypatch.setattr(rotation, "EVERY", -1.0)
    story = Story(cast).tell("alice", story="工资拖欠两个月。", wish="拿到工资")
    story.do("alice", "supplement", words="请快一点")
    return story


def rotate(now: datetime, *purposes: str, tell: Any = None) -> int:
    begun = rotation.begin(purposes=purposes, now=now)
    return rotation.run(begun, now=lambda: now, tell=tell, pause=0)


def old_values() -> int:
    return sum(found.old for found in rotation.survey())


def test_everything_is_sealed_anew_and_reads_as_before(told: Story, now: datetime) -> None:
    alice = Person.objects.get(pk=told.cast.person_id("alice"))
    change_person(person=alice, actor=told.cast.actor("alice"), now=now, bank_card="6222021234567890")
    numbers, index = held_numbers(alice.pk), bytes(alice.phone_index or b"")
    values = sum(sum(found.values.values()) for found in rotation.survey())
    assert (rotate(now), old_values()) == (values, 0)
    alice = Person.objects.get(pk=alice.pk)
    assert (held_numbers(alice.pk), bytes(alice.phone_index or b""), alice.name) == (numbers, index, "Alice")
    assert (Ticket.objects.get().story, Note.objects.get().text) == ("工资拖欠两个月。", "请快一点")
    assert list(rotation.unreadable()) == []
    done = Entry.objects.get(chain="vault", act="key.rotated")
    assert done.data["values"] == values


def test_a_broken_run_is_gone_on_with(told: Story, now: datetime) -> None:
    def killed(done: int, total: int) -> None:
        if 2 <= done < total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate(now, tell=killed)
    half, before = Rotation.objects.get(), old_values()
    assert (half.ended_at, half.done > 0, before > 0) == (None, True, True)
    versions = DataKey.objects.count()
    total = rotate(now)
    assert (total, old_values(), DataKey.objects.count()) == (half.done + before, 0, versions)
    assert Rotation.objects.get().ended_at == now


def test_a_row_that_changes_meanwhile_keeps_the_change(
    told: Story, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket, resealed = Ticket.objects.get(), vault.reseal

    def meddling(sealed: bytes, **place: Any) -> bytes:
        if place["aad"].startswith(b"hotline_ticket.story:") and ticket.story != "改过了":
            ticket.story = "改过了"
            ticket.save()
        return resealed(sealed, **place)

    monkeypatch.setattr(vault, "reseal", meddling)
    rotate(now, "words")
    assert (Ticket.objects.get().story, old_values()) == ("改过了", 0)


def test_a_change_of_algorithm_is_a_rotation_too(told: Story, now: datetime, settings: Any) -> None:
    settings.VAULT_ALGORITHM = "AES_256_GCM"
    assert rotate(now, "words") > 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT story FROM hotline_ticket")
        assert bytes(cursor.fetchone()[0])[1] == vault.Algorithm.AES_256_GCM
    assert Ticket.objects.get().story == "工资拖欠两个月。"


def test_what_does_not_open_is_left_and_named(told: Story, now: datetime) -> None:
    alice, bob = (Person.objects.get(pk=told.cast.person_id(who)) for who in ("alice", "bob"))
    Person.objects.filter(pk=bob.pk).update(phone_sealed=alice.phone_sealed)
    rotate(now, "phone")
    assert [(str(c), key, code) for c, key, code in rotation.unreadable()] == [
        ("people_person.phone_sealed", bob.pk, "unreadable")
    ]
    assert old_values() == 1


def test_older_keys_are_free_after_a_rotation_and_can_be_retired(told: Story, now: datetime) -> None:
    before = keys.current("words")
    rotate(now, "words")
    free = [row for row in rotation.unused() if row.pk == before.id]
    assert len(free) == 1
    keys.retire(free[0], now=now)
    assert list(rotation.unreadable()) == []


def test_an_index_gets_a_new_key_only_while_the_site_stands_still(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = find_or_add_person(name="", phone="13800000007", now=now)
    account = Account(login=bytes(person.phone_index or b"").hex(), person=person, created_at=now)
    account.save()
    monkeypatch.setattr(reindex, "others", lambda: 1)
    with pytest.raises(Conflict):
        reindex.reindex("phone", now=now)
    monkeypatch.setattr(reindex, "others", lambda: 0)
    before = bytes(person.phone_index or b"")
    assert reindex.reindex("phone", now=now) == (Person.objects.exclude(phone_sealed=None).count(), 0)
    keys.forget()
    again = find_or_add_person(name="", phone="138 0000 0007", now=now)
    account.refresh_from_db()
    assert (again.pk, bytes(again.phone_index or b"") == before) == (person.pk, False)
    assert account.login == vault.blind("13800000007", purpose="phone").hex()
    keys._ring.keys.clear()
    keys.forget()
