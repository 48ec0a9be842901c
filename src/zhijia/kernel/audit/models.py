"""The tables of the audit trail. Nobody may change or delete an entry or a seal: triggers raise, for the owner too."""

from typing import TYPE_CHECKING

from django.db import models


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
            )
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
