"""Work injury: once, each month, while healing, on leaving, and for those left behind. An employer that did not insure
pays all of it (工伤保险条例62)."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.service.terms import day, flag, money, number, pick

from .asks import LOCAL_AVERAGE, MINIMUM, UNINSURED, WAGE, local_average, need_average, need_minimum, of_place
from .declare import calculator, whole
from .rules import EMPLOYMENT_SUBSIDY, MEDICAL_SUBSIDY, URBAN_INCOME
from .working import Given, Need, Working, refuse, said

GROUP = "injury"
LAW = "工伤保险条例"
ONCE = {1: 27, 2: 25, 3: 23, 4: 21, 5: 18, 6: 16, 7: 13, 8: 11, 9: 9, 10: 7}
"""Grade -> months of the own wage (35–37)."""
MONTHLY = {1: 90, 2: 85, 3: 80, 4: 75, 5: 70, 6: 60}
"""Grade -> per cent of the own wage (35–36)."""
CARE = {"all": 50, "most": 40, "part": 30}
"""How far somebody depends on care -> per cent of the average wage of the region (34)."""
ZERO = Decimal(0)
GRADE = pick("grade", _("Grade of the injury (1 is the heaviest)"), tuple((str(n), str(n)) for n in range(1, 11)))
BASE = money("wage", _("Average monthly wage on which contributions were paid in the 12 months before"))
NEEDS_CARE = pick("care", _("Care that was confirmed"), (
    ("all", _("In everything")), ("most", _("In most things")), ("part", _("In some things")),
), required=False)  # fmt: skip
SUBSIDIES = (
    of_place("medical", _("Medical subsidy by the table of the province")),
    of_place("work", _("Employment subsidy by the table of the province")),
)


def own_wage(w: Working, g: Given, local: Decimal) -> Decimal:
    """The wage that counts: between 60 and 300 per cent of the average of the region (64)."""
    least, most = local * Decimal("0.6"), local * 3
    formula = f"min(max({said(g['wage'])}, {said(least)}), {said(most)})"
    return w.step(_("Wage that counts"), min(max(g["wage"], least), most), formula, f"{LAW}64")


def who_pays(w: Working, g: Given, basis: str, *, fund: bool = True) -> None:
    """Say who owes it."""
    if g["uninsured"]:
        w.note(_("The employer pays all of it, also what the fund would have paid."), f"{LAW}62")
    elif fund:
        w.note(_("The injury fund pays it."), f"{LAW}{basis}")
    else:
        w.note(_("The employer pays it."), f"{LAW}{basis}")


def once(w: Working, grade: int, wage: Decimal) -> Decimal:
    """The sum for a lasting injury."""
    return w.claim(_("Paid once"), wage * ONCE[grade], f"{said(wage)} × {ONCE[grade]}", f"{LAW}35–37")


def monthly(w: Working, grade: int, wage: Decimal, least: Decimal) -> None:
    """The payment of each month, grades 1 to 6."""
    share = w.step(
        _("Share of the wage"), wage * MONTHLY[grade] / 100, f"{said(wage)} × {MONTHLY[grade]}%", f"{LAW}35–36"
    )
    w.amount(_("Each month"), max(share, least), f"max({said(share)}, {said(least)})", f"{LAW}35–36")
    if grade > 4:
        w.note(_("Only where the employer has no fitting post for you."), f"{LAW}36")


def care(w: Working, g: Given, local: Decimal) -> None:
    """The payment for care, where it was confirmed."""
    if g["care"]:
        share = CARE[g["care"]]
        w.amount(_("Care each month"), local * share / 100, f"{said(local)} × {share}%", f"{LAW}34")


def healing(w: Working, wage: Decimal, months: Decimal, *, extended: bool) -> Decimal:
    """Full pay while healing: 12 months, 24 when the longer time was agreed to."""
    most = 24 if extended else 12
    formula = f"{said(wage)} × min({said(months)}, {most})"
    return w.claim(_("Pay while healing"), wage * min(months, Decimal(most)), formula, f"{LAW}33")


def subsidies(w: Working, g: Given, grade: int) -> Decimal:
    """The two subsidies on leaving, by the province's table."""
    medical, work = w.all_known(
        Need(MEDICAL_SUBSIDY.format(grade), g["medical"], "medical"),
        Need(EMPLOYMENT_SUBSIDY.format(grade), g["work"], "work"),
    )
    first = w.claim(_("Medical subsidy"), medical, said(medical), f"{LAW}36–37")
    return first + w.claim(_("Employment subsidy"), work, said(work), f"{LAW}36–37")


