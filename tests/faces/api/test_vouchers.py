"""Vouchers through the API: a worker claims, a terminal hands over, a helper serves, the merchant answers."""

from typing import Any

import pytest

from tests.cast import QINGHE, Cast
from tests.modules.vouchers.kit import DAY, MEAL, NOON, OPEN, Kitchen, at, build, wrong
from zhijia.kernel.base import clock
from zhijia.kernel.rules.models import Rule
from zhijia.kernel.rules.version import note_change
from zhijia.modules.vouchers import puzzle, tokens

from .conftest import Api


@pytest.fixture
def kitchen(cast: Cast) -> Kitchen:
    return build(cast).publish()


def claim(api: Api, kitchen: Kitchen, key: str = "k1", **body: Any) -> Any:
    with clock.at(OPEN):
        return api.post(f"/vouchers/offers/{kitchen.offer().pk}/claim", body, Idempotency_Key=key)


def at_counter(
    api: Api, kitchen: Kitchen, path: str, body: object = None, *, secret: str = "", when: Any = NOON
) -> Any:
    with clock.at(when):
        given = secret or kitchen.secret
        return (
            api.post(path, body, Terminal=given)
            if body is not None
            else api.client.get(f"/api/v1{path}", headers={"Terminal": given})
        )


def test_a_worker_claims_and_collects(api: Api, kitchen: Kitchen) -> None:
    alice = api.by("alice")
    with clock.at(OPEN):
        (offer,) = alice.get("/vouchers/offers", region=QINGHE).json()
    assert (offer["id"], offer["title"], offer["left"], offer["code"]) == (kitchen.offer().pk, "爱心餐", 20, "")
    made = claim(alice, kitchen)
    voucher = made.json()
    assert (made.status_code, voucher["status"], voucher["day"], voucher["fen"]) == (201, "granted", f"{DAY}", MEAL)
    assert tokens.verify(voucher["token"]).entitlement_id == voucher["id"]
    again = claim(alice, kitchen)
    assert (again.status_code, again.json()["id"]) == (200, voucher["id"])

    handed = at_counter(api, kitchen, "/terminal/redeem", {"shown": voucher["code"], "key": "r1"}).json()
    assert (handed["ok"], handed["code"], handed["title"], handed["outlet"]) == (True, "used", "爱心餐", "老张面馆")
    second = at_counter(api, kitchen, "/terminal/redeem", {"shown": voucher["token"], "key": "r2"}).json()
    assert (second["ok"], second["code"], second["reason"]) == (False, "already_used", "It was handed over already.")
    with clock.at(NOON):
        page = alice.get("/vouchers/mine").json()
        assert [(v["id"], v["status"], v["code"]) for v in page["items"]] == [(voucher["id"], "used", "")]
        assert alice.post(f"/vouchers/mine/{voucher['id']}/give-back").json()["code"] == "already_used"
    assert wrong() == []


def test_refusals_have_a_status_a_code_and_words(api: Api, kitchen: Kitchen) -> None:
    alice = api.by("alice")
    claim(alice, kitchen)
    refused = claim(alice, kitchen, "k2")
    assert (refused.status_code, refused.json()["code"]) == (409, "already")
    assert refused.json()["reason"] == "You have one already. It is under “My vouchers”."
    with clock.at(at(9)):
        early = api.by("bob").post(f"/vouchers/offers/{kitchen.offer().pk}/claim", {}, Idempotency_Key="b")
    assert (early.status_code, early.json()["code"]) == (409, "not_open")
    assert claim(alice, kitchen, "").status_code == 422
    assert api.by("alice").post(f"/vouchers/offers/{kitchen.offer().pk}/claim", {}).status_code == 422
    assert alice.post("/vouchers/offers/999/claim", {}, Idempotency_Key="k").status_code == 404


def test_too_many_tries_say_when_to_come_back(api: Api, kitchen: Kitchen) -> None:
    answers = [claim(api.by("mallory"), kitchen, f"k{n}").status_code for n in range(11)]
    assert (answers[0], answers[1:10], answers[10]) == (201, [409] * 9, 429)
    assert claim(api.by("mallory"), kitchen, "k1")["Retry-After"] == "Tue, 17 Nov 2026 02:01:00 GMT"


def test_a_puzzle_stays_spent_when_the_claim_is_refused(api: Api, kitchen: Kitchen) -> None:
    Rule.objects.filter(key="vouchers.puzzle_bits", region=QINGHE).update(value=4)
    note_change()
    alice = api.by("alice")
    with clock.at(OPEN):
        asked = alice.get("/vouchers/challenge", region=QINGHE).json()
    assert (asked["bits"], claim(alice, kitchen).json()["code"]) == (4, "puzzle_needed")
    solution = puzzle.solve(asked["text"], asked["bits"])
    assert claim(alice, kitchen, "a", solution=solution).status_code == 201
    assert claim(alice, kitchen, "b", solution=solution).json()["code"] == "puzzle_spent"
    assert claim(alice, kitchen, "a", solution=solution).status_code == 200


def test_what_is_given_back_is_free_again(api: Api, kitchen: Kitchen) -> None:
    voucher = claim(api.by("alice"), kitchen).json()["id"]
    with clock.at(OPEN):
        assert api.by("bob").post(f"/vouchers/mine/{voucher}/give-back").status_code == 404
        assert api.by("bob").get(f"/vouchers/mine/{voucher}").status_code == 404
        assert api.by("alice").get(f"/vouchers/mine/{voucher}").json()["status"] == "granted"
        assert [api.by("alice").post(f"/vouchers/mine/{voucher}/give-back").status_code for _ in range(2)] == [204, 204]
        (offer,) = api.by("bob").get("/vouchers/offers", region=QINGHE).json()
    assert (offer["left"], wrong()) == (20, [])


