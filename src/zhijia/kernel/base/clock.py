"""The one place that reads the time of day. Functions that write take `now`; faces and tasks ask here."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
"""All statutory days are days in China."""

_shift: ContextVar[timedelta | datetime] = ContextVar("zhijia_clock", default=timedelta())


def now() -> datetime:
    """The present moment, aware, in China's time; or the one that `at` set for this context."""
    value = _shift.get()
    return value if isinstance(value, datetime) else datetime.now(UTC).astimezone(CHINA) + value


def written(moment: datetime | None) -> str:
    """A moment as data of messages holds it: ISO 8601 in China's time, whatever zone it came in; "" for none."""
    return moment.astimezone(CHINA).isoformat() if moment else ""


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock still at `moment` (aware) inside the block: tests and simulations."""
    token = _shift.set(moment.astimezone(CHINA))
    try:
        yield
    finally:
        _shift.reset(token)