@calculator(
    "injury_once", _("Injury: once"), _("The sum that is paid once for a lasting injury."),
    GRADE, BASE, LOCAL_AVERAGE, UNINSURED,
    group=GROUP, family="injury.once", basis=f"{LAW}35–37、62、64", words="工伤 伤残补助金 一次性",
)  # fmt: skip
def injury_once(w: Working, g: Given) -> None:
    """27 to 7 months of the own wage."""
    once(w, int(g["grade"]), own_wage(w, g, local_average(w, g)))
    who_pays(w, g, "35–37")


@calculator(
    "injury_monthly", _("Injury: each month"), _("What is paid each month to who cannot work, and for care."),
    GRADE, BASE, LOCAL_AVERAGE, MINIMUM, NEEDS_CARE, UNINSURED,
    group=GROUP, basis=f"{LAW}34–36、62、64", words="工伤 伤残津贴 护理费",
)  # fmt: skip
def injury_monthly(w: Working, g: Given) -> None:
    """90 to 60 per cent, not below the minimum wage; care by the regional average."""
    grade = int(g["grade"])
    if grade not in MONTHLY:
        raise refuse("grade", _("There is a monthly payment for grades 1 to 6 only."))
    least, local = w.all_known(need_minimum(g), need_average(g))
    monthly(w, grade, own_wage(w, g, local), least)
    care(w, g, local)
    who_pays(w, g, "34–36", fund=grade <= 4)


@calculator(
    "injury_healing", _("Injury: while healing"), _("Full pay during treatment away from work."),
    WAGE, number("months", _("Months away from work")),
    flag("extended", _("The appraisal committee agreed to a longer time")),
    group=GROUP, family="injury.healing", basis=f"{LAW}33", words="停工留薪期 工伤 工资照发",
)  # fmt: skip
def injury_healing(w: Working, g: Given) -> None:
    """12 months, 24 when agreed to."""
    healing(w, g["wage"], g["months"], extended=g["extended"])
    w.note(
        _("The employer pays it month by month, with the benefits as before, and provides care where it is needed."),
        f"{LAW}33",
    )


@calculator(
    "injury_death", _("Death at work"), _("What is due to those left behind."),
    day("died", _("Day of death")), BASE, LOCAL_AVERAGE,
    money("income", _("Urban income per head of the country in the year before"), required=False),
    flag("spouse", _("A spouse who depended on the wage")),
    number("others", _("Other relatives who depended on the wage"), required=False),
    number("alone", _("Of them orphans or old people alone"), required=False), UNINSURED,
    group=GROUP, basis=f"{LAW}39、62、64", words="工亡 丧葬费 抚恤金 工亡补助金",
)  # fmt: skip
def injury_death(w: Working, g: Given) -> None:
    """Six months for the funeral, 40 and 30 per cent for dependants up to the wage, twenty years of urban income."""
    others, alone = whole(g["others"]), whole(g["alone"])
    if alone > others:
        raise refuse("alone", _("These are some of the other relatives, so they cannot be more."))
    local, income = w.all_known(need_average(g), Need(URBAN_INCOME, g["income"], "income"), on=g["died"])
    w.claim(_("Funeral"), local * 6, f"{said(local)} × 6", f"{LAW}39（一）")
    share = (40 if g["spouse"] else 0) + 30 * others + 10 * alone
    if share:
        wage = own_wage(w, g, local)
        formula = f"{said(wage)} × min({share}%, 100%)"
        w.amount(_("Dependants, each month"), wage * min(share, 100) / 100, formula, f"{LAW}39（二）")
    w.claim(_("Paid once for the death"), income * 20, f"{said(income)} × 20", f"{LAW}39（三）")
    who_pays(w, g, "39")


