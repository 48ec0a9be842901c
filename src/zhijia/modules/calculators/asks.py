"""Questions that several calculators ask alike, and the values of the place that answer some of them."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text
from zhijia.kernel.service.declare import Ask
from zhijia.kernel.service.terms import day, flag, money

from .rules import AVERAGE_WAGE, MINIMUM_MONTH, MONTH_DAYS
from .working import Given, Need, Working


def of_place(name: str, title: Text) -> Ask:
    """A value of the place: filled in, or left to what is on record."""
    return money(name, title, required=False, help=_("Leave empty to use what is on record for the place."))


WAGE = money("wage", _("Monthly wage before deductions"))
AVERAGE = money(
    "average", _("Average wage of the last 12 months before it ended"),
    help=_("All that was paid: wage, bonus, allowances, overtime. Fewer months: their average."),
)  # fmt: skip
BEGAN = day("began", _("First day of work"))
ENDED = day("ended", _("Last day of work"))
LOCAL_AVERAGE = of_place("local_average", _("Average monthly wage of the place last year"))
MINIMUM = of_place("minimum", _("Minimum wage of the place (month)"))
UNINSURED = flag("uninsured", _("The employer did not insure me against work injury"))


def need_minimum(g: Given) -> Need:
    """The minimum wage of a month."""
    return Need(MINIMUM_MONTH, g["minimum"], "minimum")


def need_average(g: Given) -> Need:
    """Last year's average monthly wage of the place."""
    return Need(AVERAGE_WAGE, g["local_average"], "local_average")


def minimum_wage(w: Working, g: Given, *, on: date | None = None) -> Decimal:
    """The minimum wage of a month: given, on record, or asked for."""
    return w.all_known(need_minimum(g), on=on)[0]


def local_average(w: Working, g: Given, *, on: date | None = None) -> Decimal:
    """Last year's average monthly wage of the place: given, on record, or asked for."""
    return w.all_known(need_average(g), on=on)[0]


def paid_days(w: Working) -> Decimal:
    """Paid days of a month, 21.75."""
    return w.known(MONTH_DAYS, None, "")


def hourly(w: Working, wage: Decimal) -> Decimal:
    """The wage of one hour, M / (21.75 × 8), not rounded."""
    return wage / (paid_days(w) * 8)
