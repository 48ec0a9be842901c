"""Money and days through the API: yuan in, as a number or in words; yuan out, as a string to the fen."""

import pytest

from tests.cast import QINGHE
from zhijia.faces.api.derive import example, field_schema
from zhijia.kernel.service.terms import day, money

from .conftest import Api

CLAIM = {
    "story": "工资没有给。", "category": "construction", "employer_name": "江澜建筑", "amount": "68,000.50",
    "owed_from": "2026-09-01", "owed_until": "2026-10-31", "region": QINGHE,
}  # fmt: skip


def test_money_and_days_are_described() -> None:
    amount, since = field_schema(money("amount", "Amount", help="All together.")), field_schema(day("since", "Since"))
    assert (amount["type"], since["type"], since["format"]) == (["number", "string"], "string", "date")
    assert amount["description"] == "Yuan with at most two places; read back as a string · All together."
    assert example([money("amount", "Amount"), day("since", "Since")]) == {"amount": "6800.50", "since": "2026-11-24"}


@pytest.mark.parametrize("amount", ["68,000.50", "68000.5", 68000.5])
def test_yuan_go_in_and_come_out_to_the_fen(api: Api, amount: object) -> None:
    alice = api.by("alice")
    no = alice.post("/cases/wage_arrears", CLAIM | {"amount": amount}).json()["no"]
    facts = {f["name"]: (f["value"], f["words"]) for f in alice.get(f"/cases/{no}").json()["facts"]}
    assert facts["amount"] == ("68000.50", "68,000.50\u00a0yuan")
    assert facts["owed_from"] == ("2026-09-01", "1 Sep 2026")


@pytest.mark.parametrize(("field", "wrong"), [("amount", "much"), ("amount", 0.001), ("owed_from", "1 September")])
def test_bad_amount_or_day_is_named(api: Api, field: str, wrong: object) -> None:
    answer = api.by("alice").post("/cases/wage_arrears", CLAIM | {field: wrong})
    assert (answer.status_code, [p["field"] for p in answer.json()["problems"]]) == (422, [field])


def test_board_has_sums_and_durations(api: Api) -> None:
    whole = api.by("leader").get("/board", service="wage_arrears").json()["whole"]
    assert {s["amount"] for s in whole["sums"]} == {None}  # nothing is told of fewer than ten
    assert {d["hours"] for d in whole["durations"]} == {None}
