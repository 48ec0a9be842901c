"""What is given out (programmes, cycles, offers) and how it is handed over and paid (redemptions, settlements).

Who has what stands in the kernel's ledger as entitlements; no table here holds a person. Shops and terminals:
`shops.py`.
"""

from datetime import time
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .shops import Outlet, Terminal

__all__ = [
    "Batch", "Conflict", "Cycle", "Kind", "Listed", "Offer", "Once", "Outlet", "Place", "Programme", "Redemption",
    "Settlement", "Terminal", "campaign_of",
]  # fmt: skip

SLOTS = 100
"""Offers of one city and day whose pick-up codes can be told apart."""


class Kind(models.TextChoices):
    """What is given out."""

    MEAL = "meal", _("Love meal")
    PACK = "pack", _("Warm pack")


class Once(models.TextChoices):
    """How often one person may have it."""

    DAY = "day", _("Once a day")
    CYCLE = "cycle", _("Once in the whole cycle")


def campaign_of(programme_id: int) -> str:
    """What an organiser's post, and the mark on a cycle's case, call a programme."""
    return f"vouchers.programme:{programme_id}"


class Programme(models.Model):
    """Something that a union gives out again and again: love meals for platform workers, warm packs in winter."""

    key = models.CharField(max_length=40)
    title = models.CharField(_("Title"), max_length=100)
    kind = models.CharField(_("What is given"), max_length=4, choices=Kind.choices)
    org = models.ForeignKey("org.Org", models.PROTECT, related_name="+")
    fen = models.BigIntegerField()
    """What one is worth, unless a cycle says otherwise."""
    rule = models.CharField(max_length=20, default="anyone")
    """Who may have it: a name of `eligibility.RULES`."""
    terms = models.TextField(default="", blank=True)
    active = models.BooleanField(default=True)

    if TYPE_CHECKING:
        id: int
        org_id: int

    class Meta:
        db_table = "vouchers_programme"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key"], name="vouchers_programme_key"),
            models.CheckConstraint(condition=Q(fen__gt=0), name="vouchers_programme_fen"),
        ]

    def __str__(self) -> str:
        return self.title


class Listed(models.Model):
    """Somebody on a programme's list, by the blind index of their phone and nothing else."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="listed", db_index=False)
    phone_index = models.BinaryField()

    class Meta:
        db_table = "vouchers_listed"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "phone_index"], name="vouchers_listed_once")
        ]


class Cycle(models.Model):
    """Facts of one cycle: so many a day, at so much each, from one day to another."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="voucher_cycle")
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, related_name="cycles")
    title = models.CharField(_("Title"), max_length=100)
    kind = models.CharField(_("What is given"), max_length=4, choices=Kind.choices)
    once = models.CharField(_("How often one person may have it"), max_length=5, choices=Once.choices, default=Once.DAY)
    first_day = models.DateField(_("First day"))
    last_day = models.DateField(_("Last day"))
    fen = models.BigIntegerField(_("Worth of one"))
    opens = models.TimeField(_("Claims open at"), default=time(10))
    closes = models.TimeField(_("Claims close at"), default=time(20))
    use_from = models.TimeField(_("Handed out from"), default=time(10, 30))
    use_to = models.TimeField(_("Handed out until"), default=time(20, 30))
    terms = models.TextField(_("Terms"), default="", blank=True)
    """Those of the programme when the cycle was submitted."""
    budget_fen = models.BigIntegerField(default=0)
    drafted_by = models.BigIntegerField(null=True)
    submitted_by = models.BigIntegerField(null=True)
    approved_by = models.BigIntegerField(null=True)
    published_at = models.DateTimeField(null=True)
    released_fen = models.BigIntegerField(default=0)

    if TYPE_CHECKING:
        programme_id: int | None
        case_id: int

    class Meta:
        db_table = "vouchers_cycle"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="vouchers_cycle_days"),
            models.CheckConstraint(condition=Q(fen__gt=0), name="vouchers_cycle_fen"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return (self.last_day - self.first_day).days + 1


class Place(models.Model):
    """How many a day a cycle plans for one city or county."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="places", db_index=False)
    region = models.CharField(max_length=6)
    per_day = models.IntegerField()

    class Meta:
        db_table = "vouchers_place"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "region"], name="vouchers_place_once"),
            models.CheckConstraint(condition=Q(per_day__gt=0), name="vouchers_place_some"),
        ]


class Offer(models.Model):
    """What people in one place can claim on one day, with everything that was fixed when it was published."""

    quota = models.OneToOneField("ledger.Quota", models.PROTECT, related_name="+")
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="offers")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_index=False)
    org = models.ForeignKey("org.Org", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=4, choices=Kind.choices)
    title = models.CharField(max_length=100)
    region = models.CharField(max_length=6)
    day = models.DateField()
    city = models.CharField(max_length=6)
    slot = models.SmallIntegerField()
    """Its place among the offers of the city's day: pick-up codes are told apart by it."""
    scope = models.CharField(max_length=80)
    """What one person can have once: see `ledger.Entitlement`."""
    fen = models.BigIntegerField()
    rule = models.CharField(max_length=20)
    terms = models.CharField(max_length=16)
    """Mark of the terms that held; the words stand on the cycle."""
    use_from = models.DateTimeField()
    use_to = models.DateTimeField()
    suspended_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        id: int
        quota_id: int
        cycle_id: int
        programme_id: int
        org_id: int

    class Meta:
        db_table = "vouchers_offer"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "region", "day"], name="vouchers_offer_once"),
            models.UniqueConstraint(fields=["day", "city", "slot"], name="vouchers_offer_slot"),
            models.CheckConstraint(condition=Q(slot__range=(0, SLOTS - 1)), name="vouchers_offer_slots"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.region} {self.day}"


