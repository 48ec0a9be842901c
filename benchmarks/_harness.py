"""What every benchmark shares: an installation of its own, a web server on it, and one line of JSON at the end.

See benchmarks/README.md. QUICK=1 asks each benchmark to stay under a minute.
"""

import json
import math
import os
import shutil
import socket
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

SOURCE = Path(__file__).resolve().parents[1] / "src"
sys.path.insert(0, str(SOURCE))
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(SOURCE), os.environ.get("PYTHONPATH", "")]))

from zhijia.faces.cli import freshness, messages, prepare, serve, setup  # noqa: E402 - needs the path above
from zhijia.site.postgres import free_port  # noqa: E402

QUICK = os.environ.get("QUICK", "") not in ("", "0")


@dataclass(frozen=True)
class Installation:
    """A throw-away installation: its folder and the address of its durable database."""

    home: Path
    database_url: str

    @contextmanager
    def web(self, *, workers: int = 2, application: str = "zhijia.site.wsgi:application") -> Iterator[str]:
        """Serve it as `zhijia serve` does (granian, 4 threads a worker) and give the address, without a slash."""
        port = free_port()
        server = serve.start_web(host="127.0.0.1", port=port, workers=workers, application=application)
        try:
            serve.await_answer(server, "127.0.0.1", port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


@contextmanager
def installation() -> Iterator[Installation]:
    """A migrated installation with its own embedded server, fsync on, in a temporary folder; Django is set up.

    BENCH_DATABASE_URL names an empty database on another server instead, so that a peer can run on the same one.
    """
    home = Path(tempfile.mkdtemp(prefix="zhijia-bench-"))
    home.chmod(0o711)  # root's server runs as another user
    os.environ["ZHIJIA_HOME"] = str(home)
    os.environ.pop("DATABASE_URL", None)
    os.environ.setdefault("ZHIJIA_STAFF_SECOND_FACTOR", "0")  # clients of a measurement sign in by password
    if given := os.environ.get("BENCH_DATABASE_URL"):
        os.environ["DATABASE_URL"] = given
    try:
        messages.compile_messages()
        url = setup.connect_database()
        with freshness.preparing(url) as connection:
            prepare.migrate(connection)
        prepare.collect_static()
        setup.boot()
        yield Installation(home, url)
    finally:
        prepare.let_go()
        setup.disconnect_database()
        shutil.rmtree(home, ignore_errors=True)


def timed(call: Callable[[], object], *, times: int, warm_up: int = 1) -> list[float]:
    """Milliseconds of each of `times` calls, after `warm_up` calls that do not count."""
    for _ in range(warm_up):
        call()
    found = []
    for _ in range(times):
        began = perf_counter()
        call()
        found.append((perf_counter() - began) * 1000)
    return found


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0–1) of `values` do not exceed. Raises ValueError when empty."""
    if not values:
        raise ValueError("no values")
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def median(values: Sequence[float]) -> float:
    """The median: the only form in which an absolute time is published."""
    return statistics.median(values)


def report(name: str, value: float, unit: str, target: float, ok: bool, **extra: object) -> None:
    """Print the one line of a figure: {name, value, unit, target, ok, quick, …extra such as peer}."""
    line = {"name": name, "value": round(value, 3), "unit": unit, "target": target, "ok": ok, "quick": QUICK, **extra}
    print(json.dumps(line, ensure_ascii=False), flush=True)


def receive(wire: socket.socket) -> bytes:
    """One whole answer of a known length."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(wire)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(int(h.split(b":")[1]) for h in head.split(b"\r\n") if h.lower().startswith(b"content-length:"))
    while len(body) < length:
        body += _some(wire)
    return head + b"\r\n\r\n" + body


def _some(wire: socket.socket) -> bytes:
    data = wire.recv(65536)
    if not data:
        raise ConnectionError("the server closed the connection")
    return data
