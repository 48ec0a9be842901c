"""How arbitrations and payment orders go in life: one course for every state, those that end by themselves by weight."""

# ruff: noqa: E501 (one act, one line)

from collections.abc import Mapping
from typing import Any

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.stories import Act, Answers, Scene, Story

FIRM, PLACE, SEAT = "江澜劳务有限公司", "江澜市青禾区建设路 88 号工地", "江澜市城关区解放路 8 号"
COMMISSION, COURT = "江澜市青禾区劳动人事争议仲裁委员会", "江澜市青禾区人民法院"


def by_unit(do: str, data: Answers | None = None, days: float = 1) -> Act:
    """The officer at the unit."""
    return Act(do=do, by=Role.OFFICER, data=data or {}, days=days)


def by_worker(do: str, data: Answers | None = None, days: float = 1) -> Act:
    """The worker."""
    return Act(do=do, by=Role.WORKER, data=data or {}, days=days)


def wages(scene: Scene) -> Mapping[str, Any]:
    """Two months of wages."""
    months = scene.dice.choice(("八月、九月", "九月、十月", "上两个月"))
    return {
        "claim": f"我在工地做钢筋工，{months}的工资一直没发，催了几次都说等工程款。现在人已经走了。", "category": "wages",
        "employer_name": FIRM, "amount": "16800", "people": "1", "known_on": scene.day(-60), "ended": scene.day(-45),
    }  # fmt: skip


def dismissal(scene: Scene) -> Mapping[str, Any]:
    """Dismissed without reason after six years."""
    return {
        "claim": "干了六年，公司口头通知让我第二天不用来了，没有说理由，也没有补偿。我想要赔偿金和没付的年休假工资。", "category": "dismissal",
        "employer_name": "江澜电子科技有限公司", "amount": "78200", "people": "1", "known_on": scene.day(-20), "ended": scene.day(-20),
    }  # fmt: skip


def team(scene: Scene) -> Mapping[str, Any]:
    """Twelve of one shop that closed."""
    return {
        "claim": "餐厅关门了，十二个人三个月的工资和补偿都没有给，老板电话不接。我们想一起申请仲裁。", "category": "wages",
        "employer_name": "江澜湖畔餐饮管理有限公司", "amount": "216000", "people": "12", "known_on": scene.day(-30), "ended": scene.day(-30),
    }  # fmt: skip


def lodged(scene: Scene) -> Mapping[str, Any]:
    """Handed in today."""
    return {"filed_on": scene.day()}


def accepted(scene: Scene) -> Mapping[str, Any]:
    """Accepted today."""
    return {"accepted_on": scene.day(), "commission_no": f"青劳人仲案字〔2026〕第{scene.dice.randint(100, 999)}号"}


def hearing(scene: Scene) -> Mapping[str, Any]:
    """A hearing in a fortnight."""
    return {
        "notified_on": scene.day(),
        "at": scene.at(14, 9),
        "minutes": "120",
        "place": "仲裁院第一仲裁庭，请带身份证和证据原件",
    }


def award(declared: str, results: str) -> Answers:
    """An award that both sides got today."""

    def told(scene: Scene) -> Mapping[str, Any]:
        return {
            "award_on": scene.day(), "received_on": scene.day(), "employer_received_on": scene.day(), "declared": declared,
            "results": results, "result": "裁决书已送达，见附件。",
        }  # fmt: skip

    return told


def judged(scene: Scene) -> Mapping[str, Any]:
    """A judgment that came today."""
    return {
        "judged_on": scene.day(),
        "sum": "16800",
        "perform_by": scene.day(25),
        "result": "判令被告支付工资 16800 元。",
    }


def ruling(words: str) -> Answers:
    """A refusal or a ruling that came today."""
    return lambda scene: {"refused_on": scene.day(), "result": words}


def perform(scene: Scene) -> Mapping[str, Any]:
    """To be kept within a fortnight."""
    return {"perform_by": scene.day(15), "result": "按裁决书履行。"}


