"""Arbitration and the courts after it, from the union's side (domain 3.4): the application, every limit of the LDMAL, the
award and whether it is final, suits, enforcement. The union records what happens; the case is the worker's own."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.cases.models import PartyStatus
from zhijia.kernel.people.actors import Role
from zhijia.kernel.service import sittings
from zhijia.kernel.service.declare import Intake, Keep, Service, Transition, Years
from zhijia.kernel.service.habits import (
    REASON,
    UNIT,
    alone,
    federation,
    noting,
    opening,
    supervising,
    supplementing,
    taking_over,
    withdrawing,
)  # fmt: skip
from zhijia.kernel.service.limiting import act_dated
from zhijia.kernel.service.terms import (
    choose,
    day,
    facts,
    flag,
    handed,
    line,
    listed,
    money,
    number,
    pick,
    step,
    words,
)  # fmt: skip

from . import course, rows
from . import rules as r
from .clocks import CLOCKS
from .figures import COUNTS, DURATIONS, RATES, SUMS
from .letters import LETTERS
from .limits import LIMIT
from .messages import MESSAGES
from .models import Arbitration, Declared, Ground, Holder, Item, Matter, Outcome, Scope, Title
from .panels import PANELS
from .states import ADVISED, BEFORE, OPEN, RUNNING, STATES, TO_COURT, S

REFUSALS = (
    ("scope", _("Not a labour dispute")), ("venue", _("Another commission has it")), ("party", _("Not the right party")),
    ("limitation", _("Too late, it says")), ("papers", _("Papers are incomplete")), ("other", _("Another reason")),
)  # fmt: skip
RECUSALS = (
    ("kin", _("Kin of a party or an agent")), ("interest", _("Has an interest in the case")),
    ("relation", _("Another relation that may bias")), ("contact", _("Met a party alone, or took gifts")),
)  # fmt: skip
WAITS = (
    ("nothing", _("Nothing: it is simply late")), ("transfer", _("A transfer to another commission")),
    ("service", _("Service that takes time")), ("other_case", _("Another case or a disability grade")),
    ("hearing", _("A hearing that is set")), ("appraisal", _("An appraisal or an enquiry")), ("other", _("Another good reason")),
)  # fmt: skip
DECISIONS = (("granted", _("Allowed")), ("refused", _("Turned down")))
SIDES = (("worker", _("the worker")), ("employer", _("the employer")), ("both", _("both sides")))

CLAIM_NO = listed("claim_no", _("Which claim"), rows.open_claims)
FEN = handed(money("fen", _("Amount in yuan")))
RECEIVED = facts(day("refused_on", _("Received on")))
COURT = facts(line("court", _("Court")), line("court_no", _("Its number, where known"), required=False, limit=64))
PERFORM = facts(day("perform_by", _("To be kept by, where the paper says so"), required=False))
SUM = handed(money("sum", _("Amount granted, in yuan"), required=False))
RESULT = words("result", _("What the paper says"))
ADVICE = words("advice", _("What the worker can do now, by when and where"), help=_("The page lists the ways and their dates; say which you advise, and why."))  # fmt: skip

INTAKE = Intake(
    asks=facts(
        words("claim", _("What is claimed, and why"), limit=20_000),
        pick("category", _("What it is about"), Matter.choices),
        line("employer_name", _("Employer")),
        money("amount", _("Amount claimed, in yuan"), required=False),
        number("people", _("How many workers are concerned?"), required=False),
        day("known_on", _("On which day did you know of it?"), required=False, help=_("One year counts from it; if you are not sure, write the earlier day.")),
        flag("employed", _("I still work there")),
        day("ended", _("Last day there"), required=False),
    ),
    by=frozenset({Role.WORKER, Role.AGENT, Role.OFFICER, Role.UNIT_HEAD, Role.SYSTEM}), category="category",
    searched=("claim", "employer_name"), title=opening("claim"), unit=federation, done=_("You asked for help with arbitration"),
    check=(r.people_sensible, r.known_sensible), then=(course.mark_people,), tells=("received", "new_for_unit"),
)  # fmt: skip


def _hearings() -> tuple[Transition, ...]:
    """Hearings stand in the unit's calendar; what moves the case with them is said here."""
    notified = facts(day("notified_on", _("Notice received on")))
    changes = {
        "sit": {"title": _("The hearing was notified"), "done": _("The hearing was set"), "source": frozenset({S.ACCEPTED, S.HEARD}), "target": S.HEARING},
        "sit_moved": {"title": _("The hearing was moved"), "done": _("The hearing was moved")},
        "sit_off": {"title": _("The hearing is off"), "done": _("The hearing was called off"), "target": S.ACCEPTED},
        "sit_held": {"title": _("The hearing was held"), "done": _("The hearing was held"), "target": S.HEARD, "main": True},
    }  # fmt: skip
    made = []
    for t in sittings.steps(S.HEARING, by=UNIT, kind="hearing", tells="hearing"):
        sets = t.key in ("sit", "sit_moved")
        more = (
            {
                "ask": (*notified, *t.ask),
                "then": (*t.then, course.note_hearing),
                "check": (*t.check, r.not_ahead("notified_on")),
            }
            if sets
            else {}
        )
        made.append(replace(t, **changes[t.key], **more))  # type: ignore[arg-type]
    return tuple(made)


