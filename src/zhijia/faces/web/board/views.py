"""The board: how well did we do, and how sure are we."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhijia.faces.figures import COUNT, HOURS, MONEY, Measured
from zhijia.faces.web.pages import desk_page
from zhijia.kernel.base.money import yuan
from zhijia.kernel.files.formulas import Lines
from zhijia.kernel.indicators.figures import Figure, rate
from zhijia.kernel.org.models import Org
from zhijia.kernel.people.actors import Actor, Permission
from zhijia.kernel.service import registry

from . import charts, tiles
from .definitions import CLOSED, REOPEN, REOPENED, definitions, reopens
from .figures import YEAR, Board, gather, periods
from .lists import lists_of
from .spans import spans

FIRST = "hotline"
"""The service that is shown when none was chosen."""
WINTER = "wage_arrears"
"""The service with a campaign of its own."""
CARDS = 3
"""Large figures at the top: the rates, and sums where a service has fewer rates."""


@desk_page(Permission.FIGURES)
def board(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """The board of the region in the address, or of the reader's own."""
    shown = chosen(request, actor, now)
    query, lists, tiled = _query(shown), lists_of(shown, actor), tiles.of(shown, query=_query(shown))
    asked = next(a for a in shown.service.intake.asks if a.name == shown.service.intake.category)
    others = [m for m in shown.figures if m.kind != COUNT] + [m for m in shown.figures if m.kind == COUNT]
    context = {
        "board": shown, "periods": periods(now), "categories": asked.choices, "services": registry.services(),
        "ranking": charts.ranking(shown.places, shown.ranked, query=query), "ranked": shown.ranked,
        "trend": charts.trend(shown, query=query), "now": now, "query": query, "lists": lists, "spans": spans(shown),
        "topics": charts.topics(shown.topics, addresses=lists.by_category if lists else None),
        "stacks": charts.late(shown.late, address=lists.late if lists else ""),
        "late_total": sum(row.total or 0 for row in shown.late), "reopen": _reopen(shown),
        "few": any(p.figure.share is None for p in shown.places),
        "map": tiled and tiled.picture(), "by_place": bool(tiled and tiled.by_place),
        "definitions": definitions(shown.service),
        "winter": shown.service.key == WINTER, "more": others[: max(0, CARDS - len(shown.rates))],
    }  # fmt: skip
    return render(request, "web/board/board.html", context)


@desk_page(Permission.FIGURES)
def table(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """The figures behind the charts, as published: rounded, small cells empty. CSV with a BOM, for spreadsheets."""
    shown = chosen(request, actor, now)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="board-{shown.region.code}-{shown.period}.csv"'
    response.write("\ufeff")
    out = Lines(response)
    out.writerow(["table", "code", "name", "figure", "part", "whole", "rate", "low95", "high95"])
    for row in shown.every_rate:
        out.writerow(["total", shown.region.code, shown.region.name, row.figure.key, *_cells(row.figure)])
    for measure in shown.figures:
        out.writerow(["total", shown.region.code, shown.region.name, measure.key, *_number(measure)])
    for line in shown.lines:
        for figure in line.rates:
            out.writerow(["place", line.code, line.name, figure.key, *_cells(figure)])
        for measure in line.figures:
            out.writerow(["place", line.code, line.name, measure.key, *_number(measure)])
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


def _number(measure: Measured) -> list[object]:
    """A count, yuan or hours in the column of the part; there is no whole and no rate."""
    value: object = measure.value
    if measure.value is not None and measure.kind in (MONEY, HOURS):
        value = yuan(measure.value) if measure.kind == MONEY else measure.value / 10
    return ["" if value is None else value, "", "", "", ""]


def chosen(request: HttpRequest, actor: Actor, now: datetime) -> Board:
    """The board that the address asks for; the reader's own region where it names none."""
    first = FIRST if registry.has_service(FIRST) else registry.services()[0].key
    service = registry.service(request.GET.get("service") or first)
    region = request.GET.get("region") or home(actor)
    return gather(
        service=service, region=region[:6], period=request.GET.get("period") or YEAR,
        category=(request.GET.get("category") or "")[:32], now=now,
    )  # fmt: skip


def _reopen(shown: Board) -> Figure | None:
    """Of all endings, how many were taken up again, from the published counts; None where the service cannot tell."""
    counts = {m.key: m.value or 0 for m in shown.figures}
    if not reopens(shown.service):
        return None
    return rate(REOPEN, counts[REOPENED], counts[REOPENED] + counts[CLOSED])


def home(actor: Actor) -> str:
    """The region of the widest post: where a board begins."""
    widest = max(actor.posts, key=lambda post: post.rgt - post.lft)
    return Org.objects.filter(pk=widest.org_id).values_list("region_id", flat=True).first() or "000000"


def _query(shown: Board) -> str:
    return f"service={shown.service.key}&period={shown.period}&category={shown.category}"
