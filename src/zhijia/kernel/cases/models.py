"""One row per case, and what hangs on it. A case's facts live in its service's own table."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.permissions import Permission
from zhijia.kernel.people.sealed import SealedText

from .protected import of_case, purpose_of


def _purpose(case: "Case") -> str:
    return purpose_of(case.service, case.category)


class CaseQuerySet(models.QuerySet["Case"]):
    """Adds the one definition of who may see which case."""

    def visible_to(self, actor: Actor, permission: Permission = Permission.READ) -> "CaseQuerySet":
        """Only the cases that the actor's permission reaches, or the actor's own (see `visibility.condition`)."""
        from .visibility import condition  # the models must not import what imports them

        return self.filter(condition(actor, permission))


class Case(models.Model):
    """What every case has, whatever its service: state, unit, clock, people."""

    no = models.CharField(_("Number"), max_length=32, unique=True)
    service = models.CharField(max_length=32)
    version = models.CharField(max_length=16)
    """Hash of the declaration the case started under."""
    state = models.CharField(max_length=32)
    category = models.CharField(max_length=32)
    title = SealedText(row="no", purpose=_purpose)
    unit = models.ForeignKey("org.Org", models.PROTECT, related_name="+")
    unit_lft = models.BigIntegerField()
    """Copy of the unit's left bound: row-level security and lists read it without a join."""
    industry_lft = models.BigIntegerField(null=True)
    region = models.CharField(max_length=6)
    employer = models.ForeignKey("org.Employer", models.PROTECT, null=True, related_name="+")
    applicant = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    assignee = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    urgent = models.BooleanField(default=False)
    confidential = models.BooleanField(default=False)
    marks = models.JSONField(default=dict)
    """Counters and flags that lists show: urged, bounced, supervised, people."""
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    """The nearest running clock's moment; null when none runs."""
    due_key = models.CharField(max_length=32, default="", blank=True)
    paused = models.BooleanField(default=False)
    """Every clock that is left is suspended."""
    late = models.SmallIntegerField(default=0)
    """How many levels up a missed clock has been reported; 0 when none was missed."""
    lead = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    filed_key = models.CharField(max_length=120, null=True, unique=True)
    """Who filed it with which idempotency key: what was sent twice is stored once."""
    seq = models.IntegerField(default=0)
    """Number of the last event: two officers on one case are told apart by it."""

    objects = CaseQuerySet.as_manager()

    class Meta:
        db_table = "cases_case"
        indexes: ClassVar = [
            models.Index(fields=["unit_lft", "-id"], name="case_unit_recent"),
            models.Index(fields=["due_at", "id"], name="case_due_open", condition=models.Q(closed_at=None)),
            models.Index(
                fields=["unit_lft", "due_at", "id"], name="case_unit_due_open", condition=models.Q(closed_at=None)
            ),
            models.Index(
                fields=["industry_lft", "-id"], name="case_industry", condition=models.Q(industry_lft__isnull=False)
            ),
            models.Index(
                fields=["state", "category", "due_at", "id"], name="case_open_state", condition=models.Q(closed_at=None)
            ),
            models.Index(
                fields=["unit_lft", "id"], name="case_open_mass",
                condition=models.Q(closed_at=None, marks__has_key="mass"),
            ),
            models.Index(
                fields=["unit_lft", "id"], name="case_waiting",
                condition=models.Q(closed_at=None, lead=None, due_at=None),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.no


class Words(models.Model):
    """The searchable words of one case, apart from the case row so that a transition never rewrites the index."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="words")
    words = SearchVectorField()

    class Meta:
        db_table = "cases_words"
        indexes: ClassVar = [GinIndex(fields=["words"], name="words_gin", fastupdate=True)]


class PartyRole(models.TextChoices):
    """What a person is to a case."""

    APPLICANT = "applicant", _("Applicant")
    REPRESENTATIVE = "representative", _("Representative")
    HELPER = "helper", _("Helper")


class PartyStatus(models.TextChoices):
    """How one worker's own part of a case stands: the per-person status of a collective case."""

    WAITING = "waiting", _("In progress")
    SOLVED = "solved", _("Solved")
    UNSOLVED = "unsolved", _("Not solved")
    UNREACHED = "unreached", _("Could not be reached")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Party(models.Model):
    """One person's part in a case."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="parties")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    role = models.CharField(max_length=16, choices=PartyRole.choices, default=PartyRole.APPLICANT)
    status = models.CharField(max_length=16, choices=PartyStatus.choices, default=PartyStatus.WAITING)
    source = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    """The worker's own case, when it was merged into this one."""
    joined_at = models.DateTimeField()

    class Meta:
        db_table = "cases_party"
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "person"], name="party_once")]


