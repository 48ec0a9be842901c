"""Facts of one labour dispute, and what hangs on it: workers, instalments, payments, recusals, acts. Money in fen."""

from typing import Any

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.cases.protected import HEALTH, of_service, protect
from zhijia.kernel.deadlines.acts import LimitationAct
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


class Way(models.TextChoices):
    """What the worker wants to try first."""

    MEDIATION = "mediation", _("Mediation: a mediator hears both sides")
    TALK = "talk", _("First a talk: the union asks the employer to the table")


class Form(models.TextChoices):
    """What kind of agreement it is."""

    SETTLEMENT = "settlement", _("Settlement of the parties")
    MEDIATION = "mediation", _("Mediation agreement")


class Outcome(models.TextChoices):
    """How a dispute ended here."""

    KEPT = "kept", _("Agreed and kept")
    FAILED = "failed", _("No agreement")
    TALKS = "talks", _("The talks failed")
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
    """Fen; the sum of the rows once they say one."""
    people = models.IntegerField(_("Workers concerned"), default=1)
    """As told; once several are listed, how many of them have not taken back their part."""
    oral = models.BooleanField(_("Applied for orally"), default=False)
    recorded_on = models.DateField(_("Oral application signed"), null=True)
    first = models.CharField(_("What to try first"), max_length=12, choices=Way.choices, default=Way.MEDIATION)
    applied_on = models.DateField(_("Mediation applied for"), null=True)
    hurt_on = models.DateField(_("Known since"), null=True)
    employed = models.BooleanField(_("Still employed"), default=False)
    ended = models.DateField(_("Last day of employment"), null=True)
    form = models.CharField(_("Kind of agreement"), max_length=12, choices=Form.choices, blank=True)
    terms = SealedText(_("What was agreed"), row="case_id", purpose=of_service("disputes"), blank=True)
    agreed = models.BigIntegerField(_("Amount agreed"), default=0)
    """Fen, with what had been paid before."""
    due = models.DateField(_("To be kept by"), null=True)
    """The last day; of instalments, that of the last one."""
    signed_on = models.DateField(_("In force since"), null=True)
    booked = models.BigIntegerField(default=0)
    """Fen that the signed agreements made due: what the ledger holds, and what was paid of it."""
    paid = models.BigIntegerField(_("Paid so far"), default=0)
    """Fen; bounced payments not counted."""
    confirmed_by = models.CharField(_("Confirmed by"), max_length=12, choices=Confirmation.choices, blank=True)
    confirm_body = models.CharField(_("Which court or commission"), max_length=200, blank=True)
    confirmed_on = models.DateField(_("Confirmed on"), null=True)
    confirm_no = models.CharField(_("Number of the decision"), max_length=64, blank=True)
    closing_code = models.CharField(_("How it ended"), max_length=12, choices=Outcome.choices, blank=True)

    newly_listed = 0
    """Workers by whom the present transition changed the list; not stored."""

    class Meta:
        db_table = "disputes_facts"
        constraints = [models.CheckConstraint(condition=Q(paid__gte=0, paid__lte=F("booked")), name="disputes_paid")]

    def __str__(self) -> str:
        return str(self.pk)


class Say(models.TextChoices):
    """What a worker says of the agreement that is on the table."""

    ASKED = "asked", _("has not said yet")
    AGREED = "agreed", _("agrees")
    REFUSED = "refused", _("does not agree")


class PartStatus(models.TextChoices):
    """How one worker's part of a dispute stands."""

    ASKED = "asked", _("Not settled")
    AGREED = "agreed", _("Agrees")
    REFUSED = "refused", _("Does not agree")
    PARTLY_PAID = "partly_paid", _("Partly paid")
    PAID = "paid", _("Paid in full")
    WITHDRAWN = "withdrawn", _("Part taken back")


_STATUS = Case(
    When(withdrawn_at__isnull=False, then=Value("withdrawn")),
    When(say="refused", then=Value("refused")),
    When(paid__gt=0, paid__gte=F("agreed"), then=Value("paid")),
    When(paid__gt=0, then=Value("partly_paid")),
    When(say="agreed", then=Value("agreed")),
    default=Value("asked"),
)


