"""The 12351 ticket: its states, who may do what, its clocks and its three rates (domain: hotline ticket).

No bounce: the clock runs from dispatch, a unit may return a case once with a legal ground, and bounces are counted.
Closed means the worker says so: an independent agent calls back, "not solved" re-opens one level up.
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import (
    Ask,
    Choose,
    Clock,
    Count,
    Duration,
    Intake,
    Keep,
    Kind,
    Rate,
    Service,
    Transition,
    Years,
)  # fmt: skip

from . import callback, joint
from . import rules as r
from .messages import MESSAGES
from .models import Category, Channel, ClosingCode, Satisfaction, Ticket, Tier


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
ANSWERABLE = frozenset({S.ANSWERED, S.REFERRED, S.RESULT})
UNIT = frozenset({Role.OFFICER, Role.UNIT_HEAD})
DESK = frozenset({Role.AGENT, Role.DISPATCHER, Role.OFFICER, Role.UNIT_HEAD, Role.CALLBACK_AGENT, Role.QUALITY_CHECKER, Role.SUPERVISOR})  # fmt: skip
ASKED_BACK = frozenset({Role.CALLBACK_AGENT, Role.WORKER})

GROUNDS = (
    ("not_ours", _("Outside the unit's legal duties")),
    ("other_place", _("The employer lies in another district")),
    ("in_procedure", _("Arbitration, court or inspection already has it")),
)


def title(answers: Mapping[str, Any]) -> str:
    """The first sentence of the story, at most 40 characters: what a tired officer reads in a list."""
    story = " ".join(str(answers["story"]).split())
    cut = min((i for i in (story.find(mark, 6) for mark in "。！？；!?;") if i > 0), default=len(story))
    return story[: min(cut, 40)] + ("…" if min(cut, 40) < len(story) and cut > 40 else "")


def says(name: str, words: object, **options: Any) -> Ask:
    """Free words for the timeline."""
    return Ask(name=name, title=words, **options)  # type: ignore[arg-type]


def pick(name: str, words: object, choices: Any, **options: Any) -> Ask:
    """One of a closed list."""
    return Ask(name=name, title=words, kind=Kind.CHOICE, choices=tuple(choices), **options)  # type: ignore[arg-type]


SATISFACTION = pick(
    "satisfaction", _("Are you satisfied with how it was handled?"), Satisfaction.choices, keep=Keep.EVENT
)
REMARK = says("remark", _("Anything to add"), required=False, limit=1000)
REASON = says("reason", _("Reason"), limit=1000)
PERSON = Ask(
    name="person",
    title=_("Which worker answered"),
    kind=Kind.NUMBER,
    keep=Keep.EVENT,
    required=False,
    public=False,
    help=_("On a case of several workers, each is asked; leave empty for the applicant."),
)
TO_UNIT = Ask(name="unit", title=_("Unit"), kind=Kind.UNIT, keep=Keep.EVENT)

INTAKE = Intake(
    asks=(
        Ask(name="story", title=_("What happened?"), keep=Keep.FACTS, limit=20_000,
            help=_("You need not know the law. Just say it.")),
        pick("category", _("What it is about"), Category.choices, keep=Keep.FACTS),
        Ask(name="wish", title=_("What do you want?"), keep=Keep.FACTS, required=False, limit=2000),
        Ask(name="employer_name", title=_("Employer"), kind=Kind.LINE, keep=Keep.FACTS, required=False),
        Ask(name="people", title=_("How many workers are concerned?"), kind=Kind.NUMBER, keep=Keep.FACTS, required=False),
        Ask(name="urgent", title=_("Is there danger to life or safety?"), kind=Kind.FLAG, keep=Keep.FACTS, required=False),
        Ask(name="confidential", title=_("Keep it confidential"), kind=Kind.FLAG, keep=Keep.FACTS, required=False),
        pick("channel", _("Channel"), Channel.choices, keep=Keep.FACTS, required=False),
        Ask(name="external_id", title=_("Number in the partner's system"), kind=Kind.LINE, keep=Keep.FACTS,
            required=False, limit=64),
    ),
    by=frozenset({Role.WORKER, Role.AGENT, Role.PARTNER, Role.SYSTEM}),
    category="category", searched=("story", "wish", "employer_name"), title=title, unit=r.intake_unit,
    done=_("You told us about it"), check=(r.people_sensible,), then=(r.mark_intake,), tells=("received",),
)  # fmt: skip

TRANSITIONS = (
    Transition(
        key="answer", title=_("Answer at once"), done=_("The hotline answered"), source=frozenset({S.RECEIVED}),
        target=S.ANSWERED, by=frozenset({Role.AGENT, Role.DISPATCHER}), tells=("answered",), then=(r.reset_round,),
        settles=("urge", "supervise"),
        ask=(says("answer", _("Answer")), Ask(name="law", title=_("Source (law and article)"), kind=Kind.LINE)),
    ),
    Transition(
        key="dispatch", title=_("Dispatch"), done=_("Dispatched to a unit"), source=frozenset({S.RECEIVED}),
        target=S.DISPATCHED, by=frozenset({Role.DISPATCHER}), route=r.unit_of, check=(r.unit_fits,), main=True,
        bulk=True, tells=("dispatched", "new_for_unit", "copy_up"),
        ask=(
            TO_UNIT, pick("tier", _("Tier"), Tier.choices, keep=Keep.FACTS),
            says("order", _("Note to the unit"), required=False, public=False),
        ),
    ),
    Transition(
        key="refer", title=_("Refer to another body"), done=_("Referred to the body that decides this"),
        source=frozenset({S.RECEIVED}), target=S.REFERRED, by=frozenset({Role.AGENT, Role.DISPATCHER}),
        tells=("referred",), then=(r.reset_round,), settles=("urge", "supervise"),
        ask=(
            Ask(name="body", title=_("Which body decides this"), kind=Kind.LINE),
            says("way", _("Address, phone and what to bring")),
        ),
    ),
    Transition(
        key="sign", title=_("Sign for it"), done=_("The unit signed for it"), source=frozenset({S.DISPATCHED, S.REOPENED}),
        target=S.SIGNED, by=UNIT, then=(r.take,), main=True, bulk=True,
    ),
    Transition(
        key="return", title=_("Return it"), done=_("The unit returned it, with a ground"),
        source=frozenset({S.DISPATCHED}), target=S.RETURNED, by=UNIT, guard=(r.may_return,), then=(r.count_bounce,),
        confirm=_("A case can be returned only once, and returns are counted. Return it?"),
        ask=(
            pick("ground", _("Ground"), GROUNDS, keep=Keep.EVENT),
            Ask(name="article", title=_("Law and article"), kind=Kind.LINE), REASON,
        ),
    ),
    Transition(
        key="accept_return", title=_("Accept the return"), done=_("The return was accepted; another unit has it"),
        source=frozenset({S.RETURNED}), target=S.DISPATCHED, by=frozenset({Role.DISPATCHER}), ask=(TO_UNIT,),
        check=(r.other_unit,), route=r.unit_of, tells=("dispatched", "new_for_unit"),
    ),
    Transition(
        key="refuse_return", title=_("Refuse the return"), done=_("The return was refused; the first unit leads"),
        source=frozenset({S.RETURNED}), target=S.DISPATCHED, by=frozenset({Role.DISPATCHER}), ask=(REASON,), main=True,
        then=(r.note_refusal,), tells=("new_for_unit",),
    ),
    Transition(
        key="contact", title=_("Record a contact"), done=_("The officer spoke with you"),
        source=frozenset({S.SIGNED, S.WORKING}), target=S.WORKING, by=UNIT, then=(r.contacted,), main=True,
        ask=(says("note", _("What was said")),),
    ),
    Transition(
        key="attempt", title=_("Record a failed attempt"), done=_("The officer tried to reach you"),
        source=frozenset({S.SIGNED, S.WORKING}), by=UNIT, ask=(says("note", _("When and how")),),
    ),
    Transition(
        key="progress", title=_("Tell the worker how it goes"), done=_("News from the unit"),
        source=frozenset({S.WORKING}), by=UNIT, ask=(says("note", _("News")),), tells=("progress",),
    ),
    Transition(
        key="take_over", title=_("Take it over"), done=_("Another officer took it over"),
        source=frozenset({S.SIGNED, S.WORKING}), by=UNIT, guard=(r.not_mine,), then=(r.take,),
    ),
    Transition(
        key="ask_extension", title=_("Ask for an extension"), done=_("The unit asked for more time"),
        source=frozenset({S.SIGNED, S.WORKING}), by=UNIT, guard=(r.no_extension_open, r.extension_left),
        then=(r.asks_extension,), ask=(REASON,),
    ),
    Transition(
        key="grant_extension", title=_("Grant the extension"), done=_("More time was granted, once"),
        source=frozenset({S.SIGNED, S.WORKING}), by=frozenset({Role.DISPATCHER}), guard=(r.has_extension,),
        extends="result", settles=("extension",), ask=(REASON,), tells=("extended",),
    ),
    Transition(
        key="refuse_extension", title=_("Refuse the extension"), done=_("More time was refused"),
        source=frozenset({S.SIGNED, S.WORKING}), by=frozenset({Role.DISPATCHER}), guard=(r.has_extension,),
        settles=("extension",), ask=(REASON,),
    ),
    Transition(
        key="suspend", title=_("Suspend the clock"), done=_("The clock waits for something outside"),
        source=frozenset({S.WORKING}), by=frozenset({Role.UNIT_HEAD}), suspends="result", tells=("suspended",),
        ask=(says("reason", _("What it waits for"), limit=200),),
    ),
    Transition(
        key="resume", title=_("Resume the clock"), done=_("The clock runs again"), source=frozenset({S.WORKING}),
        by=UNIT, resumes="result", tells=("resumed",),
    ),
    Transition(
        key="undo_clock", title=_("Undo the last change of the clock"), done=_("The last change of the clock was undone"),
        source=frozenset({S.SIGNED, S.WORKING}), by=frozenset({Role.DISPATCHER}), undoes="result", ask=(REASON,),
        tells=("clock_undone",), confirm=_("The date goes back to what it was before. Undo it?"),
    ),
    Transition(
        key="submit", title=_("Submit the result"), done=_("The unit gave its result"), source=frozenset({S.WORKING}),
        target=S.RESULT, by=UNIT, guard=(r.was_contacted,), then=(r.reset_round,), settles=("urge", "extension", "supervise"),
        ask=(says("result", _("Result, as the worker will read it")),), tells=("result",),
    ),
    Transition(
        key="call_missed", title=_("Nobody answered"), done=_("We called you back and did not reach you"),
        source=ANSWERABLE, by=frozenset({Role.CALLBACK_AGENT}), guard=(callback.independent,), then=(callback.count_try,),
        ask=(says("note", _("When and how"), required=False, public=False),),
    ),
    Transition(
        key="confirm_solved", title=_("It is solved"), done=_("The worker says it is solved"), source=ANSWERABLE,
        target=Choose(frozenset({S.CHECK}), callback.after_yes), by=ASKED_BACK, guard=(callback.independent,),
        check=(callback.person_on_case,), then=(callback.say_solved,), ask=(SATISFACTION, PERSON, REMARK), main=True,
    ),
    Transition(
        key="report_unsolved", title=_("It is not solved"), done=_("The worker says it is not solved: re-opened one level up"),
        source=ANSWERABLE | {S.CHECK, S.CLOSED}, target=S.REOPENED, by=ASKED_BACK,
        guard=(callback.independent, callback.within_reopen_time), check=(callback.person_on_case,), then=(callback.say_unsolved, callback.reopen), route=callback.one_level_up,
        ask=(says("remark", _("What is still missing?")), replace(SATISFACTION, required=False), PERSON),
        tells=("reopened", "new_for_unit"),
    ),
    Transition(
        key="give_up", title=_("Could not be reached"), done=_("We could not reach you after several tries"),
        source=ANSWERABLE, target=S.CHECK, by=frozenset({Role.CALLBACK_AGENT}), guard=(callback.independent, callback.tried_enough),
        then=(callback.say_unreached,),
    ),
    Transition(
        key="close", title=_("Close"), done=_("Checked and closed"), source=frozenset({S.CHECK}), target=S.CLOSED,
        by=frozenset({Role.QUALITY_CHECKER}), check=(callback.code_fits,), then=(joint.close_merged,), main=True, tells=("closed",),
        ask=(pick("closing_code", _("How it ended"), [c for c in ClosingCode.choices if c[0] != "withdrawn"], keep=Keep.FACTS), REMARK),
    ),
    Transition(
        key="send_back", title=_("Send it back"), done=_("The quality check sent it back one level up"),
        source=frozenset({S.CHECK}), target=S.REOPENED, by=frozenset({Role.QUALITY_CHECKER}), then=(callback.reopen,),
        route=callback.one_level_up, ask=(REASON,), tells=("reopened", "new_for_unit"),
    ),
    Transition(
        key="withdraw", title=_("Withdraw it"), done=_("You took it back"), source=OPEN, target=S.CLOSED,
        by=frozenset({Role.WORKER}), guard=(joint.alone,), then=(joint.withdraw,), ask=(REMARK,),
        confirm=_("It will be closed and nobody will work on it. You can tell us again at any time."),
    ),
    Transition(
        key="leave", title=_("Take back my part"), done=_("One worker took back their part"), source=OPEN,
        by=frozenset({Role.WORKER}), guard=(joint.not_alone,), then=(joint.leave,), ask=(REMARK,),
        confirm=_("The case goes on for the others; you will not be asked any more."),
    ),
    Transition(
        key="urge", title=_("Urge"), done=_("You urged"), source=WITH_UNIT | {S.RECEIVED, S.RETURNED},
        by=frozenset({Role.WORKER, Role.AGENT}), guard=(r.urge_gap,), then=(r.mark_urged,), tells=("urged",), ask=(REMARK,),
    ),
    Transition(
        key="reply_urge", title=_("Answer the urge"), done=_("The unit answered your urge"), source=WITH_UNIT, by=UNIT,
        guard=(r.has_urge,), settles=("urge",), ask=(says("reply", _("Answer")),), tells=("urge_answered",), main=True,
    ),
    Transition(
        key="supervise", title=_("Supervise"), done=_("The level above supervises the unit"), source=OPEN,
        by=frozenset({Role.SUPERVISOR, Role.LEADER}), then=(r.mark_supervised,), tells=("supervised",),
        ask=(says("order", _("What must be done by when"), public=False),),
    ),
    Transition(
        key="reply_supervision", title=_("Answer the supervision"), done=_("The unit answered the supervision"),
        source=OPEN, by=UNIT | {Role.DISPATCHER}, guard=(r.has_supervision,), settles=("supervise",),
        ask=(says("reply", _("Answer"), public=False),),
    ),
    Transition(
        key="supplement", title=_("Add something"), done=_("You added something"), source=OPEN,
        by=frozenset({Role.WORKER, Role.AGENT}), ask=(says("words", _("What do you want to add?")),),
    ),
    Transition(
        key="note", title=_("Internal note"), done=_("A note among colleagues"), source=frozenset(S), by=DESK,
        public=False, ask=(says("note", _("Note"), public=False),),
    ),
    Transition(
        key="merge", title=_("Join to another case"), done=_("Joined to another case about the same thing"),
        source=frozenset({S.RECEIVED, S.DISPATCHED, S.SIGNED, S.WORKING}), target=S.MERGED,
        by=frozenset({Role.DISPATCHER}), check=(joint.lead_fits,), then=(joint.join_lead,), bulk=True,
        ask=(Ask(name="lead", title=_("Number of the leading case"), kind=Kind.CASE, keep=Keep.EVENT),), tells=("merged",),
    ),
    Transition(
        key="unmerge", title=_("Separate again"), done=_("Separated again"), source=frozenset({S.MERGED}),
        target=S.RECEIVED, by=frozenset({Role.DISPATCHER}), then=(joint.leave_lead,), route=r.back_to_centre,
    ),
    Transition(
        key="absorb", title=_("Takes in another case"), done=_("Another worker's case was joined to this one"),
        source=OPEN, by=frozenset({Role.DISPATCHER}), then=(joint.count_people,), inner=True,
        ask=(Ask(name="merged", title=_("Number"), kind=Kind.CASE, keep=Keep.EVENT, public=False),),
    ),
    Transition(
        key="release", title=_("Lets a case go"), done=_("A joined case was separated again"), source=frozenset(S),
        by=frozenset({Role.DISPATCHER}), then=(joint.count_people,), inner=True,
        ask=(Ask(name="merged", title=_("Number"), kind=Kind.CASE, keep=Keep.EVENT, public=False),),
    ),
    Transition(
        key="end_with_lead", title=_("Ends with the leading case"), done=_("Ended with the case it was joined to"),
        source=frozenset({S.MERGED}), target=S.CLOSED, by=frozenset({Role.SYSTEM}), then=(joint.end_as_lead,), inner=True,
    ),
    Transition(
        key="reopen_with_lead", title=_("Goes on with the leading case"), done=_("Goes on with the case it was joined to"),
        source=frozenset({S.CLOSED}), target=S.MERGED, by=frozenset({Role.SYSTEM}), inner=True,
    ),
)  # fmt: skip

_ROUND = frozenset({"dispatch", "report_unsolved", "send_back"})
CLOCKS = (
    Clock(key="dispatch", title=_("Dispatch"), rule=r.dispatch_rule, starts=frozenset({"file", "unmerge"}),
          stops=frozenset({"dispatch", "answer", "refer"}), late=Role.SUPERVISOR, again=True),
    Clock(key="sign", title=_("Sign"), rule="hotline.sign", starts=_ROUND | {"accept_return", "refuse_return"},
          stops=frozenset({"sign", "return"}), late=Role.SUPERVISOR, again=True),
    Clock(key="contact", title=_("First contact"), rule="hotline.contact_hours", starts=_ROUND,
          stops=frozenset({"contact"}), late=Role.SUPERVISOR, again=True),
    Clock(key="result", title=_("Result"), rule=r.result_rule, starts=_ROUND, stops=frozenset({"submit"}),
          late=Role.LEADER, again=True, extension="hotline.extension", extensions=1),
    Clock(key="return_decision", title=_("Decision on the return"), rule="hotline.return_decision",
          starts=frozenset({"return"}), stops=frozenset({"accept_return", "refuse_return"}), late=Role.SUPERVISOR, again=True),
    Clock(key="callback", title=_("Call-back"), rule="hotline.callback", starts=frozenset({"submit", "answer", "refer"}),
          stops=frozenset({"confirm_solved", "report_unsolved", "give_up"}), late=Role.SUPERVISOR, again=True),
    Clock(key="check", title=_("Quality check"), rule="hotline.check", starts=frozenset({"confirm_solved", "give_up"}),
          stops=frozenset({"close", "send_back", "report_unsolved"}), late=Role.LEADER, again=True),
    Clock(key="urge_reply", title=_("Answer to the urge"), rule="hotline.urge_reply", starts=frozenset({"urge"}),
          stops=frozenset({"reply_urge", "submit", "answer", "refer"}), late=Role.UNIT_HEAD, again=True),
    Clock(key="supervise_reply", title=_("Answer to the supervision"), rule="hotline.supervise_reply",
          starts=frozenset({"supervise"}), stops=frozenset({"reply_supervision", "submit", "answer", "refer"}), late=Role.LEADER, again=True),
)  # fmt: skip

COUNTS = (
    Count(key="filed", title=_("Received"), on=frozenset({"file"})),
    Count(key="dispatched", title=_("Dispatched"), on=_ROUND),
    Count(key="contacted", title=_("Contacted in time"), on=frozenset({"contact"}), when=r.in_time_contact),
    Count(
        key="due_back",
        title=_("To be called back"),
        on=frozenset({"submit", "answer", "refer", "report_unsolved"}),
        when=callback.due_back,
    ),
    Count(
        key="called_back",
        title=_("Valid call-backs"),
        on=frozenset({"confirm_solved", "report_unsolved"}),
        when=callback.called_back,
    ),
    Count(key="solved", title=_("Solved"), on=frozenset({"confirm_solved"}), when=callback.called_back),
    Count(
        key="satisfied",
        title=_("Satisfied"),
        on=frozenset({"confirm_solved", "report_unsolved"}),
        when=callback.satisfied,
    ),
    Count(key="unreached", title=_("Could not be reached"), on=frozenset({"give_up"})),
    Count(key="bounced", title=_("Returned"), on=frozenset({"return"})),
    Count(key="urged", title=_("Urged"), on=frozenset({"urge"})),
    Count(key="supervised", title=_("Supervised"), on=frozenset({"supervise"})),
    Count(key="reopened", title=_("Re-opened"), on=frozenset({"report_unsolved", "send_back"})),
    Count(key="closed", title=_("Closed"), on=frozenset({"close", "withdraw", "end_with_lead"})),
    Count(key="late_result", title=_("Results late"), on=frozenset({"late.result"}), when=r.first_report),
)
DURATIONS = (Duration(key="hours_to_close", title=_("Hours until closed"), on=frozenset({"close"})),)
RATES = (
    Rate(key="response", title=_("Response rate"), part="contacted", whole="dispatched",
         says=_("contacted in time ÷ all dispatched")),
    Rate(key="solution", title=_("Solution rate"), part="solved", whole="called_back",
         says=_("the worker says solved ÷ valid call-backs")),
    Rate(key="satisfaction", title=_("Satisfaction rate"), part="satisfied", whole="called_back",
         says=_("the worker says satisfied ÷ valid call-backs")),
    Rate(key="coverage", title=_("Call-back coverage"), part="called_back", whole="due_back",
         says=_("valid call-backs ÷ cases due to be called back")),
)  # fmt: skip

HOTLINE = Service(
    key="hotline", title=_("12351 hotline"), facts=Ticket, states=S, state_titles=STATES, initial=S.RECEIVED,
    final=frozenset({S.CLOSED}), asleep=frozenset({S.MERGED}), intake=INTAKE, transitions=TRANSITIONS, clocks=CLOCKS,
    counts=COUNTS, durations=DURATIONS, rates=RATES, messages=MESSAGES, rules=r.RULES,
    personal=("story", "wish", "employer_name", "remark", "words", "note", "reply", "answer", "result", "reason", "order", "way"),
    keep=Years(years=3, basis="(?)", verified=False),
    basis=_("Practice of 12351 and 12345 hotlines; GB/T 33358-2016 for the service level. The day counts are defaults of the platform, to be set by the operator."),
)  # fmt: skip
