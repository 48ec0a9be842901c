"""Facts of one supervision and the rows that hang on it. The letters' facts name no worker: who was asked and who gave
a clue stand in rows of their own, sealed. Money in fen."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.cases.protected import HARASSMENT, of_case, of_service, protect
from zhijia.kernel.people.sealed import SealedText

PURPOSE = of_service("supervision")


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


class Industry(models.TextChoices):
    """In which trade the employer works."""

    CONSTRUCTION = "construction", _("Construction")
    MANUFACTURE = "manufacture", _("Manufacturing")
    TRANSPORT = "transport", _("Transport and storage")
    PLATFORM = "platform", _("Platforms and delivery")
    CATERING = "catering", _("Shops, hotels and restaurants")
    PROPERTY = "property", _("Property, cleaning and security")
    PUBLIC = "public", _("Education, health and public bodies")
    OTHER = "other", _("Another trade")


class Source(models.TextChoices):
    """Where the clue came from."""

    SERVICE = "service", _("Another matter of the union")
    WORKER = "worker", _("A worker")
    HOTLINE = "hotline", _("The hotline")
    UNION = "union", _("A grassroots union")
    UPPER = "upper", _("The union above")
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


class Group(models.TextChoices):
    """For whom the procuratorate can be asked."""

    PLATFORM = "platform", _("Platform workers")
    WOMEN = "women", _("Women")
    MINORS = "minors", _("Minors")
    DISABLED = "disabled", _("Disabled workers")
    OLDER = "older", _("Older workers")
    MASS = "mass", _("Many workers, wages or insurance")


class Supervision(models.Model):
    """What was found, and what came of it."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="supervision")
    category = models.CharField(_("What is broken"), max_length=12, choices=Breach.choices)
    finding = SealedText(_("What was found"), row="case_id", purpose=PURPOSE)
    employer_name = models.CharField(_("Employer"), max_length=200)
    industry = models.CharField(_("Trade"), max_length=12, choices=Industry.choices, blank=True, default="")
    people = models.IntegerField(_("Workers concerned"), default=0)
    """As told; 0 when nobody said."""
    source = models.CharField(_("Source"), max_length=12, choices=Source.choices, default=Source.SERVICE, blank=True)
    hidden = models.BooleanField(default=False)
    """The union acts for one below, and who gave the clue is kept secret: `source` is empty."""
    demand = SealedText(_("What to mend"), row="case_id", purpose=PURPOSE, blank=True)
    law = models.CharField(_("Law"), max_length=200, blank=True)
    reply = models.CharField(_("Employer's reply"), max_length=10, blank=True)
    replied_late = models.BooleanField(default=False)
    plan = SealedText(_("Plan to correct it"), row="case_id", purpose=PURPOSE, blank=True)
    plan_until = models.DateField(_("Corrected by"), null=True)
    terms = SealedText(_("What was agreed"), row="case_id", purpose=PURPOSE, blank=True)
    agreed = models.BigIntegerField(_("Amount agreed"), null=True)
    cooperated = models.BooleanField(default=True)
    """False once the employer refused to help the investigation (TUL 26)."""
    ground_to_act = models.CharField(_("Why the authority is asked"), max_length=12, blank=True)
    authority = models.CharField(_("Authority"), max_length=200, blank=True)
    authority_no = models.CharField(_("Its number"), max_length=64, blank=True, default="")
    group = models.CharField(_("Whom it concerns"), max_length=10, choices=Group.choices, blank=True, default="")
    procuratorate = models.CharField(_("Procuratorate"), max_length=200, blank=True, default="")
    asked = models.IntegerField(default=0)
    """Workers who were asked in this round whether it is corrected."""
    agreeing = models.IntegerField(default=0)
    """Those of them who say yes."""
    workers = models.IntegerField(_("Workers who gain by it"), default=0)
    recovered = models.BigIntegerField(_("Money recovered"), default=0)
    """Fen."""
    relapses = models.SmallIntegerField(default=0)
    closing_code = models.CharField(_("How it ended"), max_length=12, choices=Outcome.choices, blank=True)
    above = SealedText(row="case_id", purpose=PURPOSE, blank=True)
    """Number of the case in which the union above acts instead; shown nowhere."""

    class Meta:
        db_table = "supervision_facts"

    def __str__(self) -> str:
        return str(self.pk)


