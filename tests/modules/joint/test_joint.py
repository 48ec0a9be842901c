"""Transfers, meetings and decisions: consent of everybody, what a worker reads, dates, who accepts what."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.db.transaction import atomic

from tests.cast import NOW, QINGHE, Cast
from tests.scenarios.story import Story, refused
from zhijia.faces.access import seen_by
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, Forbidden, Invalid, NotFound
from zhijia.kernel.cases.models import Case, Party
from zhijia.kernel.documents.kinds import kind_of
from zhijia.kernel.documents.models import Letter
from zhijia.kernel.indicators.models import Counter
from zhijia.kernel.service.engine import open_case
from zhijia.kernel.service.sweep import report_late
from zhijia.modules.joint.models import Agreement, Decision, Material, Topic, Transfer
from zhijia.modules.joint.shared import shared

DAY = 24


class Joint(Story):
    """One case of the joint mechanism and the clock of its story."""

    def open(self, service: str, *, worker: str = "", **answers: Any) -> "Joint":
        """Zhou registers it, for a worker where one is named."""
        person = self.cast.person_id(worker) if worker else None
        with seen_by(self.cast.actor("zhou", self.now)) as actor:
            self.no = open_case(
                service=service, actor=actor, now=self.now, data=answers, region=QINGHE, applicant_id=person
            ).no
        return self

    def transfer(self, worker: str = "alice", **more: Any) -> "Joint":
        """A matter for the labour inspection."""
        asked = {"way": "out", "category": "inspection", "body": "青禾区劳动保障监察大队", "matter": "站点克扣罚款。"}
        return self.open("joint_transfer", worker=worker, **asked, **more)

    def served(self) -> dict[str, str]:
        return {"served": "direct", "day": f"{self.now:%Y-%m-%d}"}

    def day(self, plus: int) -> str:
        return f"{self.now + timedelta(days=plus):%Y-%m-%d}"


@pytest.fixture
def joint(cast: Cast) -> Joint:
    return Joint(cast)


def figure(service: str, name: str) -> int:
    rows = Counter.objects.filter(service=service, category="", region=QINGHE, indicator=name)
    return sum(row.n for row in rows)


# --- transfers --------------------------------------------------------------------------------------------------


def test_nothing_leaves_before_every_worker_agreed(joint: Joint) -> None:
    joint.transfer(people=2)
    Party.objects.create(case=joint.case, person_id=joint.cast.person_id("bob"), joined_at=NOW)
    case = joint.case
    case.marks = {"people": 2}
    case.save(update_fields=["marks"])
    joint.do("alice", "agree_share")
    refused("no_consent", Conflict, joint, "zhou", "draft_transfer")
    refused("agreed", Conflict, joint, "alice", "agree_share")
    with pytest.raises(Invalid):
        joint.do("zhou", "record_consent", person=joint.cast.person_id("alice"), proof="x")
    joint.do("zhou", "record_consent", proof="签名的同意书")  # the one who is left
    joint.do("zhou", "draft_transfer")
    refused("nobody_to_ask", Conflict, joint, "zhou", "ask_consent")
    assert [(a.person_id, a.proof) for a in Agreement.objects.order_by("id")] == [
        (joint.cast.person_id("alice"), ""), (joint.cast.person_id("bob"), "签名的同意书"),
    ]  # fmt: skip


def test_worker_reads_and_gives_only_their_own_consent(joint: Joint) -> None:
    joint.transfer()
    Party.objects.create(case=joint.case, person_id=joint.cast.person_id("bob"), joined_at=NOW)
    joint.do("alice", "agree_share")
    with seen_by(joint.cast.actor("bob")):
        assert (Agreement.objects.count(), Transfer.objects.count()) == (0, 1)
        with pytest.raises(DatabaseError, match="row-level security"), atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO joint_agreement (case_id, person_id, given_at, standing) VALUES (%s, %s, %s, true)",
                [joint.case.pk, joint.cast.person_id("mallory"), NOW],
            )


def test_stranger_sees_nothing_of_it(joint: Joint) -> None:
    joint.transfer().do("zhou", "add_material", title="工资条")
    for who in ("mallory", "lin"):
        with seen_by(joint.cast.actor(who)):
            assert (Transfer.objects.count(), Material.objects.count(), Agreement.objects.count()) == (0, 0, 0)
        with pytest.raises(NotFound):
            joint.do(who, "note", note="x")


def test_matter_without_a_worker_needs_nobodys_consent_and_may_come_back(joint: Joint) -> None:
    joint.transfer(worker="").do("zhou", "draft_transfer")
    assert Letter.objects.get().facts["consent"] == "材料中涉及个人信息的，请依法保护，不得用于其他目的。"
    joint.do("zhou", "send", **joint.served())
    joint.do("zhou", "bounce", ground="papers", reason="缺参保记录", after=2 * DAY)
    assert (joint.case.due_key, figure("joint_transfer", "returned")) == ("returned", 1)
    joint.do("zhou", "add_material", title="参保记录", copies=30)
    with pytest.raises(Invalid):
        joint.do("zhou", "add_material", title="参保记录", copies=0)
    joint.do("zhou", "drop_material", no=1)
    joint.do("zhou", "send", **joint.served())
    assert (joint.clock("receipt").round, Material.objects.count()) == (2, 0)
    joint.do("zhou", "feedback", outcome="procedure", result="已立案")
    joint.do("zhou", "ask_more", reason="请告知结果", after=DAY)
    assert joint.clock("feedback").state == "running"
    joint.do("zhou", "feedback", outcome="solved", result="已责令退还")
    joint.do("zhou", "close", summary="退还了")
    assert (figure("joint_transfer", "closed"), figure("joint_transfer", "solved")) == (1, 1)


def test_late_feedback_is_not_in_time(joint: Joint) -> None:
    joint.transfer(worker="").do("zhou", "send", **joint.served())
    joint.do("zhou", "receive")
    joint.hours += 40 * DAY
    assert report_late(now=joint.now) == 1
    joint.do("zhou", "feedback", outcome="partly", result="部分退还")
    assert (figure("joint_transfer", "feedback"), figure("joint_transfer", "in_time")) == (1, 0)


def test_day_of_service_lies_not_ahead(joint: Joint) -> None:
    joint.transfer(worker="")
    with pytest.raises(Invalid):
        joint.do("zhou", "send", served="post", day=joint.day(1))


def test_each_way_has_its_own_steps(joint: Joint) -> None:
    joint.transfer(worker="")
    refused("other_way", Conflict, joint, "zhou", "take_in")
    other = Joint(joint.cast).open(
        "joint_transfer", way="in", category="court", body="青禾区人民法院", matter="委托调解。"
    )
    for step in ("send", "drop", "ask_consent"):
        refused("other_way", Conflict, other, "zhou", step, summary="x", **other.served())


def test_code_opens_the_state_and_nothing_else(joint: Joint) -> None:
    joint.transfer().do("alice", "agree_share")
    joint.do("zhou", "send", **joint.served())
    code = Transfer.objects.get().code
    found = shared(code, now=joint.now)
    assert (found.no, found.unit, found.sent, found.due) == (
        joint.no, "青禾区总工会", date(2026, 11, 16), date(2026, 11, 23),
    )  # fmt: skip
    assert sorted(vars(found)) == [
        "answered", "body", "closed", "due", "no", "received", "sent", "state", "unit", "way",
    ]  # fmt: skip
    for wrong in ("", code[:-1], code.swapcase(), "码" * 20, "x" * 5000):
        with pytest.raises(NotFound):
            shared(wrong, now=joint.now)


# --- meetings and decisions -------------------------------------------------------------------------------------


def test_agenda_takes_topics_in_order_and_leaves_the_rest_waiting(joint: Joint) -> None:
    joint.open("joint_meeting", name="三方例会", category="tripartite", bodies="区人社局\n区工商联")
    for title in ("甲", "乙", "丙"):
        joint.do("zhou", "add_topic", title=title, proposer="区总工会")
    for order in ("1 1", "4", "x", "1 2 3 4"):
        with pytest.raises(Invalid):
            joint.do("zhou", "fix_agenda", order=order)
    joint.do("zhou", "fix_agenda", order="3、1")
    joint.do("zhou", "fix_agenda", order="2 3")  # it is fixed anew
    assert [(topic.title, topic.place) for topic in Topic.objects.order_by("no")] == [
        ("甲", None), ("乙", 1), ("丙", 2),
    ]  # fmt: skip
    refused("not_held", Conflict, joint, "zhou", "hold", attended="区人社局：李某")
    refused("wrong_role", Forbidden, joint, "zhou", "cancel", reason="x")
    joint.do("head", "cancel", reason="改期")
    assert joint.case.state == "cancelled"


def test_meeting_that_decided_nothing_closes_and_its_sitting_stands_in_the_calendar(joint: Joint) -> None:
    joint.open("joint_meeting", name="会商", category="consultation", bodies="区法院")
    joint.do("zhou", "add_topic", title="甲", proposer="区总工会")
    joint.do("zhou", "fix_agenda", order="1")
    joint.do("zhou", "sit", at="2026-11-20T09:30", place="区法院")
    joint.do("zhou", "sit_held", minutes_text="交流", after=5 * DAY)
    with pytest.raises(Invalid):
        joint.do("zhou", "hold", attended="\n \n")
    joint.do("zhou", "hold", attended="区法院：王庭长")
    refused("no_minutes", Conflict, joint, "zhou", "issue")
    joint.do("zhou", "write_minutes", record="交流了情况。")
    joint.do("zhou", "issue")
    joint.do("zhou", "close")
    assert (joint.case.state, figure("joint_meeting", "held")) == ("closed", 1)


def test_decision_is_late_after_its_day_and_accepted_by_another_unit(joint: Joint) -> None:
    with pytest.raises(Invalid):
        joint.open("joint_decision", text="核查", category="measure", due=joint.day(-1))
    joint.open("joint_decision", text="核查", category="measure", due="2026-11-21")  # a Saturday
    assert joint.clock("deadline").due_at == datetime(2026, 11, 23, 23, 59, 59, tzinfo=CHINA)
    assert Decision.objects.get().owner == joint.cast.orgs["qinghe"]
    joint.hours += 8 * DAY
    assert report_late(now=joint.now) == 1
    joint.do("zhou", "report_done", done="已核查")
    refused("owner", Conflict, joint, "head", "accept")
    joint.do("leader", "accept")
    names = ("decided", "in_time", "overdue", "accepted")
    assert [figure("joint_decision", name) for name in names] == [1, 0, 1, 1]


def test_decision_of_another_body_is_watched_by_the_convenor(joint: Joint) -> None:
    joint.open("joint_decision", text="用地", category="matter", due=joint.day(5), body="区住建局")
    assert (Decision.objects.get().owner, joint.case.unit.name) == (None, "青禾区总工会")
    refused("stays", Conflict, joint, "zhou", "give")
    joint.do("zhou", "report_done", done="来函已落实")
    refused("owner", Conflict, joint, "zhou", "accept")  # who reported it does not accept it
    joint.do("head", "accept")
    assert joint.case.state == "accepted"


def test_no_paper_of_a_transfer_has_a_place_for_a_workers_name() -> None:
    for key in ("transfer", "receipt", "feedback"):
        kind = kind_of("joint_transfer", key)
        assert [offer.name for offer in kind.offers if "worker" in offer.name or "person" in offer.name] == []
    assert Case._meta.get_field("applicant").null
