"""No region may be worse for workers than the law's own limit; values to come are taken back."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, Invalid, Misconfigured
from zhijia.kernel.rules import bounds
from zhijia.kernel.rules.models import Rule
from zhijia.kernel.rules.units import Unit
from zhijia.kernel.rules.values import RuleDefault, load_defaults, set_rule, value_of, withdraw_rule

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 9, tzinfo=CHINA)
WAIT, CLAIM = "test.wait", "test.claim"
LIMITS = (
    RuleDefault(WAIT, 15, Unit.DAYS, "法 14", bound=bounds.Bound("法 14", at_most=15)),
    RuleDefault(CLAIM, 1, Unit.YEARS, "法 27", bound=bounds.Bound("法 27", at_least=1)),
)


@pytest.fixture(autouse=True)
def _declared() -> None:
    load_defaults(LIMITS, now=NOW)


def put(key: str, value: Any, day: date = date(2026, 12, 1), unit: Unit = Unit.DAYS) -> Rule:
    return set_rule(
        key=key,
        region="330000",
        value=value,
        unit=unit,
        basis="省条例",
        verified=True,
        valid_from=day,
        actor_id=7,
        now=NOW,
    )


@pytest.mark.parametrize(
    ("key", "value", "unit", "code"),
    [
        (WAIT, 15, Unit.DAYS, ""), (WAIT, 10, Unit.DAYS, ""), (WAIT, 16, Unit.DAYS, "bound"),
        (WAIT, 1, Unit.MONTHS, "bound_unit"), (CLAIM, 2, Unit.YEARS, ""), (CLAIM, 0, Unit.YEARS, "bound"),
    ],
)  # fmt: skip
def test_value_worse_than_the_law_is_refused(key: str, value: int, unit: Unit, code: str) -> None:
    problem = bounds.problem(key, Decimal(value), unit)
    assert (problem.code if problem else "") == code
    if problem is None:
        assert put(key, value, unit=unit).value == value
        return
    with pytest.raises(Invalid) as refused:
        put(key, value, unit=unit)
    assert [(p.field, p.code) for p in refused.value.problems] == [("value", code)]


def test_default_that_breaks_its_own_bound_is_refused() -> None:
    with pytest.raises(Invalid):
        load_defaults([RuleDefault(WAIT, 20, Unit.DAYS, "法 14", bound=LIMITS[0].bound)], now=NOW)
    with pytest.raises(Misconfigured):
        bounds.declare(WAIT, bounds.Bound("法 14", at_most=30), Unit.DAYS)


def test_value_to_come_is_taken_back_and_what_it_ended_goes_on() -> None:
    put(WAIT, 12, date(2026, 6, 1))
    made = put(WAIT, 10)
    withdraw_rule(rule=made, on=NOW.date())
    rows = [(r.in_force.lower, r.in_force.upper) for r in Rule.objects.filter(key=WAIT, region="330000")]
    assert rows == [(date(2026, 6, 1), None)]
    assert value_of(WAIT, region="330000", on=date(2027, 1, 1)).value == 12
    with pytest.raises(Conflict):
        withdraw_rule(rule=Rule.objects.get(key=WAIT, region="330000"), on=NOW.date())
