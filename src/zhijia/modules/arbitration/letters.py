"""The papers of an arbitration: what fills their words (papers.py). All but the closing note are the worker's own."""

# ruff: noqa: E501 (one placeholder after the other)

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.money import capital, shown, yuan
from zhijia.kernel.documents.kinds import Cells, Column, Form, LetterKind, Offer, Row, Table
from zhijia.kernel.service.context import Ctx

from . import papers
from .models import Evidence, Ground, Holder, Item, Matter, Representative, Scope, Title
from .rows import claims
from .rules import C
from .ways import ways

BLANK = "＿＿＿＿＿＿"
"""Stands where the worker fills in by hand what is not on record."""
SCOPES = {
    Scope.GENERAL: "一般代理。",
    Scope.SPECIAL: "特别授权，代为承认、放弃、变更请求，进行和解，提起诉讼、上诉，代为申请执行和领取款项。",
}  # fmt: skip
WHY = {
    Ground.REFUSED: "劳动人事争议仲裁委员会不予受理（劳动争议调解仲裁法第二十九条），故向人民法院提起诉讼。",
    Ground.SILENT: "劳动人事争议仲裁委员会收到申请后逾期没有作出受理决定（劳动争议调解仲裁法第二十九条），故向人民法院提起诉讼。",
    Ground.LATE: "劳动人事争议仲裁委员会受理后逾期没有作出裁决（劳动争议调解仲裁法第四十三条），故向人民法院提起诉讼。",
    Ground.SET_ASIDE: "仲裁裁决已被中级人民法院裁定撤销（劳动争议调解仲裁法第四十九条），故向人民法院提起诉讼。",
    Ground.UNENFORCED: "人民法院裁定不予执行仲裁裁决（最高人民法院关于审理劳动争议案件适用法律问题的解释（一）第二十四条），故向人民法院提起诉讼。",
    "": "原告对仲裁裁决不服，依照劳动争议调解仲裁法的规定提起诉讼。",
}  # fmt: skip


# --- words of the case, in Chinese ------------------------------------------------------------------------------


def chinese(label: object) -> str:
    """A label in the language of the papers."""
    with translation.override("zh-hans"):
        return str(label)


def on(day: date | None) -> str:
    """A day as papers write it; a blank where it is not known."""
    return f"{day.year}年{day.month}月{day.day}日" if day else BLANK


def sum_of(fen: int) -> tuple[str, str]:
    """An amount in digits and in capital characters."""
    return f"{yuan(fen):,.2f}", capital(fen)


def names(c: Ctx[Any]) -> str:
    """The worker by name; of several the first and how many."""
    found = c.applicants()
    first = (found[0].person.name if found else "") or BLANK
    people = max(len(found), c.facts.people)
    return first if people <= 1 else f"{first}等{people}人"


def party(c: Ctx[Any]) -> dict[str, str]:
    """Both sides, as every paper names them."""
    return {
        "worker": names(c), "particulars": c.facts.particulars or BLANK, "employer": c.facts.employer_name,
        "seat": c.facts.seat or BLANK, "principal": c.facts.principal or BLANK,
    }  # fmt: skip


def evidence_said(c: C) -> str:
    """The evidence in one paragraph, with where it comes from (LDMAL 28)."""
    found = Evidence.objects.filter(case_id=c.case.pk).order_by("no")
    said = [f"{line.no}.{line.said}（来源：{chinese(Holder(line.held).label)}）" for line in found]
    return "；".join(said) + "。" if said else "见证据清单。"


def title_of(c: C) -> str:
    """What is enforced, with who made it and under which number."""
    kind = c.facts.title_kind or Title.AWARD
    by_court = kind in (Title.JUDGMENT, Title.COURT_MEDIATION)
    body, no = (c.facts.court, c.facts.court_no) if by_court else (c.facts.commission, c.facts.commission_no)
    paper = {Title.AWARD: "裁决书", Title.JUDGMENT: "判决书"}.get(Title(kind), "调解书")
    return f"{body}{no}{paper}"


def ways_said(c: C) -> str:
    """The ways that are left, each with its last day and its article."""
    found = []
    for n, way in enumerate(ways(c), start=1):
        until = f"最后期限{on(way.until)}；" if way.until else ""
        found.append(f"{n}.{chinese(way.words)}（{until}{way.article}）")
    return "".join(found) or "没有需要您再办理的事项。"


