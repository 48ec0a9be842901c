"""The limits of an arbitration and of the suits after it: what the law sets is cited, the rest is (?)."""

# ruff: noqa: E501 (one rule, one line)

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Text, Verdict, no, yes
from zhijia.kernel.rules.bounds import Bound
from zhijia.kernel.rules.values import RuleDefault, Unit
from zhijia.kernel.service.context import Ctx
from zhijia.kernel.service.declare import Guard

from .models import Arbitration

C = Ctx[Arbitration]

_OURS = "default of the platform (?)"
_LDMAL = "劳动争议调解仲裁法"
_DAYS = "the commission's rules of procedure (2017) may count it in working days (?)"
SHARED = (
    RuleDefault("clock.remind_hours", 24, Unit.HOURS, _OURS, verified=False),
    RuleDefault("clock.escalate_days", 3, Unit.DAYS, _OURS, verified=False),
)
RULES = (
    RuleDefault("arbitration.prepare", 5, Unit.WORKDAYS, _OURS, verified=False, note="write the application and file it"),
    RuleDefault("arbitration.limitation", 1, Unit.YEARS, f"{_LDMAL} 27", note="from the day it was known, or the newest act",
                bound=Bound(f"{_LDMAL} 27", at_least=1)),
    RuleDefault("arbitration.limitation_warn", 30, Unit.DAYS, _OURS, verified=False, note="days ahead"),
    RuleDefault("arbitration.accept", 5, Unit.DAYS, f"{_LDMAL} 29", note=_DAYS),
    RuleDefault("arbitration.suit", 15, Unit.DAYS, _OURS, verified=False, note="not accepted, silent or late: the law sets no time for the suit (29, 43), waiting costs proof"),
    RuleDefault("arbitration.serve", 5, Unit.DAYS, f"{_LDMAL} 30", note=_DAYS),
    RuleDefault("arbitration.answer", 10, Unit.DAYS, f"{_LDMAL} 30", note="the employer's answer; without it the procedure goes on"),
    RuleDefault("arbitration.forward", 5, Unit.DAYS, f"{_LDMAL} 30", note=_DAYS),
    RuleDefault("arbitration.tribunal", 5, Unit.DAYS, f"{_LDMAL} 32", note=_DAYS),
    RuleDefault("arbitration.notice_before", 5, Unit.DAYS, f"{_LDMAL} 35", note="days between the notice and the hearing"),
    RuleDefault("arbitration.postpone_before", 3, Unit.DAYS, f"{_LDMAL} 35", note="days before the hearing until which another day can be asked for"),
    RuleDefault("arbitration.postpone", 0, Unit.DAYS, f"{_LDMAL} 35", note="the day itself, which lies three days before the hearing"),
    RuleDefault("arbitration.award", 45, Unit.DAYS, f"{_LDMAL} 43", bound=Bound(f"{_LDMAL} 43", at_most=45)),
    RuleDefault("arbitration.award_extension", 15, Unit.DAYS, f"{_LDMAL} 43", bound=Bound(f"{_LDMAL} 43", at_most=15)),
    RuleDefault("arbitration.partial", 15, Unit.DAYS, f"{_LDMAL} 43、50", note="suit on a partial award"),
    RuleDefault("arbitration.sue", 15, Unit.DAYS, f"{_LDMAL} 48、50", note="from receipt of the award", bound=Bound(f"{_LDMAL} 48、50", at_least=15)),
    RuleDefault("arbitration.set_aside", 30, Unit.DAYS, f"{_LDMAL} 49", note="the employer asks the intermediate court"),
    RuleDefault("arbitration.challenge", 2, Unit.MONTHS, _OURS, verified=False, note="ruling of the intermediate court"),
    RuleDefault("arbitration.suit_set_aside", 15, Unit.DAYS, f"{_LDMAL} 49", note="from receipt of the ruling", bound=Bound(f"{_LDMAL} 49", at_least=15)),
    RuleDefault("arbitration.suit_unenforced", 30, Unit.DAYS, "劳动争议解释（一）24", note="from receipt of the ruling", bound=Bound("劳动争议解释（一）24", at_least=30)),
    RuleDefault("arbitration.first_instance", 6, Unit.MONTHS, "民事诉讼法 152 (?)", verified=False),
    RuleDefault("arbitration.appeal", 15, Unit.DAYS, "民事诉讼法 171 (?)", verified=False),
    RuleDefault("arbitration.second_instance", 3, Unit.MONTHS, "民事诉讼法 183 (?)", verified=False),
    RuleDefault("arbitration.perform", 1, Unit.DAYS, _OURS, verified=False, note="after the day by which it is to be kept"),
    RuleDefault("arbitration.enforce_within", 2, Unit.YEARS, "民事诉讼法 250 (?)", verified=False),
    RuleDefault("arbitration.enforcement", 6, Unit.MONTHS, "民事诉讼法 237 (?)", verified=False, note="then the court above can be asked"),
    RuleDefault("arbitration.representatives", 10, Unit.COUNT, f"{_LDMAL} 7", bound=Bound(f"{_LDMAL} 7", at_most=10)),
    RuleDefault("arbitration.final_months", 12, Unit.COUNT, f"{_LDMAL} 47", note="monthly minimum wages up to which an item is final"),
    RuleDefault("arbitration.supervise_reply", 2, Unit.WORKDAYS, _OURS, verified=False),
    *SHARED,
)  # fmt: skip
TITLES: dict[str, Text] = {
    "arbitration.award_extension": _("More time for the award"),
    "arbitration.notice_before": _("Notice before a hearing"),
    "arbitration.postpone_before": _("Asking for another day before a hearing"),
    "arbitration.representatives": _("Workers who may choose representatives"),
    "arbitration.final_months": _("Monthly minimum wages up to which an item is final"),
}
"""Names of the values that no clock counts by."""


