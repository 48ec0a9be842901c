"""Tables of persons, their safe-contact profiles, accounts, sign-in codes, posts and substitutions."""

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text

from .admin_models import Proposal, ProposalKind
from .factor_models import Device, Passkey, RecoveryCode, SetupLink, Totp
from .key_models import DataKey, Rotation
from .oidc_models import Client, Consent, Provider, ProviderInvitation, ProviderLink
from .permissions import Permission, Reach
from .pseudonym_models import IdentityKey, IdentityRequest, Pseudonym, SealedIdentity
from .review_models import Review, ReviewLine
from .roles import Role
from .roster_models import RosterSeat
from .sealed import SealedBytes, SealedText

__all__ = [
    "LANGUAGE", "Account", "AnsweredBy", "Client", "Consent", "DataKey", "Device", "IdentityKey",
    "IdentityRequest", "LoginCode", "Opening",
    "OpeningKind", "Passkey", "Person", "Post", "Proposal", "ProposalKind", "Provider", "ProviderInvitation",
    "ProviderLink", "Pseudonym", "RecoveryCode", "Review", "ReviewLine", "Right", "RosterSeat", "Rotation",
    "SafeContact", "SealedIdentity", "SetupLink", "Substitution", "Totp",
]  # fmt: skip
LANGUAGE = "zh-hans"


class Person(models.Model):
    """Somebody whose data we hold. Numbers are sealed, and opened on record only; lists show the masks."""

    name = SealedText(purpose="name", blank=True, limit=100)
    phone_sealed = SealedBytes(purpose="phone", null=True)
    phone_index = models.BinaryField(null=True)
    phone_masked = SealedText(purpose="name", blank=True)
    """Four digits are missing: whoever has a list of numbers would know which one it is."""
    id_sealed = SealedBytes(purpose="id_number", null=True)
    id_index = models.BinaryField(null=True)
    id_masked = SealedText(purpose="name", blank=True)
    bank_sealed = SealedBytes(purpose="bank_card", null=True)
    bank_masked = SealedText(purpose="name", blank=True)
    language = models.CharField(max_length=10, default=LANGUAGE)
    created_at = models.DateTimeField()

    if TYPE_CHECKING:
        id: int
        safe_contact: "SafeContact"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["phone_index"], condition=Q(phone_index__isnull=False), name="people_person_phone"
            )
        ]
        indexes = [models.Index(fields=["id_index"], condition=Q(id_index__isnull=False), name="people_person_id")]

    def __str__(self) -> str:
        return str(self.name or self.phone_masked)


class AnsweredBy(StrEnum):
    """Who may pick up the phone without coming to know anything."""

    SELF_ONLY = "self_only"
    FAMILY = "family"
    ANYONE = "anyone"

    @property
    def title(self) -> Text:  # type: ignore[override]
        """The choice in words."""
        return _ANSWERED_BY[self]


_ANSWERED_BY: dict[AnsweredBy, Text] = {
    AnsweredBy.SELF_ONLY: _("Only I answer"),
    AnsweredBy.FAMILY: _("My family may answer"),
    AnsweredBy.ANYONE: _("Anybody may answer"),
}


class SafeContact(models.Model):
    """How a person can be reached without harm; every call and every message obeys it (see `contact.py`)."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="safe_contact")
    number_sealed = SealedBytes(purpose="phone", row="person_id", null=True)
    """Null: the person's own phone."""
    number_masked = SealedText(purpose="name", row="person_id", blank=True)
    hours_from = models.TimeField(null=True)
    """In China's time. After `hours_to` (22:00 to 06:00) the hours run past midnight; both null: at any time."""
    hours_to = models.TimeField(null=True)
    answered_by = models.CharField(max_length=10, default=AnsweredBy.SELF_ONLY.value)
    may_leave_message = models.BooleanField(default=False)
    may_sms = models.BooleanField(default=True)
    announce = models.BooleanField(default=False)
    """Whether the caller may say that it is the union."""
    pass_phrase_sealed = SealedBytes(purpose="pass_phrase", row="person_id", null=True)
    """What the person says to prove that it is them."""
    language = models.CharField(max_length=10, default=LANGUAGE)
    note = SealedText(purpose="name", row="person_id", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(hours_from__isnull=True, hours_to__isnull=True)
                | Q(hours_from__isnull=False, hours_to__isnull=False),
                name="people_safecontact_hours",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__in=[str(a) for a in AnsweredBy]), name="people_safecontact_answered_by"
            ),
        ]


