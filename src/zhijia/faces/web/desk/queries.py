"""What the desk reads of many cases at once. Everything here runs in the database scope of the actor's posts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.cases.desk import Mention
from zhijia.kernel.cases.models import Case, Event, Task, TaskState, Watch
from zhijia.kernel.notify.models import Channel, Message
from zhijia.kernel.org.models import Org
from zhijia.kernel.people.actors import OWN_UNIT_ONLY, Actor, Held, Role
from zhijia.kernel.rules import calendar
from zhijia.kernel.service import registry
from zhijia.kernel.service.mentions import TOLD

CAP = 1000
"""Counts stop here: nobody decides anything by whether 1,200 or 1,300 wait."""
SIZE = 50
SOON_WORKDAYS = 3
CALLED = "call_missed"
"""The step that every service with call-backs has."""
HANDLING_BY = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.AGENT, Role.DISPATCHER})
"""Roles whose own cases an independent call-back must leave to somebody else."""

_ROW = (
    "no", "service", "state", "category", "title", "unit_id", "unit__name", "unit__short_name", "assignee_id",
    "assignee__name", "urgent", "confidential", "marks", "created_at", "changed_at", "closed_at", "due_at", "due_key",
    "paused", "late", "region", "seq", "lead_id",
)  # fmt: skip


def rows(cases: QuerySet[Case]) -> QuerySet[Case]:
    """With what a row of a list shows, and nothing that the request role may not read."""
    return cases.select_related("unit", "assignee").only(*_ROW)


def open_cases(actor: Actor) -> QuerySet[Case]:
    """Every open case the actor may see that is handled by itself, not as part of another."""
    return Case.objects.visible_to(actor).filter(closed_at=None, lead=None)


def waiting_for(role: Role) -> Q | None:
    """Cases whose usual next step belongs to `role`; None when the role has no such step in any service."""
    found: Q | None = None
    for service in registry.services():
        steps = [t for t in service.transitions if t.main and role in t.by and not t.inner]
        states = sorted({state for step in steps for state in step.source})
        if states:
            mine = Q(service=service.key, state__in=states)
            found = mine if found is None else found | mine
    return found


def within(post: Held) -> Q:
    """The cases that lie in the reach of a post."""
    span = (post.lft, post.rgt)
    return Q(industry_lft__range=span) if post.industry else Q(unit_lft__range=span)


def at(post: Held) -> Q:
    """The cases that lie with the post's own organisation: by its number, for which there is an index with dates."""
    return Q(unit_lft=Subquery(Org.objects.filter(pk=post.org_id).values("lft")))


def ours(actor: Actor) -> Q:
    """Our inbox: what lies with the units of the actor's posts, or waits for their role below them."""
    seen = Q(pk__in=[])
    for post in actor.posts:
        waiting = None if post.role in OWN_UNIT_ONLY else waiting_for(post.role)
        seen |= at(post) if waiting is None else waiting & within(post) & _independent(post)
    return seen


def _independent(post: Held) -> Q:
    return ~Q(unit_id=post.org_id) if post.role == Role.CALLBACK_AGENT else Q()


def to_call_back(actor: Actor) -> QuerySet[Case]:
    """Cases that wait for a call-back and that this actor's unit, and the actor, had no part in."""
    asked_back = [s.key for s in registry.services() if s.transition(CALLED) is not None]
    return (
        _queue(actor, Role.CALLBACK_AGENT)
        .filter(service__in=asked_back)
        .exclude(
            Exists(Event.objects.filter(case_id=OuterRef("pk"), actor_id=actor.account_id, actor_role__in=HANDLING_BY))
        )
    )


def to_check(actor: Actor) -> QuerySet[Case]:
    """Cases that wait for this actor's quality check."""
    return _queue(actor, Role.QUALITY_CHECKER)


def _queue(actor: Actor, role: Role) -> QuerySet[Case]:
    waiting = waiting_for(role)
    seen = Q(pk__in=[])
    for post in actor.posts:
        if post.role == role and waiting is not None:
            seen |= waiting & within(post) & _independent(post)
    return open_cases(actor).filter(seen)


def tasks_of(actor: Actor) -> Q:
    """Cases on which one of the actor's roles owes something beside the main line, or a decision on a return."""
    owed = Q(pk__in=[])
    returned = Q(pk__in=[])
    for post in actor.posts:
        if post.role in OWN_UNIT_ONLY:
            owed |= Q(role=post.role, org_id=post.org_id)
        else:
            owed |= Q(role=post.role) & Q(org__lft__range=(post.lft, post.rgt))
        if post.role == Role.DISPATCHER:
            returned |= _to_decide() & within(post)
    tasks = Task.objects.filter(owed, state=TaskState.OPEN).values("case_id")
    # A union, not an OR: each half has its own index.
    return Q(pk__in=tasks.union(Case.objects.filter(returned, closed_at=None).values("pk")))


