"""Values and conditions of a supervision. National law sets no limits for the letters: all of them are (?). What an
authority has for its investigation stands in the regulations on labour inspection."""

# ruff: noqa: E501 (a declaration reads as a table)

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.deadlines.models import DeadlineState
from zhijia.kernel.org.models import OrgKind
from zhijia.kernel.rules.bounds import Bound
from zhijia.kernel.rules.values import RuleDefault, Unit
from zhijia.kernel.service.context import Ctx

from .models import Breach, Group, Supervision

C = Ctx[Supervision]

_OURS = "default of the platform (?)"
_INSPECTION = "劳动保障监察条例 17"
TITLES = {"supervision.asked_least": _("Workers to be asked before it counts as corrected")}
RULES = (
    RuleDefault("supervision.register", 5, Unit.WORKDAYS, "as Zhejiang, art. 17; national (?)", verified=False),
    RuleDefault("supervision.hearing", 10, Unit.WORKDAYS, _OURS, verified=False),
    RuleDefault("supervision.reminder_reply", 10, Unit.WORKDAYS, _OURS, verified=False, note="set in the letter"),
    RuleDefault("supervision.talks", 30, Unit.DAYS, _OURS, verified=False, note="negotiation between both sides"),
    RuleDefault("supervision.investigation", 30, Unit.DAYS, _OURS, verified=False),
    RuleDefault("supervision.reply", 15, Unit.WORKDAYS, "as Zhejiang, art. 22; national (?)", verified=False),
    RuleDefault("supervision.plan_grace", 1, Unit.DAYS, _OURS, verified=False, note="after the day of the plan"),
    RuleDefault("supervision.next_step", 5, Unit.WORKDAYS, _OURS, verified=False),
    RuleDefault("supervision.authority_opens", 5, Unit.WORKDAYS, "as one province; national (?)", verified=False),
    RuleDefault("supervision.authority", 60, Unit.WORKDAYS, _INSPECTION, note="from opening its case", bound=Bound(_INSPECTION, at_most=60)),
    RuleDefault("supervision.authority_more", 30, Unit.WORKDAYS, _INSPECTION, note="complicated cases, once", bound=Bound(_INSPECTION, at_most=30)),
    RuleDefault("supervision.procuratorate", 30, Unit.DAYS, _OURS, verified=False),
    RuleDefault("supervision.verify", 10, Unit.WORKDAYS, _OURS, verified=False),
    RuleDefault("supervision.asked_least", 1, Unit.COUNT, _OURS, verified=False, note="workers to be asked before it counts as corrected"),
    RuleDefault("supervision.mass_people", 10, Unit.COUNT, "LDMAL art. 7 (ten or more workers)"),
    RuleDefault("supervision.retaliation", 1, Unit.WORKDAYS, _OURS, verified=False),
    RuleDefault("supervision.supervise_reply", 2, Unit.WORKDAYS, _OURS, verified=False),
    RuleDefault("clock.remind_hours", 24, Unit.HOURS, _OURS, verified=False),
    RuleDefault("clock.escalate_days", 3, Unit.DAYS, _OURS, verified=False),
)  # fmt: skip


def today(c: Ctx[Any]) -> date:
    """The day in China."""
    return c.now.astimezone(CHINA).date()


def has_come(name: str) -> Callable[[Ctx[Any]], Verdict]:
    """The day that was typed has come."""

    def day_has_come(c: Ctx[Any]) -> Verdict:
        """What is recorded has happened."""
        return yes() if c.data[name] <= today(c) else no(name, _("This day has not come yet."))

    return day_has_come


def moment_of(c: Ctx[Any], day: date) -> datetime:
    """A day as a moment that lies not ahead: from it a clock counts."""
    return c.now if day >= today(c) else datetime.combine(day, time(12), CHINA)


def served_at(c: Ctx[Any]) -> datetime:
    """When the letter that this step records was served."""
    return moment_of(c, c.data["day"])


# --- the main line ----------------------------------------------------------------------------------------------


def plan_given(c: C) -> Verdict:
    """Whoever accepts says by when; whoever refuses says why."""
    if c.data["reply"] == "reasons":
        return yes() if c.data["note"] else no("note", _("Write down the employer's reasons."))
    if not c.data["plan"]:
        return no("plan", _("Write down what the employer will do."))
    if c.data["plan_until"] is None or c.data["plan_until"] < today(c):
        return no("plan_until", _("Write the day by which it will be corrected, from today on."))
    return yes()


def plan_due(c: C) -> datetime | None:
    """The end of the day by which the employer's plan is done; None without a plan."""
    day = c.data.get("plan_until")
    return datetime.combine(day, time(12), CHINA) if day and c.data.get("reply") != "reasons" else None


