"""The figures of the queue: who waits, how fast calls were answered today, who is at the desk. One question each."""

from dataclasses import dataclass, field
from datetime import datetime, time

from django.db import connection

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.org.models import Org

from . import rules
from .models import Call, CallState, Seat, SeatState
from .seats import GONE

HOURS = 24
_TODAY = """
SELECT count(*) FILTER (WHERE state = 'ringing') AS waiting,
  coalesce(extract(epoch FROM %(now)s - min(rang_at) FILTER (WHERE state = 'ringing')), 0) AS longest,
  count(*) FILTER (WHERE state <> 'ringing') AS offered,
  count(*) FILTER (WHERE answered_at IS NOT NULL) AS answered,
  count(*) FILTER (WHERE answered_at - rang_at <= make_interval(secs => %(within)s)) AS in_time,
  count(*) FILTER (WHERE state IN ('talking', 'writing')) AS talking,
  count(*) FILTER (WHERE case_no <> '') AS tickets,
  coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM answered_at - rang_at)), 0) AS wait,
  coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - taken_at))
    FILTER (WHERE state = 'done'), 0) AS talk
FROM hotline_call WHERE org_id = %(org)s AND rang_at >= %(day)s AND rang_at <= %(now)s
"""
_HOURS = """
SELECT extract(hour FROM rang_at AT TIME ZONE 'Asia/Shanghai')::int, count(*),
  count(*) FILTER (WHERE answered_at IS NOT NULL),
  count(*) FILTER (WHERE answered_at - rang_at <= make_interval(secs => %(within)s))
FROM hotline_call WHERE org_id = %(org)s AND rang_at >= %(day)s AND rang_at <= %(now)s AND state <> 'ringing'
GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True)
class Hour:
    """The calls that began within one hour of today."""

    hour: int
    offered: int = 0
    answered: int = 0
    in_time: int = 0


@dataclass(frozen=True)
class Sitting:
    """One agent at the desk."""

    name: str
    state: SeatState
    since: datetime


@dataclass(frozen=True)
class Wall:
    """A centre at this moment, and today so far."""

    org: str
    within: int
    """Seconds in which a call should be answered."""
    goal: float
    """Share of the calls that should be answered at all."""
    waiting: int
    longest: int
    offered: int
    """Calls of today that no longer ring: the denominator of both rates."""
    answered: int
    in_time: int
    talking: int
    tickets: int
    wait: int
    """Median seconds until the answer."""
    talk: int
    """Median seconds of a call."""
    hours: list[Hour] = field(default_factory=list)
    seats: list[Sitting] = field(default_factory=list)

    @property
    def missed(self) -> int:
        """Calls that nobody answered."""
        return self.offered - self.answered

    def seated(self, state: SeatState) -> int:
        """How many agents are in this state."""
        return sum(seat.state == state for seat in self.seats)


def look(*, org: Org, now: datetime) -> Wall:
    """What the wall of a centre shows now."""
    day = datetime.combine(now.astimezone(CHINA).date(), time(), CHINA)
    within = rules.answer_seconds(org.region_id, day.date())
    asked: dict[str, int | datetime] = {"org": org.pk, "day": day, "now": now, "within": within}
    with connection.cursor() as cursor:
        cursor.execute(_TODAY, asked)
        names = [column.name for column in cursor.description or ()]
        today = {name: int(value) for name, value in zip(names, cursor.fetchone() or (), strict=True)}
        cursor.execute(_HOURS, asked)
        found = {hour: Hour(hour, *counts) for hour, *counts in cursor.fetchall()}
    seats = (
        Seat.objects.filter(org=org, seen_at__gt=now - GONE)
        .select_related("agent")
        .only("agent__name", "state", "since")
    )
    sitting = [Sitting(seat.agent.name, SeatState(seat.state), seat.since) for seat in seats.order_by("state", "since")]
    hours = [found.get(hour, Hour(hour)) for hour in range(HOURS)]
    return Wall(
        org=org.name, within=within, goal=rules.connect_share(org.region_id, day.date()), hours=hours, seats=sitting,
        **today,
    )  # fmt: skip


def ringing(org_id: int) -> list[Call]:
    """Calls that wait, the longest first."""
    return list(Call.objects.filter(org_id=org_id, state=CallState.RINGING).order_by("rang_at")[:20])


def missed(org_id: int) -> list[Call]:
    """Calls that nobody answered and that can be rung back, the newest first."""
    lost = Call.objects.filter(org_id=org_id, state=CallState.MISSED, phone_index__isnull=False)
    return list(lost.order_by("-rang_at")[:5])


def mine(agent_id: int, *, now: datetime) -> list[Call]:
    """What an agent did today, the newest first."""
    day = datetime.combine(now.astimezone(CHINA).date(), time(), CHINA)
    return list(Call.objects.filter(agent_id=agent_id, state=CallState.DONE, rang_at__gte=day).order_by("-id")[:8])
