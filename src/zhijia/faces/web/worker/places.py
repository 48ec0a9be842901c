"""Where something happened: the provinces that a hotline serves, their cities and counties, one after another."""

from dataclasses import dataclass, field

from django.db.models.functions import Left

from zhijia.kernel.org.models import Level, Org, OrgKind, Region
from zhijia.kernel.org.regions import COUNTRY, is_code


@dataclass(frozen=True)
class Places:
    """What may be chosen now, and what is."""

    provinces: list[Region] = field(default_factory=list)
    cities: list[Region] = field(default_factory=list)
    counties: list[Region] = field(default_factory=list)
    province: str = ""
    city: str = ""
    county: str = ""
    name: str = ""
    """The chosen place in words."""

    @property
    def within(self) -> str:
        """Where a search may look: the codes of the provinces that are served, with commas between."""
        return ",".join(province.code for province in self.provinces)

    @property
    def region(self) -> str:
        """The code to file under: the county, or the city when the worker does not know the county; "" for none."""
        return self.county or self.city


def served() -> list[Region]:
    """The provinces in which a hotline centre receives, in the order of their codes; two queries."""
    centres = Org.objects.filter(kind=OrgKind.HOTLINE_CENTRE, active=True).values_list("region_id", flat=True)
    codes = {code[:2] + "0000" for code in centres}
    provinces = Region.objects.filter(level=Level.PROVINCE, retired_in=None)
    if COUNTRY not in codes:
        provinces = provinces.filter(code__in=codes)
    return list(provinces.order_by("code"))


def choose(*, province: str = "", city: str = "", county: str = "") -> Places:
    """What follows from the choices so far; a choice that does not fit the one above it is dropped. The only one
    there is is chosen by itself. `county` alone is enough (the list without JavaScript has nothing else)."""
    if is_code(county) and not city:
        province, city = county[:2] + "0000", county[:4] + "00"
    provinces = served()
    province = _fitting(province, provinces)
    below = _below(province) if province else []
    cities = [r for r in below if r.level == Level.CITY and not r.is_placeholder]
    direct = [r for r in below if r.level == Level.COUNTY and _is_direct(r, cities)]
    city = _fitting(city, cities + direct) or _fitting(county, direct, alone=False)
    counties = [r for r in below if r.level == Level.COUNTY and city and r.code[:4] == city[:4] and r not in direct]
    county = _fitting(county, counties, alone=False)
    chosen = [r.name for r in (*provinces, *cities, *direct, *counties) if r.code in (province, city, county)]
    return Places(provinces, cities + direct, counties, province, city, county, "".join(chosen[-2:]))


def counties_by_city(province: str) -> list[tuple[str, list[Region]]]:
    """Every county of a province under the name of its city: the one long list for who has no JavaScript. Before a
    province is known, every city that is served under the name of its province."""
    if not province:
        return _cities()
    below = _below(province)
    names = {r.code: r.name for r in below if r.level == Level.CITY}
    groups: dict[str, list[Region]] = {}
    for region in below:
        if region.level == Level.COUNTY:
            groups.setdefault(names.get(region.code[:4] + "00", ""), []).append(region)
    return list(groups.items())


def _cities() -> list[tuple[str, list[Region]]]:
    provinces = served()
    codes = [province.code[:2] for province in provinces]
    found = Region.objects.filter(level=Level.CITY, retired_in=None).annotate(at=Left("code", 2)).filter(at__in=codes)
    groups: dict[str, list[Region]] = {code: [] for code in codes}
    for city in found.order_by("code"):
        if not city.is_placeholder:
            groups[city.code[:2]].append(city)
    return [(province.name, groups[province.code[:2]]) for province in provinces if groups[province.code[:2]]]


def _below(province: str) -> list[Region]:
    regions = Region.objects.filter(code__startswith=province[:2], level__gte=Level.CITY, retired_in=None)
    return list(regions.order_by("code"))


def _is_direct(county: Region, cities: list[Region]) -> bool:
    """A county with no real city above it (in Beijing, or run by its province) is chosen in the place of a city."""
    return all(city.code[:4] != county.code[:4] for city in cities)


def _fitting(code: str, regions: list[Region], *, alone: bool = True) -> str:
    if any(region.code == code for region in regions):
        return code
    return regions[0].code if alone and len(regions) == 1 else ""