def today(c: Ctx[Any]) -> date:
    """The day in China."""
    return c.now.astimezone(CHINA).date()


def midnight(day: date | None) -> datetime | None:
    """The first moment of a day, for a clock that counts from it; None while it is not known."""
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=CHINA)


def passed(c: Ctx[Any], key: str) -> bool:
    """Whether this clock started and its day is over."""
    clock = c.clock(key)
    return clock is not None and c.now > clock.due_at


def people_sensible(c: Ctx[Any]) -> Verdict:
    """A whole number of workers between one and a hundred thousand."""
    people = c.data.get("people")
    if people is None or (1 <= people <= 100_000 and people == int(people)):
        return yes()
    return no("people", _("Write how many workers are concerned, from 1 to 100,000."))


def known_sensible(c: Ctx[Any]) -> Verdict:
    """What was known, and the end of an employment, lie in the past; who still works there has no last day."""
    for name in ("known_on", "ended"):
        given = c.data.get(name)
        if given and given > today(c):
            return no(name, _("This day has not come yet."))
    if c.data.get("employed") and c.data.get("ended"):
        return no("ended", _("Either you still work there or you have a last day. Choose one."))
    return yes()


def not_ahead(*names: str) -> Guard:
    """A check that these days, where given, have come."""

    def has_come(c: Ctx[Any]) -> Verdict:
        """None of the days lies ahead."""
        for name in names:
            given = c.data.get(name)
            if given and given > today(c):
                return no(name, _("This day has not come yet."))
        return yes()

    return has_come


def in_order(*names: str) -> Guard:
    """A check that the days follow each other; a day that is not asked now is that of the facts."""

    def in_sequence(c: Ctx[Any]) -> Verdict:
        """No day lies before the one that it follows from."""
        last: date | None = None
        for name in names:
            given = c.data.get(name) or getattr(c.facts, name, None)
            if given and last and given < last:
                return no(name if name in c.data else names[-1], _("This day lies before the one it follows from."))
            last = given or last
        return yes()

    return in_sequence