def note_reply(c: C) -> None:
    """Remember whether the reply came in time."""
    clock = c.clock("reminder") if c.case.state == "reminded" else c.clock("reply")
    c.facts.replied_late = clock is not None and c.now > clock.due_at


def asked_by(c: C) -> str:
    """Which letter the employer answers."""
    return "reminder" if c.case.state == "reminded" else "opinion"


def decided_by(c: C) -> str:
    """Which letter the decision answers."""
    return "transfer" if c.case.state == "transferred" else "recommendation"


def ground_holds(c: C) -> Verdict:
    """Silence is a ground only when the time for a reply has passed."""
    clock = c.clock("reply")
    if c.data["ground_to_act"] != "silent" or (clock is not None and c.now > clock.due_at):
        return yes()
    return no("ground_to_act", _("The time for a reply has not passed yet."))


def ground_named(c: C) -> Verdict:
    """The authority is asked on a ground that was named when the recommendation was drafted."""
    if c.facts.ground_to_act:
        return yes()
    return no("no_ground", _("Why the authority is asked is not recorded yet."), _("Draft the recommendation first."))


def county_or_above(c: C) -> Verdict:
    """Authority and procuratorate are asked by a federation of a county or above."""
    if c.case.unit.kind == OrgKind.FEDERATION:
        return yes()
    return no("not_county", _("Only a federation of a county or above does this."), _("Let the union above act."))


def both_willing(c: Ctx[Any]) -> Verdict:
    """Nobody is made to negotiate."""
    return yes() if c.data["willing"] else no("willing", _("Both sides must want to negotiate."))


def group_holds(c: C) -> Verdict:
    """Many workers: as many as the rule says, wages or insurance, and an employer that does not cooperate."""
    if c.data["group"] != Group.MASS:
        return yes()
    if c.facts.category not in (Breach.WAGES, Breach.INSURANCE):
        return no("group", _("Many workers count here for wages and insurance only."))
    if c.facts.people < c.number("supervision.mass_people"):
        return no("group", _("So few workers are no mass case; correct their number first if it is wrong."))
    if c.facts.cooperated and not c.facts.ground_to_act:
        return no("group", _("The employer cooperates: there is no ground for the procuratorate yet."))
    return yes()


def group_named(c: C) -> Verdict:
    """The procuratorate is asked for somebody: that was named when the letter was drafted."""
    if c.facts.group:
        return yes()
    return no(
        "no_group",
        _("For whom the procuratorate is asked is not recorded yet."),
        _("Draft the transfer to the procuratorate first."),
    )


def after_decision(c: C) -> str:
    """An order is verified with the workers; without one the union decides again."""
    return "corrected" if c.data["decision"] == "ordered" else "replied"


def people_sensible(c: C) -> Verdict:
    """A whole number of workers, ten million at most."""
    people = c.data.get("people")
    if people is None or (0 <= people <= 10**7 and people == int(people)):
        return yes()
    return no("people", _("Write the number of workers in digits."))


def workers_sensible(c: C) -> Verdict:
    """A whole number of workers, ten million at most."""
    workers = c.data.get("workers")
    if workers is None or (0 <= workers <= 10**7 and workers == int(workers)):
        return yes()
    return no("workers", _("Write the number of workers in digits."))


def did_not_help(c: C) -> None:
    """The employer refused what the law asks of it."""
    c.facts.cooperated = False


def end_refused(c: C) -> None:
    """It was not taken up."""
    c.facts.closing_code = "refused"


def end_open(c: C) -> None:
    """It ends without being corrected, and says so."""
    c.facts.closing_code = "open"


def begin_again(c: C) -> None:
    """The breach is back: what an earlier round found out is asked anew."""
    facts = c.facts
    facts.relapses += 1
    facts.closing_code = facts.reply = facts.ground_to_act = facts.group = ""
    facts.asked = facts.agreeing = 0


# --- what counts ------------------------------------------------------------------------------------------------


def in_time(c: C) -> bool:
    """Whether the employer replied in time."""
    return not c.facts.replied_late


def to_opinion(c: C) -> bool:
    """Whether this reply answers an opinion, which asks for one by law."""
    clock = c.clock("reply")
    return clock is not None and clock.done_at == c.now and clock.state in (DeadlineState.MET, DeadlineState.MISSED)


def opinion_in_time(c: C) -> bool:
    """The numerator of the reply rate."""
    return to_opinion(c) and in_time(c)


def is_corrected(c: C) -> bool:
    """Whether the breach was mended, in whole or in part."""
    return c.facts.closing_code in ("corrected", "settled", "partly", "ordered")


def money(c: C) -> int:
    """Fen that workers got by it."""
    return c.facts.recovered


def covered(c: C) -> int:
    """Workers who gain by it."""
    return c.facts.workers
