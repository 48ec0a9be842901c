"""Storing what a batch decided: the rows of `writer`, table by table, by COPY and set-based updates."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, models

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.cases.models import Case, Party, Task
from zhijia.kernel.cases.search import words_of
from zhijia.kernel.deadlines.models import Deadline
from zhijia.kernel.indicators.shards import SHARDS
from zhijia.kernel.people.sealed import SealedText

from .change import Change, Recorded, sealed_note
from .lives import Life

_EVENT = (
    "cases_event (case_id, seq, transition, source, target, at, actor_id, actor_role, actor_org_id, stands_for, "
    "public, data, key, version)"
)
_AUDIT = "audit_entry (chain, seq, at, actor_id, actor, act, subject, person_id, purpose, data, prev, hash)"
_NOTE = "cases_note (case_id, event_seq, field, text, public, at)"
_MESSAGE = (
    "notify_message (person_id, account_id, case_id, channel, state, template, data, reason, not_before, created_at, "
    "sent_at, tries)"
)
_OUTGOING = "events_outgoing (id, type, subject, time, data)"
_CHAIN = """
INSERT INTO audit_chain (key, seq, head) SELECT * FROM unnest(%s::text[], %s::int[], %s::bytea[])
ON CONFLICT (key) DO UPDATE SET seq = excluded.seq, head = excluded.head
"""
_WORDS = """
INSERT INTO cases_words (case_id, words) SELECT x.id, array_to_tsvector(string_to_array(x.words, ' '))
FROM unnest(%s::bigint[], %s::text[]) AS x(id, words)
"""
_COUNTERS = f"""
INSERT INTO indicators_counter (service, indicator, region, month, category, shard, n, amount)
SELECT x.service, x.indicator, x.region, x.month, x.category, pg_backend_pid() %% {SHARDS}, x.n, x.amount
FROM unnest(%s::text[], %s::text[], %s::text[], %s::date[], %s::text[], %s::bigint[], %s::numeric[])
  AS x(service, indicator, region, month, category, n, amount)
