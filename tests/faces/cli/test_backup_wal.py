"""Going back to a moment: what was written until then is there, what came later is not, and nothing is lost by asking
for a moment that cannot be reached."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from zhijia.faces.cli import setup, wal
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Misconfigured
from zhijia.site.postgres import Server


@pytest.fixture
def home(open_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installation of its own that keeps its journal."""
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("ZHIJIA_HOME", str(open_path))
    monkeypatch.setenv("ZHIJIA_WAL_ARCHIVE", str(open_path / "journal"))
    yield open_path
    setup.disconnect_database()
    Server(open_path / "postgres").stop()


def write(*values: str) -> list[str]:
    """Store values; what is stored then."""
    with psycopg.connect(setup.connect_database()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (value text)")
        for value in values:
            connection.execute("INSERT INTO kept VALUES (%s)", [value])
        rows = connection.execute("SELECT value FROM kept ORDER BY value").fetchall()
    setup.disconnect_database()
    return [value for (value,) in rows]


def test_going_back_to_a_moment_gives_what_was_there_then(home: Path) -> None:
    server = Server(home / "postgres")
    server.start()  # kept running, so that each step need not start it again
    write("a")
    start = wal.base_backup()
    write("b")
    moment = datetime.now(UTC).astimezone(CHINA)
    while moment <= wal._stamp(start):
        time.sleep(0.1)
        moment = datetime.now(UTC).astimezone(CHINA)
    time.sleep(0.1)
    assert write("c") == ["a", "b", "c"]
    setup.disconnect_database()
    with pytest.raises(Misconfigured, match="in use"):
        wal.go_back(moment.isoformat(), agree=lambda _question: True)
    server.stop()
    assert not wal.go_back(moment.isoformat(), agree=lambda _question: False)
    with pytest.raises(Misconfigured, match="does not reach"):
        wal.go_back((moment + timedelta(days=1)).isoformat(), agree=lambda _question: True)
    assert wal.go_back(moment.isoformat(), agree=lambda _question: True)
    assert write() == ["a", "b"]
    assert len(list((home / "postgres").glob("data.before-*")) or list(server.home.glob("data.before-*"))) == 1


def test_moment_without_a_zone_is_chinas() -> None:
    assert wal.moment_of("2026-11-25 10:00") == datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "25.11.2026"])
def test_moment_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Misconfigured):
        wal.moment_of(text)


def test_moment_before_any_starting_point_is_refused(home: Path) -> None:
    with pytest.raises(Misconfigured, match="starting point"):
        wal.go_back("2020-01-01", agree=lambda _question: True)
