"""The worker's face in a real browser: it works without script and loses no word (its looks: test_worker_looks.py)."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

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
    from tests.faces.web.worker.kit import awaiting_answer
    from zhijia.kernel.base import clock

    return awaiting_answer(cast, story=STORY, now=clock.now() - timedelta(days=2))


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
