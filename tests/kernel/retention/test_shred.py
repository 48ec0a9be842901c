"""What is destroyed is nowhere any more, and what the figures and the chain need is still there."""

import os
from datetime import timedelta
from random import Random

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from tests.cast import NOW, PLATFORM, QINGHE, Cast
from zhijia.kernel.audit.models import Chain, Entry
from zhijia.kernel.audit.verify import verify
from zhijia.kernel.base.errors import Conflict
from zhijia.kernel.cases.models import Case, Event, Note
from zhijia.kernel.events.outbox import publish
from zhijia.kernel.people.models import Account, LoginCode, Person
from zhijia.kernel.people.persons import change_person, find_or_add_person
from zhijia.kernel.retention import gone, holds, values
from zhijia.kernel.retention.models import Destroyed, Ground
from zhijia.kernel.retention.shred import Why, destroy, erase_person
from zhijia.kernel.service import registry
from zhijia.kernel.service.rebuild import rebuild

from . import kit

TIME = Why(ground=Ground.TIME)
SEEDS = range(2, 2 + int(os.environ.get("SHRED_SEEDS", "1")))
"""Histories of each service; more of them by SHRED_SEEDS=20."""


@pytest.mark.parametrize("key", [service.key for service in registry.services()])
@pytest.mark.parametrize("seed", SEEDS)
def test_random_history_leaves_nothing_and_every_figure_stays(
    key: str, seed: int, cast: Cast, django_capture_on_commit_callbacks: object
) -> None:
    chance, service = Random(seed), registry.service(key)
    people = kit.officials(cast)
    case = kit.begin(service, cast, chance)
    done = kit.live(case, cast, people, chance)
    place = kit.with_file(case, f"{key} {seed}".encode())
    kit.close(case, NOW)
    rebuild()
    figures, sought = kit.counters(), values.Values()
    others = [Case.objects.exclude(pk=case.pk).count(), Person.objects.count()]
    values.of_case([case.pk], sought)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        destroy(case_ids=[case.pk], why=TIME, actor=PLATFORM, now=NOW)
    assert gone.search(sought, deep=True) == []
    spawned = Case.objects.filter(pk__gt=case.pk).exists()
    assert spawned or list(kit.tables_with(kit.SECRET)) == []
    assert default_storage.exists(place) is False
    rebuild()
    assert kit.counters() == figures
    assert verify().problems == []
    assert [Case.objects.exclude(pk=case.pk).count(), Person.objects.count()] == others
    stub = Destroyed.objects.get(no=case.no)
    head = Chain.objects.get(key=f"case:{case.pk}")
    assert (stub.service, stub.unit_id, bytes(stub.chain_head)) == (key, case.unit_id, bytes(head.head))
    assert (stub.stays, len(sought.long) > 0, len(done) > 1) == (Case.objects.filter(pk=case.pk).exists(), True, True)


PLANTS = {
    "audit_entry": lambda case, words: Entry.objects.filter(pk=_entry(case, words)),
    "events_outgoing": lambda case, words: publish(type="x", subject="other:1", data={"w": [words]}, now=NOW),
    "procrastinate_jobs": lambda case, words: _sql(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status) "
        "VALUES ('q', 't', 0, jsonb_build_object('a', %s::text), 'todo')", words
    ),
    "django_session": lambda case, words: _session(words),
    "people_account": lambda case, words: Account.objects.create(login="odd", name=words, created_at=NOW),
    "indicators_counter": lambda case, words: _sql(
        "INSERT INTO indicators_counter (service, indicator, region, month, category, shard, n, amount) "
        "VALUES ('x', left(%s, 32), '980102', '2026-11-01', '', 0, 1, 0)", words
    ),
}  # fmt: skip


def _entry(case: Case, words: str) -> int:
    from zhijia.kernel.audit.chain import append

    return append(chain="odd:1", act="odd", subject="odd:1", actor=PLATFORM, now=NOW, data={"w": words}).id


def _sql(sql: str, words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, [words])


def _session(words: str) -> None:
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store["typed"] = words
    store.save()


@pytest.mark.parametrize("table", PLANTS)
def test_proof_finds_what_was_hidden_anywhere(table: str, cast: Cast) -> None:
    """A proof that cannot fail proves nothing."""
    case = kit.begin(registry.service("hotline"), cast, Random(3))
    kit.close(case, NOW)
    sought = values.Values()
    values.of_case([case.pk], sought)
    words = min(w for w in sought.long if kit.SECRET in w)
    PLANTS[table](case, words)
    destroy(case_ids=[case.pk], why=TIME, actor=PLATFORM, now=NOW)
    assert {leak.place.split(".")[0] for leak in gone.search(sought)} == {table}


def test_proof_finds_short_words_and_sums_in_the_trail_of_the_case(cast: Cast) -> None:
    from zhijia.kernel.audit.chain import append

    case = kit.begin(registry.service("wage_arrears"), cast, Random(3))
    Note.objects.create(case=case, event_seq=1, field="note", text="找过三次", public=True, at=NOW)
    kit.close(case, NOW)
    sought = values.Values()
    values.of_case([case.pk], sought)
    destroy(case_ids=[case.pk], why=TIME, actor=PLATFORM, now=NOW)
    assert gone.search(sought) == []
    fen = next(sum_ for sum_ in sought.money if sum_.isdecimal())
    for words in ("找过三次", fen):
        append(chain=f"case:{case.pk}", act="odd", subject="x", actor=PLATFORM, now=NOW, data={"w": words})
    append(chain="case:999", act="odd", subject="x", actor=PLATFORM, now=NOW, data={"w": "找过三次"})
    assert gone.search(sought) == [gone.Leak("audit_entry (chain)", 2)]


