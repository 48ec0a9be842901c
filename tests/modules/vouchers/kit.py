"""A union with money, a programme, a shop with a terminal and a station, and a cycle that its people take through."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from tests.cast import NOW, QINGHE, Cast
from zhijia.faces.access import seen_by
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.cases.models import Case
from zhijia.kernel.ledger.balances import balances, verify
from zhijia.kernel.ledger.models import Entitlement
from zhijia.kernel.ledger.quotas import verify_quotas
from zhijia.kernel.people.models import Person
from zhijia.kernel.rules.values import Unit, set_rule
from zhijia.kernel.service.engine import Fired, fire, open_case
from zhijia.modules.vouchers import accounts, claims, programmes, settle
from zhijia.modules.vouchers.models import Cycle, Kind, Offer, Outlet, Programme, Settlement, Terminal
from zhijia.modules.vouchers.redeem import Handed, redeem
from zhijia.modules.vouchers.shops import OutletKind

DAY = date(2026, 11, 17)
"""The first day of the cycle: the day after the cast's."""
MEAL = 1500


def at(hour: int, minute: int = 0, *, day: int = 0) -> datetime:
    """An hour of the cycle's first day, or of a later one."""
    return datetime.combine(DAY + timedelta(days=day), time(hour, minute), CHINA)


OPEN, NOON = at(10), at(12)


@dataclass
class Kitchen:
    """Everything a test of vouchers needs, by name."""

    cast: Cast
    programme: Programme
    shop: Outlet
    station: Outlet
    terminal: Terminal
    secret: str
    cycle_no: str = ""
    keys: int = field(default=0)

    def do(self, who: str, transition: str, *, no: str = "", now: datetime = NOW, **data: Any) -> Fired:
        """`who` fires a transition of the cycle (or of the case `no`) as in a request."""
        with seen_by(self.cast.actor(who, now)) as actor:
            return fire(no=no or self.cycle_no, transition=transition, actor=actor, now=now, data=data)

    def draft(self, **changed: Any) -> "Kitchen":
        """Zhou drafts a cycle of three days."""
        data = {
            "title": "爱心餐", "kind": "meal", "first_day": f"{DAY}", "last_day": f"{DAY + timedelta(days=2)}",
            "fen": "15", **changed,
        }  # fmt: skip
        with seen_by(self.cast.actor("zhou")) as actor:
            self.cycle_no = open_case(
                service="voucher_cycle", actor=actor, now=NOW, data=data, region=QINGHE, applicant_id=None
            ).no
        return self

    def plan(self, per_day: int = 20, region: str = QINGHE) -> "Kitchen":
        self.do("zhou", "plan", region=region, per_day=per_day)
        return self

    def publish(self, per_day: int = 20, **changed: Any) -> "Kitchen":
        """Drafted, planned, approved by the head, published."""
        self.draft(**changed).plan(per_day)
        self.do("zhou", "submit")
        self.do("head", "approve")
        self.do("zhou", "publish")
        return self

    @property
    def case(self) -> Case:
        return Case.objects.get(no=self.cycle_no)

    @property
    def cycle(self) -> Cycle:
        return Cycle.objects.get(case__no=self.cycle_no)

    def offer(self, day: int = 0, region: str = QINGHE) -> Offer:
        found = Offer.objects.filter(cycle__case__no=self.cycle_no, region=region)
        return found.get(day=DAY + timedelta(days=day))

    def claim(
        self, person_id: int, *, key: str = "", now: datetime = OPEN, day: int = 0, **more: Any
    ) -> claims.Claimed:
        """As the platform does for an authenticated person; the puzzle is off unless a test turns it on."""
        self.keys += 1
        return claims.claim(
            offer_id=self.offer(day).pk, person_id=person_id, account_id=person_id, key=key or f"k{self.keys}", now=now,
            **more,
        )  # fmt: skip

    def held(self, person_id: int) -> Entitlement:
        return Entitlement.objects.filter(person_id=person_id).latest("id")

    def token(self, person_id: int) -> str:
        return claims.token_of(self.held(person_id))

    def redeem(self, shown: str, *, key: str = "", now: datetime = NOON, terminal: Terminal | None = None) -> Handed:
        self.keys += 1
        found = Terminal.objects.select_related("outlet").get(pk=(terminal or self.terminal).pk)
        return redeem(terminal=found, shown=shown, key=key or f"r{self.keys}", now=now)

    def fed(self, person_id: int, *, day: int = 0) -> Handed:
        """Claim and collect."""
        self.claim(person_id, now=at(10, day=day), day=day)
        return self.redeem(self.token(person_id), now=at(12, day=day))

    def settlement(self, **changed: Any) -> str:
        """Zhou drafts the shop's settlement of the three days."""
        data = {
            "period": "other", "outlet": self.shop.pk, "first_day": f"{DAY}", "last_day": f"{DAY + timedelta(days=2)}",
            **changed,
        }  # fmt: skip
        with seen_by(self.cast.actor("zhou", at(9, day=4))) as actor:
            return open_case(
                service="voucher_settlement", actor=actor, now=at(9, day=4), data=data, region=QINGHE, applicant_id=None
            ).no

    def pay(self, no: str) -> None:
        """From drafted to paid: the merchant confirms at the terminal, the head approves, Zhou pays."""
        later = at(9, day=4)
        self.do("zhou", "send", no=no, now=later)
        settle.answer(terminal=self.terminal, no=no, agreed=True, remark="", now=later)
        self.do("head", "approve", no=no, now=later)
        self.do("zhou", "pay", no=no, now=later, payment="T-1", paid_on=f"{DAY + timedelta(days=4)}")

    def facts(self, no: str) -> Settlement:
        return Settlement.objects.get(case__no=no)

    def funds(self) -> int:
        return accounts.held(accounts.funds(self.cast.orgs["qinghe"].pk))

    def set_aside(self) -> int:
        return accounts.held(accounts.cycle(self.case.pk))

    def spent(self) -> int:
        return accounts.held(accounts.spent(self.programme.pk))

    def payable(self) -> int:
        return -accounts.held(accounts.payable(self.shop.pk))


