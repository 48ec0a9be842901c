"""What a department reads of a matter with the code of its letter: how it stands, by when; no name, no word."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import NotFound, Text
from zhijia.kernel.rules.values import value_of

from .models import Way
from .states import TRANSFER, TS

LONGEST = 32
"""Characters of a code."""


@dataclass(frozen=True)
class Shared:
    """One transfer as the other department sees it."""

    no: str
    unit: str
    body: str
    way: Text
    state: Text
    sent: date | None
    received: date | None
    answered: date | None
    due: date | None
    """By when the next receipt or feedback is due; None when none is."""
    closed: date | None


def shared(code: str, *, now: datetime) -> Shared:
    """The transfer that this code opens, unscoped. Raises NotFound for a code that opens nothing or no longer does."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARED, {"code": code if len(code) <= LONGEST and code.isascii() else ""})
        found = cursor.fetchone()
    if found is None:
        raise NotFound(code="no_such_code")
    number, unit, body, way, state, region, sent, received, answered, due, closed = found
    if closed is not None:
        kept = value_of("joint.shared_days", region=region, on=now.astimezone(CHINA).date()).value or 0
        if now - closed > timedelta(days=float(kept)):
            raise NotFound(code="no_such_code")
    return Shared(
        number, unit, body, Way(way).label, TRANSFER[TS(state)], sent, received, answered, _day(due), _day(closed)
    )


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(CHINA).date() if moment else None


_SHARED = """
SELECT c.no, o.name, t.body, t.way, c.state, c.region, t.sent_on, t.received_on, t.answered_on,
  (SELECT min(d.due_at) FROM deadlines_deadline d
   WHERE d.case_id = c.id AND d.state = 'running' AND d.key IN ('receipt', 'feedback', 'handling')),
  c.closed_at
FROM joint_transfer t JOIN cases_case c ON c.id = t.case_id JOIN org_org o ON o.id = c.unit_id
WHERE t.code = %(code)s
"""
