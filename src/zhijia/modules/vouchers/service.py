"""The two processes of vouchers. A cycle: planned, approved by somebody else, published, run, settled. A settlement:
what one outlet is owed for one period, agreed with the merchant, approved by somebody else, paid.

A claim is no case (docs/adr/0010): twenty million a year live in the ledger as entitlements.
"""

from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Intake, Service, Years
from zhijia.kernel.service.habits import REASON, REMARK, UNIT, federation, noting
from zhijia.kernel.service.terms import (
    choose,
    clock,
    count,
    day,
    facts,
    handed,
    line,
    money,
    money_sum,
    number,
    pick,
    step,
)

from . import cycles as c
from . import messages
from . import rules as r
from . import settle as s
from .models import Cycle, Kind, Once, Settlement

HEADS = frozenset({Role.UNIT_HEAD, Role.LEADER})
PLANS = UNIT | {Role.ORGANISER}
"""Who plans and runs a cycle: the unit, and the organiser of the programme. Money is approved by HEADS alone."""
KEEP = Years(years=30, basis="会计档案管理办法 (2015) 附表一 (?)", verified=False)
BASIS = _(
    "Union rules on funds and benefits of each province; 会计档案管理办法 for keeping. The day counts and limits are defaults of the platform, to be set by the operator."
)


class S(StrEnum):
    """Where a cycle stands."""

    DRAFT, SUBMITTED, APPROVED, PUBLISHED, RUNNING, SUSPENDED, ENDED, SETTLED, CANCELLED = (
        "draft", "submitted", "approved", "published", "running", "suspended", "ended", "settled", "cancelled",
    )  # fmt: skip


STATES = {
    S.DRAFT: _("Draft"),
    S.SUBMITTED: _("Waits for approval"),
    S.APPROVED: _("Approved, to be published"),
    S.PUBLISHED: _("Published"),
    S.RUNNING: _("Running"),
    S.SUSPENDED: pgettext_lazy("programme", "Suspended"),
    S.ENDED: _("Over, to be settled"),
    S.SETTLED: _("Settled"),
    S.CANCELLED: _("Cancelled"),
}
LIVE = frozenset({S.PUBLISHED, S.RUNNING})


def last_moment(ctx: c.C) -> datetime:
    """When the cycle's last day is over."""
    return c.moment(ctx.facts.last_day, ctx.facts.use_to)


PROGRAMME = line(
    "programme", _("Programme (its key)"), required=False, limit=40, help=_("Empty: the one that the unit runs.")
)
DAYS = facts(day("first_day", _("First day")), day("last_day", _("Last day")))

