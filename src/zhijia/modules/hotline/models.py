"""Facts of one hotline ticket. Whatever every case has lives on cases.Case."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.cases.protected import HARASSMENT, HEALTH, of_service, protect
from zhijia.kernel.people.sealed import SealedText
from zhijia.kernel.service.callback import CalledBack

from .calls.models import Call, Seat  # noqa: F401 their tables belong to this app


class Channel(models.TextChoices):
    """How the problem reached us."""

    PHONE = "phone", _("Phone")
    APP = "app", _("App or web page")
    PARTNER = "partner", _("Partner system")
    LETTER = "letter", _("Letter or visit")


class Category(models.TextChoices):
    """What the problem is about."""

    WAGES = "wages", _("Unpaid wages")
    OVERTIME = "overtime", _("Working hours and overtime")
    LEAVE = "leave", _("Rest and leave")
    CONTRACT = "contract", _("Labour contract")
    DISMISSAL = "dismissal", _("Dismissal and severance")
    INSURANCE = "insurance", _("Social insurance")
    INJURY = "injury", _("Work injury")
    SAFETY = "safety", _("Safety and health at work")
    WOMEN = "women", _("Women workers")
    PLATFORM = "platform", _("Platform work")
    UNION = "union", _("Union matters")
    HARDSHIP = "hardship", _("Hardship and benefits")
    OTHER = "other", _("Something else")


protect("hotline", {Category.WOMEN: HARASSMENT, Category.INJURY: HEALTH, Category.HARDSHIP: HEALTH})


class Tier(models.TextChoices):
    """How hard the problem is; each tier has its own limit (domain: three tiers exist nationally)."""

    GENERAL = "general", _("General")
    DIFFICULT = "difficult", _("Difficult")
    COMPLEX = "complex", _("Especially complex")


class ClosingCode(models.TextChoices):
    """How a ticket ended."""

    SOLVED = "solved", _("Solved")
    EXPLAINED = "explained", _("Explained")
    REFERRED = "referred", _("Referred")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    UNREACHED = "unreached", _("Could not be reached")


class Ticket(CalledBack):
    """One problem as it was told, and what came of it."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="ticket")
    channel = models.CharField(_("Channel"), max_length=10, choices=Channel.choices, default=Channel.APP)
    category = models.CharField(_("What it is about"), max_length=12, choices=Category.choices)
    story = SealedText(_("What happened"), row="case_id", purpose=of_service("hotline"))
    wish = SealedText(_("What you want"), row="case_id", purpose=of_service("hotline"), blank=True)
    employer_name = models.CharField(_("Employer"), max_length=200, blank=True)
    people = models.IntegerField(_("Workers concerned"), default=1)
    urgent = models.BooleanField(_("Danger to life or safety"), default=False)
    confidential = models.BooleanField(_("Confidential"), default=False)
    tier = models.CharField(_("Tier"), max_length=12, choices=Tier.choices, default=Tier.GENERAL)
    contacted_at = models.DateTimeField(null=True)
    bounces = models.SmallIntegerField(default=0)
    return_refused = models.BooleanField(default=False)
    closing_code = models.CharField(_("How it ended"), max_length=12, choices=ClosingCode.choices, blank=True)
    stars = models.SmallIntegerField(null=True)
    external_id = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "hotline_ticket"

    def __str__(self) -> str:
        return str(self.pk)
