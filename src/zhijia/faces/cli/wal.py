"""Going back to any moment: a copy of the whole embedded server as a starting point, and every change since.

Where ZHIJIA_WAL_ARCHIVE names a folder, the embedded server copies each finished piece of its journal there, at least
every five minutes (site/postgres.py). `zhijia backup base` adds the starting point, `zhijia restore --to` goes back.
What lies in that folder is the database in clear, sealed values apart: keep it on an encrypted disk.
"""

import os
import shutil
import tarfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Misconfigured
from zhijia.site.postgres import Server

from .words import _

STARTS = "base-*"
ENDED = "recovery ended before configured recovery target was reached"
"""What PostgreSQL says then."""
PATIENCE = 3600.0
"""Seconds that going back may take."""


def archive_folder() -> Path:
    """The folder of the journal. Raises Misconfigured when none is set."""
    named = os.environ.get("ZHIJIA_WAL_ARCHIVE", "")
    if not named:
        raise Misconfigured(_("set ZHIJIA_WAL_ARCHIVE to a folder and start again: only then the journal is kept"))
    return Path(named).resolve()


def base_backup(folder: Path | None = None) -> Path:
    """Copy the running server into a new folder named after the moment from which on one can go back; return it."""
    from .postgres_tools import run
    from .setup import connect_database, home

    place = (folder or archive_folder()).resolve()
    home()
    url = connect_database()
    draft = place / f".base-{os.getpid()}.partial"
    shutil.rmtree(draft, ignore_errors=True)
    place.mkdir(parents=True, exist_ok=True)
    try:
        run("pg_basebackup", url, f"--pgdata={draft}", "--format=tar", "--wal-method=fetch", "--checkpoint=fast")
        target = place / f"base-{datetime.now(UTC) + timedelta(seconds=1):%Y%m%dT%H%M%SZ}"
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def go_back(to: str, *, agree: Callable[[str], bool]) -> bool:
    """Take the embedded server back to the moment `to` (China's time), after `agree` said yes.

    The present data stay beside it as `data.before-…`; uploads stay as they are, since they are only ever added.
    Raises Misconfigured for a moment that the archive does not reach, and while somebody uses the server.
    """
    from .setup import home

    if os.environ.get("DATABASE_URL"):
        raise Misconfigured(_("DATABASE_URL names a server of your own: go back with that server's own means"))
    moment, archive = moment_of(to), archive_folder()
    start = _start_before(archive, moment)
    if not agree(_("Replace the present database by what it was at {moment}?").format(moment=moment)):
        return False
    server = Server(home() / "postgres")
    _finish_journal(server)
    server.stop()
    if server.running():
        raise Misconfigured(_("the database is in use; stop `zhijia serve` first"))
    kept = server.data.with_name(f"data.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    if server.data.exists():
        server.data.rename(kept)
    try:
        _lay_out(server.data, start, archive, kept, moment)
        _replay(server)
    except BaseException:
        server.stop()
        shutil.rmtree(server.data, ignore_errors=True)
        if kept.exists():
            kept.rename(server.data)
        raise
    server.stop()
    return True


def moment_of(text: str) -> datetime:
    """A moment as an operator types it: "2026-11-25 10:00", China's time where no zone is named."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Misconfigured(_('write the moment like "2026-11-25 10:00"')) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def _start_before(archive: Path, moment: datetime) -> Path:
    """The newest starting point that was finished before the moment."""
    before = [p for p in archive.glob(STARTS) if _stamp(p) < moment]
    if not before:
        raise Misconfigured(
            _("there is no starting point before {moment} in {folder}; make one with `zhijia backup base`").format(
                moment=moment, folder=archive
            )
        )
    return max(before, key=_stamp)


def _stamp(start: Path) -> datetime:
    return datetime.strptime(start.name, "base-%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _finish_journal(server: Server) -> None:
    """Have what the server wrote last copied to the archive, if it can still be started."""
    try:
        server.start()
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute("SELECT pg_switch_wal()")
    except (Misconfigured, psycopg.Error):
        return  # it is broken: that is why somebody goes back


def _lay_out(data: Path, start: Path, archive: Path, kept: Path, moment: datetime) -> None:
    """The starting point as a data folder that replays the journal up to the moment when it is started."""
    data.mkdir(mode=0o700)
    with tarfile.open(start / "base.tar") as tar:
        tar.extractall(data, filter="data")
    data.chmod(0o700)
    for name in ("pg_wal", "pg_wal/archive_status"):
        (data / name).mkdir(exist_ok=True, mode=0o700)
    # The journal's last pieces may not have reached the archive when the machine broke.
    fetch = f'cp "{archive}/%f" "%p" 2>/dev/null || cp "{kept}/pg_wal/%f" "%p"'
    with (data / "postgresql.auto.conf").open("a") as conf:
        conf.write(
            f"\nrestore_command = '{fetch}'\nrecovery_target_time = '{moment.isoformat(sep=' ')}'\n"
            "recovery_target_action = 'promote'\n"
        )
    (data / "recovery.signal").touch()


def _replay(server: Server) -> None:
    """Start the server and wait until it has replayed everything and takes writes. Raises Misconfigured when it gives
    up, as it does where the journal ends before the moment."""
    try:
        server.start()
    except (Misconfigured, psycopg.OperationalError) as error:  # it may open for a moment before it gives up
        log = server.home / "postgres.log"
        if log.exists() and ENDED in log.read_text()[-4000:]:
            raise Misconfigured(_("the journal does not reach that moment; nothing was changed")) from error
        raise
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
                answered = connection.execute("SELECT pg_is_in_recovery()").fetchone()
                if answered and not answered[0]:
                    for name in ("restore_command", "recovery_target_time", "recovery_target_action"):
                        connection.execute(f"ALTER SYSTEM RESET {name}")  # type: ignore[call-overload]
                    return
        except (psycopg.Error, Misconfigured):
            if not server.running():
                break
        time.sleep(0.2)
    raise Misconfigured(_("the journal does not reach that moment; nothing was changed"))
