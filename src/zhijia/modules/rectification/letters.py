"""Papers of rectification: notice (整改通知书), reply report (整改情况报告), acceptance note (整改验收单), and the report of a
round with its table (整改情况通报)."""

# ruff: noqa: E501 (one paragraph, one line)

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.documents.kinds import Column, Direction, Form, LetterKind, Offer, Row, Table
from zhijia.kernel.org.models import Org
from zhijia.kernel.people.actors import Role
from zhijia.kernel.rules.units import phrase

from .models import Proof, Round
from .rounds import R, lines_of, tally
from .rules import C
from .states import STATES, S

NOTICE = """# 整改通知书

经{source}，发现你单位存在下列问题：

{finding}

{law}

请你单位自收到本通知之日起{answer}内确认责任或者提出异议，确认后{plan}内报送整改措施和完成时限，整改时限一般不超过{longest}。整改完成后，请附佐证材料报我会验收。

{free}
"""
REPLY = """# 整改情况报告

你会整改通知指出的问题（编号{case_no}），我单位已完成整改，现报告如下：

## 问题
{finding}
## 整改措施
{measures}
## 完成情况
{done}
## 佐证材料
{proofs}

{free}

请予验收。
"""
ACCEPTANCE = """# 整改验收单

{owner}负责整改的问题（编号{case_no}）：{finding}

经核查佐证材料和现场情况：{verdict}

{free}

同意通过验收。{recheck}内将开展“回头看”，问题反弹的重新列入整改。
"""
REPORT = """# 关于{name}整改情况的通报

{begun}至{ended}，我会开展{name}，共发现问题{found}个，经异议复核撤销{withdrawn}个，应当整改{stand}个。

截至目前，已验收{mended}个，整改完成率{share}（已验收{mended}个÷应当整改{stand}个）；超过期限未完成{late}个，验收后反弹{reopened}个。

各问题整改情况如下：

{table}

{free}
"""
SIGNS = frozenset({Role.UNIT_HEAD, Role.SUPERVISOR, Role.LEADER})


def inspector(c: C) -> Org:
    """The unit that found it signs the notice and the acceptance."""
    return c.facts.inspector or c.case.unit


def to_owner(c: C) -> str:
    """The unit that must mend it."""
    return str(c.facts.owner.name)


def to_inspector(c: C) -> str:
    """The unit that found it."""
    return str(inspector(c).name)


def to_all(_c: R) -> str:
    """Whom the report of a round goes to."""
    return "各有关单位"


def facts(c: C) -> Mapping[str, str]:
    """What the papers say of one finding."""
    f = c.facts
    proofs = Proof.objects.filter(case_id=c.case.pk).order_by("no")
    of = Round.objects.filter(case_id=f.round_id or 0).first()  # none: found by itself, or not the owner's to see
    return {
        "source": of.name if of else "我会检查", "finding": f.finding, "law": f"上述情形不符合{f.law}的规定。" if f.law else "请对照有关规定整改。",
        "answer": _time(c, "answer"), "plan": _time(c, "plan"), "longest": _time(c, "longest"), "recheck": _time(c, "recheck"),
        "owner": f.owner.name, "measures": f.plan, "done": f.done, "verdict": f.verdict,
        "proofs": "；".join(f"{proof.no}.{proof.said}" for proof in proofs),
    }  # fmt: skip


def round_facts(c: R) -> Mapping[str, str]:
    """The numbers of a round, each rate with both of its halves."""
    numbers = tally(lines_of(c))
    return {
        "name": c.facts.name, "begun": _day(c.facts.begun), "ended": _day(c.facts.ended), "found": str(numbers.all),
        "withdrawn": str(numbers.all - numbers.stand), "stand": str(numbers.stand), "mended": str(numbers.mended),
        "share": numbers.share or "无法计算", "late": str(numbers.late), "reopened": str(numbers.reopened),
    }  # fmt: skip


