"""What the drill adds to the task worker: a task that always fails, an event that no consumer can take, and a witness
who writes down every delivery of every event."""

from datetime import datetime

from django.db import connection
from procrastinate.contrib.django import app

from zhijia.kernel.base.queue import patient
from zhijia.kernel.events.outbox import CloudEvent, subscribe
from zhijia.kernel.service import registry

POISON = "cn.zhijia.drill.poison"
TABLE = """
CREATE TABLE IF NOT EXISTS chaos_seen (
  place bigint GENERATED ALWAYS AS IDENTITY, event uuid, subject text, happened timestamptz)
"""


class Poison(Exception):
    """Always."""


@app.task(name="chaos.poison", retry=patient(2))
def poison(n: int) -> None:  # noqa: ARG001
    """Fails whenever it is tried."""
    raise Poison


def witness(event: CloudEvent, _now: datetime) -> None:
    """Write a delivery down; nothing but the platform's own memory keeps a second one away."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO chaos_seen (event, subject, happened) VALUES (%s, %s, %s)",
            [event.id, event.subject, event.time],
        )


def refuse(_event: CloudEvent, _now: datetime) -> None:
    """Fails whenever it is delivered."""
    raise Poison


subscribe(POISON, "poison", refuse)
for _service in registry.services():
    for _transition in ("file", "late", *(t.key for t in _service.transitions)):
        subscribe(f"cn.zhijia.{_service.key}.{_transition}", "witness", witness)
