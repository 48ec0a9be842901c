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
from random import Random

from django.db import transaction

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, Misconfigured, ZhijiaError
from zhijia.kernel.cases.models import Case
from zhijia.kernel.deadlines.models import Deadline, DeadlineState
from zhijia.kernel.org.models import Org, OrgKind
from zhijia.kernel.people.actors import OWN_UNIT_ONLY, Actor, Role
from zhijia.kernel.people.models import Account, Post
from zhijia.kernel.people.posts import actor_of, appoint
from zhijia.kernel.service import sweep
from zhijia.kernel.service.engine import fire

from .officer_steps import Fate, Step, fate, plan

BATCH = 400
"""Transitions per commit: one fsync each would take most of the time."""
ESCALATE = timedelta(days=3)
_NAMES = tuple(f"{a}{b}" for a, b in itertools.product("沈顾陆方秦尹闵柯邵温", ("知行", "若水", "明远", "思齐", "望舒", "一诺")))


@dataclass
class Simulation:
    """Officers with a seeded clock. `take` gives them cases, `run` lets them work until a moment."""

    seed: int
    start: datetime
    fired: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """What the engine did not allow, by code: nothing, unless somebody else works on the same cases."""
    _queue: list[tuple[datetime, int, str, Step]] = field(default_factory=list)
    _keys: dict[str, str] = field(default_factory=dict)
    _order: Iterator[int] = field(default_factory=itertools.count)
    _staff: "Staff" = field(init=False)
    _fates: dict[str, Fate] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._staff = Staff(self.start)

    def take(self, no: str, *, key: str, labour: bool = True, **wanted: object) -> None:
        """Give the officers case `no`. `key` decides its fate; `wanted` sets parts of the fate (see Fate)."""
        self._keys[no] = key
        self._fates[no] = fate(self.seed, key, labour=labour, **wanted)
        self._think(no)

    def run(self, until: datetime, show: Callable[[int], None] | None = None) -> int:
        """Work until `until` (cases that are not finished by then stay as they are); returns the transitions made."""
        before = self.fired
        while self._queue and self._queue[0][0] <= until:
            with transaction.atomic():
                for _n in range(BATCH):
                    if not self._queue or self._queue[0][0] > until:
                        break
                    _at, _order, no, step = heapq.heappop(self._queue)
                    self._do(no, step)
            if show:
                show(self.fired)
        return self.fired - before

    def report_until(self, until: datetime) -> None:
        """Report what is late at `until` in the cases at hand: one level up for each period that has passed."""
        overdue = Deadline.objects.filter(
            state=DeadlineState.RUNNING, due_at__lt=until, case_id__in=Case.objects.filter(no__in=self._keys).values("id")
        )
        with transaction.atomic():
            for deadline in overdue.order_by("due_at"):
                self._report(deadline, until)

    def _do(self, no: str, step: Step) -> None:
        seq = step.seq
        if step.due is not None and step.due < step.at:
            running = Deadline.objects.filter(case__no=no, state=DeadlineState.RUNNING, due_at__lt=step.at)
            seq += sum(self._report(deadline, step.at) for deadline in running.order_by("due_at"))
        try:
            actor = self._staff.actor(step.role, step.unit, step.person)
            fire(no=no, transition=step.transition, actor=actor, now=step.at, data=step.data, seq=seq)
            self.fired += 1
        except Conflict as error:
            if error.code != "stale":  # somebody acted meanwhile: think again, below
                self.refused[f"{step.transition}: {error.code}"] += 1
                return
        except ZhijiaError as error:
            self.refused[f"{step.transition}: {error.code}"] += 1
            return
        self._think(no, after=step.at)

    def _think(self, no: str, after: datetime | None = None) -> None:
        case = Case.objects.select_related("unit").get(no=no)
        rng = Random(f"{self.seed}:{self._keys[no]}:{case.seq}")
        step = plan(case, self._fates[no], rng, after=after or case.changed_at)
        if step is not None:
            heapq.heappush(self._queue, (step.at, next(self._order), no, step))

    def _report(self, deadline: Deadline, until: datetime) -> int:
        """Report a late clock at each moment that it should have been reported; returns how often."""
        done = 0
        for level in range(deadline.level, 4):
            at = deadline.due_at + level * ESCALATE + timedelta(minutes=1)
            if at > until or not sweep._report(deadline.pk, at):
                break
            done += 1
        return done


@dataclass
class Staff:
    """Who acts: the installation's own people where a post is held, else simulated ones who are hired."""

    since: datetime
    _found: dict[tuple[Role, int], Actor] = field(default_factory=dict)

    def actor(self, role: Role, unit: Org, person: int | None) -> Actor:
        """Somebody whose post lets them act in this role on a case of `unit`; for WORKER, the person."""
        if role == Role.WORKER:
            return Actor(person_id=person, name="worker")
        at = unit if role in OWN_UNIT_ONLY else self._seat(role)
        if (role, at.pk) not in self._found:
            self._found[role, at.pk] = self._look(role, at) or self._hire(role, at)
        return self._found[role, at.pk]

    def _look(self, role: Role, at: Org) -> Actor | None:
        post = Post.objects.select_related("account").filter(role=role, org=at, to_day=None).order_by("id").first()
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
            account=account, role=role, org_id=at.pk, reach_id=reach, actor=Actor.platform(), now=self.since, from_day=day
        )
        actor = actor_of(account, now=self.since)
        return Actor(account_id=actor.account_id, name=actor.name, posts=actor.posts)
