"""The contract: none in writing, one after another, probation."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.service.terms import day, flag, money, number, pick

from .asks import BEGAN, MINIMUM, WAGE, minimum_wage, paid_days
from .days import after_months, whole_months
from .declare import calculator, whole
from .working import Given, Measure, Working, refuse, said

GROUP = "contract"
LCL, RULES = "劳动合同法", "劳动合同法实施条例"
ZERO = Decimal(0)


@calculator(
    "no_contract", _("No written contract"), _("Double pay for the months without a contract in writing."), WAGE, BEGAN,
    pick("kind", _("What is missing"), (
        ("none", _("A written contract")), ("open", _("The open-ended contract that was due")),
    )),
    day("due", _("Day on which the open-ended contract was due"), required=False),
    day("signed", _("Day on which it was signed"), required=False, help=_("Leave empty if it never was.")),
    day("left", _("Last day of work"), required=False, help=_("Leave empty if you still work there.")),
    flag("mine", _("It is missing by my own doing, by force majeure, or the contract ran on by law")),
    group=GROUP, basis=f"{LCL}14、82；{RULES}6–7；解释二6–9", words="双倍工资 二倍工资 没签合同",
)  # fmt: skip
def no_contract(w: Working, g: Given) -> None:
    """From the day after the first month to the day before signing, at most eleven months; the second wage only."""
    if g["mine"]:
        w.claim(_("Double pay (the second wage)"), ZERO, "", "解释二7")
        return
    open_ended, year = g["kind"] == "open", after_months(g["began"], 12)
    if open_ended and g["due"] is None:
        raise refuse("due", _("Say from which day the open-ended contract was due."))
    begin = g["due"] if open_ended else after_months(g["began"], 1)
    worked = min(w.on, g["left"] or w.on) + timedelta(days=1)
    end = max(min(worked, g["signed"] or worked, worked if open_ended else year), begin)
    w.line(_("Double pay from"), begin, Measure.DAY, "", f"{LCL}82；{RULES}6")
    w.line(_("to the day before"), end, Measure.DAY, "", f"{RULES}6–7")
    months = whole_months(begin, end)
    full = w.step(_("Whole months"), g["wage"] * months, f"{said(g['wage'])} × {months}", f"{LCL}82")
    part = _part_month(w, g["wage"], after_months(begin, months), end)
    w.claim(_("Double pay (the second wage)"), full + part, f"{said(full)} + {said(part)}", f"{LCL}82；解释二6")
    if not open_ended and worked > year and (g["signed"] is None or g["signed"] > year):
        w.note(
            _("After a year without one you have an open-ended contract by law, and no more double pay."),
            f"{LCL}14；{RULES}7",
        )
    w.note(_("The claim for each month runs out a year later: see the limitation calculator."), "劳动争议调解仲裁法27")


def _part_month(w: Working, wage: Decimal, begin: date, end: date) -> Decimal:
    """What is over the whole months, by actual working days (解释二6)."""
    calendar = w.calendar()
    days = calendar.working_days(begin - timedelta(days=1), end - timedelta(days=1))
    if not days:
        return ZERO
    if not calendar.known_between(begin, end):
        w.note(_("The holidays of that year are not published: working days are counted by weekends."))
    paid = paid_days(w)
    formula = f"{said(wage)} ÷ {said(paid)} × {days}"
    return w.step(_("Part of a month by working days"), min(wage / paid * days, wage), formula, "解释二6")


@calculator(
    "open_ended", _("A contract without end"), _("Whether the employer must offer you an open-ended contract."),
    number("terms", _("Fixed-term contracts in a row so far"), help=_("Only those signed since 2008 count.")),
    number("extended", _("Months by which they were extended by agreement"), required=False),
    flag("renewed", _("One was renewed by itself, as it provides")),
    flag("swapped", _("The employer was swapped, the work stayed")),
    number("years", _("Years with the employer in a row")),
    flag("fault", _("I broke the rules seriously, or could not do the work even after training")),
    group=GROUP, basis=f"{LCL}14、97；解释二10", words="无固定期限 续签 第二次",
)  # fmt: skip
def open_ended(w: Working, g: Given) -> None:
    """Two fixed terms, also disguised ones, or ten years."""
    terms, years = whole(g["terms"]), g["years"]
    if terms == 1 and (whole(g["extended"]) >= 12 or g["renewed"] or g["swapped"]):
        terms += 1
        w.line(_("Terms that count"), terms, Measure.WORDS, "1 + 1", "解释二10")
    due = (terms >= 2 and not g["fault"]) or years >= 10
    says = _("Yes: ask for it, and an open-ended contract must be made.") if due else _("Not yet on these facts.")
    signs = ["≥" if terms >= 2 else "<", "≥" if years >= 10 else "<"]
    w.says(_("Open-ended contract"), says, f"{terms} {signs[0]} 2, {said(years)} {signs[1]} 10", f"{LCL}14")
    if due:
        w.note(_("If it is refused, double pay is due from that day."), f"{LCL}82")


@calculator(
    "probation", _("Probation"), _("How long it may last, what it pays at least, and damages for more."),
    pick("length", _("The contract"), (
        ("term", _("is for a fixed time")), ("open", _("has no end")), ("task", _("ends with a task")),
    )),
    number("months", _("Months of the contract"), required=False),
    number("served", _("Months of probation served so far")),
    money("full", _("Agreed monthly wage after probation")), money("paid", _("Monthly wage during probation")),
    MINIMUM,
    group=GROUP, basis=f"{LCL}19–20、83；{RULES}15", words="试用期 试用期工资 转正",
)  # fmt: skip
def probation(w: Working, g: Given) -> None:
    """None, 1, 2 or 6 months; 80 per cent; full wage for every month too long that was served."""
    if g["length"] == "term" and g["months"] is None:
        raise refuse("months", _("Say how many months the contract lasts."))
    length, full, served = g["months"] or ZERO, g["full"], g["served"]
    by_term = 6 if length >= 36 else 2 if length >= 12 else 1 if length >= 3 else 0
    most = {"open": 6, "task": 0}.get(g["length"], by_term)
    w.result(_("Longest probation"), Decimal(most), Measure.MONTHS, "", f"{LCL}19")
    too_long = max(served - most, ZERO)
    w.claim(
        _("Damages for probation that was too long"), too_long * full, f"{said(too_long)} × {said(full)}", f"{LCL}83"
    )
    least = minimum_wage(w, g)
    floor = max(full * Decimal("0.8"), least)
    formula = f"max({said(full)} × 80%, {said(least)}) − {said(g['paid'])}"
    short = w.step(_("Paid too little each month"), max(floor - g["paid"], ZERO), formula, f"{LCL}20；{RULES}15")
    w.claim(_("Paid too little in all"), short * served, f"{said(short)} × {said(served)}", f"{LCL}20")
    w.note(_("Probation is agreed once with an employer; a contract of nothing but probation has none."), f"{LCL}19")
