"""Quotas: making, resizing, pausing and reading them, and the proof that no place was lost or invented.

Whoever writes here is the platform (a task, a command, or an effect inside `as_platform`); requests only read.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Conflict, FieldProblem, Invalid, NotFound

from .models import SHARDS, Quota
from .sql import rows


@dataclass(frozen=True, kw_only=True)
class NewQuota:
    """A quota as it is to be made; `named` when each place goes to a person."""

    key: str
    total: int
    opens_at: datetime
    closes_at: datetime
    named: bool = True


@dataclass(frozen=True)
class QuotaFigure:
    """How a quota stands."""

    id: int
    key: str
    total: int
    room: int
    taken: int
    opens_at: datetime
    closes_at: datetime
    paused: bool


_MAKE = """
WITH given AS (
  SELECT * FROM unnest(%(keys)s::text[], %(totals)s::int[], %(opens)s::timestamptz[], %(closes)s::timestamptz[],
                       %(named)s::boolean[]) AS g (key, total, opens_at, closes_at, named)),
made AS (
  INSERT INTO ledger_quota (key, total, opens_at, closes_at, paused, named)
  SELECT key, total, opens_at, closes_at, false, named FROM given ORDER BY key ON CONFLICT DO NOTHING
  RETURNING id, total),
shards AS (
  INSERT INTO ledger_quota_shard (quota_id, shard, room, taken, serial)
  SELECT m.id, s, m.total / %(shards)s + (s < m.total %% %(shards)s)::int, 0, 0
  FROM made m CROSS JOIN generate_series(0, %(shards)s - 1) AS s)
SELECT count(*) FROM made
"""


def make_quotas(quotas: Iterable[NewQuota]) -> int:
    """Make those that do not exist yet, in one statement; returns how many. One that exists is left as it is."""
    given = list(quotas)
    values = {
        "keys": [q.key for q in given], "totals": [q.total for q in given], "opens": [q.opens_at for q in given],
        "closes": [q.closes_at for q in given], "named": [q.named for q in given], "shards": SHARDS,
    }  # fmt: skip
    return int(rows(_MAKE, values)[0][0])


def figures(*, keys: Collection[str] = (), ids: Collection[int] = (), prefix: str = "") -> list[QuotaFigure]:
    """How these quotas, or all whose key begins like this, stand; by key. One statement, usable in any request."""
    found = rows(
        "SELECT q.id, q.key, q.total, sum(s.room)::int, sum(s.taken)::int, q.opens_at, q.closes_at, q.paused "
        "FROM ledger_quota q JOIN ledger_quota_shard s ON s.quota_id = q.id "
        "WHERE q.key = ANY (%(keys)s::text[]) OR q.id = ANY (%(ids)s::bigint[]) "
        "OR (%(prefix)s <> '' AND q.key ^@ %(prefix)s) GROUP BY q.id ORDER BY q.key",
        {"keys": list(keys), "ids": list(ids), "prefix": prefix},
    )
    return [QuotaFigure(*row) for row in found]


@transaction.atomic
def resize(*, key: str, total: int) -> None:
    """Let the quota be `total`; what is left is spread anew. Raises Invalid below what is taken, saying by how much."""
    quota, shards = _locked(key)
    taken = sum(taken for _shard, _room, taken in shards)
    if total < taken:
        words = _("{taken} are taken already; that is {more} more than this.")
        message = format_lazy(words, taken=taken, more=taken - total)
        raise Invalid(FieldProblem("total", "below_taken", message, {"least": taken}))
    room = total - taken
    _set_rooms(quota.id, [room // SHARDS + (n < room % SHARDS) for n in range(SHARDS)])
    Quota.objects.filter(pk=quota.pk).update(total=total)


def set_paused(*, prefix: str, paused: bool) -> int:
    """Stop or allow claims on every quota whose key begins like this; returns how many there are."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_quota SET paused = %s WHERE key ^@ %s", [paused, prefix])
        return int(cursor.rowcount)


