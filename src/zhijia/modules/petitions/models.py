"""Facts of one petition (信访事项): what was brought forward, and what was answered to it.

They say nothing of the petitioner: no score, no label, no count of earlier petitions, and no list of those who come
often. A test holds this (domain 5, red line 1).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.sealed import SealedText


class Sort(models.TextChoices):
    """What is asked for, and so which route it takes (信访工作条例 29 to 31 (?))."""

    APPEAL = "appeal", _("An appeal: I ask that something be done")
    PROPOSAL = "proposal", _("A proposal or an opinion")
    REPORT = "report", _("A complaint or report about somebody's conduct")


class Channel(models.TextChoices):
    """How it came."""

    LETTER = "letter", _("Letter")
    VISIT = "visit", _("Visit")
    WEB = "web", _("Online")
    PHONE = "phone", _("By a call")


class Ground(models.TextChoices):
    """Why a petition is not accepted."""

    PROCEDURE = "procedure", _("Court, arbitration or administrative review decides it by law")
    PENDING = "pending", _("The same matter is being handled or reviewed")
    CONCLUDED = "concluded", _("The same facts went through review and re-review")
    SCOPE = "scope", _("Outside what a union can decide, and no body to transfer it to")


class Outcome(models.TextChoices):
    """What a review did with the opinion before it."""

    UPHELD = "upheld", _("Upheld")
    CHANGED = "changed", _("Changed")


class Petition(models.Model):
    """What was brought forward, by how many, about whom; and every answer."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="petition")
    category = models.CharField(_("Kind of petition"), max_length=10, choices=Sort.choices)
    channel = models.CharField(_("How it came"), max_length=10, choices=Channel.choices, default=Channel.WEB)
    content = SealedText(_("What the petition is about"), row="case_id")
    wish = SealedText(_("What the petitioner asks for"), row="case_id", blank=True)
    accused = SealedText(_("Whom it is about"), row="case_id", blank=True)
    people = models.IntegerField(_("People"), default=1)
    representatives = models.SmallIntegerField(_("Representatives"), default=0)
    spokesmen = SealedText(_("Names of the representatives"), row="case_id", blank=True)
    keep_secret = models.BooleanField(_("To be kept confidential"), default=False)
    sent_by = models.ForeignKey("org.Org", models.PROTECT, null=True, related_name="+")
    """Who forwarded it inside the union, and gets it back if the receiver objects."""
    handled_by = models.ForeignKey("org.Org", models.PROTECT, null=True, related_name="+")
    """Whose opinion a review is about, and who handles it anew if the review says so."""
    body = models.CharField(_("Body it is transferred to"), max_length=200, blank=True)
    ground = models.CharField(_("Why it is not accepted"), max_length=12, choices=Ground.choices, blank=True)
    way = SealedText(_("Where to go instead"), row="case_id", blank=True)
    opinion = SealedText(_("Handling opinion"), row="case_id", blank=True)
    law = models.CharField(_("Law"), max_length=300, blank=True)
    opinion_on = models.DateField(null=True)
    """The day on which the handling opinion was served."""
    review_opinion = SealedText(_("Review opinion"), row="case_id", blank=True)
    review_outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    reviewed_on = models.DateField(null=True)
    final_opinion = SealedText(_("Re-review opinion"), row="case_id", blank=True)
    final_outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)

    class Meta:
        db_table = "petitions_facts"

    def __str__(self) -> str:
        return str(self.pk)
