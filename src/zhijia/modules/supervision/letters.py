"""One letter, two documents: reminder (提示函), opinion (意见书), recommendation (建议书). The union writes in its own
name; none of them says who complained, and none has a place for a worker's name."""

from collections.abc import Mapping

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.documents.kinds import Form, LetterKind, Offer
from zhijia.kernel.people.actors import Role

from .models import Breach
from .rules import C

REMINDER = """# 工会劳动法律监督提示函

我会在工作中了解到，你单位在{matter}方面存在风险：{finding}

{law}

请你单位及时自查，{demand}，并自收到本函之日起{reply}内将情况告知我会。

{free}
"""
OPINION = """# 工会劳动法律监督意见书

经我会调查，你单位在{matter}方面存在下列问题：{finding}

{law}

依据《中华人民共和国工会法》第二十三条、第二十六条，请你单位{demand}，并自收到本意见书之日起{reply}内书面答复我会。

{free}

拒不改正的，我会将提请当地人民政府及有关部门依法处理。
"""
RECOMMENDATION = """# 工会劳动法律监督建议书

我会对{employer}开展劳动法律监督，发现其在{matter}方面存在下列问题：{finding}

我会已发出意见书，{ground}。

依据《中华人民共和国工会法》第二十三条，建议贵单位依法处理：{demand}

{free}

请自收到本建议书之日起{reply}内将处理情况告知我会。
"""
GROUNDS = {
    "service": "该单位拒收文书", "silent": "该单位逾期没有答复", "uncorrected": "该单位无正当理由没有改正",
    "": "问题没有得到改正",
}  # fmt: skip


def facts(c: C) -> Mapping[str, str]:
    """What every one of the three says; none of it is a worker's word or name."""
    with translation.override("zh-hans"):
        matter = str(Breach(c.facts.category).label)
    law = f"上述情形不符合{c.facts.law}的规定。" if c.facts.law else "请对照劳动法律法规的有关规定。"
    return {
        "matter": matter, "finding": c.facts.finding, "law": law, "demand": c.facts.demand.rstrip("。") or "予以改正",
        "employer": c.facts.employer_name, "ground": GROUNDS[c.facts.ground_to_act],
    }  # fmt: skip


def to_employer(c: C) -> str:
    """The employer."""
    return str(c.facts.employer_name)


def to_authority(c: C) -> str:
    """The authority that is asked to act."""
    return str(c.facts.authority)


OFFERS = (
    Offer(name="matter", title=_("What is broken"), sample="拖欠工资"),
    Offer(name="finding", title=_("What was found"), sample="九月、十月工资未按时足额支付，涉及职工十二人。"),
    Offer(name="law", title=_("Law"), sample="上述情形不符合劳动合同法第三十条的规定。"),
    Offer(name="demand", title=_("What to mend"), sample="于2026年11月30日前付清工资"),
    Offer(name="employer", title=_("Employer"), sample="江澜劳务有限公司"),
    Offer(name="ground", title=_("Why the authority is asked"), sample="该单位逾期没有答复"),
)
CHAIR = frozenset({Role.UNIT_HEAD})
LETTERS = (
    LetterKind(
        key="reminder", title=_("Reminder"), text=REMINDER, addressee=to_employer, offers=OFFERS, facts=facts,
        number="{code}提〔{year}〕{n}号", reply="supervision.reminder_reply", signs=CHAIR,
    ),
    LetterKind(
        key="opinion", title=_("Opinion"), text=OPINION, addressee=to_employer, offers=OFFERS, facts=facts,
        number="{code}监意〔{year}〕{n}号", reply="supervision.reply", signs=CHAIR, form=Form.DOCUMENT,
    ),
    LetterKind(
        key="recommendation", title=_("Recommendation"), text=RECOMMENDATION, addressee=to_authority, offers=OFFERS,
        facts=facts, number="{code}监建〔{year}〕{n}号", reply="supervision.authority", signs=CHAIR, form=Form.DOCUMENT,
    ),
)  # fmt: skip
