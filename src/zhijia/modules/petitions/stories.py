"""How petitions go: answered, reviewed to the end, not ours, not accepted, brought twice, brought without a name."""

# ruff: noqa: E501 (one act, one line)

from collections.abc import Mapping
from typing import Any

from zhijia.kernel.cases.models import Case
from zhijia.kernel.org.queries import parent_unit
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.service.engine import open_case
from zhijia.kernel.service.stories import Act, Scene, Story

W, OF, H, LEADER = Role.WORKER, Role.OFFICER, Role.UNIT_HEAD, Role.LEADER
HEATING = {
    "content": "厂里宿舍停暖三周了，向车间说过两次没人管，请工会帮着解决。", "category": "appeal",
    "wish": "恢复供暖，补发取暖补贴", "accused": "江澜纺织有限公司", "channel": "visit", "people": 12, "representatives": 3,
}  # fmt: skip
CANTEEN = {
    "content": "建议工会驿站晚上延长到十点关门，骑手下班晚，去了都锁着。",
    "category": "proposal",
    "channel": "web",
}
CONDUCT = {
    "content": "单位工会副主席把慰问品分给亲戚，名单没有公示。",
    "category": "report",
    "accused": "江澜化工有限公司工会副主席",
    "channel": "letter",
}
BUS = {"content": "通勤班车取消后，夜班职工回不了家，请协调公交延长末班车。", "category": "appeal", "channel": "phone"}
COURT = {"content": "法院判决驳回我的工伤待遇请求，请工会改判。", "category": "appeal", "channel": "letter"}


def served(scene: Scene) -> Mapping[str, Any]:
    """Handed over today."""
    return {"served": "direct", "day": scene.day(), "proof": "本人签收"}


def told(scene: Scene) -> Mapping[str, Any]:
    """Told in words today."""
    return {"served": "spot", "day": scene.day()}


def union_above(scene: Scene) -> Mapping[str, Any]:
    """The union one level up decides it."""
    unit = scene.case.unit if scene.case else None
    above = parent_unit(unit) if unit else None
    return {"unit": above.pk if above else 0, "reason": "涉及全市公交线路，由市总工会协调"}


def same_thing(scene: Scene) -> Mapping[str, Any]:
    """Somebody else's letter about the same, at the same unit, which leads."""
    mine = scene.case
    assert mine is not None
    known = Case.objects.filter(service="petitions", unit_id=mine.unit_id, closed_at=None, lead=None).exclude(
        pk=mine.pk
    )
    lead = known.filter(category=mine.category, created_at__lt=mine.created_at).order_by("-id").first()
    if lead is not None:
        return {"lead": lead.no}
    made = open_case(
        service="petitions", actor=Actor.platform(), now=scene.now, data=HEATING | {"channel": "letter"},
        region=mine.region, applicant_id=None,
    )  # fmt: skip
    return {"lead": made.no}


_OPINION = {
    "opinion": "经查，宿舍供暖自十月二十八日中断，情况属实。已督促单位于五日内恢复供暖，并按每人每月八十元补发取暖补贴。",
    "law": "《中华人民共和国劳动法》第五十四条",
}
_TAKEN = (
    Act(do="accept", by=OF, data={"note": "先到宿舍看，三天内跟您联系"}, days=2),
    Act(do="draft_receipt", by=OF, days=0),
    Act(do="tell", by=OF, data=told, days=0),
)
_DECIDED = (
    *_TAKEN,
    Act(do="progress", by=OF, data={"note": "已到现场核实，单位答应修管道"}, days=6),
    Act(do="draft_opinion", by=OF, data=_OPINION, days=10),
    Act(do="serve_opinion", by=OF, data=served, days=1),
)
_REVIEWED = (
    *_DECIDED,
    Act(do="ask_review", by=W, data={"reason": "补贴少算了一个月"}, days=9),
    Act(
        do="draft_review",
        by=OF,
        data={"review_outcome": "changed", "review_opinion": "取暖补贴应当自停暖之日起计算，变更为补发两个月。"},
        days=12,
    ),
    Act(do="serve_review", by=OF, data=served, days=1),
)
_AGAIN = (*_REVIEWED, Act(do="ask_re_review", by=W, data={"reason": "还应当赔偿电费"}, days=10))


