"""One letter, two documents (一函两书): reminder, opinion, recommendation, and the transfer to the procuratorate
(domain 3.2). The union acts in its own name; the employer never learns who complained."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.documents.models import Service as Served
from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.callback import one_level_up
from zhijia.kernel.service.declare import Duration, Intake, Keep, Rate, Service, Years
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
    number,
    pick,
    step,
    words,
)

from . import rules as r
from .letters import LETTERS
from .messages import MESSAGES
from .models import Breach, Outcome, Source, Supervision


class S(StrEnum):
    """Where a supervision stands."""

    CLUE, HEARING, REMINDED, INVESTIGATING, OPINION, REPLIED, RECOMMENDED, TRANSFERRED, CORRECTED, CLOSED = (
        "clue", "hearing", "reminded", "investigating", "opinion", "replied", "recommended", "transferred", "corrected",
        "closed",
    )  # fmt: skip


STATES = {
    S.CLUE: _("Clue registered"),
    S.HEARING: _("Both sides being heard"),
    S.REMINDED: _("Reminder sent"),
    S.INVESTIGATING: _("Being investigated"),
    S.OPINION: _("Opinion issued"),
    S.REPLIED: _("Employer replied"),
    S.RECOMMENDED: _("Authority asked to act"),
    S.TRANSFERRED: _("Given to the procuratorate"),
    S.CORRECTED: _("Corrected, to be verified"),
    S.CLOSED: _("Closed"),
}
OPEN = frozenset(S) - {S.CLOSED}
GROUNDS = (
    ("scope", _("Outside what the union supervises")),
    ("in_procedure", _("Authority, arbitration or court already has it")),
    ("unfounded", _("Nothing points to a breach")),
)
REPLIES = (
    ("accepts", _("Accepts, with a plan")),
    ("partly", _("Accepts in part")),
    ("reasons", _("Refuses, with written reasons")),
)
WHY = (
    ("service", _("Refused to take the letter")),
    ("silent", _("No reply in time")),
    ("uncorrected", _("Not corrected, without good reason")),
)
GROUPS = (
    ("platform", _("Platform workers")), ("women", _("Women")), ("minors", _("Minors")), ("disabled", _("Disabled workers")),
    ("older", _("Older workers")), ("mass", _("Many workers, wages or insurance")),
)  # fmt: skip
SIDES = (("workers", _("the workers")), ("employer", _("the employer")))
SERVICE = (
    pick("served", _("How it was served"), Served.choices, keep=Keep.EVENT), day("day", _("Day"), keep=Keep.EVENT),
    line("proof", _("How it can be proved"), required=False, keep=Keep.EFFECT),
)  # fmt: skip
DEMAND = facts(words("demand", _("What to mend; name no worker"), limit=4000))
LAW = facts(line("law", _("Law and article")))
NOTE = words("note", _("Note"), public=False)

INTAKE = Intake(
    asks=facts(
        words("finding", _("What was found; name no worker"), limit=20_000),
        pick("category", _("What is broken"), Breach.choices),
        line("employer_name", _("Employer")),
        pick("source", _("Where the clue came from"), Source.choices, required=False),
    ),
    by=frozenset({Role.WORKER, Role.AGENT, Role.OFFICER, Role.UNIT_HEAD, Role.SYSTEM}), category="category",
    searched=("finding", "employer_name"), title=opening("finding"), unit=federation, done=_("The clue was registered"),
    tells=("begun", "new_for_unit"),
)  # fmt: skip

TRANSITIONS = (
    step("take_up", _("Take it up"), _("The union takes it up"), S.CLUE, S.HEARING, by=UNIT, then=take, main=True),
    step(
        "refuse", _("Do not take it up"), _("It is not taken up"), S.CLUE, S.CLOSED, by=UNIT, then=r.end_refused, tells="not_taken_up",
        ask=(pick("ground", _("Ground"), GROUNDS, keep=Keep.EVENT), words("way", _("Reason, and where to go instead"))),
    ),
    step(
        "hand_up", _("Let the union above act"), _("The union above acts in its own name"), S.CLUE, by=UNIT, route=one_level_up,
        tells="new_for_unit", ask=REASON, confirm=_("The union one level up then acts instead of yours. Hand it up?"),
    ),
    step(
        "hear", _("Record a hearing"), _("One side was heard"), {S.HEARING, S.INVESTIGATING}, by=UNIT, public=False,
        ask=(pick("side", _("Who was heard"), SIDES, keep=Keep.EVENT), NOTE),
    ),
    step(
        "draft_reminder", _("Draft a reminder"), _("A reminder was drafted"), S.HEARING, by=UNIT, letter="reminder",
        ask=(*DEMAND, *facts(line("law", _("Law and article"), required=False))),
    ),
    step(
        "remind", _("The reminder is served"), _("A reminder was sent to the employer"), S.HEARING, S.REMINDED, by=UNIT | {Role.SYSTEM},
        main=True, check=r.served_before, tells="issued", ask=SERVICE,
    ),
    step(
        "investigate", _("Investigate"), _("An investigation was begun"), {S.HEARING, S.REMINDED, S.REPLIED}, S.INVESTIGATING,
        by=UNIT, check=r.two_supervisors,
        ask=(number("supervisors", _("How many supervisors"), keep=Keep.EVENT), flag("cards", _("They show their cards"), keep=Keep.EVENT)),
    ),
    step(
        "draft_opinion", _("Draft an opinion"), _("An opinion was drafted"), S.INVESTIGATING, by=UNIT, letter="opinion", ask=(*DEMAND, *LAW),
    ),
    step(
        "serve_opinion", _("The opinion is served"), _("An opinion was served: the employer must correct it"), S.INVESTIGATING,
        S.OPINION, by=UNIT | {Role.SYSTEM}, main=True, check=r.served_before, tells="issued", ask=SERVICE,
    ),
    step(
        "record_reply", _("Record the reply"), _("The employer replied"), {S.REMINDED, S.OPINION}, S.REPLIED, by=UNIT, tells="answered",
        then=r.note_reply, main=True, ask=(*facts(pick("reply", _("Employer's reply"), REPLIES)), NOTE),
    ),
    step(
        "settle", _("Settled by agreement"), _("Both sides agreed"), {S.HEARING, S.REMINDED, S.REPLIED}, S.CORRECTED, by=UNIT,
        ask=words("terms", _("What was agreed")),
    ),
    step(
        "note_correction", _("Corrected, says the employer"), _("The employer says that it is corrected"),
        {S.REMINDED, S.OPINION, S.REPLIED, S.RECOMMENDED, S.TRANSFERRED}, S.CORRECTED, by=UNIT, ask=NOTE,
    ),
    step(
        "draft_recommendation", _("Draft a recommendation"), _("A recommendation to the authority was drafted"), {S.OPINION, S.REPLIED},
        by=UNIT, check=r.ground_holds, letter="recommendation",
        ask=(*facts(pick("ground_to_act", _("Ground"), WHY), line("authority", _("Authority"))), *DEMAND),
    ),
    step(
        "recommend", _("The recommendation is served"), _("The union asked the authority to act"), {S.OPINION, S.REPLIED}, S.RECOMMENDED,
        by={Role.UNIT_HEAD, Role.SYSTEM}, guard=r.ground_named, check=r.served_before, tells="authority", ask=SERVICE,
    ),
    step(
        "record_decision", _("Record the decision"), _("The authority decided"), {S.RECOMMENDED, S.TRANSFERRED},
        choose(S.CORRECTED, S.REPLIED, pick=r.after_decision), by=UNIT, main=True,
        ask=(pick("decision", _("Decision"), (("ordered", _("Order to correct, or corrected")), ("closed", _("No order"))), keep=Keep.EVENT), words("note", _("Note"))),
    ),
    step(
        "transfer", _("Give it to the procuratorate"), _("It was given to the procuratorate"), {S.REPLIED, S.RECOMMENDED}, S.TRANSFERRED,
        by=Role.UNIT_HEAD, tells="authority", ask=(pick("group", _("Whom it concerns"), GROUPS, keep=Keep.EVENT), REASON),
    ),
    step(
        "verify_done", _("Verified with the workers"), _("The correction was verified with the workers"), S.CORRECTED, S.CLOSED, by=UNIT,
        main=True, tells="ended", check=r.workers_sensible,
        ask=(
            *facts(pick("closing_code", _("How it ended"), [c for c in Outcome.choices if c[0] not in ("open", "refused")]),
                   number("workers", _("Workers who gain by it"), required=False), money("recovered", _("Money recovered, in yuan"), required=False)),
            words("result", _("What was verified")),
        ),
    ),
    step("not_corrected", _("Not corrected"), _("The workers say that it is not corrected"), S.CORRECTED, S.REPLIED, by=UNIT, ask=REASON),
    step(
        "end", _("Close without correction"), _("It was closed without being corrected"), {S.REPLIED, S.RECOMMENDED, S.TRANSFERRED},
        S.CLOSED, by=Role.UNIT_HEAD, then=r.end_open, tells="ended", ask=words("result", _("Why, and what the workers can do")),
        confirm=_("It will be counted as not corrected. Close it?"),
    ),
    taking_over(OPEN - {S.CLUE}),
    *supervising(OPEN),
    supplementing(OPEN),
    noting(frozenset(S), by=UNIT | {Role.SUPERVISOR}),
)  # fmt: skip

_NEXT = frozenset({"record_reply", "record_decision", "not_corrected"})
_ON = frozenset({"investigate", "settle", "note_correction", "recommend", "transfer", "end"})
CLOCKS = (
    clock("register", _("Taking it up"), "supervision.register", starts={"file", "hand_up"}, stops={"take_up", "refuse"}, late=Role.SUPERVISOR, again=True),
    clock("hearing", _("Hearing both sides"), "supervision.hearing", starts="take_up", stops={"remind", "investigate", "settle"}, late=Role.SUPERVISOR),
    clock("reminder", _("Reply to the reminder"), "supervision.reminder_reply", starts="remind", stops={"record_reply", "investigate", "settle", "note_correction"}, late=Role.UNIT_HEAD),
    clock("investigation", _("Investigation"), "supervision.investigation", starts="investigate", stops="serve_opinion", late=Role.SUPERVISOR, again=True),
    clock("reply", _("Reply to the opinion"), "supervision.reply", starts="serve_opinion", stops={"record_reply", "recommend", "note_correction"}, late=Role.UNIT_HEAD, again=True),
    clock("next_step", _("Next step"), "supervision.next_step", starts=_NEXT, stops=_ON, late=Role.SUPERVISOR, again=True),
    clock("authority", _("Answer of the authority"), "supervision.authority", starts={"recommend", "transfer"}, stops={"record_decision", "note_correction", "end"}, late=Role.UNIT_HEAD, again=True),
    clock("verify", _("Verification with the workers"), "supervision.verify", starts={"settle", "note_correction", "record_decision"}, stops={"verify_done", "not_corrected"}, late=Role.SUPERVISOR, again=True),
    clock("supervise_reply", _("Answer to the supervision"), "supervision.supervise_reply", starts="supervise", stops={"reply_supervision", "verify_done"}, late=Role.LEADER, again=True),
)  # fmt: skip

SUPERVISION = Service(
    key="supervision", title=_("Supervision letters"), facts=Supervision, states=S, state_titles=STATES, initial=S.CLUE,
    final=frozenset({S.CLOSED}), intake=INTAKE, transitions=TRANSITIONS, clocks=CLOCKS,
    counts=(
        count("clues", _("Clues"), "file"), count("reminders", _("Reminders sent"), "remind"),
        count("opinions", _("Opinions served"), "serve_opinion"), count("recommendations", _("Authorities asked to act"), "recommend"),
        count("transfers", _("Given to the procuratorate"), "transfer"),
        count("replies", _("Replies to opinions"), "record_reply", when=r.to_opinion),
        count("replies_in_time", _("Replies to opinions in time"), "record_reply", when=r.opinion_in_time),
        count("closed", _("Closed"), {"verify_done", "end"}), count("corrected", _("Corrected"), "verify_done", when=r.is_corrected),
    ),
    sums=(money_sum("money_recovered", _("Money recovered, in yuan"), "verify_done", of=r.money),),
    durations=(Duration(key="hours_to_close", title=_("Hours until closed"), on=frozenset({"verify_done", "end"})),),
    rates=(
        Rate(key="reply_in_time", title=_("Replies in time"), part="replies_in_time", whole="opinions", says=_("replies in time ÷ opinions served")),
        Rate(key="correction", title=_("Correction rate"), part="corrected", whole="closed", says=_("corrected ÷ all closed that were taken up")),
    ),
    messages=MESSAGES, letters=LETTERS, rules=r.RULES,
    personal=("finding", "employer_name", "words", "note", "reply", "order", "reason", "way", "demand", "terms", "result"),
    keep=Years(years=15, basis="(?)", verified=False),
    basis=_("Trade Union Law, articles 20, 22, 23 and 25 to 27; Labour Contract Law 43; rules on labour-law supervision by unions (2021). National law sets no limits for replies: all day counts are defaults, to be set by region."),
)  # fmt: skip
