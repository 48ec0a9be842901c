"""Tables of the ledger (accounts, entries, postings, balances) and of what is shared out (quotas, entitlements).

What must never be wrong is held by the database itself: see migrations 0002 (postings) and 0003 (claims).
"""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

SHARDS = 32
"""Rows into which the room of one quota is split, so that those who claim at once seldom meet."""


class AccountKind(models.TextChoices):
    """What an account stands for."""

    ASSET = "asset", _("Asset")
    LIABILITY = "liability", _("Liability")
    INCOME = "income", _("Income")
    EXPENSE = "expense", _("Expense")
    EQUITY = "equity", _("Equity")


DEBIT_KINDS = frozenset({AccountKind.ASSET, AccountKind.EXPENSE})
"""Kinds that grow by debit; the others grow by credit."""


class Account(models.Model):
    """One account, named by whoever uses it: "vouchers.funds:12"."""

    key = models.CharField(max_length=120, db_collation="C")
    kind = models.CharField(max_length=9, choices=AccountKind.choices)
    title = models.CharField(max_length=200)
    org = models.ForeignKey("org.Org", models.PROTECT, null=True, related_name="+", db_index=False)
    region = models.CharField(max_length=6, default="", blank=True)

    class Meta:
        db_table = "ledger_account"
        constraints = [
            models.UniqueConstraint(fields=["key"], name="ledger_account_key"),
            models.CheckConstraint(condition=Q(kind__in=AccountKind.values), name="ledger_account_kind"),
            models.CheckConstraint(condition=~Q(key=""), name="ledger_account_named"),
        ]

    def __str__(self) -> str:
        return self.key


class Entry(models.Model):
    """One thing that happened to money. Never changed; an error is set right by an entry that reverses it."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    """What it is about: "case:5"."""
    key = models.CharField(max_length=120, null=True, db_collation="C")
    """Posting twice under one key makes one entry."""
    actor_id = models.BigIntegerField(null=True)
    memo = models.CharField(max_length=40, default="", blank=True)
    """A code; free words belong on the case."""
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")

    if TYPE_CHECKING:
        id: int
        reverses_id: int | None

    class Meta:
        db_table = "ledger_entry"
        constraints = [models.UniqueConstraint(fields=["key"], name="ledger_entry_key")]
        indexes = [models.Index(fields=["subject", "id"], name="ledger_entry_subject")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Posting(models.Model):
    """One side of an entry: fen to (debit, positive) or from (credit, negative) an account."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, models.PROTECT, related_name="postings", db_index=False)
    amount = models.BigIntegerField()

    class Meta:
        db_table = "ledger_posting"
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="ledger_posting_not_zero")]
        indexes = [models.Index(fields=["account", "id"], name="ledger_posting_account")]


class Balance(models.Model):
    """What one account's postings add up to, kept by a trigger and split over the database's backends."""

    pk = models.CompositePrimaryKey("account_id", "shard")
    account = models.ForeignKey(Account, models.PROTECT, related_name="balances", db_index=False)
    shard = models.SmallIntegerField()
    amount = models.BigIntegerField()
    n = models.BigIntegerField()

    class Meta:
        db_table = "ledger_balance"


class Quota(models.Model):
    """So many of something, to be taken between two moments."""

    key = models.CharField(max_length=120, db_collation="C")
    total = models.IntegerField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    paused = models.BooleanField(default=False)
    named = models.BooleanField(default=True)
    """Each place goes to a person, as an entitlement; otherwise places are taken by number."""

    if TYPE_CHECKING:
        id: int

    class Meta:
        db_table = "ledger_quota"
        constraints = [
            models.UniqueConstraint(fields=["key"], name="ledger_quota_key"),
            models.CheckConstraint(condition=Q(total__gte=0), name="ledger_quota_total"),
            models.CheckConstraint(condition=Q(opens_at__lt=F("closes_at")), name="ledger_quota_opens"),
        ]

    def __str__(self) -> str:
        return self.key


class QuotaShard(models.Model):
    """A part of a quota: how many places are left in it and how many were taken from it."""

    pk = models.CompositePrimaryKey("quota_id", "shard")
    quota = models.ForeignKey(Quota, models.PROTECT, related_name="shards", db_index=False)
    shard = models.SmallIntegerField()
    room = models.IntegerField()
    taken = models.IntegerField(default=0)
    serial = models.IntegerField(default=0)
    """Places ever taken here; with the shard it numbers them without a gap in anybody's way."""

    class Meta:
        db_table = "ledger_quota_shard"
        constraints = [
            models.CheckConstraint(condition=Q(room__gte=0), name="ledger_quota_room"),
            models.CheckConstraint(condition=Q(taken__gte=0), name="ledger_quota_taken"),
            models.CheckConstraint(condition=Q(shard__range=(0, SHARDS - 1)), name="ledger_quota_shard"),
        ]


class Status(models.TextChoices):
    """How an entitlement stands."""

    GRANTED = "granted", _("To be collected")
    USED = "used", _("Collected")
    REFUNDED = "refunded", _("Given back")
    EXPIRED = "expired", _("Expired")


class Entitlement(models.Model):
    """One place of a quota that one person has: claimed once, used once, with the rules as they were at the claim."""

    quota = models.ForeignKey(Quota, models.PROTECT, related_name="entitlements", db_constraint=False, db_index=False)
    """Held by a key to (quota, shard): one to the quota's own row would be locked by all who claim at once."""
    shard = models.SmallIntegerField()
    serial = models.IntegerField()
    """Its number within the quota."""
    scope = models.CharField(max_length=80, db_collation="C")
    """What a person can have once: "vouchers:12:2026-11-24"."""
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=64, db_collation="C")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.GRANTED)
    granted_at = models.DateTimeField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    """The first moment at which it is no longer good."""
    fen = models.BigIntegerField()
    snapshot = models.JSONField()
    """The rules it was granted under."""
    used_at = models.DateTimeField(null=True)
    used_by = models.CharField(max_length=40, default="", blank=True)
    used_key = models.CharField(max_length=64, null=True, db_collation="C")
    ended_at = models.DateTimeField(null=True)
    """When it was given back or expired."""
    ended_why = models.CharField(max_length=40, default="", blank=True)

    if TYPE_CHECKING:
        id: int
        quota_id: int
        person_id: int

    class Meta:
        db_table = "ledger_entitlement"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "scope"], condition=~Q(status="refunded"), name="ledger_entitlement_once"
            ),
            models.UniqueConstraint(fields=["person", "key"], name="ledger_entitlement_key"),
            models.UniqueConstraint(fields=["quota", "serial"], name="ledger_entitlement_serial"),
            models.CheckConstraint(condition=Q(valid_from__lt=F("valid_to")), name="ledger_entitlement_valid"),
            models.CheckConstraint(condition=Q(fen__gte=0), name="ledger_entitlement_fen"),
            models.CheckConstraint(
                condition=Q(status="used", used_at__isnull=False, used_key__isnull=False, ended_at__isnull=True)
                | Q(status="granted", used_at__isnull=True, ended_at__isnull=True)
                | Q(status="expired", used_at__isnull=True, ended_at__isnull=False)
                | Q(status="refunded", ended_at__isnull=False),
                name="ledger_entitlement_moments",
            ),
        ]
        indexes = [
            models.Index(fields=["valid_to"], condition=Q(status="granted"), name="ledger_entitlement_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.status}"
