"""The dismissal-notice inbox: what the employer must tell the union before it dismisses, and what follows if not."""

from datetime import date
from typing import Any

import pytest

from tests.cast import QINGHE, Cast
from tests.modules.supervision.kit import FIRM, figure, words
from tests.scenarios.story import Story, refused
from zhijia.faces.access import seen_by
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, Invalid
from zhijia.kernel.cases.models import Case
from zhijia.kernel.documents import letters as papers
from zhijia.kernel.documents.models import Letter
from zhijia.kernel.events import outbox
from zhijia.kernel.service.engine import open_case
from zhijia.modules.supervision.dismissal.models import DismissalNotice


class Notice(Story):
    """One notice and the clock of its story."""

    def tell(self, who: str = "zhou", *, key: str | None = None, **data: Any) -> "Notice":
        asked = {
            "grounds": "以多次旷工为由，拟解除劳动合同。", "category": "fault", "employer_name": FIRM,
            "worker": "王大勇", "told": "before", "planned_on": "2026-11-25", **data,
        }  # fmt: skip
        with seen_by(self.cast.actor(who, self.now)) as actor:
            self.no = open_case(
                service="dismissal_notice", actor=actor, now=self.now, data=asked, region=QINGHE,
                applicant_id=self.cast.person_id("alice"), key=key,
            ).no  # fmt: skip
        return self

    def objected(self) -> "Notice":
        self.do("zhou", "draft_objection", against="facts", objection="考勤显示当日在岗", law="劳动合同法第三十九条")
        self.do("head", "sign_objection")
        self.do("zhou", "object", served="direct", day=self.day(), proof="人事部签收")
        return self

    def untold(self) -> "Notice":
        self.tell("alice", told="never", planned_on="2026-11-15", worker="")
        self.do("zhou", "find_untold", reason="没有收到通知")
        return self

    @property
    def facts(self) -> DismissalNotice:  # type: ignore[override]
        return DismissalNotice.objects.get(case__no=self.no)

    def day(self) -> str:
        return f"{self.now:%Y-%m-%d}"

    def due(self, key: str) -> date:
        return self.clock(key).due_at.astimezone(CHINA).date()


@pytest.fixture
def notice(cast: Cast) -> Notice:
    return Notice(cast)


def test_the_union_examines_objects_and_gets_a_written_answer(notice: Notice) -> None:
    notice.tell()
    assert (notice.due("examine"), notice.clock("examine").verified) == (date(2026, 11, 23), False)
    notice.objected()
    letter = Letter.objects.get(kind="objection")
    assert (letter.addressee, letter.facts["against"], letter.facts["reply"]) == (FIRM, "事实没有证据", "10个工作日")
    assert ("王大勇" in words(letter), "Alice" in words(letter), notice.due("answer")) == (
        True,
        False,
        date(2026, 11, 30),
    )
    with pytest.raises(Invalid) as caught:
        notice.do("zhou", "record_answer", answer="upholds", written=False, note="口头坚持")
    assert [p.field for p in caught.value.problems] == ["written"]
    notice.do("zhou", "record_answer", answer="withdraws", written=True, note="撤回")
    assert (notice.case.state, notice.facts.closing_code, notice.facts.answered_late) == ("closed", "withdrawn", False)
    names = ("notices", "objections", "answers", "answers_in_time", "given_up")
    assert [figure(name, service="dismissal_notice")[0] for name in names] == [1, 1, 1, 1, 1]


def test_a_dismissal_that_stands_is_closed_only_when_the_worker_knows_their_rights(notice: Notice) -> None:
    notice.tell().objected().do("zhou", "record_answer", answer="upholds", written=True, note="坚持")
    assert notice.case.state == "stands"
    notice.do("zhou", "tell_rights", way="一年内申请仲裁")
    letter = Letter.objects.get(kind="rights")
    assert (letter.public, letter.addressee, "二倍的赔偿金" in words(letter)) == (True, "王大勇", True)
    notice.do("alice", "choose_way", wish="double")
    with pytest.raises(Invalid):
        notice.do("zhou", "close", closing_code="paid", result="已付")
    notice.do("zhou", "close", closing_code="paid", paid="36000", result="已付")
    assert figure("money_paid", service="dismissal_notice") == (1, "36000.00")


