"""Doing something to a case from its page."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.faces.web.pages import back, desk_page
from zhijia.kernel.base.errors import Conflict, Forbidden, Invalid, NotFound
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.service import mentions, registry
from zhijia.kernel.service.engine import fire

from . import dossier
from .bulk import UNDONE_BY
from .case import Tried, show
from .forms import answers


@require_POST
@desk_page
def do(request: HttpRequest, actor: Actor, now: datetime, no: str, transition: str) -> HttpResponse:
    """POST /desk/<no>/do/<transition>/: fire it and go on; a refusal shows the page again with everything typed."""
    case = dossier.case_of(actor, no)
    declared = registry.service(case.service).transition(transition)
    if declared is None or declared.inner:
        raise NotFound(code="no_such_transition")
    typed, seen = request.POST, _seen(request)
    try:
        data, key = answers(declared.ask, typed, actor), typed.get("key") or None
        if transition == mentions.NOTE:  # a word among colleagues does not depend on what others did meanwhile
            noted = mentions.note(no=no, data=data, actor=actor, now=now, key=key)
        else:
            noted = mentions.Noted(
                fire(no=no, transition=transition, actor=actor, now=now, data=data, key=key, seq=seen)
            )
    except Invalid as error:
        tried = Tried(transition, typed, error.problems, reason=_("Something must be mended first."))
        return show(request, actor, now, case, tried=tried, status=error.status)
    except (Conflict, Forbidden) as error:
        stale = seen if error.code == "stale" else None
        tried = Tried(transition, typed, reason=error.reason, meanwhile=stale)
        return show(request, actor, now, dossier.case_of(actor, no), tried=tried, status=error.status)
    undo = UNDONE_BY.get(transition)
    done = _("Done: %(what)s, %(no)s.") % {"what": declared.title, "no": no}
    messages.success(request, done, extra_tags=reverse("desk:do", args=[no, undo]) if undo else "")
    _tell_named(request, noted)
    # A case that went one level up may lie outside the officer's reach now.
    stays = Case.objects.visible_to(actor).filter(no=no).exists()
    return back(request, reverse("desk:case", args=[no]) if stays else reverse("desk:inbox"))


def _seen(request: HttpRequest) -> int | None:
    """The number of the last event that the officer's page showed."""
    seq = request.POST.get("seq", "")
    return int(seq) if seq.isascii() and seq.isdigit() and len(seq) < 10 else None


def _tell_named(request: HttpRequest, noted: mentions.Noted) -> None:
    """Say who was told of a note; and of names that nobody has who may read the case."""
    if noted.told:
        messages.success(request, _("Told: %(names)s.") % {"names": "、".join(noted.told)})
    if noted.unknown:
        names = "、".join(f"@{name}" for name in noted.unknown)
        words = _("Nobody was told by %(names)s: no colleague of that name may read this case.")
        messages.warning(request, words % {"names": names})
