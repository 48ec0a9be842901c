"""A worker's request about their own data: seen, copied, corrected, deleted, consent taken back (PIPL 15, 17, 45 to 50).

What is simple the platform does at once; the rest an officer of the unit decides within the clock. A refusal has a ground
and names the ways to complain; who is not content lets a person look again, one level up.
"""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Duration, Intake, Keep, Rate, Service, Years
from zhijia.kernel.service.habits import REASON, UNIT, federation, noting, supplementing, take, taking_over
from zhijia.kernel.service.terms import clock, count, facts, flag, line, pick, step, words

from . import rules as r
from .messages import MESSAGES
from .models import DataRight, Outcome, Right, Wrong


class S(StrEnum):
    """Where a request stands."""

    RECEIVED, CHECKING, CLOSED = "received", "checking", "closed"


STATES = {S.RECEIVED: _("Received"), S.CHECKING: _("An officer looks at it"), S.CLOSED: _("Answered")}
OPEN = frozenset({S.RECEIVED, S.CHECKING})
GROUNDS = (
    ("duty", _("A law says that it must be kept")),
    ("open", _("A matter that needs it is still open")),
    ("held", _("A hold for a dispute or an inspection")),
    ("others", _("It would show other people's data")),
    ("unproved", _("Nothing shows that it is wrong")),
    ("identity", _("It is not clear who asks")),
)
ANSWER = words("answer", _("What was done, as the worker will read it"), limit=4000)

INTAKE = Intake(
    asks=facts(
        pick("right", _("What do you ask for?"), Right.choices),
        pick("wrong", _("What is wrong?"), Wrong.choices, required=False),
        words("words", _("What is right, or what do you want to say?"), required=False, limit=4000),
        flag("heir", _("For somebody who has died (next of kin, with proof)")),
        line("proof", _("What proves the kinship"), required=False),
    ),
    by=frozenset({Role.WORKER, Role.OFFICER}), category="right", searched=(), title=r.title,
    unit=federation, done=_("You asked for it"), check=(r.by_the_person, r.heir_proved),
    tells=("received",),
)  # fmt: skip

TRANSITIONS = (
    step(
        "do_at_once", _("Done by the platform"), _("The platform did it at once"), S.RECEIVED, S.CLOSED, by=Role.SYSTEM,
        then=r.ends(Outcome.DONE, at_once=True), ask=ANSWER, tells="done",
    ),
    step(
        "do_in_part", _("Done in part by the platform"), _("The platform did what can be done now; the rest must stay"),
        S.RECEIVED, S.CLOSED, by=Role.SYSTEM, then=r.ends(Outcome.PARTLY, at_once=True), ask=ANSWER, tells="done",
    ),
    step("take_up", _("Take it up"), _("An officer looks at it"), S.RECEIVED, S.CHECKING, by=UNIT, then=take, main=True),
    taking_over(S.CHECKING),
    step(
        "ask_back", _("Ask the worker"), _("The unit has a question"), S.CHECKING, by=UNIT, tells="asked_back",
        ask=words("question", _("What must be known?"), limit=1000),
    ),
    step(
        "grant", _("Grant it"), _("Your request is done"), S.CHECKING, S.CLOSED, by=UNIT, guard=r.not_the_taker,
        then=(r.grant_copy, r.ends(Outcome.DONE)), ask=ANSWER, tells="done", main=True,
    ),
    step(
        "grant_in_part", _("Grant it in part"), _("Your request is done in part; the rest must stay"), S.CHECKING, S.CLOSED,
        by=UNIT, guard=r.not_the_taker, then=r.ends(Outcome.PARTLY), tells="done",
        ask=(pick("ground", _("Why the rest stays"), GROUNDS, keep=Keep.EVENT), ANSWER),
    ),
    step(
        "refuse", _("Refuse it"), _("Your request was refused. You can complain: let the union one level up look at it here, tell the cyberspace administration, or go to court"), S.CHECKING, S.CLOSED,
        by=UNIT, then=r.ends(Outcome.REFUSED), tells="refused",
        ask=(pick("ground", _("Ground of the refusal"), GROUNDS, keep=Keep.EVENT), REASON),
        confirm=_("The worker reads the ground and where to complain. Refuse it?"),
    ),
    step(
        "look_again", _("Let a person look at it"), _("You want a person to look at it"), S.CLOSED, S.RECEIVED, by=Role.WORKER,
        guard=r.within_time, then=r.look_again, route=r.up_when_decided, tells="new_for_unit",
        ask=words("words", _("What is not right with the answer?"), limit=2000),
    ),
    step(
        "withdraw", _("Withdraw it"), _("You took it back"), OPEN, S.CLOSED, by=Role.WORKER, then=r.ends(Outcome.WITHDRAWN),
        confirm=_("Nothing will be changed or deleted. You can ask again at any time."),
    ),
    supplementing(OPEN),
    noting(frozenset(S), by=UNIT),
)  # fmt: skip

ENDS = {"do_at_once", "do_in_part", "grant", "grant_in_part", "refuse", "withdraw"}
CLOCKS = (
    clock(
        "answer",
        _("Answer"),
        "privacy.answer",
        starts={"file", "look_again"},
        stops=ENDS,
        late=Role.UNIT_HEAD,
        again=True,
    ),
)
COUNTS = (
    count("filed", _("Received"), "file"),
    count("at_once", _("Done at once"), "do_at_once"),
    count("partly", _("Done in part"), {"do_in_part", "grant_in_part"}),
    count("granted", _("Granted by an officer"), "grant"),
    count("refused", _("Refused"), "refuse"),
    count("again", _("Looked at again"), "look_again"),
    count("answered", _("Answered"), ENDS - {"withdraw"}),
)

SERVICE = Service(
    key="data_right", title=_("My data"), facts=DataRight, states=S, state_titles=STATES, initial=S.RECEIVED,
    final=frozenset({S.CLOSED}), intake=INTAKE, transitions=TRANSITIONS, clocks=CLOCKS, counts=COUNTS,
    durations=(Duration(key="hours_to_answer", title=_("Hours until answered"), on=frozenset(ENDS - {"withdraw"})),),
    rates=(
        Rate(key="refusal", title=_("Share refused"), part="refused", whole="answered", says=_("refused ÷ answered")),
    ),
    messages=MESSAGES, rules=r.RULES, personal=("words", "proof", "answer", "question", "reason", "note"),
    keep=Years(years=3, basis="PIPL 56 (?)", verified=False),
    basis=_("Personal Information Protection Law, articles 15, 17, 44 to 50. The law says “in good time”; the day count is a default of the platform."),
)  # fmt: skip
