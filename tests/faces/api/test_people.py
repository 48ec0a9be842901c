"""Unmasking on record, and what belongs to the caller."""

import pytest

from tests.cast import Cast

from .conftest import Api


def test_unmasking_is_a_row_that_the_worker_reads(api: Api, cast: Cast) -> None:
    no = api.by("alice").file()
    body = {"field": "phone", "purpose": "核对联系方式", "case": no}
    path = f"/people/{cast.person_id('alice')}/reveal"
    assert api.by("dispatcher").post(path, body).json() == {"field": "phone", "value": "13800000001"}
    seen = api.by("alice").get("/me/access").json()
    assert [(a["what"], a["why"], "Dispatcher" in a["who"]) for a in seen["items"]] == [
        (["phone"], "核对联系方式", True)
    ]
    assert api.by("bob").get("/me/access").json() == {"items": [], "next": None}


@pytest.mark.parametrize(("who", "status"), [("lin", 404), ("mallory", 404), ("zhou", 404)])
def test_strangers_number_is_not_unmasked(api: Api, cast: Cast, who: str, status: int) -> None:
    no = api.by("alice").file()
    body = {"field": "phone", "purpose": "核对联系方式", "case": no}
    assert api.by(who).post(f"/people/{cast.person_id('alice')}/reveal", body).status_code == status


def test_person_who_is_not_on_the_case_is_not_found(api: Api, cast: Cast) -> None:
    no = api.by("alice").file()
    body = {"field": "phone", "purpose": "核对联系方式", "case": no}
    for person in (cast.person_id("bob"), 0, -1, 2**63, 10**30):
        assert api.by("dispatcher").post(f"/people/{person}/reveal", body).status_code in (404, 422)


def test_partner_unmasks_nobody(partner: Api, cast: Cast) -> None:
    no = partner.file(phone="13800000001")
    body = {"field": "phone", "purpose": "核对联系方式", "case": no}
    answer = partner.post(f"/people/{cast.person_id('alice')}/reveal", body)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_purpose_must_say_something(api: Api, cast: Cast) -> None:
    no = api.by("alice").file()
    for purpose in ("", "abc", "    ", "\0\0\0\0"):
        answer = api.by("dispatcher").post(
            f"/people/{cast.person_id('alice')}/reveal", {"purpose": purpose, "case": no}
        )
        assert (answer.status_code, answer.json()["problems"][0]["field"]) == (422, "purpose")


def test_messages_are_worded_in_the_readers_language_and_then_read(api: Api) -> None:
    alice = api.by("alice")
    no = alice.file()
    first = alice.get("/me/messages").json()["items"]
    assert [(m["case"], m["read"], m["words"].startswith(f"We have your matter {no}.")) for m in first] == [
        (no, False, True)
    ]
    assert alice.get("/me/messages").json()["items"][0]["read"] is True
    assert api.by("mallory").get("/me/messages").json() == {"items": [], "next": None}


def test_staff_read_the_messages_of_their_account(api: Api, cast: Cast) -> None:
    no = api.by("alice").file()
    api.by("dispatcher").do(no, "dispatch", {"unit": cast.orgs["qinghe"].pk, "tier": "general"})
    assert [m["case"] for m in api.by("head").get("/me/messages").json()["items"]] == [no]
    assert api.by("lin_head").get("/me/messages").json()["items"] == []


def test_my_lists_are_paged(api: Api) -> None:
    alice = api.by("alice")
    filed = [alice.file() for _ in range(3)]
    page = alice.get("/me/matters", limit=2).json()
    rest = alice.get("/me/matters", limit=2, cursor=page["next"]).json()
    assert [c["no"] for c in page["items"] + rest["items"]] == filed[::-1]
    messages = alice.get("/me/messages", limit=2).json()
    older = alice.get("/me/messages", limit=2, cursor=messages["next"]).json()
    assert [m["case"] for m in messages["items"] + older["items"]] == filed[::-1]
    assert alice.get("/me/messages", cursor="x").status_code == 422
