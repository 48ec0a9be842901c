"""The auditor's pages and the operations page in a real browser: no fault for axe, on desktop and phone."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.looks import faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
PAGES = ("/audit/", "/audit/readers/", "/audit/security/", "/audit/seals/", "/audit/export/")
PICTURES = os.environ.get("ZHIJIA_PICTURES", "")
"""A folder for pictures of each page, for whoever wants to look."""


@pytest.fixture
def enter(page: "Page", transactional_db: None, settings: Any, tmp_path: Path) -> Callable[[str], None]:
    """Some days of trail and log, and a way to come in as somebody."""
    from django.test import Client

    from tests import cast as people
    from zhijia.faces.access import seen_by
    from zhijia.kernel.audit import roots, runs, security
    from zhijia.kernel.base import clock
    from zhijia.kernel.people.persons import find_or_add_person
    from zhijia.kernel.service.engine import fire, open_case

    settings.AUDIT_KEY_FILE, settings.ROOTS = tmp_path / "audit_key", str(tmp_path)
    now = clock.now()
    cast = people.build(now - timedelta(days=3))
    with seen_by(people.Actor(person_id=cast.person_id("alice"), name="Alice")) as worker:
        no = open_case(
            service="hotline", actor=worker, now=now, data={"story": "九月的工资没有发。", "category": "wages"},
            region=people.QINGHE, applicant_id=cast.person_id("alice"),
        ).no  # fmt: skip
    with seen_by(cast.actor("dispatcher", now)) as actor:
        data = {"unit": cast.orgs["qinghe"].pk, "tier": "general"}
        fire(no=no, transition="dispatch", actor=actor, now=now, data=data)
    find_or_add_person(name="袁师傅", phone="13900000001", now=now)
    for n, kind in enumerate(("sign_in.failed", "sign_in.failed", "access.unknown", "backup.made", "request.limited")):
        security.log(kind=kind, now=now - timedelta(days=n % 3), address=f"203.0.113.{n}",
                     account_id=cast.accounts["lin"].pk, detail={"route": "desk/<slug:no>/"})  # fmt: skip
    roots.keep(now)
    result = {"name": "zhijia-20261120-0230.zjb", "size": 48_300_000, "rows": 812_345, "problems": []}
    runs.note(kind="backup", began=now - timedelta(hours=9), now=now - timedelta(hours=8), result=result)
    drill = {**result, "tables": 107, "entries": 40_212, "backup_seconds": 40, "restore_seconds": 61, "seconds": 97}
    runs.note(kind="drill", began=now - timedelta(minutes=5), now=now - timedelta(minutes=3), result=drill)
    runs.note(kind="verify", began=now, now=now, result={
        "entries": 9, "chains": 5, "seals": 3, "statements": 5, "compared": 5, "problems": [],
    })  # fmt: skip
    staff = Client()
    staff.force_login(cast.accounts["zhou"])
    staff.get(f"/desk/{no}/")
    page.goto("/audit/roots")

    def sign_in(name: str) -> None:
        client = Client()
        client.force_login(cast.accounts[name])
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        origin = str(page.evaluate("location.origin"))
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": origin}])

    return sign_in


def test_pages_of_audit_and_operations_have_no_faults(page: "Page", enter: Callable[[str], None]) -> None:
    found: dict[str, Any] = {}
    for who, urls in (("auditor", PAGES), ("admin", ("/desk/operations/",)), ("alice", ("/audit/roots",))):
        enter(who)
        for url in urls:
            for size in (WIDE, PHONE) if PICTURES else ():
                page.set_viewport_size(size)  # type: ignore[arg-type]
                _picture(page, url, size)
            answer = page.goto(url)
            assert answer is not None
            assert (url, answer.status) == (url, 200)
            found |= {url: wrong} if (wrong := faults(page, WIDE["width"], PHONE["width"])) else {}
    assert found == {}


def _picture(page: "Page", url: str, size: dict[str, int]) -> None:
    page.context.set_extra_http_headers({"Accept-Language": "zh-CN"})
    page.goto(url)
    name = url.strip("/").replace("/", "-")
    page.screenshot(path=f"{PICTURES}/{name}-{size['width']}-zh.png", full_page=True)
    page.context.add_cookies([{"name": "django_language", "value": "en", "url": str(page.evaluate("location.origin"))}])
    page.reload()
    page.screenshot(path=f"{PICTURES}/{name}-{size['width']}-en.png", full_page=True)
    page.context.clear_cookies(name="django_language")
