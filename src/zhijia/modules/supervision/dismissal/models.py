"""Facts of one dismissal of which the union was told, or should have been (LCL 43, TUL 22). Money in fen."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.sealed import SealedText


class Cause(models.TextChoices):
    """On which article the employer rests the dismissal."""

    FAULT = "fault", _("Fault of the worker (LCL 39)")
    UNFIT = "unfit", _("Illness, unfit or changed circumstances (LCL 40)")
    LAYOFF = "layoff", _("Staff reduction (LCL 41)")
    UNSAID = "unsaid", _("No reason was given")


class Told(models.TextChoices):
    """When the union was told."""

    BEFORE = "before", _("Before the dismissal")
    AFTER = "after", _("After it")
    NEVER = "never", _("Not at all")


class Objection(models.TextChoices):
    """Why the union objects."""

    FACTS = "facts", _("The facts are not proved")
    RULE = "rule", _("The rule was not lawfully made or not made known")
    PROTECTED = "protected", _("The worker may not be dismissed (LCL 42)")
    STEPS = "steps", _("Training, transfer, notice or pay in its place is missing (LCL 40, 41)")
    UNION = "union", _("It strikes union work (TUL 18, 53)")
    OTHER = "other", _("Another breach of law or contract")


class Answer(models.TextChoices):
    """What the employer answers in writing."""

    WITHDRAWS = "withdraws", _("Takes the dismissal back")
    CHANGES = "changes", _("Changes the decision")
    UPHOLDS = "upholds", _("Keeps to it, with reasons")


class Wish(models.TextChoices):
    """What the worker wants (LCL 48)."""

    REINSTATE = "reinstate", _("Go on working there")
    DOUBLE = "double", _("Damages: twice the severance pay")
    ACCEPT = "accept", _("Accepts the dismissal")
    UNDECIDED = "undecided", _("Not decided yet")


class End(models.TextChoices):
    """How it ended."""

    WITHDRAWN = "withdrawn", _("The employer took it back")
    CHANGED = "changed", _("The decision was changed")
    REINSTATED = "reinstated", _("The worker is back at work")
    PAID = "paid", _("Damages or severance were paid")
    ACCEPTED = "accepted", _("The worker accepts it")
    PURSUED = "pursued", _("Goes on in another procedure")


class DismissalNotice(models.Model):
    """What the employer told the union, and what came of it."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="+")
    category = models.CharField(_("On which ground"), max_length=8, choices=Cause.choices)
    grounds = SealedText(_("Reason as the employer gives it"), row="case_id")
    employer_name = models.CharField(_("Employer"), max_length=200)
    worker = SealedText(_("Worker"), row="case_id", blank=True)
    told = models.CharField(_("When the union was told"), max_length=6, choices=Told.choices, default=Told.BEFORE)
    planned_on = models.DateField(_("Day of the dismissal"), null=True)
    sued_on = models.DateField(_("Day of the suit"), null=True)
    cured_on = models.DateField(_("Told afterwards on"), null=True)
    against = models.CharField(_("Why the union objects"), max_length=10, choices=Objection.choices, blank=True)
    objection = SealedText(_("Objection in words"), row="case_id", blank=True)
    law = models.CharField(_("Law"), max_length=200, blank=True)
    answer = models.CharField(_("Employer's answer"), max_length=10, choices=Answer.choices, blank=True)
    answered_late = models.BooleanField(default=False)
    unlawful = models.BooleanField(default=False)
    """Told too late and not cured before a suit (interpretation I, 47)."""
    wish = models.CharField(_("What the worker wants"), max_length=10, choices=Wish.choices, blank=True)
    paid = models.BigIntegerField(_("Paid to the worker"), default=0)
    closing_code = models.CharField(_("How it ended"), max_length=12, choices=End.choices, blank=True)

    class Meta:
        db_table = "supervision_dismissal"

    def __str__(self) -> str:
        return str(self.pk)
