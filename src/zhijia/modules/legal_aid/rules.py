"""Conditions and effects of legal aid, from the application to the end."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.base.money import fen, shown
from zhijia.kernel.cases.models import PartyStatus
from zhijia.kernel.deadlines.models import DeadlineState
from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.context import Ctx
from zhijia.kernel.service.declare import Effect, Guard
from zhijia.kernel.service.limiting import Limiting

from .models import AidAct, LegalAid
from .words import Channel, Exemption, Matter, Means, Outcome, Refusal, Track, Urgency, Way

C = Ctx[LegalAid]

LIMIT = Limiting(
    acts=AidAct, start=lambda c: c.facts.known_on, rule="legal_aid.limitation", warn="legal_aid.limitation_warn"
)
FITS = {
    Exemption.MIGRANT_PAY: frozenset({Matter.WAGES, Matter.RELATION}),
    Exemption.MIGRANT_INJURY: frozenset({Matter.INJURY}),
}
"""Matters in which a migrant worker's means are not tested."""


def today(c: Ctx[Any]) -> date:
    """The day in China."""
    return c.now.astimezone(CHINA).date()


# --- application ------------------------------------------------------------------------------------------------


def known_sensible(c: C) -> Verdict:
    """Nobody can have known on a day that has not come."""
    known = c.data.get("known_on")
    return yes() if known is None or known <= today(c) else no("known_on", _("This day has not come yet."))


def begin(c: C) -> None:
    """How it came; confidential from the first moment; urgent where a time limit is near."""
    roles = {post.role for post in c.actor.posts}
    office, phone = Role.OFFICER in roles or Role.UNIT_HEAD in roles, Role.AGENT in roles
    c.facts.channel = (
        Channel.CASE if c.actor.system else Channel.OFFICE if office else Channel.PHONE if phone else Channel.WEB
    )
    c.case.confidential = True
    c.case.urgent = near(c)


def near(c: C) -> bool:
    """Whether the time limit ends so soon that the application cannot be waited for."""
    left = days_left(c)
    return left is not None and 0 <= left < int(c.number("legal_aid.urgent_days"))


def days_left(c: C) -> int | None:
    """Days until the limitation period ends by the count that is safe for the worker; None: it does not run."""
    found = LIMIT.of(c)
    return found.days_left(today(c)) if found else None


def decision_rule(c: C) -> str:
    """The state's aid is decided in the time of the law, the union's own in the union's."""
    return "legal_aid.union_decision" if c.facts.track == Track.UNION else "legal_aid.decision"


def take_if_nobody(c: C) -> None:
    """Whoever looks at it first is in charge until a lawyer is."""
    if c.case.assignee_id is None:
        c.case.assignee_id = c.actor.account_id


# --- papers and means -------------------------------------------------------------------------------------------


def not_told_yet(c: C) -> Verdict:
    """What is missing is told once and all at once (43)."""
    if c.facts.asked_at is None:
        return yes()
    return no("told_once", _("The worker was told once what is missing, as the law says. Decide on what there is."))


def note_asked(c: C) -> None:
    """It was told now."""
    c.facts.asked_at = c.now
    take_if_nobody(c)


def time_is_over(clock: str) -> Guard:
    """A guard: the time that this clock gives the worker has passed."""

    def is_over(c: C) -> Verdict:
        """Nobody is cut short."""
        deadline = c.clock(clock)
        if (
            deadline is not None
            and deadline.state in (DeadlineState.RUNNING, DeadlineState.MISSED)
            and c.now > deadline.due_at
        ):
            return yes()
        return no("time_left", _("The worker still has time. It ends on the date shown."))

    return is_over


def urgent_enough(c: C) -> Verdict:
    """First aid because of a time limit needs one that is near."""
    if c.data["urgency"] != Urgency.LIMITATION:
        return yes()
    left = days_left(c)
    if left is None:
        return no("urgency", _("Record first since when the right is known to be hurt: then the date is known."))
    if left >= int(c.number("legal_aid.urgent_days")):
        return no("urgency", _("There are %(left)s days left; decide on the application first.") % {"left": left})
    return yes()


def exemption_fits(c: C) -> Verdict:
    """Migrant workers are exempt for pay and for injuries (42)."""
    given = c.data["exemption"]
    if given in FITS and c.facts.category not in FITS[given]:
        return no(
            "exemption", _("This ground fits claims of pay, or of damages for a work injury. Choose another one.")
        )
    return yes()


def income_given(c: C) -> Verdict:
    """Who is not exempt says what the household lives on, in good faith (41)."""
    if c.data["exemption"] != Exemption.NONE or untested(c) or c.data.get("income") is not None:
        return yes()
    return no("income", _("Write what each person of the household has a month. The worker's own statement is enough."))


def household_sensible(c: C) -> Verdict:
    """A whole number of people."""
    people = c.data.get("household")
    if people is None or (1 <= people <= 30 and people == int(people)):
        return yes()
    return no("household", _("Write how many people live in the household, from 1 to 30."))


def untested(c: C) -> bool:
    """Whether the union here gives its own aid without a test of means."""
    return bool(c.facts.track == Track.UNION and not c.number("legal_aid.union_means"))


def judge_means(c: C) -> None:
    """What the test of means finds, by the standard of the place."""
    exemption = c.data["exemption"]
    if exemption in FITS:
        c.facts.migrant = True
    if exemption != Exemption.NONE:
        c.facts.means = Means.EXEMPT
    elif untested(c):
        c.facts.means = Means.UNTESTED
    else:
        c.facts.means = Means.WITHIN if (c.facts.income or 0) <= income_limit(c) else Means.ABOVE
    take_if_nobody(c)


