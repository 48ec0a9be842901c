"""A real Chromium for the tests in this folder: Debian's, or the one that CHROMIUM names; without one they are skipped.

`page` is a fresh browser context of a phone's size against pytest-django's `live_server`.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.journey import Walk
    from tests.cast import Cast

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def chromium() -> str | None:
    """The path of a Chromium on this machine, if there is one."""
    return os.environ.get("CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in this folder, and skip it with its reason where no browser is."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)
            if chromium() is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium: apt-get install chromium, or set CHROMIUM"))


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread while Django's synchronous ORM is used between its steps.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield found
        found.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@pytest.fixture(autouse=True)
def nothing_left_of_the_test_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service worker may still fetch its shell when a test's database is taken away; what the server learnt from
    that (for a second it answers that the database is away) is no matter of the next test."""
    monkeypatch.setattr("zhijia.faces.outage._looks_again", 0.0)


@pytest.fixture
def page(browser: "Browser", live_server: object) -> Iterator["Page"]:
    context = browser.new_context(
        base_url=str(live_server), locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 390, "height": 844},
        reduced_motion="reduce",
    )  # fmt: skip
    yield context.new_page()
    context.close()


@pytest.fixture
def start(browser: "Browser", live_server: object, transactional_db: None) -> Iterator[Callable[..., "Walk"]]:
    """A way to begin a journey; it is closed, and its seconds are told, at the end of the test."""
    from tests.browser.journey import Walk

    begun: list[Walk] = []

    def begin(name: str, cast: "Cast", *, secrets: list[str]) -> Walk:
        begun.append(Walk(browser, str(live_server), cast, name, secrets))
        return begun[0]

    yield begin
    for walk in begun:
        walk.close()
