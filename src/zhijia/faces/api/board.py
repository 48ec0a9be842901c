"""Published figures: rates with their denominators, small cells hidden and the rest rounded, from counters only."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema
from pydantic import StringConstraints

from zhijia.faces.figures import COUNT, HOURS, MONEY, TOTAL, measured
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import FieldProblem, Invalid
from zhijia.kernel.base.money import yuan
from zhijia.kernel.indicators.figures import months_before, rate, totals
from zhijia.kernel.org.models import Region
from zhijia.kernel.org.regions import COUNTRY
from zhijia.kernel.service import registry
from zhijia.kernel.service.declare import Service

from .auth import Request
from .schemas import BoardOut, Error, RegionCode

router = Router(tags=["Figures"])
MOST_MONTHS = 60
Month = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
_BELOW = {0: "province", 1: "city", 2: "county", 3: "county"}


class BoardFilters(Schema):
    """What the figures are of."""

    service: Annotated[str, Field(max_length=32)] = "hotline"
    region: RegionCode = COUNTRY
    since: Month | None = Field(None, description="First month; default: eleven months before the last")
    until: Month | None = Field(None, description="Last month; default: the present one")
    by: Literal["month", "region", "category"] = "month"


@router.get(
    "/board",
    operation_id="get_board",
    summary="Rates with denominators",
    response={200: BoardOut, 401: Error, 404: Error, 422: Error},
)
def get_board(request: Request, filters: Query[BoardFilters]) -> dict[str, Any]:  # noqa: ARG001
    """The rates and counts of a service below a region over some months, split by month, sub-region or category.
    Cells below 10 are null, a rate over fewer than 30 is null, everything else is rounded to 5."""
    service = registry.service(filters.service.replace("\0", ""))
    region = Region.objects.filter(code=filters.region).first()
    if region is None and filters.region != COUNTRY:
        raise Invalid(FieldProblem("region", "unknown", _("There is no such county today (GB/T 2260).")))
    until = _first(filters.until) if filters.until else clock.now().date().replace(day=1)
    since = _first(filters.since) if filters.since else months_before(until, 11)
    if since > until or since < months_before(until, MOST_MONTHS - 1):
        raise Invalid(FieldProblem("since", "span", _("Ask for 1 to 60 months, the first before the last.")))
    by = _BELOW[region.level if region else 0] if filters.by == "region" else filters.by
    span = {"since": since, "until": months_before(until, -1), "region": filters.region}
    whole = totals(service.key, **span).get((), {})  # type: ignore[arg-type]
    parts = totals(service.key, by=by, **span)  # type: ignore[arg-type]
    of_whole = totals(service.key, amounts=True, **span).get((), {})  # type: ignore[arg-type]
    of_parts = totals(service.key, by=by, amounts=True, **span)  # type: ignore[arg-type]
    titles = _titles(service, filters.by, [key[0] for key in parts])
    return {
        "service": service.key, "region": filters.region, "since": f"{since:%Y-%m}", "until": f"{until:%Y-%m}",
        "whole": _row(service, "", str(service.title), whole, of_whole),
        "rows": [
            _row(service, key[0], titles.get(key[0], key[0]), found, of_parts.get(key, {}))
            for key, found in sorted(parts.items())
        ],
    }  # fmt: skip


def _row(
    service: Service, key: str, title: str, found: Mapping[str, int], amounts: Mapping[str, int]
) -> dict[str, Any]:
    rates = []
    for r in service.rates:
        figure = rate(r.key, found.get(r.part, 0), found.get(r.whole, 0))
        rates.append(
            {
                "key": r.key, "title": str(r.title), "says": str(r.says), "part": figure.part, "whole": figure.whole,
                "share": figure.share, "low": figure.low, "high": figure.high,
            }
        )  # fmt: skip
    figures = measured(service, found, amounts)

    def of(*kinds: str) -> list[tuple[str, str, int | None]]:
        return [(m.key, str(m.title), m.value) for m in figures if m.kind in kinds]

    return {
        "key": key, "title": title, "rates": rates,
        "counts": [{"key": k, "title": t, "n": n} for k, t, n in of(COUNT, TOTAL)],
        "sums": [{"key": k, "title": t, "amount": None if n is None else str(yuan(n))} for k, t, n in of(MONEY)],
        "durations": [{"key": k, "title": t, "hours": None if n is None else n / 10} for k, t, n in of(HOURS)],
    }  # fmt: skip


def _titles(service: Service, by: str, keys: list[str]) -> dict[str, str]:
    if by == "region":
        return dict(Region.objects.filter(code__in=keys).values_list("code", "name"))
    if by == "category":
        ask = next(a for a in service.intake.asks if a.name == service.intake.category)
        return {code: str(title) for code, title in ask.choices}
    return {}


def _first(month: str) -> date:
    return date(int(month[:4]), int(month[5:]), 1)
