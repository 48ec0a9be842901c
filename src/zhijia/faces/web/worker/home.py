"""The home page: ask for help, or see where my matter stands; the services, and the union station nearby."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhijia.faces.web.pages import open_page
from zhijia.faces.web.vouchers import county
from zhijia.kernel.org.regions import is_code, level_of
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Account
from zhijia.modules.vouchers.models import Outlet

from .ask import last_region
from .messages import unread
from .mine import matters_of, own_cases
from .services import tiles

SHOWN, LOOKED_AT = 3, 20
"""Matters on the home page, and how many open ones are looked at for what waits longest."""
TILES, ELDER_TILES = 7, 4
"""Services on the home page, before the last tile, which leads to all."""


@open_page
def home(request: HttpRequest, actor: Actor | None, now: datetime) -> HttpResponse:
    """GET /: for everybody; my matters only when signed in."""
    found = tiles(TILES)
    context: dict[str, Any] = {"tab": "home", "services": found, "elder_services": found[:ELDER_TILES]}
    if actor is None:
        return render(request, "web/worker/home.html", {**context, "station": _station(request, "")})
    open_cases = own_cases(actor).filter(closed_at=None).order_by("due_at", "-id")[:LOOKED_AT]
    matters = matters_of(open_cases, actor, now)
    matters.sort(key=lambda matter: not matter.waits)
    lately = max(matters, key=lambda matter: matter.own.pk).own.region if matters else last_region(actor)
    context |= {
        "actor": actor, "matters": matters[:SHOWN], "count": len(matters), "more": len(matters) == LOOKED_AT,
        "unread": unread(actor), "staff": _is_staff(request), "station": _station(request, lately),
    }  # fmt: skip
    return render(request, "web/worker/home.html", context)


def _station(request: HttpRequest, lately: str) -> Outlet | None:
    """The station of this device's county, else of where the worker's newest matter happened, else of the city around
    it; None where neither says a place. The position of a phone is never asked for."""
    here = request.COOKIES.get(county.COOKIE, "") or lately
    if not is_code(here) or level_of(here) < 2:  # a province is no neighbourhood
        return None
    return next(iter(county.outlets_in(f"{here[:4]}00", most=1, home=here, helping=True)), None)


def _is_staff(request: HttpRequest) -> bool:
    """An account without a person is no worker: its work is on the desk."""
    return isinstance(request.user, Account) and request.user.person_id is None
