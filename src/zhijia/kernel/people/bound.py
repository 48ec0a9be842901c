"""An actor as the database sees them: the scope of a request, drawn from the actor's permissions."""

from contextlib import AbstractContextManager

from zhijia.kernel.base.database import NOWHERE, STAFF, WORKER, scope

from .actors import Actor
from .permissions import Permission
from .roles import Role


def campaigns(actor: Actor) -> frozenset[str]:
    """The campaigns that the actor organises; empty for everybody who is more than an organiser, or none."""
    if actor.roles() - {Role.WORKER} != {Role.ORGANISER}:
        return frozenset()
    return frozenset(post.campaign for post in actor.posts)


def bound(actor: Actor, permission: Permission = Permission.READ) -> AbstractContextManager[None]:
    """One transaction in which the database lets the actor see what `permission` reaches (a worker: what is theirs)
    and change what they may work on, and no more. An organiser sees and changes what carries the mark of their
    campaign."""
    if not actor.is_staff:
        return scope(WORKER, person=actor.person_id, account=actor.account_id)
    if campaigns(actor):
        place = actor.within(Permission.PROGRAMMES)
        return scope(
            STAFF, reads=place if permission in _ORGANISES else NOWHERE, writes=place, account=actor.account_id,
            services=CAMPAIGN_SERVICES,
        )  # fmt: skip
    changes = actor.within(Permission.ACT)
    programmes = permission == Permission.PROGRAMMES
    return scope(
        STAFF,
        reads=actor.within(permission),
        writes=changes or (actor.within(permission) if programmes else NOWHERE),
        keeps=actor.within(Permission.CONFIDENTIAL),
        account=actor.account_id,
        own=actor.owns(permission),
        unassigned=actor.owns(Permission.CONFIDENTIAL),
        opened=actor.opened,
    )


_ORGANISES = (Permission.READ, Permission.ACT, Permission.PROGRAMMES)
CAMPAIGN_SERVICES = ("voucher_cycle",)
"""All that an organiser's requests see of cases: a campaign is nobody's complaint, its money is others' to check."""
