"""How transfers, meetings and decisions go: with consent there and back, returned, taken in; convened, held, carried out."""

# ruff: noqa: E501 (one act, one line)

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.cases.sitting_models import Sitting, SittingState
from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.stories import Act, Scene, Story

W, OF, H, LEADER = Role.WORKER, Role.OFFICER, Role.UNIT_HEAD, Role.LEADER
PAY = {
    "way": "out", "category": "inspection", "body": "青禾区劳动保障监察大队", "matter": "外卖站点克扣骑手超时罚款，三个月共扣一万二千元，站点拒不退还。",
    "wanted": "请依法查处并责令退还。", "employer_name": "青禾速送配送服务部", "people": 8,
}  # fmt: skip
INSURANCE = {
    "way": "out", "category": "procuratorate", "body": "青禾区人民检察院", "matter": "保洁公司连续两年未为三十名女职工缴纳社会保险。",
    "wanted": "请启动公益诉讼检察监督。", "employer_name": "江澜洁净物业有限公司", "people": 30,
}  # fmt: skip
COURT = {
    "way": "in", "category": "court", "body": "青禾区人民法院", "matter": "一件追索劳动报酬案立案前委托工会调解，双方同意。",
    "wanted": "请组织调解并反馈结果。", "employer_name": "江澜食品厂", "people": 1, "their_no": "（2026）青委调18号",
}  # fmt: skip
MEETING = {
    "name": "区政府与区总工会第八次联席会议", "category": "government",
    "bodies": "区政府办公室\n区人力资源和社会保障局\n区住房和城乡建设局\n区工商业联合会",
}  # fmt: skip
THREE = {
    "name": "劳动关系三方协商会议第三季度例会",
    "category": "tripartite",
    "bodies": "区人力资源和社会保障局\n区工商业联合会\n区企业联合会",
}


def served(scene: Scene) -> Mapping[str, Any]:
    """Handed over today."""
    return {"served": "direct", "day": scene.day(), "proof": "收文章"}


def seat(scene: Scene) -> Mapping[str, Any]:
    """The first free hour of whoever is in charge, from about a week on, in a hall of the government."""
    leader = (scene.case.assignee_id if scene.case else None) or 0
    planned = Sitting.objects.filter(leader_id=leader, state=SittingState.PLANNED)
    taken = list(planned.values_list("starts_at", "ends_at"))
    hours = (scene.at(day, hour) for day in range(6, 90) for hour in (9, 10, 11, 14, 15, 16))
    at = next(hour for hour in hours if all(not _meets(hour, *span) for span in taken))
    return {"at": at, "minutes": 50, "place": "区行政中心二号会议室"}


def _meets(hour: str, begins: datetime, ends: datetime) -> bool:
    """Whether an hour that begins then meets this span."""
    at = datetime.fromisoformat(hour).replace(tzinfo=CHINA)
    return begins < at + timedelta(hours=1) and ends > at


def decided(scene: Scene) -> Mapping[str, Any]:
    """Something that another body does within six weeks."""
    return {
        "decision": "建立欠薪线索每周互通机制，逢周一交换台账。",
        "sort": "measure",
        "body": "区人力资源和社会保障局",
        "due": scene.day(42),
    }


def due(plus: int, **more: Any) -> Any:
    """A decision, due so many days from now."""
    return lambda scene: {
        "text": "年底前完成全区在建工地工资专用账户核查。",
        "category": "measure",
        "due": scene.day(plus),
        **more,
    }


_PAPERS = (
    Act(do="add_material", by=OF, data={"title": "扣款明细截图", "copies": 8}, days=0),
    Act(do="add_material", by=OF, data={"title": "配送服务协议", "copies": 1, "original": True}, days=0),
)
_SENT = (
    *_PAPERS,
    Act(do="ask_consent", by=OF, days=0),
    Act(do="agree_share", by=W),
    Act(do="draft_transfer", by=OF),
    Act(do="send", by=OF, data=served),
)
_TAKEN = (*_SENT, Act(do="receive", by=OF, data={"their_no": "青劳监受〔2026〕41号"}, days=3))
_BACK = (
    *_TAKEN,
    Act(do="news", by=OF, data={"note": "监察大队已到站点调取台账"}, days=10),
    Act(
        do="feedback", by=OF, data={"outcome": "solved", "result": "已责令退还一万二千元，八名骑手都已收到。"}, days=12
    ),
)
_IN = (Act(do="take_in", by=OF), Act(do="draft_receipt", by=OF, days=0))
_ANSWERED = (
    *_IN,
    Act(
        do="draft_feedback",
        by=OF,
        data={"outcome": "solved", "result": "经两次调解，双方达成协议，分两期付清。"},
        days=18,
    ),
    Act(do="give_feedback", by=OF, data=served),
)
_TOPICS = (
    Act(
        do="add_topic",
        by=OF,
        data={"title": "欠薪线索互通", "proposer": "区总工会", "material": "今年以来欠薪线索分析"},
        days=2,
    ),
    Act(do="add_topic", by=OF, data={"title": "户外劳动者驿站用地", "proposer": "区住房和城乡建设局"}, days=1),
)
_FIXED = (
    *_TOPICS,
    Act(do="fix_agenda", by=OF, data={"order": "1 2"}, days=3),
    Act(do="sit", by=OF, data=seat, days=0),
    Act(do="draft_notice", by=OF, days=0),
)
_HELD = (
    *_FIXED,
    Act(do="sit_held", by=OF, data={"minutes_text": "各方发言，详见纪要"}, days=10),
    Act(
        do="hold",
        by=OF,
        data={"attended": "区政府办公室：副主任\n区人力资源和社会保障局：分管副局长\n区工商业联合会：秘书长"},
        days=0,
    ),
)
_ISSUED = (
    *_HELD,
    Act(do="decide", by=OF, data=decided, days=0),
    Act(
        do="write_minutes",
        by=OF,
        data={"record": "会议认为，应当建立线索互通机制；会议议定，逢周一交换台账。"},
        days=2,
    ),
    Act(do="issue", by=OF, days=2),
)


