"""Signed roots: what is signed, by which key, where it is kept, and what a thief of the database cannot do."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from zhijia.kernel.audit import roots, signing
from zhijia.kernel.audit.chain import append
from zhijia.kernel.audit.models import Checkpoint, Entry, Seal, Security, Statement
from zhijia.kernel.audit.seal import seal_pending
from zhijia.kernel.audit.verify import Problem, verify
from zhijia.kernel.base.errors import Conflict, Misconfigured
from zhijia.kernel.people.actors import Actor

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ACTOR = Actor(account_id=7, person_id=8)

pytestmark = pytest.mark.django_db


def add(count: int, now: datetime) -> None:
    for n in range(count):
        append(chain=f"case:{n % 3}", act="case.moved", subject=f"case:{n % 3}", actor=ACTOR, now=now)


@pytest.fixture(autouse=True)
def outside(settings: Settings, tmp_path: Path) -> Path:
    """A key file and a folder for copies that are this test's own."""
    settings.AUDIT_KEY_FILE, settings.ROOTS = tmp_path / "keys" / "audit_key", str(tmp_path)
    return tmp_path / roots.FILE


@pytest.fixture
def kept(outside: Path) -> Path:
    """Two sealed days and a checkpoint, all signed."""
    add(5, NOW - timedelta(days=1))
    add(4, NOW)
    roots.keep(NOW + timedelta(days=1))
    add(2, NOW + timedelta(days=1))
    roots.keep(NOW + timedelta(days=1, hours=1))
    return outside


def alter(sql: str) -> None:
    """What somebody who owns the database can do."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET session_replication_role = DEFAULT")


def test_keep_signs_seals_and_checkpoints_once(kept: Path) -> None:
    assert [s.about.partition(":")[0] for s in Statement.objects.order_by("number")] == [
        "key", "seal", "seal", "checkpoint",
    ]  # fmt: skip
    assert roots.keep(NOW + timedelta(days=1, hours=2)) == 0
    report = verify()
    assert (report.problems, report.statements, report.compared, report.unsigned) == ([], 4, 4, 0)


def test_key_file_is_its_owners_only(kept: Path) -> None:
    assert (kept.parent / "keys" / "audit_key").stat().st_mode & 0o777 == 0o600


def test_statement_tells_nothing_but_hashes(kept: Path) -> None:
    says = json.loads(Statement.objects.get(about="seal:2026-11-20").body)
    assert sorted(says) == ["at", "day", "key", "kind", "number", "prev", "root"]


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("DELETE FROM audit_statement WHERE number = 4",
         Problem("copy roots.jsonl", "it holds 1 statements that the database does not have")),
        ("UPDATE audit_statement SET body = replace(body, '2026-11-20', '2026-11-21') WHERE number = 3",
         Problem("statement 3", "it is about seal:2026-11-21, not about seal:2026-11-20")),
        ("UPDATE audit_statement SET signature = decode(repeat('00', 64), 'hex') WHERE number = 2",
         Problem("statement 2", "its signature is not by the key in force")),
        ("UPDATE audit_checkpoint SET root = prev", Problem("checkpoint 1", "another root was signed for it")),
        ("DELETE FROM audit_checkpoint", Problem("checkpoint 1", "it was signed and is gone")),
        ("DELETE FROM audit_entry WHERE id = (SELECT max(id) FROM audit_entry)",
         Problem("checkpoint 1", "it covers 2 entries, 1 are there")),
    ],
)  # fmt: skip
def test_what_the_owner_of_the_database_changes_is_found(kept: Path, sql: str, problem: Problem) -> None:
    number = Checkpoint.objects.get().id
    alter(sql)
    assert Problem(problem.where.replace("checkpoint 1", f"checkpoint {number}"), problem.what) in verify().problems


def test_whole_trail_written_anew_with_another_key_is_found(kept: Path, settings: Settings) -> None:
    mine = kept.parent / "keys" / "audit_key"
    alter("TRUNCATE audit_entry, audit_chain, audit_seal, audit_checkpoint, audit_statement")
    settings.ROOTS, settings.AUDIT_KEY_FILE = "", kept.parent / "forged" / "audit_key"
    add(9, NOW)
    roots.keep(NOW + timedelta(days=1))
    assert verify().problems == []
    settings.ROOTS, settings.AUDIT_KEY_FILE = str(kept.parent), mine
    found = {problem.where for problem in verify().problems}
    assert {"copy roots.jsonl", "statement 1", "statement 2"} <= found
    assert any(where.startswith("key ") for where in found)


def test_new_key_is_endorsed_and_old_seals_stay_verifiable(kept: Path) -> None:
    signing.make_key()
    add(1, NOW + timedelta(days=1, hours=2))
    assert roots.keep(NOW + timedelta(days=1, hours=2)) == 2
    signing.forget_old_keys()
    assert len(signing.signers()) == 1
    assert verify().problems == []


def test_key_that_the_old_one_did_not_endorse_is_named(kept: Path) -> None:
    old = json.loads(Statement.objects.get(number=1).body)["key"]
    (kept.parent / "keys" / "audit_key").unlink()
    with pytest.raises(Misconfigured):
        roots.keep(NOW + timedelta(days=2))
    signing.make_key()
    roots.keep(NOW + timedelta(days=2))
    number = Statement.objects.filter(about__startswith="key:").order_by("-number").values_list("number", flat=True)[0]
    assert verify().problems == [Problem(f"statement {number}", f"the key {old} did not endorse this new key")]


def test_line_that_was_torn_off_outside_is_written_again(kept: Path) -> None:
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-40])
    assert roots.keep_outside() == 1
    assert verify().compared == 4


def test_folder_outside_that_is_gone_is_said_and_caught_up(kept: Path, settings: Settings) -> None:
    settings.ROOTS = str(kept.parent / "not mounted")
    add(1, NOW + timedelta(days=2))
    with pytest.raises(Misconfigured):
        roots.keep(NOW + timedelta(days=2))
    settings.ROOTS = str(kept.parent)
    assert roots.keep_outside() == 2


def test_clock_set_back_stops_only_the_seals(kept: Path) -> None:
    before = NOW - timedelta(days=30)
    entry = append(chain="case:0", act="case.moved", subject="case:0", actor=ACTOR, now=before)
    assert entry.seq == Entry.objects.filter(chain="case:0").count()
    with pytest.raises(Conflict) as refused:
        seal_pending(before)
    assert refused.value.code == "clock_back"
    assert roots.keep(before) == 1
    assert (Security.objects.get().kind, Seal.objects.count()) == ("clock.jumped", 2)
    assert roots.keep(NOW + timedelta(days=2)) == 1
    assert verify().problems == []
