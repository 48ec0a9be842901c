"""Love meals and warm packs in the invented province: set up, given out for two weeks, settled, and running today."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.db import transaction

from zhijia.faces.access import seen_by
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.ledger import entitlements
from zhijia.kernel.org.models import Org
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.persons_bulk import NewPerson, find_or_add_persons
from zhijia.kernel.people.posts import actor_of
from zhijia.kernel.service.engine import fire, open_case
from zhijia.modules.vouchers import accounts, claims, programmes, settle
from zhijia.modules.vouchers.eligibility import import_list
from zhijia.modules.vouchers.models import How, Kind, Offer, Outlet, Terminal
from zhijia.modules.vouchers.offline import Row, upload
from zhijia.modules.vouchers.redeem import Use, record
from zhijia.modules.vouchers.shops import OutletKind
from zhijia.modules.vouchers.sweep import sweep

from .demo_province import ANDU, CITY, QINGHE, WORKERS, Province
from .dice import dice
from .words import _

BAILU = "980106"
PLACES = {QINGHE: 40, ANDU: 30, BAILU: 30}
"""Counties with meals, and how many a day."""
SECRET = "zhijia-demo-2026"  # noqa: S105 - public, as every password of the demonstration
"""What follows "<number of the terminal>." in the code of the first terminal: 1.zhijia-demo-2026."""
EATERS, EATEN = 60, 12
"""Invented workers, and how many of them eat in a county on a past day."""
MEAL, PACK = "love-meals", "warm-packs"
OUTLETS: tuple[tuple[str, str, OutletKind, str, str], ...] = (
    (QINGHE, "河东路老面馆", OutletKind.SHOP, "青禾区河东路 12 号", "青禾区河东路老面馆"),
    (QINGHE, "青禾驿站", OutletKind.STATION, "青禾区青禾路 2 号，工会一楼", "青禾区总工会"),
    (QINGHE, "李记粥铺", OutletKind.SHOP, "青禾区纺织路 31 号", "青禾区李记餐饮店"),
    (QINGHE, "快骑手食堂", OutletKind.SHOP, "青禾区物流园北门", "青禾区快骑手餐饮有限公司"),
    (QINGHE, "东门包子", OutletKind.SHOP, "青禾区东门街 5 号", "青禾区东门包子店"),
    (ANDU, "安渡驿站", OutletKind.STATION, "安渡县渡口路 1 号", "安渡县总工会"),
    (ANDU, "渡口小吃", OutletKind.SHOP, "安渡县渡口路 18 号", "安渡县渡口小吃店"),
    (BAILU, "白鹭驿站", OutletKind.STATION, "白鹭区湖滨路 6 号", "白鹭区总工会"),
    (BAILU, "湖滨快餐", OutletKind.SHOP, "白鹭区湖滨路 40 号", "白鹭区湖滨快餐店"),
)
MANAGERS = {QINGHE: "officer", ANDU: "officer2", BAILU: "leader"}
TERMS = "凭领取码到列出的店和驿站领一份，当日有效；领不了请退还，让给别人。全程不收钱、不问验证码。"
LAST_WEEK = ("sent", "disputed", "drafted", "sent", "confirmed")
"""How far the settlements of Qinghe's five outlets have come for the week before this one …"""
WEEK_BEFORE = ("closed", "paid", "approved", "paid", "closed")
"""… and for the week before that."""


@dataclass
class Kitchen:
    """What was set up."""

    province: Province
    now: datetime
    rng: Random
    outlets: dict[str, list[Outlet]] = field(default_factory=dict)
    terminals: dict[int, Terminal] = field(default_factory=dict)
    people: list[int] = field(default_factory=list)

    def actor(self, login: str, at: datetime) -> Actor:
        """A named member of staff with the posts of that day."""
        found = actor_of(Account.objects.get(login=login), now=at)
        return Actor(account_id=found.account_id, name=found.name, posts=found.posts)

    def act(self, login: str, no: str, transition: str, at: datetime, **data: Any) -> None:
        """A step of a case, as in a request."""
        with seen_by(self.actor(login, at)) as actor:
            fire(no=no, transition=transition, actor=actor, now=at, data=data)

    def open(self, login: str, service: str, region: str, at: datetime, **data: Any) -> str:
        """Begin a case, as in a request."""
        with seen_by(self.actor(login, at)) as actor:
            return open_case(
                service=service, actor=actor, now=at, data=data, region=region, applicant_id=None
            ).no  # fmt: skip

    def past(self, day: date, hour: int, minute: int = 0) -> datetime:
        """That hour, or a moment ago when it has not come."""
        return min(datetime.combine(day, time(hour, minute), CHINA), self.now - timedelta(minutes=5))


