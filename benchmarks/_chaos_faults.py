"""What the drill does to an installation. Each fault ends what it began; what it saw that it should not have seen, it
says. A fault that this machine does not allow (a small disk needs root) is passed over and counted as such."""

import fcntl
import http.client
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import urlsplit, urlunsplit

import psycopg
from _chaos_clients import Answer, Request, Wire, api, form, page
from _chaos_plan import Fault
from _chaos_stage import Stage
from _chaos_stories import workbook
from _vouchers import postmaster

from zhijia.site.postgres import Server

HERE = Path(__file__).parent
SLOWEST = 12.0
"""Seconds in which a page must say that the database is away, whatever happened to it."""
ROOM = "6g"


@dataclass
class Installation:
    """What the drill holds in its hands: the processes, the cluster, the folder, the clock's file."""

    home: Path
    server: Server
    port: int
    clock: Path
    serve: subprocess.Popen[bytes]
    environment: dict[str, str]
    small: bool
    """The folder is a file system of its own whose size we may change."""
    relays: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def children(self, word: str) -> list[int]:
        """Process ids below `zhijia serve` whose command holds the word, the nearest first."""
        lines = subprocess.check_output(["ps", "-eo", "pid=,ppid=,args="], text=True).splitlines()
        rows = [(int(pid), int(ppid), args) for pid, ppid, args in (line.split(None, 2) for line in lines)]
        ours, found = {self.serve.pid}, []
        for _level in range(3):
            below = [row for row in rows if row[1] in ours and row[0] not in ours]
            ours |= {pid for pid, _ppid, _args in below}
            found += [pid for pid, _ppid, args in below if word in args]
        return found

    def start_relay(self) -> None:
        """One more relay, beside the task worker's."""
        command = [sys.executable, str(HERE / "_chaos_relay.py")]
        self.relays.append(subprocess.Popen(command, env=self.environment))

    def resize(self, size: str) -> bool:
        """Give the folder's file system another size; False when more than that is in use already."""
        command = ["mount", "-o", f"remount,size={size}", str(self.home)]
        return subprocess.run(command, capture_output=True).returncode == 0

    def fill(self) -> None:
        """Leave no room on the folder's file system."""
        while True:
            state = os.statvfs(self.home)
            if self.resize(str((state.f_blocks - state.f_bfree) * state.f_bsize + (128 << 10))):
                return  # else somebody has written meanwhile


