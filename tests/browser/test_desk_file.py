"""Notes with @, the file on paper and the pages around it, in a real browser."""

from typing import Any

import pytest

from tests.browser.looks import faults
from tests.browser.test_desk import desk

__all__ = ["desk"]


def test_colleague_is_chosen_by_keyboard_and_told(desk: dict[str, Any]) -> None:
    from zhijia.kernel.cases.desk import Mention

    page = desk["page"]
    page.goto(f"/desk/{desk['numbers'][0]}/")
    page.locator("#note-words").click()
    page.keyboard.type("请 @h")
    page.wait_for_selector("#note-colleagues [aria-selected=true]")
    chosen = page.locator("#note-words").get_attribute("aria-activedescendant")
    assert page.locator(f"#{chosen}").get_attribute("data-name") == "head"
    page.keyboard.press("Enter")
    assert page.locator("#note-words").input_value() == "请 @head "
    assert page.locator("#note-colleagues").is_hidden()
    page.keyboard.type("看一下")
    page.locator("#do-note button").click()
    page.wait_for_selector(".notes li")
    assert page.locator(".notes .words").inner_text() == "请 @head 看一下"
    assert list(Mention.objects.values_list("account__login", flat=True)) == ["head"]


def test_pages_of_the_file_fit_and_have_no_fault(desk: dict[str, Any]) -> None:
    page, no = desk["page"], desk["numbers"][0]
    for address in (
        f"/desk/{no}/?show=steps,looks,messages", f"/desk/{no}/print/?internal=1", f"/desk/{no}/bundle/",
        "/desk/recent/", "/desk/?view=all&mark=urged",
    ):  # fmt: skip
        page.goto(address)
        assert (address, faults(page, 1440, 360)) == (address, [])


def test_every_sheet_of_paper_has_number_and_page(desk: dict[str, Any]) -> None:
    page, no = desk["page"], desk["numbers"][0]
    page.goto(f"/desk/{no}/print/")
    made = page.pdf(prefer_css_page_size=True)
    assert made[:5] == b"%PDF-"
    page.emulate_media(media="print")
    assert page.locator(".paper-bar").is_visible() is False
    assert page.locator("thead .running .num").inner_text() == no


@pytest.mark.parametrize("width", [1440, 360])
def test_columns_are_chosen_on_a_page_without_fault(desk: dict[str, Any], width: int) -> None:
    from zhijia.kernel.base import clock
    from zhijia.kernel.people.models import Account
    from zhijia.kernel.sheets.models import Job, State

    page = desk["page"]
    page.set_viewport_size({"width": width, "height": 900})
    job = Job.objects.create(
        sheet="wage_arrears_workers", account=Account.objects.get(login="zhou"), language="zh-hans", key="k" * 64,
        state=State.COLUMNS, headings=["序", "工友", "手机", "身份证"], reason="没有找到表头。", created_at=clock.now(),
    )  # fmt: skip
    page.goto(f"/desk/sheets/jobs/{job.pk}/")
    assert page.locator("#c-phone option:checked").inner_text() == "手机"
    page.locator(".column-rows ~ p button").click()
    page.wait_for_selector(".field-error")
    assert page.evaluate("document.activeElement.id") == "c-name"
    assert faults(page) == []