class Settlement(models.Model):
    """Facts of one settlement: what one outlet handed out from one day to another and is owed for."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="voucher_settlement")
    outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, related_name="settlements")
    period = models.CharField(pgettext_lazy("settlement", "Period"), max_length=8)
    first_day = models.DateField(_("First day"))
    last_day = models.DateField(_("Last day"))
    n = models.IntegerField(default=0)
    fen = models.BigIntegerField(default=0)
    drafted_by = models.BigIntegerField(null=True)
    confirmed_by = models.CharField(max_length=40, default="", blank=True)
    """"account:5" or "terminal:7"."""
    approved_by = models.BigIntegerField(null=True)
    paid_on = models.DateField(_("Paid on"), null=True)
    payment = models.CharField(_("Number of the payment"), max_length=60, default="", blank=True)

    if TYPE_CHECKING:
        case_id: int
        outlet_id: int | None

    class Meta:
        db_table = "vouchers_settlement"

    def __str__(self) -> str:
        return str(self.pk)


class How(models.TextChoices):
    """How it was handed over."""

    ONLINE = "online", _("At the counter")
    OFFLINE = "offline", _("At the counter without a connection")
    SERVED = "served", _("By a helper at the station")
    TAKEN_BACK = "taken_back", pgettext_lazy("voucher", "Taken back")


class Redemption(models.Model):
    """One meal or pack handed over, or taken back; it names the entitlement and no person."""

    entitlement = models.ForeignKey(
        "ledger.Entitlement", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="redemptions")
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="redemptions", db_index=False)
    terminal = models.ForeignKey(Terminal, models.PROTECT, null=True, related_name="+", db_index=False)
    how = models.CharField(max_length=10, choices=How.choices)
    at = models.DateTimeField()
    day = models.DateField()
    """The day in China of `at`, by which it is settled."""
    received_at = models.DateTimeField()
    fen = models.BigIntegerField()
    """Owed to the outlet; negative for what was taken back after it had been settled."""
    entry_id = models.BigIntegerField()
    settlement = models.ForeignKey(Settlement, models.PROTECT, null=True, related_name="redemptions")
    void = models.BooleanField(default=False)
    """Taken back before it was settled: counts nowhere."""
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    reason = models.CharField(max_length=40, default="", blank=True)

    if TYPE_CHECKING:
        id: int
        entitlement_id: int
        offer_id: int
        outlet_id: int
        terminal_id: int | None
        settlement_id: int | None

    class Meta:
        db_table = "vouchers_redemption"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entitlement"], condition=Q(undoes__isnull=True), name="vouchers_redemption_once"
            ),
            models.CheckConstraint(
                condition=Q(undoes__isnull=True, fen__gt=0) | Q(undoes__isnull=False, fen__lt=0, how="taken_back"),
                name="vouchers_redemption_sign",
            ),
            models.CheckConstraint(
                condition=Q(void=False) | Q(settlement__isnull=True), name="vouchers_redemption_void"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["outlet", "day"], condition=Q(settlement__isnull=True, void=False),
                name="vouchers_redemption_owed",
            ),
            models.Index(fields=["terminal", "at"], condition=Q(how="offline"), name="vouchers_redemption_offline"),
        ]  # fmt: skip


class Batch(models.Model):
    """What a terminal handed out without a connection, as it was uploaded and answered."""

    terminal = models.ForeignKey(Terminal, models.PROTECT, related_name="batches", db_index=False)
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    """SHA-256 of the rows: the same key with other rows is refused."""
    received_at = models.DateTimeField()
    answers = models.JSONField()

    class Meta:
        db_table = "vouchers_batch"
        constraints: ClassVar = [models.UniqueConstraint(fields=["terminal", "key"], name="vouchers_batch_once")]


class Conflict(models.Model):
    """A row of a batch that was refused although something was handed out: an officer looks at it."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="conflicts")
    row = models.IntegerField()
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    code = models.CharField(max_length=20)
    entitlement_id = models.BigIntegerField(null=True)
    first = models.ForeignKey(Redemption, models.PROTECT, null=True, related_name="+", db_index=False)
    """The redemption that was first."""
    seen_by = models.BigIntegerField(null=True)
    seen_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, default="", blank=True)

    if TYPE_CHECKING:
        id: int
        batch_id: int
        outlet_id: int

    class Meta:
        db_table = "vouchers_conflict"
