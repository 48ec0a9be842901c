"""What a test's ground is made of, made once and then put back as rows.

Making the cast goes through the platform's own doors, some four hundred statements; nearly every test wants it. The
rows that a first making wrote are kept, and later tests of the same process get them in one COPY for each table, with
triggers off: what the triggers would have written is among the rows.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection, transaction

P = ParamSpec("P")
R = TypeVar("R")


_kept: dict[Any, "Kept"] = {}


@dataclass(frozen=True)
class Kept:
    """The rows of each table as PostgreSQL copies them, how far each sequence had come, and what the maker gave."""

    rows: dict[str, bytes]
    """`table (columns)` -> binary COPY."""
    instead: dict[str, list[str]]
    """`table WHERE key` -> keys of those rows: one that was there and was changed makes way."""
    sequences: dict[str, int]
    gave: Any


def made_once(make: Callable[P, R]) -> Callable[P, R]:
    """Call the maker once for each set of arguments; later calls put its rows back and give a copy of its answer."""

    @wraps(make)
    def again(*args: P.args, **kwargs: P.kwargs) -> R:
        key = (make, args, tuple(sorted(kwargs.items())))
        if key in _kept:
            _put_back(_kept[key])
        elif not _may_put_back():
            return make(*args, **kwargs)
        else:
            with transaction.atomic():
                first = _value("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
                gave = make(*args, **kwargs)
                _kept[key] = Kept(*_rows(first), _sequences(), gave)
        return copy.deepcopy(_kept[key].gave)  # type: ignore[no-any-return]

    return again


def forget() -> None:
    """The database is another one now: what was sealed in the old one cannot be opened with the keys of the new."""
    _kept.clear()


def _may_put_back() -> bool:
    """Only a superuser may switch triggers off; a server that was named by TEST_DATABASE_URL may not give one."""
    return bool(_value("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))


def _rows(first: int) -> tuple[dict[str, bytes], dict[str, list[str]]]:
    """Every row that this savepoint wrote: those whose transaction number is not below `first`; and their keys."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.relid::regclass::text, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)"
            " FROM pg_stat_xact_user_tables s JOIN pg_attribute a ON a.attrelid = s.relid AND a.attnum > 0"
            " AND NOT a.attisdropped AND a.attgenerated = ''"
            " WHERE s.n_tup_ins + s.n_tup_upd > 0 AND s.schemaname = 'public' GROUP BY 1"
        )
        tables = cursor.fetchall()
        rows, instead = {}, {}
        for table, columns in tables:
            question = f"SELECT {columns} FROM {table} WHERE xmin::text::bigint >= {first}"
            with cursor.copy(f"COPY ({question}) TO STDOUT (FORMAT binary)") as out:
                rows[f"{table} ({columns})"] = b"".join(map(bytes, out))
            cursor.execute(
                "SELECT string_agg(quote_ident(a.attname) || '::text', ', ') FROM pg_index i JOIN pg_attribute a"
                " ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)"
                " WHERE i.indisprimary AND i.indrelid = %s::regclass",
                [table],
            )  # fmt: skip
            if key := cursor.fetchone()[0]:
                named = f"{table} WHERE concat_ws('|', {key})"
                cursor.execute(f"SELECT concat_ws('|', {key}) FROM {table} WHERE xmin::text::bigint >= {first}")
                instead[named] = [row for (row,) in cursor.fetchall()]
    return rows, instead


def _sequences() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences"
            " WHERE schemaname = 'public' AND last_value IS NOT NULL"
        )
        return dict(cursor.fetchall())


def _put_back(kept: Kept) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for named, keys in kept.instead.items():
            cursor.execute(f"DELETE FROM {named} = ANY (%s)", [keys])
        for table, rows in kept.rows.items():
            with cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as into:
                into.write(rows)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        cursor.execute(
            "SELECT setval(k.name::regclass, k.value) FROM unnest(%s::text[], %s::bigint[]) AS k(name, value)"
            " JOIN pg_sequences s ON format('%%I.%%I', s.schemaname, s.sequencename) = k.name"
            " WHERE s.last_value IS NULL OR s.last_value < k.value",
            [list(kept.sequences), list(kept.sequences.values())],
        )


def _value(question: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]
