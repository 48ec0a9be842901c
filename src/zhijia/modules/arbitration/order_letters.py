"""The papers of a payment order: application, enforcement, closing note."""

# ruff: noqa: E501 (one placeholder after the other)

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.money import shown
from zhijia.kernel.documents.kinds import Form, LetterKind, Offer

from . import papers
from .letters import BLANK, chinese, on, party, sum_of, to_court, to_worker
from .models import Matter
from .order_rules import C
from .order_ways import ways

SAMPLES: dict[str, tuple[Any, str]] = {
    "worker": (_("The worker"), "王大勇"), "particulars": (_("Worker's particulars"), "男，1990年3月生，住江澜市青禾区城西路5号"),
    "employer": (_("Employer"), "江澜劳务有限公司"), "seat": (_("Seat of the employer"), "江澜市青禾区建设路8号"),
    "principal": (_("Who represents the employer by law"), "李某，执行董事"), "court": (_("Court"), "江澜市青禾区人民法院"),
    "court_no": (_("Number of the court"), "（2026）江01民督12号"), "matter": (_("What it is about"), "劳动报酬"),
    "amount": (_("Amount owed"), "16,800.00"), "amount_capital": (_("The sum in capital characters"), "壹万陆仟捌佰元整"),
    "reasons": (_("Facts and reasons"), "双方于2026年10月8日达成调解协议，被申请人没有按期履行。"),
    "law": (_("Law on which it rests"), "依照劳动争议调解仲裁法第十六条，申请支付令。"), "proofs": (_("Evidence"), "调解协议书。"),
    "served": (_("Served on the employer on"), "2026年12月1日"), "owed": (_("What is still owed, in yuan"), "16,800.00"),
    "owed_capital": (_("The sum in capital characters"), "壹万陆仟捌佰元整"), "result": (_("How it stands"), "已经收到16,800元。"),
    "ways": (_("Ways and dates that are left"), "1.申请强制执行（最后期限2028年12月15日；民事诉讼法227）"), "advice": (_("What the worker can do now"), "建议尽快申请执行。"),
}  # fmt: skip


def law(c: C) -> str:
    """On an agreement, or for pay as it is owed (interpretation I 13)."""
    if c.facts.agreement:
        when = f"双方于{on(c.facts.agreement_on)}达成的" if c.facts.agreement_on else ""
        return f"被申请人在约定期限内没有履行{when}调解协议书。依照劳动争议调解仲裁法第十六条和民事诉讼法第二百二十五条，申请支付令。"
    return "被申请人拖欠劳动报酬。依照劳动合同法第三十条第二款和民事诉讼法第二百二十五条，申请支付令。"


def ways_said(c: C) -> str:
    """The ways that are left, each with its last day and its article."""
    found = []
    for n, way in enumerate(ways(c), start=1):
        until = f"最后期限{on(way.until)}；" if way.until else ""
        found.append(f"{n}.{chinese(way.words)}（{until}{way.article}）")
    return "".join(found) or "没有需要您再办理的事项。"


def facts(c: C) -> Mapping[str, str]:
    """Everything that any of the three says."""
    amount, owed = sum_of(c.facts.amount), sum_of(max(0, c.facts.amount - c.facts.recovered))
    got = f"已经收到{shown(c.facts.recovered)}元。" if c.facts.recovered else "目前还没有收到款项。"
    return party(c) | {
        "court": c.facts.court or BLANK, "court_no": c.facts.court_no or BLANK, "matter": chinese(Matter(c.facts.category).label),
        "amount": amount[0], "amount_capital": amount[1], "owed": owed[0], "owed_capital": owed[1], "reasons": c.facts.reasons or BLANK,
        "law": law(c), "proofs": c.facts.proofs or BLANK, "served": on(c.facts.served_on), "result": got,
        "ways": ways_said(c), "advice": c.facts.advice or BLANK,
    }  # fmt: skip


def offered(text: str) -> tuple[Offer, ...]:
    """What these words use: a paper holds no more of the worker than it says."""
    return tuple(
        Offer(name=name, title=SAMPLES[name][0], sample=SAMPLES[name][1]) for name in SAMPLES if f"{{{name}}}" in text
    )


def told(text: str) -> Callable[[C], Mapping[str, str]]:
    """Of the facts only what these words use."""
    used = {offer.name for offer in offered(text)}
    return lambda c: {name: said for name, said in facts(c).items() if name in used}


def paper(key: str, title: Any, text: str, sign: str, by: str) -> LetterKind:
    """A paper to the court that the worker signs."""
    return LetterKind(
        key=key, title=title, text=text, addressee=to_court, offers=offered(text), facts=told(text), form=Form.PLAIN, public=True,
        number=f"{{code}}督{sign}〔{{year}}〕{{n}}号", signed=lambda _c: by,
    )  # fmt: skip


LETTERS = (
    paper("application", _("Application for a payment order"), papers.ORDER, "申", "申请人（签名）："),
    paper("enforcement", _("Application for enforcement"), papers.ORDER_ENFORCEMENT, "执", "申请执行人（签名）："),
    LetterKind(
        key="closing", title=_("Closing note to the worker"), text=papers.CLOSING, addressee=to_worker, offers=offered(papers.CLOSING),
        facts=told(papers.CLOSING), public=True, number="{code}督结〔{year}〕{n}号",
    ),
)  # fmt: skip
