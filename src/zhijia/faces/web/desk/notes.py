"""Notes among colleagues on a case: what was said, whom it names, and who can be named."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhijia.faces import present
from zhijia.faces.web.pages import desk_page
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.service.mentions import NOTE, colleagues

from . import dossier
from .dossier import Dossier

LATEST = 5
"""Notes that the case page shows by themselves; all of them stand on the timeline."""


@dataclass(frozen=True)
class Said:
    """One note: when, by whom, the words, and the colleagues it names."""

    at: datetime
    who: str
    words: str
    named: tuple[str, ...]


def notes_of(found: Dossier, *, most: int | None = LATEST) -> list[Said]:
    """The notes of a case that was read, newest first. No query."""
    events = [event for event in found.events if event.transition == NOTE][:most]
    lines = present.lines(found.service, events, found.notes, found.names, desk=True)
    return [
        Said(line.at, line.who, "\n".join(words for _title, words in line.notes), tuple(found.named.get(line.seq, ())))
        for line in lines
    ]


@require_safe
@desk_page
def named(request: HttpRequest, actor: Actor, now: datetime, no: str) -> HttpResponse:
    """GET /desk/<no>/colleagues/?q=zh: whom a note on this case can name, as options of a list."""
    case = dossier.case_of(actor, no)
    readers = colleagues(case=case, typed=request.GET.get("q", ""), actor=actor, now=now)
    response = render(request, "web/desk/_colleagues.html", {"readers": readers})
    response["Cache-Control"] = "no-store"
    return response
