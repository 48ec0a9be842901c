"""Facts of a transfer, of a meeting and of a decision; the papers of a transfer, who agreed to it, what a meeting dealt
with and who came."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.sealed import SealedText


class Body(models.TextChoices):
    """With whom the union works."""

    COURT = "court", _("Court")
    PROCURATORATE = "procuratorate", _("Procuratorate")
    LABOUR = "labour", _("Human resources and social security")
    INSPECTION = "inspection", _("Labour inspection")
    ARBITRATION = "arbitration", _("Labour arbitration")
    JUSTICE = "justice", _("Justice department")
    MARKET = "market", _("Market supervision")
    HEALTH = "health", _("Health department")
    EMERGENCY = "emergency", _("Emergency management")
    OTHER = "other", _("Another department")


class Way(models.TextChoices):
    """Which way a matter goes."""

    OUT = "out", _("From the union to the department")
    IN = "in", _("From the department to the union")


class Outcome(models.TextChoices):
    """What came of a transferred matter."""

    SOLVED = "solved", _("Solved")
    PARTLY = "partly", _("Solved in part")
    PROCEDURE = "procedure", _("Taken into a legal procedure")
    UNFOUNDED = "unfounded", _("No breach was found")


class Transfer(models.Model):
    """One matter between the union and a department."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="joint_transfer")
    category = models.CharField(_("Department"), max_length=14, choices=Body.choices)
    way = models.CharField(_("Which way it goes"), max_length=4, choices=Way.choices)
    body = models.CharField(_("Name of the department"), max_length=200)
    matter = SealedText(_("The matter"), row="case_id")
    wanted = SealedText(_("What is asked of the other side"), row="case_id", blank=True)
    employer_name = models.CharField(_("Employer"), max_length=200, blank=True)
    people = models.IntegerField(_("Workers concerned"), default=1)
    code = models.CharField(max_length=32, unique=True)
    """Opens the page on which the department reads how the matter stands, and nothing else."""
    their_no = models.CharField(_("Number of the department"), max_length=64, blank=True)
    sent_on = models.DateField(null=True)
    received_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    outcome = models.CharField(_("What came of it"), max_length=10, choices=Outcome.choices, blank=True)
    result = SealedText(_("Feedback"), row="case_id", blank=True)

    class Meta:
        db_table = "joint_transfer"

    def __str__(self) -> str:
        return str(self.pk)


class Material(models.Model):
    """One paper that goes with a transfer."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+", db_index=False)
    no = models.SmallIntegerField()
    title = models.CharField(max_length=200)
    copies = models.SmallIntegerField(default=1)
    original = models.BooleanField(default=False)

    class Meta:
        db_table = "joint_material"
        constraints = [models.UniqueConstraint(fields=["case", "no"], name="joint_material_no")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.no}"


class Agreement(models.Model):
    """One worker agreed that what they told goes to the department (PIPL 23)."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", db_index=False)
    given_at = models.DateTimeField()
    proof = SealedText(row=("case_id", "person_id"), blank=True)
    """What shows it, when an officer recorded it; empty: the worker said so here."""
    standing = models.BooleanField(default=True)
    """False once it was taken back; when, stands in the worker's own chain."""

    class Meta:
        db_table = "joint_agreement"
        constraints = [
            models.UniqueConstraint(fields=["case", "person"], name="joint_agreement_once", condition=Q(standing=True))
        ]
        indexes = [models.Index(fields=["person"], name="joint_agreement_person")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.person_id}"


class Kind(models.TextChoices):
    """What kind of meeting it is."""

    TRIPARTITE = "tripartite", _("Tripartite meeting on labour relations")
    GOVERNMENT = "government", _("Joint meeting of government and union")
    CONSULTATION = "consultation", _("Consultation with departments")


class Meeting(models.Model):
    """One meeting with other bodies."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="joint_meeting")
    category = models.CharField(_("Kind of meeting"), max_length=14, choices=Kind.choices)
    name = models.CharField(_("Name of the meeting"), max_length=200)
    bodies = SealedText(_("Who is invited, one a line"), row="case_id")
    record = SealedText(_("What was agreed, point by point"), row="case_id", blank=True)
    held_on = models.DateField(null=True)

    class Meta:
        db_table = "joint_meeting"

    def __str__(self) -> str:
        return str(self.pk)


class Topic(models.Model):
    """One thing that somebody wants the meeting to deal with; `place` is its place on the agenda."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+", db_index=False)
    no = models.SmallIntegerField()
    title = models.CharField(max_length=200)
    proposer = models.CharField(max_length=200)
    material = SealedText(row=("case_id", "no"), blank=True)
    place = models.SmallIntegerField(null=True)

    class Meta:
        db_table = "joint_topic"
        constraints = [models.UniqueConstraint(fields=["case", "no"], name="joint_topic_no")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.no}"


class Presence(models.Model):
    """Who came to a meeting for which body."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+", db_index=False)
    no = models.SmallIntegerField()
    body = models.CharField(max_length=200)
    people = SealedText(row=("case_id", "no"), blank=True)

    class Meta:
        db_table = "joint_presence"
        constraints = [models.UniqueConstraint(fields=["case", "no"], name="joint_presence_no")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.no}"


class Sort(models.TextChoices):
    """What a decision asks for."""

    MEASURE = "measure", _("Something to do")
    PAPER = "paper", _("A rule or paper to issue")
    MATTER = "matter", _("A single matter to settle")
    CONTACT = "contact", _("Exchange of information")


class Decision(models.Model):
    """One decision of a meeting: who does what by when, and what came of it."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="joint_decision")
    meeting = models.ForeignKey("cases.Case", models.SET_NULL, null=True, related_name="+")
    category = models.CharField(_("What it asks for"), max_length=10, choices=Sort.choices)
    text = SealedText(_("What the meeting decided"), row="case_id")
    owner = models.ForeignKey("org.Org", models.PROTECT, null=True, related_name="+")
    """The unit of the union that does it; none where another body does."""
    body = models.CharField(_("Other body that does it"), max_length=200, blank=True)
    due = models.DateField(_("Due day"))
    done = SealedText(_("How it was carried out"), row="case_id", blank=True)
    accepted_on = models.DateField(null=True)
    returned = models.SmallIntegerField(default=0)

    class Meta:
        db_table = "joint_decision"

    def __str__(self) -> str:
        return str(self.pk)
