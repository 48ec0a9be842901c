"""A dispute as its people drive it: Alice, alone or with her colleagues, and the mediators of her county."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tests.cast import NOW, PLATFORM, QINGHE, Cast
from tests.scenarios.story import Story
from zhijia.faces.access import seen_by
from zhijia.kernel.cases.models import Case
from zhijia.kernel.indicators.models import Counter
from zhijia.kernel.ledger.balances import balances_of
from zhijia.kernel.people.actors import Role
from zhijia.kernel.people.models import Account, RosterSeat
from zhijia.kernel.people.posts import appoint
from zhijia.kernel.service import registry
from zhijia.kernel.service.engine import Fired, context, fire, open_case
from zhijia.kernel.sheets.declare import Row
from zhijia.modules.disputes.mediators import ROSTER
from zhijia.modules.disputes.models import Claimant, Dispute, DisputeAct, Instalment
from zhijia.modules.disputes.money import due_from, owed_to

NAMES = ["王大勇", "李强", "张伟", "刘洋", "陈静", "杨帆", "赵磊", "黄敏", "周涛", "吴刚", "徐斌", "孙丽"]


def row(n: int, **says: Any) -> Row:
    """Line `n` of the list; Alice and Bob of the cast are the first two."""
    phone = {1: "13800000001", 2: "13800000002"}.get(n, f"139{n:08d}")
    return Row(n + 1, {"name": NAMES[(n - 1) % 12], "phone": phone, "job": "缝纫工", "claimed": 1000_00, **says})


def mediator(cast: Cast, name: str, weight: int = 1) -> Account:
    """An officer of Alice's county who is on its roster of mediators."""
    if name not in cast.accounts:
        account = Account.objects.create(login=name, name=name, created_at=NOW)
        appoint(
            account=account, role=Role.OFFICER, org_id=cast.orgs["qinghe"].pk, from_day=date(2020, 1, 1),
            actor=PLATFORM, now=NOW,
        )  # fmt: skip
        cast.accounts[name] = account
    RosterSeat.objects.create(
        org=cast.orgs["qinghe"], roster=ROSTER, account=cast.accounts[name], weight=weight, from_day=date(2020, 1, 1)
    )
    return cast.accounts[name]


class Mediation(Story):
    """One dispute and the clock of its story."""

    def tell(self, who: str = "alice", *, key: str | None = None, person: str = "alice", **data: Any) -> "Mediation":
        """Alice (or `person`, through an officer) applies for mediation about her wages."""
        asked = {
            "claim": "拖欠两个月工资", "category": "wages", "employer_name": "江澜劳务有限公司", "amount": "16800",
            **data,
        }  # fmt: skip
        with seen_by(self.cast.actor(who, self.now)) as actor:
            self.no = open_case(
                service="disputes", actor=actor, now=self.now, data=asked, region=QINGHE,
                applicant_id=self.cast.person_id(person), key=key,
            ).no  # fmt: skip
        return self

    def take_in(self, rows: Sequence[Row], *, who: str = "zhou", key: str = "sheet:1:2") -> Fired:
        """A workbook's chunk becomes workers of the case."""
        with seen_by(self.cast.actor(who, self.now)) as actor:
            return fire(
                no=self.no, transition="list_workers", actor=actor, now=self.now, rows=rows, key=key, inner=True
            )

    def agree(self, **data: Any) -> "Mediation":
        """Two instalments are on the table."""
        asked = {"terms": "分两期付清", "instalments": "2026-12-20 8400\n2027-01-20 8400", **data}
        self.do("zhou", "agree", **asked)
        return self

    def sign(self, **data: Any) -> "Mediation":
        """Everybody signs today."""
        asked = dict.fromkeys(("by_worker", "by_employer", "by_mediator", "sealed"), True) | {"day": self.day()}
        self.do("zhou", "signed", **(asked | data))
        return self

    def in_force(self) -> "Mediation":
        """Told, accepted, agreed in two instalments and signed."""
        self.tell().do("zhou", "accept", willing=True)
        return self.agree().sign()

    def pay(self, yuan: str, **data: Any) -> Fired:
        """Money comes in by bank."""
        asked = {"fen": yuan, "day": self.day(), "paid_how": "bank", "proof": "银行回单", **data}
        return self.do("zhou", "record_payment", **asked)

    def day(self) -> str:
        """Today, as it is typed."""
        return f"{self.now:%Y-%m-%d}"

    @property
    def facts(self) -> Dispute:  # type: ignore[override]
        return Dispute.objects.get(case__no=self.no)

    def lines(self) -> dict[int, Claimant]:
        """The listed workers by their number."""
        return {w.line: w for w in Claimant.objects.filter(case__no=self.no).order_by("line")}

    def plan(self) -> list[tuple[date, int, str]]:
        """Day, fen and state of each instalment."""
        rows = Instalment.objects.filter(case__no=self.no).order_by("no")
        return [(row.due, row.fen, row.state) for row in rows]

    def acts(self) -> list[tuple[str, date, bool]]:
        """What began the time limit anew."""
        return [(a.kind, a.day, a.proved) for a in DisputeAct.objects.filter(case__no=self.no).order_by("id")]

    def due(self) -> tuple[int, int]:
        """Fen still due, as the two accounts of the ledger say it."""
        found = {b.key: b.fen for b in balances_of([due_from(self.case.pk), owed_to(self.case.pk)])}
        return found[due_from(self.case.pk)], -found[owed_to(self.case.pk)]


def figures() -> dict[str, tuple[int, int]]:
    """How often each figure of disputes was counted in the county, and its amount."""
    found: dict[str, tuple[int, int]] = {}
    for counter in Counter.objects.filter(service="disputes", category="", region=QINGHE):
        n, amount = found.get(counter.indicator, (0, 0))
        found[counter.indicator] = (n + counter.n, amount + int(counter.amount))
    return found


def of(mediation: Mediation, who: str) -> Any:
    """The case as this person sees it now."""
    with seen_by(mediation.cast.actor(who, mediation.now)) as actor:
        case = Case.objects.select_related("unit").get(no=mediation.no)
        return context(registry.service("disputes"), case, actor, mediation.now)
