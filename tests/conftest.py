"""The test installation: one throw-away PostgreSQL for all workers, one migrated template, a clone for each worker.

- The controller starts the server (fsync off) before any worker; TEST_DATABASE_URL names another one instead. Its user
  must be allowed to create databases and roles.
- The first test that touches the database migrates the template, under a lock that makes the other workers wait;
  it is named after the migrations' fingerprint, so a server that outlives the run need not migrate again. Where a
  template is there that lacks nothing but migrations (test_walk.py adds a module), only those are applied to a copy.
- After a test with `django_db(transaction=True)` the clone is made anew rather than flushed: flushing would take the
  reference data along, and append-only tables refuse it.
"""

import json
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.hashers import ScryptPasswordHasher
from psycopg import sql

from zhijia.faces.cli import freshness, prepare
from zhijia.faces.cli.messages import compile_messages
from zhijia.kernel.base import clock
from zhijia.site.postgres import Server

if TYPE_CHECKING:  # the settings are not read yet when this file is
    from tests.cast import Cast
    from tests.scenarios.story import Story

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=clock.CHINA)
"""A Friday morning on which nothing is closed; the moment that the `now` fixture gives."""
sys.dont_write_bytecode = False  # or each worker and each program that a test starts would compile everything anew
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
LONGEST = ("test_walk.py", "test_serve.py", "test_older_server.py")
"""None of them writes to the worker's database."""
_LOCK = 0x5A48_5445  # "ZHTE": whoever builds the template
_folder = pytest.StashKey[Path]()
_server = pytest.StashKey[Server]()
_url = pytest.StashKey[str]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start the server in the controller, then point this process at it before pytest-django reads the settings."""
    given = getattr(config, "workerinput", None)
    if given is None:
        config.stash[_folder] = Path(tempfile.mkdtemp(prefix="zhijia-test-"))
        config.stash[_folder].chmod(0o711)  # root's server runs as another user
        compile_messages()
        config.stash[_url] = os.environ.get("TEST_DATABASE_URL") or _start(config)
    else:
        config.stash[_folder], config.stash[_url] = Path(given["zhijia_folder"]), given["zhijia_url"]
    worker = given["workerid"] if given else "main"
    os.environ |= {
        "ZHIJIA_TESTING": "1",
        "ZHIJIA_LANG": "en",
        "ZHIJIA_HOME": str(config.stash[_folder] / worker),
        "ZHIJIA_DJANGO_SECRET": "11" * 32,
        "ZHIJIA_VAULT_KEY": "22" * 32,
        "DATABASE_URL": _named(config.stash[_url], f"zhijia_test_{os.getpid()}_{worker}"),
        "DJANGO_SETTINGS_MODULE": "zhijia.site.settings",
    }
    os.environ.pop("ZHIJIA_DEMO", None)
    _ = settings.DATABASES  # reads the settings now; pytest-django sets Django up only when they were read
    ScryptPasswordHasher.work_factor = 2**4  # made to be slow, a thousand times more where it counts
    os.environ.pop("DJANGO_SETTINGS_MODULE")  # a worker that inherited it would read them before this function
    _forbid_network()


def pytest_configure_node(node: object) -> None:
    """Tell an xdist worker where the controller's server and folder are."""
    stash, told = node.config.stash, node.workerinput  # type: ignore[attr-defined]
    told["zhijia_folder"], told["zhijia_url"] = str(stash[_folder]), stash[_url]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and remove the folder, also after an error or Ctrl-C."""
    if hasattr(config, "workerinput") or _folder not in config.stash:
        return
    if server := config.stash.get(_server, None):
        server.stop()
    shutil.rmtree(config.stash[_folder], ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests first, or one worker would end the run alone with one of them."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.fixture(scope="session")
def django_db_setup(pytestconfig: pytest.Config, django_db_blocker: object) -> Iterator[None]:
    """Take the place of pytest-django's: clone the template for this worker, and drop the clone at the end."""
    from django.test import TransactionTestCase

    base = pytestconfig.stash[_url]
    mine = urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        template = _template(base)
        _clone(base, template, mine)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: _clone(base, template, mine))
        yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        _disconnect()
        with psycopg.connect(base, autocommit=True) as connection:
            _say(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", mine)


@pytest.fixture
def now() -> Iterator[datetime]:
    """The fixed moment of a test, also for code that asks kernel.base.clock."""
    with clock.at(NOW):
        yield NOW


def _start(config: pytest.Config) -> str:
    server = Server(config.stash[_folder] / "postgres", durable=False)
    config.stash[_server] = server
    return _named(server.start(), "postgres")


def _template(base: str) -> str:
    """The name of the migrated template, built if this server does not have it. Needs pytest-django's permission."""
    name = f"zhijia_template_{freshness.migrations_fingerprint()}"
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            draft, holds = f"{name}_draft", _migrations()
            _say(connection, "DROP DATABASE IF EXISTS {}", draft)
            _say(connection, "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", draft, _earlier(connection, holds))
            _migrate(draft)
            note = sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(draft), json.dumps(holds))
            connection.execute(note)
            _say(connection, "ALTER DATABASE {} RENAME TO {}", draft, name)
    return name


