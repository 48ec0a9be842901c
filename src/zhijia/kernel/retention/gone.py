"""The proof: looks for what was erased in every text, JSON and binary column of every table, in sessions and in the
file store, and says place by place what is still there. It knows no table by name that could be forgotten.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import connection

from . import files
from .owned import of_cases, to_person
from .values import Values

SEARCHED = {"text", "character varying", "character", "json", "jsonb", "bytea", "tsvector", "ARRAY"}
REFERENCE = ("org_", "rules_", "django_", "auth_", "procrastinate_workers")
"""Names of firms, places and laws are nobody's; numbers of a person are looked for here too."""
TRAIL = ("chain", "subject")
"""Columns by which a row says what it is about."""
_COLUMNS = """
SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c
JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' ORDER BY 1, c.ordinal_position
"""


@dataclass(frozen=True)
class Leak:
    """Something that should be gone is still at `place` (table and column, or file), `n` times."""

    place: str
    n: int


def search(sought: Values, *, deep: bool = False) -> list[Leak]:
    """Everything that is still there. `deep` also reads the content of every kept file."""
    found = [*_tables(sought), *_rows(sought), *_trails(sought), *_sessions(sought)]
    found += [Leak(f"file {place}", 1) for place in files.left(sought.places)]
    return found + (list(_contents(sought)) if deep else [])


def _tables(sought: Values) -> Iterator[Leak]:
    """Numbers everywhere; long words in every table that holds no other person's words."""
    foreign = {rows.table for rows in of_cases()} | {p.table for p in to_person()} | {"people_person"}
    foreign.discard("people_account")
    by_table: dict[str, list[tuple[str, str]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        for table, column, kind in cursor.fetchall():
            if kind in SEARCHED:
                by_table.setdefault(table, []).append((column, kind))
    for table, columns in by_table.items():
        words = set(sought.strong)
        if table not in foreign and not table.startswith(REFERENCE):
            words |= sought.long
        yield from _table(table, columns, sorted(words), sorted(sought.indexes))


def _table(table: str, columns: Sequence[tuple[str, str]], words: list[str], indexes: list[bytes]) -> Iterator[Leak]:
    raw = [*indexes, *(word.encode() for word in words)]
    if not raw:
        return
    tests = [
        f'count(*) FILTER (WHERE EXISTS (SELECT 1 FROM unnest(%(raw)s::bytea[]) v WHERE position(v IN "{name}") > 0))'
        if kind == "bytea" else f'count(*) FILTER (WHERE "{name}"::text LIKE ANY(%(like)s::text[]))'
        for name, kind in columns
    ]  # fmt: skip
    like = ["%" + word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%" for word in words]
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {", ".join(tests)} FROM "{table}"', {"raw": raw, "like": like})
        counts = cursor.fetchone()
    yield from (Leak(f"{table}.{name}", n) for (name, _kind), n in zip(columns, counts, strict=True) if n)


def _rows(sought: Values) -> Iterator[Leak]:
    """Rows that belonged to the cases or point to the persons."""
    from .models import Destroyed

    stays = {
        int(chain.removeprefix("case:"))
        for chain in Destroyed.objects.filter(stays=True).values_list("chain", flat=True)
    }
    cases = sorted(sought.cases - stays)
    with connection.cursor() as cursor:
        for rows in of_cases():
            cursor.execute(f'SELECT count(*) FROM "{rows.table}" WHERE {rows.where}', {"cases": cases})
            if n := cursor.fetchone()[0]:
                yield Leak(rows.table, n)
        for pointer in to_person():
            if pointer.table == "ledger_entitlement":  # the books: they point to a row that says nothing
                continue
            where = f'"{pointer.column}" = ANY(%(persons)s)'
            cursor.execute(f'SELECT count(*) FROM "{pointer.table}" WHERE {where}', {"persons": sorted(sought.persons)})
            if n := cursor.fetchone()[0]:
                yield Leak(f"{pointer.table}.{pointer.column}", n)


def _trails(sought: Values) -> Iterator[Leak]:
    """Short words and sums, in what the trails keep about these very cases and persons. The ledger's own amounts stay:
    the books must be kept, and name nobody."""
    subjects = sought.subjects()
    small, parts = sought.weak | sought.money, [word for word in sought.weak if len(word) > 3]
    for table, name in _about():
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT to_jsonb(t) FROM "{table}" t WHERE "{name}" = ANY(%(subjects)s)', {"subjects": subjects}
            )
            rows = [row if isinstance(row, dict) else json.loads(row) for (row,) in cursor.fetchall()]
        for row in rows:
            row.pop("actor", "")  # who did it: names of staff and of their posts
        n = sum(any(leaf in small or any(w in leaf for w in parts) for leaf in _leaves(row)) for row in rows)
        if n:
            yield Leak(f"{table} ({name})", n)


def _about() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        found = {(t, c) for t, c, _kind in cursor.fetchall() if c in TRAIL}
    return sorted(pair for pair in found if not pair[0].startswith(("ledger_", "retention_")))


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    elif value is not None:
        yield str(value)


def _sessions(sought: Values) -> Iterator[Leak]:
    """What browsers' sessions hold is encoded, so each is opened."""
    words, n = sought.strong | sought.long, 0
    for data in Session.objects.values_list("session_data", flat=True).iterator():
        said = json.dumps(SessionStore().decode(data), ensure_ascii=False, default=str)
        n += any(word in said for word in words)
    if n:
        yield Leak("django_session.session_data", n)


def _contents(sought: Values, folder: str = "") -> Iterator[Leak]:
    words = [word.encode() for word in (*sought.strong, *sought.long)]
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        with default_storage.open(f"{folder}/{name}".lstrip("/")) as file:
            content = file.read()
        if any(word in content for word in words):
            yield Leak(f"file {folder}/{name}", 1)
    for inner in folders:
        yield from _contents(sought, f"{folder}/{inner}".lstrip("/"))
