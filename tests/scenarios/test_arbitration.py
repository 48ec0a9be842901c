"""Wages before the commission, from the first word to the closing of the court's enforcement, through the pages."""

from datetime import date

from tests.cast import Cast
from tests.scenarios.pages import Pages, words
from zhijia.kernel.cases.models import Link
from zhijia.modules.arbitration.models import Arbitration

COURT = "江澜市青禾区人民法院"


def test_from_the_first_word_to_enforcement(cast: Cast) -> None:
    case = Pages(cast, "arbitration")
    case.tell(
        "alice", claim="九月和十月的工资没给，人已经走了。", category="wages", employer_name="江澜劳务有限公司",
        amount="16800", known_on="2026-10-31", ended="2026-10-31",
    )  # fmt: skip
    facts = Arbitration.objects.get
    assert (case.case.state, case.case.due_key, case.clock("limitation").due_at.date()) == (
        "preparing", "prepare", date(2027, 11, 1),
    )  # fmt: skip
    mine = " ".join(case.page("alice").split())
    assert mine.count("劳动争议仲裁不收费（劳动争议调解仲裁法第五十三条）。") == 1
    assert mine.count("到 2027 年 10 月 31 日 为止") == 1  # the safe day, which no Sunday moves

    # claims, evidence, papers
    case.do("zhou", "add_claim", item="wages", said="2026 年 9 月、10 月工资", fen="16,800")
    case.do("zhou", "add_claim", item="relation", said="2026 年 3 月至 10 月", fen="")
    case.do("zhou", "add_evidence", evidence="工资欠条", proves="欠付金额", held="worker", pages="1")
    case.do("zhou", "add_evidence", evidence="考勤记录", proves="出勤天数", held="employer")
    case.do(
        "zhou", "write", particulars="男，1990 年 3 月生，住江澜市青禾区城西路 5 号", reasons="约定按月付薪，没有付。",
        work_place="江澜市青禾区建设路 88 号", seat="江澜市北岭县解放路 8 号", principal="李某，执行董事",
    )  # fmt: skip
    said = words(case.letter("application"))
    for part in (
        "劳动人事争议仲裁申请书",
        "江澜市青禾区劳动人事争议仲裁委员会",
        "16,800.00",
        "2.考勤记录（来源：用人单位）",
        "申请人（签名）：",
    ):
        assert part in said
    case.do("zhou", "draft_evidence")
    case.do("zhou", "draft_power", agent="周明，青禾区总工会公职律师", scope="special")
    assert "代为承认、放弃、变更请求" in words(case.letter("power"))
    assert case.issue("application").number == "青禾区总工会仲申〔2026〕1号"

    # filed, accepted, every limit of the commission
    case.do("zhou", "lodge", filed_on="2026-11-16")
    assert case.clock("accept").due_at.date() == date(2026, 11, 23)
    case.do("zhou", "accept", after=4, accepted_on="2026-11-20", commission_no="青劳人仲案字〔2026〕第120号")
    assert [case.clock(key).due_at.date() for key in ("serve", "tribunal", "award")] == [
        date(2026, 11, 25), date(2026, 11, 25), date(2027, 1, 4),
    ]  # fmt: skip
    case.do("zhou", "served", after=5, served_on="2026-11-25")
    case.do("zhou", "tribunal", arbitrators="one", names="仲裁员陈某")
    case.do("zhou", "answered", after=9, answered_on="2026-12-04")
    case.do("zhou", "forwarded", answer="单位认可欠薪，对天数有异议。")
    case.do("zhou", "sit", notified_on="2026-12-04", at="2026-12-08T09:00", place="仲裁院第一仲裁庭")
    assert case.page("alice").count("开庭通知不足五日") == 1
    case.do("zhou", "sit_held", after=4, minutes_text="双方举证")
    case.do("zhou", "prolong", reason="主任批准延期")
    assert case.clock("award").due_at.date() == date(2027, 1, 19)

    # an award that does not say what it is: the minimum wage is asked for, and a mixed award is open
    award = {
        "award_on": "2027-01-07",
        "received_on": "2027-01-07",
        "declared": "silent",
        "results": "1 16800\n2 支持",
        "result": "裁决书",
    }
    asked = case.do("zhou", "award", after=30, expect=302, **award)
    assert (asked, facts().final, facts().granted) == ("", False, 16_800_00)
    assert (case.case.state, case.clock("sue").due_at.date()) == ("awarded", date(2027, 1, 22))
    assert case.page("alice").count("非终局裁决") == 1

    # nobody sues: in force, not kept, enforced
    case.do("zhou", "stands", after=18, perform_by="2027-02-05")
    case.do("zhou", "draft_enforcement", after=15, court=COURT)
    assert "尚欠人民币16,800.00元（大写：壹万陆仟捌佰元整）" in words(case.letter("enforcement"))
    case.do("zhou", "enforce", court=COURT, court_no="（2027）江01执26号")
    case.do("zhou", "draft_closing", advice="收到款项后请签收据。")
    assert words(case.letter("closing")).count("办结告知书") > 0
    case.do("zhou", "enforced", after=40, fen="16800", result="扣划到账")
    assert (case.case.state, facts().recovered, facts().closing_code) == ("closed", 16_800_00, "enforced")
    assert case.page("alice").count("Facts and reasons") == 0


def test_order_that_is_objected_to_goes_on_before_the_commission(cast: Cast) -> None:
    order = Pages(cast, "payment_order")
    order.tell(
        "alice",
        claim="欠条写明月底付清，没付。",
        category="wages",
        employer_name="江澜家具厂",
        amount="9600",
        known_on="2026-10-31",
    )
    order.do(
        "zhou", "write", particulars="女，1986 年生", reasons="欠条写明月底付清。", court=COURT, proofs="工资欠条",
        due_on="2026-10-31",
    )  # fmt: skip
    assert "劳动合同法第三十条第二款" in words(order.letter("application"))
    order.do("zhou", "apply", applied_on="2026-11-16")
    order.do("zhou", "accept", after=3, accepted_on="2026-11-19", court_no="（2026）江01民督12号")
    order.do("zhou", "issue", after=4, issued_on="2026-11-23")
    order.do("zhou", "serve", after=1, served_on="2026-11-24")
    assert order.clock("debtor").due_at.date() == date(2026, 12, 9)
    order.do("zhou", "object", after=7, objected_on="2026-12-01", result="金额有异议")
    order.do("zhou", "go_arbitration")
    made = order.follow(Link.objects.get(kind="spawned").case.no)
    assert (made.case.service, made.case.state, Arbitration.objects.get().amount) == (
        "arbitration",
        "preparing",
        960000,
    )
    assert made.page("alice").count("欠条写明月底付清") > 0
