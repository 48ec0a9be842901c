"""Papers of a dispute: what fills them, to whom they go, what their tables hold."""

# ruff: noqa: E501 (one paper, one line)

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.money import capital, yuan
from zhijia.kernel.cases.models import Note
from zhijia.kernel.cases.sitting_models import Sitting, SittingState
from zhijia.kernel.documents.kinds import Cells, Column, Form, LetterKind, Offer, Row, Table
from zhijia.kernel.people.models import Account
from zhijia.kernel.rules.units import phrase

from . import papers
from .models import Claimant, Instalment, InstalmentState, Matter, Say
from .rules import C, settled
from .talks import GROUNDS

TIMES = {
    "talk": "disputes.talk", "talks": "disputes.talks", "days": "disputes.mediation", "receipt": "disputes.receipt",
    "court": "disputes.court_confirmation", "arbitral": "disputes.arbitral_confirmation",
}  # fmt: skip
PLACED = "另行通知的地点"


# --- what fills them --------------------------------------------------------------------------------------------


def facts(c: C) -> Mapping[str, str]:
    """What the papers say of the dispute."""
    f, left = c.facts, c.facts.booked - c.facts.paid
    with translation.override("zh-hans"):
        matter = str(Matter(f.category).label)
        times = {name: _time(c, key) for name, key in TIMES.items()}
        ground = _ground(c)
    return {
        "people": str(f.people), "employer": f.employer_name, "matter": matter, "claim": f.claim, "terms": f.terms,
        "asked": _words(c, "demand"),
        "money": _money(c), "how": "口头申请，当场记录" if f.oral else "书面申请",
        "applied": _day(f.applied_on or c.case.created_at.astimezone(CHINA)),
        "read": "已向申请人宣读" if f.oral else "由申请人阅读", "mediator": _mediator(c), "ground": ground,
        "unit": c.case.unit.name, "body": f.confirm_body, "signed": _day(f.signed_on) if f.signed_on else "",
        "form": "和解协议" if settled(c) else "调解协议", "agreed": f"{yuan(f.booked):,.2f}",
        "paid": f"{yuan(f.paid):,.2f}", "left": f"{yuan(left):,.2f}", "left_capital": capital(left),
        **times, **_meeting(c),
    }  # fmt: skip


def _money(c: C) -> str:
    new = c.facts.agreed - c.facts.paid
    if not new:
        return f"双方于{_day(c.facts.due)}前履行。" if c.facts.due else "本协议不涉及金钱给付。"
    return f"用人单位支付人民币{yuan(new):,.2f}元（大写：{capital(new)}），付款期限和金额如下："


def _ground(c: C) -> str:
    """Why it was not accepted: as just said, or as the event has it."""
    event = c.last_event("refuse")
    code = c.data.get("ground") or (event.data.get("ground") if event else "")
    return str(dict(GROUNDS).get(code, "")) or "不符合受理条件"


def _meeting(c: C) -> dict[str, str]:
    """When and where: the meeting that is planned, else the last one that was held."""
    found = Sitting.objects.filter(case_id=c.case.pk).exclude(state=SittingState.OFF).select_related("room")
    sitting = found.order_by("-state", "-starts_at").first()  # planned before held
    if sitting is None:
        return {"when": "另行通知的时间", "where": PLACED}
    start = sitting.starts_at.astimezone(CHINA)
    room = f"{sitting.room.name}{sitting.room.place}" if sitting.room else ""
    where = "，".join(part for part in (room, sitting.place, "线上" if sitting.link else "") if part)
    return {"when": f"{_day(start)}{start:%H}时{start:%M}分", "where": where or PLACED}


def _words(c: C, field: str) -> str:
    """Words as they were just typed, or as the newest note has them."""
    if c.data.get(field):
        return str(c.data[field])
    note = Note.objects.filter(case_id=c.case.pk, field=field).order_by("-event_seq").first()
    return str(note.text) if note else ""


def _mediator(c: C) -> str:
    name = Account.objects.filter(pk=c.case.assignee_id or 0).values_list("name", flat=True).first()
    return f"调解员{name}" if name else "调解员"


