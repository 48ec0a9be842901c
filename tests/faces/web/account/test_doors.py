"""Passwords, links and limits by the same doors as people, and what strangers learn."""

import re
from typing import Any

import pytest

from tests.cast import NOW, PLATFORM, Cast
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Forbidden
from zhijia.kernel.notify.models import Message
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.factors import factors_of
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.setup import begin_setup

from .kit import MINUTE, NEXT, PASSWORD, acts, browser, code_of, sign_in

# --- passwords -------------------------------------------------------------------------------------------------


def test_new_password_needs_a_fresh_proof_and_ends_other_sessions(accounts: dict[str, Account]) -> None:
    here, there = browser(), browser()
    sign_in(here)
    sign_in(there)
    form = {"password": NEXT, "again": NEXT}
    with clock.at(NOW + 11 * MINUTE):
        assert here.post("/account/password/", form)["Location"] == "/account/confirm/?next=%2Faccount%2F"
        assert here.post("/account/confirm/", {"act": "password", "password": "wrong"}).status_code == 422
        here.post("/account/confirm/", {"act": "password", "password": PASSWORD})
        before = here.session.session_key
        assert here.post("/account/password/", form)["Location"] == "/account/"
        assert (here.session.session_key != before, here.get("/account/").status_code) == (True, 200)
        assert there.get("/account/").status_code == 302
        assert [sign_in(browser(), password=p).status_code for p in (PASSWORD, NEXT)] == [422, 302]
    assert "account.password_changed" in acts(accounts["zhou"])


@pytest.mark.parametrize(
    ("password", "again", "field"),
    [("short", "short", "password"), ("password123", "password123", "password"), (NEXT, PASSWORD, "again")],
)
def test_weak_or_unlike_passwords_are_said_beside_the_field(
    accounts: dict[str, Account], password: str, again: str, field: str
) -> None:
    client = browser()
    sign_in(client)
    answer = client.post("/account/password/", {"password": password, "again": again})
    page = answer.content.decode()
    assert (answer.status_code, re.findall(r'id="(\w+)-error"', page), NEXT in page) == (422, [field], False)


def test_worker_signed_in_by_code_sets_and_removes_a_password(accounts: dict[str, Account]) -> None:
    client = browser()
    client.post("/sign-in/", {"act": "send", "phone": "13800000002"})
    code = Message.objects.get(template="people.code").secret
    client.post("/sign-in/", {"act": "code", "phone": "13800000002", "code": code})
    client.post("/account/password/", {"password": NEXT, "again": NEXT})
    assert sign_in(browser(), "138 0000 0002", NEXT)["Location"] == "/"
    client.post("/account/password/", {"act": "remove"})
    assert sign_in(browser(), "138 0000 0002", NEXT).status_code == 422
    assert client.get("/account/").status_code == 200


def test_code_to_the_own_phone_is_a_fresh_proof(accounts: dict[str, Account]) -> None:
    client = browser()
    sign_in(client, "13800000001")
    with clock.at(NOW + 11 * MINUTE):
        assert client.post("/account/confirm/", {"act": "send"}).status_code == 200
        code = Message.objects.get(template="people.code").secret
        assert client.post("/account/confirm/", {"act": "code", "code": code, "next": "/account/app/"})["Location"] == (
            "/account/app/"
        )
        assert client.get("/account/app/").status_code == 200


# --- the link ---------------------------------------------------------------------------------------------------


def test_setup_link_sets_a_password_once_within_an_hour(accounts: dict[str, Account]) -> None:
    zhou = accounts["zhou"]
    old = begin_setup(account=zhou, actor=PLATFORM, now=NOW)
    token = begin_setup(account=zhou, actor=PLATFORM, now=NOW)
    path, form = f"/sign-in/link/{token}/", {"password": NEXT, "again": NEXT}
    assert [browser().get(p).status_code for p in (path, path, f"/sign-in/link/{old}/", "/sign-in/link/x/")] == [
        200, 200, 404, 404,
    ]  # fmt: skip
    with clock.at(NOW + 60 * MINUTE):
        assert browser().post(path, form).status_code == 404
    client = browser()
    assert client.post(path, {"password": "short", "again": "short"}).status_code == 422
    assert client.post(path, form)["Location"] == "/desk/"
    assert browser().post(path, form).status_code == 404


