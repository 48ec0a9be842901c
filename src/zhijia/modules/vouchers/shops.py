"""Tables of the places where something is handed over, and of the devices that do it."""

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OutletKind(models.TextChoices):
    """What sort of place it is."""

    SHOP = "shop", _("Shop")
    STATION = "station", _("Union station")


class Outlet(models.Model):
    """A shop or a union station that hands out meals and packs and is paid for them."""

    name = models.CharField(pgettext_lazy("thing", "Name"), max_length=100)
    kind = models.CharField(max_length=7, choices=OutletKind.choices)
    org = models.ForeignKey("org.Org", models.PROTECT, related_name="+")
    """The union that looks after it."""
    region = models.CharField(max_length=6)
    address = models.CharField(_("Address"), max_length=200)
    opening = models.CharField(_("Opening hours"), max_length=200, default="", blank=True)
    payee = models.CharField(_("Paid to"), max_length=100)
    """The merchant's name as it stands on the transfer."""
    active = models.BooleanField(default=True)

    if TYPE_CHECKING:
        id: int
        org_id: int

    class Meta:
        app_label = "vouchers"
        db_table = "vouchers_outlet"
        indexes: ClassVar = [models.Index(fields=["region"], name="vouchers_outlet_region")]

    def __str__(self) -> str:
        return self.name


class Terminal(models.Model):
    """A device at an outlet. Its secret was shown once, when it was enrolled; only a hash is kept."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="terminals")
    label = models.CharField(_("Label"), max_length=60)
    secret_hash = models.BinaryField()
    enrolled_at = models.DateTimeField()
    enrolled_by = models.BigIntegerField(null=True)
    revoked_at = models.DateTimeField(null=True)
    failures = models.SmallIntegerField(default=0)
    """Wrong pick-up codes since the last right one."""
    locked_until = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        id: int
        outlet_id: int

    class Meta:
        app_label = "vouchers"
        db_table = "vouchers_terminal"

    def __str__(self) -> str:
        return self.label
