"""Values and conditions of a payment order. The court has five days to say whether it takes it and fifteen to issue it,
the employer fifteen to pay or object (Civil Procedure Law 225 to 228)."""

# ruff: noqa: E501 (one rule, one line)

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.base.money import yuan
from zhijia.kernel.cases.models import PartyStatus
from zhijia.kernel.rules.bounds import Bound
from zhijia.kernel.rules.values import RuleDefault, Unit
from zhijia.kernel.service.context import Ctx
from zhijia.kernel.service.declare import Effect

from .models import Matter
from .order_models import OrderOutcome, PaymentOrder
from .rules import SHARED, midnight, passed, today

C = Ctx[PaymentOrder]

_OURS = "default of the platform (?)"
_CPL = "民事诉讼法"
RULES = (
    RuleDefault("payment_order.prepare", 5, Unit.WORKDAYS, _OURS, verified=False, note="write the application and hand it in"),
    RuleDefault("payment_order.accept", 5, Unit.DAYS, f"{_CPL} 226", bound=Bound(f"{_CPL} 226", at_most=5)),
    RuleDefault("payment_order.issue", 15, Unit.DAYS, f"{_CPL} 227", note="from acceptance", bound=Bound(f"{_CPL} 227", at_most=15)),
    RuleDefault("payment_order.serve", 30, Unit.DAYS, "民诉法解释 (?)", verified=False, note="an order that cannot be served falls"),
    RuleDefault("payment_order.debtor", 15, Unit.DAYS, f"{_CPL} 227", note="from receipt of the order", bound=Bound(f"{_CPL} 227", at_most=15)),
    RuleDefault("payment_order.next_step", 5, Unit.WORKDAYS, _OURS, verified=False, note="tell the worker how it goes on"),
    RuleDefault("payment_order.enforce_within", 2, Unit.YEARS, "民事诉讼法 250 (?)", verified=False),
    RuleDefault("payment_order.enforcement", 6, Unit.MONTHS, "民事诉讼法 237 (?)", verified=False, note="then the court above can be asked"),
    RuleDefault("payment_order.supervise_reply", 2, Unit.WORKDAYS, _OURS, verified=False),
    *SHARED,
)  # fmt: skip
PAY = frozenset({Matter.WAGES, Matter.OVERTIME})
"""What can be asked for without an agreement: pay that is owed (Labour Contract Law 30 II)."""


def amount_given(c: C) -> Verdict:
    """A payment order is for a certain sum."""
    return yes() if c.data["amount"] else no("amount", _("Write the sum; a payment order needs a certain one."))


def payable(c: C) -> Verdict:
    """Pay can be asked for by itself; injury cost, severance and damages on an agreement that was not kept."""
    if c.data["agreement"] or c.facts.category in PAY:
        return yes()
    return no(
        "agreement",
        _(
            "Without a mediation agreement a payment order is possible for pay only (LDMAL 16; Labour Contract Law 30). Go to arbitration instead."
        ),
    )


def is_due(c: C) -> Verdict:
    """What is asked for was to be paid already."""
    given = c.data.get("due_on")
    return (
        no("due_on", _("The day by which it was to be paid is not over yet.")) if given and given >= today(c) else yes()
    )


def written(c: C) -> Verdict:
    """The application is written."""
    if c.facts.court and c.facts.proofs:
        return yes()
    return no("not_written", _("The application is not written yet."), _("Write it first."))


def debtor_over(c: C) -> Verdict:
    """Neither payment nor objection within fifteen days of receipt (Civil Procedure Law 227 III)."""
    if passed(c, "debtor"):
        return yes()
    return no("too_early", _("The employer still has time to pay or object."), _("Wait until its date has passed."))


def objection_in_time(c: C) -> Verdict:
    """An objection comes within fifteen days of receipt."""
    clock = c.clock("debtor")
    if clock is None:
        return yes()
    due = midnight(c.data["objected_on"])
    if due is not None and due <= clock.due_at:
        return yes()
    return no("objected_on", _("The fifteen days were over then: an objection that is late stops nothing."))


def by_arbitration(c: C) -> Verdict:
    """An order for pay without agreement goes on before the arbitration commission (interpretation I 13 II)."""
    if not c.facts.agreement:
        return yes()
    return no(
        "agreement", _("On the agreement the worker can sue at once; arbitration is not needed (interpretation I 13).")
    )


def by_suit(c: C) -> Verdict:
    """On an agreement the worker sues at once (interpretation I 13 III)."""
    if c.facts.agreement:
        return yes()
    return no("no_agreement", _("Without an agreement arbitration comes before the court (interpretation I 13)."))


def begin_arbitration(c: C) -> None:
    """The same claim, before the commission, for the same workers."""
    c.spawn(
        "arbitration", persons=[party.person_id for party in c.applicants()], claim=c.facts.claim,
        category=c.facts.category, employer_name=c.facts.employer_name, people=c.facts.people,
        amount=str(yuan(max(0, c.facts.amount - c.facts.recovered))),
        **({"known_on": c.facts.known_on.isoformat()} if c.facts.known_on else {}),
    )  # fmt: skip


def goes_on(code: str) -> Effect:
    """An effect: it goes on elsewhere, so nobody's part is solved."""

    def note_way(c: C) -> None:
        """It goes on elsewhere."""
        c.facts.closing_code = code
        c.set_status(None, PartyStatus.UNSOLVED)

    return note_way


def not_more(c: C) -> Verdict:
    """Nobody pays more than is owed."""
    left = c.facts.amount - c.facts.recovered
    return yes() if c.data["fen"] <= left else no("fen", _("Only what is still owed can be recorded."))


def paid_in_full(c: C) -> str:
    """Closed once all is paid, else where it was."""
    return "closed" if c.facts.recovered >= c.facts.amount else str(c.case.state)


def note_paid(c: C) -> None:
    """All was paid: the workers' parts are solved."""
    if c.facts.recovered >= c.facts.amount:
        c.facts.closing_code = OrderOutcome.ENFORCED if c.case.state == "enforcing" else OrderOutcome.PAID
        c.set_status(None, PartyStatus.SOLVED)


def concluded(c: C) -> None:
    """The workers' parts stand as it ended."""
    c.set_status(None, PartyStatus.SOLVED if c.facts.closing_code == OrderOutcome.PAID else PartyStatus.UNSOLVED)


def issued_since(c: C) -> datetime | None:
    """The day of the order."""
    return midnight(c.facts.issued_on)


def claimed(c: C) -> int:
    """Fen that were asked for."""
    return c.facts.amount
