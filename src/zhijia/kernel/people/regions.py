"""For which regions somebody may set values: those whose own union lies in reach, and what lies below them."""

from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid
from zhijia.kernel.org.models import OrgKind, Region
from zhijia.kernel.org.regions import COUNTRY, ancestors, is_code

from .accounts import orgs_in
from .actors import EVERYWHERE, Actor, Permission


@dataclass(frozen=True)
class Regions:
    """Codes whose union is in reach; a town's or a hotline centre's administrator stands above no county."""

    tops: frozenset[str]

    def hold(self, code: str) -> bool:
        """Whether the region, or one above it, is among them. The whole country is only held by itself."""
        if code == COUNTRY:
            return COUNTRY in self.tops
        return is_code(code) and any(above in self.tops for above in ancestors(code))

    def __bool__(self) -> bool:
        return bool(self.tops)


def regions_of(actor: Actor, permission: Permission = Permission.SETTINGS) -> Regions:
    """The regions that the permission reaches. One query; the platform, and who reaches everything, hold them all."""
    reach = actor.within(permission)
    if actor.system or EVERYWHERE in reach.region:
        return Regions(frozenset({COUNTRY}))
    unions = orgs_in(reach).filter(kind=OrgKind.FEDERATION, active=True, level=F("region__level"))
    return Regions(frozenset(unions.values_list("region_id", flat=True)))


def stem_of(code: str) -> str:
    """The first digits that a region shares with everything below it; "" for the country."""
    if code == COUNTRY:
        return ""
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


def named_regions(regions: Regions) -> list[Region]:
    """Those of them that people choose from, from the top: with a union of their own."""
    tops = [*regions.tops, COUNTRY] if COUNTRY in regions.tops else list(regions.tops)
    return list(Region.objects.filter(code__in=tops).order_by("level", "code"))


def demand_region(actor: Actor, code: str, permission: Permission = Permission.SETTINGS) -> None:
    """Raises Invalid for a region that there is not, Forbidden for one that the permission does not reach."""
    if not Region.objects.filter(code=code).exists():
        raise Invalid(FieldProblem("region", "choice", _("Choose a region.")))
    actor.require(permission)
    if not regions_of(actor, permission).hold(code):
        raise Forbidden(
            _("You set values for your own region and below it. Ask the level above for more."), code="out_of_reach"
        )
