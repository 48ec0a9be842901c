"""Typical cases: a list that is searched by words, by what was broken and by trade, and each on a page of its own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhijia.modules.supervision.models import Breach, Industry
from zhijia.modules.supervision.typical import PAGE, published, published_one

FRESH = 60
"""Seconds for which a browser may keep what it was given."""
LONGEST = 60
"""Characters of the longest search."""


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """GET /cases/typical/?q=…&category=…&industry=…&before=…: one page of them, the newest first."""
    asked = {name: request.GET.get(name, "")[:LONGEST] for name in ("q", "category", "industry")}
    before = request.GET.get("before", "")
    found = published(
        words=asked["q"], category=asked["category"], industry=asked["industry"], limit=PAGE + 1,
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 18 else 0,
    )  # fmt: skip
    more = found[PAGE - 1].pk if len(found) > PAGE else 0
    shown = {
        "cases": found[:PAGE],
        "more": more,
        "asked": asked,
        "breaches": Breach.choices,
        "trades": Industry.choices,
    }
    return _for_everybody(render(request, "web/typical/list.html", shown))


@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /cases/typical/<id>/: one of them. 404 for what is not published."""
    return _for_everybody(render(request, "web/typical/one.html", {"typical": published_one(pk)}))


def _for_everybody(response: HttpResponse) -> HttpResponse:
    """The page names nobody, but its words are in the reader's language and its head knows who is signed in."""
    response["Cache-Control"] = f"private, max-age={FRESH}"
    return response
