"""Facts of one wage claim, and what hangs on it: workers, contractors, plan, payments, acts, evidence. Money in fen."""

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.deadlines.acts import LimitationAct as Act
from zhijia.kernel.people.sealed import SealedText
from zhijia.kernel.service.callback import CalledBack


class Category(models.TextChoices):
    """Where the work was done."""

    CONSTRUCTION = "construction", _("Construction project")
    FACTORY = "factory", _("Factory")
    SERVICE = "service", _("Shop, restaurant or service")
    PLATFORM = "platform", _("Platform work")
    OTHER = "other", _("Something else")


class Outcome(models.TextChoices):
    """How a claim ended."""

    RECOVERED = "recovered", _("All wages recovered")
    PARTLY = "partly", _("Part of the wages recovered")
    NOTHING = "nothing", _("Nothing could be recovered")
    REFERRED = "referred", _("Referred")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    UNREACHED = "unreached", _("Could not be reached")


class Track(models.TextChoices):
    """Who else deals with it."""

    INSPECTION = "inspection", _("Labour inspection")
    ARBITRATION = "arbitration", _("Labour arbitration")
    ORDER = "order", _("Payment order of the court")
    COURT = "court", _("Court")


class WageArrears(CalledBack):
    """What was told, and the running totals of its rows."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="wage_arrears")
    category = models.CharField(_("Where the work was done"), max_length=12, choices=Category.choices)
    story = SealedText(_("What happened"), row="case_id")
    wish = SealedText(_("What you want"), row="case_id", blank=True)
    employer_name = models.CharField(_("Employer"), max_length=200)
    project = models.CharField(_("Project or site"), max_length=200, blank=True)
    amount = models.BigIntegerField(_("Amount owed, as told"))
    people = models.IntegerField(_("Workers concerned"), default=1)
    """As told; once workers are listed, how many of them have not taken back their part."""
    owed_from = models.DateField(_("Owed from"))
    owed_until = models.DateField(_("Owed until"))
    employed = models.BooleanField(_("Still employed"), default=False)
    ended = models.DateField(_("Last day of employment"), null=True)
    filed_on = models.DateField()
    """Day of filing in China; with `region` a copy that the campaign's figures read without the case."""
    region = models.CharField(max_length=6)
    claimed = models.BigIntegerField(default=0)
    """What the listed workers claim; those who took back their part not counted."""
    confirmed = models.BigIntegerField(default=0)
    """What of it was verified."""
    owed = models.BigIntegerField(default=0)
    """What is to be paid in all: verified where verified, else claimed; of who left, what they were paid."""
    recovered = models.BigIntegerField(default=0)
    """What was paid in all, bounced payments not counted."""
    answer = models.CharField(max_length=12, blank=True)
    track = models.CharField(_("Who else deals with it"), max_length=12, choices=Track.choices, blank=True)
    track_no = models.CharField(_("Their number"), max_length=64, blank=True)
    closing_code = models.CharField(_("How it ended"), max_length=12, choices=Outcome.choices, blank=True)

    newly_listed = 0
    """Workers by whom the present transition changed the list; not stored."""

    class Meta:
        db_table = "wage_arrears_facts"
        indexes = [models.Index(fields=["filed_on", "region"], name="wage_arrears_filed")]
        constraints = [
            models.CheckConstraint(condition=Q(recovered__gte=0, recovered__lte=F("owed")), name="wage_arrears_paid")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ClaimStatus(models.TextChoices):
    """How one worker's claim stands."""

    CLAIMED = "claimed", _("Claimed")
    CONFIRMED = "confirmed", _("Verified")
    DISPUTED = "disputed", _("To be settled")
    PARTLY_PAID = "partly_paid", _("Partly paid")
    PAID = "paid", _("Paid in full")
    WITHDRAWN = "withdrawn", _("Claim taken back")


_DUE = Coalesce(F("confirmed"), F("claimed"))
_STATUS = Case(
    When(withdrawn_at__isnull=False, then=Value("withdrawn")),
    When(paid__gte=_DUE, then=Value("paid")),
    When(paid__gt=0, then=Value("partly_paid")),
    When(disputed=True, then=Value("disputed")),
    When(confirmed__isnull=False, then=Value("confirmed")),
    default=Value("claimed"),
)


class WorkerClaim(models.Model):
    """What one worker claims; how it stands is computed by the database and can never disagree with the amounts."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="wage_claims", db_index=False)
    line = models.IntegerField()
    """Its number on the case: how people at the desk name it."""
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    job = models.CharField(max_length=50, blank=True)
    begins = models.DateField(null=True)
    ends = models.DateField(null=True)
    days = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    day_wage = models.BigIntegerField(null=True)
    claimed = models.BigIntegerField()
    confirmed = models.BigIntegerField(null=True)
    paid = models.BigIntegerField(default=0)
    disputed = models.BooleanField(default=False)
    """The amount does not follow from days and day wage, or the payer disputes it."""
    named = models.BooleanField(default=False)
    """The worker agreed to be named to whoever must pay."""
    mediation = models.BooleanField(default=False)
    """The worker wants mediation."""
    withdrawn_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)
    owed = models.GeneratedField(
        expression=Case(When(withdrawn_at__isnull=False, then=F("paid")), default=_DUE),
        output_field=models.BigIntegerField(), db_persist=True,
    )  # fmt: skip
    status = models.GeneratedField(
        expression=_STATUS, output_field=models.CharField(max_length=12, choices=ClaimStatus.choices), db_persist=True
    )

    class Meta:
        db_table = "wage_arrears_claim"
        constraints = [
            models.UniqueConstraint(fields=["case", "person"], name="wage_arrears_claim_once"),
            models.UniqueConstraint(fields=["case", "line"], name="wage_arrears_claim_line"),
            models.CheckConstraint(
                condition=Q(claimed__gt=0) & (Q(confirmed=None) | Q(confirmed__gt=0)), name="wage_arrears_claim_amount"
            ),
            models.CheckConstraint(condition=Q(paid__gte=0, paid__lte=F("owed")), name="wage_arrears_claim_paid"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.line}"

    @property
    def due(self) -> int:
        """What is still to be paid."""
        return int(self.owed) - self.paid


class ContractorKind(models.TextChoices):
    """What a firm or person is in the chain that leads to the workers."""

    OWNER = "owner", _("Owner of the project")
    GENERAL = "general", _("General contractor")
    SUB = "sub", _("Subcontractor")
    LABOUR = "labour", _("Labour contractor or team leader")
    DISPATCH = "dispatch", _("Labour dispatch firm")
    EMPLOYER = "employer", _("Employer")


class Contractor(models.Model):
    """One link of the chain, from the owner of the project down to whoever hired the workers."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+", db_index=False)
    place = models.SmallIntegerField()
    """1 is the top."""
    kind = models.CharField(max_length=10, choices=ContractorKind.choices)
    name = models.CharField(max_length=200)
    uscc = models.CharField(max_length=18, blank=True)
    employer = models.ForeignKey("org.Employer", models.PROTECT, null=True, related_name="+", db_index=False)
    individual = models.BooleanField(default=False)
    licensed = models.BooleanField(default=True)
    lent = models.BooleanField(default=False)
    transferred = models.BooleanField(default=False)
    unlawful = models.BooleanField(default=False)
    hired = models.BooleanField(default=False)
    unsettled = models.BigIntegerField(null=True)

    class Meta:
        db_table = "wage_arrears_contractor"
        constraints = [models.UniqueConstraint(fields=["case", "place"], name="wage_arrears_contractor_place")]

    def __str__(self) -> str:
        return self.name


