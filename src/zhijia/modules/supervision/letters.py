"""The papers of a supervision: receipt, refusal, hearing notes, reminder (提示函), investigation record, settlement, opinion
(意见书), recommendation (建议书), transfer to the procuratorate, closing note. The union writes in its own name; what
leaves the union says who complained nowhere, and none has a place for a worker's name."""

# ruff: noqa: E501 (a declaration reads as a table)

from collections.abc import Mapping
from dataclasses import replace

from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.money import yuan
from zhijia.kernel.documents.content import day_words
from zhijia.kernel.documents.kinds import Cells, Column, Form, LetterKind, Offer, Row, Table
from zhijia.kernel.people.actors import Role

from . import letter_words as w
from .investigation import acting
from .models import AskedWorker, Breach, Group, Inquiry, InquiryKind, Outcome
from .rules import C
from .verifying import this_round

GROUNDS = {
    "service": "该单位拒收文书", "silent": "该单位逾期没有答复", "uncorrected": "该单位无正当理由没有改正",
    "": "问题没有得到改正",
}  # fmt: skip
REFUSED = {
    "scope": "不属于工会劳动法律监督的范围", "in_procedure": "行政部门、劳动争议仲裁机构或者人民法院已经受理",
    "unfounded": "没有发现违反劳动法律法规的线索",
}  # fmt: skip
KEPT = "工会内部卷宗"
"""To whom a paper goes that stays in the file."""


def _zh(choices: type[TextChoices], code: str) -> str:
    with translation.override("zh-hans"):
        return str(choices(code).label) if code else ""


def facts(c: C) -> Mapping[str, str]:
    """What every letter to the outside says; none of it is a worker's word or name."""
    law = f"上述情形不符合{c.facts.law}的规定。" if c.facts.law else "请对照劳动法律法规的有关规定。"
    return {
        "matter": _zh(Breach, c.facts.category), "finding": c.facts.finding, "law": law,
        "demand": c.facts.demand.rstrip("。") or "予以改正", "employer": c.facts.employer_name,
        "ground": GROUNDS[c.facts.ground_to_act],
    }  # fmt: skip


def receipt_facts(c: C) -> Mapping[str, str]:
    """What whoever gave the clue gets: when, what about, by when they hear."""
    return {
        "matter": _zh(Breach, c.facts.category), "employer": c.facts.employer_name, "received": day_words(c.case.created_at),
    }  # fmt: skip


def refusal_facts(c: C) -> Mapping[str, str]:
    """Why it is not taken up, and where to go."""
    ground = REFUSED.get(str(c.data.get("ground") or _of_event(c)), "不符合受理条件")
    return {**receipt_facts(c), "ground": ground, "way": str(c.data.get("way") or "见事项页")}


def _of_event(c: C) -> str:
    last = c.last_event("refuse")
    return str(last.data.get("ground", "")) if last else ""


def hearing_facts(c: C) -> Mapping[str, str]:
    """The heading of the notes; what was said is added by whoever heard it."""
    return {"matter": _zh(Breach, c.facts.category), "employer": c.facts.employer_name, "day": day_words(c.now)}


def record_facts(c: C) -> Mapping[str, str]:
    """Who investigated, with which cards, and how much was copied."""
    seats = acting(c.case.pk)
    copies = sum(Inquiry.objects.filter(case_id=c.case.pk).values_list("copies", flat=True))
    return {
        "matter": _zh(Breach, c.facts.category), "employer": c.facts.employer_name, "copies": str(copies),
        "supervisors": "、".join(f"{s.account.name}（监督员证号{s.card}）" for s in seats) or "（未指派）",
        "cooperation": "被调查单位予以协助。" if c.facts.cooperated else "被调查单位没有依法予以协助。",
    }  # fmt: skip


def inquiries(c: C) -> list[Row]:
    """Each act of the investigation."""
    rows = Inquiry.objects.filter(case_id=c.case.pk).order_by("no")
    return [Row((f"{r.day:%Y-%m-%d}", _zh(InquiryKind, r.kind), r.place, r.said, r.copies)) for r in rows]


def settlement_facts(c: C) -> Mapping[str, str]:
    """What both sides agreed."""
    sum_ = f"，金额人民币{yuan(c.facts.agreed):,.2f}元" if c.facts.agreed else ""
    return {
        "matter": _zh(Breach, c.facts.category), "employer": c.facts.employer_name,
        "terms": c.facts.terms.rstrip("。") or "（待填）", "sum": sum_,
    }  # fmt: skip


