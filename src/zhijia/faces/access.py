"""How a face enters the kernel: which hat the signed-in account wears, and the database scope of that hat.

A union officer is a worker too. On the worker's pages an account acts as its person, without its posts; on the desk
it acts by its posts only. So nobody can handle their own case by the right of their post without being seen to.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from time import monotonic

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Forbidden
from zhijia.kernel.people.actors import Actor, Permission
from zhijia.kernel.people.bound import bound
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.posts import actor_of
from zhijia.kernel.rules.values import refresh


def as_worker(account: Account) -> Actor:
    """The account's person, without any post."""
    return Actor(account_id=account.pk, person_id=account.person_id, name=account.name)


def as_staff(account: Account, *, now: datetime) -> Actor:
    """The account by its posts of today, not as a person. Raises Forbidden when it holds none."""
    actor = actor_of(account, now=now)
    if not actor.is_staff:
        raise Forbidden(_("This is for union staff. Your own matters are on the home page."), code="no_post")
    return replace(actor, person_id=None)


RULES_FRESH = 2.0
"""Seconds for which a process trusts its copy of the rules; a changed rule is in force everywhere after that."""
_looked_at = 0.0


def _fresh_rules() -> None:
    global _looked_at  # one number per process; a race only means one look too many
    if monotonic() - _looked_at > RULES_FRESH:
        refresh()
        _looked_at = monotonic()


@contextmanager
def seen_by(actor: Actor, permission: Permission = Permission.READ) -> Iterator[Actor]:
    """Run the block as the actor's database role: staff see what `permission` reaches, a worker their own cases."""
    _fresh_rules()
    with bound(actor, permission):
        yield actor
