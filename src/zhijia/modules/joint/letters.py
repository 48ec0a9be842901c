"""Papers of the joint mechanism: transfer letter (移送函), receipt (回执), feedback letter (反馈函), meeting notice (会议通知),
minutes (会议纪要) and decision list (议定事项清单). None of them names a worker: what does lies among the listed papers."""

# ruff: noqa: E501 (one paragraph, one line)

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.documents.kinds import Cells, Column, Direction, Form, LetterKind, Offer, Row, Table
from zhijia.kernel.rules.units import phrase
from zhijia.kernel.service import sittings

from .meetings import SITTING, M, agenda_of, decisions_of
from .models import Kind, Material, Outcome, Presence
from .states import DECISION, DS
from .transfers import C

TRANSFER = """# 关于移送{matter}的函

我会在工作中发现，{employer}涉及职工{people}人的下列事项属于贵单位职权范围，根据工会与有关部门协作联动机制，现移送贵单位依法处理。

## 基本情况
{story}
## 移送请求
{wanted}

移送材料共{rows}项，清单附后。{consent}

{free}

请自收到本函之日起{receipt}内出具回执，自受理之日起{feedback}内向我会反馈办理情况。办理进度可凭移送查询码{code}在平台“移送进度”页面查看，该页面不显示个人信息。
"""
RECEIPT = """# 回执

你单位移送的事项（来函编号：{their_no}）及材料共{rows}项，我会已于{received}收悉，登记号{case_no}。

我会将自收到之日起{handling}内办理并反馈结果。

{free}
"""
FEEDBACK = """# 关于{matter}办理情况的反馈函

你单位移送的事项（来函编号：{their_no}，我会登记号{case_no}），我会已办理，办理结果为：{outcome}。

## 办理情况
{result}

{free}
"""
NOTICE = """# 关于召开{name}的通知

经研究，定于{when}召开{name}，现将有关事项通知如下：

## 会议时间
{when}
## 会议地点
{place}
## 参会单位
{bodies}
## 会议议题
{topics}

{free}

请各单位安排负责同志参会，并于会前将书面材料送我会。
"""
MINUTES = """# {name}纪要

{held}，{issuer}召集召开{name}。{attended}参加会议。会议就{topics}进行了研究，形成纪要如下：

{minutes}

会议议定事项共{rows}项：

{table}

{free}

请各责任单位按期落实，并将完成情况告知{issuer}。
"""
LIST = """# {name}议定事项清单

{held}召开的{name}议定事项共{rows}项，截至本清单印发之日，已完成{done}项（{done}÷{rows}），超过期限{late}项。

{table}

{free}
"""


AGREED = "涉及的职工已同意将本人事项移送贵单位，相关个人信息请依法保护，不得用于其他目的。"
NOBODY = "材料中涉及个人信息的，请依法保护，不得用于其他目的。"


def to_body(c: C) -> str:
    """The other department."""
    return str(c.facts.body)


def to_invited(c: M) -> str:
    """Every body that is invited."""
    return "、".join(_lines(c.facts.bodies))[:200]


def transfer_facts(c: C) -> Mapping[str, str]:
    """What the papers of a transfer say."""
    f = c.facts
    with translation.override("zh-hans"):
        outcome = str(Outcome(f.outcome).label) if f.outcome else ""
    return {
        "matter": c.case.title.rstrip("。…"), "employer": f.employer_name or "有关单位", "people": str(f.people), "story": f.matter,
        "wanted": f.wanted or "请依法处理并反馈结果。", "receipt": _time(c, "receipt"), "feedback": _time(c, "feedback"),
        "handling": _time(c, "handling"), "code": f.code, "consent": AGREED if c.applicants() else NOBODY, "their_no": f.their_no or "无", "received": _day(f.received_on),
        "outcome": outcome, "result": f.result,
    }  # fmt: skip


def materials(c: C) -> Iterable[Row]:
    """The papers that go along."""
    for row in Material.objects.filter(case_id=c.case.pk).order_by("no"):
        yield Row((row.title, row.copies, "原件" if row.original else "复印件"))


def meeting_facts(c: M) -> Mapping[str, str]:
    """What the papers of a meeting say."""
    f, planned, lines = c.facts, sittings.planned(c, SITTING), decisions_of(c)
    with translation.override("zh-hans"):
        kind = str(Kind(f.category).label)
    at = planned.starts_at.astimezone(CHINA) if planned else None
    where = planned and "".join(part for part in (str(planned.room or ""), planned.place, planned.link) if part)
    present = Presence.objects.filter(case_id=c.case.pk).order_by("no")
    return {
        "name": f.name, "kind": kind, "when": f"{at.year}年{at.month}月{at.day}日{at:%H:%M}" if at else "", "place": where or "",
        "bodies": "、".join(_lines(f.bodies)), "topics": "；".join(f"{n}.{topic.title}" for n, topic in enumerate(agenda_of(c.case.pk), 1)),
        "attended": "、".join(f"{row.body}（{row.people}）" if row.people else row.body for row in present), "minutes": f.record,
        "held": _day(f.held_on), "done": str(sum(line.state == DS.ACCEPTED for line in lines)), "late": str(sum(line.late for line in lines)),
    }  # fmt: skip


def decision_rows(c: M) -> Iterable[Row]:
    """Every decision, who carries it out, and by when."""
    for line in decisions_of(c):
        yield Row((line.text, line.owner, _day(line.due)))


