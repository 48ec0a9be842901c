"""Tables of what an account signs in with beside its password, and of the devices it is signed in on.

No request role reaches any of them: the pages about one's own sign-in run as the owner of the database.
"""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from .sealed import SealedBytes


class Passkey(models.Model):
    """A key that a device, a phone or a stick keeps and lets out only to its owner (WebAuthn)."""

    account = models.ForeignKey("people.Account", models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=60)
    credential_id = models.BinaryField(unique=True)
    credential = models.BinaryField()
    """Attested credential data: authenticator, credential id, public key. Nothing in it is secret."""
    sign_count = models.BigIntegerField(default=0)
    """What the authenticator counted last; it never goes back, unless somebody copied the key."""
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        id: int
        account_id: int

    def __str__(self) -> str:
        return self.name


class Totp(models.Model):
    """The secret that an account shares with an authenticator app (RFC 6238), sealed. One for each account."""

    account = models.OneToOneField("people.Account", models.CASCADE, primary_key=True, related_name="totp")
    secret_sealed = SealedBytes(purpose="totp", row="account_id", aad="people_totp:secret_sealed")
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    """Null: shown as a picture, and not yet proved by a code."""
    last_step = models.BigIntegerField(default=0)
    """The newest time step whose code was taken; no older one is."""

    if TYPE_CHECKING:
        account_id: int


class RecoveryCode(models.Model):
    """One of ten codes for the day the phone is lost; only its keyed hash is kept."""

    account = models.ForeignKey("people.Account", models.CASCADE, related_name="recovery_codes")
    code_hash = models.BinaryField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "code_hash"], name="people_recoverycode_once")]


class Device(models.Model):
    """One session of an account: on what, from where, since when. Kept for half a year after its end."""

    account = models.ForeignKey("people.Account", models.CASCADE, related_name="devices")
    session_key = models.CharField(max_length=40, null=True, unique=True)
    """Null: it has ended."""
    device_key = models.BinaryField()
    """Keyed hash of the cookie by which this browser is known again."""
    browser = models.CharField(max_length=40, blank=True)
    system = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=50, blank=True)
    """The network of its address, never the address."""
    by = models.CharField(max_length=60)
    strong = models.BooleanField(default=False)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    why_ended = models.CharField(max_length=20, blank=True)

    if TYPE_CHECKING:
        id: int
        account_id: int

    class Meta:
        indexes = [
            models.Index(fields=["account", "-last_seen"], name="people_device_account"),
            models.Index(fields=["ended_at"], condition=Q(ended_at__isnull=False), name="people_device_ended"),
        ]


class SetupLink(models.Model):
    """A link that lets somebody set a password once: for staff without a phone. Only its keyed hash is kept."""

    account = models.ForeignKey("people.Account", models.CASCADE, related_name="setup_links")
    made_by = models.ForeignKey("people.Account", models.SET_NULL, null=True, related_name="+", db_index=False)
    token_hash = models.BinaryField(unique=True)
    forget_factors = models.BooleanField(default=False)
    """Whether using it also removes passkeys, app and recovery codes: all of them were lost."""
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        account_id: int
