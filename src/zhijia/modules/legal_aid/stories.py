"""How cases of legal aid and bookings of lawyers go: together they reach every state.

On a confidential case the lawyer's steps are the assignee's; "by an officer" means them, once there is one.
"""

# ruff: noqa: E501 (one act, one line)

from collections.abc import Mapping
from typing import Any

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.cases.sitting_models import Sitting, SittingState
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.holders import accounts_holding
from zhijia.kernel.service import registry, rota
from zhijia.kernel.service.context import Ctx
from zhijia.kernel.service.stories import Act, Answers, Scene, Story

from .lawyers import ROSTER, ties
from .slots import from_tomorrow
from .visit_models import LawyerHours

O, H, W, B, P = Role.OFFICER, Role.UNIT_HEAD, Role.WORKER, Role.CALLBACK_AGENT, Role.AGENT  # noqa: E741
WAGES: Mapping[str, Any] = {
    "story": "我在青禾新城工地做木工，九月和十月的工资一直没发，包工头说要等工程款。我想要回工资，不知道怎么申请仲裁。",
    "category": "wages", "employer_name": "江澜劳务有限公司", "amount": "16800", "migrant": True,
}  # fmt: skip
INJURY: Mapping[str, Any] = {
    "story": "在车间换模具时手指被压伤，住院十二天，单位不肯申报工伤，也不付医药费。我想申请工伤待遇。",
    "category": "injury", "employer_name": "青禾精密机械有限公司", "amount": "38000", "migrant": True,
}  # fmt: skip
DISMISSED: Mapping[str, Any] = {
    "story": "干了六年，上周公司口头通知不用来了，没有书面理由，也不给补偿。我想要赔偿金。",
    "category": "dismissal", "employer_name": "澜江百货连锁有限公司", "amount": "52000",
}  # fmt: skip
RELATION: Mapping[str, Any] = {
    "story": "送了一年半外卖，站点不签合同，摔伤后说跟我没有劳动关系。我想确认劳动关系。",
    "category": "relation", "employer_name": "江澜速达配送有限公司", "migrant": True,
}  # fmt: skip
INSURED: Mapping[str, Any] = {
    "story": "退休前查社保，发现公司有三年没给我交养老保险，公司说当时约定过不交。",
    "category": "insurance", "employer_name": "北岭纺织厂",
}  # fmt: skip
LOAN: Mapping[str, Any] = {
    "story": "我借给老板八千块钱，他打了借条，现在不还。", "category": "other", "employer_name": "青禾小吃店",
}  # fmt: skip


def known(days: int, told: Mapping[str, Any]) -> Answers:
    """The same, known for so many days."""
    return lambda scene: {**told, "known_on": scene.day(-days)}


def worked(what: str, hours: str, said: str) -> Answers:
    """A line of the log, of that very day."""
    return lambda scene: {"day": scene.day(), "work": what, "hours": hours, "said": said}


def heads(scene: Scene) -> list[int]:
    """Who heads the unit: they stay free to decide on what others did."""
    return accounts_holding(role=Role.UNIT_HEAD, org_id=scene.case.unit_id, now=scene.now) if scene.case else []


def lawyer(scene: Scene) -> Mapping[str, Any]:
    """Whose turn it is among the lawyers of the unit, but for its heads and who has a conflict; nobody named where it
    has no others."""
    if scene.case is None:
        return {}
    seats = rota.seats(ROSTER, org_id=scene.case.unit_id, now=scene.now)
    facts = registry.service(scene.case.service).facts._default_manager.get(pk=scene.case.pk)
    found = ties(Ctx(scene.case, facts, Actor.platform(), None, scene.now), [s.account_id for s in seats])
    kept = [*heads(scene), *found]
    chosen = next((s.account_id for s in seats if s.weight and not s.away and s.account_id not in kept), None)
    return {"lawyer": chosen} if chosen else {}


def reviewed(enough: bool, remark: str) -> Answers:
    """What a review found."""
    points = (
        {"contact": 18, "facts": 17, "law": 18, "steps": 19, "papers": 16}
        if enough
        else {"contact": 14, "facts": 10, "law": 12, "steps": 15, "papers": 8}
    )
    return {**points, "finding": remark, "enough": enough}


def closing(way: str, result: str, recovered: str, report: str) -> Mapping[str, Any]:
    """The closing report."""
    return {"way": way, "result": result, "recovered": recovered, "report": report, "documents": True}


