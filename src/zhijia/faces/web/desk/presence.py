"""Who else has this case open: a page that is open says so every twenty seconds and hears of the others."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from zhijia.faces.web.pages import desk_page
from zhijia.kernel.cases.recent import also_open, mark_open
from zhijia.kernel.people.actors import Actor

from . import dossier


@require_POST
@desk_page
def here(request: HttpRequest, actor: Actor, now: datetime, no: str) -> HttpResponse:
    """POST /desk/<no>/here/: the case is open at this actor's; answers with the colleagues who have it open too."""
    case = dossier.case_of(actor, no)
    mark_open(case=case, actor=actor, now=now)
    others = [colleague.name for colleague in also_open(case=case, actor=actor, now=now)]
    response = render(request, "web/desk/_present.html", {"others": others})
    response["Cache-Control"] = "no-store"
    return response
