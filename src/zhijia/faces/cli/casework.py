"""`zhijia casework`: a county's year of casework, played moment by moment, and its yearly statistics.

Every module's stories are played by weight, as often as an average county meets them, side by side, in order of time;
once a day whatever is over is reported, as the running platform does. Afterwards every date is counted again.
"""

import heapq
import itertools
import time as stopwatch
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .words import _

if TYPE_CHECKING:
    from random import Random

    from zhijia.kernel.service.playing import Playing

    from .demo_province import Province

VOLUMES = {
    "hotline": 698, "disputes": 144, "supervision": 68, "legal_aid": 26,
    "arbitration": 40, "payment_order": 6, "lawyer_visit": 52, "dismissal_notice": 30, "joint_transfer": 12,
    "joint_meeting": 4, "petitions": 36, "rectification": 24,
}  # fmt: skip
"""Cases of an average county in a year. The first four are the national figures of 2025 over 2,850 counties (domain 2);
the others are assumptions, made only so that every service has work."""
OTHERS = 10
"""Of a service that is not named above."""
SEED = 7


@dataclass
class Outcome:
    """What was played, and what was found when every date was counted again."""

    cases: Counter[str] = field(default_factory=Counter)
    acts: int = 0
    stuck: Counter[str] = field(default_factory=Counter)
    reports: int = 0
    """Clocks that were reported late, each on the day on which it was over."""
    dates: int = 0
    """Clocks whose date was counted again."""
    wrong: int = 0
    """Dates that came out otherwise."""
    unreported: int = 0
    """Clocks that were over by the end of the year and of which nobody was told."""
    seconds: float = 0


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(help=_("Play a county's year of casework in the invented province, check every date, and write its "
                        "yearly statistics."))  # fmt: skip
    def casework(
        year: Annotated[int, typer.Option(min=2024, max=2026, help=_("Which year."))] = 2025,
        scale: Annotated[float, typer.Option(min=0.001, max=10, help=_("Share of an average county's year."))] = 1.0,
        seed: Annotated[int, typer.Option(help=_("Another number, another story."))] = SEED,
        out: Annotated[Path, typer.Option(file_okay=False, help=_("The folder to write to."))] = Path(),
    ) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        from zhijia.kernel.base.clock import CHINA

        from .intake import prepare_installation

        prepare_installation(datetime(year, 1, 1, tzinfo=CHINA))
        from .demo_province import QINGHE
        from .statistics import write

        demand_posts(date(year, 1, 1))
        console = Console()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console) as bar:
            task = bar.add_task(_("Days"), total=(date(year + 1, 1, 1) - date(year, 1, 1)).days)
            outcome = play(year, scale=scale, seed=seed, tell=lambda: bar.advance(task))
        tell_outcome(outcome, console.print)
        from zhijia.kernel.org.models import Org, OrgKind

        org = Org.objects.get(region_id=QINGHE, kind=OrgKind.FEDERATION)
        for path in write(year, org=str(org.pk), lang="zh-hans", folder=out):
            console.print(str(path))
        if outcome.wrong or outcome.unreported or outcome.stuck:
            raise typer.Exit(1)


def demand_posts(day: date) -> None:
    """Raises Misconfigured where the province's people hold no posts yet on that day."""
    from zhijia.kernel.base.errors import Misconfigured
    from zhijia.kernel.people.models import Post

    if not Post.objects.filter(account__login="head", from_day__lte=day).exists():
        raise Misconfigured(_("Nobody holds a post in this year yet. Play it in an installation of its own: set "
                              "ZHIJIA_HOME to a new folder."))  # fmt: skip


def play(year: int, *, scale: float, seed: int, tell: Callable[[], None]) -> Outcome:
    """Play the year day by day; `tell` is called after each. Django must be set up."""
    from django.db import transaction

    from zhijia.kernel.base.clock import CHINA
    from zhijia.kernel.service import sweep

    outcome, began = Outcome(), stopwatch.perf_counter()
    world = _World(year, scale, seed, outcome)
    for day in world.days:
        with transaction.atomic():
            world.until(datetime.combine(day + timedelta(days=1), time(), CHINA))
        night = datetime.combine(day + timedelta(days=1), time(), CHINA)
        while (n := sweep.remind(now=night)) == sweep.BATCH:
            pass
        while n := sweep.report_late(now=night):
            outcome.reports += n
        tell()
    _count_again(outcome, datetime.combine(date(year + 1, 1, 1), time(), CHINA))
    outcome.seconds = stopwatch.perf_counter() - began
    return outcome