def progress_rows(c: M) -> Iterable[Row]:
    """The same, with how it stands."""
    for line in decisions_of(c):
        with translation.override("zh-hans"):
            state = str(DECISION[DS(line.state)]) + ("（逾期）" if line.late else "")
        yield Row((line.text, line.owner, _day(line.due), state))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _time(c: C, key: str) -> str:
    rule = c.rule(f"joint.{key}")
    with translation.override("zh-hans"):
        return "".join(str(phrase(int(rule.value or 0), rule.unit)).split())


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _offers(*pairs: tuple[str, Any, str]) -> tuple[Offer, ...]:
    return tuple(Offer(name=name, title=title, sample=sample) for name, title, sample in pairs)


_PAPERS = Table(
    title="移送材料清单", rows=materials, sample=(Row(("考勤记录", 1, "复印件")), Row(("工资条", 3, "复印件"))),
    columns=(Column(title="材料名称", width=5), Column(title="份数", cells=Cells.NUMBER), Column(title="原件或者复印件", width=2)),
)  # fmt: skip
_MATTER = ("matter", _("The matter"), "未依法缴纳社会保险")
_THEIR_NO = ("their_no", _("Number of the department"), "青检移〔2026〕3号")
TRANSFER_LETTERS = (
    LetterKind(
        key="transfer", title=_("Transfer letter"), text=TRANSFER, addressee=to_body, facts=transfer_facts, table=_PAPERS,
        number="{code}移〔{year}〕{n}号", direction=Direction.LEVEL,
        offers=_offers(
            _MATTER, ("employer", _("Employer"), "江澜劳务有限公司"), ("people", _("Workers concerned"), "12"), ("story", _("The matter in words"), "该单位自七月起未为十二名职工缴纳社会保险。"),
            ("wanted", _("What is asked of the other side"), "责令补缴并依法处理。"), ("receipt", _("Time for the receipt"), "5个工作日"), ("feedback", _("Time for feedback"), "30天"),
            ("consent", _("Whether the workers agreed"), "涉及的职工已同意将本人事项移送贵单位。"), ("code", _("Code of the page with the status"), "k3J9tQxw2bLm7PzR4vYa"),
        ),
    ),
    LetterKind(
        key="receipt", title=_("Receipt"), text=RECEIPT, addressee=to_body, facts=transfer_facts, table=_PAPERS, number="{code}移回〔{year}〕{n}号",
        direction=Direction.LEVEL, offers=_offers(_THEIR_NO, ("received", _("Day of receipt"), "2026年11月16日"), ("handling", _("Time for the union's feedback"), "30天")),
    ),
    LetterKind(
        key="feedback", title=_("Feedback letter"), text=FEEDBACK, addressee=to_body, facts=transfer_facts, number="{code}移复〔{year}〕{n}号",
        direction=Direction.LEVEL, offers=_offers(_MATTER, _THEIR_NO, ("outcome", _("What came of it"), "已解决"), ("result", _("Feedback"), "经协调，单位已补缴。")),
    ),
)  # fmt: skip
_NAME = ("name", _("Name of the meeting"), "区政府与区总工会联席会议")
_HELD = ("held", _("Day of the meeting"), "2026年12月8日")
_SAMPLE = ("建立欠薪线索每周互通机制", "青禾区人力资源和社会保障局", "2027年1月31日")
_DECIDED = (Column(title="议定事项", width=5), Column(title="责任单位", width=3), Column(title="完成时限", width=2))
MEETING_LETTERS = (
    LetterKind(
        key="notice", title=_("Meeting notice"), text=NOTICE, addressee=to_invited, facts=meeting_facts, number="{code}会〔{year}〕{n}号",
        form=Form.DOCUMENT, direction=Direction.LEVEL,
        offers=_offers(
            _NAME, ("when", _("Day and hour of the meeting"), "2026年12月8日09:30"), ("place", _("Place of the meeting"), "区总工会三楼会议室"),
            ("bodies", _("Who is invited"), "区人力资源和社会保障局、区工商业联合会"), ("topics", _("Topics"), "1.欠薪线索互通；2.高温津贴"),
        ),
    ),
    LetterKind(
        key="minutes", title=_("Minutes of the meeting"), text=MINUTES, addressee=to_invited, facts=meeting_facts, number="{code}纪〔{year}〕{n}号",
        form=Form.DOCUMENT, direction=Direction.LEVEL, table=Table(title="议定事项", rows=decision_rows, annex=False, columns=_DECIDED, sample=(Row(_SAMPLE),)),
        offers=_offers(
            _NAME, _HELD, ("attended", _("Who came"), "区人力资源和社会保障局（王某）"), ("topics", _("Topics"), "1.欠薪线索互通"),
            ("minutes", _("What was agreed, point by point"), "会议认为，各方应当每周互通欠薪线索。"),
        ),
    ),
    LetterKind(
        key="decisions", title=_("Decision list"), text=LIST, addressee=to_invited, facts=meeting_facts, number="{code}议〔{year}〕{n}号",
        form=Form.DOCUMENT, direction=Direction.LEVEL,
        table=Table(title="议定事项清单", rows=progress_rows, annex=False, columns=(*_DECIDED, Column(title="进展", width=2)), sample=(Row((*_SAMPLE, "待落实")),)),
        offers=_offers(_NAME, _HELD, ("done", _("Accepted as done"), "1"), ("late", _("Late decisions"), "0")),
    ),
)  # fmt: skip
