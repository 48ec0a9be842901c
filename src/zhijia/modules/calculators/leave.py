"""Time off: annual leave, illness, birth, heat."""

from datetime import date
from decimal import Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.service.terms import day, flag, money, number, pick

from .asks import MINIMUM, WAGE, minimum_wage, of_place, paid_days
from .days import whole_years
from .declare import calculator, whole
from .rules import HEAT_MONTH, MATERNITY_EXTRA, SICK_FLOOR
from .working import Given, Measure, Working, floored, refuse, said

ANNUAL, WAY, WOMEN = "职工带薪年休假条例", "企业职工带薪年休假实施办法", "女职工劳动保护特别规定"
MEDICAL_TEXT, SICK_TEXT, HEAT_TEXT = "劳部发〔1994〕479号", "劳部发〔1995〕309号59", "防暑降温措施管理办法"
ZERO = Decimal(0)
TIERS = ((20, 15, 4), (10, 10, 3), (1, 5, 2))
"""(years worked in all, days of leave, months of illness that take it away)."""
MEDICAL = {
    False: ((5, 6, 12), (0, 3, 6)),
    True: ((20, 24, 30), (15, 18, 24), (10, 12, 18), (5, 9, 15), (0, 6, 12)),
}
"""Ten years in all or not -> (years in the firm, months, months within which they are counted)."""


@calculator(
    "annual_leave", _("Annual leave"), _("Days that are due this year, and pay for those that were not given."),
    day("first_job", _("First day of work in your life, with any employer")),
    day("until", _("Until which day (the last one, if you leave)")),
    day("joined", _("Joined this employer this year on"), required=False),
    flag("leaving", _("The contract ends on that day")),
    number("taken", _("Days taken this year"), required=False),
    number("ill", _("Months of sick leave this year"), required=False),
    flag("excluded", _("20 days or more of paid personal leave, or longer school holidays")),
    money("average", _("Average wage of the last 12 months, without overtime")),
    group="time", basis=f"{ANNUAL}3–5；{WAY}3–5、10–12", words="年休假 年假 带薪休假",
)  # fmt: skip
def annual_leave(w: Working, g: Given) -> None:
    """5, 10 or 15 days; part years by days / 365, whole days only; 200 per cent on top for what was not given."""
    years = whole_years(g["first_job"], g["until"])
    entitled, ill = next(((days, ill) for least, days, ill in TIERS if years >= least), (0, 0))
    worked = format_lazy(_("{years} years worked"), years=years)
    days = w.line(_("Days of a whole year"), Decimal(entitled), Measure.DAYS, worked, f"{ANNUAL}3")
    if g["excluded"] or (entitled and (g["ill"] or 0) >= ill):
        w.result(_("Days still due"), ZERO, Measure.DAYS, "", f"{ANNUAL}4")
        return
    due = _due_this_year(w, g, days)
    taken = g["taken"] or ZERO
    left = w.result(
        _("Days still due"), max(due - taken, ZERO), Measure.DAYS, f"{said(due)} − {said(taken)}", f"{WAY}12"
    )
    paid = paid_days(w)
    daily = w.step(_("Wage of a day"), g["average"] / paid, f"{said(g['average'])} ÷ {said(paid)}", f"{WAY}11")
    formula = f"{said(daily)} × {said(left)} × 200%"
    w.claim(_("Pay for days not given, on top of the wage"), daily * left * 2, formula, f"{WAY}10")
    w.note(_("300 per cent in all; the wage of the day itself was paid already."), f"{WAY}10")
    w.note(_("Nothing is due for days that you gave up in writing for reasons of your own."), f"{WAY}10")


def _due_this_year(w: Working, g: Given, days: Decimal) -> Decimal:
    """All days, or the share of a year that began or ended with this employer, in whole days."""
    until, joined = g["until"], g["joined"]
    if joined is not None and (joined.year != until.year or joined > until):
        raise refuse("joined", _("This day is not in the same year, or after the other one."))
    if joined is None and not g["leaving"]:
        return days
    end = until if g["leaving"] else date(until.year, 12, 31)
    here = (end - (joined or date(until.year, 1, 1))).days + 1
    formula = f"⌊{here} ÷ 365 × {said(days)}⌋"
    return w.line(
        _("Part of the year, whole days only"), min(floored(days * here / 365), days), Measure.DAYS, formula,
        f"{WAY}5、12",
    )  # fmt: skip


@calculator(
    "medical_period", _("Medical period"), _("How long you may be ill without being dismissed for it."),
    number("total", _("Years worked in all")), number("firm", _("Years with this employer")),
    group="ill", basis=f"{MEDICAL_TEXT}3–4（待核）", words="医疗期 病假 生病",
)  # fmt: skip
def medical_period(w: Working, g: Given) -> None:
    """3 to 24 months by years of service."""
    total, firm = g["total"], g["firm"]
    if firm > total:
        raise refuse("firm", _("Years with this employer cannot be more than years in all."))
    months, within = next((m, within) for least, m, within in MEDICAL[total >= 10] if firm >= least)
    served = format_lazy(_("{total} years in all, {firm} with the employer"), total=said(total), firm=said(firm))
    w.result(_("Medical period"), Decimal(months), Measure.MONTHS, served, f"{MEDICAL_TEXT}3")
    w.result(_("counted within"), Decimal(within), Measure.MONTHS, "", f"{MEDICAL_TEXT}4")
    w.note(_("This rule was not checked against its source yet; some places give more."))


