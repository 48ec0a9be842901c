"""How disputes go: settled by talks, mediated and kept, broken, without agreement, withdrawn; alone or together."""

# ruff: noqa: E501 (one story, one line)

from collections.abc import Mapping
from typing import Any

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.cases.sitting_models import Sitting, SittingState
from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.stories import Act, Scene, Story

UNIT, WORKER = Role.OFFICER, Role.WORKER
FIRMS = ("青禾服装有限公司", "江澜劳务有限公司", "青禾区便民餐饮店", "江澜物流有限公司", "青禾电子科技有限公司")


def _told(claim: str, category: str, amount: int, **more: Any) -> Any:
    """What a worker tells, about one of some firms."""

    def told(scene: Scene) -> Mapping[str, Any]:
        yuan = amount + 100 * scene.dice.randrange(0, 40)
        return {
            "claim": claim, "category": category, "employer_name": scene.dice.choice(FIRMS), "amount": str(yuan),
            "hurt_on": scene.day(-20), **more,
        }  # fmt: skip

    return told


def _terms(scene: Scene) -> Mapping[str, Any]:
    """Two instalments."""
    return {
        "terms": "用人单位分两期付清，付清后双方再无其他争议。",
        "instalments": f"{scene.day(20)} 4000\n{scene.day(50)} 3600",
    }


def _one(scene: Scene) -> Mapping[str, Any]:
    """All on one day."""
    return {"terms": "用人单位一次付清。", "agreed": "7600", "due": scene.day(10)}


def _paid(fen: str) -> Any:
    return lambda scene: {"fen": fen, "day": scene.day(), "paid_how": "bank", "proof": "银行回单"}


def _signed(scene: Scene) -> Mapping[str, Any]:
    return {"day": scene.day(), "by_worker": True, "by_employer": True, "by_mediator": True, "sealed": True}


def _sit(scene: Scene) -> Mapping[str, Any]:
    """An hour that the mediator has free, from the third day on."""
    leader = scene.case.assignee_id if scene.case else None
    taken = Sitting.objects.filter(leader_id=leader, state=SittingState.PLANNED, starts_at__gt=scene.now)
    busy = {f"{at.astimezone(CHINA):%Y-%m-%dT%H:%M}" for at in taken.values_list("starts_at", flat=True)}
    hours = [scene.at(day, hour=hour) for day in range(3, 40) for hour in (9, 10, 11, 14, 15, 16)]
    free = [hour for hour in hours if leader is None or hour not in busy][:4]
    return {"at": scene.dice.choice(free), "minutes": 60, "place": "区总工会职工服务中心，请带工资条和考勤记录"}


ACCEPT = Act(do="accept", by=UNIT, data={"willing": True}, days=2)
HEARD = Act(do="sit_held", by=UNIT, days=4, data={"minutes_text": "职工一方陈述：工资拖了两个月。\n用人单位：承认拖欠，希望分期。\n调解员：说明工资应当按月足额支付。"})  # fmt: skip
MEET = (ACCEPT, Act(do="sit", by=UNIT, data=_sit, days=1), HEARD)
PROPOSE = Act(do="propose", by=UNIT, days=1, data={"proposal": "分两期付清，依据劳动合同法第三十条。"})
WAIVE = Act(do="waive", by=UNIT, days=2, data={"note": "双方知道可以申请确认，表示按期付款，不申请。"})
AGREE, SIGN = Act(do="agree", by=UNIT, data=_terms, days=1), Act(do="signed", by=UNIT, data=_signed, days=1)
TALK = Act(
    do="request_talk", by=UNIT, days=1, data={"demand": "请补发拖欠的工资，并说明以后每月何时发。", "consent": True}
)
SERVED = Act(
    do="talk_served", by=UNIT, days=1, data=lambda s: {"served": "direct", "day": s.day(), "proof": "门卫签收"}
)
WILLING = Act(do="talk_willing", by=UNIT, days=2, data={"note": "单位约周三下午面谈"})
TALKED = (TALK, SERVED, WILLING, Act(do="talk_agree", by=UNIT, data=_one, days=4))
ADVISED = Act(
    do="advise",
    by=UNIT,
    days=2,
    data={"ways": "向区劳动人事争议仲裁委员会申请仲裁，免费；时效一年，材料清单已交给您。"},
)

WAGES = _told("八月和九月的工资没有发，一共两个月。单位说货款没到。", "wages", 7600)
OVERTIME = _told("每周六都上班，加班费只按平时工资算，半年了。", "overtime", 9300)
FIRED = _told("没有提前通知就不让上班了，要求支付补偿。", "dismissal", 15200, ended="")
INJURED = _told("上班时手指受伤，单位没有报工伤，医疗费自己垫的。", "insurance", 8800)
LEAVE = _told("三年没有休过年假，离职时也没有折算工资。", "leave", 4200)
TALKS_FIRST = _told("这个月少发了全勤奖，想先请工会帮忙问问单位。", "wages", 1200, first="talk")


