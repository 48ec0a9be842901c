"""From the arithmetic to kept clocks: start, move, end and recompute `Deadline` rows.

The functions change instances and leave the writing to the caller, because the engine writes a whole transition in
one statement. `recompute_running` writes, set-based, and logs what it moved.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Q

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.rules import calendar
from zhijia.kernel.rules.values import NATIONAL, RuleValue, Unit

from .clock import Due, Limit, Move, MoveKind, compute
from .models import Deadline, DeadlineState, Recomputation

BATCH = 2000


def begin(
    *, key: str, title_rule: RuleValue, started_by: str, case_id: int, round: int, now: datetime,
    extension: RuleValue | None = None, extensions: int = 0, leads: bool = True, region: str = NATIONAL,
) -> Deadline:  # fmt: skip
    """A new running clock under `title_rule`, its date computed on today's calendar of `region`. Not saved."""
    amount = int(title_rule.value or 0)
    deadline = Deadline(
        case_id=case_id, key=key, round=round, state=DeadlineState.RUNNING, rule=title_rule.key, amount=amount,
        unit=title_rule.unit, basis=title_rule.basis, verified=title_rule.verified, started_at=now,
        started_by=started_by, leads=leads, moves=[],
    )  # fmt: skip
    place(deadline, extension=limit_of(extension), extensions=extensions, region=region)
    return deadline


def limit_of(value: RuleValue | None) -> Limit | None:
    """The limit that a rule value states, or None."""
    return None if value is None else Limit(int(value.value or 0), Unit(value.unit))


def moves_of(deadline: Deadline) -> list[Move]:
    """The moves that count: in order, without those that were undone."""
    return [
        Move(
            MoveKind(m["kind"]), datetime.fromisoformat(m["at"]), m.get("amount", 0),
            Unit(m["unit"]) if m.get("unit") else None, m.get("reason", ""),
        )
        for m in deadline.moves
        if not m.get("undone")
    ]  # fmt: skip


def due_of(deadline: Deadline, *, extension: Limit | None = None, extensions: int = 0, region: str = NATIONAL) -> Due:
    """Compute where this clock ends, from its start, limit and moves, on the calendar in force where its case lies."""
    moves = moves_of(deadline)
    used = sum(m.kind == MoveKind.EXTEND for m in moves)
    return compute(
        start=deadline.started_at, limit=Limit(deadline.amount, Unit(deadline.unit)), moves=moves,
        calendar=calendar.current(region), max_extension=extension, extensions_left=max(0, extensions - used),
    )  # fmt: skip


def place(deadline: Deadline, *, extension: Limit | None = None, extensions: int = 0, region: str = NATIONAL) -> bool:
    """Set the dates of `deadline` by computing them; True when its due date moved."""
    due = due_of(deadline, extension=extension, extensions=extensions, region=region)
    moved = deadline.due_at != due.at
    deadline.planned_at, deadline.due_at, deadline.provisional = due.planned, due.at, due.provisional
    deadline.latest_at = max(due.latest, due.at) if extension else due.at
    return moved


def move(
    deadline: Deadline, kind: MoveKind, *, now: datetime, reason: str, by: str, limit: Limit | None = None
) -> None:
    """Add a suspension, resumption or extension to the record and set the state. The caller recomputes with `place`."""
    entry = {"kind": kind.value, "at": now.isoformat(), "reason": reason, "by": by}
    if limit:
        entry |= {"amount": limit.amount, "unit": limit.unit.value}  # type: ignore[dict-item]
    deadline.moves = [*deadline.moves, entry]
    if kind == MoveKind.SUSPEND:
        deadline.state = DeadlineState.SUSPENDED
    elif kind == MoveKind.RESUME:
        deadline.state = DeadlineState.RUNNING


