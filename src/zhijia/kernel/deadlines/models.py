"""The clocks of cases and what moved them. The arithmetic is in clock.py; this is what is kept of it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeadlineState(models.TextChoices):
    """A clock runs, waits, or has ended in one of three ways."""

    RUNNING = "running", _("Running")
    SUSPENDED = "suspended", _("Suspended")
    MET = "met", _("In time")
    MISSED = "missed", _("Late")
    DROPPED = "dropped", _("No longer needed")


class Deadline(models.Model):
    """One clock of one case, with the rule value it was started under."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="deadlines", db_constraint=False)
    key = models.CharField(max_length=32)
    round = models.SmallIntegerField(default=1)
    """How often this clock has been started on this case (re-opening starts it anew)."""
    state = models.CharField(max_length=12, choices=DeadlineState.choices, default=DeadlineState.RUNNING)
    rule = models.CharField(max_length=64)
    amount = models.IntegerField()
    unit = models.CharField(max_length=12)
    basis = models.CharField(max_length=300)
    verified = models.BooleanField()
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=32)
    """The transition that started it."""
    planned_at = models.DateTimeField()
    """Where it would end without any move."""
    due_at = models.DateTimeField()
    latest_at = models.DateTimeField()
    """Where it would end if every extension still allowed were given."""
    provisional = models.BooleanField(default=False)
    """The calendar of a year it runs through was not published when it was computed."""
    done_at = models.DateTimeField(null=True)
    level = models.SmallIntegerField(default=0)
    """Levels up to which lateness was reported."""
    leads = models.BooleanField(default=True, db_default=True)
    """Whether lists are sorted by it; a clock that is somebody else's duty does not lead."""
    reminded = models.BooleanField(default=False)
    moves = models.JSONField(default=list)
    """Suspensions, resumptions and extensions in order: kind, at, amount, unit, reason, by, undone."""

    class Meta:
        db_table = "deadlines_deadline"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "key", "round"], name="deadline_once_a_round"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="deadline_running", condition=models.Q(state="running")),
        ]


class Recomputation(models.Model):
    """One set-based recomputation after a rule or a calendar changed: what moved, and why."""

    at = models.DateTimeField()
    reason = models.CharField(max_length=300)
    looked_at = models.IntegerField()
    changed = models.JSONField(default=list)
    """[deadline id, old due, new due] of each one that moved."""

    class Meta:
        db_table = "deadlines_recomputation"
