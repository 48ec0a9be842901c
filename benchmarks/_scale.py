"""A country of cases for benchmarks: real regions, invented people and words, written set by set, always the same.

Every random choice is a hash of the case's number, so the same sizes give the same country whatever plan the server
chooses; only the dates follow the clock. What is simpler than life: at most three events stand for a case's whole
history (the figures they would have counted are all there), and no audit entries are written.
"""

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from _scale_sql import CHANCE, COUNTERS, PERSONS, PLACES, PLAN, TABLES
from _sealing import seal_cases, seal_persons

STORIES, FIRMS = 3000, 5000
CASES_EACH = 5
"""Cases that one person has, on average."""
MONTHS = 24
RARE = "青石"
"""Begins the name of one firm in 500: a word that few stories hold. 工资 is in about half of them."""

HEADS = (
    "宏远", "金禾", "顺达", "海川", "云岭", "长虹", "百川", "东篱", "瑞丰", "恒昌", "启明", "华盛", "安泰", "九鼎",
    "松江", "白鹭", "赤水", "绿野", "蓝田",
)  # fmt: skip
TAILS = (
    "纺织厂", "机械公司", "物流公司", "餐饮店", "建筑公司", "电子厂", "保洁公司", "快递站", "家具厂", "食品公司",
    "制衣厂", "保安公司", "化工厂", "医院", "学校",
)  # fmt: skip
MIDDLES = "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸东南西北中"
WHO = (
    "我", "我和三个工友", "我们班组", "我老公", "车间里的人", "我们宿舍的人", "夜班的人", "我表弟", "新来的",
    "组长带我们",
)  # fmt: skip
WHERE = (
    "流水线", "装卸区", "后厨", "仓库", "工地", "前台", "分拣中心", "染整车间", "冷库", "维修组", "驾驶班", "锅炉房",
    "检验室", "包装间", "食堂",
)  # fmt: skip
WHEN = (
    "上个月", "去年冬天", "三个月前", "春节以后", "入职以来", "从七月开始", "最近两周", "国庆期间", "试用期里",
    "合同到期以后",
)  # fmt: skip
SAID = (
    "主管说以后再说", "老板一直不接电话", "人事让我们等通知", "公司说没有这个规定", "班长叫我们别声张",
    "财务说账上没有钱", "说不干就走人",
)  # fmt: skip
WISH = (
    "希望工会帮我们问一问", "想知道该找哪个部门", "请帮忙要回来", "希望给一个说法", "想请人调解", "请保密处理",
)  # fmt: skip
TROUBLE = {
    "wages": ("拖欠工资没有发", "克扣工资和提成", "工资比说好的少", "计件工资不给结", "年终奖和工资都没给"),
    "overtime": ("天天加班不给加班费", "一个月只休一天还算加班", "夜班加班没有补贴，工资也不变"),
    "leave": ("不批年休假", "请病假要扣三倍工资"),
    "contract": ("一直不签劳动合同", "合同只有一份在公司手里", "要我们改签外包合同"),
    "dismissal": ("突然辞退没有补偿", "逼我写离职申请，工资也压着"),
    "insurance": ("没有交社保", "社保基数按最低交，和工资不符"),
    "injury": ("干活时手被机器压伤，没有申报工伤", "下班路上摔伤，公司不认工伤"),
    "safety": ("车间粉尘很大没有口罩", "高温天没有防暑降温费"),
    "women": ("怀孕以后被调岗降工资", "产假回来岗位没有了"),
    "platform": ("平台派单扣钱没有理由", "站点不给骑手买保险"),
    "union": ("公司没有工会", "会费交了不知道用在哪里"),
    "hardship": ("家里有人生病想申请困难补助", "孩子上学想申请助学"),
    "other": ("宿舍漏水没人管", "食堂涨价太多"),
}
SHARE = {"wages": 30, "overtime": 14, "insurance": 11, "dismissal": 10, "contract": 9, "injury": 7, "leave": 4,
         "safety": 3, "women": 3, "platform": 3, "union": 2, "hardship": 2, "other": 2}  # fmt: skip


@dataclass
class Country:
    """What a benchmark must know of the country it made."""

    cases: int
    orgs: int
    logins: dict[str, str] = field(default_factory=dict)
    """county, province, national, worker: the accounts that read."""
    region: dict[str, str] = field(default_factory=dict)
    """county, province: where the first two are."""
    seconds: dict[str, float] = field(default_factory=dict)
    """How long each part took to make."""


