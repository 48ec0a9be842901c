"""Many workers in one dispute: listed, represented, each with a word of their own, and money for each to the fen."""

from datetime import date

import pytest

from tests.modules.disputes.kit import Mediation, figures, row
from tests.scenarios.story import refused
from zhijia.kernel.base.errors import Conflict, Invalid
from zhijia.kernel.cases.models import Party
from zhijia.kernel.documents.models import Letter
from zhijia.modules.disputes.money import verify


def together(mediation: Mediation, count: int) -> Mediation:
    """Alice for as many workers, accepted and listed, 1,000 yuan each."""
    mediation.tell(people=count, amount=str(1000 * count)).do("zhou", "accept", willing=True)
    mediation.take_in([row(n) for n in range(1, count + 1)])
    return mediation


def test_a_list_makes_parties_and_sums(mediation: Mediation) -> None:
    together(mediation, 12)
    facts = mediation.facts
    assert (facts.people, facts.amount, Party.objects.filter(case__no=mediation.no).count()) == (12, 1200000, 12)
    assert mediation.case.marks == {"people": 12, "mass": 1}
    assert figures()["workers"] == (2, 12)


def test_who_is_listed_again_is_corrected_and_nobody_is_lost(mediation: Mediation) -> None:
    together(mediation, 3)
    mediation.take_in([row(2, claimed=2500_00)], key="sheet:2:2")
    assert {line: w.claimed for line, w in mediation.lines().items()} == {1: 100000, 2: 250000, 3: 100000}
    mediation.do("zhou", "add_worker", name="钱四", phone="13900000044", claimed="10")
    assert (mediation.facts.people, mediation.facts.amount) == (4, 451000)


def test_representatives_are_three_to_five_of_ten_or_more(mediation: Mediation) -> None:
    together(mediation, 9)
    refused("too_few", Conflict, mediation, "zhou", "choose_representatives", lines="1 2 3")
    mediation.take_in([row(10)], key="sheet:2:2")
    for lines, field in (("1 2", "lines"), ("1 2 3 4 5 6", "lines"), ("1 2 99", "lines")):
        with pytest.raises(Invalid) as caught:
            mediation.do("zhou", "choose_representatives", lines=lines)
        assert {p.field for p in caught.value.problems} == {field}
    mediation.do("zhou", "choose_representatives", lines="1、2，5")
    mediation.do("zhou", "choose_representatives", lines="3 4 5")
    assert [line for line, w in mediation.lines().items() if w.representative] == [3, 4, 5]


def test_nothing_is_agreed_before_everybody_is_listed(mediation: Mediation) -> None:
    mediation.tell(people=12).do("zhou", "accept", willing=True)
    refused("not_listed", Conflict, mediation, "zhou", "agree", terms="付清", agreed="100", due="2026-12-01")


def test_money_is_shared_in_proportion_and_each_worker_has_a_word(mediation: Mediation) -> None:
    together(mediation, 3).take_in([row(3, claimed=2000_00)], key="sheet:2:2")
    mediation.agree(instalments="2026-12-20 100")
    assert [w.agreed for w in mediation.lines().values()] == [2500, 2500, 5000]
    refused("not_all", Conflict, mediation, "zhou", "signed", day=mediation.day())
    mediation.do("alice", "say_yes")
    mediation.do("bob", "say_no")
    mediation.do("zhou", "record_say", lines="3", said="agreed")
    assert [w.status for w in mediation.lines().values()] == ["agreed", "refused", "agreed"]
    refused("shares_stale", Conflict, mediation, "zhou", "signed", day=mediation.day())
    mediation.agree(instalments="2026-12-20 75")  # written anew without Bob: who gets the same need not say it again
    assert [(w.agreed, w.say) for w in mediation.lines().values()] == [(2500, "agreed"), (0, "refused"), (5000, "agreed")]  # fmt: skip  # noqa: E501
    mediation.sign()
    assert (mediation.due(), verify()) == ((7500, 7500), [])
    assert [p.status for p in Party.objects.filter(case__no=mediation.no).order_by("id")] == ["waiting", "unsolved", "waiting"]  # fmt: skip  # noqa: E501


