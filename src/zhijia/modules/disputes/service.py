"""Labour disputes at the union (domain 3.3): a talk with the employer or mediation, the agreement, its signing,
confirmation and performance, or the way to arbitration and court."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.cases.models import PartyStatus
from zhijia.kernel.documents.models import Service as Served
from zhijia.kernel.people.actors import Role
from zhijia.kernel.service import rota, sittings
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
from zhijia.kernel.service.limiting import DAY, PROOF, act_dated
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

from . import agreement as a
from . import mediators as m
from . import money as cash
from . import people as p
from . import rules as r
from . import talks as t
from .clocks import CLOCKS
from .figures import COUNTS, DURATIONS, RATES, SUMS
from .letters import LETTERS
from .messages import MESSAGES
from .models import AskedBy, Confirmation, Dispute, Form, Matter, Outcome, PaidHow, RecusalGround, Say, Way
from .panels import PANELS
from .states import IN_FORCE, LISTING, OPEN, PAYING, STATES, S

WORKER_TOO = UNIT | {Role.AGENT, Role.WORKER}
WAYS_LEFT = words(
    "ways",
    _("What the worker can do now, by when and where"),
    help=_("The page lists the ways and their articles; say which you advise, and why."),
)
WILLING = flag("willing", _("The employer agrees"), keep=Keep.EVENT)
SERVED = pick("served", _("How it was served"), Served.choices, keep=Keep.EVENT)
LINES = handed(line("lines", _("Numbers in the list of workers")))
FOR_OTHERS = words("claim", _("What is claimed, for whoever decides next"), limit=4000)
TERMS = (
    *facts(words("terms", _("What was agreed"), limit=2000), money("agreed", _("Amount agreed, in yuan"), required=False), day("due", _("To be kept by"), required=False)),
    *handed(
        words("instalments", _("Instalments"), required=False, limit=2000, help=_("One a line, day and amount: 2026-12-20 30000. Empty: all on the day above.")),
        words("shares", _("To whom"), required=False, limit=20_000, help=_("One worker a line, number and amount: 3 1200.50. Empty: as the workbook says, else in proportion to the claims.")),
    ),
)  # fmt: skip
WORKER = handed(
    line("name", _("Worker's name")), line("phone", _("Phone")), line("job", _("Job"), required=False, limit=50),
    money("claimed", _("Amount claimed, in yuan"), required=False),
)  # fmt: skip

INTAKE = Intake(
    asks=facts(
        words("claim", _("What is claimed, and why"), limit=20_000),
        pick("category", _("What it is about"), Matter.choices),
        line("employer_name", _("Employer")),
        money("amount", _("Amount claimed, in yuan"), required=False),
        number("people", _("How many workers are concerned?"), required=False),
        pick("first", _("What to try first"), Way.choices, required=False, help=_("Either way the employer learns that you asked. Nothing is done before you agree.")),
        day("hurt_on", _("On which day did you know of it?"), required=False, help=_("One year counts from it; if you are not sure, write the earlier day.")),
        flag("employed", _("I still work there")),
        day("ended", _("Last day there"), required=False),
        flag("oral", _("Applied for orally and written down here")),
    ),
    by=frozenset({Role.WORKER, Role.AGENT, Role.OFFICER, Role.SYSTEM}), category="category",
    searched=("claim", "employer_name"), title=opening("claim"), unit=federation, done=_("You brought a dispute to the union"),
    check=(r.people_sensible, r.days_have_come), then=(r.begin, p.list_parties), tells=("received", "new_for_unit"),
)  # fmt: skip

BEGINNING = (
    step("request_talk", _("Ask the employer to talk"), _("The employer was asked to talk"), S.APPLIED, S.CONSULTING, by=UNIT, guard=t.wants_talk, check=t.worker_agrees, letter="talk_request", tells="talk_asked",
         ask=(words("demand", _("What is asked of the employer, as the letter says it"), limit=1000, help=_("Name no worker who does not want it.")), flag("consent", _("The worker agrees that the employer learns of it"), keep=Keep.EVENT))),
    step("talk_served", _("The request reached the employer"), _("The request reached the employer"), S.CONSULTING, by=UNIT | {Role.SYSTEM}, check=act_dated, then=t.act_request, ask=(SERVED, DAY, *PROOF)),
    step("talk_willing", _("The employer will talk"), _("The employer will talk"), S.CONSULTING, by=UNIT, main=True, ask=words("note", _("What was said, and when both sides meet"))),
    step("talk_agree", _("A settlement is on the table"), _("The talks brought a settlement, to be signed"), {S.CONSULTING, S.SIGNING}, S.SIGNING, by=UNIT, letter="settlement", tells="on_the_table",
         guard=(a.on_the_table(Form.SETTLEMENT), p.all_listed), check=(a.plan_fits, a.shares_fit), then=a.keep_as(Form.SETTLEMENT), ask=TERMS),
    step("talk_over", _("The talks bring nothing"), _("The talks ended without settlement"), S.CONSULTING, S.FAILED, by=UNIT, check=t.silence_over, then=r.ends(Outcome.TALKS), tells="talk_over",
         ask=(pick("answer", _("How they ended"), t.ANSWERS, keep=Keep.EVENT), words("note", _("How the talks went"), required=False))),
    step("apply", _("Apply for mediation"), _("Mediation was applied for"), {S.CONSULTING, S.FAILED, S.BROKEN}, S.APPLIED, by=WORKER_TOO, guard=t.may_apply, then=t.apply, tells=("received", "new_for_unit"),
         ask=facts(flag("oral", _("Applied for orally and written down here")))),
    step("write_down", _("Write the application down"), _("The application was written down"), S.APPLIED, by=UNIT | {Role.AGENT}, guard=t.not_recorded, then=t.note_record, letter="application"),
    step("accept", _("Accept it"), _("The mediation was accepted"), S.APPLIED, S.MEDIATING, by=UNIT, guard=t.has_applied, check=t.both_willing, then=(m.put_mediator, t.act_accepted), main=True,
         ask=(WILLING, rota.seat("mediator", _("Mediator"), m.ROSTER)), tells=("accepted", "no_mediator"), letter="acceptance"),
    step("refuse", _("Do not accept it"), _("The mediation was not accepted"), S.APPLIED, S.FAILED, by=UNIT, then=r.ends(Outcome.REFUSED), tells="failed", letter="refusal",
         ask=(pick("ground", _("Kind of ground"), t.GROUNDS, keep=Keep.EVENT), REASON)),
)  # fmt: skip

GROUND = pick("ground", _("Kind of ground"), RecusalGround.choices, keep=Keep.EVENT)
ASKED = pick("asked_by", _("Who asked for it"), AskedBy.choices, keep=Keep.EVENT)
WHY = handed(words("reason", _("Reason"), limit=1000))
MEDIATOR = (
    step("recuse", _("Another mediator"), _("The mediator was replaced"), {S.MEDIATING, S.SIGNING}, by=UNIT, guard=m.has_mediator, then=m.recuse, tells=("mediator", "no_mediator"), ask=(GROUND, ASKED, *WHY)),
    step("object", _("I want another mediator"), _("A worker asked for another mediator"), {S.MEDIATING, S.SIGNING}, by=Role.WORKER, guard=m.has_mediator, then=m.recuse, tells=("mediator", "no_mediator"), ask=(GROUND, *WHY)),
    step("rule_out", _("Rule a mediator out"), _("Somebody was ruled out as mediator"), {S.APPLIED, S.CONSULTING, S.MEDIATING}, by=UNIT, guard=rota.staffed(m.ROSTER), then=m.rule_out, public=False,
         ask=(listed("member", _("Who must not have it"), m.members), GROUND, ASKED, *WHY)),
    step("appoint", _("Name the mediator"), _("A mediator was named"), {S.MEDIATING, S.SIGNING}, by=Role.UNIT_HEAD, guard=rota.staffed(m.ROSTER), then=m.appoint, settles=m.TASK, tells="mediator",
         ask=listed("mediator", _("Mediator"), m.members)),
    replace(taking_over(OPEN - {S.APPLIED}), guard=(m.takes,)),
)  # fmt: skip


def _sittings() -> tuple[Transition, ...]:
    """Meetings stand in the unit's calendar; each has its notice and its minutes."""
    letters = {"sit": "session", "sit_moved": "session", "sit_held": "minutes"}
    made = sittings.steps({S.CONSULTING, S.MEDIATING}, by=UNIT, kind="mediation", tells="session")
    return tuple(replace(each, letter=letters.get(each.key, "")) for each in made)


