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

PERSONS, STORIES, FIRMS = 200_000, 3000, 5000
MONTHS = 24
RARE = "青石"
"""Begins the name of one firm in 500: a word that few stories hold. 工资 is in about half of them."""

HEADS = "宏远 金禾 顺达 海川 云岭 长虹 百川 东篱 瑞丰 恒昌 启明 华盛 安泰 九鼎 松江 白鹭 赤水 绿野 蓝田".split()
TAILS = "纺织厂 机械公司 物流公司 餐饮店 建筑公司 电子厂 保洁公司 快递站 家具厂 食品公司 制衣厂 保安公司 化工厂 医院 学校".split()
MIDDLES = "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸东南西北中".strip()
WHO = "我 我和三个工友 我们班组 我老公 车间里的人 我们宿舍的人 夜班的人 我表弟 新来的 组长带我们".split()
WHERE = "流水线 装卸区 后厨 仓库 工地 前台 分拣中心 染整车间 冷库 维修组 驾驶班 锅炉房 检验室 包装间 食堂".split()
WHEN = "上个月 去年冬天 三个月前 春节以后 入职以来 从七月开始 最近两周 国庆期间 试用期里 合同到期以后".split()
SAID = "主管说以后再说 老板一直不接电话 人事让我们等通知 公司说没有这个规定 班长叫我们别声张 财务说账上没有钱 说不干就走人".split()
WISH = "希望工会帮我们问一问 想知道该找哪个部门 请帮忙要回来 希望给一个说法 想请人调解 请保密处理".split()
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
    run(_CHANCE)
    with part("organisations"):
        _reference(now)
        _organisations(orgs, now)
    with part("people"):
        run(_PERSONS, {"n": PERSONS, "now": now})
        _accounts(now)
    with part("words"):
        _stories()
        _firms(now)
    with part("plan"):
        _plan(cases, now)
    for table, statement in _TABLES.items():
        with part(table), _without_indexes(table):
            run(statement, {"now": now, "version": _version()})
    with part("counters"), _without_indexes("indicators_counter"):
        _counters()
    with part("statistics"):
        for table in ("cases_case", "cases_event", "deadlines_deadline", "cases_note", "cases_party", "people_person"):
            run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        _readers(country, now)
        run("DROP TABLE plan, story, firm, place")
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
        rows.append(NewOrg(f"{name}第{i // len(counties) + 1}企业工会", OrgKind.GRASSROOTS, Level.GRASSROOTS, code, parent))
    add_orgs(rows, now=now, actor=_Nobody())
    run(_PLACES)
    run("ANALYZE org_org")


def _accounts(now: datetime) -> None:
    """One officer for every county, without a password; the readers of the benchmark are made later."""
    run("INSERT INTO people_account (login, password, name, language, is_active, is_partner, created_at, failures) "
        "SELECT 'c' || region, '!', '经办人' || region, 'zh-hans', true, false, %s, 0 FROM place", [now])  # fmt: skip
    run("INSERT INTO people_post (account_id, role, org_id, industry, from_day) "
        "SELECT a.id, 'officer', p.org, false, '2020-01-01' FROM place p JOIN people_account a ON a.login = 'c' || p.region")


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
        f"{HEADS[i % len(HEADS)] if i % 500 else RARE}{MIDDLES[i // 20 % len(MIDDLES)]}{TAILS[i // 7 % len(TAILS)]}{i}号"
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
    run(_PLAN, {
        "n": cases, "now": now, "places": places, "persons": PERSONS, "stories": STORIES, "firms": FIRMS,
        "span": timedelta(days=365 * MONTHS // 12),
    })  # fmt: skip
    run("ANALYZE plan")


def _counters() -> None:
    """As the engine keeps them: for every county and once more for its province, spread over the shards."""
    from zhijia.kernel.indicators.shards import SHARDS

    run(_COUNTERS, {"shards": SHARDS})
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
        ("province", Role.DISPATCHER, centre, Org.objects.get(pk=centre.parent_id)), ("national", Role.SUPERVISOR, top, top),
    ):  # fmt: skip
        account = Account.objects.create(login=f"bench.{name}", password="!", name=name, created_at=now)
        appoint(
            account=account, role=role, org_id=org.pk, reach_id=reach.pk, from_day=date(2020, 1, 1),
            actor=Actor.platform(), now=now,
        )  # fmt: skip
        country.logins[name] = account.login
    worker = Account.objects.create(login="bench.worker", password="!", name="worker", person_id=1, created_at=now)
    country.logins["worker"] = worker.login


