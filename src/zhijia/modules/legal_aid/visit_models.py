"""Facts of one booking of a lawyer, and the hours at which a unit's lawyers can be met."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.cases.protected import HEALTH, of_service, protect
from zhijia.kernel.people.sealed import SealedText

from .words import Matter, VisitEnd, VisitMode

protect("lawyer_visit", {Matter.INJURY: HEALTH})
PURPOSE = of_service("lawyer_visit")


class LawyerVisit(models.Model):
    """What somebody wants to ask a lawyer, when they meet, and what was advised."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="lawyer_visit")
    category = models.CharField(_("What it is about"), max_length=12, choices=Matter.choices)
    question = SealedText(_("What do you want to ask?"), row="case_id", purpose=PURPOSE)
    employer_name = models.CharField(_("Employer"), max_length=200, blank=True)
    mode = models.CharField(_("How to meet"), max_length=8, choices=VisitMode.choices)
    lawyer = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+", db_index=False)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    missed = models.SmallIntegerField(default=0)
    advice = SealedText(_("Advice given"), row="case_id", purpose=PURPOSE, blank=True)
    closing_code = models.CharField(_("How it ended"), max_length=12, choices=VisitEnd.choices, blank=True)

    class Meta:
        db_table = "legal_aid_visit"

    def __str__(self) -> str:
        return str(self.pk)


class LawyerHours(models.Model):
    """Hours at which a lawyer of a unit can be met: every week on a weekday, or on one day. No grants: the platform
    works out what is free of them."""

    org = models.ForeignKey("org.Org", models.PROTECT, related_name="+")
    lawyer = models.ForeignKey("people.Account", models.PROTECT, related_name="+", db_index=False)
    weekday = models.SmallIntegerField(null=True)
    """1 is Monday."""
    day = models.DateField(null=True)
    begins = models.TimeField()
    ends = models.TimeField()
    minutes = models.SmallIntegerField(default=30)
    """Of one appointment."""
    place = models.CharField(max_length=200, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    job = models.BigIntegerField(null=True)
    """The workbook that brought it."""

    class Meta:
        db_table = "legal_aid_hours"
        constraints = [
            models.UniqueConstraint(
                fields=["org", "lawyer", "weekday", "day", "begins", "since"], name="legal_aid_hours_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(weekday__range=(1, 7), day=None) | Q(weekday=None, day__isnull=False),
                name="legal_aid_hours_when",
            ),
            models.CheckConstraint(
                condition=Q(ends__gt=F("begins"), minutes__range=(10, 240)), name="legal_aid_hours_length"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.weekday or self.day} {self.begins:%H:%M}"