def test_pages_of_my_vouchers(api: Api, kitchen: Kitchen) -> None:
    for day in range(3):
        kitchen.claim(kitchen.cast.person_id("alice"), now=at(10, day=day), day=day)
    first = api.by("alice").get("/vouchers/mine", limit=2).json()
    rest = api.by("alice").get("/vouchers/mine", limit=2, cursor=first["next"]).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)


def test_whoever_is_no_person_has_no_vouchers(api: Api, kitchen: Kitchen, token: str) -> None:
    assert claim(api.by("zhou"), kitchen).status_code == 404
    for caller in (api.by("zhou"), api.with_token(token)):
        assert caller.get("/vouchers/mine").status_code == 404
    assert api.get("/vouchers/mine").status_code == 401


def test_a_terminal_needs_its_secret(api: Api, kitchen: Kitchen) -> None:
    redeem = {"shown": "12345678", "key": "k"}
    for path, body in (("/terminal/redeem", redeem), ("/terminal/batches", {}), ("/terminal", None)):
        answer = at_counter(api, kitchen, path, body, secret=f"{kitchen.terminal.pk}.wrong")
        assert answer.status_code == 401
    assert api.by("zhou").post("/terminal/redeem", redeem).status_code == 401


def test_a_terminal_learns_what_it_needs_offline(api: Api, kitchen: Kitchen) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    told = at_counter(api, kitchen, "/terminal").json()
    assert (told["outlet"], told["region"], told["offline_hours"], told["offline_most"]) == (
        "老张面馆",
        QINGHE,
        24,
        200,
    )
    token = claim(api.by("alice"), kitchen).json()["token"]
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(told["public_key"]))
    assert token.startswith(told["version"])
    assert tokens.good_at(tokens.verify(token, public), NOON)


def test_a_batch_is_answered_row_by_row_and_once(api: Api, kitchen: Kitchen) -> None:
    token = claim(api.by("alice"), kitchen).json()["token"]
    rows = [{"token": token, "at": NOON.isoformat()}, {"token": "ZJ1X", "at": NOON.isoformat()}]
    batch = {"key": "b1", "count": 2, "rows": rows}
    first, again = (at_counter(api, kitchen, "/terminal/batches", batch, when=at(22)).json() for _ in range(2))
    assert ([a["code"] for a in first["answers"]], first["again"], again["again"]) == (
        ["used", "bad_token"],
        False,
        True,
    )
    assert again["answers"] == first["answers"]
    torn = at_counter(api, kitchen, "/terminal/batches", batch | {"key": "b2", "count": 3}, when=at(22))
    assert (torn.status_code, torn.json()["problems"][0]["field"]) == (422, "count")
    naive = at_counter(api, kitchen, "/terminal/batches", batch | {"rows": [{"token": "x", "at": "2026-11-17T12:00"}]})
    assert naive.status_code == 422
    assert (kitchen.payable(), wrong()) == (MEAL, [])


def test_a_helper_serves_through_the_api(api: Api, kitchen: Kitchen) -> None:
    body = {"phone": "13900000001", "name": "王师傅", "offer": kitchen.offer().pk, "outlet": kitchen.station.pk}
    with clock.at(NOON):
        first, again = (api.by("zhou").post("/vouchers/serve", body, Idempotency_Key="s1").json() for _ in range(2))
        assert (first["code"], again["code"], first["outlet"]) == ("used", "again", "青禾驿站")
        assert api.by("lin").post("/vouchers/serve", body, Idempotency_Key="s2").status_code == 403
        assert api.by("alice").post("/vouchers/serve", body, Idempotency_Key="s3").status_code == 403
        assert api.by("zhou").post("/vouchers/serve", body | {"outlet": 0}, Idempotency_Key="s").status_code == 422
        assert api.by("zhou").post("/vouchers/serve", body | {"outlet": 9**9}, Idempotency_Key="s").status_code == 404
    assert wrong() == []


def test_the_merchant_answers_a_settlement(api: Api, kitchen: Kitchen) -> None:
    kitchen.fed(kitchen.cast.person_id("alice"))
    no = kitchen.settlement()
    later = at(9, day=4)
    kitchen.do("zhou", "send", no=no, now=later)
    (told,) = at_counter(api, kitchen, "/terminal/settlements", when=later).json()
    assert told == {
        "no": no, "state": "sent", "first_day": f"{DAY}", "last_day": "2026-11-19", "n": 1, "fen": MEAL,
    }  # fmt: skip
    wordless = at_counter(api, kitchen, f"/terminal/settlements/{no}", {"agreed": False}, when=later)
    agreed = at_counter(api, kitchen, f"/terminal/settlements/{no}", {"agreed": True}, when=later)
    late = at_counter(api, kitchen, f"/terminal/settlements/{no}", {"agreed": True}, when=later)
    unknown = at_counter(api, kitchen, "/terminal/settlements/ZJ1", {"agreed": True}, when=later)
    assert [a.status_code for a in (wordless, agreed, late, unknown)] == [422, 204, 409, 404]
    assert kitchen.facts(no).confirmed_by == f"terminal:{kitchen.terminal.pk}"
