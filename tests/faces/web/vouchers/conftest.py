"""A published cycle of three days, its shop and station, and browsers of the people concerned.

What needs Django's apps is imported inside the fixtures: pytest may read this file before they are set up.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from tests.cast import Cast
    from tests.modules.vouchers.kit import Kitchen

    Enter = Callable[[str], Client]


@pytest.fixture
def clock(settings: Any) -> Iterator[Callable[[object], None]]:
    """The first day of the cycle at noon, in English so that tests read the code's words; `clock(at(9))` moves it."""
    from tests.modules.vouchers.kit import NOON
    from zhijia.kernel.base import clock as kernel

    settings.LANGUAGE_CODE = "en"
    token = kernel._shift.set(NOON)

    def move(moment: object) -> None:
        kernel._shift.set(moment)  # type: ignore[arg-type]

    yield move
    kernel._shift.reset(token)


@pytest.fixture
def cast(db: None, clock: object) -> "Cast":
    from tests import cast

    return cast.build()


@pytest.fixture
def kitchen(cast: "Cast") -> "Kitchen":
    """Money, programme, shop and station, and a published cycle."""
    from tests.modules.vouchers.kit import build

    return build(cast).publish()


@pytest.fixture
def enter(cast: "Cast") -> "Enter":
    """A browser in which the named person is signed in, in Qinghe."""
    from django.test import Client

    from tests.cast import QINGHE

    def signed_in(name: str) -> "Client":
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(cast.accounts[name])
        client.cookies["county"] = QINGHE
        return client

    return signed_in


@pytest.fixture
def device(kitchen: "Kitchen") -> "Client":
    """The shop's terminal."""
    from django.test import Client

    client = Client(headers={"Accept-Language": "en"})
    assert client.post("/outlet/enrol/", {"code": kitchen.secret}).status_code == 302
    return client
