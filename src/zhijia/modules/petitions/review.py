"""Review and re-review of a handling opinion (信访工作条例 35, 36): who may ask until when, and who may decide."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.org.queries import parent_unit
from zhijia.kernel.service.declare import Guard

from .rules import C, today

HANDLED = ("accept", "draft_opinion", "serve_opinion")
"""Transitions that make somebody, and their unit, those whose opinion a review is about."""


def has_level_above(c: C) -> Verdict:
    """The body one level above decides a review."""
    if parent_unit(c.case.unit) is not None:
        return yes()
    return no("no_level_above", _("The union above is not on this platform."), _("Ask it directly, in writing."))


def in_request_time(clock: str) -> Guard:
    """A review is asked for within thirty days of the written answer (35, 36)."""

    def in_time(c: C) -> Verdict:
        """Whether the time still runs."""
        window = c.clock(clock)
        if window is not None and c.now <= window.due_at:
            return yes()
        return no("too_late", _("The time to ask for it has ended."))

    return in_time


def window_over(c: C) -> Verdict:
    """Nobody closes it while a review can still be asked for."""
    window = c.clock("review_request" if c.case.state == "opinion" else "re_review_request")
    if window is None or c.now > window.due_at:
        return yes()
    day = window.due_at.astimezone(CHINA).date().isoformat()
    return no("window_open", _("A review can still be asked for until %(day)s.") % {"day": day})


def independent(c: C) -> Verdict:
    """Nobody reviews what they or their unit decided."""
    if c.post is None:
        return yes()
    if c.facts.handled_by_id == c.post.org_id or c.acted(*HANDLED, account_id=c.actor.account_id):
        return no("not_independent", _("You or your unit decided it before, so somebody else reviews it."))
    return yes()


def independent_of_review(c: C) -> Verdict:
    """As `independent`, for the unit that made the review too."""
    if c.post is not None and c.unit_acted("serve_review", "draft_review", org_id=c.post.org_id):
        return no("not_independent", _("You or your unit decided it before, so somebody else reviews it."))
    return independent(c)


def review_written(c: C) -> Verdict:
    """What is served is written first."""
    return yes() if c.facts.review_opinion else no("no_opinion", _("The review opinion is not written yet."))


def final_written(c: C) -> Verdict:
    """What is served is written first."""
    return yes() if c.facts.final_opinion else no("no_opinion", _("The re-review opinion is not written yet."))


def keep_review_day(c: C) -> None:
    """The time to ask for a re-review counts from the day of service."""
    c.facts.reviewed_on = c.data.get("day") or today(c)


def begin_anew(c: C) -> None:
    """What was decided is set aside; the unit that decided it first decides anew."""
    for name in ("opinion", "law", "review_opinion", "review_outcome", "final_opinion", "final_outcome"):
        setattr(c.facts, name, "")
    c.facts.opinion_on = c.facts.reviewed_on = None
