"""The worker's pages: what there is, claiming, showing, giving back; every refusal says what to do next."""

import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from tests.cast import BEILING, CITY, QINGHE, Cast
from tests.faces.web.desk.kit import spent
from tests.modules.vouchers.kit import DAY, NOON, Kitchen, at, people, set_number
from zhijia.kernel.base import clock as kernel
from zhijia.kernel.ledger.models import Entitlement
from zhijia.kernel.org.models import Region
from zhijia.kernel.rules.models import Rule
from zhijia.kernel.rules.version import note_change
from zhijia.modules.vouchers import puzzle
from zhijia.modules.vouchers.models import Programme

if TYPE_CHECKING:
    from tests.faces.web.vouchers.conftest import Enter

Clock = Callable[[object], None]


def words(page: object) -> str:
    """The text of a page, one space between words."""
    html = page.content.decode()  # type: ignore[attr-defined]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.split("<body", 1)[1])).split())


def forms(client: Client) -> list[tuple[str, str]]:
    """(address, key) of the claim forms on the page."""
    html = client.get("/vouchers/").content.decode()
    return re.findall(r'action="(/vouchers/\d+/claim/)".*?name="key" value="(\w+)"', html)


def claim(client: Client, **more: str) -> object:
    ((address, key),) = forms(client)
    return client.post(address, {"key": key, **more})


# --- the county -------------------------------------------------------------------------------------------------


def test_a_passer_by_chooses_a_county_which_the_device_remembers(kitchen: Kitchen) -> None:
    client = Client(headers={"Accept-Language": "en"})
    first = client.get("/vouchers/")
    assert ("爱心餐" in words(first), f'value="{QINGHE}"' in first.content.decode()) == (False, True)
    chosen = client.get("/vouchers/", {"county": QINGHE})
    assert (chosen.status_code, client.cookies["county"].value, client.cookies["county"]["httponly"]) == (
        302,
        QINGHE,
        True,
    )
    seen = words(client.get("/vouchers/"))
    assert ("爱心餐" in seen, "Sign in to claim" in seen, "青禾驿站" in seen) == (True, True, True)


@pytest.mark.parametrize("county", ["", "999999", "980000", "x" * 9, "980102;"])
def test_a_senseless_county_is_no_county(kitchen: Kitchen, county: str) -> None:
    client = Client()
    client.cookies["county"] = county
    assert client.get("/vouchers/").context["chosen"].region is None
    assert client.get("/vouchers/", {"county": county}).status_code == 200


def test_two_provinces_are_chosen_one_after_the_other(kitchen: Kitchen) -> None:
    from tests.cast import NOW, PLATFORM
    from zhijia.kernel.org.models import OrgKind
    from zhijia.kernel.org.tree import add_org

    other = Region.objects.create(code="990000", name="海岚省", level=1)
    Region.objects.create(code="990102", name="石滩区", level=3, parent=other)
    add_org(parent=None, name="海岚热线中心", kind=OrgKind.HOTLINE_CENTRE, region=other, now=NOW, actor=PLATFORM)
    client = Client()
    assert client.get("/vouchers/").context["chosen"].counties == []
    chosen = client.get("/vouchers/", {"province": "990000"}).context["chosen"]
    assert [r.name for _city, group in chosen.counties for r in group] == ["石滩区"]


# --- what there is ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "state"),
    [(at(9, 59), "soon"), (at(10), "open"), (at(20), "closed"), (at(9, day=1), "soon")],
)
def test_the_state_of_the_day(kitchen: Kitchen, enter: "Enter", clock: Clock, moment: object, state: str) -> None:
    clock(moment)
    (card,) = enter("alice").get("/vouchers/").context["cards"]
    assert card.state == state


def test_before_the_opening_the_button_waits_for_the_servers_hour(
    kitchen: Kitchen, enter: "Enter", clock: Clock
) -> None:
    clock(at(9))
    html = enter("alice").get("/vouchers/").content.decode()
    found = [word in html for word in ("Opens at 10:00", " disabled aria-disabled", "2026-11-17T10:00:00+08:00")]
    assert found == [True, True, True]
    assert 'data-now="2026-11-17T09:00:00+08:00"' in html


def test_how_many_are_left_is_said_in_words(kitchen: Kitchen, enter: "Enter") -> None:
    alice, crowd = enter("alice"), people(20)
    for n, said in ((17, "There are enough left"), (1, "Not many left"), (2, "All gone for today")):
        for person in crowd[:n]:
            kitchen.claim(person, now=NOON)
        del crowd[:n]
        (card,) = alice.get("/vouchers/").context["cards"]
        assert (str(card.stock), str(card.offer.pk) in str(card.stock)) == (said, False)
    assert card.state == "gone"
    page = words(alice.get("/vouchers/"))
    assert ("Next: 爱心餐, claims open 18 Nov 10:00." in page, forms(alice)) == (True, [])


