"""Mediation of labour disputes by the union (domain 3.3): application, acceptance in three working days, fifteen days,
then an agreement with its confirmation and performance, or the way to arbitration."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.cases.models import PartyStatus
from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Duration, Intake, Keep, Rate, Service, Years
from zhijia.kernel.service.habits import (
    REASON,
    UNIT,
    alone,
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
    clock,
    count,
    day,
    facts,
    flag,
    line,
    money,
    money_sum,
    number,
    pick,
    step,
    words,
)

from . import rules as r
from .letters import LETTERS
from .messages import MESSAGES
from .models import Confirmation, Dispute, Matter, Outcome


class S(StrEnum):
    """Where a mediation stands."""

    APPLIED, MEDIATING, AGREED, FAILED, BROKEN, CLOSED = (
        "applied", "mediating", "agreed", "failed", "broken", "closed",
    )  # fmt: skip


STATES = {
    S.APPLIED: _("Applied for"),
    S.MEDIATING: _("Being mediated"),
    S.AGREED: _("Agreed, to be kept"),
    S.FAILED: _("No agreement, worker to be advised"),
    S.BROKEN: _("Agreement not kept"),
    S.CLOSED: _("Closed"),
}
OPEN = frozenset(S) - {S.CLOSED}
GROUNDS = (
    ("scope", _("Not a labour dispute")),
    ("unwilling", _("The employer does not agree to mediation")),
    ("in_procedure", _("Arbitration or court already has it")),
)
WAYS_LEFT = words("ways", _("What the worker can do now, by when and where"), help=_("Arbitration; for wages also a payment order or a suit on the agreement (LDMAL 14 to 16)."))  # fmt: skip
WILLING = flag("willing", _("The employer agrees"), keep=Keep.EVENT)

INTAKE = Intake(
    asks=facts(
        words("claim", _("What is claimed, and why"), limit=20_000),
        pick("category", _("What it is about"), Matter.choices),
        line("employer_name", _("Employer")),
        money("amount", _("Amount claimed, in yuan"), required=False),
        number("people", _("How many workers are concerned?"), required=False),
        flag("oral", _("Applied for orally and written down here")),
    ),
    by=frozenset({Role.WORKER, Role.AGENT, Role.OFFICER, Role.SYSTEM}), category="category",
    searched=("claim", "employer_name"), title=opening("claim"), unit=federation, done=_("You applied for mediation"),
    check=(r.people_sensible,), then=(r.mark_people,), tells=("received", "new_for_unit"),
)  # fmt: skip

TRANSITIONS = (
    step("accept", _("Accept it"), _("The mediation was accepted"), S.APPLIED, S.MEDIATING, by=UNIT, then=take, main=True,
         check=r.both_willing, ask=WILLING, tells="accepted", letter="acceptance"),
    step(
        "refuse", _("Do not accept it"), _("The mediation was not accepted"), S.APPLIED, S.FAILED, by=UNIT, then=r.ends(Outcome.REFUSED),
        tells="failed", letter="failure", ask=(pick("ground", _("Ground"), GROUNDS, keep=Keep.EVENT), REASON),
    ),
    step(
        "meet", _("Set a meeting"), _("A meeting was set"), S.MEDIATING, by=UNIT, tells="session", main=True,
        ask=(day("day", _("Day"), keep=Keep.EVENT), words("place", _("Time, place and what to bring"))),
    ),
    step("minutes", _("Record a meeting"), _("Both sides were heard"), S.MEDIATING, by=UNIT, public=False,
         ask=words("note", _("What was said"), public=False)),
    step("propose", _("Propose a solution"), _("The mediator made a proposal"), S.MEDIATING, by=UNIT,
         ask=words("proposal", _("Proposal, and the law it rests on"))),
    step(
        "prolong", _("More time, both agree"), _("Both sides want more time"), S.MEDIATING, by=UNIT, check=r.both_longer, extends="mediation",
        ask=WILLING,
    ),
    step(
        "agree", _("An agreement is signed"), _("Both sides signed an agreement"), S.MEDIATING, S.AGREED, by=UNIT, check=r.due_ahead,
        tells="agreed", letter="agreement",
        ask=facts(money("agreed", _("Amount agreed, in yuan"), required=False), day("due", _("To be kept by")), words("terms", _("What was agreed"), limit=4000)),
    ),
    step(
        "fail", _("No agreement"), _("Mediation ended without agreement"), S.MEDIATING, S.FAILED, by=UNIT, then=r.ends(Outcome.FAILED),
        tells="failed", letter="failure", ask=REASON,
    ),
    step(
        "stop", _("I go to arbitration"), _("The worker chose arbitration"), {S.APPLIED, S.MEDIATING}, S.FAILED, by=Role.WORKER,
        then=r.ends(Outcome.FAILED), tells="failed", confirm=_("The mediation ends; you lose nothing by it. Go on?"),
    ),
    step(
        "confirm", _("Agreement is confirmed"), _("The agreement got the force of a judgement"), S.AGREED, by=UNIT,
        ask=facts(pick("confirmed_by", _("Confirmed by"), Confirmation.choices)),
    ),
    step(
        "kept", _("The agreement was kept"), _("The agreement was kept"), {S.AGREED, S.BROKEN}, S.CLOSED, by=Role.WORKER, main=True,
        guard=alone, then=r.ends(Outcome.KEPT, PartyStatus.SOLVED), tells="closed",
    ),
    step(
        "kept_proved", _("Kept, with proof"), _("The agreement was kept; the proof is on file"), {S.AGREED, S.BROKEN}, S.CLOSED,
        by=Role.UNIT_HEAD, then=r.ends(Outcome.KEPT, PartyStatus.SOLVED), tells="closed", ask=words("note", _("Which proof; who asked the worker")),
    ),
    step(
        "not_kept", _("The agreement was not kept"), _("The agreement was not kept"), S.AGREED, S.BROKEN, by=UNIT | {Role.WORKER},
        then=r.ends(Outcome.BROKEN), tells="broken",
    ),
    step(
        "advise", _("Advise and close"), _("The worker was told the ways that are left"), {S.FAILED, S.BROKEN}, S.CLOSED, by=UNIT, main=True,
        tells="closed", ask=WAYS_LEFT,
    ),
    taking_over(OPEN - {S.APPLIED}),
    *withdrawing(OPEN, S.CLOSED, ends=r.ends(Outcome.WITHDRAWN, PartyStatus.WITHDRAWN), leaves=r.leave),
    *supervising(OPEN),
    supplementing(OPEN),
    noting(frozenset(S), by=UNIT | {Role.SUPERVISOR}),
)  # fmt: skip

_ENDS = frozenset({"agree", "fail", "refuse", "stop"})
CLOCKS = (
    clock("accept", _("Acceptance"), "disputes.accept", starts="file", stops={"accept", "refuse", "stop"}, late=Role.SUPERVISOR),
    clock("mediation", _("End of mediation"), "disputes.mediation", starts="accept", stops=_ENDS, late=Role.SUPERVISOR, extension="disputes.longer", extensions=1),
    clock("receipt", _("Free to go to arbitration"), "disputes.receipt", starts="file", stops=_ENDS, late=Role.UNIT_HEAD, leads=False),
    clock("confirmation", _("Confirmation by the court"), "disputes.court_confirmation", starts="agree", stops={"confirm", "kept", "kept_proved", "not_kept"}, late=Role.UNIT_HEAD, leads=False),
    clock("kept", _("Agreement kept"), "disputes.kept", starts="agree", stops={"kept", "kept_proved", "not_kept"}, since=r.agreed_day, late=Role.UNIT_HEAD),
    clock("advise", _("Worker advised"), "disputes.advise", starts={"refuse", "fail", "stop", "not_kept"}, stops={"advise", "kept", "kept_proved"}, late=Role.SUPERVISOR),
    clock("supervise_reply", _("Answer to the supervision"), "disputes.supervise_reply", starts="supervise", stops={"reply_supervision", "advise"}, late=Role.LEADER, again=True),
)  # fmt: skip

DISPUTES = Service(
    key="disputes", title=_("Mediation of disputes"), facts=Dispute, states=S, state_titles=STATES, initial=S.APPLIED,
    final=frozenset({S.CLOSED}), intake=INTAKE, transitions=TRANSITIONS, clocks=CLOCKS,
    counts=(
        count("applications", _("Applications"), "file"), count("accepted", _("Accepted"), "accept"),
        count("agreements", _("Agreements"), "agree"), count("failed", _("Without agreement"), {"fail", "stop"}),
        count("kept", _("Agreements kept"), {"kept", "kept_proved"}), count("broken", _("Agreements not kept"), "not_kept"),
        count("confirmed", _("Agreements confirmed"), "confirm"), count("closed", _("Closed"), {"kept", "kept_proved", "advise", "withdraw"}),
    ),
    sums=(money_sum("money_agreed", _("Money agreed, in yuan"), "agree", of=r.agreed_money),),
    durations=(Duration(key="hours_to_agreement", title=_("Hours until agreed"), on=frozenset({"agree"})),),
    rates=(
        Rate(key="agreement", title=_("Agreement rate"), part="agreements", whole="accepted", says=_("agreements ÷ accepted mediations")),
        Rate(key="performance", title=_("Agreements kept"), part="kept", whole="agreements", says=_("agreements kept ÷ agreements")),
    ),
    messages=MESSAGES, letters=LETTERS, rules=r.RULES,
    personal=("claim", "employer_name", "words", "note", "reply", "order", "reason", "remark", "place", "proposal", "terms", "ways"),
    keep=Years(years=15, basis="(?)", verified=False),
    basis=_("LDMAL, articles 4, 5, 9 to 16; interpretation (I) on labour disputes 51; rules on negotiation and mediation in enterprises (2012), whose day counts are (?) until verified."),
)  # fmt: skip