def wrong() -> list[str]:
    """Everything that does not agree: books, quotas, settlements, what is owed."""
    debits = sum(b.fen for b in balances(""))
    return [*verify(), *verify_quotas(), *settle.verify(), *([f"off by {debits}"] if debits else [])]


def build(cast: Cast, *, allotted: int = 10_000_000) -> Kitchen:
    """As the platform sets it up."""
    org, platform = cast.orgs["qinghe"], cast.actor("head")
    common: dict[str, Any] = {"org_id": org.pk, "actor": platform, "now": NOW}
    programme = programmes.add_programme(
        key="meals", title="爱心餐", kind=Kind.MEAL, fen=MEAL, terms="凭码领取，当日有效。", **common
    )
    shop = programmes.add_outlet(
        name="老张面馆", kind=OutletKind.SHOP, region=QINGHE, address="青禾路 1 号", payee="青禾区老张面馆", **common
    )
    station = programmes.add_outlet(
        name="青禾驿站", kind=OutletKind.STATION, region=QINGHE, address="青禾路 2 号", payee="青禾区总工会", **common
    )
    enrolled = programmes.enroll_terminal(outlet=shop, label="前台", actor=platform, now=NOW)
    accounts.allot(org_id=org.pk, fen=allotted, key="2026", actor=cast.actor("leader"), now=NOW)
    set_number("puzzle_bits", 0)
    return Kitchen(cast, programme, shop, station, enrolled.terminal, enrolled.secret)


def set_number(name: str, value: int) -> None:
    """Set a rule for Qinghe as an operator would."""
    units = {"puzzle_bits": Unit.COUNT, "offline_most": Unit.COUNT, "tries_per_minute": Unit.COUNT}
    set_rule(
        key=f"vouchers.{name}", region=QINGHE, value=value, unit=units.get(name, Unit.COUNT), basis="test",
        verified=False, valid_from=date(2026, 1, 1) if name == "puzzle_bits" else date(2026, 1, 2), actor_id=None,
        now=NOW,
    )  # fmt: skip


def people(count: int) -> list[int]:
    """Ids of so many nameless persons."""
    return [p.pk for p in Person.objects.bulk_create([Person(created_at=NOW) for _ in range(count)])]
