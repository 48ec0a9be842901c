"""The worker's face in a real browser: it can be read by everybody, works without script, and loses no word."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.browser.looks import faults
from tests.kernel.files import kit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.cast import Cast

STORY = "我在工地扎钢筋，9 月和 10 月的工资没给，包工头说要等甲方结账。"
MATTER = "/matters/{}/"


@pytest.fixture
def cast(transactional_db: None) -> "Cast":
    from tests.cast import build
    from zhijia.kernel.base import clock

    return build(clock.now() - timedelta(days=3))


@pytest.fixture
def matter(cast: "Cast") -> str:
    """The number of Alice's ticket, which waits for her answer."""
    from tests.cast import QINGHE
    from zhijia.kernel.base import clock
    from zhijia.kernel.service.engine import fire, open_case

    alice, then = cast.actor("alice"), clock.now() - timedelta(days=2)
    no = open_case(
        service="hotline", actor=alice, now=then, data={"story": STORY, "category": "wages"}, region=QINGHE,
        applicant_id=alice.person_id,
    ).no  # fmt: skip
    unit = {"unit": cast.orgs["qinghe"].pk, "tier": "general"}
    for key, who, data in (
        ("dispatch", "dispatcher", unit), ("sign", "zhou", {}), ("contact", "zhou", {"note": "说了经过"}),
        ("submit", "zhou", {"result": "工资已补发"}),
    ):  # fmt: skip
        fire(no=no, transition=key, actor=cast.actor(who), now=then, data=data)
    return no


