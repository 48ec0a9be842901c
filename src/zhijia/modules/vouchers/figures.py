"""Counts of cycles: for the union that runs them as they are, for the public hidden below ten and rounded."""

from dataclasses import dataclass
from datetime import date

from zhijia.kernel.indicators.figures import published
from zhijia.kernel.ledger.entitlements import Counts, counts
from zhijia.kernel.ledger.quotas import figures

from .models import Offer


@dataclass(frozen=True)
class DayFigure:
    """One place and day of a cycle: how many there were, were claimed, handed out, given back, let lapse."""

    offer_id: int
    region: str
    day: date
    total: int
    left: int
    claimed: int
    handed_out: int
    waiting: int
    given_back: int
    expired: int


@dataclass(frozen=True)
class PublicFigure:
    """The same for everybody: None where fewer than ten people would be seen."""

    region: str
    total: int
    claimed: int | None
    handed_out: int | None


def cycle_days(cycle_id: int) -> list[DayFigure]:
    """Each place and day of a cycle, in three statements; for its union, in any request."""
    offers = list(Offer.objects.filter(cycle_id=cycle_id).order_by("day", "region"))
    return _figures(offers)


def public_days(*, day: date, region_prefix: str = "") -> list[PublicFigure]:
    """What was given out on one day by place, as it may be published. For the platform."""
    offers = Offer.objects.filter(day=day, region__startswith=region_prefix).order_by("region")
    by_place: dict[str, list[DayFigure]] = {}
    for figure in _figures(list(offers)):
        by_place.setdefault(figure.region, []).append(figure)
    return [
        PublicFigure(
            region, sum(f.total for f in of_place), published(sum(f.claimed for f in of_place)),
            published(sum(f.handed_out for f in of_place)),
        )
        for region, of_place in by_place.items()
    ]  # fmt: skip


def _figures(offers: list[Offer]) -> list[DayFigure]:
    ids = [offer.quota_id for offer in offers]
    stands, held = {f.id: f for f in figures(ids=ids)}, counts(ids)
    made = []
    for offer in offers:
        quota, n = stands[offer.quota_id], held.get(offer.quota_id, Counts())
        made.append(
            DayFigure(
                offer.id, offer.region, offer.day, quota.total, quota.room, quota.taken, n.used, n.granted, n.refunded,
                n.expired,
            )
        )  # fmt: skip
    return made