def facts(c: C) -> Mapping[str, str]:
    """Everything that any of the papers says of the case."""
    owed, asked = max(0, c.facts.granted - c.facts.recovered), c.facts.advance_fen or 0
    hearing, court = c.facts.hearing_at, c.facts.title_kind in (Title.JUDGMENT, Title.COURT_MEDIATION)
    return party(c) | {
        "commission": c.facts.commission or BLANK, "commission_no": c.facts.commission_no or BLANK,
        "court": c.facts.court or BLANK, "reasons": c.facts.reasons or BLANK, "evidence": evidence_said(c),
        "people": str(c.facts.people), "matter": chinese(Matter(c.facts.category).label), "agent": c.facts.agent or BLANK,
        "scope": SCOPES[Scope(c.facts.scope or Scope.GENERAL)], "postpone_reason": c.facts.postpone_reason, "advance_reason": c.facts.advance_reason,
        "hearing": f"{on(hearing.astimezone(CHINA).date())}{hearing.astimezone(CHINA):%H:%M}" if hearing else BLANK,
        "advance": sum_of(asked)[0], "advance_capital": sum_of(asked)[1], "owed": sum_of(owed)[0],
        "owed_capital": sum_of(owed)[1], "title": title_of(c),
        "perform": f"履行期限{on(c.facts.perform_by)}届满，" if c.facts.perform_by else "",
        "law": "民事诉讼法的有关规定" if court else "劳动争议调解仲裁法第五十一条",
        "ground": WHY.get(c.facts.ground, WHY[""]), "ways": ways_said(c), "advice": c.facts.advice or BLANK,
        "proof_of_arbitration": "仲裁裁决书" if c.facts.award_on else "不予受理通知书或者受理通知书等已经申请仲裁的证明",
        "result": result(c),
    }  # fmt: skip


def result(c: C) -> str:
    """How it stands, in a sentence for the worker."""
    said = chinese(c.facts.get_closing_code_display()) if c.facts.closing_code else ""
    granted = f"确定给付{shown(c.facts.granted)}元，" if c.facts.granted else ""
    got = f"已经收到{shown(c.facts.recovered)}元。" if c.facts.recovered else "目前还没有收到款项。"
    kind = {True: "裁决是终局裁决。", False: "裁决不是终局裁决。", None: ""}[c.facts.final]
    return f"{said}{'，' if said else ''}{granted}{got}{kind}"


# --- tables -----------------------------------------------------------------------------------------------------


def claim_rows(c: C) -> Iterable[Row]:
    """The claims of the application, one by one."""
    for claim in claims(c):
        whose = f"（{claim.person.name}）" if claim.person else ""
        words = (
            f"{chinese(Item(claim.item).label)}{whose}：{claim.said}"
            if claim.said
            else f"{chinese(Item(claim.item).label)}{whose}"
        )
        yield Row((words, claim.basis, claim.amount), person_id=claim.person_id)


def evidence_rows(c: C) -> Iterable[Row]:
    """The evidence, line by line."""
    for line in Evidence.objects.filter(case_id=c.case.pk).order_by("no"):
        yield Row((line.said, chinese(Holder(line.held).label), line.proves, str(line.pages or "")))


def representative_rows(c: C) -> Iterable[Row]:
    """Who was chosen."""
    found = Representative.objects.filter(case_id=c.case.pk).select_related("person").order_by("id")
    for chosen in found:
        yield Row((chosen.person.name, on(chosen.chosen_on), ""), person_id=chosen.person_id)


CLAIMS = Table(
    title="请求事项", rows=claim_rows, annex=False,
    columns=(Column(title="请求事项", width=4), Column(title="依据", width=3), Column(title="金额（元）", cells=Cells.MONEY, width=2, summed=True)),
    sample=(Row(("拖欠的工资：2026年9月、10月", "劳动合同法第三十条", 16_800_00)),),
)  # fmt: skip
PROOFS = Table(
    title="证据清单", rows=evidence_rows, annex=False,
    columns=(Column(title="证据名称", width=3), Column(title="来源", width=2), Column(title="证明目的", width=4), Column(title="页数", width=1)),
    sample=(Row(("劳动合同", "职工本人", "劳动关系和工资标准", "6")),),
)  # fmt: skip
CHOSEN = Table(
    title="代表人名单", rows=representative_rows, annex=False,
    columns=(Column(title="姓名", width=2), Column(title="推举日期", width=2), Column(title="签名", width=2)),
    sample=(Row(("王大勇", "2026年11月16日", "")),),
)  # fmt: skip

# --- kinds ------------------------------------------------------------------------------------------------------

