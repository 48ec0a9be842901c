"""Signing in by code and by password: the limits hold, the session changes, the code goes out once."""

import re

import pytest
from django.test import Client

from tests.cast import NOW, Cast
from zhijia.kernel.base import clock
from zhijia.kernel.notify.models import Message
from zhijia.kernel.people.models import Account, Person
from zhijia.kernel.people.vault import blind

PHONE = "13800138000"


def send(browser: Client, phone: str = PHONE) -> object:
    return browser.post("/sign-in/", {"act": "send", "phone": phone})


def code() -> str:
    return str(Message.objects.filter(template="people.code").latest("id").secret)


def test_code_goes_to_the_outbox_and_not_onto_the_page(cast: Cast, client: Client) -> None:
    response = send(client)
    row = Message.objects.get()
    assert (row.channel, row.state, row.template) == ("sms", "waiting", "people.code")
    assert code() not in response.content.decode()  # type: ignore[attr-defined]


def test_demonstration_shows_the_code(cast: Cast, client: Client, settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    assert f">{code_after(client)}</b>" in client.last  # type: ignore[attr-defined]


def code_after(browser: Client) -> str:
    browser.last = send(browser).content.decode()  # type: ignore[attr-defined]
    return code()


def test_right_code_signs_in_with_a_new_session(cast: Cast, client: Client) -> None:
    send(client)
    client.session["planted"] = "x"
    client.session.save()
    before = client.session.session_key
    response = client.post("/sign-in/", {"act": "code", "phone": PHONE, "code": code(), "next": "/me/"})
    assert response["Location"] == "/me/"
    assert client.session.session_key != before
    assert Person.objects.filter(phone_index=blind(PHONE, purpose="phone")).count() == 1


def test_wrong_code_keeps_the_step_and_counts(cast: Cast, client: Client) -> None:
    send(client)
    wrong = "000000" if code() != "000000" else "111111"
    answers = [client.post("/sign-in/", {"act": "code", "phone": PHONE, "code": wrong}) for _ in range(6)]
    assert [a.status_code for a in answers] == [422] * 6
    assert 'autocomplete="one-time-code"' in answers[0].content.decode()
    assert client.post("/sign-in/", {"act": "code", "phone": PHONE, "code": code()}).status_code == 422


def test_second_code_within_a_minute_waits(cast: Cast, client: Client) -> None:
    send(client)
    assert (send(client).status_code, Message.objects.count()) == (429, 1)  # type: ignore[attr-defined]


@pytest.mark.parametrize("phone", ["", "12", "abc", "1380013800\x00"])
def test_bad_phone_is_said_beside_the_field(cast: Cast, client: Client, phone: str) -> None:
    response = send(client, phone)
    assert response.status_code == 422  # type: ignore[attr-defined]
    assert re.search(r'id="phone-error"', response.content.decode())  # type: ignore[attr-defined]


def staff(cast: Cast) -> Account:
    account = cast.accounts["zhou"]
    account.set_password("a-long-password-1")
    account.save()
    return account


def test_staff_go_to_the_desk(cast: Cast, client: Client) -> None:
    staff(cast)
    response = client.post("/sign-in/", {"act": "password", "login": "zhou", "password": "a-long-password-1"})
    assert response["Location"] == "/desk/"


def test_next_outside_is_not_followed(cast: Cast, client: Client) -> None:
    staff(cast)
    form = {"act": "password", "login": "zhou", "password": "a-long-password-1", "next": "https://evil.example/"}
    assert client.post("/sign-in/", form)["Location"] == "/desk/"


def test_sixth_wrong_password_is_locked_out(cast: Cast, client: Client) -> None:
    staff(cast)
    form = {"act": "password", "login": "zhou", "password": "wrong"}
    codes = [client.post("/sign-in/", form).status_code for _ in range(6)]
    assert codes == [422, 422, 422, 422, 429, 429]
    right = form | {"password": "a-long-password-1"}
    assert client.post("/sign-in/", right).status_code == 429
    with clock.at(NOW.replace(hour=15, minute=26)):
        assert client.post("/sign-in/", right).status_code == 302


def test_password_is_never_shown_again(cast: Cast, client: Client) -> None:
    staff(cast)
    page = client.post("/sign-in/", {"act": "password", "login": "zhou", "password": "geheim-123"}).content.decode()
    assert ("geheim-123" in page, 'value="zhou"' in page) == (False, True)


def test_sign_out_needs_a_post_and_ends_the_session(alice: Client) -> None:
    assert alice.get("/sign-out/").status_code == 405
    alice.post("/sign-out/")
    assert alice.get("/matters/").status_code == 302
