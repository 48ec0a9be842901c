"""Conditions and effects of the main line: when something may be done, what it sets, from which day a clock counts."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.cases.models import PartyStatus
from zhijia.kernel.rules import calendar
from zhijia.kernel.service.context import Ctx
from zhijia.kernel.service.declare import Effect

from .finality import PAY
from .limits import venue_of
from .models import ClaimItem, Ground, Outcome, Title
from .rules import C, midnight, passed, today

# --- before filing ----------------------------------------------------------------------------------------------


def mark_people(c: Ctx[Any]) -> None:
    """Show on lists how many workers share it."""
    c.case.marks = {"people": c.facts.people} if c.facts.people > 1 else {}


def take_up(c: Ctx[Any]) -> None:
    """Whoever writes the application is in charge, unless somebody is already."""
    if c.case.assignee_id is None:
        c.case.assignee_id = c.actor.account_id


def has_worker(c: Ctx[Any]) -> Verdict:
    """An application is somebody's, by name."""
    found = c.applicants()
    if found and all(party.person.name for party in found[:1]):
        return yes()
    return no("no_name", _("The worker's name is not on record."), _("Add the worker with a name first."))


def place_known(c: C) -> Verdict:
    """Without a place nobody can say which commission has it."""
    if c.data["work_place"] or c.data.get("seat"):
        return yes()
    return no("work_place", _("Write where the work was done, or the employer's seat."))


def choose_venue(c: C) -> None:
    """The commission that was named, else that of the place of work (LDMAL 21)."""
    c.facts.commission = c.data.get("commission") or venue_of(c).commission


def written(c: C) -> Verdict:
    """The application is written: claims, reasons, commission."""
    if c.facts.reasons and c.facts.commission:
        return yes()
    return no("not_written", _("The application is not written yet."), _("Write it first."))


def commission_known(c: C) -> Verdict:
    """It is filed somewhere."""
    if c.data.get("commission") or c.facts.commission:
        return yes()
    return no("commission", _("Name the arbitration commission."))


def start_again(c: C) -> None:
    """It goes back to its beginning, with its claims and its evidence."""
    c.facts.ground, c.facts.refused_on, c.facts.filed_on = "", None, None


# --- before the commission --------------------------------------------------------------------------------------


def silence_over(c: C) -> Verdict:
    """Silence is one when the commission's time has passed."""
    if passed(c, "accept"):
        return yes()
    return no("too_early", _("The commission still has time to decide."), _("Wait until its date has passed."))


def grounded(ground: str) -> Effect:
    """An effect that notes why a court decides."""

    def note_ground(c: C) -> None:
        """Why a court decides."""
        c.facts.ground = ground

    return note_ground


def accepted(c: C) -> None:
    """It was accepted: what was refused before no longer counts."""
    c.facts.ground = ""


def note_hearing(c: C) -> None:
    """When the hearing is; what was asked about an earlier day is settled."""
    c.facts.hearing_at, c.facts.postponement = c.data["at"], ""


def notice_short(c: C) -> bool:
    """Whether the notice came less than five days before the hearing (LDMAL 35)."""
    facts = c.facts
    if facts.hearing_at is None or facts.notified_on is None:
        return False
    held = facts.hearing_at.astimezone(CHINA).date()
    return (held - facts.notified_on).days < int(c.number("arbitration.notice_before"))


def postpone_day(c: C) -> date | None:
    """The last open day on which another day for the hearing can be asked for; counted backwards, so never moved on."""
    if c.facts.hearing_at is None:
        return None
    last = c.facts.hearing_at.astimezone(CHINA).date() - timedelta(days=int(c.number("arbitration.postpone_before")))
    known = calendar.current(c.case.region)
    while not known.day(last).working:
        last -= timedelta(days=1)
    return last


def postpone_since(c: C) -> datetime | None:
    """As `postpone_day`, for its clock; None when it has passed already."""
    last = postpone_day(c)
    return None if last is None or last < today(c) else midnight(last)


