"""What a worker's page says of offers and vouchers: how many are left in words, what can be done, and when again."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Text, Verdict
from zhijia.kernel.ledger.models import Entitlement, Quota, Status
from zhijia.kernel.org.regions import ancestors
from zhijia.kernel.service.prepared import as_platform
from zhijia.modules.vouchers import claims, tokens
from zhijia.modules.vouchers.eligibility import eligible
from zhijia.modules.vouchers.models import Cycle, Kind, Offer, Once, Outlet

FEW = 10
"""A tenth of the day's number, or less: few are left."""
ICONS = {Kind.MEAL: "bowl", Kind.PACK: "care"}


@dataclass(frozen=True)
class Card:
    """One offer of today on the page."""

    offer: Offer
    opens_at: datetime
    closes_at: datetime
    state: str
    """open, soon, gone, closed, paused, barred (not for this person), mine, had (used, given back too late)."""
    stock: Text
    verdict: Verdict
    terms: str
    once: Text
    voucher_id: int | None = None

    @property
    def icon(self) -> str:
        """The drawing beside its title."""
        return ICONS[Kind(self.offer.kind)]


@dataclass(frozen=True)
class Next:
    """When something can be claimed again."""

    title: str
    opens_at: datetime


@dataclass(frozen=True)
class Item:
    """One of my vouchers, with where it was used."""

    voucher: claims.Voucher
    outlet: str
    now: datetime

    @property
    def icon(self) -> str:
        """The drawing beside its title."""
        return ICONS[Kind(self.voucher.kind)]

    @property
    def state(self) -> str:
        """ready, early, used, returned, taken_back or lapsed."""
        v = self.voucher
        if v.status == Status.GRANTED:
            return "early" if self.now < v.use_from else "ready"
        if v.status == Status.REFUNDED:
            return "taken_back" if v.used_at else "returned"
        return "used" if v.status == Status.USED else "lapsed"

    @property
    def word(self) -> Text:
        """The state in words."""
        return WORDS[self.state]

    @property
    def usable(self) -> bool:
        """Whether it can still be collected."""
        return self.state in ("ready", "early")

    @property
    def digits(self) -> list[str]:
        """The eight digits in two groups, each digit apart: so they are read aloud one by one."""
        code = self.voucher.code
        return [" ".join(code[:4]), " ".join(code[4:])] if code else []

    @property
    def picture(self) -> str:
        """The QR code, free to grow with the page."""
        drawn = tokens.qr_svg(self.voucher.token)
        head, body = drawn.split(">", 1)
        size = head.split('width="', 1)[1].split('"', 1)[0]
        return f'<svg class="qr" viewBox="0 0 {size} {size}" role="img" aria-labelledby="qr-title">{body}'


WORDS: Mapping[str, Text] = {
    "ready": _("Ready to collect"),
    "early": _("Claimed, not yet time"),
    "used": _("Picked up"),
    "returned": _("You gave it back"),
    "taken_back": _("The union took it back"),
    "lapsed": _("Not collected in time"),
}
STOCK: Mapping[str, Text] = {
    "some": _("There are enough left"),
    "few": _("Not many left"),
    "none": _("All gone for today"),
}
_ONCE: Mapping[str, Text] = {Once.DAY: _("One for each person and day"), Once.CYCLE: _("One for each person")}


def cards(region: str, *, person_id: int | None, now: datetime) -> list[Card]:
    """Today's offers in this county, with what this person (None: a passer-by) can do with each."""
    shown = claims.offers_in(region, now=now)
    if not shown:
        return []
    totals = dict(Quota.objects.filter(pk__in=[s.offer.quota_id for s in shown]).values_list("pk", "total"))
    told = _told({s.offer.cycle_id for s in shown})
    held = _held(person_id, {s.offer.scope for s in shown})
    made = []
    for s in shown:
        terms, once = told.get(s.offer.cycle_id, ("", Once.DAY))
        state, verdict, voucher = _state(s, held.get(s.offer.scope), person_id)
        stock = _stock(s.left, totals[s.offer.quota_id])
        made.append(Card(s.offer, s.opens_at, s.closes_at, state, stock, verdict, terms, _ONCE[once], voucher))
    return made


def _told(cycles: Collection[int]) -> dict[int, tuple[str, str]]:
    """The terms that were published, which stand on the cycle, whose case no worker can see."""
    with as_platform():
        found = Cycle.objects.filter(pk__in=cycles).values_list("pk", "terms", "once")
        return {cycle: (terms, once) for cycle, terms, once in found}


def _held(person_id: int | None, scopes: Collection[str]) -> dict[str, tuple[int, str]]:
    """What this person has of each: (voucher, status)."""
    if person_id is None:
        return {}
    found = Entitlement.objects.filter(person_id=person_id, scope__in=scopes).exclude(status=Status.REFUNDED)
    return {scope: (pk, status) for scope, pk, status in found.values_list("scope", "id", "status")}


def _state(s: claims.Shown, held: tuple[int, str] | None, person_id: int | None) -> tuple[str, Verdict, int | None]:
    if held:
        return ("mine" if held[1] == Status.GRANTED else "had"), s.verdict, held[0]
    if person_id is not None:
        verdict = eligible(rule=s.offer.rule, programme_id=s.offer.programme_id, person_id=person_id)
        if not verdict:
            return "barred", verdict, None
    return _STATES.get(s.verdict.code, "open"), s.verdict, None


_STATES = {"not_open": "soon", "sold_out": "gone", "closed": "closed", "paused": "paused"}


def _stock(left: int, total: int) -> Text:
    return STOCK["none" if left == 0 else "few" if left * FEW <= total else "some"]


def next_opening(region: str, *, now: datetime) -> Next | None:
    """When something opens here again, after now; one query."""
    ahead = Offer.objects.filter(
        region__in=ancestors(region), day__gte=now.astimezone(CHINA).date(), quota__paused=False
    )
    found = ahead.filter(quota__opens_at__gt=now).order_by("quota__opens_at", "id").select_related("quota").first()
    return Next(found.title, found.quota.opens_at) if found else None


def is_suspended(voucher_id: int) -> bool:
    """Whether the offer that this voucher came from is suspended now; one query."""
    return Offer.objects.filter(quota__entitlements__id=voucher_id, suspended_at__isnull=False).exists()


def items(vouchers: Iterable[claims.Voucher], *, now: datetime) -> list[Item]:
    """Vouchers with the names of the outlets where they were used; one query."""
    kept = list(vouchers)
    ids = {v.used_at_outlet for v in kept if v.used_at_outlet}
    names = dict(Outlet.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    return [Item(v, names.get(v.used_at_outlet or 0, ""), now) for v in kept]