_CHANCE = """
    CREATE FUNCTION pg_temp.chance(i bigint, salt bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS
    $$ SELECT (hashint8extended(i, salt) & 2147483647) / 2147483648.0 $$"""

_PLACES = """
    CREATE UNLOGGED TABLE place AS
    SELECT row_number() OVER (ORDER BY md5(o.region_id)) - 1 AS n, o.region_id AS region, o.id AS org, o.lft,
           city.id AS city, city.lft AS city_lft, centre.id AS centre, centre.lft AS centre_lft
    FROM org_org o
    JOIN org_org city ON city.id = o.parent_id
    JOIN org_org centre ON centre.kind = 'hotline_centre' AND left(centre.region_id, 2) = left(o.region_id, 2)
    WHERE o.kind = 'federation' AND o.level = 3"""

_PERSONS = """
    INSERT INTO people_person (id, name, phone_index, phone_masked, id_masked, bank_masked, language, created_at)
    SELECT i, '职工' || i, sha256(int8send(i)), '13' || mod(i, 10) || '****' || lpad(mod(i, 10000)::text, 4, '0'), '', '',
           'zh-hans', %(now)s
    FROM generate_series(1, %(n)s) i"""

_PLAN = """
    CREATE UNLOGGED TABLE plan AS
    SELECT i AS id, moment.created_at, p.region AS county, story.id AS story, story.category, firm.id AS firm,
           1 + floor(%(persons)s * pg_temp.chance(i, 6))::int AS person, a.is_open, a.is_merged, s.state, paused.paused,
           CASE WHEN s.state IN ('received', 'answered', 'referred') OR (NOT a.is_open AND pg_temp.chance(i, 8) < 0.05)
                THEN p.centre
                WHEN s.state = 'reopened' OR pg_temp.chance(i, 8) > 0.92 THEN p.city ELSE p.org END AS unit,
           CASE WHEN s.state IN ('received', 'answered', 'referred') OR (NOT a.is_open AND pg_temp.chance(i, 8) < 0.05)
                THEN p.centre_lft
                WHEN s.state = 'reopened' OR pg_temp.chance(i, 8) > 0.92 THEN p.city_lft ELSE p.lft END AS unit_lft,
           CASE WHEN a.is_open AND NOT paused.paused THEN
             CASE WHEN pg_temp.chance(i, 9) < 0.1 THEN %(now)s - interval '20 days' * pg_temp.chance(i, 10)
                  ELSE %(now)s + interval '28 days' * pg_temp.chance(i, 10) ^ 2 END END AS due_at,
           CASE WHEN a.is_open AND NOT paused.paused AND pg_temp.chance(i, 9) < 0.1
                THEN 1 + (pg_temp.chance(i, 11) < 0.3)::int ELSE 0 END AS late,
           CASE WHEN NOT a.is_open AND NOT a.is_merged THEN least(
             moment.created_at + interval '25 days' * (0.1 + pg_temp.chance(i, 12)), %(now)s) END AS closed_at,
           pg_temp.chance(i, 13) < 0.01 AS urgent, pg_temp.chance(i, 14) < 0.06 AS confidential,
           pg_temp.chance(i, 15) < 0.02 AS many, pg_temp.chance(i, 16) < 0.04 AS urged,
           pg_temp.chance(i, 17) AS answer
    FROM generate_series(1::bigint, %(n)s) i
    CROSS JOIN LATERAL (
      SELECT %(now)s::timestamptz - %(span)s::interval * ((%(n)s - i + pg_temp.chance(i, 1)) / %(n)s) AS created_at) moment
    CROSS JOIN LATERAL (
      SELECT pg_temp.chance(i, 2) < CASE WHEN moment.created_at > %(now)s - interval '30 days' THEN 0.95
               WHEN moment.created_at > %(now)s - interval '60 days' THEN 0.75 ELSE 0.01 END AS is_open) o
    CROSS JOIN LATERAL (
      SELECT o.is_open, NOT o.is_open AND i > 1 AND pg_temp.chance(i, 3) < 0.01
             AND NOT pg_temp.chance(i - 1, 3) < 0.01 AS is_merged) a
    CROSS JOIN LATERAL (SELECT a.is_open AND pg_temp.chance(i, 4) < 0.02 AS paused) paused
    CROSS JOIN LATERAL (
      SELECT CASE WHEN a.is_merged THEN 'merged' WHEN NOT a.is_open THEN 'closed' WHEN paused.paused THEN 'working'
               ELSE (ARRAY['received','dispatched','dispatched','dispatched','signed','signed','signed','working','working',
                 'working','working','working','working','working','working','result','result','check','answered','reopened'
                 ])[1 + floor(20 * pg_temp.chance(i, 5))::int] END AS state) s
    JOIN place p ON p.n = floor(%(places)s * pg_temp.chance(i, 7) ^ 1.6)::int
    JOIN story ON story.id = floor(%(stories)s * pg_temp.chance(i, 18))::int
    JOIN firm ON firm.id = floor(%(firms)s * pg_temp.chance(i, 19))::int"""