class Account(AbstractBaseUser):
    """A way to sign in: a member of staff (login "zhou"), a partner's system, or a worker (login: the blind index
    of the phone, in hex). Request roles cannot read passwords: inside a scope, load accounts with `.only("name")`."""

    login = models.CharField(max_length=32, unique=True, db_collation="C")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="accounts")
    name = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=10, default=LANGUAGE)
    is_active = models.BooleanField(default=True)
    is_partner = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    failures = models.SmallIntegerField(default=0)
    """Wrong passwords since the last right one."""
    locked_until = models.DateTimeField(null=True)
    epoch = models.IntegerField(default=0, db_default=0)
    """Raised to end every session at once."""
    home = models.ForeignKey("org.Org", models.PROTECT, null=True, related_name="+")
    """The organisation whose administrators look after the account, whatever posts it holds."""

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = BaseUserManager()

    if TYPE_CHECKING:
        id: int
        person_id: int | None

    def __str__(self) -> str:
        return self.name or self.login

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must still agree with: the password, and the count of signing out everywhere."""
        salt = "zhijia.kernel.people.models.Account.session"
        return salted_hmac(salt, f"{self.password}\0{self.epoch}", secret=secret, algorithm="sha256").hexdigest()


class LoginCode(models.Model):
    """One one-time code that was sent to a phone; only its keyed hash is kept."""

    phone_index = models.BinaryField()
    code_hash = models.BinaryField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["phone_index", "-issued_at"], name="people_logincode_phone")]


class Post(models.Model):
    """A role at an organisation from one day to another, both included, in China's days."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="posts")
    role = models.CharField(max_length=24)
    org = models.ForeignKey("org.Org", models.PROTECT, related_name="posts")
    reach = models.ForeignKey("org.Org", models.PROTECT, null=True, related_name="+", db_index=False)
    """The subtree the post reaches; null: that of `org`."""
    industry = models.BooleanField(default=False)
    """Whether the post reaches along the industry tree instead of the regional one."""
    campaign = models.CharField(max_length=64, blank=True, default="", db_default="")
    """The one campaign that an organiser's post is for, such as "vouchers.programme:5"."""
    from_day = models.DateField()
    to_day = models.DateField(null=True)

    if TYPE_CHECKING:
        id: int
        account_id: int
        org_id: int
        reach_id: int | None

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=[str(r) for r in Role]), name="people_post_role"),
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | Q(to_day__gte=F("from_day")), name="people_post_days"
            ),
            models.CheckConstraint(
                condition=~Q(role=str(Role.ORGANISER)) | ~Q(campaign=""), name="people_post_organiser_of"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.org_id}"


class Substitution(models.Model):
    """Somebody holds another's post from one day to another, both included."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="substitutions")
    substitute = models.ForeignKey(Account, models.PROTECT, related_name="substitutions")
    from_day = models.DateField()
    to_day = models.DateField()
    reason = models.CharField(max_length=200)
    granted_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", db_index=False)
    """Null: the platform."""

    if TYPE_CHECKING:
        id: int
        post_id: int
        substitute_id: int

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(to_day__gte=F("from_day")), name="people_substitution_days")]


class Right(models.Model):
    """A reach that was set for one permission of one post, instead of what its role gives."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="rights")
    permission = models.CharField(max_length=24)
    reach = models.CharField(max_length=8)
    orgs = ArrayField(models.BigIntegerField(), default=list)
    """With the reach "chosen": the organisations whose subtrees it is."""
    set_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", db_index=False)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "permission"], name="people_right_once"),
            models.CheckConstraint(
                condition=Q(permission__in=[str(p) for p in Permission]), name="people_right_permission"
            ),
            models.CheckConstraint(condition=Q(reach__in=[str(r) for r in Reach]), name="people_right_reach"),
        ]


class OpeningKind(StrEnum):
    """Why a single case is opened for somebody."""

    CONFIDENTIAL = "confidential"
    """A confidential case in one's own range: one person who reads such cases agrees."""
    EMERGENCY = "emergency"
    """Any case, when somebody is in danger (break-glass): two people agree, and the worker is told afterwards."""

    @property
    def title(self) -> Text:  # type: ignore[override]
        """The kind in words."""
        return _OPENING_KINDS[self]


_OPENING_KINDS: dict[OpeningKind, Text] = {
    OpeningKind.CONFIDENTIAL: _("Confidential case"),
    OpeningKind.EMERGENCY: _("Emergency access"),
}


class Opening(models.Model):
    """One case, asked for and perhaps opened for one account until a moment. Actors carry those in force."""

    case_id = models.BigIntegerField()
    """0 where the number that was asked for is nobody's: the asker must not learn it from us."""
    no = models.CharField(max_length=32, blank=True)
    """The number as it was asked for."""
    account = models.ForeignKey(Account, models.PROTECT, related_name="openings")
    kind = models.CharField(max_length=12)
    reason = models.CharField(max_length=500)
    danger = models.CharField(max_length=500, blank=True)
    """Emergencies: who is in danger of what."""
    asked_at = models.DateTimeField()
    agreed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", db_index=False)
    agreed_at = models.DateTimeField(null=True)
    second_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", db_index=False)
    second_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    """Null until everybody who must agree has; the case is open for the account up to here."""
    refused_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", db_index=False)
    refused_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    """When the workers of the case were told."""
    lapses_at = models.DateTimeField(null=True)
    """Until when somebody may agree."""
    reviewed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", db_index=False)
    reviewed_at = models.DateTimeField(null=True)
    justified = models.BooleanField(null=True)
    """What the review of an emergency found; null until there was one."""
    review = models.CharField(max_length=500, blank=True)

    if TYPE_CHECKING:
        id: int
        account_id: int
        agreed_by_id: int | None
        second_by_id: int | None

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[str(k) for k in OpeningKind]), name="people_opening_kind"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(agreed_by__isnull=False), name="people_opening_agreed"
            ),
            models.CheckConstraint(
                condition=~Q(kind=str(OpeningKind.EMERGENCY))
                | Q(until__isnull=True)
                | (Q(second_by__isnull=False) & ~Q(second_by=F("agreed_by")) & ~Q(second_by=F("account"))),
                name="people_opening_two",
            ),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("account")), name="people_opening_not_self"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("account")),
                name="people_opening_no_own_review",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "until"], condition=Q(until__isnull=False), name="people_opening_held"),
            models.Index(fields=["case_id"], name="people_opening_case"),
            models.Index(
                fields=["-id"], condition=Q(until__isnull=True, refused_at__isnull=True), name="people_opening_waits"
            ),
            models.Index(
                fields=["until"], condition=Q(kind="emergency", told_at__isnull=True), name="people_opening_untold"
            ),
        ]
