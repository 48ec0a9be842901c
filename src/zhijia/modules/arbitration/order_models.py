"""Facts of one payment order (支付令): what the basic court orders for a sum that is due and clear. In fen."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.cases.protected import of_service
from zhijia.kernel.people.sealed import SealedText

from .models import Matter


class OrderOutcome(models.TextChoices):
    """How a payment order ended for the worker."""

    PAID = "paid", _("The employer paid")
    ENFORCED = "enforced", _("Enforced by the court")
    PARTLY = "partly", _("Got a part")
    ARBITRATION = "arbitration", _("On to arbitration")
    SUIT = "suit", _("On to a suit")
    OPEN = "open", _("Ordered, but nothing to be got for now")
    LEFT = "left", _("The worker went on alone")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class PaymentOrder(models.Model):
    """What is owed on what, where it was applied for, and what came of it."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="payment_order")
    category = models.CharField(_("What it is about"), max_length=12, choices=Matter.choices)
    claim = SealedText(_("What is owed, and why"), row="case_id", purpose=of_service("payment_order"))
    employer_name = models.CharField(_("Employer"), max_length=200)
    amount = models.BigIntegerField(_("Amount owed"))
    people = models.IntegerField(_("Workers concerned"), default=1)
    known_on = models.DateField(_("Day the right was known to be hurt"), null=True)
    agreement = models.BooleanField(_("There is a mediation agreement that was not kept"), default=False)
    agreement_on = models.DateField(_("Day of the agreement"), null=True)
    due_on = models.DateField(_("When it was to be paid"), null=True)
    seat = models.CharField(_("Seat of the employer"), max_length=200, blank=True)
    principal = models.CharField(_("Who represents the employer by law"), max_length=100, blank=True)
    particulars = SealedText(_("Worker's particulars"), row="case_id", purpose=of_service("payment_order"), blank=True)
    reasons = SealedText(_("Facts and reasons"), row="case_id", purpose=of_service("payment_order"), blank=True)
    proofs = SealedText(_("Evidence"), row="case_id", purpose=of_service("payment_order"), blank=True)
    court = models.CharField(_("Court"), max_length=200, blank=True)
    court_no = models.CharField(_("Number of the court"), max_length=64, blank=True)
    applied_on = models.DateField(_("Applied for on"), null=True)
    accepted_on = models.DateField(_("Day of acceptance"), null=True)
    issued_on = models.DateField(_("Issued on"), null=True)
    served_on = models.DateField(_("Served on the employer on"), null=True)
    objected_on = models.DateField(_("Objected on"), null=True)
    recovered = models.BigIntegerField(_("Amount received"), default=0)
    advice = SealedText(_("What the worker can do now"), row="case_id", purpose=of_service("payment_order"), blank=True)
    closing_code = models.CharField(_("How it ended"), max_length=12, choices=OrderOutcome.choices, blank=True)

    newly_recovered = 0
    """Fen by which the present transition changed what was received; not stored."""

    class Meta:
        db_table = "payment_order_facts"

    def __str__(self) -> str:
        return str(self.pk)
