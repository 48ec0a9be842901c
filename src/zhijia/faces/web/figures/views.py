"""The public figures: a page, the open data behind it as CSV and JSON, and the dictionary of both."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhijia.faces.web.board import charts, tiles
from zhijia.faces.web.board.definitions import definitions
from zhijia.faces.web.board.figures import Board
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import NotFound
from zhijia.kernel.files.formulas import Lines
from zhijia.kernel.indicators.figures import ENOUGH, SMALLEST, STEP
from zhijia.kernel.org.regions import COUNTRY, is_code
from zhijia.kernel.service import registry
from zhijia.kernel.service.declare import Service

from .data import COLUMNS, SENSITIVE, YEAR, choices, published_board, rows

FIRST = "hotline"
FRESH = 60
"""Seconds for which a browser may keep what it was given."""


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """GET /figures/?service=…&region=…&period=…: the page."""
    now, service = clock.now(), _service(request.GET.get("service", ""))
    board = _board(request, service, now)
    query = f"service={service.key}&period={board.period}"
    tiled = tiles.of(board, query=query)
    context = {
        "board": board, "services": registry.services(), "periods": choices(now), "definitions": definitions(service),
        "topics": charts.topics(board.topics), "trend": charts.trend(board, query=query), "query": query,
        "map": tiled and tiled.picture(), "by_place": bool(tiled and tiled.by_place),
    }  # fmt: skip
    return _for_everybody(render(request, "web/figures/figures.html", context))


@require_safe
def dictionary(request: HttpRequest) -> HttpResponse:
    """GET /figures/dictionary/: what every column and every figure means."""
    services = [(service, definitions(service).values()) for service in registry.services()]
    context = {
        "services": services, "columns": COLUMNS, "smallest": SMALLEST, "step": STEP, "enough": ENOUGH,
        "sensitive": SENSITIVE,
    }  # fmt: skip
    return _for_everybody(render(request, "web/figures/dictionary.html", context))


@require_safe
def table(request: HttpRequest, service: str) -> HttpResponse:
    """GET /figures/data/<service>.csv?region=…&period=…: one number a line. With a BOM, for spreadsheets."""
    board = _board(request, _service(service), clock.now())
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_name(board)}.csv"'
    response.write("\ufeff")
    out = Lines(response)
    out.writerow(list(COLUMNS))
    for row in rows(board):
        out.writerow(["" if cell is None else cell for cell in row.cells().values()])
    return _for_everybody(response)


@require_safe
def document(request: HttpRequest, service: str) -> HttpResponse:
    """GET /figures/data/<service>.json: the same numbers, with what they mean and how they were rounded."""
    chosen = _service(service)
    board = _board(request, chosen, clock.now())
    body: dict[str, Any] = {
        "service": {"key": chosen.key, "title": str(chosen.title)},
        "region": {"code": board.region.code, "name": board.region.name},
        "since": board.since.isoformat(), "until": board.until.isoformat(), "until_is_exclusive": True,
        "rules": {
            "hidden_below": SMALLEST, "categories_hidden_below": SENSITIVE, "rounded_to": STEP, "rate_from": ENOUGH,
        },
        "figures": [
            {"key": d.key, "title": str(d.title), "kind": d.kind, "definition": str(d.says)}
            for d in definitions(chosen).values()
        ],
        "rows": [row.cells() for row in rows(board)],
    }  # fmt: skip
    return _for_everybody(JsonResponse(body, json_dumps_params={"ensure_ascii": False}))


def _board(request: HttpRequest, service: Service, now: datetime) -> Board:
    region = request.GET.get("region") or COUNTRY
    period = request.GET.get("period") or YEAR
    if not is_code(region):
        raise NotFound(code="no_such_region")
    return published_board(service=service, region=region, period=period, now=now)


def _service(key: str) -> Service:
    """The service asked for; the hotline where none is. Raises NotFound."""
    if key:
        return registry.service(key[:32].replace("\0", ""))
    return registry.service(FIRST) if registry.has_service(FIRST) else registry.services()[0]


def _name(board: Board) -> str:
    return f"{board.service.key}-{board.region.code}-{board.since:%Y-%m}"


def _for_everybody(response: HttpResponse) -> HttpResponse:
    """The page names nobody, but its words are in the reader's language and its head knows who is signed in."""
    response["Cache-Control"] = f"private, max-age={FRESH}"
    return response
