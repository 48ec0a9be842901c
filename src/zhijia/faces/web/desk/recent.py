"""The cases that somebody had open last, as a page: the palette shows the same to who has JavaScript."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from zhijia.faces.web.pages import desk_page
from zhijia.kernel.cases.recent import recent_cases
from zhijia.kernel.people.actors import Actor

from .inbox import row
from .nav import desk_page_of


@require_safe
@desk_page
def recent(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/recent/: at most twenty, newest first, as far as the actor may still see them."""
    rows = [row(case, now) for case in recent_cases(actor=actor)]
    return desk_page_of(request, actor, now, "web/desk/recent.html", {"rows": rows}, current="recent")
