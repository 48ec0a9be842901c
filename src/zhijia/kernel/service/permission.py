"""May this actor do this to this case now, and if not, why not."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.cases.models import Case, Party
from zhijia.kernel.people.actors import Actor, Held, Permission, Role
from zhijia.kernel.people.models import Account

from .context import Ctx
from .declare import Service, Transition

NO_RIGHT = frozenset({"wrong_role", "own_case"})
"""Codes of refusals that no other moment and no other words would change: 403, not 409."""


def post_for(actor: Actor, roles: frozenset[Role], case: Case) -> Held | None:
    """The post by whose right `actor` holds one of `roles` on the case: an own post before a substitute's."""
    fitting = [p for p in actor.posts if p.role in roles and _covers(p, case)]
    return min(fitting, key=lambda p: bool(p.substitute_for), default=None)


def _covers(post: Held, case: Case) -> bool:
    """Whether the post reaches the case; an organiser's only what carries the mark of the campaign."""
    needs = Permission.PROGRAMMES if post.campaign else Permission.ACT
    theirs = not post.campaign or case.seq == 0 or case.marks.get("campaign") == post.campaign
    return theirs and post.covers(case.unit_id, case.unit_lft, case.industry_lft, needs)


def is_party(ctx: Ctx[Any]) -> bool:
    """Whether the person behind the actor is one of the workers whose case this is, whatever hat they wear."""
    if ctx.party is None:
        ctx.party = party_of(ctx.case, ctx.actor)
    return ctx.party


def party_of(case: Case, actor: Actor) -> bool:
    """As `is_party`; one query."""
    person = actor.person_id
    if person is None and actor.account_id is not None:
        person = Account.objects.filter(pk=actor.account_id).values_list("person_id", flat=True).first()
    if person is None:
        return False
    return case.applicant_id == person or Party.objects.filter(case_id=case.pk, person_id=person).exists()


def may(service: Service, transition: Transition, ctx: Ctx[Any]) -> Verdict:
    """State, role and guards, in that order; the first refusal is the answer. Sets `ctx.post`."""
    if ctx.case.state not in transition.source:
        state = service.state_titles[ctx.case.state]
        return no("wrong_state", _("Not possible now: the case is “%(state)s”.") % {"state": state})
    verdict = entitled(transition, ctx)
    if not verdict:
        return verdict
    for guard in transition.guard:
        verdict = guard(ctx)
        if not verdict:
            return verdict
    return yes()


def entitled(transition: Transition, ctx: Ctx[Any]) -> Verdict:
    """Whether the actor holds one of the transition's roles on this case. Sets `ctx.post`."""
    if ctx.actor.system and Role.SYSTEM in transition.by:
        ctx.post = None
        return yes()
    ctx.post = post_for(ctx.actor, transition.by, ctx.case)
    if ctx.post is not None:
        if is_party(ctx):
            return no("own_case", _("This is your own matter, so a colleague must do it."))
        return yes()
    if Role.WORKER in transition.by and ctx.actor.person_id is not None and is_party(ctx):
        return yes()
    who = "、".join(str(role.title) for role in sorted(transition.by - {Role.SYSTEM}))
    return no("wrong_role", _("Only these may do it here: %(roles)s.") % {"roles": who})
