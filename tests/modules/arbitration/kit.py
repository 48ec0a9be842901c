"""An arbitration and a payment order as their people drive them."""

from datetime import date, datetime
from typing import Any, ClassVar

from tests.cast import NOW, QINGHE
from tests.scenarios.story import Story
from zhijia.faces.access import seen_by
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.service.engine import open_case
from zhijia.modules.arbitration.models import Arbitration, ClaimItem
from zhijia.modules.arbitration.order_models import PaymentOrder

APPLICATION = {
    "particulars": "男，1990 年 3 月生，住江澜市青禾区城西路 5 号", "reasons": "双方约定按月付薪，被申请人没有付。",
    "work_place": "江澜市青禾区建设路 88 号", "seat": "江澜市北岭县解放路 8 号", "principal": "李某，执行董事",
}  # fmt: skip


class Driven(Story):
    """A story of this module: a day is a number of days since NOW."""

    service: ClassVar[str]
    told: ClassVar[dict[str, Any]]

    def tell(self, who: str = "alice", *, key: str | None = None, **data: Any) -> Any:
        """Alice tells it."""
        with seen_by(self.cast.actor(who, self.now)) as actor:
            self.no = open_case(
                service=self.service, actor=actor, now=self.now, data={**self.told, **data}, region=QINGHE,
                applicant_id=self.cast.person_id("alice"), key=key,
            ).no  # fmt: skip
        return self

    def on(self, day: str) -> Any:
        """Go on, at ten in the morning of this day."""
        at = datetime.combine(date.fromisoformat(day), datetime.min.time(), CHINA).replace(hour=10)
        self.hours = (at - NOW).total_seconds() / 3600 - 1
        return self

    def today(self) -> str:
        """Today, as it is typed, an hour on."""
        return f"{self.now:%Y-%m-%d}"

    def due(self, key: str) -> date:
        """The day on which a clock ends."""
        return self.clock(key).due_at.astimezone(CHINA).date()


class Arbitrated(Driven):
    """One arbitration."""

    service = "arbitration"
    told: ClassVar = {
        "claim": "九月和十月的工资没给", "category": "wages", "employer_name": "江澜劳务有限公司", "amount": "16800",
        "known_on": "2026-10-31", "ended": "2026-10-31",
    }  # fmt: skip

    def claim(self, item: str = "wages", fen: str = "16800", **more: Any) -> "Arbitrated":
        """One claim."""
        self.do("zhou", "add_claim", item=item, said="九月、十月", fen=fen, **more)
        return self

    def filed(self) -> "Arbitrated":
        """Told, written and filed on 16 November."""
        self.tell().claim()
        self.do("zhou", "write", **APPLICATION)
        self.do("zhou", "lodge", filed_on="2026-11-16")
        return self

    def accepted(self, on: str = "2026-11-20") -> "Arbitrated":
        """Accepted by the commission."""
        self.filed().on(on).do("zhou", "accept", accepted_on=on, commission_no="青劳人仲案字〔2026〕第120号")
        return self

    def award(self, results: str = "1 16800", declared: str = "final", **more: Any) -> Any:
        """An award that was received today."""
        said = {"award_on": self.today(), "received_on": self.today(), "declared": declared, "results": results}
        return self.do("zhou", "award", **{**said, "result": "裁决书", **more})

    @property
    def facts(self) -> Arbitration:  # type: ignore[override]
        return Arbitration.objects.get(case__no=self.no)

    def items(self) -> list[ClaimItem]:
        """The claims."""
        return list(ClaimItem.objects.filter(case__no=self.no).order_by("no"))


class Ordered(Driven):
    """One payment order."""

    service = "payment_order"
    told: ClassVar = {
        "claim": "调解协议到期没有付", "category": "wages", "employer_name": "江澜劳务有限公司", "amount": "16800",
        "known_on": "2026-10-08", "agreement": True, "agreement_on": "2026-10-20", "due_on": "2026-11-01",
    }  # fmt: skip

    def applied(self, **more: Any) -> "Ordered":
        """Told, written and handed in on 16 November."""
        self.tell(**more)
        self.do(
            "zhou", "write", particulars="女，1986 年生", reasons="到期没有付。", court="江澜市青禾区人民法院",
            proofs="调解协议书", agreement=more.get("agreement", True), due_on="2026-11-01",
        )  # fmt: skip
        self.do("zhou", "apply", applied_on="2026-11-16")
        return self

    def issued(self, **more: Any) -> "Ordered":
        """Issued on 30 November, served on 2 December."""
        self.applied(**more).on("2026-11-19").do("zhou", "accept", accepted_on="2026-11-19")
        self.on("2026-11-30").do("zhou", "issue", issued_on="2026-11-30")
        self.on("2026-12-02").do("zhou", "serve", served_on="2026-12-02")
        return self

    @property
    def facts(self) -> PaymentOrder:  # type: ignore[override]
        return PaymentOrder.objects.get(case__no=self.no)
