"""Papers of a dismissal notice: the demand to tell the union, the objection, the worker's rights."""

# ruff: noqa: E501 (a declaration reads as a table)

from collections.abc import Mapping
from dataclasses import replace

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.documents.content import day_words
from zhijia.kernel.documents.kinds import LetterKind, Offer
from zhijia.kernel.people.actors import Role

from .models import Objection
from .rules import C

DEMAND = """# 关于补正解除劳动合同告知程序的函

我会了解到，你单位单方解除职工劳动合同，没有事先将理由通知工会。

《中华人民共和国劳动合同法》第四十三条规定，用人单位单方解除劳动合同，应当事先将理由通知工会。建立了工会组织的用人单位没有依法通知工会的，解除属于违法解除，职工有权要求赔偿金，但在起诉前已经补正有关程序的除外。

请你单位自收到本函之日起{reply}内，将解除理由和有关证据书面告知我会。

{free}
"""
OBJECTION = """# 对解除劳动合同的意见书

你单位通知我会，拟与职工{worker}解除劳动合同。我会经审查认为，{against}。

{objection}

{law}

依据《中华人民共和国劳动合同法》第四十三条、《中华人民共和国工会法》第二十二条，请你单位研究工会的意见，予以纠正，并自收到本意见书之日起{reply}内将处理结果书面通知我会。

{free}
"""
RIGHTS = """# 职工权利告知书

{worker}：

{employer}与你解除劳动合同一事，工会了解的情况如下：{stand}。

依照《中华人民共和国劳动合同法》第四十八条、第八十七条，用人单位违法解除劳动合同的，你可以要求继续履行劳动合同；你不要求继续履行，或者劳动合同已经不能继续履行的，可以要求支付经济补偿标准二倍的赔偿金。两项只能选一项。

申请劳动争议仲裁的时效期间为一年，从你知道或者应当知道权利被侵害之日起计算。用人单位应当出具解除证明，并在十五日内办理档案和社会保险关系转移手续。

需要调解、法律援助的，请告诉我们，工会给予支持和帮助，不收费。

{free}
"""
NO_NAME = "（职工姓名见附送材料）"


def worker_of(c: C) -> str:
    """The worker whom the employer itself named."""
    return c.facts.worker or NO_NAME


def objection_facts(c: C) -> Mapping[str, str]:
    """Why the union objects. The employer named the worker; nothing else of them is said."""
    with translation.override("zh-hans"):
        against = str(Objection(c.facts.against).label) if c.facts.against else "理由不成立"
    return {
        "worker": worker_of(c), "against": against, "objection": c.facts.objection or "（待填）",
        "law": f"上述解除不符合{c.facts.law}的规定。" if c.facts.law else "",
    }  # fmt: skip


def rights_facts(c: C) -> Mapping[str, str]:
    """How it stands, in a sentence."""
    facts = c.facts
    if facts.unlawful:
        stand = "用人单位没有事先将理由通知工会，起诉前也没有补正，属于违法解除"
    elif facts.against:
        stand = "工会提出了不同意见，用人单位" + ("没有在期限内书面答复" if not facts.answer else "坚持或者变更了决定")
    else:
        stand = "用人单位事先将理由通知了工会，工会没有提出意见；你认为解除违法的，仍然可以主张权利"
    return {"worker": facts.worker or "职工", "employer": facts.employer_name, "stand": stand}


def demand_facts(c: C) -> Mapping[str, str]:
    """When it was found out."""
    return {"day": day_words(c.now)}


def to_employer(c: C) -> str:
    """The employer."""
    return str(c.facts.employer_name)


def to_worker(c: C) -> str:
    """The worker."""
    return c.facts.worker or "职工本人"


CHAIR = frozenset({Role.UNIT_HEAD})
WORKER = Offer(name="worker", title=_("Worker"), sample="王大勇")
OBJECTION_KIND = LetterKind(
    key="objection", title=_("Objection to a dismissal"), text=OBJECTION, addressee=to_employer, facts=objection_facts,
    number="{code}解意〔{year}〕{n}号", reply="dismissal_notice.answer", signs=CHAIR,
    offers=(
        WORKER, Offer(name="against", title=_("Why the union objects"), sample="事实没有证据"),
        Offer(name="objection", title=_("Objection in words"), sample="考勤记录显示该职工当日在岗。"),
        Offer(name="law", title=_("Law"), sample="上述解除不符合劳动合同法第三十九条的规定。"),
    ),
)  # fmt: skip
DEMAND_KIND = replace(
    OBJECTION_KIND, key="demand", title=_("Demand to tell the union"), text=DEMAND, facts=demand_facts,
    number="{code}解补〔{year}〕{n}号", reply="dismissal_notice.cure", offers=(Offer(name="day", title=_("Day"), sample="2026年11月16日"),),
)  # fmt: skip
RIGHTS_KIND = LetterKind(
    key="rights", title=_("What the worker is told of their rights"), text=RIGHTS, addressee=to_worker, facts=rights_facts,
    number="{code}解告〔{year}〕{n}号", signs=frozenset({Role.OFFICER, Role.UNIT_HEAD}), public=True,
    offers=(
        WORKER, Offer(name="employer", title=_("Employer"), sample="江澜劳务有限公司"),
        Offer(name="stand", title=_("How it stands"), sample="工会提出了不同意见，用人单位坚持决定"),
    ),
)  # fmt: skip
LETTERS = (DEMAND_KIND, OBJECTION_KIND, RIGHTS_KIND)