APPLY = {
    "particulars": "男，1990 年 3 月生，住江澜市青禾区城西路 5 号", "work_place": PLACE, "seat": SEAT, "principal": "李某，执行董事",
    "reasons": "申请人在被申请人处工作，双方约定按月支付工资。被申请人没有按时足额支付，经多次催要仍不支付。",
}  # fmt: skip
PROOFS = (
    by_unit(
        "add_evidence", {"evidence": "劳动合同", "proves": "劳动关系和工资标准", "held": "worker", "pages": "6"}, 0
    ),
    by_unit("add_evidence", {"evidence": "考勤记录和工资台账", "proves": "出勤天数和欠付金额", "held": "employer"}, 0),
)
WAGES = (
    by_unit("add_claim", {"item": "wages", "said": "两个月", "fen": "16800"}), *PROOFS,
    by_unit("write", APPLY), by_unit("draft_evidence", days=0),
    by_unit("draft_power", {"agent": "周明，青禾区总工会公职律师，0000-12351", "scope": "general"}, 0),
)  # fmt: skip
DISMISSAL = (
    by_unit("add_claim", {"item": "damages", "said": "工作六年，按经济补偿的二倍", "fen": "72000"}),
    by_unit("add_claim", {"item": "leave", "said": "2025 年、2026 年未休年休假工资", "fen": "6200"}, 0), *PROOFS, by_unit("write", APPLY),
)  # fmt: skip
FILED = (by_unit("lodge", lodged),)
ACCEPTED = (
    *FILED, by_unit("accept", accepted, 3), by_unit("served", lambda s: {"served_on": s.day()}, 3),
    by_unit("tribunal", {"arbitrators": "one", "names": "仲裁员陈某"}, 1), by_unit("answered", lambda s: {"answered_on": s.day()}, 7),
    by_unit("forwarded", {"answer": "单位认可欠薪，只对天数有异议。"}, 2),
)  # fmt: skip
HEARING = (*ACCEPTED, by_unit("sit", hearing, 1))
HEARD = (*HEARING, by_unit("sit_held", {"minutes_text": "双方举证、质证，申请人坚持请求。"}, 15))
FINAL = (*HEARD, by_unit("award", award("final", "1 16800"), 8))
OPEN_AWARD = (*HEARD, by_unit("award", award("open", "1 72000\n2 6200"), 8))
OVERDUE = (*HEARD, by_unit("award_late", {"waits_for": "nothing"}, 40))
TO_COURT = (
    by_unit("draft_complaint", {"court": COURT}), by_unit("sue", lambda s: {"sued_on": s.day(), "court": COURT, "court_no": "（2027）江01民初118号"}),
)  # fmt: skip
LATE_SUIT = (*OVERDUE, *TO_COURT)
JUDGED = (*LATE_SUIT, by_unit("judged", judged, 60))
APPEAL = (*JUDGED, by_unit("appealed", {"appellant": "employer", "court": "江澜市中级人民法院"}, 10))
STANDS = (*FINAL, by_unit("stands", perform, 3))
ENFORCING = (
    *STANDS, by_unit("draft_enforcement", {"court": COURT}, 18),
    by_unit("enforce", {"court": COURT, "court_no": "（2027）江01执26号"}),
)  # fmt: skip
CHALLENGED = (*FINAL, by_unit("challenge", {"court": "江澜市中级人民法院"}, 12))
ADVICE = {"advice": "如果收到新的文书，请当天告诉我们；需要时可以申请法律援助。"}
KEPT = by_worker("kept", days=9)


def told(
    key: str, acts: tuple[Act, ...], ends: str, *, answers: Answers = wages, weight: int = 0, by: Role = Role.WORKER
) -> Story:
    """One course of an arbitration."""
    return Story(
        key=f"arbitration_{key}", service="arbitration", answers=answers, by=by, acts=acts, ends=ends, weight=weight
    )


