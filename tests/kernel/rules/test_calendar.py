"""Years that an operator loads."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django.fixtures import DjangoAssertNumQueries

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Invalid
from zhijia.kernel.rules.calendar import DayKind, Entry, current, load_year
from zhijia.kernel.rules.models import CalendarDay
from zhijia.kernel.rules.version import refresh_if, version

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 9, tzinfo=CHINA)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    refresh_if(-1)
    yield
    refresh_if(-1)


def table_2027() -> list[Entry]:
    """An invented arrangement with all thirteen statutory days, off by exchange on 8 February, made up on the 20th."""
    statutory = [
        ("New Year's Day", [(1, 1)]),
        ("Spring Festival", [(2, 5), (2, 6), (2, 7), (2, 8)]),
        ("Tomb-sweeping Day", [(4, 5)]),
        ("Labour Day", [(5, 1), (5, 2)]),
        ("Dragon Boat Festival", [(6, 9)]),
        ("Mid-autumn Festival", [(9, 15)]),
        ("National Day", [(10, 1), (10, 2), (10, 3)]),
    ]
    days = [
        Entry(date(2027, month, day), DayKind.HOLIDAY, name, statutory=True)
        for name, dates in statutory
        for month, day in dates
    ]
    return [
        *days,
        Entry(date(2027, 2, 9), DayKind.HOLIDAY, "Spring Festival"),
        Entry(date(2027, 2, 20), DayKind.WORKDAY, "Spring Festival"),
    ]


def test_load_year_makes_it_known_and_counts_by_it() -> None:
    assert current().known(2027) is False
    assert load_year(table_2027(), basis="国办通知", now=NOW) == 2027
    calendar = current()
    assert calendar.known(2027) is True
    # 3 February is a Wednesday: Thursday 4 is the first, 5 to 9 are off, Wednesday 10 is the second.
    assert calendar.add_working_days(date(2027, 2, 3), 2) == date(2027, 2, 10)
    assert calendar.day(date(2027, 2, 20)).kind == DayKind.MAKEUP
    assert (calendar.day(date(2027, 2, 8)).statutory, calendar.day(date(2027, 2, 9)).statutory) == (True, False)


def test_load_year_again_replaces_the_year() -> None:
    load_year(table_2027(), basis="国办通知", now=NOW)
    load_year(table_2027()[:-2], basis="国办通知（更正）", now=NOW)
    assert current().day(date(2027, 2, 9)).working is True
    assert set(CalendarDay.objects.values_list("basis", flat=True)) == {"国办通知（更正）"}


def test_current_costs_no_query_until_the_version_changes(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    calendar = current()
    number = version()
    with django_assert_num_queries(0):
        refresh_if(number)
        assert current() is calendar
    CalendarDay.objects.create(date=date(2026, 11, 24), kind="rest", basis="省政府通知", loaded_at=NOW)
    with django_assert_num_queries(2):
        refresh_if(version())
        assert current().day(date(2026, 11, 24)).working is False


def test_load_year_that_was_rolled_back_leaves_nothing() -> None:
    with transaction.atomic():
        load_year(table_2027(), basis="国办通知", now=NOW)
        assert current().known(2027) is True
        transaction.set_rollback(True)
    assert current().known(2027) is False


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda rows: [], "one_year"),
        (lambda rows: [*rows, Entry(date(2028, 1, 1), DayKind.HOLIDAY)], "one_year"),
        (lambda rows: [*rows, rows[0]], "doubled"),
        (lambda rows: rows[1:], "incomplete"),
        (lambda rows: [row for row in rows if row.date.month in (1, 5, 10)], "incomplete"),
        (lambda rows: [*rows, Entry(date(2027, 3, 6), DayKind.MAKEUP)], "kind"),
        (lambda rows: [*rows, Entry(date(2027, 3, 6), DayKind.REST, statutory=True)], "kind"),
        (lambda rows: [*rows, Entry(date(2027, 3, 6), DayKind.REST, "长" * 61)], "name"),
    ],
)
def test_load_year_refuses_half_a_table(change: object, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        load_year(change(table_2027()), basis="国办通知", now=NOW)  # type: ignore[operator]
    assert [problem.code for problem in caught.value.problems] == [code]
    assert CalendarDay.objects.count() == 0


def test_load_year_wants_its_basis() -> None:
    with pytest.raises(Invalid) as caught:
        load_year(table_2027(), basis=" \x00", now=NOW)
    assert [problem.field for problem in caught.value.problems] == ["basis"]


def test_database_refuses_a_statutory_working_day() -> None:
    day = CalendarDay(date=date(2027, 3, 1), kind="workday", statutory=True, basis="x", loaded_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        day.save()


def test_load_year_takes_any_order() -> None:
    load_year(reversed(table_2027()), basis="国办通知", now=NOW)
    assert current().day(date(2027, 1, 1) + timedelta(days=1)).working is False