CYCLE = Service(
    key="voucher_cycle", title=_("Meals and packs: a cycle"), facts=Cycle, states=S, state_titles=STATES, initial=S.DRAFT,
    final=frozenset({S.SETTLED, S.CANCELLED}),
    intake=Intake(
        asks=(
            *facts(
                line("title", _("Title"), limit=100),
                pick("kind", _("What is given"), Kind.choices),
                *DAYS,
                money("fen", _("Worth of one")),
                pick("once", _("How often one person may have it"), Once.choices, required=False),
            ),
            *handed(PROGRAMME),
        ),
        by=PLANS | {Role.SYSTEM}, category="kind", searched=("title",), title=lambda answers: str(answers["title"]),
        unit=federation, done=_("Drafted"), check=(c.days_sensible, c.worth_sensible, c.programme_known), then=(c.draft,),
    ),
    transitions=(
        step(
            "plan", _("Plan a place"), _("A place was planned"), S.DRAFT, by=PLANS, check=c.place_sensible, then=c.set_place,
            ask=handed(line("region", _("City or county (six digits)"), limit=6), number("per_day", _("How many a day"))), main=True,
        ),
        step(
            "change", _("Change"), _("The draft was changed"), S.DRAFT, by=PLANS, then=c.choose_programme,
            check=(c.days_sensible, c.worth_sensible, c.hours_sensible, c.programme_known),
            ask=(
                *facts(
                    line("title", _("Title"), required=False, limit=100),
                    day("first_day", _("First day"), required=False),
                    day("last_day", _("Last day"), required=False),
                    money("fen", _("Worth of one"), required=False),
                    line("opens", _("Claims open at"), required=False, limit=5),
                    line("closes", _("Claims close at"), required=False, limit=5),
                    line("use_from", _("Handed out from"), required=False, limit=5),
                    line("use_to", _("Handed out until"), required=False, limit=5),
                ),
                *handed(PROGRAMME),
            ),
        ),
        step(
            "submit", _("Submit for approval"), _("Submitted"), S.DRAFT, S.SUBMITTED, by=PLANS, guard=c.complete, then=c.submit,
            tells=("to_approve", "to_approve_above"),
        ),
        step("send_back", pgettext_lazy("programme", "Send it back"), _("Sent back"), S.SUBMITTED, S.DRAFT, by=HEADS, ask=REASON, tells="sent_back"),
        step(
            "approve", _("Approve"), _("Approved, and its money set aside"), S.SUBMITTED, S.APPROVED, by=HEADS, main=True,
            guard=(c.other_person, c.high_enough, c.funded), then=c.set_aside, tells="approved",
            confirm=_("The budget is set aside from the union's funds. Approve it?"),
        ),
        step(
            "publish", _("Publish"), _("Published: people can see it"), S.APPROVED, S.PUBLISHED, by=PLANS, main=True,
            guard=c.still_ahead, then=c.publish, confirm=_("Days, places and numbers are public from now on. Publish it?"),
        ),
        step("start", _("Start"), _("Claims are open"), S.PUBLISHED, S.RUNNING, by=PLANS | {Role.SYSTEM}, guard=c.opened),
        step(
            "resize", _("Change a day's number"), _("A day's number was changed"), LIVE | {S.SUSPENDED}, by=Role.UNIT_HEAD,
            check=c.quota_sensible, then=c.resize,
            ask=handed(line("region", _("City or county (six digits)"), limit=6), day("day", _("Day")), number("per_day", _("How many a day"))),
        ),
        step(
            "suspend", _("Suspend"), pgettext_lazy("programme", "Suspended"), LIVE, S.SUSPENDED, by=HEADS | {Role.ORGANISER}, ask=REASON, then=c.suspend, tells="suspended",
            confirm=_("Nobody can claim or collect until it goes on. Suspend it?"),
        ),
        step(
            "resume", _("Let it go on"), _("It goes on"), S.SUSPENDED, choose(S.PUBLISHED, S.RUNNING, pick=c.where_it_was),
            by=HEADS | {Role.ORGANISER}, then=c.resume, ask=REMARK, main=True,
        ),
        step(
            "cancel", _("Cancel"), _("Cancelled, and its money given back"), {S.DRAFT, S.SUBMITTED, S.APPROVED, *LIVE, S.SUSPENDED},
            S.CANCELLED, by=HEADS, guard=c.nobody_claimed, ask=REASON, then=c.cancel, confirm=_("It cannot be taken up again. Cancel it?"),
        ),
        step(
            "end", _("End it"), _("Over; what nobody claimed was released"), LIVE | {S.SUSPENDED}, S.ENDED, by=HEADS | {Role.SYSTEM},
            guard=c.days_over, then=c.end, tells="over", confirm=_("Nobody can claim any more. End it?"),
        ),
        step(
            "settle", _("Close the books"), _("Settled; what was left was released"), S.ENDED, S.SETTLED, by=HEADS, main=True,
            guard=c.all_settled, then=c.settle,
        ),
        noting(frozenset(S), PLANS | HEADS),
    ),
    clocks=(
        clock("draft", _("Submission"), "vouchers.draft", starts={"file", "send_back"}, stops={"submit", "cancel"}, late=Role.UNIT_HEAD, again=True),
        clock("approve", _("Approval"), "vouchers.approve", starts="submit", stops={"approve", "send_back", "cancel"}, late=Role.LEADER, again=True),
        clock("publish", _("Publication"), "vouchers.publish", starts="approve", stops={"publish", "cancel"}, late=Role.UNIT_HEAD),
        clock("end", _("End"), "vouchers.end", starts="publish", stops={"end", "cancel"}, late=Role.UNIT_HEAD, since=last_moment),
        clock("settle", _("Settlement"), "vouchers.settle", starts="end", stops="settle", late=Role.LEADER),
    ),
    counts=(
        count("filed", _("Drafted"), "file"),
        count("approved", _("Approved"), "approve"),
        count("published", _("Published"), "publish"),
        count("cancelled", _("Cancelled"), "cancel"),
        count("settled", _("Settled"), "settle"),
    ),
    sums=(money_sum("budget", _("Budget approved"), "approve", of=lambda ctx: ctx.facts.budget_fen),),
    messages=messages.CYCLE, rules=(*r.CYCLE, *r.USE), personal=("reason", "remark", "note"), keep=KEEP, basis=BASIS,
)  # fmt: skip


class T(StrEnum):
    """Where a settlement stands."""

    DRAFTED, SENT, DISPUTED, CONFIRMED, APPROVED, PAID, CLOSED = (
        "drafted", "sent", "disputed", "confirmed", "approved", "paid", "closed",
    )  # fmt: skip


SETTLEMENT_STATES = {
    T.DRAFTED: _("Drafted"),
    T.SENT: _("With the merchant"),
    T.DISPUTED: _("Disputed"),
    T.CONFIRMED: _("Confirmed by the merchant"),
    T.APPROVED: _("Approved, to be paid"),
    T.PAID: _("Paid"),
    T.CLOSED: _("Closed"),
}
PERIODS = (("week", _("Week")), ("month", _("Month")), ("other", _("Other days")))
OUTLET = number("outlet", _("Outlet"), required=False)

