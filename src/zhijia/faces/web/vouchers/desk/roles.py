"""Which posts work with meals and packs."""

from zhijia.kernel.people.actors import Actor, Role

MANAGE = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.LEADER})
"""Roles that set up, serve and correct; each at its own union (a leader also below it)."""
LOOK = MANAGE | {Role.AUDITOR, Role.SUPERVISOR}


def may_look(actor: Actor) -> bool:
    """Whether the section is for this actor at all."""
    return bool(actor.roles() & LOOK)
