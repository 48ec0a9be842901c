"""One chain: places without gaps, hashes that follow each other, and a database that refuses every change."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import DatabaseError, connection, transaction

from zhijia.kernel.audit.chain import GENESIS, append, canonical, digest, entry_hash, signature
from zhijia.kernel.audit.models import Chain, Entry
from zhijia.kernel.base.database import STAFF, WORKER, scope
from zhijia.kernel.people.actors import Actor, Held, Role

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
OFFICER = Actor(
    account_id=7, person_id=8, name="Zhou Min",
    posts=(Held(id=1, role=Role.OFFICER, org_id=2, org_name="Lanjiang Union", lft=1, rgt=10),),
)  # fmt: skip


def add(chain: str = "case:1", **changes: object) -> Entry:
    return append(**{"chain": chain, "act": "case.filed", "subject": chain, "actor": OFFICER, "now": NOW, **changes})  # type: ignore[arg-type]


def test_canonical_is_sorted_blankless_and_keeps_letters() -> None:
    assert canonical({"b": 1, "a": ["职家", None]}) == '{"a":["职家",null],"b":1}'.encode()


def test_digest_of_known_input_is_what_openssl_says() -> None:
    assert digest(GENESIS, "case:1", 1).hex() == "53be1d50e7216fa064a56e9f1ec8b431516f6eda7371b5d52e4034a66b04f759"


def test_entry_hash_is_the_same_in_every_time_zone() -> None:
    columns = {
        "chain": "c", "seq": 1, "actor_id": None, "actor": "", "act": "a", "subject": "s",
        "person_id": None, "purpose": "", "data": {},
    }  # fmt: skip
    china = NOW.astimezone(timezone(timedelta(hours=8)))
    assert entry_hash(GENESIS, at=NOW, **columns) == entry_hash(GENESIS, at=china, **columns)  # type: ignore[arg-type]


def test_signature_names_the_posts_of_staff() -> None:
    assert signature(OFFICER) == "Zhou Min (officer, Lanjiang Union)"


def test_signature_of_a_worker_holds_no_name() -> None:
    assert signature(Actor(account_id=3, person_id=5, name="Li Na")) == "person:5"


def test_signature_of_the_platform_is_its_name() -> None:
    assert signature(Actor.platform()) == "platform"


@pytest.mark.django_db
def test_append_links_each_entry_to_the_one_before() -> None:
    first, second, other = add(), add(data={"fields": ["owed"]}), add("case:2")
    assert [(e.seq, e.prev) for e in (first, second, other)] == [(1, GENESIS), (2, first.hash), (1, GENESIS)]
    chain = Chain.objects.get(key="case:1")
    assert (chain.seq, bytes(chain.head)) == (2, second.hash)


@pytest.mark.django_db
def test_append_returns_what_is_stored() -> None:
    made = add(person_id=5, purpose="call back", data={"fields": ["phone"], "n": 3})
    stored = Entry.objects.get(pk=made.id)
    names = [f.attname for f in Entry._meta.concrete_fields if f.attname not in ("prev", "hash")]
    assert [getattr(made, n) for n in names] == [getattr(stored, n) for n in names]
    assert (bytes(stored.prev), bytes(stored.hash)) == (made.prev, made.hash)


@pytest.mark.django_db
@pytest.mark.parametrize("data", [{"owed": 1.5}, {"a": [{"b": 0.1}]}, {1: "a"}])
def test_append_with_values_that_would_not_come_back_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        add(data=data)
    assert Entry.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("role", [STAFF, WORKER, None])
@pytest.mark.parametrize("table", ["audit_entry", "audit_seal"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET prev = ''", "DELETE FROM {}", "TRUNCATE {}"])
def test_changing_the_trail_is_refused_for_requests_and_owner(role: str | None, table: str, statement: str) -> None:
    add()
    entered = scope(role, person=5) if role else transaction.atomic()
    with pytest.raises(DatabaseError) as refused, entered, connection.cursor() as cursor:
        cursor.execute(statement.format(table))
    assert refused.value.__cause__.sqlstate == "42501"  # type: ignore[union-attr]


@pytest.mark.django_db
@pytest.mark.parametrize("role", [STAFF, WORKER])
def test_append_as_a_request_role_writes_also_what_the_role_cannot_read(role: str) -> None:
    with scope(role, person=5):
        made = [add(person_id=6), add(), add(person_id=5)]
    assert list(Entry.objects.order_by("id").values_list("id", flat=True)) == [e.id for e in made]


@pytest.mark.django_db
def test_worker_reads_only_entries_about_themselves() -> None:
    mine = add(person_id=5)
    add(person_id=6), add()
    with scope(WORKER, person=5):
        assert list(Entry.objects.values_list("id", flat=True)) == [mine.id]


@pytest.mark.django_db(transaction=True)
def test_append_from_two_threads_keeps_the_chain_unbroken() -> None:
    def run() -> None:
        for _ in range(25):
            add()
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = list(Entry.objects.filter(chain="case:1").order_by("seq"))
    assert [e.seq for e in entries] == list(range(1, 51))
    assert [bytes(e.prev) for e in entries] == [GENESIS, *(bytes(e.hash) for e in entries[:-1])]
    assert sorted(e.id for e in entries) == [e.id for e in entries]