MEDIATION = (
    *_sittings(),
    step("propose", _("Propose a solution"), _("The mediator made a proposal"), S.MEDIATING, by=UNIT, ask=words("proposal", _("Proposal, and the law it rests on"))),
    step("prolong", _("More time, both agree"), _("Both sides want more time"), S.MEDIATING, by=UNIT, check=t.both_longer, extends="mediation", ask=WILLING),
    step("agree", _("An agreement is on the table"), _("Both sides agreed; it is to be signed"), {S.MEDIATING, S.SIGNING}, S.SIGNING, by=UNIT, letter="agreement", tells="on_the_table",
         guard=(a.on_the_table(Form.MEDIATION), p.all_listed), check=(a.plan_fits, a.shares_fit), then=a.keep_as(Form.MEDIATION), ask=TERMS),
    step("fail", _("No agreement"), _("Mediation ended without agreement"), {S.MEDIATING, S.SIGNING}, S.FAILED, by=UNIT, then=(a.take_off, r.ends(Outcome.FAILED)), tells="failed", letter="failure", ask=REASON),
    step("stop", _("I go to arbitration"), _("The worker chose arbitration"), LISTING, S.FAILED, by=Role.WORKER, guard=alone, then=(a.take_off, r.ends(Outcome.FAILED)), tells="failed",
         confirm=_("The mediation ends; you lose nothing by it. Go on?")),
)  # fmt: skip

