"""Petitions: what each step asks, refuses and counts; and what no petition may hold of the petitioner."""

from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.utils import translation

from tests.cast import QINGHE, Cast
from tests.scenarios.story import Story, refused
from zhijia.faces.access import seen_by
from zhijia.kernel.base.errors import Conflict, Invalid, NotFound
from zhijia.kernel.cases.models import Case, Link, Party
from zhijia.kernel.documents.models import Letter
from zhijia.kernel.indicators.models import Counter
from zhijia.kernel.people.models import Person
from zhijia.kernel.service.engine import open_case
from zhijia.modules.petitions.models import Petition
from zhijia.modules.petitions.service import PETITIONS

DAY = 24


class Told(Story):
    """One petition and the clock of its story."""

    def tell(self, who: str = "alice", *, key: str | None = None, **data: Any) -> "Told":
        """Alice brings an appeal, or an officer registers what nobody signed."""
        asked = {"content": "宿舍停暖三周了，请工会解决。", "category": "appeal", "accused": "江澜纺织有限公司"} | data
        with seen_by(self.cast.actor(who, self.now)) as actor:
            self.no = open_case(
                service="petitions", actor=actor, now=self.now, data=asked, region=QINGHE,
                applicant_id=self.cast.accounts[who].person_id, key=key,
            ).no  # fmt: skip
        return self

    @property
    def facts(self) -> Petition:  # type: ignore[override]
        return Petition.objects.get(case__no=self.no)

    def served(self) -> dict[str, str]:
        return {"served": "direct", "day": f"{self.now:%Y-%m-%d}"}

    def decided(self) -> "Told":
        """Accepted, and the handling opinion served, ten days later."""
        self.do("zhou", "accept")
        self.do("zhou", "draft_opinion", opinion="情况属实，已补发。", law="劳动法第五十条", after=10 * DAY)
        self.do("zhou", "serve_opinion", after=0, **self.served())
        return self


@pytest.fixture
def told(cast: Cast) -> Told:
    return Told(cast)


def figure(name: str) -> int:
    rows = Counter.objects.filter(service="petitions", category="", region=QINGHE, indicator=name)
    return sum(row.n for row in rows)


# --- no list, no score ------------------------------------------------------------------------------------------

RATES_PEOPLE = (
    "score", "level", "grade", "rank", "risk", "label", "persist", "repeat", "frequency", "times", "visits", "history",
    "stability", "key_person", "blacklist", "watch", "troubl", "emotion", "sentiment",
)  # fmt: skip
SAYS_SO = (
    "缠访",
    "闹访",
    "老户",
    "重点人",
    "重点信访",
    "积案人",
    "评分",
    "风险等级",
    "稳控",
    "次数",
    "黑名单",
    "画像",
    "标签",
)


def test_no_field_lists_or_rates_the_petitioner() -> None:
    """Red line 1: no score, label, list or risk profile of a petitioner, no "key person" field."""
    tables = list(apps.get_app_config("petitions").get_models())
    columns = {field.name for table in tables for field in table._meta.get_fields()}
    asked = {ask.name for t in PETITIONS.transitions for ask in t.ask} | {ask.name for ask in PETITIONS.intake.asks}
    figures = {f.key for f in (*PETITIONS.counts, *PETITIONS.sums, *PETITIONS.durations, *PETITIONS.rates)}
    names = columns | asked | figures | {panel.key for panel in PETITIONS.panels}
    assert {name for name in names for word in RATES_PEOPLE if word in name} == set()
    with translation.override("zh-hans"):
        said = [str(getattr(field, "verbose_name", "")) for table in tables for field in table._meta.get_fields()]
        said += [str(ask.title) for t in PETITIONS.transitions for ask in t.ask]
        said += [str(state) for state in PETITIONS.state_titles.values()]
        said += [str(m.text) for m in PETITIONS.messages] + [letter.text for letter in PETITIONS.letters]
    assert {word for text in said for word in SAYS_SO if word in text} == set()


def test_no_table_of_petitions_points_to_a_person() -> None:
    """Who brought it is a party of the case and nothing else: no table could count a person's petitions."""
    keys = [
        field for table in apps.get_app_config("petitions").get_models() for field in table._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
    ]  # fmt: skip
    assert [str(field) for field in keys if field.remote_field.model is Person] == []
    assert sorted(field.name for field in keys) == ["case", "handled_by", "sent_by"]


# --- who brings it ----------------------------------------------------------------------------------------------


