"""Values of the invented province that the calculators ask for. They are invented too: no real place is shipped."""

from datetime import date, datetime

from zhijia.kernel.rules.values import Unit, set_rule
from zhijia.modules.calculators import rules

from .demo_province import PROVINCE

SINCE, BASIS = date(2024, 1, 1), "示范数据（虚构）"
VALUES: dict[str, tuple[int, Unit]] = {
    rules.AVERAGE_WAGE: (8900, Unit.YUAN), rules.MINIMUM_MONTH: (2200, Unit.YUAN), rules.MINIMUM_HOUR: (21, Unit.YUAN),
    rules.MATERNITY_EXTRA: (60, Unit.DAYS), rules.HEAT_MONTH: (300, Unit.YUAN), rules.SUBSISTENCE: (960, Unit.YUAN),
    **{rules.MEDICAL_SUBSIDY.format(n): ((11 - n) * 20_000, Unit.YUAN) for n in rules.GRADES},
    **{rules.EMPLOYMENT_SUBSIDY.format(n): ((11 - n) * 30_000, Unit.YUAN) for n in rules.GRADES},
}  # fmt: skip


def load(*, now: datetime) -> None:
    """Set each value for the province, once."""
    for key, (value, unit) in VALUES.items():
        set_rule(
            key=key, region=PROVINCE, value=value, unit=unit, basis=BASIS, verified=False, valid_from=SINCE,
            actor_id=None, now=now,
        )  # fmt: skip
