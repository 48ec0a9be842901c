"""Values of a dispute (what the law sets is cited, the rest is (?)), what may be filed, and its time limit."""

# ruff: noqa: E501 (one rule, one line)

from datetime import date

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.cases.models import PartyStatus
from zhijia.kernel.rules.bounds import Bound
from zhijia.kernel.rules.values import RuleDefault, Unit
from zhijia.kernel.service.context import Ctx
from zhijia.kernel.service.declare import Effect
from zhijia.kernel.service.limiting import Limiting

from .models import Dispute, DisputeAct, Form, Matter, Way

C = Ctx[Dispute]

_OURS = "default of the platform (?)"
_TALKS = "企业劳动争议协商调解规定 (2012) (?)"
RULES = (
    RuleDefault("disputes.record", 0, Unit.DAYS, "劳动争议调解仲裁法 12", note="an oral application is recorded on the spot", bound=Bound("劳动争议调解仲裁法 12", at_most=0)),
    RuleDefault("disputes.talk", 5, Unit.DAYS, _TALKS, verified=False, note="no answer means unwilling"),
    RuleDefault("disputes.talks", 15, Unit.DAYS, _OURS, verified=False, note="talks end"),
    RuleDefault("disputes.accept", 3, Unit.WORKDAYS, _TALKS, verified=False),
    RuleDefault("disputes.mediation", 15, Unit.DAYS, _TALKS, verified=False),
    RuleDefault("disputes.longer", 15, Unit.DAYS, "as both sides agree (?)", verified=False),
    RuleDefault("disputes.receipt", 15, Unit.DAYS, "劳动争议调解仲裁法 14", note="from receipt of the application", bound=Bound("劳动争议调解仲裁法 14", at_most=15)),
    RuleDefault("disputes.sign", 5, Unit.DAYS, _OURS, verified=False, note="sign what was agreed"),
    RuleDefault("disputes.court_confirmation", 30, Unit.DAYS, "民事诉讼法 205 (?)", verified=False, note="from the day of effect, jointly"),
    RuleDefault("disputes.arbitral_confirmation", 15, Unit.DAYS, "企业劳动争议协商调解规定 27 (?)", verified=False, note="from the day of effect, jointly"),
    RuleDefault("disputes.ruling", 30, Unit.DAYS, _OURS, verified=False, note="decision on a joint application"),
    RuleDefault("disputes.kept", 1, Unit.DAYS, _OURS, verified=False, note="after the agreed day"),
    RuleDefault("disputes.ask_kept", 5, Unit.WORKDAYS, _OURS, verified=False, note="hear from the workers that all has come"),
    RuleDefault("disputes.advise", 3, Unit.WORKDAYS, _OURS, verified=False, note="tell the worker the ways that are left"),
    RuleDefault("disputes.limitation", 1, Unit.YEARS, "劳动争议调解仲裁法 27", note="from the day the right was known to be hurt, or the newest act", bound=Bound("劳动争议调解仲裁法 27", at_least=1)),
    RuleDefault("disputes.limitation_warn", 30, Unit.DAYS, _OURS, verified=False, note="days ahead"),
    RuleDefault("disputes.mass_people", 10, Unit.COUNT, "劳动争议调解仲裁法 7", note="workers who may choose representatives", bound=Bound("劳动争议调解仲裁法 7", at_most=10)),
    RuleDefault("disputes.representatives_least", 3, Unit.COUNT, "劳动人事争议仲裁办案规则 (?)", verified=False),
    RuleDefault("disputes.representatives_most", 5, Unit.COUNT, "劳动人事争议仲裁办案规则 (?)", verified=False),
    RuleDefault("disputes.supervise_reply", 2, Unit.WORKDAYS, _OURS, verified=False),
    RuleDefault("clock.remind_hours", 24, Unit.HOURS, _OURS, verified=False),
    RuleDefault("clock.escalate_days", 3, Unit.DAYS, _OURS, verified=False),
)  # fmt: skip


