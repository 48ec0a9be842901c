"""Who may see which case: one definition for lists, pages, search and API, the same as the database's policies."""

from django.db.models import Q

from zhijia.kernel.base.errors import NotFound
from zhijia.kernel.people.actors import Actor

from .models import Case, Party


def condition(actor: Actor) -> Q:
    """The cases this actor may see, as a condition on Case.

    The platform sees all; staff see the cases that lie in the ranges of their posts (regional or industrial); a
    person without a post sees the cases they are party to. Nobody else sees anything.
    """
    if actor.system:
        return Q()
    if actor.is_staff:
        seen = Q(pk__in=[])
        for lft, rgt in actor.ranges():
            seen |= Q(unit_lft__range=(lft, rgt))
        lft, rgt = actor.industry_range()
        return seen | Q(industry_lft__range=(lft, rgt)) if lft <= rgt else seen
    return own(actor)


def in_range(actor: Actor, case: Case) -> bool:
    """Whether a case row that is already in hand lies in the ranges of the actor's posts; no query."""
    low, high = actor.industry_range()
    return any(lft <= case.unit_lft <= rgt for lft, rgt in actor.ranges()) or (
        case.industry_lft is not None and low <= case.industry_lft <= high
    )


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
