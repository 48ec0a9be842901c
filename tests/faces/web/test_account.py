"""Sign-in and security by the same doors as people: second steps, devices, passwords, limits, links."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import Client

from tests.cast import NOW, PLATFORM, Cast
from zhijia.faces.sign_in import PENDING
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Forbidden
from zhijia.kernel.notify.models import Message
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.factors import PERIOD, begin_totp, confirm_totp, factors_of, totp
from zhijia.kernel.people.models import Account, Device
from zhijia.kernel.people.setup import begin_setup

PASSWORD, NEXT = "three herons at dawn", "four herons at dusk"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _moment(settings: Any) -> Iterator[None]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SESSION_IDLE_STAFF, settings.SESSION_LONGEST_STAFF = 30 * 60, 12 * 3600
    settings.SESSION_IDLE_WORKER, settings.SESSION_LONGEST_WORKER = 30 * 86400, 180 * 86400
    with clock.at(NOW):
        yield


@pytest.fixture
def accounts(cast: Cast) -> dict[str, Account]:
    for name in ("zhou", "alice"):
        cast.accounts[name].set_password(PASSWORD)
        cast.accounts[name].save()
    return cast.accounts


def browser(address: str = "127.0.0.1", agent: str = CHROME) -> Client:
    return Client(REMOTE_ADDR=address, HTTP_USER_AGENT=agent, headers={"accept-language": "en"})


def sign_in(client: Client, login: str = "zhou", password: str = PASSWORD, **more: str) -> Any:
    return client.post("/sign-in/", {"act": "password", "login": login, "password": password, **more})


def code_of(account: Account, moment: Any = NOW) -> str:
    secret = begin_totp(account=account, now=moment)
    confirm_totp(account=account, code=totp(secret, int(moment.timestamp()) // PERIOD), now=moment)
    return totp(secret, int(moment.timestamp()) // PERIOD + 1)


def acts(account: Account) -> list[str]:
    return list(Entry.objects.filter(chain=f"account:{account.pk}").order_by("seq").values_list("act", flat=True))


def user_of(client: Client) -> str | None:
    return client.session.get(SESSION_KEY)


# --- the second step -------------------------------------------------------------------------------------------


def test_staff_without_a_second_factor_set_one_up_before_anything_else(
    accounts: dict[str, Account], settings: Any
) -> None:
    settings.STAFF_SECOND_FACTOR = True
    zhou, client = accounts["zhou"], browser()
    assert sign_in(client, next="/desk/?q=1")["Location"] == "/sign-in/set-up/?next=%2Fdesk%2F%3Fq%3D1"
    assert (user_of(client), client.get("/desk/").status_code, client.get("/account/").status_code) == (None, 302, 302)
    assert client.get("/api/v1/me").status_code == 401
    page = client.get("/sign-in/set-up/").content.decode()
    secret = "".join(re.findall(r'<b class="num">([A-Z2-7 ]+)</b>', page)[0].split())
    assert re.findall(r"<svg[^>]*class=\"qr\"", page) != []
    wrong = client.post("/sign-in/set-up/", {"act": "app", "code": "000000"})
    assert (wrong.status_code, user_of(client)) == (422, None)
    before = client.session.session_key
    right = client.post("/sign-in/set-up/", {"act": "app", "code": totp(secret, int(NOW.timestamp()) // PERIOD)})
    assert (right.status_code, len(re.findall(r"<code>", right.content.decode()))) == (200, 10)
    assert (user_of(client), client.session.session_key != before) == (str(zhou.pk), True)
    assert client.get("/desk/").status_code == 200
    assert acts(zhou)[-3:] == ["account.factor_added", "account.codes_made", "account.signed_in"]


def test_app_is_asked_for_after_the_password(accounts: dict[str, Account]) -> None:
    zhou, client = accounts["zhou"], browser()
    code = code_of(zhou)
    first = sign_in(client, next="/board/")
    assert (first["Location"], user_of(client)) == ("/sign-in/second/?next=%2Fboard%2F", None)
    before = client.session.session_key
    assert client.post("/sign-in/second/", {"code": "000000", "next": "/board/"}).status_code == 422
    done = client.post("/sign-in/second/", {"code": code, "next": "/board/"})
    assert (done["Location"], user_of(client)) == ("/board/", str(zhou.pk))
    assert client.session.session_key != before
    assert PENDING not in client.session
    again = browser()
    sign_in(again)
    assert again.post("/sign-in/second/", {"code": code}).status_code == 422  # a used one


def test_second_step_grows_old_and_dies_with_the_password(accounts: dict[str, Account]) -> None:
    zhou, client = accounts["zhou"], browser()
    code_of(zhou)
    sign_in(client)
    with clock.at(NOW + 10 * MINUTE):
        assert client.get("/sign-in/second/")["Location"] == "/sign-in/"
    sign_in(client)
    zhou.set_password(NEXT)
    zhou.save()
    assert client.get("/sign-in/second/")["Location"] == "/sign-in/"
    assert browser().get("/sign-in/second/")["Location"] == "/sign-in/"


def test_recovery_code_signs_in_once(accounts: dict[str, Account]) -> None:
    alice = accounts["alice"]
    secret = begin_totp(account=alice, now=NOW)
    codes = confirm_totp(account=alice, code=totp(secret, int(NOW.timestamp()) // PERIOD), now=NOW)
    answers = []
    for _n in range(2):
        client = browser()
        sign_in(client, "13800000001")
        answers.append(client.post("/sign-in/second/", {"code": codes[0]}).status_code)
    assert (answers, factors_of(alice).codes) == ([302, 422], 9)


def test_post_given_meanwhile_asks_for_the_second_step(accounts: dict[str, Account], cast: Cast, settings: Any) -> None:
    from datetime import date

    from zhijia.kernel.people.actors import Role
    from zhijia.kernel.people.posts import appoint

    settings.STAFF_SECOND_FACTOR = True
    client = browser()
    sign_in(client, "13800000001")
    post: dict[str, Any] = {"role": Role.OFFICER, "org_id": cast.orgs["qinghe"].pk, "from_day": date(2020, 1, 1)}
    appoint(account=accounts["alice"], actor=PLATFORM, now=NOW, **post)
    with clock.at(NOW + 2 * MINUTE):
        assert client.get("/me/")["Location"] == "/sign-in/set-up/"
        assert (user_of(client), client.get("/me/").status_code) == (None, 302)


# --- sessions --------------------------------------------------------------------------------------------------


def test_planted_session_key_is_worth_nothing(accounts: dict[str, Account]) -> None:
    mine, theirs = browser(), browser()
    mine.post("/sign-in/passkey/begin/")
    planted = mine.session.session_key
    theirs.cookies["sessionid"] = planted
    sign_in(theirs)
    assert (theirs.session.session_key != planted, user_of(theirs)) == (True, str(accounts["zhou"].pk))
    assert mine.get("/desk/").status_code == 302


def test_idle_staff_are_signed_out_and_told(accounts: dict[str, Account]) -> None:
    client = browser()
    sign_in(client)
    for minutes in (29, 58, 87):
        with clock.at(NOW + minutes * MINUTE):
            assert client.get("/account/").status_code == 200
    with clock.at(NOW + 118 * MINUTE):
        assert client.get("/desk/").status_code == 302
        assert "because nothing was done here for a while" in client.get("/sign-in/").content.decode()
    assert Device.objects.values_list("session_key", "why_ended").get() == (None, "idle")


def test_busy_staff_are_signed_out_after_twelve_hours(accounts: dict[str, Account]) -> None:
    client = browser()
    sign_in(client)
    seen = []
    for quarter in range(1, 51):
        with clock.at(NOW + quarter * 15 * MINUTE):
            seen.append(client.get("/account/").status_code)
    assert seen == [200] * 48 + [302] * 2


def test_worker_stays_for_thirty_days_and_a_clock_that_goes_back_changes_nothing(accounts: dict[str, Account]) -> None:
    client = browser()
    sign_in(client, "13800000001")
    answers = []
    for days in (29, 20, 58, 89):
        with clock.at(NOW + timedelta(days=days)):
            answers.append(client.get("/account/").status_code)
    assert answers == [200, 200, 200, 302]


def test_sign_out_ends_the_session_and_clears_the_browser(accounts: dict[str, Account]) -> None:
    client = browser()
    sign_in(client)
    key = client.session.session_key
    answer = client.post("/sign-out/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert Session.objects.filter(session_key=key).exists() is False
    assert acts(accounts["zhou"])[-2:] == ["account.signed_in", "account.signed_out"]


def test_cookies_and_pages_are_kept_from_others(accounts: dict[str, Account]) -> None:
    client = browser()
    sign_in(client)
    kept = {name: (c["httponly"], c["samesite"]) for name, c in client.cookies.items() if name != "csrftoken"}
    assert kept == {"sessionid": (True, "Lax"), "device": (True, "Lax")}
    for path in ("/account/", "/account/password/", "/account/app/", "/account/confirm/"):
        assert client.get(path)["Cache-Control"] == "no-store"


# --- devices ---------------------------------------------------------------------------------------------------


def test_other_device_is_listed_in_words_and_signed_out(accounts: dict[str, Account]) -> None:
    here, there = browser("203.0.113.77"), browser("198.51.100.9", "Mozilla/5.0 (iPhone) MicroMessenger/8.0")
    sign_in(here)
    sign_in(there)
    page = here.get("/account/").content.decode()
    assert [w in page for w in ("Chrome 142 · Windows", "WeChat 8 · iPhone", "203.0.113.0/24", "203.0.113.77")] == [
        True, True, True, False,
    ]  # fmt: skip
    other = Device.objects.get(system="iPhone")
    here.post("/account/devices/", {"device": other.pk})
    assert (there.get("/desk/").status_code, here.get("/account/").status_code) == (302, 200)
    assert acts(accounts["zhou"])[-1] == "account.device_ended"


def test_device_of_somebody_else_cannot_be_signed_out(accounts: dict[str, Account]) -> None:
    mine, theirs = browser(), browser()
    sign_in(mine)
    sign_in(theirs, "13800000001")
    mine.post("/account/devices/", {"device": Device.objects.get(account=accounts["alice"]).pk})
    mine.post("/account/devices/", {"device": "9" * 30})
    assert theirs.get("/account/").status_code == 200


def test_signing_out_everywhere_ends_api_cookies_and_unlisted_sessions_too(accounts: dict[str, Account]) -> None:
    here, program, unlisted = browser(), Client(), Client()
    sign_in(here)
    body = {"login": "zhou", "password": PASSWORD}
    assert program.post("/api/v1/session", body, content_type="application/json").status_code == 204
    unlisted.force_login(accounts["zhou"])
    here.post("/account/devices/", {"act": "all"})
    assert [c.get("/api/v1/me").status_code for c in (here, program, unlisted)] == [200, 401, 401]


def test_new_device_tells_the_person_and_a_known_one_does_not(accounts: dict[str, Account]) -> None:
    first, second = browser("203.0.113.77"), browser("198.51.100.9", "curl/8")
    for client in (first, first, second, second):
        sign_in(client, "13800000001")
        client.post("/sign-out/")
    told = Message.objects.filter(template="people.new_device").values_list("person_id", "data")
    assert list(told) == [
        (accounts["alice"].person_id, {"device": "–", "place": "198.51.100.0/24", "at": NOW.isoformat()})
    ]


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
    code = Message.objects.get(template="people.code").data["code"]
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
        code = Message.objects.get(template="people.code").data["code"]
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