ARBITRATIONS = (
    told("preparing", WAGES, "preparing"),
    told("team", (
        by_unit("add_claim", {"item": "wages", "said": "十二人，三个月", "fen": "180000"}), by_unit("add_claim", {"item": "severance", "said": "十二人，各半年至两年工龄", "fen": "36000"}, 0),
        *PROOFS, by_unit("write", APPLY),
    ), "preparing", answers=team),
    told("filed", (*WAGES, *FILED), "filed"),
    told("refused", (
        *WAGES, *FILED, by_unit("refuse", lambda s: {"refusal": "venue", "refused_on": s.day(), "result": "不属本委管辖。"}, 4),
        by_unit("file_again", {"note": "改向劳动合同履行地的仲裁委员会申请。"}), *FILED,
        by_unit("refuse", lambda s: {"refusal": "papers", "refused_on": s.day(), "result": "材料不齐。"}, 4),
    ), "refused"),
    told("silent", (*WAGES, *FILED, by_unit("silent", days=8), *TO_COURT), "first", weight=1),
    told("accepted", (*WAGES, *ACCEPTED), "accepted"),
    told("hearing", (
        *WAGES, *ACCEPTED, by_unit("ask_recusal", {"bias": "kin", "reason": "仲裁员是单位法定代表人的亲属。"}),
        by_unit("recusal_decided", {"recusal": "granted"}, 2), by_unit("sit", hearing, 1), by_unit("ask_postponement", {"postpone_reason": "家人住院需要陪护。"}),
        by_unit("postponement_decided", {"postponement": "granted"}, 2), by_unit("sit_moved", hearing, 1),
    ), "hearing"),
    told("heard", (
        *WAGES, *HEARD, by_unit("ask_advance", {"clear": True, "hardship": True, "advance_fen": "5000", "advance_reason": "一家三口靠这份工资生活，房租已欠两个月。"}),
        by_unit("advance_decided", {"advance": "granted"}, 3), by_unit("prolong", {"reason": "案情复杂，仲裁委员会主任批准延期。"}, 2),
    ), "heard"),
    told("overdue", (*WAGES, *OVERDUE), "overdue"),
    told("awarded", (*DISMISSAL, *OPEN_AWARD), "awarded", answers=dismissal),
    told("challenged", (*WAGES, *CHALLENGED), "challenged"),
    told("void", (*WAGES, *CHALLENGED, by_unit("award_set_aside", ruling("裁定撤销仲裁裁决。"), 30)), "void"),
    told("first", (*DISMISSAL, *OPEN_AWARD, *TO_COURT), "first", answers=dismissal),
    told("judged", (*WAGES, *JUDGED), "judged"),
    told("appeal", (*WAGES, *APPEAL), "appeal"),
    told("effective", (*WAGES, *STANDS), "effective"),
    told("enforcing", (*WAGES, *ENFORCING, by_unit("received", {"fen": "6000"}, 20)), "enforcing"),
    told("kept", (*WAGES, *STANDS, KEPT), "closed", weight=6),
    told("mediated", (
        *WAGES, *HEARD, by_unit("mediate", {"offer": "单位愿意一周内付清。"}),
        by_unit("mediated", lambda s: {"sum": "16000", "perform_by": s.day(7), "result": "调解书：支付 16000 元。"}, 2),
        by_unit("kept_proved", {"fen": "16000", "note": "银行回单；电话问过职工本人。"}, 6),
    ), "closed", weight=5),
    told("settled", (*WAGES, *ACCEPTED, by_unit("settled", {"sum": "15000", "result": "双方和解，当场支付。"}, 3)), "closed", weight=2),
    told("enforced", (*WAGES, *ENFORCING, by_unit("enforced", {"fen": "16800", "result": "扣划到账。"}, 40)), "closed", weight=2),
    told("partial", (
        *DISMISSAL, *HEARD, by_unit("partial_award", lambda s: {"claim_no": "2", "yes": True, "fen": "6200", "partial_on": s.day()}, 5),
        by_unit("partial_left", days=16), by_unit("award", award("open", "1 72000"), 5),
    ), "awarded", answers=dismissal),
    told("lost", (
        *DISMISSAL, *HEARD, by_unit("award", award("open", "1 0\n2 驳回"), 8), by_unit("draft_closing", ADVICE, 5), by_unit("conclude", {"closing_code": "lost"}),
    ), "closed", answers=dismissal, weight=2),
    told("second_instance", (
        *WAGES, *APPEAL, by_unit("final_judgment", judged, 60), by_unit("received", {"fen": "16800"}, 20), by_unit("kept_proved", {"fen": "0", "note": "法院账户转付，回单在卷。"}),
    ), "closed", weight=1),
    told("withdrawn", (*WAGES[:1], by_worker("withdraw", {"remark": "单位已经把钱给我了。"}, 4)), "closed", weight=1),
)  # fmt: skip


