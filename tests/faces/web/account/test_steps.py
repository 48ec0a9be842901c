"""Second steps, sessions and devices by the same doors as people."""

import re
from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.test import Client

from tests.cast import NOW, PLATFORM, Cast
from zhijia.faces.sign_in import PENDING
from zhijia.kernel.base import clock
from zhijia.kernel.notify.models import Message
from zhijia.kernel.people.factors import PERIOD, begin_totp, confirm_totp, factors_of, totp
from zhijia.kernel.people.models import Account, Device

from .kit import MINUTE, NEXT, PASSWORD, acts, browser, code_of, sign_in, user_of

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


def test_factor_added_now_is_not_asked_for_in_the_same_session(accounts: dict[str, Account]) -> None:
    client, zhou = browser(), accounts["zhou"]
    sign_in(client)
    client.get("/account/app/")
    before = client.session.session_key
    for _n in range(5):
        assert client.post("/account/app/", {"act": "app", "code": "000000"}).status_code == 422
    assert client.post("/account/app/", {"act": "app", "code": "000000"}).status_code == 429
    later = NOW + 16 * MINUTE
    with clock.at(later):
        client.post("/account/confirm/", {"act": "password", "password": PASSWORD})
        code = totp(begin_totp(account=zhou, now=later), int(later.timestamp()) // PERIOD)
        assert client.post("/account/app/", {"act": "app", "code": code}).status_code == 200
        assert client.session.session_key != before
    with clock.at(later + 2 * MINUTE):
        assert client.get("/desk/").status_code == 200


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
