"""Meetings about a case, and the rooms in which they are held."""

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _


class Room(models.Model):
    """A room of a unit in which people meet."""

    org = models.ForeignKey("org.Org", models.PROTECT, related_name="+")
    name = models.CharField(_("Room"), max_length=60)
    place = models.CharField(_("Where it is"), max_length=200, blank=True)
    seats = models.SmallIntegerField(_("Seats"), null=True)
    active = models.BooleanField(default=True)

    if TYPE_CHECKING:
        id: int
        org_id: int

    class Meta:
        db_table = "cases_room"
        constraints: ClassVar = [models.UniqueConstraint(fields=["org", "name"], name="room_once")]

    def __str__(self) -> str:
        return self.name


class SittingState(models.TextChoices):
    """A sitting is planned, then it was held or did not take place."""

    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    OFF = "off", _("Called off")


class Span(Func):
    """From when until when, as a range."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


def never_twice(field: str) -> ExclusionConstraint:
    """No two planned sittings have the same room, or the same leader, at one time."""
    return ExclusionConstraint(
        name=f"sitting_{field}_free",
        expressions=[(field, RangeOperators.EQUAL), (Span(F("starts_at"), F("ends_at")), RangeOperators.OVERLAPS)],
        condition=Q(state="planned", **{f"{field}__isnull": False}),
    )


class Sitting(models.Model):
    """One meeting of a case: a mediation, a hearing, an appointment."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="sittings")
    kind = models.CharField(max_length=24)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    room = models.ForeignKey(Room, models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=200, blank=True)
    """Where, when it is in no room of ours, and what to bring."""
    link = models.CharField(max_length=300, blank=True)
    """Address of an online meeting."""
    leader = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    """Who was in charge of the case when it was set."""
    state = models.CharField(max_length=8, choices=SittingState.choices, default=SittingState.PLANNED)
    event_seq = models.IntegerField()
    """The event that set it."""

    if TYPE_CHECKING:
        id: int
        case_id: int
        room_id: int | None

    class Meta:
        db_table = "cases_sitting"
        indexes: ClassVar = [models.Index(fields=["starts_at"], name="sitting_to_come", condition=Q(state="planned"))]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="sitting_ends_later"),
            never_twice("room"),
            never_twice("leader"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_at:%F %H:%M}"