@calculator(
    "sick_pay", _("Sick pay"), _("The least that is paid for a month of sick leave."),
    money("agreed", _("Sick pay by contract or rules of the firm"), required=False), MINIMUM,
    group="ill", basis=f"{SICK_TEXT}（待核）", words="病假工资 病假",
)  # fmt: skip
def sick_pay(w: Working, g: Given) -> None:
    """As agreed, never below 80 per cent of the minimum wage."""
    least, ratio = minimum_wage(w, g), w.known(SICK_FLOOR, None, "minimum")
    floor = w.step(_("Lowest sick pay"), least * ratio, f"{said(least)} × {said(ratio)}", SICK_TEXT)
    agreed = g["agreed"] or ZERO
    w.amount(_("Sick pay of a month"), max(agreed, floor), f"max({said(agreed)}, {said(floor)})", SICK_TEXT)
    w.note(_("Many places have a scale of their own by years of service: it goes first where it gives more."))


@calculator(
    "maternity", _("Maternity leave and allowance"), _("Days of leave, and what is paid for them."), WAGE,
    pick("kind", _("Birth or miscarriage"), (
        ("birth", _("Birth")), ("early", _("Miscarriage before 4 months")), ("late", _("Miscarriage from 4 months on")),
    )),
    flag("difficult", _("Difficult birth")),
    number("children", _("Children born at once"), required=False),
    number(
        "extra", _("Days that the province adds"), required=False,
        help=_("Leave empty to use what is on record for the place; 0 if it adds none."),
    ),
    flag("insured", _("Maternity insurance was paid for me")),
    money("employer_average", _("Employer's average monthly wage last year"), required=False),
    group="child", basis=f"{WOMEN}6–9", words="产假 生育津贴 哺乳假 流产 怀孕",
)  # fmt: skip
def maternity(w: Working, g: Given) -> None:
    """98 days, 15 more for each hardship; 15 or 42 after a miscarriage; the allowance by days of thirty a month."""
    if g["kind"] == "birth":
        more = max(whole(g["children"]) - 1, 0)
        extra = w.known(MATERNITY_EXTRA, g["extra"], "extra")
        parts = [98, 15 if g["difficult"] else 0, 15 * more, extra]
        formula = " + ".join(said(part) for part in parts)
        days = w.result(_("Days of leave"), Decimal(sum(parts)), Measure.DAYS, formula, f"{WOMEN}7")
        w.note(_("Up to 15 of them may be taken before the birth."), f"{WOMEN}7")
        nursing = _("Until the child is one, {hours} hours a day for nursing; no overtime and no night work.")
        w.note(format_lazy(nursing, hours=1 + more), f"{WOMEN}9")
        w.note(_("From the seventh month on no overtime and no night work."), f"{WOMEN}6")
    else:
        days = w.result(_("Days of leave"), Decimal(15 if g["kind"] == "early" else 42), Measure.DAYS, "", f"{WOMEN}7")
    monthly = g["employer_average"] if g["insured"] else g["wage"]
    if monthly is None:
        says = _("The fund pays by the employer's average wage: ask for it and fill it in.")
        raise refuse("employer_average", says)
    w.claim(_("Allowance"), monthly / 30 * days, f"{said(monthly)} ÷ 30 × {said(days)}", f"{WOMEN}8")
    if g["insured"]:
        w.note(
            _("The fund pays it; where your own wage is higher, many places have the employer add to it."), f"{WOMEN}8"
        )
    else:
        w.note(_("The employer pays it: maternity insurance was not paid for you."), f"{WOMEN}8")
    w.note(_("A month is taken as 30 days by custom; this was not checked against its source yet."))


@calculator(
    "heat", _("Work in heat"), _("What may be asked of you outdoors on a hot day, and the allowance."),
    number("degrees", _("Highest temperature of the day (°C)")), flag("indoors", _("I work indoors")),
    number("inside", _("Temperature at the workplace indoors (°C)"), required=False),
    number("months", _("Months for which the allowance is due"), required=False),
    of_place("allowance", _("Heat allowance of the place (month)")),
    group="time", basis=f"{HEAT_TEXT}8、17（待核）", words="高温津贴 高温补贴 中暑",
)  # fmt: skip
def heat(w: Working, g: Given) -> None:
    """40: no outdoor work; 37: six hours, none in the hottest three; 35: no outdoor overtime."""
    degrees, basis = g["degrees"], f"{HEAT_TEXT}8"
    if g["indoors"] or degrees < 35:
        w.says(_("Outdoor work"), _("No limit by temperature."), "< 35 ℃", basis)
    elif degrees >= 40:
        w.says(_("Outdoor work"), _("It stops for the day."), "≥ 40 ℃", basis)
    elif degrees >= 37:
        w.says(_("Outdoor work"), _("At most 6 hours in all, and none in the hottest 3 hours."), "37–40 ℃", basis)
    else:
        w.says(_("Outdoor work"), _("Shifts change more often, and there is no outdoor overtime."), "35–37 ℃", basis)
    hot = (g["inside"] or ZERO) >= 33 if g["indoors"] else degrees >= 35
    says = _("Yes: the allowance of the place is due.") if hot else _("No: it was not hot enough.")
    w.says(_("Heat allowance"), says, "≥ 33 ℃" if g["indoors"] else "≥ 35 ℃", f"{HEAT_TEXT}17")
    if hot and g["months"]:
        rate, months = w.known(HEAT_MONTH, g["allowance"], "allowance"), g["months"]
        w.claim(_("Allowance in all"), rate * months, f"{said(rate)} × {said(months)}", f"{HEAT_TEXT}17")
    w.note(_("Stopping or shortening work because of heat must not lower the wage."), basis)
    w.note(_("This rule was not checked against its source yet."))
