"""Closed means the worker says so: who may call back, what the answers do, and what a closing code may claim."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.cases.models import PartyStatus
from zhijia.kernel.org.models import Org
from zhijia.kernel.org.queries import parent_unit

from .joint import joined
from .models import ClosingCode, Satisfaction
from .rules import C

AWAITING = frozenset({"answered", "referred", "result"})
"""States in which the call-back has still to be made."""
HANDLING = ("sign", "contact", "submit", "answer", "refer", "take_over")


def independent(c: C) -> Verdict:
    """The unit that handled a case never makes its call-back, nor does anybody who handled it."""
    if c.post is not None and c.post.org_id == c.case.unit_id:
        return no("not_independent", _("Your unit handled this case, so another unit makes the call-back."))
    if c.post is not None and c.acted(*HANDLING, account_id=c.actor.account_id):
        return no("not_independent", _("You handled this case yourself, so somebody else makes the call-back."))
    if c.post is not None and c.unit_acted(*HANDLING, org_id=c.post.org_id):
        return no("not_independent", _("Your unit handled this case, so another unit makes the call-back."))
    return yes()


def person_on_case(c: C) -> Verdict:
    """The worker named by the call-back agent is one of those whose case it is. A worker answers for themselves."""
    person = c.data.get("person")
    if person is None or (c.post is not None and any(p.person_id == person for p in c.applicants())):
        return yes()
    return no("person", _("This worker is not part of the case."))


def count_try(c: C) -> None:
    """One more recorded attempt."""
    c.facts.tries += 1


def tried_enough(c: C) -> Verdict:
    """A case nobody could reach closes as exactly that, after three recorded tries."""
    needed = int(c.number("hotline.tries"))
    if c.facts.tries >= needed:
        return yes()
    return no(
        "too_few_tries",
        _("%(tries)s of %(needed)s tries recorded.") % {"tries": c.facts.tries, "needed": needed},
        _("Try again at another hour and record it."),
    )


def say_solved(c: C) -> None:
    """The worker's own word; on a collective case, that worker's part only."""
    _say(c, PartyStatus.SOLVED)
    _rate(c)


def say_unsolved(c: C) -> None:
    """Not solved re-opens the whole case: nobody's part is solved while one is not."""
    _say(c, PartyStatus.UNSOLVED)
    _rate(c)


def say_unreached(c: C) -> None:
    """Whoever has not answered could not be reached."""
    for party in c.applicants():
        if party.status == PartyStatus.WAITING:
            c.set_status(party.person_id, PartyStatus.UNREACHED)
    c.facts.closing_code = ClosingCode.UNREACHED


def _say(c: C, status: PartyStatus) -> None:
    """By the worker: their own part. By the call-back agent: the worker they named, or the applicant."""
    person = c.actor.person_id if c.post is None else (c.data.get("person") or c.case.applicant_id)
    c.set_status(None if person is None else int(person), status)


def _rate(c: C) -> None:
    """On a collective case the least satisfied answer stands for all: a published rate claims no more than was said."""
    said = [v for v in (c.facts.satisfaction, c.data.get("satisfaction")) if v]
    c.facts.satisfaction = max(said, key=Satisfaction.values.index, default="")


def after_yes(c: C) -> str:
    """To the quality check when every worker on the case has answered; until then it waits for the others."""
    waiting = any(p.status == PartyStatus.WAITING for p in c.applicants())
    return c.case.state if waiting else "check"


def called_back(c: C) -> bool:
    """A call-back counts once for a case, when it has its answer: not while other workers have still to be asked."""
    return c.case.state not in AWAITING


def satisfied(c: C) -> bool:
    """The numerator of the satisfaction rate."""
    return called_back(c) and c.facts.satisfaction == Satisfaction.SATISFIED


def due_back(c: C) -> bool:
    """The denominator of the coverage: cases due to be called back, and those whose worker came back unasked."""
    clock = c.clock("callback")
    return c.case.state != "reopened" or clock is None or clock.done_at != c.now


def one_level_up(c: C) -> Org:
    """Re-opened means: the level above takes it over. At the top it stays, with a supervisor told."""
    handler = c.case.unit
    return parent_unit(handler) or handler


def reopen(c: C) -> None:
    """Start again: nothing counts as contacted, answered or tried."""
    c.facts.reopened += 1
    c.facts.contacted_at, c.facts.tries, c.facts.closing_code = None, 0, ""
    c.case.marks = {**c.case.marks, "reopened": c.facts.reopened}
    c.set_status(None, PartyStatus.WAITING)
    for no_ in joined(c, "closed"):
        c.follow(no_, "reopen_with_lead", as_platform=True)


def within_reopen_time(c: C) -> Verdict:
    """A closed case can be re-opened for a stated time."""
    if c.case.lead_id is not None:
        return no("joined", _("It was joined to another case. Say there that it is not solved."))
    if c.case.closed_at is None:
        return yes()
    if c.facts.closing_code == ClosingCode.WITHDRAWN:
        return no("withdrawn", _("You withdrew this. Tell us again and it starts anew."))
    if c.now - c.case.closed_at <= timedelta(days=float(c.number("hotline.reopen_days"))):
        return yes()
    return no("too_late", _("It was closed too long ago to be re-opened. Tell us again and it starts anew."))


def code_fits(c: C) -> Verdict:
    """The closing code must not claim more than the worker said."""
    code, states = c.data["closing_code"], {p.status for p in c.applicants()}
    if code != ClosingCode.UNREACHED and states == {PartyStatus.UNREACHED}:
        return no("closing_code", _("Nobody could be reached: it closes as exactly that."))
    if code == ClosingCode.SOLVED and states - {PartyStatus.SOLVED, PartyStatus.UNREACHED}:
        return no("closing_code", _("The worker has not said that it is solved."))
    if code == ClosingCode.UNREACHED and states != {PartyStatus.UNREACHED}:
        return no("closing_code", _("Somebody was reached, so this code does not fit."))
    return yes()
