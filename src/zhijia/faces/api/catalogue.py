"""What there is: services as they are declared, organisations within reach, regions."""

from typing import Annotated, Any

from django.db.models import Q
from ninja import Field, Query, Router, Schema

from zhijia.kernel.base.errors import NotFound
from zhijia.kernel.org.models import Org, OrgKind, Region
from zhijia.kernel.org.regions import is_code
from zhijia.kernel.service import registry

from . import derive
from .auth import Request
from .paging import SIZE, Cursor, Limit, pack, unpack
from .schemas import Error, OrgPage, RegionOut, ServiceOut, Whole

router = Router(tags=["Catalogue"])
ERRORS = {401: Error, 404: Error, 422: Error}


@router.get("/services", operation_id="list_services", summary="Services", response={200: list[ServiceOut], 401: Error})
def list_services(request: Request) -> list[dict[str, Any]]:  # noqa: ARG001
    """Every service of this installation."""
    return [{"key": s.key, "title": str(s.title), "version": registry.version(s.key)} for s in registry.services()]


@router.get(
    "/services/{key}",
    operation_id="get_service",
    summary="A service's declaration",
    response={200: dict[str, Any], **ERRORS},
)
def get_service(request: Request, key: str) -> dict[str, Any]:  # noqa: ARG001
    """Fields, states, transitions, clocks, rates and retention, for programs that draw forms or diagrams of them."""
    return derive.declaration(registry.service(key))


class OrgFilters(Schema):
    """Which organisations."""

    q: Annotated[str, Field(max_length=60)] = Field("", description="Part of the name")
    under: Whole | None = Field(None, description="This organisation and those below it")
    kind: Annotated[str, Field(max_length=20)] = Field("", description=", ".join(OrgKind))
    cursor: Cursor = ""
    limit: Limit = SIZE


@router.get("/orgs", operation_id="list_orgs", summary="Organisations within reach", response={200: OrgPage, **ERRORS})
def list_orgs(request: Request, filters: Query[OrgFilters]) -> dict[str, Any]:
    """Active organisations in the reach of the caller's posts, in the order of the tree; a worker, who has no reach,
    finds none."""
    within = Q(pk__in=[])
    for lft, rgt in request.auth.actor.ranges():
        within |= Q(lft__range=(lft, rgt))
    low, high = request.auth.actor.industry_range()
    if low <= high:
        within |= Q(industry_lft__range=(low, high))
    found = Org.objects.filter(within, active=True).order_by("lft")
    if filters.under is not None:
        top = Org.objects.filter(pk=filters.under).first()
        found = found.filter(lft__range=(top.lft, top.rgt)) if top else found.none()
    if kind := filters.kind.replace("\0", ""):
        found = found.filter(kind=kind)
    if words := filters.q.replace("\0", "").strip():
        found = found.filter(name__contains=words)
    if filters.cursor:
        found = found.filter(lft__gt=unpack(filters.cursor, int)[0])
    rows = list(found[: filters.limit + 1])
    shown = rows[: filters.limit]
    items = [
        {"id": o.pk, "name": o.name, "kind": o.kind, "level": o.level, "region": o.region_id, "parent": o.parent_id}
        for o in shown
    ]
    return {"items": items, "next": pack(shown[-1].lft) if len(rows) > filters.limit else None}


@router.get(
    "/regions/{code}/children",
    operation_id="list_regions",
    summary="Regions below",
    response={200: list[RegionOut], **ERRORS},
)
def list_regions(request: Request, code: str) -> list[dict[str, Any]]:  # noqa: ARG001
    """The present divisions directly below one (GB/T 2260); 000000 is the country."""
    if not is_code(code):
        raise NotFound(code="no_such_region")
    below = Region.objects.filter(parent_id=code, retired_in=None).order_by("code")
    return [{"code": r.code, "name": r.name, "level": r.level} for r in below]