class Claimant(models.Model):
    """One worker's part: what they claim, what they get, what they say; how it stands is computed by the database."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+", db_index=False)
    line = models.IntegerField()
    """Its number on the case: how people at the desk name it."""
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    job = models.CharField(max_length=50, blank=True)
    claimed = models.BigIntegerField(default=0)
    agreed = models.BigIntegerField(default=0)
    """Fen that the agreement gives in all, with what had been paid before."""
    paid = models.BigIntegerField(default=0)
    say = models.CharField(max_length=8, choices=Say.choices, default=Say.ASKED)
    representative = models.BooleanField(default=False)
    """Chosen to speak for all (LDMAL 7)."""
    withdrawn_at = models.DateTimeField(null=True)
    status = models.GeneratedField(
        expression=_STATUS, output_field=models.CharField(max_length=12, choices=PartStatus.choices), db_persist=True
    )

    class Meta:
        db_table = "disputes_claimant"
        constraints = [
            models.UniqueConstraint(fields=["case", "person"], name="disputes_claimant_once"),
            models.UniqueConstraint(fields=["case", "line"], name="disputes_claimant_line"),
            models.CheckConstraint(
                condition=Q(claimed__gte=0, agreed__gte=0, paid__gte=0), name="disputes_claimant_amount"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.line}"

    @property
    def status_title(self) -> Any:
        """The status in words."""
        return PartStatus(self.status).label

    @property
    def due(self) -> int:
        """What is still to be paid."""
        return 0 if self.withdrawn_at else max(0, self.agreed - self.paid)


class InstalmentState(models.TextChoices):
    """How one instalment stands."""

    OPEN = "open", _("Not yet paid")
    PAID = "paid", _("Instalment paid")
    MISSED = "missed", _("Instalment missed")
    REPLACED = "replaced", _("Replaced by a new agreement")


class Instalment(models.Model):
    """One agreed payment: met as soon as so much was paid in all, missed when a breach is recorded after its day."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+", db_index=False)
    no = models.SmallIntegerField()
    due = models.DateField()
    fen = models.BigIntegerField()
    reach = models.BigIntegerField()
    """Paid in all on the case when this one and those before it are met."""
    state = models.CharField(max_length=10, choices=InstalmentState.choices, default=InstalmentState.OPEN)

    class Meta:
        db_table = "disputes_instalment"
        constraints = [models.UniqueConstraint(fields=["case", "no"], name="disputes_instalment_no")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.no}"


class PaidHow(models.TextChoices):
    """How money was paid."""

    BANK = "bank", _("Bank transfer")
    CASH = "cash", _("Cash, against signature")
    COURT = "court", _("Court or labour authority")


class Payment(models.Model):
    """Money that came in; a bounced one stays, with the day it bounced."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+", db_index=False)
    no = models.SmallIntegerField()
    day = models.DateField()
    way = models.CharField(max_length=10, choices=PaidHow.choices)
    fen = models.BigIntegerField()
    evidence = SealedText(row=("case_id", "no"), blank=True)
    entry_key = models.CharField(max_length=120)
    """Key of its entry in the ledger."""
    bounced_on = models.DateField(null=True)

    class Meta:
        db_table = "disputes_payment"
        constraints = [
            models.UniqueConstraint(fields=["case", "no"], name="disputes_payment_no"),
            models.CheckConstraint(condition=Q(fen__gt=0), name="disputes_payment_fen"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.no}"


class PaymentShare(models.Model):
    """What of a payment one worker got."""

    payment = models.ForeignKey(Payment, models.CASCADE, related_name="shares", db_index=False)
    claimant = models.ForeignKey(Claimant, models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", db_index=False)
    fen = models.BigIntegerField()

    class Meta:
        db_table = "disputes_share"
        constraints = [
            models.UniqueConstraint(fields=["payment", "claimant"], name="disputes_share_once"),
            models.CheckConstraint(condition=Q(fen__gt=0), name="disputes_share_fen"),
        ]


class RecusalGround(models.TextChoices):
    """Why a mediator must not have a case."""

    KIN = "kin", _("Kin or close to one of the parties")
    BEFORE = "before", _("Dealt with this worker's or employer's matter before")
    INTEREST = "interest", _("Has an interest in how it ends")
    OTHER = "other", _("Another reason that may hurt trust")


class AskedBy(models.TextChoices):
    """Who asked for another mediator."""

    MEDIATOR = "mediator", _("the mediator")
    WORKER = "worker", _("a worker")
    EMPLOYER = "employer", _("the employer")


class Recusal(models.Model):
    """A member of the roster who must not have this case, and why."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+", db_index=False)
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    ground = models.CharField(max_length=10, choices=RecusalGround.choices)
    asked_by = models.CharField(max_length=10, choices=AskedBy.choices)
    reason = SealedText(row=("case_id", "account_id"), blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "disputes_recusal"
        constraints = [models.UniqueConstraint(fields=["case", "account"], name="disputes_recusal_once")]


class DisputeAct(LimitationAct):
    """Something that begins the limitation period of a dispute anew, and what proves it."""

    class Meta:
        db_table = "disputes_act"
