"""What every command needs before it can work: a folder, a database that fits, and Django."""

import atexit
import os
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from zhijia.kernel.base.database import STAFF, WORKER
from zhijia.kernel.base.errors import Misconfigured
from zhijia.site.postgres import Server, unwritable

from .words import _

OLDEST = 15
"""The oldest PostgreSQL that we test on."""

_embedded: list[Server] = []


def home() -> Path:
    """The folder of this installation, made if need be. Raises Misconfigured when it cannot be written."""
    folder = Path(os.environ.get("ZHIJIA_HOME", ".run")).resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".writable.{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise unwritable(folder, error) from error
    os.environ["ZHIJIA_HOME"] = str(folder)
    return folder


def connect_database() -> str:
    """Choose the database, set DATABASE_URL and return it: the operator's own server, or the embedded one, which is
    started if need be and stopped when the last command that uses it ends.

    Raises Misconfigured with one sentence when the server is out of reach, too old, or lacks a right that we need.
    """
    if _embedded:
        return os.environ["DATABASE_URL"]
    if not os.environ.get("DATABASE_URL"):
        server = Server(home() / "postgres")
        try:
            os.environ["DATABASE_URL"] = server.start()
        except BaseException:  # also Ctrl-C in the middle of a start: leave nothing running
            server.stop()
            raise
        _embedded.append(server)
        atexit.register(disconnect_database)
    else:
        examine(os.environ["DATABASE_URL"])
    return os.environ["DATABASE_URL"]


def disconnect_database() -> None:
    """Stop the embedded server if this process uses one and nobody else does."""
    while _embedded:
        _embedded.pop().stop()
        os.environ.pop("DATABASE_URL", None)


def revive_database() -> bool:
    """Start the embedded server again if it was killed; whether it had to be."""
    return any(server.revive() for server in _embedded)


def embedded() -> bool:
    """Whether `connect_database` chose the embedded server."""
    return bool(_embedded)


def boot() -> None:
    """Connect the database and set Django up; every command that touches a model calls this first."""
    home()
    connect_database()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhijia.site.settings")
    import django  # the slow import that --help must not pay

    django.setup()


def examine(url: str) -> None:
    """Raise Misconfigured with one sentence when the server at `url` cannot serve us. Never shows the password."""
    parts = urlsplit(url)
    where = f"{parts.hostname or 'localhost'}:{parts.port or 5432}{parts.path}"
    if parts.scheme not in ("postgres", "postgresql"):
        raise Misconfigured(
            _("DATABASE_URL must begin with postgresql://, for example postgresql://user@host:5432/zhijia")
        )
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version // 10000
            if version < OLDEST:
                raise Misconfigured(
                    _("the server at {where} is PostgreSQL {version}; {oldest} or newer is needed").format(
                        where=where, version=version, oldest=OLDEST
                    )
                )
            if not connection.execute(_MAY_HAVE_ROLES, {"roles": [STAFF, WORKER]}).fetchone()[0]:  # type: ignore[index]
                raise Misconfigured(
                    _(
                        "the user {user} may not create roles; ask the administrator for: "
                        "CREATE ROLE {staff}; CREATE ROLE {worker}; GRANT {staff}, {worker} TO {user};"
                    ).format(user=connection.info.user, staff=STAFF, worker=WORKER)
                )
    except (psycopg.OperationalError, psycopg.ProgrammingError) as error:
        said = (str(error).strip().splitlines() or [""])[0].split("failed: ")[-1]
        raise Misconfigured(
            _("cannot use the database at {where}: {said}; check DATABASE_URL").format(where=where, said=said)
        ) from None


_MAY_HAVE_ROLES = """
SELECT bool_or(rolsuper OR rolcreaterole)
    OR (SELECT count(*) = 2 FROM pg_roles r WHERE r.rolname = ANY(%(roles)s) AND pg_has_role(r.oid, 'MEMBER'))
FROM pg_roles WHERE rolname = current_user
"""
