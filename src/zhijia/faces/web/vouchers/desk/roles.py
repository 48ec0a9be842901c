"""Which posts work with meals and packs."""

from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.bound import campaigns

MANAGE = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.LEADER})
"""Roles that set up, serve and correct; each at its own union (a leader also below it)."""
LOOK = MANAGE | {Role.AUDITOR, Role.SUPERVISOR}


def may_look(actor: Actor) -> bool:
    """Whether the section is for this actor at all; the organiser of one programme sees what is about it."""
    return bool(actor.roles() & LOOK) or bool(campaigns(actor))


OF_CAMPAIGN = frozenset({"desk", "cycle", "programmes", "programme", "programme_list"})
"""Pages of the section that an organiser has: nothing of outlets, hand-overs, settlements and money."""
