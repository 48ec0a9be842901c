"""How often each route may be asked: one table, kept by middleware for pages and API alike.

By account where somebody is signed in, else by address; a whole office or a mobile network may stand behind one, so
those are wide. What is guessed (passwords, codes) is limited more tightly by account in the kernel.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import http_date
from django.utils.translation import gettext as _

from zhijia.kernel.audit import security
from zhijia.kernel.base import clock
from zhijia.kernel.base.limits import Limit, TooSoon

from .address import client_address

QUARTER, HOUR = 900, 3600
SIGN_IN = Limit("route.sign_in", most=300, seconds=QUARTER)
CODE = Limit("route.code", most=100, seconds=HOUR)
SECOND = Limit("route.second", most=100, seconds=QUARTER)
PASSKEY = Limit("route.passkey", most=300, seconds=QUARTER)
LINK = Limit("route.setup_link", most=30, seconds=QUARTER)
CONFIRM = Limit("route.confirm", most=30, seconds=QUARTER)
PASSWORD = Limit("route.password", most=30, seconds=HOUR)
TOKEN = Limit("route.token", most=120, seconds=60)
SUGGEST = Limit("route.suggest", most=300, seconds=60)
ASK = Limit("route.intake", most=120, seconds=HOUR)
FIGURES = Limit("route.figures", most=120, seconds=60)
CALCULATE = Limit("route.calculate", most=300, seconds=60)
EXCHANGE = Limit("route.exchange", most=6000, seconds=60)
"""What a telephone exchange reports: some four lines for each call."""
FILE = Limit("route.intake_api", most=3000, seconds=60)
"""A partner's system files for a whole city."""

# (method, route) or (method, route, the form's `act`) -> its limits.
ROUTES: dict[tuple[str, ...], Limit] = {
    ("POST", "sign-in/"): SIGN_IN,
    ("POST", "sign-in/", "send"): CODE,
    ("POST", "sign-in/second/"): SECOND,
    ("POST", "sign-in/set-up/"): SECOND,
    ("POST", "sign-in/passkey/begin/"): PASSKEY,
    ("GET", "sign-in/link/<str:token>/"): LINK,
    ("POST", "sign-in/link/<str:token>/"): LINK,
    ("POST", "account/confirm/"): CONFIRM,
    ("POST", "account/password/"): PASSWORD,
    ("POST", "api/v1/session"): SIGN_IN,
    ("POST", "api/v1/session/code"): CODE,
    ("POST", "api/v1/session/second"): SECOND,
    ("POST", "api/v1/oauth/token"): TOKEN,
    ("GET", "desk/units/"): SUGGEST,
    ("GET", "desk/employers/"): SUGGEST,
    ("GET", "lookup/places/"): SUGGEST,
    ("GET", "lookup/credit-code/"): SUGGEST,
    ("GET", "ask/guess"): SUGGEST,
    ("GET", "ask/places"): SUGGEST,
    ("POST", "ask/guess"): SUGGEST,
    ("GET", "api/v1/orgs"): SUGGEST,
    ("POST", "ask/"): ASK,
    ("POST", "services/<slug:key>/"): ASK,
    ("POST", "desk/console/exchange/"): EXCHANGE,
    ("GET", "calculators/<slug:key>/"): CALCULATE,
    ("POST", "api/v1/calculators/<key>"): CALCULATE,
}
ROUTES |= {
    ("GET", f"figures/{route}"): FIGURES
    for route in ("", "dictionary/", "data/<slug:service>.csv", "data/<slug:service>.json")
}
_FILING = "api/v1/cases/"


@dataclass(frozen=True)
class Routes:
    """Middleware: counts what the table names before the view runs; 429 with Retry-After beyond the limit."""

    get_response: Callable[[HttpRequest], HttpResponse]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any  # noqa: ARG002
    ) -> HttpResponse | None:  # fmt: skip
        """Called by Django once the route is known."""
        limits = limits_of(request)
        if not limits:
            return None
        now = clock.now()
        try:
            for limit in limits:
                limit.hit(_who(request), now=now)
        except TooSoon as error:
            return refuse(request, error, now)
        return None


def is_limited(method: str, route: str) -> bool:
    """Whether there is a limit on a route, whoever asks."""
    return _is_filing(method, route) or (method, route) in ROUTES


def _is_filing(method: str, route: str) -> bool:
    return method == "POST" and route.startswith(_FILING) and route.count("/") == 3


def limits_of(request: HttpRequest) -> list[Limit]:
    """The limits of a request whose route is known."""
    match, method = request.resolver_match, request.method or ""
    if match is None:
        return []
    if _is_filing(method, match.route):
        return [FILE]
    keys: list[tuple[str, ...]] = [(method, match.route)]
    if (method, match.route, "send") in ROUTES:
        keys.append((method, match.route, request.POST.get("act", "send")))
    return [ROUTES[key] for key in keys if key in ROUTES]


def refuse(request: HttpRequest, error: TooSoon, now: datetime) -> HttpResponse:
    """The 429, as a page or in the API's shape; the first of its window goes into the security log."""
    from .api.errors import respond  # the API asks this module too

    if error.first:
        route = request.resolver_match.route if request.resolver_match else ""
        security.log(kind="request.limited", now=now, address=client_address(request), detail={"route": route})
    if request.path.startswith("/api/"):
        response = respond(error.status, error.code, error.reason)
    else:
        context = {"status": error.status, "heading": _("Not so fast, please."), "reason": error.reason}
        response = render(request, "web/error.html", context, status=error.status)
    response["Retry-After"] = http_date(error.until.timestamp())
    return response


def _who(request: HttpRequest) -> str:
    account = request.session.get(auth.SESSION_KEY)
    return f"account:{account}" if account else f"address:{client_address(request)}"
