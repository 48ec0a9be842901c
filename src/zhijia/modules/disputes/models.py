"""Facts of one labour dispute before a mediator."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.cases.protected import HEALTH, of_service, protect
from zhijia.kernel.people.sealed import SealedText


class Matter(models.TextChoices):
    """What the dispute is about (LDMAL 2)."""

    WAGES = "wages", _("Wages")
    OVERTIME = "overtime", _("Working hours and overtime")
    DISMISSAL = "dismissal", _("Dismissal and severance")
    CONTRACT = "contract", _("Labour contract")
    INSURANCE = "insurance", _("Social insurance and injury")
    LEAVE = "leave", _("Rest and leave")
    OTHER = "other", _("Something else")


protect("disputes", {Matter.INSURANCE: HEALTH})


class Outcome(models.TextChoices):
    """How a mediation ended."""

    KEPT = "kept", _("Agreed and kept")
    FAILED = "failed", _("No agreement")
    BROKEN = "broken", _("Agreed but not kept")
    REFUSED = "refused", _("Not accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Confirmation(models.TextChoices):
    """Who gives an agreement the force of a judgement."""

    COURT = "court", _("the court, jointly applied for")
    ARBITRATION = "arbitration", _("the arbitration commission, jointly applied for")


class Dispute(models.Model):
    """What is claimed, what was agreed, and whether it was kept."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="dispute")
    category = models.CharField(_("What it is about"), max_length=12, choices=Matter.choices)
    claim = SealedText(_("What is claimed, and why"), row="case_id", purpose=of_service("disputes"))
    employer_name = models.CharField(_("Employer"), max_length=200)
    amount = models.BigIntegerField(_("Amount claimed"), default=0)
    """Fen."""
    people = models.IntegerField(_("Workers concerned"), default=1)
    oral = models.BooleanField(_("Applied for orally"), default=False)
    terms = SealedText(_("What was agreed"), row="case_id", purpose=of_service("disputes"), blank=True)
    agreed = models.BigIntegerField(_("Amount agreed"), default=0)
    """Fen."""
    due = models.DateField(_("To be kept by"), null=True)
    confirmed_by = models.CharField(_("Confirmed by"), max_length=12, choices=Confirmation.choices, blank=True)
    closing_code = models.CharField(_("How it ended"), max_length=12, choices=Outcome.choices, blank=True)

    class Meta:
        db_table = "disputes_facts"

    def __str__(self) -> str:
        return str(self.pk)
