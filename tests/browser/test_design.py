"""The design system in a real browser: every part fits and has no fault, pickers work by keyboard, files are judged
before they go and survive a refusal, what hurts is asked once more."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.browser.looks import faults
from tests.kernel.files import kit

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.cast import Cast

LOOKS = (
    ({"width": 360, "height": 740}, "worker", {"mode": "elder"}),
    ({"width": 360, "height": 740}, "desk", {"django_language": "en", "theme": "dark"}),
    ({"width": 1440, "height": 900}, "desk", {}),
    ({"width": 1440, "height": 900}, "board", {"theme": "dark", "django_language": "en"}),
)  # fmt: skip
STORY = "九月和十月的工资没有发，共六千八百元。"


@pytest.fixture
def cast(transactional_db: None) -> "Cast":
    from tests.cast import CITY, PROVINCE, QINGHE, build
    from zhijia.kernel.base import clock
    from zhijia.kernel.org.models import Region

    made = build(clock.now() - timedelta(days=3))
    for code, letters in ((PROVINCE, "jls"), (CITY, "ljs"), (QINGHE, "qhq")):
        Region.objects.filter(pk=code).update(initials=letters)
    return made


@pytest.fixture
def quiet(page: "Page") -> Iterator[None]:
    """Nothing that the policy blocked, no script that failed."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda said: found.append(said.text) if "Security Policy" in said.text else None)
    yield
    assert found == []


@pytest.fixture
def enter(page: "Page", cast: "Cast") -> Callable[[str], None]:
    """Sign the browser in by the session cookie."""

    def signed_in(name: str) -> None:
        from django.test import Client

        client = Client()
        client.force_login(cast.accounts[name])
        page.goto("/offline/")
        value = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": value, "url": page.evaluate("location.origin")}])

    return signed_in


def test_every_part_fits_and_has_no_fault(page: "Page", quiet: None, transactional_db: None) -> None:
    seen: dict[str, list[str]] = {}
    page.goto("/offline/")
    origin = page.evaluate("location.origin")
    for size, face, look in LOOKS:
        page.context.clear_cookies()
        page.context.add_cookies([{"name": k, "value": v, "url": origin} for k, v in look.items()])  # type: ignore[arg-type]
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.goto(f"/design/?face={face}")
        seen[f"{face} {look}"] = faults(page)
    assert {where: found for where, found in seen.items() if found} == {}


def test_place_is_chosen_by_first_letters_and_keys(page: "Page", quiet: None, cast: "Cast") -> None:
    from playwright.sync_api import expect

    from tests.cast import QINGHE

    page.goto("/ask/")
    expect(page.locator("#city")).to_be_visible()
    field = page.locator("#find-place")
    field.press_sequentially("ljqh", delay=5)
    expect(page.locator("#find-place-list [aria-selected=true] b")).to_have_text("青禾区")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("Escape")
    expect(page.locator("#find-place-list")).to_be_hidden()
    field.press("ArrowDown")
    field.press("Enter")
    expect(page.locator("#county")).to_have_value(QINGHE)
    expect(page.locator("#find-place-list-told")).to_have_text("找到 1 个地方")


def test_files_are_judged_before_they_are_sent_and_survive_a_refusal(
    page: "Page", quiet: None, enter: Callable[[str], None]
) -> None:
    from playwright.sync_api import expect

    from zhijia.kernel.cases.models import Attachment, Case

    enter("alice")
    page.goto("/ask/")
    box = page.locator(".files")
    page.set_input_files("#files", [
        {"name": "条.png", "mimeType": "image/png", "buffer": kit.png()},
        {"name": "录像.mov", "mimeType": "video/quicktime", "buffer": b"x" * 10},
    ])  # fmt: skip
    expect(box.locator(".file.refused .field-error")).to_have_text("不收这种文件，只收照片、PDF、.docx 和 .xlsx。")
    expect(box.locator(".file:not(.refused) .name")).to_have_text("条.png")
    page.locator("section.dock button").click()  # nothing was told yet
    expect(page.locator(".problems")).to_be_focused()
    assert page.evaluate("document.querySelector('#files').files.length") == 1
    assert page.locator(".problems li").all_inner_texts() != []
    page.fill("#story", STORY)
    page.locator("#find-place").press_sequentially("qh", delay=5)
    page.locator("#find-place-list [role=option]").first.click()
    expect(page.locator("#county")).to_have_value("980102")
    page.locator("section.dock button").click()
    page.wait_for_url("**/ask/sent/")
    assert (Case.objects.count(), Attachment.objects.count()) == (1, 1)


def test_employer_by_keys_and_a_wrong_code_on_the_desk(page: "Page", quiet: None, enter: Callable[[str], None]) -> None:
    from playwright.sync_api import expect

    from tests.cast import PLATFORM, QINGHE
    from zhijia.kernel.base import clock
    from zhijia.kernel.org.employers import find_or_add_employer
    from zhijia.kernel.org.models import Region

    where = Region.objects.get(pk=QINGHE)
    find_or_add_employer(name="禾筑建设", uscc="91350100M000100Y43", region=where, now=clock.now(), actor=PLATFORM)
    enter("agent")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/desk/register/")
    page.locator("#employer_name").press_sequentially("禾", delay=5)
    expect(page.locator("#employer_name-list [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#employer_name")).to_have_value("禾筑建设")
    expect(page.locator("#uscc")).to_have_value("91350100M000100Y43")
    page.fill("#employer_name", "91350100M000100Y44")
    page.locator("#employer_name").blur()
    expect(page.locator("#employer_name-code")).to_contain_text("最后一位校验码是“4”")
    page.locator("#find-region").press_sequentially("qh", delay=5)
    expect(page.locator("#find-region-list [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#region")).to_have_value(QINGHE)
    assert faults(page) == []


def test_what_hurts_is_asked_once_more(page: "Page", quiet: None, enter: Callable[[str], None]) -> None:
    from playwright.sync_api import expect

    enter("zhou")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/desk/?category=wages")
    page.keyboard.press("v")
    page.fill("#view-name", "欠薪")
    page.keyboard.press("Enter")
    page.wait_for_selector(".views [aria-current]")
    page.goto("/desk/views/")
    away = page.locator("form[action$='/delete/'] button")
    away.click()
    dialog = page.locator("dialog.confirm")
    expect(dialog).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(away).to_be_focused()
    away.click()
    dialog.locator("[value=yes]").click()
    expect(page.locator(".empty")).to_be_visible()
