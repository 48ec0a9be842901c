"""The design page: open to everybody, every part on it, its state in the address; forms that send themselves."""

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import Client, RequestFactory

from tests.cast import NOW, Cast
from zhijia.faces.web.design import states
from zhijia.faces.web.design.columns import columns
from zhijia.faces.web.design.sending import Sending
from zhijia.kernel.base import clock
from zhijia.kernel.cases.models import Case
from zhijia.kernel.org import uscc

TITLES = {"name": "Name", "code": "Code", "day": "Since"}


def ask(client: Client, **query: str) -> str:
    with clock.at(NOW):
        response = client.get("/design/", query, headers={"accept-language": "en"})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.django_db
def test_page_is_open_and_shows_every_part(client: Client) -> None:
    page = ask(client)
    parts = (
        'class="btn help"', "data-confirm=", 'class="notice toast"', "field-error", 'inputmode="decimal"',
        'type="date"',
        "data-places", "data-employers", "data-files", 'class="person"', 'data-clock="over"', 'class="why"',
        'class="line"',
        'class="tasks rows"', 'class="columns-choice"', 'role="search"', 'class="empty"', 'class="skeleton"',
        'class="stepper"', 'class="card rate"', 'class="behind"',
    )  # fmt: skip
    assert [part for part in parts if part not in page] == []
    assert Case.objects.count() == 0


@pytest.mark.django_db
def test_table_keeps_filter_columns_and_page_in_the_address(client: Client) -> None:
    first = ask(client, cols="open", choose="1")
    assert ('<th scope="col">Open cases</th>' in first, '<th scope="col">Since</th>' in first) == (True, False)
    assert "?before=8&amp;cols=name&amp;cols=open" in first
    narrowed = ask(client, place="青禾区", q="禾筑")
    assert (narrowed.count('<tr><th scope="row">'), "禾筑建设有限公司" in narrowed) == (1 + 4, True)
    assert "Nothing fits these filters." in ask(client, q="没有")


def test_invented_firms_look_like_firms() -> None:
    assert len({firm[0] for firm in states.FIRMS}) == len(states.FIRMS)
    assert [firm for firm in states.FIRMS if not uscc.is_valid(firm[1])] == []


@pytest.mark.parametrize(
    ("asked", "shown", "query"),
    [
        ("", ("name", "code", "day"), ""),
        ("cols=code", ("name", "code"), "cols=name&cols=code"),
        ("cols=nonsense", ("name", "code", "day"), ""),
        ("choose=1", ("name",), "cols=name"),
        ("cols=day&cols=code", ("name", "code", "day"), ""),
    ],
)
def test_columns_from_an_address(asked: str, shown: tuple[str, ...], query: str) -> None:
    chosen = columns(RequestFactory().get(f"/x/?{asked}&kind=a&before=9"), TITLES, first=("name",))
    assert (chosen.shown, chosen.query, chosen.kept) == (shown, query, (("kind", "a"),))


def test_a_form_that_sends_itself_is_told_where_to_go_and_no_other() -> None:
    def on(_request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect("/ask/sent/")

    told = Sending(on)(RequestFactory().post("/ask/", headers={"zhijia-sending": "1"}))
    assert (told.status_code, told["Zhijia-Location"], told.has_header("Location")) == (200, "/ask/sent/", False)
    plain = Sending(on)(RequestFactory().post("/ask/"))
    assert (plain.status_code, plain["Location"]) == (302, "/ask/sent/")


@pytest.mark.django_db
def test_undo_stands_beside_what_was_done(cast: Cast, client: Client) -> None:
    from tests.cast import QINGHE
    from zhijia.kernel.service.engine import open_case

    with clock.at(NOW):
        alice, data = cast.actor("alice"), {"story": "三个月没发工资。", "category": "wages"}
        lead, other = (
            open_case(
                service="hotline", actor=alice, now=NOW, data=data, region=QINGHE, applicant_id=alice.person_id, key=key
            ).no
            for key in ("key-aaaaaaaaaaaaaaaa", "key-bbbbbbbbbbbbbbbb")
        )
        client.force_login(cast.accounts["dispatcher"])
        page = client.post(f"/desk/{other}/do/merge/", {"lead": lead}, follow=True).content.decode()
        assert f'action="/desk/{other}/do/unmerge/"' in page
        client.post(f"/desk/{other}/do/unmerge/", {})
    assert Case.objects.get(no=other).state != "merged"