TEAM = ["缝纫工", "缝纫工", "裁剪工", "裁剪工", "熨烫工", "熨烫工", "质检员", "质检员", "包装工", "包装工", "机修工"]
NAMES = ["李秀英", "王建国", "张丽华", "刘志强", "陈玉兰", "杨永红", "赵海燕", "黄国平", "周春梅", "吴立新", "徐慧敏"]
LIST = tuple(
    {"name": name, "phone": f"139880010{n:02}", "job": job, "claimed": 5600_00 + 200_00 * (n % 4)}
    for n, (name, job) in enumerate(zip(NAMES, TEAM, strict=True), 1)
)
"""Eleven colleagues of the worker who came first, as their workbook names them."""
TOGETHER = _told("车间十二个人两个月没有发工资，大家推举代表来谈。", "wages", 69600, people=12)
TWELVE = " ".join(map(str, range(1, 13)))


def _of_all(scene: Scene) -> Mapping[str, Any]:
    """Two instalments for twelve."""
    return {
        "terms": "用人单位分两期付清十二名职工的工资。",
        "instalments": f"{scene.day(15)} 36000\n{scene.day(45)} 33600",
    }


def _story(key: str, answers: Any, *acts: Act, ends: str, weight: int = 1) -> Story:
    return Story(key=f"disputes.{key}", service="disputes", answers=answers, acts=acts, ends=ends, weight=weight)


STORIES = (
    _story("told", OVERTIME, ends="applied", weight=1),
    _story("talks", TALKS_FIRST, TALK, SERVED, ends="consulting", weight=1),
    _story("settled", TALKS_FIRST, *TALKED, SIGN, ends="settled", weight=2),
    _story("settled_kept", TALKS_FIRST, *TALKED, SIGN, Act(do="record_payment", by=UNIT, data=_paid("7600"), days=6), Act(do="kept", by=WORKER, days=2), ends="closed", weight=5),
    _story("silent", TALKS_FIRST, TALK, SERVED, Act(do="talk_over", by=UNIT, days=16, data={"answer": "silent"}), Act(do="apply", by=WORKER, days=1), *MEET, AGREE, SIGN, ends="agreed", weight=2),
    _story("mediating", FIRED, *MEET, PROPOSE, ends="mediating", weight=1),
    _story("to_sign", LEAVE, *MEET, AGREE, ends="signing", weight=1),
    _story("agreed", WAGES, *MEET, PROPOSE, AGREE, SIGN, ends="agreed", weight=3),
    _story("kept", WAGES, *MEET, AGREE, SIGN, WAIVE, Act(do="record_payment", by=UNIT, data=_paid("4000"), days=16), Act(do="record_payment", by=UNIT, data=_paid("3600"), days=29), Act(do="kept", by=WORKER, days=3), ends="closed", weight=9),
    _story("confirmed", FIRED, *MEET, AGREE, SIGN, Act(do="ask_court", by=UNIT, days=6, data={"confirm_body": "青禾区人民法院"}),
           Act(do="confirm", by=UNIT, days=15, data=lambda s: {"day": s.day(), "confirm_no": "（2026）民特12号"}), Act(do="record_payment", by=UNIT, data=_paid("7600"), days=3), Act(do="kept", by=WORKER, days=2), ends="closed", weight=3),
    _story(
        "together", TOGETHER, ACCEPT, Act(do="list_workers", by=UNIT, rows=LIST, days=0), Act(do="set_claim", by=UNIT, data={"lines": "1", "claimed": "5800"}, days=0), Act(do="choose_representatives", by=UNIT, data={"lines": "1 2 5"}, days=1), *MEET[1:],
        Act(do="agree", by=UNIT, data=_of_all, days=1), Act(do="record_say", by=UNIT, data={"lines": TWELVE, "said": "agreed"}, days=1), Act(do="draft_list", by=UNIT, days=0),
        SIGN, Act(do="record_payment", by=UNIT, data=_paid("36000"), days=14), ends="agreed", weight=0,
    ),
    _story("broken", WAGES, *MEET, AGREE, SIGN, Act(do="not_kept", by=WORKER, days=24), Act(do="draft_demand", by=UNIT, days=1), ends="broken", weight=1),
    _story("broken_order", WAGES, *MEET, AGREE, SIGN, Act(do="not_kept", by=WORKER, days=24), Act(do="advise", by=UNIT, days=2, data={"ways": "持调解协议书向区法院申请支付令，或者凭协议直接起诉。"}), ends="closed", weight=1),
    _story("refused", INJURED, Act(do="refuse", by=UNIT, days=2, data={"ground": "unwilling", "reason": "单位书面表示不同意调解"}), ADVISED, ends="closed", weight=2),
    _story("apart", OVERTIME, *MEET, Act(do="fail", by=UNIT, days=4, data={"reason": "双方对加班时数分歧较大"}), ends="failed", weight=1),
    _story("apart_advised", OVERTIME, *MEET, Act(do="fail", by=UNIT, days=4, data={"reason": "双方对加班时数分歧较大"}), ADVISED, ends="closed", weight=3),
    _story("left", LEAVE, Act(do="withdraw", by=WORKER, days=1), ends="closed", weight=1),
)  # fmt: skip
