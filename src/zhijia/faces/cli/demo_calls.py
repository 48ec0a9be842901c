"""The telephones of the demonstration: colleagues at the desk, today's calls so far, and calls that go on ringing."""

from datetime import date, datetime, time
from random import Random
from typing import TYPE_CHECKING

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.auth import add_account
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.posts import appoint
from zhijia.modules.hotline.calls import simulated
from zhijia.modules.hotline.calls.models import Seat, SeatState

from .dice import dice

if TYPE_CHECKING:
    from .demo_province import Province

COLLEAGUES = (
    ("agent2", "高雅"), ("agent3", "田野"), ("agent4", "戴薇"), ("agent5", "范晨"), ("agent6", "邹洁"),
    ("agent7", "熊伟"),
)  # fmt: skip
"""Agents who need nobody at their keyboard."""
AN_HOUR = 60
"""Calls in the busiest hour."""
CALLERS, STRANGERS = 320, 9000
"""How many of the invented workers have a number, and where the numbers of those begin who never called before."""
PLATFORM = Actor.platform()


def play(province: "Province", now: datetime) -> None:
    """Seat the colleagues and invent the calls of today up to now."""
    centre, reach = province.orgs["centre"].pk, province.orgs["province"].pk
    agents = []
    for place, (login, name) in enumerate(COLLEAGUES):
        account = add_account(login=login, name=name, actor=PLATFORM, now=now)
        appoint(
            account=account, role=Role.AGENT, org_id=centre, reach_id=reach, from_day=date(now.year - 1, 1, 1),
            actor=PLATFORM, now=now,
        )  # fmt: skip
        state = SeatState.PAUSE if place == len(COLLEAGUES) - 1 else SeatState.FREE
        Seat.objects.create(agent=account, org_id=centre, state=state, since=now, seen_at=now)
        agents.append(account.pk)
    day = datetime.combine(now.astimezone(CHINA).date(), time(), CHINA)
    simulated.past(org_id=centre, agents=agents, now=now, day=day, rng=dice("calls", day.date()), busiest=AN_HOUR)


def turn(*, now: datetime, step: int) -> None:
    """What happens on the telephones in `step` seconds."""
    colleagues = list(
        Account.objects.filter(login__in=[login for login, _name in COLLEAGUES]).values_list("pk", flat=True)
    )
    centre = Seat.objects.filter(agent_id__in=colleagues).values_list("org_id", flat=True).first()
    if centre is not None:
        rng = dice("ring", now.isoformat())
        simulated.turn(org_id=centre, colleagues=colleagues, number=_number, now=now, rng=rng, step=step)


def _number(rng: Random) -> str:
    """One caller in three is a worker we know; the numbers are given to nobody."""
    n = rng.randrange(CALLERS) if rng.random() < 1 / 3 else STRANGERS + rng.randrange(1000)
    return f"1390000{n:04d}"
