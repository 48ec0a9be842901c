"""Unpaid wages: from a team's claim over demand, plan, authority and money to the workers' word (domain: item 15).

Money is right to the fen (books.py), who must pay stands in the law (chain.py), and the time limit of the workers'
right is watched from the first day (dossier.py). Closed means the workers say so.
"""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.documents.models import Service as Served
from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.callback import CallBack, reset_round
from zhijia.kernel.service.declare import Intake, Keep, Service, Years
from zhijia.kernel.service.habits import (
    REASON,
    REMARK,
    UNIT,
    extending,
    federation,
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
from zhijia.kernel.service.limiting import DAY, PROOF, act_dated
from zhijia.kernel.service.terms import (
    choose,
    clock,
    day,
    facts,
    flag,
    handed,
    line,
    money,
    number,
    pick,
    step,
    words,
)  # fmt: skip

from . import books, dossier, payments, workers
from . import rules as r
from .figures import COUNTS, DURATIONS, RATES, SUMS
from .letters import LETTERS
from .messages import MESSAGES
from .models import (
    Category,
    ContractorKind,
    EvidenceKind,
    EvidenceState,
    Holder,
    Outcome,
    Track,
    WageArrears,
    Way,
)
from .panels import PANELS


class S(StrEnum):
    """Where a claim stands."""

    FILED, ACCEPTED, LISTED, DEMANDED, UNANSWERED, PAYING, AUTHORITY, RECOVERED, PARTLY, REFERRED, CHECK, REOPENED, CLOSED = (
        "filed", "accepted", "listed", "demanded", "unanswered", "paying", "authority", "recovered", "partly",
        "referred", "check", "reopened", "closed",
    )  # fmt: skip


STATES = {
    S.FILED: _("Received"),
    S.ACCEPTED: _("Accepted, workers being verified"),
    S.LISTED: _("Workers verified"),
    S.DEMANDED: _("Payment demanded"),
    S.UNANSWERED: _("Not answered or refused"),
    S.PAYING: _("Being paid"),
    S.AUTHORITY: _("With an authority or court"),
    S.RECOVERED: _("All paid, to be called back"),
    S.PARTLY: _("Result given, to be called back"),
    S.REFERRED: _("Referred, to be called back"),
    S.CHECK: _("Quality check"),
    S.REOPENED: _("Re-opened one level up"),
    S.CLOSED: _("Closed"),
}
OPEN = frozenset(S) - {S.CLOSED}
WORK = frozenset({S.ACCEPTED, S.LISTED, S.DEMANDED, S.UNANSWERED, S.PAYING, S.AUTHORITY})
READY = WORK - {S.ACCEPTED}
"""The workers are verified."""
AWAITING = frozenset({S.RECOVERED, S.PARTLY, S.REFERRED})
DESK = frozenset({Role.AGENT, Role.OFFICER, Role.UNIT_HEAD, Role.CALLBACK_AGENT, Role.QUALITY_CHECKER, Role.SUPERVISOR})

BACK = CallBack(
    rules="wage_arrears", awaiting=AWAITING, due=frozenset({"all_paid", "conclude", "refer"}), check=S.CHECK,
    reopened=S.REOPENED, closed=S.CLOSED, codes=tuple(Outcome.choices), solved=Outcome.RECOVERED,
    handling=("accept", "refer", "verify", "serve_demand", "agree_plan", "record_payment", "conclude", "take_over"),
    on_reopen=(r.forget_answer,),
)  # fmt: skip

GROUNDS = (
    ("no_labour", _("It is no claim for work: goods, loans or project money")),
    ("other_place", _("The work was done in another district")),
    ("in_procedure", _("Arbitration, court or inspection already has it")),
    ("public", _("Another body decides it by law")),
)
ANSWERS = (
    ("silent", _("No answer in time")),
    ("refused", _("Payment refused")),
    ("amount", _("The amount is disputed")),
    ("not_debtor", _("Says that somebody else must pay")),
)
DECISIONS = (
    ("ordered", _("Ordered to pay")),
    ("settled", _("Settled before the authority")),
    ("rejected", _("Rejected, or out of its scope")),
)
WISHES = (("named", _("may be named to whoever must pay")), ("mediation", _("wants mediation")))

LINE_NO = handed(number("line", _("Number in the list of workers")))
FEN = handed(money("fen", _("Amount in yuan")))
ONE_LINE = handed(
    line("name", _("Worker's name")), line("phone", _("Phone")), line("id_number", _("Identity-card number"), required=False),
    line("job", _("Job"), required=False, limit=50), day("begins", _("Worked from"), required=False),
    day("ends", _("Worked until"), required=False), number("days", _("Days worked"), required=False),
    money("day_wage", _("Day wage in yuan"), required=False),
    money("claimed", _("Amount owed in yuan"), required=False, help=_("Empty: days times day wage.")),
    line("bank_card", _("Bank card number"), required=False),
)  # fmt: skip

INTAKE = Intake(
    asks=facts(
        words("story", _("What happened?"), limit=20_000, help=_("Who hired you, for what work, and who promised what.")),
        pick("category", _("Where the work was done"), Category.choices),
        line("employer_name", _("Who owes it: firm or team leader")),
        line("project", _("Project or site"), required=False),
        money("amount", _("How much is owed, in yuan"), help=_("For all workers together; an estimate will do.")),
        number("people", _("How many workers are concerned?"), required=False),
        day("owed_from", _("Owed from")), day("owed_until", _("Owed until")),
        flag("employed", _("I still work there")),
        day("ended", _("Last day there"), required=False, help=_("A time limit counts from it; if you are not sure, write the earlier day.")),
        words("wish", _("What do you want?"), required=False, limit=2000),
    ),
    by=frozenset({Role.WORKER, Role.AGENT, Role.OFFICER, Role.PARTNER, Role.SYSTEM}),
    category="category", searched=("story", "wish", "employer_name", "project"), title=opening("story"), unit=federation,
    done=_("You told us about it"), check=(r.people_sensible, r.amount_given, r.owed_in_order, r.end_sensible),
    then=(r.begin, books.open_books, workers.list_applicant), tells=("received", "new_for_unit"),
)  # fmt: skip

TRANSITIONS = (
    step(
        "accept", _("Accept it"), _("The union accepted it"), {S.FILED, S.REOPENED}, S.ACCEPTED, by=UNIT, then=take,
        main=True, tells="accepted", ask=words("note", _("What happens next, as the workers will read it"), required=False),
    ),
    step(
        "refer", _("Refer to another body"), _("Referred to the body that decides this"), {S.FILED, S.REOPENED}, S.REFERRED,
        by=UNIT, then=reset_round, settles=("urge", "supervise"), tells="referred",
        ask=(pick("ground", _("Ground"), GROUNDS, keep=Keep.EVENT), line("law", _("Source (law and article)")), line("body", _("Which body decides this")), words("way", _("Address, phone and what to bring"))),
    ),
    step(
        "list_workers", _("Take in a list of workers"), _("Workers were listed"), WORK, by=UNIT | {Role.AGENT, Role.WORKER},
        guard=workers.leads_team, check=workers.lines_given, then=workers.list_lines, inner=True,
    ),
    step(
        "add_worker", _("Add a worker"), _("A worker was added to the list"), WORK, by=UNIT | {Role.AGENT, Role.WORKER},
        guard=workers.leads_team, check=workers.line_fits, then=workers.list_one, ask=ONE_LINE,
    ),
    step(
        "verify", _("Workers are verified"), _("The list of workers was verified"), S.ACCEPTED, S.LISTED, by=UNIT,
        guard=workers.all_verified, then=workers.verify_all, main=True, tells="listed", ask=REMARK,
        confirm=_("Every amount that is not to be settled counts as verified. Go on?"),
    ),
    step(
        "correct_worker", _("Correct an amount"), _("A claimed amount was corrected"), WORK, by=UNIT,
        check=(workers.line_known, workers.not_below_paid), then=(workers.correct, books.settled), ask=(*LINE_NO, *FEN, REASON),
    ),
    step(
        "settle_worker", _("Settle an amount"), _("An amount was settled"), WORK, by=UNIT,
        check=(workers.line_known, workers.not_below_paid), then=(workers.settle, books.settled), ask=(*LINE_NO, *FEN, REASON),
    ),
    step(
        "dispute_worker", _("Mark an amount as disputed"), _("An amount is disputed and must be settled"), WORK, by=UNIT,
        check=workers.line_known, then=workers.dispute, ask=(*LINE_NO, REASON),
    ),
    step(
        "strike_worker", _("Take a worker off the list"), _("A worker was taken off the list"), WORK, by=UNIT,
        check=workers.line_known, then=(workers.strike, books.settled), ask=(*LINE_NO, REASON),
        confirm=_("Only who was listed by mistake is taken off. Go on?"),
    ),
    step(
        "note_wishes", _("Note workers' wishes"), _("Workers' wishes were noted"), WORK, by=UNIT | {Role.AGENT},
        check=workers.lines_named, then=workers.mark_wishes,
        ask=(pick("asked_for", _("These workers"), WISHES, keep=Keep.EVENT), *handed(line("lines", _("Numbers in the list of workers")))),
    ),
    step(
        "agree_named", _("I may be named"), _("A worker agreed to be named to whoever must pay"), WORK, by=Role.WORKER,
        guard=workers.mine_open, then=workers.agree_named,
        confirm=_("Whoever must pay will then see your name and amount in the list. Without it the union demands in its own name. Agree?"),
    ),
    step(
        "ask_mediation", _("I want mediation"), _("A worker asked for mediation"), WORK, by=Role.WORKER,
        guard=workers.mine_open, then=workers.want_mediation,
    ),
    step(
        "set_contractor", _("Record a contractor"), _("The chain of contractors was recorded"), WORK | {S.FILED}, by=UNIT,
        check=dossier.link_fits, then=dossier.set_link, public=False,
        ask=handed(
            number("place", _("Place in the chain"), help=_("1 is the top; a place that is taken is corrected.")),
            pick("contractor", _("What it is"), ContractorKind.choices), line("name", _("Name of the firm or person")),
            line("uscc", _("Credit code"), required=False), flag("individual", _("It is a person, not a firm")),
            flag("unlicensed", _("Has no lawful business, qualification or dispatch licence")),
            flag("lent", _("Let others work under its name")), flag("transferred", _("Passed the whole project on")),
            flag("unlawful", _("The project breaks planning or construction law")), flag("hired", _("Hired these workers")),
            money("unsettled", _("Project money it has not settled, in yuan"), required=False),
        ),
    ),
    step(
        "drop_contractor", _("Take out a contractor"), _("The chain of contractors was corrected"), WORK | {S.FILED},
        by=UNIT, check=dossier.link_known, then=dossier.drop_link, public=False,
        ask=handed(number("place", _("Place in the chain"))),
    ),
    step(
        "record_evidence", _("Record evidence"), _("The list of evidence was brought up to date"), WORK | {S.FILED},
        by=UNIT | {Role.AGENT}, check=dossier.evidence_fits, then=dossier.set_evidence,
        ask=handed(
            number("no", _("Number, to correct a line"), required=False), pick("evidence", _("What it is"), EvidenceKind.choices),
            pick("held", _("Who has it"), Holder.choices), pick("standing", _("How it stands"), EvidenceState.choices),
            line("said", _("Note"), required=False), line("file", _("Name of the file on this case"), required=False),
        ),
    ),
    dossier.LIMIT.step(OPEN, by=UNIT | {Role.AGENT, Role.WORKER}),
    step(
        "end_employment", _("Employment has ended"), _("The last day of employment was recorded"), OPEN,
        by=UNIT | {Role.AGENT, Role.WORKER}, check=r.end_has_come, then=r.employment_over, ask=facts(day("ended", _("Last day there"))),
    ),
    step(
        "draft_demand", _("Draft the demand"), _("A letter demanding payment was drafted"), READY | {S.DEMANDED}, by=UNIT,
        guard=r.has_workers, letter="demand",
    ),
    step(
        "draft_named", _("Draft the demand, with names"), _("A letter demanding payment for named workers was drafted"),
        READY | {S.DEMANDED}, by=UNIT, guard=workers.somebody_named, letter="demand_named",
    ),
    step(
        "serve_demand", _("The demand is served"), _("Payment was demanded in writing"), {S.LISTED, S.UNANSWERED}, S.DEMANDED,
        by=UNIT | {Role.SYSTEM}, guard=r.has_workers, check=act_dated, then=dossier.act_demand, main=True, tells="demanded",
        ask=(pick("served", _("How it was served"), Served.choices, keep=Keep.EVENT), DAY, *PROOF),
    ),
    step(
        "record_answer", _("No payment"), _("Payment was not agreed"), S.DEMANDED, S.UNANSWERED, by=UNIT,
        check=r.answer_due, tells="unanswered", ask=(*facts(pick("answer", _("What the payer says"), ANSWERS)), REMARK),
    ),
    step(
        "agree_plan", _("A plan was agreed"), _("Payment by instalments was agreed"), READY, S.PAYING, by=UNIT,
        guard=r.has_workers, check=(payments.plan_fits, act_dated), then=(payments.keep_plan, dossier.act_promise),
        tells="plan",
        ask=(DAY, flag("signed", _("It is in writing and signed"), keep=Keep.EVENT), *handed(words("instalments", _("Instalments"), help=_("One a line, day and amount: 2026-12-20 30000."), limit=2000))),
    ),
    step(
        "record_payment", _("Record a payment"), _("Money came in"), WORK | {S.PARTLY}, S.PAYING, by=UNIT, guard=r.has_workers,
        check=(payments.payment_fits, payments.shares_fit), then=(payments.pay, dossier.act_part, books.settled), tells="paid",
        ask=(
            *FEN, DAY, pick("paid_how", _("How it was paid"), Way.choices, keep=Keep.EVENT), *handed(line("payer", _("Who paid"))), *PROOF,
            *handed(words("shares", _("To whom"), required=False, limit=20_000, help=_("One worker a line, number and amount: 3 1200.50. Empty: to all, in proportion to what they are still owed."))),
        ),
    ),
    step(
        "bounce_payment", _("A payment bounced"), _("Money that had come in was taken back"), WORK | {S.RECOVERED, S.PARTLY, S.REOPENED},
        S.PAYING, by=UNIT, check=payments.payment_known, then=(payments.bounce, dossier.doubt_part), tells="bounced",
        ask=(number("payment", _("Number in the list of payments"), keep=Keep.EVENT), REASON),
        confirm=_("Every share of it is taken back. Go on?"),
    ),
    step(
        "all_paid", _("All is paid"), _("All wages of this claim are paid"), books.PAYABLE, S.RECOVERED, by=Role.SYSTEM,
        then=reset_round, settles=("urge", "supervise", "extension"), tells="all_paid", inner=True,
    ),
    step(
        "go_authority", _("Take it to an authority"), _("An authority or court has it too"), READY, S.AUTHORITY, by=UNIT,
        guard=r.has_workers, check=act_dated, then=dossier.act_authority, tells="authority",
        ask=(*facts(pick("track", _("Which"), Track.choices), line("track_no", _("Their number"), required=False, limit=64)), DAY),
    ),
    step(
        "record_decision", _("Record the decision"), _("The authority decided"), S.AUTHORITY,
        choose(S.PAYING, S.UNANSWERED, pick=r.after_decision), by=UNIT, main=True, tells="decided",
        ask=(pick("decision", _("Decision"), DECISIONS, keep=Keep.EVENT), words("note", _("What was decided"))),
    ),
    step(
        "supervise_payer", _("Issue a supervision letter"), _("The union supervises the payer by letter"), READY, by=UNIT,
        guard=r.has_workers, then=dossier.begin_supervision, spawns="supervision",
        ask=words("finding", _("What was found; name no worker"), limit=2000, public=False),
    ),
    step(
        "open_mediation", _("Open mediation"), _("Mediation was opened for those who want it"), READY, by=UNIT,
        guard=dossier.mediation_wanted, then=dossier.begin_mediation, spawns="disputes",
        ask=words("claim", _("What is claimed, for the mediator"), limit=2000),
    ),
    step(
        "progress", _("Tell the workers how it goes"), _("News from the unit"), WORK, by=UNIT,
        ask=words("note", _("News")), tells="progress",
    ),
    step(
        "conclude", _("Give the result"), _("The unit gave its result"), WORK, choose(S.PARTLY, S.RECOVERED, pick=r.how_it_stands),
        by=UNIT, then=reset_round, settles=("urge", "supervise", "extension"), tells="concluded",
        ask=words("result", _("What was recovered, what is missing, and what the workers can still do")),
    ),
    taking_over(WORK),
    *extending("result", WORK, decides=Role.SUPERVISOR),
    *suspending("result", WORK),
    *BACK.steps(),
    *withdrawing(OPEN, S.CLOSED, ends=workers.take_all_back, leaves=(workers.take_back, books.settled)),
    *urging(OPEN - AWAITING - {S.CHECK}, unit_has=OPEN - AWAITING - {S.CHECK}, gap="wage_arrears.urge_gap_hours"),
    *supervising(OPEN),
    supplementing(OPEN),
    noting(frozenset(S), by=DESK),
)  # fmt: skip

_NEWS = frozenset(
    {"record_answer", "agree_plan", "record_payment", "bounce_payment", "go_authority", "record_decision", "progress"}
)
_ACTS = frozenset(
    {"end_employment", "record_act", "serve_demand", "agree_plan", "record_payment", "bounce_payment", "go_authority"}
)
CLOCKS = (
    clock(
        "accept", _("Acceptance"), "wage_arrears.accept", starts={"file", "report_unsolved", "send_back"},
        stops={"accept", "refer"}, late=Role.SUPERVISOR, again=True,
    ),
    clock("verify", _("Workers verified"), "wage_arrears.verify", starts="accept", stops="verify", late=Role.SUPERVISOR, again=True),
    clock(
        "demand", _("Demand served"), "wage_arrears.demand", starts="verify",
        stops={"serve_demand", "agree_plan", "record_payment", "go_authority"}, late=Role.SUPERVISOR, again=True,
    ),
    clock(
        "answer", _("Payer's answer"), "wage_arrears.answer", starts="serve_demand", late=Role.UNIT_HEAD, again=True,
        stops={"record_answer", "agree_plan", "record_payment", "go_authority"},
    ),
    clock(
        "instalment", _("Next instalment"), "wage_arrears.instalment_grace", starts={"agree_plan", "record_payment", "bounce_payment"},
        stops={"record_payment", "all_paid", "conclude"}, since=payments.next_due, late=Role.UNIT_HEAD, again=True,
    ),
    clock("progress", _("News for the workers"), "wage_arrears.progress", starts=_NEWS, stops=_NEWS | {"all_paid", "conclude"}, late=Role.SUPERVISOR, again=True),
    clock(
        "result", _("Result"), "wage_arrears.result", starts="accept", stops={"all_paid", "conclude"}, late=Role.LEADER, again=True,
        extension="wage_arrears.extension", extensions=1,
    ),
    clock(
        "authority", _("Decision of the authority"), r.track_rule, starts="go_authority", stops={"record_decision", "all_paid", "conclude"},
        late=Role.UNIT_HEAD, again=True, leads=False,
    ),
    dossier.LIMIT.clock(starts=_ACTS | {"file"}, stops="all_paid"),
    *BACK.clocks(),
    clock(
        "urge_reply", _("Answer to the urge"), "wage_arrears.urge_reply", starts="urge", late=Role.UNIT_HEAD, again=True,
        stops={"reply_urge", "conclude", "all_paid", "refer"},
    ),
    clock(
        "supervise_reply", _("Answer to the supervision"), "wage_arrears.supervise_reply", starts="supervise", late=Role.LEADER,
        again=True, stops={"reply_supervision", "conclude", "all_paid", "refer"},
    ),
)  # fmt: skip

WAGE_ARREARS = Service(
    key="wage_arrears", title=_("Unpaid wages"), facts=WageArrears, states=S, state_titles=STATES, initial=S.FILED,
    final=frozenset({S.CLOSED}), intake=INTAKE, transitions=TRANSITIONS, clocks=CLOCKS, counts=(*COUNTS, *BACK.counts()),
    sums=SUMS, durations=DURATIONS, rates=(*RATES, *BACK.rates()), messages=MESSAGES, letters=LETTERS, panels=PANELS, rules=(*r.RULES, *BACK.defaults()),
    personal=(
        "story", "wish", "employer_name", "project", "name", "phone", "id_number", "bank_card", "remark", "words", "note",
        "reply", "result", "reason", "order", "way", "finding", "claim", "body", "law", "proof", "payer", "shares", "instalments", "said",
    ),
    keep=Years(years=15, basis="(?)", verified=False),
    basis=_("Regulations on Ensuring Wage Payments to Migrant Workers, articles 10, 16 to 20, 29 to 31, 36, 37, 50 and 51; LDMAL 9, 14 to 16 and 27; Labour Contract Law 30, 85; Trade Union Law 23. Day counts without a statute are defaults of the platform, to be set by the operator."),
)  # fmt: skip
