"""The county whose meals and packs a device shows: remembered on the device, because it belongs to no account."""

from dataclasses import dataclass, field

from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse

from zhijia.faces.web.worker import places
from zhijia.faces.web.worker.ask import last_region
from zhijia.kernel.org.models import Region
from zhijia.kernel.org.regions import ancestors, is_code, level_of
from zhijia.kernel.people.actors import Actor
from zhijia.modules.vouchers.models import Outlet
from zhijia.modules.vouchers.shops import OutletKind

COOKIE = "county"
YEAR = 365 * 24 * 3600
"""Seconds for which the choice is remembered."""


@dataclass(frozen=True)
class Chosen:
    """The county that is shown (None: choose one), and what may be chosen."""

    region: Region | None
    provinces: list[Region] = field(default_factory=list)
    province: str = ""
    counties: list[tuple[str, list[Region]]] = field(default_factory=list)


def chosen(request: HttpRequest, actor: Actor | None) -> Chosen:
    """The county of this device: from its cookie, else where the worker's newest matter happened. What may be chosen
    instead is read only when it is asked for."""
    region = known(request.COOKIES.get(COOKIE, "") or last_region(actor))
    asked = request.GET.get("province", "")
    if region is not None and not asked and "change" not in request.GET:
        return Chosen(region)
    found = places.choose(
        province=asked if is_code(asked) else "", county="" if asked or region is None else region.code
    )
    counties = places.counties_by_city(found.province) if found.province else []  # a city is no answer here
    return Chosen(region, found.provinces, found.province, counties)


def known(code: str) -> Region | None:
    """The county (or city) with this code, if it is one of today."""
    if not is_code(code) or level_of(code) < 2:
        return None
    return Region.objects.filter(pk=code, retired_in=None).first()


def remember(response: HttpResponse, region: Region, *, secure: bool) -> HttpResponse:
    """Let the device remember it."""
    response.set_cookie(COOKIE, region.code, max_age=YEAR, samesite="Lax", httponly=True, secure=secure)
    return response


def prefix(code: str) -> str:
    """How the codes of everything inside this region begin."""
    return code[: 2 * level_of(code)]


def outlets_in(region: str, *, most: int, home: str = "", helping: bool = False) -> list[Outlet]:
    """Open outlets inside this region (with `helping`: stations only): those of the county `home` first, stations
    before shops. One query."""
    found = Outlet.objects.filter(active=True, region__startswith=prefix(region))
    if helping:
        found = found.filter(kind=OutletKind.STATION)
    near = Case(When(region=home, then=0), default=1)
    return list(found.order_by(near, "-kind", "id")[:most])  # "station" sorts behind "shop"


def helped_at(region: str, *, most: int = 3) -> list[Outlet]:
    """Where somebody helps who has no terminal but a desk: stations of this county, else of its city."""
    for place in ancestors(region)[:2]:
        if found := outlets_in(place, most=most, home=region, helping=True):
            return found
    return []