SAMPLES: dict[str, tuple[Any, str]] = {
    "worker": (_("The worker"), "王大勇"), "particulars": (_("Worker's particulars"), "男，1990年3月生，钢筋工，住江澜市青禾区城西路5号"),
    "employer": (_("Employer"), "江澜劳务有限公司"), "seat": (_("Seat of the employer"), "江澜市青禾区建设路8号"),
    "principal": (_("Who represents the employer by law"), "李某，执行董事"), "commission": (_("Arbitration commission"), "江澜市青禾区劳动人事争议仲裁委员会"),
    "commission_no": (_("Number of the commission"), "青劳人仲案字〔2026〕第120号"), "court": (_("Court"), "江澜市青禾区人民法院"),
    "reasons": (_("Facts and reasons"), "申请人于2026年3月入职，被申请人拖欠9月、10月工资。"), "evidence": (_("Evidence in words"), "1.劳动合同（来源：职工本人）。"),
    "people": (_("Workers concerned"), "12"), "matter": (_("What it is about"), "劳动报酬"), "agent": (_("Agent"), "周明，青禾区总工会公职律师"),
    "scope": (_("What the agent may do"), "一般代理。"), "postpone_reason": (_("Why another day is needed"), "家人住院，需要陪护。"), "advance_reason": (_("Why it cannot wait"), "一家三口靠这份工资生活。"), "hearing": (_("Hearing"), "2026年12月20日14:30"),
    "advance": (_("Amount to be enforced in advance"), "5,000.00"), "advance_capital": (_("The sum in capital characters"), "伍仟元整"),
    "owed": (_("What is still owed, in yuan"), "16,800.00"), "owed_capital": (_("The sum in capital characters"), "壹万陆仟捌佰元整"),
    "title": (_("What is enforced"), "江澜市青禾区劳动人事争议仲裁委员会青劳人仲案字〔2026〕第120号裁决书"), "perform": (_("Until when it was to be kept"), "履行期限2026年12月30日届满，"),
    "law": (_("Law for the enforcement"), "劳动争议调解仲裁法第五十一条"), "ground": (_("Why it goes to court"), "原告对仲裁裁决不服。"),
    "ways": (_("Ways and dates that are left"), "1.向人民法院起诉（最后期限2026年12月30日；劳动争议调解仲裁法48）"), "advice": (_("What the worker can do now"), "建议先等对方履行。"),
    "proof_of_arbitration": (_("Proof of the arbitration"), "仲裁裁决书"), "result": (_("How it stands"), "确定给付16,800元。"),
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


def to_commission(c: C) -> str:
    """The commission, or none yet."""
    return str(c.facts.commission)


def to_court(c: C) -> str:
    """The court, or none yet."""
    return str(c.facts.court)


def to_worker(c: Ctx[Any]) -> str:
    """The worker."""
    return names(c)


def paper(key: str, title: Any, text: str, sign: str, to: Any, by: str, table: Table | None = None) -> LetterKind:
    """A paper that the worker signs, in no institution's form."""
    return LetterKind(
        key=key, title=title, text=text, addressee=to, offers=offered(text), facts=told(text), table=table, form=Form.PLAIN, public=True,
        number=f"{{code}}仲{sign}〔{{year}}〕{{n}}号", signed=lambda _c: by,
    )  # fmt: skip


LETTERS = (
    paper("application", _("Application for arbitration"), papers.APPLICATION, "申", to_commission, "申请人（签名）：", CLAIMS),
    paper("evidence_list", _("Evidence list"), papers.EVIDENCE, "证", to_commission, "提交人（签名）：", PROOFS),
    paper("power", _("Power of attorney"), papers.POWER, "委", to_commission, "委托人（签名）："),
    paper("representatives", _("List of representatives"), papers.REPRESENTATIVES, "代", to_commission, "推举人（签名）：", CHOSEN),
    paper("postponement", _("Application for another day"), papers.POSTPONEMENT, "延", to_commission, "申请人（签名）："),
    paper("advance", _("Application for advance enforcement"), papers.ADVANCE, "先", to_commission, "申请人（签名）："),
    paper("complaint", _("Complaint to the court"), papers.COMPLAINT, "诉", to_court, "起诉人（签名）：", CLAIMS),
    paper("enforcement", _("Application for enforcement"), papers.ENFORCEMENT, "执", to_court, "申请执行人（签名）："),
    LetterKind(
        key="closing", title=_("Closing note to the worker"), text=papers.CLOSING, addressee=to_worker, offers=offered(papers.CLOSING),
        facts=told(papers.CLOSING), public=True,
        number="{code}仲结〔{year}〕{n}号",
    ),
)  # fmt: skip
