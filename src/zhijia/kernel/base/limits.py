"""How often something may be tried: one counter in the database for all processes, one statement for each try.

A window begins with the first try and is over after its time; what is tried beyond the limit does not lengthen it. Only
a keyed hash says who tried, so the table tells nothing about anybody. It is unlogged: a crash forgets all counts.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .clock import CHINA
from .errors import Text, ZhijiaError

_COUNTABLE = 2**30
"""As far as the table counts."""
_HIT = "SELECT hits, until FROM base_hit(%(key)s, %(most)s, %(now)s, %(window)s)"
# A run of failures: the last one locks, and tries while it is locked neither count nor lengthen it.
_STRIKE = """
    INSERT INTO base_limit AS l (key, hits, until) VALUES (%(key)s, 1, %(now)s + interval '1 day')
    ON CONFLICT (key) DO UPDATE SET
      hits = CASE WHEN l.until <= %(now)s THEN 1 WHEN l.hits >= %(most)s THEN l.hits ELSE l.hits + 1 END,
      until = CASE WHEN l.until <= %(now)s THEN %(now)s + interval '1 day' WHEN l.hits >= %(most)s THEN l.until
                   WHEN l.hits + 1 >= %(most)s THEN %(now)s + %(window)s ELSE l.until END
    RETURNING hits >= %(most)s, until
"""


class TooSoon(ZhijiaError):
    """Too many tries (429); `until` says when the next one is allowed, in China's time."""

    code, status = "too_soon", 429

    def __init__(self, reason: Text, until: datetime, *, first: bool = True) -> None:
        super().__init__(reason)
        self.until = until.astimezone(CHINA)
        self.first = first
        """Whether it is the first refusal of its window: the one that goes into a log."""


@dataclass(frozen=True)
class Limit:
    """At most `most` tries within `seconds` for each who; settings.LIMIT_FACTOR multiplies them, for load tests."""

    name: str
    most: int
    seconds: int

    def allows(self, who: object, *, now: datetime) -> bool:
        """Count one try and say whether it is within the limit. Works in every scope, and counts in the present
        transaction."""
        return self._hit(who, now)[0] <= self._most()

    def hit(self, who: object, *, now: datetime) -> None:
        """Count one try. Raises TooSoon beyond the limit, with the time in words."""
        hits, until = self._hit(who, now)
        if hits > self._most():
            raise too_soon(until, now=now, first=hits == self._most() + 1)

    def _hit(self, who: object, now: datetime) -> tuple[int, datetime]:
        values = self._values(who, now, self._most())
        with connection.cursor() as cursor:
            cursor.execute(_HIT, values)
            hits, until = cursor.fetchone()
        return hits, until

    def _most(self) -> int:
        return min(self.most * int(settings.LIMIT_FACTOR), _COUNTABLE)

    def _values(self, who: object, now: datetime, most: int) -> dict[str, Any]:
        return {"key": self._key(who), "most": most, "now": now, "window": timedelta(seconds=self.seconds)}

    def strike(self, who: object, *, now: datetime) -> datetime | None:
        """Count one failure; until when `who` is locked, if it was the last or came while locked. As the owner."""
        values = self._values(who, now, self.most)
        with connection.cursor() as cursor:
            cursor.execute(_STRIKE, values)
            locked, until = cursor.fetchone()
        return until if locked else None

    def forget(self, who: object) -> None:
        """Begin anew for `who`: they have shown that it was them. As the owner."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM base_limit WHERE key = %s", [self._key(who)])

    def _key(self, who: object) -> bytes:
        named = f"{self.name}\0{who}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(named, key=settings.SECRET_KEY.encode()[:64], digest_size=16).digest()


def too_soon(until: datetime, *, now: datetime, first: bool = True) -> TooSoon:
    """The refusal that says when to try again: in a minute, at an hour, or tomorrow."""
    wait = (until - now).total_seconds()
    if wait <= 60:
        return TooSoon(_("Too many tries. Wait a minute and try again."), until, first=first)
    if wait > 12 * 3600:
        return TooSoon(_("Too many tries for today. Try again tomorrow, or call 12351."), until, first=first)
    clock = until.astimezone(CHINA).strftime("%H:%M")
    return TooSoon(format_lazy(_("Too many tries. Try again after {clock}."), clock=clock), until, first=first)


def prune(*, now: datetime) -> int:
    """Forget the windows that are over; how many. For the platform."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM base_limit WHERE until <= %s", [now])
        return int(cursor.rowcount)