def _to_decide() -> Q:
    """Returned cases: the dispatcher's usual step in any state but the first."""
    found = Q(pk__in=[])
    for service in registry.services():
        steps = [t for t in service.transitions if t.main and Role.DISPATCHER in t.by]
        states = sorted({state for step in steps for state in step.source} - {service.initial})
        if states:
            found |= Q(service=service.key, state__in=states)
    return found


def watched(actor: Actor) -> Q:
    """Cases the actor follows."""
    return Q(pk__in=Watch.objects.filter(account_id=actor.account_id).values("case_id"))


MASS = Q(marks__has_key="mass")
URGED = Q(marks__has_key="urged")


def mentioned(actor: Actor) -> Q:
    """Cases on which a note among colleagues names the actor."""
    return Q(pk__in=Mention.objects.filter(account_id=actor.account_id).values("case_id"))


def messages_to(actor: Actor) -> QuerySet[Message]:
    """The actor's messages in the app; that a note named them only while they may read its case."""
    readable = Case.objects.visible_to(actor).filter(pk=OuterRef("case_id"))
    rows = Message.objects.filter(account_id=actor.account_id or 0, channel=Channel.APP)
    return rows.exclude(Q(template=TOLD) & ~Exists(readable))


def counted_as(figure: str) -> Q:
    """Cases of which some step was counted in this figure: what the board counts, as a list."""
    events = Event.objects.filter(case_id=OuterRef("pk"), data__counted__contains=[{"key": figure}])
    return Q(Exists(events))


def said_unsolved() -> Q:
    """Cases whose worker said at some time that it is not solved."""
    return Q(Exists(Event.objects.filter(case_id=OuterRef("pk"), transition="report_unsolved")))


def counted(lists: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each list has, at most CAP + 1, in one statement."""
    parts, values = [], []
    for cases in lists.values():
        try:
            sql, params = cases.order_by().values("pk")[: CAP + 1].query.sql_with_params()
        except EmptyResultSet:
            parts.append("0")
            continue
        parts.append(f"(SELECT count(*) FROM ({sql}) AS capped)")
        values += params
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), values)
        return dict(zip(lists, cursor.fetchone(), strict=True))


@dataclass(frozen=True)
class Bounds:
    """The moments between the groups of a list that is sorted by clock."""

    now: datetime
    tonight: datetime
    soon: datetime

    @classmethod
    def of(cls, now: datetime) -> "Bounds":
        """Today ends at 24:00 in China; soon is the third working day from today."""
        today = now.astimezone(CHINA).date()
        third = calendar.current().add_working_days(today, SOON_WORKDAYS)
        return cls(now, _midnight(today), _midnight(third))

    def group(self, case: Case) -> str:
        """Which group a case stands in."""
        if case.due_at is None:
            return "waiting"
        if case.due_at < self.now:
            return "over"
        if case.due_at < self.tonight:
            return "today"
        return "soon" if case.due_at < self.soon else "later"

    def conditions(self) -> dict[str, Q]:
        """The groups as conditions, in the order of the list."""
        return {
            "over": Q(due_at__lt=self.now),
            "today": Q(due_at__gte=self.now, due_at__lt=self.tonight),
            "soon": Q(due_at__gte=self.tonight, due_at__lt=self.soon),
            "later": Q(due_at__gte=self.soon),
            "waiting": Q(due_at=None),
        }


def _midnight(day: Any) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, CHINA)


@dataclass(frozen=True)
class Page:
    """One page of a list, and the place after which the next one begins ("" when this was the last)."""

    cases: list[Case]
    after: str


def page(cases: QuerySet[Case], *, newest: bool, after: str, size: int = SIZE) -> Page:
    """The rows after the place `after`: by clock (no clock last) or the newest first. What is no place is ignored."""
    if newest:
        last_id = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else None
        found = list(_below(rows(cases), last_id).order_by("-id")[: size + 1])
        return Page(found[:size], str(found[size - 1].pk) if len(found) > size else "")
    due, last_id = _place(after)
    ordered = rows(cases).order_by(F("due_at").asc(nulls_last=True), "id")
    if last_id is None:
        found = list(ordered[: size + 1])
    elif due is None:
        found = list(ordered.filter(due_at=None, id__gt=last_id)[: size + 1])
    else:
        later = Q(due_at__gt=due) | Q(due_at=due, id__gt=last_id)
        found = list(ordered.filter(later, due_at__gte=due)[: size + 1])
        if len(found) <= size:  # the dated ones are at an end
            found += ordered.filter(due_at=None)[: size + 1 - len(found)]
    return Page(found[:size], _place_of(found[size - 1]) if len(found) > size else "")


def _below(cases: QuerySet[Case], last_id: int | None) -> QuerySet[Case]:
    return cases if last_id is None else cases.filter(id__lt=last_id)


def _place_of(case: Case) -> str:
    return f"{case.due_at.timestamp() if case.due_at else ''}~{case.pk}"


def _place(after: str) -> tuple[datetime | None, int | None]:
    due, _tilde, last = after.partition("~")
    try:
        return (datetime.fromtimestamp(float(due), CHINA) if due else None), int(last)
    except (ValueError, OverflowError, OSError):
        return None, None
