"""The desk's cast and cases: everything goes through the engine, every page through the real door.

Models are imported inside the fixtures: this file is read before Django is set up.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from tests.cast import Cast
    from tests.faces.web.desk.kit import Do, Enter, File


@pytest.fixture
def at(settings: Any) -> Iterator[datetime]:
    """The cast's Monday afternoon, in English so that tests read the words of the code."""
    from tests.cast import NOW
    from zhijia.kernel.base import clock

    settings.LANGUAGE_CODE = "en"
    with clock.at(NOW):
        yield NOW


@pytest.fixture
def cast(db: None, at: datetime) -> "Cast":
    from tests import cast

    return cast.build(at)


@pytest.fixture
def enter(cast: "Cast") -> "Enter":
    """A signed-in client of the named person."""
    from django.test import Client

    def signed_in(name: str) -> "Client":
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(cast.accounts[name])
        return client

    return signed_in


@pytest.fixture
def file(cast: "Cast", at: datetime) -> "File":
    """File a case for a new worker (or `person`) and return its number."""
    from tests.cast import QINGHE
    from zhijia.faces.access import seen_by
    from zhijia.kernel.people.actors import Actor
    from zhijia.kernel.people.persons import find_or_add_person
    from zhijia.kernel.service.engine import open_case

    phones = count(13_900_000_000)

    def filed(
        story: str = "九月的工资没有发。找了三次。",
        *,
        person: int | None = None,
        employer: int | None = None,
        **data: Any,
    ) -> str:
        who = person or find_or_add_person(name="袁师傅", phone=str(next(phones)), now=at).pk
        with seen_by(Actor(person_id=who, name="袁师傅")) as worker:
            return open_case(
                service="hotline", actor=worker, now=at, data={"story": story, "category": "wages", **data},
                region=QINGHE, applicant_id=who, employer_id=employer,
            ).no  # fmt: skip

    return filed


@pytest.fixture
def do(cast: "Cast", at: datetime) -> "Do":
    """Fire a transition as the named person of the cast."""
    from zhijia.faces.access import seen_by
    from zhijia.kernel.service.engine import fire

    def fired(name: str, no: str, transition: str, *, now: datetime = at, **data: Any) -> None:
        with seen_by(cast.actor(name, now)) as actor:
            fire(no=no, transition=transition, actor=actor, now=now, data=data)

    return fired


@pytest.fixture
def with_unit(cast: "Cast", file: "File", do: "Do") -> "File":
    """File a case and dispatch it to Qinghe."""

    def dispatched(*args: Any, **data: Any) -> str:
        no = file(*args, **data)
        do("dispatcher", no, "dispatch", unit=cast.orgs["qinghe"].pk, tier="general")
        return no

    return dispatched


@pytest.fixture
def solved(with_unit: "File", do: "Do", at: datetime) -> Callable[..., str]:
    """A case whose unit has given its result: it waits for the call-back."""

    def given(*args: Any, **data: Any) -> str:
        no = with_unit(*args, **data)
        do("zhou", no, "sign")
        do("zhou", no, "contact", note="说了情况")
        do("zhou", no, "submit", now=at + timedelta(minutes=5), result="已补发。")
        return no

    return given
