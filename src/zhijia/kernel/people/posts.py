"""Posts and substitutes: who may act where today, and the functions that give and take posts."""

from collections.abc import Collection
from datetime import date, datetime
from itertools import combinations
from typing import Any

from django.db import connection, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.database import EMPTY, SLOTS
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid, NotFound
from zhijia.kernel.base.text import clean

from .actors import Actor, Held
from .models import Account, Post, Right, Substitution
from .permissions import BY_ROLE, Permission, Reach, incompatible
from .roles import Role

# Everything an account holds at some time between two days. An industry post whose organisation has left the
# industry tree reaches nothing.
_HELD = f"""
    WITH held AS (
      SELECT p.id, '' AS substitute_for FROM people_post p
      WHERE p.account_id = %(account)s AND p.from_day <= %(to)s AND coalesce(p.to_day, %(from)s) >= %(from)s
      UNION ALL
      SELECT p.id, a.name FROM people_substitution s
      JOIN people_post p ON p.id = s.post_id JOIN people_account a ON a.id = p.account_id
      WHERE s.substitute_id = %(account)s AND s.from_day <= %(to)s AND s.to_day >= %(from)s
        AND p.from_day <= %(to)s AND coalesce(p.to_day, %(from)s) >= %(from)s
    )
    SELECT p.id, p.role, p.org_id, o.name,
           CASE WHEN p.industry THEN coalesce(r.industry_lft, {EMPTY[0]}) ELSE r.lft END,
           CASE WHEN p.industry THEN coalesce(r.industry_rgt, {EMPTY[1]}) ELSE r.rgt END,
           held.substitute_for, p.industry, o.lft, p.campaign,
           (SELECT json_object_agg(x.permission, json_build_array(x.reach, (
              SELECT json_agg(json_build_array(g.lft, g.rgt)) FROM org_org g WHERE g.id = ANY(x.orgs))))
            FROM people_right x WHERE x.post_id = p.id),
           (SELECT array_agg(n.case_id) FROM people_opening n
            WHERE n.account_id = %(account)s AND n.until > %(now)s)
    FROM held JOIN people_post p USING (id) JOIN org_org o ON o.id = p.org_id
    JOIN org_org r ON r.id = coalesce(p.reach_id, p.org_id)
    ORDER BY held.substitute_for, p.id
"""


HOSTS = (Role.LEADER, Role.UNIT_HEAD)
"""Who may hand one campaign of their union over to an organiser."""


def actor_of(account: Account, *, now: datetime) -> Actor:
    """The actor behind a signed-in account, with all posts held or substituted today. One query.

    Raises Forbidden when the account is closed.
    """
    if not account.is_active:
        raise Forbidden(_("This account is closed."), code="account_closed")
    today = now.astimezone(CHINA).date()
    posts, opened = _held(account.pk, today, today, now)
    return Actor(account_id=account.pk, person_id=account.person_id, name=account.name, posts=posts, opened=opened)


@transaction.atomic
def appoint(
    *,
    account: Account,
    role: Role,
    org_id: int,
    from_day: date,
    actor: Actor,
    now: datetime,
    to_day: date | None = None,
    reach_id: int | None = None,
    industry: bool = False,
    campaign: str = "",
) -> Post:
    """Give `account` a post; `reach_id` names the top of the subtree it reaches, where that is not `org_id`.

    Raises Forbidden unless the actor is the platform or a security administrator above both (and not the account
    itself; an organiser is also appointed by a leader or head whose right to programmes reaches the union), NotFound
    for an unknown organisation, Invalid for days in the wrong order, roles that must be apart, an organiser without a
    campaign, or more separate ranges than the database has slots.
    """
    if role in (Role.WORKER, Role.SYSTEM):
        raise Invalid(FieldProblem("role", "not_a_post", _("Nobody can be appointed to this role.")))
    if (role == Role.ORGANISER) != bool(campaign):
        raise Invalid(FieldProblem("campaign", "required", _("An organiser is appointed for one campaign.")))
    _refuse_self(actor, account)
    _refuse_backward(from_day, to_day)
    for unit in {org_id, reach_id or org_id}:
        _refuse_strangers(
            actor, unit, needs_industry=industry and unit == (reach_id or org_id), or_host=role == Role.ORGANISER
        )
    post = Post.objects.create(
        account=account, role=role, org_id=org_id, reach_id=reach_id, industry=industry,
        from_day=from_day, to_day=to_day, campaign=campaign,
    )  # fmt: skip
    _refuse_clash(account.pk, from_day, to_day)
    _refuse_too_many_ranges(account.pk, from_day, to_day)
    _record("post.appointed", account.pk, post, actor, now, role=str(role), org=org_id)
    return post


