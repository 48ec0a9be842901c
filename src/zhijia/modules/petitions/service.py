"""Letters and visits (信访): registered, sorted by kind, told, answered, reviewed and re-reviewed within the limits of
the Regulation of 2022 (domain 3.14). Whom it is about learns nothing of it; who brings it is never rated or listed."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.documents.models import Service as Served
from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.callback import one_level_up
from zhijia.kernel.service.declare import Intake, Keep, Service, Years
from zhijia.kernel.service.habits import (
    REASON,
    UNIT,
    extending,
    federation,
    noting,
    opening,
    supervising,
    supplementing,
    take,
    taking_over,
    withdrawing,
)  # fmt: skip
from zhijia.kernel.service.terms import (
    case_no,
    clock,
    day,
    facts,
    flag,
    handed,
    line,
    listed,
    number,
    pick,
    step,
    words,
)

from . import arising, joining, review
from . import rules as r
from .figures import COUNTS, RATES
from .letters import LETTERS
from .messages import MESSAGES
from .models import Channel, Ground, Outcome, Petition, Sort
from .panels import PANELS


class S(StrEnum):
    """Where a petition stands."""

    REGISTERED, ASSIGNED, TRANSFERRED, HANDLING, OPINION, REVIEW, REVIEWED, RE_REVIEW = (
        "registered", "assigned", "transferred", "handling", "opinion", "review", "reviewed", "re_review",
    )  # fmt: skip
    ANSWERED, REPORTED, DECLINED, REFERRED, MERGED, CONCLUDED, CLOSED = (
        "answered", "reported", "declined", "referred", "merged", "concluded", "closed",
    )  # fmt: skip


STATES = {
    S.REGISTERED: _("Registered, being sorted"),
    S.ASSIGNED: _("Forwarded to another union"),
    S.TRANSFERRED: _("Transferred to another body"),
    S.HANDLING: _("Accepted, being handled"),
    S.OPINION: _("Handling opinion served"),
    S.REVIEW: _("Under review"),
    S.REVIEWED: _("Review opinion served"),
    S.RE_REVIEW: _("Under re-review"),
    S.ANSWERED: _("Proposal answered"),
    S.REPORTED: _("Complaint dealt with"),
    S.DECLINED: _("Not accepted"),
    S.REFERRED: _("Taken by another body"),
    S.MERGED: _("Joined to another petition"),
    S.CONCLUDED: _("Concluded by re-review"),
    S.CLOSED: _("Closed"),
}
FINAL = frozenset({S.ANSWERED, S.REPORTED, S.DECLINED, S.REFERRED, S.MERGED, S.CONCLUDED, S.CLOSED})
OPEN = frozenset(S) - FINAL
SORTING = frozenset({S.REGISTERED, S.ASSIGNED})
SERVER = UNIT | {Role.SYSTEM}
ASKER = UNIT | {Role.WORKER}
"""A review is asked for by the petitioner, or by an officer who takes a written request in."""
ABOVE = UNIT | {Role.SUPERVISOR, Role.LEADER}
"""Who reviews: one level above there may be nobody but these."""

TOLD_HOW = (("spot", _("On the spot, in words")), *Served.choices)
FOUND = (
    ("substantiated", _("It is true, and dealt with")), ("partly", _("True in part, and dealt with")),
    ("unfounded", _("Nothing of it is true")), ("discipline", _("Given to the discipline body in charge")),
)  # fmt: skip
ADOPTED = (("adopted", _("Adopted")), ("partly", _("Adopted in part")), ("noted", _("Not adopted, with the reason")))
SERVICE = (
    pick("served", _("How it was served"), Served.choices, keep=Keep.EVENT), day("day", _("Day"), keep=Keep.EVENT),
    line("proof", _("How it can be proved"), required=False, keep=Keep.EFFECT),
)  # fmt: skip
EMPLOYER = handed(line("employer", _("Employer")))
OPINION = facts(words("opinion", _("Facts, law and decision")), line("law", _("Law and article")))
OUTCOME = Outcome.choices

INTAKE = Intake(
    asks=facts(
        words("content", _("What do you bring forward?"), limit=20_000, help=_("What happened, when and where.")),
        pick("category", _("What kind is it?"), Sort.choices, help=_("If you are not sure, choose the first.")),
        words("wish", _("What do you want done?"), required=False, limit=2000),
        line("accused", _("Which unit or person is it about?"), required=False, help=_("It is never told that it was you, and never handles it.")),
        number("people", _("How many people bring it?"), required=False),
        number("representatives", _("How many come as representatives?"), required=False, help=_("Of a group that comes in person, five at most.")),
        flag("keep_secret", _("Keep it confidential")),
        pick("channel", _("How it came"), Channel.choices, required=False, public=False),
    ),
    by=frozenset({Role.WORKER, Role.AGENT, Role.OFFICER, Role.UNIT_HEAD, Role.SYSTEM}), category="category",
    searched=("content", "wish", "accused"), title=opening("content"), unit=federation, done=_("You brought it forward"),
    check=(r.people_sensible, r.few_representatives), then=(r.begin,), tells=("received", "new_for_unit"),
)  # fmt: skip

SORTED = (
    step(
        "sort", _("Sort it"), _("Its kind was settled"), S.REGISTERED, by=UNIT, then=r.sort_out,
        ask=facts(pick("category", _("What kind it is"), Sort.choices)),
    ),
    step(
        "name_representatives", _("Name the representatives"), _("The representatives were named"), {S.REGISTERED, S.HANDLING},
        by=UNIT, check=r.few_spokesmen, then=r.name_spokesmen, public=False,
        ask=handed(words("spokesmen", _("Names of the representatives, one a line"), limit=500)),
    ),
    step(
        "accept", _("Accept it"), _("It was accepted"), SORTING, S.HANDLING, by=UNIT, guard=r.not_about_us, main=True,
        then=(take, r.remember_handler), tells="accepted", ask=words("note", _("What happens next, as the petitioner will read it"), required=False),
    ),
    step(
        "refuse", _("Do not accept it"), _("It is not accepted"), SORTING, S.DECLINED, by=UNIT, check=r.ground_holds, tells="declined",
        ask=(
            *facts(pick("ground", _("Ground of non-acceptance"), Ground.choices), words("way", _("Why, and where to go instead"), limit=1000)),
            case_no("earlier", _("Number of the petition that decided the same"), required=False, public=False),
        ),
    ),
    step(
        "draft_not_accepted", _("Draft the notice of non-acceptance"), _("The notice that it is not accepted was drafted"), S.DECLINED,
        by=UNIT, guard=r.named, letter="not_accepted",
    ),
    step(
        "assign", _("Forward it to another union"), _("It was forwarded to the union that decides it"), S.REGISTERED, S.ASSIGNED, by=UNIT,
        check=r.unit_fits, then=r.remember_sender, route=r.chosen_unit, tells=("forwarded", "new_for_unit"), ask=(listed("unit", _("Unit"), r.neighbours), REASON),
    ),
    step(
        "wrong_body", _("Object: not ours"), _("The union it was forwarded to objected"), S.ASSIGNED, S.REGISTERED, by=UNIT,
        guard=r.may_object, route=r.sender, tells="new_for_unit", ask=REASON,
    ),
    step(
        "hand_up", _("Hand it to the union above"), _("The union above takes it over"), SORTING, S.REGISTERED, by=UNIT,
        guard=review.has_level_above, route=one_level_up, tells=("forwarded", "new_for_unit"), ask=REASON,
    ),
    step(
        "draft_transfer", _("Draft the transfer"), _("The transfer to another body was drafted"), S.REGISTERED, by=UNIT, check=r.body_fits,
        letter="transfer", ask=facts(line("body", _("Body that decides it"))),
    ),
    step(
        "transfer", _("The petition's transfer is served"), _("It was transferred to the body that decides it"), S.REGISTERED, S.TRANSFERRED, by=SERVER,
        guard=r.body_named, check=r.served_before, tells="transferred", ask=SERVICE,
    ),
    step("taken", _("The body took it"), _("The other body has it now"), S.TRANSFERRED, S.REFERRED, by=UNIT, main=True, tells="taken", ask=words("note", _("Their number, and whom to ask there"))),
    step(
        "objected", _("The body objected"), _("The other body says that it does not decide this"), S.TRANSFERRED, S.REGISTERED, by=UNIT,
        guard=r.may_object, ask=REASON,
    ),
    step(
        "merge", _("Join to another petition"), _("Joined to another petition about the same"), SORTING | {S.HANDLING}, S.MERGED, by=UNIT,
        check=joining.lead_fits, then=joining.join, tells="merged", ask=case_no("lead", _("Number of the leading petition")),
    ),
    step("unmerge", _("Separate again"), _("Separated again"), S.MERGED, S.REGISTERED, by=UNIT, guard=joining.lead_open, then=joining.separate),
    step("absorb", _("Takes in another petition"), _("Another petition about the same was joined to this one"), OPEN, by=UNIT, then=joining.count_people, inner=True, ask=case_no("merged", _("Number"), public=False)),
    step("release", _("Lets a petition go"), _("A joined petition was separated again"), frozenset(S), by=UNIT, then=joining.count_people, inner=True, ask=case_no("merged", _("Number"), public=False)),
)  # fmt: skip

WORK = (
    step("draft_receipt", _("Draft the notice of acceptance"), _("The notice of acceptance was drafted"), S.HANDLING, by=UNIT, guard=r.named, letter="receipt"),
    step(
        "tell", _("The petitioner is told"), _("The petitioner was told of receipt and route"), SORTING | {S.HANDLING}, by=SERVER,
        guard=r.not_told, check=r.served_before,
        ask=(pick("served", _("How"), TOLD_HOW, keep=Keep.EVENT), day("day", _("Day"), keep=Keep.EVENT, required=False)),
    ),
    step("progress", _("Tell how it goes"), _("News from the unit"), S.HANDLING, by=UNIT, tells="progress", ask=words("note", _("News"))),
    *extending("handling", S.HANDLING, decides=Role.UNIT_HEAD),
    step("draft_extension", _("Draft the extension notice"), _("The notice of the extension was drafted"), S.HANDLING, by=UNIT, guard=(r.named, r.was_extended), letter="extension"),
    step(
        "draft_opinion", _("Draft the handling opinion"), _("The handling opinion was drafted"), S.HANDLING, by=UNIT,
        guard=(r.of_sort(Sort.APPEAL), r.named), letter="opinion", ask=OPINION,
    ),
    step(
        "serve_opinion", _("The handling opinion is served"), _("The handling opinion was served"), S.HANDLING, S.OPINION, by=SERVER,
        guard=(r.of_sort(Sort.APPEAL), r.named, r.opinion_written), check=r.served_before, then=r.keep_opinion_day, main=True,
        settles=("extension", "supervise"), tells="opinion", ask=SERVICE,
    ),
    step(
        "answer_proposal", _("Answer the proposal"), _("The proposal was answered"), S.HANDLING, S.ANSWERED, by=UNIT, guard=r.of_sort(Sort.PROPOSAL),
        main=True, settles=("extension", "supervise"), tells="answered", ask=(pick("adopted", _("What becomes of it"), ADOPTED, keep=Keep.EVENT), words("reply", _("Answer, as the petitioner will read it"))),
    ),
    step(
        "conclude_report", _("Conclude the complaint"), _("The complaint was dealt with"), S.HANDLING, S.REPORTED, by=Role.UNIT_HEAD,
        guard=r.of_sort(Sort.REPORT), main=True, settles=("extension", "supervise"), tells="reported",
        ask=(pick("found", _("What the check found"), FOUND, keep=Keep.EVENT), words("reply", _("Answer, as the petitioner will read it"))),
    ),
    step(
        "close_unnamed", _("Close what nobody signed"), _("It was dealt with; nobody could be told"), S.HANDLING, S.CLOSED, by=UNIT,
        guard=(r.of_sort(Sort.APPEAL), r.unnamed), settles=("extension", "supervise"), ask=words("result", _("What was done about it"), public=False),
    ),
    step("to_hotline", _("Open a hotline ticket"), _("The hotline has it too"), S.HANDLING, by=UNIT, then=arising.begin_ticket, spawns="hotline"),
    step("to_mediation", _("Begin a mediation"), _("A mediation was begun"), S.HANDLING, by=UNIT, guard=(r.of_sort(Sort.APPEAL), r.named), then=arising.begin_mediation, spawns="disputes", ask=(*EMPLOYER, *handed(words("claim", _("What is claimed"), limit=2000)))),
    step("to_supervision", _("Begin a supervision"), _("The union supervises the employer in its own name"), S.HANDLING, by=UNIT, then=arising.begin_supervision, spawns="supervision", ask=(*EMPLOYER, *handed(words("finding", _("What was found; name no worker"), limit=2000)))),
)  # fmt: skip

REVIEW = (
    step("accept_opinion", _("I accept it"), _("The petitioner accepts the opinion"), {S.OPINION, S.REVIEWED}, S.CLOSED, by=Role.WORKER, confirm=_("No review can be asked for after that. Accept it?")),
    step(
        "ask_review", _("Ask for a review"), _("A review was asked for"), S.OPINION, S.REVIEW, by=ASKER, guard=(review.in_request_time("review_request"), review.has_level_above),
        route=one_level_up, tells=("review_begun", "review_for_unit"), ask=words("reason", _("What is wrong with the opinion?"), limit=2000), main=True,
    ),
    step(
        "lapse", _("Nobody asked for a review"), _("No review was asked for in time"), {S.OPINION, S.REVIEWED}, S.CLOSED, by=SERVER,
        guard=review.window_over, tells="closed",
    ),
    step("draft_review", _("Draft the review opinion"), _("The review opinion was drafted"), S.REVIEW, by=ABOVE, guard=review.independent, letter="review", ask=facts(pick("review_outcome", _("What is decided"), OUTCOME), words("review_opinion", _("Facts, law and decision of the review")))),
    step(
        "serve_review", _("The review opinion is served"), _("The review opinion was served"), S.REVIEW, S.REVIEWED, by=ABOVE | SERVER,
        guard=(review.independent, review.review_written), check=r.served_before, then=review.keep_review_day, main=True, tells="reviewed", ask=SERVICE,
    ),
    step(
        "send_back", _("Set it aside, to be decided anew"), _("The opinion was set aside; the unit decides anew"), {S.REVIEW, S.RE_REVIEW}, S.HANDLING, by=ABOVE,
        guard=review.independent, then=review.begin_anew, route=r.handler, tells=("sent_back", "new_for_unit"), ask=REASON,
    ),
    step(
        "ask_re_review", _("Ask for a re-review"), _("A re-review was asked for"), S.REVIEWED, S.RE_REVIEW, by=ASKER, guard=(review.in_request_time("re_review_request"), review.has_level_above),
        route=one_level_up, tells=("review_begun", "review_for_unit"), ask=words("reason", _("What is wrong with the opinion?"), limit=2000), main=True,
    ),
    step("draft_re_review", _("Draft the re-review opinion"), _("The re-review opinion was drafted"), S.RE_REVIEW, by=ABOVE, guard=review.independent_of_review, letter="re_review", ask=facts(pick("final_outcome", _("What is decided"), OUTCOME), words("final_opinion", _("Facts, law and decision of the re-review")))),
    step(
        "serve_re_review", _("The re-review opinion is served"), _("The re-review opinion was served: it is final"), S.RE_REVIEW, S.CONCLUDED, by=ABOVE | SERVER,
        guard=(review.independent_of_review, review.final_written), check=r.served_before, main=True, tells="concluded", ask=SERVICE,
    ),
)  # fmt: skip

TRANSITIONS = (
    *SORTED, *WORK, *REVIEW,
    taking_over({S.HANDLING, S.REVIEW, S.RE_REVIEW}),
    *withdrawing(SORTING | {S.HANDLING}, S.CLOSED, ends=joining.withdraw, leaves=joining.leave),
    *supervising(OPEN),
    supplementing(OPEN),
    noting(frozenset(S), by=UNIT | {Role.SUPERVISOR}),
)  # fmt: skip

_ENDED = frozenset({"serve_opinion", "answer_proposal", "conclude_report", "close_unnamed"})
CLOCKS = (
    clock("sort", _("Sorting and forwarding"), "petitions.sort", starts={"file", "wrong_body", "objected", "hand_up", "unmerge"}, stops={"accept", "refuse", "assign", "transfer", "merge"}, late=Role.SUPERVISOR, again=True),
    clock("told", _("Telling the petitioner"), "petitions.told", starts="file", stops={"tell", "refuse", "transfer"}, late=Role.SUPERVISOR, since=r.when_named),
    clock("taken", _("The receiving body accepts"), "petitions.taken", starts={"assign", "transfer"}, stops={"accept", "refuse", "wrong_body", "objected", "taken", "hand_up", "merge"}, late=Role.SUPERVISOR, again=True),
    clock("handling", _("Handling"), r.handling_rule, starts={"accept", "send_back"}, stops=_ENDED, late=Role.LEADER, again=True, extension="petitions.extension", extensions=1),
    clock("review_request", _("Time to ask for a review"), "petitions.review_request", starts="serve_opinion", stops={"ask_review", "accept_opinion", "lapse"}, late=Role.UNIT_HEAD, again=True, warn="petitions.window_warn"),
    clock("review", _("Review"), "petitions.review", starts="ask_review", stops={"serve_review", "send_back"}, late=Role.LEADER, again=True),
    clock("re_review_request", _("Time to ask for a re-review"), "petitions.re_review_request", starts="serve_review", stops={"ask_re_review", "accept_opinion", "lapse"}, late=Role.UNIT_HEAD, again=True, warn="petitions.window_warn"),
    clock("re_review", _("Re-review"), "petitions.re_review", starts="ask_re_review", stops={"serve_re_review", "send_back"}, late=Role.LEADER, again=True),
    clock("supervise_reply", _("Answer to the supervision"), "petitions.supervise_reply", starts="supervise", stops={"reply_supervision", *_ENDED}, late=Role.LEADER, again=True),
)  # fmt: skip

PETITIONS = Service(
    key="petitions", title=_("Letters and visits"), facts=Petition, states=S, state_titles=STATES, initial=S.REGISTERED, final=FINAL,
    intake=INTAKE, transitions=TRANSITIONS, clocks=CLOCKS, counts=COUNTS, rates=RATES, messages=MESSAGES, letters=LETTERS, panels=PANELS,
    rules=r.RULES,
    personal=(
        "content", "wish", "accused", "spokesmen", "way", "opinion", "review_opinion", "final_opinion", "reason", "note",
        "reply", "result", "words", "order", "remark",
    ),
    keep=Years(years=10, basis="(?)", verified=False),
    basis=_("Regulation on Letters and Visits (2022), articles 20, 22, 23, 30 and 34 to 36; the routes of the three kinds by articles 29 to 31 (?). It sets no time for proposals and for complaints about conduct (?): those day counts are defaults of the platform."),
)  # fmt: skip
