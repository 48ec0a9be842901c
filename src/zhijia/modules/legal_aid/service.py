"""Legal aid (domain 3.5): applied for, screened, decided in seven days, a lawyer in three, then the lawyer's work, its
review, the worker's word and the subsidy. The union's aid stands beside the state's; a case says whose it is."""

from dataclasses import replace
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.cases.models import PartyStatus
from zhijia.kernel.people.actors import Role
from zhijia.kernel.service import rota, sittings
from zhijia.kernel.service.callback import CallBack, reset_round
from zhijia.kernel.service.declare import Intake, Keep, Service, Years
from zhijia.kernel.service.habits import (
    REASON,
    REMARK,
    UNIT,
    federation,
    noting,
    opening,
    supervising,
    supplementing,
    withdrawing,
)
from zhijia.kernel.service.terms import choose, clock, day, facts, flag, line, money, number, pick, step, words

from . import asks, lawyers, subsidy, work
from . import rules as r
from .figures import COUNTS, DURATIONS, RATES, SUMS
from .letters import LETTERS
from .messages import MESSAGES
from .models import LegalAid
from .panels import PANELS
from .values import RULES
from .words import Aside, Ending, Outcome, Refusal


class S(StrEnum):
    """Where a case of legal aid stands."""

    APPLIED, INCOMPLETE, URGENT, SCREENED, GRANTED, ASSIGNED, WORKING, REPORTED, REVIEW, FOLLOW_UP, SUBSIDY, PAYING = (
        "applied", "incomplete", "urgent", "screened", "granted", "assigned", "working", "reported", "review",
        "follow_up", "subsidy", "paying",
    )  # fmt: skip
    REFUSED, TERMINATED, OBJECTED, UPHELD, TRANSFERRED, CLOSED = (
        "refused", "terminated", "objected", "upheld", "transferred", "closed",
    )  # fmt: skip


STATES = {
    S.APPLIED: _("Applied for"),
    S.INCOMPLETE: _("Papers are still missing"),
    S.URGENT: _("First aid given, to be decided"),
    S.SCREENED: _("Screened, to be decided"),
    S.GRANTED: _("Granted, to be assigned"),
    S.ASSIGNED: _("Lawyer assigned"),
    S.WORKING: _("Lawyer at work"),
    S.REPORTED: _("Reported, to be reviewed"),
    S.REVIEW: _("Being reviewed by another lawyer"),
    S.FOLLOW_UP: _("Worker to be asked"),
    S.SUBSIDY: _("Subsidy to be decided"),
    S.PAYING: _("Subsidy to be paid"),
    S.REFUSED: _("Aid refused"),
    S.TERMINATED: _("Ended early"),
    S.OBJECTED: _("Objection with the justice bureau"),
    S.UPHELD: _("Decision upheld"),
    S.TRANSFERRED: _("With the state's centre"),
    S.CLOSED: _("Closed"),
}
OPEN = frozenset(S) - {S.CLOSED}
BEFORE = frozenset({S.APPLIED, S.INCOMPLETE, S.URGENT, S.SCREENED})
WORK = frozenset({S.ASSIGNED, S.WORKING})
LOGGED = WORK | {S.URGENT, S.SCREENED}
AIDED = WORK | {S.GRANTED}
STATE_SIDE = frozenset({S.APPLIED, S.INCOMPLETE, S.URGENT, S.SCREENED, S.GRANTED, S.ASSIGNED, S.WORKING, S.REFUSED})
ASKING = words("reason", _("Reason"), limit=1000)

BACK = CallBack(
    rules="legal_aid", awaiting=frozenset({S.FOLLOW_UP}), due=frozenset({"review", "waive_review"}), check=S.SUBSIDY,
    reopened=S.GRANTED, closed=S.CLOSED, codes=tuple(Outcome.choices), solved=Outcome.HELPED,
    handling=("screen", "grant", "refuse", "assign", "meet_client", "log_work", "report", "review", "replace"),
    on_reopen=(lawyers.forget_lawyer,),
)  # fmt: skip
_ASKED = {t.key: t for t in BACK.steps()}
_UNSOLVED = _ASKED["report_unsolved"]
ASKED_BACK = (
    _ASKED["call_missed"], _ASKED["confirm_solved"], _ASKED["give_up"],
    replace(_UNSOLVED, guard=(*_UNSOLVED.guard, r.was_helped)),
)  # fmt: skip
DECISIONS = (("upheld", _("The decision is upheld")), ("corrected", _("The decision must be corrected")))
STATE_SAYS = (("granted", _("The state gives aid")), ("refused", _("The state does not give aid")))
BODIES = (("bureau", _("Justice bureau")), ("union", _("The union one level up")))

