"""The leak matrix: nobody learns, by any door, what lies outside their reach, nor that it exists.

The database is asked with every filter forgotten; the addresses are asked by every role and reach with ids of another
county, at 32 threads. `LEAKS=full` asks everything (minutes); the suite asks a share in which every address and every
principal occur, `LEAKS_SEED` moves it.
"""

import json
import logging
import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from oauth2_provider.models import AccessToken, Application

from tests.cast import NOW
from tests.cast import build as build_cast
from tests.leaks import matrix
from tests.leaks.routes import asks, lists
from tests.leaks.world import World, build, fill_the_other_county, fingerprint
from zhijia.faces.api import auth
from zhijia.kernel.base import clock
from zhijia.kernel.people.bound import bound
from zhijia.kernel.people.permissions import Permission

FULL = os.environ.get("LEAKS", "") == "full"
SHARE = 1 if FULL else 40
SEED = int(os.environ.get("LEAKS_SEED", "0"))


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """A hundred thousand refusals are no news; kept as log records they would fill gigabytes."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def world(transactional_db: None) -> World:
    with clock.at(NOW):
        made = build(build_cast())
        fill_the_other_county(made)
        return made


def readable(role: str) -> list[str]:
    """The tables of which the request role may read something."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT table_name FROM information_schema.column_privileges WHERE grantee = %s"
            " AND privilege_type = 'SELECT' AND table_schema = 'public' ORDER BY 1", [role],
        )  # fmt: skip
        return [table for (table,) in cursor.fetchall()]


def columns(table: str, role: str, right: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.column_privileges WHERE grantee = %s AND privilege_type = %s"
            " AND table_schema = 'public' AND table_name = %s", [role, right, table],
        )  # fmt: skip
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.django_db(transaction=True)
def test_database_tells_nobody_with_every_filter_forgotten(world: World) -> None:
    leaks = []
    tables = {role: [(t, ", ".join(f'"{c}"' for c in columns(t, role, "SELECT"))) for t in readable(role)]
              for role in ("zhijia_staff", "zhijia_worker")}  # fmt: skip
    for name in world.principals:
        actor = world.actor(name)
        for permission in Permission if actor.is_staff else (Permission.READ,):
            if actor.is_staff and not actor.may(permission):
                continue
            with bound(actor, permission), connection.cursor() as cursor:
                for table, names in tables["zhijia_staff" if actor.is_staff else "zhijia_worker"]:
                    cursor.execute(f"SELECT string_agg(t::text, ' ') FROM (SELECT {names} FROM {table}) t")
                    text = str(cursor.fetchone()[0])
                    words = sorted(w for w, may in world.secrets.items() if w in text and name not in may)
                    leaks += [f"{name} ({permission}) reads {', '.join(words[:3])} in {table}"] if words else []
    assert leaks == []


@pytest.mark.django_db(transaction=True)
def test_database_lets_nobody_change_what_is_theirs(world: World) -> None:
    before = fingerprint(world)
    for name in world.principals:
        actor = world.actor(name)
        role = "zhijia_staff" if actor.is_staff else "zhijia_worker"
        with bound(actor):
            for table in before:
                for column in columns(table, role, "UPDATE")[:40]:
                    try:
                        with transaction.atomic(), connection.cursor() as cursor:
                            cursor.execute(f'UPDATE {table} SET "{column}" = "{column}"')
                            if actor.roles() <= {"auditor", "administrator", "security_administrator"}:
                                assert cursor.rowcount == 0, f"{name} changes {table}"
                    except DatabaseError:
                        pass
                try:
                    with transaction.atomic(), connection.cursor() as cursor:
                        cursor.execute(f"DELETE FROM {table}")
                except DatabaseError:
                    pass
    assert fingerprint(world) == before


@pytest.mark.django_db(transaction=True)
def test_no_address_tells_anybody(world: World) -> None:
    tokens = {"partner": token_of(world, "partner")}
    auth.forget()
    with clock.at(NOW):
        wanted = list(asks(world))
        names = [*world.principals, matrix.ANONYMOUS]
        before = fingerprint(world)
        leaks = matrix.run(world, matrix.pairs(names, wanted, every=SHARE, seed=SEED), tokens)
    auth.forget()
    print(json.dumps({
        "requests": leaks.requests, "principals": len(names), "questions": len(wanted), "threads": matrix.THREADS,
        "statuses": dict(sorted(leaks.statuses.items())), "leaks": len(leaks.found),
    }))  # fmt: skip
    assert not leaks.found, "\n".join(sorted(leaks.found))
    assert fingerprint(world) == before


def token_of(world: World, name: str) -> str:
    """A token of the partner whose post is at Qinghe."""
    account = world.principals[name]
    application = Application.objects.create(
        user=account, name=name, client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
    )  # fmt: skip
    AccessToken.objects.create(
        token="leak-matrix", application=application, expires=NOW + timedelta(days=1), scope="cases"
    )
    return "leak-matrix"


@pytest.mark.django_db(transaction=True)
def test_no_list_depends_on_what_lies_beyond(transactional_db: None) -> None:
    """Counts, suggestions, ETags, empty states: the same answer before and after the other county filled up."""
    with clock.at(NOW):
        world = build(build_cast())
        tokens = {"partner": token_of(world, "partner")}
        names = [*world.principals, matrix.ANONYMOUS]
        wanted = matrix.pairs(names, list(lists()), every=1 if FULL else 15, seed=SEED)
        auth.forget()
        matrix.shapes(world, wanted, tokens)  # what is looked at for the first time is new, and then it is not
        before = matrix.shapes(world, wanted, tokens)
        fill_the_other_county(world)
        after = matrix.shapes(world, wanted, tokens)
    auth.forget()
    differ = [f"{n}: {a.path}" for (n, a), x, y in zip(wanted, before, after, strict=True) if x != y]
    assert not differ, "\n".join(differ)
