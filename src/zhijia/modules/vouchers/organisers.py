"""One programme handed over to its organiser for a while: who may, from when to when, and what it gives.

The post is the kernel's; what it is for stands in its `campaign` and on the case of every cycle of the programme.
"""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import FieldProblem, Invalid
from zhijia.kernel.notify import posts
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.bound import campaigns
from zhijia.kernel.people.models import Account, Post

from .models import Programme, campaign_of

__all__ = [
    "appoint_organiser", "campaign_of", "current_of", "end_organiser", "organisers_of", "programmes_of", "theirs",
]  # fmt: skip


@transaction.atomic
def appoint_organiser(
    *, programme: Programme, account: Account, from_day: date, to_day: date | None, actor: Actor, now: datetime
) -> Post:
    """Let `account` plan and run this one programme, both days included. Runs as the owner of the database.

    Raises Forbidden unless the actor leads or heads a union above it (or looks after posts there), and for oneself;
    Invalid without a last day, and for who holds a post that sees cases.
    """
    if to_day is None:
        raise Invalid(FieldProblem("to_day", "required", _("A campaign has a last day; so has its organiser.")))
    return posts.appoint(
        account=account, role=Role.ORGANISER, org_id=programme.org_id, from_day=from_day, to_day=to_day,
        campaign=campaign_of(programme.pk), actor=actor, now=now,
    )  # fmt: skip


def end_organiser(*, post: Post, last_day: date, actor: Actor, now: datetime) -> Post:
    """Take the programme back after `last_day`. Runs as the owner of the database; raises as `appoint_organiser`."""
    return posts.end_post(post=post, last_day=last_day, actor=actor, now=now)


def organisers_of(programme: Programme) -> QuerySet[Post]:
    """Everybody who organises the programme, organised it or will, the latest first."""
    found = Post.objects.filter(role=Role.ORGANISER, campaign=campaign_of(programme.pk))
    return found.select_related("account").order_by("-from_day", "-id")


def current_of(programme: Programme, now: datetime) -> list[Post]:
    """Who organises it today, as pages may read it in any scope: posts with their accounts' names."""
    today = now.astimezone(CHINA).date()
    found = organisers_of(programme).filter(from_day__lte=today, to_day__gte=today)
    return list(found.only("role", "org_id", "campaign", "from_day", "to_day", "account__name"))


def programmes_of(actor: Actor) -> QuerySet[Programme]:
    """The programmes that the actor organises."""
    ids = [int(tail) for name in campaigns(actor) if (tail := name.rpartition(":")[2]).isdigit()]
    return Programme.objects.filter(pk__in=ids).order_by("id")


def theirs(actor: Actor, programme_id: int) -> bool:
    """Whether the programme is one the actor may know of as theirs: everybody but an organiser of another one."""
    organised = campaigns(actor)
    return not organised or campaign_of(programme_id) in organised
