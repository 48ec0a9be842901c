"""The values that the procedure needs, what may be filed, and the conditions of the main line."""

# ruff: noqa: E501 (one rule, one line)

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.rules.bounds import Bound
from zhijia.kernel.rules.values import RuleDefault, Unit
from zhijia.kernel.service.context import Ctx
from zhijia.kernel.service.prepared import as_platform

from .models import Track, WageArrears

C = Ctx[WageArrears]

_OURS = "default of the platform (?)"
RULES = (
    RuleDefault("wage_arrears.accept", 3, Unit.WORKDAYS, _OURS, verified=False, note="accept or say where to go"),
    RuleDefault("wage_arrears.verify", 10, Unit.WORKDAYS, _OURS, verified=False, note="list and verify the workers"),
    RuleDefault("wage_arrears.demand", 3, Unit.WORKDAYS, _OURS, verified=False, note="serve the demand"),
    RuleDefault("wage_arrears.answer", 5, Unit.WORKDAYS, _OURS, verified=False, note="payer's answer to the demand"),
    RuleDefault("wage_arrears.result", 60, Unit.DAYS, _OURS, verified=False),
    RuleDefault("wage_arrears.extension", 30, Unit.DAYS, _OURS, verified=False, note="one extension"),
    RuleDefault("wage_arrears.progress", 15, Unit.DAYS, _OURS, verified=False, note="news for the workers"),
    RuleDefault("wage_arrears.instalment_grace", 1, Unit.DAYS, _OURS, verified=False, note="after an instalment is due"),
    RuleDefault("wage_arrears.inspection", 60, Unit.WORKDAYS, "劳动保障监察条例 17", note="60 working days from opening the case",
                bound=Bound("劳动保障监察条例 17", at_most=60)),
    RuleDefault("wage_arrears.arbitration", 45, Unit.DAYS, "劳动争议调解仲裁法 43", note="45 days from acceptance",
                bound=Bound("劳动争议调解仲裁法 43", at_most=45)),
    RuleDefault("wage_arrears.order", 15, Unit.DAYS, "民事诉讼法 227 (?)", verified=False, note="payment order"),
    RuleDefault("wage_arrears.court", 6, Unit.MONTHS, "民事诉讼法 152 (?)", verified=False, note="first instance"),
    RuleDefault("wage_arrears.limitation", 1, Unit.YEARS, "劳动争议调解仲裁法 27", note="from the end of employment or the newest act",
                bound=Bound("劳动争议调解仲裁法 27", at_least=1)),
    RuleDefault("wage_arrears.limitation_warn", 30, Unit.DAYS, _OURS, verified=False, note="days ahead"),
    RuleDefault("wage_arrears.urge_gap_hours", 24, Unit.HOURS, _OURS, verified=False),
    RuleDefault("wage_arrears.urge_reply", 1, Unit.WORKDAYS, _OURS, verified=False),
    RuleDefault("wage_arrears.supervise_reply", 2, Unit.WORKDAYS, _OURS, verified=False),
    RuleDefault("wage_arrears.mass_people", 10, Unit.COUNT, "LDMAL art. 7 (ten or more workers)",
                bound=Bound("劳动争议调解仲裁法 7", at_most=10)),
    RuleDefault("wage_arrears.winter_from", "11-01", Unit.TEXT, _OURS, verified=False, note="month and day"),
    RuleDefault("wage_arrears.winter_to", "2026-02-16", Unit.TEXT, _OURS, verified=False, note="the day before Spring Festival"),
    RuleDefault("wage_arrears.winter_to", "2027-02-05", Unit.TEXT, _OURS, verified=False, valid_from=date(2026, 7, 1)),
    RuleDefault("wage_arrears.winter_to", "2028-01-25", Unit.TEXT, _OURS, verified=False, valid_from=date(2027, 7, 1)),
    RuleDefault("clock.remind_hours", 24, Unit.HOURS, _OURS, verified=False),
    RuleDefault("clock.escalate_days", 3, Unit.DAYS, _OURS, verified=False),
)  # fmt: skip


def today(c: C) -> date:
    """The day in China."""
    return c.now.astimezone(CHINA).date()


