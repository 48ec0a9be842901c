"""Publishing what happened: at least once to every subscriber, in batches, each effect once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from uuid6 import uuid7

from .models import Consumed, Outgoing

SOURCE = "/zhijia"
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
    event = Outgoing.objects.create(id=uuid7(), type=type, subject=subject, time=now, data=data)
    return event.id


def relay(*, now: datetime, batch: int = 500) -> int:
    """Deliver up to `batch` unsent events in order; returns how many were sent.

    Several relays may run: rows are taken with SKIP LOCKED. A handler that raises leaves its event unsent, so it is
    tried again; handlers that had already succeeded are remembered and not run twice.
    """
    with transaction.atomic():
        rows = list(
            Outgoing.objects.select_for_update(skip_locked=True).filter(sent_at=None).order_by("id")[:batch]
        )
        sent = []
        for row in rows:
            if _deliver(CloudEvent(row.id, row.type, row.subject, row.time, row.data), now):
                sent.append(row.id)
        Outgoing.objects.filter(id__in=sent).update(sent_at=now)
    return len(sent)


def _deliver(event: CloudEvent, now: datetime) -> bool:
    """Run each subscriber once; False when one failed and the event must come again."""
    whole = True
    for consumer, handler in _subscribers.get(event.type, {}).items():
        try:
            with transaction.atomic():
                Consumed.objects.create(consumer=consumer, event=event.id, at=now)
                handler(event, now)
        except IntegrityError as error:
            if "consumed_once" not in str(error):
                whole = False
        except Exception:
            _log_failure(consumer, event)
            whole = False
    return whole


def _log_failure(consumer: str, event: CloudEvent) -> None:
    import logging  # only on the failure path

    logging.getLogger(__name__).exception("consumer %s failed on %s %s", consumer, event.type, event.id)