def test_setup_link_can_forget_lost_factors_and_not_go_round_kept_ones(accounts: dict[str, Account]) -> None:
    zhou, form = accounts["zhou"], {"password": NEXT, "again": NEXT}
    code_of(zhou)
    kept = begin_setup(account=zhou, actor=PLATFORM, now=NOW)
    assert browser().post(f"/sign-in/link/{kept}/", form)["Location"] == "/sign-in/second/"
    lost = begin_setup(account=zhou, actor=PLATFORM, now=NOW, forget_factors=True)
    assert factors_of(zhou).totp is True
    assert browser().post(f"/sign-in/link/{lost}/", form)["Location"] == "/desk/"
    assert factors_of(zhou).any is False


def test_setup_links_are_for_the_administrators_to_make(accounts: dict[str, Account], cast: Cast) -> None:
    for actor in (cast.actor("head"), cast.actor("auditor"), Actor(account_id=accounts["zhou"].pk)):
        with pytest.raises(Forbidden):
            begin_setup(account=accounts["zhou"], actor=actor, now=NOW)


# --- limits and strangers --------------------------------------------------------------------------------------


def test_unknown_and_known_names_get_the_same_answer(accounts: dict[str, Account]) -> None:
    answers = {}
    for name in ("zhou", "nobody"):
        pages = [sign_in(browser(), name, "wrong") for _n in range(6)]
        answers[name] = [
            (p.status_code, p.get("Retry-After"), re.sub(r'value="[^"]*"', "", p.content.decode())) for p in pages
        ]
    assert answers["zhou"] == answers["nobody"]
    assert [answer[0] for answer in answers["zhou"]] == [422] * 4 + [429] * 2


def test_address_is_limited_on_pages_and_in_the_api(accounts: dict[str, Account], monkeypatch: Any) -> None:
    from zhijia.faces import limits
    from zhijia.kernel.base.limits import Limit

    tight = Limit("test.route", most=2, seconds=900)
    for key in (("POST", "sign-in/"), ("POST", "api/v1/session")):
        monkeypatch.setitem(limits.ROUTES, key, tight)
    assert [sign_in(browser(), f"nobody{n}").status_code for n in range(3)] == [422, 422, 429]
    refused = sign_in(browser())
    assert (refused["Retry-After"], "Try again after 15:25" in refused.content.decode()) == (
        "Mon, 16 Nov 2026 07:25:00 GMT", True,
    )  # fmt: skip
    api = browser().post("/api/v1/session", {"login": "x", "password": "y"}, content_type="application/json")
    assert (api.status_code, api.json()["code"], api["Retry-After"]) == (
        429, "too_soon", "Mon, 16 Nov 2026 07:25:00 GMT",
    )  # fmt: skip
    assert sign_in(browser("203.0.113.5"))["Location"] == "/desk/"
    assert browser().get("/sign-in/").status_code == 200


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        ([], "203.0.113.5", "10.1.2.3"), (["10.0.0.0/8"], "203.0.113.5", "203.0.113.5"),
        (["10.0.0.0/8"], "198.51.100.1, 203.0.113.5", "203.0.113.5"),
        (["10.0.0.0/8"], "203.0.113.5, 10.9.9.9", "203.0.113.5"), (["10.0.0.0/8"], "", "10.1.2.3"),
        (["10.0.0.0/8"], "nonsense", ""),
    ],
)  # fmt: skip
def test_forwarded_address_counts_only_from_trusted_proxies(
    rf: Any, settings: Any, proxies: list[str], forwarded: str, expected: str
) -> None:
    from zhijia.faces.address import client_address

    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR="10.1.2.3", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == expected
