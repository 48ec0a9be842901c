"""Payment orders: the court's days, the objection and where it leads, and who may see what."""

from datetime import date
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from tests.modules.arbitration.kit import Arbitrated, Ordered
from tests.scenarios.story import refused
from zhijia.faces.access import seen_by
from zhijia.kernel.base.errors import Conflict, Invalid
from zhijia.kernel.cases.models import Link
from zhijia.kernel.documents.models import Letter
from zhijia.modules.arbitration.models import Arbitration


def test_days_of_court_and_employer_and_enforcement(order: Ordered) -> None:
    order.applied()
    assert order.due("accept") == date(2026, 11, 23)
    assert (
        Letter.objects.get(kind="application")
        .facts["law"]
        .startswith("被申请人在约定期限内没有履行双方于2026年10月20日")
    )
    order.on("2026-11-19").do("zhou", "accept", accepted_on="2026-11-19")
    assert order.due("issue") == date(2026, 12, 4)
    order.on("2026-11-30").do("zhou", "issue", issued_on="2026-11-30")
    order.on("2026-12-02").do("zhou", "serve", served_on="2026-12-02")
    assert order.due("debtor") == date(2026, 12, 17)
    refused("too_early", Conflict, order, "zhou", "unpaid")
    order.on("2026-12-18")
    with pytest.raises(Invalid) as caught:
        order.do("zhou", "object", objected_on="2026-12-18", result="太晚了")
    assert [p.field for p in caught.value.problems] == ["objected_on"]
    order.do("zhou", "unpaid")
    order.do("zhou", "pay", fen="6800")
    assert (order.case.state, order.facts.recovered) == ("due", 680000)
    order.do("zhou", "draft_enforcement")
    assert Letter.objects.get(kind="enforcement").facts["owed"] == "10,000.00"
    order.do("zhou", "enforce")
    with pytest.raises(Invalid):
        order.do("zhou", "pay", fen="10000.01")
    order.do("zhou", "pay", fen="10000")
    assert (order.case.state, order.facts.closing_code, order.case.parties.get().status) == (
        "closed", "enforced", "solved",
    )  # fmt: skip


def test_objection_leads_to_arbitration_without_agreement(order: Ordered) -> None:
    order.issued(agreement=False).on("2026-12-10").do("zhou", "object", objected_on="2026-12-10", result="金额不对")
    refused("no_agreement", Conflict, order, "zhou", "go_suit", way="法院")
    order.do("zhou", "go_arbitration")
    made = Arbitration.objects.get()
    assert (made.amount, made.known_on, made.claim, made.category) == (
        16_800_00, date(2026, 10, 8), "调解协议到期没有付", "wages",
    )  # fmt: skip
    assert (Link.objects.get(kind="spawned").other.no, made.case.applicant_id) == (
        order.no,
        order.cast.person_id("alice"),
    )
    assert (order.case.state, order.facts.closing_code) == ("closed", "arbitration")


def test_objection_leads_to_a_suit_on_the_agreement(order: Ordered) -> None:
    order.issued().on("2026-12-10").do("zhou", "object", objected_on="2026-12-10", result="金额不对")
    refused("agreement", Conflict, order, "zhou", "go_arbitration")
    order.do("zhou", "go_suit", way="青禾区人民法院")
    assert (order.case.state, order.facts.closing_code, order.steps()[-1]) == ("closed", "suit", "go_suit")


@pytest.mark.parametrize(("more", "field"), [({"agreement": False}, "agreement"), ({"due_on": "2026-11-16"}, "due_on")])
def test_only_what_is_due_and_clear_can_be_ordered(order: Ordered, more: dict[str, Any], field: str) -> None:
    order.tell(category="dismissal", agreement=more.get("agreement", True))
    asked = {
        "particulars": "女", "reasons": "没有付", "court": "法院", "proofs": "协议", "agreement": True,
        "due_on": "2026-11-01",
    }  # fmt: skip
    with pytest.raises(Invalid) as caught:
        order.do("zhou", "write", **asked | more)
    assert [p.field for p in caught.value.problems] == [field]


TABLES = ("facts", "claim", "evidence", "act", "representative")


def test_rows_are_seen_by_those_whose_case_it_is(case: Arbitrated) -> None:
    case.tell(people=12).claim().claim("severance", "5000", worker=case.cast.person_id("alice"))
    case.do("zhou", "add_evidence", evidence="劳动合同", proves="劳动关系", held="worker")
    case.do("alice", "record_act", kind="demand", day="2026-11-10", proved=False)
    case.do("zhou", "choose_representative", worker=case.cast.person_id("alice"), day="2026-11-16")
    every = dict.fromkeys(TABLES, 1) | {"claim": 2}
    for who, seen in (
        ("zhou", every), ("supervisor", every), ("alice", every), ("lin", dict.fromkeys(TABLES, 0)),
        ("mallory", dict.fromkeys(TABLES, 0)),
    ):  # fmt: skip
        found = {}
        with seen_by(case.cast.actor(who, case.now)), connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"SELECT count(*) FROM arbitration_{table}")
                found[table] = cursor.fetchone()[0]
        assert (who, found) == (who, seen)
    with seen_by(case.cast.actor("alice", case.now)), connection.cursor() as cursor:
        for statement in ("UPDATE arbitration_claim SET amount = 1", "DELETE FROM arbitration_act"):
            with pytest.raises(ProgrammingError), transaction.atomic():
                cursor.execute(statement)