def hearing(scene: Scene) -> Mapping[str, Any]:
    """A morning or an afternoon from the fifth day on, on which the lawyer has nothing else."""
    leader = scene.case.assignee_id if scene.case else None
    taken = Sitting.objects.filter(leader_id=leader, state=SittingState.PLANNED).values_list("starts_at", flat=True)
    busy = {f"{at.astimezone(CHINA):%Y-%m-%dT%H:%M}" for at in taken}
    at = next(found for n in range(5, 60) for hour in (9, 14) if (found := scene.at(n, hour)) not in busy)
    return {"at": at, "minutes": "120", "place": "青禾区劳动人事争议仲裁委员会第二仲裁庭，带身份证"}


EXEMPT_PAY: Mapping[str, Any] = {"exemption": "migrant_pay"}
GRANTED: tuple[Act, ...] = (
    Act(do="screen", by=O, data=EXEMPT_PAY, days=1),
    Act(
        do="grant",
        by=H,
        data={"because": "申请人系进城务工人员，请求支付劳动报酬，免予核查经济困难状况，属于援助范围。"},
        days=1,
    ),
)
TESTED: tuple[Act, ...] = (
    Act(do="screen", by=O, data={"exemption": "none", "household": "3", "income": "1800"}, days=2),
    Act(do="grant", by=H, data={"because": "家庭人均月收入低于当地标准，所述事实有初步证据。"}, days=1),
)
ASSIGNED = (*GRANTED, Act(do="assign", by=H, data=lawyer, days=1))
MET = Act(
    do="meet_client",
    by=O,
    data={"note": "已见面，核对了考勤记录和转账记录，下周提交仲裁申请。请保管好工友群聊天记录。"},
    days=2,
)
WORKING = (*ASSIGNED, MET)
AT_WORK: tuple[Act, ...] = (
    Act(do="log_work", by=O, data=worked("meeting", "1", "会见，制作谈话笔录"), days=0),
    Act(do="log_work", by=O, data=worked("drafting", "3", "起草仲裁申请书和证据目录"), days=2),
    Act(do="draft_official", by=O, data={"tribunal": "青禾区劳动人事争议仲裁委员会"}, days=1),
    Act(do="sit", by=O, data=hearing, days=3),
    Act(do="sit_held", by=O, data={"minutes_text": "开庭，双方质证，仲裁员主持调解未成，择期裁决。"}, days=12),
    Act(do="log_work", by=O, data=worked("hearing", "3", "出庭"), days=0),
)
REPORTED = (
    *WORKING, *AT_WORK,
    Act(do="report", by=O, data=closing("arbitration", "won", "16800", "仲裁裁决支持全部请求，单位已在裁决生效后十日内付清。"), days=14),
)  # fmt: skip
ASKED = (*REPORTED, Act(do="waive_review", by=H, data={"reason": "材料齐全，抽查周期未到。"}, days=3))
SOLVED = (
    *ASKED,
    Act(do="confirm_solved", by=B, data={"satisfaction": "satisfied", "remark": "律师没有收钱，工资拿到了。"}, days=2),
)
APPROVED = (*SOLVED, Act(do="approve_subsidy", by=H, data={}, days=3))
PAID = Act(do="pay_subsidy", by=H, data=lambda s: {"paid_on": s.day(), "voucher": "2026-118"}, days=10)
REFUSED: tuple[Act, ...] = (
    Act(do="screen", by=O, data={"exemption": "none", "household": "2", "income": "1500"}, days=1),
    Act(
        do="refuse", by=H, data={"refusal": "scope", "because": "民间借贷不属于劳动争议，可以向人民法院起诉。"}, days=2
    ),
)
ENDED = (
    *ASSIGNED,
    Act(do="terminate", by=H, data={"ending": "own_lawyer", "because": "受援人已自行委托律师。"}, days=6),
)
OBJECTED = (*REFUSED, Act(do="object", by=W, data={"reason": "老板是从工资里扣的钱，应当算劳动争议。"}, days=5))
UPHELD = (
    *OBJECTED,
    Act(
        do="objection_decided",
        by=H,
        data={
            "decided_by": "bureau",
            "decision": "upheld",
            "note": "司法局维持决定。不服可以在六十日内申请行政复议，也可以提起行政诉讼。",
        },
        days=4,
    ),
)

