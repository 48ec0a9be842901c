"""The second factor by the API: same door, same limits."""

from typing import Any

import pytest

from tests.cast import NOW, Cast
from zhijia.kernel.people.factors import PERIOD, begin_totp, confirm_totp, totp

from .conftest import Api

PASSWORD = "three herons at dawn"


@pytest.fixture
def secret(cast: Cast) -> str:
    zhou = cast.accounts["zhou"]
    zhou.set_password(PASSWORD)
    zhou.save()
    made = begin_totp(account=zhou, now=NOW)
    confirm_totp(account=zhou, code=totp(made, int(NOW.timestamp()) // PERIOD), now=NOW)
    return made


def test_code_of_the_app_finishes_signing_in(api: Api, secret: str) -> None:
    first = api.post("/session", {"login": "zhou", "password": PASSWORD})
    assert (first.status_code, first.json()["code"], api.get("/me").status_code) == (403, "second_factor", 401)
    wrong = api.post("/session/second", {"code": "000000"})
    assert (wrong.status_code, [p["field"] for p in wrong.json()["problems"]]) == (422, ["code"])
    right = {"code": totp(secret, int(NOW.timestamp()) // PERIOD + 1)}
    assert api.post("/session/second", right).status_code == 204
    assert api.get("/me").json()["roles"] == ["officer"]
    assert api.post("/session/second", right).status_code == 422


def test_staff_without_a_factor_are_sent_to_the_page(api: Api, cast: Cast, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True
    lin = cast.accounts["lin"]
    lin.set_password(PASSWORD)
    lin.save()
    answer = api.post("/session", {"login": "lin", "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (403, "set_up_second_factor")
    assert (api.get("/me").status_code, api.post("/session/second", {"code": "000000"}).status_code) == (401, 422)
