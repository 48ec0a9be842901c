"""Counters by region and month, and nothing about any person."""

from typing import ClassVar

from django.db import models


class Counter(models.Model):
    """How often something happened in one county in one month, and the sum that went with it.

    `category` "" holds the total of all categories, so that a board reads one row instead of a dozen. Rows are split
    into shards (by database backend) so that busy counties do not queue on one row; readers sum over shards.
    Every count stands twice: in its county's row, and in its province's, so that a national page need not add up
    three thousand counties.
    """

    service = models.CharField(max_length=32)
    indicator = models.CharField(max_length=32)
    region = models.CharField(max_length=6)
    """The county's six digits, or the two digits of a province: the sum of everything in it."""
    month = models.DateField()
    category = models.CharField(max_length=32, blank=True)
    shard = models.SmallIntegerField()
    n = models.BigIntegerField()
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    """Sum of what was measured: hours for durations, yuan for money; 0 for plain counts."""

    class Meta:
        db_table = "indicators_counter"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service", "category", "month", "region", "indicator", "shard"], name="counter_once"
            )
        ]
