"""Public figures: open without signing in, whole months only, rounded; the data says the same as the page."""

import csv
import io
from datetime import date

import pytest
from django.test import Client

from tests.cast import CITY, NOW, PROVINCE, QINGHE, Cast
from tests.faces.web.board.test_board import count
from zhijia.faces.limits import is_limited
from zhijia.kernel.base import clock

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def ask(client: Client, path: str, **query: str) -> str:
    with clock.at(NOW):
        response = client.get(path, query, headers={"accept-language": "en"})
    assert response.status_code == 200
    return response.content.decode("utf-8-sig")


def rows(client: Client, **query: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(ask(client, "/figures/data/hotline.csv", **query))))


def test_figures_are_open_to_everybody(cast: Cast, client: Client) -> None:
    count(QINGHE, OCTOBER, called_back=301, solved=264, due_back=342)
    page = ask(client, "/figures/", region=PROVINCE)
    assert '<p class="fig">88.3<small>%</small></p>' in page
    assert "/desk/" not in page


def test_the_running_month_is_not_published(cast: Cast, client: Client) -> None:
    count(QINGHE, NOVEMBER, filed=400)
    filed = [r["value"] for r in rows(client, region=PROVINCE) if (r["table"], r["figure"]) == ("whole", "filed")]
    assert filed == [""]
    with clock.at(NOW):
        assert client.get("/figures/", {"period": "2026-11"}).status_code == 404


def test_data_hides_small_cells_and_rounds_the_rest(cast: Cast, client: Client) -> None:
    count(QINGHE, OCTOBER, filed=423, bounced=9)
    found = {r["figure"]: r["value"] for r in rows(client, region=CITY) if (r["table"], r["code"]) == ("place", QINGHE)}
    assert (found["filed"], found["bounced"]) == ("425", "")


def test_categories_are_hidden_below_twenty(cast: Cast, client: Client) -> None:
    count(QINGHE, OCTOBER, category="wages", filed=22)
    count(QINGHE, OCTOBER, category="injury", filed=18)
    found = {r["code"]: r["value"] for r in rows(client, region=PROVINCE) if r["table"] == "category"}
    assert found == {"wages": "20", "injury": ""}


def test_json_says_the_same_as_csv_with_its_meaning(cast: Cast, client: Client) -> None:
    count(QINGHE, OCTOBER, called_back=301, solved=264)
    with clock.at(NOW):
        body = client.get("/figures/data/hotline.json", {"region": PROVINCE}).json()
    lines = rows(client, region=PROVINCE)
    assert [["" if c is None else str(c) for c in row.values()] for row in body["rows"]] == [
        list(line.values()) for line in lines
    ]
    assert body["rules"] == {
        "hidden_below": 10, "categories_hidden_below": 20, "rounded_to": 5, "rate_from": 30,
    }  # fmt: skip
    assert {row["figure"] for row in body["rows"]} - {f["key"] for f in body["figures"]} == set()


def test_dictionary_names_every_column(cast: Cast, client: Client) -> None:
    page = ask(client, "/figures/dictionary/")
    assert [
        word for word in ("low95, high95", "solution", "money_recovered") if f"<code>{word}</code>" not in page
    ] == []


def test_unknown_service_and_region_are_not_found(cast: Cast, client: Client) -> None:
    paths = ("/figures/data/nothing.csv", "/figures/?region=111111", "/figures/?region=x", "/figures/?period=2031-01")
    assert [client.get(path).status_code for path in paths] == [404] * 4


def test_public_figures_are_limited() -> None:
    routes = ("figures/", "figures/dictionary/", "figures/data/<slug:service>.csv", "figures/data/<slug:service>.json")
    assert [is_limited("GET", route) for route in routes] == [True] * 4
