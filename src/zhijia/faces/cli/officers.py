"""Simulated officers: they handle tickets as a union's people would, for demonstrations and for `zhijia intake`.

Everything goes through the one door, `fire`, with the post that has the right to it; what a case will meet (returned,
late, not solved …) follows from the seed and the case's key alone, never from the order of work. The shares are those
of a good hotline (domain: hotline ticket); they are made up and say nothing about any real unit.
"""

import heapq
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Misconfigured, ZhijiaError
from zhijia.kernel.cases.models import Case, Event, Party, Task, TaskState
from zhijia.kernel.deadlines.models import Deadline, DeadlineState
from zhijia.kernel.org.models import Org, OrgKind
from zhijia.kernel.people.actors import OWN_UNIT_ONLY, Actor, Role
from zhijia.kernel.people.models import Account, Post
from zhijia.kernel.people.posts import actor_of, appoint
from zhijia.kernel.service import sweep
from zhijia.kernel.service.engine import fire

from .dice import dice
from .officer_steps import Fate, Step, fate, plan

BATCH = 400
"""Transitions per commit: one fsync each would take most of the time."""
ESCALATE = timedelta(days=3)
"""As the sweep does it by default: a level further up every three days."""
_NAMES = tuple(
    f"{a}{b}" for a, b in itertools.product("沈顾陆方秦尹闵柯邵温", ("知行", "若水", "明远", "思齐", "望舒", "一诺"))
)


@dataclass(frozen=True)
class Late:
    """A moment at which a clock is reported one level further up, if it still runs."""

    deadline: int


@dataclass
class Simulation:
    """Officers with a seeded clock. `take` gives them cases, `run` lets them work until a moment."""

    seed: int
    start: datetime
    fired: int = 0
    """Transitions and reports made so far."""
    refused: Counter[str] = field(default_factory=Counter)
    """What the engine did not allow, by code: nothing, unless somebody else works on the same cases."""
    _queue: list[tuple[datetime, int, str, Step | Late]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=itertools.count)
    _keys: dict[str, str] = field(default_factory=dict)
    _fates: dict[str, Fate] = field(default_factory=dict)
    _seqs: dict[str, int] = field(default_factory=dict)
    """The newest event of each case as far as we know: what others do meanwhile makes us think again."""
    _done: dict[str, Counter[str]] = field(default_factory=dict)
    """How often each case has passed each transition."""
    _watched: set[tuple[int, datetime]] = field(default_factory=set)
    staff: "Staff" = field(init=False)

    def __post_init__(self) -> None:
        self.staff = Staff(self.start)

    def take(self, no: str, *, key: str, after: datetime | None = None, **wanted: Any) -> None:
        """Give the officers case `no`, as it stands. `key` decides its fate; `wanted` sets parts of it (see Fate)."""
        self._keys[no] = key
        self._fates[no] = fate(self.seed, key, **wanted)
        self._think(no, after)

    def run(self, until: datetime, show: Callable[[int], None] | None = None) -> int:
        """Work until `until` (what is not finished by then stays as it is); returns the transitions made."""
        before = self.fired
        while self._queue and self._queue[0][0] <= until:
            with transaction.atomic():
                for _n in range(BATCH):
                    if not self._queue or self._queue[0][0] > until:
                        break
                    at, _order, no, step = heapq.heappop(self._queue)
                    if isinstance(step, Late):
                        self._report(no, step, at)
                    else:
                        self._do(no, step)
            if show:
                show(self.fired)
        return self.fired - before

    def waiting(self) -> int:
        """How many cases still have a step before them."""
        return len({no for _at, _order, no, step in self._queue if isinstance(step, Step)})

    def act(self, no: str, transition: str, role: Role, at: datetime, **data: Any) -> None:
        """Do one thing to a case outside of the plan, by whoever has the right to it."""
        case = Case.objects.select_related("unit").get(no=no)
        fire(
            no=no, transition=transition, actor=self.staff.actor(role, case.unit, case.applicant_id), now=at, data=data
        )
        self.fired += 1

    def _do(self, no: str, step: Step) -> None:
        actor = self.staff.actor(step.role, step.unit, step.person)
        try:
            fired = fire(
                no=no, transition=step.transition, actor=actor, now=step.at, data=step.data, seq=self._seqs[no]
            )
        except ZhijiaError as error:
            if error.code != "stale":
                self.refused[f"{step.transition}: {error.code}"] += 1
                return
        else:
            self.fired += 1
            self._seqs[no] = fired.seq
            self._done[no][step.transition] += 1
        self._think(no, step.at)

    def _think(self, no: str, after: datetime | None) -> None:
        """Plan the next step on a case, and when its clocks would be reported as late before that."""
        case = Case.objects.select_related("unit", "ticket").get(no=no)
        if self._seqs.get(no) != case.seq:
            self._done[no] = Counter(Event.objects.filter(case=case).values_list("transition", flat=True))
            self._seqs[no] = case.seq
        clocks = list(Deadline.objects.filter(case=case, state__in=(DeadlineState.RUNNING, DeadlineState.SUSPENDED)))
        moment, chance = after or case.changed_at, dice(self.seed, self._keys[no], case.seq)
        owed = frozenset(Task.objects.filter(case=case, state=TaskState.OPEN).values_list("kind", flat=True))
        parties = list(Party.objects.filter(case=case).order_by("id").values_list("person_id", "status"))
        step = plan(
            case, case.ticket, self._fates[no], chance, after=moment, clocks=clocks, done=self._done[no], owed=owed,
            parties=parties,
        )  # fmt: skip
        if step is not None:
            self._push(step.at, no, step)
        for deadline in clocks:
            if deadline.state == DeadlineState.RUNNING and (step is None or deadline.due_at < step.at):
                self._watch(no, deadline.pk, max(deadline.due_at + deadline.level * ESCALATE, moment))

    def _watch(self, no: str, deadline: int, due: datetime) -> None:
        if (deadline, due) not in self._watched:
            self._watched.add((deadline, due))
            self._push(due + timedelta(minutes=1), no, Late(deadline))

    def _report(self, no: str, late: Late, at: datetime) -> None:
        """What the sweep would have done at this moment; it takes any other case that is over by then along."""
        if sweep.report_late(now=at):
            self.fired += 1
            self._seqs[no] = Case.objects.values_list("seq", flat=True).get(no=no)
        deadline = Deadline.objects.get(pk=late.deadline)
        if deadline.state == DeadlineState.RUNNING and deadline.level < sweep.LEVELS:
            self._watch(no, late.deadline, deadline.due_at + deadline.level * ESCALATE)

    def _push(self, at: datetime, no: str, step: Step | Late) -> None:
        heapq.heappush(self._queue, (at, next(self._order), no, step))