def transfer_facts(c: C) -> Mapping[str, str]:
    """For whom the procuratorate is asked, and what the union did before."""
    mass = c.facts.group == Group.MASS
    return {
        **facts(c), "procuratorate": c.facts.procuratorate, "people": str(c.facts.people or c.facts.workers or "若干"),
        "group": _zh(Group, c.facts.group) or "职工",
        "basis": "涉及职工人数众多，用人单位不配合" if mass else "涉及特定群体合法权益，符合公益诉讼检察的有关情形",
        "cooperation": "" if c.facts.cooperated else "该单位没有依法协助工会调查。",
    }  # fmt: skip


def closing_facts(c: C) -> Mapping[str, str]:
    """What was verified with how many workers, and what they got."""
    asked, yes = c.facts.asked, c.facts.agreeing
    return {
        "matter": _zh(Breach, c.facts.category), "employer": c.facts.employer_name, "asked": str(asked), "agreeing": str(yes),
        "outcome": _zh(Outcome, c.facts.closing_code) or "待核实", "workers": str(c.facts.workers),
        "recovered": f"{yuan(c.facts.recovered):,.2f}", "day": day_words(c.now.astimezone(CHINA)),
    }  # fmt: skip


def answers(c: C) -> list[Row]:
    """How each worker who was asked answered; without a name, because a file is read by many."""
    rows = AskedWorker.objects.filter(case_id=c.case.pk, round=this_round(c) if c.facts.asked else 0).order_by("no")
    with translation.override("zh-hans"):
        return [Row((f"{r.day:%Y-%m-%d}", str(r.get_how_display()), str(r.get_word_display()), r.fen)) for r in rows]


def to_employer(c: C) -> str:
    """The employer."""
    return str(c.facts.employer_name)


def to_authority(c: C) -> str:
    """The authority that is asked to act."""
    return str(c.facts.authority)


def to_procuratorate(c: C) -> str:
    """The procuratorate."""
    return str(c.facts.procuratorate)


def to_source(_c: C) -> str:
    """Whoever gave the clue, not by name: a paper can be seen on a table."""
    return "线索提供人"


def to_file(_c: C) -> str:
    """The union's own file."""
    return KEPT


MATTER = Offer(name="matter", title=_("What is broken"), sample="拖欠工资")
EMPLOYER = Offer(name="employer", title=_("Employer"), sample="江澜劳务有限公司")
OFFERS = (
    MATTER, Offer(name="finding", title=_("What was found"), sample="九月、十月工资未按时足额支付，涉及职工十二人。"),
    Offer(name="law", title=_("Law"), sample="上述情形不符合劳动合同法第三十条的规定。"),
    Offer(name="demand", title=_("What to mend"), sample="于2026年11月30日前付清工资"), EMPLOYER,
    Offer(name="ground", title=_("Why the authority is asked"), sample="该单位逾期没有答复"),
)  # fmt: skip
RECEIVED = Offer(name="received", title=_("Day on which the clue came"), sample="2026年11月16日")
TODAY = Offer(name="day", title=_("Day"), sample="2026年11月16日")
CHAIR = frozenset({Role.UNIT_HEAD})
ANYBODY = frozenset({Role.OFFICER, Role.UNIT_HEAD})