def make(cases: int, orgs: int, *, now: datetime) -> Country:
    """Fill an empty, migrated database. The database user must be a superuser (foreign keys are not checked)."""
    country = Country(cases, orgs)

    @contextmanager
    def part(name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        country.seconds[name] = round(time.perf_counter() - start, 1)

    run("SET session_replication_role = replica")
    run("SET synchronous_commit = off")
    run("SET maintenance_work_mem = '700MB'")
    run("SET work_mem = '256MB'")
    run(CHANCE)
    with part("organisations"):
        _reference(now)
        _organisations(orgs, now)
    with part("people"):
        seal_persons(cases // CASES_EACH)
        run(PERSONS, {"now": now})
        _accounts(now)
    with part("words"):
        _stories()
        _firms(now)
    with part("plan"):
        _plan(cases, now)
    with part("sealing"):
        seal_cases()
    for table, statement in TABLES.items():
        with part(table), _without_indexes(table):
            run(statement, {"now": now, "version": _version()})
    with part("counters"), _without_indexes("indicators_counter"):
        _counters(now)
    with part("statistics"):
        for table in ("cases_case", "cases_event", "deadlines_deadline", "cases_note", "cases_party", "people_person"):
            run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        _readers(country, now)
        run("DROP TABLE plan, story, firm, place, sealed_person, sealed_case")
        run("VACUUM (ANALYZE)")
        run("CHECKPOINT")
    run("RESET session_replication_role")
    run("RESET ALL")
    return country


def run(sql: str, params: Any = None) -> list[tuple[Any, ...]]:
    """Execute one statement outside any transaction and return its rows."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def copy(table: str, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
    """Write rows by COPY."""
    from django.db import connection

    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as stream:
        for row in rows:
            stream.write_row(row)


@contextmanager
def _without_indexes(table: str) -> Iterator[None]:
    """Drop the table's indexes and unique constraints while it is filled, except the primary key."""
    constraints = run(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'u'",
        [table],
    )
    for name, _definition in constraints:
        run(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    indexes = run(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid = %s::regclass AND NOT indisprimary", [table],
    )  # fmt: skip
    for name, _definition in indexes:
        run(f"DROP INDEX {name}")
    yield
    for name, definition in constraints:
        run(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    for _name, definition in indexes:
        run(definition)


def _version() -> str:
    from zhijia.kernel.service import registry

    return registry.version("hotline")


def _reference(now: datetime) -> None:
    from zhijia.faces.cli.prepare import load_reference
    from zhijia.kernel.rules.values import load_defaults
    from zhijia.kernel.service import registry

    load_reference()
    for service in registry.services():
        load_defaults(service.rules, now=now)


@dataclass(frozen=True)
class _Nobody:
    account_id: int | None = None


def _organisations(total: int, now: datetime) -> None:
    """National, provinces with hotline and call-back centre, cities, counties; the rest are unions of enterprises."""
    from zhijia.kernel.org.bulk import NewOrg, add_orgs
    from zhijia.kernel.org.models import Level, OrgKind, Region

    rows = [NewOrg("全国总工会", OrgKind.FEDERATION, Level.NATIONAL, "000000")]
    at = {"000000": 0}
    counties: list[tuple[int, str, str]] = []
    for region in Region.objects.filter(retired_in=None, level__gt=0).order_by("level", "code"):
        above = at[str(region.parent_id)]
        at[region.code] = above
        if region.is_placeholder:
            continue
        at[region.code] = len(rows)
        rows.append(NewOrg(f"{region.name}总工会", OrgKind.FEDERATION, Level(region.level), region.code, above))
        if region.level == Level.PROVINCE:
            for kind, name in ((OrgKind.HOTLINE_CENTRE, "12351热线中心"), (OrgKind.CALLBACK_CENTRE, "回访质检中心")):
                rows.append(NewOrg(f"{region.name}{name}", kind, Level.PROVINCE, region.code, at[region.code]))
        elif region.level == Level.COUNTY:
            counties.append((at[region.code], region.code, region.name))
    for i in range(max(0, total - len(rows))):
        parent, code, name = counties[i % len(counties)]
        rows.append(
            NewOrg(f"{name}第{i // len(counties) + 1}企业工会", OrgKind.GRASSROOTS, Level.GRASSROOTS, code, parent)
        )
    add_orgs(rows, now=now, actor=_Nobody())
    run(PLACES)
    run("ANALYZE org_org")


def _accounts(now: datetime) -> None:
    """One officer for every county, without a password; the readers of the benchmark are made later."""
    run("INSERT INTO people_account (login, password, name, language, is_active, is_partner, created_at, failures) "
        "SELECT 'c' || region, '!', '经办人' || region, 'zh-hans', true, false, %s, 0 FROM place", [now])  # fmt: skip
    run(
        "INSERT INTO people_post (account_id, role, org_id, industry, from_day) "
        "SELECT a.id, 'officer', p.org, false, '2020-01-01' FROM place p "
        "JOIN people_account a ON a.login = 'c' || p.region"
    )


def _stories() -> None:
    from zhijia.kernel.cases.search import words_of
    from zhijia.kernel.service import registry

    intake = registry.service("hotline").intake
    chance = random.Random(12351)
    run("CREATE UNLOGGED TABLE story (id int, category text, title text, story text, wish text, words tsvector)")

    def rows() -> Iterator[tuple[Any, ...]]:
        kinds, weights = list(SHARE), list(SHARE.values())
        for i in range(STORIES):
            category = chance.choices(kinds, weights)[0]
            story = (
                f"{chance.choice(WHO)}在{chance.choice(WHERE)}干活，{chance.choice(WHEN)}{chance.choice(TROUBLE[category])}，"
                f"一共{chance.randrange(2, 60)}个人，大约{chance.randrange(3, 480)}00元。{chance.choice(SAID)}。"
                f"{chance.choice(WHEN)}又去问过{chance.randrange(2, 9)}次。"
            )
            wish = chance.choice(WISH)
            tokens = " ".join(f"'{word}'" for word in dict.fromkeys(words_of(story, wish).split()))
            yield i, category, intake.title({"story": story})[:200], story, wish, tokens

    copy("story", ("id", "category", "title", "story", "wish", "words"), rows())
    run("ANALYZE story")


def _firms(now: datetime) -> None:
    from zhijia.kernel.cases.search import words_of
    from zhijia.kernel.org.pinyin import initials, spell

    run("CREATE UNLOGGED TABLE firm (id int, name text, words tsvector)")
    names = [
        (HEADS[i % len(HEADS)] if i % 500 else RARE)
        + f"{MIDDLES[i // 20 % len(MIDDLES)]}{TAILS[i // 7 % len(TAILS)]}{i}号"
        for i in range(FIRMS)
    ]
    copy("firm", ("id", "name", "words"), (
        (i, name, " ".join(f"'{w}'" for w in dict.fromkeys(words_of(name).split()))) for i, name in enumerate(names)
    ))  # fmt: skip
    copy("org_employer", ("id", "name", "name_pinyin", "initials", "region_id", "industry", "created_at"), (
        (i + 1, name, spell(name), initials(name), "000000", "", now) for i, name in enumerate(names)
    ))  # fmt: skip
    run("ANALYZE firm")


def _plan(cases: int, now: datetime) -> None:
    places = run("SELECT count(*) FROM place")[0][0]
    run(PLAN, {
        "n": cases, "now": now, "places": places, "persons": cases // CASES_EACH, "stories": STORIES, "firms": FIRMS,
        "span": timedelta(days=365 * MONTHS // 12),
    })  # fmt: skip
    run("ANALYZE plan")


def _counters(now: datetime) -> None:
    """As the engine keeps them: for every county and once more for its province, ended months folded, the present one
    spread over the shards."""
    from zhijia.kernel.indicators.shards import SHARDS

    run(COUNTERS, {"shards": SHARDS, "month": now.date().replace(day=1)})
    run("INSERT INTO indicators_counter (service, indicator, region, month, category, shard, n, amount) "
        "SELECT service, indicator, left(region, 2), month, category, shard, sum(n), sum(amount) "
        "FROM indicators_counter GROUP BY 1, 2, 3, 4, 5, 6")  # fmt: skip


def _readers(country: Country, now: datetime) -> None:
    """The busiest county's officer, the dispatcher of its province, a national supervisor and a worker."""
    from zhijia.kernel.org.models import Org, OrgKind
    from zhijia.kernel.people.actors import Actor, Role
    from zhijia.kernel.people.models import Account
    from zhijia.kernel.people.posts import appoint

    county = run("SELECT county FROM plan GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")[0][0]
    province = county[:2] + "0000"
    country.region = {"county": county, "province": province}
    country.logins["county"] = f"c{county}"
    centre = Org.objects.get(region_id=province, kind=OrgKind.HOTLINE_CENTRE)
    top = Org.objects.get(region_id="000000")
    for name, role, org, reach in (
        ("province", Role.DISPATCHER, centre, Org.objects.get(pk=centre.parent_id)),
        ("national", Role.SUPERVISOR, top, top),
    ):  # fmt: skip
        account = Account.objects.create(login=f"bench.{name}", password="!", name=name, created_at=now)
        appoint(
            account=account, role=role, org_id=org.pk, reach_id=reach.pk, from_day=date(2020, 1, 1),
            actor=Actor.platform(), now=now,
        )  # fmt: skip
        country.logins[name] = account.login
    worker = Account.objects.create(login="bench.worker", password="!", name="worker", person_id=1, created_at=now)
    country.logins["worker"] = worker.login
