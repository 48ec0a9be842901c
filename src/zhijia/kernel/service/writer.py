"""Writes everything one transition changed in one statement: case, event, audit, notes, tasks, clocks, counters,
messages and outbox. One round trip and one plan, prepared by the driver, because this is the hottest path we have."""

import json
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.deadlines.models import Deadline
from zhijia.kernel.indicators.shards import SHARDS
from zhijia.kernel.people.sealed import stored

from .change import Change, record, sealed_note
from .prepared import run

_ALWAYS = {
    "case": """
  UPDATE cases_case SET state = %(state)s, category = %(category)s, title = %(title)s, unit_id = %(unit_id)s,
    unit_lft = %(unit_lft)s, industry_lft = %(industry_lft)s::bigint, employer_id = %(employer_id)s::bigint,
    assignee_id = %(assignee_id)s::bigint,
    urgent = %(urgent)s, confidential = %(confidential)s, marks = %(marks)s::jsonb, changed_at = %(now)s,
    closed_at = %(closed_at)s::timestamptz, due_at = %(due_at)s::timestamptz, due_key = %(due_key)s,
    paused = %(paused)s, late = %(late)s, lead_id = %(lead_id)s::bigint, seq = %(seq)s
  WHERE id = %(case)s""",
    "event": """
  INSERT INTO cases_event (case_id, seq, transition, source, target, at, actor_id, actor_role, actor_org_id,
    stands_for, public, data, key, version)
  VALUES (%(case)s, %(seq)s, %(transition)s, %(source)s, %(target)s, %(now)s, %(actor_id)s::bigint, %(actor_role)s,
    %(actor_org_id)s::bigint, %(stands_for)s, %(public)s, %(data)s::jsonb, %(key)s::text, %(version)s)""",
    "entry": """
  INSERT INTO audit_entry (chain, seq, at, actor_id, actor, act, subject, person_id, purpose, data, prev, hash)
  VALUES (%(chain)s, %(chain_seq)s, %(now)s, %(actor_id)s::bigint, %(actor)s, %(act)s, %(chain)s,
    %(person_id)s::bigint, '', %(audit)s::jsonb, %(prev)s, %(hash)s)""",
    "chain": """
  INSERT INTO audit_chain (key, seq, head) VALUES (%(chain)s, %(chain_seq)s, %(hash)s)
  ON CONFLICT (key) DO UPDATE SET seq = excluded.seq, head = excluded.head""",
    "outgoing": """
  INSERT INTO events_outgoing (id, type, subject, time, data)
  VALUES (%(event_id)s, %(event_type)s, %(chain)s, %(now)s, %(data)s::jsonb)""",
}
_SOMETIMES = {
    "notes": """
  INSERT INTO cases_note (case_id, event_seq, field, text, public, at)
  SELECT %(case)s, %(seq)s, x.field, x.text, x.public, %(now)s
  FROM jsonb_to_recordset(%(notes)s::jsonb) AS x(field text, text bytea, public boolean)""",
    "old_clocks": """
  UPDATE deadlines_deadline d SET state = x.state, planned_at = x.planned_at, due_at = x.due_at,
    latest_at = x.latest_at, provisional = x.provisional, done_at = x.done_at, level = x.level, moves = x.moves
  FROM jsonb_to_recordset(%(old_clocks)s::jsonb) AS x(id bigint, state text, planned_at timestamptz,
    due_at timestamptz, latest_at timestamptz, provisional boolean, done_at timestamptz, level smallint, moves jsonb)
  WHERE d.id = x.id""",
    "new_clocks": """
  INSERT INTO deadlines_deadline (case_id, key, round, state, rule, amount, unit, basis, verified, started_at,
    started_by, planned_at, due_at, latest_at, provisional, done_at, leads, level, reminded, moves)
  SELECT %(case)s, x.key, x.round, x.state, x.rule, x.amount, x.unit, x.basis, x.verified, x.started_at,
    x.started_by, x.planned_at, x.due_at, x.latest_at, x.provisional, x.done_at, x.leads, 0, false, '[]'::jsonb
  FROM jsonb_to_recordset(%(new_clocks)s::jsonb) AS x(key text, round smallint, state text, rule text, amount int,
    unit text, basis text, verified boolean, started_at timestamptz, started_by text, planned_at timestamptz,
    due_at timestamptz, latest_at timestamptz, provisional boolean, done_at timestamptz, leads boolean)""",
    "tasks": """
  INSERT INTO cases_task (case_id, kind, role, org_id, state, opened_at, data)
  SELECT %(case)s, x.kind, x.role, x.org_id, 'open', %(now)s, x.data
  FROM jsonb_to_recordset(%(tasks)s::jsonb) AS x(kind text, role text, org_id bigint, data jsonb)""",
    "settled": """
  UPDATE cases_task SET state = CASE WHEN kind = ANY(%(settles)s::text[]) THEN 'done' ELSE 'dropped' END,
    closed_at = %(now)s
  WHERE case_id = %(case)s AND state = 'open' AND (kind = ANY(%(settles)s::text[]) OR %(ends)s)""",
    "counts": f"""
  INSERT INTO indicators_counter (service, indicator, region, month, category, shard, n, amount)
  SELECT %(service)s, x.indicator, r.region, %(month)s::date, x.category, pg_backend_pid() % {SHARDS}, 1, x.amount
  FROM jsonb_to_recordset(%(counts)s::jsonb) AS x(indicator text, category text, amount numeric),
    (VALUES (%(region)s::text), (left(%(region)s::text, 2))) AS r(region)
  ORDER BY x.category, x.indicator, r.region
  ON CONFLICT (service, category, month, region, indicator, shard)
  DO UPDATE SET n = indicators_counter.n + 1, amount = indicators_counter.amount + excluded.amount""",
    "messages": """
  INSERT INTO notify_message (person_id, account_id, case_id, channel, state, template, data, reason, not_before,
    created_at, sent_at, tries)
  SELECT x.person_id, x.account_id, %(case)s, x.channel, x.state, x.template, x.data, x.reason, x.not_before,
    %(now)s, x.sent_at, 0
  FROM jsonb_to_recordset(%(messages)s::jsonb) AS x(person_id bigint, account_id bigint, channel text, state text,
    template text, data jsonb, reason text, not_before timestamptz, sent_at timestamptz)""",
}
"""By the parameter that fills it: a part that has nothing to write is left out, because setting it up under row-level
security costs as much as doing it."""


