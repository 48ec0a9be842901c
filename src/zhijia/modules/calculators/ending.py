"""The end of work: severance and what stands in its place."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.service.terms import flag, money, number, pick

from .asks import AVERAGE, BEGAN, ENDED, LOCAL_AVERAGE, MINIMUM, need_average, need_minimum
from .days import after_months, whole_months
from .declare import calculator
from .working import Given, Measure, Working, refuse, said

GROUP, FAMILY = "ending", "ending"
LCL, RULES = "劳动合同法", "劳动合同法实施条例"
LAW_BEGAN = date(2008, 1, 1)
CAP_TIMES, CAP_YEARS = 3, 12
ZERO = Decimal(0)
USUAL = (AVERAGE, BEGAN, ENDED, MINIMUM, LOCAL_AVERAGE)


def years_due(w: Working, began: date, ended: date) -> Decimal:
    """Months of pay for the time served: a year each, six months and more a year, less a half (劳动合同法47)."""
    after = ended + timedelta(days=1)  # the last day of work counts
    months = whole_months(began, after)
    more = after_months(began, months) < after
    full, rest = divmod(months, 12)
    part = ZERO if not rest and not more else Decimal("0.5") if rest < 6 else Decimal(1)
    served = format_lazy(
        _("{years} years {months} months and some days") if more else _("{years} years {months} months"),
        years=full, months=rest,
    )  # fmt: skip
    return w.line(_("Months of wage for the time served"), full + part, Measure.MONTHS, served, f"{LCL}47")


def pay_of(w: Working, g: Given) -> tuple[Decimal, bool]:
    """The monthly wage that counts, and whether it was capped at three times the local average. The values of the
    place are those in force when it ended."""
    average: Decimal = g["average"]
    least, local = w.all_known(need_minimum(g), need_average(g), on=g["ended"])
    if average < least:
        raised = f"max({said(average)}, {said(least)})"
        average = w.step(_("Raised to the minimum wage"), least, raised, f"{RULES}27")
    cap = w.step(_("Three times the local average wage"), local * CAP_TIMES, f"{said(local)} × 3", f"{LCL}47")
    if average > cap:
        return w.step(_("Capped to that"), cap, f"min({said(average)}, {said(cap)})", f"{LCL}47"), True
    return average, False


def severance_of(w: Working, g: Given, *, from_the_start: bool = False) -> Decimal:
    """N, as a line: months times wage. Service before 2008 is named and not mixed in, but for damages, which count
    from the first day of work (实施条例25)."""
    began, ended = g["began"], g["ended"]
    if ended < began:
        raise refuse("ended", _("The last day of work comes before the first."))
    if ended < LAW_BEGAN:
        raise refuse("ended", _("It ended before 2008: the older rules apply to all of it."))
    if began < LAW_BEGAN and not from_the_start:
        says = _("Service before 2008 follows the older rules and is counted apart; ask the union for that part.")
        w.note(says, f"{LCL}97")
        began = LAW_BEGAN
    months = years_due(w, began, ended)
    wage, capped = pay_of(w, g)
    if capped and months > CAP_YEARS:
        months = w.line(
            _("At most twelve years when the wage is capped"), Decimal(CAP_YEARS), Measure.MONTHS,
            f"min({said(months)}, 12)", f"{LCL}47",
        )  # fmt: skip
    return w.step(_("Severance (N)"), months * wage, f"{said(months)} × {said(wage)}", f"{LCL}47；{RULES}27")


@calculator(
    "severance", _("Severance (N)"), _("What is due when the contract ends lawfully by the employer's doing."), *USUAL,
    group=GROUP, family=FAMILY, basis=f"{LCL}46–47；{RULES}27", words="经济补偿金 辞退 裁员 N",
)  # fmt: skip
def severance(w: Working, g: Given) -> None:
    """Years of service times the average wage of twelve months."""
    n = severance_of(w, g)
    w.claim(_("Severance"), n, said(n), f"{LCL}46–47")


@calculator(
    "notice_pay", _("Severance and a month in place of notice (N+1)"),
    _("When the employer ends it for illness, unfitness or changed circumstances without 30 days' notice."),
    *USUAL, money("last", _("Wage of the last month")), flag("noticed", _("I was told in writing 30 days before")),
    group=GROUP, family=FAMILY, basis=f"{LCL}40、46；{RULES}20", words="代通知金 N+1 辞退",
)  # fmt: skip
def notice_pay(w: Working, g: Given) -> None:
    """N, and last month's wage where there was no notice."""
    n, one = severance_of(w, g), ZERO
    if not g["noticed"]:
        one = w.step(_("A month in place of notice"), g["last"], said(g["last"]), f"{LCL}40；{RULES}20")
    w.claim(_("Due in all"), n + one, f"{said(n)} + {said(one)}", f"{LCL}40、46")
    w.note(_("“+1” is due only for the three grounds of article 40, not for every dismissal."), f"{LCL}40")
    w.note(_("The month in place of notice is not capped here; courts may see that differently."), f"{RULES}20")


@calculator(
    "unlawful", _("Unlawful dismissal (2N)"), _("Damages for a dismissal against the law, if you do not go back."),
    *USUAL,
    group=GROUP, family=FAMILY, basis=f"{LCL}48、87；{RULES}25；解释二16、18", words="违法解除 赔偿金 2N 开除",
)  # fmt: skip
def unlawful(w: Working, g: Given) -> None:
    """Twice N from the first day of work, also before 2008; no N beside it."""
    n = severance_of(w, g, from_the_start=True)
    w.claim(_("Damages"), n * 2, f"2 × {said(n)}", f"{LCL}87；{RULES}25")
    w.note(
        _("Instead you may ask to go on working, with wages at the normal rate for the time between."),
        f"{LCL}48；解释二18",
    )


