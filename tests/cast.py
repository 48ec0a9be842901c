"""Fixed people and places for every test: a province with a city and two counties, and one person of each role.

Alice is the worker, Mallory a worker from elsewhere, Zhou the officer of Qinghe county, Lin the officer of the next
county (the stranger from another branch), and the hotline's own people sit at the province.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from tests.again import made_once
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.org.models import Org, OrgKind, Region
from zhijia.kernel.org.tree import add_org
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.persons import find_or_add_person
from zhijia.kernel.people.posts import actor_of, appoint
from zhijia.kernel.people.rosters import enter
from zhijia.kernel.rules.values import load_defaults
from zhijia.kernel.service import registry

NOW = datetime(2026, 11, 16, 15, 10, tzinfo=CHINA)
"""A Monday afternoon: the day on which the look's example case was dispatched."""
PROVINCE, CITY, QINGHE, BEILING = "980000", "980100", "980102", "980103"
PLATFORM = Actor.platform()


@dataclass
class Cast:
    """Who and what a test needs, by name."""

    orgs: dict[str, Org] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)

    def actor(self, name: str, now: datetime = NOW) -> Actor:
        """The named person, wearing the hat of their posts if they have any."""
        account = self.accounts[name]
        found = actor_of(account, now=now)
        if found.posts:
            return Actor(account_id=found.account_id, name=found.name, posts=found.posts)
        return Actor(account_id=account.pk, person_id=account.person_id, name=account.name)

    def person_id(self, name: str) -> int:
        """The person behind the named account."""
        person = self.accounts[name].person_id
        assert person is not None
        return person


STAFF = (
    ("agent", Role.AGENT, "centre", "province"),
    ("dispatcher", Role.DISPATCHER, "centre", "province"),
    ("caller", Role.CALLBACK_AGENT, "callback", "province"),
    ("checker", Role.QUALITY_CHECKER, "callback", "province"),
    ("supervisor", Role.SUPERVISOR, "province", "province"),
    ("leader", Role.LEADER, "province", "province"),
    ("zhou", Role.OFFICER, "qinghe", "qinghe"),
    ("head", Role.UNIT_HEAD, "qinghe", "qinghe"),
    ("lin", Role.OFFICER, "beiling", "beiling"),
    ("lin_head", Role.UNIT_HEAD, "beiling", "beiling"),
    ("city", Role.OFFICER, "city", "city"),
    ("auditor", Role.AUDITOR, "province", "province"),
    ("admin", Role.ADMINISTRATOR, "province", "province"),
    ("guard", Role.SECURITY_ADMINISTRATOR, "province", "province"),
)
WORKERS = (("alice", "13800000001"), ("bob", "13800000002"), ("mallory", "13800000003"))


@made_once
def build(now: datetime = NOW) -> Cast:
    """Make the cast in the present database."""
    cast = Cast()
    for holder in (*registry.modules(), *registry.services()):
        load_defaults(holder.rules, now=now)
    regions = {
        code: Region.objects.create(code=code, name=name, level=level, parent_id=parent)
        for code, name, level, parent in (
            (PROVINCE, "江澜省", 1, None), (CITY, "澜江市", 2, PROVINCE),
            (QINGHE, "青禾区", 3, CITY), (BEILING, "北岭县", 3, CITY),
        )
    }  # fmt: skip
    for key, name, kind, code, parent in (
        ("province", "江澜省总工会", OrgKind.FEDERATION, PROVINCE, None),
        ("centre", "江澜省 12351 热线中心", OrgKind.HOTLINE_CENTRE, PROVINCE, "province"),
        ("callback", "江澜省回访质检中心", OrgKind.CALLBACK_CENTRE, PROVINCE, "province"),
        ("city", "澜江市总工会", OrgKind.FEDERATION, CITY, "province"),
        ("qinghe", "青禾区总工会", OrgKind.FEDERATION, QINGHE, "city"),
        ("beiling", "北岭县总工会", OrgKind.FEDERATION, BEILING, "city"),
    ):
        above = Org.objects.get(pk=cast.orgs[parent].pk) if parent else None
        cast.orgs[key] = add_org(parent=above, name=name, kind=kind, region=regions[code], now=now, actor=PLATFORM)
    for org in cast.orgs.values():
        org.refresh_from_db()
    for login, role, at, reach in STAFF:
        account = Account.objects.create(login=login, name=login.title(), created_at=now)
        appoint(
            account=account, role=role, org_id=cast.orgs[at].pk, reach_id=cast.orgs[reach].pk, actor=PLATFORM, now=now,
            from_day=date(2020, 1, 1),
        )  # fmt: skip
        cast.accounts[login] = account
    for roster in registry.rosters():
        for login in ("zhou", "head"):
            enter(
                org_id=cast.orgs["qinghe"].pk, roster=roster.key, account_id=cast.accounts[login].pk, actor=PLATFORM,
                now=now, from_day=date(2020, 1, 1),
            )  # fmt: skip
    for login, phone in WORKERS:
        person = find_or_add_person(name=login.title(), phone=phone, now=now)
        cast.accounts[login] = Account.objects.create(
            login=f"w-{login}", name=login.title(), person=person, created_at=now
        )
    return cast
