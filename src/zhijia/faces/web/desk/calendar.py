"""The unit's week: meetings of the cases that the reader may see, and when the rooms are taken."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from zhijia.faces.web.pages import desk_page
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Text
from zhijia.kernel.cases import rooms
from zhijia.kernel.cases.models import Room, Sitting
from zhijia.kernel.people.actors import Actor, Permission
from zhijia.kernel.rules.calendar import current
from zhijia.kernel.service import registry
from zhijia.kernel.service.prepared import as_platform

from .nav import desk_page_of

WEEK = timedelta(days=7)


@dataclass
class Day:
    """One day of the week with its meetings."""

    date: date
    working: bool
    today: bool
    meetings: list[tuple[Sitting, Text]] = field(default_factory=list)
    """Each with the title of its service."""


@dataclass
class RoomWeek:
    """One room and when it is taken on each day of the week."""

    room: Room
    days: list[list[tuple[datetime, datetime]]]


@require_safe
@desk_page(Permission.READ)
def calendar(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/calendar/?week=2026-11-23&mine=1: the week in which that day lies, this one without it."""
    monday = _monday(request.GET.get("week", ""), now)
    since = datetime.combine(monday, time(), CHINA)
    mine = request.GET.get("mine") == "1"
    days = [_day(monday + timedelta(days=n), now) for n in range(7)]
    for sitting in rooms.meetings(actor=actor, since=since, until=since + WEEK, mine=mine):
        on = (sitting.starts_at.astimezone(CHINA).date() - monday).days
        days[on].meetings.append((sitting, registry.service(sitting.case.service).title))
    context = {
        "days": days, "mine": mine, "monday": monday, "sunday": monday + timedelta(days=6),
        "before": monday - WEEK, "after": monday + WEEK, "this": _monday("", now),
        "rooms": _rooms(actor, since), "any": any(day.meetings for day in days),
    }  # fmt: skip
    return desk_page_of(request, actor, now, "web/desk/calendar.html", context, current="calendar")


def _monday(asked: str, now: datetime) -> date:
    try:
        found = date.fromisoformat(asked)
    except ValueError:
        found = now.astimezone(CHINA).date()
    found = min(max(found, date(2000, 1, 3)), date(2199, 12, 20))
    return found - timedelta(days=found.weekday())


def _day(on: date, now: datetime) -> Day:
    return Day(on, current().day(on).working, on == now.astimezone(CHINA).date())


def _rooms(actor: Actor, since: datetime) -> list[RoomWeek]:
    """The rooms of the reader's own units; of a meeting that they may not see, only that the room is taken."""
    own = sorted({post.org_id for post in actor.posts})
    spans: dict[tuple[int, int], list[tuple[datetime, datetime]]] = defaultdict(list)
    with as_platform():
        for span in rooms.taken(org_ids=own, since=since, until=since + WEEK):
            on = (span.starts_at.astimezone(CHINA).date() - since.date()).days
            spans[span.room_id, max(on, 0)].append((span.starts_at, span.ends_at))
    found = Room.objects.filter(org_id__in=own, active=True).order_by("org_id", "name")
    return [RoomWeek(room, [spans[room.pk, n] for n in range(7)]) for room in found]
