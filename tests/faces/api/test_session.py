"""Signing in and out by the API: as on the page, with the same limits."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import NOW, Cast
from zhijia.kernel.base import clock
from zhijia.kernel.notify.models import Message
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.vault import blind

from .conftest import Api

PHONE, PASSWORD = "13800138000", "correct-horse-battery"


def sent_code(api: Api) -> str:
    answer = api.post("/session/code", {"phone": PHONE})
    assert (answer.status_code, answer.json()) == (200, {"expires_at": "2026-11-16T15:15:00+08:00", "code": ""})
    return str(Message.objects.filter(template="people.code").latest("id").secret)


@pytest.fixture
def zhou(cast: Cast) -> Account:
    account = cast.accounts["zhou"]
    account.set_password(PASSWORD)
    account.save()
    return account


def test_worker_signs_in_by_code_and_out_again(api: Api) -> None:
    api.client.session["planted"] = "x"
    before = api.client.session.session_key
    assert api.post("/session", {"phone": PHONE, "code": sent_code(api)}).status_code == 204
    assert api.client.session.session_key != before
    assert api.get("/me").json() == {"name": "", "language": "zh-hans", "phone": "138****8000", "roles": ["worker"]}
    assert api.send("DELETE", "/session").status_code == 204
    assert api.get("/me").status_code == 401


def test_staff_sign_in_by_password(api: Api, zhou: Account) -> None:
    assert api.post("/session", {"login": "zhou", "password": PASSWORD}).status_code == 204
    assert api.get("/me").json() == {"name": "Zhou", "language": "zh-hans", "phone": "", "roles": ["officer"]}


def test_cookie_of_signing_in_lets_a_program_change_something(db: None, api: Api, zhou: Account) -> None:
    client = Client(enforce_csrf_checks=True)
    signed_in = client.post("/api/v1/session", {"login": "zhou", "password": PASSWORD}, content_type="application/json")
    assert client.delete("/api/v1/session").status_code == 403
    headers = {"x-csrftoken": signed_in.cookies["csrftoken"].value}
    assert client.delete("/api/v1/session", headers=headers).status_code == 204


def test_second_code_within_a_minute_is_429_with_the_moment(api: Api) -> None:
    sent_code(api)
    answer = api.post("/session/code", {"phone": PHONE})
    assert (answer.status_code, answer.json()["code"], sorted(answer.json())) == (
        429, "too_soon", ["code", "problems", "reason"],
    )  # fmt: skip
    assert answer["Retry-After"] == "Mon, 16 Nov 2026 07:11:00 GMT"


def test_fifth_wrong_password_locks_also_the_right_one(api: Api, zhou: Account) -> None:
    wrong = [api.post("/session", {"login": "zhou", "password": "x"}) for _ in range(5)]
    assert [a.status_code for a in wrong] == [422, 422, 422, 422, 429]
    assert wrong[0].json()["problems"] == [
        {"field": "password", "code": "wrong", "message": "Login or password is not right."}
    ]
    right = {"login": "zhou", "password": PASSWORD}
    locked = api.post("/session", right)
    assert (locked.status_code, locked.json()["code"]) == (429, "locked")
    with clock.at(NOW + timedelta(minutes=16)):
        assert api.post("/session", right).status_code == 204


def test_wrong_code_signs_nobody_in(api: Api) -> None:
    wrong = "000000" if sent_code(api) != "000000" else "111111"
    answer = api.post("/session", {"phone": PHONE, "code": wrong})
    assert (answer.status_code, [p["field"] for p in answer.json()["problems"]]) == (422, ["code"])
    assert api.get("/me").status_code == 401


def test_closed_account_is_refused(api: Api) -> None:
    api.post("/session", {"phone": PHONE, "code": sent_code(api)})
    Account.objects.filter(person__phone_index=blind(PHONE, purpose="phone")).update(is_active=False)
    with clock.at(NOW + timedelta(minutes=2)):
        api.post("/session/code", {"phone": PHONE})
        code = Message.objects.filter(template="people.code").latest("id").secret
        answer = Api(api.cast).post("/session", {"phone": PHONE, "code": code})
    assert (answer.status_code, answer.json()["code"]) == (403, "account_closed")


def test_nothing_given_is_said(api: Api) -> None:
    answer = api.post("/session", {})
    assert (answer.status_code, [p["field"] for p in answer.json()["problems"]]) == (422, ["phone"])


@pytest.mark.parametrize("path", ["/session", "/session/code"])
def test_form_of_a_strangers_page_is_refused(api: Api, path: str) -> None:
    answer = api.client.post(f"/api/v1{path}", b'{"phone": "13800138000"}', content_type="text/plain")
    assert (answer.status_code, answer.json()["reason"]) == (415, "Send this as application/json.")
    assert Message.objects.count() == 0


def test_wrong_method_has_the_common_shape(api: Api) -> None:
    answer = api.get("/session")
    assert (answer.status_code, answer.json()["code"]) == (405, "refused")
    assert sorted(answer["Allow"].split(", ")) == ["DELETE", "POST"]
