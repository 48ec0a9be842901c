"""The review of posts together with its messages: heads are asked, reminded a week and a day before the last day, and
security administrators hear of what is left after it."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.people import reviews
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.holders import accounts_holding
from zhijia.kernel.people.models import Review, ReviewLine

from .posts import guards_of, named
from .render import register
from .staff import inform

DAYS = (7, 1)
"""Days before the last one on which heads are reminded."""


@transaction.atomic
def begin(*, org_id: int, due_day: date, actor: Actor, now: datetime) -> Review:
    """As `reviews.begin_review`, and ask the head of every unit, or the security administrators where there is none."""
    made = reviews.begin_review(org_id=org_id, due_day=due_day, actor=actor, now=now)
    _ask(made, "review.asked", now)
    return made


@transaction.atomic
def decide(*, line_ids: list[int], keep: bool, words: str, actor: Actor, now: datetime) -> list[ReviewLine]:
    """As `reviews.decide`, and tell whose post ends."""
    lines = reviews.decide(line_ids=line_ids, keep=keep, words=words, actor=actor, now=now)
    for line in lines:
        if not keep:
            data = {"post": named(line.post), "last": str(line.post.to_day)}
            inform(template="people.post_ended", data=data, now=now, accounts=[line.post.account_id])
    return lines


@transaction.atomic
def remind(*, now: datetime) -> int:
    """Remind the heads who have not decided, once a day at most; how many rounds that concerned."""
    today, told = now.astimezone(CHINA).date(), 0
    for review in Review.objects.select_for_update(skip_locked=True).filter(done_at=None).exclude(reminded_on=today):
        late = review.due_day < today and (review.reminded_on is None or review.reminded_on <= review.due_day)
        if late or (review.due_day - today).days in DAYS:
            _ask(review, "review.late" if late else "review.soon", now, above=late)
            Review.objects.filter(pk=review.pk).update(reminded_on=today)
            told += 1
    return told


def _ask(review: Review, template: str, now: datetime, *, above: bool = False) -> None:
    """One message to each who decides, with how many posts of their units wait."""
    waits: dict[int, int] = {}
    for row in reviews.progress_of(review):
        heads = [] if above else accounts_holding(role=Role.UNIT_HEAD, org_id=row.org_id, now=now)
        for account in (heads or guards_of(row.org_id, now=now)) if row.left else ():
            waits[account] = waits.get(account, 0) + row.left
    for account, n in waits.items():
        inform(template=template, data={"n": n, "last": str(review.due_day)}, now=now, accounts=[account])


for _key, _text in {
    "review.asked": _("A review of posts began: say of {n} posts until {last} whether each is still needed."),
    "review.soon": _("{n} posts still wait for your decision until {last}."),
    "review.late": _("The review of posts was to end on {last}; {n} posts are undecided."),
}.items():
    register(_key, _text, offers=frozenset())