def test_nothing_here_says_when_there_is_something_again(kitchen: Kitchen, enter: "Enter", clock: Clock) -> None:
    clock(at(9, day=-1))
    seen = words(enter("alice").get("/vouchers/"))
    assert ("Nothing is given out in this county today." in seen, "Next: 爱心餐" in seen) == (True, True)
    client = enter("alice")
    client.cookies["county"] = BEILING
    assert client.get("/vouchers/").context["next"] is None


def test_terms_are_those_that_were_published(kitchen: Kitchen, enter: "Enter") -> None:
    Programme.objects.update(terms="新的说法")
    seen = words(enter("alice").get("/vouchers/"))
    assert ("凭码领取，当日有效。" in seen, "新的说法" in seen, "One for each person and day" in seen) == (
        True,
        False,
        True,
    )


def test_who_is_not_on_the_list_reads_why_and_how_to_mend_it(kitchen: Kitchen, enter: "Enter") -> None:
    from zhijia.modules.vouchers.models import Offer

    Offer.objects.update(rule="listed")
    alice = enter("alice")
    seen = words(alice.get("/vouchers/"))
    assert ("You are not on the list of this programme." in seen, "Ask the union that runs it" in seen) == (True, True)
    assert forms(alice) == []
    refused = alice.post(f"/vouchers/{kitchen.offer().pk}/claim/", {"key": "k"})
    assert (refused.status_code, "You are not on the list" in words(refused)) == (409, True)


def test_a_suspended_cycle_says_so(kitchen: Kitchen, enter: "Enter") -> None:
    kitchen.claim(kitchen.cast.person_id("alice"), now=NOON)
    kitchen.do("head", "suspend", reason="食品安全检查")
    seen = words(enter("bob").get("/vouchers/"))
    assert "It is suspended for the moment." in seen
    voucher = kitchen.held(kitchen.cast.person_id("alice")).pk
    assert "it cannot be collected now" in words(enter("alice").get(f"/vouchers/mine/{voucher}/"))


def test_help_names_the_stations_of_the_county_first(kitchen: Kitchen, enter: "Enter") -> None:
    page = enter("alice").get("/vouchers/")
    assert [o.name for o in page.context["helped_at"]] == ["青禾驿站"]
    client = enter("alice")
    client.cookies["county"] = BEILING
    assert [o.name for o in client.get("/vouchers/").context["helped_at"]] == ["青禾驿站"]
    seen = words(client.get("/vouchers/places/", {"region": CITY}))
    assert seen.index("青禾驿站") < seen.index("老张面馆")


# --- claiming ---------------------------------------------------------------------------------------------------


def test_claim_and_show_it(kitchen: Kitchen, enter: "Enter") -> None:
    alice = enter("alice")
    made = claim(alice)
    voucher = kitchen.held(kitchen.cast.person_id("alice"))
    assert (made.status_code, made["Location"]) == (302, f"/vouchers/mine/{voucher.pk}/")  # type: ignore[attr-defined]
    page = alice.get(made["Location"])  # type: ignore[attr-defined]
    html, item = page.content.decode(), page.context["item"]
    assert (item.state, "It is yours." in words(page), '<svg class="qr" viewBox="0 0 196 196" role="img"' in html) == (
        "ready",
        True,
        True,
    )
    code = item.voucher.code
    assert [g.replace(" ", "") for g in item.digits] == [code[:4], code[4:]]
    assert ("by 20:30 today" in words(page), page["Cache-Control"]) == (True, "private, no-cache")
    (card,) = alice.get("/vouchers/").context["cards"]
    assert (card.state, card.voucher_id) == ("mine", voucher.pk)


def test_a_double_tap_is_one_claim_and_a_reload_finds_it(kitchen: Kitchen, enter: "Enter") -> None:
    alice = enter("alice")
    ((address, key),) = forms(alice)
    first, second = alice.post(address, {"key": key}), alice.post(address, {"key": key})
    third = alice.post(address, {"key": "another"})
    assert first["Location"] == second["Location"] == third["Location"]
    assert ("You have one already" in words(alice.get(third["Location"])), Entitlement.objects.count()) == (True, 1)