AID = (
    Story(key="aid_applied", service="legal_aid", answers=known(30, WAGES), ends="applied", weight=1),
    Story(key="aid_incomplete", service="legal_aid", answers=known(40, INSURED), ends="incomplete", weight=1,
          acts=(Act(do="ask_materials", by=O, data={"missing": "身份证复印件\n社会保险缴费记录\n能证明入职时间的材料"}, days=1),)),
    Story(key="aid_lapsed", service="legal_aid", answers=known(40, INSURED), ends="closed", weight=1,
          acts=(Act(do="ask_materials", by=O, data={"missing": "身份证复印件\n社会保险缴费记录"}, days=1), Act(do="lapse", by=O, days=14))),
    Story(key="aid_urgent", service="legal_aid", answers=known(361, WAGES), ends="urgent", weight=1,
          acts=(
              Act(do="first_aid", by=H, data=lambda s: {"urgency": "limitation", **lawyer(s)}, days=0),
              Act(do="log_work", by=O, data=worked("drafting", "2", "当天起草并提交仲裁申请书，保住时效"), days=0),
          )),
    Story(key="aid_screened", service="legal_aid", answers=known(20, INJURY), ends="screened", weight=1,
          acts=(Act(do="screen", by=O, data={"exemption": "migrant_injury"}, days=1),)),
    Story(key="aid_granted", service="legal_aid", answers=known(60, DISMISSED), ends="granted", weight=1, acts=TESTED),
    Story(key="aid_assigned", service="legal_aid", answers=known(60, RELATION), ends="assigned", weight=1, acts=ASSIGNED),
    Story(key="aid_working", service="legal_aid", answers=known(50, WAGES), ends="working", weight=3, acts=(*WORKING, *AT_WORK[:4])),
    Story(key="aid_replaced", service="legal_aid", answers=known(50, WAGES), ends="working", weight=1,
          acts=(*WORKING, Act(do="ask_replacement", by=W, data={"reason": "打了几次电话没有人接。"}, days=3), Act(do="keep_lawyer", by=H, data={"reason": "已核实并当面沟通，律师每周三固定回电。"}, days=2))),
    Story(key="aid_reported", service="legal_aid", answers=known(50, WAGES), ends="reported", weight=1, acts=REPORTED),
    Story(key="aid_review", service="legal_aid", answers=known(50, WAGES), ends="review", weight=1,
          acts=(*REPORTED, Act(do="assign_review", by=H, days=2))),
    Story(key="aid_follow_up", service="legal_aid", answers=known(50, WAGES), ends="follow_up", weight=1,
          acts=(*ASKED, Act(do="call_missed", by=B, data={"note": "上午未接"}, days=1))),
    Story(key="aid_subsidy", service="legal_aid", answers=known(50, WAGES), ends="subsidy", weight=1, acts=SOLVED),
    Story(key="aid_paying", service="legal_aid", answers=known(50, WAGES), ends="paying", weight=1, acts=APPROVED),
    Story(key="aid_done", service="legal_aid", answers=known(50, WAGES), ends="closed", weight=8, acts=(*APPROVED, PAID)),
    Story(key="aid_by_phone", service="legal_aid", answers=known(20, INJURY), by=P, ends="closed", weight=3,
          acts=(
              Act(do="screen", by=O, data={"exemption": "migrant_injury"}, days=1),
              Act(do="grant", by=H, data={"because": "请求工伤人身损害赔偿，免予核查经济困难状况。"}, days=1),
              Act(do="assign", by=H, data=lawyer, days=1), MET,
              Act(do="log_work", by=O, data=worked("evidence", "4", "调取病历和考勤"), days=3),
              Act(do="log_work", by=O, data=worked("talks", "2", "与单位协商"), days=6),
              Act(do="report", by=O, data=closing("mediation", "settled", "31000", "单位同意申报工伤并先行支付医药费，双方签订协议。"), days=20),
              Act(do="waive_review", by=H, data={"reason": "协商结案，材料齐全。"}, days=2),
              Act(do="confirm_solved", by=W, data={"satisfaction": "satisfied"}, days=2),
              Act(do="no_subsidy", by=H, data={"reason": "承办人是工会公职律师，不领补贴。"}, days=3),
          )),
    Story(key="aid_refused", service="legal_aid", answers=LOAN, ends="refused", weight=1, acts=REFUSED),
    Story(key="aid_accepted_refusal", service="legal_aid", answers=LOAN, ends="closed", weight=1, acts=(*REFUSED, Act(do="accept_decision", by=W, days=3))),
    Story(key="aid_terminated", service="legal_aid", answers=known(50, DISMISSED), ends="terminated", weight=1,
          acts=(*TESTED, Act(do="assign", by=H, data=lawyer, days=1), *ENDED[-1:])),
    Story(key="aid_objected", service="legal_aid", answers=LOAN, ends="objected", weight=1, acts=OBJECTED),
    Story(key="aid_upheld", service="legal_aid", answers=LOAN, ends="upheld", weight=1, acts=UPHELD),
    Story(key="aid_corrected", service="legal_aid", answers=LOAN, ends="granted", weight=1,
          acts=(*OBJECTED, Act(do="objection_decided", by=H, data={"decided_by": "bureau", "decision": "corrected", "note": "借条写明从工资中扣除，属于劳动报酬争议，应当给予援助。"}, days=4))),
    Story(key="aid_transferred", service="legal_aid", answers=known(30, DISMISSED), ends="transferred", weight=1,
          acts=(
              Act(do="screen", by=O, data={"exemption": "none", "household": "3", "income": "1700"}, days=1),
              Act(do="transfer", by=H, data={"state_centre": "青禾区法律援助中心"}, days=1),
              Act(do="state_receipt", by=H, data={"state_no": "青法援〔2026〕311 号"}, days=2),
          )),
    Story(key="aid_by_state", service="legal_aid", answers=known(30, DISMISSED), ends="closed", weight=2,
          acts=(
              Act(do="screen", by=O, data={"exemption": "none", "household": "3", "income": "1700"}, days=1),
              Act(do="transfer", by=H, data={"state_centre": "青禾区法律援助中心"}, days=1),
              Act(do="state_receipt", by=H, data={"state_no": "青法援〔2026〕312 号"}, days=2),
              Act(do="state_decides", by=H, data={"decision": "granted", "note": "区法律援助中心已受理并指派律师，律师会联系您。"}, days=5),
          )),
)  # fmt: skip