SETTLEMENT = Service(
    key="voucher_settlement", title=_("Meals and packs: a settlement"), facts=Settlement, states=T,
    state_titles=SETTLEMENT_STATES, initial=T.DRAFTED, final=frozenset({T.CLOSED}),
    intake=Intake(
        asks=(*facts(pick("period", pgettext_lazy("settlement", "Period"), PERIODS), *DAYS), *handed(OUTLET)),
        by=UNIT | {Role.SYSTEM}, category="period", searched=("period",), unit=federation, done=_("Drafted from what was handed out"),
        title=lambda answers: f"{answers['first_day']} – {answers['last_day']}", check=(s.days_in_order, s.outlet_fits), then=(s.draft,),
    ),
    transitions=(
        step(
            "collect", _("Collect again"), _("Collected again"), T.DRAFTED, by=UNIT, check=(s.days_in_order, s.outlet_fits), then=s.collect,
            ask=(*facts(day("first_day", _("First day"), required=False), day("last_day", _("Last day"), required=False)), *handed(OUTLET)),
        ),
        step("send", _("Send to the merchant"), _("Sent to the merchant"), T.DRAFTED, T.SENT, by=UNIT, guard=s.something_owed, main=True),
        step(
            "confirm", _("The merchant confirms"), _("The merchant confirmed it"), T.SENT, T.CONFIRMED, by=UNIT | {Role.SYSTEM}, main=True,
            then=s.confirm, ask=(*handed(number("terminal", _("Terminal"), required=False)), REMARK), tells="agreed",
        ),
        step(
            "dispute", _("The merchant disputes it"), _("The merchant disputed it"), T.SENT, T.DISPUTED, by=UNIT | {Role.SYSTEM}, ask=REASON,
            tells="disputed",
        ),
        step("revise", _("Revise it"), _("Drafted anew"), T.DISPUTED, T.DRAFTED, by=UNIT, then=s.collect, ask=REASON, main=True),
        step(
            "approve", _("Approve"), _("Approved"), T.CONFIRMED, T.APPROVED, by=HEADS, guard=s.other_person, then=s.approve, tells="to_pay",
            main=True,
        ),
        step("refuse", _("Refuse it"), _("Refused: to be drafted anew"), T.CONFIRMED, T.DISPUTED, by=HEADS, ask=REASON, tells="disputed"),
        step(
            "pay", _("Record the payment"), _("Paid"), T.APPROVED, T.PAID, by=UNIT, guard=s.not_approver, then=s.pay, main=True,
            ask=facts(line("payment", _("Number of the payment"), limit=60), day("paid_on", _("Paid on"))),
            confirm=_("The payment is booked and cannot be changed. Record it?"),
        ),
        step("close", _("Close"), _("The merchant has the money"), T.PAID, T.CLOSED, by=UNIT | HEADS, ask=REMARK, main=True),
        step(
            "drop", _("Drop it"), _("Dropped: what was in it can be settled anew"), {T.DRAFTED, T.DISPUTED}, T.CLOSED, by=UNIT, ask=REASON,
            then=s.drop, confirm=_("What it holds goes into the next settlement. Drop it?"),
        ),
        noting(frozenset(T), UNIT | HEADS),
    ),
    clocks=(
        clock("send", _("Sending"), "vouchers.settlement.send", starts={"file", "revise"}, stops={"send", "drop"}, late=Role.UNIT_HEAD, again=True),
        clock("confirm", _("The merchant's answer"), "vouchers.settlement.confirm", starts="send", stops={"confirm", "dispute"}, late=Role.UNIT_HEAD, again=True),
        clock("revise", _("Revision"), "vouchers.settlement.revise", starts={"dispute", "refuse"}, stops={"revise", "drop"}, late=Role.UNIT_HEAD, again=True),
        clock("approve", _("Approval"), "vouchers.settlement.approve", starts="confirm", stops={"approve", "refuse"}, late=Role.LEADER, again=True),
        clock("pay", _("Payment"), "vouchers.settlement.pay", starts="approve", stops="pay", late=Role.LEADER),
        clock("close", _("Closing"), "vouchers.settlement.close", starts="pay", stops="close", late=Role.UNIT_HEAD),
    ),
    counts=(
        count("filed", _("Drafted"), "file"),
        count("paid", _("Paid"), "pay"),
        count("disputed", _("Disputed"), "dispute"),
    ),
    sums=(money_sum("paid_out", _("Paid to outlets"), "pay", of=lambda ctx: ctx.facts.fen),),
    messages=messages.SETTLEMENT, rules=r.SETTLEMENT, personal=("reason", "remark", "note"), keep=KEEP, basis=BASIS,
)  # fmt: skip
