"""Days that matter: limitation, final awards, pension age, unemployment benefit."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.service.terms import day, flag, money, number, pick

from .asks import MINIMUM, minimum_wage
from .days import plus_months, plus_years
from .declare import calculator, whole
from .working import Given, Measure, Working, refuse, said

LAW = "劳动争议调解仲裁法"
DECISION, FLEXIBLE = "国务院关于渐进式延迟法定退休年龄的办法", "实施弹性退休制度暂行办法"
RETIRE = {
    "man": (60, date(1965, 1, 1), 4, 36), "woman55": (55, date(1970, 1, 1), 4, 36),
    "woman50": (50, date(1975, 1, 1), 2, 60),
}  # fmt: skip
"""Old age, first month of birth that is delayed, months of birth for each month of delay, most months of delay."""
DELAYED_FROM = date(2025, 1, 1)
AGAIN = _("Day on which you asked for it, an authority was asked, or the employer agreed")


@calculator(
    "limitation", _("Until when to claim"), _("The last day to ask for arbitration, and what starts the year anew."),
    pick("claim", _("What you claim"), (
        ("pay", _("Wages, and I still work there")), ("pay_left", _("Wages, and I have left")),
        ("other", _("Something else")),
    )),
    day("knew", _("Day on which you knew or should have known of it"), required=False),
    day("left", _("Last day of work there"), required=False),
    day("again", AGAIN, required=False, help=_("Each such day starts the year anew; the first three are asked here.")),
    day("again_2", _("Another such day"), required=False), day("again_3", _("One more such day"), required=False),
    number("paused", _("Days on which it was impossible to claim (force majeure)"), required=False),
    group="claim", basis=f"{LAW}27", words="仲裁时效 过期 一年 诉讼时效",
)  # fmt: skip
def limitation(w: Working, g: Given) -> None:
    """A year from knowing; wages in employment have none until a year after leaving; it begins anew with each claim."""
    if g["claim"] == "pay":
        w.says(
            _("Last day to apply"),
            _("No limit while you work there; within a year after you leave."),
            "",
            f"{LAW}27（四）",
        )
        return
    name = "left" if g["claim"] == "pay_left" else "knew"
    start = g[name]
    if start is None:
        raise refuse(name, _("This day is needed to count from."))
    w.line(_("The year begins"), start, Measure.DAY, "", f"{LAW}27")
    for again in sorted(g[ask] for ask in ("again", "again_2", "again_3") if g[ask] and g[ask] > start):
        if again > plus_years(start, 1):
            w.note(_("The year was over before such a day; it does not begin anew by asking alone."), f"{LAW}27（二）")
            break
        start = w.line(_("It begins anew"), again, Measure.DAY, "", f"{LAW}27（二）")
    paused = whole(g["paused"])
    if paused > 36_500:
        raise refuse("paused", _("These numbers are too large to mean anything. Look at each of them again."))
    formula = format_lazy(_("{day} + 1 year + {days} days"), day=start, days=paused)
    last = w.result(
        _("Last day to apply"), plus_years(start, 1) + timedelta(days=paused), Measure.DAY, formula, f"{LAW}27"
    )
    left = (last - w.on).days
    w.result(_("Days left"), Decimal(max(left, 0)), Measure.DAYS, f"{last} − {w.on}", f"{LAW}27")
    if left < 0:
        w.note(_("The day has passed. Apply all the same: it counts only if the employer objects."), "解释二20")
    w.note(
        _("Keep proof of every claim: letters with receipt, messages, minutes, complaints with their number."),
        f"{LAW}27",
    )


@calculator(
    "final_award", _("Final award"), _("Whether the award binds the employer at once."),
    money("first", _("First amount claimed")), money("second", _("Second amount claimed"), required=False),
    money("third", _("Third amount claimed"), required=False),
    flag("standards", _("It is only about working time, leave or insurance standards")), MINIMUM,
    group="claim", basis=f"{LAW}47–50；解释一19–20", words="一裁终局 仲裁裁决 起诉",
)  # fmt: skip
def final_award(w: Working, g: Given) -> None:
    """Each item at most twelve months of minimum wage."""
    least = minimum_wage(w, g)
    most = w.step(_("Most for each item"), least * 12, f"{said(least)} × 12", f"{LAW}47")
    items = [item for item in (g["first"], g["second"], g["third"]) if item is not None]
    final = g["standards"] or all(item <= most for item in items)
    yes = _(
        "Yes: final for the employer. You may still sue within 15 days; the employer can only ask the intermediate "
        "court to set it aside, within 30."
    )
    formula = ", ".join(f"{said(i)} {'≤' if i <= most else '>'} {said(most)}" for i in items)
    no = _("No: either side may sue within 15 days.")
    w.says(_("Final"), yes if final else no, formula, f"{LAW}47–50；解释一19")
    w.note(_("One item that is not final makes the whole award not final."), "解释一20")


@calculator(
    "retirement", _("Pension age"), _("When you may retire, the earliest and the latest."),
    day("born", _("Day of birth")),
    pick("kind", _("Which age was yours"), (
        ("man", _("Man, 60")), ("woman55", _("Woman, 55")), ("woman50", _("Woman, 50")),
    )),
    group="later", basis=f"{DECISION}1–3；{FLEXIBLE}（待核）", words="退休年龄 延迟退休 弹性退休",
)  # fmt: skip
def retirement(w: Working, g: Given) -> None:
    """A month later for every four (or two) months of birth, up to three (five) years."""
    age, first, each, most = RETIRE[g["kind"]]
    born = g["born"]
    k = (born.year - first.year) * 12 + born.month - first.month
    delay = 0 if k < 0 else min(most, k // each + 1)
    years = format_lazy(_("{day} + {years} years"), day=born, years=age)
    old = w.line(_("By the old age"), plus_years(born, age), Measure.DAY, years, DECISION)
    formula = f"min({most}, ⌊{k} ÷ {each}⌋ + 1)" if k >= 0 else "0"
    w.line(_("Delay"), Decimal(delay), Measure.MONTHS, formula, f"{DECISION}1")
    months = format_lazy(_("{day} + {months} months"), day=old, months=delay)
    due = w.result(_("Pension age on"), plus_months(plus_years(born, age), delay), Measure.DAY, months, f"{DECISION}1")
    if due < DELAYED_FROM:
        w.note(_("It was reached before 2025: nothing of the new rule applies."), DECISION)
        return
    w.result(_("Earliest, if you choose"), max(old, plus_years(due, -3)), Measure.DAY, "", FLEXIBLE)
    w.result(_("Latest, by agreement"), plus_years(due, 3), Measure.DAY, "", FLEXIBLE)
    halves = min(max(due.year - 2029, 0), 10)
    needed = Decimal(15) + Decimal(halves) / 2
    w.result(_("Years of contributions needed"), needed, Measure.YEARS, f"15 + {halves} × 0.5", f"{DECISION}2")
    w.note(_("Who retires early says so in writing three months before."), FLEXIBLE)
    w.note(_("The steps were not checked at their source yet: the pension office decides."))


@calculator(
    "unemployment", _("Unemployment benefit"), _("For how many months it may be paid."),
    number("years", _("Years of contributions")), flag("own", _("I gave notice myself for reasons of my own")),
    flag("registered", _("I am registered as looking for work")),
    group="later", basis="社会保险法45–46", words="失业金 失业保险",
)  # fmt: skip
def unemployment(w: Working, g: Given) -> None:
    """12, 18 or 24 months at most."""
    years = g["years"]
    most = 24 if years >= 10 else 18 if years >= 5 else 12 if years >= 1 else 0
    entitled = most and not g["own"] and g["registered"]
    paid = format_lazy(_("{years} years paid"), years=said(years))
    w.result(_("Months at most"), Decimal(most if entitled else 0), Measure.MONTHS, paid, "社会保险法46")
    for missing, says in (
        (not most, _("A year of contributions is needed.")),
        (g["own"], _("It is for those who did not leave by their own wish.")),
        (not g["registered"], _("Register as looking for work first.")),
    ):
        if missing:
            w.note(says, "社会保险法45")