def _story(
    key: str,
    answers: Any,
    ends: str,
    *acts: Act,
    service: str = "joint_transfer",
    applicant: bool = False,
    weight: int = 1,
) -> Story:
    return Story(
        key=f"{service}.{key}",
        service=service,
        answers=answers,
        by=OF,
        applicant=applicant,
        acts=acts,
        ends=ends,
        weight=weight,
    )


STORIES = (
    _story("new", PAY, "registered", *_PAPERS, applicant=True),
    _story("sent", PAY, "sent", *_SENT, applicant=True),
    _story("received", PAY, "received", *_TAKEN, applicant=True, weight=2),
    _story("returned", INSURANCE, "returned", *_PAPERS, Act(do="draft_transfer", by=OF), Act(do="send", by=OF, data=served), Act(do="bounce", by=OF, data={"ground": "papers", "reason": "请补充参保记录"}, days=4)),
    _story("again", INSURANCE, "received", Act(do="send", by=OF, data=served), Act(do="bounce", by=OF, data={"ground": "papers", "reason": "请补充参保记录"}, days=4), Act(do="add_material", by=OF, data={"title": "参保记录", "copies": 30}), Act(do="send", by=OF, data=served), Act(do="receive", by=OF, days=2)),
    _story("feedback", PAY, "feedback", *_BACK, applicant=True),
    _story("closed", PAY, "closed", *_BACK, Act(do="close", by=OF, data={"summary": "八名骑手都拿回了罚款"}, days=2), applicant=True, weight=6),
    _story("not_wanted", PAY, "closed", Act(do="ask_consent", by=OF), Act(do="refuse_share", by=W, data={"remark": "怕站点知道"}), Act(do="drop", by=OF, data={"summary": "尊重本人意愿，改由工会以自己名义监督"}), applicant=True),
    _story("in", COURT, "handling", *_IN),
    _story("answered", COURT, "feedback", *_ANSWERED),
    _story("in_closed", COURT, "closed", *_ANSWERED, Act(do="close", by=OF, data={"summary": "已向法院反馈，协议履行中"}, days=2), weight=4),
    _story("convened", THREE, "convened", *_TOPICS, service="joint_meeting"),
    _story("agenda", MEETING, "agenda", *_FIXED, service="joint_meeting"),
    _story("held", MEETING, "held", *_HELD, service="joint_meeting"),
    _story("issued", MEETING, "issued", *_ISSUED, service="joint_meeting", weight=2),
    _story("exchange", THREE, "closed", *_HELD, Act(do="write_minutes", by=OF, data={"record": "会议交流了各方情况，没有新的议定事项。"}, days=2), Act(do="issue", by=OF), Act(do="close", by=OF, days=1), service="joint_meeting", weight=2),
    _story("cancelled", THREE, "cancelled", Act(do="cancel", by=H, data={"reason": "与全区大会时间冲突"}, days=2), service="joint_meeting"),
    _story("open", due(40), "open", Act(do="news", by=OF, data={"note": "已核查十八个工地"}, days=9), service="joint_decision"),
    _story("reported", due(40), "reported", Act(do="report_done", by=OF, data={"done": "三十一个工地全部核查，补设账户两个"}, days=25), service="joint_decision"),
    _story("accepted", due(40), "accepted", Act(do="report_done", by=OF, data={"done": "三十一个工地全部核查，补设账户两个"}, days=25), Act(do="accept", by=LEADER, data={"note": "抽查三个工地，属实"}, days=5), service="joint_decision", weight=4),
    _story("dropped", due(40, body="区住房和城乡建设局"), "dropped", Act(do="drop", by=LEADER, data={"reason": "已并入省里统一核查"}, days=9), service="joint_decision"),
)  # fmt: skip
