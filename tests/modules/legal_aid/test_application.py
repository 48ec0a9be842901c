"""Applying, missing papers, means, the decision and what can be done against it; each on its day."""

from datetime import date

import pytest

from tests.cast import NOW, QINGHE
from tests.modules.legal_aid.kit import Aid
from tests.scenarios.story import refused
from zhijia.kernel.base.errors import Conflict, Forbidden, Invalid
from zhijia.kernel.documents.models import Letter
from zhijia.kernel.rules.values import Unit, set_rule


def test_an_application_is_confidential_and_decided_in_seven_days(aid: Aid) -> None:
    aid.tell()
    assert (aid.case.confidential, aid.case.urgent, aid.facts.channel, aid.facts.track) == (True, False, "web", "union")
    assert (aid.due("screening"), aid.due("decision")) == (date(2026, 11, 19), date(2026, 11, 23))
    assert aid.due("limitation") == date(2027, 11, 1)  # the last day is a Sunday
    assert Aid(aid.cast).tell("agent").facts.channel == "phone"
    assert Aid(aid.cast).tell("zhou", proxy="妻子李梅").facts.channel == "office"


def test_what_is_missing_is_told_once_and_its_time_is_not_counted(aid: Aid) -> None:
    aid.tell()
    aid.do("zhou", "ask_materials", after=24, missing="身份证复印件\n工资条")
    assert (aid.case.state, aid.clock("decision").state, aid.due("materials")) == (
        "incomplete", "suspended", date(2026, 11, 27),
    )  # fmt: skip
    letter = Letter.objects.get(kind="missing")
    assert [line.cells for line in letter.lines.order_by("place")] == [["1", "身份证复印件"], ["2", "工资条"]]
    aid.do("alice", "bring_materials", after=72, words="都带来了")
    assert (aid.case.state, aid.clock("decision").state, aid.due("decision")) == (
        "applied",
        "running",
        date(2026, 11, 27),
    )
    refused("told_once", Conflict, aid, "zhou", "ask_materials", missing="又想起一样")


def test_who_brings_nothing_in_time_counts_as_having_withdrawn(aid: Aid) -> None:
    aid.tell().do("zhou", "ask_materials", missing="身份证复印件")
    aid.hours = 24 * 9
    refused("time_left", Conflict, aid, "zhou", "lapse")
    aid.hours = 24 * 11
    aid.do("zhou", "lapse")
    assert (aid.case.state, aid.facts.closing_code) == ("closed", "withdrawn")


@pytest.mark.parametrize(
    ("category", "exemption", "problems"),
    [
        ("wages", "migrant_pay", []), ("relation", "migrant_pay", []), ("dismissal", "migrant_pay", ["exemption"]),
        ("injury", "migrant_injury", []), ("wages", "migrant_injury", ["exemption"]), ("dismissal", "relief", []),
    ],
)  # fmt: skip
def test_migrant_workers_are_exempt_for_pay_and_injuries(
    aid: Aid, category: str, exemption: str, problems: list[str]
) -> None:
    aid.tell(category=category, migrant=False)
    if problems:
        with pytest.raises(Invalid) as caught:
            aid.do("zhou", "screen", exemption=exemption)
        assert [p.field for p in caught.value.problems] == problems
    else:
        aid.do("zhou", "screen", exemption=exemption)
        assert (aid.facts.means, aid.facts.migrant) == ("exempt", exemption != "relief")


def test_means_are_tested_by_the_standard_of_the_place(aid: Aid) -> None:
    with pytest.raises(Invalid) as caught:
        aid.tell(category="dismissal").do("zhou", "screen", exemption="none")
    assert [p.field for p in caught.value.problems] == ["income"]
    aid.do("zhou", "screen", exemption="none", income="2000", household=3)
    assert aid.facts.means == "within"
    aid.do("zhou", "screen", exemption="none", income="2000.01")
    assert aid.facts.means == "above"
    refused("above", Conflict, aid, "head", "grant", because="符合条件")
    set_rule(
        key="legal_aid.income_limit", region=QINGHE, value=2500, unit=Unit.YUAN, basis="省标准", verified=True,
        valid_from=NOW.date(), actor_id=None, now=NOW,
    )  # fmt: skip
    aid.do("zhou", "screen", exemption="none", income="2000.01")
    assert aid.facts.means == "within"


def test_a_union_may_give_its_own_aid_without_a_test(aid: Aid) -> None:
    set_rule(
        key="legal_aid.union_means", region=QINGHE, value=0, unit=Unit.COUNT, basis="区总工会办法", verified=True,
        valid_from=NOW.date(), actor_id=None, now=NOW,
    )  # fmt: skip
    aid.tell(category="dismissal").do("zhou", "screen", exemption="none")
    assert aid.facts.means == "untested"
    other = Aid(aid.cast).tell(category="dismissal", track="state")
    with pytest.raises(Invalid):
        other.do("zhou", "screen", exemption="none")