@transaction.atomic
def end_post(*, post: Post, last_day: date, actor: Actor, now: datetime) -> Post:
    """Let `post` end with `last_day`; its substitutions end with it. Raises Forbidden and Invalid as `appoint` does."""
    _refuse_self(actor, post.account)
    _refuse_strangers(actor, post.org_id, or_host=post.role == Role.ORGANISER)
    _refuse_backward(post.from_day, last_day, "last_day")
    Post.objects.filter(pk=post.pk).update(to_day=last_day)
    post.to_day = last_day
    _refuse_clash(post.account_id, post.from_day, last_day)
    _record("post.ended", post.account_id, post, actor, now)
    return post


@transaction.atomic
def set_right(
    *, post: Post, permission: Permission, reach: Reach | None, actor: Actor, now: datetime, orgs: Collection[int] = ()
) -> None:
    """Let one permission of `post` reach as far as `reach` (with CHOSEN: the subtrees of `orgs`); None gives back what
    the role gives.

    Raises Forbidden as `appoint` does and for more than the actor's own reach, Invalid for a permission that would
    make a worker on cases an administrator, or an administrator a worker.
    """
    _refuse_self(actor, post.account)
    for unit in {post.org_id, *orgs}:
        _refuse_strangers(actor, unit)
    if belongs_elsewhere(Role(post.role), permission):
        raise Invalid(FieldProblem("permission", "apart", _("This permission belongs to another role.")))
    if (reach == Reach.CHOSEN) != bool(orgs):
        raise Invalid(FieldProblem("orgs", "required", _("Choose the organisations, or another reach.")))
    if reach == Reach.ALL and not actor.system and all(p.reach(Permission.POSTS) != Reach.ALL for p in actor.posts):
        raise Forbidden(_("Nobody can give a reach that is wider than their own."), code="out_of_reach")
    if reach is None:
        Right.objects.filter(post=post, permission=permission).delete()
    else:
        values = {"reach": reach, "orgs": sorted(orgs), "set_by_id": actor.account_id, "set_at": now}
        Right.objects.update_or_create(post=post, permission=permission, defaults=values)
    _refuse_too_many_ranges(post.account_id, post.from_day, post.to_day)
    _record(
        "post.right_set", post.account_id, post, actor, now, permission=str(permission), reach=str(reach or "role"),
        orgs=sorted(orgs),
    )  # fmt: skip


def belongs_elsewhere(role: Role, permission: Permission) -> bool:
    """Whether a post of this role can never be given the permission: it would make a worker on cases an administrator,
    or an administrator a worker."""
    return permission not in BY_ROLE.get(role, {}) and permission in _ADMINISTER | _of_cases(role)


_ADMINISTER = frozenset(
    {Permission.ACCOUNTS, Permission.POSTS, Permission.SECURITY, Permission.SETTINGS, Permission.AUDIT}
)


def _of_cases(role: Role) -> frozenset[Permission]:
    """What an administrator or auditor cannot be given: everything that is not theirs."""
    apart = (Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR, Role.ORGANISER)
    return frozenset(Permission) if role in apart else frozenset()


@transaction.atomic
def substitute(
    *, post: Post, account: Account, from_day: date, to_day: date, reason: str, actor: Actor, now: datetime
) -> Substitution:
    """Let `account` hold `post` for the absent holder, both days included.

    Raises Forbidden unless the actor is the platform, a security administrator above the post or the head of its unit,
    and for oneself; Invalid as `appoint` does, and when the substitute is the holder.
    """
    _refuse_self(actor, account)
    _refuse_strangers(actor, post.org_id, or_head=True)
    _refuse_backward(from_day, to_day)
    reason = clean(reason)[:200]
    if not reason:
        raise Invalid(FieldProblem("reason", "required", _("Say why a substitute is needed.")))
    if account.pk == post.account_id:
        raise Invalid(FieldProblem("account", "holder", _("Nobody can stand in for themselves.")))
    made = Substitution.objects.create(
        post=post, substitute=account, from_day=from_day, to_day=to_day, reason=reason, granted_by_id=actor.account_id
    )
    _refuse_clash(account.pk, from_day, to_day)
    _refuse_too_many_ranges(account.pk, from_day, to_day)
    _record("post.substituted", account.pk, post, actor, now, substitution=made.pk)
    return made


@transaction.atomic
def end_substitution(*, substitution: Substitution, last_day: date, actor: Actor, now: datetime) -> Substitution:
    """Let a substitution end with `last_day`, because the holder is back: the holder may end it too. Raises as
    `substitute` does; Invalid for a later day than the one agreed."""
    if actor.account_id is None or actor.account_id != substitution.post.account_id:
        _refuse_strangers(actor, substitution.post.org_id, or_head=True)
    _refuse_backward(substitution.from_day, last_day, "last_day")
    if last_day > substitution.to_day:
        raise Invalid(FieldProblem("last_day", "later", _("This is later than was agreed. Ask for a new substitute.")))
    Substitution.objects.filter(pk=substitution.pk).update(to_day=last_day)
    substitution.to_day = last_day
    _record(
        "post.substitution_ended", substitution.substitute_id, substitution.post, actor, now,
        substitution=substitution.pk,
    )  # fmt: skip
    return substitution


