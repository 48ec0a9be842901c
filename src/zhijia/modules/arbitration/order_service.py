"""The payment order (支付令, domain 3.3): a sum that is due and clear, on a mediation agreement or for pay, from the basic
court in days; an objection ends it, and then arbitration or a suit goes on."""

# ruff: noqa: E501 (one step, one line)

from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text
from zhijia.kernel.cases.models import PartyStatus
from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Clock, Duration, Intake, Panel, Rate, Service, Years
from zhijia.kernel.service.habits import (
    REASON,
    UNIT,
    federation,
    noting,
    opening,
    supervising,
    supplementing,
    taking_over,
    withdrawing,
)  # fmt: skip
from zhijia.kernel.service.terms import (
    Some,
    choose,
    clock,
    count,
    day,
    facts,
    flag,
    handed,
    line,
    money,
    money_sum,
    number,
    pick,
    step,
    words,
)  # fmt: skip

from . import course
from . import order_rules as r
from .messages import ORDER_MESSAGES
from .models import Matter
from .order_letters import LETTERS
from .order_models import OrderOutcome, PaymentOrder
from .order_ways import ways
from .rules import in_order, known_sensible, midnight, not_ahead, people_sensible


class P(StrEnum):
    """Where a payment order stands."""

    PREPARING, APPLIED, REFUSED, ACCEPTED, ISSUED, OBJECTED, DUE, ENFORCING, CLOSED = (
        "preparing", "applied", "refused", "accepted", "issued", "objected", "due", "enforcing", "closed",
    )  # fmt: skip


STATES = {
    P.PREPARING: _("Application being prepared"),
    P.APPLIED: _("Applied for at the court"),
    P.REFUSED: _("No order, another way is open"),
    P.ACCEPTED: _("Accepted by the court"),
    P.ISSUED: _("Order issued"),
    P.OBJECTED: _("Employer objected"),
    P.DUE: _("Neither paid nor objected"),
    P.ENFORCING: _("Being enforced"),
    P.CLOSED: _("Closed"),
}
OPEN = frozenset(P) - {P.CLOSED}
PAYING = frozenset({P.APPLIED, P.ACCEPTED, P.ISSUED, P.OBJECTED, P.DUE, P.ENFORCING})
FALLEN = frozenset({P.REFUSED, P.OBJECTED})
"""There is no order; something else goes on."""
FEN = handed(money("fen", _("Amount in yuan")))
COURT = facts(line("court", _("Court")))
COURT_NO = facts(line("court_no", _("Its number, where known"), required=False, limit=64))
RESULT = words("result", _("What the paper says"))

INTAKE = Intake(
    asks=facts(
        words("claim", _("What is owed, and why"), limit=20_000),
        pick("category", _("What it is about"), Matter.choices),
        line("employer_name", _("Employer")),
        money("amount", _("Amount owed, in yuan")),
        number("people", _("How many workers are concerned?"), required=False),
        day("known_on", _("On which day did you know of it?"), required=False),
        flag("agreement", _("There is a mediation agreement that was not kept")),
        day("agreement_on", _("Day of the agreement"), required=False),
        day("due_on", _("When it was to be paid"), required=False),
    ),
    by=frozenset({Role.WORKER, Role.AGENT, Role.OFFICER, Role.UNIT_HEAD, Role.SYSTEM}), category="category",
    searched=("claim", "employer_name"), title=opening("claim"), unit=federation, done=_("You asked for help with a payment order"),
    check=(people_sensible, known_sensible, r.amount_given), then=(course.mark_people,), tells=("received", "new_for_unit"),
)  # fmt: skip

