"""A dispute from the first word to the last paper, through the pages: a talk that fails, an application, a mediator by
turns, a meeting in a room, an agreement that both sign, its confirmation, two instalments, the worker's word."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from tests.cast import NOW, QINGHE, Cast
from tests.modules.disputes.kit import Mediation
from tests.scenarios.story import counters, refused
from zhijia.kernel.base import clock
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, Invalid
from zhijia.kernel.cases.models import Case, Party
from zhijia.kernel.cases.sitting_models import Room, Sitting
from zhijia.kernel.deadlines.models import Deadline
from zhijia.kernel.documents.models import Letter
from zhijia.modules.disputes.models import Dispute, Instalment
from zhijia.modules.disputes.money import verify

TOLD = {
    "claim": "八月和九月的工资没有发。单位说货款没到。", "category": "wages", "employer_name": "青禾服装有限公司",
    "amount": "7,600", "first": "talk", "ended": "2026-10-31",
}  # fmt: skip
SIGNED = {"by_worker": "on", "by_employer": "on", "by_mediator": "on", "sealed": "on"}


class Pages:
    """Alice on her phone, Zhou and the head of the county at their desks, and the hour."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.now = cast, NOW
        self.clients = {name: Client() for name in ("alice", "zhou", "head")}
        for name, client in self.clients.items():
            client.force_login(cast.accounts[name])

    def day(self, days: int) -> str:
        """So many days later, as it is typed."""
        self.now += timedelta(days=days)
        return f"{self.now:%Y-%m-%d}"

    def post(self, who: str, path: str, **data: str) -> None:
        """Something is sent, and done."""
        with clock.at(self.now):
            answer = self.clients[who].post(path, data)
        assert answer.status_code == 302, answer.content.decode()

    def do(self, who: str, act: str, **data: str) -> None:
        """One step by the desk's or the worker's page."""
        base = "/matters" if who == "alice" else "/desk"
        self.post(who, f"{base}/{self.no}/do/{act}/", **data)

    def issue(self, kind: str) -> Letter:
        """The head signs the draft; it has its number, and the PDF is a PDF."""
        letter = Letter.objects.get(case__no=self.no, kind=kind, state="draft")
        self.post("head", f"/desk/{self.no}/letters/{letter.pk}/issue/", seen=str(letter.version))
        letter.refresh_from_db()
        with clock.at(self.now):
            paper = self.clients["zhou"].get(f"/desk/{self.no}/letters/{letter.pk}/letter.pdf")
        assert b"".join(paper.streaming_content if paper.streaming else [paper.content])[:5] == b"%PDF-"
        return letter

    def page(self, who: str) -> str:
        """The case as this person reads it."""
        with clock.at(self.now):
            path = f"/matters/{self.no}/" if who == "alice" else f"/desk/{self.no}/"
            return self.clients[who].get(path).content.decode()

    def due(self, key: str) -> date:
        """The day of a clock's newest round."""
        return Deadline.objects.filter(case__no=self.no, key=key).latest("round").due_at.astimezone(CHINA).date()

    @property
    def no(self) -> str:
        return Case.objects.get().no

    @property
    def state(self) -> str:
        return Case.objects.get().state