def _time(c: C, key: str) -> str:
    rule = c.rule(key)
    return "".join(str(phrase(int(rule.value or 0), rule.unit)).split())


def _day(day: Any) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


# --- tables -----------------------------------------------------------------------------------------------------


def instalments(c: C) -> Iterable[Row]:
    """The payments that are on the table; of an agreement without money, its day."""
    rows = Instalment.objects.filter(case_id=c.case.pk).exclude(state=InstalmentState.REPLACED).order_by("no")
    found = [Row((_day(row.due), f"{yuan(row.fen):,.2f}")) for row in rows]
    return found or ([Row((_day(c.facts.due), "按上述约定履行"))] if c.facts.due else [])


def claimants(c: C) -> Iterable[Row]:
    """Everybody who applies, and for how much."""
    rows = Claimant.objects.filter(case_id=c.case.pk, withdrawn_at=None).select_related("person").order_by("line")
    return [Row((row.person.name, row.job, row.claimed), person_id=row.person_id) for row in rows]


def agreeing(c: C) -> Iterable[Row]:
    """Everybody who agrees, and what each gets."""
    rows = Claimant.objects.filter(case_id=c.case.pk, withdrawn_at=None, say=Say.AGREED).select_related("person")
    return [Row((row.person.name, row.job, row.agreed - row.paid), person_id=row.person_id) for row in rows.order_by("line")]  # fmt: skip


def said(c: C) -> Iterable[Row]:
    """What was said at the last meeting, a line for each paragraph."""
    return [Row((line.strip(),)) for line in _words(c, "minutes_text").splitlines() if line.strip()]


def _names(title: str, rows: Callable[[Any], Iterable[Row]]) -> Table:
    return Table(
        title=title, rows=rows, annex=False,
        columns=(
            Column(title="姓名", width=2), Column(title="岗位", width=2),
            Column(title="金额（元）", cells=Cells.MONEY, width=2, summed=True),
        ),
        sample=(Row(("王大勇", "缝纫工", 16_800_00)), Row(("李强", "裁剪工", 9_600_00))),
    )  # fmt: skip


INSTALMENTS = Table(
    title="履行期限", rows=instalments, annex=False,
    columns=(Column(title="履行期限", width=3), Column(title="金额（元）", width=3)),
    sample=(Row(("2026年12月20日", "8,400.00")), Row(("2027年1月20日", "8,400.00"))),
)  # fmt: skip
MINUTES = Table(
    title="调解经过", rows=said, annex=False, columns=(Column(title="内容", width=9),),
    sample=(Row(("职工一方陈述：九月和十月的工资没有发。",)), Row(("用人单位：同意分两期付清。",))),
)  # fmt: skip


# --- kinds ------------------------------------------------------------------------------------------------------

OFFERS = {
    offer.name: offer
    for offer in (
        Offer(name="people", title=_("Workers concerned"), sample="3"),
        Offer(name="employer", title=_("Employer"), sample="江澜劳务有限公司"),
        Offer(name="matter", title=_("What it is about"), sample="劳动报酬"),
        Offer(name="claim", title=_("What is claimed, and why"), sample="支付九月和十月的工资。"),
        Offer(name="asked", title=_("What is asked of the employer"), sample="补发九月和十月的工资。"),
        Offer(name="terms", title=_("What was agreed"), sample="用人单位分两期付清工资。"),
        Offer(name="money", title=_("Amount agreed, in words"), sample="用人单位支付人民币6,800.00元，付款期限和金额如下："),
        Offer(name="how", title=_("Orally or in writing"), sample="口头申请，当场记录"),
        Offer(name="read", title=_("Whether it was read out"), sample="已向申请人宣读"),
        Offer(name="applied", title=_("Day of the application"), sample="2026年11月16日"),
        Offer(name="mediator", title=_("Mediator"), sample="调解员周敏"),
        Offer(name="ground", title=_("Kind of ground"), sample="用人单位不同意调解"),
        Offer(name="unit", title=_("Mediating organisation"), sample="青禾区总工会"),
        Offer(name="body", title=_("Which court or commission"), sample="青禾区人民法院"),
        Offer(name="signed", title=_("Day from which it is in force"), sample="2026年11月25日"),
        Offer(name="form", title=_("Kind of agreement"), sample="调解协议"),
        Offer(name="agreed", title=_("Amount agreed"), sample="16,800.00"),
        Offer(name="paid", title=_("Paid so far"), sample="8,400.00"),
        Offer(name="left", title=_("What is still due, in yuan"), sample="8,400.00"),
        Offer(name="left_capital", title=_("The same in capital characters"), sample="捌仟肆佰元整"),
        Offer(name="when", title=_("Day and hour of the meeting"), sample="2026年11月20日10时00分"),
        Offer(name="where", title=_("Place of the meeting"), sample="第一调解室三楼"),
        Offer(name="talk", title=_("Time for an answer to the request"), sample="5日"),
        Offer(name="talks", title=_("Time for the talks"), sample="15日"),
        Offer(name="days", title=_("Days of mediation"), sample="15日"),
        Offer(name="receipt", title=_("Time after which arbitration is open"), sample="15日"),
        Offer(name="court", title=_("Time to apply to the court"), sample="30日"),
        Offer(name="arbitral", title=_("Time to apply to the commission"), sample="15日"),
    )
}  # fmt: skip


