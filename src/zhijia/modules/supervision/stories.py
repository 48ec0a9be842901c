"""How supervisions and dismissal notices go in life: every state of both services, most often corrected by letter."""

# ruff: noqa: E501 (a declaration reads as a table)

from typing import Any

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.stories import Act, Answers, Scene, Story

OFFICER, HEAD, WORKER = Role.OFFICER, Role.UNIT_HEAD, Role.WORKER


def wages(_scene: Scene) -> dict[str, Any]:
    """A clue about wages that are late."""
    return {
        "finding": "九月、十月工资没有按时足额发放，车间公告栏写明“货款回来再发”。", "category": "wages",
        "employer_name": "江澜鼎新服装有限公司", "industry": "manufacture", "people": 36, "source": "worker",
    }  # fmt: skip


HOURS: Answers = {
    "finding": "旺季连续六周每周只休半天，月加班超过七十小时，加班费按固定数额发放。", "category": "hours",
    "employer_name": "江澜通达快运有限公司", "industry": "platform", "people": 18, "source": "hotline",
}  # fmt: skip
INSURANCE: Answers = {
    "finding": "用工满一年仍未为新进员工办理社会保险登记。", "category": "insurance",
    "employer_name": "青禾物业服务有限公司", "industry": "property", "people": 24, "source": "inspection",
}  # fmt: skip
WOMEN: Answers = {
    "finding": "安排怀孕七个月以上的女职工上夜班。", "category": "women", "employer_name": "江澜康泰医疗用品有限公司",
    "industry": "manufacture", "people": 3, "source": "worker",
}  # fmt: skip
UNION_CLUE: Answers = {
    "finding": "企业工会主席为职工讨要高温津贴后，被调往外地仓库。", "category": "union",
    "employer_name": "江澜宏远物流有限公司", "industry": "transport", "source": "union",
}  # fmt: skip


def today(scene: Scene) -> dict[str, Any]:
    """Handed over today, against signature."""
    return {"served": "direct", "day": scene.day(), "proof": "单位办公室签收"}


def asked(word: str = "yes", fen: str = "", name: str = "张师傅") -> Answers:
    """A worker is asked on the spot."""
    return lambda scene: {
        "name": name,
        "day": scene.day(),
        "how": "face",
        "word": word,
        "fen": fen,
        "said": "钱已经到账。" if fen else "",
    }


def planned(scene: Scene) -> dict[str, Any]:
    """Accepted, with a day."""
    return {
        "reply": "accepts",
        "plan": "分两批补发，本月底前发清。",
        "plan_until": scene.day(10),
        "note": "法定代表人签字。",
    }


def inquiry(scene: Scene) -> dict[str, Any]:
    """What two supervisors found on the spot."""
    return {
        "day": scene.day(), "kind": "papers", "cards": True, "place": "单位财务室", "copies": 14,
        "said": "核对九月、十月工资表和银行流水，实发与应发不符。",
    }  # fmt: skip


TAKE = Act(do="take_up", by=OFFICER)
HEAR = (
    Act(do="hear", by=OFFICER, data={"side": "workers", "note": "职工代表说明了情况和诉求。"}),
    Act(do="hear", by=OFFICER, data={"side": "employer", "note": "人事经理称资金周转困难。"}),
)
REMIND = (
    Act(do="draft_reminder", by=OFFICER, data={"demand": "在十五日内自查并补发", "law": "劳动合同法第三十条"}),
    Act(do="sign_reminder", by=HEAD, days=0.2), Act(do="remind", by=OFFICER, data=today),
)  # fmt: skip
INVESTIGATE = (
    Act(do="investigate", by=OFFICER, data={"first_card": "JL-2031", "second_card": "JL-2044"}),
    Act(do="record_inquiry", by=OFFICER, data=inquiry, days=2),
)
OPINION = (
    Act(do="draft_opinion", by=OFFICER, data={"demand": "十五日内付清拖欠的工资并书面答复", "law": "劳动合同法第三十条"}),
    Act(do="sign_opinion", by=HEAD, days=0.2), Act(do="serve_opinion", by=OFFICER, data=today),
)  # fmt: skip
REFUSES = Act(do="record_reply", by=OFFICER, days=6, data={"reply": "reasons", "note": "称与职工另有口头约定。"})
RECOMMEND = (
    Act(do="draft_recommendation", by=OFFICER, data={"ground_to_act": "uncorrected", "authority": "青禾区人力资源和社会保障局", "demand": "责令限期支付"}),
    Act(do="sign_recommendation", by=HEAD, days=0.2), Act(do="recommend", by=OFFICER, data=today),
)  # fmt: skip
OPENED = Act(do="note_opening", by=OFFICER, days=3, data={"authority_no": "青人社监立〔2026〕18号"})
TRANSFER = (
    Act(do="note_refusal", by=OFFICER, data={"reason": "拒绝提供工资台账。"}),
    Act(do="draft_transfer", by=OFFICER, data={"group": "mass", "procuratorate": "青禾区人民检察院"}),
    Act(do="sign_transfer", by=HEAD, days=0.2), Act(do="transfer", by=OFFICER, data=today),
)  # fmt: skip
SAYS_DONE = Act(do="note_correction", by=OFFICER, days=8, data={"note": "单位来函称已经补发。"})
VERIFY = (
    Act(do="ask_worker", by=OFFICER, data=asked("yes", "8400", "张师傅"), days=3),
    Act(do="ask_worker", by=OFFICER, data=asked("yes", "7900", "李师傅"), days=0.1),
    Act(do="ask_worker", by=OFFICER, data=asked("partly", "3000", "王师傅"), days=0.1),
)
DONE = Act(do="verify_done", by=OFFICER, data={"closing_code": "corrected", "workers": 36, "recovered": "302400", "result": "三十六人的工资已经补发。"})  # fmt: skip


