"""The periodic review of posts: begun by a security administrator, decided by the head of each unit, never about
oneself. Runs as the owner of the database.

A head has no permission to take posts; ending one here is by right of the round that a security administrator began,
and stands with the head's own name on the chain of the account.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from zhijia.kernel.base.text import clean
from zhijia.kernel.org.models import Org

from .accounts import orgs_in
from .actors import Actor, Permission, Role
from .models import Post, Review, ReviewLine
from .posts import end_post
from .trail import record

DECIDES = (Permission.POSTS, Permission.SECURITY)


@dataclass(frozen=True)
class Progress:
    """How far one unit has come in a round."""

    org_id: int
    name: str
    all: int
    decided: int
    ended: int

    @property
    def left(self) -> int:
        """Posts that nobody has decided about."""
        return self.all - self.decided


@transaction.atomic
def begin_review(*, org_id: int, due_day: date, actor: Actor, now: datetime) -> Review:
    """Ask about every post of staff that is held today at the organisation and below.

    Raises Forbidden unless the actor gives and takes posts there, Invalid for a day that has passed, Conflict while
    another round asks about any of these units.
    """
    actor.require(*DECIDES)
    org = Org.objects.select_for_update().filter(pk=org_id, active=True).first()
    if org is None or not any(actor.reaches(permission, org.lft, org.industry_lft) for permission in DECIDES):
        raise Invalid(FieldProblem("org", "out_of_reach", _("Choose an organisation in your reach.")))
    today = now.astimezone(CHINA).date()
    if due_day <= today:
        raise Invalid(FieldProblem("due_day", "past", _("Give the heads at least until tomorrow.")))
    overlaps = Q(org__lft__lte=org.lft, org__rgt__gte=org.lft) | Q(org__lft__range=(org.lft, org.rgt))
    if Review.objects.filter(overlaps, done_at=None).exists():
        raise Conflict(_("Another review asks about some of these units already. It must end first."))
    posts = Post.objects.filter(
        Q(to_day=None) | Q(to_day__gte=today), org__lft__range=(org.lft, org.rgt), from_day__lte=today,
        account__is_active=True, account__is_partner=False, campaign="",
    )  # fmt: skip
    review = Review.objects.create(org=org, due_day=due_day, begun_by_id=actor.account_id, begun_at=now)
    lines = ReviewLine.objects.bulk_create(
        ReviewLine(review=review, post_id=pk, org_id=unit)
        for pk, unit in posts.order_by("id").values_list("pk", "org_id")
    )
    if not lines:
        raise Invalid(FieldProblem("org", "empty", _("Nobody holds a post there today.")))
    return review


def waiting_for(actor: Actor) -> QuerySet[ReviewLine]:
    """What this actor may decide, by unit: as head in their own unit, as security administrator in their reach (for the
    posts of heads themselves, and units without one); never about themselves."""
    heads = [post.org_id for post in actor.posts if post.role == Role.UNIT_HEAD]
    found = Q(org_id__in=heads)
    if reach := actor.within(Permission.POSTS):
        found |= Q(org__in=orgs_in(reach))
    waiting = ReviewLine.objects.filter(found, kept=None, review__done_at=None)
    return waiting.exclude(post__account_id=actor.account_id or 0).order_by("org__lft", "id")


def reviews_of(actor: Actor) -> QuerySet[Review]:
    """The rounds whose progress this actor may see, with how many posts are in it and `decided`: those begun in reach,
    for auditors too."""
    found = Q(pk__in=[])
    for permission in (*DECIDES, Permission.AUDIT):
        if reach := actor.within(permission):
            found |= Q(org__in=orgs_in(reach))
    counted = {"all": Count("lines"), "decided": Count("lines", filter=Q(lines__kept__isnull=False))}
    return Review.objects.filter(found).annotate(**counted).select_related("org", "begun_by").order_by("-id")


def progress_of(review: Review) -> list[Progress]:
    """How far each unit has come, those with the most left first. One query."""
    counted = review.lines.values("org_id", "org__name", "org__short_name").annotate(
        all=Count("id"), decided=Count("id", filter=Q(kept__isnull=False)), ended=Count("id", filter=Q(kept=False))
    )
    rows = [
        Progress(row["org_id"], row["org__short_name"] or row["org__name"], row["all"], row["decided"], row["ended"])
        for row in counted
    ]
    return sorted(rows, key=lambda row: (-row.left, row.name))


@transaction.atomic
def decide(*, line_ids: Collection[int], keep: bool, words: str, actor: Actor, now: datetime) -> list[ReviewLine]:
    """Keep these posts, or let them end with today; all of them or none.

    Raises NotFound for a line that is not this actor's, Conflict for one that is decided, Invalid without a reason for
    ending.
    """
    words = clean(words)[:200]
    if not line_ids:
        raise Invalid(FieldProblem("id", "required", _("Choose at least one post first.")))
    if not keep and not words:
        raise Invalid(FieldProblem("words", "required", _("Say why the post ends.")))
    wanted = set(line_ids)
    locked = ReviewLine.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("id")
    lines = list(locked.select_related("post__account", "post__org", "review"))
    if any(line.kept is not None for line in lines):
        raise Conflict(_("This has been decided."), code="decided")
    mine = set(waiting_for(actor).filter(pk__in=wanted).values_list("pk", flat=True))
    if len(lines) != len(wanted) or mine != wanted:
        raise NotFound(code="no_such_line")
    today = now.astimezone(CHINA).date()
    for line in lines:
        if not keep:
            end_post(
                post=line.post, last_day=max(today, line.post.from_day), actor=replace(actor, system=True), now=now
            )
        act = "post.review_kept" if keep else "post.review_ended"
        record(line.post.account, act, now, actor, post=line.post_id, review=line.review.pk)
        line.kept, line.words, line.decided_by_id, line.decided_at = keep, words, actor.account_id, now
    ReviewLine.objects.bulk_update(lines, ["kept", "words", "decided_by", "decided_at"])
    for review in {line.review for line in lines}:
        if not review.lines.filter(kept=None).exists():
            Review.objects.filter(pk=review.pk).update(done_at=now)
    return lines


def demand_heads(actor: Actor) -> None:
    """Raises Forbidden for whoever neither heads a unit nor gives posts nor audits."""
    if not any(post.role == Role.UNIT_HEAD for post in actor.posts) and not actor.may(*DECIDES, Permission.AUDIT):
        raise Forbidden(_("Heads of units decide about the posts of their unit."), code="no_permission")
