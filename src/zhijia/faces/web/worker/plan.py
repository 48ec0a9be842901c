"""What happens after a matter is sent, with real dates: the hotline's own clocks run ahead for place and story."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Text
from zhijia.kernel.deadlines.clock import Limit, compute
from zhijia.kernel.deadlines.store import limit_of
from zhijia.kernel.org.regions import COUNTRY
from zhijia.kernel.rules import calendar
from zhijia.kernel.rules.units import Unit, phrase
from zhijia.kernel.rules.values import value_of

NOWHERE = COUNTRY
"""Before a place is chosen the national values are shown."""


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
    result = compute(start=dispatch_at, limit=limits["result"], calendar=calendar.current())
    return Plan(
        dispatch_at, _ends(limits["contact"], dispatch_at), result.at, _words(limits["result"]),
        _words(limits["callback"]), result.provisional,
    )  # fmt: skip


def _limit(key: str, region: str, now: datetime) -> Limit:
    limit = limit_of(value_of(key, region=region, on=now.astimezone(CHINA).date()))
    assert limit is not None
    return limit


def _ends(limit: Limit, start: datetime) -> datetime:
    return compute(start=start, limit=limit, calendar=calendar.current()).at


def _words(limit: Limit) -> Text:
    return phrase(limit.amount, Unit(limit.unit))
