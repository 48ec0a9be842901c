"""The dismissal-notice inbox (domain 3.2; LCL 43, TUL 22): the employer tells the union the reason before it dismisses,
the union examines it and may object, the employer answers in writing, the worker is told what rights are left. Who
tells nobody has dismissed unlawfully, unless it is made good before a suit (interpretation I, 47)."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Duration, Intake, Keep, Message, Rate, Service, Years
from zhijia.kernel.service.habits import (
    REASON,
    UNIT,
    federation,
    noting,
    opening,
    supervising,
    supplementing,
    take,
    taking_over,
)
from zhijia.kernel.service.terms import (
    choose,
    clock,
    count,
    day,
    facts,
    flag,
    line,
    money,
    money_sum,
    pick,
    step,
    words,
)

from ..papers import answered, serving, signing
from ..rules import has_come, served_at
from . import rules as r
from .letters import LETTERS
from .models import Answer, Cause, DismissalNotice, End, Objection, Told, Wish


class S(StrEnum):
    """Where a notice stands."""

    NOTICED, UNTOLD, OBJECTED, STANDS, ADVISED, CLOSED = (
        "noticed", "untold", "objected", "stands", "advised", "closed",
    )  # fmt: skip


STATES = {
    S.NOTICED: _("Notice being examined"),
    S.UNTOLD: _("Dismissed without telling the union"),
    S.OBJECTED: _("Objection served"),
    S.STANDS: _("Worker to be told their rights"),
    S.ADVISED: _("Worker knows their rights"),
    S.CLOSED: _("Closed"),
}
OPEN = frozenset(S) - {S.CLOSED}
CLAIM = words("claim", _("What is claimed, and why"), limit=20_000, public=False)

INTAKE = Intake(
    asks=facts(
        words("grounds", _("Reason as the employer gives it"), limit=20_000, help=_("When nobody was told: what is known of it.")),
        pick("category", _("On which ground"), Cause.choices), line("employer_name", _("Employer")),
        line("worker", _("Worker, as the employer names them"), required=False),
        pick("told", _("When the union was told"), Told.choices, required=False),
        day("planned_on", _("Day of the dismissal"), required=False),
    ),
    by=frozenset({Role.WORKER, Role.AGENT, Role.OFFICER, Role.UNIT_HEAD, Role.PARTNER, Role.SYSTEM}), category="category",
    searched=("grounds", "employer_name"), title=opening("grounds"), unit=federation, done=_("The notice was registered"),
    check=(r.told_by_day,), tells=("received", "new_for_unit"),
)  # fmt: skip

TRANSITIONS = (
    step(
        "no_objection", _("No objection"), _("The union has no objection"), S.NOTICED, S.STANDS, by=UNIT, then=take,
        ask=words("note", _("What was examined")), tells="examined",
    ),
    step(
        "draft_objection", _("Draft an objection"), _("An objection was drafted"), S.NOTICED, by=UNIT, then=take, letter="objection",
        ask=facts(pick("against", _("Why the union objects"), Objection.choices), words("objection", _("Objection in words")), line("law", _("Law and article"), required=False)),
    ),
    signing("objection", _("Sign the objection"), _("The chair signed the objection"), S.NOTICED),
    serving("object", "objection", _("The objection is served"), _("The union objected to the dismissal"), S.NOTICED, S.OBJECTED, by=UNIT | {Role.SYSTEM}, tells="objected"),
    step(
        "find_untold", _("The union was not told before"), _("The dismissal was made without telling the union before"), S.NOTICED, S.UNTOLD, by=UNIT,
        guard=r.was_not_told, then=(take, r.mark_untold), ask=REASON, tells="untold",
    ),
    step("draft_demand", _("Draft a demand to be told"), _("A demand to tell the union was drafted"), S.UNTOLD, by=UNIT, letter="demand"),
    signing("demand", _("Sign the demand"), _("The chair signed the demand"), S.UNTOLD),
    serving("demand", "demand", _("The demand to be told is served"), _("The employer was asked to tell the union"), S.UNTOLD, S.UNTOLD, by=UNIT | {Role.SYSTEM}),
    step(
        "cure", _("The employer told the union afterwards"), _("The employer told the union afterwards"), S.UNTOLD, S.NOTICED, by=UNIT, guard=r.not_sued,
        check=has_come("day"), then=(r.cures, answered("grounds", kind="demand")), main=True,
        ask=(day("day", _("Day"), keep=Keep.EVENT), *facts(words("grounds", _("Reason as the employer gives it"), limit=20_000), pick("category", _("On which ground"), Cause.choices))),
    ),
    step(
        "record_suit", _("A suit was brought"), _("A suit was brought"), OPEN, by=UNIT | {Role.AGENT, Role.WORKER}, check=r.suit_sensible, then=r.note_suit,
        ask=facts(day("sued_on", _("Day of the suit"))),
    ),
    step(
        "find_uncured", _("It was not made good"), _("The union was not told in time: the dismissal is unlawful"), S.UNTOLD, S.STANDS, by=UNIT, guard=r.cure_over,
        then=r.mark_unlawful, tells="unlawful",
    ),
    step(
        "record_answer", _("Record the answer"), _("The employer answered in writing"), S.OBJECTED, choose(S.STANDS, S.CLOSED, pick=r.after_answer), by=UNIT,
        main=True, check=r.answer_given, then=(r.note_answer, answered("note", kind="objection")), tells="answered",
        ask=(
            *facts(pick("answer", _("Employer's answer"), Answer.choices)), flag("written", _("It is in writing"), keep=Keep.EVENT),
            words("note", _("Reasons of the employer")),
        ),
    ),
    step("note_silence", _("No answer"), _("The employer did not answer in time"), S.OBJECTED, S.STANDS, by=UNIT, guard=r.answer_over, tells="silent"),
    step(
        "note_withdrawal", _("The employer takes it back"), _("The employer took the dismissal back"), {S.NOTICED, S.UNTOLD, S.STANDS, S.ADVISED}, S.CLOSED, by=UNIT,
        then=r.take_back, ask=words("note", _("How it is known")), tells="withdrawn",
    ),
    step(
        "tell_rights", _("Tell the worker their rights"), _("The worker was told what rights are left"), S.STANDS, S.ADVISED, by=UNIT, letter="rights", main=True,
        ask=words("way", _("Which ways, by when and where")), tells="rights",
    ),
    step(
        "choose_way", _("What the worker wants"), _("The worker said what they want"), S.ADVISED, by=UNIT | {Role.WORKER, Role.AGENT},
        ask=facts(pick("wish", _("What the worker wants"), Wish.choices)),
    ),
    step(
        "begin_mediation", _("Begin a mediation"), _("A mediation was begun"), {S.OBJECTED, S.STANDS, S.ADVISED}, by=UNIT, spawns="disputes", guard=r.has_worker, then=r.dispute,
        ask=CLAIM,
    ),
    step(
        "begin_aid", _("Ask for legal aid"), _("Legal aid was asked for"), {S.UNTOLD, S.OBJECTED, S.STANDS, S.ADVISED}, by=UNIT, spawns="legal_aid", guard=r.has_worker, then=r.aid,
        ask=CLAIM,
    ),
    step(
        "begin_supervision", _("Supervise the employer by letter"), _("The union supervises the employer by letter"), {S.UNTOLD, S.OBJECTED, S.STANDS, S.ADVISED},
        by=UNIT, spawns="supervision", then=r.supervision, ask=words("finding", _("What was found; name no worker"), public=False, limit=20_000),
    ),
    step(
        "close", _("Close"), _("Closed"), S.ADVISED, S.CLOSED, by=UNIT, guard=r.told_rights, check=r.money_sensible, then=r.ends, main=True, tells="closed",
        ask=(*facts(pick("closing_code", _("How it ended"), [c for c in End.choices if c[0] != End.WITHDRAWN]), money("paid", _("Paid to the worker, in yuan"), required=False)),
             words("result", _("What came of it"))),
    ),
    taking_over(OPEN), *supervising(OPEN), supplementing(OPEN), noting(frozenset(S), by=UNIT | {Role.SUPERVISOR}),
)  # fmt: skip

_LEAVES = frozenset({"no_objection", "object", "find_untold", "note_withdrawal"})
_STANDS = frozenset({"no_objection", "record_answer", "note_silence", "find_uncured"})
CLOCKS = (
    clock("examine", _("Examining the notice"), "dismissal_notice.examine", starts={"file", "cure"}, stops=_LEAVES, late=Role.UNIT_HEAD, again=True),
    clock("cure", _("Telling the union afterwards"), "dismissal_notice.cure", starts={"find_untold", "demand"}, stops={"cure", "find_uncured", "note_withdrawal"}, late=Role.UNIT_HEAD, again=True),
    clock("answer", _("Written answer of the employer"), "dismissal_notice.answer", starts="object", stops={"record_answer", "note_silence"}, late=Role.UNIT_HEAD, again=True, since=served_at),
    clock("rights", _("Telling the worker"), "dismissal_notice.rights", starts=_STANDS, stops={"tell_rights", "note_withdrawal"}, late=Role.UNIT_HEAD, again=True),
    clock("follow", _("Hearing what the worker chose"), "dismissal_notice.follow", starts="tell_rights", stops={"close", "note_withdrawal"}, late=Role.UNIT_HEAD, again=True),
    clock("supervise_reply", _("Answer to the supervision"), "dismissal_notice.supervise_reply", starts="supervise", stops="reply_supervision", late=Role.LEADER, again=True),
)  # fmt: skip

MESSAGES = (
    Message(key="received", to=Role.WORKER, text=_("The union examines your dismissal (number {no}) by {due}. Sign nothing before you have talked to us.")),
    Message(key="new_for_unit", to=Role.UNIT_HEAD, text=_("A dismissal {no} is to be examined by {unit}, by {due}.")),
    Message(key="examined", to=Role.WORKER, text=_("{unit} has no objection on {no}; your own rights stay, we tell you which.")),
    Message(key="objected", to=Role.WORKER, text=_("{unit} objected to your dismissal ({no}) and wants a written answer by {due}.")),
    Message(key="untold", to=Role.WORKER, text=_("The employer told the union nothing before dismissing you ({no}); {unit} sees to it.")),
    Message(key="unlawful", to=Role.WORKER, text=_("On {no}: the employer did not tell the union, which makes the dismissal unlawful. We tell you what you can claim.")),
    Message(key="answered", to=Role.WORKER, text=_("The employer answered the union on {no}.")),
    Message(key="silent", to=Role.WORKER, text=_("The employer did not answer the union on {no}. We tell you what you can do.")),
    Message(key="withdrawn", to=Role.WORKER, text=_("The employer took your dismissal back ({no}).")),
    Message(key="rights", to=Role.WORKER, text=_("Your rights after the dismissal are on the page of {no}. Tell us by {due} what you want.")),
    Message(key="closed", to=Role.WORKER, text=_("The matter of your dismissal, {no}, is closed; what came of it is on its page.")),
    Message(key="supervised", to=Role.UNIT_HEAD, text=_("The dismissal notice {no} is supervised from above. Answer by {due}.")),
)  # fmt: skip

_CLOSES = frozenset({"close", "note_withdrawal", "record_answer"})
DISMISSAL_NOTICE = Service(
    key="dismissal_notice", title=_("Dismissal notices"), facts=DismissalNotice, states=S, state_titles=STATES, initial=S.NOTICED,
    final=frozenset({S.CLOSED}), intake=INTAKE, transitions=TRANSITIONS, clocks=CLOCKS,
    counts=(
        count("notices", _("Notices"), "file"), count("objections", _("Objections"), "object"), count("no_objections", _("Without objection"), "no_objection"),
        count("untold", _("Dismissed without telling the union"), "find_untold"), count("cured", _("Told afterwards, before a suit"), "cure"),
        count("unlawful", _("Unlawful for want of notice"), "find_uncured"), count("answers", _("Written answers"), "record_answer"),
        count("answers_in_time", _("Written answers in time"), "record_answer", when=r.answered_in_time),
        count("given_up", _("Taken back or changed"), _CLOSES - {"close"}, when=r.gave_in),
    ),
    sums=(money_sum("money_paid", _("Paid to workers, in yuan"), "close", of=r.paid),),
    durations=(Duration(key="hours_to_object", title=_("Hours until the objection"), on=frozenset({"object"})),),
    rates=(
        Rate(key="answer_in_time", title=_("Answers in time"), part="answers_in_time", whole="objections", says=_("written answers in time ÷ objections")),
        Rate(key="given_up", title=_("Dismissals given up"), part="given_up", whole="notices", says=_("taken back or changed ÷ notices")),
    ),
    messages=MESSAGES, letters=LETTERS, rules=r.RULES,
    personal=("grounds", "employer_name", "worker", "note", "reason", "objection", "way", "claim", "finding", "result", "words", "order", "reply"),
    keep=Years(years=15, basis="(?)", verified=False),
    basis=_("Labour Contract Law 39 to 43, 48, 50 and 87; Trade Union Law 18, 22 and 53; interpretation I of the Supreme People's Court, 47. No law sets a time for the union or for the answer: those day counts are defaults."),
)  # fmt: skip
