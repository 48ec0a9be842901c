"""The console and its wall in a real browser. A ticket for an unknown number is journey 2 (test_journeys.py)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.looks import faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

NUMBER = "13811112222"


@pytest.fixture
def console(page: "Page", transactional_db: None, settings: Any) -> Iterator[dict[str, Any]]:
    """The agent's console on a wide screen, and a way to let a number ring."""
    from django.test import Client

    from tests import cast as people
    from zhijia.kernel.base import clock
    from zhijia.modules.hotline.calls.exchange import Report, report

    now = clock.now()
    cast = people.build(now)
    client = Client()
    client.force_login(cast.accounts["agent"])
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda said: broken.append(said.text) if "Security Policy" in said.text else None)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/sign-in/")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    origin = str(page.evaluate("location.origin"))
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": origin}])

    def ring(number: str = NUMBER) -> None:
        told = Report("ringing", f"c-{number}", org_id=cast.orgs["centre"].pk, number=number)
        report(told, now=clock.now() - timedelta(seconds=3))

    yield {"page": page, "ring": ring}
    assert broken == []


@pytest.mark.parametrize("width", [1440, 390])
def test_console_and_wall_fit_and_have_no_fault(console: dict[str, Any], width: int) -> None:
    page = console["page"]
    page.set_viewport_size({"width": width, "height": 900})
    console["ring"]()
    page.goto("/desk/console/")
    assert faults(page) == []
    page.goto("/desk/console/wall/")
    assert faults(page) == []
    page.goto("/desk/console/")
    page.keyboard.press("a")
    page.wait_for_selector("[data-ticket]")
    assert faults(page) == []
