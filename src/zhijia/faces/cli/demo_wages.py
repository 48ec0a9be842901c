"""Wage claims of the invented province, driven through the engine by its people: one long one with a team, a chain of
contractors, letters and instalments, and short ones in other counties so that the winter board has something to say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.org.models import Org
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.persons import find_or_add_person
from zhijia.kernel.rules.calendar import current
from zhijia.kernel.service.engine import fire, open_case
from zhijia.kernel.sheets.declare import Row

from .demo_play import GIVEN, SURNAMES
from .demo_province import QINGHE, Province
from .dice import dice
from .officers import Staff
from .words import _

TEAM, SHORT = 12, 9
Fields = Mapping[str, Any]


@dataclass
class Claim:
    """One claim and the day on which its story has arrived."""

    staff: Staff
    unit: Org
    now: datetime
    no: str = ""

    def tell(self, person: int, **data: Any) -> "Claim":
        """A worker tells it."""
        account = Account.objects.filter(person_id=person).values_list("pk", flat=True).first()
        by = Actor(account_id=account, person_id=person, name="worker")
        self.no = open_case(
            service="wage_arrears", actor=by, now=self.now, data=data, region=self.unit.region_id, applicant_id=person
        ).no
        return self

    def do(self, transition: str, role: Role = Role.OFFICER, *, days: float = 1, **data: Any) -> "Claim":
        """Whoever has the right does it, so many days later, on a working day."""
        self.now += timedelta(days=days)
        while not current().day(self.now.astimezone(CHINA).date()).working:
            self.now += timedelta(days=1)
        fire(
            no=self.no, transition=transition, actor=self.staff.actor(role, self.unit, None), now=self.now, data=data
        )  # fmt: skip
        return self

    def list(self, rows: list[Row]) -> "Claim":
        """The team's workbook."""
        fire(
            no=self.no, transition="list_workers", actor=self.staff.actor(Role.OFFICER, self.unit, None), now=self.now,
            rows=rows, inner=True,
        )  # fmt: skip
        return self

    def day(self) -> str:
        """Today, as it is typed."""
        return f"{self.now.astimezone(CHINA):%Y-%m-%d}"


@transaction.atomic
def play(province: Province, *, now: datetime, progress: Callable[[str], None]) -> None:
    """File the claims and take them as far as they have come by `now`."""
    progress(_("wage claims"))
    staff = Staff(now - timedelta(days=95))
    _long(staff, province, now)
    _fresh(staff, province, now)
    for n in range(SHORT):
        _short(staff, province, now, n)


def _rows(count: int, first: int, ended: date) -> list[Row]:
    return [
        Row(n + 1, {
            "name": SURNAMES[(first + n) % len(SURNAMES)] + GIVEN[n % len(GIVEN)], "phone": f"1391000{first + n:04d}",
            "job": ("钢筋工", "木工", "瓦工")[n % 3], "begins": ended - timedelta(days=60), "ends": ended,
            "days": Decimal(40 + n), "day_wage": 320_00, "claimed": (40 + n) * 320_00,
        })
        for n in range(1, count + 1)
    ]  # fmt: skip


def _told(employer: str, ended: date, people: int, yuan: int, category: str = "construction") -> Fields:
    site = "青禾新城三期" if category == "construction" else ""
    return {
        "story": f"我们 {people} 个人给{employer}干活，两个月的工资没有给。老板说等甲方拨款，让再等等。",
        "category": category, "employer_name": employer, "project": site, "amount": str(yuan), "people": people,
        "owed_from": f"{ended - timedelta(days=60)}", "owed_until": f"{ended}", "ended": f"{ended}",
        "wish": "把工资发给我们",
    }  # fmt: skip


