"""The database scope of work on a workbook: the actor's own rows of every table, and their own jobs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from django.db import connection

from zhijia.kernel.base.database import STAFF, WORKER, scope
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.posts import actor_of


def sign(actor: Actor) -> None:
    """Let the rest of this transaction see the actor's own jobs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('zhijia.account', %s, true)", [str(actor.account_id or "")])


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """One transaction in which the database lets the actor see and change what is theirs, and no more."""
    if actor.is_staff:
        with scope(STAFF, ranges=actor.ranges(), industry=actor.industry_range()):
            sign(actor)
            yield
    else:
        with scope(WORKER, person=actor.person_id):
            sign(actor)
            yield


def actor_behind(account_id: int, *, now: datetime) -> Actor:
    """The owner of a job as they are today: staff by their posts alone, as on the desk. Raises Forbidden when their
    account is closed."""
    found = actor_of(Account.objects.get(pk=account_id), now=now)
    return replace(found, person_id=None) if found.is_staff else found
