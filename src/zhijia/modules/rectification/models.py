"""Facts of one round (an inspection, an audit) and of one finding of it; what proves that a finding is mended."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.sealed import SealedText


class Kind(models.TextChoices):
    """What kind of round it is."""

    ENFORCEMENT = "enforcement", _("Inspection of how labour and union law is kept")
    INSPECTION = "inspection", _("Internal inspection round")
    AUDIT = "audit", _("Audit of union funds")


INTERNAL = frozenset({Kind.INSPECTION, Kind.AUDIT})
"""Rounds whose findings only those see who deal with them."""


class Matter(models.TextChoices):
    """What a finding is about."""

    WAGES = "wages", _("Wages and insurance")
    CONTRACT = "contract", _("Contracts and working time")
    SAFETY = "safety", _("Safety and health at work")
    UNION = "union", _("Rights and organisation of the union")
    FUNDS = "funds", _("Funds and property")
    SERVICE = "service", _("How services are done")
    CONDUCT = "conduct", _("Conduct and discipline")
    OTHER = "other", _("Something else")


class Round(models.Model):
    """One inspection, internal round or audit."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="rectification_round")
    category = models.CharField(_("Kind of round"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("Name of the round"), max_length=200)
    about = SealedText(_("What was inspected, and by which law or plan"), row="case_id", blank=True)
    begun = models.DateField(_("First day of the round"))
    ended = models.DateField(_("Last day of the round"))

    class Meta:
        db_table = "rectification_round"

    def __str__(self) -> str:
        return str(self.pk)


class Finding(models.Model):
    """One finding: what is wrong, who must mend it, how and until when, and what came of it."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="finding")
    round = models.ForeignKey("cases.Case", models.SET_NULL, null=True, related_name="+")
    """The round's case; none for what was found by itself."""
    category = models.CharField(_("What the finding is about"), max_length=10, choices=Matter.choices)
    finding = SealedText(_("What was found"), row="case_id")
    law = models.CharField(_("Law or rule"), max_length=300, blank=True)
    owner = models.ForeignKey("org.Org", models.PROTECT, related_name="+")
    """The unit that must mend it."""
    department = models.CharField(_("Department or person in charge there"), max_length=200, blank=True)
    inspector = models.ForeignKey("org.Org", models.PROTECT, null=True, related_name="+")
    """The unit that found it and issues the notice and the acceptance."""
    plan = SealedText(_("Measures"), row="case_id", blank=True)
    due = models.DateField(_("To be mended by"), null=True)
    done = SealedText(_("What was mended"), row="case_id", blank=True)
    verdict = SealedText(_("What was checked"), row="case_id", blank=True)
    accepted_on = models.DateField(_("Accepted on"), null=True)
    returned = models.SmallIntegerField(default=0)
    reopened = models.SmallIntegerField(default=0)

    class Meta:
        db_table = "rectification_facts"

    def __str__(self) -> str:
        return str(self.pk)


class ProofKind(models.TextChoices):
    """What can prove that a finding is mended."""

    PAPER = "paper", _("Document")
    PHOTO = "photo", _("Photograph")
    RECORD = "record", _("Record or minutes")
    ACCOUNT = "account", _("Account or voucher")
    VISIT = "visit", _("Visit on the spot")
    OTHER = "other", _("Something else")


class Proof(models.Model):
    """One line of the evidence that a finding is mended."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+", db_index=False)
    no = models.SmallIntegerField()
    kind = models.CharField(max_length=8, choices=ProofKind.choices)
    said = SealedText(row=("case_id", "no"))
    attachment = models.ForeignKey("cases.Attachment", models.SET_NULL, null=True, related_name="+", db_index=False)
    added_on = models.DateField()

    class Meta:
        db_table = "rectification_proof"
        constraints = [models.UniqueConstraint(fields=["case", "no"], name="rectification_proof_no")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.no}"
