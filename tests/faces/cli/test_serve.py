"""`zhijia serve`, `backup` and `restore` as a person meets them: real processes, a real folder, real signals."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import psycopg
import pytest

from zhijia.site.postgres import Server, free_port

KEPT = {"PATH", "HOME", "LANG", "TMPDIR"}


@pytest.fixture(scope="module")
def home() -> Path:
    """An installation of its own, embedded server included."""
    folder = Path(os.environ["ZHIJIA_HOME"]) / "served"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture(scope="module")
def command(home: Path) -> Callable[..., list[str]]:
    return lambda *words: [sys.executable, "-m", "zhijia.faces.cli.main", *words]


@pytest.fixture(scope="module")
def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    path = os.pathsep.join(p for p in sys.path if p)
    return {**kept, "PYTHONPATH": path, "ZHIJIA_HOME": str(home), "ZHIJIA_LANG": "en", "PYTHONUNBUFFERED": "1"}


@pytest.fixture(scope="module")
def served(home: Path) -> Iterator[None]:
    """Whatever a test leaves running is stopped."""
    yield
    Server(home / "postgres").stop()


def await_answer(process: subprocess.Popen[str], port: int) -> float:
    began = time.monotonic()
    while time.monotonic() - began < 120:
        assert process.poll() is None, process.stdout.read() if process.stdout else ""
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.05)
        else:
            return time.monotonic() - began
        finally:
            connection.close()
    raise AssertionError("no answer within two minutes")


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.usefixtures("served")
def test_serve_stops_cleanly_and_starts_again_after_a_kill(
    home: Path, command: Callable[..., list[str]], environment: dict[str, str]
) -> None:
    port = free_port()

    def serve() -> subprocess.Popen[str]:
        return subprocess.Popen(
            command("serve", "--port", str(port)), env=environment, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )  # fmt: skip

    first = serve()
    await_answer(first, port)
    first.send_signal(signal.SIGINT)
    said, _none = first.communicate(timeout=40)
    assert "Traceback" not in said, said
    assert (first.returncode, Server(home / "postgres").running()) == (0, False)

    second = serve()
    await_answer(second, port)
    time.sleep(0.5)
    second.kill()
    second.communicate(timeout=40)
    until = time.monotonic() + 20
    while is_taken(port) and time.monotonic() < until:
        time.sleep(0.1)
    assert Server(home / "postgres").running() is True

    third = serve()
    await_answer(third, port)
    refused = subprocess.run(command("serve", "--port", str(port)), env=environment, text=True, capture_output=True)
    assert (refused.returncode, refused.stderr) == (
        1, f"✗ port {port} is taken by another program; choose another, for example PORT={port + 1}\n"
    )  # fmt: skip
    third.terminate()
    said, _none = third.communicate(timeout=40)
    assert "Traceback" not in said, said
    assert (third.returncode, Server(home / "postgres").running()) == (0, False)


@pytest.mark.usefixtures("served")
def test_restore_brings_back_what_backup_took(
    home: Path, command: Callable[..., list[str]], environment: dict[str, str], tmp_path: Path
) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command(*words), env=environment, text=True, capture_output=True, input="n\n")

    server = Server(home / "postgres")
    with psycopg.connect(server.start(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    (home / "files").mkdir(exist_ok=True)
    (home / "files/letter.txt").write_text("before")

    archive = str(tmp_path / "b.tar")
    assert run("backup", archive).returncode == 0
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("UPDATE kept SET n = 8")
        (home / "files/letter.txt").write_text("after")
        in_use = run("restore", archive, "--yes")
        assert (in_use.returncode, in_use.stderr) == (1, "✗ the database is in use; stop `zhijia serve` first\n")
    assert run("restore", archive).returncode == 1
    assert (home / "files/letter.txt").read_text() == "after"

    done = run("restore", archive, "--yes")
    assert (done.returncode, done.stderr, (home / "files/letter.txt").read_text()) == (0, "", "before")
    with psycopg.connect(server.url()) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)
    server.stop()
