"""The pages about one's own data and the disposal's, in a real browser: accessible, and never wider than the window."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.browser import test_services
from tests.browser.test_services import faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.cast import Cast

enter = test_services.enter


@pytest.fixture
def cast(transactional_db: None) -> "Cast":
    from tests.cast import build
    from zhijia.kernel.base import clock

    return build(clock.now() - timedelta(days=3))


def test_pages_of_rights_and_disposal_are_accessible_and_fit(
    page: "Page", enter: Callable[[str], None], cast: "Cast"
) -> None:
    from tests.cast import QINGHE
    from zhijia.kernel.base import clock
    from zhijia.kernel.cases.models import Case
    from zhijia.kernel.people.models import Person, SafeContact
    from zhijia.kernel.retention.due import mark_due
    from zhijia.kernel.service.engine import open_case

    alice, now = cast.actor("alice"), clock.now()
    data = {"story": "九月的工资没有发，老板说再等等。", "category": "wages"}
    for _n in range(2):
        no = open_case(
            service="hotline", actor=alice, now=now, data=data, region=QINGHE, applicant_id=alice.person_id
        ).no
    Case.objects.filter(no=no).update(closed_at=now - timedelta(days=1200))
    mark_due(now=now)
    SafeContact.objects.create(person=Person.objects.get(pk=alice.person_id), may_sms=True)
    seen: dict[str, list[str]] = {}
    enter("alice")
    page.goto("/me/data/")
    page.click("form[action='/me/data/copy/'] button")
    page.wait_for_selector("progress")
    for path in ("/me/data/", "/me/data/correct/", "/me/data/phone/", "/me/data/delete/", "/board/transparency/"):
        page.goto(path)
        seen[path] = faults(page)
    for who in ("admin", "guard"):
        enter(who)
        page.goto("/desk/disposal/")
        seen[f"{who} disposal"] = faults(page)
        if who == "admin":
            page.check("input[name=no][type=checkbox]")
            page.click("button[form=pick]:not([name])")
            page.wait_for_url("**/desk/disposal/*/")
            where = page.url
        page.goto(where)
        seen[f"{who} one"] = faults(page)
    assert {where: found for where, found in seen.items() if found} == {}