def income_limit(c: C) -> int:
    """The economic standard of the place, in fen a month for each person."""
    return fen(c.number("legal_aid.income_limit"))


def is_exempt(c: C) -> bool:
    """Whether the means were not to be tested."""
    return bool(c.facts.means == Means.EXEMPT)


# --- decision ---------------------------------------------------------------------------------------------------


def means_allow(c: C) -> Verdict:
    """Aid goes to who is exempt or within the standard."""
    if c.facts.means != Means.ABOVE:
        return yes()
    reason = _("The means are above the standard of %(limit)s yuan a month.") % {"limit": shown(income_limit(c))}
    return no("above", reason, _("Refuse, or screen it again."))


def ground_fits(c: C) -> Verdict:
    """Who was found within the standard or exempt is not refused for their means."""
    if c.data["refusal"] == Refusal.MEANS and c.facts.means != Means.ABOVE:
        return no("refusal", _("The test of means was passed, so this is no ground."))
    return yes()


def ends(code: str, status: PartyStatus | None = None) -> Effect:
    """An effect that notes how it ended, and how the worker's part stands."""

    def note_end(c: C) -> None:
        """How it ended."""
        c.facts.closing_code = code
        if status is not None:
            c.set_status(None, status)

    return note_end


def leave(c: C) -> None:
    """One of several workers takes back their part."""
    c.set_status(c.actor.person_id, PartyStatus.WITHDRAWN)


def after_grant(c: C) -> str:
    """Who gave first aid goes on with it; otherwise a lawyer is assigned."""
    return "assigned" if c.facts.lawyer_id else "granted"


def after_objection(c: C) -> str:
    """Corrected: aid is given after all. Upheld: review or suit are left (49)."""
    return "granted" if c.data["decision"] == "corrected" else "upheld"


def after_state(c: C) -> str:
    """The state gives aid: the union's matter is done; it does not: the union decides."""
    if c.data["decision"] == "granted":
        return "closed"
    return "screened" if c.facts.means else "applied"


def note_state(c: C) -> None:
    """The matter ends here only when the state's centre took it."""
    if c.data["decision"] == "granted":
        c.facts.closing_code = "transferred"
        return
    c.facts.track = Track.UNION


def only_in(state: str) -> Callable[[C], datetime | None]:
    """For `Clock.since`: the clock starts only where the case has come into this state."""

    def moment(c: C) -> datetime | None:
        """Now, or not at all."""
        return c.now if c.case.state == state else None

    return moment


def subsidy_of(c: C) -> int:
    """What the table of the place gives for this kind of work, in fen."""
    return fen(c.number(f"legal_aid.subsidy.{c.facts.way or Way.ADVICE}"))


def mark_near(c: C) -> None:
    """Whether it is urgent follows from the day that is known now."""
    c.case.urgent = near(c)


def open_decision(c: C) -> datetime | None:
    """A decision is owed from the application, and again when the state has left it to the union."""
    return c.now if c.case.state in ("applied", "screened") else None


# --- another lawyer, objections, the state's side, the end --------------------------------------------------------


def no_wish_open(c: C) -> Verdict:
    """One wish at a time."""
    if "replacement" in c.open_tasks:
        return no("asked_already", _("You asked for another lawyer already; the head of the unit answers."))
    return yes()


def has_wish(c: C) -> Verdict:
    """There is a wish to answer."""
    return yes() if "replacement" in c.open_tasks else no("nothing_open", _("Nobody asked for another lawyer."))


def wish_replacement(c: C) -> None:
    """The head of the unit answers."""
    c.open_task("replacement", role=Role.UNIT_HEAD)


def note_objection(c: C) -> None:
    """What was corrected is a decision no more."""
    if c.data["decision"] == "corrected":
        forget_decision(c)


def forget_decision(c: C) -> None:
    """The refusal or the ending does not stand; whoever was the lawyer before may be chosen again."""
    c.facts.refusal = c.facts.ending = ""
    c.facts.lawyer_id = None


def close_decided(c: C) -> None:
    """It ends as it was decided."""
    c.facts.closing_code = Outcome.TERMINATED if c.facts.ending else Outcome.REFUSED


def to_state(c: C) -> None:
    """From now on it is the state's aid that is asked for."""
    c.facts.track, c.facts.state_no, c.facts.refusal = Track.STATE, "", ""


def both_sides(c: C) -> None:
    """The union goes on, and the state is asked too."""
    c.facts.track, c.facts.state_no = Track.BOTH, ""


def asked_state(c: C) -> Verdict:
    """The state's centre was asked."""
    return yes() if c.facts.state_centre else no("not_asked", _("The state's legal aid centre has not been asked."))


def helped(c: C) -> None:
    """Aid was given to the end; a worker whom nobody could reach afterwards is said to be so."""
    if c.facts.closing_code != Outcome.UNREACHED:
        c.facts.closing_code = Outcome.HELPED


def was_helped(c: C) -> Verdict:
    """Only aid that was given can be said to have solved nothing; a refusal is objected to instead."""
    if c.case.closed_at is None or c.facts.closing_code in (Outcome.HELPED, Outcome.UNREACHED):
        return yes()
    return no("not_aided", _("No aid was given here, so there is none to take up again. You can apply anew."))


def due_back(c: C) -> bool:
    """A call-back is due once the work was found enough, and again when the worker came back unasked."""
    return c.case.state in ("follow_up", "granted")


def corrected(c: C) -> bool:
    """Whether the objection was right."""
    return bool(c.data.get("decision") == "corrected")