@calculator(
    "injury_leaving", _("Injury: on leaving"), _("The two subsidies when the contract ends after an injury."),
    pick("grade", _("Grade of the injury (1 is the heaviest)"), tuple((str(n), str(n)) for n in range(5, 11))),
    pick("ends", _("How the contract ended"), (("own", _("I ended it")), ("expiry", _("The contract ran out")))),
    *SUBSIDIES, UNINSURED,
    group=GROUP, family="injury.leaving", basis=f"{LAW}36–37、62；劳动合同法实施条例23",
    words="医疗补助金 就业补助金 工伤离职",
)  # fmt: skip
def injury_leaving(w: Working, g: Given) -> None:
    """By the province's table, which is on record or asked for."""
    grade = int(g["grade"])
    if grade < 7 and g["ends"] != "own":
        w.says(_("On leaving"), _("With grade 5 or 6 the contract ends only when you ask for it."), "", f"{LAW}36")
        return
    subsidies(w, g, grade)
    if g["uninsured"]:
        w.note(_("The employer pays all of it, also what the fund would have paid."), f"{LAW}62")
    else:
        w.note(_("The fund pays the medical subsidy, the employer the other one."), f"{LAW}36–37")
    w.note(_("Severance is due beside them where the contract ends on a ground that gives it."), "劳动合同法实施条例23")
    w.note(_("Some provinces lower them for who is near the pension age."))


@calculator(
    "injury_uninsured", _("Injury without insurance: all of it"),
    _("What an employer owes that did not insure, in one sum, with what it owes each month."),
    GRADE, BASE, LOCAL_AVERAGE, MINIMUM,
    money("treatment", _("Treatment, rehabilitation and travel paid by myself"), required=False),
    money("before", _("Monthly wage before the injury")), number("months", _("Months away from work"), required=False),
    flag("extended", _("The appraisal committee agreed to a longer time")), NEEDS_CARE,
    flag("leaves", _("The contract ended, by me (grades 5 to 10) or because it ran out (7 to 10)")), *SUBSIDIES,
    group=GROUP, family="injury", basis=f"{LAW}30、33–37、62、64", words="没交工伤保险 未参保",
)  # fmt: skip
def injury_uninsured(w: Working, g: Given) -> None:
    """Treatment, pay while healing, the sum paid once and the subsidies, added up; beside them what is monthly."""
    grade = int(g["grade"])
    least, local = w.all_known(need_minimum(g), need_average(g))
    wage = own_wage(w, g, local)
    parts = [
        w.claim(_("Treatment"), g["treatment"] or ZERO, said(g["treatment"] or 0), f"{LAW}30"),
        healing(w, g["before"], g["months"] or ZERO, extended=g["extended"]), once(w, grade, wage),
        subsidies(w, g, grade) if g["leaves"] and grade > 4 else ZERO,
    ]  # fmt: skip
    w.amount(_("In one sum"), sum(parts, ZERO), " + ".join(said(part) for part in parts), f"{LAW}62")
    if grade in MONTHLY and not (g["leaves"] and grade > 4):
        monthly(w, grade, wage, least)
    care(w, g, local)
    w.note(_("The employer pays all of it, also what the fund would have paid."), f"{LAW}62")
    w.note(_("The injury must be recognised first: apply within one year, and keep every bill."), f"{LAW}17")
