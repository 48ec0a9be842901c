"""The 12351 ticket: its states, who may do what, its clocks and its three rates (domain: hotline ticket).

No bounce: the clock runs from dispatch, a unit may return a case once with a legal ground, and bounces are counted.
Closed means the worker says so: an independent agent calls back, "not solved" re-opens one level up.
"""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.callback import reset_round
from zhijia.kernel.service.declare import Duration, Intake, Keep, Rate, Service, Years
from zhijia.kernel.service.habits import (
    REASON,
    UNIT,
    extending,
    noting,
    opening,
    supervising,
    supplementing,
    suspending,
    take,
    taking_over,
    urging,
    withdrawing,
)  # fmt: skip
from zhijia.kernel.service.terms import (
    case_no,
    clock,
    count,
    facts,
    flag,
    line,
    number,
    pick,
    step,
    unit,
    words,
)  # fmt: skip

from . import joint
from . import rules as r
from .callback import BACK
from .calls import rules as calls
from .messages import MESSAGES
from .models import Category, Channel, Ticket, Tier


class S(StrEnum):
    """Where a ticket stands."""

    RECEIVED, ANSWERED, REFERRED, DISPATCHED, RETURNED, SIGNED, WORKING, RESULT, CHECK, REOPENED, MERGED, CLOSED = (
        "received", "answered", "referred", "dispatched", "returned", "signed", "working", "result", "check",
        "reopened", "merged", "closed",
    )  # fmt: skip


STATES = {
    S.RECEIVED: _("Received"),
    S.ANSWERED: _("Answered, to be called back"),
    S.REFERRED: _("Referred, to be called back"),
    S.DISPATCHED: _("Dispatched"),
    S.RETURNED: _("Returned, to be decided"),
    S.SIGNED: _("Signed for"),
    S.WORKING: _("Being handled"),
    S.RESULT: _("Result given, to be called back"),
    S.CHECK: _("Quality check"),
    S.REOPENED: _("Re-opened one level up"),
    S.MERGED: _("Joined to another case"),
    S.CLOSED: _("Closed"),
}
OPEN = frozenset(S) - {S.CLOSED, S.MERGED}
WITH_UNIT = frozenset({S.DISPATCHED, S.SIGNED, S.WORKING, S.REOPENED})
DESK = frozenset({Role.AGENT, Role.DISPATCHER, Role.OFFICER, Role.UNIT_HEAD, Role.CALLBACK_AGENT, Role.QUALITY_CHECKER, Role.SUPERVISOR})  # fmt: skip

GROUNDS = (
    ("not_ours", _("Outside the unit's legal duties")),
    ("other_place", _("The employer lies in another district")),
    ("in_procedure", _("Arbitration, court or inspection already has it")),
)


TO_UNIT = unit("unit", _("Unit"))

INTAKE = Intake(
    asks=facts(
        words("story", _("What happened?"), limit=20_000, help=_("You need not know the law. Just say it.")),
        pick("category", _("What it is about"), Category.choices),
        words("wish", _("What do you want?"), required=False, limit=2000),
        line("employer_name", _("Employer"), required=False),
        number("people", _("How many workers are concerned?"), required=False),
        flag("urgent", _("Is there danger to life or safety?")),
        flag("confidential", _("Keep it confidential")),
        pick("channel", _("Channel"), Channel.choices, required=False, public=False),
        line("external_id", _("Number in the partner's system"), required=False, limit=64, public=False),
    ),
    by=frozenset({Role.WORKER, Role.AGENT, Role.PARTNER, Role.SYSTEM}),
    category="category", searched=("story", "wish", "employer_name"), title=opening("story"), unit=r.intake_unit,
    done=_("You told us about it"), check=(r.people_sensible,), then=(r.mark_intake,), tells=("received",),
)  # fmt: skip

