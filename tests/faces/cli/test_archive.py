"""The backup archive gives back what was put in, to the holder of the key only, and nothing else."""

import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest

from zhijia.faces.cli import archive, sealed
from zhijia.kernel.base.errors import Misconfigured

PRIVATE, PUBLIC = sealed.new_pair()


@pytest.fixture(params=["aes-256-gcm", "sm4-gcm"])
def made(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZHIJIA_BACKUP_CIPHER", request.param)
    monkeypatch.setattr(sealed, "CHUNK", 4096)
    (tmp_path / "in/sub").mkdir(parents=True)
    (tmp_path / "in/sub/照片.jpg").write_bytes(b"\x00\x01" * 5000)
    (tmp_path / "dump").write_bytes(b"PGDMP" * 1000)
    archive.write(
        tmp_path / "b.zjb", dump=tmp_path / "dump", files=tmp_path / "in", about={"made": "today"},
        recipients=[sealed.new_pair()[1], PUBLIC],
    )  # fmt: skip
    return tmp_path / "b.zjb"


def unpacked(file: Path, *keys: str) -> dict[str, object]:
    (file.parent / "out").mkdir()
    return archive.unpack(file, file.parent / "out", keys)


def test_archive_unpacks_to_the_same_bytes(made: Path) -> None:
    manifest = unpacked(made, PRIVATE)
    assert (manifest["made"], sorted(manifest["parts"])) == ("today", ["database.dump", "files/sub/照片.jpg"])  # type: ignore[call-overload]
    assert (made.parent / "out/files/sub/照片.jpg").read_bytes() == b"\x00\x01" * 5000


def test_archive_is_closed_to_everybody_else(made: Path) -> None:
    assert b"PGDMP" not in made.read_bytes()
    with pytest.raises(Misconfigured, match="another key"):
        unpacked(made, sealed.new_pair()[0])


def test_archive_is_readable_by_its_owner_only(made: Path) -> None:
    assert made.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in made.parent.glob(".*.partial")] == []


@pytest.mark.parametrize("share", [0.001, 0.01, 0.1, 0.4, 0.5, 0.7, 0.9999])
def test_one_changed_byte_is_found(made: Path, share: float) -> None:
    content = bytearray(made.read_bytes())
    content[int(len(content) * share)] ^= 0x55
    made.write_bytes(content)
    with pytest.raises(Misconfigured):
        unpacked(made, PRIVATE)


def test_chunks_that_change_places_or_are_left_out_are_found(made: Path) -> None:
    content = made.read_bytes()
    head = content.index(b"\n", len(sealed.MAGIC)) + 1
    chunks, at = [], head
    while at < len(content):
        size = 4 + int.from_bytes(content[at : at + 4], "big")
        chunks.append(content[at : at + size])
        at += size
    for order in ([1, 0, *range(2, len(chunks))], [0, *range(2, len(chunks))], range(len(chunks) - 1)):
        made.write_bytes(content[:head] + b"".join(chunks[n] for n in order))
        with pytest.raises(Misconfigured):
            archive.unpack(made, made.parent / "out", [PRIVATE])


@pytest.mark.parametrize("size", [0, 100, 2000, 9000])
def test_cut_archive_is_refused(made: Path, size: int) -> None:
    made.write_bytes(made.read_bytes()[:size])
    with pytest.raises(Misconfigured):
        unpacked(made, PRIVATE)


def test_file_that_is_deleted_meanwhile_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "dump").write_bytes(b"PGDMP")
    listed = [("database.dump", tmp_path / "dump"), ("files/gone", tmp_path / "in/gone")]
    monkeypatch.setattr(archive, "_sources", lambda *_given: iter(listed))
    manifest = archive.write(
        tmp_path / "b.zjb", dump=tmp_path / "dump", files=tmp_path / "in", about={}, recipients=[PUBLIC]
    )
    assert list(manifest["parts"]) == ["database.dump"]


def clear(file: Path, parts: dict[str, bytes], **changes: str) -> Path:
    """An archive of the old form, before they were sealed."""
    sums = {name: {"size": len(part), "sha256": hashlib.sha256(part).hexdigest()} for name, part in parts.items()}
    manifest = {"format": 1, "made": "then", "vault_key": "", "parts": sums}
    with tarfile.open(file, "w") as tar:
        for name, part in {"manifest.json": json.dumps(manifest).encode(), **parts}.items():
            entry = tarfile.TarInfo(changes.get(name, name))
            entry.size = len(part)
            tar.addfile(entry, io.BytesIO(part))
    return file


def test_archive_of_the_old_form_can_still_be_read(tmp_path: Path) -> None:
    manifest = unpacked(clear(tmp_path / "old.tar", {"database.dump": b"PGDMP", "files/a": b"b"}))
    assert (manifest["made"], (tmp_path / "out/files/a").read_bytes()) == ("then", b"b")


@pytest.mark.parametrize("name", ["../a", "/etc/a", "b"])
def test_old_archive_with_a_strange_part_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Misconfigured):
        unpacked(clear(tmp_path / "old.tar", {"database.dump": b"PGDMP", "a": b"b"}, a=name))


def test_text_file_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_text("hello")
    with pytest.raises(Misconfigured):
        unpacked(tmp_path / "x.tar", PRIVATE)


def test_keys_are_made_once_and_never_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZHIJIA_BACKUP_RECIPIENT", raising=False)
    first = sealed.recipients(tmp_path / "keys")
    assert (sealed.recipients(tmp_path / "keys"), (tmp_path / "keys/backup_key").stat().st_mode & 0o777) == (
        first, 0o600,
    )  # fmt: skip
    with pytest.raises(Misconfigured, match="never overwritten"):
        sealed.keep_key(tmp_path / "keys/backup_key", "x")
    (tmp_path / "keys/backup_key").unlink()
    with pytest.raises(Misconfigured, match="--key"):
        sealed.private_keys(tmp_path / "keys")
