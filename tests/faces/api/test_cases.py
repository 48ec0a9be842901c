"""Reading cases: who sees what, filters, pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import NOW, Cast
from zhijia.faces.api.paging import pack
from zhijia.kernel.base import clock
from zhijia.kernel.cases.models import Case
from zhijia.kernel.org.models import Org

from .conftest import Api, make_token

READS = ("", "/timeline", "/actions", "/why/dispatch")


def dispatch(api: Api, no: str, unit: Org) -> None:
    answer = api.by("dispatcher").do(no, "dispatch", {"unit": unit.pk, "tier": "general"})
    assert answer.status_code == 200, answer.content.decode()


def numbers(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content.decode()
    return [case["no"] for case in answer.json()["items"]]


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("who", ["mallory", "zhou", "lin"])
def test_strangers_number_is_not_found(api: Api, path: str, who: str) -> None:
    no = api.by("alice").file()
    answer = api.by(who).get(f"/cases/{no}{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_case")


@pytest.mark.parametrize("path", READS)
def test_own_number_is_found(api: Api, path: str) -> None:
    alice = api.by("alice")
    assert alice.get(f"/cases/{alice.file()}{path}").status_code == 200


@pytest.mark.parametrize("no", ["nonsense", "%00", "a%00b", "%F0%9F%A7%B1", "'--", "9" * 400, "."])
@pytest.mark.parametrize("path", READS)
def test_what_is_no_number_is_not_found(api: Api, no: str, path: str) -> None:
    assert api.by("dispatcher").get(f"/cases/{no}{path}").status_code == 404


def test_worker_sees_their_own_words_and_no_phone_but_their_own(api: Api, cast: Cast) -> None:
    no = api.by("alice").file(wish="把钱要回来")
    seen = api.by("alice").get(f"/cases/{no}").json()
    assert next(f["words"] for f in seen["facts"] if f["name"] == "wish") == "把钱要回来"
    assert [(p["mine"], p["name"]) for p in seen["parties"]] == [(True, "Alice")]
    assert seen["clocks"][0]["key"] == "dispatch"
    assert seen["why"][0].endswith("around the clock.")


def test_staff_see_masked_phones_only(api: Api) -> None:
    no = api.by("alice").file()
    parties = api.by("dispatcher").get(f"/cases/{no}").json()["parties"]
    assert [(p["name"], p["phone"], p["mine"]) for p in parties] == [("Alice", "138****0001", False)]


def test_partner_reads_words_and_names_only_of_what_it_filed(api: Api, partner: Api, cast: Cast) -> None:
    theirs, others = partner.file(phone="13800000001", wish="w"), api.by("bob").file(wish="w")
    seen = {no: partner.get(f"/cases/{no}").json() for no in (theirs, others)}
    assert [bool(case["title"].startswith("我在")) for case in seen.values()] == [True, False]
    assert [[p["name"] for p in case["parties"]] for case in seen.values()] == [["Alice"], [""]]
    facts = {no: {f["name"] for f in case["facts"]} for no, case in seen.items()}
    assert (facts[theirs] - facts[others]) == {"story", "wish", "employer_name"}
    for no, words in ((theirs, ["请快一点"]), (others, [])):
        api.by("agent").do(no, "supplement", {"words": "请快一点"})
        api.by("agent").do(no, "note", {"note": "内部"})
        entries = partner.get(f"/cases/{no}/timeline").json()
        assert [n["words"] for e in entries for n in e["notes"]] == words
        assert [e["transition"] for e in entries] == ["supplement", "file"]


def test_timeline_hides_internal_words_from_the_worker(api: Api) -> None:
    no = api.by("alice").file()
    api.by("agent").do(no, "note", {"note": "内部"})
    lines = {who: api.by(who).get(f"/cases/{no}/timeline").json() for who in ("alice", "dispatcher")}
    assert [e["transition"] for e in lines["alice"]] == ["file"]
    assert lines["dispatcher"][0]["notes"] == [{"title": "Note", "words": "内部"}]


def test_actions_carry_verdict_reason_and_fields(api: Api) -> None:
    no = api.by("alice").file()
    found = {a["transition"]: a for a in api.by("dispatcher").get(f"/cases/{no}/actions").json()}
    assert found["dispatch"]["allowed"] is True
    assert [f["name"] for f in found["dispatch"]["fields"]] == ["unit", "tier", "order"]
    assert (found["refuse_return"]["allowed"], found["refuse_return"]["code"]) == (False, "wrong_state")
    assert found["refuse_return"]["reason"] == "Not possible now: the case is “Received”."
    assert next(iter(found)) == "dispatch"


def test_filters_narrow_the_list(api: Api, cast: Cast) -> None:
    alice, desk = api.by("alice"), api.by("dispatcher")
    wages, leave = alice.file(), alice.file(category="leave", story="年休假一直不批")
    dispatch(api, leave, cast.orgs["qinghe"])
    day = f"{NOW:%Y-%m-%d}"
    after = f"{NOW + timedelta(days=1):%Y-%m-%d}"
    asked: list[tuple[dict[str, Any], list[str]]] = [
        ({}, [leave, wages]), ({"category": "wages"}, [wages]), ({"state": "dispatched"}, [leave]),
        ({"service": "hotline"}, [leave, wages]), ({"service": "nonsense"}, []), ({"q": "年休假"}, [leave]),
        ({"q": "年休假 工资"}, []), ({"q": "，"}, []), ({"unit": cast.orgs["city"].pk}, [leave]),
        ({"unit": 10**15}, []),
        ({"created_from": day, "created_to": day}, [leave, wages]), ({"created_from": after}, []),
        ({"open": True}, [leave, wages]), ({"open": False}, []), ({"late": True}, []),
        ({"late": False}, [leave, wages]),
        ({"order": "due"}, [wages, leave]), ({"state": "a\0"}, []), ({"q": "\0"}, [leave, wages]),
    ]  # fmt: skip
    for query, expected in asked:
        assert numbers(desk.get("/cases", **query)) == expected, query
    with clock.at(NOW + timedelta(hours=2)):
        assert numbers(desk.get("/cases", late=True)) == [wages]
        assert desk.get("/cases", late=True).json()["items"][0]["late"] is True


def test_worker_searches_their_own_cases_only(api: Api) -> None:
    mine = api.by("alice").file()
    api.by("mallory").file()
    assert numbers(api.by("alice").get("/cases", q="工资")) == [mine]
    assert numbers(api.by("alice").get("/cases", q="年休假")) == []


@pytest.mark.parametrize(
    "query",
    [{"limit": 0}, {"limit": 101}, {"limit": "x"}, {"unit": 2**63}, {"unit": "x"}, {"created_from": "yesterday"},
     {"created_from": "0001-01-01"}, {"created_to": "9999-12-31"}, {"order": "random"}, {"late": "perhaps"},
     {"q": "x" * 101},
     {"cursor": "x"}, {"cursor": "é"}, {"cursor": pack("due", 1)}, {"cursor": pack("new", 2**70)}, {"cursor": pack(1)},
     {"cursor": pack("due", "x", 1), "order": "due"}, {"cursor": pack("due", f"{NOW:%Y-%m-%d}", 1), "order": "due"},
     {"cursor": pack("new", 1), "order": "due"}],
)  # fmt: skip
def test_senseless_filter_is_named(api: Api, query: dict[str, Any]) -> None:
    answer = api.by("dispatcher").get("/cases", **query)
    assert (answer.status_code, answer.json()["problems"][0]["field"]) == (422, next(iter(query)))


@pytest.mark.parametrize("order", ["new", "due"])
def test_pages_neither_skip_nor_repeat_while_cases_come_in(api: Api, order: str) -> None:
    alice, desk = api.by("alice"), api.by("dispatcher")
    before = []
    for minute in range(7):
        with clock.at(NOW + timedelta(minutes=minute // 2)):
            before.append(alice.file())
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2, "order": order}
    while query.get("cursor", "") is not None:
        answer = desk.get("/cases", **query)
        seen += numbers(answer)
        query["cursor"] = answer.json()["next"]
        with clock.at(NOW - timedelta(hours=1) if order == "due" else NOW):
            alice.file()
    assert [no for no in seen if no in before] == (before[::-1] if order == "new" else before)
    assert len(seen) == len(set(seen))


def test_list_costs_as_many_queries_for_three_as_for_one(api: Api) -> None:
    counts = []
    desk = api.by("dispatcher")
    for more in (1, 2):
        for _ in range(more):
            api.by("alice").file()
        desk.get("/cases")  # the ring of keys is read anew every two seconds: not by the one that is counted
        with CaptureQueriesContext(connection) as queries:
            desk.get("/cases")
        counts.append(len(queries))
    assert counts == [8, 8]


def test_nothing_is_ever_counted(api: Api) -> None:
    api.by("alice").file()
    with CaptureQueriesContext(connection) as queries:
        api.by("dispatcher").get("/cases", limit=1)
    assert [q["sql"] for q in queries if "COUNT(" in q["sql"].upper()] == []


def test_token_needs_no_query_while_it_is_trusted(partner: Api) -> None:
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            partner.get("/services")
        counts.append(len(queries))
    assert counts[1] == 4  # the scope alone: no token, no account, no posts


def test_case_of_a_county_is_seen_by_its_officer_and_not_by_the_next(api: Api, cast: Cast) -> None:
    no = api.by("alice").file()
    dispatch(api, no, cast.orgs["qinghe"])
    assert [numbers(api.by(who).get("/cases")) for who in ("zhou", "lin", "mallory", "city")] == [[no], [], [], [no]]
    county = api.with_token(make_token(cast, "bl", org_id=cast.orgs["beiling"].pk, reach_id=None))
    assert numbers(county.get("/cases")) == []


def test_why_explains_every_clock(api: Api, cast: Cast) -> None:
    no = api.by("alice").file()
    dispatch(api, no, cast.orgs["qinghe"])
    for key in ("dispatch", "sign", "contact", "result"):
        found = api.by("zhou").get(f"/cases/{no}/why/{key}").json()
        assert found["weeks"]
        assert len(found["sentences"]) >= 3
    assert api.by("zhou").get(f"/cases/{no}/why/check").json()["code"] == "no_such_clock"
    assert Case.objects.get(no=no).due_key == "contact"