TRANSITIONS = (
    step(
        "answer", _("Answer at once"), _("The hotline answered"), S.RECEIVED, S.ANSWERED,
        by={Role.AGENT, Role.DISPATCHER}, tells="answered", then=reset_round, settles=("urge", "supervise"),
        ask=(words("answer", _("Answer")), line("law", _("Source (law and article)"))),
    ),
    step(
        "dispatch", _("Dispatch"), _("Dispatched to a unit"), S.RECEIVED, S.DISPATCHED, by=Role.DISPATCHER,
        route=r.unit_of, check=r.unit_fits, main=True, bulk=True, tells=("dispatched", "new_for_unit", "copy_up"),
        ask=(TO_UNIT, pick("tier", _("Tier"), Tier.choices, keep=Keep.FACTS), words("order", _("Note to the unit"), required=False, public=False),),
    ),
    step(
        "refer", _("Refer to another body"), _("Referred to the body that decides this"), S.RECEIVED, S.REFERRED,
        by={Role.AGENT, Role.DISPATCHER}, tells="referred", then=reset_round, settles=("urge", "supervise"),
        ask=(line("body", _("Which body decides this")), words("way", _("Address, phone and what to bring")),),
    ),
    step(
        "sign", _("Sign for it"), _("The unit signed for it"), {S.DISPATCHED, S.REOPENED}, S.SIGNED, by=UNIT,
        then=take, main=True, bulk=True,
    ),
    step(
        "return", _("Return it"), _("The unit returned it, with a ground"), S.DISPATCHED, S.RETURNED, by=UNIT,
        guard=r.may_return, then=r.count_bounce,
        confirm=_("A case can be returned only once, and returns are counted. Return it?"),
        ask=(pick("ground", _("Ground"), GROUNDS, keep=Keep.EVENT), line("article", _("Law and article")), REASON,),
    ),
    step(
        "accept_return", _("Accept the return"), _("The return was accepted; another unit has it"), S.RETURNED,
        S.DISPATCHED, by=Role.DISPATCHER, ask=TO_UNIT, check=r.other_unit, route=r.unit_of,
        tells=("dispatched", "new_for_unit"),
    ),
    step(
        "refuse_return", _("Refuse the return"), _("The return was refused; the first unit leads"), S.RETURNED,
        S.DISPATCHED, by=Role.DISPATCHER, ask=REASON, main=True, then=r.note_refusal, tells="new_for_unit",
    ),
    step(
        "contact", _("Record a contact"), _("The officer spoke with you"), {S.SIGNED, S.WORKING}, S.WORKING, by=UNIT,
        then=r.contacted, main=True, ask=words("note", _("What was said")),
    ),
    step(
        "attempt", _("Record a failed attempt"), _("The officer tried to reach you"), {S.SIGNED, S.WORKING}, by=UNIT,
        ask=words("note", _("When and how")),
    ),
    step(
        "progress", _("Tell the worker how it goes"), _("News from the unit"), S.WORKING, by=UNIT,
        ask=words("note", _("News")), tells="progress",
    ),
    taking_over({S.SIGNED, S.WORKING}),
    *extending("result", {S.SIGNED, S.WORKING}, decides=Role.DISPATCHER),
    *suspending("result", S.WORKING),
    step(
        "undo_clock", _("Undo the last change of the clock"), _("The last change of the clock was undone"),
        {S.SIGNED, S.WORKING}, by=Role.DISPATCHER, undoes="result", ask=REASON, tells="clock_undone",
        confirm=_("The date goes back to what it was before. Undo it?"),
    ),
    step(
        "submit", _("Submit the result"), _("The unit gave its result"), S.WORKING, S.RESULT, by=UNIT,
        guard=r.was_contacted, then=reset_round, settles=("urge", "extension", "supervise"),
        ask=words("result", _("Result, as the worker will read it")), tells="result",
    ),
    *BACK.steps(),
    *withdrawing(OPEN, S.CLOSED, ends=joint.withdraw, leaves=joint.leave),
    *urging(WITH_UNIT | {S.RECEIVED, S.RETURNED}, unit_has=WITH_UNIT, gap="hotline.urge_gap_hours"),
    *supervising(OPEN, also={Role.DISPATCHER}),
    supplementing(OPEN),
    noting(frozenset(S), by=DESK),
    step(
        "merge", _("Join to another case"), _("Joined to another case about the same thing"),
        {S.RECEIVED, S.DISPATCHED, S.SIGNED, S.WORKING}, S.MERGED, by=Role.DISPATCHER, check=joint.lead_fits,
        then=joint.join_lead, bulk=True,
        ask=case_no("lead", _("Number of the leading case")), tells="merged",
    ),
    step(
        "unmerge", _("Separate again"), _("Separated again"), S.MERGED, S.RECEIVED, by=Role.DISPATCHER,
        then=joint.leave_lead, route=r.back_to_centre,
    ),
    step(
        "absorb", _("Takes in another case"), _("Another worker's case was joined to this one"), OPEN,
        by=Role.DISPATCHER, then=joint.count_people, inner=True,
        ask=case_no("merged", _("Number"), public=False),
    ),
    step(
        "release", _("Lets a case go"), _("A joined case was separated again"), frozenset(S), by=Role.DISPATCHER,
        then=joint.count_people, inner=True,
        ask=case_no("merged", _("Number"), public=False),
    ),
    step(
        "end_with_lead", _("Ends with the leading case"), _("Ended with the case it was joined to"), S.MERGED,
        S.CLOSED, by=Role.SYSTEM, then=joint.end_as_lead, inner=True,
    ),
    step(
        "reopen_with_lead", _("Goes on with the leading case"), _("Goes on with the case it was joined to"), S.CLOSED,
        S.MERGED, by=Role.SYSTEM, inner=True,
    ),
)  # fmt: skip