PREPARING = (
    step(
        "add_claim", _("Write down a claim"), _("A claim was written down"), BEFORE | RUNNING, by=UNIT,
        check=(rows.money_given, rows.basis_given, rows.room_left), then=(course.take_up, rows.add_claim),
        ask=(
            *handed(
                pick("item", _("Kind of claim"), Item.choices), line("said", _("For what and for when"), help=_("As the application says it: wages of September and October 2026.")),
                money("fen", _("Amount in yuan"), required=False), line("basis", _("Law and article"), required=False, help=_("Empty: the usual article of this kind.")),
            ),
            listed("worker", _("Whose claim"), rows.workers, required=False, help=_("Empty: of all workers together."), keep=Keep.EFFECT),
            listed("reckoning", _("From a calculation"), rows.reckoned, required=False, keep=Keep.EFFECT, help=_("Its sum and article are taken where you leave them empty.")),
        ),
    ),
    step(
        "drop_claim", _("Take out a claim"), _("A claim was taken out"), BEFORE | RUNNING, by=UNIT, then=rows.drop_claim, ask=(CLAIM_NO, REASON),
    ),
    step(
        "add_evidence", _("Put evidence on the list"), _("The evidence list was brought up to date"), BEFORE | RUNNING, by=UNIT | {Role.AGENT},
        check=rows.evidence_fits, then=rows.add_evidence,
        ask=handed(
            line("evidence", _("Which evidence"), help=_("Of a witness: name and address.")), line("proves", _("What it proves")),
            pick("held", _("Who has it"), Holder.choices), number("pages", _("How many pages"), required=False),
        ),
    ),
    step(
        "choose_representative", _("Record a representative"), _("The workers chose who speaks for them"), BEFORE | RUNNING, by=UNIT,
        guard=rows.many, check=act_dated, then=rows.choose_representative,
        ask=(listed("worker", _("Who was chosen"), rows.workers, keep=Keep.EFFECT), day("day", _("Day"), keep=Keep.EVENT)),
    ),
    step(
        "set_known", _("Record when it was known"), _("The day from which the time limit counts was recorded"), BEFORE, by=UNIT | {Role.AGENT, Role.WORKER},
        check=r.known_sensible, ask=facts(day("known_on", _("On which day did you know of it?")), flag("employed", _("I still work there")), day("ended", _("Last day there"), required=False)),
    ),
    LIMIT.step(BEFORE, by=UNIT | {Role.AGENT, Role.WORKER}),
    step(
        "write", _("Write the application"), _("The application for arbitration was written"), S.PREPARING, by=UNIT, letter="application",
        guard=(rows.has_claims, course.has_worker), check=course.place_known, then=(course.take_up, course.choose_venue),
        ask=facts(
            words("particulars", _("The worker, as the application says it"), limit=300, help=_("Sex, age, job, address and phone (LDMAL 28).")),
            words("reasons", _("Facts and reasons"), limit=2000), line("work_place", _("Where the work was done"), required=False, help=_("County and street: this place decides which commission has it (LDMAL 21).")),
            line("seat", _("Seat of the employer"), required=False), line("principal", _("Who represents the employer by law, and as what"), required=False, limit=100),
            line("commission", _("Arbitration commission"), required=False, help=_("Empty: the one of the place of work.")),
        ),
    ),
    step("draft_evidence", _("Draft the evidence list"), _("The evidence list was drafted"), BEFORE | RUNNING, by=UNIT, guard=rows.has_evidence, letter="evidence_list"),
    step(
        "draft_power", _("Draft the power of attorney"), _("A power of attorney was drafted"), BEFORE | RUNNING | TO_COURT, by=UNIT, guard=course.has_worker, letter="power",
        ask=facts(line("agent", _("Agent: name, unit and phone")), pick("scope", _("What the agent may do"), Scope.choices)),
    ),
    step(
        "draft_representatives", _("Draft the list of representatives"), _("The list of representatives was drafted"), BEFORE | RUNNING, by=UNIT,
        guard=(rows.many, rows.has_representatives), letter="representatives",
    ),
    step(
        "lodge", _("It was filed"), _("The application was filed"), S.PREPARING, S.FILED, by=UNIT | {Role.WORKER}, main=True, tells="lodged",
        guard=(rows.has_claims, course.written), check=r.not_ahead("filed_on"), ask=facts(day("filed_on", _("Filed on"))),
    ),
)  # fmt: skip