def round_rows(c: R) -> Iterable[Row]:
    """Every finding of a round and how it stands. The words of internal rounds and audits stay in their own case."""
    for line in lines_of(c):
        with translation.override("zh-hans"):
            state = str(STATES[S(line.state)]) + ("（逾期）" if line.late else "")
        said = line.no if c.case.confidential else line.finding
        yield Row((said[:60], line.owner, _day(line.due) if line.due else "未定", state))


def _time(c: C, key: str) -> str:
    rule = c.rule(f"rectification.{key}")
    with translation.override("zh-hans"):
        return "".join(str(phrase(int(rule.value or 0), rule.unit)).split())


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


_FINDING = Offer(name="finding", title=_("What was found"), sample="女职工专项集体合同到期未续签。")


def _offers(*pairs: tuple[str, Any, str]) -> tuple[Offer, ...]:
    return tuple(Offer(name=name, title=title, sample=sample) for name, title, sample in pairs)


LETTERS = (
    LetterKind(
        key="notice", title=_("Rectification notice"), text=NOTICE, addressee=to_owner, issuer=inspector, facts=facts,
        number="{code}整通〔{year}〕{n}号", reply="rectification.answer", form=Form.DOCUMENT, direction=Direction.DOWN,
        signs=SIGNS, offers=(_FINDING, *_offers(
            ("source", _("Round"), "工会法执法检查"), ("law", _("Law or rule"), "上述情形不符合《中华人民共和国工会法》第二十一条的规定。"),
            ("answer", _("Time to answer"), "10天"), ("plan", _("Time for a plan"), "10个工作日"), ("longest", _("Longest time to mend it"), "60天"),
        )),
    ),
    LetterKind(
        key="reply", title=_("Reply report"), text=REPLY, addressee=to_inspector, facts=facts, number="{code}整报〔{year}〕{n}号",
        form=Form.DOCUMENT, direction=Direction.UP, offers=(_FINDING, *_offers(
            ("measures", _("Measures"), "重新协商并续签，报审查备案。"), ("done", _("What was mended"), "已于11月20日续签。"),
            ("proofs", _("Evidence of mending"), "1.合同文本；2.备案回执"),
        )),
    ),
    LetterKind(
        key="acceptance", title=_("Acceptance note"), text=ACCEPTANCE, addressee=to_owner, issuer=inspector, facts=facts,
        number="{code}整验〔{year}〕{n}号", drafts=frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.SUPERVISOR, Role.QUALITY_CHECKER}), signs=SIGNS,
        offers=(_FINDING, *_offers(
            ("owner", _("Unit that mends it"), "青禾区总工会"), ("verdict", _("What was checked"), "合同文本和备案回执属实。"),
            ("recheck", _("Time until it is looked at again"), "180天"),
        )),
    ),
)  # fmt: skip
ROUND_LETTERS = (
    LetterKind(
        key="report", title=_("Report of the round"), text=REPORT, addressee=to_all, facts=round_facts, number="{code}整查〔{year}〕{n}号",
        form=Form.DOCUMENT, direction=Direction.DOWN, signs=SIGNS,
        table=Table(
            title="整改情况表", rows=round_rows, annex=False,
            columns=(Column(title="问题", width=4), Column(title="责任单位", width=3), Column(title="整改期限", width=2), Column(title="进展", width=2)),
            sample=(Row(("女职工专项集体合同到期未续签", "青禾区总工会", "2027年1月10日", "已验收")),),
        ),
        offers=_offers(
            ("name", _("Name of the round"), "工会法执法检查"), ("begun", _("First day of the round"), "2026年11月2日"), ("ended", _("Last day of the round"), "2026年11月13日"),
            ("found", _("Findings"), "12"), ("withdrawn", _("Withdrawn after objection"), "1"), ("stand", _("Findings that stand"), "11"),
            ("mended", _("Accepted as mended"), "9"), ("share", _("Share accepted"), "81.8%"), ("late", _("Late findings"), "1"), ("reopened", _("Came back"), "0"),
        ),
    ),
)  # fmt: skip
