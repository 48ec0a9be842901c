"""The calculators for programs: a catalogue, an answer for everybody, and calculations of a case."""

from datetime import date

from tests.cast import NOW, QINGHE, Cast
from tests.faces.api.conftest import Api
from zhijia.faces.limits import is_limited
from zhijia.kernel.cases.models import Reckoning
from zhijia.kernel.rules.values import Unit, set_rule

N = {"average": 8000, "began": "2020-01-01", "ended": "2025-12-31"}
LATE = {"arrears": "10000", "ignored": True}


def test_catalogue_tells_what_each_calculator_asks(api: Api) -> None:
    listed = {row["key"]: row for row in api.get("/calculators").json()}
    late = listed["late_pay"]
    assert (len(listed), late["question"], late["basis"]) == (33, "My pay is late or too little", "劳动合同法85")
    assert late["inputs"] == {
        "type": "object", "required": ["arrears"], "properties": {
            "arrears": {
                "title": "Wages that were ordered to be paid", "type": ["number", "string"],
                "description": "Yuan with at most two places; read back as a string",
            },
            "ignored": {
                "title": "The labour authority ordered payment by a day, and that day has passed", "type": "boolean",
            },
        },
    }  # fmt: skip


def test_anybody_gets_an_answer_and_nothing_is_stored(api: Api) -> None:
    for name, value in (("average_wage", 9000), ("minimum_wage_month", 2200)):
        set_rule(
            key=f"calculators.{name}", region=QINGHE, value=value, unit=Unit.YUAN, basis="青禾人社发〔2025〕1号",
            verified=True, valid_from=date(2025, 1, 1), actor_id=None, now=NOW,
        )  # fmt: skip
    answer = api.post("/calculators/severance", {"inputs": N, "region": QINGHE})
    said = answer.json()
    assert (answer.status_code, said["low"], said["high"], said["on"]) == (200, "48000.00", "48000.00", "2026-11-16")
    assert [(v["title"], v["value"], v["since"]) for v in said["values"]] == [
        ("Minimum wage of the place, a month", "2200 yuan", "2025-01-01"),
        ("Average monthly wage of the place, last year", "9000 yuan", "2025-01-01"),
    ]
    assert said["estimate"] == "This is an estimate from what was filled in, not a decision."
    assert (Reckoning.objects.count(), is_limited("POST", "api/v1/calculators/<key>")) == (0, True)


def test_bad_input_names_each_field(api: Api) -> None:
    asked = api.post("/calculators/severance", {"inputs": N | {"average": "much", "began": "soon"}})
    assert (asked.status_code, [p["field"] for p in asked.json()["problems"]]) == (422, ["average", "began"])
    asked = api.post("/calculators/severance", {"inputs": N})
    assert [(p["field"], p["code"]) for p in asked.json()["problems"]] == [
        ("minimum", "value_of_place"), ("local_average", "value_of_place"),
    ]  # fmt: skip
    assert api.post("/calculators/nothing", {"inputs": {}}).status_code == 404
    assert api.post("/calculators/severance", {"inputs": N, "region": "xx"}).status_code == 422


def test_calculation_is_put_into_a_case_once_and_read_by_whom_it_concerns(api: Api, cast: Cast) -> None:
    no = api.by("alice").file()
    alice, mallory, dispatcher = (api.by(name) for name in ("alice", "mallory", "dispatcher"))
    body = {"calculator": "late_pay", "inputs": LATE}
    first = alice.post(f"/cases/{no}/reckonings", body, Idempotency_Key="k-1")
    again = alice.post(f"/cases/{no}/reckonings", body, Idempotency_Key="k-1")
    assert (first.status_code, first.json()["id"], first.json()["region"]) == (201, again.json()["id"], QINGHE)
    assert [r["high"] for r in alice.get(f"/cases/{no}/reckonings").json()] == ["10000.00"]
    assert [r["person"] for r in dispatcher.get(f"/cases/{no}/reckonings").json()] == [cast.person_id("alice")]
    assert [
        mallory.get(f"/cases/{no}/reckonings").status_code,
        mallory.post(f"/cases/{no}/reckonings", body).status_code,
    ] == [404, 404]
    assert api.by("auditor").post(f"/cases/{no}/reckonings", body).status_code == 403
    assert api.get(f"/cases/{no}/reckonings").status_code == 401
    assert Reckoning.objects.count() == 1
