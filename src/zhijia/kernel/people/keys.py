"""The ring of data keys: read from the database, unwrapped once for each process, and never written down.

A purpose's newest version that is not retired seals; every version that is not destroyed opens. A purpose that has no
key gets one when it is first used. What other processes change (a rotation) is seen within FRESH seconds.
"""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any

import psycopg
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from psycopg.pq import TransactionStatus

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.errors import Conflict, NotFound, ZhijiaError

from .actors import Actor
from .key_models import DataKey
from .masters import master_for, master_named

FRESH = 2.0
"""Seconds for which the ring is taken as it was read."""
LENGTH = 32
_READ = """
SELECT id, purpose, version, master, wrapped, retired_at IS NULL AND wrapped IS NOT NULL FROM people_datakey
ORDER BY purpose, version
"""
_ADD = """
INSERT INTO people_datakey (id, purpose, version, master, wrapped, created_at)
SELECT %(id)s, %(purpose)s, %(version)s, %(master)s, %(wrapped)s, clock_timestamp()
ON CONFLICT DO NOTHING
"""


class Destroyed(ZhijiaError):
    """The key was destroyed on purpose: what it sealed is gone for good."""

    code = "destroyed"


@dataclass
class Key:
    """One data key; `material` is unwrapped when it is first needed, and no repr shows it."""

    id: int
    purpose: str
    version: int
    master: str
    wrapped: bytes = field(repr=False)
    _material: bytes | None = field(default=None, repr=False)

    @property
    def material(self) -> bytes:
        """The 32 bytes. Raises Misconfigured when the master key is not here."""
        if self._material is None:
            self._material = master_named(self.master).unwrap(self.wrapped, context_of(self.purpose, self.version))
        return self._material


class _Ring:
    """What this process knows of the keys."""

    def __init__(self) -> None:
        self.keys: dict[int, Key] = {}
        self.newest: dict[str, Key] = {}
        self.gone: set[int] = set()
        self.read_at = float("-inf")
        self.lock = threading.Lock()


_ring = _Ring()


def current(purpose: str) -> Key:
    """The key that seals for this purpose now; the first one is made when there is none."""
    if monotonic() - _ring.read_at > FRESH:
        _read()
    found = _ring.newest.get(purpose)
    if found is None:
        add_key(purpose, 1)
        _read()
        found = _ring.newest[purpose]
    return found


def by_id(key_id: int) -> Key:
    """The key that a sealed value names. Raises Destroyed, and NotFound for one that is not of this installation."""
    found = _ring.keys.get(key_id)
    if found is None or monotonic() - _ring.read_at > FRESH:
        _read()
        found = _ring.keys.get(key_id)
    if key_id in _ring.gone:
        raise Destroyed(_("The key of this value was destroyed. The value is gone for good."))
    if found is None:
        raise NotFound(code="no_such_key")
    return found


def forget() -> None:
    """Read the keys anew when they are next needed: this process has changed them."""
    _ring.read_at = float("-inf")


def add_key(purpose: str, version: int, material: bytes | None = None) -> bool:
    """Store a new data key (random, unless an older scheme's is taken over); False when somebody else was first.

    It is committed at once, on a line of its own: what was sealed under a key may outlive the transaction that first
    needed it, in a file or in this process.
    """
    key, master = material or secrets.token_bytes(LENGTH), master_for(purpose)
    row = {
        "id": secrets.randbits(32), "purpose": purpose, "version": version, "master": master.name,
        "wrapped": master.wrap(key, context_of(purpose, version)),
    }  # fmt: skip
    with _line() as line:
        return line.execute(_ADD, row).rowcount == 1


def renew(purpose: str) -> DataKey:
    """Give the purpose its next version, which seals from now on."""
    newest = DataKey.objects.filter(purpose=purpose).order_by("-version").first()
    version = newest.version + 1 if newest else 1
    add_key(purpose, version)
    forget()
    return DataKey.objects.get(purpose=purpose, version=version)


def rewrap() -> int:
    """Wrap every key by the master that is its purpose's now, where another did; how many. Nothing is sealed anew."""
    changed = []
    with transaction.atomic():
        for row in DataKey.objects.select_for_update().exclude(wrapped=None).order_by("purpose", "version"):
            master, context = master_for(row.purpose), context_of(row.purpose, row.version)
            if master.name != row.master:
                plain = master_named(row.master).unwrap(bytes(row.wrapped or b""), context)
                row.master, row.wrapped = master.name, master.wrap(plain, context)
                changed.append(row)
        DataKey.objects.bulk_update(changed, ["master", "wrapped"])
    forget()
    return len(changed)


@transaction.atomic
def destroy(*, purpose: str, now: datetime) -> int:
    """Destroy every data key of a purpose: what they sealed can never be opened again, here or in any backup whose keys
    are gone too. Its next value gets a new key. Returns how many were destroyed."""
    gone = DataKey.objects.filter(purpose=purpose, destroyed_at=None).update(
        wrapped=None, destroyed_at=now, retired_at=now
    )
    record("key.destroyed", now, purpose=purpose, versions=gone)
    transaction.on_commit(forget)
    return gone


@transaction.atomic
def retire(row: DataKey, *, now: datetime) -> None:
    """End a version under which nothing is sealed any more; its key is destroyed. The caller has counted (`check`).

    Raises Conflict for the version that seals.
    """
    newest = DataKey.objects.filter(purpose=row.purpose, retired_at=None).order_by("-version").first()
    if newest is not None and newest.pk == row.pk:
        raise Conflict(_("This version seals now. Rotate first."), code="current")
    DataKey.objects.filter(pk=row.pk).update(wrapped=None, destroyed_at=now, retired_at=now)
    record("key.retired", now, purpose=row.purpose, version=row.version)
    transaction.on_commit(forget)


def record(act: str, now: datetime, **data: Any) -> None:
    """Write on the vault's own chain what was done with its keys; never a key."""
    append(chain="vault", act=act, subject="vault", actor=Actor.platform(), now=now, data=data)


def context_of(purpose: str, version: int) -> bytes:
    """What a wrapped key is bound to."""
    return f"zhijia/{purpose}/{version}".encode()


def _read() -> None:
    """Read the ring anew: one small statement, past the query log and past every scope, which may read wrapped keys.

    Where the line is busy with a COPY or its transaction has failed, it is asked on another; where there is none, what
    was known stays known.
    """
    try:
        connection.ensure_connection()
        raw: psycopg.Connection[Any] = connection.connection
        if raw.info.transaction_status in (TransactionStatus.ACTIVE, TransactionStatus.INERROR):
            with _line() as line:
                rows = line.execute(_READ).fetchall()
        else:
            with psycopg.RawCursor(raw) as cursor:
                rows = cursor.execute(_READ).fetchall()
    except psycopg.Error:
        if not _ring.keys:
            raise
        return
    with _ring.lock:
        newest: dict[str, Key] = {}
        for key_id, purpose, version, master, wrapped, live in rows:
            if wrapped is None:
                _ring.keys.pop(key_id, None)
                _ring.gone.add(key_id)
                continue
            known = _ring.keys.get(key_id)
            if known is None:
                known = _ring.keys[key_id] = Key(key_id, purpose, version, master, bytes(wrapped))
            if live:
                newest[purpose] = known
        _ring.newest, _ring.read_at = newest, monotonic()


@contextmanager
def _line() -> Iterator["psycopg.Connection[Any]"]:
    """A line to the database beside that of the running transaction."""
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as line:
        yield line
