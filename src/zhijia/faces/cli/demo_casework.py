"""The casework of the invented county: every story that a module tells, played once and begun so that its last act was
lately; and the rosters from which cases are given out."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import cycle

from django.db import transaction

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.cases.models import Room
from zhijia.kernel.org.models import Employer
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.rosters import enter
from zhijia.kernel.rules.calendar import current
from zhijia.kernel.service import registry
from zhijia.kernel.service.playing import ends_at, set_up
from zhijia.kernel.service.playing import play as play_story
from zhijia.kernel.service.stories import Story

from .demo_province import QINGHE, Province
from .dice import dice
from .words import _

ROOMS = (
    ("调解一室", "区总工会三楼 302", 8),
    ("调解二室", "区总工会三楼 305", 12),
    ("律师接待室", "职工服务中心一楼", 4),
)
TAKE_TURNS = {"officer": 10, "mediator": 10, "lawyer": 10, "head": 2}
"""Demonstration accounts of Qinghe and their weight on every roster."""
RESERVE = timedelta(days=1)


def rosters(province: Province, *, now: datetime) -> None:
    """Who takes turns at Qinghe, and where people meet."""
    org = province.orgs[QINGHE]
    first = (now - timedelta(days=400)).astimezone(CHINA).date()
    for account in Account.objects.filter(login__in=TAKE_TURNS).order_by("pk"):
        for roster in registry.rosters():
            enter(
                org_id=org.pk, roster=roster.key, account_id=account.pk, weight=TAKE_TURNS[account.login],
                from_day=first, actor=Actor.platform(), now=now,
            )  # fmt: skip
    for name, place, seats in ROOMS:
        Room.objects.get_or_create(org=org, name=name, defaults={"place": place, "seats": seats})
    set_up(org.pk, now - timedelta(days=400))


@transaction.atomic
def play(province: Province, *, now: datetime, progress: Callable[[str], None]) -> None:
    """Play every story, so that the newest act of each lies a few days back."""
    progress(_("casework"))
    rosters(province, now=now)
    workers = cycle(person.pk for person in province.workers)
    employers = cycle(province.employers)
    for n, story in enumerate(stories()):
        employer: Employer = next(employers)
        play_story(
            story, region=QINGHE, person_id=next(workers), employer_id=employer.pk, now=_begins(story, now, n),
            dice=dice(n), until=now - RESERVE, papers=n % 2 == 0,
        )  # fmt: skip


def stories() -> Iterator[Story]:
    """Every story of every module."""
    return (story for module in registry.modules() for story in module.stories)


def _begins(story: Story, now: datetime, n: int) -> datetime:
    """So long ago that its last act was lately; on a working day, in the morning."""
    lately = now - RESERVE - timedelta(days=n % 3)
    begins = lately.astimezone(CHINA).replace(hour=9, minute=(n * 7) % 60, second=0, microsecond=0)
    while not current().day(begins.date()).working or ends_at(story, begins) > lately:
        begins -= timedelta(days=1)
    return begins
