"""The joint mechanism through its pages: a matter goes out with consent and comes back with feedback, a court's matter is
taken in, the decisions of a joint meeting are carried out."""

# ruff: noqa: E501 (what is typed, as it is typed)

from datetime import date

from django.test import Client

from tests.cast import Cast
from tests.modules.rectification.kit import NAME, mender
from tests.scenarios.pages import Pages, words
from zhijia.kernel.base import clock
from zhijia.kernel.cases.models import Case
from zhijia.kernel.notify.models import Message
from zhijia.kernel.retention import consents
from zhijia.modules.joint.models import Agreement, Transfer

PAY = {
    "way": "out", "category": "inspection", "body": "青禾区劳动保障监察大队", "matter": "站点克扣骑手罚款，三个月共一万二千元。",
    "wanted": "请依法查处。", "employer_name": "青禾速送配送服务部", "people": "8", "worker_phone": "13800000001", "worker_name": "Alice",
}  # fmt: skip


def read(code: str, now: object) -> tuple[int, str]:
    """The page that the department opens, without an account."""
    with clock.at(now):  # type: ignore[arg-type]
        page = Client().get(f"/shared/{code}/")
    return page.status_code, page.content.decode()


def test_matter_goes_with_consent_and_comes_back_with_feedback(cast: Cast) -> None:
    sent = Pages(cast, "joint_transfer").tell("zhou", **PAY)
    assert (sent.case.unit.name, sent.case.applicant_id) == ("青禾区总工会", cast.person_id("alice"))
    sent.do("zhou", "add_material", title="扣款明细截图", copies="8")
    sent.do("zhou", "add_material", title="配送协议", original="1")
    sent.do("zhou", "draft_transfer", expect=409)
    sent.do("zhou", "ask_consent")
    sent.do("alice", "agree_share", after=1)
    sent.do("zhou", "draft_transfer")
    letter = sent.issue("transfer")
    assert (sent.case.state, letter.addressee, letter.number) == (
        "sent",
        "青禾区劳动保障监察大队",
        "青禾区总工会移〔2026〕1号",
    )
    assert [line.cells for line in letter.lines.all()] == [
        ["1", "扣款明细截图", "8", "复印件"],
        ["2", "配送协议", "1", "原件"],
    ]
    assert ("Alice" in words(letter), "涉及职工8人" in words(letter)) == (False, True)
    assert sent.clock("receipt").due_at.date() == date(2026, 11, 24)

    code = Transfer.objects.get().code
    assert code in words(letter)
    status, shown = read(code, sent.now)
    assert (status, "已移送，待回执" in shown, "2026年11月24日" in shown.replace("\u00a0", "").replace(" ", "")) == (
        200,
        True,
        True,
    )
    assert [word for word in ("Alice", "罚款", "速送", "1380") if word in shown] == []
    assert read("x" * 20, sent.now)[0] == 404

    sent.do("zhou", "receive", after=3, their_no="青劳监受〔2026〕41号", day=f"{sent.now:%Y-%m-%d}")
    assert sent.clock("feedback").due_at.date() == date(2026, 12, 21)  # 30 days end on a Sunday
    sent.do("zhou", "feedback", after=20, outcome="solved", result="已责令退还一万二千元。")
    assert "已责令退还一万二千元" in sent.page("alice")
    sent.do("zhou", "close", after=1, summary="罚款都退了")
    assert sent.case.state == "closed"
    assert Message.objects.filter(case=sent.case, channel="app", person_id=cast.person_id("alice")).count() == 5
    assert (read(code, sent.now)[0], read(code, sent.now.replace(year=2027))[0]) == (200, 404)


def test_consent_that_was_taken_back_keeps_the_matter_here(cast: Cast) -> None:
    kept = Pages(cast, "joint_transfer").tell("zhou", **PAY)
    kept.do("alice", "agree_share")
    assert [c.key for c in consents.given_by(cast.person_id("alice"))] == ["joint.transfer"]
    consents.withdraw(key="joint.transfer", person_id=cast.person_id("alice"), actor=cast.actor("alice"), now=kept.now)
    assert Agreement.objects.filter(standing=True).count() == 0
    given = {"served": "direct", "day": f"{kept.now:%Y-%m-%d}"}
    kept.do("zhou", "send", expect=409, **given)
    kept.do("zhou", "record_consent", proof="签名的同意书")
    kept.do("zhou", "send", **given)
    assert kept.case.state == "sent"


