"""Doing something with a case: once, in order, by right."""

from typing import Any

import pytest

from tests.cast import Cast
from zhijia.faces.api import derive
from zhijia.kernel.audit.verify import verify
from zhijia.kernel.cases.models import Case, Event
from zhijia.kernel.events.models import Outgoing
from zhijia.kernel.notify.models import Message
from zhijia.kernel.service.mentions import TOLD

from .conftest import Api

GENERAL = {"tier": "general"}


@pytest.fixture
def no(api: Api) -> str:
    return api.by("alice").file()


def events(no: str) -> list[str]:
    return list(Event.objects.filter(case__no=no).order_by("seq").values_list("transition", flat=True))


@pytest.mark.parametrize("transition", sorted(derive.transitions()))
def test_strangers_number_is_not_found_for_every_transition(api: Api, no: str, transition: str) -> None:
    assert [api.by(who).do(no, transition, {}).status_code for who in ("mallory", "lin")] == [404, 404]
    assert events(no) == ["file"]


def test_insider_without_the_right_is_told_who_has_it(api: Api, no: str, cast: Cast) -> None:
    answer = api.by("agent").do(no, "dispatch", GENERAL | {"unit": cast.orgs["qinghe"].pk})
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_role")
    assert answer.json()["reason"] == "Only these may do it here: Dispatcher."


def test_what_is_not_possible_now_is_a_conflict(api: Api, no: str) -> None:
    answer = api.by("checker").do(no, "close", {"closing_code": "solved"})
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_the_main_line_from_word_to_close(api: Api, no: str, cast: Cast) -> None:
    line: list[tuple[str, str, dict[str, Any]]] = [
        ("dispatcher", "dispatch", GENERAL | {"unit": cast.orgs["qinghe"].pk}), ("zhou", "sign", {}),
        ("zhou", "contact", {"note": "通话"}), ("zhou", "submit", {"result": "已付"}),
        ("caller", "confirm_solved", {"satisfaction": "satisfied"}), ("checker", "close", {"closing_code": "solved"}),
    ]  # fmt: skip
    for who, transition, body in line:
        answer = api.by(who).do(no, transition, body)
        assert answer.status_code == 200, answer.content.decode()
    assert api.by("alice").get(f"/cases/{no}").json()["state"] == "closed"
    assert events(no) == ["file", *(transition for _who, transition, _body in line)]
    assert Outgoing.objects.count() == 7
    assert verify().ok


def test_same_key_twice_does_it_once(api: Api, no: str) -> None:
    agent = api.by("agent")
    first, second = (agent.do(no, "supplement", {"words": "还有加班费"}, Idempotency_Key="k-1") for _ in range(2))
    assert (first.json()["again"], second.json()["again"]) == (False, True)
    assert events(no) == ["file", "supplement"]


def test_same_key_for_something_else_is_a_conflict(api: Api, no: str) -> None:
    agent = api.by("agent")
    agent.do(no, "supplement", {"words": "还有加班费"}, Idempotency_Key="k-1")
    answer = agent.do(no, "note", {"note": "内部"}, Idempotency_Key="k-1")
    assert (answer.status_code, answer.json()["code"]) == (409, "key_reused")


def test_a_note_tells_whom_it_names_and_says_so_as_at_the_desk(api: Api, no: str) -> None:
    agent = api.by("agent")
    first, second = (agent.do(no, "note", {"note": "请@leader 看，@mallory 也看"}, Idempotency_Key="k-1") for _ in "ab")
    assert [(a.json()["told"], a.json()["unknown"]) for a in (first, second)] == [(["Leader"], ["mallory"]), ([], [])]
    told = Message.objects.filter(template=TOLD)
    assert list(told.values_list("account__login", flat=True)) == ["leader"]


def test_a_note_over_the_api_waits_for_what_was_not_seen(api: Api, no: str) -> None:
    answer = api.by("agent").do(no, "note", {"note": "@leader"}, If_Match='"0"')
    assert (answer.status_code, answer.json()["code"]) == (409, "stale")
    assert Message.objects.filter(template=TOLD).count() == 0