TRANSITIONS = (
    step(
        "write", _("Write the application"), _("The application for a payment order was written"), P.PREPARING, by=UNIT, letter="application",
        guard=course.has_worker, check=(r.payable, r.is_due), then=course.take_up,
        ask=facts(
            words("particulars", _("The worker, as the application says it"), limit=300, help=_("Sex, age, address and phone.")),
            words("reasons", _("Facts and reasons"), limit=2000), line("seat", _("Seat of the employer"), required=False), line("principal", _("Who represents the employer by law, and as what"), required=False, limit=100),
            line("court", _("Basic court of the employer's seat")), words("proofs", _("Evidence"), limit=2000),
            flag("agreement", _("There is a mediation agreement that was not kept")), day("agreement_on", _("Day of the agreement"), required=False),
            day("due_on", _("When it was to be paid"), required=False),
        ),
    ),
    step("apply", _("It was handed in"), _("The payment order was applied for"), P.PREPARING, P.APPLIED, by=UNIT | {Role.WORKER}, main=True, tells="applied",
         guard=r.written, check=not_ahead("applied_on"), ask=facts(day("applied_on", _("Applied for on")))),
    step("accept", _("The court takes it"), _("The court accepted the application"), P.APPLIED, P.ACCEPTED, by=UNIT, main=True, tells="progress",
         check=(not_ahead("accepted_on"), in_order("applied_on", "accepted_on")), ask=(*facts(day("accepted_on", _("Day of acceptance"))), *COURT_NO)),
    step("refuse", _("The court does not take it"), _("The court did not accept the application"), P.APPLIED, P.REFUSED, by=UNIT, tells="fallen", ask=RESULT),
    step("reject", _("The court rejects it"), _("The court rejected the application"), P.ACCEPTED, P.REFUSED, by=UNIT, tells="fallen", ask=RESULT),
    step("issue", _("The order was issued"), _("The court issued the payment order"), P.ACCEPTED, P.ISSUED, by=UNIT, main=True, tells="issued",
         check=(not_ahead("issued_on"), in_order("accepted_on", "issued_on")), ask=facts(day("issued_on", _("Issued on")))),
    step("serve", _("The employer has the order"), _("The order was served on the employer"), P.ISSUED, by=UNIT, main=True,
         check=(not_ahead("served_on"), in_order("issued_on", "served_on")), ask=facts(day("served_on", _("Served on")))),
    step("unserved", _("It cannot be served"), _("The order could not be served and fell"), P.ISSUED, P.REFUSED, by=UNIT, tells="fallen", ask=REASON),
    step("pay", _("Money came"), _("Money for the workers came"), PAYING, choose(P.CLOSED, pick=r.paid_in_full), by=UNIT,
         check=(course.some_money, r.not_more), then=(course.money_came, r.note_paid), ask=FEN, tells="progress"),
    step("object", _("The employer objected"), _("The employer objected, and the order fell"), P.ISSUED, P.OBJECTED, by=UNIT, tells="fallen",
         check=(not_ahead("objected_on"), in_order("issued_on", "objected_on"), r.objection_in_time), ask=(*facts(day("objected_on", _("Objected on"))), RESULT)),
    step("unfounded", _("The court rejects the objection"), _("The objection was not upheld"), P.OBJECTED, P.DUE, by=UNIT, tells="due", ask=RESULT),
    step("unpaid", _("Neither paid nor objected"), _("The employer neither paid nor objected in time"), P.ISSUED, P.DUE, by=UNIT, guard=r.debtor_over, tells="due", main=True),
    step("draft_enforcement", _("Draft the application for enforcement"), _("An application for enforcement was drafted"), P.DUE, by=UNIT, guard=course.has_worker, letter="enforcement"),
    step("enforce", _("Enforcement was asked for"), _("The court was asked to enforce it"), P.DUE, P.ENFORCING, by=UNIT, main=True, tells="progress"),
    step("go_arbitration", _("Go on with arbitration"), _("It goes on before the arbitration commission"), FALLEN, P.CLOSED, by=UNIT, guard=r.by_arbitration,
         then=(r.begin_arbitration, r.goes_on(OrderOutcome.ARBITRATION)), spawns="arbitration", tells="closed", main=True),
    step("go_suit", _("Go on with a suit"), _("It goes on with a suit on the agreement"), FALLEN, P.CLOSED, by=UNIT, guard=r.by_suit, then=r.goes_on(OrderOutcome.SUIT), tells="closed",
         ask=words("way", _("Which court, by when, with which papers"))),
    step("draft_closing", _("Write the closing note"), _("A note with the ways and dates that are left was written"), FALLEN | {P.DUE, P.ENFORCING}, by=UNIT, letter="closing",
         ask=facts(words("advice", _("What the worker can do now, by when and where")))),
    step("conclude", _("Close it"), _("The worker was told the ways and dates that are left"), FALLEN | {P.DUE, P.ENFORCING}, P.CLOSED, by=UNIT, guard=course.advised, then=r.concluded, tells="closed",
         ask=facts(pick("closing_code", _("How it ended"), [c for c in OrderOutcome.choices if c[0] in ("partly", "open", "left")]))),
    taking_over(OPEN),
    *withdrawing(OPEN, P.CLOSED, ends=course.ends(OrderOutcome.WITHDRAWN, PartyStatus.WITHDRAWN), leaves=course.leave),
    *supervising(OPEN),
    supplementing(OPEN),
    noting(frozenset(P), by=UNIT | {Role.SUPERVISOR}),
)  # fmt: skip