def test_a_near_time_limit_is_urgent_and_gets_a_lawyer_before_the_decision(aid: Aid) -> None:
    aid.tell(known_on="2025-11-20")
    assert (aid.case.urgent, aid.due("limitation")) == (True, date(2026, 11, 20))
    aid.do("head", "first_aid", urgency="limitation")
    assert (aid.case.state, aid.assignee, aid.clock("decision").state) == ("urgent", "wei", "running")
    assert aid.due("papers") == date(2026, 11, 26)
    aid.do("wei", "log_work", day=aid.day(), work="filing", hours="2", said="提交仲裁申请")
    aid.do("wei", "screen", exemption="migrant_pay")
    aid.do("head", "grant", because="属于援助范围")
    assert (aid.case.state, aid.assignee) == ("assigned", "wei")  # who helped first goes on
    assert (aid.due("meet"), "assign" in aid.case.due_key) == (date(2026, 11, 23), False)


def test_first_aid_needs_a_near_limit_or_another_ground(aid: Aid) -> None:
    for known, left in (("2025-12-01", "时效还有 15 天，请先对申请作出决定。"),):
        aid.tell(known_on=known)
        with pytest.raises(Invalid) as caught:
            aid.do("head", "first_aid", urgency="limitation")
        assert [str(p.message) for p in caught.value.problems] == [left]
    aid.do("zhou", "ask_materials", missing="身份证复印件")
    aid.do("head", "first_aid_now", urgency="preservation")
    assert (aid.case.state, aid.clock("decision").state, aid.clock("materials").state) == ("urgent", "running", "met")


def test_a_refusal_is_objected_to_and_the_justice_bureau_decides_in_five_days(aid: Aid) -> None:
    aid.screened()
    with pytest.raises(Invalid) as caught:
        aid.do("head", "refuse", refusal="means", because="收入高")
    assert [p.field for p in caught.value.problems] == ["refusal"]
    aid.do("head", "refuse", refusal="scope", because="不属于劳动争议")
    refused("time_left", Conflict, aid, "zhou", "let_rest")
    aid.do("alice", "object", after=48, reason="是工资")
    assert (aid.case.state, aid.due("objection")) == ("objected", date(2026, 11, 23))
    aid.do("zhou", "objection_decided", decided_by="bureau", decision="corrected", note="应当援助")
    assert (aid.case.state, aid.facts.refusal, aid.due("assign")) == ("granted", "", date(2026, 11, 23))


def test_an_upheld_decision_leaves_review_or_suit(aid: Aid) -> None:
    aid.screened().do("head", "refuse", refusal="scope", because="不属于劳动争议")
    aid.do("alice", "object", reason="是工资")
    aid.do("zhou", "objection_decided", decided_by="bureau", decision="upheld", note="可以申请复议")
    assert (aid.case.state, aid.due("judicial")) == ("upheld", date(2027, 1, 15))
    aid.do("zhou", "review_won", note="复议撤销")
    assert (aid.case.state, aid.facts.refusal) == ("granted", "")
    other = Aid(aid.cast).screened()
    other.do("head", "refuse", refusal="merits", because="没有依据")
    other.do("alice", "accept_decision")
    assert (other.case.state, other.facts.closing_code) == ("closed", "refused")
    refused("not_aided", Conflict, other, "alice", "report_unsolved", remark="没解决")


def test_the_head_decides_and_officers_do_not(aid: Aid) -> None:
    refused("wrong_role", Forbidden, aid.screened(), "zhou", "grant", because="符合")


def test_union_and_state_run_side_by_side(aid: Aid) -> None:
    aid.assigned().do("head", "add_state", state_centre="青禾区法律援助中心")
    assert (aid.case.state, aid.facts.track, aid.due("receipt"), aid.due("state")) == (
        "assigned", "both", date(2026, 11, 19), date(2026, 11, 26),
    )  # fmt: skip
    letter = Letter.objects.get(kind="transfer")
    assert (letter.addressee, letter.facts["worker"]) == ("青禾区法律援助中心", "Alice")
    aid.do("head", "state_receipt", state_no="青法援〔2026〕311 号")
    aid.do("head", "state_tells", decision="refused", note="工会继续")
    assert (aid.case.state, aid.clock("receipt").state, aid.clock("state").state) == ("assigned", "met", "met")


def test_a_transfer_comes_back_when_the_state_gives_no_aid(aid: Aid) -> None:
    aid.screened().do("head", "transfer", state_centre="青禾区法律援助中心")
    assert (aid.case.state, aid.facts.track, aid.clock("decision").state) == ("transferred", "state", "met")
    aid.do("zhou", "state_decides", decision="refused", note="不符合条件", after=24 * 5)
    assert (aid.case.state, aid.facts.track, aid.due("decision")) == ("screened", "union", date(2026, 11, 30))
    other = Aid(aid.cast).tell()
    other.do("head", "transfer", state_centre="青禾区法律援助中心")
    other.do("head", "state_decides", decision="refused", note="材料不全")
    assert other.case.state == "applied"  # nobody has screened it yet
    other.do("zhou", "screen", exemption="migrant_pay")
    other.do("head", "transfer", state_centre="澜江市法律援助中心")
    other.do("head", "state_decides", decision="granted", note="已指派律师")
    assert (other.case.state, other.facts.closing_code) == ("closed", "transferred")
