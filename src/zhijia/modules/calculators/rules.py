"""Values that differ by place and year. Those without a national figure are put on record by region, or asked for."""

from datetime import date
from decimal import Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text
from zhijia.kernel.rules.values import RuleDefault, Unit

MONTH_DAYS = "calculators.month_days"
AVERAGE_WAGE = "calculators.average_wage"
MINIMUM_MONTH = "calculators.minimum_wage_month"
MINIMUM_HOUR = "calculators.minimum_wage_hour"
SICK_FLOOR = "calculators.sick_pay_floor"
MATERNITY_EXTRA = "calculators.maternity_extra_days"
HEAT_MONTH = "calculators.heat_allowance"
URBAN_INCOME = "calculators.urban_income"
SUBSISTENCE = "calculators.subsistence_line"
RELATIVE_TIMES = "calculators.hardship_relative_times"
DUES = "calculators.dues_ratio"
GRASSROOTS = "calculators.fund_grassroots_ratio"
FUND = "calculators.fund_ratio"
MEDICAL_SUBSIDY, EMPLOYMENT_SUBSIDY = "calculators.injury_medical_{}", "calculators.injury_employment_{}"
"""By the province's table, for grades 5 to 10."""
GRADES = range(5, 11)


def _of_place(key: str, unit: Unit, basis: str) -> RuleDefault:
    return RuleDefault(key, None, unit, basis, verified=False, note="set by region")


_PAID_DAYS = "企业职工带薪年休假实施办法11；人社部发〔2025〕2号"
_SICK = "劳部发〔1995〕309号59"
_INCOME = "工伤保险条例39；国家统计局全国城镇居民人均可支配收入"
RULES = (
    RuleDefault(MONTH_DAYS, Decimal("21.75"), Unit.RATIO, _PAID_DAYS, valid_from=date(2008, 1, 1)),
    RuleDefault(SICK_FLOOR, Decimal("0.8"), Unit.RATIO, _SICK, verified=False, valid_from=date(1995, 8, 4)),
    RuleDefault(URBAN_INCOME, 51821, Unit.YUAN, _INCOME, verified=False, note="2023", valid_from=date(2024, 1, 1)),
    RuleDefault(URBAN_INCOME, 54188, Unit.YUAN, _INCOME, verified=False, note="2024", valid_from=date(2025, 1, 1)),
    RuleDefault(URBAN_INCOME, 56502, Unit.YUAN, _INCOME, verified=False, note="2025", valid_from=date(2026, 1, 1)),
    RuleDefault(RELATIVE_TIMES, 2, Unit.RATIO, "困难职工建档标准（各地不一）", verified=False),
    RuleDefault(DUES, Decimal("0.005"), Unit.RATIO, "工会会员会费规定", verified=False),
    RuleDefault(FUND, Decimal("0.02"), Unit.RATIO, "工会法43"),
    RuleDefault(GRASSROOTS, Decimal("0.6"), Unit.RATIO, "工会经费分成（各地不一）", verified=False),
    _of_place(AVERAGE_WAGE, Unit.YUAN, "劳动合同法47；统计部门公布的上年度职工月平均工资"),
    _of_place(MINIMUM_MONTH, Unit.YUAN, "最低工资规定；省级人民政府公布"),
    _of_place(MINIMUM_HOUR, Unit.YUAN, "劳动合同法72；省级人民政府公布"),
    _of_place(MATERNITY_EXTRA, Unit.DAYS, "省级人口与计划生育条例"),
    _of_place(HEAT_MONTH, Unit.YUAN, "防暑降温措施管理办法17；省级公布"),
    _of_place(SUBSISTENCE, Unit.YUAN, "社会救助暂行办法；县级以上人民政府公布"),
    *(_of_place(MEDICAL_SUBSIDY.format(n), Unit.YUAN, "工伤保险条例36–37；省级人民政府规定") for n in GRADES),
    *(_of_place(EMPLOYMENT_SUBSIDY.format(n), Unit.YUAN, "工伤保险条例36–37；省级人民政府规定") for n in GRADES),
)  # fmt: skip
TITLES: dict[str, Text] = {
    MONTH_DAYS: _("Paid days of a month"),
    SICK_FLOOR: _("Lowest share of the minimum wage for sick pay"),
    URBAN_INCOME: _("Urban income per head of the country, last year"),
    RELATIVE_TIMES: _("Multiple of the subsistence line for relative hardship"),
    DUES: _("A member's dues, share of the basic wage"),
    FUND: _("Union fund, share of the payroll"),
    GRASSROOTS: _("Grassroots union's share of the fund"),
    AVERAGE_WAGE: _("Average monthly wage of the place, last year"),
    MINIMUM_MONTH: _("Minimum wage of the place, a month"),
    MINIMUM_HOUR: _("Minimum wage of the place, an hour"),
    MATERNITY_EXTRA: _("Days that the province adds to maternity leave"),
    HEAT_MONTH: _("Heat allowance of the place, a month"),
    SUBSISTENCE: _("Subsistence line of the place, a month"),
    **{
        stem.format(n): format_lazy(says, grade=n)
        for stem, says in (
            (MEDICAL_SUBSIDY, _("Medical subsidy on leaving, injury of grade {grade}")),
            (EMPLOYMENT_SUBSIDY, _("Employment subsidy on leaving, injury of grade {grade}")),
        )
        for n in GRADES
    },
}
"""What each value is called: on the answers and where an administrator sets it."""
