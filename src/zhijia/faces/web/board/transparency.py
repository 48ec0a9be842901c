"""What the platform does with workers' data, a year at a time, open to everybody: requests and how they were answered,
readings, disclosures. Small counts are hidden, the rest is rounded."""

from datetime import datetime

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhijia.faces.web.pages import open_page
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.people.actors import Actor
from zhijia.modules.privacy.figures import year_of
from zhijia.modules.privacy.models import Right

YEARS = 3
FRESH = 600
"""Seconds: a year of the audit trail is not counted again for every visitor."""


@require_safe
@open_page
def transparency(request: HttpRequest, actor: Actor | None, now: datetime) -> HttpResponse:
    """GET /board/transparency/?year=2026."""
    del actor
    latest = now.astimezone(CHINA).year
    years = [latest - n for n in range(YEARS)]
    asked = request.GET.get("year", "")
    year = int(asked) if asked in map(str, years) else latest
    found = cache.get_or_set(f"zhijia.transparency.{year}", lambda: year_of(year), FRESH)
    context = {"found": found, "years": years, "titles": dict(Right.choices), "now": now}
    return render(request, "web/board/transparency.html", context)
