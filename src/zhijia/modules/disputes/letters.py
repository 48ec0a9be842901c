"""Papers of a mediation: acceptance (受理通知书), agreement (调解协议书), and that there is none (调解不成证明)."""

from collections.abc import Mapping

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.money import capital, yuan
from zhijia.kernel.documents.kinds import LetterKind, Offer

from .models import Matter
from .rules import C

ACCEPTANCE = """# 劳动争议调解受理通知书

职工一方（{people}人）与{employer}因{matter}发生争议，双方同意调解，我会决定受理。

调解自受理之日起{days}日内结束，双方同意延长的除外。自收到调解申请之日起十五日内没有达成协议的，当事人可以依法申请仲裁（劳动争议调解仲裁法第十四条）。

{free}
"""
AGREEMENT = """# 劳动争议调解协议书

职工一方（{people}人）与{employer}因{matter}发生争议，经调解，双方自愿达成如下协议：

{terms}

{money}

{free}

本协议由双方签名或者盖章，经调解员签名并加盖调解组织印章后生效，对双方具有约束力（劳动争议调解仲裁法第十四条）。用人单位不按期履行支付劳动报酬等约定的，职工可以持本协议书申请支付令（第十六条）。

职工一方（签名）：　　　　　　　　用人单位（盖章）：

调解员（签名）：
"""
FAILURE = """# 劳动争议调解不成证明

职工一方（{people}人）与{employer}因{matter}发生争议申请调解，没有达成调解协议。

职工可以依法向劳动人事争议仲裁委员会申请仲裁（劳动争议调解仲裁法第五条、第十四条）。仲裁不收费（第五十三条）。

{free}
"""


def facts(c: C) -> Mapping[str, str]:
    """What the papers say of the dispute. The parties sign by hand: no worker's name stands in them."""
    with translation.override("zh-hans"):
        matter = str(Matter(c.facts.category).label)
    due = c.facts.due
    money = ""
    if c.facts.agreed and due:
        day = f"{due.year}年{due.month}月{due.day}日"
        money = f"用人单位于{day}前支付人民币{yuan(c.facts.agreed):,.2f}元（大写：{capital(c.facts.agreed)}）。"
    return {
        "people": str(c.facts.people), "employer": c.facts.employer_name, "matter": matter, "terms": c.facts.terms,
        "money": money or "本协议不涉及金钱给付。", "days": str(int(c.number("disputes.mediation"))),
    }  # fmt: skip


def both(c: C) -> str:
    """The employer; the workers read it on the page of their matter."""
    return str(c.facts.employer_name)


OFFERS = (
    Offer(name="people", title=_("Workers concerned"), sample="3"),
    Offer(name="employer", title=_("Employer"), sample="江澜劳务有限公司"),
    Offer(name="matter", title=_("What it is about"), sample="劳动报酬"),
    Offer(name="terms", title=_("What was agreed"), sample="用人单位分两期付清工资。"),
    Offer(name="money", title=_("Amount agreed, in words"), sample="用人单位于2026年12月20日前支付6,800.00元。"),
    Offer(name="days", title=_("Days of mediation"), sample="15"),
)  # fmt: skip
LETTERS = tuple(
    LetterKind(
        key=key, title=title, text=text, addressee=both, offers=OFFERS, facts=facts, public=True,
        number=f"{{code}}{sign}〔{{year}}〕{{n}}号",
    )
    for key, title, text, sign in (
        ("acceptance", _("Notice of acceptance"), ACCEPTANCE, "调受"),
        ("agreement", _("Mediation agreement"), AGREEMENT, "调协"),
        ("failure", _("Certificate that there is no agreement"), FAILURE, "调终"),
    )
)  # fmt: skip