def employer(c: C) -> str:
    """The employer; the workers read it on the page of their matter."""
    return str(c.facts.employer_name)


def ours(c: C) -> str:
    """The unit itself: an application is made to it."""
    return str(c.case.unit.name)


def body(c: C) -> str:
    """The court or commission that confirms."""
    return str(c.facts.confirm_body)


def by(words: str) -> Callable[[C], str]:
    """Whose place for a signature or seal stands last on a paper that is not ours alone."""
    return lambda _c: words


def _kind(
    key: str, title: Any, text: str, sign: str, *, to: Callable[[C], str] = employer, table: Table | None = None,
    **more: Any,
) -> LetterKind:  # fmt: skip
    """A paper of the module: every offer that its words use."""
    return LetterKind(
        key=key, title=title, text=text, addressee=to, facts=facts, public=True, table=table,
        offers=tuple(OFFERS.values()), number=f"{{code}}{sign}〔{{year}}〕{{n}}号", **more,
    )  # fmt: skip


LETTERS = (
    _kind("talk_request", _("Request to talk"), papers.TALK, "协要"),
    _kind("settlement", _("Settlement of the parties"), papers.SETTLEMENT, "和解", table=INSTALMENTS, form=Form.PLAIN, signed=by("用人单位（签名或者盖章）：")),
    _kind("application", _("Application for mediation"), papers.APPLICATION, "调申", to=ours, form=Form.PLAIN, signed=by("申请人（签名）："), table=_names("申请人名单", claimants)),
    _kind("acceptance", _("Notice that it is accepted"), papers.ACCEPTANCE, "调受"),
    _kind("refusal", _("Notice that it is not accepted"), papers.REFUSAL, "调不受"),
    _kind("session", _("Notice of a meeting"), papers.SESSION, "调通"),
    _kind("minutes", _("Minutes of mediation"), papers.MINUTES, "调录", table=MINUTES, form=Form.PLAIN, signed=by("调解员（签名）：")),
    _kind("agreement", _("Mediation agreement"), papers.AGREEMENT, "调协", table=INSTALMENTS, form=Form.PLAIN, signed=by("调解组织（印章）：")),
    _kind("agreement_list", _("List of who agrees"), papers.LIST, "调名", table=_names("同意协议的职工名单", agreeing)),
    _kind("court", _("Application for confirmation by the court"), papers.COURT, "调司", to=body, form=Form.PLAIN, signed=by("申请人（用人单位盖章）："), table=_names("职工名单", agreeing)),
    _kind("arbitral", _("Application for confirmation by the commission"), papers.ARBITRAL, "调仲", to=body, form=Form.PLAIN, signed=by("申请人（用人单位盖章）："), table=_names("职工名单", agreeing)),
    _kind("failure", _("Certificate that there is no agreement"), papers.FAILURE, "调终"),
    _kind("demand", _("Demand to keep the agreement"), papers.DEMAND, "调催", reply="disputes.talk"),
)  # fmt: skip