class Faults:
    """Strikes, one fault after the other."""

    def __init__(self, here: Installation, stage: Stage, *, quick: bool) -> None:
        self.here, self.stage = here, stage
        self.away_for, self.full_for, self.held_for, self.wrong_for = (8, 6, 5, 8) if quick else (60, 20, 15, 20)
        self.done: Counter[str] = Counter()
        self.passed_over: Counter[str] = Counter()

    def strike(self, fault: Fault) -> list[str]:
        """Do it, undo it, and say what was wrong meanwhile."""
        if fault.kind == "full" and not self.here.small:
            self.passed_over["full"] += 1
            return []
        self.done[fault.kind] += 1
        strike: Callable[[Random], list[str]] = getattr(self, fault.kind)
        return [f"{fault.kind}: {said}" for said in strike(Random(fault.seed))]

    def web(self, _rng: Random) -> list[str]:
        """kill -9 of every web worker."""
        return _kill(self.here.children("granian")[1:])

    def worker(self, _rng: Random) -> list[str]:
        """kill -9 of the task worker, at whatever it is."""
        return _kill(self.here.children("zhijia.faces.cli.worker"))

    def relay(self, _rng: Random) -> list[str]:
        """kill -9 of the second relay; another one begins."""
        dead = self.here.relays.pop()
        dead.kill()
        dead.wait()
        self.here.start_relay()
        return []

    def database(self, _rng: Random) -> list[str]:
        """kill -9 of PostgreSQL, which `zhijia serve` starts again."""
        return _kill([postmaster(self.here.server.data)])

    def gone(self, _rng: Random) -> list[str]:
        """kill -9 of PostgreSQL, and nobody can start it for a minute: pages say so in words, at once."""
        _person, session = self.stage.workers[0]
        words = {"story": "三个月没有发工资，想问怎么办。", "key": "0123456789abcdef0123"}
        probes = (
            page("/matters/", session, "probe"), api("GET", "/healthz", ""), form("/ask/", session, words),
            api("GET", "/cases?limit=5", self.stage.staff["officer"]),
        )  # fmt: skip
        with open(self.here.server.home / "lock.start", "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # whoever wants to start the server waits here
            _kill([postmaster(self.here.server.data)])
            time.sleep(2)
            return _watch(self.here.port, probes, self.away_for, _says_away)

    def full(self, rng: Random) -> list[str]:
        """No room left for database and files: an upload is refused in words, and nothing is half there."""
        content, _good = workbook(rng.randrange(10**6), 1_500)
        officer = self.stage.staff["officer"]
        upload = form("/desk/sheets/wage_arrears_workers/", officer, {}, ("team.xlsx", content))
        self.here.fill()
        try:
            return _watch(self.here.port, (upload, api("GET", "/healthz", "")), self.full_for, _says_something)
        finally:
            self.here.resize(ROOM)

    def pool(self, _rng: Random) -> list[str]:
        """Every connection that the server has is taken by somebody else: whoever finds none is told so soon."""
        held = []
        with suppress(psycopg.OperationalError):
            while len(held) < 500:
                held.append(psycopg.connect(self.here.server.url(), connect_timeout=5))
        probes = (api("GET", "/healthz", ""), api("GET", "/cases?limit=5", self.stage.staff["officer"]))
        try:
            return _watch(self.here.port, probes, self.held_for, _says_something)
        finally:
            for connection in held:
                connection.close()

    def clock_back(self, _rng: Random) -> list[str]:
        """The machine's clock stands six hours back for a while."""
        return self._clock(-6 * 3600)

    def clock_forward(self, _rng: Random) -> list[str]:
        """The machine's clock runs three days ahead for a while: dates pass, days are sealed; then it is put right."""
        return self._clock(3 * 86400)

    def events(self, rng: Random) -> list[str]:
        """What was published is delivered once more, in any order, as by a relay that died before it wrote it down."""
        with psycopg.connect(self.here.server.url()) as connection:
            rows = connection.execute("SELECT id FROM events_outgoing WHERE sent_at IS NOT NULL ORDER BY id").fetchall()
            again = rng.sample([row[0] for row in rows], min(400, len(rows)))
            connection.execute("UPDATE events_outgoing SET sent_at = NULL WHERE id = ANY(%s)", [again])
        return []

    def poison(self, _rng: Random) -> list[str]:
        """A task that always fails, and an event that its consumer can never take."""
        from _chaos_tasks import POISON
        from procrastinate.contrib.django import app

        from zhijia.kernel.base import clock
        from zhijia.kernel.events.outbox import publish

        app.configure_task("chaos.poison").defer(n=1)
        publish(type=POISON, subject="drill:poison", data={}, now=clock.now())
        return []

    def migrate(self, rng: Random) -> list[str]:
        """kill -9 in the middle of preparing a new database, three times; then it is prepared as any other."""
        with psycopg.connect(self.here.server.url(), autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS drill_migrate WITH (FORCE)")
            connection.execute("CREATE DATABASE drill_migrate TEMPLATE template0")
        url = urlunsplit(urlsplit(self.here.server.url())._replace(path="/drill_migrate"))
        command = [sys.executable, str(HERE / "_chaos_migrate.py")]
        environment = {**self.here.environment, "DATABASE_URL": url}
        for _kill_no in range(3):
            process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
            with suppress(subprocess.TimeoutExpired):
                process.wait(rng.uniform(1.0, 5.0))
            process.kill()
            process.wait()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
        if done.returncode:
            return [f"the fourth time it fails: {done.stderr.strip().splitlines()[-1]}"]
        mine, other = _shape(self.here.server.url()), _shape(url)
        return [f"it is not the same database: {sorted(mine ^ other)[:5]}"] if mine != other else []

    def _clock(self, seconds: float) -> list[str]:
        from procrastinate import exceptions
        from procrastinate.contrib.django import app

        self.put(seconds)
        try:
            for task in ("watch_clocks", "tend_vouchers", "seal_audit", "fold_figures"):
                with suppress(exceptions.AlreadyEnqueued):
                    app.configure_task(f"zhijia.site.tasks.{task}").defer(timestamp=0)
            time.sleep(self.wrong_for)
        finally:
            self.put(0)
        return []

    def put(self, seconds: float) -> None:
        """Put the clock so many seconds off."""
        draft = self.here.clock.with_suffix(".new")
        draft.write_text(str(seconds))
        draft.replace(self.here.clock)


def _kill(pids: list[int]) -> list[str]:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return [] if pids else ["there was nothing to kill"]


Expected = Callable[[Request, Answer], str]


def _watch(port: int, probes: tuple[Request, ...], seconds: float, expected: Expected) -> list[str]:
    """Send the probes for so long, and say which answers were not what they must be, each kind once."""
    found: dict[str, str] = {}
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for probe in probes:
            wire = Wire(port, timeout=SLOWEST)
            try:
                said = expected(probe, wire.once(probe))
            except (OSError, http.client.HTTPException) as error:
                said = "" if isinstance(error, ConnectionError) else f"no answer within {SLOWEST:.0f} s"
            finally:
                wire.close()
            if said:
                found.setdefault(f"{probe.path.split('?')[0]} {said}", said)
        time.sleep(0.5)
    return list(found)


def _says_away(probe: Request, answer: Answer) -> str:
    """503 with Retry-After, in words, with what was typed."""
    text = answer.headers["text"]
    if answer.status != 503:
        return f"answered {answer.status} {answer.code}"
    if not answer.headers.get("retry-after"):
        return "did not say when to come back"
    if "平台暂时读不到资料" not in text and "它会自己恢复" not in text:
        return f"did not say it in words: {text[:80]}"
    return "lost what was typed" if probe.method == "POST" and "想问怎么办" not in text else ""


def _says_something(_probe: Request, answer: Answer) -> str:
    """Done, refused for a reason, or 503 or 507 with Retry-After."""
    if answer.status in (503, 507):
        return "" if answer.headers.get("retry-after") else "did not say when to come back"
    return f"answered {answer.status} {answer.code}" if answer.status >= 500 else ""


_SHAPE = """
SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || coalesce(column_default, '')
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'policy ' || tablename || ' ' || policyname || coalesce(qual, '') || coalesce(with_check, '')
FROM pg_policies
UNION ALL SELECT 'function ' || proname || md5(prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger ' || tgname || ' ' || tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid <> 0
"""


def _shape(url: str) -> set[str]:
    """Everything that migrations make, one line each."""
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute(_SHAPE) if "chaos_seen" not in row[0]}


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """The folder as a file system of its own in memory, if this machine lets us; whether it does."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=0711", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(command, capture_output=True).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=False)
