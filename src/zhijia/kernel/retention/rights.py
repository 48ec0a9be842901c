"""Who may hold, propose and approve: one place, so that the pages and the functions say the same."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Forbidden, Verdict, no, yes
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people.actors import Actor, Role

PROPOSES, APPROVES = "administrator", "security_administrator"


def may_propose(actor: Actor) -> Verdict:
    """The system administrator proposes what is destroyed."""
    if actor.system or _has(actor, PROPOSES):
        return yes()
    return no("wrong_role", _("Only a system administrator proposes cases for disposal."))


def may_approve(actor: Actor) -> Verdict:
    """The security administrator approves or refuses, and never what they proposed themselves."""
    if _has(actor, APPROVES):
        return yes()
    return no("wrong_role", _("Only a security administrator decides on a disposal."))


def may_look(actor: Actor) -> bool:
    """Whether the actor sees the list of what is due."""
    return bool(may_propose(actor)) or bool(may_approve(actor)) or Role.AUDITOR in actor.roles()


def may_hold(actor: Actor, *, case: Case | None, unit_lft: int) -> Verdict:
    """The officer in charge holds the own case, a security administrator any case in reach."""
    if case is not None and case.assignee_id is not None and case.assignee_id == actor.account_id:
        return yes()
    if any(post.role == APPROVES and post.lft <= unit_lft <= post.rgt for post in actor.posts):
        return yes()
    return no("wrong_role", _("Only the officer in charge or a security administrator puts or lifts a hold."))


def demand(verdict: Verdict) -> None:
    """Raise Forbidden with the reason of a refusal."""
    if not verdict:
        raise Forbidden(verdict.reason, code=verdict.code)


def _has(actor: Actor, role: str) -> bool:
    return any(post.role == role for post in actor.posts)