ASK: Mapping[str, Any] = {
    "question": "公司让我签放弃加班费的承诺书，不签就不续合同，我该不该签？", "category": "other", "employer_name": "青禾电子有限公司", "mode": "office",
}  # fmt: skip
ASK_PHONE: Mapping[str, Any] = {
    "question": "工资拖了两个月，我想知道怎么要，证据要准备哪些。", "category": "wages", "employer_name": "江澜劳务有限公司", "mode": "phone",
}  # fmt: skip


def hours(scene: Scene) -> Mapping[str, Any]:
    """Two hours of a lawyer of the unit that are not offered yet, from the next day on."""
    found = lawyer(scene)
    known = set(LawyerHours.objects.filter(lawyer_id=found.get("lawyer")).values_list("day", "begins__hour"))
    taken = {f"{day}T{hour:02}:00" for day, hour in known}
    at = next(at for n in range(1, 60) for hour in (9, 14, 16) if (at := scene.at(n, hour)) not in taken)
    return {"at": at, "length": "120", "place": "青禾区职工服务中心 203 室", **found}


def slot(scene: Scene) -> Mapping[str, Any]:
    """The first free hour of a day to come."""
    return {"slot": from_tomorrow(scene.case, scene.now, without=heads(scene)) if scene.case else None}


BOOKED: tuple[Act, ...] = (
    Act(do="publish_hours", by=H, data=hours, days=0),
    Act(do="choose_slot", by=W, data=slot, days=0),
)
CONFIRMED = (*BOOKED, Act(do="confirm", by=O, data={"note": "青禾区职工服务中心 203 室，带劳动合同和工资条。"}, days=0))
TALKED = (
    *CONFIRMED,
    Act(
        do="advise",
        by=O,
        days=2,
        data={
            "advice": "加班费是法定报酬，承诺放弃无效，不签不构成违纪。请保留承诺书照片和聊天记录；单位以此不续签的，可以要求经济补偿。"
        },
    ),
)
VISITS = (
    Story(key="visit_asked", service="lawyer_visit", answers=ASK, ends="asked", weight=1),
    Story(key="visit_booked", service="lawyer_visit", answers=ASK_PHONE, ends="booked", weight=1, acts=BOOKED),
    Story(key="visit_confirmed", service="lawyer_visit", answers=ASK, ends="confirmed", weight=1, acts=CONFIRMED),
    Story(key="visit_advised", service="lawyer_visit", answers=ASK, ends="advised", weight=1, acts=TALKED),
    Story(key="visit_answered", service="lawyer_visit", answers=ASK, ends="closed", weight=6, acts=(*TALKED, Act(do="answered", by=W, days=1))),
    Story(key="visit_aid", service="lawyer_visit", answers=ASK_PHONE, ends="closed", weight=2, acts=(*TALKED, Act(do="begin_aid", by=O, data={"migrant": True}, days=0))),
    Story(key="visit_missed", service="lawyer_visit", answers=ASK_PHONE, ends="missed", weight=1, acts=(*CONFIRMED, Act(do="not_come", by=O, days=2))),
    Story(key="visit_cancelled", service="lawyer_visit", answers=ASK, ends="closed", weight=1, acts=(*BOOKED, Act(do="cancel", by=W, days=0))),
)  # fmt: skip
STORIES = (*AID, *VISITS)
