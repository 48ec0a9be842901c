"""The wall (大屏): one screen of 1920x1080 that is read from across a hall and brings itself up to date."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhijia.faces.drawing.ink import Picture
from zhijia.faces.web.pages import desk_page
from zhijia.kernel.people.actors import Actor, Permission

from . import charts, tiles
from .figures import Board
from .views import chosen

ROWS = 12
"""So many places fit: the highest and the lowest."""
EVERY = 60
"""Seconds between two looks."""


@desk_page(Permission.FIGURES)
def wall(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /board/wall/?region=…&service=…: the whole screen; to htmx only what changes."""
    shown = chosen(request, actor, now)
    template = "web/board/_wall.html" if request.headers.get("HX-Request") else "web/board/wall.html"
    return render(request, template, _context(shown, now))


def _context(shown: Board, now: datetime) -> dict[str, Any]:
    query = f"service={shown.service.key}&period={shown.period}"
    tiled = tiles.of(shown, query=query)
    return {
        "board": shown, "now": now, "every": EVERY, "query": query, "ranking": _ends(shown, query),
        "map": tiled and tiled.picture(), "by_place": bool(tiled and tiled.by_place),
        "trend": charts.trend(shown, query=query), "late_total": sum(row.total or 0 for row in shown.late),
        "counts": [m for m in shown.figures if m.words][:6],
    }  # fmt: skip


def _ends(shown: Board, query: str) -> Picture | None:
    """The ranking of the highest and lowest places, where not all fit."""
    rated = [p for p in shown.places if p.figure.share is not None]
    kept = rated if len(rated) <= ROWS else [*rated[: ROWS // 2], *rated[-ROWS // 2 :]]
    return charts.ranking(kept, shown.ranked, query=query)