def test_two_offers_of_one_page_have_their_own_keys(kitchen: Kitchen, enter: "Enter") -> None:
    first = kitchen.cycle_no
    kitchen.publish(kind="pack", title="暖新礼包") if Programme.objects.filter(kind="pack").exists() else None
    kitchen.cycle_no = first
    kitchen.publish(title="加餐")
    alice = enter("alice")
    keys = [key for _address, key in forms(alice)]
    assert (len(keys), len(set(keys))) == (2, 2)


@pytest.mark.parametrize(
    ("moment", "said"),
    [(at(9), "Claims are not open yet."), (at(20), "Claims for this day are closed.")],
)
def test_out_of_hours_says_when(kitchen: Kitchen, enter: "Enter", clock: Clock, moment: object, said: str) -> None:
    clock(moment)
    refused = enter("alice").post(f"/vouchers/{kitchen.offer().pk}/claim/", {"key": "k"})
    seen = words(refused)
    assert (refused.status_code, said in seen, "Next: 爱心餐" in seen, "青禾驿站" in seen) == (409, True, True, True)


def test_when_all_are_gone_the_page_says_what_to_do(kitchen: Kitchen, enter: "Enter") -> None:
    alice = enter("alice")
    ((address, key),) = forms(alice)
    for person in people(20):
        kitchen.claim(person, now=NOON)
    seen = words(alice.post(address, {"key": key}))
    assert ("All of today's are taken." in seen, "Look again" in seen, "Next: 爱心餐, claims open 18 Nov" in seen) == (
        True,
        True,
        True,
    )


def test_too_often_in_a_minute(kitchen: Kitchen, enter: "Enter") -> None:
    set_number("tries_per_minute", 1)
    alice = enter("alice")
    address = f"/vouchers/{kitchen.offer().pk}/claim/"
    alice.post(address, {"key": "a"})
    refused = alice.post(address, {"key": "b"})
    assert (refused.status_code, "Wait a minute" in words(refused), "Try again" in words(refused)) == (429, True, True)


def test_the_puzzle_is_asked_for_and_solved(kitchen: Kitchen, enter: "Enter") -> None:
    Rule.objects.filter(key="vouchers.puzzle_bits", region=QINGHE).update(value=4)
    note_change()
    alice = enter("alice")
    ((address, key),) = forms(alice)
    refused = alice.post(address, {"key": key})
    assert (refused.status_code, "Your device must solve a small puzzle first." in words(refused)) == (409, True)
    asked = alice.get(address.replace("claim", "puzzle"))
    given = asked.json()
    assert (given["bits"], given["expires"] > NOON.timestamp() * 1000, asked["Cache-Control"]) == (
        4,
        True,
        "no-store, private, no-cache",
    )
    solution = puzzle.solve(given["text"], given["bits"])
    assert alice.post(address, {"key": key, "solution": solution}).status_code == 302
    assert enter("bob").post(address, {"key": key, "solution": solution}).status_code == 409


def test_a_passer_by_signs_in_first_and_staff_do_not_claim(kitchen: Kitchen, enter: "Enter") -> None:
    address = f"/vouchers/{kitchen.offer().pk}/claim/"
    assert Client().post(address)["Location"] == "/sign-in/?next=/vouchers/"
    staff = enter("zhou")
    assert ("You are signed in as union staff." in words(staff.get("/vouchers/")), forms(staff)) == (True, [])
    assert staff.post(address, {"key": "k"}).status_code == 403
    assert enter("alice").post("/vouchers/0/claim/", {"key": "k"}).status_code == 404
    assert enter("alice").get(address).status_code == 405


def test_form_needs_the_token_against_forgery(kitchen: Kitchen, cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.accounts["alice"])
    assert client.post(f"/vouchers/{kitchen.offer().pk}/claim/", {"key": "k"}).status_code == 403
    assert Entitlement.objects.count() == 0


# --- mine -------------------------------------------------------------------------------------------------------


def test_my_vouchers_in_every_state(kitchen: Kitchen, enter: "Enter", clock: Clock) -> None:
    person = kitchen.cast.person_id("alice")
    kitchen.fed(person)
    kitchen.claim(person, now=at(10, day=1), day=1)
    kitchen.claim(person, now=at(10, day=2), day=2)
    clock(at(10, 15, day=2))
    alice = enter("alice")
    page = alice.get("/vouchers/mine/")
    assert [(i.state, i.outlet) for i in (*page.context["usable"], *page.context["past"])] == [
        ("early", ""), ("lapsed", ""), ("used", "老张面馆"),
    ]  # fmt: skip
    early, lapsed, used = [i.voucher.id for i in (*page.context["usable"], *page.context["past"])]
    assert "Collect it from 10:30 on." in words(alice.get(f"/vouchers/mine/{early}/"))
    assert "Not collected in time" in words(alice.get(f"/vouchers/mine/{lapsed}/"))
    seen = words(alice.get(f"/vouchers/mine/{used}/"))
    assert ("17 Nov 12:00" in seen, "老张面馆" in seen, "qr" in seen) == (True, True, False)
    assert "data-from" in alice.get(f"/vouchers/mine/{early}/").content.decode()


