"""The cast on the pages of administration: everything through the same doors as people use.

Models are imported inside the fixtures: this file is read before Django is set up.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from tests.cast import Cast

Enter = Callable[[str], "Client"]


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
    """Everybody, and a home for each account of staff."""
    from tests import cast

    return cast.build(at)


@pytest.fixture
def enter(cast: "Cast") -> Enter:
    """A signed-in client of the named person."""
    from django.test import Client

    def signed_in(name: str) -> "Client":
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(cast.accounts[name])
        return client

    return signed_in
