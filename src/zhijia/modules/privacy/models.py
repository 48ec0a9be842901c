"""Facts of one request about a person's own data. Whatever every case has lives on cases.Case."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.sealed import SealedText


class Right(models.TextChoices):
    """What is asked for, with its article of the Personal Information Protection Law."""

    COPY = "copy", _("A copy of my data")
    CORRECTION = "correction", _("Something is wrong")
    DELETION = "deletion", _("Delete my data")
    CONSENT = "consent", _("Take back my consent")


class Wrong(models.TextChoices):
    """What is to be corrected."""

    NAME = "name", _("My name")
    PHONE = "phone", _("My phone number")
    ID_NUMBER = "id_number", _("My ID number")
    BANK_CARD = "bank_card", _("My bank card")
    MATTER = "matter", _("Something in one of my matters")
    OTHER = "other", _("Something else")


class Outcome(models.TextChoices):
    """How a request ended."""

    DONE = "done", _("Done")
    PARTLY = "partly", _("Done in part")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class DataRight(models.Model):
    """What was asked, and what came of it."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="data_right")
    right = models.CharField(_("What is asked for"), max_length=12, choices=Right.choices)
    wrong = models.CharField(_("What is wrong"), max_length=12, choices=Wrong.choices, blank=True)
    words = SealedText(_("In your words"), row="case_id", blank=True)
    heir = models.BooleanField(_("For somebody who has died"), default=False)
    proof = SealedText(_("What proves the kinship"), row="case_id", blank=True)
    at_once = models.BooleanField(default=False)
    """The platform did it, without anybody in between."""
    looked_at = models.BooleanField(default=False)
    """The worker wanted a person to look at it."""
    closing_code = models.CharField(_("How it ended"), max_length=12, choices=Outcome.choices, blank=True)

    class Meta:
        db_table = "privacy_request"

    def __str__(self) -> str:
        return str(self.pk)
