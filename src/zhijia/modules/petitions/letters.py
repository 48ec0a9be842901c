"""Papers of a petition: receipt (受理告知书), non-acceptance, transfer (转送函), handling opinion (处理意见书), extension,
review and re-review opinion. What goes to another body names nobody who brought it (信访工作条例 30)."""

# ruff: noqa: E501 (one paragraph, one line)

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text
from zhijia.kernel.cases.models import Note
from zhijia.kernel.documents.content import day_words
from zhijia.kernel.documents.kinds import Direction, Form, LetterKind, Offer
from zhijia.kernel.org.queries import parent_unit
from zhijia.kernel.people.actors import Role
from zhijia.kernel.rules.units import phrase

from .models import Ground, Outcome, Sort
from .rules import C, handling_rule

RECEIPT = """# 信访事项受理告知书

你于{filed}通过{channel}反映的“{matter}”信访事项（登记号{case_no}），属于{sort}类，我会决定受理。

我会自受理之日起{limit}内办结并书面答复你。情况复杂需要延长的，将另行告知理由。

{free}

办理期间，请不要就同一事项重复提出。你可以凭登记号查询办理进度，也可以补充材料或者撤回。
"""
NOT_ACCEPTED = """# 信访事项不予受理告知书

你于{filed}反映的“{matter}”信访事项（登记号{case_no}），经审查，{ground}，我会不予受理。

{way}

{free}
"""
TRANSFER = """# 信访事项转送函

我会于{filed}收到一件信访事项（登记号{case_no}），反映“{matter}”。经审查，该事项属于贵单位职权范围，现依照《信访工作条例》第二十二条转送贵单位办理。

反映的主要内容：{content}

{free}

请自收到本函之日起15日内书面告知信访人是否受理；认为不属于职权范围的，请自收到之日起5个工作日内向我会提出异议并说明理由（第二十三条）。信访人的身份和联系方式我会依法保密，需要联系的由我会转达。
"""
OPINION = """# 信访事项处理意见书

你反映的“{matter}”信访事项（登记号{case_no}），我会已依法受理并办理，现提出如下处理意见：

{opinion}

{law}

{free}

你对本处理意见不服的，可以自收到本意见书之日起{request}内，向{above}请求复查（《信访工作条例》第三十五条）。逾期不请求复查的，同一事实和理由不再受理。
"""
EXTENSION = """# 信访事项延期办理告知书

你反映的“{matter}”信访事项（登记号{case_no}），因情况复杂，不能在规定期限内办结。经我会负责人批准，办理期限延长至{due}（《信访工作条例》第三十四条）。

延长理由：{reason}

{free}
"""
REVIEW = """# 信访事项复查意见书

你不服{handler}于{opinion_on}送达的处理意见，就“{matter}”信访事项（登记号{case_no}）请求复查。我会依法复查，决定{outcome}原处理意见。

{opinion}

{free}

你对本复查意见不服的，可以自收到本意见书之日起{request}内，向{above}请求复核（《信访工作条例》第三十六条）。
"""
RE_REVIEW = """# 信访事项复核意见书

你不服于{reviewed_on}送达的复查意见，就“{matter}”信访事项（登记号{case_no}）请求复核。我会依法复核，决定{outcome}复查意见。

{opinion}

{free}

本意见为信访事项的复核终结意见。你仍以同一事实和理由提出投诉请求的，各级党委和政府信访部门和其他机关、单位不再受理（《信访工作条例》第三十六条）。法律规定可以申请仲裁、提起诉讼的，不受影响。
"""
GROUNDS: dict[str, str] = {
    Ground.PROCEDURE: "该事项已经或者依法应当通过诉讼、仲裁、行政复议等法定途径解决",
    Ground.PENDING: "该事项正在办理、复查或者复核期限内",
    Ground.CONCLUDED: "该事项的同一事实和理由已经复查、复核终结",
    Ground.SCOPE: "该事项不属于工会职权范围，也没有可以转送的机关、单位",
}  # fmt: skip
ABOVE = frozenset({Role.UNIT_HEAD, Role.LEADER})
"""Who signs a review: at the top there may be a leader alone."""
SORTS = {Sort.APPEAL: "申诉求决", Sort.PROPOSAL: "建议意见", Sort.REPORT: "检举控告"}
CHANNELS = {"letter": "来信", "visit": "来访", "web": "网上信访", "phone": "来电"}
OUTCOMES = {Outcome.UPHELD: "维持", Outcome.CHANGED: "变更", "": ""}


def petitioner(c: C) -> str:
    """Who brought it; a paper of one that nobody signed is not drafted."""
    return c.case.applicant.name if c.case.applicant else ""


def other_body(c: C) -> str:
    """The body that decides it."""
    return str(c.facts.body)