def _held(
    account_id: int, from_day: date, to_day: date, now: datetime | None = None
) -> tuple[tuple[Held, ...], frozenset[int]]:
    """Everything held at some time between the days, and the cases that are open for the account at `now`."""
    opened: frozenset[int] = frozenset()
    posts: list[Held] = []
    with connection.cursor() as cursor:
        cursor.execute(_HELD, {"account": account_id, "from": from_day, "to": to_day, "now": now})
        for post_id, role, org_id, name, lft, rgt, stands_for, industry, at, campaign, rights, cases in cursor:
            opened = frozenset(cases or ())
            posts.append(
                Held(
                    id=post_id, role=Role(role), org_id=org_id, org_name=name, lft=lft, rgt=rgt,
                    substitute_for=stands_for, industry=industry, org_lft=at, campaign=campaign,
                    rights=_rights(rights or {}),
                )
            )  # fmt: skip
    return tuple(posts), opened


def _rights(stored: dict[str, Any]) -> dict[Permission, tuple[Reach, tuple[tuple[int, int], ...]]]:
    return {
        Permission(permission): (Reach(reach), tuple((lft, rgt) for lft, rgt in ranges or ()))
        for permission, (reach, ranges) in stored.items()
    }


def _refuse_backward(from_day: date, to_day: date | None, field: str = "to_day") -> None:
    if to_day is not None and to_day < from_day:
        raise Invalid(FieldProblem(field, "before_start", _("The last day is before the first.")))


def _refuse_strangers(
    actor: Actor, unit_id: int, *, or_head: bool = False, or_host: bool = False, needs_industry: bool = False
) -> None:
    """Only the platform, a security administrator whose range holds the unit, (`or_head`) its head and (`or_host`) who
    leads its programmes may go on."""
    unit = Post._meta.get_field("org").related_model._default_manager.filter(pk=unit_id)
    place = unit.values_list("lft", "industry_lft").first()
    if place is None:
        raise NotFound(_("There is no such organisation."))
    if needs_industry and place[1] is None:
        raise Invalid(FieldProblem("industry", "no_place", _("This organisation has no place in the industry tree.")))
    if actor.system or any(
        post.covers(unit_id, place[0], place[1], Permission.POSTS)
        or (or_head and post.role == Role.UNIT_HEAD and post.org_id == unit_id)
        or (or_host and post.role in HOSTS and post.covers(unit_id, place[0], place[1], Permission.PROGRAMMES))
        for post in actor.posts
    ):
        return
    raise Forbidden(_("Only a security administrator of this organisation or of one above it may do this."))


def _refuse_self(actor: Actor, account: Account) -> None:
    """Nobody gives rights to themselves."""
    if actor.account_id == account.pk:
        raise Forbidden(_("Nobody can give a post or a right to themselves."), code="own_post")


def _refuse_clash(account_id: int, from_day: date, to_day: date | None) -> None:
    """Nobody holds two roles that must be apart, as a substitute neither."""
    posts, _opened = _held(account_id, from_day, to_day or date.max)
    for one, other in combinations(sorted({post.role for post in posts}), 2):
        if incompatible(one, other):
            message = format_lazy(
                _("“{one}” and “{other}” must be different people. End one post before the other begins."),
                one=one.title, other=other.title,
            )  # fmt: skip
            raise Invalid(FieldProblem("role", "incompatible", message, {"one": str(one), "other": str(other)}))


def _refuse_too_many_ranges(account_id: int, from_day: date, to_day: date | None) -> None:
    """Row-level security has a fixed number of slots; an actor with more ranges could not work at all."""
    posts, _opened = _held(account_id, from_day, to_day or date.max)
    held = Actor(posts=posts)
    for permission in Permission:
        industries = {pair for post in posts if (pair := post.industries(permission)) != EMPTY}
        if len(held.ranges(permission)) > SLOTS or len(industries) > 1:
            message = format_lazy(
                _("One person can hold posts in at most {regions} separate regions and one industry at a time."),
                regions=SLOTS,
            )
            raise Invalid(FieldProblem("reach", "too_many_ranges", message, {"regions": SLOTS, "industries": 1}))


def _record(act: str, account_id: int, post: Post, actor: Actor, now: datetime, **data: Any) -> None:
    append(
        chain=f"account:{account_id}", act=act, subject=f"post:{post.pk}", actor=actor, now=now,
        data={"post": post.pk, **data},
    )  # fmt: skip
