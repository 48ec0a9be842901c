"""What the desk keeps for the one who works at it: named views of the inbox, which cases were open when, who was named
in a note among colleagues, and whole files of cases that were taken out."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.sealed import SealedText


def new_ref() -> str:
    """What sealed words of a row are bound to before it is stored."""
    return uuid4().hex


class SavedView(models.Model):
    """One choice of the inbox's filters under a name. Sealed: who looks for somebody may have typed their name."""

    account = models.ForeignKey("people.Account", models.CASCADE, related_name="+")
    ref = models.CharField(max_length=32, unique=True, default=new_ref)
    name = SealedText(row="ref", limit=40)
    query = SealedText(row="ref", limit=1000)
    """The filters as they stand in an address, `?category=wages`."""
    default = models.BooleanField(default=False)
    """Shown when the inbox is opened without any choice; at most one of an account."""
    created_at = models.DateTimeField()

    class Meta:
        db_table = "cases_savedview"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account"], name="view_default_once", condition=models.Q(default=True)),
        ]


class Seen(models.Model):
    """When an account last had a case open: its last twenty are its recent cases, the last minute is presence."""

    account = models.ForeignKey("people.Account", models.CASCADE, related_name="+")
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "cases_seen"
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "case"], name="seen_once")]


class Mention(models.Model):
    """Somebody was named in a note among colleagues: the step that the note belongs to, and whom it names."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    event_seq = models.IntegerField()
    account = models.ForeignKey("people.Account", models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        db_table = "cases_mention"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "event_seq", "account"], name="mention_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["account", "case"], name="mention_of_account")]


class BundleState(models.TextChoices):
    """How far the file of a case that somebody takes out is."""

    WAITING = "waiting", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Not possible")
    GONE = "gone", _("Deleted")


class Bundle(models.Model):
    """The whole file of one case as one archive, for the one who asked for it: sealed, and deleted after a few days."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    account = models.ForeignKey("people.Account", models.CASCADE, related_name="+")
    ref = models.CharField(max_length=32, unique=True, default=new_ref)
    purpose = SealedText(row="ref", limit=200)
    internal = models.BooleanField(default=False)
    """Whether what colleagues said among themselves goes along."""
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=8, choices=BundleState.choices, default=BundleState.WAITING)
    total = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)
    """Why it could not be made."""
    file = models.CharField(max_length=32, blank=True)
    """Where it is kept; empty until it is made and once it is deleted."""
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    fetched = models.IntegerField(default=0)

    class Meta:
        db_table = "cases_bundle"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "account"], name="bundle_one_at_a_time", condition=models.Q(state="waiting")
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], name="bundle_kept", condition=~models.Q(file="")),
        ]
