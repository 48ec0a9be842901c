"""A worker's own matters: which cases they are, which case's progress counts, and what waits for the worker."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from zhijia.faces.present import Chip, case_chip
from zhijia.kernel.base.errors import NotFound, Text
from zhijia.kernel.cases.models import Case, Party, PartyStatus
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.service import registry


@dataclass(frozen=True)
class Matter:
    """One matter of mine. A case that was joined to another keeps its own words, and shows the other's progress."""

    own: Case
    shown: Case
    """The case whose state and clocks count: the leading case when mine was joined to it."""
    status: str
    """How my own part of `shown` stands (PartyStatus)."""
    chip: Chip | None

    @property
    def joined(self) -> bool:
        """Whether it is handled together with other workers' cases."""
        return self.own.pk != self.shown.pk

    @property
    def state(self) -> Text:
        """The state in words."""
        return registry.service(self.shown.service).state_titles[self.shown.state]

    @property
    def waits(self) -> bool:
        """Whether the next step is the worker's own answer."""
        usual = (t for t in registry.service(self.shown.service).transitions if t.main and Role.WORKER in t.by)
        return self.status == PartyStatus.WAITING and any(self.shown.state in t.source for t in usual)


def own_cases(actor: Actor) -> QuerySet[Case]:
    """The cases that the actor told us themselves, not those that theirs were joined to."""
    joined = Party.objects.filter(person_id=actor.person_id or 0, source__isnull=False)
    cases = Case.objects.visible_to(actor).exclude(pk__in=joined.values("case_id"))
    return cases.select_related("lead", "unit")


def matters_of(cases: Iterable[Case], actor: Actor, now: datetime) -> list[Matter]:
    """The matters of these own cases, in their order; one query."""
    shown = [(case, case.lead or case) for case in cases]
    parts = Party.objects.filter(person_id=actor.person_id or 0, case_id__in=[lead.pk for _own, lead in shown])
    status = dict(parts.values_list("case_id", "status"))
    return [Matter(own, lead, status.get(lead.pk, ""), case_chip(lead, now, desk=False)) for own, lead in shown]


def matter_of(no: str, actor: Actor, now: datetime) -> Matter:
    """The matter behind a number: my own case, also when the number is that of the case it was joined to.

    Raises NotFound for a stranger's number.
    """
    own = own_cases(actor).filter(no=no).first()
    if own is None:
        part = Party.objects.filter(case__no=no, person_id=actor.person_id or 0, source__isnull=False).first()
        own = own_cases(actor).filter(pk=part.source_id or 0).first() if part else None
    if own is None:
        raise NotFound(code="no_such_case")
    return matters_of([own], actor, now)[0]
