"""The backup archive gives back what was put in, and nothing else."""

from pathlib import Path

import pytest

from zhijia.faces.cli import archive
from zhijia.kernel.base.errors import Misconfigured


@pytest.fixture
def made(tmp_path: Path) -> Path:
    (tmp_path / "in/sub").mkdir(parents=True)
    (tmp_path / "in/sub/照片.jpg").write_bytes(b"\x00\x01" * 5000)
    (tmp_path / "dump").write_bytes(b"PGDMP" * 1000)
    archive.write(tmp_path / "b.tar", dump=tmp_path / "dump", files=tmp_path / "in", about={"made": "today"})
    return tmp_path / "b.tar"


def test_archive_unpacks_to_the_same_bytes(made: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    manifest = archive.unpack(made, tmp_path / "out")
    assert (manifest["made"], sorted(manifest["parts"])) == ("today", ["database.dump", "files/sub/照片.jpg"])
    assert (tmp_path / "out/files/sub/照片.jpg").read_bytes() == b"\x00\x01" * 5000


def test_archive_is_readable_by_its_owner_only(made: Path) -> None:
    assert made.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in made.parent.glob(".*.partial")] == []


@pytest.mark.parametrize("share", [0.1, 0.4, 0.5, 0.7])
def test_one_changed_byte_is_found(made: Path, tmp_path: Path, share: float) -> None:
    content = bytearray(made.read_bytes())
    place = next(i for i in range(int(len(content) * share), len(content)) if content[i])
    content[place] ^= 0x55
    made.write_bytes(content)
    (tmp_path / "out").mkdir()
    with pytest.raises(Misconfigured):
        archive.unpack(made, tmp_path / "out")


@pytest.mark.parametrize("size", [0, 100, 2000, 9000])
def test_cut_archive_is_refused(made: Path, tmp_path: Path, size: int) -> None:
    made.write_bytes(made.read_bytes()[:size])
    (tmp_path / "out").mkdir()
    with pytest.raises(Misconfigured):
        archive.unpack(made, tmp_path / "out")


def test_text_file_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_text("hello")
    with pytest.raises(Misconfigured):
        archive.unpack(tmp_path / "x.tar", tmp_path)
