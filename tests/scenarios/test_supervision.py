"""One letter, two documents: from a clue to a correction the workers confirm, and what the employer never learns."""

from typing import Any

import pytest

from tests.cast import QINGHE, Cast
from tests.scenarios.story import Story, refused
from zhijia.faces.access import seen_by
from zhijia.kernel.base.errors import Conflict, Forbidden, Invalid
from zhijia.kernel.documents.models import Letter
from zhijia.kernel.indicators.models import Counter
from zhijia.kernel.service.engine import open_case
from zhijia.modules.supervision.models import Supervision

FINDING = "九月、十月工资未按时足额支付，涉及职工十二人。"


class Letters(Story):
    """One supervision and the clock of its story."""

    def tell(self, who: str = "zhou", *, key: str | None = None, **data: Any) -> "Letters":
        """A clue about a construction firm."""
        asked = {
            "finding": FINDING,
            "category": "wages",
            "employer_name": "江澜劳务有限公司",
            "source": "union",
            **data,
        }
        person = self.cast.accounts[who].person_id
        with seen_by(self.cast.actor(who, self.now)) as actor:
            self.no = open_case(
                service="supervision",
                actor=actor,
                now=self.now,
                data=asked,
                region=QINGHE,
                applicant_id=person,
                key=key,
            ).no
        return self

    def investigated(self) -> "Letters":
        """Taken up, both sides heard, two supervisors on the spot."""
        self.do("zhou", "take_up")
        self.do("zhou", "hear", side="workers", note="班组反映")
        self.do("zhou", "investigate", supervisors=2, cards=True)
        return self

    @property
    def facts(self) -> Supervision:  # type: ignore[override]
        return Supervision.objects.get(case__no=self.no)

    def day(self) -> str:
        return f"{self.now:%Y-%m-%d}"


@pytest.fixture
def letters(cast: Cast) -> Letters:
    return Letters(cast)


def figure(name: str) -> tuple[int, str]:
    rows = Counter.objects.filter(service="supervision", category="", region=QINGHE, indicator=name)
    return sum(r.n for r in rows), str(sum(r.amount for r in rows))


def test_from_reminder_over_opinion_to_a_correction_the_workers_confirm(letters: Letters) -> None:
    letters.tell("alice").do("zhou", "take_up")
    letters.do("zhou", "draft_reminder", demand="于十一月三十日前付清工资", law="劳动合同法第三十条")
    letters.do("zhou", "remind", served="direct", day=letters.day())
    assert (letters.case.state, letters.case.due_key) == ("reminded", "reminder")
    letters.do("zhou", "record_reply", reply="reasons", note="等工程款")
    letters.do("zhou", "investigate", supervisors=2, cards=True)
    letters.do("zhou", "draft_opinion", demand="付清工资", law="劳动合同法第三十条")
    letters.do("zhou", "serve_opinion", served="post", day=letters.day(), proof="挂号信")
    assert (letters.case.state, letters.clock("reply").amount, letters.clock("reply").verified) == (
        "opinion",
        15,
        False,
    )
    letters.do("zhou", "record_reply", reply="accepts", note="十二月五日前付清", after=24 * 5)
    letters.do("zhou", "note_correction", note="已付清")
    letters.do("zhou", "verify_done", closing_code="corrected", workers=12, recovered="201600", result="十二人都收到了")
    assert (letters.case.state, letters.facts.recovered, letters.facts.replied_late) == ("closed", 20160000, False)
    assert [figure(name) for name in ("opinions", "replies", "replies_in_time", "corrected", "money_recovered")] == [
        (1, "0.00"), (1, "0.00"), (1, "0.00"), (1, "0.00"), (1, "201600.00"),
    ]  # fmt: skip


def test_nothing_that_goes_to_the_employer_says_who_complained(letters: Letters) -> None:
    letters.tell("alice").investigated()
    letters.do("zhou", "draft_opinion", demand="付清工资", law="劳动合同法第三十条")
    letter = Letter.objects.get()
    said = f"{letter.content} {letter.facts} {letter.addressee}"
    assert (letter.addressee, letter.content["issuer"]) == ("江澜劳务有限公司", "青禾区总工会")
    assert [
        name for name in ("Alice", "138", "班组反映", str(letters.case.no)) if name in said.replace(letters.no, "")
    ] == []
    assert letter.lines.count() == 0


def test_the_union_above_acts_in_its_own_name(letters: Letters) -> None:
    letters.tell().do("zhou", "hand_up", reason="保护基层干部")
    assert (letters.case.unit.name, letters.case.state, letters.clock("register").round) == ("澜江市总工会", "clue", 2)
    letters.do("city", "take_up")
    letters.do("city", "draft_reminder", demand="付清工资")
    assert Letter.objects.get().org.name == "澜江市总工会"


def test_silence_is_a_ground_for_the_authority_only_when_the_time_is_over(letters: Letters) -> None:
    letters.tell().investigated()
    letters.do("zhou", "serve_opinion", served="direct", day=letters.day())
    refused("no_ground", Conflict, letters, "head", "recommend", served="direct", day=letters.day())
    with pytest.raises(Invalid):
        letters.do("zhou", "draft_recommendation", ground_to_act="silent", authority="青禾区人社局", demand="责令支付")
    letters.hours = 24 * 30
    letters.do("zhou", "draft_recommendation", ground_to_act="silent", authority="青禾区人社局", demand="责令支付")
    assert Letter.objects.get(kind="recommendation").addressee == "青禾区人社局"
    letters.do("head", "recommend", served="direct", day=letters.day())
    assert (letters.case.state, letters.case.due_key) == ("recommended", "authority")
    letters.do("zhou", "record_decision", decision="closed", note="不予立案")
    letters.do("head", "transfer", group="mass", reason="人数众多，单位不配合")
    letters.do("zhou", "record_decision", decision="ordered", note="检察建议已发")
    letters.do("zhou", "not_corrected", reason="职工说没收到")
    letters.do("head", "end", result="职工可以申请支付令")
    assert (letters.case.state, letters.facts.closing_code) == ("closed", "open")
    assert (figure("closed")[0], figure("corrected")[0]) == (1, 0)


def test_one_supervisor_alone_does_not_investigate(letters: Letters) -> None:
    letters.tell().do("zhou", "take_up")
    for answers in ({"supervisors": 1, "cards": True}, {"supervisors": 2, "cards": False}):
        with pytest.raises(Invalid):
            letters.do("zhou", "investigate", **answers)
    refused("wrong_role", Forbidden, letters, "agent", "investigate", supervisors=2, cards=True)
