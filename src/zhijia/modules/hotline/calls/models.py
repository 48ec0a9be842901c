"""Calls and seats. A call holds its number only while somebody may need it: sealed, and by its blind index."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhijia.kernel.people.sealed import SealedText


class CallState(models.TextChoices):
    """Where a call is."""

    RINGING = "ringing", _("Ringing")
    TALKING = "talking", _("Talking")
    WRITING = "writing", _("Hung up, still being written")
    DONE = "done", pgettext_lazy("call", "Done")
    MISSED = "missed", _("Hung up before anybody answered")


class Outcome(models.TextChoices):
    """How a call ended, in the order of the keys 1 to 9."""

    FILED = "filed", _("Ticket filed")
    ANSWERED = "answered", _("Ticket filed, answered at once")
    DISPATCHED = "dispatched", _("Ticket filed, on to dispatch")
    REFERRED = "referred", _("Ticket filed, referred to another body")
    ADDED = "added", _("Belongs to an earlier case")
    ADVISED = "advised", _("Question answered, no ticket wanted")
    CUT_OFF = "cut_off", _("Cut off before it was clear")
    WRONG = "wrong", _("Wrong number")
    SILENT = "silent", _("Nobody spoke")


FILES = frozenset({Outcome.FILED, Outcome.ANSWERED, Outcome.DISPATCHED, Outcome.REFERRED})
"""Outcomes that file a ticket."""


class SeatState(models.TextChoices):
    """What an agent is doing."""

    FREE = "free", _("Free")
    BUSY = "busy", _("Busy")
    PAUSE = "pause", _("Pause")


class Call(models.Model):
    """One call, from its first ring until somebody says how it ended."""

    ref = models.CharField(max_length=64, unique=True, db_collation="C")
    """The exchange's own name for the call."""
    org = models.ForeignKey("org.Org", models.PROTECT, related_name="+")
    """The hotline centre in which it rings."""
    number = SealedText(row="ref", purpose="phone")
    phone_index = models.BinaryField(null=True)
    state = models.CharField(max_length=8, choices=CallState.choices, default=CallState.RINGING)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    agent = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    case_no = models.CharField(max_length=32, blank=True)
    rang_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    """When a ringing call was picked up; a missed one that was called back has none."""
    taken_at = models.DateTimeField(null=True)
    """When the agent began to speak, answering or calling back."""
    ended_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        id: int
        org_id: int
        agent_id: int | None

    class Meta:
        db_table = "hotline_call"
        indexes: ClassVar = [
            models.Index(fields=["org", "rang_at"], name="hotline_call_day"),
            models.Index(fields=["org", "rang_at"], name="hotline_call_rings", condition=Q(state="ringing")),
            models.Index(fields=["agent"], name="hotline_call_agent", condition=Q(state__in=["talking", "writing"])),
            models.Index(fields=["ended_at"], name="hotline_call_numbers", condition=Q(phone_index__isnull=False)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agent"], name="hotline_call_one", condition=Q(state__in=["talking", "writing"])
            )
        ]

    def __str__(self) -> str:
        return self.ref

    def waited(self, now: datetime) -> int:
        """Seconds from the first ring until the answer, or until now."""
        return max(0, int(((self.answered_at or now) - self.rang_at).total_seconds()))

    @property
    def wait(self) -> int:
        """Seconds from the first ring until the answer; 0 without one."""
        return self.waited(self.rang_at)


class Seat(models.Model):
    """An agent at the desk: what they are doing since when, and when their console was last heard of."""

    agent = models.OneToOneField("people.Account", models.CASCADE, primary_key=True, related_name="+")
    org = models.ForeignKey("org.Org", models.PROTECT, related_name="+")
    state = models.CharField(max_length=5, choices=SeatState.choices, default=SeatState.PAUSE)
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    if TYPE_CHECKING:
        agent_id: int
        org_id: int

    class Meta:
        db_table = "hotline_seat"

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.state}"