def test_sums_stand_in_the_event_and_only_committed_to_in_the_trail(cast: Cast) -> None:
    from zhijia.kernel.audit.chain import digest

    case = kit.begin(registry.service("wage_arrears"), cast, Random(3))
    event = Event.objects.get(case=case, seq=1)
    entry = Entry.objects.get(chain=f"case:{case.pk}", seq=1)
    amounts = [[c["key"], c["amount"]] for c in event.data["counted"] if float(c["amount"])]
    assert len(amounts) > 0
    assert entry.data["counted"] == [c["key"] for c in event.data["counted"]]
    assert entry.data["sums"] == digest(b"", event.data["salt"], {}, amounts).hex()
    assert "amount" not in str(entry.data)
    assert event.data["salt"] not in str(entry.data)


def test_open_or_held_case_is_not_destroyed(cast: Cast) -> None:
    case = kit.begin(registry.service("hotline"), cast, Random(1))
    with pytest.raises(Conflict) as open_:
        destroy(case_ids=[case.pk], why=TIME, actor=PLATFORM, now=NOW)
    Case.objects.filter(pk=case.pk).update(closed_at=NOW, assignee=cast.accounts["zhou"])
    holds.put_hold(no=case.no, reason="法院要卷宗", actor=cast.actor("zhou"), now=NOW)
    with pytest.raises(Conflict) as held:
        destroy(case_ids=[case.pk], why=TIME, actor=PLATFORM, now=NOW)
    assert (open_.value.code, held.value.code, Case.objects.count()) == ("open", "held", 1)


def test_file_that_another_case_has_stays(cast: Cast, django_capture_on_commit_callbacks: object) -> None:
    one, other = (kit.begin(registry.service("hotline"), cast, Random(n)) for n in (1, 2))
    shared, own = kit.with_file(one, b"same"), kit.with_file(one, b"own")
    kit.with_file(other, b"same")
    kit.close(one, NOW)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        done = destroy(case_ids=[one.pk], why=TIME, actor=PLATFORM, now=NOW)
    assert (done.places, default_storage.exists(shared), default_storage.exists(own)) == ({own}, True, False)


def test_person_without_account_goes_with_the_last_case(cast: Cast) -> None:
    from zhijia.kernel.people.actors import Actor
    from zhijia.kernel.service.engine import open_case

    person = find_or_add_person(name="袁师傅", phone="13911112222", now=NOW)
    cases = []
    for _n in range(2):
        data = {"story": kit.said(), "category": "wages"}
        no = open_case(
            service="hotline", actor=Actor(person_id=person.pk, name="x"), now=NOW, data=data, region=QINGHE,
            applicant_id=person.pk,
        ).no  # fmt: skip
        cases.append(Case.objects.get(no=no))
        kit.close(cases[-1], NOW)
    first = destroy(case_ids=[cases[0].pk], why=TIME, actor=PLATFORM, now=NOW)
    assert (first.persons, Person.objects.filter(pk=person.pk).exists()) == ([], True)
    sought = values.Values()
    values.of_case([cases[1].pk], sought)
    values.of_person([person.pk], sought)
    last = destroy(case_ids=[cases[1].pk], why=TIME, actor=PLATFORM, now=NOW)
    assert (last.persons, gone.search(sought, deep=True)) == ([person.pk], [])
    assert "13911112222" in sought.strong


def test_erased_worker_is_nowhere_and_cannot_sign_in_as_before(cast: Cast) -> None:
    person, account = Person.objects.get(pk=cast.person_id("bob")), cast.accounts["bob"]
    change_person(
        person=person, actor=PLATFORM, now=NOW, bank_card="6222021234567890128", id_number="11010519491231002X"
    )
    LoginCode.objects.create(
        phone_index=person.phone_index, code_hash=b"x", issued_at=NOW, expires_at=NOW + timedelta(minutes=5)
    )
    sought = values.Values()
    values.of_person([person.pk], sought)
    assert {"13800000002", "6222021234567890128", "11010519491231002X"} <= sought.strong
    assert erase_person(person_id=person.pk, actor=PLATFORM, now=NOW) is True
    account.refresh_from_db()
    assert (account.is_active, account.person_id, account.name, account.login) == (
        False, None, "", f"erased-{account.pk}",
    )  # fmt: skip
    assert (gone.search(sought, deep=True), LoginCode.objects.count(), verify().problems) == ([], 0, [])


def test_person_with_a_case_is_not_erased(cast: Cast) -> None:
    kit.begin(registry.service("hotline"), cast, Random(1))
    with pytest.raises(Conflict) as refused:
        erase_person(person_id=cast.person_id("alice"), actor=PLATFORM, now=NOW)
    assert (refused.value.code, Person.objects.get(pk=cast.person_id("alice")).name) == ("needed", "Alice")


def test_joined_case_is_let_loose_when_its_lead_goes(cast: Cast) -> None:
    lead, joined = (kit.begin(registry.service("hotline"), cast, Random(n)) for n in (1, 2))
    Case.objects.filter(pk=joined.pk).update(lead=lead)
    kit.close(lead, NOW)
    destroy(case_ids=[lead.pk], why=TIME, actor=PLATFORM, now=NOW)
    joined.refresh_from_db()
    assert (joined.lead_id, Case.objects.count()) == (None, 1)