def test_silence_counts_once_the_time_is_over(notice: Notice) -> None:
    notice.tell().objected()
    refused("answer_open", Conflict, notice, "zhou", "note_silence")
    notice.hours = 24 * 20
    notice.do("zhou", "note_silence")
    assert notice.case.state == "stands"


def test_what_nobody_told_the_union_is_cured_only_before_a_suit(notice: Notice) -> None:
    notice.untold()
    refused("cure_open", Conflict, notice, "zhou", "find_uncured")
    notice.do("zhou", "draft_demand")
    notice.do("head", "sign_demand")
    notice.do("zhou", "demand", served="direct", day=notice.day(), proof="签收")
    assert (notice.case.state, notice.due("cure")) == ("untold", date(2026, 11, 30))
    notice.do("alice", "record_suit", sued_on=notice.day())
    refused("sued", Conflict, notice, "zhou", "cure", day=notice.day(), grounds="岗位撤销", category="unfit")
    notice.do("zhou", "find_uncured")
    assert (notice.case.state, notice.facts.unlawful) == ("stands", True)
    notice.do("zhou", "tell_rights", way="二倍赔偿金")
    assert "属于违法解除" in Letter.objects.get(kind="rights").facts["stand"]
    assert figure("unlawful", service="dismissal_notice")[0] == 1


def test_told_afterwards_in_time_it_is_examined_like_any_other(notice: Notice) -> None:
    notice.untold().do("zhou", "cure", day=notice.day(), grounds="岗位撤销", category="unfit")
    assert (notice.case.state, notice.facts.unlawful, notice.facts.cured_on, notice.facts.grounds) == (
        "noticed", False, date(2026, 11, 16), "岗位撤销",
    )  # fmt: skip
    notice.do("zhou", "no_objection", note="已核实")
    assert notice.case.state == "stands"


def test_the_day_decides_whether_the_union_was_told_before(notice: Notice) -> None:
    with pytest.raises(Invalid) as caught:
        notice.tell(planned_on="2026-11-15")
    assert [p.field for p in caught.value.problems] == ["planned_on"]
    notice.tell()
    refused("day_ahead", Conflict, notice, "zhou", "find_untold", reason="没有")


def test_serving_the_objection_on_its_page_moves_the_case(notice: Notice) -> None:
    notice.tell().do("zhou", "draft_objection", against="union", objection="工会委员任期内")
    letter = Letter.objects.get()
    for who in ("head", "zhou"):
        notice.hours += 1
        with seen_by(notice.cast.actor(who, notice.now)) as actor:
            if who == "head":
                papers.issue(letter_id=letter.pk, seen=letter.version, actor=actor, now=notice.now)
            else:
                at = notice.now
                papers.serve(letter_id=letter.pk, service="post", proof="挂号", at=at, actor=actor, now=at)
    while outbox.relay(now=notice.now):
        pass
    assert notice.case.state == "objected"


def test_it_leads_on_to_mediation_legal_aid_and_supervision(notice: Notice) -> None:
    notice.untold()
    notice.do("zhou", "begin_supervision", finding="解除劳动合同没有事先告知工会")
    notice.hours = 24 * 20
    notice.do("zhou", "find_uncured")
    notice.do("zhou", "begin_mediation", claim="要求支付二倍赔偿金")
    notice.do("zhou", "begin_aid", claim="要求支付二倍赔偿金")
    found = dict(Case.objects.exclude(no=notice.no).values_list("service", "category"))
    assert found == {"supervision": "dismissal", "disputes": "dismissal", "legal_aid": "dismissal"}
