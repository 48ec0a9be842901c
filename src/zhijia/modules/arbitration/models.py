"""Facts of one arbitration, from the application to money or judgment, and what hangs on it: claims, evidence,
representatives, acts. Money in fen."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.cases.protected import HEALTH, of_service, protect
from zhijia.kernel.deadlines.acts import LimitationAct
from zhijia.kernel.people.sealed import SealedText


class Matter(models.TextChoices):
    """What the dispute is about (LDMAL 2), in the codes of a mediation."""

    WAGES = "wages", _("Wages")
    OVERTIME = "overtime", _("Working hours and overtime")
    DISMISSAL = "dismissal", _("Dismissal and severance")
    CONTRACT = "contract", _("Labour contract")
    INSURANCE = "insurance", _("Social insurance and injury")
    LEAVE = "leave", _("Rest and leave")
    OTHER = "other", _("Something else")


protect("arbitration", {Matter.INSURANCE: HEALTH})
protect("payment_order", {Matter.INSURANCE: HEALTH})


class Item(models.TextChoices):
    """One kind of claim. Whether an award on it can be final follows from the kind (LDMAL 47; finality.py)."""

    WAGES = "wages", _("Unpaid wages")
    OVERTIME = "overtime", _("Overtime pay")
    SICK_PAY = "sick_pay", _("Sick pay or pay while injured")
    DOUBLE = "double", _("Double wages without a written contract")
    NOTICE = "notice", _("A month's wage in place of notice")
    INJURY_COST = "injury_cost", _("Medical cost of a work injury")
    SEVERANCE = "severance", _("Severance pay")
    DAMAGES = "damages", _("Damages for unlawful dismissal")
    HOURS = "hours", _("Working hours as the law sets them")
    LEAVE = "leave", _("Annual leave and other leave")
    INSURANCE = "insurance", _("Social insurance")
    RELATION = "relation", _("That there is an employment relationship")
    GO_ON = "go_on", _("Going on with the contract")
    OTHER = "other", _("Something else")


class Ground(models.TextChoices):
    """Why a court decides (LDMAL 29, 43, 48 to 50; interpretation I 24)."""

    REFUSED = "refused", _("the commission did not accept it")
    SILENT = "silent", _("the commission did not decide in time")
    LATE = "late", _("no award in time")
    AWARD = "award", _("the worker does not accept the award")
    EMPLOYER = "employer", _("the employer does not accept the award")
    SET_ASIDE = "set_aside", _("the award was set aside")
    UNENFORCED = "unenforced", _("the court refused to enforce the award")


class Declared(models.TextChoices):
    """What the award says of itself: its own word decides (interpretation I 18)."""

    FINAL = "final", _("It says that it is final")
    OPEN = "open", _("It says that it is not final")
    SILENT = "silent", _("It does not say")


class Title(models.TextChoices):
    """What is enforced."""

    AWARD = "award", _("award")
    MEDIATION = "mediation", _("mediation statement of the tribunal")
    JUDGMENT = "judgment", _("judgment")
    COURT_MEDIATION = "court_mediation", _("mediation statement of the court")


class Asked(models.TextChoices):
    """How a request to the commission stands."""

    ASKED = "asked", _("requested")
    GRANTED = "granted", _("allowed")
    REFUSED = "refused", _("turned down")


class Scope(models.TextChoices):
    """What an agent may do (LDMAL 24)."""

    GENERAL = "general", _("Procedure only")
    SPECIAL = "special", _("Also to settle, concede, withdraw and receive money")


class Outcome(models.TextChoices):
    """How an arbitration ended for the worker."""

    KEPT = "kept", _("Paid or kept")
    ENFORCED = "enforced", _("Enforced by the court")
    SETTLED = "settled", _("Settled between both sides")
    PARTLY = "partly", _("Got a part")
    LOST = "lost", _("Claims not granted")
    OPEN = "open", _("Granted, but nothing to be got for now")
    LEFT = "left", _("The worker went on alone")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Arbitration(models.Model):
    """One case before commission and courts: where it is filed, its days, its award, and what comes after."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="arbitration")
    category = models.CharField(_("What it is about"), max_length=12, choices=Matter.choices)
    claim = SealedText(_("What is claimed, and why"), row="case_id", purpose=of_service("arbitration"))
    employer_name = models.CharField(_("Employer"), max_length=200)
    amount = models.BigIntegerField(_("Amount claimed"), default=0)
    """Fen, as told; once claims are listed, their sum."""
    people = models.IntegerField(_("Workers concerned"), default=1)
    known_on = models.DateField(_("Day the right was known to be hurt"), null=True)
    employed = models.BooleanField(_("Still employed"), default=False)
    ended = models.DateField(_("Last day of employment"), null=True)
    work_place = models.CharField(_("Where the work was done"), max_length=200, blank=True)
    seat = models.CharField(_("Seat of the employer"), max_length=200, blank=True)
    principal = models.CharField(_("Who represents the employer by law"), max_length=100, blank=True)
    particulars = SealedText(_("Worker's particulars"), row="case_id", purpose=of_service("arbitration"), blank=True)
    reasons = SealedText(_("Facts and reasons"), row="case_id", purpose=of_service("arbitration"), blank=True)
    agent = models.CharField(_("Agent"), max_length=200, blank=True)
    scope = models.CharField(_("What the agent may do"), max_length=8, choices=Scope.choices, blank=True)
    commission = models.CharField(_("Arbitration commission"), max_length=200, blank=True)
    commission_no = models.CharField(_("Number of the commission"), max_length=64, blank=True)
    filed_on = models.DateField(_("Filed on"), null=True)
    accepted_on = models.DateField(_("Day of acceptance"), null=True)
    served_on = models.DateField(_("Served on the employer on"), null=True)
    answered_on = models.DateField(_("Answered on"), null=True)
    recusal = models.CharField(max_length=8, choices=Asked.choices, blank=True)
    postponement = models.CharField(max_length=8, choices=Asked.choices, blank=True)
    postpone_reason = SealedText(row="case_id", purpose=of_service("arbitration"), blank=True)
    advance = models.CharField(max_length=8, choices=Asked.choices, blank=True)
    advance_fen = models.BigIntegerField(_("Amount to be enforced in advance"), null=True)
    advance_reason = SealedText(row="case_id", purpose=of_service("arbitration"), blank=True)
    hearing_at = models.DateTimeField(_("Hearing"), null=True)
    notified_on = models.DateField(_("Notice of the hearing"), null=True)
    partial_on = models.DateField(_("Partial award received on"), null=True)
    declared = models.CharField(_("Kind of award"), max_length=8, choices=Declared.choices, blank=True)
    minimum_wage = models.BigIntegerField(_("Monthly minimum wage of the place"), null=True)
    """Fen; given where the platform has no value on record."""
    award_on = models.DateField(_("Day of the award"), null=True)
    received_on = models.DateField(_("Award received on"), null=True)
    employer_received_on = models.DateField(_("Received by the employer on"), null=True)
    final = models.BooleanField(_("This award is final"), null=True)
    ground = models.CharField(_("Why it goes to court"), max_length=12, choices=Ground.choices, blank=True)
    refused_on = models.DateField(_("Refusal or ruling received on"), null=True)
    court = models.CharField(_("Court"), max_length=200, blank=True)
    court_no = models.CharField(_("Number of the court"), max_length=64, blank=True)
    judged_on = models.DateField(_("Judgment received on"), null=True)
    title_kind = models.CharField(_("What is enforced"), max_length=16, choices=Title.choices, blank=True)
    perform_by = models.DateField(_("To be kept by"), null=True)
    granted = models.BigIntegerField(_("Amount granted"), default=0)
    recovered = models.BigIntegerField(_("Amount received"), default=0)
    advice = SealedText(_("What the worker can do now"), row="case_id", purpose=of_service("arbitration"), blank=True)
    closing_code = models.CharField(_("How it ended"), max_length=12, choices=Outcome.choices, blank=True)

    newly_recovered = 0
    """Fen by which the present transition changed what was received; not stored."""

    class Meta:
        db_table = "arbitration_facts"

    def __str__(self) -> str:
        return str(self.pk)


