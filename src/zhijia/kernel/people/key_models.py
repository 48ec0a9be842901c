"""Tables of the vault's data keys, wrapped, and of how far a rotation has come."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q


class DataKey(models.Model):
    """One version of a purpose's data key: 32 random bytes, wrapped by a master key that no database holds."""

    id = models.BigIntegerField(primary_key=True)
    """Random, 32 bits: it stands in every sealed value, and no two installations ever mean different keys by one."""
    purpose = models.CharField(max_length=60)
    """What it is for: "phone", "words", "harassment"; "index:phone" is that purpose's key for blind indexes."""
    version = models.IntegerField()
    master = models.CharField(max_length=120)
    """Which master key wrapped it: see `masters.py`."""
    wrapped = models.BinaryField(null=True)
    """Null: destroyed, and with it everything that it sealed."""
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    """Since when nothing is sealed under it any more and nothing ever will be."""
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_datakey"
        constraints = [
            models.UniqueConstraint(fields=["purpose", "version"], name="people_datakey_version"),
            models.CheckConstraint(
                condition=Q(wrapped__isnull=False, destroyed_at__isnull=True)
                | Q(wrapped__isnull=True, destroyed_at__isnull=False),
                name="people_datakey_gone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"


class Rotation(models.Model):
    """One run of `zhijia keys rotate`: where each column stands, so that a run which was broken off is gone on with."""

    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    purposes = models.JSONField(default=list)
    """Whose keys were made anew; empty: all."""
    reached = models.JSONField(default=dict)
    """"table.column" -> the last row's key that was looked at."""
    done = models.BigIntegerField(default=0)
    """Values that were sealed anew."""

    if TYPE_CHECKING:
        id: int

    class Meta:
        db_table = "people_rotation"