class Investigator(models.Model):
    """A supervisor of labour law who investigates a case, with the number of the card that is shown."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+", db_index=False)
    no = models.SmallIntegerField()
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    card = models.CharField(max_length=40)
    named_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    reason = SealedText(row=("case_id", "no"), purpose=of_case, blank=True)
    """Why they stood aside; empty when their round is simply over."""

    class Meta:
        db_table = "supervision_investigator"
        constraints = [models.UniqueConstraint(fields=["case", "no"], name="supervision_investigator_no")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.no}"


class InquiryKind(models.TextChoices):
    """One act of an investigation."""

    WORKERS = "workers", _("Workers were asked")
    EMPLOYER = "employer", _("The employer was asked")
    SITE = "site", _("The place was looked at")
    PAPERS = "papers", _("Papers were read and copied")


class Inquiry(models.Model):
    """What an investigation found on one occasion, and how many copies were taken."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+", db_index=False)
    no = models.SmallIntegerField()
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=InquiryKind.choices)
    place = models.CharField(max_length=200)
    said = SealedText(row=("case_id", "no"), purpose=of_case)
    copies = models.SmallIntegerField(default=0)

    class Meta:
        db_table = "supervision_inquiry"
        constraints = [models.UniqueConstraint(fields=["case", "no"], name="supervision_inquiry_no")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.no}"


class AskedHow(models.TextChoices):
    """How a worker was asked."""

    FACE = "face", _("Face to face")
    PHONE = "phone", _("By phone")
    MEETING = "meeting", _("At a meeting without the employer")
    WRITING = "writing", _("In writing")


class Word(models.TextChoices):
    """What a worker says of the correction."""

    YES = "yes", _("It is corrected")
    PARTLY = "partly", _("Corrected in part")
    NO = "no", _("It is not corrected")


class AskedWorker(models.Model):
    """One worker who was asked whether it is corrected: their word counts, the employer's alone never does."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+", db_index=False)
    no = models.SmallIntegerField()
    round = models.SmallIntegerField()
    """Which verification it belongs to: after "not corrected" everybody is asked anew."""
    day = models.DateField()
    name = SealedText(row=("case_id", "no"), purpose=of_case)
    how = models.CharField(max_length=10, choices=AskedHow.choices)
    word = models.CharField(max_length=8, choices=Word.choices)
    fen = models.BigIntegerField(default=0)
    """What they got by it."""
    said = SealedText(row=("case_id", "no"), purpose=of_case, blank=True)

    class Meta:
        db_table = "supervision_asked"
        constraints = [
            models.UniqueConstraint(fields=["case", "no"], name="supervision_asked_no"),
            models.CheckConstraint(condition=Q(fen__gte=0), name="supervision_asked_fen"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.no}"


class HiddenSource(models.Model):
    """Who gave the clue of a case in which the union above acts in its own name: for its head and supervisor."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="+")
    origin = SealedText(row="case_id", purpose=of_case)
    """Number of the case from which it came. Sealed too: nothing in the database joins the two."""
    told = SealedText(row="case_id", purpose=of_case)
    """Who gave it, in words."""
    at = models.DateTimeField()

    class Meta:
        db_table = "supervision_source"

    def __str__(self) -> str:
        return str(self.pk)


class TypicalState(models.TextChoices):
    """How far a typical case has come."""

    PROPOSED = "proposed", _("Proposed")
    PUBLISHED = "published", _("Published")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class TypicalCase(models.Model):
    """A closed case told without names, so that others learn from it; it outlives the case."""

    case = models.OneToOneField("cases.Case", models.SET_NULL, null=True, related_name="+")
    unit = models.ForeignKey("org.Org", models.PROTECT, related_name="+", db_index=False)
    category = models.CharField(max_length=12, choices=Breach.choices)
    industry = models.CharField(max_length=12, choices=Industry.choices)
    heading = models.CharField(max_length=120)
    body = models.TextField()
    lesson = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=TypicalState.choices, default=TypicalState.PROPOSED)
    proposed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "supervision_typical"
        indexes = [
            models.Index(fields=["-decided_at", "-id"], name="supervision_typical_new", condition=Q(state="published"))
        ]

    def __str__(self) -> str:
        return self.heading


from .dismissal.models import DismissalNotice  # noqa: E402, F401  it is a table of this app too
