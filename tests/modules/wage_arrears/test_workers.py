"""Listing: persons found or added, one claim each, differences named; what a row may not say."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.modules.wage_arrears.kit import NAMES, Claim, row
from tests.scenarios.story import refused
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.audit.verify import verify as verify_trail
from zhijia.kernel.base.errors import Conflict, Invalid
from zhijia.kernel.cases.models import Event, Note, Party
from zhijia.kernel.people.models import Person
from zhijia.modules.wage_arrears.workers import claimed_by, problem_of, reckoned

ID = "11010519491231002X"


@pytest.mark.parametrize(
    ("line", "expected", "amount"),
    [
        ({"days": Decimal("52.5"), "day_wage": 32000}, 1680000, 1680000),
        ({"days": Decimal("0.33"), "day_wage": 10001}, 3300, 3300),  # 33.0033 yuan, to the fen
        ({"days": Decimal("0.5"), "day_wage": 1}, 1, 1),  # half a fen goes up
        ({"days": Decimal("10"), "day_wage": None, "claimed": 500}, None, 500),
        ({"days": Decimal("10"), "day_wage": 100, "claimed": 999}, 1000, 999),  # what was typed wins
    ],
)
def test_days_times_day_wage(line: dict[str, object], expected: int | None, amount: int) -> None:
    assert (reckoned(line), claimed_by(line)) == (expected, amount)


@pytest.mark.parametrize(
    ("says", "field"),
    [
        ({"claimed": None, "days": None}, "claimed"),
        ({"claimed": 0}, "claimed"),
        ({"claimed": 10**9 + 1}, "claimed"),
        ({"days": Decimal("-1")}, "days"),
        ({"days": Decimal("1.234")}, "days"),
        ({"begins": date(2026, 11, 1), "ends": date(2026, 10, 1)}, "ends"),
    ],
)
def test_a_row_that_makes_no_sense_names_its_field(says: dict[str, object], field: str) -> None:
    problem = problem_of(row(1, **says))
    assert problem is not None
    assert problem.field == field


def test_persons_are_found_by_phone_or_added_and_become_parties(claim: Claim) -> None:
    claim.tell().do("zhou", "accept")
    before = Person.objects.count()
    claim.list([row(n) for n in range(1, 13)])
    assert Person.objects.count() == before + 10  # Alice and Bob are on record
    assert [w.person.name for w in claim.lines().values()] == ["Alice", "Bob", *NAMES[2:]]
    assert Party.objects.filter(case=claim.case).count() == 12
    assert verify_trail().ok


def test_numbers_are_sealed_kept_once_and_never_replaced(claim: Claim) -> None:
    claim.tell().do("zhou", "accept")
    claim.list([row(3, id_number=ID, bank_card="6222021234567890")])
    person = claim.lines()[1].person
    assert (person.id_masked, person.bank_masked) == ("11********002X", "****7890")
    claim.list([row(3, id_number=ID, bank_card="6222020000000001")], key="sheet:2:2")
    assert (claim.lines()[1].note, Person.objects.get(pk=person.pk).bank_masked) == ("card", "****7890")
    acts = Entry.objects.filter(person_id=person.pk, act__startswith="person.").order_by("id")
    assert [(e.act, e.data) for e in acts] == [
        ("person.added", {"fields": ["name", "phone", "id_number", "bank_card"]})
    ]


def test_a_listed_line_leaves_no_personal_value_in_events_notes_or_trail(claim: Claim) -> None:
    claim.tell().do("zhou", "accept")
    claim.do(
        "zhou",
        "add_worker",
        name="赵铁柱",
        phone="13700000077",
        claimed="900",
        id_number=ID,
        bank_card="6222021234567890",
    )
    written = " ".join(
        [str(e.data) for e in Event.objects.all()] + [n.text for n in Note.objects.all()]
        + [str(e.data) for e in Entry.objects.all()]
    )  # fmt: skip
    assert [word for word in ("赵铁柱", "13700000077", ID, "6222021234567890") if word in written] == []
    assert claim.lines()[1].claimed == 90000


def test_two_rows_of_one_person_are_refused_with_words(claim: Claim) -> None:
    claim.tell().do("zhou", "accept")
    with pytest.raises(Invalid) as caught:
        claim.list([row(3), row(4), row(3)])
    assert [(p.field, p.message) for p in caught.value.problems] == [
        ("4.phone", "这个电话写了两行。请每名职工写一行，金额加在一起。")
    ]
    assert claim.lines() == {}


def test_the_difference_is_named_and_only_a_settled_amount_is_verified(claim: Claim) -> None:
    claim.tell().do("zhou", "accept")
    claim.list([row(3), row(4, claimed=17_000_00)])
    claim.do("zhou", "verify")
    assert {n: w.status for n, w in claim.lines().items()} == {1: "confirmed", 2: "disputed"}
    assert (claim.facts.confirmed, claim.facts.owed) == (1680000, 3380000)
    claim.do("zhou", "settle_worker", line=2, fen="16900", reason="双方核对")
    assert (claim.lines()[2].status, claim.facts.confirmed, claim.facts.owed) == ("confirmed", 3370000, 3370000)


def test_only_who_brought_the_case_lists_others(claim: Claim) -> None:
    claim.tell().do("zhou", "accept")
    claim.do("alice", "add_worker", name="李四", phone="13700000078", claimed="900")
    claim.list([row(2)])
    refused("not_leader", Conflict, claim, "bob", "add_worker", name="王五", phone="13700000079", claimed="900")
    assert {n: w.claimed for n, w in claim.lines().items()} == {1: 90000, 2: 1680000}
    assert claim.due()[0] == 1770000


def test_a_thousand_rows_take_as_many_statements_as_three(claim: Claim) -> None:
    claim.tell().do("zhou", "accept")
    with CaptureQueriesContext(connection) as few:
        claim.list([row(n) for n in range(3, 6)], key="sheet:1:1")
    with CaptureQueriesContext(connection) as many:
        claim.list([row(n) for n in range(100, 1100)], key="sheet:1:2")
    assert len(many) - len(few) <= 12  # persons are written in batches
    assert (claim.facts.people, claim.due()[0]) == (1003, 1003 * 1680000)