DECIDING = (
    step(
        "accept", _("The commission accepted it"), _("The commission accepted the application"), {S.FILED, S.REFUSED}, S.ACCEPTED, by=UNIT, main=True,
        check=(r.not_ahead("accepted_on"), r.in_order("filed_on", "accepted_on")), then=course.accepted, tells="accepted",
        ask=facts(day("accepted_on", _("Day of acceptance")), line("commission_no", _("Number of the commission"), required=False, limit=64)),
    ),
    step(
        "refuse", _("The commission refused it"), _("The commission did not accept the application"), S.FILED, S.REFUSED, by=UNIT, tells="not_accepted",
        check=(r.not_ahead("refused_on"), r.in_order("filed_on", "refused_on")), then=course.grounded(Ground.REFUSED),
        ask=(pick("refusal", _("Its reason"), REFUSALS, keep=Keep.EVENT), *RECEIVED, RESULT),
    ),
    step(
        "silent", _("No decision in time"), _("The commission did not decide in time"), S.FILED, S.REFUSED, by=UNIT, guard=course.silence_over,
        then=course.grounded(Ground.SILENT), tells="not_accepted",
    ),
    step(
        "file_again", _("Prepare it anew"), _("The application is prepared anew"), S.REFUSED, S.PREPARING, by=UNIT, then=course.start_again,
        ask=words("note", _("What changes: another commission, other papers")),
    ),
    step(
        "served", _("Served on the employer"), _("The application was served on the employer"), RUNNING, by=UNIT,
        check=(r.not_ahead("served_on"), r.in_order("accepted_on", "served_on")), ask=facts(day("served_on", _("Served on"))),
    ),
    step(
        "answered", _("The employer answered"), _("The employer answered the commission"), RUNNING, by=UNIT,
        check=(r.not_ahead("answered_on"), r.in_order("accepted_on", "answered_on")), ask=facts(day("answered_on", _("Answered on"))),
    ),
    step(
        "forwarded", _("The answer reached us"), _("The employer's answer reached the worker"), RUNNING, by=UNIT, ask=words("answer", _("What the paper says"), public=False),
    ),
    step(
        "tribunal", _("The tribunal was named"), _("The tribunal was named"), RUNNING, by=UNIT,
        ask=(pick("arbitrators", _("Who decides"), (("one", _("One arbitrator")), ("three", _("Three arbitrators"))), keep=Keep.EVENT), line("names", _("Their names"), required=False)),
    ),
    step(
        "ask_recusal", _("Ask an arbitrator to step down"), _("The worker asked an arbitrator to step down"), RUNNING, by=UNIT, then=course.asks("recusal"),
        ask=(pick("bias", _("Ground for it"), RECUSALS, keep=Keep.EVENT), REASON),
    ),
    step(
        "recusal_decided", _("Decided on stepping down"), _("The commission decided whether the arbitrator steps down"), RUNNING, by=UNIT,
        guard=course.was_asked("recusal"), ask=facts(pick("recusal", _("Decision"), DECISIONS)),
    ),
    *_hearings(),
    step(
        "ask_postponement", _("Ask for another day"), _("The worker asked for another day for the hearing"), S.HEARING, by=UNIT, letter="postponement",
        guard=(course.has_worker, course.postpone_in_time), then=course.asks("postponement"), ask=facts(words("postpone_reason", _("Reason"), limit=1000)),
    ),
    step(
        "postponement_decided", _("Decided on another day"), _("The commission decided on another day"), S.HEARING, by=UNIT,
        guard=course.was_asked("postponement"), ask=facts(pick("postponement", _("Decision"), DECISIONS)),
    ),
    step(
        "ask_advance", _("Ask for advance enforcement"), _("The worker asked for enforcement before the award"), RUNNING, by=UNIT, letter="advance",
        guard=(course.has_worker, course.advance_possible), check=course.advance_needed, then=course.asks("advance"),
        ask=(flag("clear", _("Rights and duties are clear"), keep=Keep.EVENT), flag("hardship", _("Without it the worker could hardly live"), keep=Keep.EVENT), *facts(money("advance_fen", _("Amount to be enforced in advance")), words("advance_reason", _("Reason"), limit=1000))),
    ),
    step(
        "advance_decided", _("Decided on advance enforcement"), _("The tribunal decided on advance enforcement"), RUNNING, by=UNIT, tells="progress",
        guard=course.was_asked("advance"), ask=facts(pick("advance", _("Decision"), DECISIONS)),
    ),
    step(
        "partial_award", _("A partial award"), _("The tribunal decided a part"), RUNNING, by=UNIT, then=rows.keep_partial, tells="progress",
        check=(r.not_ahead("partial_on"), r.in_order("accepted_on", "partial_on")),
        ask=(CLAIM_NO, flag("yes", _("Allowed"), keep=Keep.EVENT), *handed(money("fen", _("Amount awarded, in yuan"), required=False)), *facts(day("partial_on", _("Received on")))),
    ),
    step(
        "partial_left", _("The partial award stands"), _("Nobody sues on the partial award"), RUNNING | {S.AWARDED}, by=UNIT,
        guard=course.partial_waits,
    ),
    step("mediate", _("The tribunal mediates"), _("The tribunal mediated"), RUNNING, by=UNIT, ask=words("offer", _("Offer made"), public=False)),
    step(
        "mediated", _("A mediation statement was signed for"), _("Both sides signed for the tribunal's mediation statement"), RUNNING | {S.OVERDUE}, S.EFFECTIVE, by=UNIT,
        check=course.due_ahead, then=(course.titled(Title.MEDIATION), course.note_sum), tells="effective", ask=(*SUM, *PERFORM, RESULT),
    ),
    step(
        "settled", _("Settled between both sides"), _("Both sides settled and the application was withdrawn"), BEFORE - {S.PREPARING} | RUNNING | {S.OVERDUE}, S.CLOSED, by=UNIT,
        then=(course.ends(Outcome.SETTLED, PartyStatus.SOLVED), course.note_sum), tells="closed", ask=(*SUM, RESULT),
        confirm=_("A settlement between the sides alone cannot be enforced; a statement of the tribunal can. Close it as settled?"),
    ),
    step("prolong", _("The award takes longer"), _("The commission's director approved more time"), RUNNING, by=UNIT, extends="award", ask=REASON, tells="progress"),
    step(
        "award_late", _("No award in time"), _("There was no award in time"), RUNNING, S.OVERDUE, by=UNIT, guard=course.award_overdue, check=course.not_excused,
        then=course.grounded(Ground.LATE), tells="award_late", ask=pick("waits_for", _("What the commission waits for"), WAITS, keep=Keep.EVENT),
    ),
    step(
        "award", _("The award came"), _("The award was received"), RUNNING | {S.OVERDUE}, S.AWARDED, by=UNIT, tells=("final", "not_final"), guard=rows.has_claims,
        check=(r.not_ahead("award_on", "received_on"), r.in_order("accepted_on", "award_on", "received_on"), rows.results_fit, rows.type_known),
        then=(course.accepted, rows.keep_results, course.titled(Title.AWARD)),
        ask=(
            *facts(
                day("award_on", _("Day of the award")), day("received_on", _("Received on")), day("employer_received_on", _("Received by the employer on"), required=False),
                pick("declared", _("Does the award say whether it is final?"), Declared.choices),
                money("minimum_wage", _("Monthly minimum wage of the place, in yuan"), required=False, help=_("Only where the platform has no value on record and the award says nothing of itself.")),
            ),
            *handed(words("results", _("Result of each claim"), limit=4000, help=_("One a line, number and amount: 1 16800. Without money: 2 支持, or 2 驳回."))),
            RESULT,
        ),
    ),
)  # fmt: skip

