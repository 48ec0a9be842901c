"""The union's own: dues, the fund, and the self-test for a hardship file."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.service.terms import flag, money, number

from .asks import of_place
from .declare import calculator
from .rules import DUES, FUND, GRASSROOTS, RELATIVE_TIMES, SUBSISTENCE
from .working import Given, Need, Working, refuse, said

ZERO = Decimal(0)


@calculator(
    "dues", _("Dues and the union fund"), _("What a member and an employer pay."),
    money("basic", _("Basic wage of a month"), required=False),
    money("payroll", _("All wages of a month"), required=False),
    group="union", basis="工会法43；工会会员会费规定（待核）", words="会费 工会经费 2%",
)  # fmt: skip
def dues(w: Working, g: Given) -> None:
    """Half a per cent of the basic wage; two per cent of the payroll, most of it for the grassroots."""
    if g["basic"] is None and g["payroll"] is None:
        raise refuse("basic", _("Fill in one of the two."))
    if g["basic"] is not None:
        ratio = w.known(DUES, None, "basic")
        formula = f"{said(g['basic'])} × {said(ratio * 100)}%"
        w.amount(_("A member's dues each month"), g["basic"] * ratio, formula, "工会会员会费规定")
    if g["payroll"] is not None:
        ratio, part = w.all_known(Need(FUND, None, "payroll"), Need(GRASSROOTS, None, "payroll"))
        formula = f"{said(g['payroll'])} × {said(ratio * 100)}%"
        fund = w.amount(_("Union fund each month"), g["payroll"] * ratio, formula, "工会法43（二）")
        w.amount(
            _("Of it for the grassroots union, at least"), fund * part, f"{said(fund)} × {said(part * 100)}%",
            "工会经费分成",
        )  # fmt: skip


@calculator(
    "hardship", _("Hardship: a first look"), _("Whether a hardship file is worth asking for."),
    money("income", _("Household income of a year after deductions")),
    money("rigid", _("What had to be spent on illness, disability, schooling"), required=False),
    number("persons", _("People in the household")),
    of_place("line", _("Subsistence line of the place (month)")),
    money("loss", _("Loss by accident this year"), required=False),
    flag("disaster", _("A disaster struck the household this year")),
    flag("luxury", _("Costly school, second home or car beyond need")),
    group="union", basis="困难职工建档标准（各地不一，待核）", words="困难职工 建档 帮扶 低保",
)  # fmt: skip
def hardship(w: Working, g: Given) -> None:
    """Income less what had to be spent, by head and month, against the subsistence line."""
    if g["persons"] < 1:
        raise refuse("persons", _("At least one."))
    line, times = w.all_known(Need(SUBSISTENCE, g["line"], "line"), Need(RELATIVE_TIMES, None, "line"))
    rigid = g["rigid"] or ZERO
    formula = f"({said(g['income'])} − {said(rigid)}) ÷ 12 ÷ {said(g['persons'])}"
    head = w.step(_("By head and month"), max(g["income"] - rigid, ZERO) / 12 / g["persons"], formula)
    accident = g["disaster"] or (g["loss"] or ZERO) > g["income"] * Decimal("0.8")
    if g["luxury"]:
        says = _("Probably not: the list of exclusions applies.")
    elif head < line:
        says = _("Deep hardship: ask for a file.")
    elif head < line * times:
        says = _("Relative hardship: ask for a file.")
    elif accident:
        says = _("Hardship by accident: ask for a file.")
    else:
        says = _("Not on these figures. Ask all the same if something else weighs on you.")
    w.says(_("A first look"), says, f"{said(head)} / {said(line)} / {said(line * times)}", "困难职工建档标准")
    w.note(_("It decides nothing: an officer visits, and the county decides."))