INTAKE = Intake(
    asks=asks.APPLICATION, by=frozenset({Role.WORKER, Role.AGENT, Role.OFFICER, Role.SYSTEM}), category="category",
    searched=("story", "employer_name"), title=opening("story"), unit=federation, done=_("You applied for legal aid"),
    check=(r.known_sensible,), then=(r.begin,), tells=("received", "new_for_unit"),
)  # fmt: skip

APPLYING = (
    step(
        "draft_application", _("Draft the application form"), _("The application form was drafted, to be signed"), BEFORE,
        by=UNIT | {Role.AGENT}, letter="application",
    ),
    step(
        "ask_materials", _("Papers are still missing"), _("You were told what is missing"), S.APPLIED, S.INCOMPLETE, by=UNIT,
        guard=r.not_told_yet, then=r.note_asked, suspends="decision", letter="missing", tells="incomplete",
        ask=facts(words("missing", _("Everything that is missing, one thing a line"), limit=2000)),
    ),
    step(
        "bring_materials", _("The papers are here"), _("What was missing was brought"), S.INCOMPLETE, S.APPLIED,
        by=UNIT | {Role.WORKER, Role.AGENT}, resumes="decision", main=True, tells="complete",
        ask=words("words", _("What was brought or explained")),
    ),
    step(
        "lapse", _("Counts as withdrawn"), _("Nothing was brought in time: the application counts as withdrawn"), S.INCOMPLETE,
        S.CLOSED, by=UNIT, guard=r.time_is_over("materials"), then=r.ends(Outcome.WITHDRAWN, PartyStatus.WITHDRAWN), tells="lapsed",
    ),
    step(
        "set_known_on", _("Since when it is known"), _("The day from which the time limit counts was recorded"), BEFORE | AIDED,
        by=UNIT | {Role.AGENT}, check=r.known_sensible, then=r.mark_near, ask=facts(day("known_on", _("Since when is it known?"))),
    ),
    r.LIMIT.step(BEFORE | AIDED, by=UNIT | {Role.AGENT, Role.WORKER}),
    step(
        "first_aid", _("Help at once"), _("A lawyer helps at once, before the decision"), {S.APPLIED, S.SCREENED}, S.URGENT,
        by=UNIT, guard=rota.staffed(lawyers.ROSTER), check=r.urgent_enough, then=lawyers.assign, tells="first_aid",
        letter="assignment", ask=asks.URGENCY,
    ),
    step(
        "first_aid_now", _("Help at once"), _("A lawyer helps at once, before the decision"), S.INCOMPLETE, S.URGENT, by=UNIT,
        guard=rota.staffed(lawyers.ROSTER), check=r.urgent_enough, then=lawyers.assign, resumes="decision",
        tells="first_aid", letter="assignment", ask=asks.URGENCY,
    ),
    step(
        "screen", _("Screen it"), _("Matter and means were looked at"), {S.APPLIED, S.URGENT, S.SCREENED}, S.SCREENED, by=UNIT,
        main=True, check=(r.exemption_fits, r.income_given, r.household_sensible), then=r.judge_means, ask=asks.SCREENING,
    ),
    step(
        "grant", _("Grant the aid"), _("Legal aid was granted"), S.SCREENED, choose(S.GRANTED, S.ASSIGNED, pick=r.after_grant),
        by=Role.UNIT_HEAD, guard=r.means_allow, then=lawyers.keep_lawyer, main=True, tells="granted", letter="grant", ask=asks.BECAUSE,
    ),
    step(
        "refuse", _("Refuse the aid"), _("Legal aid was refused"), S.SCREENED, S.REFUSED, by=Role.UNIT_HEAD, check=r.ground_fits,
        tells="refused", letter="refusal", ask=(*facts(pick("refusal", _("Ground of the decision"), Refusal.choices)), *asks.BECAUSE),
    ),
)  # fmt: skip

