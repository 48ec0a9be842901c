"""The demand for payment (催告函). The union writes in its own name; a worker is named only who agreed to it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.money import capital, yuan
from zhijia.kernel.documents.kinds import Cells, Column, LetterKind, Offer, Row, Table

from .chain import Duty, duties
from .dossier import chain_of, is_construction
from .models import WorkerClaim
from .rules import C

TEXT = """# 关于支付拖欠工资的催告函

经我会核实，{period}在{project}提供劳动的{people}名职工被拖欠工资，截至本函之日尚欠人民币{amount}元（大写：{amount_capital}）。

依据{law}，{duty}

《中华人民共和国工会法》第二十三条规定，克扣、拖欠职工工资的，工会应当代表职工与用人单位交涉，要求采取措施予以改正；用人单位应当研究处理，并向工会作出答复。

请你单位自收到本函之日起{reply}内付清上述工资，并书面答复我会。劳动合同、职工名册、工资支付台账和工资清单依法由用人单位保存，请一并提供。

{free}

逾期不付又不说明理由的，我会将支持职工依法投诉、申请支付令、申请仲裁或者提起诉讼，并提请有关部门依法处理。
"""
NAMED = TEXT + "\n本人同意告知姓名的职工名单附后，共{rows}人，名单内尚欠合计{total}元。\n"


def debtor(c: C) -> Duty:
    """Whoever must pay before all others."""
    return duties(chain_of(c), construction=is_construction(c))[0]


def addressee(c: C) -> str:
    """The best debtor's name."""
    return debtor(c).name


def facts(c: C) -> Mapping[str, str]:
    """What the demand says of the claim; no worker's name."""
    due, first = c.facts.owed - c.facts.recovered, debtor(c)
    with translation.override("zh-hans"):
        law = "、".join(str(ground.article) for ground in first.grounds)
        duty = "".join(str(ground.words) for ground in first.grounds)
    start, end = c.facts.owed_from, c.facts.owed_until
    return {
        "period": f"{start.year}年{start.month}月{start.day}日至{end.year}年{end.month}月{end.day}日",
        "project": c.facts.project or c.facts.employer_name, "people": str(c.facts.people),
        "amount": f"{yuan(due):,.2f}", "amount_capital": capital(due), "law": law, "duty": duty,
    }  # fmt: skip


def named(c: C) -> Iterable[Row]:
    """The workers who agreed to be named, and what each is still owed."""
    claims = WorkerClaim.objects.filter(case_id=c.case.pk, named=True, withdrawn_at=None).select_related("person")
    return [Row((w.person.name, w.job, w.due), person_id=w.person_id) for w in claims.order_by("line") if w.due]


OFFERS = (
    Offer(name="period", title=_("Days for which wages are owed"), sample="2026年9月1日至2026年10月31日"),
    Offer(name="project", title=_("Project or site"), sample="青禾新城三期"),
    Offer(name="people", title=_("Number of workers"), sample="12"),
    Offer(name="amount", title=_("What is still owed, in yuan"), sample="201,600.00"),
    Offer(name="amount_capital", title=_("The same in capital characters"), sample="贰拾万壹仟陆佰元整"),
    Offer(name="law", title=_("The articles on which the duty rests"), sample="保障农民工工资支付条例第三十条第三款"),
    Offer(name="duty", title=_("The duty in words"), sample="分包单位欠薪的，由施工总承包单位先行清偿，再去追偿。"),
)
DEMAND = LetterKind(
    key="demand", title=_("Demand for payment"), text=TEXT, addressee=addressee, offers=OFFERS, facts=facts,
    reply="wage_arrears.answer", number="{code}催〔{year}〕{n}号",
)  # fmt: skip
DEMAND_NAMED = replace(
    DEMAND, key="demand_named", title=_("Demand for payment, with the names of who agreed"), text=NAMED,
    table=Table(
        title="同意告知姓名的职工名单", rows=named,
        columns=(
            Column(title="姓名", width=2), Column(title="工种", width=2),
            Column(title="尚欠（元）", cells=Cells.MONEY, width=2, summed=True),
        ),
        sample=(Row(("王大勇", "钢筋工", 16_800_00)), Row(("李强", "钢筋工", 16_800_00))),
    ),
)  # fmt: skip
LETTERS = (DEMAND, DEMAND_NAMED)
