"""The board: how well did we do, and how sure are we."""

import csv
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhijia.faces.web.pages import desk_page
from zhijia.kernel.org.models import Org
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.service import registry

from . import charts
from .figures import YEAR, Board, gather, periods

MAIN = "solution"


@desk_page
def board(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """The board of the region in the address, or of the reader's own."""
    shown = _board(request, actor, now)
    average = next((r.figure.share for r in shown.rates if r.figure.key == MAIN), None)
    keys = [r.figure.key for r in shown.rates]
    asked = next(a for a in shown.service.intake.asks if a.name == shown.service.intake.category)
    context = {
        "board": shown, "periods": periods(now), "categories": asked.choices, "services": registry.services(),
        "ranking": charts.ranking(shown.places, average), "trend": charts.trend(shown.trend, keys, MAIN),
        "titles": {r.figure.key: r.title for r in shown.rates}, "bars": charts.bars(shown.topics),
        "stacks": charts.stacks(shown.late), "average": average, "now": now, "query": _query(shown),
        "late_total": sum(row.total or 0 for row in shown.late),
    }  # fmt: skip
    return render(request, "web/board/board.html", context)


@desk_page
def table(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """The figures behind the charts, as published: rounded, small cells empty. CSV with a BOM, for spreadsheets."""
    shown = _board(request, actor, now)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="board-{shown.region.code}-{shown.period}.csv"'
    response.write("\ufeff")
    out = csv.writer(response)
    out.writerow(["table", "code", "name", "figure", "part", "whole", "rate", "low95", "high95"])
    for row in (*shown.rates, *([shown.coverage] if shown.coverage else [])):
        out.writerow(["total", shown.region.code, shown.region.name, row.figure.key, *_cells(row.figure)])
    for place in shown.places:
        out.writerow(["place", place.code, place.name, MAIN, *_cells(place.figure)])
    for month, figures in shown.trend:
        for key, figure in figures.items():
            out.writerow(["month", f"{month:%Y-%m}", "", key, *_cells(figure)])
    for topic in shown.topics:
        out.writerow(
            ["topic", topic.code, topic.title, "filed", topic.n if topic.n is not None else "", "", "", "", ""]
        )
    return response


def _cells(figure: object) -> list[object]:
    values = [getattr(figure, name) for name in ("part", "whole", "share", "low", "high")]
    return ["" if v is None else round(v, 3) if isinstance(v, float) else v for v in values]


def _board(request: HttpRequest, actor: Actor, now: datetime) -> Board:
    service = registry.service(request.GET.get("service") or registry.services()[0].key)
    region = request.GET.get("region") or _home(actor)
    return gather(
        service=service, region=region[:6], period=request.GET.get("period") or YEAR,
        category=(request.GET.get("category") or "")[:32], now=now,
    )  # fmt: skip


def _home(actor: Actor) -> str:
    """The region of the widest post."""
    widest = max(actor.posts, key=lambda post: post.rgt - post.lft)
    return Org.objects.filter(pk=widest.org_id).values_list("region_id", flat=True).first() or "000000"


def _query(shown: Board) -> str:
    return f"service={shown.service.key}&period={shown.period}&category={shown.category}"
