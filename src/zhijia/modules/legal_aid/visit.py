"""Booking a lawyer (预约律师): a question, a free hour, the talk, the advice; where more is needed, legal aid begins."""

# ruff: noqa: E501 (one question, one line)

from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.cases.models import PartyStatus
from zhijia.kernel.cases.sitting_models import SittingState
from zhijia.kernel.people.actors import Role
from zhijia.kernel.service import rota, sittings
from zhijia.kernel.service.declare import Intake, Keep, Message, Rate, Service, Years
from zhijia.kernel.service.habits import UNIT, federation, noting, opening, supplementing
from zhijia.kernel.service.terms import clock, count, facts, flag, line, listed, moment, number, pick, step, words

from . import slots
from .lawyers import ROSTER
from .panels_visit import PANELS
from .slots import V
from .values import VISIT_RULES
from .visit_models import LawyerVisit
from .words import Matter, VisitEnd, VisitMode


class S(StrEnum):
    """Where a booking stands."""

    ASKED, BOOKED, CONFIRMED, ADVISED, MISSED, CLOSED = "asked", "booked", "confirmed", "advised", "missed", "closed"


STATES = {
    S.ASKED: _("An hour to be chosen"),
    S.BOOKED: _("Hour chosen, to be confirmed"),
    S.CONFIRMED: _("Appointment confirmed"),
    S.ADVISED: _("Advice given"),
    S.MISSED: _("Did not come"),
    S.CLOSED: _("Closed"),
}
OPEN = frozenset(S) - {S.CLOSED}

# --- conditions and what follows ----------------------------------------------------------------------------------


def begin(c: V) -> None:
    """What is asked of a lawyer is between the two."""
    c.case.confidential = True


def has_free(c: V) -> Verdict:
    """There is an hour to choose."""
    if slots.free(c):
        return yes()
    return no("no_hours", _("There is no free hour at present."), _("The unit publishes hours and tells you."))


def in_time(c: V) -> Verdict:
    """Nobody is left waiting: what is about to begin is not moved or cancelled any more. An hour that passed without
    the unit's confirmation binds nobody."""
    starts = c.facts.starts_at
    if starts is None or c.case.state == S.MISSED or (c.case.state == S.BOOKED and starts < c.now):
        return yes()
    if starts - c.now >= timedelta(hours=float(c.number("lawyer_visit.notice_hours"))):
        return yes()
    return no("too_late", _("It begins too soon to be changed here. Call the unit."))


def has_begun(c: V) -> Verdict:
    """Nothing can be said of an appointment before its hour."""
    if c.facts.starts_at is not None and c.now >= c.facts.starts_at:
        return yes()
    return no("not_yet", _("The appointment has not begun yet."))


def hours_fit(c: V) -> Verdict:
    """Hours lie ahead and are no longer than a day's work."""
    if c.data["at"] <= c.now:
        return no("at", _("This time has passed already."))
    length = c.data["length"]
    if not 30 <= length <= 480 or length != int(length):
        return no("length", _("Write 30 to 480 minutes."))
    begins = c.data["at"].astimezone(CHINA)
    if begins.hour * 60 + begins.minute + length >= 24 * 60:
        return no("length", _("Hours end on the day on which they begin."))
    return yes()


def with_lawyer(c: V) -> Verdict:
    """Only the lawyer who met the worker says what was advised."""
    if c.facts.lawyer_id == c.actor.account_id:
        return yes()
    return no("not_lawyer", _("Only the lawyer who has this appointment does this."))


def advised(c: V) -> None:
    """They met."""
    slots.held(c)
    c.facts.closing_code = VisitEnd.ADVISED


def note_missed(c: V) -> None:
    """The hour passed without the worker; the lawyer stays who it was until another hour is chosen."""
    slots.end(c, SittingState.OFF)
    c.facts.missed += 1


def cancel(c: V) -> None:
    """It is off, and the hour is free for others."""
    slots.release(c)
    c.facts.closing_code = VisitEnd.CANCELLED
    c.set_status(None, PartyStatus.WITHDRAWN)


def give_up(c: V) -> None:
    """It ends without a talk."""
    c.facts.closing_code = VisitEnd.MISSED


def settled(c: V) -> None:
    """The question was answered."""
    c.facts.closing_code = VisitEnd.ADVISED
    c.set_status(None, PartyStatus.SOLVED)


