"""A backup of this very database: restored beside it and compared, row by row and head by head."""

import os
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from zhijia.faces.cli import backup, drill, postgres_tools
from zhijia.kernel.base.errors import Misconfigured

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
def home(open_path: Path, monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Path:
    """A folder with an upload; the database is the test's own, with a trail and one person in it."""
    from zhijia.kernel.audit import roots
    from zhijia.kernel.people.persons import find_or_add_person

    monkeypatch.setenv("ZHIJIA_HOME", str(open_path))
    monkeypatch.setenv("ZHIJIA_TESTING", "1")
    (open_path / "files").mkdir()
    (open_path / "files/a").write_bytes(b"upload")
    find_or_add_person(name="Alice", phone="13800000001", now=NOW)
    roots.keep(NOW)
    return open_path


@pytest.mark.django_db(transaction=True)
def test_drill_restores_beside_and_everything_is_the_same(home: Path) -> None:
    report = drill.run_drill()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        here = postgres_tools.described(connection)
    assert report["problems"] == []
    assert (report["tables"], report["rows"]) == (len(here["tables"]), sum(here["tables"].values()))
    assert (report["entries"], report["opened"], report["files"]) == (1, True, 1)
    assert [path.name for path in home.iterdir() if path.name.startswith(".")] == []


@pytest.mark.django_db
def test_rows_and_heads_that_did_not_come_back_are_named() -> None:
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url) as connection:
        saved = postgres_tools.described(connection)
    assert drill._differences(url, saved) == []
    saved["tables"]["people_person"] += 1
    saved["tables"]["gone"] = 2
    saved["heads"] = {"chains": 9, "sm3": ""}
    assert drill._differences(url, saved) == [
        "table gone: 2 rows were saved, None came back",
        "table people_person: 1 rows were saved, 0 came back",
        "the heads of the audit chains are not those that were saved",
    ]


def test_nightly_backups_keep_the_newest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "back_up", lambda file, **_more: file.write_bytes(b"x") and {"tables": {"a": 3}})
    for day in range(1, 6):
        made = drill.nightly(tmp_path, 2, datetime(2026, 11, day, 2, 30, tzinfo=UTC))
    (tmp_path / "other.txt").touch()
    assert made == {"name": "zhijia-20261105-0230.zjb", "size": 1, "rows": 3, "problems": []}
    assert sorted(path.name for path in tmp_path.glob("*.zjb")) == [
        "zhijia-20261104-0230.zjb", "zhijia-20261105-0230.zjb",
    ]  # fmt: skip


def test_backup_into_a_folder_that_is_not_there_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIJIA_HOME", str(tmp_path))
    with pytest.raises(Misconfigured, match="no folder"):
        backup.back_up(tmp_path / "nowhere" / "b.zjb")
