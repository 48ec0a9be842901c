"""Closed means the worker says so: who may call back, what the answers do, and what a closing code may claim.

A service that ends so makes one `CallBack` and takes from it the steps, clocks, counts and rates that belong together;
its facts inherit `CalledBack` and have a `closing_code` whose codes include "withdrawn" and "unreached".
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Text, Verdict, no, yes
from zhijia.kernel.cases.models import PartyStatus
from zhijia.kernel.org.models import Org
from zhijia.kernel.org.queries import parent_unit
from zhijia.kernel.people.actors import Role
from zhijia.kernel.rules.values import RuleDefault, Unit

from .context import Ctx
from .declare import Clock, Count, Effect, Keep, Rate, Transition
from .habits import REASON, REMARK
from .terms import choose, clock, count, facts, number, pick, step, words

C = Ctx[Any]
WITHDRAWN, UNREACHED = "withdrawn", "unreached"


class Satisfaction(models.TextChoices):
    """What the worker says of how it was handled."""

    SATISFIED = "satisfied", _("Satisfied")
    PASSABLE = "passable", _("Passable")
    DISSATISFIED = "dissatisfied", _("Not satisfied")


class CalledBack(models.Model):
    """What facts keep of the call-back."""

    tries = models.SmallIntegerField(default=0)
    """Recorded attempts to reach the worker for the call-back, in this round."""
    satisfaction = models.CharField(max_length=16, choices=Satisfaction.choices, blank=True)
    reopened = models.SmallIntegerField(default=0)

    class Meta:
        abstract = True


SATISFACTION = pick(
    "satisfaction", _("Are you satisfied with how it was handled?"), Satisfaction.choices, keep=Keep.EVENT
)
PERSON = number(
    "person", _("Which worker answered"), keep=Keep.EVENT, required=False, public=False,
    help=_("On a case of several workers, each is asked; leave empty for the applicant."),
)  # fmt: skip
ASKED_BACK = frozenset({Role.CALLBACK_AGENT, Role.WORKER})


@dataclass(frozen=True, kw_only=True)
class CallBack:
    """The end of a service: the worker is asked by somebody else than who handled it, then it is checked and closed."""

    rules: str
    """Prefix of the rules `callback`, `check`, `tries` and `reopen_days`."""
    awaiting: frozenset[str]
    """States in which the worker is to be asked."""
    due: frozenset[str]
    """Transitions into them."""
    check: str
    reopened: str
    closed: str
    handling: tuple[str, ...]
    """Transitions that make an officer, and their unit, those who handled it."""
    codes: tuple[tuple[str, Text], ...]
    """How a case may end, as the quality check says it."""
    solved: str
    """The code that claims that all is well: only the workers' word allows it."""
    on_reopen: tuple[Effect, ...] = ()
    on_close: tuple[Effect, ...] = ()
    also_reopens: frozenset[str] = frozenset()
    """Transitions of the service's own that re-open a case, for the figure."""

    # --- what a declaration takes -------------------------------------------------------------------------------

    def steps(self) -> tuple[Transition, ...]:
        """The six transitions of the end (messages "reopened", "new_for_unit" and "closed")."""
        said = [code for code in self.codes if code[0] != WITHDRAWN]
        return (
            step(
                "call_missed", _("Nobody answered"), _("We called you back and did not reach you"), self.awaiting,
                by=Role.CALLBACK_AGENT, guard=self.independent, then=count_try,
                ask=words("note", _("When and how"), required=False, public=False),
            ),
            step(
                "confirm_solved", _("It is solved"), _("The worker says it is solved"), self.awaiting,
                choose(self.check, pick=self.after_yes), by=ASKED_BACK, guard=self.independent,
                check=person_on_case, then=say_solved, ask=(SATISFACTION, PERSON, REMARK), main=True,
            ),
            step(
                "report_unsolved", _("It is not solved"), _("The worker says it is not solved: re-opened one level up"),
                self.awaiting | {self.check, self.closed}, self.reopened, by=ASKED_BACK,
                guard=(self.independent, self.within_reopen_time), check=person_on_case,
                then=(say_unsolved, reopen, *self.on_reopen), route=one_level_up,
                ask=(words("remark", _("What is still missing?")), replace(SATISFACTION, required=False), PERSON),
                tells=("reopened", "new_for_unit"),
            ),
            step(
                "give_up", _("Could not be reached"), _("We could not reach you after several tries"), self.awaiting,
                self.check, by=Role.CALLBACK_AGENT, guard=(self.independent, self.tried_enough), then=say_unreached,
            ),
            step(
                "close", _("Close"), _("Checked and closed"), self.check, self.closed, by=Role.QUALITY_CHECKER,
                check=self.code_fits, then=self.on_close, main=True, tells="closed",
                ask=(*facts(pick("closing_code", _("How it ended"), said)), REMARK),
            ),
            step(
                "send_back", _("Send it back"), _("The quality check sent it back one level up"), self.check,
                self.reopened, by=Role.QUALITY_CHECKER, then=(reopen, *self.on_reopen), route=one_level_up, ask=REASON,
                tells=("reopened", "new_for_unit"),
            ),
        )  # fmt: skip

    def clocks(self) -> tuple[Clock, Clock]:
        """The call-back is due in its time, and so is the check."""
        return (
            clock(
                "callback", _("Call-back"), f"{self.rules}.callback", starts=self.due, late=Role.SUPERVISOR, again=True,
                stops={"confirm_solved", "report_unsolved", "give_up"},
            ),
            clock(
                "check", _("Quality check"), f"{self.rules}.check", starts={"confirm_solved", "give_up"},
                stops={"close", "send_back", "report_unsolved"}, late=Role.LEADER, again=True,
            ),
        )  # fmt: skip

    def counts(self) -> tuple[Count, ...]:
        """How many were to be asked, were asked, and what they said."""
        answers = {"confirm_solved", "report_unsolved"}
        return (
            count("due_back", _("To be called back"), self.due | {"report_unsolved"}, when=self.due_back),
            count("called_back", _("Valid call-backs"), answers, when=self.called_back),
            count("solved", _("Solved"), "confirm_solved", when=self.called_back),
            count("satisfied", _("Satisfied"), answers, when=self.satisfied),
            count("unreached", _("Could not be reached"), "give_up"),
            count("reopened", _("Re-opened"), {"report_unsolved", "send_back"} | self.also_reopens),
        )

    def rates(self) -> tuple[Rate, Rate, Rate]:
        """Solution, satisfaction and coverage, each with its denominator."""
        return (
            Rate(key="solution", title=_("Solution rate"), part="solved", whole="called_back",
                 says=_("the worker says solved ÷ valid call-backs")),
            Rate(key="satisfaction", title=_("Satisfaction rate"), part="satisfied", whole="called_back",
                 says=_("the worker says satisfied ÷ valid call-backs")),
            Rate(key="coverage", title=_("Call-back coverage"), part="called_back", whole="due_back",
                 says=_("valid call-backs ÷ cases due to be called back")),
        )  # fmt: skip

    def defaults(self) -> tuple[RuleDefault, ...]:
        """National defaults of the four rules."""
        basis, practice = "default of the platform (?)", "domain practice: at least three recorded tries"
        return (
            RuleDefault(f"{self.rules}.callback", 3, Unit.WORKDAYS, basis, verified=False),
            RuleDefault(f"{self.rules}.check", 2, Unit.WORKDAYS, basis, verified=False, note="quality check"),
            RuleDefault(f"{self.rules}.tries", 3, Unit.COUNT, practice, verified=False),
            RuleDefault(f"{self.rules}.reopen_days", 30, Unit.DAYS, basis, verified=False, note="after closing"),
        )  # fmt: skip

    # --- conditions ---------------------------------------------------------------------------------------------

    def independent(self, c: C) -> Verdict:
        """The unit that handled a case never makes its call-back, nor does anybody who handled it."""
        if c.post is not None and c.post.org_id == c.case.unit_id:
            return no("not_independent", _("Your unit handled this case, so another unit makes the call-back."))
        if c.post is not None and c.acted(*self.handling, account_id=c.actor.account_id):
            return no("not_independent", _("You handled this case yourself, so somebody else makes the call-back."))
        if c.post is not None and c.unit_acted(*self.handling, org_id=c.post.org_id):
            return no("not_independent", _("Your unit handled this case, so another unit makes the call-back."))
        return yes()

    def tried_enough(self, c: C) -> Verdict:
        """A case nobody could reach closes as exactly that, after three recorded tries."""
        needed = int(c.number(f"{self.rules}.tries"))
        if c.facts.tries >= needed:
            return yes()
        return no(
            "too_few_tries",
            _("%(tries)s of %(needed)s tries recorded.") % {"tries": c.facts.tries, "needed": needed},
            _("Try again at another hour and record it."),
        )

    def within_reopen_time(self, c: C) -> Verdict:
        """A closed case can be re-opened for a stated time."""
        if c.case.lead_id is not None:
            return no("joined", _("It was joined to another case. Say there that it is not solved."))
        if c.case.closed_at is None:
            return yes()
        if c.facts.closing_code == WITHDRAWN:
            return no("withdrawn", _("You withdrew this. Tell us again and it starts anew."))
        if c.now - c.case.closed_at <= timedelta(days=float(c.number(f"{self.rules}.reopen_days"))):
            return yes()
        return no("too_late", _("It was closed too long ago to be re-opened. Tell us again and it starts anew."))

    def code_fits(self, c: C) -> Verdict:
        """The closing code must not claim more than the worker said."""
        code, states = c.data["closing_code"], {p.status for p in c.applicants()}
        if code != UNREACHED and states == {PartyStatus.UNREACHED}:
            return no("closing_code", _("Nobody could be reached: it closes as exactly that."))
        if code == self.solved and states - {PartyStatus.SOLVED, PartyStatus.UNREACHED}:
            return no("closing_code", _("The worker has not said that it is solved."))
        if code == UNREACHED and states != {PartyStatus.UNREACHED}:
            return no("closing_code", _("Somebody was reached, so this code does not fit."))
        return yes()

    # --- what follows, and what counts --------------------------------------------------------------------------

    def after_yes(self, c: C) -> str:
        """To the quality check when every worker on the case has answered; until then it waits for the others."""
        waiting = any(p.status == PartyStatus.WAITING for p in c.applicants())
        return c.case.state if waiting else self.check

    def called_back(self, c: C) -> bool:
        """A call-back counts once for a case, when it has its answer: not while other workers have still to be
        asked."""
        return c.case.state not in self.awaiting

    def satisfied(self, c: C) -> bool:
        """The numerator of the satisfaction rate."""
        return self.called_back(c) and c.facts.satisfaction == Satisfaction.SATISFIED

    def due_back(self, c: C) -> bool:
        """The denominator of the coverage: cases due to be called back, and those whose worker came back unasked."""
        running = c.clock("callback")
        return c.case.state != self.reopened or running is None or running.done_at != c.now


