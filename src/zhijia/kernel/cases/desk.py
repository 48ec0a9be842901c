"""What the desk keeps for the one who works at it: named views of the inbox, and which cases were open when."""

from typing import ClassVar
from uuid import uuid4

from django.db import models

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