_NO = "'ZJ' || to_char(p.created_at AT TIME ZONE 'Asia/Shanghai', 'YYMMDD') || lpad(p.id::text, 7, '0')"
_CLOCK = """CASE p.state WHEN 'received' THEN 'dispatch' WHEN 'dispatched' THEN 'sign' WHEN 'signed' THEN 'contact'
    WHEN 'result' THEN 'callback' WHEN 'answered' THEN 'callback' WHEN 'check' THEN 'check' WHEN 'reopened' THEN 'sign'
    ELSE 'result' END"""
_DATA = f"""jsonb_build_object('service', 'hotline', 'no', {_NO}, 'from', e.source, 'to', e.target, 'region', p.county,
    'category', p.category, 'counted', e.counted)"""
_SEQ = "CASE p.state WHEN 'received' THEN 1 WHEN 'dispatched' THEN 2 ELSE 3 END"

_TABLES = {
    "cases_case": f"""
        INSERT INTO cases_case (id, no, service, version, state, category, title, unit_id, unit_lft, region, employer_id,
          applicant_id, assignee_id, urgent, confidential, marks, created_at, changed_at, closed_at, due_at, due_key,
          paused, late, lead_id, filed_key, seq)
        SELECT p.id, {_NO}, 'hotline', %(version)s, p.state, p.category, s.title, p.unit, p.unit_lft, p.county,
          CASE WHEN p.answer < 0.6 THEN p.firm + 1 END, p.person,
          CASE WHEN p.state IN ('signed', 'working', 'result', 'check', 'closed') THEN a.id END, p.urgent, p.confidential,
          CASE WHEN p.many THEN jsonb_build_object('people', 2 + mod(p.id, 30)) ELSE '{{}}' END
            || CASE WHEN p.many AND 2 + mod(p.id, 30) >= 10 THEN '{{"mass": 1}}'::jsonb ELSE '{{}}' END
            || CASE WHEN p.urged THEN '{{"urged": 1}}'::jsonb ELSE '{{}}' END,
          p.created_at, coalesce(p.closed_at, least(%(now)s, p.created_at + interval '3 days')), p.closed_at, p.due_at,
          CASE WHEN p.due_at IS NULL THEN '' ELSE {_CLOCK} END, p.paused, p.late,
          CASE WHEN p.is_merged THEN p.id - 1 END, p.person || ':' || md5(p.id::text), {_SEQ}
        FROM plan p JOIN story s ON s.id = p.story
        LEFT JOIN people_account a ON a.login = 'c' || p.county ORDER BY p.id""",
    "cases_words": """
        INSERT INTO cases_words (case_id, words)
        SELECT p.id, s.words || f.words FROM plan p JOIN story s ON s.id = p.story JOIN firm f ON f.id = p.firm
        ORDER BY p.id""",
    "hotline_ticket": """
        INSERT INTO hotline_ticket (case_id, channel, category, story, wish, employer_name, people, urgent, confidential,
          tier, contacted_at, bounces, return_refused, tries, closing_code, satisfaction, stars, reopened, external_id)
        SELECT p.id, (ARRAY['phone','app','app','partner'])[1 + mod(p.id, 4)], p.category, s.story, s.wish, f.name,
          CASE WHEN p.many THEN 2 + mod(p.id, 30) ELSE 1 END, p.urgent, p.confidential,
          (ARRAY['general','general','difficult','complex'])[1 + mod(p.id, 4)], p.created_at + interval '1 day', 0, false, 0,
          CASE WHEN p.state = 'closed' THEN 'solved' ELSE '' END, CASE WHEN p.state = 'closed' THEN 'satisfied' ELSE '' END,
          NULL, 0, ''
        FROM plan p JOIN story s ON s.id = p.story JOIN firm f ON f.id = p.firm ORDER BY p.id""",
    "cases_party": """
        INSERT INTO cases_party (case_id, person_id, role, status, joined_at)
        SELECT p.id, p.person, 'applicant', CASE WHEN p.state = 'closed' THEN 'solved' ELSE 'waiting' END, p.created_at
        FROM plan p ORDER BY p.id""",
    "cases_event": f"""
        INSERT INTO cases_event (case_id, seq, transition, source, target, at, actor_id, actor_role, actor_org_id,
          stands_for, public, data, version)
        SELECT p.id, e.seq, e.transition, e.source, e.target, e.at,
          CASE WHEN e.seq > 1 THEN a.id END, e.role, CASE WHEN e.seq > 1 THEN p.unit END, '', true, {_DATA}, %(version)s
        FROM plan p LEFT JOIN people_account a ON a.login = 'c' || p.county
        CROSS JOIN LATERAL (VALUES
          (1, 'file', '', 'received', p.created_at, 'worker', '[{{"key": "filed", "amount": "0"}}]'::jsonb),
          (2, 'dispatch', 'received', 'dispatched', p.created_at + interval '50 minutes', 'dispatcher',
           '[{{"key": "dispatched", "amount": "0"}}]'::jsonb),
          (3, CASE p.state WHEN 'closed' THEN 'close' WHEN 'merged' THEN 'merge' WHEN 'signed' THEN 'sign'
                WHEN 'result' THEN 'submit' ELSE 'contact' END, 'working', p.state,
           coalesce(p.closed_at, p.created_at + interval '3 days'), 'officer',
           CASE WHEN p.state <> 'closed' THEN '[]'::jsonb ELSE
             jsonb_build_array(jsonb_build_object('key', 'closed', 'amount', '0')) END)
          ) AS e(seq, transition, source, target, at, role, counted)
        WHERE e.seq <= {_SEQ} ORDER BY p.id, e.seq""",
    "cases_note": """
        INSERT INTO cases_note (case_id, event_seq, field, text, public, at)
        SELECT p.id, 3, 'note', '已电话联系本人，核实情况，约定本周内答复。', true, p.created_at + interval '2 days'
        FROM plan p WHERE p.state NOT IN ('received', 'dispatched') AND p.answer < 0.5 ORDER BY p.id""",
    "cases_task": """
        INSERT INTO cases_task (case_id, kind, role, org_id, state, opened_at, data)
        SELECT p.id, 'urge', 'officer', p.unit, CASE WHEN p.is_open THEN 'open' ELSE 'done' END, p.created_at, '{}'
        FROM plan p WHERE p.urged ORDER BY p.id""",
    "cases_link": """
        INSERT INTO cases_link (case_id, other_id, kind, at)
        SELECT p.id, p.id - 1, 'duplicate', p.created_at FROM plan p WHERE p.is_merged""",
    "deadlines_deadline": f"""
        INSERT INTO deadlines_deadline (case_id, key, round, state, rule, amount, unit, basis, verified, started_at,
          started_by, planned_at, due_at, latest_at, provisional, done_at, level, reminded, moves)
        SELECT p.id, d.key, 1, d.state, 'hotline.' || d.key, 5, 'workdays', '(?)', false, p.created_at, d.by, d.due_at,
          d.due_at, d.due_at, false, d.done_at, p.late, false, d.moves
        FROM plan p CROSS JOIN LATERAL (VALUES
          ('result', CASE WHEN p.is_open THEN CASE WHEN p.paused THEN 'suspended' ELSE 'running' END ELSE 'met' END,
           'dispatch', coalesce(p.due_at, p.created_at + interval '7 days'), p.closed_at,
           CASE WHEN p.paused THEN jsonb_build_array(jsonb_build_object('kind', 'suspend', 'at', p.created_at +
             interval '2 days', 'reason', '等待仲裁', 'by', 'officer')) ELSE '[]'::jsonb END, p.state <> 'received'),
          ({_CLOCK}, 'running', 'dispatch', p.due_at, NULL, '[]'::jsonb,
           p.is_open AND NOT p.paused AND p.state <> 'working')
          ) AS d(key, state, by, due_at, done_at, moves, wanted)
        WHERE d.wanted AND NOT p.is_merged ORDER BY p.id""",
}

