"""The cast at a fixed moment, workers signed in, and a short way to walk a ticket to any state.

What needs Django's apps is imported inside the fixtures: pytest may read this file before they are set up.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from zhijia.kernel.base import clock

if TYPE_CHECKING:
    from tests.cast import Cast

STORY = "9 月和 10 月的工资没给，包工头说要等甲方结账。"
BACKEND = "zhijia.kernel.people.auth.Backend"


@pytest.fixture
def cast(db: None) -> "Iterator[Cast]":
    from tests.cast import NOW, build

    with clock.at(NOW):
        yield build()


@pytest.fixture
def enter(cast: "Cast") -> Callable[[str], Client]:
    """A browser in which the named person is signed in."""

    def signed_in(name: str) -> Client:
        browser = Client()
        browser.force_login(cast.accounts[name], backend=BACKEND)
        return browser

    return signed_in


@pytest.fixture
def alice(enter: Callable[[str], Client]) -> Client:
    return enter("alice")


@pytest.fixture
def told(cast: "Cast") -> Callable[..., str]:
    """File a ticket for a worker; returns its number."""
    from tests.cast import NOW, QINGHE
    from zhijia.kernel.service.engine import open_case

    def file(name: str = "alice", story: str = STORY, now: datetime = NOW) -> str:
        actor = cast.actor(name)
        data = {"story": story, "category": "wages"}
        return open_case(
            service="hotline", actor=actor, now=now, data=data, region=QINGHE, applicant_id=actor.person_id
        ).no

    return file


@pytest.fixture
def walk(cast: "Cast") -> Callable[..., None]:
    """Let staff do the usual steps on a ticket, up to and including `until`."""
    from tests.cast import NOW
    from zhijia.kernel.service.engine import fire

    steps = (
        ("dispatch", "dispatcher", {"unit": "qinghe", "tier": "general"}),
        ("sign", "zhou", {}),
        ("contact", "zhou", {"note": "说了经过"}),
        ("submit", "zhou", {"result": "工资已补发"}),
        ("confirm_solved", "caller", {"satisfaction": "satisfied"}),
        ("close", "checker", {"closing_code": "solved"}),
    )

    def go(no: str, until: str, now: datetime = NOW) -> None:
        for key, who, data in steps:
            given = {**data, "unit": cast.orgs["qinghe"].pk} if "unit" in data else data
            fire(no=no, transition=key, actor=cast.actor(who, now), now=now, data=given)
            if key == until:
                return

    return go