def play(province: Province, now: datetime, progress: Callable[[str], None]) -> str:
    """Play it all up to `now`; returns the code by which a device becomes the first outlet's terminal."""
    progress(_("meals and packs"))
    k = Kitchen(province, now, dice("vouchers", 12351))
    today = now.astimezone(CHINA).date()
    monday = today - timedelta(days=today.weekday())
    weeks = [monday - timedelta(days=14), monday - timedelta(days=7), monday, monday + timedelta(days=7)]
    with transaction.atomic():
        code = _set_up(k, k.past(weeks[0] - timedelta(days=5), 9))
        _pack(k, today)
        for week in weeks:
            last = max(week + timedelta(days=4), today) if week == monday else week + timedelta(days=4)
            _meals(k, week, last, today)
    sweep(now=now)
    with transaction.atomic():
        _settle(k, weeks[0], monday - timedelta(days=7), WEEK_BEFORE)
        _settle(k, weeks[1], monday, LAST_WEEK)
        _conflict(k, weeks[1] + timedelta(days=4))
    return code


def _set_up(k: Kitchen, at: datetime) -> str:
    """Money, programmes, outlets and their devices, and invented people."""
    leader, orgs = k.actor("leader", at), k.province.orgs
    for code, yuan in ((CITY, 300_000), (QINGHE, 120_000), (ANDU, 50_000), (BAILU, 50_000)):
        accounts.allot(org_id=orgs[code].pk, fen=yuan * 100, key="first", actor=leader, now=at)
    programmes.add_programme(
        key=MEAL, title="爱心餐", kind=Kind.MEAL, org_id=orgs[CITY].pk, fen=1500, terms=TERMS, actor=leader, now=at
    )
    pack = programmes.add_programme(
        key=PACK, title="暖新礼包", kind=Kind.PACK, org_id=orgs[QINGHE].pk, fen=9800, rule="listed",
        terms="给快递员、外卖员和网约车司机：保温杯、护膝、手套。每人一份。", actor=k.actor("head", at), now=at,
    )  # fmt: skip
    phones = [WORKERS[0][0], *(f"1391000{n:04d}" for n in range(EATERS))]
    import_list(programme=pack, phones=phones, actor=k.actor("head", at), now=at)
    named = [NewPerson(name="", phone=phone) for phone in phones]
    k.people = find_or_add_persons(named, now=at, actor=Actor.platform())
    for region, name, kind, address, payee in OUTLETS:
        actor = k.actor(MANAGERS[region], at)
        org: Org = orgs[region]
        made = programmes.add_outlet(
            name=name, kind=kind, org_id=org.pk, region=region, address=address, payee=payee, actor=actor, now=at,
            opening="10:30–20:30" if kind == OutletKind.SHOP else "每天 9:00–21:00",
        )  # fmt: skip
        k.outlets.setdefault(region, []).append(made)
        k.terminals[made.pk] = programmes.enroll_terminal(outlet=made, label="前台", actor=actor, now=at).terminal
    first = k.terminals[k.outlets[QINGHE][0].pk]
    Terminal.objects.filter(pk=first.pk).update(secret_hash=programmes._hash(SECRET))
    return f"{first.pk}.{SECRET}"


def _meals(k: Kitchen, first: date, last: date, today: date) -> None:
    """One week of meals in three counties: planned by the city's officer, approved by the leader, eaten."""
    at = k.past(first - timedelta(days=4), 10)
    no = k.open(
        "city", "voucher_cycle", CITY, at, title="爱心餐", kind="meal", first_day=f"{first}", last_day=f"{last}",
        fen="15", programme=MEAL,
    )  # fmt: skip
    k.act("city", no, "change", at, opens="06:00", closes="23:30", use_from="06:30", use_to="23:55")
    for region, per_day in PLACES.items():
        k.act("city", no, "plan", at, region=region, per_day=per_day)
    for login, step in (("city", "submit"), ("leader", "approve"), ("city", "publish")):
        k.act(login, no, step, at)
    if first > today:
        return
    sweep(now=max(at, min(k.now, datetime.combine(first, time(6), CHINA))))
    offers = Offer.objects.filter(cycle__case__no=no, day__lte=today).select_related("quota").order_by("day", "region")
    for offer in offers:
        _eat(k, offer, today)
    if last < today:
        sweep(now=datetime.combine(last + timedelta(days=1), time(0, 5), CHINA))


def _eat(k: Kitchen, offer: Offer, today: date) -> None:
    """A day in one county: some claim, most collect, at every outlet; on the present day as far as it has come."""
    opened = offer.quota.opens_at + timedelta(minutes=3)
    if opened > k.now:
        return
    eaters = k.rng.sample(k.people[1:], EATEN + k.rng.randrange(6))
    if offer.day < today and offer.region == BAILU and offer.day.weekday() in (1, 3):
        eaters.append(k.people[0])  # the worker who can sign in
    made = [claims.grant(offer=offer, person_id=p, key=f"demo{offer.pk}", now=opened) for p in eaters]
    ids = [c.voucher_id for c in made if c.code == "granted" and c.voucher_id]
    share = 1.0 if offer.day < today else 0.5
    collected = [
        (pk, k.past(offer.day, 11, 30) + timedelta(seconds=40 * n))
        for n, pk in enumerate(ids)
        if k.rng.random() < 0.85 * share
    ]
    places = k.outlets[offer.region]
    for n, outlet in enumerate(places):
        mine = [(pk, min(at, k.now)) for pk, at in collected[n :: len(places)] if min(at, k.now) >= offer.use_from]
        _hand_out(outlet, k.terminals[outlet.pk], offer, mine)