ORDER BY x.service, x.category, x.month, x.region, x.indicator
ON CONFLICT (service, category, month, region, indicator, shard)
DO UPDATE SET n = indicators_counter.n + excluded.n, amount = indicators_counter.amount + excluded.amount
"""


class Sheaf:
    """The rows of many changes, gathered until they are stored together."""

    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[Any, ...]]] = {
            table: [] for table in (_EVENT, _AUDIT, _NOTE, _MESSAGE, _OUTGOING)
        }
        self._counts: dict[tuple[str, str, str, date, str], list[Any]] = defaultdict(lambda: [0, Decimal(0)])

    def add(self, change: Change, told: Recorded) -> None:
        """Take one decided change, hashed behind its predecessor."""
        case, now, rows = change.case, change.now, self._rows
        data, account = _json(told.data), change.actor.account_id
        rows[_EVENT].append((
            case.pk, case.seq, change.transition, change.source, change.target, now, account, change.acts_as,
            change.org_id, change.stands_for, change.public, data, change.key, case.version,
        ))  # fmt: skip
        rows[_AUDIT].append((
            told.chain, told.chain_seq, now, account, told.who, told.act, told.chain, case.applicant_id, "",
            _json(told.audited), told.prev, told.hash,
        ))  # fmt: skip
        rows[_OUTGOING].append((told.event_id, f"cn.zhijia.{told.act}", told.chain, now, data))
        rows[_NOTE] += [
            (case.pk, case.seq, name, sealed_note(change, name, words), public, now)
            for name, words, public in change.notes
        ]
        rows[_MESSAGE] += [
            (
                m.person_id, m.account_id, case.pk, m.channel, m.state, m.template, _json(m.data), m.reason,
                m.not_before, now, m.sent_at, 0,
            )
            for m in change.messages
        ]  # fmt: skip
        month = now.astimezone(CHINA).date().replace(day=1)
        for name, amount in change.counts:
            for category in ("", case.category):
                for region in (case.region, case.region[:2]):
                    counter = self._counts[case.service, name, region, month, category]
                    counter[0] += 1
                    counter[1] += amount

    def store(self, lives: Iterable[Life]) -> None:
        """Write everything, the cases first because the rest refers to them."""
        touched = [life for life in lives if life.touched]
        if not touched:
            return
        with connection.cursor() as cursor:
            _store_cases(cursor, touched)
            for table, rows in self._rows.items():
                _copy(cursor, table, rows)
            chains = [(f"case:{life.case.pk}", *life.trail) for life in touched if life.trail]
            cursor.execute(_CHAIN, [list(column) for column in zip(*chains, strict=True)])
            new = [life for life in touched if life.new]
            if new:
                words = [words_of(*life.searched) for life in new]
                cursor.execute(_WORDS, [[life.case.pk for life in new], words])
            if self._counts:
                counters = [(*key, n, amount) for key, (n, amount) in self._counts.items()]
                cursor.execute(_COUNTERS, [list(column) for column in zip(*counters, strict=True)])


def _store_cases(cursor: Any, lives: Collection[Life]) -> None:
    """Cases, their facts, clocks, workers and tasks: new rows by COPY, known ones by one update for each table."""
    new, known = [life for life in lives if life.new], [life for life in lives if not life.new]
    _insert(cursor, Case, [life.case for life in new])
    _update(cursor, [life.case for life in known], [f.attname for f in Case._meta.concrete_fields if f.attname != "id"])
    for facts in dict.fromkeys(type(life.facts) for life in lives):
        _insert(cursor, facts, [life.facts for life in new if isinstance(life.facts, facts)])
        changed = [life for life in known if life.columns and isinstance(life.facts, facts)]
        columns = sorted({name for life in changed for name in life.columns})
        _update(cursor, [life.facts for life in changed], columns)
    _rows_of(cursor, Party, [row for life in lives for row in life.parties], ["status"])
    _rows_of(cursor, Task, [row for life in lives for row in life.tasks], ["state", "closed_at"])
    _rows_of(
        cursor, Deadline, [row for life in lives for row in life.deadlines],
        ["state", "planned_at", "due_at", "latest_at", "provisional", "done_at", "level", "moves"],
    )  # fmt: skip


def _rows_of(cursor: Any, model: type[models.Model], rows: Sequence[models.Model], changes: Sequence[str]) -> None:
    _insert(cursor, model, [row for row in rows if row.pk is None])
    _update(cursor, [row for row in rows if row.pk is not None], changes)


def _insert(cursor: Any, model: type[models.Model], rows: Sequence[models.Model]) -> None:
    if not rows:
        return
    fields: list[Any] = [f for f in model._meta.concrete_fields if rows[0].pk is not None or not f.primary_key]
    table = f"{model._meta.db_table} ({', '.join(f.column for f in fields)})"
    _copy(cursor, table, [[_plain(f, row) for f in fields] for row in rows])


def _copy(cursor: Any, table: str, rows: Iterable[Sequence[Any]]) -> None:
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _update(cursor: Any, rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Set these columns of these rows of one table, found by their key, in one statement."""
    if not rows or not names:
        return
    meta = rows[0]._meta
    fields = [f for f in meta.concrete_fields if f.attname in names]
    key = meta.pk
    assert key is not None
    given = [{f.column: _plain(f, row) for f in (key, *fields)} for row in rows]
    types = ", ".join(f'"{f.column}" {_type(f)}' for f in (key, *fields))
    sets = ", ".join(f'"{f.column}" = x."{f.column}"' for f in fields)
    cursor.execute(
        f"UPDATE {meta.db_table} t SET {sets} FROM jsonb_to_recordset(%s::jsonb) AS x({types}) "
        f'WHERE t."{key.column}" = x."{key.column}"',
        [json.dumps([{k: json.loads(v) if isinstance(v, _Json) else v for k, v in row.items()} for row in given],
                    ensure_ascii=False, default=_text)],
    )  # fmt: skip


class _Json(str):
    """A JSON text, so that COPY takes it as it is and an update does not wrap it twice."""

    __slots__ = ()


def _plain(field: Any, row: models.Model) -> Any:
    if isinstance(field, SealedText):
        return field.pre_save(row, add=False)
    value = getattr(row, field.attname)
    return _Json(_json(value)) if isinstance(field, models.JSONField) else value


def _type(field: Any) -> str:
    """The type of a column, a key's as what it refers to."""
    refers = field.primary_key or field.is_relation
    return str(field.rel_db_type(connection) if refers else field.db_type(connection))


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


_json = json.JSONEncoder(ensure_ascii=False, default=_text).encode