WORKING = (
    step(
        "assign", _("Assign a lawyer"), _("A lawyer was assigned"), S.GRANTED, S.ASSIGNED, by=UNIT, main=True,
        guard=rota.staffed(lawyers.ROSTER), then=lawyers.assign, tells="assigned", letter="assignment", ask=asks.LAWYER,
    ),
    step(
        "meet_client", _("The worker was met"), _("Your lawyer met you"), S.ASSIGNED, S.WORKING, by=UNIT, guard=lawyers.is_lawyer,
        main=True, letter="power", ask=words("note", _("What was agreed, as the worker will read it")),
    ),
    step(
        "log_work", _("Log work"), _("The lawyer worked on it"), LOGGED, by=UNIT, guard=lawyers.is_lawyer,
        check=work.entry_fits, then=work.log, ask=asks.WORK,
    ),
    step(
        "strike_work", _("Strike a line of the log"), _("A line of the work log was struck"), LOGGED, by=UNIT,
        guard=lawyers.is_lawyer, check=work.entry_known, then=work.strike, public=False,
        ask=(number("entry", _("Number in the log"), keep=Keep.EVENT), REASON),
    ),
    step(
        "draft_official", _("Draft the official letter"), _("The letter to the deciding body was drafted"), WORK, by=UNIT,
        guard=lawyers.is_lawyer, letter="official", ask=facts(line("tribunal", _("Body before which the lawyer appears"))),
    ),
    *sittings.steps(WORK, by=UNIT, kind="legal_aid", tells="session", guard=lawyers.is_lawyer),
    step(
        "progress", _("Tell the worker how it goes"), _("News from your lawyer"), WORK, by=UNIT, tells="progress",
        guard=lawyers.is_lawyer, ask=words("note", _("News")),
    ),
    step(
        "step_aside", _("Step aside"), _("The next lawyer on the rota took it on"), WORK, S.ASSIGNED, by=UNIT,
        guard=lawyers.is_lawyer, then=(lawyers.note_tie, lawyers.make_way, lawyers.assign), letter="assignment",
        tells="assigned", ask=(pick("why", _("Why"), [c for c in Aside.choices if c[0] in ("conflict", "unable")], keep=Keep.EVENT), words("reason", _("Reason"), limit=1000, public=False)),
        confirm=_("The case goes to the next lawyer at once and you do not see it any more. Go on?"),
    ),
    step(
        "ask_replacement", _("I want another lawyer"), _("You asked for another lawyer"), WORK, by={Role.WORKER, Role.AGENT},
        guard=r.no_wish_open, then=r.wish_replacement, tells="replacement_asked", ask=ASKING,
    ),
    step(
        "replace", _("Give it to another lawyer"), _("Another lawyer has your case"), WORK, S.ASSIGNED, by=Role.UNIT_HEAD,
        guard=rota.staffed(lawyers.ROSTER), then=(lawyers.make_way, lawyers.assign), settles="replacement", letter="assignment",
        tells="assigned", ask=(pick("why", _("Why"), Aside.choices, keep=Keep.EVENT), asks.LAWYER),
    ),
    step(
        "keep_lawyer", _("The lawyer stays"), _("The lawyer stays"), WORK, by=Role.UNIT_HEAD, guard=r.has_wish,
        settles="replacement", ask=ASKING, tells="replacement_refused",
    ),
    step(
        "terminate", _("End the aid"), _("The aid was ended"), AIDED, S.TERMINATED, by=Role.UNIT_HEAD, then=lawyers.free_hours, letter="termination",
        tells="terminated", settles="replacement", ask=(*facts(pick("ending", _("Ground of the decision"), Ending.choices)), *asks.BECAUSE),
        confirm=_("The worker may object to it. Go on?"),
    ),
    step(
        "report", _("Report and finish"), _("Your lawyer has finished and reported"), S.WORKING, S.REPORTED, by=UNIT, main=True,
        guard=(lawyers.is_lawyer, work.has_log), check=work.papers_there, then=(work.sum_up, lawyers.free_hours), settles="replacement",
        letter="closing", tells="reported", ask=(*asks.REPORT, flag("documents", _("Copies of the papers are on the case"), keep=Keep.EVENT)),
    ),
)  # fmt: skip