@contextmanager
def every_row(c: C) -> Iterator[None]:
    """With sight of every worker's rows: one of them sees only their own, but the sums depend on all."""
    if c.role == "worker":
        with as_platform():
            yield
    else:
        yield


# --- intake -----------------------------------------------------------------------------------------------------


def people_sensible(c: C) -> Verdict:
    """A whole number of workers between one and a hundred thousand."""
    people = c.data.get("people")
    if people is None or (1 <= people <= 100_000 and people == int(people)):
        return yes()
    return no("people", _("Write how many workers are concerned, from 1 to 100,000."))


def amount_given(c: C) -> Verdict:
    """Something is owed."""
    return yes() if c.data["amount"] else no("amount", _("Write how much is owed; an estimate will do."))


def owed_in_order(c: C) -> Verdict:
    """Wages are owed from one day to a later one that has come."""
    if c.data["owed_from"] > c.data["owed_until"]:
        return no("owed_until", _("The last day for which wages are owed lies before the first."))
    if c.data["owed_until"] > today(c):
        return no("owed_until", _("This day has not come yet. Write the last day worked without pay."))
    return yes()


def end_sensible(c: C) -> Verdict:
    """Who still works there has no last day; a last day lies in the past."""
    ended = c.data.get("ended")
    if c.data.get("employed") and ended:
        return no("ended", _("Either you still work there or you have a last day. Choose one."))
    if ended and ended > today(c):
        return no("ended", _("This day has not come yet."))
    return yes()


def begin(c: C) -> None:
    """Where and when it was filed, for the campaign's figures; how many workers it brings."""
    c.facts.filed_on, c.facts.region, c.facts.newly_listed = today(c), c.case.region, c.facts.people
    mark_people(c)


def mark_people(c: C) -> None:
    """Keep the number of workers on lists, and the mass mark at ten or more."""
    marks = {k: v for k, v in c.case.marks.items() if k not in ("people", "mass")}
    if c.facts.people > 1:
        marks["people"] = c.facts.people
    if c.facts.people >= int(c.number("wage_arrears.mass_people")):
        marks["mass"] = 1
    c.case.marks = marks


# --- the main line ----------------------------------------------------------------------------------------------


def has_workers(c: C) -> Verdict:
    """At least one worker is listed."""
    return yes() if c.facts.owed else no("no_workers", _("No worker is listed yet."), _("List the workers first."))


def answer_due(c: C) -> Verdict:
    """Silence is recorded when the time for an answer has passed; a refusal at once."""
    clock = c.clock("answer")
    if c.data["answer"] != "silent" or clock is None or c.now > clock.due_at:
        return yes()
    return no("answer", _("The time for an answer has not passed yet."))


def end_has_come(c: C) -> Verdict:
    """The last day of employment lies in the past."""
    return no("ended", _("This day has not come yet.")) if c.data["ended"] > today(c) else yes()


def employment_over(c: C) -> None:
    """From now on the limitation period runs."""
    c.facts.employed = False


def track_rule(c: C) -> str:
    """How long the body that deals with it has by law."""
    return f"wage_arrears.{c.facts.track or Track.INSPECTION}"


def after_decision(c: C) -> str:
    """An order, an award or a settlement is paid; a refusal leads back to the unit."""
    return "unanswered" if c.data["decision"] == "rejected" else "paying"


def forget_answer(c: C) -> None:
    """A new round begins."""
    c.facts.answer = ""


def how_it_stands(c: C) -> str:
    """Recovered when everything was paid, else only in part."""
    return "recovered" if c.facts.owed and c.facts.recovered >= c.facts.owed else "partly"


# --- what counts ------------------------------------------------------------------------------------------------


def first_acceptance(c: C) -> bool:
    """A claim counts as accepted once, however often it is re-opened."""
    return c.facts.reopened == 0


def in_full(c: C) -> bool:
    """Whether it closes paid to the last fen."""
    return bool(c.facts.owed) and c.facts.recovered == c.facts.owed


def first_report(c: C) -> bool:
    """Each late result is counted once, however far up it is reported."""
    clock = c.clock("result")
    return clock is not None and clock.level == 1


def newly_listed(c: C) -> int:
    """Workers by whom this transition changed the list."""
    return c.facts.newly_listed