@calculator(
    "forced", _("I had to leave"), _("Severance when you end it because the employer broke the law."),
    pick("ground", _("Why you left"), (
        ("pay", _("Wages were not paid in full and in time")), ("insurance", _("No social insurance was paid")),
        ("safety", _("No protection or conditions as agreed")), ("rules", _("Rules of the firm against the law")),
        ("void", _("The contract was made by deceit or threat and is void")),
        ("force", _("Violence, threats, unlawful limits of freedom or orders that endanger life")),
        ("other", _("Another reason")),
    )),
    *USUAL,
    group=GROUP, family=FAMILY, basis=f"{LCL}38、46；解释二19", words="被迫离职 被迫辞职 没交社保 欠薪",
)  # fmt: skip
def forced(w: Working, g: Given) -> None:
    """N on the grounds of article 38."""
    if g["ground"] == "other":
        w.claim(_("Severance"), ZERO, "", f"{LCL}46")
        w.note(_("Who leaves for reasons of their own gets none. Ask before you sign anything."), f"{LCL}38、46")
        return
    n = severance_of(w, g)
    w.claim(_("Severance"), n, said(n), f"{LCL}38、46（一）")
    if g["ground"] == "insurance":
        w.note(_("A promise to do without social insurance is void."), "解释二19")
    w.note(_("Say in writing that you leave for this reason, and keep proof that it arrived."), f"{LCL}38")


@calculator(
    "expiry", _("The contract ran out"), _("Severance when a fixed-term contract ends and is not renewed."),
    pick("renewal", _("What was offered"), (
        ("none", _("Nothing: the employer did not want to renew")), ("worse", _("Worse terms, and I refused")),
        ("same", _("The same or better terms, and I refused")),
    )),
    *USUAL,
    group=GROUP, family=FAMILY, basis=f"{LCL}44、46（五）", words="合同到期 不续签 终止",
)  # fmt: skip
def expiry(w: Working, g: Given) -> None:
    """N, unless the same or better was refused."""
    if g["renewal"] == "same":
        w.claim(_("Severance"), ZERO, "", f"{LCL}46（五）")
        return
    n = severance_of(w, g)
    w.claim(_("Severance"), n, said(n), f"{LCL}46（五）")


@calculator(
    "union_work", _("Dismissed for union work"), _("What is due to who is dismissed for joining or serving the union."),
    *USUAL, money("year", _("Income of the last 12 months")), flag("back", _("I want to go back to work")),
    number("months", _("Months without work so far"), required=False),
    group=GROUP, family=FAMILY, basis="工会法53；最高法工会法解释6", words="工会干部 打击报复 参加工会",
)  # fmt: skip
def union_work(w: Working, g: Given) -> None:
    """Reinstatement and back pay, or twice the year's income and severance."""
    if g["back"]:
        months = g["months"] or ZERO
        w.claim(_("Back pay"), g["average"] * months, f"{said(g['average'])} × {said(months)}", "工会法53")
        w.note(_("The employer must take you back."), "工会法53")
        return
    n = severance_of(w, g)
    twice = w.step(_("Twice the year's income"), g["year"] * 2, f"2 × {said(g['year'])}", "工会法53")
    w.claim(_("Due in all"), twice + n, f"{said(twice)} + {said(n)}", "工会法53；最高法工会法解释6")


@calculator(
    "protected", _("Who may not be dismissed"), _("Whether the contract runs on although it would end."),
    flag("pregnant", _("Pregnant, after birth or nursing")), flag("ill", _("Within the medical period")),
    flag("injured", _("Work injury with loss of capacity, or occupational disease under examination")),
    number("service", _("Years with this employer"), required=False),
    number("left", _("Years until the pension age"), required=False),
    flag("union", _("Elected union officer in office")),
    group=GROUP, basis=f"{LCL}42、45；妇女权益保障法48；工会法19", words="孕期 哺乳期 医疗期 不得解除",
)  # fmt: skip
def protected(w: Working, g: Given) -> None:
    """No dismissal under articles 40 and 41, and the contract goes on."""
    law = f"{LCL}42、45"
    old = (g["service"] or 0) >= 15 and g["left"] is not None and g["left"] < 5
    aged = _("15 years with the employer and less than 5 to the pension: until the pension age.")
    grounds = [
        (g["pregnant"], _("Pregnancy, birth or nursing: until the nursing year ends."), f"{law}；妇女权益保障法48"),
        (g["ill"], _("Medical period: until it ends."), law),
        (g["injured"], _("Work injury: as the rules of injury insurance say."), law),
        (old, aged, law),
    ]
    held = [(words, basis) for holds, words, basis in grounds if holds]
    if held:
        w.says(_("Protection"), _("No dismissal under articles 40 and 41; the contract runs on."), "", law)
    elif g["union"]:
        w.says(_("Protection"), _("The contract runs on until the term of office ends."), "", "工会法19")
    else:
        w.says(_("Protection"), _("No special protection on these facts."), "", law)
    if g["union"]:
        held.append((_("Elected union officer: the contract is extended by the time in office."), "工会法19"))
    for words, basis in held:
        w.note(words, basis)
    if held:
        w.note(_("It does not protect against dismissal for serious misconduct."), f"{LCL}39")
