"""Each paper of legal aid: to whom it goes, what it says, and that an employer gets none."""

import json

from tests.modules.legal_aid.kit import EMPLOYER, Aid
from zhijia.kernel.documents import letters
from zhijia.kernel.documents.models import Letter


def paper(aid: Aid, kind: str) -> Letter:
    """The one letter of this kind."""
    return Letter.objects.get(case__no=aid.no, kind=kind)


def words(letter: Letter) -> str:
    """Everything that it says."""
    return json.dumps(letter.content, ensure_ascii=False)


def test_the_papers_of_a_case_from_the_form_to_the_subsidy(aid: Aid) -> None:
    aid.screened().do("zhou", "draft_application")
    aid.do("head", "grant", because="申请人系进城务工人员，请求支付劳动报酬。")
    aid.do("head", "assign")
    aid.do("wei", "meet_client", note="已见面")
    aid.do("wei", "draft_official", tribunal="青禾区劳动人事争议仲裁委员会")
    aid.do("wei", "log_work", day=aid.day(), work="hearing", hours="3")
    aid.do("wei", "report", way="suit", result="partly", recovered="9000", report="判决支持部分请求", documents=True)
    aid.do("head", "waive_review", reason="材料齐全")
    aid.do("caller", "confirm_solved", satisfaction="satisfied")
    aid.do("head", "approve_subsidy", subsidy="1800")
    found = {letter.kind: (letter.title, letter.addressee) for letter in Letter.objects.filter(case__no=aid.no)}
    assert found == {
        "application": ("法律援助申请表", "青禾区总工会"), "grant": ("给予法律援助决定书", "Alice"),
        "assignment": ("法律援助指派通知书", "wei律师"), "power": ("授权委托书", "青禾区总工会"),
        "official": ("法律援助公函", "青禾区劳动人事争议仲裁委员会"),
        "closing": ("法律援助案件结案报告", "青禾区总工会"), "subsidy": ("法律援助补贴审批表", "青禾区总工会"),
    }  # fmt: skip
    assert [kind for kind in found if paper(aid, kind).addressee == EMPLOYER] == []
    grant = words(paper(aid, "grant"))
    assert [
        s in grant for s in ("Alice：", "免予核查事由：农民工请求支付劳动报酬", "第三十一条", "请求更换法律援助人员")
    ] == [True] * 4
    subsidy = words(paper(aid, "subsidy"))
    assert [s in subsidy for s in ("当地标准：2,000.00元", "1,800.00元（大写：壹仟捌佰元整）", "批准人：Head")] == [
        True
    ] * 3
    closing = paper(aid, "closing")
    assert [line.cells for line in closing.lines.all()] == [["1", f"{aid.now:%Y}-11-16", "出庭", "180"]]
    assert {letter.kind for letter in Letter.objects.filter(case__no=aid.no) if letter.public} == {
        "application", "grant", "assignment", "power", "official",
    }  # fmt: skip


def test_a_refusal_says_how_to_object_and_gets_its_number(aid: Aid) -> None:
    aid.screened().do("head", "refuse", refusal="scope", because="借款不属于劳动争议。")
    letter = paper(aid, "refusal")
    said = words(letter)
    assert [
        s in said for s in ("理由：不属于法律援助范围。借款不属于劳动争议。", "五日内", "行政复议", "第四十九条")
    ] == [True] * 4
    issued = letters.issue(letter_id=letter.pk, seen=letter.version, actor=aid.cast.actor("head"), now=aid.now)
    assert issued.number == "青禾区总工会援不〔2026〕1号"
