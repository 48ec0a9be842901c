"""The counter: enrolment, hand out or do not, the batch of a day without a network, settlements."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.faces.web.vouchers.test_worker import words
from tests.modules.vouchers.kit import MEAL, NOON, Kitchen, at, people, set_number, wrong
from tests.modules.vouchers.test_redeem import second_shop
from zhijia.modules.vouchers import keys, programmes
from zhijia.modules.vouchers.models import Batch, Redemption, Terminal

Clock = Callable[[object], None]
JSON = {"accept": "application/json"}


def redeem(client: Client, shown: str, key: str = "k1", **more: Any) -> Any:
    return client.post("/outlet/redeem/", {"shown": shown, "key": key}, **more)


def send(client: Client, rows: list[tuple[str, object]], key: str = "b1", **more: Any) -> Any:
    """A batch as the device sends it."""
    listed = [{"token": token, "at": int(at.timestamp() * 1000), "key": f"k{n}"} for n, (token, at) in enumerate(rows)]  # type: ignore[attr-defined]
    body = {"key": key, "count": len(listed), "rows": listed, **more}
    return client.post("/outlet/upload/", json.dumps(body), content_type="application/json", headers=JSON)


# --- enrolment --------------------------------------------------------------------------------------------------


def test_a_device_becomes_the_terminal_by_its_code(kitchen: Kitchen) -> None:
    client = Client(headers={"Accept-Language": "en"})
    assert "Code of this device" in words(client.get("/outlet/"))
    assert (
        client.post("/outlet/enrol/", {"code": f" {kitchen.secret[:20]} {kitchen.secret[20:]} "})["Location"]
        == "/outlet/"
    )
    cookie = client.cookies["zhijia_terminal"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"], cookie["path"]) == (
        kitchen.secret,
        True,
        "Strict",
        "/outlet/",
    )
    page = client.get("/outlet/")
    assert ("老张面馆" in words(page), "no-store" in page["Cache-Control"]) == (True, True)


@pytest.mark.parametrize("code", ["", "x", "1.wrong", "9" * 90, "9.é", "1." + "x" * 43])
def test_a_wrong_code_is_refused_in_words(kitchen: Kitchen, code: str) -> None:
    client = Client(headers={"Accept-Language": "en"})
    refused = client.post("/outlet/enrol/", {"code": code})
    assert (refused.status_code, "Ask your union for a new one." in words(refused)) == (403, True)
    assert "zhijia_terminal" not in client.cookies


def test_a_revoked_device_is_no_terminal_any_more(kitchen: Kitchen, device: Client) -> None:
    programmes.revoke_terminal(terminal=kitchen.terminal, actor=kitchen.cast.actor("zhou"), now=NOON)
    assert "Code of this device" in words(device.get("/outlet/"))
    assert redeem(device, "12345678")["Location"] == "/outlet/"
    for answer in (redeem(device, "12345678", headers=JSON), device.get("/outlet/state/", headers=JSON)):
        assert (answer.status_code, answer.json()) == (403, {"code": "terminal"})
    assert device.get("/outlet/settlements/")["Location"] == "/outlet/"


def test_a_device_can_be_forgotten(device: Client) -> None:
    assert device.post("/outlet/leave/")["Location"] == "/outlet/"
    assert "Code of this device" in words(device.get("/outlet/"))


def test_another_site_cannot_use_the_device(kitchen: Kitchen) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies["zhijia_terminal"] = kitchen.secret
    kitchen.claim(people(1)[0], now=NOON)
    assert redeem(client, "12345678").status_code == 403
    assert Redemption.objects.count() == 0


# --- hand out, or not -------------------------------------------------------------------------------------------


def test_digits_and_picture_are_both_taken_once(kitchen: Kitchen, device: Client) -> None:
    first, second = people(2)
    for person in (first, second):
        kitchen.claim(person, now=NOON)
    from zhijia.modules.vouchers import claims

    (voucher,) = claims.mine(person_id=first, now=NOON)
    seen = words(redeem(device, f"{voucher.code[:4]} {voucher.code[4:]}"))
    assert ("Hand it out" in seen, "爱心餐" in seen, "Handed out today 1" in seen) == (True, True, True)
    again = redeem(device, voucher.code)
    assert (again.status_code, "hand out one, not two" in words(again)) == (200, True)
    twice = words(redeem(device, voucher.code, key="k2"))
    assert ("Do not hand it out" in twice, "It was handed over already." in twice, "老张面馆" in twice) == (
        True,
        True,
        True,
    )
    other = redeem(device, kitchen.token(second).lower(), key="k3", headers=JSON).json()
    assert (other["code"], other["counts"], "Hand it out" in other["html"]) == ("used", {"outlet": 2, "here": 2}, True)
    assert (Redemption.objects.count(), wrong()) == (2, [])


@pytest.mark.parametrize(
    ("shown", "code", "said"),
    [("12345678", "bad_code", "No voucher of today has these digits."), ("ZJ1XXXX", "bad_token", "one of our codes")],
)
def test_what_is_no_code_is_refused(kitchen: Kitchen, device: Client, shown: str, code: str, said: str) -> None:
    answer = redeem(device, shown, headers=JSON).json()
    assert (answer["code"], said in answer["html"]) == (code, True)


@pytest.mark.parametrize(("shown", "key"), [("", "k"), ("12345678", ""), ("12345678", "k" * 41)])
def test_a_senseless_request_is_answered_in_words(device: Client, shown: str, key: str) -> None:
    answer = redeem(device, shown, key)
    assert (answer.status_code, bool(str(answer.context["problem"]))) == (422, True)
    assert redeem(device, shown, key, headers=JSON).json()["code"] == "invalid"


def test_before_time_in_another_city_and_when_suspended(kitchen: Kitchen, device: Client, clock: Clock) -> None:
    (person,) = people(1)
    kitchen.claim(person)
    token = kitchen.token(person)
    clock(at(10, 15))
    assert redeem(device, token, headers=JSON).json()["code"] == "not_yet"
    clock(NOON)
    kitchen.do("head", "suspend", reason="检查")
    assert redeem(device, token, headers=JSON).json()["code"] == "suspended"
    kitchen.do("head", "resume")
    kitchen.shop.active = False
    kitchen.shop.save()
    assert redeem(device, token, headers=JSON).json()["code"] == "outlet_inactive"


def test_wrong_digits_too_often_lock_the_device(kitchen: Kitchen, device: Client) -> None:
    set_number("code_failures", 2)
    for n in range(2):
        redeem(device, "12345678", key=f"k{n}")
    assert "Wait a minute" in words(redeem(device, "12345678", key="k9"))


def test_nothing_of_a_person_is_shown_or_told(kitchen: Kitchen, device: Client) -> None:
    person = kitchen.cast.person_id("alice")
    kitchen.claim(person, now=NOON)
    answer = redeem(device, kitchen.token(person), headers=JSON)
    known = device.get("/outlet/state/").content.decode()
    for found in (answer.content.decode(), device.get("/outlet/").content.decode(), known):
        assert ("Alice" in found, "1380" in found) == (False, False)


# --- without a network ------------------------------------------------------------------------------------------


def test_what_a_device_knows_for_a_day_without_a_network(kitchen: Kitchen, device: Client) -> None:
    known = device.get("/outlet/state/").json()
    assert (known["key"], known["most"], known["hours"], known["handed"]) == (keys.public_hex(), 200, 24, 0)
    assert known["places"] == ["980102", "980100", "980000", "000000"]
    assert [(o["programme"], o["region"], o["title"], o["suspended"]) for o in known["offers"]] == [
        (kitchen.programme.pk, "980102", "爱心餐", False)
    ] * 3
    assert [(o["day"], o["from"]) for o in known["offers"]] == [
        (f"2026-11-{17 + n}", int(at(10, 30, day=n).timestamp() * 1000)) for n in range(3)
    ]
    assert (known["terminal"], known["now"]) == (kitchen.terminal.pk, int(NOON.timestamp() * 1000))


def test_a_batch_is_answered_row_by_row_and_once(kitchen: Kitchen, device: Client) -> None:
    crowd = people(3)
    for person in crowd:
        kitchen.claim(person)
    tokens = [kitchen.token(person) for person in crowd]
    other = second_shop(kitchen)
    kitchen.redeem(tokens[2], now=at(11), terminal=other)
    rows = [(tokens[0], at(11, 30)), (tokens[1], at(11, 31)), (tokens[2], at(11, 32)), ("ZJ1BAD", at(11, 33))]
    first = send(device, rows).json()
    assert [a["code"] for a in first["answers"]] == ["used", "used", "already_used", "bad_token"]
    assert first["answers"][0]["words"] == "counted"
    assert ("At 11:00" in first["answers"][2]["words"], other.outlet.name in first["answers"][2]["words"]) == (
        True,
        True,
    )
    again = send(device, rows).json()
    assert (again["answers"], again["again"], Batch.objects.count()) == (first["answers"], True, 1)
    assert (first["counts"], kitchen.payable(), wrong()) == ({"outlet": 2, "here": 2}, 2 * MEAL, [])
    assert device.get("/outlet/state/").json()["handed"] == 2


def test_what_was_tried_with_a_network_first_is_not_owed_twice(kitchen: Kitchen, device: Client) -> None:
    (person,) = people(1)
    kitchen.claim(person)
    token = kitchen.token(person)
    assert redeem(device, token, key="k0", headers=JSON).json()["code"] == "used"
    assert send(device, [(token, NOON)]).json()["answers"][0]["code"] == "again"
    assert (kitchen.payable(), wrong()) == (MEAL, [])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 422), ("[]", 422), ("{}", 422), ('{"key": "b", "count": 1, "rows": 5}', 422),
        ('{"key": "b", "count": 1, "rows": [{"token": "x", "at": "x", "key": ""}]}', 422),
        ('{"key": "b", "count": 1, "rows": [{"token": "x", "at": 1e300, "key": ""}]}', 422),
        ('{"key": "b", "count": 2, "rows": [{"token": "x", "at": 0, "key": ""}]}', 422),
        ('{"key": "", "count": 0, "rows": []}', 422), ("[" * 100_000, 422),
    ],
)  # fmt: skip
def test_a_torn_batch_is_refused_whole(kitchen: Kitchen, device: Client, body: str, status: int) -> None:
    answer = device.post("/outlet/upload/", body, content_type="application/json", headers=JSON)
    assert (answer.status_code, bool(answer.json()["words"]), Batch.objects.count()) == (status, True, 0)


def test_a_key_of_another_batch_is_a_conflict(kitchen: Kitchen, device: Client) -> None:
    send(device, [("ZJ1A", NOON)])
    refused = send(device, [("ZJ1B", NOON)])
    assert (refused.status_code, refused.json()["code"], bool(refused.json()["words"])) == (409, "key_reused", True)


# --- settlements ------------------------------------------------------------------------------------------------


@pytest.fixture
def sent(kitchen: Kitchen, clock: Clock) -> str:
    """The number of a settlement that waits for the merchant."""
    for day, n in ((0, 2), (1, 1)):
        for person in people(n):
            kitchen.fed(person, day=day)
    no = kitchen.settlement()
    kitchen.do("zhou", "send", no=no, now=at(9, day=4))
    clock(at(10, day=4))
    return no


def test_the_merchant_sees_day_by_day_and_agrees(kitchen: Kitchen, device: Client, sent: str) -> None:
    assert "1 waits for you" in words(device.get("/outlet/"))
    page = device.get("/outlet/settlements/")
    (line,) = page.context["lines"]
    assert ([(f"{d}", n, fen) for d, n, fen in line.days], line.statement.fen) == (
        [("2026-11-17", 2, 2 * MEAL), ("2026-11-18", 1, MEAL)], 3 * MEAL,
    )  # fmt: skip
    assert device.post(f"/outlet/settlements/{sent}/", {"agreed": "1"})["Location"] == "/outlet/settlements/"
    facts = kitchen.facts(sent)
    assert (facts.case.state, facts.confirmed_by) == ("confirmed", f"terminal:{kitchen.terminal.pk}")
    late = device.post(f"/outlet/settlements/{sent}/", {"agreed": "1"})
    assert (late.status_code, kitchen.facts(sent).case.state) == (409, "confirmed")


def test_the_merchant_says_what_is_wrong(kitchen: Kitchen, device: Client, sent: str) -> None:
    empty = device.post(f"/outlet/settlements/{sent}/", {"agreed": "0", "remark": " "})
    assert (empty.status_code, empty.context["problem"]["no"], kitchen.facts(sent).case.state) == (422, sent, "sent")
    device.post(f"/outlet/settlements/{sent}/", {"agreed": "0", "remark": "少了一份"})
    assert kitchen.facts(sent).case.state == "disputed"


def test_another_outlets_settlement_is_not_found(kitchen: Kitchen, sent: str) -> None:
    other = programmes.enroll_terminal(
        outlet=kitchen.station, label="台", actor=kitchen.cast.actor("zhou"), now=NOON
    )  # fmt: skip
    client = Client(headers={"Accept-Language": "en"})
    client.cookies["zhijia_terminal"] = other.secret
    assert client.post(f"/outlet/settlements/{sent}/", {"agreed": "1"}).status_code == 404
    assert "There is no settlement yet." in words(client.get("/outlet/settlements/"))


def test_the_count_is_of_today(kitchen: Kitchen, device: Client, clock: Clock) -> None:
    kitchen.fed(people(1)[0])
    assert device.get("/outlet/").context["counts"] == {"outlet": 1, "here": 1}
    clock(NOON + timedelta(days=1))
    assert device.get("/outlet/").context["counts"] == {"outlet": 0, "here": 0}
    assert Terminal.objects.count() == 1