def today(c: C) -> date:
    """The day in China."""
    return c.now.astimezone(CHINA).date()


# --- intake -----------------------------------------------------------------------------------------------------


def people_sensible(c: C) -> Verdict:
    """A whole number of workers between one and a hundred thousand."""
    people = c.data.get("people")
    if people is None or (1 <= people <= 100_000 and people == int(people)):
        return yes()
    return no("people", _("Write how many workers are concerned, from 1 to 100,000."))


def days_have_come(c: C) -> Verdict:
    """What is told of the past lies there; who still works there has no last day."""
    for name in ("hurt_on", "ended"):
        if c.data.get(name) and c.data[name] > today(c):
            return no(name, _("This day has not come yet."))
    if c.data.get("employed") and c.data.get("ended"):
        return no("ended", _("Either you still work there or you have a last day. Choose one."))
    return yes()


def begin(c: C) -> None:
    """Whether mediation is applied for at once."""
    if c.facts.first == Way.MEDIATION:
        c.facts.applied_on = today(c)
    c.facts.newly_listed = c.facts.people
    mark_people(c)


def mark_people(c: C) -> None:
    """Show on lists how many workers share it, and the mass mark at ten or more."""
    marks = {k: v for k, v in c.case.marks.items() if k not in ("people", "mass")}
    if c.facts.people > 1:
        marks["people"] = c.facts.people
    if c.facts.people >= int(c.number("disputes.mass_people")):
        marks["mass"] = 1
    c.case.marks = marks


# --- time limit -------------------------------------------------------------------------------------------------


def limit_start(c: C) -> date | None:
    """For wages the end of the employment, for all else the day the right was known to be hurt (LDMAL 27)."""
    if c.facts.category != Matter.WAGES:
        return c.facts.hurt_on
    return None if c.facts.employed else c.facts.ended or c.facts.hurt_on


LIMIT = Limiting(
    acts=DisputeAct, start=limit_start, rule="disputes.limitation", warn="disputes.limitation_warn",
    unlimited=_("No time limit runs yet: for wages it begins with the end of the employment, for all else with the day on which the worker knew of it. Record that day."),
)  # fmt: skip


def employment_over(c: C) -> None:
    """A last day of employment says that it lasts no longer."""
    if c.data.get("ended"):
        c.facts.employed = False


def day_given(c: C) -> Verdict:
    """One of the two days is said."""
    if c.data.get("hurt_on") or c.data.get("ended"):
        return yes()
    return no("hurt_on", _("Write one of the two days."))


# --- how it ends ------------------------------------------------------------------------------------------------


def ends(code: str, status: PartyStatus | None = None) -> Effect:
    """An effect that notes how it ended, and how the workers' parts stand."""

    def note_end(c: C) -> None:
        """How it ended."""
        c.facts.closing_code = code
        if status is not None:
            c.set_status(None, status)

    return note_end


def mediated(c: C) -> bool:
    """Whether what was agreed is a mediation agreement."""
    return bool(c.facts.form == Form.MEDIATION)


def settled(c: C) -> bool:
    """Whether what was agreed is a settlement of the parties alone."""
    return bool(c.facts.form == Form.SETTLEMENT)


def closing(c: C) -> bool:
    """Whether it closes: the word of one of several does not close it yet."""
    return c.case.state == "closed"


def closing_mediated(c: C) -> bool:
    """Whether a mediation agreement was kept to its end."""
    return closing(c) and mediated(c)


def closing_settled(c: C) -> bool:
    """Whether a settlement was kept to its end."""
    return closing(c) and settled(c)


def applied_orally(c: C) -> bool:
    """Whether the application that was written down was an oral one."""
    return c.facts.oral


def applied_now(c: C) -> bool:
    """Whether the case begins with an application for mediation."""
    return c.facts.applied_on is not None


def newly_listed(c: C) -> int:
    """Workers by whom this transition changed the list."""
    return c.facts.newly_listed
