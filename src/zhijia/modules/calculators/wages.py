"""Wages: by day and hour, overtime, deductions, late pay, part time, work beyond the pension age."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text
from zhijia.kernel.service.terms import day, flag, money, number, pick

from .asks import MINIMUM, WAGE, hourly, minimum_wage, of_place, paid_days
from .declare import calculator
from .rules import MINIMUM_HOUR
from .working import Given, Working, refuse, said

CONVERSION, LABOUR, PAY = "人社部发〔2025〕2号", "劳动法", "工资支付暂行规定"
MOST_MONTH = 36
"""Hours of overtime a month that the law allows (劳动法41)."""
CYCLE_HOURS = {"month": Decimal("165.33"), "quarter": Decimal(496), "year": Decimal(1984)}
"""248 working days x 8 hours a year (人社部发〔2025〕2号)."""
OVER_AGE_FROM = date(2026, 7, 1)
ZERO = Decimal(0)
HOURS = (
    number("workday", _("Hours on working days"), required=False),
    number("rest", _("Hours on rest days without a day off instead"), required=False),
    number("holiday", _("Hours on statutory holidays"), required=False),
)


@calculator(
    "day_hour", _("Wage of a day and of an hour"), _("What one day and one hour of a monthly wage are worth."), WAGE,
    group="pay", basis=f"{CONVERSION}；企业职工带薪年休假实施办法11", words="日工资 小时工资 时薪 21.75",
)  # fmt: skip
def day_hour(w: Working, g: Given) -> None:
    """M / 21.75, and M / (21.75 × 8)."""
    days, wage = paid_days(w), g["wage"]
    w.amount(_("Wage of a day"), wage / days, f"{said(wage)} ÷ {said(days)}", CONVERSION)
    w.amount(_("Wage of an hour"), hourly(w, wage), f"{said(wage)} ÷ ({said(days)} × 8)", CONVERSION)


@calculator(
    "overtime", _("Overtime pay"), _("What is due for hours beyond the normal ones."),
    pick("system", _("How I am paid"), (
        ("standard", _("By the month, standard hours")), ("piece", _("By the piece")),
        ("cycle", _("By the month, hours counted over a period (approved)")),
        ("irregular", _("By the month, irregular hours (approved)")),
    )),
    money("wage", _("Monthly wage before deductions"), required=False, help=_("By the piece: leave empty.")),
    money("unit_price", _("Price of one piece"), required=False, help=_("Then the numbers below are pieces.")),
    *HOURS,
    pick("cycle", _("Length of the period"), (
        ("month", _("A month")), ("quarter", _("A quarter")), ("year", _("A year")),
    ), required=False),
    number("total", _("All hours worked in the period, without holidays"), required=False),
    money("paid", _("What was already paid for them"), required=False),
    group="pay", basis=f"劳动法41、44；工资支付暂行规定13；{CONVERSION}", words="加班费 加班工资 双倍 三倍",
)  # fmt: skip
def overtime(w: Working, g: Given) -> None:
    """150, 200 and 300 per cent; over a cycle 150 for all that is beyond it, 300 on holidays."""
    normal, rest, holiday = (g[name] or ZERO for name in ("workday", "rest", "holiday"))
    if g["system"] == "irregular":
        w.note(_("With approved irregular hours the national rule gives no overtime pay; some places pay holidays."))
        normal = rest = holiday = ZERO
    elif g["system"] == "cycle":
        normal, rest = _beyond_cycle(w, g, normal + rest), ZERO
    due = _by_rates(w, _rate(w, g), normal, rest, holiday)
    paid = g["paid"] or ZERO
    w.claim(_("Overtime pay due"), max(due - paid, ZERO), f"{said(due)} − {said(paid)}", f"{LABOUR}44")
    if g["system"] == "standard" and normal + rest + holiday > MOST_MONTH:
        w.note(
            _("Usually 1 hour a day, at most 3, and 36 a month: more is unlawful, even when it is paid."), f"{LABOUR}41"
        )
    w.note(
        _("You show that there was overtime; records that the employer keeps, the employer must produce."),
        "劳动争议调解仲裁法6；解释一42",
    )
    w.note(_("Keep: clocking records, rosters, orders and messages about work, wage slips, names of witnesses."))


def _rate(w: Working, g: Given) -> Decimal:
    """What one hour or piece is worth."""
    if g["system"] == "piece":
        if g["unit_price"] is None:
            raise refuse("unit_price", _("Say what one piece pays."))
        return w.step(_("Price of one piece"), g["unit_price"], said(g["unit_price"]), f"{PAY}13")
    if g["wage"] is None:
        raise refuse("wage", _("Say what a month pays."))
    formula = f"{said(g['wage'])} ÷ ({said(paid_days(w))} × 8)"
    return w.step(_("Wage of an hour"), hourly(w, g["wage"]), formula, CONVERSION)


def _beyond_cycle(w: Working, g: Given, typed: Decimal) -> Decimal:
    """Hours beyond the total of the period, or those that were typed as such."""
    w.note(_("Only hours beyond the total count: 165.33 a month, 496 a quarter, 1,984 a year."), CONVERSION)
    if g["total"] is None:
        return typed
    if not g["cycle"]:
        raise refuse("cycle", _("Say how long the period is."))
    most = CYCLE_HOURS[g["cycle"]]
    beyond: Decimal = max(g["total"] - most, ZERO)
    w.says(_("Hours beyond the period's total"), said(beyond), f"{said(g['total'])} − {said(most)}", CONVERSION)
    return beyond


def _by_rates(w: Working, rate: Decimal, normal: Decimal, rest: Decimal, holiday: Decimal) -> Decimal:
    """The lines for each kind of day; their sum."""
    total = ZERO
    kinds: tuple[tuple[Text, Decimal, Decimal, str], ...] = (
        (_("On working days"), normal, Decimal("1.5"), f"{LABOUR}44（一）"),
        (_("On rest days"), rest, Decimal(2), f"{LABOUR}44（二）"),
        (_("On holidays, on top of the monthly wage"), holiday, Decimal(3), f"{LABOUR}44（三）"),
    )
    for title, count, times, basis in kinds:
        if count:
            formula = f"{said(rate)} × {said(count)} × {said(times * 100)}%"
            total += w.step(title, rate * count * times, formula, basis)
    return total


@calculator(
    "deduction", _("Deduction for damage"), _("How much the employer may keep from a month's wage."),
    WAGE, money("damage", _("Damage that the employer claims")), MINIMUM,
    group="pay", basis=f"{PAY}16", words="扣工资 赔偿损失 罚款",
)  # fmt: skip
def deduction(w: Working, g: Given) -> None:
    """At most 20 per cent, and the minimum wage is left."""
    least, wage = minimum_wage(w, g), g["wage"]
    fifth = w.step(_("A fifth of the month's wage"), wage / 5, f"{said(wage)} × 20%", f"{PAY}16")
    room = w.step(
        _("What is above the minimum wage"), max(wage - least, ZERO), f"{said(wage)} − {said(least)}", f"{PAY}16"
    )
    w.amount(
        _("At most this may be deducted this month"), min(fifth, room, g["damage"]),
        f"min({said(fifth)}, {said(room)}, {said(g['damage'])})", f"{PAY}16",
    )  # fmt: skip
    w.note(_("Only damage that you caused, and only where the contract provides for it."), f"{PAY}16")


@calculator(
    "late_pay", _("Damages for late pay"), _("What the employer owes on top when an order to pay is ignored."),
    money("arrears", _("Wages that were ordered to be paid")),
    flag("ignored", _("The labour authority ordered payment by a day, and that day has passed")),
    group="pay", basis="劳动合同法85", words="拖欠工资 欠薪 加付赔偿金",
)  # fmt: skip
def late_pay(w: Working, g: Given) -> None:
    """50 to 100 per cent of the arrears, after an order was ignored."""
    if not g["ignored"]:
        w.claim(_("Damages"), ZERO, "", "劳动合同法85")
        w.note(_("Complain to labour inspection first: only who ignores its order owes these damages."), "劳动合同法85")
        return
    arrears = g["arrears"]
    w.claim(_("Damages, at least"), arrears / 2, f"{said(arrears)} × 50%", "劳动合同法85", high=False)
    w.claim(_("Damages, at most"), arrears, f"{said(arrears)} × 100%", "劳动合同法85", low=False)


@calculator(
    "part_time", _("Part-time work"), _("Whether it still is part-time work, and the least it pays."),
    number("daily", _("Hours a day on average")), number("weekly", _("Hours a week")),
    money("hourly", _("Wage of an hour")), number("cycle", _("Days from one pay day to the next")),
    of_place("minimum_hour", _("Minimum wage of the place (hour)")),
    group="pay", basis="劳动合同法68–72", words="非全日制 小时工 兼职",
)  # fmt: skip
def part_time(w: Working, g: Given) -> None:
    """4 hours a day, 24 a week, paid every 15 days, the hourly minimum."""
    part = g["daily"] <= 4 and g["weekly"] <= 24
    says = _("It is part-time work.") if part else _("It is full-time work: all rules of full-time contracts apply.")
    w.says(_("Kind of work"), says, f"{said(g['daily'])} ≤ 4, {said(g['weekly'])} ≤ 24", "劳动合同法68")
    least = w.known(MINIMUM_HOUR, g["minimum_hour"], "minimum_hour")
    short = max(least - g["hourly"], ZERO)
    formula = f"{said(least)} − {said(g['hourly'])}"
    w.amount(_("Below the minimum, each hour"), short, formula, "劳动合同法72")
    if g["cycle"] > 15:
        w.note(_("Part-time work is paid at least every 15 days."), "劳动合同法72")
    if part:
        w.note(_("Either side may end part-time work at any time, and no severance is due."), "劳动合同法71")


@calculator(
    "over_age", _("Work beyond the pension age"), _("What is due to who works on after the pension age."),
    day("worked", _("Day of the work")), WAGE, *HOURS, MINIMUM,
    group="later", basis="超龄劳动者基本权益保障暂行规定9–15、19", words="退休返聘 超龄",
)  # fmt: skip
def over_age(w: Working, g: Given) -> None:
    """From 2026-07-01: minimum wage, overtime and injury insurance as for others."""
    basis = "超龄劳动者基本权益保障暂行规定"
    if g["worked"] < OVER_AGE_FROM:
        w.says(
            _("Which rule"), _("The new rule holds from 2026-07-01 on; before it, the contract decides."),
            f"{g['worked']} < {OVER_AGE_FROM}", basis,
        )  # fmt: skip
        return
    least = minimum_wage(w, g, on=g["worked"])
    short = max(least - g["wage"], ZERO)
    w.claim(_("Below the minimum wage, a month"), short, f"{said(least)} − {said(g['wage'])}", f"{basis}9")
    overtime(w, {**g, "system": "standard", "unit_price": None, "cycle": "", "total": None, "paid": None})
    w.note(_("Wages are paid in money at least once a month."), f"{basis}9–10")
    w.note(
        _("The employer insures you against work injury; pay, rest, safety and injury go to arbitration."),
        f"{basis}15、19",
    )
