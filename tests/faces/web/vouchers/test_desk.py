"""The desk: setting up, serving, correcting, settling; only by the right posts, and nothing is done by one slip."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.cast import QINGHE
from tests.faces.web.vouchers.test_worker import words
from tests.modules.vouchers.kit import DAY, MEAL, NOON, Kitchen, at, people, wrong
from zhijia.faces.web.vouchers.desk.charts import MOST, around, bars
from zhijia.faces.web.vouchers.desk.overview import DayLine
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.ledger.models import Entitlement
from zhijia.kernel.people.persons import find_or_add_person
from zhijia.modules.vouchers import accounts
from zhijia.modules.vouchers.models import Conflict, Listed, Outlet, Programme, Redemption, Terminal
from zhijia.modules.vouchers.offline import Row, upload

if TYPE_CHECKING:
    from tests.faces.web.vouchers.conftest import Enter

Clock = Callable[[object], None]
AT = "/desk/vouchers/"
PAGES = (
    "",
    "programmes/",
    "programmes/new/",
    "outlets/",
    "outlets/new/",
    "money/",
    "serve/",
    "conflicts/",
    "settlements/",
)


@pytest.mark.parametrize("who", ["zhou", "head", "leader", "auditor", "supervisor", "city"])
def test_every_page_opens_for_whoever_may_look(kitchen: Kitchen, enter: "Enter", who: str) -> None:
    client = enter(who)
    found = [client.get(AT + page).status_code for page in PAGES]
    found += [
        client.get(f"{AT}cycles/{kitchen.cycle_no}/").status_code,
        client.get(f"{AT}programmes/{kitchen.programme.pk}/").status_code,
    ]
    found += [client.get(f"{AT}outlets/{kitchen.shop.pk}/{page}").status_code for page in ("", "handed/")]
    assert set(found) == {200}


@pytest.mark.parametrize("who", ["agent", "dispatcher", "caller", "checker"])
def test_others_of_the_staff_read_why_not(kitchen: Kitchen, enter: "Enter", who: str) -> None:
    refused = enter(who).get(AT)
    assert (refused.status_code, "Only these work with meals and packs" in words(refused)) == (403, True)


def test_empty_pages_say_what_to_do(cast: object, enter: "Enter") -> None:
    lin = enter("lin")
    seen = [words(lin.get(AT + page)) for page in ("", "outlets/", "serve/", "conflicts/", "settlements/", "money/")]
    said = (
        "No cycle has been planned.", "There is no outlet in your reach yet.", "Add one first.", "There is none.",
        "There is no settlement yet.", "No money has been allotted in your reach.",
    )  # fmt: skip
    assert [said_ in page for said_, page in zip(said, seen, strict=True)] == [True] * 6


# --- programmes -------------------------------------------------------------------------------------------------


def test_add_change_and_suspend_a_programme(kitchen: Kitchen, enter: "Enter") -> None:
    zhou = enter("zhou")
    org = kitchen.cast.orgs["qinghe"].pk
    typed = {
        "title": "暖新礼包",
        "kind": "pack",
        "yuan": "98.5",
        "rule": "listed",
        "org": org,
        "terms": "凭码",
        "key": "packs",
    }
    made = zhou.post(f"{AT}programmes/new/", typed)
    found = Programme.objects.get(key="packs")
    assert (made["Location"], found.fen, found.rule, found.org_id) == (
        f"{AT}programmes/{found.pk}/",
        9850,
        "listed",
        org,
    )
    zhou.post(made["Location"], {"title": "暖新包", "terms": "凭码领取"})
    zhou.post(made["Location"], {"active": "0"})
    found.refresh_from_db()
    assert (found.title, found.terms, found.active) == ("暖新包", "凭码领取", False)
    assert "suspended" in words(zhou.get(f"{AT}programmes/"))


def test_bad_fields_come_back_with_what_was_typed(kitchen: Kitchen, enter: "Enter") -> None:
    typed = {"title": " ", "kind": "car", "yuan": "fifteen", "rule": "x", "org": "", "terms": "我写的", "key": "k"}
    page = enter("zhou").post(f"{AT}programmes/new/", typed)
    assert (page.status_code, set(page.context["form"].problems)) == (422, {"kind", "yuan", "org"})
    assert "我写的" in page.content.decode()
    typed |= {"kind": "meal", "yuan": "0", "org": str(kitchen.cast.orgs["qinghe"].pk)}
    page = enter("zhou").post(f"{AT}programmes/new/", typed)
    assert (page.status_code, set(page.context["form"].problems)) == (422, {"title", "yuan", "rule"})


def test_another_unions_officer_looks_and_changes_nothing(kitchen: Kitchen, enter: "Enter") -> None:
    lin = enter("lin")
    address = f"{AT}programmes/{kitchen.programme.pk}/"
    assert "Only an officer of 青禾区总工会 may change it." in words(lin.get(address))
    assert lin.post(address, {"active": "0"}).status_code == 403
    assert lin.get(f"{AT}outlets/{kitchen.shop.pk}/").status_code == 404
    assert lin.post(f"{AT}outlets/{kitchen.shop.pk}/active/", {"active": "0"}).status_code == 404
    assert lin.get(f"{AT}cycles/{kitchen.cycle_no}/").status_code == 404
    assert (Programme.objects.get(pk=kitchen.programme.pk).active, Outlet.objects.get(pk=kitchen.shop.pk).active) == (
        True,
        True,
    )


def test_a_list_of_phones(kitchen: Kitchen, enter: "Enter") -> None:
    Programme.objects.update(rule="listed")
    zhou, address = enter("zhou"), f"{AT}programmes/{kitchen.programme.pk}/"
    zhou.post(f"{address}list/", {"phones": "13800000001\n\n138 0000 0002\n13800000001"})
    assert Listed.objects.count() == 2
    page = zhou.post(f"{address}list/", {"phones": "13800000003\nhello\n13800000002\n12"})
    assert (page.status_code, "lines: 2, 4" in words(page), "13800000003" in page.content.decode()) == (
        422,
        True,
        False,
    )
    assert (Listed.objects.count(), "3 phones are on the list." in words(zhou.get(address))) == (3, True)
    assert zhou.post(f"{address}list/", {"phones": " \n"}).status_code == 422
    zhou.post(f"{address}list/", {"clear": "1"})
    assert Listed.objects.count() == 0


# --- outlets and devices ----------------------------------------------------------------------------------------


def test_add_close_and_open_an_outlet(kitchen: Kitchen, enter: "Enter") -> None:
    zhou = enter("zhou")
    org = kitchen.cast.orgs["qinghe"].pk
    typed = {
        "name": "李记粥铺",
        "kind": "shop",
        "org": org,
        "region": QINGHE,
        "address": "河东路 5 号",
        "payee": "李记",
        "opening": "",
    }
    made = zhou.post(f"{AT}outlets/new/", typed)
    found = Outlet.objects.get(name="李记粥铺")
    assert (made["Location"], found.org_id, accounts.held(accounts.payable(found.pk))) == (
        f"{AT}outlets/{found.pk}/",
        org,
        0,
    )
    for active in (False, True):
        zhou.post(f"{AT}outlets/{found.pk}/active/", {"active": str(int(active))})
        assert Outlet.objects.get(pk=found.pk).active == active
    bad = zhou.post(f"{AT}outlets/new/", {**typed, "name": "", "region": "999999", "kind": "shop"})
    assert (bad.status_code, set(bad.context["form"].problems)) == (422, {"name", "region"})
    assert [row[0].name for row in zhou.get(f"{AT}outlets/", {"q": "河东"}).context["rows"]] == ["李记粥铺"]
    assert "No outlet has these words" in words(zhou.get(f"{AT}outlets/", {"q": "没有的"}))


def test_a_code_is_shown_once_and_works(kitchen: Kitchen, enter: "Enter") -> None:
    from django.test import Client

    zhou = enter("zhou")
    page = zhou.post(f"{AT}outlets/{kitchen.station.pk}/terminals/", {"label": "驿站平板"})
    made = page.context["made"]
    html = page.content.decode()
    assert ("no-store" in page["Cache-Control"], made.secret in html, html.count('class="qr"')) == (True, True, 1)
    assert page.context["link"] == f"http://testserver/outlet/#{made.secret}"
    assert made.secret not in zhou.get(f"{AT}outlets/{kitchen.station.pk}/").content.decode()
    device = Client()
    assert device.post("/outlet/enrol/", {"code": made.secret}).status_code == 302
    zhou.post(f"{AT}terminals/{made.terminal.pk}/revoke/")
    assert Terminal.objects.get(pk=made.terminal.pk).revoked_at is not None
    assert "1 revoked" in words(zhou.get(f"{AT}outlets/{kitchen.station.pk}/"))
    assert zhou.post(f"{AT}outlets/{kitchen.station.pk}/terminals/", {"label": " "}).status_code == 422
    assert enter("lin").post(f"{AT}terminals/{kitchen.terminal.pk}/revoke/").status_code == 404


def test_when_a_device_was_last_used(kitchen: Kitchen, enter: "Enter") -> None:
    address = f"{AT}outlets/{kitchen.shop.pk}/"
    assert [d.last for d in enter("zhou").get(address).context["devices"]] == [None]
    kitchen.fed(people(1)[0])
    page = enter("zhou").get(address)
    assert ([d.last for d in page.context["devices"]], page.context["owed"]) == ([NOON], MEAL)


# --- money ------------------------------------------------------------------------------------------------------


def test_a_leader_allots_once(kitchen: Kitchen, enter: "Enter") -> None:
    leader, org = enter("leader"), kitchen.cast.orgs["qinghe"].pk
    before = kitchen.funds()
    for _twice in range(2):
        assert leader.post(f"{AT}money/", {"org": org, "yuan": "5,000", "key": "abc"}).status_code == 302
    assert (kitchen.funds(), wrong()) == (before + 500_000, [])
    page = leader.get(f"{AT}money/", {"org": org})
    assert [line.fen for line in page.context["lines"]] == [500_000, -3 * 20 * MEAL, 10_000_000]
    for typed in ({"org": "", "yuan": "5"}, {"org": org, "yuan": "five"}, {"org": org, "yuan": "-5"}):
        assert leader.post(f"{AT}money/", typed).status_code == 422


def test_an_officer_allots_nothing(kitchen: Kitchen, enter: "Enter") -> None:
    zhou = enter("zhou")
    assert "A leader allots money." in words(zhou.get(f"{AT}money/"))
    assert zhou.post(f"{AT}money/", {"org": kitchen.cast.orgs["qinghe"].pk, "yuan": "5"}).status_code == 403


# --- a cycle ----------------------------------------------------------------------------------------------------


def test_a_cycle_by_day_and_place(kitchen: Kitchen, enter: "Enter") -> None:
    crowd = people(3)
    kitchen.fed(crowd[0])
    kitchen.claim(crowd[1])
    page = enter("zhou").get(f"{AT}cycles/{kitchen.cycle_no}/")
    first, (place,) = page.context["days"][0], page.context["places"]
    assert (first.total, first.claimed, first.handed_out, first.waiting, first.left) == (20, 2, 1, 1, 18)
    assert (place.name, place.figure.handed_out, page.context["day"]) == ("青禾区", 1, DAY)
    assert ("1 handed out, 2 claimed, of 60" in words(page), page.content.decode().count('class="d5"') > 1) == (
        True,
        True,
    )
    later = enter("zhou").get(f"{AT}cycles/{kitchen.cycle_no}/", {"day": "2026-11-18"})
    assert later.context["places"][0].figure.claimed == 0
    (line,) = enter("zhou").get(AT).context["today"]
    assert (line.place, line.total, line.taken, line.used, line.left) == ("青禾区", 20, 2, 1, 18)


def test_bars_stay_within_the_picture() -> None:
    days = [DayLine(date(2026, 1, 1) + timedelta(days=n), n + 1, 0, n + 1, n, 0, 0) for n in range(60)]
    drawn = around(days, near=date(2026, 2, 1))
    assert (len(drawn), date(2026, 2, 1) in [day.day for day in drawn]) == (MOST, True)
    picture = bars(days, near=date(2026, 2, 1))
    assert picture is not None
    ends = re.findall(r'<rect x="([0-9.]+)"[^>]* width="([0-9.]+)"', picture.marks)
    assert (max(float(x) + float(w) for x, w in ends) <= picture.sheet.width, picture.marks.count("?day=")) == (
        True,
        MOST,
    )
    assert bars([], near=date(2026, 2, 1)) is None


# --- serving ----------------------------------------------------------------------------------------------------


def serve(kitchen: Kitchen, client: object, key: str = "s1", **more: object) -> object:
    typed = {
        "phone": "13900000001",
        "name": "王师傅",
        "offer": kitchen.offer().pk,
        "outlet": kitchen.station.pk,
        "key": key,
    }
    return client.post(f"{AT}serve/", {**typed, **more})  # type: ignore[attr-defined]


def test_serve_somebody_in_one_step(kitchen: Kitchen, enter: "Enter") -> None:
    zhou = enter("zhou")
    page = serve(kitchen, zhou)
    assert (page.status_code, page.context["handed"].code) == (200, "used")  # type: ignore[attr-defined]
    assert ("Hand it out" in words(page), "13900000001" in page.content.decode()) == (True, False)  # type: ignore[attr-defined]
    assert serve(kitchen, zhou).context["handed"].code == "again"  # type: ignore[attr-defined]
    second = serve(kitchen, zhou, key="s2")
    assert (second.status_code, "It was handed over already." in words(second)) == (409, True)  # type: ignore[attr-defined]
    assert (Redemption.objects.get().how, Entitlement.objects.count(), wrong()) == ("served", 1, [])
    person = find_or_add_person(name="", phone="13900000001", now=NOON)
    assert Entry.objects.filter(person_id=person.pk, act="vouchers.served").count() == 1


def test_what_is_missing_stands_beside_its_field(kitchen: Kitchen, enter: "Enter") -> None:
    zhou = enter("zhou")
    for more, problems in (
        ({"phone": ""}, {"phone"}),
        ({"offer": "", "outlet": "x"}, {"offer", "outlet"}),
        ({"phone": "12"}, {"phone"}),
    ):
        page = serve(kitchen, zhou, **more)
        assert (page.status_code, set(page.context["form"].problems)) == (422, problems)  # type: ignore[attr-defined]
        assert "王师傅" in page.content.decode()  # type: ignore[attr-defined]
    assert (Entitlement.objects.count(), serve(kitchen, enter("lin")).status_code) == (0, 403)  # type: ignore[attr-defined]


def test_serving_needs_a_signed_in_officer(kitchen: Kitchen, enter: "Enter") -> None:
    from django.test import Client

    assert serve(kitchen, Client())["Location"].startswith("/sign-in/")  # type: ignore[index]
    for who in ("alice", "auditor"):
        assert serve(kitchen, enter(who)).status_code == 403  # type: ignore[attr-defined]
    assert Entitlement.objects.count() == 0


# --- taking back ------------------------------------------------------------------------------------------------


def test_take_one_back_with_a_reason(kitchen: Kitchen, enter: "Enter", clock: Clock) -> None:
    person = people(1)[0]
    kitchen.claim(person, now=at(10))
    from zhijia.modules.vouchers import claims

    code = claims.mine(person_id=person, now=at(11))[0].code
    handed = kitchen.redeem(code)
    zhou, address = enter("zhou"), f"{AT}outlets/{kitchen.shop.pk}/handed/"
    (row,) = zhou.get(address, {"code": code, "day": f"{DAY}"}).context["rows"]
    assert row.pk == handed.redemption_id
    assert list(zhou.get(address, {"code": "12345678"}).context["rows"]) == []
    back = f"{AT}handed/{row.pk}/take-back/"
    bad = zhou.post(back, {"outlet": kitchen.shop.pk, "reason": "because"})
    assert (bad.status_code, kitchen.payable()) == (422, MEAL)
    for _twice in range(2):
        assert zhou.post(back, {"outlet": kitchen.shop.pk, "reason": "not_received"})["Location"] == address
    assert (kitchen.payable(), Entitlement.objects.get().status, wrong()) == (0, "refunded", [])
    assert "The person did not get it" in words(zhou.get(address))
    assert enter("lin").post(back, {"outlet": kitchen.shop.pk, "reason": "mistake"}).status_code == 403


# --- conflicts --------------------------------------------------------------------------------------------------


def test_a_conflict_is_looked_at_with_a_note(kitchen: Kitchen, enter: "Enter") -> None:
    upload(terminal=kitchen.terminal, key="b", rows=[Row("ZJ1BAD", NOON)], count=1, now=at(13))
    zhou = enter("zhou")
    page = zhou.get(f"{AT}conflicts/")
    (line,) = page.context["lines"]
    assert ("老张面馆" in words(page), "Conflicts 1" in words(page)) == (True, True)
    assert zhou.post(f"{AT}conflicts/", {"conflict": line.conflict.pk, "note": ""}).status_code == 422
    assert enter("lin").post(f"{AT}conflicts/", {"conflict": line.conflict.pk, "note": "x"}).status_code == 404
    zhou.post(f"{AT}conflicts/", {"conflict": line.conflict.pk, "note": "与店主核对，是测试"})
    assert (Conflict.objects.get().note, "There is none." in words(zhou.get(f"{AT}conflicts/"))) == (
        "与店主核对，是测试",
        True,
    )
