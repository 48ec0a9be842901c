"""What happens after a matter is sent, with real dates: the clocks of a service run ahead for the place."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Text
from zhijia.kernel.deadlines.clock import Limit, compute
from zhijia.kernel.deadlines.models import Deadline
from zhijia.kernel.deadlines.store import limit_of
from zhijia.kernel.org.regions import COUNTRY
from zhijia.kernel.rules import calendar
from zhijia.kernel.rules.units import Unit, phrase
from zhijia.kernel.rules.values import value_of
from zhijia.kernel.service.declare import Clock, Service
from zhijia.kernel.service.engine import FILE

NOWHERE = COUNTRY
"""Before a place is chosen the national values are shown."""
MOST_STEPS = 4
"""More than these nobody reads before sending."""


@dataclass(frozen=True)
class Plan:
    """By when each step is promised if it were sent now, and how the last two are counted."""

    dispatch_at: datetime
    contact_at: datetime
    result_at: datetime
    result_limit: Text
    callback_limit: Text
    provisional: bool
    """The days off of a year on the way are not published, so the result's date may move."""


def plan(*, region: str, tier: str, urgent: bool, now: datetime) -> Plan:
    """The dates for `region` ("" for not chosen). Raises Misconfigured when a rule has no value there."""
    limits = {
        name: _limit(key, region or NOWHERE, now)
        for name, key in (
            ("dispatch", "hotline.dispatch_urgent_minutes" if urgent else "hotline.dispatch_minutes"),
            ("contact", "hotline.contact_hours"),
            ("result", f"hotline.result.{tier}"),
            ("callback", "hotline.callback"),
        )
    }
    dispatch_at = _ends(limits["dispatch"], now.replace(second=0, microsecond=0) + timedelta(minutes=1))
    result = compute(start=dispatch_at, limit=limits["result"], calendar=calendar.current(region or NOWHERE))
    return Plan(
        dispatch_at, _ends(limits["contact"], dispatch_at), result.at, _words(limits["result"]),
        _words(limits["callback"]), result.provisional,
    )  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One limit on the way: by when, or for a later one within what time after the step before."""

    title: Text
    at: datetime | None = None
    limit: Text = ""
    provisional: bool = False
    basis: str = ""
    """The article of law, where the value is verified."""


def steps(service: Service, *, region: str, now: datetime, kept: Iterable[Deadline] = ()) -> list[Step]:
    """What a service promises from its filing at `now` on: the clocks that filing starts, then those that their ends
    start. `kept` are the clocks of a case that was filed. Raises Misconfigured when a rule has no value there."""
    running = {deadline.key: deadline for deadline in kept}
    found = []
    for clock, first in _ahead(service):
        if deadline := running.get(clock.key):
            basis = deadline.basis if deadline.verified else ""
            found.append(Step(clock.title, deadline.due_at, provisional=deadline.provisional, basis=basis))
        elif isinstance(clock.rule, str):
            found.append(_step(clock, clock.rule, first, region or NOWHERE, now))
    return found[:MOST_STEPS]


def _ahead(service: Service) -> Iterator[tuple[Clock, bool]]:
    """The clocks that lead, in the order in which they follow each other from filing, and which run from filing. One
    that counts from another day (a limitation period) is no promise of ours."""
    leads = [c for c in service.clocks if c.leads and c.since is None]
    row, seen = [c for c in leads if FILE in c.starts], set[str]()
    while row:
        for clock in row:
            yield clock, FILE in clock.starts
        seen |= {c.key for c in row}
        ends = frozenset[str]().union(*(c.stops for c in row))
        row = [c for c in leads if c.key not in seen and c.starts & ends]


def _step(clock: Clock, rule: str, first: bool, region: str, now: datetime) -> Step:
    value = value_of(rule, region=region, on=now.astimezone(CHINA).date())
    limit = limit_of(value)
    assert limit is not None
    basis = value.basis if value.verified else ""
    if not first:
        return Step(clock.title, limit=_words(limit), basis=basis)
    due = compute(start=now, limit=limit, calendar=calendar.current(region))
    return Step(clock.title, due.at, provisional=due.provisional, basis=basis)


def _limit(key: str, region: str, now: datetime) -> Limit:
    limit = limit_of(value_of(key, region=region, on=now.astimezone(CHINA).date()))
    assert limit is not None
    return limit


def _ends(limit: Limit, start: datetime) -> datetime:
    return compute(start=start, limit=limit, calendar=calendar.current()).at


def _words(limit: Limit) -> Text:
    return phrase(limit.amount, Unit(limit.unit))
