"""Giving and taking posts together with the messages to those whom it concerns, each in one transaction."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction

from zhijia.kernel.people import posts, proposals
from zhijia.kernel.people.actors import Actor, Permission, Reach, Role
from zhijia.kernel.people.holders import accounts_holding, holders_above
from zhijia.kernel.people.models import Account, Post, Proposal, ProposalKind, Substitution

from .staff import inform


@transaction.atomic
def appoint(*, account: Account, now: datetime, **given: Any) -> Post:
    """As `posts.appoint`, and tell the account."""
    post = posts.appoint(account=account, now=now, **given)
    inform(
        template="people.appointed", data={"post": named(post), "from": str(post.from_day)}, now=now,
        accounts=[account.pk],
    )  # fmt: skip
    return post


@transaction.atomic
def end_post(*, post: Post, last_day: date, actor: Actor, now: datetime) -> Post:
    """As `posts.end_post`, and tell the account."""
    ended = posts.end_post(post=post, last_day=last_day, actor=actor, now=now)
    data = {"post": named(post), "last": str(last_day)}
    inform(template="people.post_ended", data=data, now=now, accounts=[post.account_id])
    return ended


@transaction.atomic
def set_right(
    *, post: Post, permission: Permission, reach: Reach | None, actor: Actor, now: datetime, orgs: Collection[int] = ()
) -> None:
    """As `posts.set_right`, and tell the account."""
    posts.set_right(post=post, permission=permission, reach=reach, actor=actor, now=now, orgs=orgs)
    data = {"post": named(post), "permission": str(permission.title), "reach": str(reach.title) if reach else "—"}
    inform(template="people.rights_set", data=data, now=now, accounts=[post.account_id])


@transaction.atomic
def substitute(
    *, post: Post, account: Account, from_day: date, to_day: date, reason: str, actor: Actor, now: datetime
) -> Substitution:
    """As `posts.substitute`, and tell both."""
    made = posts.substitute(
        post=post, account=account, from_day=from_day, to_day=to_day, reason=reason, actor=actor, now=now
    )
    _tell_both(made, now)
    return made


@transaction.atomic
def propose_substitute(
    *, post: Post, account: Account, from_day: date, to_day: date, reason: str, actor: Actor, now: datetime
) -> Proposal:
    """As `proposals.propose_substitute`, and tell the heads of the unit, or its security administrators without one."""
    made = proposals.propose_substitute(
        post=post, account=account, from_day=from_day, to_day=to_day, reason=reason, actor=actor, now=now
    )
    heads = accounts_holding(role=Role.UNIT_HEAD, org_id=post.org_id, now=now)
    decide = [pk for pk in heads if pk not in (actor.account_id, account.pk)]
    inform(
        template="people.substitute_asked", now=now, accounts=decide or guards_of(post.org_id, now=now),
        data={
            "holder": actor.name, "substitute": account.name, "post": named(post), "first": str(from_day),
            "last": str(to_day),
        },
    )  # fmt: skip
    return made


@transaction.atomic
def agree(*, proposal_id: int, actor: Actor, now: datetime) -> Post | Substitution | str:
    """As `proposals.agree`, and tell those whom it concerns."""
    made = proposals.agree(proposal_id=proposal_id, actor=actor, now=now)
    if isinstance(made, Substitution):
        _tell_both(made, now)
    elif isinstance(made, Post):
        data = {"post": named(made), "from": str(made.from_day)}
        inform(template="people.appointed", data=data, now=now, accounts=[made.account_id])
    return made


@transaction.atomic
def refuse(*, proposal_id: int, words: str, actor: Actor, now: datetime) -> Proposal:
    """As `proposals.refuse`, and tell who proposed a substitute."""
    found = proposals.refuse(proposal_id=proposal_id, words=words, actor=actor, now=now)
    if found.kind == ProposalKind.SUBSTITUTE and found.made_by_id and found.post:
        data = {"post": named(found.post), "words": found.words}
        inform(template="people.substitute_refused", data=data, now=now, accounts=[found.made_by_id])
    return found


@transaction.atomic
def propose_factors(*, account: Account, reason: str, actor: Actor, now: datetime) -> Proposal:
    """As `proposals.propose_factors`, and tell the security administrators."""
    made = proposals.propose_factors(account=account, reason=reason, actor=actor, now=now)
    if made.org_id:
        data = {"name": account.name or account.login}
        inform(template="people.factors_asked", data=data, now=now, accounts=guards_of(made.org_id, now=now))
    return made


def guards_of(org_id: int, *, now: datetime) -> list[int]:
    """The security administrators nearest to the organisation: its own, else those of the level above."""
    return holders_above(role=Role.SECURITY_ADMINISTRATOR, org_id=org_id, now=now)


def named(post: Post) -> str:
    """A post in words: its role and organisation."""
    return f"{Role(post.role).title}，{post.org.name}"


def _tell_both(made: Substitution, now: datetime) -> None:
    data = {
        "holder": made.post.account.name, "substitute": made.substitute.name, "post": named(made.post),
        "first": str(made.from_day), "last": str(made.to_day),
    }  # fmt: skip
    inform(template="people.substitute_for", data=data, now=now, accounts=[made.substitute_id])
    inform(template="people.substituted", data=data, now=now, accounts=[made.post.account_id])