def begin_aid(c: V) -> None:
    """An application for legal aid arises from what was told."""
    c.facts.closing_code = VisitEnd.AID
    c.spawn(
        "legal_aid", story=c.facts.question, category=c.facts.category, employer_name=c.facts.employer_name or c.data.get("employer") or "",
        migrant=c.data.get("migrant", False),
    )  # fmt: skip


def employer_known(c: V) -> Verdict:
    """Legal aid is against somebody."""
    if c.facts.employer_name or c.data.get("employer"):
        return yes()
    return no("employer", _("Write who the employer is."))


def end_of_visit(c: V) -> datetime | None:
    """When the appointment ends."""
    return c.facts.ends_at


# --- process --------------------------------------------------------------------------------------------------------

INTAKE = Intake(
    asks=facts(
        words("question", _("What do you want to ask?"), limit=4000), pick("category", _("What it is about"), Matter.choices),
        line("employer_name", _("Employer"), required=False, help=_("So that no lawyer advises you who works for them.")),
        pick("mode", _("How to meet"), VisitMode.choices),
    ),
    by=frozenset({Role.WORKER, Role.AGENT, Role.OFFICER, Role.SYSTEM}), category="category", searched=("question",),
    title=opening("question"), unit=federation, done=_("You asked for a lawyer"), then=(begin,), tells=("received", "new_for_unit"),
)  # fmt: skip
SLOT = listed("slot", _("Free hours"), slots.offered)
MOVABLE = frozenset({S.ASKED, S.BOOKED, S.CONFIRMED, S.MISSED})

TRANSITIONS = (
    step(
        "choose_slot", _("Choose an hour"), _("An hour was chosen"), MOVABLE, S.BOOKED, by={Role.WORKER, Role.AGENT} | UNIT,
        guard=(in_time, has_free), then=slots.book, main=True, tells=("booked", "to_confirm"), ask=SLOT,
    ),
    step(
        "publish_hours", _("Publish free hours"), _("More free hours were published"), MOVABLE, by=UNIT, guard=rota.staffed(ROSTER),
        check=hours_fit, then=slots.publish, tells="hours",
        ask=(
            moment("at", _("From what hour")), number("length", _("How many minutes"), keep=Keep.EVENT, help=_("They are cut into appointments of half an hour.")),
            rota.seat("lawyer", _("Lawyer"), ROSTER, required=True, help=""), line("place", _("Where"), required=False),
        ),
    ),
    step(
        "confirm", _("Confirm it"), _("The appointment was confirmed"), S.BOOKED, S.CONFIRMED, by=UNIT, main=True, tells="confirmed",
        ask=words("note", _("Where, and what to bring")),
    ),
    step(
        "call_off", _("Call it off"), _("The unit had to call the appointment off"), {S.BOOKED, S.CONFIRMED}, S.ASKED, by=UNIT,
        then=slots.release, tells="called_off", ask=words("reason", _("Reason, as the worker will read it"), limit=1000),
    ),
    step(
        "advise", _("Note the advice"), _("Your lawyer advised you"), S.CONFIRMED, S.ADVISED, by=UNIT, guard=(with_lawyer, has_begun),
        then=advised, main=True, tells="advised", ask=facts(words("advice", _("Advice given, as the worker will read it"), limit=8000)),
    ),
    step(
        "not_come", _("The worker did not come"), _("You did not come"), S.CONFIRMED, S.MISSED, by=UNIT, guard=has_begun, then=note_missed,
        tells="missed",
    ),
    step(
        "begin_aid", _("Begin legal aid"), _("An application for legal aid was begun for you"), S.ADVISED, S.CLOSED, by=UNIT, guard=with_lawyer,
        check=employer_known, then=begin_aid, spawns="legal_aid", tells="aid_begun",
        ask=(
            line("employer", _("Employer, if it is not on the case"), required=False),
            flag("migrant", _("The worker is a migrant worker"), keep=Keep.EVENT),
        ),
    ),
    step(
        "answered", _("That answers my question"), _("You said that your question is answered"), S.ADVISED, S.CLOSED, by=Role.WORKER,
        then=settled, main=True,
    ),
    step("finish", _("Close it"), _("The booking was closed"), S.ADVISED, S.CLOSED, by=UNIT, main=True, tells="closed"),
    step("give_up", _("Close it, nobody came"), _("The booking was closed, as nobody came"), S.MISSED, S.CLOSED, by=UNIT, then=give_up, tells="closed"),
    step(
        "cancel", _("Cancel it"), _("You cancelled it"), MOVABLE, S.CLOSED, by={Role.WORKER, Role.AGENT}, guard=in_time, then=cancel,
        confirm=_("The hour is then free for somebody else. You can book again at any time."),
    ),
    supplementing(OPEN),
    noting(frozenset(S), by=UNIT),
)  # fmt: skip