def postpone_in_time(c: C) -> Verdict:
    """Another day is asked for up to three days before the hearing (LDMAL 35)."""
    last = postpone_day(c)
    if last is None or today(c) <= last:
        return yes()
    return no("too_late", _("Another day can be asked for until three days before the hearing (LDMAL 35)."))


def asks(name: str) -> Effect:
    """An effect that notes a request to the commission."""

    def note_asked(c: C) -> None:
        """It was asked for."""
        setattr(c.facts, name, "asked")

    return note_asked


def was_asked(name: str) -> Any:
    """A guard: there is such a request, and nothing was decided on it."""

    def has_asked(c: C) -> Verdict:
        """Something was asked for."""
        if getattr(c.facts, name) == "asked":
            return yes()
        return no("nothing_asked", _("Nothing was asked for that is still to be decided."))

    return has_asked


def partial_waits(c: C) -> Verdict:
    """There is a partial award on which one could still sue."""
    return yes() if c.running("partial") else no("no_partial", _("No partial award waits for a suit."))


def advance_possible(c: C) -> Verdict:
    """Advance enforcement is for wages, injury cost, severance and damages (LDMAL 44)."""
    if ClaimItem.objects.filter(case_id=c.case.pk, dropped=False, item__in=PAY).exists():
        return yes()
    return no(
        "no_pay",
        _("Only wages, medical cost of an injury, severance and damages can be enforced in advance (LDMAL 44)."),
    )


def advance_needed(c: C) -> Verdict:
    """Both conditions of LDMAL 44: the rights are clear, and without it the worker could hardly live."""
    for name in ("clear", "hardship"):
        if not c.data[name]:
            return no(
                name,
                _("The law wants both: clear rights, and that the worker could hardly live without it (LDMAL 44)."),
            )
    return yes()


def award_overdue(c: C) -> Verdict:
    """Forty-five days, or sixty with the director's approval, are over (LDMAL 43)."""
    if passed(c, "award"):
        return yes()
    return no("too_early", _("The tribunal still has time for its award."), _("Wait until its date has passed."))


def not_excused(c: C) -> Verdict:
    """A court takes no suit while the commission has one of the reasons of interpretation I 12."""
    if c.data["waits_for"] == "nothing":
        return yes()
    return no(
        "waits_for", _("While the commission waits for this, a court does not take the suit (interpretation I 12).")
    )


# --- after the award --------------------------------------------------------------------------------------------


def set_aside_since(c: C) -> datetime | None:
    """The employer's thirty days: only against a final award, from the day it got the award (LDMAL 49)."""
    if not c.facts.final:
        return None
    return midnight(c.facts.employer_received_on or c.facts.received_on)


def is_final(c: C) -> Verdict:
    """Only a final award can be set aside (LDMAL 49)."""
    if c.facts.final and c.facts.title_kind != Title.MEDIATION:
        return yes()
    return no("not_final", _("Only a final award can be set aside (LDMAL 49)."))


def not_final(c: C) -> Verdict:
    """Against a final award the employer cannot sue (LDMAL 47 to 49)."""
    return (
        no("final", _("The award is final: the employer cannot sue, only ask to have it set aside."))
        if c.facts.final
        else yes()
    )


def sued_in_time(c: C) -> Verdict:
    """The suit came in its time, whenever it is recorded: fifteen days after an award or its being set aside, thirty
    after a refused enforcement (LDMAL 48 to 50; interpretation I 24)."""
    day = midnight(c.data["sued_on"])
    for key in ("sue", "suit_set_aside", "suit_unenforced"):
        clock = c.clock(key) if c.running(key) else None
        if clock is not None and day is not None and day > clock.due_at:
            return no("sued_on", _("The time for the suit was over on that day, so the court would not take it."))
    return yes()


def note_suit(c: C) -> None:
    """A worker who sues after an award does not accept it."""
    c.facts.ground = c.facts.ground or Ground.AWARD


def award_stands(c: C) -> Verdict:
    """An award that is not final becomes effective when the time for a suit is over (LDMAL 50)."""
    if c.facts.final or passed(c, "sue"):
        return yes()
    return no("too_early", _("The time for a suit is not over; until then this award is not effective (LDMAL 50)."))


