"""What one proposes and another decides: posts from a workbook, a substitute for one's own post, a new second factor.

The maker is never the checker. Runs as the owner of the database.
"""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from zhijia.kernel.base.text import clean

from .accounts import demand, orgs_in
from .actors import Actor, Permission, Role
from .models import Account, Post, Proposal, ProposalKind, Substitution
from .posts import appoint, substitute
from .setup import begin_setup
from .trail import record


@transaction.atomic
def propose_post(
    *, account: Account, role: Role, org_id: int, from_day: date, to_day: date | None, source: str | None, actor: Actor,
    now: datetime,
) -> Proposal:  # fmt: skip
    """A post that a workbook brings; nothing is held before a security administrator agrees. The same `source` again
    changes nothing. Raises Forbidden unless the actor may manage accounts."""
    actor.require(Permission.ACCOUNTS)
    values = {
        "kind": ProposalKind.POST, "account": account, "org_id": org_id, "role": role, "from_day": from_day,
        "to_day": to_day, "made_by_id": actor.account_id, "made_at": now,
    }  # fmt: skip
    if source is None:
        return Proposal.objects.create(**values)
    return Proposal.objects.get_or_create(source=source, defaults=values)[0]


@transaction.atomic
def propose_substitute(
    *, post: Post, account: Account, from_day: date, to_day: date, reason: str, actor: Actor, now: datetime
) -> Proposal:
    """The holder proposes who stands in for them; the head of the unit or a security administrator agrees.

    Raises Forbidden for a post that is not the actor's own, Invalid for days in the wrong order or in the past, no
    reason, and oneself.
    """
    if post.account_id != actor.account_id:
        raise Forbidden(_("You can propose a substitute for your own post only."), code="not_yours")
    reason, problems = clean(reason)[:200], []
    if to_day < from_day:
        problems.append(FieldProblem("to_day", "before_start", _("The last day is before the first.")))
    if to_day < now.astimezone(CHINA).date():
        problems.append(FieldProblem("to_day", "past", _("This day has passed.")))
    if not reason:
        problems.append(FieldProblem("reason", "required", _("Say why a substitute is needed.")))
    if account.pk == actor.account_id:
        problems.append(FieldProblem("account", "holder", _("Nobody can stand in for themselves.")))
    if problems:
        raise Invalid(*problems)
    made = Proposal.objects.create(
        kind=ProposalKind.SUBSTITUTE, account=account, org_id=post.org_id, post=post, role=post.role, from_day=from_day,
        to_day=to_day, reason=reason, made_by_id=actor.account_id, made_at=now,
    )  # fmt: skip
    record(account, "post.substitute_proposed", now, actor, proposal=made.pk, post=post.pk)
    return made


@transaction.atomic
def propose_factors(*, account: Account, reason: str, actor: Actor, now: datetime) -> Proposal:
    """The system administrator says that somebody lost their second factor; a security administrator makes the link.

    Two people, because whoever holds the link is the account from then on. Raises Forbidden, Invalid.
    """
    demand(actor, account, Permission.ACCOUNTS, now=now)
    reason = clean(reason)[:200]
    if not reason:
        raise Invalid(FieldProblem("reason", "required", _("Say how you know that it is them.")))
    waiting = Proposal.objects.filter(kind=ProposalKind.FACTORS, account=account, agreed=None)
    if (earlier := waiting.first()) is not None:
        return earlier
    made = Proposal.objects.create(
        kind=ProposalKind.FACTORS, account=account, org_id=account.home_id or _first_org(account), reason=reason,
        made_by_id=actor.account_id, made_at=now,
    )  # fmt: skip
    record(account, "account.factors_proposed", now, actor, proposal=made.pk)
    return made


