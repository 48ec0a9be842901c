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


def test_console_and_wall_fit_and_have_no_fault(console: dict[str, Any]) -> None:
    page = console["page"]
    console["ring"]()
    page.goto("/desk/console/wall/")
    assert faults(page, 1440, 390) == []
    page.goto("/desk/console/")
    assert faults(page, 1440, 390) == []
    page.goto("/desk/console/")
    page.keyboard.press("a")
    page.wait_for_selector("[data-ticket]")
    assert faults(page, 390, 1440) == []


def test_place_is_found_by_typing_and_nothing_is_filed(console: dict[str, Any]) -> None:
    """The list stays where it was in the order of keys; the field behind it fills the list."""
    from zhijia.kernel.cases.models import Case

    page = console["page"]
    console["ring"]()
    page.goto("/desk/console/")
    page.keyboard.press("a")
    page.wait_for_selector("[data-ticket]")
    page.wait_for_load_state()
    page.locator("#region").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "find-region"
    page.keyboard.type("青禾")  # the cast of this test is not spelt
    page.wait_for_selector("#find-region-list [aria-selected=true]")
    page.keyboard.press("Enter")
    assert page.input_value("#region") == "980102"
    assert (page.locator("[data-ticket]").count(), Case.objects.count()) == (1, 0)
