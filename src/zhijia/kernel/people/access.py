"""Who may reach personal data, for whoever answers for it: rights that are wider than their role, accounts that nobody
uses, posts that end soon, and everybody who may unmask or take lists out. Runs as the owner of the database."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhijia.kernel.base.clock import CHINA

from .accounts import in_reach, orgs_in
from .actors import Actor, Permission, Reach, Role
from .matrix import held_by_post
from .models import Account, Post, Right
from .permissions import BY_ROLE

IDLE, SOON = timedelta(days=90), timedelta(days=30)
"""After this an account that nobody signed in to is named; within this a post that ends."""
LOOKS = (Permission.SECURITY, Permission.POSTS, Permission.AUDIT)
DATA = (Permission.UNMASK, Permission.EXPORT)
_WIDTH = [Reach.NONE, Reach.OWN, Reach.UNIT, Reach.BELOW, Reach.CHOSEN, Reach.ALL]


@dataclass(frozen=True)
class Held:
    """One post, and why it stands in a list."""

    account: Account
    role: Role
    org: str
    post_id: int
    reaches: dict[Permission, Reach]
    """What was found: the reach of each permission that the list is about."""
    day: date | None = None


def wider(actor: Actor, *, now: datetime) -> list[Held]:
    """Posts of today with a permission that was set wider than their role gives. Chosen organisations count as wider
    than one's own unit and below: they lie elsewhere."""
    rights = Right.objects.filter(post__in=_today(actor, now)).select_related("post__account", "post__org")
    found: dict[int, Held] = {}
    for right in rights.order_by("post__org__lft", "post_id", "permission"):
        post, permission, reach = right.post, Permission(right.permission), Reach(right.reach)
        usual = BY_ROLE.get(Role(post.role), {}).get(permission, Reach.NONE)
        if _WIDTH.index(reach) > _WIDTH.index(usual):
            held = found.setdefault(post.pk, _held(post, {}))
            held.reaches[permission] = reach
    return list(found.values())


def idle(actor: Actor, *, now: datetime) -> QuerySet[Account]:
    """Open accounts with a post today to which nobody signed in for 90 days, the longest first."""
    held = Exists(_today(actor, now).filter(account_id=OuterRef("pk")))
    since = now - IDLE
    unused = Q(last_login__lt=since) | Q(last_login=None, created_at__lt=since)
    found = in_reach(actor, *LOOKS).filter(held, unused, is_active=True)
    return found.order_by("last_login", "pk").select_related("home")


def ending(actor: Actor, *, now: datetime) -> list[Held]:
    """Posts of today that end within 30 days, the soonest first."""
    last = now.astimezone(CHINA).date() + SOON
    posts = _today(actor, now).filter(to_day__lte=last).order_by("to_day", "pk")
    return [_held(post, {}, post.to_day) for post in posts.select_related("account", "org")]


def reaching_data(actor: Actor, *, now: datetime) -> list[Held]:
    """Posts of today that may unmask personal data or take lists out, from the top of the tree. Three queries."""
    posts = list(_today(actor, now).select_related("account", "org", "reach").order_by("org__lft", "role", "pk"))
    gives = held_by_post(posts)
    found = []
    for post in posts:
        reaches = {p: gives[post.pk].reach(p) for p in DATA}
        if any(reach != Reach.NONE for reach in reaches.values()):
            found.append(_held(post, reaches))
    return found


def _today(actor: Actor, now: datetime) -> QuerySet[Post]:
    today = now.astimezone(CHINA).date()
    inside = Q(pk__in=[])
    for permission in LOOKS:
        if reach := actor.within(permission):
            inside |= Q(org__in=orgs_in(reach))
    lasts = Q(to_day=None) | Q(to_day__gte=today)
    return Post.objects.filter(inside, lasts, from_day__lte=today, account__is_active=True, account__is_partner=False)


def _held(post: Post, reaches: dict[Permission, Reach], day: date | None = None) -> Held:
    return Held(post.account, Role(post.role), post.org.name, post.pk, reaches, day)
