"""Every page of the worker: who sees it, how many queries it costs, and that a stranger sees nothing."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast

PAGES = ("/matters/", "/messages/", "/me/", "/me/access/")


@pytest.mark.parametrize("path", ["/", "/ask/", "/sign-in/"])
def test_page_is_open_to_a_passer_by(cast: Cast, client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_page_sends_a_passer_by_to_sign_in(cast: Cast, client: Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, f"/sign-in/?next={path}")


@pytest.mark.parametrize("path", ["/", "/ask/", *PAGES])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("mode", ["plain", "elder"])
def test_page_of_a_worker_without_matters(alice: Client, path: str, language: str, mode: str) -> None:
    alice.cookies["django_language"], alice.cookies["mode"] = language, mode
    response = alice.get(path)
    page = response.content.decode()
    assert (response.status_code, page.count("<h1")) == (200, 1)
    assert ('data-mode="elder"' in page) == (mode == "elder")
    assert f'<html lang="{"zh-CN" if language == "zh-hans" else "en"}"' in page
    assert "style=" not in page


@pytest.mark.parametrize("path", ["/", "/matters/"])
def test_list_costs_the_same_for_one_matter_and_three(
    alice: Client, told: Callable[..., str], path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhijia.faces.access.RULES_FRESH", 1e9)  # else a look at the rules' version comes and goes
    told()
    alice.get(path)  # warms what is kept per process
    counts = []
    for story in ("", "手指被压伤，公司不报工伤。", "试用期不交社保。"):
        if story:
            told(story=story)
        with CaptureQueriesContext(connection) as queries:
            alice.get(path)
        counts.append(len(queries))
    assert counts == [counts[0]] * 3
    assert counts[0] <= 14


def test_matter_costs_at_most_24_queries(alice: Client, told: Callable[..., str], walk: Callable[..., None]) -> None:
    no = told()
    walk(no, "submit")
    alice.get(f"/matters/{no}/")
    with CaptureQueriesContext(connection) as queries:
        response = alice.get(f"/matters/{no}/")
    assert response.status_code == 200
    assert len(queries) <= 24, [q["sql"][:90] for q in queries]


def test_matter_shows_the_date_and_why(alice: Client, told: Callable[..., str], walk: Callable[..., None]) -> None:
    no = told()
    walk(no, "contact")
    page = alice.get(f"/matters/{no}/").content.decode()
    assert '<table class="why">' in page
    assert "11 月 23 日前" in page  # 5 working days from Monday 16 November


def test_matter_of_a_stranger_is_not_found(enter: Callable[[str], Client], told: Callable[..., str]) -> None:
    no = told()
    stranger = enter("mallory")
    answers = [
        stranger.get(f"/matters/{no}/"),
        stranger.post(f"/matters/{no}/do/urge/"),
        stranger.post(f"/matters/{no}/do/withdraw/"),
        stranger.get(f"/matters/{no}/files/1/"),
    ]
    assert [a.status_code for a in answers] == [404] * 4
    assert "找不到这一页" in answers[0].content.decode()


def test_messages_become_read_when_shown(alice: Client, told: Callable[..., str]) -> None:
    told()
    first, second = (alice.get("/messages/").content.decode() for _ in range(2))
    assert ("tag act" in first, "tag act" in second) == (True, False)
    assert "dot" not in alice.get("/").content.decode().split("</header>")[0]


def test_unread_message_puts_a_dot_on_the_bell(alice: Client, told: Callable[..., str]) -> None:
    told()
    assert 'class="icon-btn dot"' in alice.get("/").content.decode()


def test_mode_is_kept_and_an_outside_address_is_not_followed(client: Client, db: None) -> None:
    response = client.post("/mode/", {"mode": "elder", "next": "//evil.example/"})
    assert (response["Location"], response.cookies["mode"].value) == ("/", "elder")


def test_unknown_mode_changes_nothing(client: Client, db: None) -> None:
    assert "mode" not in client.post("/mode/", {"mode": "<script>"}).cookies


def test_size_of_large_text_is_kept_and_shown(client: Client, cast: Cast) -> None:
    assert client.post("/mode/", {"mode": "elder", "size": "30"}).cookies["size"].value == "30"
    page = client.get("/").content.decode()
    assert ('data-mode="elder" data-size="30"' in page, page.count('aria-pressed="true"')) == (True, 1)
    client.post("/mode/", {"mode": "plain", "size": "400"})
    assert "data-size" not in client.get("/").content.decode()


def test_home_shows_the_station_of_the_county_or_of_the_city_around_it(client: Client, cast: Cast) -> None:
    from zhijia.modules.vouchers.models import Outlet

    common = {"org": cast.orgs["city"], "kind": "station", "payee": "驿站", "address": "河东路 1 号"}
    Outlet.objects.create(name="北岭驿站", region="980103", **common)
    found = {}
    for county in ("", "980000", "980102", "980103", "110101"):
        client.cookies["county"] = county
        found[county] = "北岭驿站" in client.get("/").content.decode()
    assert found == {"": False, "980000": False, "980102": True, "980103": True, "110101": False}
    Outlet.objects.create(name="青禾驿站", region="980102", opening="7:00 到 22:00", **common)
    client.cookies["county"] = "980102"
    page = client.get("/").content.decode()
    assert ("青禾驿站" in page, "7:00 到 22:00" in page, "北岭驿站" in page) == (True, True, False)


def test_home_has_eight_tiles_and_the_last_leads_to_all(client: Client, cast: Cast) -> None:
    grid = client.get("/").content.decode().split('<div class="grid4">')[1].split("</div>")[0]
    assert (grid.count("<a "), grid.rindex('href="/services/"')) == (8, grid.rindex('href="'))
