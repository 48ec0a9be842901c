"""Faults of uploads, each with its invariant, against the web server as `zhijia serve` starts it.

- 2 GB: whoever announces more than is taken is told so (413) before it is read; neither memory nor disk grows.
- A body of unknown length (chunked) is not taken (411), one that is longer than it said is cut off where it said.
- Slow-loris: two hundred connections that never finish their headers delay nobody, and are closed.
- A crash in the middle of an upload leaves nothing that has a name after the next start.
"""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from zhijia.faces.cli import serve
from zhijia.kernel.files import scratch

GB = 2**30
PIECE = b"x" * 65_536
GROWTH = 40 * 2**20
"""Bytes by which the server may be larger afterwards: what any few requests cost a young process."""


class Web:
    """A running web server of one process."""

    def __init__(self, port: int, process: "subprocess.Popen[bytes]") -> None:
        self.port, self.process = port, process

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def get(self, path: str = "/sign-in/") -> str:
        with self.connect() as line:
            line.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
            return answer(line)

    def memory(self) -> int:
        """Bytes that the server and its workers hold."""
        pids = [self.process.pid]
        for pid in pids:
            pids += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 for pid in pids)


@pytest.fixture(scope="module")
def web(django_db_setup: None) -> Iterator[Web]:
    with socket.socket() as probe, pytest.MonkeyPatch.context() as patch:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        patch.setattr(serve, "HEADERS", 2)
        probe.close()
        process = serve.start_web(host="127.0.0.1", port=port, workers=1)
    try:
        serve.await_answer(process, "127.0.0.1", port)
        yield Web(port, process)
    finally:
        process.terminate()
        process.wait(20)


def answer(line: socket.socket) -> str:
    """What the server said, up to the end of the line or its reset."""
    said = b""
    with contextlib.suppress(ConnectionError, TimeoutError):
        while block := line.recv(65_536):
            said += block
    return said.decode("utf-8", "replace")


def post(web: Web, head: str, body: Callable[[], Iterator[bytes]]) -> tuple[str, int]:
    """Send a form, stopping when the server wants no more; its answer and how many bytes went out."""
    sent = 0
    with web.connect() as line:
        form = "POST /ask/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        line.sendall(f"{form}{head}\r\n\r\n".encode())
        with contextlib.suppress(ConnectionError):
            for piece in body():
                line.sendall(piece)
                sent += len(piece)
                time.sleep(0.001)
        return answer(line), sent


def stream(most: int, before: bytes = b"", each: Callable[[bytes], bytes] = lambda piece: piece) -> Iterator[bytes]:
    yield before + each(PIECE)
    for _n in range(most // len(PIECE)):
        yield each(PIECE)


def test_two_gigabytes_cost_neither_memory_nor_disk(web: Web) -> None:
    web.get()
    before, disk = web.memory(), used()
    began = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n\r\n'
    for _attempt in range(4):
        said, sent = post(web, f"Content-Length: {2 * GB}", lambda: stream(8 * 2**20, began))
        assert (said[:12], said.count("60 MB"), sent < 10 * 2**20) == ("HTTP/1.1 413", 1, True)
    assert (web.memory() - before < GROWTH, used() - disk) == (True, 0)
    assert web.get().split()[1] == "200"


def test_body_without_a_length_is_not_taken(web: Web) -> None:
    before = web.memory()
    chunk = f"{len(PIECE):x}\r\n".encode() + PIECE + b"\r\n"
    said, _sent = post(web, "Transfer-Encoding: chunked", lambda: stream(8 * 2**20, each=lambda _piece: chunk))
    assert said[:12] == "HTTP/1.1 411"
    assert (web.memory() - before < GROWTH, web.get().split()[1]) == (True, "200")


def test_body_that_is_longer_than_it_said_is_cut_off(web: Web) -> None:
    before = web.memory()
    said, sent = post(web, "Content-Length: 1000", lambda: stream(64 * 2**20))
    assert (said.count("HTTP/1.1 2"), sent < 64 * 2**20, web.memory() - before < GROWTH) == (0, True, True)
    assert web.get().split()[1] == "200"


def test_slow_headers_delay_nobody_and_are_closed(web: Web) -> None:
    lines = [web.connect() for _n in range(200)]
    try:
        for line in lines:
            line.sendall(b"GET /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        slowest, until = 0.0, time.monotonic() + 1
        while time.monotonic() < until:
            for line in lines:
                with contextlib.suppress(ConnectionError):
                    line.send(b"a")
            began = time.monotonic()
            assert web.get().split()[1] == "200"
            slowest = max(slowest, time.monotonic() - began)
        assert slowest < 5
        until = time.monotonic() + 15
        while (still := [line for line in lines if is_open(line)]) and time.monotonic() < until:
            time.sleep(0.2)
        assert still == []
    finally:
        for line in lines:
            line.close()


def test_what_a_crash_left_is_gone_after_the_next_start(tmp_path: Path) -> None:
    code = """
import os
from zhijia.kernel.files import scratch
with scratch.draft() as (path, _file):
    nameless = scratch.nameless()
    nameless.write(b"x" * 9)
    print(path.stat().st_mode & 0o777, flush=True)
    os._exit(9)
"""
    environment = {**os.environ, "ZHIJIA_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "zhijia.site.settings"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (9, str(0o600))
    assert [len(list((tmp_path / "tmp").iterdir())), scratch.sweep(tmp_path), scratch.sweep(tmp_path)] == [1, 1, 0]


def is_open(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        while line.recv(1024):
            continue
    except BlockingIOError:
        return True
    except ConnectionError:
        return False
    return False


def used() -> int:
    """Bytes below HOME/tmp and HOME/files."""
    home = Path(settings.HOME)
    return sum(p.stat().st_size for name in ("tmp", "files") for p in (home / name).rglob("*") if p.is_file())