@pytest.fixture
def complaints(page: "Page") -> Iterator[list[str]]:
    """What the browser complained about: content that the policy blocked, script that failed, files not found."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    yield found
    assert found == []


@pytest.fixture
def enter(page: "Page", cast: "Cast") -> Callable[[str], None]:
    """Sign the browser in as a worker by the session cookie."""

    def signed_in(name: str) -> None:
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.backends.db import SessionStore

        account = cast.accounts[name]
        session = SessionStore()
        session[SESSION_KEY], session[HASH_SESSION_KEY] = str(account.pk), account.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = "zhijia.kernel.people.auth.Backend"
        session.save()
        page.goto("/")
        page.context.add_cookies([{"name": "sessionid", "value": str(session.session_key), "url": page.url}])

    return signed_in


def test_every_page_is_accessible_and_fits_a_small_phone(
    page: "Page", complaints: list[str], enter: Callable[[str], None], matter: str
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    paths = ["/", "/ask/", "/sign-in/"]
    seen: dict[str, list[str]] = {}
    for signed_in in (False, True):
        if signed_in:
            enter("alice")
            paths = ["/", "/ask/", "/matters/", MATTER.format(matter), "/messages/", "/me/", "/me/access/"]
        for look in ({"mode": "plain"}, {"mode": "elder"}, {"theme": "dark", "mode": "plain", "django_language": "en"}):
            cookies = [{"name": k, "value": v, "url": page.url if "http" in page.url else ""} for k, v in look.items()]
            if cookies[0]["url"]:
                page.context.add_cookies(cookies)  # type: ignore[arg-type]
            for path in paths:
                page.goto(path)
                seen[f"{signed_in} {look} {path}"] = faults(page)
        page.context.clear_cookies(name="django_language")
    assert {where: found for where, found in seen.items() if found} == {}


def test_passer_by_asks_signs_in_and_finds_the_matter(page: "Page", complaints: list[str], cast: "Cast") -> None:
    from playwright.sync_api import expect

    from zhijia.kernel.cases.models import Case
    from zhijia.kernel.notify.models import Message

    page.goto("/ask/")
    page.locator("#story").press_sequentially(STORY, delay=1)
    expect(page.locator("#category")).to_have_value("wages")
    page.locator("#county").select_option(label="青禾区")
    page.wait_for_selector("text=多半是青禾区总工会")
    assert page.locator("#story").input_value() == STORY
    page.fill("#phone", "13800138000")
    page.click("text=交给工会 >> nth=-1")
    page.wait_for_url("**/ask/sent/")
    case = Case.objects.get()
    assert (case.region, case.no in page.content()) == ("980102", True)

    page.click("main a.btn.main")
    page.fill("#phone", "13800138000")
    page.click("text=发验证码")
    page.fill("#code", Message.objects.get(template="people.code").secret)
    page.click("button[value=code]")
    page.goto(MATTER.format(case.no))
    page.click("text=补充一句话")
    page.fill("#supplement-words", "还有加班费")
    page.click("button:text-is('补上')")
    page.wait_for_selector(".line >> text=还有加班费")


def test_worker_answers_the_question(
    page: "Page", complaints: list[str], enter: Callable[[str], None], matter: str
) -> None:
    from zhijia.kernel.cases.models import Case

    enter("alice")
    page.goto("/")
    page.click(".matter")
    page.click("summary:has-text('解决了') >> nth=0")
    page.check("input[value=satisfied] >> nth=0")
    page.click(".answer[open] button")
    page.wait_for_selector(".toasts .notice")
    assert Case.objects.get(no=matter).state == "check"


def test_draft_survives_a_lost_network_and_is_sent_once(
    page: "Page", enter: Callable[[str], None], cast: "Cast"
) -> None:
    from zhijia.kernel.cases.models import Case

    enter("alice")
    page.goto("/ask/")
    page.locator("#story").press_sequentially(STORY, delay=1)
    page.wait_for_selector("#law-h")
    page.goto("/")
    page.goto("/ask/")
    assert page.locator("#story").input_value() == STORY
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.click(".dock button")
    page.wait_for_selector("[data-offline]:not([hidden])")
    assert Case.objects.count() == 0
    page.context.set_offline(False)
    page.wait_for_url("**/ask/sent/")
    assert Case.objects.count() == 1
    page.goto("/ask/")
    assert page.locator("#story").input_value() == ""


def test_app_opens_without_a_network_and_what_was_closed_is_sent_once_with_its_photo(
    browser: "Browser", page: "Page", enter: Callable[[str], None], cast: "Cast"
) -> None:
    from zhijia.kernel.cases.models import Attachment, Case

    enter("alice")
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()  # the page is now the worker's
    page.goto("/ask/")
    page.wait_for_load_state("networkidle")
    page.locator("#story").press_sequentially(STORY, delay=1)
    page.locator("#county").select_option(label="青禾区")
    page.set_input_files("#files", {"name": "条.png", "mimeType": "image/png", "buffer": kit.png()})
    page.context.set_offline(True)
    page.click(".dock button")
    page.wait_for_selector("[data-offline]:not([hidden])")
    page.wait_for_function("indexedDB.databases().then(all => all.length === 1)")
    page.goto("/matters/")
    assert (page.locator("h1").inner_text(), faults(page)) == ("现在没有网络", [])
    page.goto("/ask/")
    assert page.locator("#story").input_value() == STORY
    assert Case.objects.count() == 0
    page.context.set_offline(False)
    page.goto("/")
    page.wait_for_selector("[data-outbox-sent]:not([hidden])")
    page.click("[data-outbox-sent] a")
    page.wait_for_url("**/ask/sent/")
    assert (Case.objects.count(), Attachment.objects.count()) == (1, 1)
    page.goto("/")
    page.wait_for_load_state("networkidle")
    assert (Case.objects.count(), page.locator("[data-outbox-sent]:not([hidden])").count()) == (1, 0)


def test_everything_works_without_javascript(browser: "Browser", live_server: object, cast: "Cast") -> None:
    from zhijia.kernel.cases.models import Case

    context = browser.new_context(base_url=str(live_server), java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto("/ask/")
    page.fill("#story", STORY)
    page.fill("#phone", "13800138000")
    page.select_option("select[name=region]", label="青禾区")
    page.click("button[value=guess]")
    assert page.locator("#category").input_value() == "wages"
    assert page.locator("#story").input_value() == STORY
    page.click(".dock button")
    assert (Case.objects.get().region, page.url.endswith("/ask/sent/")) == ("980102", True)
    page.goto("/")
    page.click("text=大字版")
    assert page.locator("html[data-mode=elder]").count() == 1
    context.close()


def test_icons_are_drawn_under_the_content_policy(page: "Page", complaints: list[str], cast: "Cast") -> None:
    page.goto("/")
    box = page.locator(".btn.help svg path").first.bounding_box()
    assert box is not None
    assert box["width"] > 5