def _long(staff: Staff, province: Province, now: datetime) -> None:
    """The team of the second worker: unanswered, supervised, half paid by instalments."""
    begun = now - timedelta(days=44)
    ended = begun.astimezone(CHINA).date() - timedelta(days=9)
    person, unit = province.workers[1].pk, Org.objects.get(pk=province.orgs[QINGHE].pk)
    claim = Claim(staff, unit, begun).tell(person, **_told("恒澜建筑劳务有限公司", ended, TEAM, 178_560))
    claim.do("accept", note="请把每个人的出勤和工价报来，工会一笔一笔核。")
    for place, (kind, name, hired) in enumerate(
        (
            ("general", "澜江建设集团有限公司", ""), ("sub", "恒澜建筑劳务有限公司", ""),
            ("labour", "包工头刘某", "on"),
        ), start=1,
    ):  # fmt: skip
        individual = {"individual": "on", "unlicensed": "on"} if kind == "labour" else {}
        claim.do("set_contractor", days=0, place=place, contractor=kind, name=name, hired=hired, **individual)
    claim.list(_rows(TEAM, 100, ended)).do("verify", days=2).do("draft_demand", days=0)
    claim.do("serve_demand", served="post", day=claim.day(), proof="邮政特快 EX20261 签收", days=1)
    claim.do("record_answer", answer="silent", days=16, remark="")
    claim.do("supervise_payer", finding="用人单位连续两个月未支付工资，未答复工会的支付要求。")
    claim.do("agree_plan", day=_typed(claim, 2), signed="on", instalments=_plan(claim), days=2)
    claim.do("record_payment", days=2, fen="89280", day=_typed(claim, 2), paid_how="bank", payer="澜江建设集团有限公司",
             proof="银行回单 0719")  # fmt: skip


def _typed(claim: Claim, days: int) -> str:
    """The day on which the next step will happen, as it is typed."""
    moment = claim.now + timedelta(days=days)
    while not current().day(moment.astimezone(CHINA).date()).working:
        moment += timedelta(days=1)
    return f"{moment.astimezone(CHINA):%Y-%m-%d}"


def _plan(claim: Claim) -> str:
    first, second = (claim.now + timedelta(days=d) for d in (6, 30))
    return f"{first:%Y-%m-%d} 89280\n{second:%Y-%m-%d} 89280"


def _fresh(staff: Staff, province: Province, now: datetime) -> None:
    """One that nobody has looked at yet."""
    unit = Org.objects.get(pk=province.orgs[QINGHE].pk)
    person = find_or_add_person(name="周玉梅", phone="13910009001", now=now).pk
    ended = now.astimezone(CHINA).date() - timedelta(days=12)
    Claim(staff, unit, now - timedelta(hours=3)).tell(
        person, **_told("青禾教育咨询有限公司", ended, 1, 9_600, "service")
    )


def _short(staff: Staff, province: Province, now: datetime, n: int) -> None:
    """A small claim in another county: paid, half paid or still demanded."""
    rng = dice("wages", n)
    code = sorted(c for c in province.orgs if c.isdigit() and not c.endswith("00"))[n % 6]
    unit = Org.objects.get(pk=province.orgs[code].pk)
    begun = now - timedelta(days=rng.randrange(9, 40))
    ended, people = begun.astimezone(CHINA).date() - timedelta(days=20), rng.randint(2, 6)
    person = find_or_add_person(name=SURNAMES[n] + GIVEN[n % 8], phone=f"1391001{n:04d}", now=begun).pk
    rows = _rows(people, 300 + 20 * n, ended)
    owed = sum(row["claimed"] for row in rows) // 100
    claim = Claim(staff, unit, begun).tell(person, **_told(rng.choice(province.employers).name, ended, people, owed))
    claim.do("accept", note="").list(rows)
    if _stops(claim, now, 4):
        return
    claim.do("verify").do("serve_demand", served="direct", day=_typed(claim, 1), proof="签收单")
    if n % 3 == 0 or _stops(claim, now, 4):
        return
    paid = owed if n % 3 == 1 else owed // 2
    claim.do(
        "record_payment", days=2, fen=str(paid), day=_typed(claim, 2), paid_how="bank", payer="用人单位", proof="回单"
    )


def _stops(claim: Claim, now: datetime, days: int) -> bool:
    """Whether the next step would lie after today."""
    return claim.now + timedelta(days=days + 3) > now
