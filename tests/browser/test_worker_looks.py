"""Every page of the worker on a small phone, in every mode and both languages: no fault for axe, the numbers hold."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.browser.journey import PHONE, Walk
from tests.browser.looks import faults

if TYPE_CHECKING:
    from tests.cast import Cast

LOOKS = {
    "plain": {"mode": "plain", "theme": "light", "django_language": "zh-hans"},
    "elder": {"mode": "elder", "theme": "light", "size": "20", "django_language": "zh-hans"},
    "dark": {"mode": "plain", "theme": "dark", "django_language": "en"},
    "largest, dark": {"mode": "elder", "theme": "dark", "size": "30", "django_language": "en"},
}
OPEN = (
    "/",
    "/ask/",
    "/services/",
    "/sign-in/",
    "/pickup/",
    "/pickup/new/",
    "/offline/",
    "/nowhere/",
    "/vouchers/places/",
)
OWN = (
    "/",
    "/ask/",
    "/matters/",
    "/matters/?show=closed",
    "{matter}",
    "{letter}",
    "/messages/",
    "/me/",
    "/me/access/",
    "/me/data/",
)
STORY = "我在工地扎钢筋，9 月和 10 月的工资没给，包工头说要等甲方结账。"


@pytest.fixture
def cast(transactional_db: None) -> "Cast":
    from tests.cast import build
    from zhijia.kernel.base import clock

    return build(clock.now() - timedelta(days=3))


@pytest.fixture
def places(cast: "Cast") -> dict[str, str]:
    """The addresses of Alice's ticket, which waits for her answer, and of a letter about another matter of hers."""
    from django.test import Client

    from tests.faces.web.worker.kit import awaiting_answer, issued_letter
    from zhijia.kernel.base import clock

    then = clock.now() - timedelta(days=2)
    no = awaiting_answer(cast, story=STORY, now=then)
    officer = Client()
    officer.force_login(cast.accounts["zhou"])
    assert officer.get(f"/desk/{no}/").status_code == 200  # somebody read it: there is something on the page of readers
    letter = issued_letter(cast, now=then)
    return {"matter": f"/matters/{no}/", "letter": f"/matters/{letter.case.no}/letters/{letter.pk}/"}


def test_worker_page_is_accessible_and_keeps_the_numbers(
    start: Callable[..., Walk], cast: "Cast", places: dict[str, str]
) -> None:
    walk = start("looks", cast, secrets=[])
    seen = {}
    for look, cookies in LOOKS.items():
        for who, paths in (("nobody", OPEN), ("alice", OWN)):
            page = walk.enter(who, window=PHONE, **cookies)
            for path in paths:
                page.goto(path.format(**places))
                seen[f"{look}: {who} {path}"] = faults(page)
    assert {where: found for where, found in seen.items() if found} == {}
