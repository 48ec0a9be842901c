"""The launcher of the embedded PostgreSQL: start, share, stop, and what is left by those who were killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from zhijia.kernel.base.errors import Misconfigured
from zhijia.site.postgres import Server


@pytest.fixture
def home(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that an unprivileged user can reach: pytest's own are closed to others."""
    folder = Path(os.environ["ZHIJIA_HOME"]) / tmp_path_factory.mktemp("cluster").name
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    it = Server(home, durable=False)
    yield it
    it.stop()


def ask(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(question).fetchone()  # type: ignore[call-overload]
        return row and row[0]


def postmaster(server: Server) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def kill_postmaster(server: Server) -> None:
    pid = postmaster(server)
    os.kill(pid, signal.SIGKILL)
    for _ in range(100):
        if not server.running():
            return
        time.sleep(0.05)


def test_start_makes_the_database_and_stop_ends_the_server(server: Server) -> None:
    assert ask(server.start(), "SELECT current_database()") == "zhijia"
    server.stop()
    assert server.running() is False
    with pytest.raises(Misconfigured):
        server.url()


def test_start_again_keeps_the_data(server: Server) -> None:
    with psycopg.connect(server.start()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    server.stop()
    assert ask(server.start(), "SELECT n FROM kept") == 7


def test_start_after_a_killed_server_recovers(server: Server) -> None:
    server.durable = True
    with psycopg.connect(server.start()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    kill_postmaster(server)
    assert ask(server.start(), "SELECT n FROM kept") == 7


def test_stale_pid_file_with_a_living_strangers_pid_is_no_obstacle(server: Server) -> None:
    server.start()
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n0\n1\n\n127.0.0.1\n0 0\nready\n")
    assert server.running() is False
    assert ask(server.start(), "SELECT 1") == 1


def test_live_server_of_a_killed_starter_is_used_again_and_then_stopped(server: Server) -> None:
    code = (
        f"from pathlib import Path; from zhijia.site.postgres import Server; Server(Path({str(server.home)!r})).start()"
    )
    subprocess.run(
        [sys.executable, "-c", f"{code}; import os; os.kill(os.getpid(), 9)"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    assert server.running() is True
    pid = postmaster(server)
    server.start()
    assert postmaster(server) == pid
    server.stop()
    assert server.running() is False


def test_stop_leaves_the_server_to_another_user_of_it(server: Server, home: Path) -> None:
    other = Server(home)
    server.start()
    other.start()
    server.stop()
    assert other.running() is True
    other.stop()
    assert other.running() is False


def test_stop_of_a_cluster_that_was_never_made_does_nothing(home: Path) -> None:
    Server(home).stop()
    assert list(home.iterdir()) == []


def test_port_of_a_stopped_server_says_that_it_does_not_run(home: Path) -> None:
    with pytest.raises(Misconfigured) as refused:
        _ = Server(home).port
    assert str(refused.value) == f"the embedded PostgreSQL in {home} is not running"


def test_wrong_password_is_refused(server: Server) -> None:
    secret = (server.home / "password").read_text() if server.start() else ""
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.url().replace(secret, "guess"))


def test_folder_that_is_a_file_is_one_sentence(home: Path) -> None:
    (home / "file").touch()
    with pytest.raises(Misconfigured) as refused:
        Server(home / "file").start()
    assert str(refused.value) == f"cannot write to {home / 'file'}: File exists; set ZHIJIA_HOME to a folder you own"


def test_broken_data_is_one_sentence_with_the_log(server: Server) -> None:
    server.start()
    server.stop()
    (server.data / "global/pg_control").unlink()
    with pytest.raises(Misconfigured) as refused:
        server.start()
    assert str(refused.value).startswith("the embedded PostgreSQL did not start: ")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands its cluster to another user")
def test_root_starts_a_cluster_as_an_unprivileged_user(server: Server) -> None:
    server.start()
    assert Path(f"/proc/{postmaster(server)}").stat().st_uid != 0
    assert server.home.parent.stat().st_uid == 0


def test_killed_server_comes_back_under_the_same_address(server: Server) -> None:
    url = server.start()
    assert server.revive() is False
    os.kill(postmaster(server), signal.SIGKILL)
    time.sleep(0.5)
    assert (server.revive(), server.url()) == (True, url)
    assert ask(url, "SELECT 1") == 1
