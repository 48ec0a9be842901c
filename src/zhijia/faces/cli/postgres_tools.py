"""Running PostgreSQL's own programs, and looking at a database as a backup must describe it."""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from zhijia.kernel.base.errors import Misconfigured

from .words import _

_TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY c.relname
"""
_MIGRATIONS = "SELECT DISTINCT ON (app) app, name FROM django_migrations ORDER BY app, id DESC"


def run(program: str, url: str, *arguments: str) -> None:
    """Run a PostgreSQL program; the password goes through the environment, where `ps` does not show it."""
    parts = urlsplit(url)
    bare = parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@")) if parts.password else parts
    done = subprocess.run(
        [_program(program, url), f"--dbname={urlunsplit(bare)}", *arguments],
        env={**os.environ, "PGPASSWORD": unquote(parts.password or "")}, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["?"])[0]
        raise Misconfigured(_("{program} failed: {said}").format(program=program, said=said))


def with_name(url: str, database: str) -> str:
    """The URL of another database on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def name_of(url: str) -> str:
    """The database that a URL names."""
    return unquote(urlsplit(url).path.lstrip("/"))


def described(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    """What a backup says of its database, in the present snapshot: rows of each table, digest of the chains' heads,
    versions. The same snapshot gives the same answer wherever it was restored."""
    tables = [row[0] for row in connection.execute(_TABLES)]
    counts: dict[str, int] = {}
    for table in tables:
        counted = connection.execute(sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(table))).fetchone()
        counts[table] = counted[0] if counted else 0
    said: dict[str, Any] = {"tables": counts, "postgres": connection.info.server_version}
    if "audit_chain" in tables:
        said["heads"] = _heads(connection)
    if "django_migrations" in tables:
        said["migrations"] = dict(connection.execute(_MIGRATIONS).fetchall())
    return said


def _heads(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    running, chains = hashlib.new("sm3"), 0
    with connection.cursor(name="heads") as cursor:
        cursor.execute('SELECT key, seq, head FROM audit_chain ORDER BY key COLLATE "C"')
        for key, seq, head in cursor:
            running.update(f"{key}\0{seq}\0".encode() + bytes(head))
            chains += 1
    return {"chains": chains, "sm3": running.hexdigest()}


def _program(name: str, url: str) -> str:
    """The operator's own program where it is new enough for the server, else the packaged one."""
    from zhijia.site.postgres import binaries

    with psycopg.connect(with_name(url, "postgres"), connect_timeout=5) as connection:
        wanted = connection.info.server_version // 10000
    packaged = str(binaries() / name)
    found = [path for path in (packaged, shutil.which(name)) if path and Path(path).exists()]
    return next((path for path in found if _major(path) == wanted), max(found, key=_major))


def _major(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.search(r"(\d+)", said)
    return int(match.group(1)) if match else 0


def release(said: dict[str, Any]) -> str:
    """The PostgreSQL that a described database ran on: "18.1"; "" where it is not said."""
    number = int(said.get("postgres", 0))
    return f"{number // 10000}.{number % 10000}" if number else ""
