"""Values and conditions of a dismissal of which the union must be told (LCL 43; interpretation I, 47)."""

# ruff: noqa: E501 (a declaration reads as a table)

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.cases.models import PartyStatus
from zhijia.kernel.rules.values import RuleDefault, Unit
from zhijia.kernel.service.context import Ctx

from ..rules import today
from .models import Answer, DismissalNotice, End, Told

C = Ctx[DismissalNotice]

_OURS = "default of the platform (?)"
RULES = (
    RuleDefault("dismissal_notice.examine", 5, Unit.WORKDAYS, _OURS, verified=False, note="LCL 43 sets no time"),
    RuleDefault("dismissal_notice.answer", 10, Unit.WORKDAYS, _OURS, verified=False, note="the employer answers in writing; LCL 43 sets no time"),
    RuleDefault("dismissal_notice.cure", 10, Unit.WORKDAYS, _OURS, verified=False, note="to tell the union afterwards, before a suit"),
    RuleDefault("dismissal_notice.rights", 3, Unit.WORKDAYS, _OURS, verified=False, note="to tell the worker the rights that are left"),
    RuleDefault("dismissal_notice.follow", 30, Unit.DAYS, _OURS, verified=False, note="to hear what the worker chose"),
    RuleDefault("dismissal_notice.supervise_reply", 2, Unit.WORKDAYS, _OURS, verified=False),
    RuleDefault("clock.remind_hours", 24, Unit.HOURS, _OURS, verified=False),
    RuleDefault("clock.escalate_days", 3, Unit.DAYS, _OURS, verified=False),
)  # fmt: skip


def told_by_day(c: C) -> Verdict:
    """A notice before the dismissal names the day of the dismissal, when it names one, not the past."""
    planned, told = c.data.get("planned_on"), c.data["told"] or Told.BEFORE
    if told == Told.BEFORE and planned and planned < today(c):
        return no("planned_on", _("This day has passed: then the union was told afterwards."))
    return yes()


def was_not_told(c: C) -> Verdict:
    """The dismissal was made without telling the union before."""
    if c.facts.told == Told.BEFORE and c.facts.planned_on and c.facts.planned_on > today(c):
        return no("day_ahead", _("The day of the dismissal has not come yet."))
    return yes()


def mark_untold(c: C) -> None:
    """It counts as not told."""
    if c.facts.told == Told.BEFORE:
        c.facts.told = Told.NEVER


def not_sued(c: C) -> Verdict:
    """What was missed can be made good only before a suit (interpretation I, 47)."""
    if c.facts.sued_on is None:
        return yes()
    return no("sued", _("There is a suit already: it can no longer be made good."))


def cures(c: C) -> None:
    """The employer told the union afterwards, in time."""
    c.facts.cured_on, c.facts.unlawful = c.data["day"], False


def cure_over(c: C) -> Verdict:
    """It counts as not cured once there is a suit or the time is over."""
    clock = c.clock("cure")
    if c.facts.sued_on or (clock is not None and c.now > clock.due_at):
        return yes()
    return no("cure_open", _("The employer can still tell the union: there is no suit, and the time is not over."))


def mark_unlawful(c: C) -> None:
    """Dismissed without telling the union: damages are owed (LCL 87)."""
    c.facts.unlawful = True


def note_suit(c: C) -> None:
    """From now on nothing is made good."""
    c.facts.unlawful = c.facts.unlawful or (c.facts.told != Told.BEFORE and c.facts.cured_on is None)


def suit_sensible(c: C) -> Verdict:
    """A suit that was brought before the cure takes its effect away."""
    return yes() if c.data["sued_on"] <= today(c) else no("sued_on", _("This day has not come yet."))


def answer_given(c: C) -> Verdict:
    """The answer is in writing (LCL 43)."""
    return yes() if c.data["written"] else no("written", _("The law wants the answer in writing: ask for it."))


def note_answer(c: C) -> None:
    """Remember whether it came in time."""
    clock = c.clock("answer")
    c.facts.answered_late = clock is not None and c.now > clock.due_at
    if c.data["answer"] == Answer.WITHDRAWS:
        take_back(c)


def answer_over(c: C) -> Verdict:
    """Silence counts once the time is over."""
    clock = c.clock("answer")
    if clock is not None and c.now > clock.due_at:
        return yes()
    return no("answer_open", _("The time for an answer has not passed yet."))


def after_answer(c: C) -> str:
    """What was taken back is over; everything else the worker is told."""
    return "closed" if c.data["answer"] == Answer.WITHDRAWS else "stands"


def take_back(c: C) -> None:
    """The employer gave the dismissal up."""
    c.facts.closing_code = End.WITHDRAWN
    c.set_status(None, PartyStatus.SOLVED)


def ends(c: C) -> None:
    """How it ended shows on each worker's part."""
    solved = c.data["closing_code"] in (End.CHANGED, End.REINSTATED, End.PAID, End.ACCEPTED)
    c.set_status(None, PartyStatus.SOLVED if solved else PartyStatus.UNSOLVED)


def told_rights(c: C) -> Verdict:
    """Nobody's case is closed before they know their rights."""
    if c.last_event("tell_rights") is not None:
        return yes()
    return no("rights", _("The worker has not been told their rights yet."))


def money_sensible(c: C) -> Verdict:
    """Money goes with an end in money."""
    if c.data["closing_code"] == End.PAID and not c.data["paid"]:
        return no("paid", _("Write how much was paid."))
    return yes()


# --- what counts ------------------------------------------------------------------------------------------------


def answered_in_time(c: C) -> bool:
    """The numerator of the answer rate."""
    return not c.facts.answered_late


def gave_in(c: C) -> bool:
    """Whether the employer took it back or changed it."""
    return c.facts.answer in (Answer.WITHDRAWS, Answer.CHANGES) or c.facts.closing_code == End.WITHDRAWN


def is_unlawful(c: C) -> bool:
    """Told too late, and not made good."""
    return bool(c.facts.unlawful)


def paid(c: C) -> int:
    """Fen that the worker got."""
    return c.facts.paid


def has_worker(c: C) -> Verdict:
    """A claim is the worker's: one on whose case nobody stands has nobody to claim it."""
    if c.case.applicant_id is not None:
        return yes()
    return no("nobody", _("No worker stands on this case; the worker has to ask."))


def dispute(c: Ctx[Any]) -> None:
    """A mediation on the worker's claim: reinstatement or twice the severance pay."""
    c.spawn("disputes", claim=c.data["claim"], category="dismissal", employer_name=c.facts.employer_name)


def aid(c: Ctx[Any]) -> None:
    """Legal aid for the worker; the day of the dismissal begins the time limit."""
    day = c.facts.planned_on
    c.spawn(
        "legal_aid", story=c.data["claim"], category="dismissal", employer_name=c.facts.employer_name,
        known_on=day.isoformat() if day and day <= today(c) else "",
    )  # fmt: skip


def supervision(c: Ctx[Any]) -> None:
    """The union supervises the employer: it dismissed without telling, or did not answer."""
    c.spawn("supervision", finding=c.data["finding"], category="dismissal", employer_name=c.facts.employer_name)