class ClaimItem(models.Model):
    """One claim of the application, and what the award makes of it."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+", db_index=False)
    no = models.SmallIntegerField()
    """Its number on the application: how people name it."""
    item = models.CharField(max_length=12, choices=Item.choices)
    said = SealedText(row=("case_id", "no"), blank=True)
    """For what and for when, in words."""
    amount = models.BigIntegerField(default=0)
    """Fen; 0 where no money is claimed."""
    basis = models.CharField(max_length=200)
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    """The one worker whose claim it is; None: of all of them together."""
    granted = models.BooleanField(null=True)
    """Whether the award grants it, wholly or in part; None while nothing was decided."""
    awarded = models.BigIntegerField(default=0)
    partial = models.BooleanField(default=False)
    """Decided by a partial award (LDMAL 43)."""
    final = models.BooleanField(null=True)
    """By its own test; None while that is open."""
    dropped = models.BooleanField(default=False)

    class Meta:
        db_table = "arbitration_claim"
        constraints = [
            models.UniqueConstraint(fields=["case", "no"], name="arbitration_claim_no"),
            models.CheckConstraint(condition=Q(amount__gte=0, awarded__gte=0), name="arbitration_claim_amounts"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.no}"


class Holder(models.TextChoices):
    """Who has a piece of evidence."""

    WORKER = "worker", _("the worker")
    EMPLOYER = "employer", _("the employer")
    AUTHORITY = "authority", _("an authority")
    WITNESS = "witness", _("a witness")


class Evidence(models.Model):
    """One line of the evidence list. What the employer keeps it must produce, or bear the consequences (LDMAL 6)."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+", db_index=False)
    no = models.SmallIntegerField()
    said = SealedText(row=("case_id", "no"))
    """What it is; of a witness name and address (LDMAL 28)."""
    proves = SealedText(row=("case_id", "no"), blank=True)
    held = models.CharField(max_length=10, choices=Holder.choices)
    pages = models.SmallIntegerField(null=True)

    class Meta:
        db_table = "arbitration_evidence"
        constraints = [models.UniqueConstraint(fields=["case", "no"], name="arbitration_evidence_no")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.no}"


class Representative(models.Model):
    """A worker whom ten or more chose to speak for them (LDMAL 7)."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    chosen_on = models.DateField()

    class Meta:
        db_table = "arbitration_representative"
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="arbitration_representative_once")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.person_id}"


class Act(LimitationAct):
    """Something that begins the limitation period anew."""

    class Meta:
        db_table = "arbitration_act"


from .order_models import PaymentOrder  # noqa: E402, F401  it is a table of this app too
