"""Papers of legal aid: application, missing papers, decisions, assignment, power of attorney, letters, report, subsidy.

They name the worker, because they are about them; none goes to the employer.
"""

# ruff: noqa: E501 (one letter, one line)

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.money import capital, yuan
from zhijia.kernel.documents.kinds import Cells, Column, Form, LetterKind, Offer, Row, Table

from . import texts
from .lawyers import name_of
from .models import WorkEntry
from .rules import C, subsidy_of
from .words import Channel, Ending, Exemption, Matter, Means, Refusal, Result, Track, Urgency, Way, Work


def _said(choices: Any, code: str, empty: str = "") -> str:
    """The title of a code in Chinese."""
    with translation.override("zh-hans"):
        return str(choices(code).label) if code else empty


def _day(day: date | None, empty: str) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else empty


def applicant(c: C) -> str:
    """The worker."""
    return str(c.case.applicant.name) if c.case.applicant else ""


def facts(c: C) -> Mapping[str, str]:
    """What the papers say of the case; what is not known yet is empty and named before printing."""
    f = c.facts
    income = f"{yuan(f.income):,.2f}元" if f.income is not None else "未填写"
    return {
        "worker": applicant(c), "employer": f.employer_name, "matter": _said(Matter, f.category), "story": f.story,
        "applied": _day(c.case.created_at.astimezone(CHINA).date(), ""), "channel": _said(Channel, f.channel),
        "proxy": f.proxy or "本人申请", "amount": f"{yuan(f.amount):,.2f}元" if f.amount else "未填写",
        "migrant": "是" if f.migrant else "否", "track": _said(Track, f.track),
        "exemption": _said(Exemption, f.exemption, "待审查"), "income": income,
        "household": f"{f.household}人" if f.household else "未填写", "means": _said(Means, f.means, "待审查"),
        "because": f.because, "ground": _said(Refusal, f.refusal) or _said(Ending, f.ending),
        "lawyer": name_of(f.lawyer_id), "urgency": _said(Urgency, f.urgency, "无"), "tribunal": f.tribunal,
        "centre": f.state_centre, "way": _said(Way, f.way), "result": _said(Result, f.result), "report": f.report,
        "recovered": f"{yuan(f.recovered):,.2f}元" if f.recovered else "无", "hours": f"{f.minutes / 60:.1f}",
        "subsidy": f"{yuan(f.subsidy or 0):,.2f}", "subsidy_capital": capital(f.subsidy) if f.subsidy else "",
        "standard": f"{yuan(subsidy_of(c)):,.2f}", "approver": name_of(f.approver_id),
        "days": str(int(c.number("legal_aid.materials"))),
    }  # fmt: skip


def log(c: C) -> list[Row]:
    """The lawyer's work, line by line."""
    rows = WorkEntry.objects.filter(case_id=c.case.pk, struck=False).order_by("day", "no")
    return [Row((f"{row.day:%Y-%m-%d}", _said(Work, row.work), row.minutes)) for row in rows]


def missing(c: C) -> list[Row]:
    """Everything that is missing, one thing a line."""
    return [Row((line.strip(),)) for line in c.facts.missing.splitlines() if line.strip()]


