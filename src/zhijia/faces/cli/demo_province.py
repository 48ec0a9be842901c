"""The invented province: regions with codes that GB/T 2260 does not use, its unions, employers and people."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import Q

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.org.employers import find_or_add_employer
from zhijia.kernel.org.models import Employer, Org, OrgKind, Region
from zhijia.kernel.org.pinyin import initials, spell
from zhijia.kernel.org.tree import add_org
from zhijia.kernel.org.uscc import ALPHABET, check_digit
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.auth import add_account
from zhijia.kernel.people.models import Account, Person
from zhijia.kernel.people.persons import find_or_add_person
from zhijia.kernel.people.posts import appoint
from zhijia.kernel.rules.values import load_defaults
from zhijia.kernel.service import registry

from .demo import PASSWORD
from .dice import dice

PLATFORM = Actor.platform()
PROVINCE, CITY, QINGHE, ANDU = "980000", "980100", "980102", "980104"
REGIONS = {
    "980000": "江澜省",
    "980100": "澜江市", "980102": "青禾区", "980103": "北岭县", "980104": "安渡县", "980105": "东埠区",
    "980106": "白鹭区", "980107": "南汀县", "980108": "石湾区", "980109": "柳坪县", "980110": "长坡县",
    "980171": "澜江高新区", "980181": "云麓市",
    "980200": "汐宁市", "980202": "汐东区", "980221": "禾汀县", "980281": "望桥市",
}  # fmt: skip
COUNTIES = tuple(code for code in REGIONS if not code.endswith("00"))
STAFF = (
    ("agent", "林晓", Role.AGENT, "centre", "province"),
    ("dispatcher", "韩一鸣", Role.DISPATCHER, "centre", "province"),
    ("officer", "周敏", Role.OFFICER, QINGHE, QINGHE),
    ("head", "吴志远", Role.UNIT_HEAD, QINGHE, QINGHE),
    ("mediator", "秦若水", Role.OFFICER, QINGHE, QINGHE),
    ("lawyer", "陆明远", Role.OFFICER, QINGHE, QINGHE),
    ("officer2", "唐小雨", Role.OFFICER, ANDU, ANDU),
    ("city", "何冰", Role.OFFICER, CITY, CITY),
    ("caller", "苏青", Role.CALLBACK_AGENT, "callback", "province"),
    ("checker", "罗文", Role.QUALITY_CHECKER, "callback", "province"),
    ("supervisor", "郑岚", Role.SUPERVISOR, "province", "province"),
    ("leader", "梁启航", Role.LEADER, "province", "province"),
    ("auditor", "曾静", Role.AUDITOR, "province", "province"),
    ("admin", "彭立", Role.ADMINISTRATOR, "province", "province"),
    ("security", "沈立", Role.SECURITY_ADMINISTRATOR, "province", "province"),
)
WORKERS = (("13800000001", "李春燕"), ("13800000002", "王大勇"))
EMPLOYERS = (
    ("恒澜建筑劳务", "F"), ("青禾电子科技", "C"), ("东埠港物流", "G"), ("白鹭湖酒店管理", "H"), ("安渡纺织", "C"),
    ("南汀食品", "C"), ("石湾陶瓷", "C"), ("云麓山庄餐饮", "H"), ("柳坪矿业", "B"), ("长坡机械制造", "C"),
    ("澜江快达配送", "G"), ("高新智造装备", "C"), ("北岭家具", "C"), ("汐宁保洁服务", "N"), ("汐东服饰", "C"),
    ("禾汀水产", "A"), ("望桥市政工程", "E"), ("澜江安保服务", "L"), ("青禾教育咨询", "P"), ("东埠医疗用品", "C"),
)  # fmt: skip


@dataclass
class Province:
    """What was founded: organisations by key or region code, employers, and the two workers who can sign in."""

    orgs: dict[str, Org] = field(default_factory=dict)
    employers: list[Employer] = field(default_factory=list)
    workers: list[Person] = field(default_factory=list)


def is_there() -> bool:
    """Whether the province was founded before."""
    return Org.objects.filter(region_id=PROVINCE).exists()


def find() -> Province:
    """The province as it stands: its federations by region code, its employers. For more tickets later on."""
    orgs = {o.region_id: o for o in Org.objects.filter(kind=OrgKind.FEDERATION, region__code__startswith=PROVINCE[:2])}
    return Province(orgs, list(Employer.objects.filter(region__code__startswith=PROVINCE[:2])))


@transaction.atomic
def found(*, now: datetime) -> Province:
    """Found the province as of `now`: regions, unions, centres, employers, staff with posts, two workers."""
    for service in registry.services():
        load_defaults(service.rules, now=now)
    made = Province()
    regions = _regions()
    _unions(made, regions, now)
    _employers(made, regions, now)
    for login, name, role, at, reach in STAFF:
        account = add_account(login=login, name=name, actor=PLATFORM, now=now)
        day = (now - timedelta(days=400)).astimezone(CHINA).date()
        appoint(
            account=account, role=role, org_id=made.orgs[at].pk, reach_id=made.orgs[reach].pk, from_day=day,
            actor=PLATFORM, now=now,
        )  # fmt: skip
    for phone, name in WORKERS:
        made.workers.append(_worker(phone, name, now))
    _let_in()
    return made


def _regions() -> dict[str, Region]:
    made = {}
    for code, name in REGIONS.items():
        level = 1 if code.endswith("0000") else 2 if code.endswith("00") else 3
        parent = None if level == 1 else PROVINCE if level == 2 else code[:4] + "00"
        made[code], _new = Region.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "level": level,
                "parent_id": parent,
                "pinyin": spell(name),
                "initials": initials(name),
            },
        )
    return made


def _unions(made: Province, regions: dict[str, Region], now: datetime) -> None:
    def add(key: str, name: str, kind: OrgKind, code: str, parent: str | None, industry: str | None = None) -> None:
        # Adding may renumber what is already there, so the parents are read anew.
        above = Org.objects.get(pk=made.orgs[parent].pk) if parent else None
        uplink = Org.objects.get(pk=made.orgs[industry].pk) if industry else None
        made.orgs[key] = add_org(
            parent=above, name=name, kind=kind, region=regions[code], now=now, actor=PLATFORM, industry_parent=uplink
        )

    add("province", "江澜省总工会", OrgKind.FEDERATION, PROVINCE, None)
    add("centre", "江澜省 12351 热线中心", OrgKind.HOTLINE_CENTRE, PROVINCE, "province")
    add("callback", "江澜省回访质检中心", OrgKind.CALLBACK_CENTRE, PROVINCE, "province")
    add("industry", "江澜省建设建材工会", OrgKind.INDUSTRY_UNION, PROVINCE, "province")
    for code, name in REGIONS.items():
        if code != PROVINCE:
            above = "province" if code.endswith("00") else code[:4] + "00"
            add(code, f"{name}总工会", OrgKind.FEDERATION, code, above)
    add("plant", "青禾电子科技工会委员会", OrgKind.GRASSROOTS, QINGHE, QINGHE)
    add("site", "恒澜建筑劳务工会委员会", OrgKind.GRASSROOTS, QINGHE, QINGHE, "industry")
    add("town", "青禾区河东街道总工会", OrgKind.GRASSROOTS, QINGHE, QINGHE)
    for org in made.orgs.values():
        org.refresh_from_db()


def _employers(made: Province, regions: dict[str, Region], now: datetime) -> None:
    rng = dice(9)
    for index, (name, section) in enumerate(EMPLOYERS):
        code = COUNTIES[index % len(COUNTIES)]
        stem = "91" + code + "".join(rng.choice(ALPHABET) for _n in range(9))
        employer = find_or_add_employer(
            name=f"{name}有限公司", uscc=stem + check_digit(stem), region=regions[code], now=now, actor=PLATFORM
        )
        Employer.objects.filter(pk=employer.pk).update(industry=section)
        made.employers.append(employer)
    Employer.objects.filter(name__startswith="青禾电子").update(union=made.orgs["plant"])
    Employer.objects.filter(name__startswith="恒澜建筑").update(union=made.orgs["site"])


def _worker(phone: str, name: str, now: datetime) -> Person:
    """A worker who signs in with phone and password: the login is the blind index of the phone, as everybody's."""
    person = find_or_add_person(name=name, phone=phone, now=now)
    account = Account(login=bytes(person.phone_index or b"").hex(), person=person, created_at=now)
    account.set_unusable_password()
    account.save(force_insert=True)
    return person


def _let_in() -> None:
    """Give everybody the one password; hashed once, because scrypt is meant to be slow."""
    validate_password(PASSWORD)
    logins = [login for login, *_rest in STAFF]
    everybody = Account.objects.filter(Q(login__in=logins) | Q(person__isnull=False))
    everybody.update(password=make_password(PASSWORD))
