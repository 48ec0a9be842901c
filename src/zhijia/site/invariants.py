"""What is true of the stored data at every moment when nobody writes, whatever was killed, full, slow or sent twice.

Each invariant is stated once, in words, beside the function that checks it. Tests, the chaos harness and drills call
`violations`; it reads everything, so it runs as the owner of the database, and changes nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum

from zhijia.kernel.audit.verify import verify as verify_audit
from zhijia.kernel.events.outbox import subscriptions
from zhijia.kernel.indicators.models import Counter
from zhijia.kernel.ledger.balances import balances
from zhijia.kernel.ledger.balances import verify as verify_ledger
from zhijia.kernel.ledger.models import QuotaShard
from zhijia.kernel.ledger.quotas import verify_quotas
from zhijia.kernel.service.rebuild import rebuild
from zhijia.modules.disputes import money as disputes
from zhijia.modules.vouchers import settle
from zhijia.modules.wage_arrears import books


@dataclass(frozen=True)
class Invariant:
    """One sentence that must be true, and the function that names what contradicts it."""

    key: str
    words: str
    broken: Callable[[datetime], Iterator[str]]


def violations(*, now: datetime, only: frozenset[str] = frozenset()) -> list[str]:
    """Every contradiction, as `key: what was found`; [] when all holds. `only` asks for some of them."""
    found = []
    for invariant in INVARIANTS:
        if not only or invariant.key in only:
            found += [f"{invariant.key}: {said}" for said in invariant.broken(now)]
    return found


def _whole(_now: datetime) -> Iterator[str]:
    yield from _said(
        "SELECT c.no || ' has seq ' || c.seq || ', ' || coalesce(e.n, 0) || ' events up to ' || coalesce(e.last, 0)"
        " || ', ' || coalesce(o.n, 0) || ' published' FROM cases_case c"
        " LEFT JOIN (SELECT case_id, count(*) AS n, max(seq) AS last FROM cases_event GROUP BY 1) e ON e.case_id = c.id"
        " LEFT JOIN (SELECT subject, count(*) AS n FROM events_outgoing GROUP BY 1) o ON o.subject = 'case:' || c.id"
        " WHERE (c.seq, c.seq, c.seq) IS DISTINCT FROM (e.n, e.last, o.n)"
    )


def _keys(_now: datetime) -> Iterator[str]:
    yield from _said(
        "SELECT 'case ' || case_id || ' did ' || key || ' ' || count(*) || ' times' FROM cases_event"
        " WHERE key IS NOT NULL GROUP BY case_id, key, actor_id HAVING count(*) > 1"
    )
    yield from _said(
        "SELECT 'person ' || person_id || ' has ' || count(*) || ' of ' || scope FROM ledger_entitlement"
        " WHERE status <> 'refunded' GROUP BY person_id, scope HAVING count(*) > 1"
    )


def _ledger(_now: datetime) -> Iterator[str]:
    yield from verify_ledger()
    yield from books.verify()
    yield from disputes.verify()
    yield from settle.verify()
    if apart := sum(balance.fen for balance in balances("")):
        yield f"debits and credits are {apart} fen apart"


def _quotas(_now: datetime) -> Iterator[str]:
    yield from verify_quotas()
    for shard in QuotaShard.objects.filter(room__lt=0):
        yield f"shard {shard.shard} of quota {shard.quota_id} has {shard.room} left"


def _chain(_now: datetime) -> Iterator[str]:
    yield from (f"{problem.where}: {problem.what}" for problem in verify_audit().problems)


def _counters(_now: datetime) -> Iterator[str]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE indicators_counter IN SHARE ROW EXCLUSIVE MODE")  # nobody counts in between
        kept = _figures()
        rebuild()
        counted = _figures()
        transaction.set_rollback(True)
    for row in sorted({*kept.items()} ^ {*counted.items()}, key=repr)[:20]:
        yield f"{row[0]}: kept {kept.get(row[0])}, counted {counted.get(row[0])}"


def _deadlines(now: datetime) -> Iterator[str]:
    yield from _said(
        "SELECT coalesce(d.case_id, l.case_id) || ' ' || coalesce(d.key, l.key) || ' level ' ||"
        " coalesce(d.level, l.level) || ': ' || coalesce(l.n, 0) || ' reports for ' || coalesce(d.n, 0) || ' clocks'"
        " FROM (SELECT case_id, key, level, count(*) AS n FROM"
        "   (SELECT case_id, key, generate_series(1, level) AS level FROM deadlines_deadline) x GROUP BY 1, 2, 3) d"
        " FULL JOIN (SELECT case_id, data->>'clock' AS key, (data->>'level')::int AS level, count(*) AS n"
        "   FROM cases_event WHERE transition = 'late' GROUP BY 1, 2, 3) l USING (case_id, key, level)"
        " WHERE coalesce(d.n, 0) <> coalesce(l.n, 0)"
    )
    yield from _said(
        "SELECT 'account ' || account_id || ' was reminded ' || count(*) || ' times of ' || (data->>'no') || ' ' ||"
        " (data->>'clock') FROM notify_message WHERE template = 'clock.soon' AND channel = 'app'"
        " GROUP BY account_id, data->>'no', data->>'clock', data->>'due' HAVING count(*) > 1"
    )
    for no, key in _overdue(now):
        yield f"{no} {key} is over and was never reported"


def _overdue(now: datetime) -> list[tuple[Any, ...]]:
    return _rows(
        "SELECT c.no, d.key FROM deadlines_deadline d JOIN cases_case c ON c.id = d.case_id"
        " WHERE d.state = 'running' AND d.level = 0 AND d.due_at < %(now)s",
        now=now,
    )


def _events(_now: datetime) -> Iterator[str]:
    wanted = [(kind, consumer) for kind, consumers in subscriptions().items() for consumer in consumers]
    for kind, consumer, n in _rows(
        "SELECT o.type, w.consumer, count(*) FROM events_outgoing o"
        " JOIN unnest(%(kinds)s::text[], %(consumers)s::text[]) AS w(kind, consumer) ON w.kind = o.type"
        " LEFT JOIN events_consumed e ON e.event = o.id AND e.consumer = w.consumer"
        " WHERE o.sent_at IS NOT NULL AND e.id IS NULL GROUP BY 1, 2",
        kinds=[kind for kind, _consumer in wanted], consumers=[consumer for _kind, consumer in wanted],
    ):  # fmt: skip
        yield f"{n} of {kind} count as sent, but {consumer} never had them"


def _sheets(_now: datetime) -> Iterator[str]:
    yield from _said(
        "SELECT 'workbook ' || j.id || ' says ' || j.good || ' rows, its chunks ' || coalesce(sum(c.rows), 0)"
        " FROM sheets_job j LEFT JOIN sheets_chunk c ON c.job_id = j.id WHERE j.state = 'applied' AND NOT j.out"
        " GROUP BY j.id HAVING j.good <> coalesce(sum(c.rows), 0)"
    )


_WORDS = {
    "whole": "a case is never torn: its number of steps is that of its events, without a gap, and of those published",
    "once": "nothing is stored twice under one key, and nobody holds two of what is given once",
    "ledger": "debits are credits, each balance is the sum of its postings, and every module's rows say the same",
    "quotas": "no quota is negative, and what is left and taken is its total",
    "chain": "the audit trail verifies to the last byte",
    "counters": "every figure is what a rebuild from the events gives",
    "deadlines": "every clock fires exactly once: one reminder for each date, one report for each level",
    "events": "an event that counts as sent was consumed exactly once by each of its consumers",
    "sheets": "a workbook that is finished has stored exactly its good rows",
}
_CHECKS = (_whole, _keys, _ledger, _quotas, _chain, _counters, _deadlines, _events, _sheets)
INVARIANTS = tuple(Invariant(*stated, broken) for stated, broken in zip(_WORDS.items(), _CHECKS, strict=True))


def _figures() -> dict[tuple[Any, ...], tuple[Any, ...]]:
    names = ("service", "indicator", "region", "month", "category")
    rows = Counter.objects.values_list(*names).annotate(Sum("n"), Sum("amount"))
    return {tuple(row[:5]): tuple(row[5:]) for row in rows}


def _said(sql: str, **values: Any) -> Iterator[str]:
    yield from (row[0] for row in _rows(f"{sql} ORDER BY 1 LIMIT 20", **values))


def _rows(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return list(cursor.fetchall())