@pytest.mark.parametrize(
    ("seen", "status"),
    [
        ('"1"', 200),
        ("1", 200),
        ('W/"1"', 200),
        ("*", 200),
        ('"0"', 409),
        ('"7"', 409),
        ("x", 422),
        ('"' + "9" * 40 + '"', 422),
    ],
)
def test_if_match_holds_back_who_has_not_seen_the_newest(api: Api, no: str, seen: str, status: int) -> None:
    answer = api.by("agent").do(no, "supplement", {"words": "还有加班费"}, If_Match=seen)
    assert (answer.status_code, answer.json().get("code", "")) == (
        status,
        {200: "", 409: "stale", 422: "invalid"}[status],
    )


def test_answer_carries_the_next_if_match(api: Api, no: str) -> None:
    agent = api.by("agent")
    etag = agent.do(no, "supplement", {"words": "一"}, If_Match='"1"')["ETag"]
    assert agent.do(no, "supplement", {"words": "二"}, If_Match=etag).status_code == 200
    assert agent.do(no, "supplement", {"words": "三"}, If_Match=etag).status_code == 409


def test_transition_without_required_fields_needs_no_body(api: Api, no: str, cast: Cast) -> None:
    api.by("dispatcher").do(no, "dispatch", GENERAL | {"unit": cast.orgs["qinghe"].pk})
    zhou = api.by("zhou")
    assert zhou.post(f"/cases/{no}/actions/sign", b"").status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "unit"), ({"unit": 10**30}, "unit"), ({"unit": "x"}, "unit"), ({"unit": None}, "unit"),
     ({"unit": 999_999}, "unit"), ({"unit": [1]}, "unit"), ({"tier": "x", "unit": 1}, "tier")],
)  # fmt: skip
def test_bad_field_is_named_and_nothing_is_stored(api: Api, no: str, body: dict[str, Any], field: str) -> None:
    answer = api.by("dispatcher").do(no, "dispatch", GENERAL | body)
    assert (answer.status_code, field in [p["field"] for p in answer.json()["problems"]]) == (422, True)
    assert Case.objects.get(no=no).state == "received"


@pytest.mark.parametrize("transition", ["nonsense", "absorb", "end_with_lead", "late"])
def test_unknown_and_inner_transitions_are_not_found(api: Api, no: str, transition: str) -> None:
    assert api.by("dispatcher").do(no, transition).json()["code"] == "no_such_transition"
    assert api.by("dispatcher").post(f"/cases/bulk/{transition}", {"numbers": [no]}).status_code == 404


def test_bulk_tells_what_became_of_each(api: Api, cast: Cast) -> None:
    alice = api.by("alice")
    first, second = alice.file(), alice.file()
    alice.do(second, "withdraw")
    data = GENERAL | {"unit": cast.orgs["qinghe"].pk}
    body = {"numbers": [first, second, "ZJ0", "a\0", first], "data": data}
    answer = api.by("dispatcher").post("/cases/bulk/dispatch", body)
    results = [(r["no"], r["ok"], (r["error"] or {}).get("code")) for r in answer.json()]
    assert results == [
        (first, True, None), (second, False, "wrong_state"), ("ZJ0", False, "no_such_case"),
        ("a\0", False, "no_such_case"),
    ]  # fmt: skip
    assert (events(first), events(second)) == (["file", "dispatch"], ["file", "withdraw"])


def test_bulk_with_the_same_key_does_it_once(api: Api, no: str, cast: Cast) -> None:
    body = {"numbers": [no], "data": GENERAL | {"unit": cast.orgs["qinghe"].pk}}
    desk = api.by("dispatcher")
    answers = [
        desk.post("/cases/bulk/dispatch", body, Idempotency_Key="k").json()[0]["done"]["again"] for _ in range(2)
    ]
    assert answers == [False, True]


def test_bulk_names_the_bad_field_for_each_and_stops_at_a_hundred(api: Api, no: str) -> None:
    desk = api.by("dispatcher")
    told = desk.post("/cases/bulk/dispatch", {"numbers": [no]}).json()[0]["error"]
    assert sorted(p["field"] for p in told["problems"]) == ["tier", "unit"]
    for numbers in ([], ["ZJ1"] * 101, ["x" * 33], "ZJ1"):
        assert desk.post("/cases/bulk/dispatch", {"numbers": numbers}).status_code == 422
