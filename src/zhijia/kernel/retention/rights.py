"""Who may hold, propose and approve: one place, so that the pages and the functions say the same."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Forbidden, Verdict, no, yes
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people.actors import Actor, Permission


def may_propose(actor: Actor) -> Verdict:
    """The system administrator proposes what is destroyed."""
    if actor.may(Permission.SETTINGS):
        return yes()
    return no("wrong_role", _("Only a system administrator proposes cases for disposal."))


def may_approve(actor: Actor) -> Verdict:
    """The security administrator approves or refuses, and never what they proposed themselves."""
    if actor.may(Permission.SECURITY):
        return yes()
    return no("wrong_role", _("Only a security administrator decides on a disposal."))


def may_hold(actor: Actor, case: Case) -> Verdict:
    """The officer in charge holds the own case, a security administrator any case in reach."""
    if case.assignee_id is not None and case.assignee_id == actor.account_id:
        return yes()
    if actor.reaches(Permission.SECURITY, case.unit_lft, case.industry_lft):
        return yes()
    return no("wrong_role", _("Only the officer in charge or a security administrator puts or lifts a hold."))


def demand(verdict: Verdict) -> None:
    """Raise Forbidden with the reason of a refusal."""
    if not verdict:
        raise Forbidden(verdict.reason, code=verdict.code)