class InstalmentState(models.TextChoices):
    """How one instalment stands."""

    OPEN = "open", _("Not yet paid")
    PAID = "paid", _("Instalment paid")
    REPLACED = "replaced", _("Replaced by a new plan")


class Instalment(models.Model):
    """One agreed payment: met as soon as so much was recovered in all."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+", db_index=False)
    no = models.SmallIntegerField()
    due = models.DateField()
    fen = models.BigIntegerField()
    reach = models.BigIntegerField()
    """Recovered in all on the case when this one and those before it are met."""
    state = models.CharField(max_length=10, choices=InstalmentState.choices, default=InstalmentState.OPEN)

    class Meta:
        db_table = "wage_arrears_instalment"
        constraints = [models.UniqueConstraint(fields=["case", "no"], name="wage_arrears_instalment_no")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.no}"


class Way(models.TextChoices):
    """How money was paid."""

    BANK = "bank", _("Bank transfer")
    SPECIAL = "special", _("Special wage account of the project")
    DEPOSIT = "deposit", _("Wage deposit or its guarantee")
    CASH = "cash", _("Cash, against signature")
    COURT = "court", _("Court or labour authority")
    FUND = "fund", _("Emergency fund of the government")


class Payment(models.Model):
    """Money that came in; a bounced one stays, with the day it bounced."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+", db_index=False)
    no = models.SmallIntegerField()
    day = models.DateField()
    payer = models.CharField(max_length=200)
    way = models.CharField(max_length=10, choices=Way.choices)
    fen = models.BigIntegerField()
    evidence = SealedText(row=("case_id", "no"), blank=True)
    entry_key = models.CharField(max_length=120)
    """Key of its entry in the ledger."""
    bounced_on = models.DateField(null=True)
    bounce_key = models.CharField(max_length=120, blank=True)

    class Meta:
        db_table = "wage_arrears_payment"
        constraints = [
            models.UniqueConstraint(fields=["case", "no"], name="wage_arrears_payment_no"),
            models.CheckConstraint(condition=Q(fen__gt=0), name="wage_arrears_payment_fen"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.no}"


class PaymentShare(models.Model):
    """What of a payment one worker got."""

    payment = models.ForeignKey(Payment, models.CASCADE, related_name="shares", db_index=False)
    claim = models.ForeignKey(WorkerClaim, models.PROTECT, related_name="shares")
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", db_index=False)
    fen = models.BigIntegerField()

    class Meta:
        db_table = "wage_arrears_share"
        constraints = [
            models.UniqueConstraint(fields=["payment", "claim"], name="wage_arrears_share_once"),
            models.CheckConstraint(condition=Q(fen__gt=0), name="wage_arrears_share_fen"),
        ]


class LimitationAct(Act):
    """Something that begins the limitation period of a claim anew, and what proves it."""

    class Meta:
        db_table = "wage_arrears_act"


class EvidenceKind(models.TextChoices):
    """What can prove a wage claim."""

    CONTRACT = "contract", _("Labour contract")
    LEDGER = "ledger", _("Wage ledger or pay slips")
    ATTENDANCE = "attendance", _("Attendance records")
    IOU = "iou", _("Written acknowledgement of the debt")
    BANK = "bank", _("Bank statements")
    CHAT = "chat", _("Messages and recordings")
    PASS = "pass", _("Site pass, work clothes, photographs")
    WITNESS = "witness", _("Witnesses")
    PROJECT = "project", _("Project contract and accounts")
    OTHER = "other", _("Something else")


class Holder(models.TextChoices):
    """Who has a piece of evidence."""

    WORKER = "worker", _("the worker")
    EMPLOYER = "employer", _("the employer")
    AUTHORITY = "authority", _("an authority")


class EvidenceState(models.TextChoices):
    """How a piece of evidence stands."""

    HAVE = "have", _("on file")
    MISSING = "missing", _("missing")
    ASKED = "asked", _("asked for")


class EvidenceItem(models.Model):
    """One line of the evidence list. What the employer must keep by law it must produce (wage regulations, art. 50)."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+", db_index=False)
    no = models.SmallIntegerField()
    kind = models.CharField(max_length=12, choices=EvidenceKind.choices)
    held = models.CharField(max_length=10, choices=Holder.choices)
    state = models.CharField(max_length=8, choices=EvidenceState.choices)
    note = SealedText(row=("case_id", "no"), blank=True)
    attachment = models.ForeignKey("cases.Attachment", models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        db_table = "wage_arrears_evidence"
        constraints = [models.UniqueConstraint(fields=["case", "no"], name="wage_arrears_evidence_no")]
