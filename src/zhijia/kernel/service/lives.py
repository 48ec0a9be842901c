"""A case in memory with all that hangs on it: what the set-based path reads at once and changes without asking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from zhijia.kernel.audit.models import Chain
from zhijia.kernel.cases.models import Case, Event, Party, Task, TaskState
from zhijia.kernel.deadlines.models import Deadline

from . import registry
from .change import Change


@dataclass(frozen=True)
class Past:
    """One event of the case, as far as conditions ask for it."""

    seq: int
    transition: str
    target: str
    at: datetime
    actor_id: int | None
    org_id: int | None
    key: str | None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Life:
    """One case: its row, facts, clocks, workers, tasks, events and the end of its audit chain."""

    case: Case
    facts: Any
    deadlines: list[Deadline] = field(default_factory=list)
    trail: tuple[int, bytes] | None = None
    parties: list[Party] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    past: list[Past] = field(default_factory=list)
    leads: bool = False
    """Whether other cases were joined to it."""
    new: bool = False
    """It is not in the database yet."""
    touched: bool = False
    searched: list[str] = field(default_factory=list)
    """The words by which a new case is found."""
    columns: set[str] = field(default_factory=set)
    """Columns of the facts that changed."""

    def used(self, key: str) -> tuple[str, str, int] | None:
        """(transition, target, seq) of the event that was fired with this key."""
        return next(((p.transition, p.target, p.seq) for p in self.past if p.key == key), None)

    def touch(self, change: Change) -> None:
        """Take over what a change does to events and tasks; case, facts, clocks and workers have it already."""
        self.touched = True
        self.past.append(
            Past(
                self.case.seq, change.transition, change.target, change.now, change.actor.account_id, change.org_id,
                change.key, change.data,
            )
        )  # fmt: skip
        for task in self.tasks:
            if task.state == TaskState.OPEN and (change.ends or task.kind in change.settles):
                task.state = TaskState.DONE if task.kind in change.settles else TaskState.DROPPED
                task.closed_at = change.now
        self.tasks += [
            Task(
                case_id=self.case.pk, kind=new.kind, role=new.role, org_id=new.org_id, state=TaskState.OPEN,
                opened_at=change.now, data=dict(new.data),
            )
            for new in change.tasks
        ]  # fmt: skip

    def snapshot(self) -> list[tuple[Any, dict[str, Any], dict[str, Any]]]:
        """What a refused transition may have changed already: the columns of each row, and the rows it points to."""
        rows = [self.case, self.facts, *self.deadlines, *self.parties]
        return [(row, dict(vars(row)), dict(row._state.fields_cache)) for row in rows]

    def restore(self, before: list[tuple[Any, dict[str, Any], dict[str, Any]]]) -> None:
        """Take everything back to the snapshot."""
        for row, values, related in before:
            vars(row).clear()
            vars(row).update(values)
            row._state.fields_cache = related


def load(numbers: Sequence[str]) -> list[Life]:
    """Lock and read these cases; unknown numbers are left out. Nine statements, however many there are."""
    if not numbers:
        return []
    cases = Case.objects.filter(no__in=numbers).select_related("unit").order_by("id").select_for_update(of=("self",))
    lives = {case.pk: Life(case, None) for case in cases}
    _read_facts(lives)
    for deadline in Deadline.objects.filter(case_id__in=lives).order_by("id"):
        lives[deadline.case_id].deadlines.append(deadline)
    for party in Party.objects.filter(case_id__in=lives).order_by("id"):
        lives[party.case_id].parties.append(party)
    for task in Task.objects.filter(case_id__in=lives, state=TaskState.OPEN).order_by("id"):
        lives[task.case_id].tasks.append(task)
    events = Event.objects.filter(case_id__in=lives).order_by("case_id", "seq")
    for case_id, *row in events.values_list(
        "case_id", "seq", "transition", "target", "at", "actor_id", "actor_org_id", "key", "data"
    ):
        lives[case_id].past.append(Past(*row))
    for pk in Case.objects.filter(lead_id__in=lives).values_list("lead_id", flat=True):
        lives[pk or 0].leads = True
    for chain in Chain.objects.filter(key__in=[f"case:{pk}" for pk in lives]):
        lives[int(chain.key.removeprefix("case:"))].trail = (chain.seq, bytes(chain.head))
    return list(lives.values())


def _read_facts(lives: dict[int, Life]) -> None:
    for key in {life.case.service for life in lives.values()}:
        facts = registry.service(key).facts._default_manager
        for row in facts.filter(case_id__in=[pk for pk, life in lives.items() if life.case.service == key]):
            lives[row.pk].facts = row