def test_more_than_five_representatives_are_asked_to_choose(told: Told) -> None:
    with pytest.raises(Invalid) as caught:
        told.tell(people=30, representatives=6)
    assert [problem.field for problem in caught.value.problems] == ["representatives"]
    told.tell(people=30, representatives=5)
    with pytest.raises(Invalid):
        told.do("zhou", "name_representatives", spokesmen="\n".join("甲乙丙丁戊己"))
    told.do("zhou", "name_representatives", spokesmen="王大勇\n 李 强 \n\n赵敏")
    assert (told.facts.spokesmen, told.facts.representatives, told.case.marks) == (
        "王大勇\n李 强\n赵敏", 3, {"people": 30},
    )  # fmt: skip


def test_unsigned_petition_is_handled_and_nobody_is_written_to(told: Told) -> None:
    told.tell("zhou")
    assert (told.case.applicant_id, Party.objects.filter(case=told.case).count()) == (None, 0)
    told.do("zhou", "accept")
    refused("anonymous", Conflict, told, "zhou", "draft_receipt")
    refused("anonymous", Conflict, told, "zhou", "draft_opinion", opinion="x", law="x")
    refused("told", Conflict, told, "zhou", "tell", served="spot")
    told.do("zhou", "close_unnamed", result="已到宿舍核实")
    assert (told.case.state, figure("named"), figure("filed")) == ("closed", 0, 1)


def test_what_asks_for_secrecy_is_seen_by_who_handles_it_alone(told: Told) -> None:
    told.tell(keep_secret=True)
    assert told.case.confidential
    told.do("zhou", "accept")
    with seen_by(told.cast.actor("city")) as city:
        assert Case.objects.visible_to(city).filter(no=told.no).count() == 0


def test_sorting_sets_the_route_and_its_clock(told: Told) -> None:
    told.tell(category="report").do("zhou", "sort", category="proposal")
    told.do("zhou", "accept")
    assert (told.case.category, told.clock("handling").verified) == ("proposal", False)
    refused("other_route", Conflict, told, "head", "conclude_report", found="unfounded", reply="x")
    told.do("zhou", "answer_proposal", adopted="adopted", reply="采纳")
    assert (told.case.state, figure("proposals")) == ("answered", 1)


# --- forwarding -------------------------------------------------------------------------------------------------


def test_wrong_union_objects_within_five_working_days_and_it_comes_back(told: Told) -> None:
    told.tell().do("zhou", "assign", unit=told.cast.orgs["city"].pk, reason="全市的事")
    assert (told.case.unit.name, told.clock("taken").due_at.date()) == ("澜江市总工会", date(2026, 12, 1))
    told.do("city", "wrong_body", reason="区里的事", after=5 * DAY)
    assert (told.case.state, told.case.unit.name) == ("registered", "青禾区总工会")
    told.do("zhou", "assign", unit=told.cast.orgs["beiling"].pk, reason="在北岭")
    refused("objection_late", Conflict, _later(told, 9), "lin", "wrong_body", reason="太晚")


def test_another_body_takes_it_or_objects(told: Told) -> None:
    told.tell()
    refused("no_body", Conflict, told, "zhou", "transfer", **told.served())
    told.do("zhou", "draft_transfer", body="青禾区交通运输局")
    letter = Letter.objects.get(kind="transfer")
    assert (letter.addressee, "Alice" in f"{letter.content}") == ("青禾区交通运输局", False)
    told.do("zhou", "transfer", **told.served())
    told.do("zhou", "objected", reason="不归我局")
    told.do("zhou", "transfer", **told.served())
    told.do("zhou", "taken", note="青交信7号")
    assert (told.case.state, figure("passed_on")) == ("referred", 2)


def test_unit_that_it_is_about_hands_it_up(told: Told) -> None:
    told.tell(accused="青禾区总工会")
    refused("accused", Conflict, told, "zhou", "accept")
    told.do("zhou", "hand_up", reason="反映的是本单位")
    assert (told.case.unit.name, told.case.state) == ("澜江市总工会", "registered")
    told.do("city", "accept")
    assert told.facts.handled_by == told.cast.orgs["city"]


def test_what_arises_from_it_is_linked_and_stays_confidential(told: Told) -> None:
    told.tell(keep_secret=True).do("zhou", "accept")
    told.do("zhou", "to_hotline")
    told.do("zhou", "to_mediation", employer="江澜纺织有限公司", claim="补发取暖补贴")
    told.do("zhou", "to_supervision", employer="江澜纺织有限公司", finding="宿舍停暖")
    made = Case.objects.filter(links__other=told.case).order_by("id")
    assert [(case.service, case.applicant_id == told.case.applicant_id) for case in made] == [
        ("hotline", True), ("disputes", True), ("supervision", True),
    ]  # fmt: skip
    assert made[0].confidential
    conduct = Told(told.cast).tell("bob", category="report")
    conduct.do("zhou", "accept")
    refused("other_route", Conflict, conduct, "zhou", "to_mediation", employer="x", claim="x")