def test_the_workbook_may_say_who_gets_what_and_typed_shares_go_before(mediation: Mediation) -> None:
    together(mediation, 2).take_in([row(1, agreed=300_00), row(2, agreed=100_00)], key="sheet:2:2")
    mediation.agree(instalments="2026-12-20 400")
    assert [w.agreed for w in mediation.lines().values()] == [30000, 10000]
    mediation.agree(instalments="2026-12-20 400", shares="1 150\n2 250")
    assert [w.agreed for w in mediation.lines().values()] == [15000, 25000]
    for shares in ("1 150", "1 150\n9 250", "1 a", "1 200\n1 200"):
        with pytest.raises(Invalid) as caught:
            mediation.agree(instalments="2026-12-20 400", shares=shares)
        assert [p.field for p in caught.value.problems] == ["shares"]


def test_only_who_agrees_stands_on_the_list_and_reads_their_own_line(mediation: Mediation) -> None:
    together(mediation, 3).agree(instalments="2026-12-20 300")
    mediation.do("bob", "say_no")
    mediation.do("zhou", "record_say", lines="1 3", said="agreed")
    mediation.agree(instalments="2026-12-20 200").do("zhou", "draft_list")
    letter = Letter.objects.get(kind="agreement_list")
    assert [line.cells[1:] for line in letter.lines.all()] == [
        ["Alice", "缝纫工", "100.00"], ["张伟", "缝纫工", "100.00"],
    ]  # fmt: skip
    assert next(line.person_id for line in letter.lines.all()) == mediation.cast.person_id("alice")
    assert [str(letter.content).count("Alice") for letter in Letter.objects.filter(kind="agreement")] == [0, 0]


def test_payments_reach_each_to_the_fen_and_the_last_word_closes(mediation: Mediation) -> None:
    together(mediation, 2).agree(instalments="2026-11-20 33.33\n2026-12-20 66.68")
    mediation.do("zhou", "record_say", lines="1 2", said="agreed")
    mediation.sign()
    mediation.pay("33.33")
    assert [w.paid for w in mediation.lines().values()] == [1667, 1666]
    mediation.pay("66.68")
    assert ([w.status for w in mediation.lines().values()], mediation.steps()[-1]) == (["paid", "paid"], "all_paid")
    mediation.do("alice", "kept")
    assert mediation.case.state == "agreed"
    refused("said_already", Conflict, mediation, "alice", "kept")
    mediation.do("bob", "kept")
    assert (mediation.case.state, mediation.facts.closing_code, verify()) == ("closed", "kept", [])
    assert {key: n for key, n in figures().items() if key in ("kept", "closed")} == {"kept": (1, 0), "closed": (1, 0)}


def test_who_leaves_gives_up_what_was_due_and_the_plan_still_adds_up(mediation: Mediation) -> None:
    together(mediation, 2).agree(instalments="2026-12-20 100\n2027-01-20 100")
    mediation.do("zhou", "record_say", lines="1 2", said="agreed")
    mediation.sign()
    mediation.do("bob", "leave")
    assert (mediation.facts.people, mediation.due(), verify()) == (1, (10000, 10000), [])
    mediation.pay("100")
    assert [state for _day, _fen, state in mediation.plan()] == ["paid", "paid"]


def test_a_worker_who_left_is_not_listed_again_by_others(mediation: Mediation) -> None:
    together(mediation, 3).do("bob", "leave")
    with pytest.raises(Invalid) as caught:
        mediation.take_in([row(2)], key="sheet:2:2")
    assert [(p.field, p.code) for p in caught.value.problems] == [("3.phone", "left")]


def test_one_of_several_does_not_end_it_for_all(mediation: Mediation) -> None:
    together(mediation, 2)
    refused("shared", Conflict, mediation, "alice", "stop")
    assert mediation.clock("mediation").due_at.date() == date(2026, 12, 1)


def test_nobody_gets_nothing_because_their_claim_was_not_asked(mediation: Mediation) -> None:
    mediation.tell(people=2, amount="2000").do("zhou", "accept", willing=True)
    mediation.do("zhou", "add_worker", name="Bob", phone="13800000002", claimed="1000")
    with pytest.raises(Invalid) as caught:
        mediation.agree(instalments="2026-12-20 200")
    assert [p.field for p in caught.value.problems] == ["shares"]
    mediation.do("zhou", "set_claim", lines="1", claimed="3000")
    mediation.agree(instalments="2026-12-20 200")
    assert ([w.agreed for w in mediation.lines().values()], mediation.facts.amount) == ([15000, 5000], 400000)
