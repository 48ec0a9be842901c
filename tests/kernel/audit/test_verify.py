"""Seals, and the proof that any change of the trail is found and named."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from zhijia.kernel.audit.chain import GENESIS, append
from zhijia.kernel.audit.models import Entry, Seal
from zhijia.kernel.audit.seal import seal_day, seal_pending
from zhijia.kernel.audit.verify import Problem, verify
from zhijia.kernel.base.errors import Conflict
from zhijia.kernel.people.actors import Actor

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ACTOR = Actor(account_id=7, person_id=8)

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail() -> list[Entry]:
    """Thirty entries in three chains over three days, the first two days sealed."""
    entries = [
        append(
            chain=f"case:{n % 3}", act="case.read", subject=f"case:{n % 3}", actor=ACTOR, purpose="call back",
            now=NOW + timedelta(days=n // 10, seconds=n), data={"fields": ["phone"], "n": n}, person_id=n,
        )
        for n in range(30)
    ]  # fmt: skip
    assert [s.day for s in seal_pending(NOW + timedelta(days=2))] == [DAY, DAY + timedelta(days=1)]
    return entries


def tamper(sql: str, *parameters: object) -> None:
    """What somebody with every right on the server can do: switch the triggers off and write."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, parameters)
        assert cursor.rowcount > 0
        cursor.execute("SET LOCAL session_replication_role = origin")


def name(entry: Entry, **changes: object) -> str:
    return f"entry {entry.id} ({changes.get('chain', entry.chain)}, {changes.get('seq', entry.seq)})"


def found() -> set[str]:
    return {problem.where for problem in verify().problems}


def test_verify_of_an_untouched_trail_finds_nothing(trail: list[Entry]) -> None:
    calls: list[tuple[int, int]] = []
    report = verify(lambda done, total: calls.append((done, total)))
    assert (report.entries, report.chains, report.seals, report.problems, report.ok) == (30, 3, 2, [], True)
    assert calls == [(30, 30)]


def test_verify_of_an_empty_trail_finds_nothing() -> None:
    assert verify().problems == []


COLUMNS = {
    "chain": "chain || 'x'",
    "seq": "seq + 100",
    "at": "at + interval '1 microsecond'",
    "actor_id": "NULL",
    "actor": "actor || ' '",
    "act": "'case.reads'",
    "subject": "subject || '0'",
    "person_id": "coalesce(person_id, 0) + 1",
    "purpose": "replace(purpose, 'c', 'C')",
    "data": "jsonb_set(data, '{n}', '1000')",
    "prev": "set_byte(prev, 31, get_byte(prev, 31) # 1)",
    "hash": "set_byte(hash, 0, get_byte(hash, 0) # 128)",
}


def test_tampering_is_tried_on_every_column() -> None:
    assert {f.column for f in Entry._meta.concrete_fields} == {*COLUMNS, "id"}


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("seed", range(3))
def test_verify_names_the_entry_of_which_one_column_changed(trail: list[Entry], column: str, seed: int) -> None:
    entry = random.Random(f"{column}{seed}").choice(trail)
    tamper(f"UPDATE audit_entry SET {column} = {COLUMNS[column]} WHERE id = %s", entry.id)
    now = Entry.objects.get(pk=entry.id)
    assert name(now) in found()
    others = {w for w in found() if w.startswith("entry") and w != name(now)}
    if column in ("chain", "seq"):
        assert len(others) <= 1  # only the one that now stands behind the hole
    else:
        assert others == set()


@pytest.mark.parametrize("at", ["infinity", "-infinity", "20000-01-01"])
def test_verify_of_a_moment_that_python_cannot_hold_names_the_entry(trail: list[Entry], at: str) -> None:
    tamper("UPDATE audit_entry SET at = %s WHERE id = %s", at, trail[4].id)
    assert name(trail[4]) in found()


def test_verify_of_a_changed_id_names_the_seal(trail: list[Entry]) -> None:
    tamper("UPDATE audit_entry SET id = -id WHERE id = %s", trail[0].id)
    assert found() >= {f"entry {-trail[0].id}", "seal 2026-11-20"}


def test_verify_of_a_removed_entry_names_the_one_behind_it(trail: list[Entry]) -> None:
    tamper("DELETE FROM audit_entry WHERE id = %s", trail[3].id)
    assert found() == {name(trail[6]), "seal 2026-11-20"}


def test_verify_of_a_removed_last_entry_names_the_chain(trail: list[Entry]) -> None:
    tamper("DELETE FROM audit_entry WHERE id = %s", trail[29].id)
    assert found() == {"chain case:2"}


def test_verify_of_a_chain_removed_with_its_head_names_the_seals(trail: list[Entry]) -> None:
    tamper("DELETE FROM audit_entry WHERE chain = 'case:1'")
    tamper("DELETE FROM audit_chain WHERE key = 'case:1'")
    assert found() == {"seal 2026-11-20", "seal 2026-11-21"}