_COUNTERS = """
    INSERT INTO indicators_counter (service, indicator, region, month, category, shard, n, amount)
    SELECT 'hotline', c.indicator, f.region, f.month, f.category, f.shard, c.n, c.amount
    FROM (
      SELECT p.county AS region, cat.category, e.month,
        mod(p.id, %(shards)s) AS shard,
        count(*) FILTER (WHERE e.k = 1) AS filed,
        count(*) FILTER (WHERE e.k = 1 AND p.state NOT IN ('received', 'answered')) AS dispatched,
        count(*) FILTER (WHERE e.k = 1 AND p.state NOT IN ('received', 'answered', 'dispatched') AND p.answer < 0.93) AS contacted,
        count(*) FILTER (WHERE e.k = 1 AND p.urged) AS urged,
        count(*) FILTER (WHERE e.k = 2) AS closed,
        count(*) FILTER (WHERE e.k = 2 AND p.answer < 0.88) AS called_back,
        count(*) FILTER (WHERE e.k = 2 AND p.answer < 0.72) AS solved,
        count(*) FILTER (WHERE e.k = 2 AND p.answer < 0.66) AS satisfied,
        coalesce(sum(extract(epoch FROM p.closed_at - p.created_at) / 3600) FILTER (WHERE e.k = 2), 0)::numeric(20, 2) AS hours
      FROM plan p
      CROSS JOIN LATERAL (VALUES (1, p.created_at), (2, p.closed_at)) AS m(k, at)
      CROSS JOIN LATERAL (SELECT m.k, date_trunc('month', m.at AT TIME ZONE 'Asia/Shanghai')::date AS month) e
      CROSS JOIN LATERAL (VALUES (''), (p.category)) AS cat(category)
      WHERE m.at IS NOT NULL GROUP BY 1, 2, 3, 4) f
    CROSS JOIN LATERAL (VALUES ('filed', f.filed, 0), ('dispatched', f.dispatched, 0), ('contacted', f.contacted, 0),
      ('urged', f.urged, 0), ('closed', f.closed, 0), ('due_back', f.closed, 0), ('called_back', f.called_back, 0),
      ('solved', f.solved, 0), ('satisfied', f.satisfied, 0), ('hours_to_close', f.closed, f.hours)
      ) AS c(indicator, n, amount)
    WHERE c.n > 0"""
