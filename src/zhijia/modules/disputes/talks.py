"""The way to the mediator: consultation with the employer, the application, acceptance."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.deadlines.acts import ActKind
from zhijia.kernel.deadlines.limitation import midnight

from .models import Form
from .rules import LIMIT, C, today

SILENT = "silent"
ANSWERS = (
    (SILENT, _("No answer in time")),
    ("unwilling", _("The employer does not want to talk")),
    ("apart", _("They talked and found no solution")),
)
GROUNDS = (
    ("scope", _("Not a labour dispute")),
    ("unwilling", _("The employer does not agree to mediation")),
    ("in_procedure", _("Arbitration or court already has it")),
)


# --- consultation (LDMAL 4) -------------------------------------------------------------------------------------


def worker_agrees(c: C) -> Verdict:
    """The employer learns of it only when the worker wants that."""
    if c.data["consent"]:
        return yes()
    return no("consent", _("The employer will learn that somebody turned to the union. Ask the worker first."))


def served_day(c: C) -> datetime:
    """The day the request reached the employer: five days count from it."""
    return midnight(c.data["day"]) if c.data.get("day") else c.now


def act_request(c: C) -> None:
    """A request that reached the employer is a demand."""
    LIMIT.keep(c, ActKind.DEMAND, day=c.data["day"], proved=bool(c.data.get("proof")), evidence=c.data.get("proof") or "")  # fmt: skip  # noqa: E501


def silence_over(c: C) -> Verdict:
    """Silence counts as unwilling when the time for an answer has passed."""
    clock = c.clock("talk")
    if c.data["answer"] != SILENT or clock is None or c.now > clock.due_at:
        return yes()
    return no("answer", _("The time for an answer has not passed yet."))


# --- application (LDMAL 12) -------------------------------------------------------------------------------------


def may_apply(c: C) -> Verdict:
    """Who has not applied yet, or has a settlement that is not kept, may apply for mediation (LDMAL 5)."""
    if c.facts.applied_on is None or (c.case.state == "broken" and c.facts.form == Form.SETTLEMENT):
        return yes()
    return no("applied_already", _("Mediation was applied for already."), _("Arbitration is the next way."))


def apply(c: C) -> None:
    """Mediation is applied for today."""
    c.facts.applied_on, c.facts.recorded_on, c.facts.closing_code = today(c), None, ""


def applied(c: C) -> datetime | None:
    """The moment from which the times of an application count; None where a talk comes first."""
    return c.now if c.facts.applied_on == today(c) else None


def oral_day(c: C) -> datetime | None:
    """An oral application is to be recorded at once."""
    return applied(c) if c.facts.oral else None


def not_recorded(c: C) -> Verdict:
    """The application is not on record yet."""
    if c.facts.recorded_on:
        return no("recorded", _("The application is on record already."))
    return yes() if c.facts.applied_on else no("not_applied", _("Mediation was not applied for yet."))


def note_record(c: C) -> None:
    """The record was read to the worker and signed today."""
    c.facts.recorded_on = today(c)


def has_applied(c: C) -> Verdict:
    """Mediation was applied for; an oral application is on record."""
    if c.facts.applied_on is None:
        return no("not_applied", _("Mediation was not applied for yet."), _("Ask the employer for a talk first."))
    if c.facts.oral and c.facts.recorded_on is None:
        return no("not_recorded", _("The oral application is not on record."), _("Write it down and have it signed."))
    return yes()


def wants_talk(c: C) -> Verdict:
    """A talk comes before the application."""
    if c.facts.applied_on is None:
        return yes()
    return no("applied_already", _("Mediation was applied for already."), _("The mediator brings both sides together."))


def both_willing(c: C) -> Verdict:
    """Mediation is voluntary: it is accepted when both sides agree to it."""
    if c.data["willing"]:
        return yes()
    return no("willing", _("Without the employer's consent there is no mediation; say so in writing instead."))


def act_accepted(c: C) -> None:
    """The employer knows of the demand by now: acceptance proves it."""
    LIMIT.keep(c, ActKind.DEMAND, day=today(c), proved=True, evidence=str(_("Notice that it is accepted")))


def both_longer(c: C) -> Verdict:
    """More time needs both sides."""
    return yes() if c.data["willing"] else no("willing", _("It is prolonged only when both sides agree."))