@dataclass
class Staff:
    """Who acts: the installation's own people where a post is held, else simulated ones who are hired."""

    since: datetime
    _found: dict[tuple[Role, int], Actor] = field(default_factory=dict)
    _seats: dict[Role, Org] = field(default_factory=dict)

    def actor(self, role: Role, unit: Org, person: int | None) -> Actor:
        """Somebody whose post lets them act in this role on a case of `unit`; for WORKER, the person."""
        if role == Role.WORKER:
            return Actor(person_id=person, name="worker")
        if role not in OWN_UNIT_ONLY and role not in self._seats:
            self._seats[role] = self._seat(role)
        at = unit if role in OWN_UNIT_ONLY else self._seats[role]
        if (role, at.pk) not in self._found:
            self._found[role, at.pk] = self._look(role, at) or self._hire(role, at)
        return self._found[role, at.pk]

    def hire_all(self) -> None:
        """See to it that every role is held everywhere, so that several processes need not hire at once."""
        units = list(Org.objects.filter(kind=OrgKind.FEDERATION, active=True).order_by("lft"))
        for role in (Role.AGENT, Role.DISPATCHER, Role.CALLBACK_AGENT, Role.QUALITY_CHECKER, Role.SUPERVISOR):
            self.actor(role, units[0], None)
        for unit in units:
            self.actor(Role.OFFICER, unit, None)
            self.actor(Role.UNIT_HEAD, unit, None)

    def _look(self, role: Role, at: Org) -> Actor | None:
        day = self.since.astimezone(CHINA).date()
        held = Post.objects.select_related("account").filter(role=role, org=at, to_day=None, from_day__lte=day)
        post = held.order_by("id").first()
        if post is None:
            return None
        actor = actor_of(post.account, now=self.since)
        return Actor(account_id=actor.account_id, name=actor.name, posts=actor.posts) if actor.posts else None

    def _seat(self, role: Role) -> Org:
        """Where the people of a role sit who serve a whole province."""
        kinds = {
            Role.AGENT: OrgKind.HOTLINE_CENTRE, Role.DISPATCHER: OrgKind.HOTLINE_CENTRE,
            Role.CALLBACK_AGENT: OrgKind.CALLBACK_CENTRE, Role.QUALITY_CHECKER: OrgKind.CALLBACK_CENTRE,
        }  # fmt: skip
        centre = Org.objects.filter(kind=kinds.get(role, OrgKind.HOTLINE_CENTRE), active=True).order_by("lft").first()
        if centre is None:
            raise Misconfigured("there is no hotline or call-back centre yet; load the demonstration province first")
        if role in kinds:
            return centre
        return Org.objects.get(pk=centre.parent_id) if centre.parent_id else centre

    def _hire(self, role: Role, at: Org) -> Actor:
        login = f"sim.{role.value.replace('_', '-')}.{at.pk}"[:31]
        name = _NAMES[(at.pk * 7 + len(role)) % len(_NAMES)]
        account, _made = Account.objects.get_or_create(login=login, defaults={"name": name, "created_at": self.since})
        reach = at.parent_id if role not in OWN_UNIT_ONLY and at.kind != OrgKind.FEDERATION else None
        day = self.since.astimezone(CHINA).date() - timedelta(days=1)
        appoint(
            account=account,
            role=role,
            org_id=at.pk,
            reach_id=reach,
            actor=Actor.platform(),
            now=self.since,
            from_day=day,
        )
        actor = actor_of(account, now=self.since)
        return Actor(account_id=actor.account_id, name=actor.name, posts=actor.posts)
