"""Sealing everything anew under the newest keys, while the site serves.

A new key version seals from the moment it is there; older ones go on opening. Rotation then goes through every sealed
column (sealed.py) by primary key, a batch at a time: it opens, seals and stores where the bytes are still those it
read, so a row that somebody changes meanwhile keeps the change. How far it came is stored with each batch; a run that
was broken off is gone on with. It ends when a whole pass finds nothing under an older key: then `keys.retire` may
destroy those. Runs as the owner of the database.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic, sleep
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from . import keys, vault
from .key_models import DataKey, Rotation
from .sealed import Column, sealed_columns

BATCH = 500
EVERY = 0.1
"""Seconds between two words about how far it came."""
_OLD = '"{column}" IS NOT NULL AND substring("{column}" FROM 1 FOR %(head)s) <> ALL(%(heads)s)'
_NEXT = (
    'SELECT "{key}", "{column}"{row} FROM "{table}" WHERE {old} '
    'AND (%(after)s::bigint IS NULL OR "{key}" > %(after)s) ORDER BY 1 LIMIT %(batch)s'
)
_SET = """
UPDATE "{table}" t SET "{column}" = g.new FROM unnest(%(keys)s::bigint[], %(old)s::bytea[], %(new)s::bytea[]) AS
g(key, old, new) WHERE t."{key}" = g.key AND t."{column}" = g.old
"""
Tell = Callable[[int, int], None]
"""Told (values sealed anew, values there were to do)."""


@dataclass
class Found:
    """What stands in one sealed column: values by the data key that sealed them (0: the scheme before 0.3)."""

    column: Column
    values: dict[int, int] = field(default_factory=dict)
    old: int = 0
    """How many are under another key, or another algorithm, than seals now."""


def begin(*, purposes: Sequence[str], now: datetime) -> Rotation:
    """Make a new version of these purposes' keys (none named: of all that seal), and note that a rotation has begun.

    A rotation that is not ended is gone on with instead, and no key is made.
    """
    going = Rotation.objects.filter(ended_at=None).order_by("-id").first()
    if going is not None:
        return going
    chosen = list(purposes) or sorted({p for column in sealed_columns() for p in column.purposes})
    for purpose in chosen:
        keys.renew(purpose)
    keys.record("key.made", now, purposes=chosen)
    return Rotation.objects.create(started_at=now, purposes=chosen)


def run(rotation: Rotation, *, now: Callable[[], datetime], tell: Tell | None = None, pause: float = keys.FRESH) -> int:
    """Seal everything anew that is under an older key; how many values were. Ctrl-C or a kill loses nothing: the next
    call goes on where this one stood."""
    sleep(pause)  # until every process seals under the new keys
    total = rotation.done + sum(found.old for found in survey())
    done, last = rotation.done, 0.0
    while True:
        changed = 0
        for column in sealed_columns():
            for count in _through(rotation, column):
                changed += count
                done += count
                if tell is not None and monotonic() - last > EVERY:
                    last = monotonic()
                    tell(done, max(total, done))
        if not changed:
            break
        rotation.reached = {}  # once more, for what was written behind us
        Rotation.objects.filter(pk=rotation.pk).update(reached={})
    if tell is not None:
        tell(done, done)
    Rotation.objects.filter(pk=rotation.pk).update(ended_at=now())
    keys.record("key.rotated", now(), purposes=rotation.purposes, values=done)
    rotation.refresh_from_db()
    return done


def survey() -> list[Found]:
    """How many values of each column are under which key: one scan of each table."""
    result = []
    with connection.cursor() as cursor:
        for column in sealed_columns():
            found = Found(column)
            heads = set(_heads(column))
            cursor.execute(
                f'SELECT substring("{column.column}" FROM 1 FOR {vault.HEAD}), count(*) FROM "{column.table}" '
                f'WHERE "{column.column}" IS NOT NULL GROUP BY 1'
            )
            for raw, count in cursor.fetchall():
                head = bytes(raw)
                key = int.from_bytes(head[2:], "big") if head[:1] == vault.MARK else 0
                found.values[key] = found.values.get(key, 0) + count
                found.old += 0 if head in heads else count
            result.append(found)
    return result


def unreadable(tell: Tell | None = None) -> Iterator[tuple[Column, int, str]]:
    """Open every sealed value there is; yields (column, row's key, reason) of each that does not open."""
    done = 0
    for column in sealed_columns():
        after: int | None = None
        while True:
            with connection.cursor() as cursor:
                names = {"key": column.key, "column": column.column, "table": column.table}
                row = "".join(f', "{name}"' for name in column.row)
                sql = _NEXT.format(**names, row=row, old=f'"{column.column}" IS NOT NULL')
                cursor.execute(sql, {"after": after, "batch": BATCH})
                rows = cursor.fetchall()
            if not rows:
                break
            for key, raw, *bound in rows:
                try:
                    vault.open_(bytes(raw), purpose=column.purposes, aad=column.aad(bound))
                except (vault.Unreadable, vault.Destroyed) as error:
                    yield column, key, error.code
            after, done = rows[-1][0], done + len(rows)
            if tell is not None:
                tell(done, done)


def unused() -> list[DataKey]:
    """Older versions under which no value of the database stands any more. Index keys and those of files are not judged
    here: an index is not sealed, and files lie outside."""
    used = {key for found in survey() for key in found.values}
    columns = {purpose for column in sealed_columns() for purpose in column.purposes}
    newest = {keys.current(purpose).id for purpose in columns}
    rows = DataKey.objects.filter(destroyed_at=None, purpose__in=columns).exclude(pk__in=used | newest)
    return list(rows.order_by("purpose", "version"))


def _through(rotation: Rotation, column: Column) -> Iterator[int]:
    """Go through one column from where the rotation stands; yields how many values each batch sealed anew."""
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            rows = _next(cursor, column, rotation.reached.get(str(column)))
            if not rows:
                return
            new = [(key, old, sealed) for key, old, sealed in _resealed(column, rows) if sealed is not None]
            count = _store(cursor, column, new)
            rotation.reached[str(column)] = rows[-1][0]
            Rotation.objects.filter(pk=rotation.pk).update(reached=rotation.reached, done=F("done") + count)
        yield count


def _next(cursor: Any, column: Column, after: int | None) -> list[tuple[Any, ...]]:
    names = {"key": column.key, "column": column.column, "table": column.table}
    row = "".join(f', "{name}"' for name in column.row)
    sql = _NEXT.format(**names, row=row, old=_OLD.format(**names))
    cursor.execute(sql, {"head": vault.HEAD, "heads": _heads(column), "after": after, "batch": BATCH})
    found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _resealed(column: Column, rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[int, bytes, bytes | None]]:
    for key, raw, *row in rows:
        old = bytes(raw)
        try:
            yield key, old, vault.reseal(old, purposes=column.purposes, aad=column.aad(row))
        except (vault.Unreadable, vault.Destroyed):  # `zhijia keys check` names it; the others go on
            yield key, old, None


def _store(cursor: Any, column: Column, new: Sequence[tuple[int, bytes, bytes | None]]) -> int:
    if not new:
        return 0
    ids, old, sealed = (list(values) for values in zip(*new, strict=True))
    # What never changes (an issued letter) may be sealed anew: its words stay, as its digest shows.
    cursor.execute("SELECT set_config('zhijia.resealing', '1', true)")
    cursor.execute(
        _SET.format(table=column.table, column=column.column, key=column.key), {"keys": ids, "old": old, "new": sealed}
    )
    return int(cursor.rowcount)


def _heads(column: Column) -> list[bytes]:
    return [vault.present_head(purpose) for purpose in column.purposes]