SIGNING = (
    step("say_yes", _("I agree"), _("A worker agreed"), S.SIGNING, by=Role.WORKER, guard=p.mine, then=p.say(Say.AGREED), confirm=_("You agree to what is written there. It binds once both sides have signed. Agree?")),
    step("say_no", _("I do not agree"), _("A worker did not agree"), S.SIGNING, by=Role.WORKER, guard=p.mine, then=p.say(Say.REFUSED), confirm=_("The agreement then does not bind you, and you may go on alone. Sure?")),
    step("record_say", _("Record what workers said"), _("What workers said was recorded"), S.SIGNING, by=UNIT, check=p.lines_named, then=p.record_say, ask=(*LINES, pick("said", _("They say"), Say.choices, keep=Keep.EVENT))),
    step("draft_list", _("Draft the list of who agrees"), _("The list of who agrees was drafted"), {S.SIGNING, *IN_FORCE}, by=UNIT, guard=p.all_have_said, letter="agreement_list"),
    step("signed", _("It is signed"), _("The agreement was signed and is in force"), S.SIGNING, choose(S.AGREED, S.SETTLED, pick=a.state_signed), by=UNIT, main=True, guard=p.all_have_said, check=(act_dated, a.signed_by_all), then=a.put_in_force, tells="agreed",
         ask=(DAY, flag("by_worker", _("The workers signed"), keep=Keep.EVENT), flag("by_employer", _("The employer signed or sealed"), keep=Keep.EVENT), flag("by_mediator", _("The mediator signed"), keep=Keep.EVENT), flag("sealed", _("The seal is on it"), keep=Keep.EVENT))),
    step("unsigned", _("Somebody does not sign"), _("The agreement was not signed"), S.SIGNING, choose(S.MEDIATING, S.CONSULTING, pick=a.state_unsigned), by=UNIT, then=a.take_off, ask=REASON),
)  # fmt: skip

PERFORMANCE = (
    step("ask_court", _("Apply to the court together"), _("Both sides applied to the court for confirmation"), S.AGREED, by=UNIT, guard=a.in_time_for("court"), then=a.note_ask(Confirmation.COURT), letter="court", ask=facts(line("confirm_body", _("Which court")))),
    step("ask_arbitral", _("Apply to the commission together"), _("Both sides applied to the commission for confirmation"), S.AGREED, by=UNIT, guard=a.in_time_for("arbitral"), then=a.note_ask(Confirmation.ARBITRATION), letter="arbitral", ask=facts(line("confirm_body", _("Which commission")))),
    step("confirm", _("Agreement is confirmed"), _("The agreement got the force of a judgement"), S.AGREED, by=UNIT, guard=a.confirmation_asked, check=act_dated, then=a.confirm, tells="confirmed", ask=(DAY, *facts(line("confirm_no", _("Number of the decision"), limit=64)))),
    step("confirm_refused", _("It is not confirmed"), _("The agreement was not confirmed; it binds as before"), S.AGREED, by=UNIT, guard=a.confirmation_asked, then=a.confirmation_refused, ask=REASON),
    step("waive", _("Nobody wants it confirmed"), _("Both sides do without confirmation"), S.AGREED, by=UNIT, guard=a.not_asked, ask=words("note", _("Who said so; that they know what confirmation is for"))),
    step("record_payment", _("Record a payment"), _("Money came in"), PAYING, by=UNIT, guard=cash.has_due, check=cash.payment_fits, then=(cash.pay, cash.all_came), tells="paid", main=True,
         ask=(*handed(money("fen", _("Amount in yuan"))), DAY, pick("paid_how", _("How it was paid"), PaidHow.choices, keep=Keep.EVENT), *PROOF)),
    step("bounce_payment", _("A payment bounced"), _("Money that had come in was taken back"), PAYING, by=UNIT, check=cash.payment_known, then=cash.bounce, tells="bounced",
         ask=(number("payment", _("Number in the list of payments"), keep=Keep.EVENT), REASON), confirm=_("Every share of it is taken back. Go on?")),
    step("all_paid", _("All is paid"), _("All that was agreed is paid"), PAYING, by=Role.SYSTEM, tells="all_paid", inner=True),
    step("kept", _("The agreement was kept"), _("The agreement was kept"), PAYING, choose(S.CLOSED, pick=p.after_word), by=Role.WORKER, main=True, guard=p.not_said, then=p.confirm_mine, tells="closed"),
    step("kept_proved", _("Kept, with proof"), _("The agreement was kept; the proof is on file"), PAYING, S.CLOSED, by=Role.UNIT_HEAD, then=r.ends(Outcome.KEPT, PartyStatus.SOLVED), tells="closed", ask=words("note", _("Which proof; who asked the worker"))),
    step("not_kept", _("The agreement was not kept"), _("The agreement was not kept"), IN_FORCE, S.BROKEN, by=UNIT | {Role.WORKER}, guard=a.is_over, then=a.note_breach, tells=("broken", "broken_head")),
)  # fmt: skip