def test_given_back_is_offered_to_others_and_twice_is_once(kitchen: Kitchen, enter: "Enter") -> None:
    alice = enter("alice")
    claim(alice)
    address = f"/vouchers/mine/{kitchen.held(kitchen.cast.person_id('alice')).pk}/give-back/"
    assert alice.post(address)["Location"] == "/vouchers/mine/"
    assert alice.post(address).status_code == 302
    page = alice.get("/vouchers/mine/")
    assert ([i.state for i in page.context["past"]], "somebody else can have it" in words(page)) == (
        ["returned"],
        True,
    )
    assert len(forms(alice)) == 1
    assert claim(alice).status_code == 302  # type: ignore[attr-defined]


def test_what_was_used_is_not_given_back(kitchen: Kitchen, enter: "Enter") -> None:
    person = kitchen.cast.person_id("alice")
    kitchen.fed(person)
    refused = enter("alice").post(f"/vouchers/mine/{kitchen.held(person).pk}/give-back/")
    assert (refused.status_code, "It was handed over already." in words(refused)) == (409, True)


def test_what_the_union_took_back_says_so(kitchen: Kitchen, enter: "Enter") -> None:
    from zhijia.modules.vouchers.redeem import take_back

    person = kitchen.cast.person_id("alice")
    handed = kitchen.fed(person)
    take_back(redemption_id=handed.redemption_id or 0, reason="mistake", actor=kitchen.cast.actor("zhou"), now=NOON)
    seen = words(enter("alice").get(f"/vouchers/mine/{kitchen.held(person).pk}/"))
    assert "The union took it back" in seen


def test_anothers_voucher_is_not_found(kitchen: Kitchen, enter: "Enter") -> None:
    claim(enter("alice"))
    voucher = kitchen.held(kitchen.cast.person_id("alice")).pk
    bob = enter("bob")
    assert bob.get(f"/vouchers/mine/{voucher}/").status_code == 404
    assert bob.post(f"/vouchers/mine/{voucher}/give-back/").status_code == 404
    assert Entitlement.objects.get(pk=voucher).status == "granted"


def test_my_vouchers_are_paged(kitchen: Kitchen, enter: "Enter", monkeypatch: pytest.MonkeyPatch) -> None:
    from zhijia.faces.web.vouchers import worker

    monkeypatch.setattr(worker, "PAGE", 2)
    person = kitchen.cast.person_id("alice")
    for day in range(3):
        kitchen.claim(person, now=at(10, day=day), day=day)
    alice = enter("alice")
    page = alice.get("/vouchers/mine/")
    older = alice.get("/vouchers/mine/", {"before": page.context["older"]})
    seen = [i.voucher.day for p in (page, older) for i in (*p.context["usable"], *p.context["past"])]
    assert ([(d - DAY).days for d in seen], older.context["older"]) == ([2, 1, 0], None)
    assert alice.get("/vouchers/mine/", {"before": "x" * 30}).status_code == 200


def test_an_empty_list_offers_one_act(kitchen: Kitchen, enter: "Enter") -> None:
    assert "You have claimed nothing yet." in words(enter("mallory").get("/vouchers/mine/"))


def test_statements_do_not_grow_with_the_rows(kitchen: Kitchen, enter: "Enter", clock: Clock) -> None:
    person = kitchen.cast.person_id("alice")
    kitchen.fed(person)
    clock(at(13))
    alice = enter("alice")
    one = [spent(alice, address) for address in ("/vouchers/", "/vouchers/mine/")]
    for day in (1, 2):
        kitchen.fed(person, day=day)
    for title in ("加餐一", "加餐二"):
        kitchen.publish(title=title)
    three = [spent(alice, address) for address in ("/vouchers/", "/vouchers/mine/")]
    assert (one, three) == ([14, 6], [14, 6])


def test_the_service_worker_stands_where_it_reaches_its_pages(db: None) -> None:
    for address in ("/vouchers/sw.js", "/outlet/sw.js"):
        answer = Client().get(address)
        assert (answer["Content-Type"], answer["Cache-Control"], b"caches.match" in answer.content) == (
            "text/javascript; charset=utf-8", "no-cache", True,
        )  # fmt: skip


def test_the_clock_of_these_tests_stands_still(clock: Clock) -> None:
    clock(at(9))
    assert kernel.now() == at(9)
