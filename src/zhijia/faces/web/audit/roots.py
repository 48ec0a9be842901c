"""The signed roots for everybody: they tell nothing but hashes, and who keeps a copy can prove a later change."""

import json
from collections.abc import Iterator
from datetime import datetime

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhijia.faces.web.pages import open_page
from zhijia.kernel.audit.models import Statement
from zhijia.kernel.audit.roots import line_of
from zhijia.kernel.people.actors import Actor

SHOWN = 30


@require_safe
@open_page
def roots(request: HttpRequest, actor: Actor | None, now: datetime) -> HttpResponse:
    """GET /audit/roots: the newest signed roots, the public keys, and what to do with them."""
    del actor
    found = [(s, json.loads(s.body)) for s in Statement.objects.order_by("-number")[:SHOWN]]
    keys = [json.loads(s.body) for s in Statement.objects.filter(about__startswith="key:").order_by("-number")]
    return render(request, "web/audit/roots.html", {"rows": found, "keys": keys, "now": now})


@require_safe
@open_page
def lines(request: HttpRequest, actor: Actor | None, now: datetime) -> StreamingHttpResponse:
    """GET /audit/roots.jsonl: all signed statements, one a line; `?after=` leaves out those up to a number."""
    del actor, now
    after = request.GET.get("after", "")
    number = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0
    response = StreamingHttpResponse(_stream(number), content_type="application/jsonl")
    response["Content-Disposition"] = 'attachment; filename="roots.jsonl"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _stream(after: int) -> Iterator[str]:
    """By pages, so that no transaction stays open while somebody reads slowly."""
    while page := list(Statement.objects.filter(number__gt=after).order_by("number")[:500]):
        yield from map(line_of, page)
        after = page[-1].number
