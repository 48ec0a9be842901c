"""The engine's own way to the database: prepared statements, and the few moments in which it sees further than the
actor does."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar

import psycopg
from django.db import connection, models
from psycopg.types.numeric import Int8

from zhijia.kernel.base.statements import Row, execute
from zhijia.kernel.people.actors import Actor

_NAMED = re.compile(r"%\((\w+)\)s")
M = TypeVar("M", bound=models.Model)


def role_of(actor: Actor) -> str:
    """Which kind of database role the actor's requests run as: "platform", "staff" or "worker"."""
    return "platform" if actor.system else "staff" if actor.is_staff else "worker"


def run(statement: str, params: Mapping[str, Any], *, role: str) -> "psycopg.RawCursor[Row]":
    """Execute `statement` (with %(named)s parameters) on the current connection, prepared after a few uses.

    `role` (the kind of actor) becomes part of the text: a plan under row-level security serves one database role
    only, so each role keeps its own. Integers all travel as bigint, so that one text is one plan.
    """
    text, names = _numbered(statement, role)
    given = (params[name] for name in names)
    return execute(text, [Int8(value) if type(value) is int else value for value in given])


@lru_cache(maxsize=256)
def _numbered(statement: str, role: str) -> tuple[str, tuple[str, ...]]:
    """The statement with $1, $2, … and the names these stand for: the driver need not take it apart each time."""
    names = tuple(dict.fromkeys(_NAMED.findall(statement)))
    text = _NAMED.sub(lambda found: f"${names.index(found[1]) + 1}", statement)
    return f"{text} /* {role} */", names


@lru_cache(maxsize=64)
def columns(model: type[models.Model], alias: str) -> str:
    """The model's columns for a SELECT, in the order that `instance` reads them."""
    return ", ".join(f'{alias}."{f.column}"' for f in model._meta.concrete_fields)


@lru_cache(maxsize=64)
def _readers(model: type[models.Model]) -> tuple[tuple[str, Any], ...]:
    return tuple((f.attname, getattr(f, "from_db_value", None)) for f in model._meta.concrete_fields)


def instance(model: type[M], row: Row) -> M:
    """The model instance of one row of its `columns`, as a query set would build it."""
    readers = _readers(model)
    values = [
        value if read is None else read(value, None, connection) for value, (_n, read) in zip(row, readers, strict=True)
    ]
    return model.from_db(connection.alias, [name for name, _read in readers], values)


def save(row: models.Model, names: list[str], *, key: str, role: str) -> None:
    """Write the named columns of one row, found by its column `key`."""
    fields = [row._meta.get_field(name) for name in names]
    sets = ", ".join(f'"{f.column}" = %(v{i})s' for i, f in enumerate(fields))  # type: ignore[union-attr]
    values = {f"v{i}": f.get_db_prep_save(f.pre_save(row, False), connection) for i, f in enumerate(fields)}  # type: ignore[union-attr]
    run(
        f'UPDATE "{row._meta.db_table}" SET {sets} WHERE "{key}" = %(k)s', {**values, "k": getattr(row, key)}, role=role
    )


@contextmanager
def as_platform() -> Iterator[None]:
    """Run the block as the owner of the database, then return to the request's role.

    Only for what a transition must know or write beyond its actor's sight: whether fellow workers have answered, whom
    to tell of them, and a case that leaves the actor's own range because it goes one level up. An error needs no
    care: the role is local to the transaction, and the engine's savepoint takes it back.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role'), set_config('role', 'none', true)")
        (role, _now) = cursor.fetchone()
        yield
        cursor.execute("SELECT set_config('role', %s, true)", [role])
