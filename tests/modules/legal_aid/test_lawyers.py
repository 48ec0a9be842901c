"""The rota, conflicts of interest, another lawyer, the work log, the review by a colleague, the subsidy."""

from datetime import date, timedelta

import pytest

from tests.cast import NOW
from tests.modules.legal_aid.kit import REVIEW, Aid, tie
from tests.scenarios.story import refused
from zhijia.kernel.base.errors import Conflict, Invalid
from zhijia.kernel.cases.sitting_models import Sitting
from zhijia.kernel.documents.models import Letter
from zhijia.kernel.ledger.balances import balances_of
from zhijia.modules.legal_aid.models import LawyerTie, Review, TieCheck, WorkEntry
from zhijia.modules.legal_aid.subsidy import expense_of, money_of, owed_for


def checks(aid: Aid) -> list[tuple[str, str]]:
    """Who was checked for the case, and why not."""
    names = {account.pk: login for login, account in aid.cast.accounts.items()}
    return [(names[c.lawyer_id], c.code) for c in TieCheck.objects.filter(case__no=aid.no).order_by("id")]


def test_turns_go_round_and_who_decided_is_noted(aid: Aid) -> None:
    assert [Aid(aid.cast).assigned().lawyer for _n in range(3)] == ["wei", "xu", "wei"]
    first = Aid(aid.cast).assigned()
    assert (first.due("meet"), checks(first)) == (date(2026, 11, 23), [("xu", "")])


@pytest.mark.parametrize("name", ["江澜劳务有限公司", " 江澜 劳务有限公司"])
def test_a_tie_passes_the_turn_on(aid: Aid, name: str) -> None:
    tie(aid.cast, "wei", name)
    assert (aid.assigned().lawyer, checks(aid)) == ("xu", [("wei", "counsel"), ("xu", "")])


def test_a_named_lawyer_with_a_tie_is_refused_with_the_reason(aid: Aid) -> None:
    tie(aid.cast, "wei")
    aid.screened().do("head", "grant", because="属于援助范围")
    with pytest.raises(Invalid) as caught:
        aid.do("head", "assign", lawyer=aid.cast.accounts["wei"].pk)
    found = [(p.field, p.code, str(p.message)) for p in caught.value.problems]
    assert found == [("lawyer", "counsel", "这位律师是该单位的常年法律顾问。")]
    tie(aid.cast, "xu", kind="share")
    refused("nobody_free", Conflict, aid, "head", "assign")


@pytest.mark.parametrize(("days", "lawyer"), [(729, "xu"), (731, "wei")])
def test_a_tie_counts_for_two_years_after_it_ended(aid: Aid, days: int, lawyer: str) -> None:
    tie(aid.cast, "wei", until=NOW.date() - timedelta(days=days))
    assert aid.assigned().lawyer == lawyer


def test_who_steps_aside_for_a_conflict_is_not_asked_again_about_that_employer(aid: Aid) -> None:
    aid.assigned().do("wei", "step_aside", why="conflict", reason="上月接了这家单位的顾问")
    assert (aid.case.state, aid.lawyer, aid.assignee) == ("assigned", "xu", "xu")
    assert LawyerTie.objects.values_list("kind", "name", "since").get() == ("acted", "江澜劳务有限公司", NOW.date())
    assert aid.facts.former == [aid.cast.accounts["wei"].pk]
    assert Aid(aid.cast).assigned().lawyer == "xu"


def test_the_worker_may_ask_for_another_lawyer(aid: Aid) -> None:
    aid.working().do("alice", "ask_replacement", reason="打电话没有人接")
    assert (aid.due("replacement"), aid.lawyer) == (date(2026, 11, 23), "wei")
    refused("asked_already", Conflict, aid, "alice", "ask_replacement", reason="再说一次")
    aid.do("head", "replace", why="asked")
    assert (aid.case.state, aid.lawyer, aid.clock("replacement").state) == ("assigned", "xu", "met")
    assert checks(aid) == [("wei", ""), ("xu", "")]
    aid.do("alice", "ask_replacement", reason="还是不合适")
    aid.do("head", "keep_lawyer", reason="已当面沟通")
    assert (aid.lawyer, aid.clock("replacement").state) == ("xu", "met")
    refused("nobody_free", Conflict, aid, "head", "replace", why="asked")


def test_what_was_set_with_a_lawyer_who_leaves_is_off(aid: Aid) -> None:
    aid.working().do("wei", "sit", at="2026-12-08T09:00", place="第二仲裁庭")
    aid.do("head", "replace", why="unable")
    assert Sitting.objects.values_list("state", "leader__login").get() == ("off", "wei")