def person_on_case(c: C) -> Verdict:
    """The worker named by the call-back agent is one of those whose case it is. A worker answers for themselves."""
    person = c.data.get("person")
    if person is None or (c.post is not None and any(p.person_id == person for p in c.applicants())):
        return yes()
    return no("person", _("This worker is not part of the case."))


PARTS = (time(8, 30), time(14), time(18, 30))
"""When the parts of a day begin. Whoever did not answer in one is called in another: a night shift sleeps mornings."""


def next_part(missed: datetime) -> datetime:
    """When somebody who did not answer at `missed` is called again: the beginning of the next part of the day."""
    local = missed.astimezone(CHINA)
    days = (local.date(), local.date() + timedelta(days=1))
    return next(at for day in days for part in PARTS if (at := datetime.combine(day, part, CHINA)) > local)


def count_try(c: C) -> None:
    """One more recorded attempt."""
    c.facts.tries += 1


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
    c.facts.closing_code = UNREACHED


def reset_round(c: C) -> None:
    """A new round of call-back starts with no tries and no answers."""
    c.facts.tries, c.facts.satisfaction = 0, ""


def reopen(c: C) -> None:
    """Start again: nothing counts as answered or tried."""
    c.facts.reopened += 1
    c.facts.tries, c.facts.closing_code = 0, ""
    c.case.marks = {**c.case.marks, "reopened": c.facts.reopened}
    c.set_status(None, PartyStatus.WAITING)


def one_level_up(c: C) -> Org:
    """Re-opened means: the level above takes it over. At the top it stays, with a supervisor told."""
    handler = c.case.unit
    return parent_unit(handler) or handler


def _say(c: C, status: PartyStatus) -> None:
    """By the worker: their own part. By the call-back agent: the worker they named, or the applicant."""
    person = c.actor.person_id if c.post is None else (c.data.get("person") or c.case.applicant_id)
    c.set_status(None if person is None else int(person), status)


def _rate(c: C) -> None:
    """On a collective case the least satisfied answer stands for all: a published rate claims no more than was said."""
    said: Iterable[str] = [v for v in (c.facts.satisfaction, c.data.get("satisfaction")) if v]
    c.facts.satisfaction = max(said, key=Satisfaction.values.index, default="")