RECEIPT = LetterKind(
    key="receipt", title=_("Receipt for a clue"), text=w.RECEIPT, addressee=to_source, offers=(MATTER, EMPLOYER, RECEIVED),
    facts=receipt_facts, number="{code}监收〔{year}〕{n}号", signs=ANYBODY, public=True,
)  # fmt: skip
REFUSAL = replace(
    RECEIPT, key="refusal", title=_("Refusal of a clue"), text=w.REFUSAL, facts=refusal_facts, number="{code}监不受〔{year}〕{n}号",
    offers=(
        MATTER, EMPLOYER, RECEIVED, Offer(name="ground", title=_("Ground"), sample="人民法院已经受理"),
        Offer(name="way", title=_("Reason, and where to go instead"), sample="请等待法院判决，需要时可以申请法律援助"),
    ),
)  # fmt: skip
HEARING = LetterKind(
    key="hearing", title=_("Notes of a hearing"), text=w.HEARING, addressee=to_file, offers=(MATTER, EMPLOYER, TODAY), facts=hearing_facts,
    number="{code}监听〔{year}〕{n}号", signs=ANYBODY, form=Form.PLAIN,
)  # fmt: skip
REMINDER = LetterKind(
    key="reminder", title=_("Reminder"), text=w.REMINDER, addressee=to_employer, offers=OFFERS, facts=facts,
    number="{code}提〔{year}〕{n}号", reply="supervision.reminder_reply", signs=CHAIR,
)  # fmt: skip
RECORD = LetterKind(
    key="record", title=_("Investigation record"), text=w.RECORD, addressee=to_file, facts=record_facts,
    number="{code}监调〔{year}〕{n}号", signs=ANYBODY, form=Form.PLAIN,
    offers=(
        MATTER, EMPLOYER, Offer(name="supervisors", title=_("Supervisors with their cards"), sample="周敏（监督员证号JL0012）、林涛（监督员证号JL0031）"),
        Offer(name="copies", title=_("Pages copied"), sample="14"), Offer(name="cooperation", title=_("Whether the employer helped"), sample="被调查单位予以协助。"),
    ),
    table=Table(
        title="调查情况", rows=inquiries, annex=False,
        columns=(
            Column(title="日期", width=2), Column(title="方式", width=2), Column(title="地点", width=2), Column(title="情况", width=5),
            Column(title="复制页数", cells=Cells.NUMBER, width=2, summed=True),
        ),
        sample=(Row(("2026-11-20", "向职工了解", "青禾区总工会", "职工说九月工资没有发。", 0)),),
    ),
)  # fmt: skip
SETTLEMENT = LetterKind(
    key="settlement", title=_("Minutes of the agreement"), text=w.SETTLEMENT, addressee=to_employer, facts=settlement_facts,
    number="{code}监协〔{year}〕{n}号", signs=CHAIR, form=Form.PLAIN,
    offers=(
        MATTER, EMPLOYER, Offer(name="terms", title=_("What was agreed"), sample="十二月五日前付清九月、十月工资"),
        Offer(name="sum", title=_("Amount agreed"), sample="，金额人民币201,600.00元"),
    ),
)  # fmt: skip
OPINION = LetterKind(
    key="opinion", title=_("Opinion"), text=w.OPINION, addressee=to_employer, offers=OFFERS, facts=facts,
    number="{code}监意〔{year}〕{n}号", reply="supervision.reply", signs=CHAIR, form=Form.DOCUMENT,
)  # fmt: skip
RECOMMENDATION = LetterKind(
    key="recommendation", title=_("Recommendation"), text=w.RECOMMENDATION, addressee=to_authority, offers=OFFERS,
    facts=facts, number="{code}监建〔{year}〕{n}号", reply="supervision.authority_opens", signs=CHAIR, form=Form.DOCUMENT,
)  # fmt: skip
TRANSFER = LetterKind(
    key="transfer", title=_("Transfer to the procuratorate"), text=w.TRANSFER, addressee=to_procuratorate, facts=transfer_facts,
    number="{code}监移〔{year}〕{n}号", reply="supervision.procuratorate", signs=CHAIR, form=Form.DOCUMENT,
    offers=(
        *OFFERS, Offer(name="procuratorate", title=_("Procuratorate"), sample="青禾区人民检察院"),
        Offer(name="people", title=_("Workers concerned"), sample="36"), Offer(name="group", title=_("Whom it concerns"), sample="新就业形态劳动者"),
        Offer(name="basis", title=_("Why it is transferred"), sample="涉及职工人数众多，用人单位不配合"),
        Offer(name="cooperation", title=_("Whether the employer helped"), sample="该单位没有依法协助工会调查。"),
    ),
)  # fmt: skip
CLOSING = LetterKind(
    key="closing", title=_("Closing note"), text=w.CLOSING, addressee=to_file, facts=closing_facts, number="{code}监结〔{year}〕{n}号",
    signs=CHAIR, form=Form.PLAIN,
    offers=(
        MATTER, EMPLOYER, TODAY, Offer(name="asked", title=_("Workers asked"), sample="8"),
        Offer(name="agreeing", title=_("Of these, who say that it is corrected"), sample="7"),
        Offer(name="outcome", title=_("How it ended"), sample="已整改"), Offer(name="workers", title=_("Workers who gain by it"), sample="12"),
        Offer(name="recovered", title=_("Money recovered, in yuan"), sample="201,600.00"),
    ),
    table=Table(
        title="向职工核实情况", rows=answers, annex=False,
        columns=(
            Column(title="日期", width=2), Column(title="方式", width=2), Column(title="职工意见", width=2),
            Column(title="得到金额（元）", cells=Cells.MONEY, width=3, summed=True),
        ),
        sample=(Row(("2026-12-08", "当面", "已整改", 16_800_00)),),
    ),
)  # fmt: skip
LETTERS = (RECEIPT, REFUSAL, HEARING, REMINDER, RECORD, SETTLEMENT, OPINION, RECOMMENDATION, TRANSFER, CLOSING)
