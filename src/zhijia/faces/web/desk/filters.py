"""The inbox's filters as they stand in the address: read, applied, and written back into links."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Self
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Text
from zhijia.kernel.base.text import clean
from zhijia.kernel.cases.models import Case
from zhijia.kernel.cases.search import matching_ids
from zhijia.kernel.org.models import Org
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.service import registry

from . import queries
from .forms import unit_named

VIEWS: dict[str, tuple[Text, str]] = {
    "ours": (_("Our inbox"), "inbox"),
    "mine": (_("Assigned to me"), "user"),
    "tasks": (_("My tasks"), "list"),
    "watching": (_("Watching"), "eye"),
    "mentioned": (_("Mentions me"), "talk"),
    "late": (_("Late"), "c-over"),
    "mass": (_("Complaints of many"), "people"),
    "all": (_("All that I may see"), "table"),
}
"""Title and icon of each view of the inbox."""
OPEN, CLOSED, ANY = "", "closed", "any"
MARKS: dict[str, tuple[Text, Callable[[Actor], Q]]] = {
    "mentioned": (_("Mentions me"), queries.mentioned),
    "urged": (_("Urged by the worker"), lambda _actor: queries.URGED),
    "returned": (_("Returned by a unit"), lambda _actor: Q(marks__has_key="bounced")),
    "reopened": (_("Re-opened"), lambda _actor: Q(marks__has_key="reopened")),
    "solved": (_("The worker said: solved"), lambda _actor: queries.counted_as("solved")),
    "unsolved": (_("The worker said: not solved"), lambda _actor: queries.said_unsolved()),
    "unreached": (_("Could not be reached"), lambda _actor: queries.counted_as("unreached")),
}
"""What happened to a case at some time: title and condition of each choice."""


@dataclass(frozen=True)
class Filters:
    """One choice of cases. Empty text is "no matter"; what an address holds that makes no sense is left out."""

    view: str = "ours"
    service: str = ""
    state: str = OPEN
    """Of one service where several have it: `hotline:received`. So are category and clock."""
    category: str = ""
    clock: str = ""
    officer: str = ""
    unit: str = ""
    confidential: str = ""
    urged: str = ""
    mark: str = ""
    """One of MARKS. `urged=1`, which saved views may hold, says the same as `mark=urged`."""
    since: str = ""
    until: str = ""
    q: str = ""
    sort: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """From the address."""
        given = {f.name: clean(query.get(f.name, ""))[:100] for f in fields(cls) if f.name in query}
        found = cls(**given)
        states = {OPEN, CLOSED, ANY, *(s for service in registry.services() for s in service.states)}
        return replace(
            found,
            view=found.view if found.view in VIEWS else "ours",
            service=found.service if registry.has_service(found.service) else "",
            state=found.state if found.state.rpartition(":")[2] in states else OPEN,
            mark=found.mark if found.mark in MARKS else "",
            officer=found.officer if _is_id(found.officer) else "",
            since=found.since if _day(found.since) else "",
            until=found.until if _day(found.until) else "",
        )

    def url(self, **changes: str) -> str:
        """The address of this choice with `changes`, without what is empty. Never nothing at all: that is the inbox as
        its owner wants it to begin."""
        chosen = {f.name: getattr(self, f.name) for f in fields(self)} | changes
        kept = {name: value for name, value in chosen.items() if value and (name, value) != ("view", "ours")}
        return f"?{urlencode(kept)}" if kept else "?view=ours"

    @property
    def newest(self) -> bool:
        """Closed cases have no clock to sort by; what was searched for may be asked either way."""
        return self.sort == "newest" or self.state in (CLOSED, ANY)

    @property
    def narrowed(self) -> bool:
        """Whether anything but the view and the order was chosen."""
        return self != type(self)(view=self.view, sort=self.sort)

    def unit_chosen(self, actor: Actor) -> Org | None:
        """The unit below which to look, by number or name. Raises Invalid for a name that is none or several units'."""
        if _is_id(self.unit):
            return Org.objects.filter(pk=self.unit).first()
        return unit_named(self.unit, actor) if self.unit else None

    def apply(self, actor: Actor, now: datetime, unit: Org | None) -> QuerySet[Case]:
        """The chosen cases, in no order."""
        cases = Case.objects.visible_to(actor)
        if self.state not in (CLOSED, ANY):
            cases = cases.filter(closed_at=None)
            if not self.q:
                cases = cases.filter(lead=None)
        if self.state == CLOSED:
            cases = cases.filter(closed_at__isnull=False)
        elif self.state not in (OPEN, ANY):
            cases = cases.filter(_of("state", self.state))
        if self.q:
            cases = cases.filter(self._searched())
        marked = MARKS[self.mark][1](actor) if self.mark else Q()
        return cases.filter(self._view(actor, now), self._choices(), marked, self._unit(unit), self._period())

    def _view(self, actor: Actor, now: datetime) -> Q:
        """A search looks through everything the actor may see, whatever view it was typed in."""
        if self.q or self.view == "all":
            return Q()
        conditions = {
            "ours": lambda: queries.ours(actor), "mine": lambda: Q(assignee_id=actor.account_id),
            "tasks": lambda: queries.tasks_of(actor), "watching": lambda: queries.watched(actor),
            "mentioned": lambda: queries.mentioned(actor),
            "late": lambda: Q(due_at__lt=now), "mass": lambda: queries.MASS,
        }  # fmt: skip
        return conditions[self.view]()

    def _choices(self) -> Q:
        chosen = Q()
        if self.service:
            chosen &= Q(service=self.service)
        if self.category:
            chosen &= _of("category", self.category)
        if self.clock:
            chosen &= _of("due_key", self.clock)
        if self.officer:
            chosen &= Q(assignee_id=self.officer)
        if self.confidential:
            chosen &= Q(confidential=True)
        return chosen & queries.URGED if self.urged else chosen

    def _unit(self, unit: Org | None) -> Q:
        if unit is None:
            return Q()
        span = Q(unit_lft__range=(unit.lft, unit.rgt))
        return (
            span if unit.industry_lft is None else span | Q(industry_lft__range=(unit.industry_lft, unit.industry_rgt))
        )

    def _period(self) -> Q:
        filed = Q()
        if since := _day(self.since):
            filed &= Q(created_at__gte=datetime.combine(since, time.min, CHINA))
        if until := _day(self.until):
            filed &= Q(created_at__lt=datetime.combine(until + timedelta(days=1), time.min, CHINA))
        return filed

    def _searched(self) -> Q:
        """By number when it looks like one, else by words."""
        number = self.q.replace(" ", "").upper()
        if number.isascii() and number.isalnum() and any(c.isdigit() for c in number) and number.startswith("ZJ"):
            return Q(no=number)
        return Q(pk__in=matching_ids(self.q))


def _of(column: str, chosen: str) -> Q:
    """`key`, or `service:key` where two services mean different things by one word."""
    service, _colon, key = chosen.rpartition(":")
    return Q(**{column: key}) & (Q(service=service) if service else Q())


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None
