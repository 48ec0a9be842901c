"""A complaint under a pseudonym in a real browser: from the form to the code to the complaint, no fault for axe."""

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.looks import faults
from tests.cast import NOW
from zhijia.kernel.base import clock

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)


def test_code_is_shown_and_opens_the_complaint(page: "Page", live_server: Any) -> None:
    from tests.cast import build
    from zhijia.kernel.cases.models import Case

    with clock.at(NOW):
        build()
        page.goto(f"{live_server.url}/pickup/")
        assert faults(page) == []
        page.click("a[href='/pickup/new/']")
        page.wait_for_load_state("networkidle")
        assert faults(page) == []
        page.fill("#story", "主管多次言语骚扰我。")
        page.select_option("#category", "women")
        page.select_option("select[name=county]", "980102")
        page.click("button[form=pickup-new]")
        page.wait_for_selector("h1#code")
        assert (faults(page), Case.objects.count()) == ([], 1)
        page.click("form button.main")
        page.wait_for_selector("#tl")
        assert (faults(page), page.url.endswith("/pickup/"), page.locator("h2#id").count()) == ([], True, 1)
