"""The overview (what runs today, what waits), and one cycle's days and places in figures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from zhijia.faces.present import Chip, case_chip
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import NotFound, Text
from zhijia.kernel.ledger import quotas
from zhijia.kernel.ledger.entitlements import Counts, counts
from zhijia.kernel.org.models import Region
from zhijia.kernel.org.regions import ancestors
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.bound import campaigns
from zhijia.kernel.service import registry
from zhijia.modules.vouchers import figures
from zhijia.modules.vouchers.models import Cycle, Offer, Outlet
from zhijia.modules.vouchers.organisers import programmes_of
from zhijia.modules.vouchers.settle import owed

from . import charts
from .frame import day_or, page, voucher_desk

SHOWN, MOST = 30, 200
SERVICE = "voucher_cycle"
LIVE = ("published", "running", "suspended")
UNPAID = 31
"""Days back in which the overview looks for what nobody has settled."""


@dataclass(frozen=True)
class CycleLine:
    """One cycle in the list."""

    cycle: Cycle
    state: Text
    chip: Chip | None


@voucher_desk
def _overview(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    today = now.astimezone(CHINA).date()
    last = request.GET.get("before", "")
    rows = _cycles(actor).select_related("case").order_by("-case_id")
    if last.isascii() and last.isdigit() and len(last) <= 18:
        rows = rows.filter(case_id__lt=int(last))
    cycles = list(rows[: SHOWN + 1])
    titles = registry.service(SERVICE).state_titles
    lines = [CycleLine(c, titles[c.case.state], case_chip(c.case, now, desk=True)) for c in cycles[:SHOWN]]
    unpaid = [] if campaigns(actor) else owed(first=today - timedelta(days=UNPAID), last=today)
    context = {
        "lines": lines, "older": cycles[SHOWN - 1].pk if len(cycles) > SHOWN else None, "today": _today(actor, today),
        "unpaid_n": sum(o.n for o in unpaid), "unpaid_fen": sum(o.fen for o in unpaid), "unpaid": len(unpaid),
        "days": UNPAID, "plans": bool(actor.roles() & registry.service(SERVICE).intake.by),
    }  # fmt: skip
    return page(request, actor, now, "overview", context, tab="desk")


overview = require_safe(_overview)


@dataclass(frozen=True)
class PlaceLine:
    """One place on one day, with its name."""

    name: str
    figure: figures.DayFigure


@dataclass(frozen=True)
class TodayLine:
    """What one place gives out today."""

    title: str
    place: str
    total: int
    taken: int
    used: int
    left: int
    no: str


def _cycles(actor: Actor) -> QuerySet[Cycle]:
    """The cycles in sight: an organiser's are those of their programme."""
    return Cycle.objects.filter(programme__in=programmes_of(actor)) if campaigns(actor) else Cycle.objects.all()


def _today(actor: Actor, today: date) -> list[TodayLine]:
    """What cycles in sight give out today, and what others give out where the outlets in reach are; seven statements
    however many there are."""
    live = dict(_cycles(actor).filter(case__state__in=LIVE).values_list("pk", "case__no"))
    counties = [] if campaigns(actor) else Outlet.objects.values_list("region", flat=True).distinct()
    here = {place for region in counties for place in ancestors(region)}
    ours = Q(cycle_id__in=live) | Q(region__in=here, suspended_at=None)
    offers = list(Offer.objects.filter(ours, day=today).order_by("region", "id")[:MOST])
    if not offers:
        return []
    ids = [offer.quota_id for offer in offers]
    stands, used, names = {q.id: q for q in quotas.figures(ids=ids)}, counts(ids), _names(o.region for o in offers)
    return [
        TodayLine(
            o.title, names.get(o.region, o.region), stands[o.quota_id].total, stands[o.quota_id].taken,
            used.get(o.quota_id, Counts()).used, stands[o.quota_id].room,
            live.get(o.cycle_id, ""),
        )
        for o in offers
    ]  # fmt: skip


def _names(codes: Iterable[str]) -> dict[str, str]:
    return dict(Region.objects.filter(pk__in=set(codes)).values_list("pk", "name"))


@dataclass(frozen=True)
class DayLine:
    """One day of a cycle, over all its places."""

    day: date
    total: int
    left: int
    claimed: int
    handed_out: int
    waiting: int
    expired: int


@voucher_desk
def _cycle(request: HttpRequest, actor: Actor, now: datetime, no: str) -> HttpResponse:
    found = _cycles(actor).select_related("case__unit", "programme").filter(case__no=no).first()
    if found is None:
        raise NotFound(code="no_such_case")
    rows = figures.cycle_days(found.pk)
    days = _by_day(rows)
    today = now.astimezone(CHINA).date()
    usual = min((d.day for d in days), key=lambda d: abs(d - today), default=today)
    chosen = day_or(request.GET.get("day", ""), usual)
    names = _names(f.region for f in rows)
    places = [PlaceLine(names.get(f.region, f.region), f) for f in rows if f.day == chosen]
    context = {
        "cycle": found, "state": registry.service(SERVICE).state_titles[found.case.state], "days": days,
        "places": places, "day": chosen, "sum": _summed(days),
        "chart": charts.bars(days, near=chosen, key=_key()), "cut": len(days) > charts.MOST,
    }  # fmt: skip
    return page(request, actor, now, "cycle", context, tab="desk")


cycle = require_safe(_cycle)


def _key() -> list[tuple[str, str]]:
    """The key of a cycle's bars."""
    return [
        (charts.HANDED_OUT, _("handed out")), (charts.CLAIMED, _("claimed, not collected")),
        (charts.LEFT, pgettext("vouchers", "left")),
    ]  # fmt: skip


def _by_day(rows: Sequence[figures.DayFigure]) -> list[DayLine]:
    by_day: dict[date, list[figures.DayFigure]] = {}
    for row in rows:
        by_day.setdefault(row.day, []).append(row)
    return [_line(day, of_day) for day, of_day in sorted(by_day.items())]


def _line(day: date, rows: Sequence[figures.DayFigure]) -> DayLine:
    return DayLine(
        day, sum(r.total for r in rows), sum(r.left for r in rows), sum(r.claimed for r in rows),
        sum(r.handed_out for r in rows), sum(r.waiting for r in rows), sum(r.expired for r in rows),
    )  # fmt: skip


def _summed(days: Sequence[DayLine]) -> DayLine | None:
    if not days:
        return None
    return DayLine(
        days[0].day, sum(d.total for d in days), sum(d.left for d in days), sum(d.claimed for d in days),
        sum(d.handed_out for d in days), sum(d.waiting for d in days), sum(d.expired for d in days),
    )  # fmt: skip
