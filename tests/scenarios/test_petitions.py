"""Letters and visits: from a group that comes in person to the re-review that concludes it, through the pages."""

from datetime import date

from tests.cast import Cast
from tests.scenarios.pages import Pages, words
from zhijia.kernel.cases.models import Case
from zhijia.kernel.notify.models import Message

HEATING = {
    "content": "厂里宿舍停暖三周了，向车间说过两次没人管，请工会帮着解决。", "category": "appeal",
    "wish": "恢复供暖，补发取暖补贴", "accused": "江澜纺织有限公司", "people": "12", "representatives": "3",
    "channel": "visit",
}  # fmt: skip


def test_petition_is_told_decided_reviewed_and_concluded_in_time(cast: Cast) -> None:
    told = Pages(cast, "petitions").tell(**HEATING)
    assert (told.case.state, told.case.unit.name, told.clock("sort").due_at.date()) == (
        "registered", "青禾区总工会", date(2026, 12, 1),
    )  # fmt: skip
    told.do("zhou", "accept", after=1, note="先到宿舍看")
    assert told.clock("handling").due_at.date() == date(2027, 1, 18)  # 60 days end on a Saturday
    told.do("zhou", "draft_receipt")
    receipt = told.issue("receipt")
    assert (receipt.addressee, receipt.number, told.clock("told").state) == (
        "Alice",
        "青禾区总工会信受〔2026〕1号",
        "met",
    )
    assert ("60天内办结" in words(receipt), "申诉求决类" in words(receipt)) == (True, True)
    told.do("zhou", "ask_extension", after=30, reason="要等供热公司检修")
    told.do("head", "grant_extension", reason="情况属实")
    assert told.clock("handling").due_at.date() == date(2027, 2, 17)  # 30 days more
    told.do("zhou", "draft_extension")
    assert "要等供热公司检修" in words(told.issue("extension"))
    told.do(
        "zhou",
        "draft_opinion",
        after=10,
        opinion="情况属实，已恢复供暖，按每人每月八十元补发。",
        law="《中华人民共和国劳动法》第五十四条",
    )
    opinion = told.issue("opinion")
    assert told.case.state == "opinion"
    assert ("向澜江市总工会请求复查" in words(opinion), "自收到本意见书之日起30天内" in words(opinion)) == (True, True)
    assert told.clock("review_request").due_at.date() == date(2027, 1, 26)
    assert "情况属实，已恢复供暖" in told.page("alice")

    told.do("alice", "ask_review", after=20, reason="补贴少算了一个月")
    assert (told.case.state, told.case.unit.name) == ("review", "澜江市总工会")
    assert told.clock("review").due_at.date() == date(2027, 2, 15)
    told.do("city", "draft_review", after=5, review_outcome="changed", review_opinion="变更为补发两个月。")
    told.do("city", "serve_review", served="direct", day=f"{told.now:%Y-%m-%d}", proof="本人签收")
    told.do("alice", "ask_re_review", after=12, reason="还应当赔偿电费")
    assert (told.case.state, told.case.unit.name) == ("re_review", "江澜省总工会")
    told.do("leader", "draft_re_review", after=3, final_outcome="upheld", final_opinion="电费没有依据，维持复查意见。")
    told.do("leader", "serve_re_review", served="direct", day=f"{told.now:%Y-%m-%d}", proof="本人签收")
    assert (told.case.state, told.case.closed_at) == ("concluded", told.now)
    assert "各级党委和政府信访部门和其他机关、单位不再受理" in words(told.letter("re_review"))
    assert Message.objects.filter(case=told.case, template="petitions.concluded", channel="app").count() == 1

    again = Pages(cast, "petitions", days=told.days).tell(**HEATING)
    again.do("zhou", "refuse", ground="concluded", way="已经复核终结", expect=422)
    again.do(
        "zhou", "refuse", ground="concluded", way="已经复核终结", earlier=told.no, expect=422
    )  # not the county's to see
    assert again.case.state == "registered"


def test_complaint_about_conduct_never_reaches_whom_it_is_about(cast: Cast) -> None:
    told = Pages(cast, "petitions").tell(
        content="单位工会副主席把慰问品分给亲戚。", category="report", accused="北岭县总工会副主席",
    )  # fmt: skip
    assert told.case.confidential
    page = told.do("zhou", "assign", unit=str(cast.orgs["beiling"].pk), reason="属地", expect=422)
    assert "反映的就是该单位，不得把内容转给它。" in page
    told.do("zhou", "draft_transfer", body="北岭县总工会", expect=422)
    told.do("zhou", "accept")
    told.do("zhou", "draft_opinion", opinion="x", law="x", expect=409)
    told.do("head", "conclude_report", found="discipline", reply="已移交有管理权限的纪检机构。")
    assert (told.case.state, Case.objects.filter(service="petitions").count()) == ("reported", 1)
