"""kill -9 in the middle of `migrate`.

Invariant: whatever statement it dies at, migrating again ends in the same tables as if nothing had happened.
"""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from tests.faults.kit import begin, run

MIGRATE = """
import os, signal, sys
from django.core.management import call_command
from django.db import connection
def die(execute, statement, params, many, context):
    if sys.argv[1] and sys.argv[1] in str(statement):
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(statement, params, many, context)
with connection.execute_wrapper(die):
    call_command("migrate", "ledger", verbosity=0, interactive=False)
"""
SHAPE = """
SELECT table_name || '.' || column_name || ' ' || data_type FROM information_schema.columns
WHERE table_schema = 'public' AND table_name LIKE 'ledger%'
UNION ALL SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'ledger%'
UNION ALL SELECT proname || md5(prosrc) FROM pg_proc WHERE proname LIKE 'ledger%'
UNION ALL SELECT tgname || tgrelid::regclass FROM pg_trigger WHERE tgrelid::regclass::text LIKE 'ledger%' AND NOT tgisinternal
UNION ALL SELECT policyname || tablename FROM pg_policies WHERE tablename LIKE 'ledger%'
"""  # noqa: E501 one kind of thing, one line


@pytest.fixture
def empty(django_db_setup: None) -> Iterator[str]:
    """An empty database beside the suite's."""
    suite = urlsplit(os.environ["DATABASE_URL"])
    name = f"{suite.path.lstrip('/')}_migrated"
    with psycopg.connect(suite._replace(path="/postgres").geturl(), autocommit=True) as connection:
        for statement in ("DROP DATABASE IF EXISTS {} WITH (FORCE)", "CREATE DATABASE {} TEMPLATE template0"):
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))  # type: ignore[arg-type]
        yield suite._replace(path=f"/{name}").geturl()
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def shape(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute(SHAPE)}


def test_migration_that_was_killed_is_finished_by_the_next_one(empty: str) -> None:
    killed = begin(MIGRATE, empty, 'CREATE TABLE "ledger_entitlement"')
    assert (killed.communicate(timeout=120)[1], killed.returncode) == ("", -9)
    assert shape(empty) == set()  # what its migration had made so far went with it
    run(MIGRATE, empty, "")
    assert shape(empty) == shape(os.environ["DATABASE_URL"])