def supervised(key: str, answers: Answers, *acts: Act, ends: str, weight: int = 1, worker: bool = True) -> Story:
    """A supervision that a worker tells of, or that the union found itself."""
    by = WORKER if worker else OFFICER
    return Story(
        key=key, service="supervision", answers=answers, by=by, applicant=worker, acts=acts, ends=ends, weight=weight
    )


LETTERS = (
    supervised("clue", wages, ends="clue", weight=0),
    supervised("refused", HOURS, Act(do="refuse", by=OFFICER, data={"ground": "in_procedure", "way": "仲裁委员会已经受理，可以申请工会法律援助。"}), ends="closed", weight=2),
    supervised("hearing", HOURS, TAKE, *HEAR, ends="hearing", weight=0),
    supervised("reminded", INSURANCE, TAKE, *REMIND, ends="reminded", weight=1, worker=False),
    supervised("reminder_works", INSURANCE, TAKE, *REMIND, Act(do="record_reply", by=OFFICER, data=planned, days=5), SAYS_DONE, *VERIFY,
               Act(do="verify_done", by=OFFICER, data={"closing_code": "corrected", "workers": 24, "result": "二十四人已经参保。"}), ends="closed", weight=8, worker=False),
    supervised("talks", WOMEN, TAKE, *HEAR, Act(do="negotiate", by=OFFICER, data={"willing": True}), ends="talks", weight=0),
    supervised("settled", WOMEN, TAKE, Act(do="negotiate", by=OFFICER, data={"willing": True}),
               Act(do="settle", by=OFFICER, days=5, data={"terms": "立即调回白班，补发夜班期间的差额。", "agreed": "5400"}),
               Act(do="ask_worker", by=OFFICER, data=asked("yes", "1800", "陈女士"), days=4), Act(do="verify_done", by=OFFICER, data={"closing_code": "settled", "result": "三人已经调回白班。"}),
               ends="closed", weight=3),
    supervised("investigating", wages, TAKE, *HEAR, *INVESTIGATE, ends="investigating", weight=0),
    supervised("opinion", wages, TAKE, *INVESTIGATE, *OPINION, ends="opinion", weight=1),
    supervised("opinion_works", wages, TAKE, *HEAR, *INVESTIGATE, *OPINION, Act(do="record_reply", by=OFFICER, data=planned, days=6), SAYS_DONE, *VERIFY, DONE,
               Act(do="propose_typical", by=OFFICER, days=5, data={"heading": "一纸意见书，追回三十万元工资", "body": "某服装企业拖欠两个月工资。工会两名监督员查账后发出意见书，企业在期限内制定计划并分两批补发，工会向职工逐一核实。", "lesson": "先查账，再发函；整改是否到位由职工说了算。", "trade": "manufacture"}),
               Act(do="decide_typical", by=HEAD, data={"verdict": "publish"}), ends="closed", weight=6),
    supervised("replied", HOURS, TAKE, *INVESTIGATE, *OPINION, REFUSES, ends="replied", weight=1),
    supervised("recommended", wages, TAKE, *INVESTIGATE, *OPINION, REFUSES, *RECOMMEND, ends="recommended", weight=1),
    supervised("acting", wages, TAKE, *INVESTIGATE, *OPINION, REFUSES, *RECOMMEND, OPENED, ends="acting", weight=1),
    supervised("ordered", wages, TAKE, *INVESTIGATE, *OPINION, REFUSES, *RECOMMEND, OPENED,
               Act(do="record_decision", by=OFFICER, days=20, data={"decision": "ordered", "note": "责令十五日内支付。"}), *VERIFY,
               Act(do="verify_done", by=OFFICER, data={"closing_code": "ordered", "workers": 36, "recovered": "302400", "result": "责令后付清。"}), ends="closed", weight=2),
    supervised("transferred", wages, TAKE, *INVESTIGATE, *OPINION, REFUSES, *TRANSFER, ends="transferred", weight=1),
    supervised("corrected", INSURANCE, TAKE, *REMIND, SAYS_DONE, ends="corrected", weight=0, worker=False),
    supervised("not_corrected", HOURS, TAKE, *REMIND, SAYS_DONE, Act(do="ask_worker", by=OFFICER, data=asked("no"), days=2),
               Act(do="not_corrected", by=OFFICER, data={"reason": "职工说排班没有变。"}), Act(do="end", by=HEAD, days=4, data={"result": "已告知职工可以向劳动监察投诉。"}), ends="closed", weight=1),
    supervised("above", UNION_CLUE, TAKE, Act(do="hand_up", by=OFFICER, data={"retold": "企业干预工会工作，职工高温津贴没有发放。", "reason": "保护基层工会干部。"}), ends="above", weight=1),
    supervised("retaliation", wages, TAKE, Act(do="report_retaliation", by=WORKER, data={"form": "moved", "words": "反映情况后被调去夜班。"}),
               Act(do="answer_retaliation", by=HEAD, data={"reached": "stopped", "result": "已要求恢复原岗位。"}, days=0.5), ends="hearing", weight=1),
    supervised("relapse", HOURS, TAKE, *REMIND, SAYS_DONE, Act(do="ask_worker", by=OFFICER, data=asked()), Act(do="verify_done", by=OFFICER, data={"closing_code": "corrected", "result": "排班已调整。"}),
               Act(do="relapse", by=WORKER, days=30, data={"words": "又回到每周休半天。"}), ends="hearing", weight=1),
)  # fmt: skip


