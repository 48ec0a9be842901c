"""An actor as the database sees them: the scope of a request, drawn from the actor's permissions."""

from contextlib import AbstractContextManager

from zhijia.kernel.base.database import NOWHERE, STAFF, WORKER, scope

from .actors import Actor
from .permissions import Permission
from .roles import Role


def bound(actor: Actor, permission: Permission = Permission.READ) -> AbstractContextManager[None]:
    """One transaction in which the database lets the actor see what `permission` reaches (a worker: what is theirs)
    and change what they may work on, and no more."""
    if not actor.is_staff:
        return scope(WORKER, person=actor.person_id, account=actor.account_id)
    changes = actor.within(Permission.ACT)
    campaign = permission == Permission.PROGRAMMES
    return scope(
        STAFF,
        reads=actor.within(permission),
        writes=changes or (actor.within(permission) if campaign else NOWHERE),
        keeps=actor.within(Permission.CONFIDENTIAL),
        account=actor.account_id,
        own=actor.owns(permission),
        unassigned=actor.owns(Permission.CONFIDENTIAL),
        opened=actor.opened,
        services=CAMPAIGN_SERVICES if actor.roles() == {Role.ORGANISER} else (),
    )


CAMPAIGN_SERVICES = ("voucher_cycle", "voucher_settlement")
"""All that an organiser's requests see of cases: a campaign is nobody's complaint."""