def _migrations() -> dict[str, str]:
    """File -> fingerprint of everything that a template depends on."""
    paths = [*freshness.PACKAGE.glob("*/*/migrations/*.py"), freshness.PACKAGE / "site/settings.py"]
    return {str(path.relative_to(freshness.PACKAGE)): freshness.fingerprint([path]) for path in paths}


def _earlier(connection: psycopg.Connection, wanted: dict[str, str]) -> str:
    """The template that holds the most of what is wanted and nothing else."""
    found = connection.execute(
        "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
        " WHERE datname ~ '^zhijia_template_[0-9a-f]{16}$'"
    ).fetchall()
    known = [
        (len(holds), name) for name, said in found if said and (holds := json.loads(said)).items() <= wanted.items()
    ]
    return max(known, default=(0, "template0"))[1]


def _migrate(database: str) -> None:
    from django.core.management import call_command
    from django.db import connection

    chosen = connection.settings_dict
    mine, chosen["NAME"] = chosen["NAME"], database
    try:
        call_command("migrate", interactive=False, verbosity=0)
        prepare.load_reference()
    finally:
        _disconnect()
        chosen["NAME"] = mine


def _clone(base: str, template: str, name: str) -> None:
    from tests import again
    from zhijia.kernel.people import keys

    _disconnect()
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])  # a template is copied by one at a time
        _say(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        _say(connection, "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
    again.forget()
    keys.forget()


def _disconnect() -> None:
    from django.db import connections

    connections.close_all()


def _say(connection: psycopg.Connection, statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))  # type: ignore[arg-type]


def _named(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _forbid_network() -> None:
    """No test may reach beyond this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family in (socket.AF_INET, socket.AF_INET6) and host not in ("127.0.0.1", "::1", "localhost"):
            raise PermissionError(f"a test may not connect to {address}")
        connect(self, address)  # type: ignore[arg-type]

    socket.socket.connect = guarded  # type: ignore[method-assign,assignment]


@pytest.fixture
def open_path(tmp_path: Path) -> Path:
    """`tmp_path`, which another user can reach: a server that root starts runs as somebody else."""
    if os.geteuid() == 0:
        inside = [folder for folder in tmp_path.parents if Path(tempfile.gettempdir()) in folder.parents]
        for folder in (tmp_path, *inside):
            folder.chmod(folder.stat().st_mode | 0o011)
    return tmp_path


@pytest.fixture(autouse=True)
def own_language() -> None:
    """Each test begins in the installation's language, whatever a request of the one before has left behind."""
    from django.utils import translation

    translation.deactivate()


@pytest.fixture
def cast(db: None) -> "Cast":
    """The fixed people and places of every test, in the test's own transaction."""
    from tests.cast import build

    return build()


@pytest.fixture
def story(cast: "Cast") -> "Story":
    """A story that has not begun."""
    from tests.scenarios.story import Story

    return Story(cast)