ENDING = (
    step(
        "assign_review", _("Have it reviewed"), _("Another lawyer reviews the work"), S.REPORTED, S.REVIEW, by=Role.UNIT_HEAD,
        guard=rota.staffed(lawyers.ROSTER), then=lawyers.assign_reviewer, main=True, ask=asks.REVIEWER,
    ),
    step(
        "waive_review", _("Without a review"), _("The head of the unit checked the report"), S.REPORTED, S.FOLLOW_UP,
        by=Role.UNIT_HEAD, guard=lawyers.not_lawyer, then=reset_round, ask=ASKING, tells="to_be_asked",
    ),
    step(
        "review", _("Say what the review found"), _("The work was reviewed"), S.REVIEW, choose(S.FOLLOW_UP, S.WORKING, pick=work.after_review),
        by=UNIT, guard=lawyers.is_reviewer, check=work.points_fit, then=(work.keep_review, lawyers.give_back, reset_round), main=True,
        ask=asks.REVIEW, tells="to_be_asked",
    ),
    *ASKED_BACK,
    step(
        "approve_subsidy", _("Approve the subsidy"), _("The lawyer's subsidy was approved"), S.SUBSIDY, S.PAYING, by=Role.UNIT_HEAD,
        guard=lawyers.not_lawyer, check=subsidy.fits_table, then=subsidy.approve, main=True, letter="subsidy", public=False,
        ask=facts(money("subsidy", _("Subsidy in yuan"), required=False, public=False, help=_("Left empty: what the table gives for this kind of work."))),
    ),
    step(
        "no_subsidy", _("No subsidy"), _("No subsidy is due"), S.SUBSIDY, S.CLOSED, by=Role.UNIT_HEAD, guard=lawyers.not_lawyer,
        then=r.helped, public=False, tells="closed", ask=ASKING,
    ),
    step(
        "pay_subsidy", _("The subsidy is paid"), _("The lawyer's subsidy was paid"), S.PAYING, S.CLOSED, by=Role.UNIT_HEAD,
        guard=lawyers.not_lawyer, check=subsidy.paid_fits, then=(subsidy.pay, r.helped), main=True, public=False, tells="closed",
        ask=(*facts(day("paid_on", _("Paid on"), public=False)), line("voucher", _("Number of the voucher"), keep=Keep.EVENT, limit=64)),
    ),
)  # fmt: skip