AFTER = (
    step(
        "stands", _("The award stands"), _("The award is to be kept"), S.AWARDED, S.EFFECTIVE, by=UNIT, guard=course.award_stands, then=course.titled(Title.AWARD),
        tells="effective", ask=PERFORM, main=True,
    ),
    step("draft_complaint", _("Draft the complaint to the court"), _("A complaint to the court was drafted"), TO_COURT, by=UNIT, guard=course.has_worker, letter="complaint",
         ask=facts(line("court", _("Court")))),
    step(
        "sue", _("The worker sued"), _("The worker went to court"), TO_COURT, S.FIRST, by=UNIT, check=(r.not_ahead("sued_on"), course.sued_in_time), then=course.note_suit, tells="progress",
        ask=(day("sued_on", _("Sued on"), keep=Keep.EVENT), *COURT),
    ),
    step("employer_sues", _("The employer sued"), _("The employer went to court"), S.AWARDED, S.FIRST, by=UNIT, guard=course.not_final, then=course.grounded(Ground.EMPLOYER), ask=COURT, tells="progress"),
    step(
        "challenge", _("The employer asks to set it aside"), _("The employer asked the intermediate court to set the award aside"), {S.AWARDED, S.EFFECTIVE}, S.CHALLENGED, by=UNIT,
        guard=course.is_final, ask=COURT, tells="challenged",
    ),
    step("challenge_rejected", _("It is not set aside"), _("The award was not set aside"), S.CHALLENGED, S.EFFECTIVE, by=UNIT, ask=(*PERFORM, RESULT), tells="effective", main=True),
    step(
        "award_set_aside", _("It is set aside"), _("The award was set aside"), S.CHALLENGED, S.VOID, by=UNIT, check=r.not_ahead("refused_on"),
        then=course.grounded(Ground.SET_ASIDE), tells="void", ask=(*RECEIVED, RESULT),
    ),
    step("court_mediated", _("Mediated by the court"), _("Both sides agreed before the court"), {S.FIRST, S.APPEAL}, S.EFFECTIVE, by=UNIT, check=course.due_ahead,
         then=(course.titled(Title.COURT_MEDIATION), course.note_sum), ask=(*SUM, *PERFORM, RESULT), tells="effective"),
    step("suit_ended", _("The suit was withdrawn or dismissed"), _("The suit ended without judgment"), S.FIRST, choose(S.EFFECTIVE, S.CLOSED, pick=course.after_suit), by=UNIT,
         then=course.suit_ended, ask=RESULT, tells="progress"),
    step("judged", _("A judgment came"), _("The court of first instance decided"), S.FIRST, S.JUDGED, by=UNIT, check=r.not_ahead("judged_on"), then=(course.titled(Title.JUDGMENT), course.note_sum), tells="judged", main=True,
         ask=(*facts(day("judged_on", _("Received on"))), *SUM, *PERFORM, RESULT)),
    step("judgment_stands", _("Nobody appealed"), _("The judgment is to be kept"), S.JUDGED, S.EFFECTIVE, by=UNIT, guard=course.judgment_stands, tells="effective"),
    step("appealed", _("Somebody appealed"), _("There was an appeal"), S.JUDGED, S.APPEAL, by=UNIT, tells="progress", ask=(pick("appellant", _("Which side"), SIDES, keep=Keep.EVENT), *COURT)),
    step("final_judgment", _("The final judgment came"), _("The court of second instance decided"), S.APPEAL, S.EFFECTIVE, by=UNIT, then=(course.titled(Title.JUDGMENT), course.note_sum), tells="effective", main=True,
         check=r.not_ahead("judged_on"), ask=(*facts(day("judged_on", _("Received on"))), *SUM, *PERFORM, RESULT)),
    step("received", _("Money came"), _("Money for the workers came"), {S.EFFECTIVE, S.ENFORCING, S.CHALLENGED}, by=UNIT, check=course.some_money, then=course.money_came, ask=FEN, tells="progress"),
    step("kept", _("It was kept"), _("It was kept"), {S.EFFECTIVE, S.ENFORCING}, S.CLOSED, by=Role.WORKER, guard=alone, then=course.ends(Outcome.KEPT, PartyStatus.SOLVED), tells="closed"),
    step("kept_proved", _("Kept, with proof"), _("It was kept; the proof is on file"), {S.EFFECTIVE, S.ENFORCING}, S.CLOSED, by=UNIT, then=(course.money_came, course.ends(Outcome.KEPT, PartyStatus.SOLVED)),
         tells="closed", ask=(*FEN, words("note", _("Which proof; who asked the worker"))), main=True),
    step("draft_enforcement", _("Draft the application for enforcement"), _("An application for enforcement was drafted"), S.EFFECTIVE, by=UNIT, guard=(course.has_worker, course.perform_over), letter="enforcement",
         ask=facts(line("court", _("Court")))),
    step("enforce", _("Enforcement was asked for"), _("The court was asked to enforce it"), S.EFFECTIVE, S.ENFORCING, by=UNIT, guard=course.perform_over, ask=COURT, tells="enforcing"),
    step("enforced", _("The court enforced it"), _("The court enforced it"), S.ENFORCING, S.CLOSED, by=UNIT, then=(course.money_came, course.ends(Outcome.ENFORCED, PartyStatus.SOLVED)), ask=(*FEN, RESULT), tells="closed", main=True),
    step("not_enforced", _("The court refuses to enforce it"), _("The court refused to enforce it"), S.ENFORCING, S.VOID, by=UNIT, check=r.not_ahead("refused_on"),
         then=course.grounded(Ground.UNENFORCED), ask=(*RECEIVED, RESULT), tells="void"),
    step("draft_closing", _("Write the closing note"), _("A note with the ways and dates that are left was written"), ADVISED, by=UNIT, letter="closing", ask=facts(ADVICE)),
    step(
        "conclude", _("Close it"), _("The worker was told the ways and dates that are left"), ADVISED, S.CLOSED, by=UNIT, guard=course.advised, then=course.concluded, tells="closed",
        ask=facts(pick("closing_code", _("How it ended"), [c for c in Outcome.choices if c[0] != "withdrawn"])),
        confirm=_("Clocks of the court go on after closing, and nobody watches them here any more. Close it?"),
    ),
)  # fmt: skip

