"""Who of a unit takes one kind of work in turn."""

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

MOST_WEIGHT = 100


class RosterSeat(models.Model):
    """One person's place on a unit's roster. No grants: whose turn it is, is worked out by the platform."""

    org = models.ForeignKey("org.Org", models.PROTECT, related_name="+", db_index=False)
    roster = models.CharField(max_length=48)
    """Key of the declared roster."""
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    weight = models.SmallIntegerField(default=10)
    """Share of the work beside the others'; 0: takes none at present."""
    from_day = models.DateField()
    to_day = models.DateField(null=True)
    taken_at = models.DateTimeField(null=True)
    """When it last was their turn."""

    if TYPE_CHECKING:
        id: int
        org_id: int
        account_id: int

    class Meta:
        db_table = "people_rosterseat"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["org", "roster", "account"], name="people_rosterseat_once"),
            models.CheckConstraint(condition=Q(weight__range=(0, MOST_WEIGHT)), name="people_rosterseat_weight"),
        ]

    def __str__(self) -> str:
        return f"{self.roster} {self.account_id}"
