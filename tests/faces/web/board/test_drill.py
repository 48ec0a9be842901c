"""The board leads to the cases behind a figure, to its meaning, to the map, and to the wall."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import BEILING, CITY, NOW, PROVINCE, QINGHE, Cast
from tests.faces.web.board.test_board import count, leader, see
from zhijia.faces.web.board import tiles
from zhijia.faces.web.board.definitions import definitions
from zhijia.faces.web.board.figures import Place
from zhijia.kernel.base import clock
from zhijia.kernel.indicators.figures import rate
from zhijia.kernel.service import registry

__all__ = ["leader"]
pytestmark = pytest.mark.django_db


def test_a_figure_opens_the_list_behind_it(leader: Client, cast: Cast) -> None:
    count(QINGHE, filed=420, closed=300, urged=40)
    page = see(leader, region=QINGHE, period="2026-11").replace("&amp;", "&")
    links = re.findall(r'href="(/desk/\?[^"]*)"', page)
    unit = cast.orgs["qinghe"].pk
    base = f"/desk/?view=all&service=hotline&state=any&unit={unit}&since=2026-11-01&until=2026-11-30"
    assert links.count(base) > 1
    assert f"/desk/?view=all&service=hotline&state=closed&unit={unit}&since=2026-11-01&until=2026-11-30" in links
    with clock.at(NOW):
        assert leader.get(base).status_code == 200


def test_no_list_is_offered_for_a_place_out_of_reach(cast: Cast, client: Client) -> None:
    count(BEILING, filed=420)
    client.force_login(cast.accounts["head"], backend="zhijia.kernel.people.auth.Backend")
    page = see(client, region=BEILING, period="2026-11")
    assert ("/desk/?" in page, "not its cases" in page) == (False, True)


def test_reopen_rate_has_both_halves(leader: Client) -> None:
    count(QINGHE, closed=300, reopened=40)
    page = see(leader, region=QINGHE, period="2026-11")
    assert '<p class="fig">11.8<small>%</small></p>' in page  # 40 of 340
    assert "<b>340</b> endings" in page


def test_map_leads_a_level_down_and_says_its_colours(leader: Client) -> None:
    count(QINGHE, called_back=620, solved=545)
    page = see(leader, region=CITY, period="2026-11")
    label = re.search(rf'region={QINGHE}" aria-label="(青[^"]*)"', page)
    assert label is not None
    assert label[1] == "青禾区 87.9%"
    assert "北岭县, too few to show" in page


def test_tiles_never_share_a_spot() -> None:
    names = [(code, code) for code in (*tiles.AT, "980000", "990000")]
    drawn = tiles.laid(names, {}).tiles
    assert len({(tile.column, tile.row) for tile in drawn}) == len(names) == 36


def test_tiles_are_coloured_by_fifths() -> None:
    shown = {str(n): Place(str(n), str(n), rate("", 50 + n, 100), 0) for n in range(0, 50, 5)}
    steps = [tile.step for tile in tiles.laid([(code, code) for code in shown], shown).tiles]
    assert steps == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_every_figure_of_every_service_is_defined() -> None:
    for service in registry.services():
        found = definitions(service)
        wanted = {f.key for group in (service.rates, service.counts, service.sums, service.durations) for f in group}
        assert (wanted - found.keys(), [d.key for d in found.values() if not str(d.says)]) == (set(), [])


def test_wall_is_a_dark_page_that_asks_for_its_own_inside(leader: Client) -> None:
    count(QINGHE, called_back=620, solved=545)
    with clock.at(NOW + timedelta(minutes=1)):
        whole = leader.get("/board/wall/", {"region": PROVINCE}).content.decode()
        inside = leader.get("/board/wall/", {"region": PROVINCE}, headers={"hx-request": "true"}).content.decode()
    assert 'data-theme="dark"' in whole
    assert f'hx-get="/board/wall/?service=hotline&period=year&region={PROVINCE}"' in whole.replace("&amp;", "&")
    assert inside.lstrip().startswith('<div class="wall-page">')
