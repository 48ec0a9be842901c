"""The winter campaign through its own door: sums to the fen, order, CSV, and nobody sees beyond their reach."""

import re
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import BEILING, CITY, QINGHE, Cast
from zhijia.faces.web.board.winter import COLUMNS
from zhijia.kernel.base import clock
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.people.persons import find_or_add_person
from zhijia.kernel.service.engine import open_case

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 10, 10, 0, tzinfo=CHINA)
"""A day within the campaign."""


@pytest.fixture
def claims(cast: Cast) -> None:
    """Two claims in Qinghe, one in Beiling."""
    for n, (region, amount) in enumerate(((QINGHE, "6,800.55"), (QINGHE, "100"), (BEILING, "9000"))):
        person = find_or_add_person(name="袁师傅", phone=f"1390000000{n}", now=NOW).pk
        data = {
            "story": "工资没有给。", "category": "construction", "employer_name": "江澜建筑", "amount": amount,
            "owed_from": "2026-09-01", "owed_until": "2026-10-31",
        }  # fmt: skip
        open_case(
            service="wage_arrears", actor=cast.actor("zhou").platform(), now=NOW, data=data, region=region,
            applicant_id=person,
        )  # fmt: skip


@pytest.fixture
def see(cast: Cast) -> object:
    def seen(name: str, path: str = "/board/winter/", **query: str) -> object:
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(cast.accounts[name])
        with clock.at(NOW):
            return client.get(path, query)

    return seen


def names(response: object) -> list[str]:
    return [county.name for county in response.context["counties"]]  # type: ignore[attr-defined]


def test_sums_are_right_to_the_fen_and_the_most_owed_comes_first(claims: None, see: object) -> None:
    page = see("leader", region=CITY)  # type: ignore[operator]
    assert (page.status_code, names(page)) == (200, ["北岭县", "青禾区"])
    assert page.context["campaign"].whole.claimed == 1_590_055
    assert page.content.decode().count("15,900.55\u00a0yuan") == 2
    marks = page.context["bars"].marks
    assert re.findall(r'width="([0-9.]+)" height="14.4" rx="2" class="m-rest"', marks) == ["460.0", "352.7"]


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.key)
def test_every_column_sorts(claims: None, see: object, column: object) -> None:
    page = see("leader", region=CITY, sort=column.key)  # type: ignore[attr-defined,operator]
    found = [column.of(county) for county in page.context["counties"]]  # type: ignore[attr-defined]
    assert found == sorted(found, reverse=not column.smallest_first)  # type: ignore[attr-defined]
    assert page.content.decode().count("aria-sort=") == 1


def test_csv_has_the_same_order_in_yuan(claims: None, see: object) -> None:
    answer = see("leader", "/board/winter/table.csv", region=CITY, sort="claims")  # type: ignore[operator]
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert rows[0] == "code,name,claims,workers,claimed,recovered,share,open_now,open_late,oldest"
    assert rows[1] == f"{CITY},澜江市,3,3,15900.55,0.00,0.0,3,0,2026-12-10"
    assert [row.split(",")[1] for row in rows[2:]] == ["青禾区", "北岭县"]


def test_officer_sees_the_own_county_only(claims: None, see: object) -> None:
    assert names(see("zhou")) == ["青禾区"]  # type: ignore[operator]
    assert names(see("zhou", region=BEILING)) == []  # type: ignore[operator]


def test_workers_and_nonsense_are_refused(claims: None, see: object) -> None:
    assert see("alice").status_code == 403  # type: ignore[operator]
    assert see("leader", region="x' OR 1").status_code == 404  # type: ignore[operator]
    assert see("leader", sort="nonsense").status_code == 200  # type: ignore[operator]


def test_queries_do_not_grow_with_counties(claims: None, see: object) -> None:
    counts = []
    for region in (QINGHE, CITY):
        see("leader", region=region)  # type: ignore[operator]
        with CaptureQueriesContext(connection) as queries:
            see("leader", region=region)  # type: ignore[operator]
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 26  # signing in is a dozen of them
