"""Pages that follow from a declaration, in a real browser: a worker files a claim, an officer opens it.

Nothing is ugly to axe, nothing is too wide, no word is lost.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.browser.looks import faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.cast import Cast

STORY = "我们六个人在青禾区做木工，九月、十月的工资没有给。"
FORM = "/services/wage_arrears/"
LOOKS = ({"mode": "plain"}, {"mode": "elder"}, {"theme": "dark", "mode": "plain", "django_language": "en"})


@pytest.fixture
def cast(transactional_db: None) -> "Cast":
    from tests.cast import build
    from zhijia.kernel.base import clock

    return build(clock.now() - timedelta(days=3))


@pytest.fixture
def complaints(page: "Page") -> Iterator[list[str]]:
    """What the browser complained about: content that the policy blocked, script that failed, files not found."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    yield found
    assert [said for said in found if "422" not in said] == []


@pytest.fixture
def enter(page: "Page", cast: "Cast") -> Callable[[str], None]:
    """Sign the browser in as the named person of the cast."""

    def signed_in(name: str) -> None:
        from django.conf import settings
        from django.test import Client

        client = Client()
        client.force_login(cast.accounts[name])
        page.goto("/sign-in/")
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": origin(page)}])

    return signed_in


def origin(page: "Page") -> str:
    return str(page.evaluate("location.origin"))


def claim(cast: "Cast") -> str:
    """A claim of Alice that Qinghe has accepted; its number."""
    from tests.cast import QINGHE
    from zhijia.kernel.base import clock
    from zhijia.kernel.service.engine import fire, open_case

    alice, now = cast.actor("alice"), clock.now() - timedelta(days=1)
    data = {
        "story": STORY, "category": "construction", "employer_name": "江澜建筑", "amount": "68000.50",
        "owed_from": "2026-09-01", "owed_until": "2026-10-31",
    }  # fmt: skip
    no = open_case(
        service="wage_arrears", actor=alice, now=now, data=data, region=QINGHE, applicant_id=alice.person_id
    ).no
    fire(no=no, transition="accept", actor=cast.actor("zhou"), now=now)
    return no


def test_worker_files_a_claim_and_no_word_is_lost(
    page: "Page", complaints: list[str], enter: Callable[[str], None], cast: "Cast"
) -> None:
    from zhijia.kernel.cases.models import Case

    enter("alice")
    page.goto("/")
    page.click(f"a[href='{FORM}']")
    page.wait_for_load_state("networkidle")
    page.fill("#story", STORY)
    page.fill("#amount", "六万八")
    page.check("input[value=construction]")
    page.goto("/")
    page.goto(FORM, wait_until="networkidle")
    assert (page.input_value("#story"), page.input_value("#amount")) == (STORY, "六万八")
    assert page.is_checked("input[value=construction]")
    page.select_option("#county", label="青禾区")
    page.wait_for_selector("#plan >> text=多半是青禾区总工会")
    page.click(".dock button")
    page.wait_for_selector(".problems")
    assert (page.input_value("#story"), page.input_value("#amount")) == (STORY, "六万八")
    page.fill("#employer_name", "江澜建筑")
    page.fill("#amount", "68,000.50")
    page.fill("#owed_from", "2026-09-01")
    page.fill("#owed_until", "2026-10-31")
    page.click(".dock button")
    page.wait_for_url("**/sent/")
    assert Case.objects.get().no in page.content()
    page.goto(FORM)
    assert page.input_value("#story") == ""


def test_workers_pages_are_accessible_and_fit_a_small_phone(
    page: "Page", complaints: list[str], enter: Callable[[str], None], cast: "Cast"
) -> None:
    no = claim(cast)
    page.set_viewport_size({"width": 360, "height": 740})
    enter("alice")
    seen: dict[str, list[str]] = {}
    for look in LOOKS:
        page.context.add_cookies([{"name": k, "value": v, "url": origin(page)} for k, v in look.items()])  # type: ignore[misc]
        for path in ("/", "/services/", FORM, f"/matters/{no}/"):
            page.goto(path)
            seen[f"{look} {path}"] = faults(page)
        page.goto(FORM)
        page.click(".dock button")  # with every field marked as missing
        page.wait_for_selector(".problems")
        seen[f"{look} refused"] = faults(page)
    assert {where: found for where, found in seen.items() if found} == {}


def test_staffs_pages_are_accessible_and_fit(
    page: "Page", complaints: list[str], enter: Callable[[str], None], cast: "Cast"
) -> None:
    no = claim(cast)
    seen: dict[str, list[str]] = {}
    for name, paths in (
        ("zhou", ("/desk/?view=all", "/desk/file/wage_arrears/", f"/desk/{no}/", f"/desk/{no}/?print=1")),
        ("leader", ("/board/", "/board/?service=wage_arrears", "/board/winter/")),
    ):
        enter(name)
        for path in paths:
            page.goto(path)
            seen[path] = faults(page, 1440, 1024, 390)
    assert {where: found for where, found in seen.items() if found} == {}
