"""Publishing what happened: at least once to every subscriber, in batches, each effect once."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from uuid6 import uuid7

from .models import Consumed, Outgoing

log = logging.getLogger(__name__)
SOURCE = "/zhijia"
FIRST_WAIT = timedelta(seconds=30)
"""After the first failure; it doubles with each further one."""
MOST_TRIES = 12
"""Failures after which the wait grows no longer (17 hours)."""
_LOCK = 0x5A48_4F55  # "ZHOU": whoever relays
Handler = Callable[["CloudEvent", datetime], None]


@dataclass(frozen=True)
class CloudEvent:
    """CloudEvents 1.0: what happened (`type`), to what (`subject`), when, and ids of what is involved (`data`)."""

    id: UUID
    type: str
    subject: str
    time: datetime
    data: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The structured-mode JSON of the event."""
        return {
            "specversion": "1.0", "id": str(self.id), "source": SOURCE, "type": self.type, "subject": self.subject,
            "time": self.time.isoformat(), "datacontenttype": "application/json", "data": self.data,
        }  # fmt: skip


_subscribers: dict[str, dict[str, Handler]] = {}


def subscribe(event_type: str, consumer: str, handler: Handler) -> None:
    """Let `consumer` handle every event of `event_type`. Called at start-up from a module's declaration."""
    _subscribers.setdefault(event_type, {})[consumer] = handler


def subscriptions() -> dict[str, tuple[str, ...]]:
    """Event type -> its consumers, for start-up checks and docs."""
    return {event_type: tuple(sorted(handlers)) for event_type, handlers in _subscribers.items()}


def publish(*, type: str, subject: str, data: dict[str, Any], now: datetime) -> UUID:
    """Write one event into the outbox of the running transaction."""
    event_id = uuid7()
    with connection.cursor() as cursor:  # not through the model: a request may add to the outbox, not read it back
        cursor.execute(
            "INSERT INTO events_outgoing (id, type, subject, time, data) VALUES (%s, %s, %s, %s, %s)",
            [event_id, type, subject, now, json.dumps(data, ensure_ascii=False)],
        )
    return event_id


def relay(*, now: datetime, batch: int = 500) -> int:
    """Deliver up to `batch` unsent events; returns how many were sent.

    Events of one subject arrive in order: when a consumer fails, the event waits (longer after each failure) and the
    later ones of its subject wait behind it, while other subjects go on. Consumers that had succeeded are remembered
    and not run twice. One relay works at a time; a second one returns 0.
    """
    with transaction.atomic():
        if not _alone():
            return 0
        waiting = Outgoing.objects.filter(sent_at=None, not_before__gt=now).values("subject")
        rows = list(Outgoing.objects.filter(sent_at=None).exclude(subject__in=waiting).order_by("id")[:batch])
        consumed = set(Consumed.objects.filter(event__in=[r.id for r in rows]).values_list("consumer", "event"))
        sent, stuck = [], set()
        for row in rows:
            if row.subject in stuck:
                continue
            if _deliver(CloudEvent(row.id, row.type, row.subject, row.time, row.data), consumed, now):
                sent.append(row.id)
            else:
                stuck.add(row.subject)
                row.tries = min(row.tries + 1, MOST_TRIES)
                row.not_before = now + FIRST_WAIT * 2 ** (row.tries - 1)
                row.save(update_fields=["tries", "not_before"])
        Outgoing.objects.filter(id__in=sent).update(sent_at=now)
    return len(sent)


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _deliver(event: CloudEvent, consumed: set[tuple[str, UUID]], now: datetime) -> bool:
    """Run each subscriber that has not had it; False when one failed and the event must come again."""
    whole = True
    for consumer, handler in _subscribers.get(event.type, {}).items():
        if (consumer, event.id) in consumed:
            continue
        try:
            with transaction.atomic():
                handler(event, now)
                Consumed.objects.create(consumer=consumer, event=event.id, at=now)
        except Exception:
            log.exception("consumer %s failed on %s %s", consumer, event.type, event.id)
            whole = False
    return whole
