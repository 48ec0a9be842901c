"""From the table to the last fen: plan, signatures, confirmation, performance, breach and the ways after it."""

from datetime import date

import pytest
from django.utils import translation

from tests.cast import QINGHE
from tests.modules.disputes.kit import Mediation, figures, of, row
from tests.scenarios.story import refused
from zhijia.kernel.base.errors import Conflict, Invalid
from zhijia.kernel.cases.models import Case, Link, Party
from zhijia.kernel.documents.models import Letter
from zhijia.modules.disputes.money import verify
from zhijia.modules.disputes.ways import ways_left


def mediating(mediation: Mediation, **data: object) -> Mediation:
    mediation.tell(**data).do("zhou", "accept", willing=True)
    return mediation


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"instalments": "明天 100"}, "instalments"),
        ({"instalments": "2026-12-20"}, "instalments"),
        ({"instalments": "2027-01-20 100\n2026-12-20 100"}, "instalments"),
        ({"instalments": "2026-11-01 100"}, "instalments"),
        ({"instalments": "2026-12-20 100", "agreed": "90"}, "agreed"),
        ({"instalments": ""}, "due"),
        ({"instalments": "", "agreed": "100", "due": "2026-11-15"}, "due"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(mediation: Mediation, data: dict[str, str], field: str) -> None:
    mediating(mediation)
    with pytest.raises(Invalid) as caught:
        mediation.agree(**data)
    assert [p.field for p in caught.value.problems] == [field]


def test_it_binds_only_with_both_signatures_mediator_and_seal(mediation: Mediation) -> None:
    mediating(mediation).agree()
    for missing in ("by_worker", "by_employer", "by_mediator", "sealed"):
        with pytest.raises(Invalid) as caught:
            mediation.sign(**{missing: False})
        assert [p.field for p in caught.value.problems] == [missing]
    assert (mediation.case.state, mediation.facts.booked, mediation.clock("mediation").state) == (
        "signing",
        0,
        "running",
    )
    mediation.sign()
    assert (mediation.case.state, mediation.facts.signed_on) == ("agreed", date(2026, 11, 16))
    assert (mediation.clock("mediation").state, mediation.clock("sign").state) == ("met", "met")
    assert mediation.acts()[-1] == ("promise", date(2026, 11, 16), True)


def test_what_is_not_signed_is_off_the_table(mediation: Mediation) -> None:
    mediating(mediation).agree().do("zhou", "unsigned", reason="单位反悔")
    assert (mediation.case.state, mediation.facts.agreed, {row[2] for row in mediation.plan()}) == (
        "mediating", 0, {"replaced"},
    )  # fmt: skip


def test_confirmation_thirty_days_at_the_court_fifteen_at_the_commission(mediation: Mediation) -> None:
    mediation.in_force()
    assert (mediation.clock("court").due_at.date(), mediation.clock("arbitral").due_at.date()) == (
        date(2026, 12, 16), date(2026, 12, 1),
    )  # fmt: skip
    mediation.hours = 24 * 16
    refused("too_late", Conflict, mediation, "zhou", "ask_arbitral", confirm_body="青禾区仲裁委")
    mediation.do("zhou", "ask_court", confirm_body="青禾区人民法院")
    letter = Letter.objects.get(kind="court")
    assert (letter.addressee, letter.facts["court"], letter.facts["signed"]) == (
        "青禾区人民法院", "30天", "2026年11月16日",
    )  # fmt: skip
    refused("asked_already", Conflict, mediation, "zhou", "ask_court", confirm_body="青禾区人民法院")
    mediation.do("zhou", "confirm", day=mediation.day(), confirm_no="（2026）民特12号")
    assert (mediation.facts.confirmed_on, mediation.clock("ruling").state) == (date(2026, 12, 2), "met")
    refused("confirmed", Conflict, mediation, "zhou", "confirm", day=mediation.day(), confirm_no="2")


def test_who_does_without_confirmation_is_not_late_with_it(mediation: Mediation) -> None:
    mediation.in_force().do("zhou", "waive", note="双方都不申请")
    assert (mediation.clock("court").state, mediation.clock("arbitral").state) == ("met", "met")
    refused("too_late", Conflict, mediation, "zhou", "waive", note="再说一次")


def test_fifteen_days_from_receipt_open_arbitration_whatever_the_mediator_does(mediation: Mediation) -> None:
    mediating(mediation).do("zhou", "prolong", willing=True)
    mediation.hours = 24 * 15 - 1
    assert ways(mediation) == []
    mediation.hours = 24 * 16
    assert ways(mediation) == ["LDMAL 5, 14, 53"]


def test_who_was_not_confirmed_may_try_the_other_way_in_time(mediation: Mediation) -> None:
    mediation.in_force().do("zhou", "ask_arbitral", confirm_body="青禾区仲裁委")
    mediation.do("zhou", "confirm_refused", reason="材料不齐")
    mediation.do("zhou", "ask_court", confirm_body="青禾区人民法院")
    assert mediation.facts.confirmed_by == "court"


def test_instalments_are_met_by_what_came_in_and_missed_when_a_breach_is_recorded(mediation: Mediation) -> None:
    mediation.in_force()
    assert (mediation.case.due_key, mediation.case.due_at.date()) == ("kept", date(2026, 12, 21))
    mediation.pay("8000")
    refused("not_due", Conflict, mediation, "alice", "not_kept")
    mediation.hours = 24 * 36  # 22 December
    mediation.do("alice", "not_kept")
    assert [row[2] for row in mediation.plan()] == ["missed", "open"]
    mediation.pay("400")
    assert ([row[2] for row in mediation.plan()], mediation.case.state) == (["paid", "open"], "broken")
    assert (mediation.due(), verify()) == ((840000, 840000), [])


def test_money_beyond_what_is_due_or_to_come_is_refused(mediation: Mediation) -> None:
    mediation.in_force()
    for data, field in (({"fen": "16800.01"}, "fen"), ({"fen": "0"}, "fen"), ({"day": "2026-11-17"}, "day")):
        with pytest.raises(Invalid) as caught:
            mediation.pay(str(data.pop("fen", "1")), **data)
        assert [p.field for p in caught.value.problems] == [field]


def test_a_bounced_payment_is_taken_back_everywhere(mediation: Mediation) -> None:
    mediation.in_force().pay("16800")
    assert (mediation.steps()[-1], figures()["money_paid"]) == ("all_paid", (1, 16800))
    refused("nothing_due", Conflict, mediation, "zhou", "record_payment", fen="1", day="2026-11-16", paid_how="bank")
    mediation.do("zhou", "bounce_payment", payment=1, reason="退票")
    assert (mediation.facts.paid, [row[2] for row in mediation.plan()]) == (0, ["open", "open"])
    assert (mediation.due(), verify(), figures()["money_paid"]) == ((1680000, 1680000), [], (2, 0))
    assert [(kind, proved) for kind, _day, proved in mediation.acts()] == [
        ("demand", True), ("promise", True), ("part", False),
    ]  # fmt: skip
    with pytest.raises(Invalid):
        mediation.do("zhou", "bounce_payment", payment=1, reason="又退")


def test_an_agreement_without_money_is_kept_by_its_day(mediation: Mediation) -> None:
    mediating(mediation, category="contract").agree(instalments="", due="2026-12-01", terms="补签劳动合同").sign()
    assert (mediation.plan(), mediation.case.due_at.date()) == ([], date(2026, 12, 2))
    refused("nothing_due", Conflict, mediation, "zhou", "record_payment", fen="1", day="2026-11-16", paid_how="bank")
    mediation.hours = 24 * 17
    mediation.do("zhou", "not_kept")
    refused("no_order", Conflict, mediation, "zhou", "go_order", claim="x")


def ways(mediation: Mediation) -> list[str]:
    with translation.override("en"):
        return [str(way.article) for way in ways_left(of(mediation, "zhou"))]


@pytest.mark.parametrize(
    ("category", "found"),
    [
        ("wages", ["LDMAL 16", "Interpretation (I) on labour disputes 51", "LDMAL 15", "LDMAL 9"]),
        ("dismissal", ["LDMAL 16", "LDMAL 15", "LDMAL 9"]),
        ("leave", ["LDMAL 15", "LDMAL 9"]),
    ],
)
def test_the_ways_after_a_breach_follow_the_matter(mediation: Mediation, category: str, found: list[str]) -> None:
    mediating(mediation, category=category).agree(instalments="2026-11-20 100").sign()
    assert ways(mediation) == []
    mediation.hours = 24 * 6
    mediation.do("zhou", "not_kept")
    assert ways(mediation) == found


def test_the_demand_says_what_is_left_and_its_service_restarts_the_time_limit(mediation: Mediation) -> None:
    mediating(mediation).agree(instalments="2026-11-20 16800").sign()
    mediation.pay("6800")
    mediation.hours = 24 * 8
    mediation.do("alice", "not_kept")
    mediation.do("zhou", "draft_demand")
    letter = Letter.objects.get(kind="demand")
    assert {name: letter.facts[name] for name in ("form", "left", "left_capital", "reply")} == {
        "form": "调解协议", "left": "10,000.00", "left_capital": "壹万元整", "reply": "5天",
    }  # fmt: skip
    mediation.do("zhou", "demand_served", served="post", day=mediation.day(), proof="挂号信")
    assert mediation.acts()[-1] == ("demand", date(2026, 11, 24), True)


def spawned(service: str) -> tuple[Case, list[int]]:
    """The case that arose, and the workers on it."""
    case = Case.objects.get(service=service)
    return case, list(Party.objects.filter(case=case).order_by("id").values_list("person_id", flat=True))


def test_what_failed_goes_on_to_arbitration_as_a_linked_case(mediation: Mediation) -> None:
    mediating(mediation, hurt_on="2026-10-10", ended="2026-10-31").do("zhou", "fail", reason="分歧较大")
    mediation.do("zhou", "go_arbitration", claim="支付两个月工资16800元")
    case, workers = spawned("arbitration")
    assert (mediation.case.state, mediation.facts.closing_code) == ("closed", "failed")
    assert (workers, case.applicant_id, case.category) == ([mediation.cast.person_id("alice")], workers[0], "wages")
    link = Link.objects.get(case=case)
    assert (link.other.no, link.kind) == (mediation.no, "spawned")


def test_a_broken_agreement_on_wages_goes_to_the_court_for_a_payment_order(mediation: Mediation) -> None:
    mediating(mediation).agree(instalments="2026-11-20 16800").sign()
    mediation.pay("6800")
    mediation.hours = 24 * 8
    mediation.do("alice", "not_kept")
    mediation.do("zhou", "go_order", claim="支付协议尚欠的10000元")
    case, _workers = spawned("payment_order")
    assert (mediation.case.state, case.region) == ("closed", QINGHE)


def test_who_did_not_agree_goes_on_alone_and_the_agreement_of_the_others_stays(mediation: Mediation) -> None:
    mediation.tell(people=2, amount="2000").do("zhou", "accept", willing=True)
    mediation.take_in([row(1), row(2)])
    mediation.agree(instalments="2026-12-20 200").do("bob", "say_no")
    mediation.agree(instalments="2026-12-20 100").do("alice", "say_yes")
    mediation.sign()
    mediation.do("zhou", "part_ways", claim="支付1000元")
    _case, workers = spawned("arbitration")
    assert (workers, mediation.case.state) == ([mediation.cast.person_id("bob")], "agreed")
    refused("parted", Conflict, mediation, "zhou", "part_ways", claim="又一次")
