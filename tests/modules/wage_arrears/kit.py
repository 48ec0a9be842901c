"""A wage claim as its people drive it: a team of rebar workers, and what a workbook says of them."""

from datetime import date
from decimal import Decimal
from typing import Any

from tests.cast import QINGHE
from tests.scenarios.story import Story
from zhijia.faces.access import seen_by
from zhijia.kernel.ledger.balances import balances_of
from zhijia.kernel.service.engine import Fired, fire, open_case
from zhijia.kernel.sheets.declare import Row
from zhijia.modules.wage_arrears.books import due_from, owed_to
from zhijia.modules.wage_arrears.models import WageArrears, WorkerClaim

STORY = "我们十二个人在青禾区一个工地扎钢筋，九月和十月的工资没给。老板说等工程款。"
NAMES = ["王大勇", "李强", "张伟", "刘洋", "陈静", "杨帆", "赵磊", "黄敏", "周涛", "吴刚", "徐斌", "孙丽"]


def row(n: int, **says: Any) -> Row:
    """Line `n` of the team's list: 52.5 days at 320 yuan, so 16,800 yuan."""
    phone = {1: "13800000001", 2: "13800000002"}.get(n, f"139{n:08d}")  # Alice and Bob of the cast are the first two
    values = {
        "name": NAMES[(n - 1) % 12], "phone": phone, "job": "钢筋工", "begins": date(2026, 9, 1),
        "ends": date(2026, 10, 31), "days": Decimal("52.5"), "day_wage": 320_00, "claimed": 16_800_00, **says,
    }  # fmt: skip
    return Row(n + 1, values)


class Claim(Story):
    """One wage claim and the clock of its story."""

    def tell(self, who: str = "alice", *, key: str | None = None, **data: Any) -> "Claim":
        """Alice, for her team of twelve, tells what happened."""
        asked = {
            "story": STORY, "category": "construction", "employer_name": "江澜劳务有限公司", "project": "青禾新城三期",
            "amount": "201600", "people": 12, "owed_from": "2026-09-01", "owed_until": "2026-10-31",
            "ended": "2026-10-31", **data,
        }  # fmt: skip
        person = self.cast.person_id(who) if self.cast.accounts[who].person_id else self.cast.person_id("alice")
        with seen_by(self.cast.actor(who, self.now)) as actor:
            self.no = open_case(
                service="wage_arrears",
                actor=actor,
                now=self.now,
                data=asked,
                region=QINGHE,
                applicant_id=person,
                key=key,
            ).no
        return self

    def list(self, rows: list[Row], *, who: str = "zhou", key: str = "sheet:1:2") -> Fired:
        """A workbook's chunk becomes workers of the case."""
        with seen_by(self.cast.actor(who, self.now)) as actor:
            return fire(
                no=self.no, transition="list_workers", actor=actor, now=self.now, rows=rows, key=key, inner=True
            )

    def ready(self, count: int = 12) -> "Claim":
        """Accepted, listed and verified."""
        self.do("zhou", "accept")
        self.list([row(n) for n in range(1, count + 1)])
        self.do("zhou", "verify")
        return self

    def day(self) -> str:
        """Today, as it is typed."""
        return f"{self.now:%Y-%m-%d}"

    def pay(self, yuan: str, **data: Any) -> Fired:
        """Money comes in by bank."""
        asked = {
            "fen": yuan,
            "day": self.day(),
            "paid_how": "bank",
            "payer": "江澜劳务有限公司",
            "proof": "银行回单",
            **data,
        }
        return self.do("zhou", "record_payment", **asked)

    @property
    def facts(self) -> WageArrears:  # type: ignore[override]
        return WageArrears.objects.get(case__no=self.no)

    def lines(self) -> dict[int, WorkerClaim]:
        """The listed workers by their number."""
        return {w.line: w for w in WorkerClaim.objects.filter(case__no=self.no).order_by("line")}

    def due(self) -> tuple[int, int]:
        """Fen still due, as the two accounts of the ledger say it."""
        found = {b.key: b.fen for b in balances_of([due_from(self.case.pk), owed_to(self.case.pk)])}
        return found[due_from(self.case.pk)], -found[owed_to(self.case.pk)]
