"""Values and conditions of a mediation: what the law sets is cited, the rest is (?)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.cases.models import PartyStatus
from zhijia.kernel.rules.bounds import Bound
from zhijia.kernel.rules.values import RuleDefault, Unit
from zhijia.kernel.service.context import Ctx
from zhijia.kernel.service.declare import Effect

from .models import Dispute

C = Ctx[Dispute]

_OURS = "default of the platform (?)"
RULES = (
    RuleDefault("disputes.accept", 3, Unit.WORKDAYS, "企业劳动争议协商调解规定 (2012) (?)", verified=False),
    RuleDefault("disputes.mediation", 15, Unit.DAYS, "企业劳动争议协商调解规定 (2012) (?)", verified=False),
    RuleDefault("disputes.longer", 15, Unit.DAYS, "as both sides agree (?)", verified=False),
    RuleDefault(
        "disputes.receipt",
        15,
        Unit.DAYS,
        "劳动争议调解仲裁法 14",
        note="from receipt of the application",
        bound=Bound("劳动争议调解仲裁法 14", at_most=15),
    ),
    RuleDefault("disputes.court_confirmation", 30, Unit.DAYS, "民事诉讼法 205 (?)", verified=False),
    RuleDefault("disputes.kept", 1, Unit.DAYS, _OURS, verified=False, note="after the agreed day"),
    RuleDefault(
        "disputes.advise", 3, Unit.WORKDAYS, _OURS, verified=False, note="tell the worker the ways that are left"
    ),
    RuleDefault("disputes.supervise_reply", 2, Unit.WORKDAYS, _OURS, verified=False),
    RuleDefault("clock.remind_hours", 24, Unit.HOURS, _OURS, verified=False),
    RuleDefault("clock.escalate_days", 3, Unit.DAYS, _OURS, verified=False),
)


def people_sensible(c: C) -> Verdict:
    """A whole number of workers between one and a hundred thousand."""
    people = c.data.get("people")
    if people is None or (1 <= people <= 100_000 and people == int(people)):
        return yes()
    return no("people", _("Write how many workers are concerned, from 1 to 100,000."))


def mark_people(c: C) -> None:
    """Show on lists how many workers share it."""
    c.case.marks = {"people": c.facts.people} if c.facts.people > 1 else {}


def both_willing(c: C) -> Verdict:
    """Mediation is voluntary: it is accepted when both sides agree to it."""
    if c.data["willing"]:
        return yes()
    return no("willing", _("Without the employer's consent there is no mediation; say so in writing instead."))


def both_longer(c: C) -> Verdict:
    """More time needs both sides."""
    return yes() if c.data["willing"] else no("willing", _("It is prolonged only when both sides agree."))


def due_ahead(c: C) -> Verdict:
    """What was agreed is to be kept from today on."""
    if c.data["due"] < c.now.astimezone(CHINA).date():
        return no("due", _("This day has passed already."))
    return yes()


def agreed_day(c: C) -> datetime | None:
    """The day by which the agreement is to be kept."""
    due = c.facts.due
    return None if due is None else datetime(due.year, due.month, due.day, tzinfo=CHINA)


def ends(code: str, status: PartyStatus | None = None) -> Effect:
    """An effect that notes how it ended, and how the workers' parts stand."""

    def note_end(c: C) -> None:
        """How it ended."""
        c.facts.closing_code = code
        if status is not None:
            c.set_status(None, status)

    return note_end


def leave(c: C) -> None:
    """One of several workers takes back their part."""
    c.set_status(c.actor.person_id, PartyStatus.WITHDRAWN)
    c.facts.people = max(1, len(c.applicants()))
    mark_people(c)


def agreed_money(c: C) -> int:
    """Fen that were agreed."""
    return c.facts.agreed