def close(*, prefix: str, now: datetime) -> int:
    """End claims on every quota whose key begins like this, also before it opened; returns how many were not over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_quota SET closes_at = %(now)s, "
            "opens_at = least(opens_at, %(now)s - interval '1 microsecond') "
            "WHERE key ^@ %(prefix)s AND closes_at > %(now)s",
            {"now": now, "prefix": prefix},
        )
        return int(cursor.rowcount)


@transaction.atomic
def take(*, key: str, n: int = 1, now: datetime) -> None:
    """Take `n` places that go to no named person. Raises Conflict: `paused`, `not_open`, `closed`, `sold_out`.

    One at a time: for places that thousands want at once, claim entitlements instead.
    """
    quota, shards = _locked(key, named=False)
    code = "paused" if quota.paused else "not_open" if now < quota.opens_at else ""
    code = code or ("closed" if now >= quota.closes_at else "")
    if code or n > sum(room for _shard, room, _taken in shards):
        raise Conflict(_("There is no such place to be had now."), code=code or "sold_out")
    _move(quota.id, [(shard, room) for shard, room, _taken in shards], n, sign=1)


@transaction.atomic
def give_back(*, key: str, n: int = 1) -> None:
    """Give back `n` places that `take` took. Raises Invalid when fewer are taken."""
    quota, shards = _locked(key, named=False)
    if n > sum(taken for _shard, _room, taken in shards):
        raise Invalid(FieldProblem("n", "not_taken", _("Not so many are taken.")))
    _move(quota.id, [(shard, taken) for shard, _room, taken in shards], n, sign=-1)


_CHECK = """
SELECT q.key, q.total, s.room, s.taken, q.named, coalesce(e.live, 0)
FROM ledger_quota q
JOIN (SELECT quota_id, sum(room) AS room, sum(taken) AS taken FROM ledger_quota_shard GROUP BY 1) s ON s.quota_id = q.id
LEFT JOIN (SELECT quota_id, count(*) FILTER (WHERE status <> 'refunded') AS live FROM ledger_entitlement GROUP BY 1) e
  ON e.quota_id = q.id
WHERE q.key ^@ %s AND (q.total <> s.room + s.taken OR (q.named AND s.taken <> coalesce(e.live, 0))
                       OR (NOT q.named AND e.live IS NOT NULL))
ORDER BY q.key
"""


def verify_quotas(prefix: str = "") -> list[str]:
    """Every quota whose total is not what is left and taken, or whose taken places are not its entitlements; [] when
    all is right."""
    return [
        f"quota {key}: total {total}, left {room}, taken {taken}, entitlements {live}"
        for key, total, room, taken, _named, live in rows(_CHECK, [prefix])
    ]


def verify_quota(key: str) -> list[str]:
    """The same for one quota."""
    return [line for line in verify_quotas(key) if line.startswith(f"quota {key}: ")]


def _locked(key: str, *, named: bool | None = None) -> tuple[Quota, list[tuple[int, int, int]]]:
    """The quota and its shards (shard, room, taken), locked until the transaction ends. Raises NotFound."""
    quota = Quota.objects.filter(key=key).first()
    if quota is None or (named is not None and quota.named != named):
        raise NotFound(_("There is no such quota."))
    sql = "SELECT shard, room, taken FROM ledger_quota_shard WHERE quota_id = %s ORDER BY shard FOR NO KEY UPDATE"
    return quota, [(shard, room, taken) for shard, room, taken in rows(sql, [quota.id])]


def _set_rooms(quota_id: int, rooms: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_quota_shard s SET room = g.room FROM unnest(%s::int[]) WITH ORDINALITY AS g (room, n) "
            "WHERE s.quota_id = %s AND s.shard = g.n - 1",
            [rooms, quota_id],
        )


def _move(quota_id: int, available: list[tuple[int, int]], n: int, *, sign: int) -> None:
    """Move `n` places between left and taken, from the first shards that have them."""
    parts = []
    for _shard, most in available:
        parts.append(min(n, most))
        n -= parts[-1]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_quota_shard s SET room = s.room - %(sign)s * g.part, taken = s.taken + %(sign)s * g.part "
            "FROM unnest(%(parts)s::int[]) WITH ORDINALITY AS g (part, n) "
            "WHERE s.quota_id = %(quota)s AND s.shard = g.n - 1 AND g.part > 0",
            {"parts": parts, "quota": quota_id, "sign": sign},
        )