def suit_since(*grounds: str) -> Any:
    """A clock's start: the day of the refusal or ruling, where a court decides for one of these reasons."""

    def begun(c: C) -> datetime | None:
        """The day it was received; today where none was said."""
        if c.facts.ground not in grounds:
            return None
        return midnight(c.facts.refused_on) or c.now

    return begun


def titled(kind: str) -> Effect:
    """An effect that notes what can be enforced."""

    def note_title(c: C) -> None:
        """What can be enforced."""
        c.facts.title_kind = kind

    return note_title


def note_sum(c: C) -> None:
    """What was granted, where the paper says a sum."""
    if c.data.get("sum") is not None:
        c.facts.granted = c.data["sum"]


def perform_since(c: C) -> datetime | None:
    """The day by which it is to be kept; today where the paper names none."""
    return midnight(c.facts.perform_by) or c.now


def after_suit(c: C) -> str:
    """A suit that is taken back or dismissed leaves the award in force, if there is one (SPC 2000, 1 and 2)."""
    return "effective" if c.facts.award_on and c.facts.ground in (Ground.AWARD, Ground.EMPLOYER) else "closed"


def suit_ended(c: C) -> None:
    """What is in force after a suit that was taken back or dismissed."""
    if after_suit(c) == "effective":
        c.facts.title_kind = Title.AWARD
    else:
        c.facts.closing_code = Outcome.LOST


def judgment_stands(c: C) -> Verdict:
    """A judgment of first instance becomes effective when the time for an appeal is over."""
    if passed(c, "appeal"):
        return yes()
    return no("too_early", _("The time for an appeal is not over."), _("Wait until its date has passed."))


def perform_over(c: C) -> Verdict:
    """Enforcement is asked for when the day by which it was to be kept is over (LDMAL 51)."""
    if c.facts.perform_by is None or today(c) > c.facts.perform_by:
        return yes()
    return no("too_early", _("The day by which it is to be kept is not over yet (LDMAL 51)."))


def money_came(c: Ctx[Any]) -> None:
    """Money for the workers was received."""
    c.facts.newly_recovered = c.data["fen"]
    c.facts.recovered += c.data["fen"]


def some_money(c: Ctx[Any]) -> Verdict:
    """More than nothing."""
    return yes() if c.data["fen"] else no("fen", _("Write how much was received."))


def due_ahead(c: Ctx[Any]) -> Verdict:
    """What is agreed before tribunal or court is to be kept from today on."""
    given = c.data.get("perform_by")
    return no("perform_by", _("This day has passed already.")) if given and given < today(c) else yes()


def ends(code: str, status: PartyStatus | None = None) -> Effect:
    """An effect that notes how it ended, and how the workers' parts stand."""

    def note_end(c: Ctx[Any]) -> None:
        """How it ended."""
        c.facts.closing_code = code
        if status is not None:
            c.set_status(None, status)

    return note_end


def advised(c: Ctx[Any]) -> Verdict:
    """Nobody is left without the ways and dates that remain."""
    if c.facts.advice:
        return yes()
    return no("not_advised", _("The worker was not told yet what is left."), _("Write the closing note first."))


def concluded(c: Ctx[Any]) -> None:
    """The workers' parts stand as the case ended."""
    good = c.facts.closing_code in (Outcome.KEPT, Outcome.ENFORCED, Outcome.SETTLED)
    c.set_status(None, PartyStatus.SOLVED if good else PartyStatus.UNSOLVED)


def leave(c: Ctx[Any]) -> None:
    """One of several workers takes back their part."""
    c.set_status(c.actor.person_id, PartyStatus.WITHDRAWN)
    c.facts.people = max(1, len(c.applicants()))
    mark_people(c)


# --- what counts ------------------------------------------------------------------------------------------------


def final_award(c: C) -> bool:
    """Whether the award is final."""
    return bool(c.facts.final)


def claimed(c: C) -> int:
    """Fen that were claimed."""
    return c.facts.amount


def granted(c: C) -> int:
    """Fen that were awarded."""
    return c.facts.granted


def recovered(c: Ctx[Any]) -> int:
    """Fen that this transition brought."""
    return int(c.facts.newly_recovered)
