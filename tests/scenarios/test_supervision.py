"""One letter, two documents through the pages that people use: from a clue to a typical case, from a notice of
dismissal to the worker's rights; and what the employer never learns."""

import pytest
from django.test import Client

from tests.cast import Cast
from tests.modules.supervision.kit import staff
from tests.scenarios.pages import Pages, words
from zhijia.kernel.base import clock
from zhijia.kernel.cases.models import Case
from zhijia.kernel.documents.models import Letter
from zhijia.modules.supervision.models import Supervision, TypicalCase

FINDING = "九月、十月工资没有按时足额发放，车间公告栏写明等货款。"
FIRM = "江澜鼎新服装有限公司"
CLUE = {
    "finding": FINDING, "category": "wages", "employer_name": FIRM, "industry": "manufacture", "people": "36",
    "source": "worker",
}  # fmt: skip


@pytest.fixture
def pages(cast: Cast) -> Pages:
    staff(cast)
    return Pages(cast, "supervision")


def test_from_a_clue_over_opinion_and_authority_to_a_typical_case(pages: Pages) -> None:
    pages.tell(**CLUE)
    assert (pages.case.state, pages.case.unit.name, f"{pages.clock('register').due_at:%Y-%m-%d}") == (
        "clue", "青禾区总工会", "2026-11-23",
    )  # fmt: skip
    pages.do("zhou", "take_up")
    pages.do("zhou", "draft_receipt")
    assert "江澜鼎新服装有限公司" in words(pages.issue("receipt"))
    pages.do("zhou", "hear", side="workers", note="班组长说明了情况", after=1)
    pages.do("zhou", "hear", side="employer", note="人事经理称周转困难")
    pages.do("zhou", "investigate", after=1, first_card="JL-2031", second_card="JL-2044")
    pages.do(
        "zhou", "record_inquiry", day="2026-11-18", kind="papers", cards="1", place="财务室", copies="14",
        said="工资表和银行流水不符",
    )  # fmt: skip
    pages.do("zhou", "draft_record")
    assert "JL-2031" in words(pages.letter("record"))
    pages.do("zhou", "draft_opinion", demand="十五日内付清工资", law="劳动合同法第三十条")
    opinion = pages.issue("opinion")  # signed and served on the letter's own page: the case goes on by itself
    assert (pages.case.state, opinion.number, f"{pages.clock('reply').due_at:%Y-%m-%d}") == (
        "opinion", "青禾区总工会监意〔2026〕1号", "2026-12-09",
    )  # fmt: skip
    pages.do("zhou", "record_reply", after=10, reply="reasons", note="称另有约定")
    pages.do("zhou", "draft_recommendation", ground_to_act="uncorrected", authority="青禾区人社局", demand="责令支付")
    pages.issue("recommendation")
    pages.do("zhou", "note_opening", after=3, authority_no="青人社监立〔2026〕18号")
    pages.do("zhou", "record_decision", after=20, decision="ordered", note="责令十五日内支付")
    for name, word, fen in (("张师傅", "yes", "8400"), ("李师傅", "yes", "7900"), ("王师傅", "partly", "3000")):
        pages.do("zhou", "ask_worker", name=name, day=f"{pages.now:%Y-%m-%d}", how="face", word=word, fen=fen)
    desk = pages.page("zhou")
    assert [said for said in ("张师傅", "JL-2031", "3,000", "2026〕1号") if said not in desk] == []
    pages.do("zhou", "verify_done", closing_code="ordered", workers="36", recovered="302400", result="已付清")
    worker = pages.page("alice")
    assert (pages.case.state, "张师傅" in worker, "JL-2031" in worker, "工资表和银行流水" in worker) == (
        "closed", False, False, False,
    )  # fmt: skip
    pages.do("zhou", "draft_closing")
    assert (pages.letter("closing").facts["recovered"], "张师傅" in words(pages.letter("closing"))) == (
        "302,400.00",
        False,
    )
    text = {
        "heading": "一纸意见书追回三十万元",
        "body": "某服装企业拖欠工资，工会查账后发出意见书。",
        "lesson": "先查账再发函。",
    }
    pages.do("zhou", "propose_typical", expect=422, **{**text, "body": f"{FIRM}拖欠工资"})
    pages.do("zhou", "propose_typical", **text)
    pages.do("head", "decide_typical", verdict="publish")
    with clock.at(pages.now):
        shown = Client().get(f"/cases/typical/{TypicalCase.objects.get().pk}/").content.decode()
    assert [said for said in ("一纸意见书追回三十万元", "制造业") if said not in shown] == []


def test_the_union_above_acts_and_the_worker_hears_of_it(pages: Pages) -> None:
    pages.tell(**CLUE)
    pages.do("zhou", "hand_up", expect=422, retold="青禾区的职工 Alice 反映拖欠工资", reason="保护基层干部")
    pages.do("zhou", "hand_up", retold="该企业两个月没有足额发放工资。", reason="保护基层干部")
    above = pages.follow(Supervision.objects.get(case__no=pages.no).above)
    assert (pages.case.state, above.case.unit.name, Case.objects.count()) == ("above", "澜江市总工会", 2)
    above.do("city", "take_up")
    above.do("city", "draft_reminder", demand="付清工资", law="劳动合同法第三十条")
    letter = above.issue("reminder", by="city_head", served_by="city")
    said = f"{words(letter)} {above.page('city')}"
    assert [secret for secret in ("Alice", "Zhou", "青禾区总工会", FINDING, pages.no) if secret in said] == []
    assert "上级工会" in pages.page("alice")
    pages.do("alice", "pass_up_retaliation", form="moved", words="被调去夜班")
    assert above.case.urgent is True
    above.do("city_head", "answer_retaliation", reached="stopped", result="已要求恢复原岗位")
    assert pages.steps()[-1] == "hear_above"


def test_a_dismissal_of_which_the_union_was_told(cast: Cast) -> None:
    notice = Pages(cast, "dismissal_notice").tell(
        "zhou", grounds="以多次旷工为由，拟解除劳动合同。", category="fault", employer_name=FIRM, worker="赵某",
        told="before", planned_on="2026-11-25",
    )  # fmt: skip
    notice.do("zhou", "draft_objection", against="facts", objection="考勤显示当日在岗", law="劳动合同法第三十九条")
    letter = notice.issue("objection")
    assert (notice.case.state, letter.addressee, "第四十三条" in words(letter)) == ("objected", FIRM, True)
    notice.do("zhou", "record_answer", after=3, answer="upholds", written="1", note="坚持原决定")
    notice.do("zhou", "tell_rights", way="一年内申请仲裁，可以要求二倍赔偿金")
    assert Letter.objects.get(kind="rights").public is True
    notice.do("zhou", "close", after=5, closing_code="pursued", result="已转法律援助")
    assert (notice.case.state, notice.steps()[-1]) == ("closed", "close")