def fault(scene: Scene) -> dict[str, Any]:
    """A notice in time, for a fault."""
    return {
        "grounds": "以多次旷工为由，拟解除劳动合同。", "category": "fault", "employer_name": "江澜鼎新服装有限公司", "worker": "赵某",
        "told": "before", "planned_on": scene.day(7),
    }  # fmt: skip


def silent_layoff(scene: Scene) -> dict[str, Any]:
    """The worker says that it happened already."""
    return {
        "grounds": "口头通知不用来上班，没有说明理由。", "category": "unsaid", "employer_name": "青禾物业服务有限公司", "told": "never",
        "planned_on": scene.day(-1),
    }  # fmt: skip


OBJECT = (
    Act(do="draft_objection", by=OFFICER, data={"against": "facts", "objection": "考勤记录显示该职工当日在岗。", "law": "劳动合同法第三十九条"}),
    Act(do="sign_objection", by=HEAD, days=0.2), Act(do="object", by=OFFICER, data=today),
)  # fmt: skip
UPHOLDS = Act(
    do="record_answer", by=OFFICER, days=5, data={"answer": "upholds", "written": True, "note": "坚持原决定。"}
)
TELL = Act(do="tell_rights", by=OFFICER, data={"way": "可以要求继续履行或者二倍赔偿金，一年内申请仲裁。"})
UNTOLD = (
    Act(do="find_untold", by=OFFICER, data={"reason": "没有收到任何通知。"}), Act(do="draft_demand", by=OFFICER),
    Act(do="sign_demand", by=HEAD, days=0.2), Act(do="demand", by=OFFICER, data=today),
)  # fmt: skip


def noticed(key: str, answers: Answers, *acts: Act, ends: str, weight: int = 1, by: Role = OFFICER) -> Story:
    """A dismissal of which the union is told, or hears."""
    return Story(key=key, service="dismissal_notice", answers=answers, by=by, acts=acts, ends=ends, weight=weight)


NOTICES = (
    noticed("noticed", fault, ends="noticed", weight=0),
    noticed("no_objection", fault, Act(do="no_objection", by=OFFICER, data={"note": "旷工属实，制度经民主程序制定并公示。"}), TELL,
            Act(do="close", by=OFFICER, days=5, data={"closing_code": "accepted", "result": "职工没有异议。"}), ends="closed", weight=4),
    noticed("objected", fault, *OBJECT, ends="objected", weight=1),
    noticed("taken_back", fault, *OBJECT, Act(do="record_answer", by=OFFICER, days=4, data={"answer": "withdraws", "written": True, "note": "撤回解除决定。"}), ends="closed", weight=3),
    noticed("upheld", fault, *OBJECT, UPHOLDS, ends="stands", weight=1),
    noticed("advised", fault, *OBJECT, UPHOLDS, TELL, Act(do="choose_way", by=WORKER, data={"wish": "double"}), ends="advised", weight=1),
    noticed("untold", silent_layoff, *UNTOLD, ends="untold", weight=1, by=WORKER),
    noticed("cured", silent_layoff, *UNTOLD, Act(do="cure", by=OFFICER, days=3, data=lambda s: {"day": s.day(), "grounds": "岗位撤销，协商变更未达成一致。", "category": "unfit"}), *OBJECT,
            Act(do="record_answer", by=OFFICER, days=4, data={"answer": "changes", "written": True, "note": "改为协商变更岗位。"}), ends="stands", weight=1, by=WORKER),
    noticed("unlawful", silent_layoff, *UNTOLD, Act(do="record_suit", by=WORKER, days=5, data=lambda s: {"sued_on": s.day()}), Act(do="find_uncured", by=OFFICER), TELL,
            Act(do="close", by=OFFICER, days=20, data={"closing_code": "paid", "paid": "36000", "result": "法院判决支付赔偿金，已经到账。"}), ends="closed", weight=1, by=WORKER),
)  # fmt: skip
STORIES = (*LETTERS, *NOTICES)
