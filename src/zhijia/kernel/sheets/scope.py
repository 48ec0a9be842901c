"""The database scope of work on a workbook: the actor's own rows of every table, and their own jobs."""

from dataclasses import replace
from datetime import datetime

from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.bound import bound as acting
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.posts import actor_of

__all__ = ["acting", "actor_behind"]


def actor_behind(account_id: int, *, now: datetime) -> Actor:
    """The owner of a job as they are today: staff by their posts alone, as on the desk. Raises Forbidden when their
    account is closed."""
    found = actor_of(Account.objects.get(pk=account_id), now=now)
    return replace(found, person_id=None) if found.is_staff else found
