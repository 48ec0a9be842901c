"""The board through its own door: fractions, hidden cells, drill-down, CSV."""

from datetime import date

import pytest
from django.test import Client

from tests.cast import BEILING, CITY, NOW, PROVINCE, QINGHE, Cast
from zhijia.kernel.base import clock
from zhijia.kernel.indicators.figures import published, rate
from zhijia.kernel.indicators.models import Counter

pytestmark = pytest.mark.django_db
MONTH = date(2026, 11, 1)


def count(region: str, month: date = MONTH, category: str = "", **figures: int) -> None:
    """Write counters as the engine would have."""
    for key, n in figures.items():
        for place in (region, region[:2]):
            counter, _made = Counter.objects.get_or_create(
                service="hotline", indicator=key, region=place, month=month, category=category, shard=0,
                defaults={"n": 0, "amount": 0},
            )  # fmt: skip
            Counter.objects.filter(pk=counter.pk).update(n=counter.n + n, amount=counter.amount + n * 48)


@pytest.fixture
def leader(cast: Cast, client: Client) -> Client:
    client.force_login(cast.accounts["leader"], backend="zhijia.kernel.people.auth.Backend")
    return client


def see(client: Client, **query: str) -> str:
    with clock.at(NOW):
        response = client.get("/board/", query, headers={"accept-language": "en"})
    assert response.status_code == 200
    return response.content.decode()


def test_board_shows_each_rate_with_its_fraction(leader: Client) -> None:
    count(QINGHE, dispatched=412, contacted=390, called_back=301, due_back=342, solved=264, satisfied=251, filed=420)
    page = see(leader, region=PROVINCE, period="2026-11")
    assert '<p class="fig">88.3<small>%</small></p>' in page  # the rate of the shown halves: 265 of 300
    assert "<b>265</b> Solved" in page
    assert "<b>300</b> Valid call-backs" in page


def test_board_hides_a_rate_of_fewer_than_thirty(leader: Client) -> None:
    count(QINGHE, called_back=29, solved=28, due_back=29, dispatched=29, contacted=29)
    page = see(leader, region=PROVINCE, period="2026-11")
    assert "Too few to show" in page
    assert "96.6" not in page


def test_board_ranks_places_and_leads_a_level_down(leader: Client) -> None:
    count(QINGHE, called_back=620, solved=545, due_back=700)
    count(BEILING, called_back=255, solved=195, due_back=300)
    page = see(leader, region=CITY, period="2026-11")
    assert page.index("青禾区</text>") < page.index("北岭县</text>")
    assert f"region={QINGHE}" in page
    below = see(leader, region=QINGHE, period="2026-11")
    assert "87.9" in below


def test_two_published_tables_do_not_betray_a_small_cell() -> None:
    """Differencing: the whole minus the shown parts never gives a hidden cell exactly."""
    for small in range(10):
        parts = [57, 123, small]
        shown = [published(n) for n in parts]
        assert shown[2] is None
        total = published(sum(parts))
        assert total is not None
        guesses = {total - (shown[0] or 0) - (shown[1] or 0)}
        assert all(guess % 5 == 0 for guess in guesses)
    assert len({published(57 + 123 + small) for small in range(10)}) < 10


def test_rate_is_hidden_when_its_part_is_small() -> None:
    assert rate("x", 9, 200).share is None
    assert rate("x", 150, 200).share == 0.75


def test_csv_gives_the_published_figures_only(leader: Client) -> None:
    count(QINGHE, called_back=301, solved=264, due_back=342)
    with clock.at(NOW):
        response = leader.get("/board/table.csv", {"region": PROVINCE, "period": "2026-11"})
    rows = response.content.decode("utf-8-sig").splitlines()
    assert rows[0] == "table,code,name,figure,part,whole,rate,low95,high95"
    assert any(row.startswith("total,980000,江澜省,solution,265,300,") for row in rows)


def test_board_is_closed_to_a_worker(cast: Cast, client: Client) -> None:
    client.force_login(cast.accounts["alice"], backend="zhijia.kernel.people.auth.Backend")
    assert client.get("/board/").status_code == 403


def test_unknown_region_is_not_found(leader: Client) -> None:
    assert leader.get("/board/", {"region": "111111"}).status_code == 404


def test_board_queries_do_not_grow_with_the_region(leader: Client, django_assert_max_num_queries: object) -> None:
    count(QINGHE, called_back=620, solved=545, due_back=700)
    with clock.at(NOW), django_assert_max_num_queries(24):  # type: ignore[operator]
        leader.get("/board/", {"region": PROVINCE})


def test_every_board_jumps_to_a_place_within_what_it_shows(leader: Client) -> None:
    count(QINGHE, called_back=620, solved=545, due_back=700)
    asked = {"region": CITY, "period": "2026-11"}
    for path, go in (
        ("/board/", "?service=hotline&period=2026-11&category=&region="), ("/board/winter/", "?sort=claimed&region="),
        ("/figures/", "?service=hotline&period=2026-10&region="),
    ):  # fmt: skip
        with clock.at(NOW):
            page = leader.get(path, asked | ({"period": "2026-10"} if path == "/figures/" else {})).content.decode()
        assert f'data-within="980000" data-go="{go}"' in page.replace("&amp;", "&"), path
