"""Values and conditions of a supervision. National law sets no limits for the letters: all of them are (?)."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.deadlines.models import DeadlineState
from zhijia.kernel.rules.values import RuleDefault, Unit
from zhijia.kernel.service.context import Ctx

from .models import Supervision

C = Ctx[Supervision]

_OURS = "default of the platform (?)"
RULES = (
    RuleDefault("supervision.register", 5, Unit.WORKDAYS, "as Zhejiang, art. 17; national (?)", verified=False),
    RuleDefault("supervision.hearing", 10, Unit.WORKDAYS, _OURS, verified=False),
    RuleDefault("supervision.reminder_reply", 10, Unit.WORKDAYS, _OURS, verified=False, note="set in the letter"),
    RuleDefault("supervision.investigation", 30, Unit.DAYS, _OURS, verified=False),
    RuleDefault("supervision.reply", 15, Unit.WORKDAYS, "as Zhejiang, art. 22; national (?)", verified=False),
    RuleDefault("supervision.next_step", 5, Unit.WORKDAYS, _OURS, verified=False),
    RuleDefault("supervision.authority", 15, Unit.WORKDAYS, "as Beijing; national (?)", verified=False),
    RuleDefault("supervision.verify", 10, Unit.WORKDAYS, _OURS, verified=False),
    RuleDefault("supervision.supervise_reply", 2, Unit.WORKDAYS, _OURS, verified=False),
    RuleDefault("clock.remind_hours", 24, Unit.HOURS, _OURS, verified=False),
    RuleDefault("clock.escalate_days", 3, Unit.DAYS, _OURS, verified=False),
)


def two_supervisors(c: C) -> Verdict:
    """Two supervisors or more investigate, and show their cards."""
    if c.data["supervisors"] >= 2 and c.data["cards"]:
        return yes()
    return no("supervisors", _("At least two supervisors investigate, and they show their cards."))


def served_before(c: C) -> Verdict:
    """A letter was served on a day that has come."""
    if c.data["day"] > c.now.astimezone(CHINA).date():
        return no("day", _("This day has not come yet."))
    return yes()


def ground_holds(c: C) -> Verdict:
    """Silence is a ground only when the time for a reply has passed."""
    clock = c.clock("reply")
    if c.data["ground_to_act"] != "silent" or (clock is not None and c.now > clock.due_at):
        return yes()
    return no("ground_to_act", _("The time for a reply has not passed yet."))


def workers_sensible(c: C) -> Verdict:
    """A whole number of workers, ten million at most."""
    workers = c.data.get("workers")
    if workers is None or (0 <= workers <= 10**7 and workers == int(workers)):
        return yes()
    return no("workers", _("Write the number of workers in digits."))


def after_decision(c: C) -> str:
    """An order is verified with the workers; without one the union decides again."""
    return "corrected" if c.data["decision"] == "ordered" else "replied"


def ground_named(c: C) -> Verdict:
    """The authority is asked on a ground that was named when the recommendation was drafted."""
    if c.facts.ground_to_act:
        return yes()
    return no("no_ground", _("Why the authority is asked is not recorded yet."), _("Draft the recommendation first."))


def note_reply(c: C) -> None:
    """Remember whether the reply came in time."""
    clock = c.clock("reminder") if c.case.state == "reminded" else c.clock("reply")
    c.facts.replied_late = clock is not None and c.now > clock.due_at


def end_refused(c: C) -> None:
    """It was not taken up."""
    c.facts.closing_code = "refused"


def end_open(c: C) -> None:
    """It ends without being corrected, and says so."""
    c.facts.closing_code = "open"


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