def _limit(key: str, title: Text, *, starts: Some, stops: Some, on: str = "", **more: Any) -> Clock:
    """A limit of this service under the rule of its own name, counted from a day of the facts or from now."""

    def since(c: r.C) -> Any:
        """The day that was recorded; now where none was."""
        return midnight(getattr(c.facts, on)) or c.now

    said = {"since": since if on else None, "late": Role.UNIT_HEAD, "again": True} | more
    return clock(key, title, f"payment_order.{key}", starts=starts, stops=stops, **said)


_NEXT = frozenset({"go_arbitration", "go_suit", "conclude"})
CLOCKS = (
    _limit("prepare", _("Application handed in"), starts="file", stops="apply", late=Role.SUPERVISOR),
    _limit("accept", _("Court says whether it takes it"), starts="apply", stops={"accept", "refuse"}, on="applied_on"),
    _limit("issue", _("Order issued"), starts="accept", stops={"issue", "reject"}, on="accepted_on"),
    _limit("serve", _("Order served"), starts="issue", stops={"serve", "unserved", "object", "unpaid"}, on="issued_on"),
    _limit("debtor", _("Employer pays or objects"), starts="serve", stops={"object", "unpaid", "unserved"}, on="served_on"),
    _limit("next_step", _("Worker told how it goes on"), starts={"refuse", "reject", "unserved", "object", "unpaid", "unfounded"}, stops=_NEXT | {"enforce", "unfounded"}, late=Role.SUPERVISOR),
    _limit("enforce_within", _("Enforcement can be asked for"), starts={"unpaid", "unfounded"}, stops=_NEXT | {"enforce"}, leads=False),
    _limit("enforcement", _("Enforcement by the court"), starts="enforce", stops=_NEXT),
    _limit("supervise_reply", _("Answer to the supervision"), starts="supervise", stops={"reply_supervision", "conclude"}, late=Role.LEADER),
)  # fmt: skip


def ways_now(c: r.C) -> dict[str, Any] | None:
    """What the worker can do now."""
    found = ways(c)
    return {"ways": found, "free": False, "advice": c.facts.advice} if found else None


def stands(c: r.C) -> dict[str, Any] | None:
    """The sum, the days, and on what the order rests."""
    f = c.facts
    days = (
        (_("Day of the agreement"), f.agreement_on), (_("When it was to be paid"), f.due_on), (_("Applied for on"), f.applied_on),
        (_("Day of acceptance"), f.accepted_on), (_("Issued on"), f.issued_on), (_("Served on the employer on"), f.served_on), (_("Objected on"), f.objected_on),
    )  # fmt: skip
    return {
        "days": [(title, found) for title, found in days if found], "agreement": f.agreement, "amount": f.amount, "recovered": f.recovered,
        "owed": max(0, f.amount - f.recovered), "court": f.court, "court_no": f.court_no,
    }  # fmt: skip


PAYMENT_ORDER = Service(
    key="payment_order", title=_("Payment order"), facts=PaymentOrder, states=P, state_titles=STATES, initial=P.PREPARING,
    final=frozenset({P.CLOSED}), intake=INTAKE, transitions=TRANSITIONS, clocks=CLOCKS,
    counts=(
        count("begun", _("Cases begun"), "file"), count("applied", _("Applied for"), "apply"), count("issued", _("Orders issued"), "issue"),
        count("objections", _("Objections of employers"), "object"), count("enforced", _("Enforcement asked for"), "enforce"),
        count("onward", _("On to arbitration or a suit"), {"go_arbitration", "go_suit"}),
    ),
    sums=(
        money_sum("money_claimed", _("Money claimed, in yuan"), "apply", of=r.claimed),
        money_sum("money_received", _("Money received, in yuan"), "pay", of=course.recovered),
    ),
    durations=(Duration(key="hours_to_order", title=_("Hours until the order"), on=frozenset({"issue"})),),
    rates=(
        Rate(key="issued", title=_("Orders issued"), part="issued", whole="applied", says=_("orders issued ÷ applications")),
        Rate(key="objected", title=_("Orders that fell by objection"), part="objections", whole="issued", says=_("objections ÷ orders issued")),
    ),
    messages=ORDER_MESSAGES, letters=LETTERS, rules=r.RULES,
    panels=(
        Panel(key="ways", title=_("Ways that are open"), template="arbitration/ways.html", show=ways_now, worker=True),
        Panel(key="stands", title=_("Payment order"), template="arbitration/order.html", show=stands, worker=True),
    ),
    personal=("claim", "employer_name", "words", "note", "reply", "order", "reason", "remark", "particulars", "reasons", "seat", "principal", "proofs", "result", "way", "advice"),
    keep=Years(years=15, basis="(?)", verified=False),
    basis=_("LDMAL 16; Labour Contract Law 30; Civil Procedure Law 225 to 228; interpretation (I) on labour disputes 13 and 51."),
)  # fmt: skip
