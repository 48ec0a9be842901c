"""The desk in a real browser: keyboard, preview, selection, refusals that keep words, no fault for axe."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.looks import faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDE = {"width": 1440, "height": 900}


@pytest.fixture
def desk(page: "Page", transactional_db: None, settings: Any) -> Iterator[dict[str, Any]]:
    """Three dispatched cases of Qinghe, a page signed in as its officer, and a way to sign in as somebody else."""
    from django.test import Client

    from tests import cast as people
    from zhijia.faces.access import seen_by
    from zhijia.kernel.base import clock
    from zhijia.kernel.people.actors import Actor
    from zhijia.kernel.people.persons import find_or_add_person
    from zhijia.kernel.service.engine import fire, open_case

    now = clock.now()
    cast = people.build(now)
    numbers = []
    for n, story in enumerate(("九月的工资没有发。", "一直没有签合同。", "加班费没有算。")):
        person = find_or_add_person(name="袁师傅", phone=f"1390000000{n}", now=now)
        with seen_by(Actor(person_id=person.pk, name="袁师傅")) as worker:
            no = open_case(
                service="hotline", actor=worker, now=now, data={"story": story, "category": "wages"},
                region=people.QINGHE, applicant_id=person.pk,
            ).no  # fmt: skip
        with seen_by(cast.actor("dispatcher", now)) as dispatcher:
            unit = cast.orgs["qinghe"].pk
            fire(no=no, transition="dispatch", actor=dispatcher, now=now, data={"unit": unit, "tier": "general"})
        numbers.append(no)

    def sign_in(name: str) -> None:
        client = Client()
        client.force_login(cast.accounts[name])
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": page_url(page)}])

    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda said: broken.append(said.text) if "Security Policy" in said.text else None)
    page.goto("/sign-in/")
    sign_in("zhou")
    yield {"numbers": numbers, "sign_in": sign_in, "page": page}
    assert broken == []


def page_url(page: "Page") -> str:
    return str(page.evaluate("location.origin"))


def test_inbox_works_by_keyboard(desk: dict[str, Any]) -> None:
    page = desk["page"]
    page.goto("/desk/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.wait_for_selector("#preview h2")
    assert page.locator("#preview .num").first.inner_text() == desk["numbers"][1]
    page.keyboard.press("x")
    assert page.locator("[data-selected]").inner_text() == "1"
    assert page.locator(".bulk").is_visible()
    page.keyboard.press("Escape")
    assert page.locator(".bulk").is_visible() is False
    page.keyboard.press("?")
    assert page.locator("dialog[open]").count() == 1
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/{desk['numbers'][1]}/")


def test_selected_cases_are_signed_together(desk: dict[str, Any]) -> None:
    from zhijia.kernel.cases.models import Case

    page = desk["page"]
    page.goto("/desk/")
    for _case in desk["numbers"]:
        page.keyboard.press("j")
        page.keyboard.press("x")
    page.keyboard.press("s")
    page.wait_for_url("**/bulk/sign/")
    page.locator("form.sheet button").click()
    page.wait_for_selector("[role=status] li")
    assert list(Case.objects.values_list("state", flat=True)) == ["signed"] * 3


def test_refused_form_keeps_its_words_and_takes_the_focus(desk: dict[str, Any]) -> None:
    page = desk["page"]
    page.goto(f"/desk/{desk['numbers'][0]}/?open=return")
    page.fill("#return-reason", "单位注册地在外区")
    page.locator("#do-return form button").click()
    page.wait_for_selector(".field-error")
    assert page.input_value("#return-reason") == "单位注册地在外区"
    assert page.evaluate("document.activeElement.id") == "return-ground"


def test_number_appears_in_place_after_its_purpose(desk: dict[str, Any]) -> None:
    page = desk["page"]
    page.goto(f"/desk/{desk['numbers'][0]}/")
    page.locator(".reveal > summary").click()
    page.locator(".reveal button").click()
    page.wait_for_selector(".reveal .field-error")
    page.fill(".reveal input[name=purpose]", "打电话核实工资")
    page.locator(".reveal button").click()
    page.wait_for_selector(".shown")
    assert page.locator(".shown b").inner_text() == "13900000000"


def test_pages_fit_and_have_no_fault(desk: dict[str, Any]) -> None:
    page = desk["page"]
    for name, address in (
        ("zhou", "/desk/"), ("zhou", f"/desk/{desk['numbers'][0]}/?open=return"), ("agent", "/desk/register/"),
        ("caller", "/desk/callbacks/"), ("checker", "/desk/checks/"),
    ):  # fmt: skip
        desk["sign_in"](name)
        page.goto(address)
        assert (address, faults(page, 1440, 1024, 390)) == (address, [])


def test_palette_jumps_by_number_and_a_view_is_saved_by_key(desk: dict[str, Any]) -> None:
    page, no = desk["page"], desk["numbers"][2]
    page.goto("/desk/?category=wages")
    page.keyboard.press("v")
    page.locator("#view-name").fill("欠薪")
    page.keyboard.press("Enter")
    page.wait_for_selector(".views [aria-current]")
    assert page.locator(".views [aria-current]").inner_text() == "欠薪"
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette-found [aria-selected=true]")
    assert page.locator("#palette-found [aria-selected=true] .name").inner_text() == "欠薪"
    page.keyboard.type(no)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/{no}/")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("/")
    page.wait_for_selector("#palette-found [aria-selected=true]")
    assert page.locator("#palette-found [aria-selected=true]").get_attribute("href") == f"/desk/{no}/"
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("dialog.keys-help[open]").count() == 1
