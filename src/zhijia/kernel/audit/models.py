"""The tables of the audit trail. Nobody may change or delete an entry or a seal: triggers raise, for the owner too."""

from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One act, or one reading of personal data, as a link of its chain. Names fields and ids, never their values."""

    chain = models.TextField(db_collation="C")
    """What the chain is about, such as "case:12", "person:5", "account:3"."""
    seq = models.IntegerField()
    """Position in the chain, from 1 without gaps."""
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    """The account that acted; null for the platform and for people without an account."""
    actor = models.TextField()
    """Who that was at the time: see `chain.signature`."""
    act = models.TextField()
    """What was done, as thing and past participle: "person.revealed", "post.appointed"."""
    subject = models.TextField()
    """What it was done to, such as "case:12"."""
    person_id = models.BigIntegerField(null=True)
    """Whose data this touched; that person may read the entry."""
    purpose = models.TextField(default="")
    """Why personal data was read. An entry with a purpose is an access, and only an access has one."""
    data = models.JSONField(default=dict)
    prev = models.BinaryField()
    """Hash of the entry before it in the chain; 32 zero bytes for the first."""
    hash = models.BinaryField()
    """SM3 over `prev` and every field above: see `chain.entry_hash`."""

    if TYPE_CHECKING:
        id: int

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="audit_entry_place")]
        indexes = [
            models.Index(
                fields=["person_id", "-id"], name="audit_entry_person", condition=models.Q(person_id__isnull=False)
            ),
            BrinIndex(fields=["at"], name="audit_entry_at", pages_per_range=16),
            models.Index(fields=["subject", "-id"], name="audit_entry_read_of", condition=~models.Q(purpose="")),
            models.Index(fields=["actor_id", "-id"], name="audit_entry_read_by", condition=~models.Q(purpose="")),
        ]


class Chain(models.Model):
    """Where a chain ends now. Whoever appends locks this row, so that a chain never forks."""

    key = models.TextField(primary_key=True, db_collation="C")
    seq = models.IntegerField()
    head = models.BinaryField()


class Seal(models.Model):
    """The sealed root of one day: no entry up to `last_id` can change unseen, whatever happens to its chain."""

    day = models.DateField(primary_key=True)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    """The seal covers the ids from `first_id` to `last_id`; last = first - 1 on a day without entries."""
    entries = models.IntegerField()
    root = models.BinaryField()
    prev = models.BinaryField()
    """Root of the day before; 32 zero bytes for the first."""
    sealed_at = models.DateTimeField()


class Security(models.Model):
    """One row of the security log (security.py): rows are added, and deleted when they are older than six months."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=48)
    address = models.CharField(max_length=50)
    """The caller's network, such as "203.0.113.0/24"; empty for what came from inside."""
    address_key = models.BinaryField(null=True)
    """Keyed hash of the whole address."""
    account_id = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)

    if TYPE_CHECKING:
        id: int

    class Meta:
        indexes = [
            BrinIndex(fields=["at"], name="audit_security_at", pages_per_range=16),
            models.Index(fields=["kind", "-id"], name="audit_security_kind"),
            models.Index(
                fields=["account_id", "-id"],
                name="audit_security_account",
                condition=models.Q(account_id__isnull=False),
            ),
        ]


class Checkpoint(models.Model):
    """The state of the trail within a day: a Merkle root over everything behind the last seal."""

    at = models.DateTimeField()
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    entries = models.IntegerField()
    root = models.BinaryField()
    prev = models.BinaryField()
    """Root of the last seal; 32 zero bytes when there is none."""

    if TYPE_CHECKING:
        id: int


class Statement(models.Model):
    """One signed sentence about the trail: a seal, a checkpoint or a new key. It tells nothing but hashes, so the same
    lines stand in the file outside and on the public page."""

    number = models.IntegerField(primary_key=True)
    """From 1 without gaps."""
    about = models.CharField(max_length=40, unique=True)
    """What it signs: "seal:2026-11-20", "checkpoint:7", "key:0f3a…"."""
    body = models.TextField()
    """The very bytes that are signed: canonical JSON (see roots.py)."""
    signature = models.BinaryField()


class Run(models.Model):
    """One long piece of work of those who keep the trail: a check, a bundle, a backup, a drill; with its progress."""

    class Kind(models.TextChoices):
        """What is done."""

        VERIFY = "verify", _("Check of the whole trail")
        EXPORT = "export", _("Bundle for outside")
        BACKUP = "backup", _("Backup")
        DRILL = "drill", _("Recovery drill")

    class State(models.TextChoices):
        """Where it is."""

        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    account_id = models.BigIntegerField(null=True)
    """Who asked; null for the clock."""
    asked = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    step = models.CharField(max_length=100, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    ok = models.BooleanField(null=True)
    """What came of it: null until it ends."""
    result = models.JSONField(default=dict)
    file = models.CharField(max_length=100, blank=True)
    """The kept file in the storage, sealed; empty once it is deleted."""

    @property
    def minutes(self) -> str:
        """How long it took: "3.5"; "" while it runs."""
        if self.ended_at is None or self.started_at is None:
            return ""
        return f"{(self.ended_at - self.started_at).total_seconds() / 60:.1f}"

    if TYPE_CHECKING:
        id: int

    class Meta:
        indexes = [models.Index(fields=["kind", "-id"], name="audit_run_kind")]