def _hand_out(outlet: Outlet, terminal: Terminal, offer: Offer, handed: Sequence[tuple[int, datetime]]) -> None:
    """What one counter handed out, in a handful of statements."""
    keyed = [(pk, f"t{terminal.pk}:demo{pk}", at) for pk, at in handed]
    acted = entitlements.use_many(uses=keyed, by=f"outlet:{outlet.pk}") if keyed else []
    used = [Use(pk, offer, at) for (pk, _key, at), done in zip(keyed, acted, strict=True) if done.code == "used"]
    if used:
        record(used, outlet=outlet, terminal=terminal, how=How.ONLINE, now=used[-1].at)


def _pack(k: Kitchen, today: date) -> None:
    """A week of warm packs in Qinghe, for those on the list, one each."""
    first = today - timedelta(days=2)
    at = k.past(first - timedelta(days=2), 10)
    no = k.open(
        "officer", "voucher_cycle", QINGHE, at, title="暖新礼包", kind="pack", first_day=f"{first}",
        last_day=f"{first + timedelta(days=6)}", fen="98", once="cycle", programme=PACK,
    )  # fmt: skip
    k.act("officer", no, "plan", at, region=QINGHE, per_day=20)
    for login, step in (("officer", "submit"), ("head", "approve"), ("officer", "publish")):
        k.act(login, no, step, at)
    sweep(now=datetime.combine(first, time(10), CHINA))
    rest = iter(k.rng.sample(k.people[1:], 30))
    for offer in Offer.objects.filter(cycle__case__no=no, day__lt=today).order_by("day"):
        opened = datetime.combine(offer.day, time(10, 5), CHINA)
        made = [claims.grant(offer=offer, person_id=next(rest), key=f"pack{offer.pk}", now=opened) for _n in range(8)]
        station = k.outlets[QINGHE][1]
        handed = [(c.voucher_id, opened + timedelta(hours=2)) for c in made[:6] if c.voucher_id]
        _hand_out(station, k.terminals[station.pk], offer, handed)


def _settle(k: Kitchen, first: date, monday: date, states: Sequence[str]) -> None:
    """Settle a week with Qinghe's outlets, each as far as `states` says."""
    at = k.past(monday, 9, 30)
    for outlet, state in zip(k.outlets[QINGHE], states, strict=True):
        no = k.open(
            "officer", settle.SERVICE, QINGHE, at, period="week", outlet=outlet.pk, first_day=f"{first}",
            last_day=f"{first + timedelta(days=6)}",
        )  # fmt: skip
        for step in _WAY[state]:
            if step in ("confirm", "dispute"):
                remark = "" if step == "confirm" else "周三那天我们记的是多一份，请核对。"
                settle.answer(
                    terminal=k.terminals[outlet.pk], no=no, agreed=step == "confirm", remark=remark, now=at
                )  # fmt: skip
                continue
            paid = {"payment": f"PZ{at:%m%d}{outlet.pk:03d}", "paid_on": f"{at.astimezone(CHINA):%Y-%m-%d}"}
            k.act("head" if step == "approve" else "officer", no, step, at, **(paid if step == "pay" else {}))


_AGREED = ("send", "confirm")
_WAY: dict[str, tuple[str, ...]] = {
    "drafted": (), "sent": ("send",), "disputed": ("send", "dispute"), "confirmed": _AGREED,
    "approved": (*_AGREED, "approve"), "paid": (*_AGREED, "approve", "pay"),
    "closed": (*_AGREED, "approve", "pay", "close"),
}  # fmt: skip


def _conflict(k: Kitchen, day: date) -> None:
    """One code handed out at two counters while the second had no network."""
    from zhijia.kernel.ledger.models import Entitlement

    first, second = k.outlets[QINGHE][0], k.outlets[QINGHE][2]
    found = (
        Entitlement.objects.filter(used_by=f"outlet:{first.pk}", snapshot__day=day.isoformat()).order_by("id").first()
    )
    if found is None or found.used_at is None:
        return
    at = found.used_at + timedelta(minutes=9)
    terminal = Terminal.objects.select_related("outlet").get(pk=k.terminals[second.pk].pk)
    upload(terminal=terminal, key="demo", rows=[Row(claims.token_of(found), at)], count=1, now=at + timedelta(hours=1))
