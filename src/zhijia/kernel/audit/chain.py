"""Appending to a hash chain (SM3, GB/T 32905), and the one encoding that every hash of the audit trail uses.

An entry's hash is SM3(prev ‖ body). The body is UTF-8 JSON without blanks, keys sorted, non-ASCII letters as they
are, of the array [chain, seq, at, actor_id, actor, act, subject, person_id, purpose, data], where `at` is UTC with
microseconds ("2026-11-22T05:00:00.000000Z"). The id is not part of it: the database gives it after the hash is
known; the daily seal covers it.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from django.db import connection, transaction

from .models import Entry

GENESIS = bytes(32)
"""What the first entry of a chain, and the first seal, follows."""

ADVANCE = """
    INSERT INTO audit_chain AS c (key, seq, head) VALUES (%s, 1, %s)
    ON CONFLICT (key) DO UPDATE SET seq = c.seq + 1 RETURNING seq, head
"""
"""Locks a chain and takes its next place. Parameters: key, GENESIS; gives the place and the hash to follow. Whoever
takes a place fills it and stores the new head (`INSERT`) in the same transaction."""

INSERT = """
    WITH new AS (SELECT nextval('audit_entry_id_seq') AS id),
    moved AS (UPDATE audit_chain SET head = %(hash)s WHERE key = %(chain)s),
    added AS (
      INSERT INTO audit_entry (id, chain, seq, at, actor_id, actor, act, subject, person_id, purpose, data, prev, hash)
      SELECT new.id, %(chain)s, %(seq)s, %(at)s, %(actor_id)s, %(actor)s, %(act)s, %(subject)s, %(person_id)s,
             %(purpose)s, %(data)s::jsonb, %(prev)s, %(hash)s FROM new)
    SELECT id FROM new
"""


class Post(Protocol):
    """What the trail keeps of a post."""

    @property
    def role(self) -> str: ...
    @property
    def org_name(self) -> str: ...
    @property
    def substitute_for(self) -> str: ...


class Acting(Protocol):
    """What the trail must know of whoever acts; `kernel.people.actors.Actor` fits."""

    @property
    def account_id(self) -> int | None: ...
    @property
    def person_id(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def posts(self) -> Collection[Post]: ...


def signature(actor: Acting) -> str:
    """Who acts, as it stays on record: "Zhou Min (officer, Lanjiang Union)".

    Somebody without a post is a worker, and the trail can never forget a name: they are kept as "person:5".
    """
    posts = "; ".join(
        f"{post.role}, {post.org_name}" + (f", for {post.substitute_for}" if post.substitute_for else "")
        for post in actor.posts
    )
    if posts:
        return f"{actor.name} ({posts})"
    return actor.name if actor.person_id is None else f"person:{actor.person_id}"


def canonical(value: object) -> bytes:
    """The one byte encoding of a JSON value that hashes are made over."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def stamp(at: datetime) -> str:
    """A moment as hashes hold it: UTC, always six decimals."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def sm3(value: bytes) -> bytes:
    """The SM3 of a value, 32 bytes."""
    return hashlib.new("sm3", value).digest()


def digest(prev: bytes, *fields: object) -> bytes:
    """SM3, 32 bytes, over what went before and the canonical array of `fields`."""
    return sm3(prev + canonical(fields))


def entry_hash(
    prev: bytes,
    *,
    chain: str,
    seq: int,
    at: datetime,
    actor_id: int | None,
    actor: str,
    act: str,
    subject: str,
    person_id: int | None,
    purpose: str,
    data: Mapping[str, Any],
) -> bytes:
    """The hash of the entry with these columns that follows `prev`."""
    return digest(prev, chain, seq, stamp(at), actor_id, actor, act, subject, person_id, purpose, dict(data))


@transaction.atomic
def append(
    *,
    chain: str,
    act: str,
    subject: str,
    actor: Acting,
    now: datetime,
    data: Mapping[str, Any] | None = None,
    person_id: int | None = None,
    purpose: str = "",
) -> Entry:
    """Add one entry to `chain` (made if new) and return it. The chain stays locked until the transaction ends.

    `data` holds ids and names of fields. Raises TypeError for a float: the database would not give back the same text.
    """
    data = dict(data or {})
    _refuse_floats(data)
    with connection.cursor() as cursor:
        cursor.execute(ADVANCE, [chain, GENESIS])
        seq, prev = cursor.fetchone()
        columns: dict[str, Any] = {
            "chain": chain,
            "seq": seq,
            "at": now,
            "actor_id": actor.account_id,
            "actor": signature(actor),
            "act": act,
            "subject": subject,
            "person_id": person_id,
            "purpose": purpose,
            "data": data,
        }
        columns |= {"prev": bytes(prev), "hash": entry_hash(bytes(prev), **columns)}
        # The id is drawn first, not RETURNED: row-level security would ask that the writer may also read the row.
        cursor.execute(INSERT, {**columns, "data": canonical(data).decode()})
        return Entry(id=cursor.fetchone()[0], **columns)


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError(f"audit data holds ids and names of fields, not the float {value!r}")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"audit data has text keys, not {key!r}")
            _refuse_floats(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_floats(inner)
