"""A simulated exchange: invented callers who ring now and then, lose patience, and colleagues who answer some of them.

It says everything through `report`, as a real exchange does. Its colleagues are accounts of the demonstration; they
leave the first rings to whoever is free at a real console.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random

from zhijia.kernel.base.clock import CHINA

from .exchange import Report, report
from .models import Call, CallState, Outcome, Seat, SeatState
from .seats import GONE

GAP, MOST_WAITING = 40, 3
"""Seconds between two calls on average; how many wait at most."""
PATIENCE, KINDNESS = timedelta(seconds=75), timedelta(seconds=25)
"""After how long a caller gives up, and for how long a ring is left to a real agent who is free."""
PICK_UP = timedelta(seconds=4)
_ENDS = (Outcome.ADVISED,) * 6 + (Outcome.ADDED, Outcome.CUT_OFF, Outcome.WRONG, Outcome.SILENT)


def turn(
    *, org_id: int, colleagues: Sequence[int], number: Callable[[Random], str], now: datetime, rng: Random, step: int,
) -> None:  # fmt: skip
    """What happens in the `step` seconds up to now: callers give up, colleagues hang up and pick up, somebody rings."""
    calls = Call.objects.filter(org_id=org_id)
    for ref in calls.filter(state=CallState.RINGING, rang_at__lt=now - PATIENCE).values_list("ref", flat=True):
        report(Report("ended", ref), now=now)
    _hang_up(colleagues, now, rng, step)
    _pick_up(org_id, colleagues, now)
    waiting = calls.filter(state=CallState.RINGING).count()
    if waiting < MOST_WAITING and rng.random() < step / GAP:
        ref = f"sim-{now:%Y%m%d%H%M%S}-{rng.randrange(10**6):06d}"
        report(Report("ringing", ref, org_id=org_id, number=number(rng)), now=now)


def _pick_up(org_id: int, colleagues: Sequence[int], now: datetime) -> None:
    at_desk = Seat.objects.filter(org_id=org_id, state=SeatState.FREE)
    real = at_desk.filter(seen_at__gt=now - GONE).exclude(agent_id__in=colleagues).exists()
    free = list(at_desk.filter(agent_id__in=colleagues).order_by("since").values_list("agent_id", flat=True))
    since = now - (KINDNESS if real else PICK_UP)
    ringing = Call.objects.filter(org_id=org_id, state=CallState.RINGING, rang_at__lt=since).order_by("rang_at")
    for ref, agent in zip(ringing.values_list("ref", flat=True), free, strict=False):
        report(Report("answered", ref, agent=agent), now=now)


def _hang_up(colleagues: Sequence[int], now: datetime, rng: Random, step: int) -> None:
    """Talks last two minutes on average; then the colleague says how it ended. One in eight takes a short pause."""
    for call in Call.objects.filter(agent_id__in=colleagues, state__in=[CallState.TALKING, CallState.WRITING]):
        if rng.random() < step / 120:
            Call.objects.filter(pk=call.pk).update(
                state=CallState.DONE, outcome=rng.choice(_ENDS), ended_at=now, phone_index=None, number=None
            )
            after = SeatState.PAUSE if rng.random() < 1 / 8 else SeatState.FREE
            Seat.objects.filter(pk=call.agent_id).update(state=after, since=now)
    seats = Seat.objects.filter(agent_id__in=colleagues)
    seats.filter(state=SeatState.PAUSE, since__lt=now - timedelta(minutes=4)).update(state=SeatState.FREE, since=now)
    seats.update(seen_at=now)


def past(*, org_id: int, agents: Sequence[int], now: datetime, day: datetime, rng: Random, busiest: int) -> int:
    """Invent the calls of today from `day` until now, up to `busiest` an hour, all over; returns how many."""
    made: list[Call] = []
    moment = day
    while moment < now - timedelta(minutes=6):
        weight = _BUSY[moment.astimezone(CHINA).hour]
        moment += timedelta(seconds=rng.expovariate(max(1, busiest * weight) / 3600))
        wait = timedelta(seconds=min(70, 3 + rng.expovariate(1 / 4.5)))
        lost = rng.random() < 0.03
        taken = None if lost else moment + wait
        over = moment + wait * 2 if lost else moment + wait + timedelta(seconds=60 + rng.expovariate(1 / 180))
        if over > now:
            break
        made.append(
            Call(
                ref=f"past-{moment:%Y%m%d}-{len(made):05d}", org_id=org_id, rang_at=moment, answered_at=taken,
                taken_at=taken, ended_at=over, agent_id=None if lost else rng.choice(agents),
                state=CallState.MISSED if lost else CallState.DONE, outcome="" if lost else rng.choice(_ENDS),
            )
        )  # fmt: skip
    Call.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


_BUSY = (
    *(0.05, 0.03, 0.02, 0.02, 0.03, 0.06, 0.15, 0.3, 0.6, 1, 1, 0.8),
    *(0.5, 0.6, 0.9, 0.9, 0.8, 0.6, 0.5, 0.6, 0.6, 0.4, 0.2, 0.1),
)
"""How busy each hour of a day is, as a share of the busiest."""
