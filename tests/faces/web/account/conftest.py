"""The cast at its moment, with passwords; sessions have the limits of a real installation."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from zhijia.kernel.base import clock

if TYPE_CHECKING:  # the settings are not read yet when this file is
    from tests.cast import Cast
    from zhijia.kernel.people.models import Account


@pytest.fixture(autouse=True)
def _moment(settings: Any) -> Iterator[None]:
    from tests.cast import NOW

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SESSION_IDLE_STAFF, settings.SESSION_LONGEST_STAFF = 30 * 60, 12 * 3600
    settings.SESSION_IDLE_WORKER, settings.SESSION_LONGEST_WORKER = 30 * 86400, 180 * 86400
    with clock.at(NOW):
        yield


@pytest.fixture
def accounts(cast: "Cast") -> "dict[str, Account]":
    from .kit import PASSWORD

    for name in ("zhou", "alice"):
        cast.accounts[name].set_password(PASSWORD)
        cast.accounts[name].save()
    return cast.accounts
