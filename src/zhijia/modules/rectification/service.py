"""Rectification: a finding goes to its owner, is accepted or disputed, planned, mended, proved, and accepted by somebody
else; whether it came back is looked at later (domain 1.2 items 16 and 62, 3.16). A round holds many of them."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Duration, Intake, Keep, Rate, Service, Years
from zhijia.kernel.service.habits import (
    REASON,
    UNIT,
    extending,
    federation,
    noting,
    opening,
    supervising,
    take,
    taking_over,
)
from zhijia.kernel.service.terms import case_no, clock, count, day, facts, handed, line, pick, step, unit, words

from . import proofs
from . import rounds as rd
from . import rules as r
from .letters import LETTERS, ROUND_LETTERS
from .messages import MESSAGES
from .models import Finding, Kind, Matter, ProofKind, Round
from .panels import PANELS, ROUND_PANELS
from .states import ROUND_STATES, RS, STATES, S

OPEN = frozenset(S) - {S.CLOSED, S.WITHDRAWN}
SENDERS = UNIT | {Role.SUPERVISOR, Role.QUALITY_CHECKER}
DUE = facts(day("due", _("To be mended by")))
MATTER = Matter.choices
CHECKED = (
    ("visit", _("Looked at on the spot")), ("papers", _("By papers and figures")), ("workers", _("Asked the workers")),
)  # fmt: skip

INTAKE = Intake(
    asks=(
        *facts(
            words("finding", _("What was found"), limit=10_000), pick("category", _("What the finding is about"), MATTER),
            line("law", _("Law or rule"), required=False, limit=300), unit("owner", _("Unit that must mend it"), required=False, help=_("Empty: the union of this place.")),
            line("department", _("Department or person in charge there"), required=False),
        ),
        case_no("round", _("Number of the round"), required=False),
    ),
    by=frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.SUPERVISOR, Role.SYSTEM}), category="category",
    searched=("finding", "law"), title=opening("finding"), unit=federation, done=_("The finding was registered"),
    check=(r.owner_fits, r.round_known), then=(r.begin,),
)  # fmt: skip

TRANSITIONS = (
    step("draft_notice", _("Draft the notice"), _("The rectification notice was drafted"), S.REGISTERED, by=SENDERS, letter="notice"),
    step(
        "send", _("The notice is given"), _("The owner was told to mend it"), S.REGISTERED, S.NOTIFIED, by=SENDERS | {Role.SYSTEM},
        route=r.owner, main=True, bulk=True, tells="notified",
    ),
    step("own_up", _("Accept the finding"), _("The owner accepted the finding"), S.NOTIFIED, S.PLANNING, by=UNIT, then=take, main=True, bulk=True),
    step("dispute", _("Dispute the finding"), _("The owner disputes the finding"), S.NOTIFIED, S.DISPUTED, by=UNIT, then=take, tells="disputed", ask=REASON),
    step("uphold", _("Uphold the finding"), _("The finding stands"), S.DISPUTED, S.PLANNING, by=r.ACCEPTORS, guard=r.not_the_owner, main=True, tells="upheld", ask=REASON),
    step("withdraw_finding", _("Withdraw the finding"), _("The finding was withdrawn"), S.DISPUTED, S.WITHDRAWN, by=r.ACCEPTORS, guard=r.not_the_owner, tells="dropped", ask=REASON),
    step(
        "plan", _("Hand in the plan"), _("Measures and a date were set"), {S.PLANNING, S.REOPENED}, S.RECTIFYING, by=UNIT, main=True,
        check=r.due_sensible, ask=(*facts(words("plan", _("Measures, and who does what"))), *DUE),
    ),
    step(
        "record_proof", _("Record evidence of mending"), _("Evidence was recorded"), {S.RECTIFYING, S.SUBMITTED}, by=UNIT, check=proofs.file_known, then=proofs.add,
        ask=handed(
            pick("proof", _("Kind of evidence"), ProofKind.choices), words("said", _("What it shows"), limit=500),
            line("file", _("Name of the file on this case"), required=False),
        ),
    ),
    step("progress", _("Say how it goes"), _("News from the owner"), S.RECTIFYING, by=UNIT, ask=words("note", _("News"))),
    *extending("deadline", S.RECTIFYING, decides=Role.SUPERVISOR),
    step(
        "submit", _("Hand it in for acceptance"), _("The owner says that it is mended"), S.RECTIFYING, S.SUBMITTED, by=UNIT, guard=r.has_proof,
        main=True, settles=("extension", "supervise"), tells="submitted", ask=facts(words("done", _("What was mended"))),
    ),
    step("draft_reply", _("Draft the reply report"), _("The reply report was drafted"), {S.SUBMITTED, S.ACCEPTED}, by=UNIT, letter="reply"),
    step(
        "accept", _("Accept it as mended"), _("It was accepted as mended"), S.SUBMITTED, S.ACCEPTED, by=r.ACCEPTORS, guard=r.not_the_owner,
        then=r.accept, main=True, tells="accepted", ask=facts(words("verdict", _("What was checked, and how"))),
    ),
    step(
        "hand_back", _("Hand it back"), _("It was handed back: not mended yet"), S.SUBMITTED, S.RECTIFYING, by=r.ACCEPTORS, guard=r.not_the_owner,
        check=r.due_sensible, then=r.hand_back, tells="returned", ask=(REASON, *DUE),
    ),
    step("draft_acceptance", _("Draft the acceptance note"), _("The acceptance note was drafted"), {S.ACCEPTED, S.CLOSED}, by=r.ACCEPTORS | UNIT, letter="acceptance"),
    step(
        "close", _("It did not come back"), _("Looked at again: it stays mended"), S.ACCEPTED, S.CLOSED, by=r.ACCEPTORS, guard=r.not_the_owner,
        main=True, ask=(pick("checked", _("How it was looked at"), CHECKED, keep=Keep.EVENT), words("note", _("What was seen"))),
    ),
    step(
        "come_back", _("It came back"), _("Looked at again: it is there once more"), {S.ACCEPTED, S.CLOSED}, S.REOPENED, by=r.ACCEPTORS,
        guard=r.not_the_owner, then=r.come_back, tells="came_back", ask=REASON,
    ),
    taking_over(OPEN - {S.REGISTERED, S.NOTIFIED}),
    *supervising(OPEN),
    noting(frozenset(S), by=SENDERS),
)  # fmt: skip

CLOCKS = (
    clock("notify", _("Notice"), "rectification.notify", starts="file", stops="send", late=Role.SUPERVISOR),
    clock("answer", _("Answer of the owner"), "rectification.answer", starts="send", stops={"own_up", "dispute"}, late=Role.SUPERVISOR),
    clock("decide", _("Decision on the dispute"), "rectification.decide", starts="dispute", stops={"uphold", "withdraw_finding"}, late=Role.LEADER),
    clock("plan", _("Plan"), "rectification.plan", starts={"own_up", "uphold", "come_back"}, stops="plan", late=Role.SUPERVISOR, again=True),
    clock(
        "deadline", _("To be mended"), "rectification.grace", starts={"plan", "hand_back"}, stops="submit", late=Role.SUPERVISOR, again=True,
        since=r.due_day, extension="rectification.extension", extensions=1,
    ),
    clock("acceptance", _("Acceptance of the work"), "rectification.acceptance", starts="submit", stops={"accept", "hand_back"}, late=Role.LEADER, again=True),
    clock("recheck", _("Looking at it again"), "rectification.recheck", starts="accept", stops={"close", "come_back"}, late=Role.LEADER, again=True),
    clock("supervise_reply", _("Answer to the supervision"), "rectification.supervise_reply", starts="supervise", stops={"reply_supervision", "submit"}, late=Role.LEADER, again=True),
)  # fmt: skip

RECTIFICATION = Service(
    key="rectification", title=_("Rectification"), facts=Finding, states=S, state_titles=STATES, initial=S.REGISTERED,
    final=frozenset({S.CLOSED, S.WITHDRAWN}), intake=INTAKE, transitions=TRANSITIONS, clocks=CLOCKS,
    counts=(
        count("found", _("Findings"), "file"), count("disputed", _("Findings disputed"), "dispute"),
        count("withdrawn", _("Withdrawn after objection"), "withdraw_finding"),
        count("stand", _("Findings that stand"), {"own_up", "uphold"}),
        count("handed_in", _("Handed in"), "submit", when=r.first_time),
        count("in_time", _("Handed in by their date"), "submit", when=r.first_in_time),
        count("returned", _("Handed back"), "hand_back"),
        count("accepted", _("Accepted as mended"), "accept", when=r.first_time), count("came_back", _("Came back"), "come_back"),
        count("closed", _("Struck off the list"), "close"), count("overdue", _("Past their date"), "late.deadline", when=r.first_report),
    ),
    durations=(Duration(key="hours_to_accept", title=_("Hours until accepted"), on=frozenset({"accept"}), when=r.first_time),),
    rates=(
        Rate(key="rectified", title=_("Rate of rectification"), part="accepted", whole="stand", says=_("accepted by somebody else than the owner ÷ findings that stand")),
        Rate(key="in_time", title=_("Mended in time"), part="in_time", whole="handed_in", says=_("handed in by their date ÷ handed in")),
    ),
    messages=MESSAGES, letters=LETTERS, panels=PANELS, rules=r.RULES,
    personal=("finding", "department", "plan", "done", "verdict", "said", "reason", "note", "reply", "order"),
    keep=Years(years=10, basis="(?)", verified=False),
    basis=_("Practice of inspections, internal rounds and audits of the unions; no article of law sets a time. All day counts are defaults of the platform."),
)  # fmt: skip

# --- the round ----------------------------------------------------------------------------------------------------

ROUND = Service(
    key="rectification_round", title=_("Inspection rounds"), facts=Round, states=RS, state_titles=ROUND_STATES, initial=RS.FINDING,
    final=frozenset({RS.CLOSED}),
    intake=Intake(
        asks=facts(
            line("name", _("Name of the round")), pick("category", _("Kind of round"), Kind.choices),
            words("about", _("What was inspected, and by which law or plan"), required=False, limit=4000),
            day("begun", _("First day of the round")), day("ended", _("Last day of the round")),
        ),
        by=frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.SUPERVISOR, Role.SYSTEM}), category="category", searched=("name", "about"),
        title=lambda answers: str(answers["name"]), unit=federation, done=_("The round was registered"), check=(rd.days_in_order,),
        then=(rd.begin,), tells=("begun",),
    ),
    transitions=(
        step(
            "add_finding", _("Add a finding"), _("A finding was added"), {RS.FINDING, RS.RECTIFYING}, by=SENDERS, check=r.owner_fits,
            then=rd.add_finding, spawns="rectification",
            ask=handed(
                words("finding", _("What was found"), limit=10_000), pick("matter", _("What the finding is about"), MATTER),
                line("law", _("Law or rule"), required=False, limit=300), unit("owner", _("Unit that must mend it"), required=False, help=_("Empty: the union of this place.")),
                line("department", _("Department or person in charge there"), required=False),
            ),
        ),
        step("rectify", _("The findings are complete"), _("The findings were given to their owners"), RS.FINDING, RS.RECTIFYING, by=SENDERS, guard=rd.has_findings, main=True),
        step("nothing_found", _("Nothing to mend was found"), _("The round found nothing to mend"), RS.FINDING, RS.CLOSED, by=SENDERS, guard=rd.no_findings, ask=words("note", _("What was inspected"))),
        step("draft_report", _("Draft the report"), _("The report of the round was drafted"), {RS.RECTIFYING, RS.REPORTED}, by=SENDERS, letter="report"),
        step("report", _("The report is issued"), _("The report of the round was issued"), RS.RECTIFYING, RS.REPORTED, by=SENDERS, main=True, tells="reported"),
        step("go_on", _("Go on rectifying"), _("The round goes on"), RS.REPORTED, RS.RECTIFYING, by=SENDERS, ask=REASON),
        step("close", _("Close the round"), _("Every finding is closed"), RS.REPORTED, RS.CLOSED, by=SENDERS, guard=rd.all_ended, main=True),
        noting(frozenset(RS), by=SENDERS),
    ),
    clocks=(
        clock("collect", _("Listing the findings"), "rectification_round.collect", starts="file", stops={"rectify", "nothing_found"}, late=Role.SUPERVISOR),
        clock("report", _("Report"), "rectification_round.report", starts={"rectify", "go_on"}, stops="report", late=Role.LEADER, again=True),
        clock("close", _("Closing"), "rectification_round.close", starts="report", stops={"close", "go_on"}, late=Role.LEADER, again=True),
    ),
    counts=(count("rounds", _("Rounds held"), "file"), count("reports", _("Reports issued"), "report"), count("closed", _("Closed"), {"close", "nothing_found"})),
    messages=rd.MESSAGES, letters=ROUND_LETTERS, panels=ROUND_PANELS, rules=rd.RULES,
    personal=("finding", "department", "note", "reason"), keep=Years(years=10, basis="(?)", verified=False),
    basis=_("Practice of inspections, internal rounds and audits of the unions; no article of law sets a time. All day counts are defaults of the platform."),
)  # fmt: skip
