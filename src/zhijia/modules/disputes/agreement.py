"""What is agreed: by when and how much for whom; signed, confirmed, or broken and what can be done then."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text, Verdict, no, yes
from zhijia.kernel.base.money import fen as read_fen
from zhijia.kernel.base.money import share, shown, yuan
from zhijia.kernel.deadlines.acts import ActKind
from zhijia.kernel.deadlines.limitation import midnight

from . import money
from .models import Claimant, Form, Instalment, InstalmentState, Matter, Outcome, Say
from .people import part_refusers, staying
from .rules import LIMIT, C, mediated, today

MOST_INSTALMENTS = 60
ORDERABLE = frozenset({Matter.WAGES, Matter.OVERTIME, Matter.DISMISSAL, Matter.INSURANCE})
"""Wages, medical cost of an injury, severance and damages: what a payment order is for (LDMAL 16)."""
Plan = list[tuple[date, int]]


# --- the plan and the shares ------------------------------------------------------------------------------------


def plan_of(text: str) -> Plan:
    """The instalments as they were typed, one a line: "2026-12-20 30000". Raises ValueError."""
    plan = []
    for day, amount in _pairs(text):
        fen = read_fen(amount)
        if fen <= 0:
            raise ValueError(amount)
        plan.append((date.fromisoformat(day), fen))
    if len(plan) > MOST_INSTALMENTS:
        raise ValueError("too many")
    return plan


def plan_fits(c: C) -> Verdict:
    """Days in order, from today on; the sum, where it is written too, is theirs."""
    try:
        plan = plan_of(c.data.get("instalments") or "")
    except ValueError:
        return no("instalments", _("Write one instalment a line, day and amount: 2026-12-20 30000."))
    days, sum_ = [day for day, _fen in plan], sum(fen for _day, fen in plan)
    if days != sorted(set(days)) or (days and days[0] < today(c)):
        return no("instalments", _("Write the days in order, each once, from today on."))
    if plan and c.data.get("agreed") not in (None, sum_):
        reason = _("The instalments add up to %(sum)s yuan, the amount agreed is %(agreed)s.")
        return no("agreed", reason % {"sum": shown(sum_), "agreed": shown(c.data["agreed"])})
    if not plan and c.data.get("due") is None:
        return no("due", _("Write by when it is to be kept, or the instalments."))
    if c.data.get("due") and c.data["due"] < today(c):
        return no("due", _("This day has passed already."))
    return yes()


def shares_fit(c: C) -> Verdict:
    """Named shares are of listed workers who have not refused, and add up to what is agreed."""
    if not c.data.get("shares"):
        return _weights_known(c)
    try:
        named = _named(c.data["shares"])
    except ValueError:
        return no("shares", _("Write one worker a line, number and amount: 3 1200.50."))
    known = set(_takers(c).filter(line__in=named).values_list("line", flat=True))
    if set(named) - known:
        missing = {"lines": "、".join(map(str, sorted(set(named) - known)))}
        return no("shares", _("These are no workers who may still agree: %(lines)s.") % missing)
    total, sum_ = _typed_total(c), sum(named.values())
    if sum_ != total:
        reason = _("The shares add up to %(sum)s yuan, the amount agreed is %(agreed)s.")
        return no("shares", reason % {"sum": shown(sum_), "agreed": shown(total)})
    return yes()


def _weights_known(c: C) -> Verdict:
    """Who claims nothing would get nothing: where some claims are known, all are, or the workbook shares the money."""
    rows = list(_takers(c).order_by("line"))
    without = [str(row.line) for row in rows if not row.claimed]
    if len(without) in (0, len(rows)) or sum(row.agreed - row.paid for row in rows) == _typed_total(c):
        return yes()
    reason = _("Of these workers no amount is known: %(lines)s. Record what they claim, or write who gets what.")
    return no("shares", reason % {"lines": "、".join(without)})


def keep_as(form: Form) -> Callable[[C], None]:
    """An effect: this is on the table now, to be signed; who refused before has no part in it."""

    def keep_agreement(c: C) -> None:
        """What was agreed, by when, and how much for whom."""
        plan = plan_of(c.data.get("instalments") or "")
        total = _typed_total(c)
        c.facts.form, c.facts.agreed = form, c.facts.paid + total
        if plan:
            c.facts.due = plan[-1][0]
        elif total:
            plan = [(c.data["due"], total)]
        _keep_instalments(c, plan)
        _share_out(c, total)

    return keep_agreement


def _typed_total(c: C) -> int:
    """Fen that the agreement on the table adds to what was paid before."""
    plan = plan_of(c.data.get("instalments") or "")
    return sum(fen for _day, fen in plan) if plan else int(c.data.get("agreed") or 0)


def _keep_instalments(c: C, plan: Plan) -> None:
    known = Instalment.objects.filter(case_id=c.case.pk)
    known.filter(state__in=(InstalmentState.OPEN, InstalmentState.MISSED)).update(state=InstalmentState.REPLACED)
    number, reach = known.count(), c.facts.paid
    rows = []
    for n, (day, fen) in enumerate(plan, number + 1):
        reach += fen
        rows.append(Instalment(case_id=c.case.pk, no=n, due=day, fen=fen, reach=reach))
    Instalment.objects.bulk_create(rows)


def _share_out(c: C, total: int) -> None:
    """As named; else as the workbook says where that adds up; else in proportion to what each claims. Whoever gets
    what they had agreed to need not say so again."""
    rows = list(_takers(c).order_by("line"))
    named = _named(c.data["shares"]) if c.data.get("shares") else {}
    if named:
        parts = [named.get(row.line, 0) for row in rows]
    elif sum(row.agreed - row.paid for row in rows) == total:
        parts = [row.agreed - row.paid for row in rows]
    else:
        parts = share(total, [row.claimed for row in rows]) if rows else []
    for row, part in zip(rows, parts, strict=True):
        agreed = row.paid + part
        if len(rows) == 1 or row.agreed != agreed or not total:
            row.say = Say.ASKED
        row.agreed = agreed
    Claimant.objects.bulk_update(rows, ["agreed", "say"])
    for row in staying(c).filter(say=Say.REFUSED).exclude(agreed=0):
        Claimant.objects.filter(pk=row.pk).update(agreed=row.paid)


def _takers(c: C) -> Any:
    return staying(c).exclude(say=Say.REFUSED)


def _named(text: str) -> dict[int, int]:
    """Line -> fen, as typed one a line. Raises ValueError."""
    named: dict[int, int] = {}
    for line, amount in _pairs(text):
        fen = read_fen(amount)
        if not line.isdecimal() or len(line) > 6 or int(line) in named or fen < 0:
            raise ValueError(line)
        named[int(line)] = fen
    return named


def _pairs(text: str) -> list[tuple[str, str]]:
    """Two words a line, apart by blanks or a colon of either width. Raises ValueError."""
    lines = [line.replace("：", " ").replace(":", " ").split() for line in text.splitlines()]
    pairs = [tuple(words) for words in lines if words]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError(text)
    return pairs  # type: ignore[return-value]


def on_the_table(form: Form) -> Callable[[C], Verdict]:
    """A guard: what lies there to be signed is of this kind, and is written anew by this step."""

    def same_form(c: C) -> Verdict:
        """An agreement is written anew as what it is."""
        if c.case.state != "signing" or c.facts.form == form:
            return yes()
        return no("other_form", _("Another kind of agreement lies there to be signed."))

    return same_form


# --- signing (LDMAL 14) -----------------------------------------------------------------------------------------


def signed_by_all(c: C) -> Verdict:
    """A settlement needs both sides; a mediation agreement also the mediator and the seal (LDMAL 14)."""
    needs: dict[str, Text] = {
        "by_worker": _("The workers have not signed."), "by_employer": _("The employer has not signed."),
    }  # fmt: skip
    if mediated(c):
        needs |= {"by_mediator": _("The mediator has not signed."), "sealed": _("The seal is missing.")}
    return next((no(name, reason) for name, reason in needs.items() if not c.data[name]), yes())


def put_in_force(c: C) -> None:
    """Signed: it binds, the money is due, and the promise begins the time limit anew."""
    c.facts.signed_on = c.data["day"]
    money.make_due(c)
    staying(c).filter(say=Say.ASKED).update(say=Say.AGREED)  # who is alone has signed
    part_refusers(c)
    LIMIT.keep(c, ActKind.PROMISE, day=c.data["day"], proved=True, evidence=str(_("Signed agreement")))


def state_signed(c: C) -> str:
    """A settlement or a mediation agreement is to be kept."""
    return "agreed" if mediated(c) else "settled"


def state_unsigned(c: C) -> str:
    """Back to where it was spoken about."""
    return "mediating" if mediated(c) else "consulting"


def take_off(c: C) -> None:
    """What nobody signed is off the table."""
    c.facts.agreed = c.facts.booked
    open_ones = Instalment.objects.filter(case_id=c.case.pk, state=InstalmentState.OPEN)
    open_ones.update(state=InstalmentState.REPLACED)


# --- confirmation -----------------------------------------------------------------------------------------------


def effect_day(c: C) -> datetime | None:
    """The day from which a mediation agreement can be confirmed; a settlement cannot."""
    return midnight(c.facts.signed_on) if mediated(c) and c.facts.signed_on else None


def in_time_for(clock: str) -> Callable[[C], Verdict]:
    """A guard: the time for a joint application of this kind still runs."""

    def in_time(c: C) -> Verdict:
        """A joint application is made in time, and once."""
        if not mediated(c):
            return no("settlement", _("A settlement cannot be confirmed; mediation can make it an agreement."))
        if c.facts.confirmed_by:
            return no("asked_already", _("Confirmation was applied for already."))
        running = c.clock(clock)
        if running is None or c.now > running.due_at:
            return no("too_late", _("The time for this application is over."), _("The agreement binds all the same."))
        return yes()

    return in_time


def not_asked(c: C) -> Verdict:
    """Confirmation was not applied for, and may still be."""
    if c.facts.confirmed_by:
        return no("asked_already", _("Confirmation was applied for already."))
    if c.running("court") or c.running("arbitral"):
        return yes()
    return no("too_late", _("The time for this application is over."))


def note_ask(by: str) -> Callable[[C], None]:
    """An effect: both sides apply there."""

    def note_asked(c: C) -> None:
        """Confirmation was applied for."""
        c.facts.confirmed_by = by

    return note_asked


def confirmation_asked(c: C) -> Verdict:
    """Confirmation was applied for and not decided."""
    if not c.facts.confirmed_by:
        return no("not_asked", _("Confirmation was not applied for."))
    return no("confirmed", _("It is confirmed already.")) if c.facts.confirmed_on else yes()


def confirm(c: C) -> None:
    """It has the force of a judgement."""
    c.facts.confirmed_on = c.data["day"]


def confirmation_refused(c: C) -> None:
    """It binds as before; the other way may still be open."""
    c.facts.confirmed_by = ""


# --- performance ------------------------------------------------------------------------------------------------


def next_due(c: C) -> datetime | None:
    """The day of the first open instalment, or by which it is to be kept; None when all is paid."""
    due = Instalment.objects.filter(case_id=c.case.pk, state=InstalmentState.OPEN).order_by("due").first()
    if due is not None:
        return midnight(due.due)
    return midnight(c.facts.due) if c.facts.due and not c.facts.booked else None


def is_over(c: C) -> Verdict:
    """A breach is said when a day has passed without what was promised for it."""
    due = next_due(c)
    if due is None or c.now >= due + timedelta(days=1):
        return yes() if due or not c.facts.booked else no("all_paid", _("All that was agreed is paid."))
    return no("not_due", _("The next agreed day has not passed yet."))


def note_breach(c: C) -> None:
    """What was due and did not come is missed."""
    c.facts.closing_code = Outcome.BROKEN
    late = Instalment.objects.filter(case_id=c.case.pk, state=InstalmentState.OPEN, due__lt=today(c))
    late.update(state=InstalmentState.MISSED)


def act_demand(c: C) -> None:
    """A demand to keep the agreement was served."""
    LIMIT.keep(c, ActKind.DEMAND, day=c.data["day"], proved=bool(c.data.get("proof")), evidence=c.data.get("proof") or "")  # fmt: skip  # noqa: E501


# --- ways left --------------------------------------------------------------------------------------------------


def can_order(c: C) -> Verdict:
    """A payment order needs a mediation agreement on wages, injury cost, severance or damages (LDMAL 16)."""
    if mediated(c) and c.facts.category in ORDERABLE and c.facts.booked > c.facts.paid:
        return yes()
    return no("no_order", _("A payment order needs a mediation agreement on money that the law names (LDMAL 16)."))


def can_sue(c: C) -> bool:
    """On a mediation agreement about wages alone one may sue at once (interpretation I, 51)."""
    return mediated(c) and c.facts.category == Matter.WAGES and c.facts.booked > c.facts.paid


def to_arbitration(c: C) -> None:
    """The matter goes on before the arbitration commission, for everybody who is still on it."""
    _arise(c, "arbitration", persons=_persons(staying(c)), amount=_left(c))


def refusers_to_arbitration(c: C) -> None:
    """Who did not agree goes on alone; the agreement of the others stays."""
    rows = staying(c).filter(say=Say.REFUSED)
    _arise(c, "arbitration", persons=_persons(rows), amount=sum(rows.values_list("claimed", flat=True)))


def to_order(c: C) -> None:
    """The agreement is taken to the court for a payment order."""
    _arise(
        c, "payment_order", persons=_persons(staying(c)), amount=c.facts.booked - c.facts.paid, agreement=True,
        agreement_on=c.facts.signed_on, due_on=c.facts.due,
    )  # fmt: skip


def _arise(c: C, service: str, *, persons: list[int], amount: int, **more: Any) -> None:
    f = c.facts
    said = {"known_on": f.hurt_on, "ended": f.ended, **more}
    c.spawn(
        service, persons=persons, claim=c.data["claim"], category=f.category, employer_name=f.employer_name,
        people=max(1, len(persons)), employed=f.employed, **({"amount": str(yuan(amount))} if amount else {}),
        **{name: value.isoformat() if isinstance(value, date) else value for name, value in said.items() if value},
    )  # fmt: skip


def _persons(rows: Any) -> list[int]:
    return list(rows.order_by("line").values_list("person_id", flat=True))


def _left(c: C) -> int:
    """Fen that are still open: of the agreement, or all that was claimed."""
    return c.facts.booked - c.facts.paid if c.facts.booked else c.facts.amount
