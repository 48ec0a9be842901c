"""Suggestions while somebody types: units in reach, employers."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
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
    """GET /desk/employers/?employer_name=words: options for an employer field, by name, initials or credit code."""
    del actor, now
    found = search_employers(_typed(request), limit=MOST)
    return render(request, "web/desk/_options.html", {"options": [(e.name, e.uscc or "") for e in found.items]})


def _typed(request: HttpRequest) -> str:
    """The words of the one field that was sent."""
    return clean(next(iter(request.GET.values()), ""))[:100]
