"""How findings and rounds go: mended and accepted, disputed, handed back, come back, late."""

# ruff: noqa: E501 (one act, one line)

from collections.abc import Callable, Mapping
from typing import Any

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.stories import Act, Scene, Story

OF, H, SV = Role.OFFICER, Role.UNIT_HEAD, Role.SUPERVISOR
FINDING = {
    "finding": "女职工权益保护专项集体合同到期四个月没有续签，也没有向职工公布。", "category": "contract",
    "law": "《中华人民共和国妇女权益保障法》第四十四条", "department": "女职工工作部",
}  # fmt: skip
FUNDS = {
    "finding": "慰问品采购三次化整为零，没有比价记录。", "category": "funds", "law": "基层工会经费收支管理办法", "department": "财务部",
}  # fmt: skip
REST = {
    "finding": "三家企业高温津贴没有随九月工资发放。",
    "category": "wages",
    "law": "防暑降温措施管理办法",
    "department": "权益保障部",
}
LAW = {
    "name": "工会法贯彻执行情况检查",
    "category": "enforcement",
    "about": "检查工会法、女职工劳动保护特别规定执行情况",
}


def planned(days: int) -> Callable[[Scene], Mapping[str, Any]]:
    """Measures, and a date so many days off."""
    return lambda scene: {
        "plan": "一、十日内重新协商文本；二、提交职工代表大会审议；三、报送审查并向全体职工公布。",
        "due": scene.day(days),
    }


def longer(scene: Scene) -> Mapping[str, Any]:
    """What is still missing, and two weeks more."""
    return {"reason": "只有合同文本，没有公布的照片，请补齐。", "due": scene.day(14)}


def held(scene: Scene) -> Mapping[str, Any]:
    """A round that ended today."""
    return LAW | {"begun": scene.day(-11), "ended": scene.day()}


def found(finding: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same finding as a round's page asks for it."""
    return {**{key: value for key, value in finding.items() if key != "category"}, "matter": finding["category"]}


_SENT = (Act(do="draft_notice", by=OF), Act(do="send", by=OF, days=2))
_OWNED = (*_SENT, Act(do="own_up", by=OF, days=3))
_WORK = (*_OWNED, Act(do="plan", by=OF, data=planned(40), days=5))
_DONE = (
    *_WORK,
    Act(do="progress", by=OF, data={"note": "文本已提交职代会审议"}, days=15),
    Act(do="record_proof", by=OF, data={"proof": "paper", "said": "续签的专项集体合同文本"}, days=10),
    Act(do="submit", by=OF, data={"done": "已续签并报人社部门审查，在厂务公开栏公布。"}, days=1),
    Act(do="draft_reply", by=OF, days=0),
)
_ACCEPTED = (
    *_DONE,
    Act(do="accept", by=SV, data={"verdict": "查阅合同文本、审查意见书和公布照片，属实。"}, days=4),
    Act(do="draft_acceptance", by=SV, days=0),
)
_ROUND = (
    Act(do="add_finding", by=OF, data=found(FINDING)),
    Act(do="add_finding", by=OF, data=found(REST), days=0),
    Act(do="rectify", by=OF, days=3),
)


def _story(key: str, answers: Any, ends: str, *acts: Act, service: str = "rectification", weight: int = 1) -> Story:
    return Story(
        key=f"{service}.{key}",
        service=service,
        answers=answers,
        by=OF,
        applicant=False,
        acts=acts,
        ends=ends,
        weight=weight,
    )


STORIES = (
    _story("new", FUNDS, "registered"),
    _story("told", REST, "notified", *_SENT),
    _story("disputed", REST, "disputed", *_SENT, Act(do="dispute", by=OF, data={"reason": "其中一家当月没有高温作业"}, days=4)),
    _story("withdrawn", REST, "withdrawn", *_SENT, Act(do="dispute", by=OF, data={"reason": "气象记录显示当月未达三十五度"}, days=4), Act(do="withdraw_finding", by=SV, data={"reason": "核对气象记录，异议成立"}, days=5)),
    _story("upheld", REST, "planning", *_SENT, Act(do="dispute", by=OF, data={"reason": "企业说已随十月发放"}, days=4), Act(do="uphold", by=SV, data={"reason": "没有发放凭证，维持"}, days=5)),
    _story("working", FINDING, "rectifying", *_WORK, Act(do="ask_extension", by=OF, data={"reason": "职代会改期"}, days=20), Act(do="grant_extension", by=SV, data={"reason": "情况属实，同意一次"}, days=2)),
    _story("handed_in", FINDING, "submitted", *_DONE, weight=2),
    _story("handed_back", FINDING, "rectifying", *_DONE, Act(do="hand_back", by=SV, data=longer, days=4)),
    _story("accepted", FINDING, "accepted", *_ACCEPTED, weight=6),
    _story("closed", FINDING, "closed", *_ACCEPTED, Act(do="close", by=SV, data={"checked": "workers", "note": "抽访十名女职工，都知道合同内容"}, days=120), weight=6),
    _story("came_back", FUNDS, "reopened", *_ACCEPTED, Act(do="come_back", by=SV, data={"reason": "本季度采购又没有比价记录"}, days=90)),
    _story("listing", held, "finding", Act(do="add_finding", by=OF, data=found(FINDING)), service="rectification_round"),
    _story("rectifying", held, "rectifying", *_ROUND, service="rectification_round"),
    _story("reported", held, "reported", *_ROUND, Act(do="draft_report", by=OF, days=60), Act(do="report", by=OF, days=3), service="rectification_round", weight=2),
    _story("nothing", held, "closed", Act(do="nothing_found", by=OF, data={"note": "抽查八家单位，没有发现问题"}, days=4), service="rectification_round"),
)  # fmt: skip
