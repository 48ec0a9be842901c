"""Rule values by region and day, and the operator's calendar. Read through values.py and calendar.py."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .units import Unit
from .workdays import DayKind

NATIONAL = "000000"
"""The region of values that hold wherever no region has its own (GB/T 2260 codes have six digits)."""

KINDS = [
    (DayKind.WORKDAY.value, _("working day")),
    (DayKind.HOLIDAY.value, _("holiday")),
    (DayKind.REST.value, _("day of rest")),
]
"""What a line of a State Council table may say of a day."""


class Rule(models.Model):
    """What the law (or the union's own table) sets for `key` in `region` on the days of `in_force`: [from, to)."""

    key = models.CharField(max_length=64)
    region = models.CharField(max_length=6, default=NATIONAL)
    in_force = DateRangeField()
    value = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    text = models.TextField(null=True)
    unit = models.CharField(max_length=12, choices=[(unit.value, unit.label) for unit in Unit])
    basis = models.CharField(max_length=300)
    """The law, document or table that sets it, with its article."""
    verified = models.BooleanField()
    """Whether somebody read the source; values taken from summaries say so until then."""
    note = models.TextField(default="", blank=True)
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True)
    """The account that set it; none for the defaults that services declare."""

    class Meta:
        db_table = "rules_rule"
        constraints: ClassVar = [
            ExclusionConstraint(
                name="rule_no_overlap",
                expressions=[
                    ("key", RangeOperators.EQUAL),
                    ("region", RangeOperators.EQUAL),
                    ("in_force", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Another value is in force on some of these days."),
            ),
            models.CheckConstraint(name="rule_has_basis", condition=~Q(basis="")),
            models.CheckConstraint(name="rule_region_code", condition=Q(region__regex=r"^\d{6}$")),
            models.CheckConstraint(
                name="rule_starts_on_a_day",
                condition=Q(in_force__isempty=False, in_force__lower_inf=False),
            ),
            models.CheckConstraint(
                name="rule_number_or_text",
                condition=Q(unit=Unit.TEXT.value, text__isnull=False, value__isnull=True)
                | (~Q(unit=Unit.TEXT.value) & Q(text__isnull=True, value__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}@{self.region} {self.in_force}"


class CalendarDay(models.Model):
    """One line of a State Council table that an operator loaded; it overrides the library's."""

    date = models.DateField(primary_key=True)
    kind = models.CharField(max_length=8, choices=KINDS)
    statutory = models.BooleanField(default=False)
    name = models.CharField(max_length=60, default="", blank=True)
    basis = models.CharField(max_length=300)
    loaded_at = models.DateTimeField()

    class Meta:
        db_table = "rules_calendarday"
        constraints: ClassVar = [
            models.CheckConstraint(name="calendarday_kind", condition=Q(kind__in=[kind for kind, _title in KINDS])),
            models.CheckConstraint(
                name="calendarday_statutory_is_holiday", condition=Q(statutory=False) | Q(kind=DayKind.HOLIDAY.value)
            ),
            models.CheckConstraint(name="calendarday_has_basis", condition=~Q(basis="")),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.kind}"


class Closure(models.Model):
    """A day on which one region rests beside the nation's days off, by its own law (三月三) or closed by government. It
    holds for the region and all below it."""

    region = models.CharField(max_length=6)
    date = models.DateField()
    name = models.CharField(max_length=60)
    basis = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True)

    class Meta:
        db_table = "rules_closure"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["region", "date"], name="closure_once"),
            models.CheckConstraint(
                name="closure_of_a_region", condition=Q(region__regex=r"^\d{6}$") & ~Q(region=NATIONAL)
            ),
            models.CheckConstraint(name="closure_has_basis", condition=~Q(basis="") & ~Q(name="")),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.date}"


class RulesVersion(models.Model):
    """One row whose number a trigger renews on every change of rules or calendar, so that caches notice.

    The number comes from a sequence: one that was rolled back is never given twice.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField()

    class Meta:
        db_table = "rules_version"
        constraints: ClassVar = [models.CheckConstraint(name="rules_version_one_row", condition=Q(id=1))]
