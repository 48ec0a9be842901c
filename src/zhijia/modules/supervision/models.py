"""Facts of one supervision. None of them names a worker: the union acts in its own name."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.cases.protected import HARASSMENT, of_service, protect
from zhijia.kernel.people.sealed import SealedText


class Breach(models.TextChoices):
    """What the employer is said to have broken."""

    WAGES = "wages", _("Unpaid wages")
    HOURS = "hours", _("Working hours, overtime, rest")
    CONTRACT = "contract", _("Labour contracts")
    INSURANCE = "insurance", _("Social insurance")
    SAFETY = "safety", _("Safety and health at work")
    WOMEN = "women", _("Women and young workers")
    DISMISSAL = "dismissal", _("Dismissals")
    UNION = "union", _("Rights of the union")
    OTHER = "other", _("Something else")


protect("supervision", {Breach.WOMEN: HARASSMENT})


class Source(models.TextChoices):
    """Where the clue came from."""

    SERVICE = "service", _("Another matter of the union")
    WORKER = "worker", _("A worker")
    UNION = "union", _("A grassroots union")
    INSPECTION = "inspection", _("An inspection of the union")
    PARTNER = "partner", _("An authority, court or procuratorate")


class Outcome(models.TextChoices):
    """How a supervision ended."""

    CORRECTED = "corrected", _("Corrected")
    SETTLED = "settled", _("Settled by agreement")
    PARTLY = "partly", _("Corrected in part")
    ORDERED = "ordered", _("Ordered by the authority")
    OPEN = "open", _("Not corrected")
    REFUSED = "refused", _("Not taken up")


class Supervision(models.Model):
    """What was found, and what came of it."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="supervision")
    category = models.CharField(_("What is broken"), max_length=12, choices=Breach.choices)
    finding = SealedText(_("What was found"), row="case_id", purpose=of_service("supervision"))
    employer_name = models.CharField(_("Employer"), max_length=200)
    source = models.CharField(_("Source"), max_length=12, choices=Source.choices, default=Source.SERVICE)
    demand = SealedText(_("What to mend"), row="case_id", purpose=of_service("supervision"), blank=True)
    law = models.CharField(_("Law"), max_length=200, blank=True)
    ground_to_act = models.CharField(_("Why the authority is asked"), max_length=12, blank=True)
    reply = models.CharField(_("Employer's reply"), max_length=10, blank=True)
    replied_late = models.BooleanField(default=False)
    authority = models.CharField(_("Authority"), max_length=200, blank=True)
    workers = models.IntegerField(_("Workers who gain by it"), default=0)
    recovered = models.BigIntegerField(_("Money recovered"), default=0)
    """Fen."""
    closing_code = models.CharField(_("How it ended"), max_length=12, choices=Outcome.choices, blank=True)

    class Meta:
        db_table = "supervision_facts"

    def __str__(self) -> str:
        return str(self.pk)