OFFERS = (
    Offer(name="worker", title=_("The worker's name"), sample="王大勇"),
    Offer(name="employer", title=_("Employer"), sample="江澜劳务有限公司"),
    Offer(name="matter", title=_("What it is about"), sample="拖欠工资"),
    Offer(name="story", title=_("What happened, and what you want"), sample="九月和十月的工资没有发，请求支付。"),
    Offer(name="applied", title=_("Day of the application"), sample="2026年11月16日"),
    Offer(name="channel", title=_("How the application came"), sample="网上"),
    Offer(name="proxy", title=_("Who applies for the worker"), sample="本人申请"),
    Offer(name="amount", title=_("Amount claimed"), sample="16,800.00元"),
    Offer(name="migrant", title=_("Migrant worker"), sample="是"),
    Offer(name="track", title=_("Whose aid"), sample="工会援助"),
    Offer(name="exemption", title=_("Exempt from the test of means"), sample="农民工请求支付劳动报酬"),
    Offer(name="income", title=_("Income of each a month"), sample="1,800.00元"),
    Offer(name="household", title=_("People in the household"), sample="3人"),
    Offer(name="means", title=_("Means"), sample="免予核查"),
    Offer(name="because", title=_("Facts and reasons"), sample="申请人系农民工，请求支付劳动报酬。"),
    Offer(name="ground", title=_("Ground of the decision"), sample="不属于法律援助范围"),
    Offer(name="lawyer", title=_("Lawyer"), sample="周律师"),
    Offer(name="urgency", title=_("First aid"), sample="无"),
    Offer(name="tribunal", title=_("Body before which the lawyer appears"), sample="青禾区劳动人事争议仲裁委员会"),
    Offer(name="centre", title=_("The state's legal aid centre"), sample="青禾区法律援助中心"),
    Offer(name="way", title=_("Kind of legal work"), sample="仲裁代理"),
    Offer(name="result", title=_("What came of it"), sample="全部支持"),
    Offer(name="report", title=_("How it was handled"), sample="开庭一次，裁决支持全部请求。"),
    Offer(name="recovered", title=_("Money for the worker"), sample="16,800.00元"),
    Offer(name="hours", title=_("Hours of work"), sample="12.5"),
    Offer(name="subsidy", title=_("Subsidy in yuan"), sample="1,500.00"),
    Offer(name="subsidy_capital", title=_("Subsidy in capital characters"), sample="壹仟伍佰元整"),
    Offer(name="standard", title=_("What the table gives"), sample="1,500.00"),
    Offer(name="approver", title=_("Who approved it"), sample="王主任"),
    Offer(name="days", title=_("Days to bring what is missing"), sample="10"),
)
MISSING = Table(
    title="需要补充的材料", rows=missing, annex=False, columns=(Column(title="材料或者说明", width=6),),
    sample=(Row(("身份证复印件",)), Row(("能证明劳动关系的材料",))),
)  # fmt: skip
LOG = Table(
    title="承办工作记录", rows=log,
    columns=(
        Column(title="日期", width=2), Column(title="工作内容", width=3),
        Column(title="用时（分钟）", cells=Cells.NUMBER, width=2, summed=True),
    ),
    sample=(Row(("2026-11-23", "会见当事人", 60)), Row(("2026-12-08", "出庭", 180))),
)  # fmt: skip


def _kind(
    key: str, title: Any, text: str, sign: str, addressee: Callable[[C], str] = applicant, **more: Any
) -> LetterKind:
    return LetterKind(
        key=key, title=title, text=text, addressee=addressee, offers=OFFERS, facts=facts,
        number=f"{{code}}{sign}〔{{year}}〕{{n}}号", **more,
    )  # fmt: skip


def unit(c: C) -> str:
    """The unit itself: forms that stay in its file."""
    return str(c.case.unit.name)


LETTERS = (
    _kind("application", _("Application form"), texts.APPLICATION, "援申", unit, public=True, form=Form.PLAIN),
    _kind("missing", _("Notice of missing papers"), texts.MISSING, "援补", public=True, table=MISSING),
    _kind("grant", _("Decision to grant aid"), texts.GRANT, "援决", public=True),
    _kind("refusal", _("Decision to refuse aid"), texts.REFUSAL, "援不", public=True),
    _kind("assignment", _("Letter of assignment"), texts.ASSIGNMENT, "援指", lambda c: name_of(c.facts.lawyer_id), public=True),
    _kind("power", _("Power of attorney"), texts.POWER, "援委", unit, public=True, form=Form.PLAIN),
    _kind("official", _("Letter to the deciding body"), texts.OFFICIAL, "援函", lambda c: str(c.facts.tribunal), public=True),
    _kind("closing", _("Closing report"), texts.CLOSING, "援结", unit, table=LOG, form=Form.PLAIN),
    _kind("subsidy", _("Approval of the subsidy"), texts.SUBSIDY, "援补贴", unit, form=Form.PLAIN),
    _kind("transfer", _("Letter to the state's legal aid centre"), texts.TRANSFER, "援转", lambda c: str(c.facts.state_centre), public=True),
    _kind("termination", _("Decision to end the aid"), texts.TERMINATION, "援终", public=True),
)  # fmt: skip
