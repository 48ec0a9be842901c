"""Tables of complaints under a pseudonym. No request role reaches any of them: every question about them is answered by
functions that run as the owner of the database and check who asks.
"""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from .sealed import SealedJson, SealedText

GOES: dict[str, Any] = {"db_constraint": False}
"""The database itself lets these rows go with what they belong to (migration 0009): the shredder deletes in SQL."""


class Pseudonym(models.Model):
    """A person who is known here by an invented name alone. Whoever shows the pick-up code is them."""

    person = models.OneToOneField("people.Person", models.CASCADE, primary_key=True, related_name="pseudonym")
    """A person without a number, whose name is the invented one: cases, notes and rights work as for everybody."""
    code_hash = models.BinaryField(unique=True)
    """scrypt of the code, salted by a key of the vault (pseudonyms.py)."""
    case_id = models.BigIntegerField()

    if TYPE_CHECKING:
        person_id: int


class SealedIdentity(models.Model):
    """Who somebody under a pseudonym is, as they chose to leave it: sealed under a key of its own, bound to nobody else
    on record, and opened only by two posts together."""

    pseudonym = models.OneToOneField(Pseudonym, models.CASCADE, primary_key=True, related_name="identity", **GOES)
    told = SealedJson(row="pseudonym_id", purpose="sealed_identity", default=dict)
    """{"name", "phone"} as they were typed."""

    if TYPE_CHECKING:
        pseudonym_id: int


class IdentityRequest(models.Model):
    """One request to open a sealed identity, with its reason, which the worker reads afterwards."""

    pseudonym = models.ForeignKey(Pseudonym, models.CASCADE, related_name="requests", **GOES)
    case_no = models.CharField(max_length=32)
    unit_lft = models.BigIntegerField()
    """Where the case lay when it was asked."""
    industry_lft = models.BigIntegerField(null=True)
    reason = SealedText(row=("pseudonym_id", "asked_by_id"))
    asked_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    asked_as = models.CharField(max_length=200)
    """Post and organisation of the asker, as they stood."""
    asked_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    """When the second key turned; readable for the asker until `until`."""
    until = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        id: int
        pseudonym_id: int
        asked_by_id: int

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pseudonym", "asked_by"],
                condition=Q(opened_at=None, refused_at=None),
                name="people_identity_asked",
            )
        ]


class IdentityKey(models.Model):
    """One of the two who must agree: an account once, a role once."""

    request = models.ForeignKey(IdentityRequest, models.CASCADE, related_name="turned", **GOES)
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    role = models.CharField(max_length=24)
    signed_as = models.CharField(max_length=200)
    agrees = models.BooleanField()
    at = models.DateTimeField()

    if TYPE_CHECKING:
        account_id: int

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "account"], name="people_identitykey_account"),
            models.UniqueConstraint(fields=["request", "role"], name="people_identitykey_role"),
        ]