class LinkKind(models.TextChoices):
    """How two cases belong together."""

    CHILD = "child", _("Part of")
    DUPLICATE = "duplicate", _("Duplicate of")
    SPAWNED = "spawned", _("Arose from")


class Link(models.Model):
    """`case` is <kind> of `other`; the way modules talk without importing each other."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="links")
    other = models.ForeignKey(Case, models.CASCADE, related_name="linked")
    kind = models.CharField(max_length=16, choices=LinkKind.choices)
    at = models.DateTimeField()
    actor = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "cases_link"
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "other", "kind"], name="link_once")]


class Event(models.Model):
    """One step of a case. Holds who, what and when, and the names of changed fields; never personal values."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="events")
    seq = models.IntegerField()
    transition = models.CharField(max_length=32)
    source = models.CharField(max_length=32, blank=True)
    target = models.CharField(max_length=32)
    at = models.DateTimeField()
    actor = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    actor_role = models.CharField(max_length=24)
    actor_org = models.ForeignKey("org.Org", models.PROTECT, null=True, related_name="+")
    stands_for = models.CharField(max_length=80, blank=True)
    """The absent holder in whose place a substitute acted."""
    public = models.BooleanField()
    """Shown to the worker as it is; otherwise the worker sees that something was done, and why it is not shown."""
    data = models.JSONField(default=dict)
    key = models.CharField(max_length=64, null=True)
    """The caller's idempotency key."""
    version = models.CharField(max_length=16)

    class Meta:
        db_table = "cases_event"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "seq"], name="event_in_order"),
            models.UniqueConstraint(fields=["case", "key"], name="event_key_once"),
        ]


class Note(models.Model):
    """Words added to a case: by the worker, to the worker (public) or among staff (internal). May be personal,
    so it stands apart from the event that it belongs to and can be corrected or erased."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="notes")
    event_seq = models.IntegerField()
    field = models.CharField(max_length=32)
    text = SealedText(row=("case_id", "event_seq", "field"), purpose=of_case)
    public = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        db_table = "cases_note"
        indexes: ClassVar = [models.Index(fields=["case", "event_seq"], name="note_of_event")]


class TaskState(models.TextChoices):
    """A task is open until somebody does it or it is no longer needed."""

    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("No longer needed")


class Task(models.Model):
    """Something a role at a unit must do on a case beside the main line: answer an urge, decide an extension."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=32)
    role = models.CharField(max_length=24)
    org = models.ForeignKey("org.Org", models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=TaskState.choices, default=TaskState.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        db_table = "cases_task"
        indexes: ClassVar = [
            models.Index(fields=["case", "kind"], name="task_open_of_case", condition=models.Q(state="open")),
            models.Index(fields=["org", "role", "id"], name="task_open_of_org", condition=models.Q(state="open")),
        ]


class Attachment(models.Model):
    """A file on a case; its content is named by its hash, so the same file sent twice is stored once."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="attachments")
    name = SealedText(row="case_id", purpose=of_case)
    """As its sender called it: words of their own."""
    kind = models.CharField(max_length=100)
    size = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    public = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "cases_attachment"
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "sha256"], name="attachment_once")]


class Watch(models.Model):
    """An officer follows a case."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="watches")
    account = models.ForeignKey("people.Account", models.CASCADE, related_name="+")

    class Meta:
        db_table = "cases_watch"
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "account"], name="watch_once")]


from .desk import Bundle, Mention, SavedView, Seen  # noqa: E402, F401  they are tables of this app too
from .reckoning_models import Reckoning  # noqa: E402, F401
from .sitting_models import Room, Sitting, SittingState  # noqa: E402, F401
