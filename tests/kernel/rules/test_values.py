"""Which value is in force, and how a new one is set."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import DjangoAssertNumQueries

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.database import STAFF, WORKER, scope
from zhijia.kernel.base.errors import Invalid, Misconfigured
from zhijia.kernel.rules.models import Rule
from zhijia.kernel.rules.units import TIME, phrase
from zhijia.kernel.rules.values import (
    RuleDefault,
    RuleValue,
    Unit,
    load_defaults,
    refresh,
    refresh_if,
    set_rule,
    value_of,
    version,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 9, tzinfo=CHINA)
KEY = "test.reply_limit"
START = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    refresh_if(-1)
    yield
    refresh_if(-1)


def put(value: Any, *, region: str = "000000", valid_from: date = START, **given: Any) -> Rule:
    given = {"unit": Unit.WORKDAYS, "basis": "条例 22", "verified": True, "actor_id": 7, "now": NOW} | given
    return set_rule(key=KEY, region=region, value=value, valid_from=valid_from, **given)


def at(day: date, region: str = "000000") -> int:
    return int(value_of(KEY, region=region, on=day).value or 0)


def ranges() -> list[tuple[date, date | None, int]]:
    rows = Rule.objects.filter(key=KEY).order_by("in_force")
    return [(row.in_force.lower, row.in_force.upper, int(row.value or 0)) for row in rows]


@pytest.mark.parametrize(
    ("region", "value"),
    [("110101", 1), ("110102", 2), ("110000", 3), ("110200", 3), ("330000", 4), ("330106", 4), ("000000", 4)],
)
def test_value_of_takes_the_most_specific_region(region: str, value: int) -> None:
    for code, number in (("110101", 1), ("110100", 2), ("110000", 3), ("000000", 4)):
        put(number, region=code)
    assert at(START, region) == value


def test_value_of_returns_the_whole_value() -> None:
    rule = put(15, region="330000", verified=False)
    assert value_of(KEY, region="330106", on=START) == RuleValue(
        KEY, "330000", Decimal(15), None, Unit.WORKDAYS, "条例 22", False, START, None, rule.pk
    )


def test_regional_value_not_yet_in_force_leaves_the_national_one() -> None:
    put(15)
    put(10, region="330000", valid_from=date(2026, 7, 1))
    assert [at(day, "330106") for day in (date(2026, 6, 30), date(2026, 7, 1))] == [15, 10]


def test_new_value_ends_the_old_one_on_its_day() -> None:
    put(15)
    put(10, valid_from=date(2026, 7, 1))
    assert ranges() == [(START, date(2026, 7, 1), 15), (date(2026, 7, 1), None, 10)]
    assert [at(date(2026, 6, 30)), at(date(2026, 7, 1)), at(date(2126, 7, 1))] == [15, 10, 10]


def test_value_with_an_end_splits_the_old_one() -> None:
    old = put(15)
    put(5, valid_from=date(2026, 3, 1), valid_to=date(2026, 4, 1), actor_id=8)
    assert ranges() == [
        (START, date(2026, 3, 1), 15),
        (date(2026, 3, 1), date(2026, 4, 1), 5),
        (date(2026, 4, 1), None, 15),
    ]
    assert [row.created_by for row in Rule.objects.filter(key=KEY).order_by("in_force")] == [7, 8, 7]
    assert value_of(KEY, region="000000", on=date(2026, 2, 28)).id == old.pk
    assert [at(date(2026, 3, 31)), at(date(2026, 4, 1))] == [5, 15]


def test_value_in_a_gap_touches_nothing() -> None:
    put(15, valid_to=date(2026, 2, 1))
    put(5, valid_from=date(2026, 3, 1))
    put(9, valid_from=date(2026, 2, 1), valid_to=date(2026, 3, 1))
    assert [value for _from, _to, value in ranges()] == [15, 9, 5]


@pytest.mark.parametrize(("valid_from", "field"), [(START, "valid_from"), (date(2025, 12, 31), "valid_to")])
def test_value_that_starts_inside_the_new_days_is_not_overwritten(valid_from: date, field: str) -> None:
    put(15)
    with pytest.raises(Invalid) as caught:
        put(10, valid_from=valid_from)
    assert [(problem.field, problem.code) for problem in caught.value.problems] == [(field, "overlap")]
    assert ranges() == [(START, None, 15)]


def test_overlap_is_impossible_in_the_database() -> None:
    put(15)
    twin = Rule(key=KEY, value=1, unit="days", basis="x", verified=True, created_at=NOW)
    for region, days, allowed in (
        ("000000", DateRange(date(2026, 6, 1), None), False),
        ("000000", DateRange(date(2025, 6, 1), date(2026, 1, 2)), False),
        ("000000", DateRange(date(2025, 6, 1), START), True),
        ("330000", DateRange(START, None), True),
    ):
        twin.pk, twin.region, twin.in_force = None, region, days
        if allowed:
            twin.save(force_insert=True)
            continue
        with pytest.raises(IntegrityError, match="rule_no_overlap"), transaction.atomic():
            twin.save(force_insert=True)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"basis": ""}, "rule_has_basis"),
        ({"region": "33"}, "rule_region_code"),
        ({"value": None}, "rule_number_or_text"),
        ({"text": "x"}, "rule_number_or_text"),
        ({"unit": "text"}, "rule_number_or_text"),
        ({"in_force": DateRange(START, START)}, "rule_starts_on_a_day"),
        ({"in_force": DateRange(None, START)}, "rule_starts_on_a_day"),
    ],
)
def test_database_refuses_half_a_rule(change: dict[str, Any], constraint: str) -> None:
    whole = {
        "key": KEY, "region": "000000", "in_force": DateRange(START, None), "value": 1, "unit": "days", "basis": "x",
        "verified": True, "created_at": NOW,
    }  # fmt: skip
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Rule.objects.create(**whole | change)


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2026, 7, 1)])
def test_missing_value_names_key_region_and_day(day: date) -> None:
    put(15, region="110000", valid_to=date(2026, 7, 1))
    with pytest.raises(Misconfigured) as caught:
        value_of(KEY, region="110101", on=day)
    assert caught.value.code == "rule_missing"
    assert [part in str(caught.value) for part in (KEY, "110101", day.isoformat())] == [True, True, True]


def test_bad_fields_are_named_together() -> None:
    with pytest.raises(Invalid) as caught:
        set_rule(
            key="", region="33", value="fifteen", unit=Unit.DAYS, basis=" ", verified=True, valid_from=START,
            valid_to=START, actor_id=None, now=NOW,
        )  # fmt: skip
    assert [problem.field for problem in caught.value.problems] == ["key", "region", "basis", "valid_to", "value"]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-1", "1.5", "1e15", "", "十五"])
def test_number_of_days_must_be_a_whole_number(value: str) -> None:
    with pytest.raises(Invalid):
        put(value, unit=Unit.DAYS)


@pytest.mark.parametrize(("value", "unit"), [("0.0200", Unit.RATIO), ("2490.55", Unit.YUAN), (12, Unit.COUNT)])
def test_numbers_are_kept_exactly(value: str | int, unit: Unit) -> None:
    put(value, unit=unit)
    assert value_of(KEY, region="000000", on=START).value == Decimal(value)


def test_text_is_kept_as_clean_text() -> None:
    put("请在\x00 15 个工作日内答复 🙂", unit=Unit.TEXT)
    row = value_of(KEY, region="000000", on=START)
    assert (row.value, row.text) == (None, "请在 15 个工作日内答复 🙂")


@given(st.sampled_from(sorted(TIME)), st.integers(0, 10**9))
def test_phrase_of_every_time_unit_says_its_number(unit: Unit, amount: int) -> None:
    assert str(amount) in str(phrase(amount, unit))


def test_look_up_costs_no_query_while_the_version_stays(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    days = DateRange(START, None)
    Rule.objects.create(key=KEY, in_force=days, value=3, unit="days", basis="x", verified=True, created_at=NOW)
    number = version()
    with django_assert_num_queries(1):
        assert at(START) == 3
    with django_assert_num_queries(0):
        refresh_if(number)
        assert at(START) == 3


def test_change_by_another_process_is_seen_after_refresh(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rules_rule (key, region, in_force, value, unit, basis, verified, note, created_at) "
            "VALUES (%s, '000000', '[2026-01-01,)', 3, 'days', 'x', true, '', now())",
            [KEY],
        )
        refresh()
        assert at(START) == 3
        before = version()
        cursor.execute("UPDATE rules_rule SET value = 4 WHERE key = %s", [KEY])
    assert at(START) == 3
    number = version()
    assert number > before
    with django_assert_num_queries(1):
        refresh_if(number)
        assert at(START) == 4


def test_value_that_was_rolled_back_was_never_there() -> None:
    put(15)
    with transaction.atomic():
        put(10, valid_from=date(2026, 2, 1))
        assert at(date(2026, 2, 1)) == 10
        transaction.set_rollback(True)
    assert at(date(2026, 2, 1)) == 15


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE rules_rule SET note = 'x'",
        "DELETE FROM rules_rule",
        "TRUNCATE rules_rule",
        "INSERT INTO rules_calendarday VALUES ('2027-01-01', 'holiday', true, '', 'x', now())",
        "DELETE FROM rules_calendarday",
        "DELETE FROM rules_version; DELETE FROM rules_rule",
    ],
)
def test_every_change_renews_the_version(sql: str) -> None:
    before = version()
    with connection.cursor() as cursor:
        cursor.execute(sql)
    assert version() > before


@pytest.mark.parametrize("role", [STAFF, WORKER])
def test_request_roles_read_rules_and_write_none(role: str) -> None:
    put(15)
    with scope(role):
        refresh_if(-1)
        assert at(START) == 15
        for sql in ("DELETE FROM rules_rule", "DELETE FROM rules_calendarday", "UPDATE rules_version SET number = 1"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                connection.cursor().execute(sql)


def default(value: int | str = 15, **given: Any) -> RuleDefault:
    return RuleDefault(**{"key": KEY, "value": value, "unit": Unit.WORKDAYS, "basis": "办法 9", **given})


def test_load_defaults_twice_stores_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    rows = [default(), default("字", key="test.text", unit=Unit.TEXT)]
    assert load_defaults(rows, now=NOW) == 2
    with django_assert_num_queries(5):  # savepoint, lock, two statements, release: however many rows
        assert load_defaults(rows, now=NOW) == 0
    assert ranges() == [(date(2020, 1, 1), None, 15)]
    assert value_of("test.text", region="110101", on=START).text == "字"


def test_default_changed_in_code_changes_its_row() -> None:
    load_defaults([default()], now=NOW)
    assert load_defaults([default(30, basis="办法 10", verified=False)], now=NOW + timedelta(days=1)) == 1
    row = value_of(KEY, region="000000", on=START)
    assert (row.value, row.basis, row.verified) == (30, "办法 10", False)


def test_default_that_changed_by_law_follows_the_older_one() -> None:
    load_defaults([default()], now=NOW)
    rows = [default(30, valid_from=START), default()]
    assert load_defaults(rows, now=NOW) == 2
    assert load_defaults(rows, now=NOW) == 0
    assert ranges() == [(date(2020, 1, 1), START, 15), (START, None, 30)]


def test_load_defaults_never_touches_what_an_operator_set() -> None:
    put(20, valid_from=date(2020, 1, 1), valid_to=START)
    put(25, valid_from=START)
    assert load_defaults([default(), default(30, valid_from=START)], now=NOW) == 0
    assert [value for _from, _to, value in ranges()] == [20, 25]


def test_default_ends_where_an_operators_value_starts() -> None:
    put(20, valid_from=START)
    assert load_defaults([default()], now=NOW) == 1
    assert ranges() == [(date(2020, 1, 1), START, 15), (START, None, 20)]


def test_load_defaults_refuses_a_rule_without_basis() -> None:
    with pytest.raises(Invalid):
        load_defaults([default(), default(basis="", key="test.other")], now=NOW)
    assert Rule.objects.filter(key=KEY).count() == 0
