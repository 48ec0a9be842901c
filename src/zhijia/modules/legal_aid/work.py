"""A lawyer's work on a case: the log of what was done, the closing report, what another lawyer found of it."""

from decimal import Decimal

from django.db.models import Max, Sum
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Verdict, no, yes

from .models import Review, WorkEntry
from .rules import C, today

POINTS = 20
"""Most points for one criterion of a review; there are five."""
CRITERIA = ("contact", "facts", "law", "steps", "papers")


def entry_fits(c: C) -> Verdict:
    """Work is logged for a day since the application that has come, up to a day's length."""
    if not c.case.created_at.astimezone(CHINA).date() <= c.data["day"] <= today(c):
        return no("day", _("Write a day from the application until today."))
    hours = c.data["hours"]
    if not Decimal("0.1") <= hours <= 24:
        return no("hours", _("Write the hours, from 0.1 to 24: 1.5 is one and a half."))
    return yes()


def log(c: C) -> None:
    """One more line of the log."""
    last = WorkEntry.objects.filter(case_id=c.case.pk).aggregate(last=Max("no"))["last"] or 0
    WorkEntry.objects.create(
        case=c.case, no=last + 1, lawyer_id=c.facts.lawyer_id or 0, day=c.data["day"], work=c.data["work"],
        minutes=max(1, round(c.data["hours"] * 60)), note=c.data.get("said") or "",
    )  # fmt: skip


def entry_known(c: C) -> Verdict:
    """There is such a line, it is one's own and counts."""
    number = c.data["entry"]
    found = WorkEntry.objects.filter(case_id=c.case.pk, no=int(number)) if 0 < number < 30_000 else None
    if found is None or not found.filter(struck=False, lawyer_id=c.actor.account_id).exists():
        return no("entry", _("You have no line of this number in the log."))
    return yes()


def strike(c: C) -> None:
    """A line that was a mistake counts no more."""
    WorkEntry.objects.filter(case_id=c.case.pk, no=int(c.data["entry"])).update(struck=True)


def has_log(c: C) -> Verdict:
    """A report rests on logged work."""
    if WorkEntry.objects.filter(case_id=c.case.pk, struck=False).exists():
        return yes()
    return no("no_work", _("Nothing is in the work log yet."), _("Log what was done and when."))


def papers_there(c: C) -> Verdict:
    """Copies of the papers go with the report (50)."""
    if c.data["documents"]:
        return yes()
    return no("documents", _("Put copies of the papers on the case first: application, evidence, award or judgement."))


def sum_up(c: C) -> None:
    """How long the lawyer worked on it, as logged."""
    rows = WorkEntry.objects.filter(case_id=c.case.pk, struck=False)
    c.facts.minutes = rows.aggregate(sum=Sum("minutes"))["sum"] or 0


def points_fit(c: C) -> Verdict:
    """Each criterion has whole points from 0 to 20."""
    for name in CRITERIA:
        points = c.data[name]
        if not 0 <= points <= POINTS or points != int(points):
            return no(name, _("Write whole points from 0 to %(most)s.") % {"most": POINTS})
    return yes()


def keep_review(c: C) -> None:
    """What the review found."""
    last = Review.objects.filter(case_id=c.case.pk).aggregate(last=Max("no"))["last"] or 0
    Review.objects.create(
        case=c.case, no=last + 1, reviewer_id=c.facts.reviewer_id or 0, day=today(c), enough=c.data["enough"],
        remark=c.data.get("finding") or "", **{name: int(c.data[name]) for name in CRITERIA},
    )  # fmt: skip


def after_review(c: C) -> str:
    """Enough: the worker is asked. Not enough: the lawyer goes on."""
    return "follow_up" if c.data["enough"] else "working"
