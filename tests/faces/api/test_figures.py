"""The board in numbers, and the catalogue."""

from datetime import date

import pytest
from django.db.models import F

from tests.cast import BEILING, CITY, PROVINCE, QINGHE, Cast
from zhijia.kernel.indicators.models import Counter
from zhijia.kernel.service import registry

from .conftest import Api


def count(region: str, indicator: str, n: int, month: date = date(2026, 11, 1), category: str = "") -> None:
    """One more figure of a county and of its province, as the writer keeps them."""
    for place in (region, region[:2]):
        Counter.objects.get_or_create(
            service="hotline", indicator=indicator, region=place, month=month, category=category, shard=0,
            defaults={"n": 0, "amount": 0},
        )  # fmt: skip
        Counter.objects.filter(region=place, indicator=indicator, month=month, category=category).update(n=F("n") + n)


@pytest.fixture
def figures(cast: Cast) -> None:
    for region, solved, called in ((QINGHE, 83, 101), (BEILING, 7, 28)):
        count(region, "solved", solved)
        count(region, "called_back", called)
    count(QINGHE, "filed", 200, date(2026, 10, 1))


def test_rates_come_with_both_halves_rounded(api: Api, figures: None) -> None:
    found = api.by("leader").get("/board", region=PROVINCE).json()
    solution = next(r for r in found["whole"]["rates"] if r["key"] == "solution")
    assert (solution["part"], solution["whole"], solution["share"]) == (90, 130, 90 / 130)
    assert [row["key"] for row in found["rows"]] == ["2026-10", "2026-11"]
    assert (found["since"], found["until"]) == ("2025-12", "2026-11")


def test_small_cells_are_null(api: Api, figures: None) -> None:
    rows = {r["key"]: r for r in api.by("alice").get("/board", region=CITY, by="region").json()["rows"]}
    solution = {key: next(r for r in row["rates"] if r["key"] == "solution") for key, row in rows.items()}
    assert (solution[BEILING]["part"], solution[BEILING]["share"]) == (None, None)
    assert (solution[QINGHE]["part"], solution[QINGHE]["whole"]) == (85, 100)
    assert (rows[QINGHE]["title"], rows[BEILING]["counts"][0]["n"]) == ("青禾区", None)


def test_categories_are_worded(api: Api, figures: None) -> None:
    count(QINGHE, "filed", 40, category="wages")
    rows = api.by("leader").get("/board", by="category").json()["rows"]
    assert [(r["key"], r["title"], r["counts"][0]["n"]) for r in rows] == [("wages", "Unpaid wages", 40)]


@pytest.mark.parametrize(
    ("query", "status"),
    [({"region": "123456"}, 422), ({"region": "x"}, 422), ({"since": "2026-13"}, 422),
     ({"since": "2026-12", "until": "2026-01"}, 422),
     ({"since": "2000-01"}, 422), ({"by": "person"}, 422), ({"service": "nonsense"}, 404), ({"service": "\0"}, 404)],
)  # fmt: skip
def test_senseless_question_is_refused(api: Api, query: dict[str, str], status: int) -> None:
    assert api.by("leader").get("/board", **query).status_code == status


def test_declaration_is_machine_readable(api: Api) -> None:
    listed = api.by("alice").get("/services").json()
    whole = api.by("alice").get("/services/hotline").json()
    assert [s["key"] for s in listed] == [s.key for s in registry.services()]
    assert whole["version"] == next(s["version"] for s in listed if s["key"] == "hotline")
    assert {"received", "closed"} <= {s["key"] for s in whole["states"]}
    assert next(t for t in whole["transitions"] if t["key"] == "dispatch")["target"] == ["dispatched"]
    assert api.by("alice").get("/services/nonsense").status_code == 404


def test_organisations_within_reach_only(api: Api, cast: Cast) -> None:
    found = {
        who: [o["name"] for o in api.by(who).get("/orgs").json()["items"]] for who in ("dispatcher", "zhou", "alice")
    }
    assert (len(found["dispatcher"]), found["zhou"], found["alice"]) == (6, ["青禾区总工会"], [])
    desk = api.by("dispatcher")
    below = desk.get("/orgs", under=cast.orgs["city"].pk, kind="federation", q="总工会").json()["items"]
    assert [o["name"] for o in below] == ["澜江市总工会", "青禾区总工会", "北岭县总工会"]
    page = desk.get("/orgs", limit=4).json()
    rest = desk.get("/orgs", limit=4, cursor=page["next"]).json()
    assert (len(page["items"]), len(rest["items"]), rest["next"]) == (4, 2, None)


def test_regions_below(api: Api, cast: Cast) -> None:
    below = api.by("alice").get(f"/regions/{CITY}/children").json()
    assert [(r["code"], r["name"]) for r in below] == [(QINGHE, "青禾区"), (BEILING, "北岭县")]
    assert api.by("alice").get("/regions/nonsense/children").status_code == 404


def test_unknown_address_and_method_have_the_common_shape(api: Api) -> None:
    alice = api.by("alice")
    assert alice.get("/nonsense").json()["code"] == "no_such_address"
    assert api.get("/nonsense/%00").status_code == 404
