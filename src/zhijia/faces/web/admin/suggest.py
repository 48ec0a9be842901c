"""Suggestions while somebody types: organisations in reach, colleagues."""

from datetime import datetime

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhijia.kernel.base.text import clean
from zhijia.kernel.people.actors import Actor

from .frame import LOOK, MOST, accounts_seen, admin_page, orgs_named


@require_safe
@admin_page(*LOOK)
def orgs(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/admin/orgs/?…=words: options for a field that names an organisation."""
    del now
    found = orgs_named(actor, _typed(request), *LOOK)
    return render(request, "web/desk/_options.html", {"options": [(o.name, o.short_name) for o in found]})


@require_safe
@admin_page(*LOOK)
def people(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/admin/people/?…=words: options for a field that names a colleague, by login."""
    del now
    words = _typed(request)
    named = accounts_seen(actor).filter(Q(name__icontains=words) | Q(login__icontains=words.casefold()), is_active=True)
    options = [(a.login, a.name) for a in named.order_by("name", "pk")[:MOST]] if words else []
    return render(request, "web/desk/_options.html", {"options": options})


def _typed(request: HttpRequest) -> str:
    return clean(next(iter(request.GET.values()), ""))[:100]
