"""Every calculator gives what was worked out by hand, asks for what it misses, and says on what ground."""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from tests.modules.calculators.golden import ALL, DEATH, GOLDEN, HOME, HOUR, SAID, TRIAL, YEAR, N
from zhijia.kernel.base.errors import Invalid
from zhijia.kernel.rules.values import RuleValue, Unit
from zhijia.kernel.rules.workdays import Calendar
from zhijia.modules.calculators import catalogue
from zhijia.modules.calculators.declare import CALCULATORS, Answer, calculate
from zhijia.modules.calculators.rules import RULES

ON = date(2026, 11, 24)
PLACE = {
    "calculators.average_wage": 9000, "calculators.minimum_wage_month": 2200, "calculators.minimum_wage_hour": 21,
    "calculators.subsistence_line": 900, "calculators.maternity_extra_days": 60,
}  # fmt: skip
NATIONAL = {rule.key: rule.value for rule in RULES}


def find(key: str, day: date) -> RuleValue | None:
    """The place of the examples: an average wage of 9,000 and a minimum of 2,200 a month, 21 an hour."""
    value = (NATIONAL | PLACE).get(key)
    if value is None or day.year < 2008:
        return None
    return RuleValue(key, "980102", Decimal(value), None, Unit.YUAN, "", True, date(2020, 1, 1), None, 1)


def ask(key: str, *, on: date = ON, **data: Any) -> Answer:
    """The answer to what a person would type."""
    return calculate(key, data, region="980102", on=on, find=find, days=Calendar())


def results(answer: Answer) -> list[Any]:
    """The values of the answering lines, numbers as short as they are written."""
    return [f"{v.normalize():f}" if isinstance(v, Decimal) else f"{v}" for v in (r.value for r in answer.results)]


@pytest.mark.parametrize(("key", "data", "wanted"), GOLDEN)
def test_example_worked_by_hand(key: str, data: dict[str, Any], wanted: list[str]) -> None:
    assert results(ask(key, **data)) == wanted


@pytest.mark.parametrize(("key", "data", "begins"), SAID)
def test_answer_in_words(key: str, data: dict[str, Any], begins: str) -> None:
    with translation.override("en"):
        assert str(ask(key, **data).results[0].value).startswith(begins)