AFTER = (
    step("draft_demand", _("Demand that it is kept"), _("A letter demanding performance was drafted"), S.BROKEN, by=UNIT, letter="demand", main=True),
    step("demand_served", _("The demand is served"), _("Performance was demanded in writing"), S.BROKEN, by=UNIT | {Role.SYSTEM}, check=act_dated, then=a.act_demand, ask=(SERVED, DAY, *PROOF)),
    step("go_arbitration", _("Go on to arbitration"), _("The matter went on to arbitration"), {S.FAILED, S.BROKEN}, S.CLOSED, by=UNIT, then=a.to_arbitration, spawns="arbitration", ask=FOR_OTHERS, tells="closed"),
    step("go_order", _("Apply for a payment order"), _("The agreement was taken to the court for a payment order"), S.BROKEN, S.CLOSED, by=UNIT, guard=a.can_order, then=a.to_order, spawns="payment_order", ask=FOR_OTHERS, tells="closed"),
    step("part_ways", _("Arbitration for those who did not agree"), _("Those who did not agree went on to arbitration"), IN_FORCE, by=UNIT, guard=p.somebody_refused, then=a.refusers_to_arbitration, spawns="arbitration", ask=FOR_OTHERS),
    step("advise", _("Advise and close"), _("The worker was told the ways that are left"), {S.FAILED, S.BROKEN}, S.CLOSED, by=UNIT, tells="closed", ask=WAYS_LEFT),
)  # fmt: skip

TOGETHER = (
    step("list_workers", _("Take in a list of workers"), _("Workers were listed"), LISTING, by=UNIT | {Role.AGENT}, check=p.lines_given, then=p.list_lines, inner=True),
    step("add_worker", _("Add a worker"), _("A worker was added to the list"), LISTING, by=UNIT | {Role.AGENT}, check=p.line_fits, then=p.list_one, ask=WORKER),
    step("set_claim", _("Correct a claim"), _("A claim was corrected"), LISTING, by=UNIT, check=(p.lines_named, p.line_fits), then=p.set_claim, ask=(*LINES, *handed(money("claimed", _("Amount claimed, in yuan"))))),
    step("choose_representatives", _("Record the representatives"), _("The workers chose who speaks for them"), LISTING, by=UNIT, guard=p.enough_for_representatives, check=(p.lines_named, p.three_to_five), then=p.choose_representatives, ask=LINES),
    step("set_start", _("Record from when the time limit counts"), _("The day from which the time limit counts was recorded"), OPEN, by=WORKER_TOO, check=(r.days_have_come, r.day_given), then=r.employment_over,
         ask=facts(day("hurt_on", _("On which day did you know of it?"), required=False), day("ended", _("Last day there"), required=False))),
    r.LIMIT.step(OPEN, by=WORKER_TOO),
    *withdrawing(OPEN, S.CLOSED, ends=p.take_all_back, leaves=p.leave),
    *supervising(OPEN),
    supplementing(OPEN),
    noting(frozenset(S), by=UNIT | {Role.SUPERVISOR}),
)  # fmt: skip

DISPUTES = Service(
    key="disputes", title=_("Mediation of disputes"), facts=Dispute, states=S, state_titles=STATES, initial=S.APPLIED,
    final=frozenset({S.CLOSED}), intake=INTAKE,
    transitions=(*BEGINNING, *MEDIATOR, *MEDIATION, *SIGNING, *PERFORMANCE, *AFTER, *TOGETHER), clocks=CLOCKS,
    counts=COUNTS, sums=SUMS, durations=DURATIONS, rates=RATES, messages=MESSAGES, letters=LETTERS, panels=PANELS, rules=r.RULES,
    personal=(
        "claim", "employer_name", "words", "note", "reply", "order", "reason", "remark", "place", "link", "proposal", "terms", "ways",
        "demand", "minutes_text", "name", "phone", "proof", "lines", "shares", "instalments",
    ),
    keep=Years(years=15, basis="(?)", verified=False),
    basis=_("LDMAL, articles 4, 5, 7, 9 to 16 and 27; interpretation (I) on labour disputes 13, 51 and 52; rules on negotiation and mediation in enterprises (2012) and Civil Procedure Law 205, whose day counts are (?) until verified."),
)  # fmt: skip
