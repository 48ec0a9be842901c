"""Sealed identities: asking for one, turning a key, reading what is open. Each reading is on record with its reason."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhijia.faces.access import seen_by
from zhijia.faces.web.admin.frame import admin_page
from zhijia.faces.web.problems import status_of
from zhijia.kernel.base.errors import Conflict, Forbidden, Invalid, NotFound, Text
from zhijia.kernel.people.actors import Actor, Permission, Role
from zhijia.kernel.people.pseudonyms import Told
from zhijia.kernel.service import pseudonymous

from . import queries
from .nav import desk_page_of, lists

ASK = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.AGENT, Role.DISPATCHER})
"""Who may ever be in charge of a case, or head its unit."""
NEEDS = (Permission.READ, Permission.SECURITY)


@require_safe
@admin_page(*NEEDS)
def sealed(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/sealed/?no=…: what waits for my key, what I asked, and the form for one case."""
    return _page(request, actor, now)


@require_POST
@admin_page(Permission.READ)
def ask(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """POST /desk/sealed/ask/: ask with a reason; on refusal every word is kept."""
    no, reason = request.POST.get("no", "")[:32], request.POST.get("reason", "")
    try:
        pseudonymous.ask(no=no, reason=reason, actor=actor, now=now)
    except Invalid as error:
        problems = {p.field: p.message for p in error.problems}
        return _page(request, actor, now, typed=(no, reason), problems=problems, status=status_of(error))
    except NotFound as error:
        problems = {"no": _("There is no case of this number that you may read.")}
        return _page(request, actor, now, typed=(no, reason), problems=problems, status=error.status)
    except (Conflict, Forbidden) as error:
        return _page(request, actor, now, typed=(no, reason), problems={"reason": error.reason}, status=error.status)
    messages.success(request, _("Asked. Two others must agree within the time."))
    return redirect("desk:sealed")


@require_POST
@admin_page(*NEEDS)
def decide(request: HttpRequest, actor: Actor, now: datetime, pk: int, act: str) -> HttpResponse:
    """POST /desk/sealed/<pk>/agree|refuse/: turn one key, or refuse."""
    try:
        if act == "agree":
            done = pseudonymous.agree(request_id=pk, actor=actor, now=now)
            messages.success(request, _("Opened.") if done.opened_at else _("Agreed. The second key is missing."))
        else:
            pseudonymous.refuse(request_id=pk, actor=actor, now=now)
            messages.success(request, _("Refused."))
    except (Conflict, Forbidden) as error:
        messages.error(request, str(error.reason))
    return redirect("desk:sealed")


@require_POST
@admin_page(Permission.READ)
def read(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """POST /desk/sealed/<pk>/read/: the identity, for who asked, while it is open."""
    try:
        told = pseudonymous.read(request_id=pk, actor=actor, now=now)
    except Conflict as error:
        messages.error(request, str(error.reason))
        return redirect("desk:sealed")
    return _page(request, actor, now, opened=(pk, told))


def _page(
    request: HttpRequest, actor: Actor, now: datetime, *, typed: tuple[str, str] = ("", ""),
    problems: dict[str, Text] | None = None, opened: tuple[int, Told] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    counts: dict[str, int] = {}
    if actor.may(Permission.READ):
        with seen_by(actor):
            counts = queries.counted(lists(actor, now))
    context: dict[str, Any] = {
        "waiting": pseudonymous.waiting_for(actor, now=now), "asked": pseudonymous.asked_by(actor),
        "no": typed[0] or request.GET.get("no", "")[:32], "reason": typed[1], "problems": problems or {},
        "opened": opened, "may_ask": bool(actor.roles() & ASK),
    }  # fmt: skip
    return desk_page_of(
        request, actor, now, "web/desk/sealed.html", context, current="sealed", counts=counts, status=status
    )