BESIDE = (
    step(
        "object", _("Object to the decision"), _("You objected to the decision"), {S.REFUSED, S.TERMINATED}, S.OBJECTED, by=UNIT | {Role.WORKER, Role.AGENT},
        ask=ASKING, tells="objected",
    ),
    step(
        "objection_decided", _("Record the answer"), _("The objection was decided"), S.OBJECTED, choose(S.GRANTED, S.UPHELD, pick=r.after_objection),
        by=UNIT, then=r.note_objection, main=True, tells="objection_decided",
        ask=(pick("decided_by", _("Who decided"), BODIES, keep=Keep.EVENT), pick("decision", _("How it was decided"), DECISIONS, keep=Keep.EVENT), words("note", _("What was decided, and what the worker can do now"))),
    ),
    step(
        "review_won", _("The decision was set aside"), _("Review or court set the decision aside"), S.UPHELD, S.GRANTED, by=UNIT,
        ask=words("note", _("What was decided")), then=r.forget_decision, tells="objection_decided",
    ),
    step(
        "accept_decision", _("I accept it"), _("You accepted the decision"), {S.REFUSED, S.TERMINATED, S.UPHELD}, S.CLOSED,
        by={Role.WORKER, Role.AGENT}, then=r.close_decided, confirm=_("The matter is closed here; you can apply again when something changes. Go on?"),
    ),
    step(
        "let_rest", _("Close it, nobody objected"), _("Nobody objected in time"), {S.REFUSED, S.TERMINATED}, S.CLOSED, by=UNIT, main=True,
        guard=r.time_is_over("object"), then=r.close_decided, tells="closed",
    ),
    step(
        "let_stand", _("Close it, nobody went on"), _("Neither review nor suit followed"), S.UPHELD, S.CLOSED, by=UNIT, main=True,
        guard=r.time_is_over("judicial"), then=r.close_decided, tells="closed",
    ),
    step(
        "transfer", _("Transfer it to the state's centre"), _("It was transferred to the state's legal aid centre"),
        {S.APPLIED, S.SCREENED, S.GRANTED, S.REFUSED}, S.TRANSFERRED, by=Role.UNIT_HEAD, then=r.to_state, letter="transfer", tells="transferred",
        ask=(*facts(line("state_centre", _("The state's legal aid centre"))), REMARK),
    ),
    step(
        "add_state", _("Ask the state's centre too"), _("The state's legal aid centre was asked too"), (BEFORE | AIDED) - {S.INCOMPLETE},
        by=Role.UNIT_HEAD, then=r.both_sides, letter="transfer", tells="transferred", ask=(*facts(line("state_centre", _("The state's legal aid centre"))), REMARK),
    ),
    step(
        "state_receipt", _("Receipt of the centre"), _("The state's centre has it"), STATE_SIDE | {S.TRANSFERRED}, by=UNIT,
        guard=r.asked_state, ask=facts(line("state_no", _("The centre's number"), limit=64)),
    ),
    step(
        "state_decides", _("The centre's decision"), _("The state's centre decided"), S.TRANSFERRED, choose(S.CLOSED, S.SCREENED, S.APPLIED, pick=r.after_state),
        by=UNIT, then=r.note_state, main=True, tells="state_decided",
        ask=(pick("decision", _("How it was decided"), STATE_SAYS, keep=Keep.EVENT), words("note", _("What was decided, and who helps now"))),
    ),
    step(
        "state_tells", _("The centre's decision"), _("The state's centre decided"), STATE_SIDE, by=UNIT, guard=r.asked_state, tells="state_decided",
        ask=(pick("decision", _("How it was decided"), STATE_SAYS, keep=Keep.EVENT), words("note", _("What was decided, and who helps now"))),
    ),
    *withdrawing(BEFORE | AIDED | {S.TRANSFERRED}, S.CLOSED, ends=(r.ends(Outcome.WITHDRAWN, PartyStatus.WITHDRAWN), lawyers.free_hours), leaves=r.leave),
    *supervising(OPEN),
    supplementing(OPEN),
    noting(frozenset(S), by=UNIT | {Role.SUPERVISOR}),
)  # fmt: skip