_OFF = frozenset({"cancel", "choose_slot"})
CLOCKS = (
    clock("hours", _("An hour is found"), "lawyer_visit.hours", starts={"file", "call_off"}, stops={"choose_slot", "cancel"}, late=Role.UNIT_HEAD, again=True),
    clock("confirm", _("Confirmation"), "lawyer_visit.confirm", starts="choose_slot", stops={"confirm", "call_off", "cancel"}, late=Role.UNIT_HEAD, again=True),
    clock("advise", _("Advice noted"), "lawyer_visit.advise", starts="confirm", stops={"advise", "not_come", "call_off"} | _OFF, since=end_of_visit, late=Role.UNIT_HEAD, again=True),
    clock("finish", _("Question answered"), "lawyer_visit.finish", starts="advise", stops={"begin_aid", "answered", "finish"}, late=Role.UNIT_HEAD),
    clock("again", _("Another hour"), "lawyer_visit.again", starts="not_come", stops={"choose_slot", "give_up", "cancel"}, late=Role.UNIT_HEAD, again=True),
)  # fmt: skip

LAWYER_VISIT = Service(
    key="lawyer_visit", title=_("Talk to a lawyer"), facts=LawyerVisit, states=S, state_titles=STATES, initial=S.ASKED, final=frozenset({S.CLOSED}),
    intake=INTAKE, transitions=TRANSITIONS, clocks=CLOCKS,
    counts=(
        count("asked", _("Asked for a lawyer"), "file"), count("booked", _("Hours booked"), "choose_slot"),
        count("advised", _("Advice given"), "advise"), count("missed", _("Did not come"), "not_come"),
        count("called_off", _("Called off by the unit"), "call_off"), count("cancelled", _("Cancelled by the worker"), "cancel"),
        count("became_aid", _("Became legal aid"), "begin_aid"),
    ),
    rates=(
        Rate(key="advised", title=_("Advice given"), part="advised", whole="asked", says=_("advice given ÷ workers who asked for a lawyer")),
        Rate(key="called_off", title=_("Called off by the unit"), part="called_off", whole="booked", says=_("appointments that the unit called off ÷ hours booked")),
    ),
    messages=(
        Message(key="received", to=Role.WORKER, text=_("You asked for a lawyer ({no}). Choose an hour on its page by {due}; it costs nothing.")),
        Message(key="new_for_unit", to=Role.UNIT_HEAD, text=_("Somebody asks for a lawyer: {no}. An hour is to be found by {due}.")),
        Message(key="hours", to=Role.WORKER, sms=True, text=_("There are free hours with a lawyer for {no}. Choose one on its page.")),
        Message(key="booked", to=Role.WORKER, text=_("You chose an hour for {no}. {unit} confirms it by {due}.")),
        Message(key="to_confirm", to=Role.UNIT_HEAD, text=_("An hour was chosen for {no}. Confirm it by {due}.")),
        Message(key="confirmed", to=Role.WORKER, sms=True, text=_("Your appointment for {no} is confirmed; when and where is on its page.")),
        Message(key="called_off", to=Role.WORKER, sms=True, text=_("{unit} had to call your appointment for {no} off. Choose another hour on its page.")),
        Message(key="advised", to=Role.WORKER, text=_("What your lawyer advised on {no} is on its page.")),
        Message(key="missed", to=Role.WORKER, text=_("You did not come to your appointment for {no}. You can choose another hour on its page by {due}.")),
        Message(key="aid_begun", to=Role.WORKER, text=_("An application for legal aid was begun for you out of {no}.")),
        Message(key="closed", to=Role.WORKER, text=_("{no} is closed. You can ask for a lawyer again at any time.")),
    ),
    panels=(*PANELS, sittings.panel()), rules=VISIT_RULES,
    personal=("question", "employer_name", "employer", "advice", "note", "reason", "words", "place"),
    keep=Years(years=3, basis="(?)", verified=False),
    basis=_("Trade Union Law 30; practice of the union's service points. No article of law sets a time."),
)  # fmt: skip