def owed(scene: Scene) -> Mapping[str, Any]:
    """An agreement that was not kept."""
    return {
        "claim": "双方在区总工会达成调解协议，约定十日内付清两个月工资一万六千八百元，到期没有付。", "category": "wages", "employer_name": FIRM,
        "amount": "16800", "people": "1", "known_on": scene.day(-40), "agreement": True, "agreement_on": scene.day(-25), "due_on": scene.day(-15),
    }  # fmt: skip


def owed_plain(scene: Scene) -> Mapping[str, Any]:
    """Wages with an acknowledgement of the debt, without agreement."""
    return {
        "claim": "单位给我打了欠条，写明欠九月、十月工资九千六百元，上个月底付清，到现在没付。", "category": "wages", "employer_name": "江澜家具厂",
        "amount": "9600", "people": "1", "known_on": scene.day(-35), "due_on": scene.day(-5),
    }  # fmt: skip


def written(agreement: bool) -> Answers:
    """The application, as it is written down."""
    base = {
        "particulars": "女，1986 年生，住江澜市青禾区河东里 2 号",
        "seat": SEAT,
        "principal": "王某，经理",
        "court": COURT,
        "proofs": "调解协议书、工资欠条、银行流水。",
        "reasons": "双方约定付清工资的日期已过，被申请人没有支付，数额双方没有争议。",
    }
    return lambda s: (
        base | {"agreement": agreement, "due_on": s.day(-10), **({"agreement_on": s.day(-26)} if agreement else {})}
    )


ORDERED = (by_unit("write", written(True)), by_unit("apply", lambda s: {"applied_on": s.day()}))
PLAIN = (by_unit("write", written(False)), by_unit("apply", lambda s: {"applied_on": s.day()}))
TAKEN = (by_unit("accept", lambda s: {"accepted_on": s.day(), "court_no": "（2026）江01民督12号"}, 3),)
ISSUED = (
    *TAKEN,
    by_unit("issue", lambda s: {"issued_on": s.day()}, 8),
    by_unit("serve", lambda s: {"served_on": s.day()}, 2),
)
OBJECTED = (*ISSUED, by_unit("object", lambda s: {"objected_on": s.day(), "result": "单位对金额有异议。"}, 9))
UNPAID = (*ISSUED, by_unit("unpaid", days=17))


def order(key: str, acts: tuple[Act, ...], ends: str, *, answers: Answers = owed, weight: int = 0) -> Story:
    """One course of a payment order."""
    return Story(
        key=f"payment_order_{key}", service="payment_order", answers=answers, acts=acts, ends=ends, weight=weight
    )


ORDERS = (
    order("preparing", (by_unit("write", written(True)),), "preparing"),
    order("applied", ORDERED, "applied"),
    order("refused", (*ORDERED, by_unit("refuse", {"result": "双方还有其他债务纠纷，不予受理。"}, 4)), "refused"),
    order("accepted", (*ORDERED, *TAKEN), "accepted"),
    order("issued", (*ORDERED, *ISSUED), "issued"),
    order("objected", (*PLAIN, *OBJECTED), "objected", answers=owed_plain),
    order("due", (*ORDERED, *UNPAID), "due"),
    order("enforcing", (*ORDERED, *UNPAID, by_unit("draft_enforcement"), by_unit("enforce")), "enforcing"),
    order("paid", (*ORDERED, *ISSUED, by_unit("pay", {"fen": "16800"}, 10)), "closed", weight=4),
    order("enforced", (*ORDERED, *UNPAID, by_unit("enforce"), by_unit("pay", {"fen": "16800"}, 30)), "closed", weight=1),
    order("to_arbitration", (*PLAIN, *OBJECTED, by_unit("go_arbitration")), "closed", answers=owed_plain, weight=2),
    order("to_suit", (*ORDERED, *OBJECTED, by_unit("go_suit", {"way": "持调解协议书向青禾区人民法院起诉，按普通民事纠纷受理。"})), "closed", weight=1),
)  # fmt: skip
STORIES = (*ARBITRATIONS, *ORDERS)
