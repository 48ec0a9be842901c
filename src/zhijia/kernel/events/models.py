"""The outbox: an event is written in the transaction that makes it true, and published afterwards."""

from typing import ClassVar

from django.db import models


class Outgoing(models.Model):
    """One CloudEvent waiting to be, or already, published."""

    id = models.UUIDField(primary_key=True)
    type = models.CharField(max_length=80)
    subject = models.CharField(max_length=80)
    time = models.DateTimeField()
    data = models.JSONField()
    sent_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0, db_default=0)
    not_before = models.DateTimeField(null=True)
    """A consumer failed: it is delivered again from this moment on."""

    class Meta:
        db_table = "events_outgoing"
        indexes: ClassVar = [models.Index(fields=["id"], name="outgoing_unsent", condition=models.Q(sent_at=None))]


class Consumed(models.Model):
    """A consumer has handled an event: delivery is at least once, effect is once."""

    consumer = models.CharField(max_length=80)
    event = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        db_table = "events_consumed"
        constraints: ClassVar = [models.UniqueConstraint(fields=["consumer", "event"], name="consumed_once")]
