"""What is due to go, what must not go, what has gone, and the worker's own packages of data.

No table here points to a case that may be destroyed, but for the hold: a hold goes with its case, and while it stands
the case cannot go. Names here are those of staff; of workers there are only ids, which mean nothing once they are gone.
"""

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Hold(models.Model):
    """A case must stay, whatever its time says: a lawsuit, an inspection, a complaint."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    reason = models.CharField(max_length=300)
    put_at = models.DateTimeField()
    put_by = models.CharField(max_length=120)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=120, blank=True)
    lift_reason = models.CharField(max_length=300, blank=True)

    if TYPE_CHECKING:
        id: int
        case_id: int

    class Meta:
        db_table = "retention_hold"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case"], condition=Q(lifted_at__isnull=True), name="retention_hold_once"),
        ]


class DisposalState(models.TextChoices):
    """How far a disposal is."""

    PROPOSED = "proposed", _("Waits for the second person")
    RUNNING = "running", _("Being destroyed")
    DONE = "done", _("Destroyed")
    REFUSED = "refused", _("Refused")


class Disposal(models.Model):
    """Cases that one person proposes to destroy and another approves; afterwards its certificate."""

    lft = models.BigIntegerField()
    """Left bound of the organisation at which the proposer holds the post: who may see it."""
    state = models.CharField(max_length=10, choices=DisposalState.choices, default=DisposalState.PROPOSED)
    note = models.CharField(max_length=300, blank=True)
    n = models.IntegerField()
    """Cases proposed."""
    done = models.IntegerField(default=0)
    left_out = models.IntegerField(default=0)
    """Held or changed meanwhile: they stay."""
    rows = models.BigIntegerField(default=0)
    files = models.IntegerField(default=0)
    checked = models.IntegerField(default=0)
    """Cases for which the whole database was searched afterwards."""
    findings = models.JSONField(default=list)
    """[place, how many] of what was still there; empty is the proof."""
    proposed_at = models.DateTimeField()
    proposed_by = models.BigIntegerField()
    proposer = models.CharField(max_length=120)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    decider = models.CharField(max_length=120, blank=True)
    refusal = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        id: int

    class Meta:
        db_table = "retention_disposal"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("proposed_by")),
                name="retention_two_people",
            ),
        ]


class Due(models.Model):
    """A closed case whose time is over: its number, service, dates and unit, and nothing that was said in it."""

    case_id = models.BigIntegerField(primary_key=True)
    no = models.CharField(max_length=32)
    service = models.CharField(max_length=32)
    unit_id = models.BigIntegerField()
    unit_lft = models.BigIntegerField()
    region = models.CharField(max_length=6)
    closed_at = models.DateTimeField()
    due_on = models.DateField()
    """The first day on which it may be destroyed."""
    basis = models.CharField(max_length=300)
    verified = models.BooleanField()
    marked_at = models.DateTimeField()
    disposal = models.ForeignKey(Disposal, models.SET_NULL, null=True, related_name="cases")

    if TYPE_CHECKING:
        disposal_id: int | None

    class Meta:
        db_table = "retention_due"
        indexes: ClassVar = [models.Index(fields=["unit_lft", "case_id"], name="retention_due_unit")]


class Ground(models.TextChoices):
    """Why something was destroyed."""

    TIME = "time", _("Its time was over")
    REQUEST = "request", _("The worker asked for it")
    RESTORE = "restore", _("It had been destroyed before the backup was put back")


class Destroyed(models.Model):
    """What stays of a destroyed case, so that figures and the audit chain still hold."""

    no = models.CharField(max_length=32, unique=True)
    service = models.CharField(max_length=32)
    unit_id = models.BigIntegerField()
    unit_lft = models.BigIntegerField()
    region = models.CharField(max_length=6)
    filed_on = models.DateField()
    closed_on = models.DateField(null=True)
    at = models.DateTimeField()
    ground = models.CharField(max_length=8, choices=Ground.choices)
    basis = models.CharField(max_length=300, blank=True)
    proposer = models.CharField(max_length=120, blank=True)
    approver = models.CharField(max_length=120, blank=True)
    disposal = models.ForeignKey(Disposal, models.PROTECT, null=True, related_name="destroyed")
    chain = models.CharField(max_length=40)
    chain_seq = models.IntegerField()
    chain_head = models.BinaryField()
    """Place and hash of the last entry of the case's audit chain, which says that it was destroyed."""
    rows = models.IntegerField()
    stays = models.BooleanField(default=False)
    """The books need its row: only what is personal was taken out of it."""

    class Meta:
        db_table = "retention_destroyed"
        indexes: ClassVar = [models.Index(fields=["unit_lft", "-id"], name="retention_destroyed_unit")]


class Carried(models.Model):
    """What destroyed cases had counted, added up, so that a rebuild of the counters finds it."""

    service = models.CharField(max_length=32)
    indicator = models.CharField(max_length=32)
    region = models.CharField(max_length=6)
    month = models.DateField()
    category = models.CharField(max_length=32, blank=True)
    n = models.BigIntegerField()
    amount = models.DecimalField(max_digits=20, decimal_places=2)

    class Meta:
        db_table = "retention_carried"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service", "indicator", "region", "month", "category"], name="retention_carried_once"
            )
        ]


class TombstoneKind(models.TextChoices):
    """What was erased."""

    CASE = "case", "case"
    PERSON = "person", "person"
    FIELDS = "fields", "fields"


class Tombstone(models.Model):
    """That something was erased: an id and a keyed mark of what stood there, never a value. A backup that is older
    than it is put right by it (`tombstones.apply_tombstones`)."""

    kind = models.CharField(max_length=8, choices=TombstoneKind.choices)
    subject = models.BigIntegerField()
    mark = models.CharField(max_length=64)
    fields = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        db_table = "retention_tombstone"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "subject", "mark", "at"], name="retention_tombstone_once")
        ]


class PackageState(models.TextChoices):
    """How far a worker's package is."""

    WAITING = "waiting", _("Being made")
    READY = "ready", _("Ready")
    GONE = "gone", _("Deleted")
    FAILED = "failed", _("Not possible")


class Package(models.Model):
    """Everything that is held about one person, as a file for this person; sealed, and deleted after seven days."""

    person = models.ForeignKey("people.Person", models.CASCADE, related_name="+")
    request_no = models.CharField(max_length=32)
    """Number of the request it answers."""
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=8, choices=PackageState.choices, default=PackageState.WAITING)
    total = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    file = models.CharField(max_length=32, blank=True)
    size = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    fetched = models.IntegerField(default=0)

    if TYPE_CHECKING:
        id: int
        person_id: int

    class Meta:
        db_table = "retention_package"
        constraints: ClassVar = [models.UniqueConstraint(fields=["request_no"], name="retention_package_once")]
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], condition=~Q(file=""), name="retention_package_kept"),
        ]
