"""Three months of tickets in the invented province, played through the real engine by simulated officers."""

import itertools
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

from zhijia.kernel.audit.seal import seal_pending
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.persons import find_or_add_person
from zhijia.kernel.rules.calendar import current
from zhijia.kernel.service.engine import open_case
from zhijia.kernel.service.many import batch
from zhijia.modules.hotline.classify import suggest

from .demo_province import CITY, COUNTIES, QINGHE, REGIONS, Province
from .demo_stories import FIRST, MASS, STORIES, Story, tell
from .dice import dice
from .lives import Lives, Told
from .officers import Simulation
from .words import _

SEED, TICKETS, SPAN, MASS_WORKERS = 12351, 320, timedelta(days=91), 12
SURNAMES, GIVEN = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜",
    ("建国", "秀兰", "海涛", "丽", "志强", "玉梅", "军", "小芳"),
)


class Play:
    """One run: who files what when, with a seeded choice of everything."""

    def __init__(self, province: Province, now: datetime, *, span: timedelta = SPAN, seed: int = SEED) -> None:
        self.province, self.now, self.span, self.rng = province, now, span, dice(seed)
        self.simulation = Simulation(seed, now - span)
        self._people = itertools.count()
        self._employers = list(province.employers)

    def tell(self, story: Story, at: datetime, key: str, *, region: str = "", person: int | None = None) -> Told:
        """One problem told at a moment, by somebody new unless `person` says who."""
        rng = self.rng
        region = region or rng.choices(COUNTIES, range(3 + len(COUNTIES), 3, -1))[0]
        near = [e for e in self._employers if e.region_id == region] or self._employers
        employer = rng.choice(near)
        data = tell(story, rng, employer=employer.name, place=REGIONS[region])
        data["urgent"] = suggest(str(data["story"])).urgent
        known = employer.pk if data["employer_name"] else None
        person = person or self.person(at)
        by = Actor(person_id=person, name="worker")
        return Told(at, key, region, person, data, by, labour=story.category != "other", employer=known)

    def file(self, story: Story, at: datetime, *, region: str = "", person: int | None = None) -> str:
        """File one ticket at a moment; returns its number."""
        told = self.tell(story, at, "", region=region, person=person)
        return open_case(
            service="hotline", actor=told.by, now=at, data=told.data, region=told.region, applicant_id=told.person,
            employer_id=told.employer,
        ).no  # fmt: skip

    def person(self, at: datetime) -> int:
        """A new worker with an invented name and a number that is given to nobody."""
        n = next(self._people)
        name = SURNAMES[n % len(SURNAMES)] + GIVEN[n // 3 % len(GIVEN)]
        return find_or_add_person(name=name, phone=f"1390000{n % 10_000:04d}", now=at).pk


def play(province: Province, *, now: datetime, progress: Callable[[str], None]) -> None:
    """File and handle the tickets of three months up to `now`, then set today's scenes and seal the past days."""
    p = Play(province, now)
    lives = Lives(SEED, p.simulation.staff, now)
    with batch() as many:
        for done, told in enumerate(everyday(p, TICKETS), start=1):
            lives.live(many, told)
            if done % 40 == 0:
                progress(_("{done} of {total} tickets").format(done=done, total=TICKETS))
    for at, begin in sorted(_special(p), key=lambda entry: entry[0]):
        p.simulation.run(at)
        begin(at)
    p.simulation.run(now)
    _today(p)
    progress(_("sealing the audit trail"))
    seal_pending(now)


Begin = Callable[[datetime], None]
Deed = tuple[str, Role, dict[str, Any]]


def everyday(p: Play, count: int) -> Iterator[Told]:
    """The usual tickets: more on working days and around ten in the morning and eight in the evening."""
    weights = [story.weight for story in STORIES]
    days = [(p.now - timedelta(days=n)).date() for n in range(p.span.days, -1, -1)]
    busy = [3 if current().day(day).working else 1 for day in days]
    for n in range(count):
        day = p.rng.choices(days, busy)[0]
        hour = p.rng.choices((8, 9, 10, 11, 13, 14, 15, 16, 18, 19, 20, 21), (2, 5, 6, 4, 3, 4, 4, 3, 3, 4, 5, 2))[0]
        at = datetime.combine(day, time(hour, p.rng.randrange(60), p.rng.randrange(60)), CHINA)
        while not p.now - p.span < at < p.now - timedelta(minutes=5):
            at += timedelta(days=1) if at < p.now - p.span else timedelta(days=-1)
        yield p.tell(p.rng.choices(STORIES, weights)[0], at, f"demo-{n}")


def _usual(p: Play, story: Story, key: str, **wanted: Any) -> Begin:
    def begin(at: datetime) -> None:
        no = p.file(story, at)
        p.simulation.take(no, key=key, labour=story.category != "other", **wanted)

    return begin


def _special(p: Play) -> Iterator[tuple[datetime, Begin]]:
    """What must be seen: the first worker's closed and answered matters, the mass case, dates that end today."""
    smooth: dict[str, Any] = {
        "answered": False, "returned": False, "late": False, "unsolved": False, "unreached": False, "extended": False,
        "sent_back": False, "comes_back": False, "contact_late": False, "sign_late": False, "suspended": False,
    }  # fmt: skip
    worker, city = p.province.workers[0].pk, "980106"

    def closed(at: datetime) -> None:
        p.simulation.take(
            p.file(FIRST[2], at, region=city, person=worker), key="first-closed", by_worker=True, **smooth
        )

    def mass(at: datetime) -> None:
        lead, *others = [p.file(MASS, at + timedelta(minutes=4 * n), region=QINGHE) for n in range(MASS_WORKERS)]
        later = at + timedelta(minutes=4 * MASS_WORKERS)
        unit = p.province.orgs[QINGHE].pk
        p.simulation.act(lead, "dispatch", Role.DISPATCHER, later, unit=unit, tier="complex")
        for n, no in enumerate(others):
            p.simulation.act(no, "merge", Role.DISPATCHER, later + timedelta(minutes=1 + n), lead=lead)
        p.simulation.take(lead, key="mass", after=later + timedelta(minutes=20), news=True, supervised=True, **smooth)

    for n in range(6):
        begin = _usual(p, STORIES[(0, 13, 17, 20, 2, 8)[n]], f"stuck-{n}", **{**smooth, "stuck": True})
        yield _morning(_working_days_before(p.now, 9 + n)) + timedelta(minutes=31 * n), begin
    yield _morning(p.now - timedelta(days=45)), closed
    yield _morning(_working_days_before(p.now, 8)), mass
    for n in range(3):
        story = STORIES[(0, 8, 17)[n]]
        yield (
            _morning(_working_days_before(p.now, 5)) + timedelta(minutes=17 * n),
            _usual(p, story, f"due-{n}", **{**smooth, "late": True}),
        )


def _today(p: Play) -> None:
    """Today's scenes: one fresh case in every state, the first worker's other two matters, and urges."""
    sim, worker, other = p.simulation, p.province.workers[0].pk, p.province.workers[1].pk
    moment = p.now - timedelta(hours=7)
    minute = itertools.count(1)

    def drive(no: str, *steps: Deed) -> str:
        for transition, role, data in steps:
            sim.act(no, transition, role, moment + timedelta(minutes=next(minute)), **data)
        return no

    def fresh(story: Story, region: str, person: int | None = None) -> str:
        return p.file(story, moment + timedelta(minutes=next(minute)), region=region, person=person)

    def dispatch(region: str) -> Deed:
        return "dispatch", Role.DISPATCHER, {"unit": p.province.orgs[region].pk, "tier": "general"}

    sign: Deed = ("sign", Role.OFFICER, {})
    contact: Deed = ("contact", Role.OFFICER, {"note": "已与职工通话，核对了经过，约好明天再通一次话。"})
    submit: Deed = ("submit", Role.OFFICER, {"result": "单位已补发，款项今天到账；双方签了确认书。"})
    yes: Deed = ("confirm_solved", Role.CALLBACK_AGENT, {"satisfaction": "satisfied"})
    no: Deed = ("report_unsolved", Role.WORKER, {"remark": "只补了一半，另一半没有说法。"})
    back = {
        "ground": "other_place",
        "article": "劳动争议调解仲裁法第二十一条",
        "reason": "实际用工地在北岭县，已与职工核对。",
    }
    said = {"answer": "累计工作满一年就有五天年休假，没休的要折算。", "law": "职工带薪年休假条例 第三条"}
    answer: Deed = ("answer", Role.AGENT, said)
    scenes: tuple[tuple[Deed, ...], ...] = (
        (), (dispatch(QINGHE),), (dispatch(QINGHE), sign), (dispatch(QINGHE), sign, contact),
        (dispatch(QINGHE), ("return", Role.OFFICER, back)), (dispatch(QINGHE), sign, contact, submit),
        (dispatch(QINGHE), sign, contact, submit, yes), (dispatch(QINGHE), sign, contact, submit, no),
        (answer,),
    )  # fmt: skip
    for n, steps in enumerate(scenes):
        drive(fresh(STORIES[(n * 5 + 1) % 36], QINGHE), *steps)
    way = {"body": "人民法院诉讼服务中心", "way": "带身份证、起诉状和证据复印件，也可以网上立案。"}
    drive(fresh(STORIES[37], QINGHE), ("refer", Role.AGENT, way))
    running = drive(fresh(FIRST[0], "980106", worker), dispatch("980106"), sign, contact)
    drive(fresh(FIRST[1], "980106", worker), dispatch("980106"), sign, contact, submit)
    urged = drive(fresh(STORIES[1], QINGHE, other), dispatch(QINGHE), sign, contact)
    open_ = Case.objects.filter(state="working").exclude(no__in=(running, urged)).exclude(applicant=None).order_by("no")
    for no_ in (running, urged, *open_.filter(region__startswith=CITY[:4]).values_list("no", flat=True)[:3]):
        case = Case.objects.get(no=no_)
        if not case.marks.get("urged"):
            sim.act(no_, "urge", Role.WORKER, moment + timedelta(minutes=60 + next(minute)), remark="这两天有消息吗？")


def _morning(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(CHINA).date(), time(9, 12), CHINA)


def _working_days_before(now: datetime, count: int) -> datetime:
    """The working day from which `count` working days lead to today (or to the next working day)."""
    calendar, day = current(), now.astimezone(CHINA).date()
    while count:
        day -= timedelta(days=1)
        count -= calendar.day(day).working
    return datetime.combine(day, time(9), CHINA)