_ROUND = frozenset({"dispatch", "report_unsolved", "send_back"})
CLOCKS = (
    clock(
        "dispatch", _("Dispatch"), r.dispatch_rule, starts={"file", "unmerge"}, stops={"dispatch", "answer", "refer"},
        late=Role.SUPERVISOR, again=True,
    ),
    clock(
        "sign", _("Sign"), "hotline.sign", starts=_ROUND | {"accept_return", "refuse_return"},
        stops={"sign", "return"}, late=Role.SUPERVISOR, again=True,
    ),
    clock(
        "contact", _("First contact"), "hotline.contact_hours", starts=_ROUND, stops="contact", late=Role.SUPERVISOR,
        again=True,
    ),
    clock(
        "result", _("Result"), r.result_rule, starts=_ROUND, stops="submit", late=Role.LEADER, again=True,
        extension="hotline.extension", extensions=1,
    ),
    clock(
        "return_decision", _("Decision on the return"), "hotline.return_decision", starts="return",
        stops={"accept_return", "refuse_return"}, late=Role.SUPERVISOR, again=True,
    ),
    *BACK.clocks(),
    clock(
        "urge_reply", _("Answer to the urge"), "hotline.urge_reply", starts="urge",
        stops={"reply_urge", "submit", "answer", "refer"}, late=Role.UNIT_HEAD, again=True,
    ),
    clock(
        "supervise_reply", _("Answer to the supervision"), "hotline.supervise_reply", starts="supervise",
        stops={"reply_supervision", "submit", "answer", "refer"}, late=Role.LEADER, again=True,
    ),
)  # fmt: skip

COUNTS = (
    count("filed", _("Received"), "file"),
    count("dispatched", _("Dispatched"), _ROUND),
    count("contacted", _("Contacted in time"), "contact", when=r.in_time_contact),
    count("bounced", _("Returned"), "return"),
    count("urged", _("Urged"), "urge"),
    count("supervised", _("Supervised"), "supervise"),
    count("closed", _("Closed"), {"close", "withdraw", "end_with_lead"}),
    count("late_result", _("Results late"), "late.result", when=r.first_report),
    *BACK.counts(),
)  # fmt: skip
DURATIONS = (Duration(key="hours_to_close", title=_("Hours until closed"), on=frozenset({"close"})),)
RATES = (
    Rate(key="response", title=_("Response rate"), part="contacted", whole="dispatched",
         says=_("contacted in time ÷ all dispatched")),
    *BACK.rates(),
)  # fmt: skip

HOTLINE = Service(
    key="hotline", title=_("12351 hotline"), facts=Ticket, states=S, state_titles=STATES, initial=S.RECEIVED,
    final=frozenset({S.CLOSED}), asleep=frozenset({S.MERGED}), intake=INTAKE, transitions=TRANSITIONS, clocks=CLOCKS,
    counts=COUNTS, durations=DURATIONS, rates=RATES, messages=MESSAGES, rules=(*r.RULES, *calls.RULES, *BACK.defaults()),
    personal=("story", "wish", "employer_name", "remark", "words", "note", "reply", "answer", "result", "reason", "order", "way"),
    keep=Years(years=3, basis="(?)", verified=False),
    basis=_("Practice of 12351 and 12345 hotlines; GB/T 33358-2016 for the service level. The day counts are defaults of the platform, to be set by the operator."),
)  # fmt: skip
