"""The winter campaign against unpaid wages (根治欠薪冬季行动) county by county: what is owed and what was recovered.

Exact figures, because the reader may see the cases behind them; what is published is rounded elsewhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from zhijia.faces.web.pages import desk_page
from zhijia.kernel.base.errors import NotFound, Text
from zhijia.kernel.base.money import yuan
from zhijia.kernel.files.formulas import Lines
from zhijia.kernel.org.regions import is_code
from zhijia.kernel.people.actors import Actor, Permission
from zhijia.modules.wage_arrears.winter import Campaign, County, campaign

from . import charts
from .views import home

MOST_BARS = 20
LAST = date.max
"""Sorts counties without an open claim behind all others."""


@dataclass(frozen=True)
class Column:
    """One column of the table: what it shows and how it sorts."""

    key: str
    title: Text
    of: Callable[[County], Any]
    money: bool = False
    smallest_first: bool = False


COLUMNS = (
    Column("name", _("Place"), lambda c: c.code, smallest_first=True),
    Column("claims", _("Claims"), lambda c: c.claims or 0),
    Column("workers", _("Workers"), lambda c: c.workers or 0),
    Column("claimed", _("Owed"), lambda c: c.claimed or 0, money=True),
    Column("recovered", _("Recovered"), lambda c: c.recovered or 0, money=True),
    Column("share", _("Share recovered"), lambda c: c.share or 0.0),
    Column("open_now", _("Open now"), lambda c: c.open_now or 0),
    Column("open_late", _("Of these late"), lambda c: c.open_late or 0),
    Column("oldest", _("Oldest open since"), lambda c: c.oldest or LAST, smallest_first=True),
)
FIRST = "claimed"


@desk_page(Permission.FIGURES)
def winter(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /board/winter/?region=…&sort=…: chart and table, most owed first unless asked otherwise."""
    found, chosen = _campaign(request, actor, now), _column(request)
    counties = _sorted(found, chosen)
    drawn = [c for c in counties if c.claimed or c.recovered]
    context = {
        "campaign": found, "counties": counties, "columns": COLUMNS, "chosen": chosen, "now": now,
        "bars": charts.recovered(drawn[:MOST_BARS]), "left_out": max(0, len(drawn) - MOST_BARS),
    }  # fmt: skip
    return render(request, "web/board/winter.html", context)


@desk_page(Permission.FIGURES)
def table(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /board/winter/table.csv: the same rows in the same order; money in yuan. With a BOM, for spreadsheets. Exact
    figures are a list that is taken out."""
    actor.require(Permission.EXPORT)
    found = _campaign(request, actor, now)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="winter-{found.whole.code}-{found.until.year}.csv"'
    response.write("\ufeff")
    out = Lines(response)
    out.writerow(["code", "name", *(c.key for c in COLUMNS[1:])])
    for county in (found.whole, *_sorted(found, _column(request))):
        out.writerow([county.code, county.name, *(_cell(county, column) for column in COLUMNS[1:])])
    return response


def _campaign(request: HttpRequest, actor: Actor, now: datetime) -> Campaign:
    region = request.GET.get("region") or home(actor)
    if not is_code(region):
        raise NotFound(code="no_such_region")
    return campaign(region=region, now=now)


def _column(request: HttpRequest) -> Column:
    asked = request.GET.get("sort", "")
    return next((c for c in COLUMNS if c.key == asked), next(c for c in COLUMNS if c.key == FIRST))


def _sorted(found: Campaign, by: Column) -> list[County]:
    """By code within what is alike, so that the order is the same every time."""
    return sorted(found.counties, key=by.of, reverse=not by.smallest_first)


def _cell(county: County, column: Column) -> object:
    value = getattr(county, column.key)
    if value is None:
        return ""
    return yuan(value) if column.money else round(value, 3) if isinstance(value, float) else value
