"""Who may see which case: one definition for lists, pages, search and API, the same as the database's policies."""

from dataclasses import replace

from django.db.models import Q

from zhijia.kernel.base.database import NOWHERE, Ranges
from zhijia.kernel.base.errors import NotFound
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.bound import campaigns
from zhijia.kernel.people.permissions import Permission

from .models import Case, Party


def condition(actor: Actor, permission: Permission = Permission.READ) -> Q:
    """The cases to which the actor's `permission` reaches, as a condition on Case.

    The platform sees all. Staff see the cases inside the ranges of the permission (or those they are in charge of) that
    are not confidential or that they may see although they are, and those that were opened for them. A person without
    a post sees the cases they are party to. Nobody else sees anything.
    """
    if actor.system:
        return Q()
    if not actor.is_staff:
        return own(actor)
    if organised := campaigns(actor):
        return inside(actor.within(Permission.PROGRAMMES)) & Q(marks__campaign__in=sorted(organised))
    seen = inside(actor.within(permission))
    if actor.owns(permission):
        seen |= Q(assignee_id=actor.account_id)
    kept = Q(confidential=False) | Q(assignee_id=actor.account_id) | inside(actor.within(Permission.CONFIDENTIAL))
    if actor.owns(Permission.CONFIDENTIAL):
        kept |= Q(assignee=None) & inside(actor.within(Permission.ACT))
    return (seen & kept) | Q(pk__in=actor.opened) if actor.opened else seen & kept


def sees(actor: Actor, case: Case, permission: Permission = Permission.READ) -> bool:
    """As `condition` for staff, for a case row that is already in hand; no query."""
    place = (case.unit_lft, case.industry_lft)
    if organised := campaigns(actor):
        return _organised(case, organised) and actor.within(Permission.PROGRAMMES).hold(*place)
    mine = case.assignee_id is not None and case.assignee_id == actor.account_id
    if case.pk in actor.opened:
        return True
    if not (actor.within(permission).hold(*place) or (mine and actor.owns(permission))):
        return False
    return (
        not case.confidential
        or mine
        or actor.within(Permission.CONFIDENTIAL).hold(*place)
        or (case.assignee_id is None and actor.owns(Permission.CONFIDENTIAL) and changes(actor, case))
    )


def changes(actor: Actor, case: Case) -> bool:
    """Whether the actor's right to work on cases reaches this one; which transitions is the service's matter. What is
    seen only because it was opened for a while is read and not changed."""
    place = (case.unit_lft, case.industry_lft)
    if organised := campaigns(actor):
        return _organised(case, organised) and actor.reaches(Permission.PROGRAMMES, *place)
    return actor.reaches(Permission.ACT, *place) and not opened_only(actor, case)


def opened_only(actor: Actor, case: Case) -> bool:
    """Whether the actor sees the case by nothing but an opening."""
    return case.pk in actor.opened and not sees(replace(actor, opened=frozenset()), case)


def _organised(case: Case, organised: frozenset[str]) -> bool:
    return case.seq == 0 or case.marks.get("campaign") in organised  # its mark comes with its first event


def inside(ranges: Ranges) -> Q:
    """Cases whose unit lies in one of the ranges."""
    if ranges == NOWHERE:
        return Q(pk__in=[])
    inside = Q(pk__in=[])
    for lft, rgt in ranges.region:
        inside |= Q(unit_lft__range=(lft, rgt))
    low, high = ranges.industry
    return inside | Q(industry_lft__range=(low, high)) if low <= high else inside


def own(actor: Actor) -> Q:
    """The cases this person is party to, whatever posts they hold."""
    if actor.person_id is None:
        return Q(pk__in=[])
    return Q(pk__in=Party.objects.filter(person_id=actor.person_id).values("case_id"))


def case_for(actor: Actor, no: str) -> Case:
    """The case with this number if the actor may see it; NotFound otherwise, so that a stranger learns nothing."""
    case = Case.objects.visible_to(actor).filter(no=no).first()
    if case is None:
        raise NotFound(code="no_such_case")
    return case