_NEWS = frozenset({"meet_client", "progress", "sit", "sit_held", "sit_moved", "draft_official"})
_LAWYER_SET = frozenset({"assign", "replace", "step_aside", "grant"})
_TO_GRANTED = frozenset({"grant", "objection_decided", "review_won", "report_unsolved"})
_LEAVES = frozenset({"transfer", "terminate"})
CLOCKS = (
    clock("screening", _("Screening"), "legal_aid.screening", starts={"file"}, stops={"screen", "ask_materials", "transfer", "first_aid"}, late=Role.UNIT_HEAD),
    clock(
        "decision", _("Decision on the application"), r.decision_rule, starts={"file", "state_decides"}, stops={"grant", "refuse", "transfer"}, late=Role.SUPERVISOR,
        again=True, since=r.open_decision,
    ),
    clock("materials", _("Missing papers"), "legal_aid.materials", starts="ask_materials", stops={"bring_materials", "first_aid_now"}, late=Role.UNIT_HEAD),
    clock("papers", _("Papers after first aid"), "legal_aid.papers", starts={"first_aid", "first_aid_now"}, stops="screen", late=Role.UNIT_HEAD, again=True),
    clock("assign", _("Assignment of a lawyer"), "legal_aid.assign", starts=_TO_GRANTED, stops={"assign"} | _LEAVES, since=r.only_in(S.GRANTED), late=Role.SUPERVISOR, again=True),
    clock("meet", _("Lawyer meets the worker"), "legal_aid.meet", starts=_LAWYER_SET, stops={"meet_client"} | _LEAVES, since=r.only_in(S.ASSIGNED), late=Role.UNIT_HEAD, again=True),
    clock("progress", _("News for the worker"), "legal_aid.progress", starts=_NEWS | {"review"}, stops=_NEWS | {"report", "replace", "step_aside"} | _LEAVES, since=r.only_in(S.WORKING), late=Role.UNIT_HEAD, again=True),
    clock("replacement", _("Answer to the wish for another lawyer"), "legal_aid.replacement", starts="ask_replacement", stops={"replace", "keep_lawyer", "step_aside", "report"} | _LEAVES, late=Role.UNIT_HEAD, again=True),
    clock("review", _("Review by another lawyer"), "legal_aid.review", starts={"report", "assign_review"}, stops={"assign_review", "waive_review", "review"}, late=Role.UNIT_HEAD, again=True),
    clock("callback", _("Call-back"), "legal_aid.callback", starts=BACK.due, stops={"confirm_solved", "report_unsolved", "give_up"}, since=r.only_in(S.FOLLOW_UP), late=Role.SUPERVISOR, again=True),
    clock("subsidy", _("Subsidy"), "legal_aid.subsidy_days", starts={"confirm_solved", "give_up"}, stops={"pay_subsidy", "no_subsidy", "report_unsolved"}, late=Role.SUPERVISOR, again=True, since=r.only_in(S.SUBSIDY)),
    clock("object", _("Time to object"), "legal_aid.objection_open", starts={"refuse", "terminate"}, stops={"object", "accept_decision", "let_rest", "transfer"}, late=Role.UNIT_HEAD, again=True),
    clock("objection", _("Answer to the objection"), "legal_aid.objection", starts="object", stops="objection_decided", late=Role.SUPERVISOR, again=True),
    clock("judicial", _("Review or suit"), "legal_aid.judicial", starts="objection_decided", stops={"review_won", "accept_decision", "let_stand"}, since=r.only_in(S.UPHELD), late=Role.UNIT_HEAD, again=True),
    clock("receipt", _("Receipt of the state's centre"), "legal_aid.receipt", starts={"transfer", "add_state"}, stops={"state_receipt", "state_decides", "state_tells"}, late=Role.UNIT_HEAD, again=True),
    clock("state", _("Decision of the state's centre"), "legal_aid.state_decision", starts={"transfer", "add_state"}, stops={"state_decides", "state_tells"}, late=Role.UNIT_HEAD, again=True),
    r.LIMIT.clock(starts={"file", "record_act", "set_known_on"}, stops={"report"}),
    clock("supervise_reply", _("Answer to the supervision"), "legal_aid.supervise_reply", starts="supervise", stops={"reply_supervision", "report"}, late=Role.LEADER, again=True),
)  # fmt: skip

LEGAL_AID = Service(
    key="legal_aid", title=_("Legal aid"), facts=LegalAid, states=S, state_titles=STATES, initial=S.APPLIED, final=frozenset({S.CLOSED}),
    intake=INTAKE, transitions=(*APPLYING, *WORKING, *ENDING, *BESIDE), clocks=CLOCKS, counts=(*COUNTS, *[c for c in BACK.counts() if c.key not in ("reopened", "due_back")]),
    sums=SUMS, durations=DURATIONS, rates=(*RATES, *BACK.rates()), messages=MESSAGES, letters=LETTERS, panels=PANELS,
    rules=(*RULES, *[d for d in BACK.defaults() if d.key != "legal_aid.check"]),
    personal=(
        "story", "employer_name", "proxy", "missing", "because", "report", "tribunal", "words", "note", "reason", "remark", "order", "reply",
        "said", "finding", "minutes_text", "proof", "household", "income",
    ),
    keep=Years(years=10, basis="(?)", verified=False),
    basis=_("Legal Aid Law, articles 31, 38 to 50, 52, 55 and 59; Trade Union Law 30; Wage Regulations for Migrant Workers 45; LDMAL 27. The union's rules for legal aid (2008), amounts and standards are (?) until the operator sets them."),
)  # fmt: skip
