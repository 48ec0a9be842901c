"""Middleware that keeps sessions within their limits and no half signed-in account near a page."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from zhijia.faces import sessions
from zhijia.faces.address import device_cookie
from zhijia.faces.sign_in import second_page, wait_for_second
from zhijia.kernel.base import clock
from zhijia.kernel.people.factors import Step
from zhijia.kernel.people.models import Account

YEAR = 365 * 24 * 3600


class Guard:
    """Ends sessions that were idle or lasted too long, asks for the second step that came due meanwhile, and gives a
    new browser the cookie by which it is known again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Only requests with a session cookie cost anything."""
        known = settings.SESSION_COOKIE_NAME in request.COOKIES
        response = (_look(request) if known else None) or self.get_response(request)
        if token := getattr(request, "device_token", None):
            response.set_cookie(
                device_cookie(), token, max_age=YEAR, httponly=True, samesite="Lax",
                secure=bool(settings.SESSION_COOKIE_SECURE),
            )  # fmt: skip
        return response


def _look(request: HttpRequest) -> HttpResponse | None:
    now, is_page = clock.now(), not request.path.startswith("/api/")
    words = sessions.check(request, now=now)
    if words and is_page:
        messages.info(request, str(words))
    step = sessions.due(request, now=now)
    account, seen = request.user, sessions.read(request)
    if step is Step.NONE or seen is None or not isinstance(account, Account):
        return None
    sessions.leave(request, why="second_due", now=now)
    wait_for_second(request, account, by=seen.by, step=step, now=now)
    return second_page(request, step) if is_page else None
