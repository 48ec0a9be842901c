"""An outlet's terminal is a device, not a person: it shows its secret in a cookie that no script can read."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Forbidden
from zhijia.modules.vouchers.models import Terminal
from zhijia.modules.vouchers.programmes import terminal_of

P = ParamSpec("P")
COOKIE, PATH = "zhijia_terminal", "/outlet/"
YEAR = 365 * 24 * 3600
JSON = "application/json"


def terminal(request: HttpRequest) -> Terminal | None:
    """The terminal that this device is, if it is one."""
    given = request.COOKIES.get(COOKIE, "")
    try:
        return terminal_of(given) if given else None
    except Forbidden:
        return None


def terminal_page(
    view: Callable[Concatenate[HttpRequest, Terminal, datetime, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A page of an enrolled device, run as the platform; any other device is led to enrolment, a script gets 403."""

    @wraps(view)
    def run(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        found = terminal(request)
        if found is not None:
            response = view(request, found, clock.now(), *args, **kwargs)
            response["Cache-Control"] = "no-store"
            return response
        if asks_for_json(request):
            return JsonResponse({"code": "terminal"}, status=403)
        return redirect("vouchers:outlet")

    return run


def asks_for_json(request: HttpRequest) -> bool:
    """Whether a script asks, and not a person's browser."""
    return JSON in request.headers.get("Accept", "")


def enrol(request: HttpRequest, response: HttpResponse, secret: str) -> HttpResponse:
    """Let this device be the terminal with this secret, for a year."""
    response.set_cookie(
        COOKIE, secret, max_age=YEAR, path=PATH, httponly=True, samesite="Strict", secure=request.is_secure()
    )
    return response


def forget(response: HttpResponse) -> HttpResponse:
    """Let this device be no terminal any more."""
    response.delete_cookie(COOKIE, path=PATH, samesite="Strict")
    return response