def test_from_a_talk_that_fails_to_an_agreement_confirmed_and_kept(cast: Cast) -> None:
    web = Pages(cast)
    web.post("alice", "/services/disputes/", **TOLD, region=QINGHE)
    assert (web.state, web.due("accept"), web.due("limitation")) == ("applied", date(2026, 11, 19), date(2027, 11, 1))

    # LDMAL 4: the union asks the employer to the table; five days without an answer are a no
    web.do("zhou", "request_talk", demand="请补发八月和九月的工资。", consent="on")
    assert web.issue("talk_request").number.endswith("协要〔2026〕1号")
    web.do("zhou", "talk_served", served="direct", day=web.day(1), proof="门卫签收")
    assert (web.due("talk"), web.due("limitation")) == (date(2026, 11, 23), date(2027, 11, 17))
    web.day(7)
    web.do("zhou", "talk_over", answer="silent")
    assert web.state == "failed"

    # LDMAL 12, 14: application, acceptance in three working days, fifteen days
    web.do("alice", "apply")
    assert (web.due("accept"), web.due("receipt")) == (date(2026, 11, 27), date(2026, 12, 9))
    web.do("zhou", "write_down")
    web.do("zhou", "accept", willing="on")
    case = Case.objects.get()
    assert (case.state, case.assignee, web.due("mediation")) == ("mediating", cast.accounts["zhou"], date(2026, 12, 9))
    assert [web.issue(kind).kind for kind in ("application", "acceptance")] == ["application", "acceptance"]

    # a meeting in a room, its notice and its minutes
    room = Room.objects.create(org=cast.orgs["qinghe"], name="第一调解室", place="三楼")
    web.do("zhou", "sit", at="2026-11-26T10:00", minutes="90", room=str(room.pk), place="请带工资条")
    sitting = Sitting.objects.get()
    assert (sitting.starts_at, sitting.leader) == (datetime(2026, 11, 26, 10, tzinfo=CHINA), cast.accounts["zhou"])
    assert web.issue("session").facts["where"] == "第一调解室三楼，请带工资条"
    web.day(2)
    web.do("zhou", "sit_held", minutes_text="职工：两个月没有发工资。\n单位：承认，希望分期。")
    minutes = web.issue("minutes")
    assert [line.cells for line in minutes.lines.order_by("place")] == [
        ["1", "职工：两个月没有发工资。"], ["2", "单位：承认，希望分期。"],
    ]  # fmt: skip
    web.do("zhou", "propose", proposal="分两期付清，劳动合同法第三十条")

    # the agreement, said yes to and signed by all who must
    plan = "2026-12-10 4000\n2027-01-10 3600"
    web.do("zhou", "agree", terms="用人单位分两期付清八月和九月的工资。", instalments=plan)
    assert "用人单位分两期付清八月和九月的工资。" in web.page("alice")
    web.do("alice", "say_yes")
    web.do("zhou", "signed", day=web.day(0), **SIGNED)
    agreement = web.issue("agreement")
    assert agreement.facts["money"] == "用人单位支付人民币7,600.00元（大写：柒仟陆佰元整），付款期限和金额如下："
    assert [line.cells for line in agreement.lines.order_by("place")] == [
        ["1", "2026年12月10日", "4,000.00"], ["2", "2027年1月10日", "3,600.00"],
    ]  # fmt: skip
    assert (web.state, web.due("court"), web.due("arbitral")) == ("agreed", date(2026, 12, 28), date(2026, 12, 11))

    # confirmed by the court, jointly applied for
    web.day(5)
    web.do("zhou", "ask_court", confirm_body="青禾区人民法院")
    assert web.issue("court").facts["body"] == "青禾区人民法院"
    web.do("zhou", "confirm", day=web.day(6), confirm_no="（2026）民特12号")

    # performance: two instalments, then the worker says that all came
    web.do("zhou", "record_payment", fen="4000", day=web.day(3), paid_how="bank", proof="银行回单")
    assert [row.state for row in Instalment.objects.order_by("no")] == ["paid", "open"]
    web.do("zhou", "record_payment", fen="3600", day=web.day(30), paid_how="bank", proof="银行回单")
    assert web.page("alice").count("3,600\u00a0元") > 0
    web.do("alice", "kept")
    facts = Dispute.objects.get()
    assert (web.state, facts.closing_code, Party.objects.get().status, verify()) == ("closed", "kept", "solved", [])
    counted = counters()
    assert counted | {
        "applications": 1, "talks": 1, "talks_failed": 1, "accepted": 1, "sessions": 1, "agreements": 1, "confirmed": 1,
        "kept": 1, "closed": 1, "workers": 1, "court_asked": 1,
    } == counted  # fmt: skip


@pytest.fixture
def mediation(cast: Cast) -> Mediation:
    return Mediation(cast)


def test_not_accepted_without_the_employer_and_the_worker_is_told_the_ways_left(mediation: Mediation) -> None:
    mediation.tell()
    with pytest.raises(Invalid) as caught:
        mediation.do("zhou", "accept", willing=False)
    assert [p.field for p in caught.value.problems] == ["willing"]
    mediation.do("zhou", "refuse", ground="unwilling", reason="单位不同意")
    assert (mediation.case.state, mediation.case.due_key) == ("failed", "advise")
    assert (Letter.objects.get().kind, Letter.objects.get().facts["ground"]) == ("refusal", "用人单位不同意调解")
    mediation.do("zhou", "advise", ways="到青禾区劳动人事争议仲裁委员会申请仲裁")
    assert (mediation.case.state, mediation.facts.closing_code) == ("closed", "refused")


def test_more_time_needs_both_and_comes_once(mediation: Mediation) -> None:
    mediation.tell().do("zhou", "accept", willing=True)
    with pytest.raises(Invalid):
        mediation.do("zhou", "prolong", willing=False)
    mediation.do("zhou", "prolong", willing=True)
    assert mediation.clock("mediation").due_at.date() == date(2026, 12, 16)
    refused("no_extension_left", Conflict, mediation, "zhou", "prolong", willing=True)


def test_the_worker_may_stop_at_any_time_and_loses_nothing(mediation: Mediation) -> None:
    mediation.tell().do("zhou", "accept", willing=True)
    mediation.do("alice", "stop")
    assert (mediation.case.state, mediation.facts.closing_code) == ("failed", "failed")


def test_an_agreement_that_is_not_kept_goes_on(mediation: Mediation) -> None:
    mediation.tell().do("zhou", "accept", willing=True)
    mediation.agree(instalments="", agreed="16800", due="2026-11-20").sign()
    mediation.hours = 24 * 8
    mediation.do("alice", "not_kept")
    assert (mediation.case.state, mediation.clock("kept").state) == ("broken", "missed")
    mediation.do("zhou", "advise", ways="凭协议书申请支付令")
    assert mediation.facts.closing_code == "broken"