def undo_last(deadline: Deadline, *, now: datetime, by: str) -> bool:
    """Mark the newest move that still counts as undone; False when there is none."""
    for index in reversed(range(len(deadline.moves))):
        if not deadline.moves[index].get("undone"):
            undone = {**deadline.moves[index], "undone": now.isoformat(), "undone_by": by}
            deadline.moves = [*deadline.moves[:index], undone, *deadline.moves[index + 1 :]]
            was_suspended = undone["kind"] == MoveKind.SUSPEND.value
            was_resumed = undone["kind"] == MoveKind.RESUME.value
            if was_suspended or was_resumed:
                deadline.state = DeadlineState.RUNNING if was_suspended else DeadlineState.SUSPENDED
            return True
    return False


def end(deadline: Deadline, *, now: datetime) -> None:
    """The clock's act was done: in time or late, for good."""
    deadline.done_at = now
    late = deadline.state == DeadlineState.RUNNING and now > deadline.due_at
    deadline.state = DeadlineState.MISSED if late else DeadlineState.MET


def drop(deadline: Deadline, *, now: datetime) -> None:
    """The clock is no longer needed: the case went another way. One that was over stays missed."""
    deadline.done_at = now
    over = deadline.state == DeadlineState.RUNNING and now > deadline.due_at
    deadline.state = DeadlineState.MISSED if over else DeadlineState.DROPPED


def leading(deadlines: Iterable[Deadline]) -> Deadline | None:
    """The running clock that ends first among those that lead lists; None when none of them runs."""
    running = [d for d in deadlines if d.state == DeadlineState.RUNNING and d.leads]
    return min(running, key=lambda d: (d.due_at, d.key), default=None)


def recompute_running(*, reason: str, now: datetime, only: Q | None = None) -> Recomputation:
    """Recompute every running clock (or those that `only` picks) after a rule or calendar changed; in batches, logged,
    idempotent.

    A clock keeps the amount it was started under (a change of law does not reach back); what changes is the calendar
    under it and the law's own corrections of a provisional date.
    """
    changed: list[list[object]] = []
    looked_at, last = 0, 0
    while ids := _running_after(last, only or Q()):
        looked_at, last = looked_at + len(ids), ids[-1]
        with transaction.atomic():
            changed += _recompute(ids)
    return Recomputation.objects.create(at=now, reason=reason, looked_at=looked_at, changed=changed)


def _running_after(last: int, only: Q) -> list[int]:
    rows = Deadline.objects.filter(only, state=DeadlineState.RUNNING, id__gt=last).order_by("id")
    return list(rows.values_list("id", flat=True)[:BATCH])


def _recompute(ids: list[int]) -> list[list[object]]:
    """Place these clocks anew; returns [id, old due, new due] of each that moved. Locks their cases first, as a
    transition does, so that neither writes over the other."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_CASES, [ids])
    changed: list[list[object]] = []
    moved = []
    running = Deadline.objects.filter(pk__in=ids, state=DeadlineState.RUNNING)
    for row in running.annotate(region=F("case__region")).order_by("id"):
        before, was_provisional, slack = row.due_at, row.provisional, row.latest_at - row.due_at
        if place(row, region=row.region):
            changed.append([row.pk, *(at.astimezone(CHINA).isoformat() for at in (before, row.due_at))])
        row.latest_at = row.due_at + slack
        if before != row.due_at or was_provisional != row.provisional:
            moved.append(row)
    Deadline.objects.bulk_update(moved, ["planned_at", "due_at", "latest_at", "provisional"])
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, [[row.case_id for row in moved]])
    return changed


_LOCK_CASES = """
SELECT c.id FROM cases_case c WHERE c.id IN (SELECT d.case_id FROM deadlines_deadline d WHERE d.id = ANY(%s))
ORDER BY c.id FOR UPDATE
"""
_FOLLOW = """
UPDATE cases_case c SET due_at = d.due_at, due_key = d.key
FROM (SELECT DISTINCT ON (case_id) case_id, due_at, key FROM deadlines_deadline
      WHERE case_id = ANY(%s) AND state = 'running' AND leads ORDER BY case_id, due_at, key) d
WHERE c.id = d.case_id
"""
"""Lets the copied date on each case follow the clock that is now the first to end."""
