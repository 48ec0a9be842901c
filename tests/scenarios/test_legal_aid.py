"""Legal aid through the pages: Alice talks to a lawyer, aid begins out of it, and goes on to the last paper."""

import re
from datetime import datetime, time, timedelta
from typing import Any

from django.test import Client

from tests.cast import NOW, QINGHE, Cast
from tests.modules.legal_aid.kit import REVIEW, with_lawyers
from zhijia.kernel.base import clock
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.cases.models import Case
from zhijia.kernel.deadlines.models import Deadline
from zhijia.kernel.documents.models import Letter
from zhijia.modules.legal_aid.models import LawyerHours, LegalAid

ASKED = {
    "question": "工资拖了两个月，想知道怎么要。", "category": "wages", "employer_name": "江澜劳务有限公司",
    "mode": "office", "region": QINGHE,
}  # fmt: skip


class Pages:
    """Everybody at their own screen, at one moment."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.now, self.no = cast, NOW, ""
        self.clients: dict[str, Client] = {}

    def by(self, who: str) -> Client:
        """The browser of this person."""
        if who not in self.clients:
            self.clients[who] = Client()
            self.clients[who].force_login(self.cast.accounts[who])
        return self.clients[who]

    def at(self, days: int, hour: int = 10) -> None:
        """So many days after the first, at this hour."""
        self.now = datetime.combine(NOW.date() + timedelta(days=days), time(hour), CHINA)

    def do(self, who: str, step: str, **data: Any) -> None:
        """Do it on the case's page, by the worker or at the desk; it must go through."""
        place = "matters" if self.cast.accounts[who].person_id else "desk"
        seq = Case.objects.get(no=self.no).seq
        with clock.at(self.now):
            answer = self.by(who).post(f"/{place}/{self.no}/do/{step}/", data)
        assert answer.status_code == 302, (step, answer.status_code)
        assert Case.objects.get(no=self.no).seq > seq, step

    def status(self, who: str) -> int:
        """What the desk answers when this person opens the case."""
        with clock.at(self.now):
            return int(self.by(who).get(f"/desk/{self.no}/").status_code)

    def page(self, who: str) -> str:
        """The case's page as this person reads it."""
        place = "matters" if self.cast.accounts[who].person_id else "desk"
        with clock.at(self.now):
            return self.by(who).get(f"/{place}/{self.no}/").content.decode()

    @property
    def state(self) -> str:
        """Where the case stands."""
        return Case.objects.get(no=self.no).state


def test_from_a_question_to_the_paid_subsidy(cast: Cast) -> None:
    with_lawyers(cast, "wei", "xu")
    LawyerHours.objects.create(
        org=cast.orgs["qinghe"], lawyer=cast.accounts["wei"], weekday=2, begins=time(14), ends=time(16),
        since=NOW.date(), place="职工服务中心 203 室",
    )  # fmt: skip
    pages = Pages(cast)
    with clock.at(NOW):
        assert pages.by("alice").get("/services/lawyer_visit/").status_code == 200
        pages.by("alice").post("/services/lawyer_visit/", ASKED)
    pages.no = Case.objects.get().no
    found = re.findall(r'value="(\d{9,})"[^>]*>\s*([^<]*14:00[^<]*)', pages.page("alice"))
    assert [title.split("，")[-1].strip() for _number, title in found][:1] == ["wei律师"]
    pages.do("alice", "choose_slot", slot=found[0][0])
    assert [pages.status(who) for who in ("wei", "xu", "zhou", "head", "lin")] == [200, 403, 403, 200, 404]
    pages.do("wei", "confirm", note="职工服务中心 203 室，带工资条")
    pages.at(1, 15)
    pages.do("wei", "advise", advice="先申请仲裁，工会可以派律师。")
    pages.do("wei", "begin_aid", migrant="on")

    visit, pages.no = pages.no, Case.objects.get(service="legal_aid").no
    assert Case.objects.get(no=visit).state == "closed"
    pages.at(2)
    pages.do("zhou", "ask_materials", missing="身份证复印件\n能证明劳动关系的材料")
    assert pages.page("alice").count("身份证复印件") >= 1
    pages.at(4)
    pages.do("alice", "bring_materials", words="都交到服务中心了")
    pages.do("zhou", "screen", exemption="migrant_pay")
    pages.do("head", "grant", because="进城务工人员请求支付劳动报酬，免予核查。")
    pages.do("head", "assign", lawyer=cast.accounts["xu"].pk)
    assert [pages.status(who) for who in ("wei", "xu", "zhou", "head")] == [403, 200, 403, 200]
    pages.do("xu", "meet_client", note="已核对考勤和转账记录，下周提交仲裁申请。")
    pages.do("xu", "draft_official", tribunal="青禾区劳动人事争议仲裁委员会")
    pages.do("xu", "log_work", day="2026-11-20", work="drafting", hours="2.5", said="起草申请书")
    pages.do("xu", "sit", at="2026-12-08T09:00", minutes="120", place="第二仲裁庭")
    assert pages.page("alice").count("第二仲裁庭") == 2  # the timeline, and the list of appointments
    pages.at(16)
    pages.do("xu", "progress", note="仲裁委已受理，十二月八日开庭。")
    pages.at(22)
    pages.do("xu", "sit_held", minutes_text="双方质证，择期裁决")
    pages.do("xu", "log_work", day="2026-12-08", work="hearing", hours="3", said="出庭")
    assert (pages.page("alice").count("180 分钟"), pages.page("alice").count("起草申请书")) == (1, 0)
    pages.at(35)
    pages.do(
        "xu", "report", way="arbitration", result="won", recovered="16800", documents="on",
        report="裁决支持全部请求，单位已付清。",
    )  # fmt: skip
    pages.do("head", "assign_review")
    assert [pages.status(who) for who in ("wei", "xu")] == [200, 403]
    pages.do("wei", "review", **{name: str(value) for name, value in REVIEW.items() if name != "enough"}, enough="on")
    with clock.at(pages.now):
        assert pages.no in pages.by("caller").get("/desk/callbacks/").content.decode()
        pages.by("caller").post(
            "/desk/callbacks/", {"no": pages.no, "outcome": "solved", "satisfaction": "satisfied", "contacted": "yes"}
        )
    assert pages.state == "subsidy"
    pages.do("head", "approve_subsidy")
    pages.at(37)
    pages.do("head", "pay_subsidy", paid_on="2026-12-23", voucher="2026-118")
    assert (pages.state, LegalAid.objects.get().closing_code) == ("closed", "helped")

    assert sorted(Letter.objects.filter(case__no=pages.no).values_list("kind", flat=True)) == [
        "assignment", "closing", "grant", "missing", "official", "power", "subsidy",
    ]  # fmt: skip
    late = Deadline.objects.filter(case__no=pages.no, state="missed").values_list("key", flat=True)
    assert list(late) == []
    told = pages.page("alice")
    said = [words in told for words in ("进城务工人员请求支付劳动报酬", "裁决支持全部请求", "1,500", "2026-118")]
    assert said == [True, True, False, False]  # why and with what result; the subsidy is not the worker's
    assert pages.page("alice").count("证据齐全") == 0  # what the review found is not the worker's to weigh
