"""Whole lives of tickets, played in memory and stored by the set-based path: filed, handled, late, closed, re-opened.

The officers are those of `officers` (the same steps, shares and seeds); only the order differs: one case after the
other, not one moment after the other.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from zhijia.kernel.base.errors import ZhijiaError
from zhijia.kernel.cases.models import TaskState
from zhijia.kernel.deadlines.models import Deadline, DeadlineState
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.service import sweep
from zhijia.kernel.service.lives import Life
from zhijia.kernel.service.many import Batch

from .dice import dice
from .officer_steps import Fate, Step, fate, plan
from .officers import ESCALATE, Staff

ALIVE = (DeadlineState.RUNNING, DeadlineState.SUSPENDED)
MOST = 120
"""Steps of the longest life: more means that the officers go round in a circle."""


@dataclass(frozen=True)
class Told:
    """One problem as somebody told it."""

    at: datetime
    key: str
    """Decides its fate, and keeps it from being filed twice."""
    region: str
    person: int
    data: Mapping[str, Any]
    by: Actor
    labour: bool = True
    employer: int | None = None


@dataclass
class Lives:
    """Officers who handle one ticket to its end, or until a moment."""

    seed: int
    staff: Staff
    until: datetime
    fired: int = 0
    """Transitions and reports made so far."""
    refused: Counter[str] = field(default_factory=Counter)
    """What the engine did not allow, by code: nothing, when officers and rules fit."""

    def live(self, batch: Batch, told: Told) -> str:
        """File `told` and handle it; returns its number."""
        no = batch.open(
            service="hotline", actor=told.by, now=told.at, data=told.data, region=told.region,
            applicant_id=told.person, employer_id=told.employer, key=told.key,
        ).no  # fmt: skip
        self.fired += 1
        self._handle(batch, no, fate(self.seed, told.key, labour=told.labour), told)
        return no

    def _handle(self, batch: Batch, no: str, meets: Fate, told: Told) -> None:
        done: Counter[str] = Counter()
        moment = told.at
        for _n in range(MOST):
            life = batch.life(no)
            step = self._next(life, meets, told, moment, done)
            moment = self._report_late(batch, no, step.at if step else self.until, moment)
            if step is None or step.at > self.until:
                return
            actor = self.staff.actor(step.role, step.unit, step.person)
            try:
                batch.fire(no=no, transition=step.transition, actor=actor, now=step.at, data=step.data)
            except ZhijiaError as error:
                self.refused[f"{step.transition}: {error.code}"] += 1
                return
            self.fired += 1
            done[step.transition] += 1
            moment = step.at
        self.refused["never ends"] += 1

    def _next(self, life: Life, meets: Fate, told: Told, moment: datetime, done: Counter[str]) -> Step | None:
        return plan(
            life.case, life.facts, meets, dice(self.seed, told.key, life.case.seq), after=moment,
            clocks=[d for d in life.deadlines if d.state in ALIVE], done=done,
            owed=frozenset(task.kind for task in life.tasks if task.state == TaskState.OPEN),
            parties=[(party.person_id, party.status) for party in life.parties],
        )  # fmt: skip

    def _report_late(self, batch: Batch, no: str, before: datetime, moment: datetime) -> datetime:
        """Report every clock that is over before `before`, level by level, in the order of time; the last moment."""
        while due := _overdue(batch.life(no), min(before, self.until), moment):
            at, deadline = due
            batch.report_late(no, deadline, now=at)
            self.fired += 1
            moment = at
        return moment


def _overdue(life: Life, before: datetime, moment: datetime) -> tuple[datetime, Deadline] | None:
    """The clock that is reported next, and when: a minute after it has passed, and after each period."""
    due = [
        (max(d.due_at + d.level * ESCALATE, moment) + timedelta(minutes=1), n, d)
        for n, d in enumerate(life.deadlines)
        if d.state == DeadlineState.RUNNING and d.level < sweep.LEVELS
    ]
    first = min(due, default=None)
    return (first[0], first[2]) if first and first[0] < before else None


def told_by(staff: Staff, channel: str, person: int, at_unit: Any) -> Actor:
    """Who files it: an agent who listens, or the worker on the phone's pages."""
    if channel == "phone":
        return staff.actor(Role.AGENT, at_unit, None)
    return Actor(person_id=person, name="worker")
