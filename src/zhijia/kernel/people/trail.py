"""The audit chain of an account: who signed in, what was added to it or taken away. Ids and codes only."""

from datetime import datetime

from zhijia.kernel.audit.chain import append

from .actors import Actor
from .models import Account

STRANGER = Actor(name="somebody")
"""Whoever tries to be the owner of an account, as it stands in the trail until they have proved it."""


def record(account: Account, act: str, now: datetime, actor: Actor | None = None, *, by_owner: bool = True,
           **data: str | int) -> None:  # fmt: skip
    """Add one entry to the chain of `account`, by `actor`, else by its owner or by somebody unknown."""
    owner = Actor(account_id=account.pk, person_id=account.person_id, name=account.name)
    subject = f"account:{account.pk}"
    append(
        chain=subject, act=act, subject=subject, actor=actor or (owner if by_owner else STRANGER), now=now, data=data
    )
