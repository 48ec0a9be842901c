"""Who holds what, for many people at once: posts over time, and everybody whose posts reach one organisation."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q

from zhijia.kernel.base.database import EMPTY
from zhijia.kernel.org.models import Org

from .actors import Actor, Held, Permission, Reach, Role
from .models import Account, Post, Right, Substitution

MOST = 200
"""People of one table."""


@dataclass(frozen=True)
class Line:
    """Somebody, and what they hold today."""

    account: Account
    posts: tuple[Held, ...]

    def reaches(self, permission: Permission, org: Org) -> tuple[Reach, ...]:
        """By which reaches the permission gets as far as the organisation; OWN counts where the post lies there."""
        found = []
        for post in self.posts:
            reach = post.reach(permission)
            inside = post.covers(org.pk, org.lft, org.industry_lft, permission)
            own = reach == Reach.OWN and Actor(posts=(post,)).within(Permission.ACT).hold(org.lft, org.industry_lft)
            if inside or own:
                found.append(reach)
        return tuple(dict.fromkeys(found))


def people_reaching(org: Org, *, day: date) -> list[Line]:
    """Everybody whose posts of `day` stand at the organisation or reach it, those of its own first. Four queries."""
    posts = list(_today(day).filter(_reaching(org)).order_by("id")[: 4 * MOST])
    held = held_by_post(posts)
    stand_ins = Substitution.objects.filter(post__in=posts, from_day__lte=day, to_day__gte=day)
    holding: dict[int, list[Held]] = {}
    names = {post.pk: post.account.name for post in posts}
    for post in posts:
        holding.setdefault(post.account_id, []).append(held[post.pk])
    for found in stand_ins:
        stands = held[found.post_id]
        own = Held(**{**vars(stands), "substitute_for": names[found.post_id]})
        holding.setdefault(found.substitute_id, []).append(own)
    known = Account.objects.in_bulk(holding)
    lines = [Line(known[pk], tuple(held_posts)) for pk, held_posts in holding.items() if known[pk].is_active]
    at_home = [any(post.org_id == org.pk for post in line.posts) for line in lines]
    ordered = sorted(zip(at_home, lines, strict=True), key=lambda pair: (not pair[0], pair[1].account.name))
    return [line for _home, line in ordered[:MOST]]


def held_by_post(posts: Iterable[Post]) -> dict[int, Held]:
    """What each of these posts gives, with the reaches that were set. Two queries; `org`, `reach` come with the
    posts."""
    posts = list(posts)
    rights = list(Right.objects.filter(post_id__in=[post.pk for post in posts]))
    chosen = {pk for right in rights for pk in right.orgs}
    places = {pk: (lft, rgt) for pk, lft, rgt in Org.objects.filter(pk__in=chosen).values_list("pk", "lft", "rgt")}
    by_post: dict[int, dict[Permission, tuple[Reach, tuple[tuple[int, int], ...]]]] = {}
    for right in rights:
        ranges = tuple(places[pk] for pk in right.orgs if pk in places)
        by_post.setdefault(right.post_id, {})[Permission(right.permission)] = (Reach(right.reach), ranges)
    return {post.pk: _held(post, by_post.get(post.pk, {})) for post in posts}


def posts_of(accounts: Collection[int]) -> list[Post]:
    """Every post of these accounts, the latest first."""
    return list(
        _whole(Post.objects.filter(account_id__in=accounts)).order_by(F("to_day").desc(nulls_first=True), "-id")
    )


def posts_at(org_id: int) -> list[Post]:
    """Every post that was, is or will be held at the organisation, the latest first."""
    return list(_whole(Post.objects.filter(org_id=org_id)).order_by(F("to_day").desc(nulls_first=True), "-id")[:MOST])


def state_of(post: Post, day: date) -> str:
    """ "past", "now" or "future"."""
    if post.from_day > day:
        return "future"
    return "past" if post.to_day is not None and post.to_day < day else "now"


def _held(post: Post, rights: dict[Permission, Any]) -> Held:
    top = post.reach or post.org
    lft, rgt = (top.industry_lft, top.industry_rgt) if post.industry else (top.lft, top.rgt)
    return Held(
        id=post.pk, role=Role(post.role), org_id=post.org_id, org_name=post.org.name,
        lft=EMPTY[0] if lft is None else lft, rgt=EMPTY[1] if rgt is None else rgt, industry=post.industry,
        org_lft=post.org.lft, campaign=post.campaign, rights=rights,
    )  # fmt: skip


def _today(day: date) -> Any:
    return _whole(Post.objects.filter(Q(to_day=None) | Q(to_day__gte=day), from_day__lte=day))


def _whole(posts: Any) -> Any:
    return posts.select_related("account", "org", "reach")


def _reaching(org: Org) -> Q:
    """Posts at the organisation, above it in either tree, or with a right that goes further than the post itself."""
    above = Q(industry=False) & (
        Q(reach=None, org__lft__lte=org.lft, org__rgt__gte=org.lft)
        | Q(reach__lft__lte=org.lft, reach__rgt__gte=org.lft)
    )
    further = Q(rights__reach__in=[Reach.ALL, Reach.CHOSEN])
    found = Q(org=org) | above | further
    if org.industry_lft is not None:
        found |= Q(industry=True, org__industry_lft__lte=org.industry_lft, org__industry_rgt__gte=org.industry_lft)
    return Q(pk__in=Post.objects.filter(found).values("pk"))
