"""The whole file of a case as one page for paper."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhijia.faces.web.pages import desk_page
from zhijia.faces.web.papers import summaries
from zhijia.kernel.people.actors import Actor

from . import dossier
from .whole import stamped, whole_file


@require_safe
@desk_page
def printed(request: HttpRequest, actor: Actor, now: datetime, no: str) -> HttpResponse:
    """GET /desk/<no>/print/: every section, masked as on the case page, its number on each sheet; with `?internal=1`
    also what is for colleagues only."""
    found = dossier.read(dossier.case_of(actor, no), actor, now)
    internal = bool(request.GET.get("internal"))
    context = {
        "whole": whole_file(found, summaries(found.case), now, internal=internal), "internal": internal,
        "at": stamped(now), "actor": actor,
    }  # fmt: skip
    response = render(request, "web/desk/print.html", context)
    response["Cache-Control"] = "no-store"
    return response