def test_matter_of_a_court_is_taken_in_receipted_and_answered(cast: Cast) -> None:
    given = {
        "way": "in", "category": "court", "body": "青禾区人民法院", "matter": "追索劳动报酬案委托调解。", "wanted": "请反馈。",
        "their_no": "（2026）青委调18号",
    }  # fmt: skip
    taken = Pages(cast, "joint_transfer").tell("zhou", **given)
    taken.do("zhou", "draft_transfer", expect=409)
    taken.do("zhou", "take_in")
    assert taken.clock("handling").due_at.date() == date(2026, 12, 16)
    taken.do("zhou", "draft_receipt")
    assert "你单位移送的事项（来函编号：（2026）青委调18号）" in words(taken.letter("receipt"))
    taken.do("zhou", "to_hotline")
    assert Case.objects.filter(service="hotline").count() == 1
    taken.do("zhou", "draft_feedback", after=15, outcome="solved", result="双方达成协议。")
    taken.issue("feedback")
    assert taken.case.state == "feedback"
    taken.do("zhou", "close", summary="已反馈")
    assert taken.case.state == "closed"


def test_joint_meeting_from_topics_to_decisions_that_are_carried_out(cast: Cast) -> None:
    mender(cast)
    met = Pages(cast, "joint_meeting").tell(
        "zhou", name="区政府与区总工会第八次联席会议", category="government", bodies="区政府办公室\n区人力资源和社会保障局",
    )  # fmt: skip
    for title, proposer in (("欠薪线索互通", "区总工会"), ("驿站用地", "区住建局"), ("春节慰问", "区总工会")):
        met.do("zhou", "add_topic", title=title, proposer=proposer)
    met.do("zhou", "fix_agenda", order="2 4", expect=422)
    met.do("zhou", "fix_agenda", order="2，1")
    met.do("zhou", "sit", at="2026-12-08T09:30", minutes="90", place="区行政中心二号会议室")
    met.do("zhou", "draft_notice")
    notice = words(met.letter("notice"))
    assert ("2026年12月8日09:30" in notice, "1.驿站用地；2.欠薪线索互通" in notice, "春节慰问" in notice) == (
        True,
        True,
        False,
    )
    met.do("zhou", "hold", attended="区政府办公室：王副主任", expect=409)
    met.do("zhou", "sit_held", after=22, minutes_text="各方发言")
    met.do("zhou", "hold", attended="区政府办公室：王副主任\n区人力资源和社会保障局: 李副局长")
    assert met.clock("minutes").due_at.date() == date(2026, 12, 15)
    met.do("zhou", "decide", decision="逢周一互通欠薪线索", sort="measure", owner=NAME, due="2026-12-31")
    met.do("zhou", "decide", decision="划定三处驿站用地", sort="matter", body="区住房和城乡建设局", due="2027-01-29")
    met.do("zhou", "write_minutes", record="会议议定互通线索、划定用地。")
    minutes = met.letter("minutes")
    assert "区政府办公室（王副主任）、区人力资源和社会保障局（李副局长）参加会议" in words(minutes)
    assert [line.cells[1:] for line in minutes.lines.all()] == [
        ["逢周一互通欠薪线索", NAME, "2026年12月31日"], ["划定三处驿站用地", "区住房和城乡建设局", "2027年1月29日"],
    ]  # fmt: skip
    met.do("zhou", "issue")
    met.do("zhou", "close", expect=409)

    ours, theirs = [
        met.follow(no)
        for no in Case.objects.filter(service="joint_decision").order_by("id").values_list("no", flat=True)
    ]
    assert (ours.clock("deadline").due_at.date(), theirs.clock("deadline").due_at.date()) == (
        date(2026, 12, 31),
        date(2027, 1, 29),
    )
    ours.do("zhou", "give")
    assert ours.case.unit.name == NAME
    ours.do("mo", "report_done", after=10, done="已互通三次")
    ours.do("mo_head", "accept", expect=409)
    ours.do("kang", "hand_back", reason="少一周", due="2027-01-08")
    ours.do("mo", "report_done", after=5, done="已互通四次")
    ours.do("kang", "accept")
    theirs.days = ours.days
    theirs.do("zhou", "report_done", done="住建局来函：已划定")
    theirs.do("head", "accept")
    met.days = ours.days
    assert "议定事项 2 项，已验收 2 项" in met.page("zhou")
    met.do("zhou", "draft_list")
    assert "已完成2项（2÷2），超过期限0项" in words(met.letter("decisions"))
    met.do("zhou", "close")
    assert met.case.state == "closed"
