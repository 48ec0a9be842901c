"""A demand letter for arrears of wages with a table of workers, as a service would declare it; all is invented."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from zhijia.kernel.cases.models import Case
from zhijia.kernel.documents.kinds import Cells, Column, Form, LetterKind, Offer, Row, Table

TEXT = """
# 关于督促{addressee}支付拖欠职工工资的函

## 基本情况
经查，你单位承建的{project}自{since}起未按月足额支付职工工资，涉及职工{rows}人，拖欠工资合计人民币{total}元（大写：{total_capital}），明细见附件。
## 处理意见
根据《中华人民共和国劳动法》第五十条、《保障农民工工资支付条例》第三十条和《中华人民共和国工会法》第二十二条的规定，现要求你单位：
### 付款
自收到本函之日起{reply}内足额支付上述工资，并将支付凭证送我会核对。
### 答复
在同一期限内就支付情况书面答复我会；对数额有异议的，附工资支付台账和考勤记录说明理由。
{free}
逾期不答复、不支付的，我会将依法提请人力资源和社会保障行政部门处理，并支持职工申请劳动争议仲裁、提起诉讼。

特此致函。
"""
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈", ["建国", "秀英", "志强", "桂兰", "海涛", "晓燕", "德福", "美玲"]
REPLY = "documents.test_reply"


@dataclass
class Facts:
    """What the letter is about; tests change it."""

    project: str = "青禾区滨江二期工程项目"
    addressee: str = "江澜省第三建筑工程有限公司"
    rows: list[Row] = field(default_factory=list)


@dataclass
class About:
    """A case at one moment, as the engine's context is."""

    case: Case
    facts: Any
    now: datetime


def workers(count: int, *, first: int | None = None) -> list[Row]:
    """`count` lines with names, trades, months and fen; the first one may be a person of the platform."""
    rows = []
    for i in range(count):
        name = SURNAMES[i % 10] + GIVEN[i % 8]
        cells = (name, "钢筋工", "2026年7月至9月", 1_234_560 + i)
        rows.append(Row(cells, person_id=first if i == 0 else None))
    return rows


DEMAND = LetterKind(
    key="demand", title="催告函", text=TEXT, number="{code}函〔{year}〕{n}号",
    addressee=lambda about: about.facts.addressee,
    offers=(
        Offer(name="project", title="项目", sample="滨江二期工程"),
        Offer(name="since", title="欠薪起始", sample="2026年7月"),
    ),
    facts=lambda about: {"project": about.facts.project, "since": "2026年7月"},
    table=Table(
        title="拖欠工资职工名单",
        columns=(
            Column(title="姓名"), Column(title="工种"), Column(title="拖欠期间", width=3),
            Column(title="拖欠金额（元）", cells=Cells.MONEY, width=3, summed=True),
        ),
        rows=lambda about: about.facts.rows, sample=(Row(("赵建国", "钢筋工", "2026年7月至9月", 1_234_560)),),
    ),
    copies=lambda _about: "青禾区人力资源和社会保障局", reply=REPLY, public=True,
)  # fmt: skip
NOTICE = LetterKind(
    key="notice", title="告知书", form=Form.PLAIN, text="# 告知书\n你的来信收悉。{word}",
    addressee=lambda about: "来信人",
    offers=(Offer(name="word", title="话", sample="好"),), facts=lambda about: {"word": about.facts.project},
)  # fmt: skip
