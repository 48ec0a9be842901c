"""Suggestions while somebody types: units in reach, employers."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhijia.faces.web.pages import desk_page
from zhijia.kernel.base.text import clean
from zhijia.kernel.org.employers import search_employers
from zhijia.kernel.people.actors import Actor

from .forms import find_units

MOST = 10


@require_safe
@desk_page
def units(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/units/?unit=words: options for a unit field, whatever its name."""
    del now
    found = find_units(_typed(request), actor)
    return render(request, "web/desk/_options.html", {"options": [(u.name, u.short_name) for u in found]})


@require_safe
@desk_page
def employers(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/employers/?q=words&after=…: employers by name, initials or credit code, one page, as JSON."""
    del actor, now
    key, _dot, last = request.GET.get("after", "").rpartition("|")
    after = (clean(key), int(last)) if last.isascii() and last.isdigit() and len(last) < 19 else None
    found = search_employers(clean(request.GET.get("q", ""))[:100], after=after, limit=MOST)
    items = [{"name": e.name, "uscc": e.uscc or "", "region": e.region.name} for e in found.items]
    return JsonResponse({"items": items, "after": "{}|{}".format(*found.after) if found.after else None})


def _typed(request: HttpRequest) -> str:
    """The words of the one field that was sent."""
    return clean(next(iter(request.GET.values()), ""))[:100]