TRANSITIONS = (
    *PREPARING, *DECIDING, *AFTER,
    taking_over(OPEN),
    *withdrawing(OPEN, S.CLOSED, ends=course.ends(Outcome.WITHDRAWN, PartyStatus.WITHDRAWN), leaves=course.leave),
    *supervising(OPEN),
    supplementing(OPEN),
    noting(frozenset(S), by=UNIT | {Role.SUPERVISOR}),
)  # fmt: skip

ARBITRATION = Service(
    key="arbitration", title=_("Arbitration and court"), facts=Arbitration, states=S, state_titles=STATES, initial=S.PREPARING,
    final=frozenset({S.CLOSED}), intake=INTAKE, transitions=TRANSITIONS, clocks=CLOCKS, counts=COUNTS, sums=SUMS,
    durations=DURATIONS, rates=RATES, messages=MESSAGES, letters=LETTERS, panels=PANELS, rules=r.RULES,
    personal=(
        "claim", "employer_name", "words", "note", "reply", "order", "reason", "remark", "particulars", "reasons", "postpone_reason", "advance_reason", "work_place",
        "seat", "principal", "agent", "said", "evidence", "proves", "names", "answer", "offer", "result", "results", "advice", "proof",
        "place", "link", "minutes_text",
    ),
    keep=Years(years=15, basis="(?)", verified=False),
    basis=_("LDMAL, articles 6, 7, 21, 22, 24 and 27 to 53; interpretation (I) on labour disputes 3, 10, 12 and 16 to 25; Trade Union Law 22. Limits of the courts are (?) until verified."),
)  # fmt: skip
