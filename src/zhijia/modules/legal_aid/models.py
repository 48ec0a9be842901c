"""Facts of one application for legal aid, and what hangs on it: checks, work, reviews. Money in fen."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.cases.protected import HEALTH, of_case, of_service, protect
from zhijia.kernel.deadlines.acts import LimitationAct
from zhijia.kernel.people.sealed import SealedText
from zhijia.kernel.service.callback import CalledBack

from .words import (
    Channel,
    Ending,
    Exemption,
    Matter,
    Means,
    Outcome,
    Refusal,
    Result,
    TieKind,
    Track,
    Urgency,
    Way,
    Work,
)

protect("legal_aid", {Matter.INJURY: HEALTH})
PURPOSE = of_service("legal_aid")


class LegalAid(CalledBack):
    """What was told, what was found of the means, who works on it, and what came of it."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="legal_aid")
    category = models.CharField(_("What it is about"), max_length=12, choices=Matter.choices)
    story = SealedText(_("What happened, and what you want"), row="case_id", purpose=PURPOSE)
    employer_name = models.CharField(_("Employer"), max_length=200)
    amount = models.BigIntegerField(_("Amount claimed"), null=True)
    migrant = models.BooleanField(_("Migrant worker"), default=False)
    known_on = models.DateField(_("Since when the right is known to be hurt"), null=True)
    channel = models.CharField(_("How the application came"), max_length=8, choices=Channel.choices)
    proxy = SealedText(_("Who applies for the worker"), row="case_id", purpose=PURPOSE, blank=True)
    track = models.CharField(_("Whose aid"), max_length=8, choices=Track.choices, default=Track.UNION)
    missing = SealedText(_("Papers that are missing"), row="case_id", purpose=PURPOSE, blank=True)
    asked_at = models.DateTimeField(null=True)
    """When the worker was told what is missing: once (43)."""
    exemption = models.CharField(
        _("Exempt from the test of means"), max_length=16, choices=Exemption.choices, blank=True
    )
    household = models.SmallIntegerField(_("People in the household"), null=True)
    income = models.BigIntegerField(_("Income of each a month"), null=True)
    means = models.CharField(_("Means"), max_length=8, choices=Means.choices, blank=True)
    urgency = models.CharField(_("First aid"), max_length=12, choices=Urgency.choices, blank=True)
    refusal = models.CharField(_("Ground of refusal"), max_length=8, choices=Refusal.choices, blank=True)
    ending = models.CharField(_("Ground of ending"), max_length=12, choices=Ending.choices, blank=True)
    because = SealedText(_("Facts and reasons"), row="case_id", purpose=PURPOSE, blank=True)
    lawyer = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+", db_index=False)
    former = models.JSONField(default=list)
    """Accounts of the lawyers whose place another took: they are not chosen again."""
    reviewer = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+", db_index=False)
    tribunal = models.CharField(_("Body before which the lawyer appears"), max_length=200, blank=True)
    state_centre = models.CharField(_("The state's legal aid centre"), max_length=200, blank=True)
    state_no = models.CharField(_("The centre's number"), max_length=64, blank=True)
    way = models.CharField(_("Kind of legal work"), max_length=12, choices=Way.choices, blank=True)
    result = models.CharField(_("What came of it"), max_length=8, choices=Result.choices, blank=True)
    recovered = models.BigIntegerField(_("Money for the worker"), null=True)
    report = SealedText(_("How it was handled"), row="case_id", purpose=PURPOSE, blank=True)
    minutes = models.IntegerField(default=0)
    """Of logged work, when it was reported."""
    subsidy = models.BigIntegerField(_("Subsidy"), null=True)
    approver = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+", db_index=False)
    paid_on = models.DateField(_("Paid on"), null=True)
    closing_code = models.CharField(_("How it ended"), max_length=12, choices=Outcome.choices, blank=True)

    class Meta:
        db_table = "legal_aid_facts"

    def __str__(self) -> str:
        return str(self.pk)


class AidAct(LimitationAct):
    """What began the limitation period of such a matter anew."""

    class Meta:
        db_table = "legal_aid_act"


class LawyerTie(models.Model):
    """What binds a lawyer of a unit to an employer. No grants: the platform checks it, and tells only the reason."""

    org = models.ForeignKey("org.Org", models.PROTECT, related_name="+", db_index=False)
    lawyer = models.ForeignKey("people.Account", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=TieKind.choices)
    employer = models.ForeignKey("org.Employer", models.PROTECT, null=True, related_name="+", db_index=False)
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    """The name as it is compared: without blanks, with marks of one width."""
    uscc = models.CharField(max_length=18, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    job = models.BigIntegerField(null=True)
    """The workbook that brought it."""

    class Meta:
        db_table = "legal_aid_tie"
        constraints = [
            models.UniqueConstraint(fields=["lawyer", "key", "kind", "since"], name="legal_aid_tie_once"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")), name="legal_aid_tie_days"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TieCheck(models.Model):
    """One answer to: may this lawyer take this case? Kept whenever a lawyer is chosen."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    lawyer = models.ForeignKey("people.Account", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    code = models.CharField(max_length=16, blank=True)
    """Why not; "" for the one who took it."""

    class Meta:
        db_table = "legal_aid_check"


class WorkEntry(models.Model):
    """One piece of a lawyer's work on a case."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+", db_index=False)
    no = models.SmallIntegerField()
    lawyer = models.ForeignKey("people.Account", models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    work = models.CharField(max_length=10, choices=Work.choices)
    minutes = models.SmallIntegerField()
    note = SealedText(row=("case_id", "no"), purpose=of_case, blank=True)
    struck = models.BooleanField(default=False)
    """Entered by mistake; it stays to be seen and counts no more."""

    class Meta:
        db_table = "legal_aid_work"
        constraints = [
            models.UniqueConstraint(fields=["case", "no"], name="legal_aid_work_no"),
            models.CheckConstraint(condition=Q(minutes__range=(1, 24 * 60)), name="legal_aid_work_minutes"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.no}"


class Review(models.Model):
    """What another lawyer found of the work on one case: points for the case's file, in no list and on nobody."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+", db_index=False)
    no = models.SmallIntegerField()
    reviewer = models.ForeignKey("people.Account", models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    contact = models.SmallIntegerField()
    facts = models.SmallIntegerField()
    law = models.SmallIntegerField()
    steps = models.SmallIntegerField()
    papers = models.SmallIntegerField()
    enough = models.BooleanField()
    remark = SealedText(row=("case_id", "no"), purpose=of_case, blank=True)
    total = models.GeneratedField(
        expression=models.F("contact") + models.F("facts") + models.F("law") + models.F("steps") + models.F("papers"),
        output_field=models.SmallIntegerField(), db_persist=True,
    )  # fmt: skip

    class Meta:
        db_table = "legal_aid_review"
        constraints = [models.UniqueConstraint(fields=["case", "no"], name="legal_aid_review_no")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.no}"


from .visit_models import LawyerHours, LawyerVisit  # noqa: E402, F401  they are tables of this app too
