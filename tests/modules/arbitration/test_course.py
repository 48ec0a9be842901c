"""Guards, dates and edges of an arbitration: what the law lets happen when, and what is asked before it is guessed."""

from datetime import date
from decimal import Decimal

import pytest

from tests.cast import NOW, QINGHE
from tests.modules.arbitration.kit import APPLICATION, Arbitrated
from tests.scenarios.story import refused
from zhijia.faces.access import seen_by
from zhijia.kernel.base.errors import Conflict, Invalid
from zhijia.kernel.cases.models import Case
from zhijia.kernel.cases.reckoning_models import Reckoning
from zhijia.kernel.documents.models import Letter, Line
from zhijia.kernel.rules.values import Unit, set_rule
from zhijia.kernel.service import registry
from zhijia.kernel.service.engine import context
from zhijia.modules.arbitration.models import Representative
from zhijia.modules.arbitration.ways import ways


def problems(caught: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [problem.field for problem in caught.value.problems]


def open_ways(case: Arbitrated) -> list[tuple[str, date | None]]:
    with seen_by(case.cast.actor("alice", case.now)) as actor:
        row = Case.objects.select_related("unit").get(no=case.no)
        return [
            (way.article, way.until) for way in ways(context(registry.service("arbitration"), row, actor, case.now))
        ]


# --- limitation -------------------------------------------------------------------------------------------------


def test_year_counts_from_the_end_for_wages_and_from_knowing_otherwise(case: Arbitrated) -> None:
    case.tell()
    assert case.due("limitation") == date(2027, 11, 1)  # 31 October 2027 is a Sunday
    assert open_ways(case) == [("劳动争议调解仲裁法27、53", date(2027, 10, 31))]  # the safe day moves nowhere
    case.do("alice", "record_act", kind="demand", day="2026-11-10", proved=True, proof="微信记录")
    assert case.due("limitation") == date(2027, 11, 10)
    case.do("zhou", "set_known", known_on="2026-08-03", employed=True)
    with pytest.raises(Invalid) as caught:
        case.do("zhou", "set_known", known_on="2026-08-03", employed=True, ended="2026-10-01")
    assert problems(caught) == ["ended"]
    other = Arbitrated(case.cast).tell(category="dismissal", known_on="2026-08-03", ended="")
    assert other.due("limitation") == date(2027, 8, 3)


def test_no_year_counts_for_wages_while_the_employment_lasts(case: Arbitrated) -> None:
    case.tell(employed=True, ended="")
    assert case.steps() == ["file"]
    assert not case.case.deadlines.filter(key="limitation").exists()
    assert open_ways(case) == [("劳动争议调解仲裁法27、53", None)]


# --- application ------------------------------------------------------------------------------------------------


def test_application_wants_claims_and_a_place_and_names_what_is_missing(case: Arbitrated) -> None:
    case.tell()
    refused("no_claims", Conflict, case, "zhou", "write", **APPLICATION)
    with pytest.raises(Invalid) as caught:
        case.do("zhou", "add_claim", item="wages", said="九月")
    assert problems(caught) == ["fen"]
    with pytest.raises(Invalid) as caught:
        case.do("zhou", "add_claim", item="other", said="开具证明")
    assert problems(caught) == ["basis"]
    case.claim().claim("relation", "")
    with pytest.raises(Invalid) as caught:
        case.do("zhou", "write", **APPLICATION | {"work_place": "", "seat": ""})
    assert problems(caught) == ["work_place"]
    refused("not_written", Conflict, case, "zhou", "lodge", filed_on="2026-11-16")
    case.do("zhou", "write", **APPLICATION)
    paper = Letter.objects.get(kind="application")
    assert (paper.facts["commission"], paper.facts["worker"], paper.facts["total"]) == (
        "江澜市青禾区劳动人事争议仲裁委员会", "Alice", "16,800.00",
    )  # fmt: skip
    assert (paper.content["to"], paper.content["sign"][0]) == ("", "申请人（签名）：")
    assert [line.cells for line in Line.objects.filter(letter=paper).order_by("place")] == [
        ["1", "拖欠工资：九月、十月", "劳动合同法第三十条", "16,800.00"],
        ["2", "确认劳动关系：九月、十月", "劳动合同法第七条", "0.00"],
    ]  # fmt: skip
    assert case.facts.amount == 16_800_00
    case.do("zhou", "drop_claim", claim_no=1, reason="重复")
    assert (case.facts.amount, case.items()[0].dropped) == (0, True)


def test_claim_takes_sum_article_and_worker_from_a_calculation(case: Arbitrated) -> None:
    alice = case.tell().cast.person_id("alice")
    worked_out = Reckoning.objects.create(
        case=case.case, calculator="severance", family="ending", region=QINGHE, day=date(2026, 11, 16), low=0,
        high=36_000_00, article="劳动合同法47", version="1", public=True, at=NOW, person_id=alice,
        content={"zh-hans": {"title": "经济补偿"}},
    )  # fmt: skip
    case.do("zhou", "add_claim", item="severance", said="六年", reckoning=worked_out.pk)
    (claim,) = case.items()
    assert (claim.amount, claim.basis, claim.person_id) == (36_000_00, "劳动合同法47", case.cast.person_id("alice"))
    case.do(
        "zhou", "add_claim", item="severance", said="六年", reckoning=worked_out.pk, fen="30000", basis="劳动合同法87"
    )
    assert (case.items()[1].amount, case.items()[1].basis) == (30_000_00, "劳动合同法87")
    with pytest.raises(Invalid) as caught:
        case.do("zhou", "add_claim", item="severance", said="六年", reckoning=worked_out.pk + 1)
    assert problems(caught) == ["reckoning"]


def test_ten_workers_choose_who_speaks_for_them(case: Arbitrated) -> None:
    case.tell(people=9).claim()
    refused(
        "few", Conflict, case, "zhou", "choose_representative", worker=case.cast.person_id("alice"), day="2026-11-16"
    )
    many = Arbitrated(case.cast).tell(people=12).claim()
    assert many.case.marks == {"people": 12}
    refused("nobody_chosen", Conflict, many, "zhou", "draft_representatives")
    with pytest.raises(Invalid) as caught:
        many.do("zhou", "choose_representative", worker=many.cast.person_id("bob"), day="2026-11-16")
    assert problems(caught) == ["worker"]  # not a worker of this case
    for _twice in range(2):
        many.do("zhou", "choose_representative", worker=many.cast.person_id("alice"), day="2026-11-16")
    many.do("zhou", "draft_representatives")
    assert (Representative.objects.count(), Letter.objects.get(kind="representatives").facts["people"]) == (1, "12")


# --- before the commission --------------------------------------------------------------------------------------


def test_silence_is_one_after_five_days_and_opens_the_court(case: Arbitrated) -> None:
    case.filed()
    assert case.due("accept") == date(2026, 11, 23)  # 21 November is a Saturday
    refused("too_early", Conflict, case, "zhou", "silent")
    case.on("2026-11-24").do("zhou", "silent")
    assert (case.case.state, case.facts.ground, case.case.due_key) == ("refused", "silent", "suit")
    case.do("zhou", "draft_complaint", court="江澜市青禾区人民法院")
    assert "逾期没有作出受理决定" in Letter.objects.get(kind="complaint").facts["ground"]
    case.do("zhou", "accept", accepted_on="2026-11-24")  # accepted after all
    assert (case.case.state, case.facts.ground, case.due("award")) == ("accepted", "", date(2027, 1, 8))


def test_every_limit_between_acceptance_and_hearing(case: Arbitrated) -> None:
    case.accepted()
    assert [case.due(key) for key in ("serve", "tribunal", "award")] == [
        date(2026, 11, 25), date(2026, 11, 25), date(2027, 1, 4),
    ]  # fmt: skip
    case.on("2026-11-25").do("zhou", "served", served_on="2026-11-25")
    assert case.due("answer") == date(2026, 12, 7)  # 5 December is a Saturday
    with pytest.raises(Invalid) as caught:
        case.do("zhou", "answered", answered_on="2026-11-19")
    assert problems(caught) == ["answered_on"]
    case.on("2026-12-04").do("zhou", "answered", answered_on="2026-12-04")
    assert case.due("forward") == date(2026, 12, 9)
    case.do("zhou", "sit", notified_on="2026-12-04", at="2026-12-09T09:00", place="第一仲裁庭")
    assert (case.case.state, case.due("postpone")) == (
        "hearing",
        date(2026, 12, 4),
    )  # 6 December is a Sunday: backwards
    case.do("zhou", "ask_postponement", postpone_reason="家人住院")
    assert Letter.objects.get(kind="postponement").facts["hearing"] == "2026年12月9日09:00"
    case.do("zhou", "postponement_decided", postponement="granted")
    case.on("2026-12-07").do("zhou", "sit_moved", notified_on="2026-12-07", at="2026-12-21T09:00", place="第一仲裁庭")
    assert (case.facts.postponement, case.due("postpone")) == ("", date(2026, 12, 18))
    case.on("2026-12-19")
    refused("too_late", Conflict, case, "zhou", "ask_postponement", postpone_reason="又不行")
    case.on("2026-12-21").do("zhou", "sit_held", minutes_text="双方举证")
    case.do("zhou", "prolong", reason="主任批准")
    assert (case.case.state, case.due("award")) == ("heard", date(2027, 1, 19))
    refused("no_extension_left", Conflict, case, "zhou", "prolong", reason="再延")


def test_late_award_opens_the_court_unless_the_commission_is_excused(case: Arbitrated) -> None:
    case.accepted().on("2026-12-30")
    refused("too_early", Conflict, case, "zhou", "award_late", waits_for="nothing")
    case.on("2027-01-05")
    with pytest.raises(Invalid) as caught:
        case.do("zhou", "award_late", waits_for="appraisal")
    assert problems(caught) == ["waits_for"]
    case.do("zhou", "award_late", waits_for="nothing")
    assert (case.case.state, case.facts.ground) == ("overdue", "late")
    assert open_ways(case) == [("劳动争议调解仲裁法29、43", date(2027, 1, 20))]
    case.award()  # it came after all
    assert (case.case.state, case.facts.ground) == ("awarded", "")


def test_advance_enforcement_is_for_pay_and_wants_both_conditions(case: Arbitrated) -> None:
    case.accepted()
    with pytest.raises(Invalid) as caught:
        case.do("zhou", "ask_advance", clear=True, hardship=False, advance_fen="5000", advance_reason="没钱")
    assert problems(caught) == ["hardship"]
    case.do("zhou", "ask_advance", clear=True, hardship=True, advance_fen="5000", advance_reason="一家靠它生活")
    assert Letter.objects.get(kind="advance").facts["advance_capital"] == "伍仟元整"
    case.do("zhou", "advance_decided", advance="granted")
    refused("nothing_asked", Conflict, case, "zhou", "advance_decided", advance="granted")


# --- award ------------------------------------------------------------------------------------------------------


def test_silent_award_asks_for_the_minimum_wage_and_never_guesses(case: Arbitrated) -> None:
    case.accepted().on("2026-12-28")
    with pytest.raises(Invalid) as caught:
        case.award(declared="silent")
    assert problems(caught) == ["minimum_wage"]
    case.award(declared="silent", minimum_wage="2490")
    assert (case.facts.final, case.items()[0].final, case.facts.granted) == (True, True, 16_800_00)
    assert (case.due("sue"), case.due("set_aside")) == (date(2027, 1, 12), date(2027, 1, 27))
    assert [article for article, _until in open_ways(case)] == ["劳动争议调解仲裁法48", "劳动争议调解仲裁法49"]
    refused("final", Conflict, case, "zhou", "employer_sues", court="法院")


def test_value_on_record_is_used_and_one_item_above_it_opens_the_award(case: Arbitrated) -> None:
    set_rule(
        key="calculators.minimum_wage_month", region=QINGHE, value=Decimal(1400), unit=Unit.YUAN, basis="测试",
        verified=True,
        valid_from=date(2026, 1, 1), actor_id=None, now=NOW,
    )  # fmt: skip
    case.filed().claim("leave", "3000")
    case.on("2026-11-20").do("zhou", "accept", accepted_on="2026-11-20")
    case.on("2026-12-28").award("1 16800.01\n2 3000", "silent")  # the limit is 16,800
    assert ([item.final for item in case.items()], case.facts.final) == ([False, True], False)
    assert not case.case.deadlines.filter(key="set_aside").exists()
    refused("too_early", Conflict, case, "zhou", "stands")
    refused("not_final", Conflict, case, "zhou", "challenge", court="中院")
    case.on("2027-01-13")
    with pytest.raises(Invalid) as caught:
        case.do("zhou", "sue", sued_on="2027-01-13", court="法院")
    assert problems(caught) == ["sued_on"]
    case.do("zhou", "stands", perform_by="2027-01-28")
    assert (case.case.state, case.due("perform")) == ("effective", date(2027, 1, 29))


@pytest.mark.parametrize(
    ("results", "field"), [("1 x", "results"), ("2 5", "results"), ("1 16800\n2 1", "results"), ("1 支持", "results")]
)
def test_results_name_each_claim_once_and_in_money(case: Arbitrated, results: str, field: str) -> None:
    case.accepted().on("2026-12-28")
    with pytest.raises(Invalid) as caught:
        case.award(results)
    assert problems(caught)[:1] == [field]


def test_sum_of_several_workers_above_the_limit_is_to_be_split(case: Arbitrated) -> None:
    case.tell(people=12).claim(fen="201600")
    case.do("zhou", "write", **APPLICATION)
    case.do("zhou", "lodge", filed_on="2026-11-16")
    case.on("2026-11-20").do("zhou", "accept", accepted_on="2026-11-20")
    case.on("2026-12-28")
    with pytest.raises(Invalid) as caught:
        case.award("1 201600", "silent", minimum_wage="2490")
    assert problems(caught) == ["results"]


def test_partial_award_is_kept_and_the_rest_decided_later(case: Arbitrated) -> None:
    case.filed().claim("severance", "9000")
    case.on("2026-11-20").do("zhou", "accept", accepted_on="2026-11-20")
    case.on("2026-12-10").do("zhou", "partial_award", claim_no=1, yes=True, fen="16800", partial_on="2026-12-10")
    assert case.due("partial") == date(2026, 12, 25)
    case.do("zhou", "partial_left")
    case.on("2026-12-28").award("2 9000", "open")
    assert [(item.partial, item.awarded) for item in case.items()] == [(True, 16_800_00), (False, 9_000_00)]
    assert case.facts.granted == 25_800_00


# --- after the award --------------------------------------------------------------------------------------------


def test_award_that_is_set_aside_gives_fifteen_days_for_a_suit(case: Arbitrated) -> None:
    case.accepted().on("2026-12-28").award()
    case.on("2027-01-20").do("zhou", "challenge", court="江澜市中级人民法院")
    case.on("2027-03-01").do("zhou", "award_set_aside", refused_on="2027-03-01", result="裁定撤销")
    assert (case.case.state, case.due("suit_set_aside")) == ("void", date(2027, 3, 16))
    assert open_ways(case) == [("劳动争议调解仲裁法49", date(2027, 3, 16))]
    case.do("zhou", "sue", sued_on=case.today(), court="江澜市青禾区人民法院")
    assert (case.case.state, case.facts.ground) == ("first", "set_aside")


def test_suit_that_came_in_time_may_be_recorded_later(case: Arbitrated) -> None:
    case.accepted().on("2026-12-28").award()
    case.on("2027-01-14").do("zhou", "sue", sued_on="2027-01-12", court="江澜市青禾区人民法院")
    assert (case.case.state, case.facts.ground) == ("first", "award")


def test_refused_enforcement_gives_thirty(case: Arbitrated) -> None:
    case.accepted().on("2026-12-28").award()
    case.do("zhou", "stands", perform_by="2027-01-15")
    refused("too_early", Conflict, case, "zhou", "enforce", court="法院")
    case.on("2027-01-18").do("zhou", "draft_enforcement", court="江澜市青禾区人民法院")
    assert Letter.objects.get(kind="enforcement").facts["owed"] == "16,800.00"
    case.do("zhou", "enforce", court="江澜市青禾区人民法院")
    case.on("2027-02-01").do("zhou", "not_enforced", refused_on="2027-02-01", result="不予执行")
    assert case.due("suit_unenforced") == date(2027, 3, 3)


def test_suit_taken_back_leaves_the_award_in_force_and_one_without_award_ends(case: Arbitrated) -> None:
    case.accepted().on("2026-12-28").award(declared="open")
    case.do("zhou", "sue", sued_on=case.today(), court="江澜市青禾区人民法院")
    case.do("zhou", "suit_ended", result="准予撤诉")
    assert (case.case.state, case.facts.title_kind) == ("effective", "award")
    other = Arbitrated(case.cast).filed()
    other.on("2026-11-24").do("zhou", "silent")
    other.do("zhou", "sue", sued_on=other.today(), court="江澜市青禾区人民法院")
    other.do("zhou", "suit_ended", result="驳回起诉")
    assert (other.case.state, other.facts.closing_code) == ("closed", "lost")


def test_nobody_is_left_without_the_ways_that_remain(case: Arbitrated) -> None:
    case.accepted().on("2026-12-28").award("1 0", "open")
    refused("not_advised", Conflict, case, "zhou", "conclude", closing_code="lost")
    case.do("zhou", "draft_closing", advice="可以申请法律援助。")
    note = Letter.objects.get(kind="closing")
    assert "最后期限2027年1月12日；劳动争议调解仲裁法50" in note.facts["ways"]
    assert (note.addressee, note.content["to"]) == ("Alice", "Alice")
    case.do("zhou", "conclude", closing_code="lost")
    assert (case.case.state, case.case.parties.get().status) == ("closed", "unsolved")