def test_only_the_lawyer_logs_and_reports(aid: Aid) -> None:
    aid.working()
    refused("not_lawyer", Conflict, aid, "head", "log_work", day=aid.day(), work="talks", hours="1")
    for data, field in (
        ({"day": "2026-11-15"}, "day"), ({"day": "2026-12-31"}, "day"), ({"hours": "25"}, "hours"),
        ({"hours": "0"}, "hours"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as caught:
            aid.do("wei", "log_work", **({"day": aid.day(), "work": "talks", "hours": "1"} | data))
        assert [p.field for p in caught.value.problems] == [field]
    aid.do("wei", "log_work", day=aid.day(), work="talks", hours="1.25", said="与单位协商")
    aid.do("wei", "strike_work", entry=1, reason="记错了")
    rows = WorkEntry.objects.filter(case__no=aid.no).order_by("no")
    assert [(row.minutes, row.struck, row.note) for row in rows] == [
        (120, True, "起草申请书"),
        (75, False, "与单位协商"),
    ]
    with pytest.raises(Invalid) as caught:
        aid.do("wei", "report", way="suit", result="won", report="已结", documents=False)
    assert [p.field for p in caught.value.problems] == ["documents"]
    aid.do("wei", "report", way="suit", result="won", recovered="100", report="已结", documents=True)
    letter = Letter.objects.get(kind="closing")
    assert (aid.facts.minutes, letter.facts["hours"], letter.lines.count()) == (75, "1.2", 1)


def test_another_lawyer_reviews_and_the_case_is_theirs_meanwhile(aid: Aid) -> None:
    aid.reported()
    with pytest.raises(Invalid) as caught:
        aid.do("head", "assign_review", reviewer=aid.cast.accounts["wei"].pk)
    assert [p.code for p in caught.value.problems] == ["own_work"]
    aid.do("head", "assign_review")
    assert (aid.case.state, aid.assignee, aid.due("review")) == ("review", "xu", date(2026, 12, 1))
    with pytest.raises(Invalid) as caught:
        aid.do("xu", "review", **(REVIEW | {"law": 21}))
    assert [p.field for p in caught.value.problems] == ["law"]
    aid.do("xu", "review", **(REVIEW | {"enough": False}))
    assert (aid.case.state, aid.assignee, aid.due("progress")) == ("working", "wei", date(2026, 12, 2))
    aid.do("wei", "report", way="arbitration", result="won", report="补充了证据说明", documents=True)
    aid.do("head", "assign_review")
    aid.do("xu", "review", **REVIEW)
    assert (aid.case.state, aid.assignee, aid.due("callback")) == ("follow_up", "wei", date(2026, 11, 20))
    assert list(Review.objects.order_by("no").values_list("no", "total", "enough")) == [(1, 88, False), (2, 88, True)]


def test_who_did_the_work_does_not_approve_its_subsidy(aid: Aid) -> None:
    from zhijia.kernel.people.rosters import enter

    head = aid.cast.accounts["head"]
    enter(
        org_id=aid.cast.orgs["qinghe"].pk, roster="legal_aid.lawyer", account_id=head.pk,
        actor=aid.cast.actor("head"), now=NOW,
    )  # fmt: skip
    aid.screened().do("head", "grant", because="属于援助范围")
    aid.do("head", "assign", lawyer=head.pk)
    aid.do("head", "meet_client", note="已见面")
    aid.do("head", "log_work", day=aid.day(), work="meeting", hours="1")
    aid.do("head", "report", way="advice", result="settled", report="已答复", documents=True)
    refused("own_work", Conflict, aid, "head", "waive_review", reason="自己看过")
    aid.do("head", "assign_review", reviewer=aid.cast.accounts["wei"].pk)
    aid.do("wei", "review", **REVIEW)
    aid.do("caller", "confirm_solved", satisfaction="satisfied")
    for step, data in (("approve_subsidy", {}), ("no_subsidy", {"reason": "公职"})):
        refused("own_work", Conflict, aid, "head", step, **data)


def test_a_subsidy_follows_the_table_and_is_booked_twice(aid: Aid) -> None:
    aid.followed()
    assert (aid.case.state, aid.due("subsidy")) == ("subsidy", date(2026, 12, 16))
    with pytest.raises(Invalid) as caught:
        aid.do("head", "approve_subsidy", subsidy="1500.01")
    assert [str(p.message) for p in caught.value.problems] == ["这类办理方式的标准最高 1,500 元。"]
    aid.do("head", "approve_subsidy")
    unit, keys = aid.case.unit_id, {}

    def books() -> list[int]:
        keys.update({b.key: b.fen for b in balances_of([expense_of(unit), owed_for(aid.case.pk), money_of(unit)])})
        return [keys.get(k, 0) for k in (expense_of(unit), owed_for(aid.case.pk), money_of(unit))]

    assert (aid.facts.subsidy, aid.facts.approver_id, books()) == (
        1_500_00,
        aid.cast.accounts["head"].pk,
        [1_500_00, -1_500_00, 0],
    )
    assert Letter.objects.get(kind="subsidy").facts["subsidy_capital"] == "壹仟伍佰元整"
    aid.do("head", "pay_subsidy", paid_on=aid.day(), voucher="2026-118")
    assert (aid.case.state, aid.facts.closing_code, books()) == ("closed", "helped", [1_500_00, 0, -1_500_00])


def test_the_worker_is_asked_by_another_unit_and_not_solved_goes_one_level_up(aid: Aid) -> None:
    aid.reported().do("head", "waive_review", reason="材料齐全")
    for _n in range(3):
        aid.do("caller", "call_missed", note="未接")
    aid.do("caller", "give_up")
    assert (aid.case.state, aid.facts.closing_code) == ("subsidy", "unreached")
    aid.do("alice", "report_unsolved", remark="只拿到一半")
    assert (aid.case.state, aid.case.unit.name, aid.assignee, aid.facts.lawyer_id) == (
        "granted",
        "澜江市总工会",
        "",
        None,
    )
    assert (aid.due("assign"), aid.facts.former) == (date(2026, 11, 20), [aid.cast.accounts["wei"].pk])


def test_ending_the_aid_names_its_ground_and_may_be_objected_to(aid: Aid) -> None:
    aid.working().do("head", "terminate", ending="own_lawyer", because="已自行委托律师")
    letter = Letter.objects.get(kind="termination")
    assert letter.facts["ground"] == "自行委托了律师或者其他代理人"
    assert (aid.case.state, aid.due("object"), aid.clock("progress").state) == ("terminated", date(2027, 1, 15), "met")
    aid.hours = 24 * 62
    aid.do("head", "let_rest")
    assert (aid.case.state, aid.facts.closing_code) == ("closed", "terminated")