def facts(c: C) -> Mapping[str, str]:
    """What the papers say of the petition; each uses some of it."""
    f, above, clock = c.facts, parent_unit(c.case.unit), c.clock("handling")
    return {
        "filed": day_words(c.case.created_at), "channel": CHANNELS[f.channel], "matter": c.case.title.rstrip("。"),
        "sort": SORTS[Sort(f.category)], "limit": _time(c, handling_rule(c)), "ground": GROUNDS.get(f.ground, ""),
        "way": f.way, "content": f.content, "opinion": f.opinion, "law": f"依据{f.law}。" if f.law else "",
        "request": _time(c, "petitions.review_request"), "above": above.name if above else "上一级工会",
        "due": day_words(clock.due_at) if clock else "", "reason": _reason(c),
        "handler": f.handled_by.name if f.handled_by else "", "opinion_on": _day(f.opinion_on),
        "reviewed_on": _day(f.reviewed_on), "outcome": OUTCOMES[f.review_outcome],
    }  # fmt: skip


def review_facts(c: C) -> Mapping[str, str]:
    """The review: what it says of the opinion before it."""
    return {**facts(c), "opinion": c.facts.review_opinion, "request": _time(c, "petitions.re_review_request")}


def re_review_facts(c: C) -> Mapping[str, str]:
    """The re-review: what it says of the review."""
    return {**facts(c), "opinion": c.facts.final_opinion, "outcome": OUTCOMES[c.facts.final_outcome]}


def _reason(c: C) -> str:
    """Why more time was asked for."""
    asked = c.last_event("ask_extension")
    note = Note.objects.filter(case_id=c.case.pk, event_seq=asked.seq, field="reason").first() if asked else None
    return note.text if note else ""


def _time(c: C, key: str) -> str:
    """A limit in words of the letter: 30日."""
    rule = c.rule(key)
    with translation.override("zh-hans"):
        return "".join(str(phrase(int(rule.value or 0), rule.unit)).split())


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


_MATTER = Offer(name="matter", title=_("What the petition is about"), sample="九月工资未发")
_FILED = Offer(name="filed", title=_("Day on which it was brought"), sample="2026年11月16日")
_OPINION = Offer(
    name="opinion", title=_("Facts, law and decision"), sample="经查，你反映的九月工资确未按时发放，现已责成补发。"
)
_REQUEST = Offer(name="request", title=_("Time to ask for the next review"), sample="30天")
_ABOVE = Offer(name="above", title=_("Who reviews it"), sample="澜江市总工会")
_OUTCOME = Offer(name="outcome", title=_("What the review decides"), sample="维持")


def _paper(key: str, title: Text, text: str, mark: str, *offers: Offer, **more: Any) -> LetterKind:
    """One paper to the petitioner, which the petitioner also reads on the page of the case."""
    given: dict[str, Any] = {"addressee": petitioner, "facts": facts, "public": True} | more
    return LetterKind(
        key=key,
        title=title,
        text=text,
        number=f"{{code}}信{mark}〔{{year}}〕{{n}}号",
        offers=(_MATTER, *offers),
        **given,
    )


LETTERS = (
    _paper(
        "receipt", _("Notice of acceptance"), RECEIPT, "受", _FILED, Offer(name="channel", title=_("How it came"), sample="来访"),
        Offer(name="sort", title=_("Kind of petition"), sample="申诉求决"), Offer(name="limit", title=_("Time to handle it"), sample="60天"),
    ),
    _paper(
        "not_accepted", _("Notice of non-acceptance"), NOT_ACCEPTED, "不受", _FILED, Offer(name="ground", title=_("Ground of non-acceptance"), sample="该事项已经进入仲裁程序"),
        Offer(name="way", title=_("Where to go instead"), sample="请向青禾区劳动人事争议仲裁委员会提出。"),
    ),
    _paper(
        "transfer", _("Transfer to another body"), TRANSFER, "转", _FILED, Offer(name="content", title=_("What was brought forward"), sample="九月工资未发，涉及职工十二人。"),
        addressee=other_body,
    ),
    _paper(
        "opinion", _("Handling opinion"), OPINION, "处", _OPINION, _REQUEST, _ABOVE, Offer(name="law", title=_("Law"), sample="依据《中华人民共和国劳动法》第五十条。"),
        form=Form.DOCUMENT, direction=Direction.DOWN,
    ),
    _paper(
        "extension", _("Extension notice"), EXTENSION, "延", Offer(name="due", title=_("New date"), sample="2027年2月14日"),
        Offer(name="reason", title=_("Why it takes longer"), sample="需要等待工伤认定结论"),
    ),
    _paper(
        "review", _("Review opinion"), REVIEW, "查", _OPINION, _REQUEST, _ABOVE, _OUTCOME, Offer(name="handler", title=_("Who decided before"), sample="青禾区总工会"),
        Offer(name="opinion_on", title=_("Day on which the opinion was served"), sample="2026年12月20日"), facts=review_facts, form=Form.DOCUMENT, direction=Direction.DOWN, signs=ABOVE,
    ),
    _paper(
        "re_review", _("Re-review opinion"), RE_REVIEW, "核", _OPINION, _OUTCOME, Offer(name="reviewed_on", title=_("Day on which the review opinion was served"), sample="2027年1月20日"),
        facts=re_review_facts, form=Form.DOCUMENT, direction=Direction.DOWN, signs=ABOVE,
    ),
)  # fmt: skip