class _World:
    """The county, its people, and every story that is under way, in order of time."""

    def __init__(self, year: int, scale: float, seed: int, outcome: Outcome) -> None:
        from zhijia.kernel.base.clock import CHINA

        from . import demo_casework, demo_play, demo_province
        from .dice import dice

        length = (date(year + 1, 1, 1) - date(year, 1, 1)).days
        self.days = [date(year, 1, 1) + timedelta(days=n) for n in range(length)]
        self.outcome, self.seed = outcome, seed
        begin = datetime.combine(self.days[0], time(), CHINA)
        self.province: Province = demo_province.find()
        demo_casework.rosters(self.province, now=begin)
        self.people = demo_play.Play(self.province, begin, span=timedelta(0), seed=seed)
        self.order = itertools.count()
        self.queue: list[tuple[datetime, int, Playing | None]] = []
        """What happens next: the next act of a story, or (None) a call at the hotline."""
        for at in self._moments(round(VOLUMES["hotline"] * scale), dice(seed)):
            self._push(at, None)
        for playing in self._stories(scale):
            self._push(playing.at, playing)

    def until(self, end: datetime) -> None:
        """Everything that happens before `end`, in order."""
        from zhijia.kernel.base.errors import ZhijiaError

        while self.queue and self.queue[0][0] < end:
            at, n, playing = heapq.heappop(self.queue)
            self.outcome.acts += self.people.simulation.run(at)
            if playing is None:
                self._call(at, n)
                continue
            new = not playing.no
            try:
                playing.step()
            except ZhijiaError as stuck:
                self.outcome.stuck[f"{playing.story.key}: {stuck}"] += 1
                continue
            self.outcome.acts += 1
            self.outcome.cases[playing.story.service] += new
            if not playing.over:
                self._push(playing.at, playing)
        self.outcome.acts += self.people.simulation.run(end)

    def _call(self, at: datetime, n: int) -> None:
        from .demo_province import QINGHE
        from .demo_stories import STORIES

        story = self.people.rng.choices(STORIES, [story.weight for story in STORIES])[0]
        no = self.people.file(story, at, region=QINGHE)
        self.people.simulation.take(no, key=f"casework-{n}", labour=story.category != "other")
        self.outcome.cases["hotline"] += 1

    def _push(self, at: datetime, playing: "Playing | None") -> None:
        heapq.heappush(self.queue, (at, next(self.order), playing))

    def _moments(self, count: int, rng: "Random") -> list[datetime]:
        """So many moments of the year: on working days, in office hours."""
        from zhijia.kernel.base.clock import CHINA
        from zhijia.kernel.rules.calendar import current

        working = [day for day in self.days if current().day(day).working]
        days = [rng.choice(working) for _n in range(count)]
        hours = (9, 10, 11, 14, 15, 16)
        return [datetime.combine(day, time(rng.choice(hours), rng.randrange(60)), CHINA) for day in days]

    def _stories(self, scale: float) -> Iterator["Playing"]:
        from zhijia.kernel.service.playing import Playing
        from zhijia.kernel.service.stories import Story

        from .demo_casework import stories
        from .demo_province import QINGHE
        from .dice import dice

        told: dict[str, list[Story]] = {}
        for story in stories():
            if story.weight:
                told.setdefault(story.service, []).append(story)
        for service, found in sorted(told.items()):
            rng = dice(self.seed, service)
            count = max(1, round(VOLUMES.get(service, OTHERS) * scale))
            for n, at in enumerate(self._moments(count, rng)):
                story = rng.choices(found, [story.weight for story in found])[0]
                employer = rng.choice(self.province.employers)
                yield Playing(
                    story, QINGHE, self.people.person(at), employer.pk, at, dice(self.seed, service, n), papers=False
                )  # fmt: skip


def _count_again(outcome: Outcome, end: datetime) -> None:
    """Every date that nobody moved, from its start and its limit; and whether whatever was over has been told."""
    from zhijia.kernel.deadlines.clock import Limit, compute
    from zhijia.kernel.deadlines.models import Deadline, DeadlineState
    from zhijia.kernel.rules.calendar import current
    from zhijia.kernel.rules.units import Unit

    for deadline in Deadline.objects.select_related("case").iterator(chunk_size=2000):
        if not deadline.moves:
            limit = Limit(deadline.amount, Unit(deadline.unit))
            due = compute(start=deadline.started_at, limit=limit, calendar=current(deadline.case.region))
            outcome.dates += 1
            outcome.wrong += due.at != deadline.due_at
        over = deadline.state == DeadlineState.RUNNING and deadline.due_at < end
        outcome.unreported += over and deadline.level == 0


def tell_outcome(outcome: Outcome, say: Callable[[str], None]) -> None:
    """What was played and found, in a few lines."""
    from zhijia.kernel.service import registry

    for service in registry.services():
        if n := outcome.cases[service.key]:
            say(f"{n:>6,}  {service.title}")
    say(_("{acts} steps in {seconds} s, {reports} late clocks reported on their day").format(
        acts=f"{outcome.acts:,}", seconds=f"{outcome.seconds:.0f}", reports=outcome.reports))  # fmt: skip
    say(_("{dates} dates counted again: {wrong} differ, {unreported} over and told to nobody").format(
        dates=f"{outcome.dates:,}", wrong=outcome.wrong, unreported=outcome.unreported))  # fmt: skip
    for words, n in outcome.stuck.most_common(10):
        say(_("{n} × not possible: {words}").format(n=n, words=words))
