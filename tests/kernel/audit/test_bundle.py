"""A bundle proves itself with nothing but its own verifier, and any change of it is found."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pytest_django.fixtures import Settings

from zhijia.kernel.audit import chain as chains
from zhijia.kernel.audit import roots, verify_audit
from zhijia.kernel.audit.bundle import Wanted, export
from zhijia.kernel.audit.chain import append
from zhijia.kernel.audit.models import Entry, Security
from zhijia.kernel.base.errors import Invalid
from zhijia.kernel.people.actors import Actor

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ACTOR = Actor(account_id=7, name="Auditor")
CASE = Wanted(case_id=1, case_no="ZJ1")


def test_sm3_in_plain_python_gives_the_standards_examples() -> None:
    assert verify_audit.sm3_plain(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert verify_audit.sm3_plain(b"abcd" * 16).hex() == (
        "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    )


@pytest.mark.parametrize("length", [0, 1, 55, 56, 63, 64, 65, 200])
def test_sm3_in_plain_python_equals_that_of_openssl(length: int) -> None:
    message = bytes(range(200))[:length]
    assert verify_audit.sm3_plain(message) == hashlib.new("sm3", message).digest()


def test_ed25519_in_plain_python_agrees_with_the_library() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public, signature = key.public_key().public_bytes_raw(), key.sign(b"root")
    bad = bytearray(signature)
    bad[3] ^= 1
    high = signature[:32] + (int.from_bytes(signature[32:], "little") + verify_audit.L).to_bytes(32, "little")
    tried = [(signature, b"root"), (signature, b"rood"), (bytes(bad), b"root"), (high, b"root"), (b"", b"root")]
    plain = [verify_audit.ed25519_plain(public, *each) for each in tried]
    assert plain == [verify_audit.ed25519(public, *each) for each in tried] == [True, False, False, False, False]


def test_rfc_8032_example_is_verified_in_plain_python() -> None:
    public = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    signature = (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert verify_audit.ed25519_plain(bytes.fromhex(public), bytes.fromhex(signature), b"\x72")


def test_encoding_of_the_verifier_is_that_of_the_trail() -> None:
    value = {"b": [1, None, "职家"], "a": {"x": True}}
    assert verify_audit.canonical(value) == chains.canonical(value)
    assert verify_audit.digest(bytes(32), "case:1", value) == chains.digest(bytes(32), "case:1", value)


@pytest.fixture
def trail(db: None, settings: Settings, tmp_path: Path) -> list[Entry]:
    """Eleven entries of one day and six of the next in three chains; case 1 was looked at once."""
    settings.AUDIT_KEY_FILE, settings.ROOTS = tmp_path / "audit_key", str(tmp_path)
    made = [
        append(chain=f"case:{n % 3}", act="case.moved", subject=f"case:{n % 3}", actor=ACTOR, data={"n": n, "t": "签"},
               now=NOW + timedelta(days=n // 11))
        for n in range(17)
    ]  # fmt: skip
    made.append(
        append(chain="person:5", act="case.viewed", subject="case:1", actor=ACTOR, now=NOW + timedelta(days=1),
               person_id=5, purpose="call back")
    )  # fmt: skip
    return made


def bundle(wanted: Wanted = CASE, **more: object) -> bytes:
    to = io.BytesIO()
    export(wanted=wanted, to=to, actor=ACTOR, now=NOW + timedelta(days=1, hours=3), **more)  # type: ignore[arg-type]
    return to.getvalue()


def rewritten(content: bytes, name: str, change: object) -> bytes:
    """The bundle with one file changed, and its SHA-256 in bundle.json mended, as a forger would."""
    old, to = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    files = {n: old.read(n) for n in old.namelist()}
    files[name] = change(files[name])  # type: ignore[operator]
    about = json.loads(files["bundle.json"])
    if name in about["files"]:
        about["files"][name] = hashlib.sha256(files[name]).hexdigest()
        files["bundle.json"] = json.dumps(about, ensure_ascii=False, indent=1).encode()
    with zipfile.ZipFile(to, "w") as new:
        for n, value in files.items():
            new.writestr(n, value)
    return to.getvalue()


def test_bundle_of_a_case_proves_itself_without_us(trail: list[Entry], tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(bundle())
    (tmp_path / "verify_audit.py").write_bytes(zipfile.ZipFile(tmp_path / "b.zip").read("verify_audit.py"))
    command = [sys.executable, "-I", "-S", "verify_audit.py", "b.zip", "--roots", roots.FILE]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Everything fits. / 全部相符。")
    assert done.stderr == ""


def test_bundle_counts_what_it_proves(trail: list[Entry], tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(bundle())
    ok, counts, problems = verify_audit.verify(str(tmp_path / "b.zip"))
    mine = [e for e in trail if e.subject == "case:1"]
    assert (ok, problems) == (True, [])
    assert counts == {
        "entries": len(mine), "proofs": len(mine), "links": len(mine), "chains": 1, "statements": 3, "signatures": 3,
        "compared": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("entries.jsonl", b'"n":4', b'"n":5'), ("entries.jsonl", b'"index":4', b'"index":3'),
        ("entries.jsonl", b'"seq":2', b'"seq":3'), ("covers.jsonl", b'"entries":11', b'"entries":12'),
        ("statements.jsonl", b"2026-11-20", b"2026-11-21"), ("README.txt", b"1. ", b"9. "),
        ("bundle.sig", b'"signature": "', b'"signature": "0'), ("bundle.json", b'"seq": 6', b'"seq": 5'),
    ],
)  # fmt: skip
def test_one_change_of_a_bundle_is_found(trail: list[Entry], tmp_path: Path, name: str, old: bytes, new: bytes) -> None:
    content = rewritten(bundle(), name, lambda value: value.replace(old, new, 1))
    (tmp_path / "b.zip").write_bytes(content)
    assert not verify_audit.verify(str(tmp_path / "b.zip"))[0]


def test_entry_left_out_of_a_whole_chain_is_found(trail: list[Entry], tmp_path: Path) -> None:
    content = rewritten(bundle(), "entries.jsonl", lambda value: b"\n".join(value.split(b"\n")[1:]))
    (tmp_path / "b.zip").write_bytes(content)
    _ok, _counts, problems = verify_audit.verify(str(tmp_path / "b.zip"))
    assert "chain case:1: entries are missing / 记录不全" in problems


def test_bundle_of_days_proves_every_entry(trail: list[Entry], tmp_path: Path) -> None:
    content = bundle(Wanted(from_day=date(2026, 11, 20), to_day=date(2026, 11, 20)))
    (tmp_path / "b.zip").write_bytes(content)
    ok, counts, _problems = verify_audit.verify(str(tmp_path / "b.zip"))
    assert (ok, counts["proofs"]) == (True, 11)


def test_export_is_recorded_and_names_need_a_reason_that_the_person_reads(trail: list[Entry]) -> None:
    with pytest.raises(Invalid):
        bundle(names=lambda ids: dict.fromkeys(ids, "Alice"))
    named = bundle(names=lambda ids: dict.fromkeys(ids, "Alice"), reason="court order 12")
    assert json.loads(zipfile.ZipFile(io.BytesIO(named)).read("names.json")) == {"5": "Alice"}
    plain = zipfile.ZipFile(io.BytesIO(bundle()))
    assert [name for name in plain.namelist() if b"Alice" in plain.read(name)] == []
    assert list(Entry.objects.filter(act="audit.exported").values_list("data__names", flat=True)) == [True, False]
    assert Entry.objects.get(act="person.revealed").purpose == "court order 12"
    assert Security.objects.filter(kind="audit.exported").count() == 2