def test_verify_of_an_entry_inserted_at_the_end_names_it(trail: list[Entry]) -> None:
    tamper(
        "INSERT INTO audit_entry (chain, seq, at, actor, act, subject, purpose, data, prev, hash)"
        " SELECT chain, seq + 1, at, actor, act, subject, purpose, data, hash, hash FROM audit_entry WHERE id = %s",
        trail[29].id,
    )
    forged = Entry.objects.latest("id")
    assert found() == {name(forged), "chain case:2"}


def test_verify_of_two_swapped_entries_names_both(trail: list[Entry]) -> None:
    first, second = trail[0], trail[3]
    tamper("UPDATE audit_entry SET seq = 100 WHERE id = %s", first.id)
    tamper("UPDATE audit_entry SET seq = %s WHERE id = %s", first.seq, second.id)
    tamper("UPDATE audit_entry SET seq = %s WHERE id = %s", second.seq, first.id)
    assert {name(second, seq=first.seq), name(first, seq=second.seq)} <= found()


def test_verify_of_an_entry_rewritten_with_its_hash_names_the_one_behind_it_and_the_seal(trail: list[Entry]) -> None:
    from zhijia.kernel.audit.chain import entry_hash

    e = trail[3]
    forged = entry_hash(
        bytes(e.prev), chain=e.chain, seq=e.seq, at=e.at, actor_id=e.actor_id, actor=e.actor, act=e.act,
        subject=e.subject, person_id=e.person_id, purpose="nothing", data=e.data,
    )  # fmt: skip
    tamper("UPDATE audit_entry SET purpose = 'nothing', hash = %s WHERE id = %s", forged, e.id)
    assert found() == {name(trail[6]), "seal 2026-11-20"}


@pytest.mark.parametrize("change", ["seq = seq - 1", "head = prev_head()", "key = 'case:9'"])
def test_verify_of_a_changed_head_names_the_chain(trail: list[Entry], change: str) -> None:
    change = change.replace("prev_head()", "set_byte(head, 5, get_byte(head, 5) # 2)")
    tamper(f"UPDATE audit_chain SET {change} WHERE key = 'case:1'")
    assert found() == ({"chain case:1", "chain case:9"} if "key" in change else {"chain case:1"})


SEAL = {
    "day": "'infinity'",
    "first_id": "first_id - 1",
    "last_id": "last_id - 1",
    "entries": "entries + 1",
    "root": "set_byte(root, 31, get_byte(root, 31) # 1)",
    "prev": "set_byte(prev, 31, get_byte(prev, 31) # 1)",
    "sealed_at": "sealed_at + interval '1 second'",
}


def test_tampering_is_tried_on_every_column_of_a_seal() -> None:
    assert {f.column for f in Seal._meta.concrete_fields} == set(SEAL)


@pytest.mark.parametrize("column", SEAL)
def test_verify_of_a_changed_seal_names_it(trail: list[Entry], column: str) -> None:
    tamper(f"UPDATE audit_seal SET {column} = {SEAL[column]} WHERE day = '2026-11-21'")
    assert any(w.startswith("seal") for w in found())
    assert ("seal infinity" if column == "day" else "seal 2026-11-21") in found()
    assert "seal 2026-11-20" not in found()


def test_verify_of_a_removed_seal_names_the_next(trail: list[Entry]) -> None:
    tamper("DELETE FROM audit_seal WHERE day = '2026-11-20'")
    assert "seal 2026-11-21" in found()


def test_verify_says_which_check_failed(trail: list[Entry]) -> None:
    tamper("UPDATE audit_entry SET purpose = '' WHERE id = %s", trail[20].id)
    assert verify().problems == [Problem(name(trail[20]), "its content does not give its hash")]


def test_seal_day_twice_returns_the_same_seal(trail: list[Entry]) -> None:
    again = seal_day(DAY, NOW + timedelta(days=9))
    assert (again.sealed_at, again.entries, again.prev) == (NOW + timedelta(days=2), 10, GENESIS)
    assert Seal.objects.count() == 2


def test_seal_day_before_it_is_over_is_refused() -> None:
    with pytest.raises(Conflict) as refused:
        seal_day(DAY, datetime(2026, 11, 20, 15, 59, tzinfo=UTC))
    assert refused.value.code == "day_not_over"
    assert seal_day(DAY, datetime(2026, 11, 20, 16, 0, tzinfo=UTC)).entries == 0


def test_seal_day_out_of_turn_is_refused(trail: list[Entry]) -> None:
    with pytest.raises(Conflict) as refused:
        seal_day(DAY + timedelta(days=5), NOW + timedelta(days=9))
    assert refused.value.code == "day_out_of_turn"


def test_seal_pending_covers_late_entries_and_empty_days(trail: list[Entry]) -> None:
    append(chain="case:0", act="late", subject="case:0", actor=ACTOR, now=NOW)
    assert [s.entries for s in seal_pending(NOW + timedelta(days=5))] == [11, 0, 0]
    assert verify().problems == []


def test_seal_pending_without_entries_seals_nothing() -> None:
    assert seal_pending(NOW) == []