@pytest.mark.parametrize(
    ("key", "data", "field"),
    [
        ("severance", N | {"ended": "2019-12-31"}, "ended"),
        ("severance", N | {"began": "2000-01-01", "ended": "2007-12-31"}, "ended"),
        ("annual_leave", YEAR | {"joined": "2025-01-01"}, "joined"), ("annual_leave", YEAR | {"taken": "-1"}, "taken"),
        ("medical_period", {"total": "3", "firm": "4"}, "firm"),
        ("injury_monthly", {"grade": "7", "wage": "8000"}, "grade"),
        ("injury_death", DEATH | {"others": "1", "alone": "2"}, "alone"),
        ("no_contract", {"wage": "1", "began": "2020-01-01", "kind": "open"}, "due"),
        ("overtime", {"system": "standard"}, "wage"), ("overtime", {"system": "piece"}, "unit_price"),
        ("overtime", {"system": "cycle", "wage": "1", "total": "5"}, "cycle"),
        ("probation", TRIAL, "months"), ("dues", {}, "basic"),
        ("limitation", {"claim": "other"}, "knew"), ("limitation", {"claim": "pay_left"}, "left"),
        ("limitation", {"claim": "other", "knew": "2026-01-10", "paused": "99999"}, "paused"),
        ("maternity", {"wage": "1", "kind": "early", "insured": "1"}, "employer_average"),
        ("injury_leaving", {"grade": "7", "ends": "own", "medical": "1"}, "work"),
        ("hardship", HOME | {"persons": "0"}, "persons"), ("heat", {"degrees": "35", "months": "4"}, "allowance"),
        ("injury_healing", {"wage": "9999999999999", "months": "12"}, ""),
    ],
)  # fmt: skip
def test_what_makes_no_sense_or_is_not_on_record_is_asked_for(key: str, data: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        ask(key, **data)
    assert [p.field for p in refused.value.problems] == [field]


@pytest.mark.parametrize(
    ("key", "data", "fields"),
    [
        ("severance", N, ["minimum", "local_average"]), ("sick_pay", {}, ["minimum"]),
        ("injury_once", {"grade": "1", "wage": "1"}, ["local_average"]),
        ("part_time", HOUR, ["minimum_hour"]), ("maternity", {"wage": "1", "kind": "birth"}, ["extra"]),
        ("injury_leaving", {"grade": "7", "ends": "own"}, ["medical", "work"]), ("hardship", HOME, ["line"]),
    ],
)  # fmt: skip
def test_value_of_a_place_is_never_guessed(key: str, data: dict[str, Any], fields: list[str]) -> None:
    def national(rule: str, day: date) -> RuleValue | None:
        return find(rule, day) if NATIONAL.get(rule) is not None else None

    with pytest.raises(Invalid) as refused:
        calculate(key, data, region="980102", on=ON, find=national)
    assert [(p.field, p.code) for p in refused.value.problems] == [(field, "value_of_place") for field in fields]


def test_values_of_the_place_are_those_of_the_day_on_which_it_happened() -> None:
    asked: list[tuple[str, date]] = []

    def looked(rule: str, day: date) -> RuleValue | None:
        asked.append((rule, day))
        return find(rule, day)

    for key, data in (("severance", N), ("injury_death", DEATH), ("over_age", {"worked": "2026-07-02", "wage": "1"})):
        calculate(key, data, region="980102", on=ON, find=looked)
    minimum, average = "calculators.minimum_wage_month", "calculators.average_wage"
    assert asked == [
        (minimum, date(2025, 12, 31)), (average, date(2025, 12, 31)), (average, date(2026, 5, 1)),
        ("calculators.urban_income", date(2026, 5, 1)), (minimum, date(2026, 7, 2)), ("calculators.month_days", ON),
        ("calculators.month_days", ON),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "data", "low", "high"),
    [
        ("severance", N, 4_800_000, 4_800_000), ("late_pay", {"arrears": "10000", "ignored": "1"}, 500_000, 1_000_000),
        ("late_pay", {"arrears": "10000"}, 0, 0), ("day_hour", {"wage": "8700"}, 0, 0),
        ("injury_death", DEATH | {"spouse": "1"}, 118_404_000, 118_404_000),
        ("injury_uninsured", ALL | {"grade": "1", "care": "all"}, 21_600_000, 21_600_000),
        ("heat", {"degrees": "36", "months": "4", "allowance": "300"}, 120_000, 120_000),
        ("probation", TRIAL | {"months": "12", "served": "3", "paid": "3500"}, 650_000, 650_000),
    ],
)  # fmt: skip
def test_what_can_be_claimed_by_it(key: str, data: dict[str, Any], low: int, high: int) -> None:
    answer = ask(key, **data)
    assert (answer.low, answer.high) == (low, high)


def test_every_calculator_has_five_examples_and_every_result_its_working() -> None:
    assert {c.key for _title, group in catalogue.grouped() for c in group} == set(CALCULATORS)
    examples = Counter([*(key for key, _d, _w in GOLDEN), *(key for key, _d, _s in SAID)])
    assert {key: n for key, n in examples.items() if n < 5} == {}
    assert (set(examples), len(examples)) == (set(CALCULATORS), 33)  # 32 rows, of which the last are two
    with translation.override("en"):
        answer = ask("severance", **N)
        assert [(str(line.formula), line.basis) for line in answer.lines] == [
            ("6 years 0 months", "劳动合同法47"), ("9,000 × 3", "劳动合同法47"),
            ("6 × 8,000", "劳动合同法47；劳动合同法实施条例27"), ("48,000", "劳动合同法46–47"),
        ]  # fmt: skip
    assert [rule.key for rule in answer.used] == ["calculators.minimum_wage_month", "calculators.average_wage"]


def test_no_answer_is_without_its_article() -> None:
    answers = [ask(key, **data) for key, data in ((k, d) for k, d, _w in (*GOLDEN, *SAID))]
    assert [a.calculator.key for a in answers for line in a.results if not line.basis] == []
    assert [a.calculator.key for a in answers if not a.results] == []
