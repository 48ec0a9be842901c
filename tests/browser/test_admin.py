"""Administration in a real browser: no fault for axe on a phone and a desk, and one whole way by hand."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.looks import faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

PHONE, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


@pytest.fixture
def house(page: "Page", transactional_db: None, settings: Any) -> Iterator[dict[str, Any]]:
    """The cast, a confidential case of Qinghe that is in Zhou's hands, and a way to sign in."""
    from django.test import Client

    from tests import cast as people
    from tests.kernel.cases.test_openings import staff
    from zhijia.faces.access import seen_by
    from zhijia.kernel.base import clock
    from zhijia.kernel.people.actors import Role
    from zhijia.kernel.service.engine import fire, open_case

    now = clock.now()
    cast = people.build(now)
    with seen_by(cast.actor("alice", now)) as alice:
        no = open_case(
            service="hotline", actor=alice, now=now, region=people.QINGHE, applicant_id=alice.person_id,
            data={"story": "工资没有发", "category": "wages", "confidential": True},
        ).no  # fmt: skip
    with seen_by(cast.actor("dispatcher", now)) as dispatcher:
        data = {"unit": cast.orgs["qinghe"].pk, "tier": "general"}
        fire(no=no, transition="dispatch", actor=dispatcher, now=now, data=data)
    with seen_by(cast.actor("zhou", now)) as zhou:
        fire(no=no, transition="sign", actor=zhou, now=now)
    staff(cast, "sun", Role.OFFICER, "qinghe", now=now)
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda said: broken.append(said.text) if "Security Policy" in said.text else None)
    page.goto("/sign-in/")
    origin = str(page.evaluate("location.origin"))

    def sign_in(name: str) -> None:
        client = Client()
        client.force_login(cast.accounts[name])
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": origin}])

    yield {"cast": cast, "no": no, "sign_in": sign_in, "page": page}
    assert broken == []


def test_pages_have_no_fault_for_axe(house: dict[str, Any]) -> None:
    page, cast = house["page"], house["cast"]
    zhou, qinghe = cast.accounts["zhou"], cast.orgs["qinghe"].pk
    post = zhou.posts.get().pk
    walks = {
        "guard": [
            "accounts/", f"accounts/{zhou.pk}/", f"accounts/{zhou.pk}/appoint/", f"posts/{post}/?preview=1", "units/",
            f"units/{qinghe}/", "waiting/", "access/", "reviews/",
        ],
        "admin": [
            "accounts/new/", "rules/", "rules/hotline.result.general/", "rules/clock.remind_hours/", "texts/",
            "texts/hotline.received/", "days/?year=2026", "days/?year=2028", "services/", "services/hotline/",
        ],
    }  # fmt: skip
    found: dict[str, list[str]] = {}
    for name, paths in walks.items():
        house["sign_in"](name)
        for path in paths:
            page.goto(f"/desk/admin/{path}")
            found[path] = faults(page, *([WIDE["width"]] if name == "guard" else []), PHONE["width"])
    house["sign_in"]("sun")
    for path in (house["no"], "openings", "emergency", "substitutes", "messages"):
        page.goto(f"/desk/{path}/")
        found[path] = faults(page)
    assert found == {path: [] for path in found}


def test_new_value_is_seen_before_it_is_saved_and_taken_back_by_hand(house: dict[str, Any]) -> None:
    page = house["page"]
    house["sign_in"]("admin")
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        page.goto("/desk/admin/rules/hotline.result.general/")
        page.locator("form.card select[name=region]").select_option(label="青禾区")
        for name, value in (("value", "3"), ("valid_from", "2099-12-01"), ("basis", "青禾区办理规定第 8 条")):
            page.fill(f"form.card [name={name}]", value)
        page.get_by_role("button", name="看看会改变什么").click()
        told = page.locator("#preview .from-to").inner_text().replace("\xa0", " ")
        assert told == "5 个工作日 → 3 个工作日"
        assert "它们的日期不变" in page.locator("#preview").inner_text()
        assert faults(page) == []
        page.get_by_role("button", name="保存").click()
        page.get_by_role("button", name="撤回").click()
        page.locator("[role=status]", has_text="已撤回").wait_for()
    page.goto("/desk/admin/days/?year=2099")
    assert "2099 年的放假安排还没有公布" in page.locator(".notice").first.inner_text()


def test_confidential_case_is_asked_for_and_opened_by_hand(house: dict[str, Any]) -> None:
    page = house["page"]
    page.set_viewport_size(WIDE)
    house["sign_in"]("sun")
    page.goto(f"/desk/{house['no']}/")
    assert page.locator(".notice").first.inner_text() == "这件是保密件，只有承办人能看。要看请写明理由，向组长申请。"
    page.fill("#reason", "看")
    page.get_by_role("button", name="提交申请").click()
    page.wait_for_selector("#reason:focus")  # the refused form comes back in this field
    page.fill("#reason", "同事休假，今天要给职工回电话")
    page.get_by_role("button", name="提交申请").click()
    page.wait_for_url("**/desk/openings/")
    house["sign_in"]("head")
    page.goto("/desk/messages/")
    page.locator("main .people a.btn").first.click()
    page.get_by_role("button", name="同意").click()
    page.wait_for_selector("[role=status]")
    house["sign_in"]("sun")
    page.goto("/desk/openings/")
    page.get_by_role("link", name="去看").or_(page.locator("a.btn.main")).first.click()
    page.wait_for_url(f"**/desk/{house['no']}/")
    assert page.locator(".story").first.inner_text() == "工资没有发"