# --- duplicates -------------------------------------------------------------------------------------------------


def test_the_same_brought_twice_is_one_petition_for_both(told: Told) -> None:
    told.tell()
    other = Told(told.cast).tell("bob")
    other.do("zhou", "merge", lead=told.no)
    assert (other.case.state, other.case.lead, told.facts.people, told.case.marks) == (
        "merged", told.case, 2, {"people": 2},
    )  # fmt: skip
    other.do("zhou", "unmerge")
    assert (other.case.state, Party.objects.filter(case=told.case).count(), Link.objects.count()) == (
        "registered",
        1,
        0,
    )
    other.do("zhou", "merge", lead=told.no)
    told.decided()
    told.do("bob", "ask_review", reason="少算了")  # each of them may
    assert told.case.state == "review"
    refused("lead_gone", Conflict, other, "zhou", "unmerge")


def test_only_an_open_petition_of_the_same_unit_leads(told: Told) -> None:
    told.tell().do("zhou", "refuse", ground="procedure", way="请申请仲裁")
    other = Told(told.cast).tell("bob")
    for lead in (told.no, other.no, "ZJ0"):
        with pytest.raises(Invalid):
            other.do("zhou", "merge", lead=lead)


# --- review -----------------------------------------------------------------------------------------------------


def test_a_review_is_asked_for_within_thirty_days(told: Told) -> None:
    told.tell().decided()
    assert (told.facts.opinion_on, told.clock("review_request").due_at.date()) == (
        date(2026, 11, 26), date(2026, 12, 28),
    )  # fmt: skip
    refused("window_open", Conflict, told, "zhou", "lapse")
    late = _later(told, 33)
    refused("too_late", Conflict, late, "alice", "ask_review", reason="x")
    late.do("zhou", "lapse", after=0)
    assert (told.case.state, figure("opinions"), figure("opinions_in_time")) == ("closed", 1, 1)


def test_who_accepts_the_opinion_closes_it(told: Told) -> None:
    told.tell().decided()
    told.do("alice", "accept_opinion")
    assert told.case.state == "closed"
    refused("wrong_state", Conflict, told, "alice", "ask_review", reason="x")


def test_the_unit_that_decided_makes_no_review(told: Told) -> None:
    told.tell().decided()
    told.do("alice", "ask_review", reason="x")
    with pytest.raises(NotFound):  # it is the union's above now
        told.do("zhou", "draft_review", review_outcome="upheld", review_opinion="x")
    told.do("city", "send_back", reason="没有到现场看")
    assert (told.case.state, told.case.unit.name, told.facts.opinion, told.clock("handling").round) == (
        "handling", "青禾区总工会", "", 2,
    )  # fmt: skip
    assert (figure("reviews"), figure("changed")) == (1, 1)


def test_concluded_facts_are_not_accepted_again_for_the_same_people_only(told: Told) -> None:
    told.tell().decided()
    told.do("alice", "ask_review", reason="x")
    told.do("city", "draft_review", review_outcome="upheld", review_opinion="事实清楚")
    told.do("city", "serve_review", **told.served())
    told.do("alice", "ask_re_review", reason="x")
    refused("no_opinion", Conflict, told, "leader", "serve_re_review", **told.served())
    told.do("leader", "draft_re_review", final_outcome="upheld", final_opinion="维持")
    told.do("leader", "serve_re_review", **told.served())
    assert told.case.state == "concluded"
    home = told.cast.orgs["qinghe"]  # where the officer of the story may look it up
    Case.objects.filter(no=told.no).update(unit=home, unit_lft=home.lft)
    others = Told(told.cast).tell("bob")
    for earlier in (told.no, others.no, ""):
        with pytest.raises(Invalid) as caught:
            others.do("zhou", "refuse", ground="concluded", way="已经复核终结", earlier=earlier)
        assert [problem.field for problem in caught.value.problems] == ["earlier"]
    again = Told(told.cast).tell()
    again.do("zhou", "refuse", ground="concluded", way="已经复核终结", earlier=told.no)
    assert (again.case.state, again.facts.ground, figure("declined")) == ("declined", "concluded", 1)
    again.do("zhou", "draft_not_accepted")
    assert Letter.objects.get(kind="not_accepted").facts["ground"] == "该事项的同一事实和理由已经复查、复核终结"


def _later(told: Told, days: float) -> Told:
    told.hours += days * DAY
    return told