@lru_cache(maxsize=64)
def _statement(filled: tuple[str, ...]) -> str:
    parts = {**_ALWAYS, **{name: _SOMETIMES[name] for name in filled}}
    return f"WITH {', '.join(f'{name}_ AS ({sql})' for name, sql in parts.items())} SELECT 1"


_OLD = ("state", "planned_at", "due_at", "latest_at", "provisional", "done_at", "level", "moves")
_NEW = (
    "key", "round", "state", "rule", "amount", "unit", "basis", "verified", "started_at", "started_by", "planned_at",
    "due_at", "latest_at", "provisional", "done_at", "leads",
)  # fmt: skip


def write(change: Change) -> UUID:
    """Write the whole change; returns the id of the published event. Runs inside the caller's transaction, which
    holds the case's row lock."""
    case, told = change.case, record(change)
    rows = {
        "notes": [_note(change, *note) for note in change.notes],
        "old_clocks": [_row(d, ("id", *_OLD)) for d in change.deadlines if d.pk],
        "new_clocks": [_row(d, _NEW) for d in change.deadlines if not d.pk],
        "tasks": [t.__dict__ for t in change.tasks],
        "counts": [
            {"indicator": name, "category": category, "amount": str(amount)}
            for name, amount in change.counts for category in ("", case.category)
        ],
        "messages": [m.as_row() for m in change.messages],
    }  # fmt: skip
    filled = [name for name, given in rows.items() if given]
    filled += ["settled"] * bool(change.settles or change.ends)
    run(
        _statement(tuple(filled)),
        {
            "case": case.pk, "state": case.state, "category": case.category, "title": stored(case, "title"),
            "unit_id": case.unit_id, "unit_lft": case.unit_lft, "industry_lft": case.industry_lft,
            "employer_id": case.employer_id,
            "assignee_id": case.assignee_id, "urgent": case.urgent, "confidential": case.confidential,
            "marks": _json(case.marks), "now": change.now, "closed_at": case.closed_at, "due_at": case.due_at,
            "due_key": case.due_key, "paused": case.paused, "late": case.late, "lead_id": case.lead_id,
            "seq": case.seq, "transition": change.transition, "source": change.source, "target": change.target,
            "actor_id": change.actor.account_id, "actor_role": change.acts_as,
            "actor_org_id": change.org_id, "stands_for": change.stands_for,
            "public": change.public, "data": _json(told.data), "key": change.key, "version": case.version,
            "chain": told.chain, "chain_seq": told.chain_seq, "actor": told.who, "act": told.act,
            "person_id": case.applicant_id,
            "audit": _json(told.audited), "prev": told.prev, "hash": told.hash,
            "settles": list(change.settles), "ends": change.ends,
            "service": case.service, "region": case.region,
            "month": change.now.astimezone(CHINA).date().replace(day=1),
            **{name: _json(given) for name, given in rows.items()},
            "event_id": told.event_id, "event_type": f"cn.zhijia.{told.act}",
        },
        role=change.role,
    )  # fmt: skip
    return told.event_id


def _note(change: Change, name: str, words: str, public: bool) -> dict[str, Any]:
    return {"field": name, "text": "\\x" + sealed_note(change, name, words).hex(), "public": public}


def _row(deadline: Deadline, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(deadline, name) for name in names}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
