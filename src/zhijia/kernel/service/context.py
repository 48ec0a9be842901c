"""What a guard or an effect sees of the case it is asked about, and the few verbs it has."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Misconfigured
from zhijia.kernel.cases.models import Case, Event, Party, PartyStatus, Task, TaskState
from zhijia.kernel.deadlines.models import Deadline, DeadlineState
from zhijia.kernel.people.actors import Actor, Held, Role
from zhijia.kernel.rules.values import RuleValue, value_of

from .prepared import as_platform, role_of

F = TypeVar("F")


@dataclass(frozen=True)
class NewTask:
    """A task an effect wants opened."""

    kind: str
    role: Role
    org_id: int
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Follow:
    """A transition of another case that must happen together with this one."""

    no: str
    transition: str
    data: Mapping[str, Any]
    as_platform: bool


@dataclass(frozen=True)
class Booking:
    """An entry for the ledger: its legs sum to zero; a debit is positive, a credit negative, in fen."""

    kind: str
    legs: tuple[tuple[str, int], ...]
    """(account, fen)."""
    memo: str = ""


@dataclass(frozen=True)
class Spawn:
    """A case of another service that arises from this one."""

    service: str
    data: Mapping[str, Any]
    persons: tuple[int, ...] = ()
    """The workers whose case it is, where these are not simply the applicant."""


@dataclass
class Ctx(Generic[F]):
    """One case at the moment something is asked of it."""

    case: Case
    facts: F
    actor: Actor
    post: Held | None
    """The post by whose right the actor acts; None for the worker and the platform."""
    now: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    rows: Sequence[Any] = ()
    """What an effect takes that nobody typed into a form: the checked rows of a workbook."""
    asked: Mapping[str, str] = field(default_factory=dict)
    """What the page was asked besides the case, for panels: a name to look for, where to go on."""
    deadlines: list[Deadline] = field(default_factory=list)
    """Clocks of the case, running and ended."""
    trail: tuple[int, bytes] | None = None
    """Place and hash of the newest entry of the case's audit chain; only the engine adds to it, under its lock."""
    tasks: list[NewTask] = field(default_factory=list)
    follows: list[Follow] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)
    spawns: list[Spawn] = field(default_factory=list)
    party: bool | None = None
    """Whether the actor's person is one of the workers on the case; None when nobody has asked yet."""
    _known: dict[tuple[str, ...], set[tuple[int | None, int | None]]] = field(default_factory=dict)

    @property
    def role(self) -> str:
        """Which database role the actor's requests run as, for the engine's prepared statements."""
        return role_of(self.actor)

    @property
    def shared(self) -> bool:
        """Whether several workers share the case."""
        return int(self.case.marks.get("people", 1)) > 1

    @contextmanager
    def fellows(self) -> Iterator[None]:
        """Run the block with sight of every worker on the case: one of them may see only their own part, but what
        they do depends on the others'."""
        if self.role == "worker" and self.shared:
            with as_platform():
                yield
        else:
            yield

    def rule(self, key: str) -> RuleValue:
        """The rule value in force today where the case lies. Raises Misconfigured when there is none."""
        return value_of(key, region=self.case.region, on=self.now.astimezone(CHINA).date())

    def number(self, key: str) -> Decimal:
        """The number of a rule. Raises Misconfigured when the rule is a text."""
        value = self.rule(key).value
        if value is None:
            raise Misconfigured(f"rule {key} has no number")
        return value

    def clock(self, key: str) -> Deadline | None:
        """The newest round of this clock, or None when it never started."""
        return max((d for d in self.deadlines if d.key == key), key=lambda d: d.round, default=None)

    def running(self, key: str) -> bool:
        """Whether this clock runs now."""
        clock = self.clock(key)
        return clock is not None and clock.state == DeadlineState.RUNNING

    def mark(self, name: str, add: int = 1) -> None:
        """Add to one of the counters that lists show."""
        self.case.marks = {**self.case.marks, name: self.case.marks.get(name, 0) + add}

    def open_task(self, kind: str, *, role: Role, org_id: int | None = None, **data: Any) -> None:
        """Ask a role at an organisation (default: the case's unit) to do something beside the main line."""
        self.tasks.append(NewTask(kind, role, org_id or self.case.unit_id, data))

    def follow(self, no: str, transition: str, *, as_platform: bool = False, **data: Any) -> None:
        """Fire a transition of another case afterwards, in the same transaction: both happen or neither does."""
        self.follows.append(Follow(no, transition, data, as_platform))

    def book(self, kind: str, *legs: tuple[str, int], memo: str = "") -> str:
        """Post to the ledger together with this transition: (account, fen), debits positive, credits negative.
        Returns the key that the entry will have."""
        self.bookings.append(Booking(kind, legs, memo))
        return f"case:{self.case.pk}:{self.case.seq + 1}:{len(self.bookings) - 1}"

    def spawn(self, service: str, *, persons: Sequence[int] = (), **data: Any) -> None:
        """Begin a linked case of another service in the same transaction, for the same place and employer. `data`
        answers its intake. It is the applicant's, or that of `persons` where named: nobody is drawn in unasked."""
        self.spawns.append(Spawn(service, data, tuple(persons)))

    @cached_property
    def open_tasks(self) -> frozenset[str]:
        """Kinds of the tasks that are open on the case."""
        return frozenset(Task.objects.filter(case_id=self.case.pk, state=TaskState.OPEN).values_list("kind", flat=True))

    def acted(self, *transitions: str, account_id: int | None) -> bool:
        """Whether this account has ever fired one of these transitions on the case."""
        return any(account == account_id for account, _org in self._actors(transitions))

    def unit_acted(self, *transitions: str, org_id: int) -> bool:
        """Whether anybody of this organisation has ever fired one of these transitions on the case."""
        return any(org == org_id for _account, org in self._actors(transitions))

    def _actors(self, transitions: tuple[str, ...]) -> set[tuple[int | None, int | None]]:
        """(account, organisation) of everybody who fired one of these; asked once, however many guards ask."""
        if transitions not in self._known:
            events = Event.objects.filter(case_id=self.case.pk, transition__in=transitions)
            self._known[transitions] = set(events.values_list("actor_id", "actor_org_id"))
        return self._known[transitions]

    def last_event(self, *transitions: str) -> Event | None:
        """The newest event of one of these transitions, or None."""
        events = Event.objects.filter(case_id=self.case.pk, transition__in=transitions)
        return events.order_by("-seq").first()

    def applicants(self) -> list[Party]:
        """Every worker on the case who has not withdrawn."""
        with self.fellows():
            return list(self._parties().order_by("id"))

    def merged(self, state: str) -> list[str]:
        """Numbers of the cases that were joined to this one and are in `state`, the oldest first."""
        with self.fellows():
            joined = Case.objects.filter(lead_id=self.case.pk, state=state).order_by("id")
            return list(joined.values_list("no", flat=True))

    def set_status(self, person_id: int | None, status: PartyStatus) -> None:
        """Set one worker's own status; with no person, that of every worker who has not withdrawn."""
        parties = self._parties()
        with self.fellows():
            (parties.filter(person_id=person_id) if person_id else parties).update(status=status)

    def _parties(self) -> QuerySet[Party]:
        return Party.objects.filter(case_id=self.case.pk).exclude(status=PartyStatus.WITHDRAWN)
