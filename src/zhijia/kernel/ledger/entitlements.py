"""Entitlements: claimed once by a person out of a quota, used once, given back or expired.

Each act is one function of the database (migrations/0003_claims.py) that decides and writes; it answers with a code
instead of raising, so that a module can say it in its own words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb
from psycopg.types.numeric import Int8

from zhijia.kernel.base.statements import Row

from .models import Entitlement
from .sql import prepared, rows


class Code(StrEnum):
    """How an act on an entitlement ended."""

    GRANTED = "granted"
    AGAIN = "again"
    """The same key had been used before: what it did then."""
    ALREADY = "already"
    """The person has one of this scope, under another key."""
    SOLD_OUT = "sold_out"
    NOT_OPEN = "not_open"
    CLOSED = "closed"
    PAUSED = "paused"
    BUSY = "busy"
    """Every place that is left was being taken by somebody for three seconds; try again."""
    KEY_REUSED = "key_reused"
    NO_QUOTA = "no_quota"
    USED = "used"
    ALREADY_USED = "already_used"
    REFUNDED = "refunded"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    NOT_FOUND = "not_found"


@dataclass(frozen=True)
class Claimed:
    """`id` is the person's entitlement where there is one."""

    code: Code
    id: int | None


@dataclass(frozen=True)
class Acted:
    """How it ended, and the entitlement as it is now (None when there is none)."""

    code: Code
    entitlement: Entitlement | None


_CLAIM = "SELECT code, entitlement FROM ledger_claim($1, $2, $3, $4, $5, $6, $7, $8, $9)"


def claim(
    *, quota_id: int, scope: str, person_id: int, key: str, fen: int, valid_from: datetime, valid_to: datetime,
    snapshot: Mapping[str, Any], now: datetime,
) -> Claimed:  # fmt: skip
    """Take one place of the quota for this person: one prepared statement, and the caller's commit makes it durable.

    Codes: granted, again, already, sold_out, not_open, closed, paused, busy, key_reused, no_quota. Whoever does more
    in the same transaction should do it after the claim: the claim holds a shard of the quota until the commit.
    """
    values = [
        Int8(quota_id), scope, Int8(person_id), key, Int8(fen), valid_from, valid_to, Jsonb(dict(snapshot)), now,
    ]  # fmt: skip
    code, found = prepared(_CLAIM, values)[0]
    return Claimed(Code(code), found)


@cache
def _names() -> tuple[str, ...]:
    return tuple(f.attname for f in Entitlement._meta.concrete_fields)


@cache
def _columns() -> str:
    return ", ".join(f"(acted.held).{f.column}" for f in Entitlement._meta.concrete_fields)


def use(*, entitlement_id: int, key: str, by: str, at: datetime) -> Acted:
    """Use it, once; `at` is the moment at which it was handed over, which for an upload lies before now.

    Codes: used, again (same key), already_used, refunded, not_yet, expired, not_found.
    """
    sql = f"SELECT acted.code, {_columns()} FROM ledger_use($1, $2, $3, $4) acted"
    return _acted(prepared(sql, [Int8(entitlement_id), key, by, at])[0])


def use_many(*, uses: Sequence[tuple[int, str, datetime]], by: str) -> list[Acted]:
    """The same for a batch of (entitlement id, key, at), answered in order, in one statement. It locks them by id, so
    that two batches with the same codes do not wait for each other."""
    sql = f"""
        SELECT acted.code, {_columns()} FROM (
          SELECT * FROM unnest($1::bigint[], $2::text[], $3::timestamptz[]) WITH ORDINALITY AS g (id, key, at, n)
          ORDER BY g.id, g.n OFFSET 0) g,
          LATERAL ledger_use(g.id, g.key, $4, g.at) acted ORDER BY g.n
    """
    ids, keys, moments = ([u[i] for u in uses] for i in range(3))
    return [_acted(row) for row in prepared(sql, [ids, keys, moments, by])]


def refund(
    *, entitlement_id: int, now: datetime, why: str, person_id: int | None = None, used_too: bool = False
) -> Acted:  # fmt: skip
    """Give it back: the place returns to its quota and the person may claim anew. With `person_id` only their own;
    `used_too` also takes back one that was used (the money is the caller's to reverse).

    Codes: refunded, again, already_used, expired, not_found.
    """
    sql = f"SELECT acted.code, {_columns()} FROM ledger_refund($1, $2, $3, $4, $5) acted"
    person = None if person_id is None else Int8(person_id)
    return _acted(prepared(sql, [Int8(entitlement_id), person, used_too, why, now])[0])


_EXPIRE = """
WITH due AS (
  SELECT id FROM ledger_entitlement WHERE status = 'granted' AND valid_to <= %(now)s
  ORDER BY valid_to LIMIT %(most)s FOR UPDATE SKIP LOCKED)
UPDATE ledger_entitlement e SET status = 'expired', ended_at = %(now)s, ended_why = 'expired'
FROM due WHERE e.id = due.id
"""


def expire(*, now: datetime, limit: int = 10_000) -> int:
    """Let up to `limit` unused ones whose time is over expire; returns how many. Call it until it gives 0; several may
    run at once. For the platform."""
    with connection.cursor() as cursor:
        cursor.execute(_EXPIRE, {"now": now, "most": limit})
        return int(cursor.rowcount)


def by_serial(*, quota_id: int, serial: int) -> int | None:
    """The id of the entitlement with this number in its quota."""
    found: int | None = prepared("SELECT ledger_by_serial($1, $2::int)", [Int8(quota_id), serial])[0][0]
    return found


@dataclass(frozen=True)
class Counts:
    """How many entitlements of a quota stand how."""

    granted: int = 0
    used: int = 0
    refunded: int = 0
    expired: int = 0


def counts(quota_ids: Sequence[int]) -> dict[int, Counts]:
    """Counts by quota, in one statement; a quota that nobody claimed from is left out."""
    found = rows("SELECT * FROM ledger_counts(%s::bigint[])", [list(quota_ids)])
    return {quota: Counts(*rest) for quota, *rest in found}


def _acted(row: Row) -> Acted:
    code, *values = row
    if values[0] is None:
        return Acted(Code(code), None)
    found = Entitlement.from_db(connection.alias, _names(), values)
    found.snapshot = Entitlement._meta.get_field("snapshot").from_db_value(found.snapshot, None, connection)  # type: ignore[arg-type]
    return Acted(Code(code), found)
