"""The joint mechanism (domain 1.2, items 14 and 20): matters handed to and taken from other departments with consent,
receipt and feedback; meetings with them, whose decisions have an owner and a day."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.documents.models import Service as Served
from zhijia.kernel.people.actors import Role
from zhijia.kernel.service import sittings
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
)  # fmt: skip
from zhijia.kernel.service.terms import (
    case_no,
    clock,
    count,
    day,
    facts,
    flag,
    handed,
    line,
    number,
    pick,
    step,
    unit,
    words,
)  # fmt: skip

from . import meetings as m
from . import rules as r
from . import transfers as t
from .letters import MEETING_LETTERS, TRANSFER_LETTERS
from .messages import DECISION, MEETING, TRANSFER
from .models import Body, Decision, Kind, Meeting, Outcome, Sort, Transfer, Way
from .panels import DECISION_PANELS
from .panels import MEETING as MEETING_PANELS
from .panels import TRANSFER as TRANSFER_PANELS
from .states import DECISION as DECISION_STATES
from .states import DS, MS, TS
from .states import MEETING as MEETING_STATES
from .states import TRANSFER as TRANSFER_STATES

OUT, IN = t.goes(Way.OUT), t.goes(Way.IN)
SERVER = UNIT | {Role.SYSTEM}
GROUNDS = (
    ("not_theirs", _("Outside its powers")), ("papers", _("Papers are missing")), ("pending", _("It has the matter already")),
    ("time", _("The time to bring it has passed")),
)  # fmt: skip
SERVICE = (
    pick("served", _("How it was served"), Served.choices, keep=Keep.EVENT), day("day", _("Day"), keep=Keep.EVENT),
    line("proof", _("How it can be proved"), required=False, keep=Keep.EFFECT),
)  # fmt: skip
DAY = day("day", _("Day"), keep=Keep.EVENT, required=False)
RESULT = facts(pick("outcome", _("What came of it"), Outcome.choices), words("result", _("Feedback"), limit=4000))
EMPLOYER = handed(line("employer", _("Employer")))
BASIS = _(
    "Guideline on protecting workers' rights together (court, procuratorate, labour, justice, union); agreements with each department. No national text that was read sets a time: all day counts are defaults of the platform."
)

# --- transfers ------------------------------------------------------------------------------------------------------

GOING = (
    step("ask_consent", _("Ask the worker to agree"), _("You were asked whether this may go to the department"), {TS.REGISTERED, TS.RETURNED}, by=UNIT, guard=(OUT, t.has_worker), tells="consent_asked"),
    step(
        "agree_share", _("I agree that it goes there"), _("The worker agreed that it goes to the department"), {TS.REGISTERED, TS.RETURNED}, by=Role.WORKER,
        guard=(OUT, t.mine_open), then=t.agree, main=True, confirm=_("The department then reads what you told and the papers on the list. You can take this back until it is sent. Agree?"),
    ),
    step("refuse_share", _("I do not want that"), _("The worker does not want it to go there"), {TS.REGISTERED, TS.RETURNED}, by=Role.WORKER, guard=(OUT, t.mine_open), ask=words("remark", _("Anything to add"), required=False, limit=1000)),
    step(
        "record_consent", _("Record a consent"), _("A worker's consent was recorded"), {TS.REGISTERED, TS.RETURNED}, by=UNIT, guard=(OUT, t.has_worker), check=t.person_known,
        then=t.record_consent, ask=(number("person", _("Which worker"), keep=Keep.EVENT, required=False, public=False), *handed(line("proof", _("What shows it")))),
    ),
    step(
        "add_material", _("Add a paper"), _("The list of papers was brought up to date"), {TS.REGISTERED, TS.RETURNED, TS.HANDLING}, by=UNIT, guard=t.room_on_list,
        check=t.copies_sensible, then=t.add_material,
        ask=handed(line("title", _("Name of the paper"), help=_("Where no worker is on the case, no paper may name one.")), number("copies", _("Copies"), required=False), flag("original", _("It is an original"))),
    ),
    step("drop_material", _("Take out a paper"), _("The list of papers was brought up to date"), {TS.REGISTERED, TS.RETURNED, TS.HANDLING}, by=UNIT, check=t.material_known, then=t.drop_material, ask=handed(number("no", _("Number in the list of papers")))),
    step("draft_transfer", _("Draft the transfer letter"), _("The transfer letter was drafted"), {TS.REGISTERED, TS.RETURNED}, by=UNIT, guard=(OUT, t.agreed), letter="transfer"),
    step(
        "send", _("The transfer is served"), _("It was handed to the department"), {TS.REGISTERED, TS.RETURNED}, TS.SENT, by=SERVER, guard=(OUT, t.agreed), check=r.served_before,
        then=t.send, main=True, tells="sent", ask=SERVICE,
    ),
    step(
        "receive", _("The department took it"), _("The department has it"), TS.SENT, TS.RECEIVED, by=UNIT, check=r.served_before, then=t.receive, main=True, tells="received",
        ask=(*facts(line("their_no", _("Number of the department"), required=False, limit=64)), DAY),
    ),
    step("bounce", _("The department returned it"), _("The department returned it, with a ground"), {TS.SENT, TS.RECEIVED}, TS.RETURNED, by=UNIT, tells="returned", ask=(pick("ground", _("Ground of the return"), GROUNDS, keep=Keep.EVENT), REASON)),
    step("news", _("News from the department"), _("News from the department"), TS.RECEIVED, by=UNIT, tells="progress", ask=words("note", _("News"))),
    step("feedback", _("Record the feedback"), _("The department gave feedback"), {TS.SENT, TS.RECEIVED}, TS.FEEDBACK, by=UNIT, check=r.served_before, then=t.answer, main=True, tells="feedback", settles="supervise", ask=(*RESULT, DAY)),
    step("ask_more", _("Ask the department again"), _("The department was asked again"), TS.FEEDBACK, TS.RECEIVED, by=UNIT, guard=OUT, ask=REASON),
    step("end", _("Close without feedback"), _("It was closed after the department returned it"), TS.RETURNED, TS.CLOSED, by=Role.UNIT_HEAD, tells="closed", ask=words("summary", _("Result, as the worker will read it"))),
    step("drop", _("Do not hand it over"), _("It was not handed over"), TS.REGISTERED, TS.CLOSED, by=UNIT, guard=OUT, tells="closed", ask=words("summary", _("Result, as the worker will read it"))),
)  # fmt: skip
COMING = (
    step("take_in", _("Take the matter in"), _("The union took it over"), TS.REGISTERED, TS.HANDLING, by=UNIT, guard=IN, then=(take, t.receive), main=True, tells="taken"),
    step("decline", _("Return the matter"), _("The union returned it, with a ground"), TS.REGISTERED, TS.CLOSED, by=UNIT, guard=IN, tells="closed", ask=(pick("ground", _("Ground of the return"), GROUNDS, keep=Keep.EVENT), words("summary", _("Result, as the worker will read it")))),
    step("draft_receipt", _("Draft the receipt"), _("The receipt was drafted"), TS.HANDLING, by=UNIT, letter="receipt"),
    step("to_hotline", _("Open a hotline ticket"), _("The hotline handles it"), TS.HANDLING, by=UNIT, then=t.begin_ticket, spawns="hotline"),
    step("to_supervision", _("Begin a supervision"), _("The union supervises the employer in its own name"), TS.HANDLING, by=UNIT, then=t.begin_supervision, spawns="supervision", ask=(*EMPLOYER, *handed(words("finding", _("What was found; name no worker"), limit=2000)))),
    step("draft_feedback", _("Draft the feedback letter"), _("The feedback letter was drafted"), TS.HANDLING, by=UNIT, letter="feedback", ask=RESULT),
    step("give_feedback", _("The feedback is served"), _("The union gave feedback to the department"), TS.HANDLING, TS.FEEDBACK, by=SERVER, guard=t.feedback_written, check=r.served_before, then=t.answer, main=True, tells="feedback", settles="supervise", ask=SERVICE),
)  # fmt: skip
OPEN = frozenset(TS) - {TS.CLOSED}

JOINT_TRANSFER = Service(
    key="joint_transfer", title=_("Transfers between departments"), facts=Transfer, states=TS, state_titles=TRANSFER_STATES, initial=TS.REGISTERED, final=frozenset({TS.CLOSED}),
    intake=Intake(
        asks=facts(
            pick("way", _("Which way does it go?"), Way.choices), pick("category", _("Department"), Body.choices), line("body", _("Name of the department")),
            words("matter", _("The matter"), limit=20_000), words("wanted", _("What is asked of the other side"), required=False, limit=2000),
            line("employer_name", _("Employer"), required=False), number("people", _("How many workers are concerned?"), required=False),
            line("their_no", _("Number of their letter"), required=False, limit=64),
        ),
        by=frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.PARTNER, Role.SYSTEM}), category="category", searched=("matter", "wanted", "employer_name", "body"),
        title=opening("matter"), unit=federation, done=_("It was registered"), check=(r.people_sensible, t.partner_brings), then=(t.begin,), tells=("new_for_unit",),
    ),
    transitions=(
        *GOING, *COMING,
        step("close", _("Close it"), _("It is closed"), TS.FEEDBACK, TS.CLOSED, by=UNIT, main=True, tells="closed", ask=words("summary", _("Result, as the worker will read it"))),
        taking_over(OPEN), *supervising(OPEN), supplementing(OPEN), noting(frozenset(TS), by=UNIT | {Role.SUPERVISOR}),
    ),
    clocks=(
        clock("prepare", _("Preparing it"), "joint.prepare", starts="file", stops={"send", "take_in", "decline", "drop"}, late=Role.SUPERVISOR),
        clock("receipt", _("Receipt of the department"), "joint.receipt", starts="send", stops={"receive", "bounce", "feedback"}, late=Role.UNIT_HEAD, again=True),
        clock("feedback", _("Feedback of the department"), "joint.feedback", starts={"receive", "ask_more"}, stops={"feedback", "bounce"}, late=Role.UNIT_HEAD, again=True),
        clock("returned", _("Next step after the return"), "joint.returned", starts="bounce", stops={"send", "end"}, late=Role.SUPERVISOR, again=True),
        clock("handling", _("Feedback of the union"), "joint.handling", starts="take_in", stops="give_feedback", late=Role.LEADER),
        clock("close", _("Telling the worker and closing"), "joint.close", starts={"feedback", "give_feedback"}, stops={"close", "ask_more"}, late=Role.SUPERVISOR, again=True),
        clock("supervise_reply", _("Answer to the supervision"), "joint.supervise_reply", starts="supervise", stops={"reply_supervision", "feedback", "give_feedback"}, late=Role.LEADER, again=True),
    ),
    counts=(
        count("out", _("Handed to departments"), "send"), count("in", _("Taken from departments"), "take_in"), count("returned", _("Returned by departments"), "bounce"),
        count("feedback", _("Feedback of departments"), "feedback"), count("in_time", _("Feedback of departments in time"), "feedback", when=t.in_time),
        count("answered", _("Feedback of the union"), "give_feedback"), count("closed", _("Closed"), "close"), count("solved", _("Closed as solved"), "close", when=t.is_solved),
    ),
    durations=(Duration(key="hours_to_close", title=_("Hours until closed"), on=frozenset({"close"})),),
    rates=(
        Rate(key="feedback", title=_("Feedback in time"), part="in_time", whole="feedback", says=_("feedback in time ÷ feedback of departments")),
        Rate(key="solved", title=_("Solved"), part="solved", whole="closed", says=_("closed as solved or solved in part ÷ all closed after feedback")),
    ),
    messages=TRANSFER, letters=TRANSFER_LETTERS, panels=TRANSFER_PANELS, rules=r.TRANSFER,
    personal=("matter", "wanted", "employer_name", "result", "proof", "reason", "note", "summary", "remark", "words", "reply", "order", "finding"),
    keep=Years(years=10, basis="(?)", verified=False), basis=BASIS,
)  # fmt: skip

# --- meetings -------------------------------------------------------------------------------------------------------

RUNNING = frozenset({MS.CONVENED, MS.AGENDA})
JOINT_MEETING = Service(
    key="joint_meeting", title=_("Joint meetings"), facts=Meeting, states=MS, state_titles=MEETING_STATES, initial=MS.CONVENED, final=frozenset({MS.CLOSED, MS.CANCELLED}),
    intake=Intake(
        asks=facts(
            line("name", _("Name of the meeting")), pick("category", _("Kind of meeting"), Kind.choices),
            words("bodies", _("Who is invited, one a line"), limit=2000),
        ),
        by=frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.SYSTEM}), category="category", searched=("name", "bodies"), title=lambda answers: str(answers["name"]),
        unit=federation, done=_("The meeting was convened"), tells=("convened",),
    ),
    transitions=(
        step(
            "add_topic", _("Add a topic"), _("A topic was proposed"), RUNNING, by=UNIT, guard=m.room_for_topic, then=m.add_topic,
            ask=handed(line("title", _("Topic")), line("proposer", _("Who proposes it")), words("material", _("Paper or explanation"), required=False, limit=4000)),
        ),
        step("fix_agenda", _("Fix the agenda"), _("The agenda was fixed"), RUNNING, MS.AGENDA, by=UNIT, check=m.agenda_fits, then=(take, m.fix_agenda), main=True, ask=handed(line("order", _("Numbers of the topics in their order"), help=_("2 1 3. What is not named waits for another meeting.")))),
        step("draft_notice", _("Draft the meeting notice"), _("The meeting notice was drafted"), MS.AGENDA, by=UNIT, letter="notice"),
        *sittings.steps(MS.AGENDA, by=UNIT, kind=m.SITTING, tells="invited"),
        step("hold", _("Record who came"), _("Who came was recorded"), {MS.AGENDA, MS.HELD}, MS.HELD, by=UNIT, guard=m.was_held, check=m.somebody_came, then=m.note_presence, main=True, ask=handed(words("attended", _("Who came, one body a line"), help=_("Name of the body: who came for it."), limit=4000))),
        step(
            "decide", _("Add a decision"), _("A decision was recorded"), {MS.HELD, MS.ISSUED}, by=UNIT, check=(m.due_ahead, m.owner_fits), then=m.decide, spawns="joint_decision",
            ask=handed(
                words("decision", _("What the meeting decided"), limit=2000), pick("sort", _("What it asks for"), Sort.choices), unit("owner", _("Unit of the union that does it"), required=False),
                line("body", _("Other body that does it"), required=False), day("due", _("Due day")),
            ),
        ),
        step("write_minutes", _("Write the minutes"), _("The minutes were drafted"), MS.HELD, by=UNIT, letter="minutes", ask=facts(words("record", _("What was agreed, point by point"), limit=4000))),
        step("issue", _("The minutes are issued"), _("The minutes were issued"), MS.HELD, MS.ISSUED, by=SERVER, guard=m.minutes_written, main=True, tells="issued"),
        step("draft_list", _("Draft the decision list"), _("The decision list was drafted"), {MS.HELD, MS.ISSUED}, by=UNIT, letter="decisions"),
        step("close", _("Close the meeting"), _("Every decision is carried out"), MS.ISSUED, MS.CLOSED, by=UNIT, guard=m.all_carried_out, main=True),
        step("cancel", _("Cancel the meeting"), _("The meeting was cancelled"), RUNNING, MS.CANCELLED, by=Role.UNIT_HEAD, ask=REASON),
        noting(frozenset(MS), by=UNIT | {Role.SUPERVISOR}),
    ),
    clocks=(
        clock("topics", _("Topics collected"), "joint.topics", starts="file", stops={"fix_agenda", "cancel"}, late=Role.UNIT_HEAD),
        clock("hold", _("Meeting held"), "joint.hold", starts="fix_agenda", stops={"hold", "cancel"}, late=Role.LEADER),
        clock("minutes", _("Minutes issued"), "joint.minutes", starts="hold", stops="issue", late=Role.LEADER),
        clock("carried_out", _("Decisions carried out"), "joint.carried_out", starts="issue", stops="close", late=Role.LEADER),
    ),
    counts=(count("convened", _("Convened"), "file"), count("held", _("Joint meetings held"), "issue"), count("decided", _("Decisions"), "decide"), count("closed", _("Closed"), "close")),
    messages=MEETING, letters=MEETING_LETTERS, panels=MEETING_PANELS, rules=r.MEETING,
    personal=("record", "minutes_text", "reason", "note", "attended"), keep=Years(years=10, basis="(?)", verified=False), basis=BASIS,
)  # fmt: skip

# --- decisions ------------------------------------------------------------------------------------------------------

UNDONE = frozenset({DS.OPEN, DS.REPORTED})
JOINT_DECISION = Service(
    key="joint_decision", title=_("Decisions of joint meetings"), facts=Decision, states=DS, state_titles=DECISION_STATES, initial=DS.OPEN, final=frozenset({DS.ACCEPTED, DS.DROPPED}),
    intake=Intake(
        asks=(
            *facts(
                words("text", _("What the meeting decided"), limit=2000), pick("category", _("What it asks for"), Sort.choices), unit("owner", _("Unit of the union that does it"), required=False),
                line("body", _("Other body that does it"), required=False), day("due", _("Due day")),
            ),
            case_no("meeting", _("Number of the meeting"), required=False),
        ),
        by=frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.SYSTEM}), category="category", searched=("text", "body"), title=opening("text"), unit=federation,
        done=_("The decision was recorded"), check=(m.owner_fits, m.due_ahead), then=(m.begin_decision,), tells=("given",),
    ),
    transitions=(
        step("give", _("Give it to the unit that does it"), _("It was given to the unit that does it"), DS.OPEN, by=UNIT, guard=m.goes_elsewhere, route=m.owner_of, tells="given", main=True),
        step("news", _("Say how it goes"), _("News on the decision"), DS.OPEN, by=UNIT, ask=words("note", _("News"))),
        step("report_done", _("Report it as done"), _("It was reported as done"), DS.OPEN, DS.REPORTED, by=UNIT, main=True, settles="supervise", tells="reported", ask=facts(words("done", _("How it was carried out")))),
        step("accept", _("Accept it as done"), _("It was accepted as done"), DS.REPORTED, DS.ACCEPTED, by=r.ACCEPTORS, guard=m.not_the_owner, then=m.accept, main=True, tells="accepted", ask=words("note", _("What was seen"), required=False)),
        step("hand_back", _("Hand it back"), _("It was handed back: not done yet"), DS.REPORTED, DS.OPEN, by=r.ACCEPTORS, guard=m.not_the_owner, check=m.due_ahead, then=m.hand_back, tells="returned", ask=(REASON, *facts(day("due", _("Due day"))))),
        step("postpone", _("Set another day"), _("Another due day was set"), DS.OPEN, by={Role.LEADER, Role.SUPERVISOR}, check=m.due_ahead, ask=(REASON, *facts(day("due", _("Due day"))))),
        step("drop", _("It is no longer needed"), _("It is no longer needed"), UNDONE, DS.DROPPED, by={Role.UNIT_HEAD, Role.LEADER, Role.SUPERVISOR}, guard=m.not_the_owner, ask=REASON),
        *supervising(UNDONE), noting(frozenset(DS), by=UNIT | {Role.SUPERVISOR}),
    ),
    clocks=(
        clock("deadline", _("Due day"), "joint.decision_grace", starts={"file", "hand_back", "postpone"}, stops="report_done", late=Role.LEADER, again=True, since=m.due_day),
        clock("accept", _("Acceptance of the work"), "joint.decision_accept", starts="report_done", stops={"accept", "hand_back", "drop"}, late=Role.LEADER, again=True),
        clock("supervise_reply", _("Answer to the supervision"), "joint.supervise_reply", starts="supervise", stops={"reply_supervision", "report_done"}, late=Role.LEADER, again=True),
    ),
    counts=(
        count("decided", _("Decisions"), "file"), count("reported", _("Reported as done"), "report_done"), count("in_time", _("Reported by their day"), "report_done", when=m.in_time),
        count("accepted", _("Accepted as done"), "accept"), count("overdue", _("Past their day"), "late.deadline", when=m.first_report),
    ),
    rates=(Rate(key="accepted", title=_("Carried out"), part="accepted", whole="decided", says=_("accepted as done ÷ decisions")),),
    messages=DECISION, panels=DECISION_PANELS, rules=r.DECISION,
    personal=("text", "done", "reason", "note", "reply", "order"), keep=Years(years=10, basis="(?)", verified=False), basis=BASIS,
)  # fmt: skip
