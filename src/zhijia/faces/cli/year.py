"""A year of tickets: how many on which day, when, about what and by whom, the same for the same year, scale and seed.

The national figure is that of the federation's report for 2025; how it falls on days and hours follows the brief of the
trade (domain: national volumes): fewer on days of rest, more before Spring Festival, a busy hour in the morning.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.db import connection

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.money import share
from zhijia.kernel.cases.models import Case
from zhijia.kernel.org.models import Employer
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.contact import contact_plans
from zhijia.kernel.people.persons_bulk import NewPerson, find_or_add_persons
from zhijia.kernel.rules.calendar import current
from zhijia.kernel.service import decide
from zhijia.kernel.service.many import batch
from zhijia.modules.hotline.classify import suggest
from zhijia.modules.hotline.rules import intake_unit

from .demo_play import GIVEN, SURNAMES
from .demo_province import COUNTIES, REGIONS, Province
from .demo_stories import STORIES, tell
from .dice import dice
from .lives import Lives, Told, told_by
from .officers import Staff

NATION = 1_988_000
"""Calls to 12351 in 2025."""
CHUNK = 400
"""Tickets of one transaction."""
WORKING, REST = 6800, 2577
"""Tickets on a working day and on a day of rest, in the nation: 248 × 6,800 + 117 × 2,577 is the year."""
BUSY_MONTHS = {1: 15, 12: 13}
"""Tenths of the usual: arrears are told before Spring Festival."""
HOURS = (8, 9, 10, 11, 13, 14, 15, 16, 18, 19, 20, 21)
HOUR_WEIGHTS = (5, 13, 18, 11, 7, 10, 10, 8, 5, 5, 5, 3)
"""Per cent; the busy hour has 18 (domain: 18 % for the hotline)."""
SAME = 0.9
"""New workers for each ticket; the rest have called before."""


@dataclass(frozen=True)
class Year:
    """Which tickets there are. `chunks` can be played in any order, by any number of processes."""

    year: int
    scale: float
    seed: int
    province: Province

    @property
    def total(self) -> int:
        """How many tickets."""
        return round(NATION * self.scale)

    @cached_property
    def chunks(self) -> list[tuple[int, list[tuple[date, int]]]]:
        """(number of the first ticket, tickets by day) of each chunk, in the order of time."""
        begin, end = date(self.year, 1, 1), date(self.year + 1, 1, 1)
        days = [begin + timedelta(days=n) for n in range((end - begin).days)]
        weights = [(WORKING if current().day(d).working else REST) * BUSY_MONTHS.get(d.month, 10) for d in days]
        found: list[tuple[int, list[tuple[date, int]]]] = []
        first, room = 0, 0
        for day, count in zip(days, share(self.total, weights), strict=True):
            while count:
                if room == 0:
                    found.append((first, []))
                    room = CHUNK
                part = min(count, room)
                found[-1][1].append((day, part))
                first, room, count = first + part, room - part, count - part
        return found

    def key(self, n: int) -> str:
        """The idempotency key of ticket `n`."""
        return f"sim-{self.year}-{self.scale:g}-{self.seed}-{n}"


@dataclass
class Player:
    """Plays chunks of a year, each in one transaction, up to a moment."""

    year: Year
    until: datetime
    lives: Lives = field(init=False)
    _near: dict[str, list[Employer]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        start = datetime.combine(date(self.year.year, 1, 1), time(), CHINA)
        self.lives = Lives(self.year.seed, Staff(start), self.until)

    def play(self, chunk: int) -> int:
        """File and handle the tickets of one chunk; returns how many."""
        first, days = self.year.chunks[chunk]
        with batch() as many:
            moments = sorted(self._moments(chunk, days))
            numbers = [self.lives.live(many, told) for told in self._told(chunk, first, moments)]
            many.flush()
            _texts_sent(numbers)
        return len(numbers)

    def played(self, chunk: int) -> bool:
        """Whether the chunk is in the database: its first ticket was filed by the agent of the hotline centre."""
        first, _days = self.year.chunks[chunk]
        agent = told_by(self.lives.staff, "phone", 0, None)
        return Case.objects.filter(filed_key=decide.filed_key(agent, self.year.key(first))).exists()

    def _moments(self, chunk: int, days: list[tuple[date, int]]) -> Iterator[datetime]:
        rng = dice(self.year.seed, "moments", self.year.year, chunk)
        for day, count in days:
            for _n in range(count):
                hour = rng.choices(HOURS, HOUR_WEIGHTS)[0]
                yield datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), CHINA)

    def _told(self, chunk: int, first: int, moments: list[datetime]) -> Iterator[Told]:
        rng = dice(self.year.seed, "told", self.year.year, chunk)
        weights = [story.weight for story in STORIES]
        people = [first + rng.randrange(max(1, int(len(moments) * SAME))) for _m in moments]
        given = [NewPerson(_name(n), f"139{self.year.year % 10}{n % 10_000_000:07d}") for n in people]
        persons = find_or_add_persons(given, now=moments[0] - timedelta(minutes=1), actor=Actor.platform())
        contact_plans(persons, now=moments[0])  # read at once, then at hand for every message
        for n, (at, person) in enumerate(zip(moments, persons, strict=True)):
            story = rng.choices(STORIES, weights)[0]
            region = rng.choices(COUNTIES, range(3 + len(COUNTIES), 3, -1))[0]
            employer = rng.choice(self._employers(region))
            data = tell(story, rng, employer=employer.name, place=REGIONS[region])
            if n == 0:
                data["channel"] = "phone"  # so that its key tells whether the chunk was played
            data["urgent"] = suggest(str(data["story"])).urgent
            by = told_by(self.lives.staff, str(data["channel"]), person, intake_unit(region))
            known = employer.pk if data["employer_name"] else None
            labour = story.category != "other"
            yield Told(at, self.year.key(first + n), region, person, data, by, labour=labour, employer=known)

    def _employers(self, region: str) -> list[Employer]:
        if region not in self._near:
            all_of = self.year.province.employers
            self._near[region] = [e for e in all_of if e.region_id == region] or list(all_of)
        return self._near[region]


def _texts_sent(numbers: list[str]) -> None:
    """Text messages of the past count as sent when they were due: invented people have no phones."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notify_message m SET state = 'sent', sent_at = greatest(m.created_at, m.not_before) "
            "FROM cases_case c WHERE c.id = m.case_id AND c.no = ANY(%s) AND m.state = 'waiting'", [numbers],
        )  # fmt: skip


def _name(n: int) -> str:
    return SURNAMES[n % len(SURNAMES)] + GIVEN[n // 3 % len(GIVEN)]
