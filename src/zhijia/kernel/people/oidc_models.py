"""Tables of signing in across systems: partners where people sign in with us, providers that sign people in here.

No request role reaches any of them: signing in, and the pages about it, run as the owner of the database.
"""

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text

from .sealed import SealedBytes

OPENID, PROFILE, POSTS = "openid", "profile", "posts"


class ClientKind(StrEnum):
    """Whose system it is: this alone decides how much it could ever learn."""

    UNION = "union"
    PUBLIC = "public"
    PARTNER = "partner"
    ENTERPRISE = "enterprise"

    @property
    def title(self) -> Text:  # type: ignore[override]
        """The kind in words."""
        return _KINDS[self]

    @property
    def most(self) -> frozenset[str]:
        """The scopes that a system of this kind may have at most."""
        return frozenset({OPENID} if self is ClientKind.ENTERPRISE else {OPENID, PROFILE, POSTS})


_KINDS: dict[ClientKind, Text] = {
    ClientKind.UNION: _("A system of the trade union"),
    ClientKind.PUBLIC: _("A public authority"),
    ClientKind.PARTNER: _("A partner of the trade union"),
    ClientKind.ENTERPRISE: _("A system inside an enterprise"),
}


class _Named(models.Model):
    """Whatever people know by a name in two languages."""

    title_zh = models.CharField(max_length=100)
    title_en = models.CharField(max_length=100)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """Its name in the reader's language."""
        return self.title_zh if (get_language() or "zh").startswith("zh") else self.title_en


class Client(_Named):
    """A system that may send people here to sign in; its redirect addresses and secret stand with its OAuth2 row."""

    client_id = models.CharField(max_length=255, unique=True, db_collation="C")
    kind = models.CharField(max_length=10)
    scopes = models.CharField(max_length=100)
    """What it may ask for, with blanks between."""
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    if TYPE_CHECKING:
        id: int

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[str(k) for k in ClientKind]), name="people_client_kind"),
            models.CheckConstraint(
                condition=~Q(kind=ClientKind.ENTERPRISE.value) | Q(scopes=OPENID), name="people_client_enterprise"
            ),
        ]


class Consent(models.Model):
    """One person lets one system learn what stands in `scopes`, until they withdraw it."""

    account = models.ForeignKey("people.Account", models.CASCADE, related_name="consents")
    client = models.ForeignKey(Client, models.PROTECT, related_name="consents")
    scopes = models.CharField(max_length=100)
    given_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    uses = models.IntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        id: int
        account_id: int
        client_id: int

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "client"], condition=Q(withdrawn_at__isnull=True), name="people_consent_live"
            )
        ]


class SignsIn(StrEnum):
    """Whom a provider may sign in here. Never both: they are trusted for different things."""

    STAFF = "staff"
    WORKERS = "workers"

    @property
    def title(self) -> Text:  # type: ignore[override]
        """The choice in words."""
        return _SIGNS_IN[self]


_SIGNS_IN: dict[SignsIn, Text] = {SignsIn.STAFF: _("Union staff"), SignsIn.WORKERS: _("Workers")}


class Provider(_Named):
    """An identity provider of a province or an enterprise that signs its people in here."""

    key = models.CharField(max_length=30, unique=True, db_collation="C")
    """Stands in its addresses here: /sign-in/with/<key>/."""
    issuer = models.CharField(max_length=500)
    client_id = models.CharField(max_length=255)
    """What it calls us."""
    secret_sealed = SealedBytes(purpose="provider_secret", null=True)
    """What we prove ourselves with to it; null: by the code challenge only."""
    signs_in = models.CharField(max_length=10)
    reach = models.ForeignKey("org.Org", models.PROTECT, null=True, related_name="+", db_index=False)
    """Staff whose every post lies within this subtree, nobody else; null for workers, who have no posts."""
    strong_acr = models.CharField(max_length=500, blank=True)
    """Values of `acr`, with blanks between, with which it says that it asked for a second factor."""
    enabled = models.BooleanField(default=True)
    from_day = models.DateField()
    to_day = models.DateField(null=True)
    created_at = models.DateTimeField()

    if TYPE_CHECKING:
        id: int
        reach_id: int | None

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(signs_in__in=[str(s) for s in SignsIn]), name="people_provider_signs_in"
            ),
            models.CheckConstraint(
                condition=Q(signs_in=SignsIn.STAFF.value, reach__isnull=False)
                | Q(signs_in=SignsIn.WORKERS.value, reach__isnull=True),
                name="people_provider_reach",
            ),
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | Q(to_day__gte=F("from_day")), name="people_provider_days"
            ),
        ]


class ProviderLink(models.Model):
    """One subject of a provider is one account here. Of the subject only a keyed hash is kept: it may be a number."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="links")
    subject_key = models.CharField(max_length=43, db_collation="C")
    account = models.ForeignKey("people.Account", models.CASCADE, related_name="links")
    linked_at = models.DateTimeField()
    linked_by = models.CharField(max_length=10)
    """invitation, self, or phone: the provider vouched for the number."""
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        id: int
        provider_id: int
        account_id: int

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "subject_key"],
                condition=Q(ended_at__isnull=True),
                name="people_providerlink_subject",
            ),
            models.UniqueConstraint(
                fields=["provider", "account"], condition=Q(ended_at__isnull=True), name="people_providerlink_account"
            ),
        ]


class ProviderInvitation(models.Model):
    """A one-time link with which an account is joined to a subject of a provider; only the token's hash is kept."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="invitations")
    account = models.ForeignKey("people.Account", models.CASCADE, related_name="invitations")
    token_key = models.CharField(max_length=43, unique=True, db_collation="C")
    made_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+", db_index=False)
    """Null: the platform."""
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        id: int
        provider_id: int
        account_id: int
