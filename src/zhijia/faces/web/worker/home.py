"""The home page: ask for help, or see where my matter stands."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhijia.faces.web.pages import open_page
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Account

from .messages import unread
from .mine import matters_of, own_cases
from .services import HOTLINE, OWN_DATA, offers

SHOWN, LOOKED_AT = 3, 20
"""Matters on the home page, and how many open ones are looked at for what waits longest."""
TILES = 5
"""Services on the home page; with more of them the last tile leads to all."""


@open_page
def home(request: HttpRequest, actor: Actor | None, now: datetime) -> HttpResponse:
    """GET /: for everybody; my matters only when signed in."""
    if actor is None:
        return render(request, "web/worker/home.html", {"tab": "home", **_services()})
    open_cases = own_cases(actor).filter(closed_at=None).order_by("due_at", "-id")[:LOOKED_AT]
    matters = matters_of(open_cases, actor, now)
    matters.sort(key=lambda matter: not matter.waits)
    context = {
        "tab": "home", "actor": actor, "matters": matters[:SHOWN], "count": len(matters),
        "more": len(matters) == LOOKED_AT, "unread": unread(actor), "staff": _is_staff(request),
        **_services(),
    }  # fmt: skip
    return render(request, "web/worker/home.html", context)


def _services() -> dict[str, Any]:
    """The services beside asking for help, which has the large button, and beside one's data, which is under "Me"."""
    found = [offer for offer in offers() if offer.key not in (HOTLINE, OWN_DATA)]
    return {"services": found[:TILES], "all_services": len(found) > TILES}


def _is_staff(request: HttpRequest) -> bool:
    """An account without a person is no worker: its work is on the desk."""
    return isinstance(request.user, Account) and request.user.person_id is None