def _story(
    key: str, answers: Mapping[str, Any], ends: str, *acts: Act, by: Role = W, applicant: bool = True, weight: int = 1
) -> Story:
    return Story(
        key=f"petitions.{key}",
        service="petitions",
        answers=answers,
        by=by,
        applicant=applicant,
        acts=acts,
        ends=ends,
        weight=weight,
    )


STORIES = (
    _story("new", HEATING, "registered", weight=2),
    _story("handling", HEATING, "handling", *_TAKEN, Act(do="ask_extension", by=OF, data={"reason": "要等供热公司检修"}, days=20), Act(do="grant_extension", by=H, data={"reason": "情况属实"}, days=1), Act(do="draft_extension", by=OF, days=0), weight=2),
    _story("opinion", HEATING, "opinion", *_DECIDED, weight=2),
    _story("accepted", HEATING, "closed", *_DECIDED, Act(do="accept_opinion", by=W, days=3), weight=8),
    _story("lapsed", HEATING, "closed", *_DECIDED, Act(do="lapse", by=OF, days=32), weight=6),
    _story("review", HEATING, "review", *_DECIDED, Act(do="ask_review", by=W, data={"reason": "补贴少算了一个月"}, days=9)),
    _story("reviewed", HEATING, "reviewed", *_REVIEWED),
    _story("anew", HEATING, "handling", *_DECIDED, Act(do="ask_review", by=W, data={"reason": "没有到现场看"}, days=9), Act(do="send_back", by=OF, data={"reason": "事实没有查清，请重新调查"}, days=10)),
    _story("re_review", HEATING, "re_review", *_AGAIN),
    _story("concluded", HEATING, "concluded", *_AGAIN, Act(do="draft_re_review", by=LEADER, data={"final_outcome": "upheld", "final_opinion": "电费没有依据，复查意见事实清楚，予以维持。"}, days=14), Act(do="serve_re_review", by=LEADER, data=served, days=1)),
    _story("proposal", CANTEEN, "answered", *_TAKEN, Act(do="answer_proposal", by=OF, data={"adopted": "adopted", "reply": "采纳：下月起三家驿站开到二十二点。"}, days=8), weight=6),
    _story("conduct", CONDUCT, "reported", Act(do="accept", by=OF, days=2), Act(do="tell", by=OF, data=told, days=0), Act(do="conclude_report", by=H, data={"found": "discipline", "reply": "已移交有管理权限的纪检机构，结果由其告知。"}, days=20), weight=2),
    _story("forwarded", BUS, "assigned", Act(do="assign", by=OF, data=union_above, days=3)),
    _story("not_ours", BUS, "registered", Act(do="assign", by=OF, data=union_above, days=3), Act(do="wrong_body", by=OF, data={"reason": "末班车由区里的线路办决定"}, days=2)),
    _story("transferred", BUS, "transferred", Act(do="draft_transfer", by=OF, data={"body": "青禾区交通运输局"}, days=3), Act(do="transfer", by=OF, data=served, days=2)),
    _story("taken", BUS, "referred", Act(do="draft_transfer", by=OF, data={"body": "青禾区交通运输局"}, days=3), Act(do="transfer", by=OF, data=served, days=2), Act(do="taken", by=OF, data={"note": "已由交通运输局受理，编号青交信〔2026〕7号"}, days=6), weight=3),
    _story("declined", COURT, "declined", Act(do="refuse", by=OF, data={"ground": "procedure", "way": "对生效判决不服，可以依法向人民法院申请再审，或者向人民检察院申请监督。"}, days=4), Act(do="draft_not_accepted", by=OF, days=0), weight=2),
    _story("twice", HEATING, "merged", Act(do="merge", by=OF, data=same_thing, days=2), weight=0),
    _story("unsigned", HEATING | {"channel": "letter"}, "closed", Act(do="accept", by=OF, days=2), Act(do="close_unnamed", by=OF, data={"result": "已到宿舍核实，供暖恢复。"}, days=15), by=OF, applicant=False),
)  # fmt: skip
