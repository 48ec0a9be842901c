"""What is already done: fingerprints of files, and stamps that say which fingerprint a database or folder has."""

import hashlib
import json
import sysconfig
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

PACKAGE = Path(__file__).resolve().parents[2]
_LOCK = 0x5A48_4A49  # "ZHJI": the advisory lock of whoever prepares the database
_MARK = "zhijia "


def fingerprint(paths: Iterable[Path]) -> str:
    """A short hash of the files' names and contents and of the installed packages' names and versions."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(PACKAGE)).encode() + b"\0" + path.read_bytes() + b"\0")
    for installed in sorted(p.name for p in Path(sysconfig.get_path("purelib")).glob("*.dist-info")):
        digest.update(installed.encode())
    return digest.hexdigest()[:16]


def migrations_fingerprint() -> str:
    """Changes when a migration, the settings or an installed package changes."""
    return fingerprint([*PACKAGE.glob("*/*/migrations/*.py"), PACKAGE / "site/settings.py"])


def static_fingerprint() -> str:
    """Changes when a static file, the settings or an installed package changes."""
    files = (path for folder in PACKAGE.glob("*/*/static") for path in folder.rglob("*") if path.is_file())
    return fingerprint([*files, PACKAGE / "site/settings.py"])


def read_stamp(connection: psycopg.Connection) -> dict[str, str]:
    """What was done to this database, by name; kept in the database's own comment, so it moves and dies with it."""
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
    ).fetchone()
    text: str = (row and row[0]) or ""
    return dict(json.loads(text.removeprefix(_MARK))) if text.startswith(_MARK) else {}


def write_stamp(connection: psycopg.Connection, **done: str) -> None:
    """Add to what was done. A user who does not own the database cannot stamp it, and then nothing is skipped."""
    value = _MARK + json.dumps({**read_stamp(connection), **done}, sort_keys=True)
    try:
        connection.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(connection.info.dbname), sql.Literal(value))
        )
    except psycopg.errors.InsufficientPrivilege:
        return


@contextmanager
def preparing(url: str) -> Iterator[psycopg.Connection]:
    """One connection at a time may prepare the database; a second command waits here."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        yield connection