def waiting_for(actor: Actor) -> QuerySet[Proposal]:
    """What this actor may decide, the oldest first: as security administrator in their reach, as head in their unit."""
    heads = [post.org_id for post in actor.posts if post.role == Role.UNIT_HEAD]
    found = Q(kind=ProposalKind.SUBSTITUTE, org_id__in=heads)
    if reach := actor.within(Permission.POSTS):
        found |= Q(kind__in=[ProposalKind.POST, ProposalKind.SUBSTITUTE], org__in=orgs_in(reach))
    if reach := actor.within(Permission.SECURITY):
        found |= Q(kind=ProposalKind.FACTORS, org__in=orgs_in(reach))
    waiting = Proposal.objects.filter(found, agreed=None).exclude(made_by_id=actor.account_id)
    return waiting.exclude(account_id=actor.account_id or 0).order_by("id")


@transaction.atomic
def agree(*, proposal_id: int, actor: Actor, now: datetime) -> Post | Substitution | str:
    """Do what was proposed, by the right of who agrees: the post, the substitution, or the secret of the link.

    Raises NotFound for what is not this actor's to decide, Conflict when it is decided, and whatever the doing raises.
    """
    proposal = _locked(proposal_id, actor)
    if proposal.kind == ProposalKind.FACTORS:
        demand(actor, proposal.account, Permission.SECURITY, now=now)
        made: Post | Substitution | str = begin_setup(
            account=proposal.account, actor=actor, now=now, forget_factors=True
        )
    elif proposal.kind == ProposalKind.POST:
        assert proposal.org_id is not None
        assert proposal.from_day is not None
        made = appoint(
            account=proposal.account, role=Role(proposal.role), org_id=proposal.org_id, from_day=proposal.from_day,
            to_day=proposal.to_day, actor=actor, now=now,
        )  # fmt: skip
    else:
        assert proposal.post is not None
        assert proposal.from_day is not None
        assert proposal.to_day is not None
        made = substitute(
            post=proposal.post, account=proposal.account, from_day=proposal.from_day, to_day=proposal.to_day,
            reason=proposal.reason, actor=actor, now=now,
        )  # fmt: skip
    _decide(proposal, True, "", actor, now)
    return made


@transaction.atomic
def refuse(*, proposal_id: int, words: str, actor: Actor, now: datetime) -> Proposal:
    """Say no, with the reason. Raises as `agree`, Invalid without words."""
    words = clean(words)[:200]
    if not words:
        raise Invalid(FieldProblem("words", "required", _("Say why not.")))
    proposal = _locked(proposal_id, actor)
    _decide(proposal, False, words, actor, now)
    return proposal


@transaction.atomic
def withdraw(*, proposal_id: int, actor: Actor, now: datetime) -> None:
    """Take back what one proposed while it waits. Raises NotFound, Conflict."""
    proposal = Proposal.objects.select_for_update().filter(pk=proposal_id, made_by_id=actor.account_id).first()
    if proposal is None:
        raise NotFound(code="no_such_proposal")
    if proposal.agreed is not None:
        raise Conflict(_("This has been decided."), code="decided")
    _decide(proposal, False, "", actor, now)


def waits_of(accounts: Collection[int]) -> QuerySet[Proposal]:
    """What waits about these accounts."""
    return Proposal.objects.filter(account_id__in=accounts, agreed=None).order_by("id")


def _locked(proposal_id: int, actor: Actor) -> Proposal:
    locked = Proposal.objects.select_for_update(of=("self",)).select_related("account", "post")
    proposal = locked.filter(pk=proposal_id).first()
    if proposal is None or (proposal.agreed is None and not waiting_for(actor).filter(pk=proposal_id).exists()):
        raise NotFound(code="no_such_proposal")
    if proposal.agreed is not None:
        raise Conflict(_("This has been decided."), code="decided")
    return proposal


def _decide(proposal: Proposal, agreed: bool, words: str, actor: Actor, now: datetime) -> None:
    proposal.agreed, proposal.words = agreed, words
    proposal.decided_by_id, proposal.decided_at = actor.account_id, now
    proposal.save(update_fields=["agreed", "words", "decided_by", "decided_at"])
    record(
        proposal.account, "post.proposal_agreed" if agreed else "post.proposal_refused", now, actor,
        proposal=proposal.pk, kind=str(proposal.kind),
    )  # fmt: skip


def _first_org(account: Account) -> int | None:
    return Post.objects.filter(account=account).order_by("id").values_list("org_id", flat=True).first()
