"""When the database cannot be reached or the disk is full: whoever asks is told so in words, at once, and tries again.

A fault that passes by itself is no error of ours: 503 with Retry-After while the database is away or too many ask at
once, 507 while nothing more can be stored. What was typed stands in the answer, ready to be sent once more.
"""

import errno
import logging
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import psycopg
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import Error, InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from psycopg_pool import PoolClosed, PoolTimeout, TooManyRequests

from zhijia.faces.web import pages
from zhijia.kernel.base.errors import Text

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outage:
    """What is the matter, for programs and for people."""

    code: str
    status: int
    after: int
    """Seconds until it is worth trying again."""
    heading: Text
    reason: Text


AWAY = Outage(
    "database_away", 503, 10, _("The platform cannot reach its records at the moment."),
    _("It comes back by itself. Wait a little and try again."),
)  # fmt: skip
BUSY = Outage(
    "busy", 503, 5, _("Too many people are here at this moment."),
    _("Nothing was stored yet. Wait a few seconds and try again."),
)  # fmt: skip
FULL = Outage(
    "no_room", 507, 60, _("There is no room left to store this."),
    _("Nothing of it was stored. The operator must make room; try again later."),
)  # fmt: skip

ERRORS: tuple[type[Exception], ...] = (Error, psycopg.Error, OSError)
"""What may be a sign of one."""
_ROOM = {errno.ENOSPC, errno.EDQUOT}
_SAID = (
    ("53100", FULL), ("53", BUSY), ("55P03", BUSY), ("57014", BUSY), ("57P", AWAY), ("08", AWAY), ("25006", AWAY),
)  # fmt: skip
"""How SQLSTATEs begin."""
_SECRETS = frozenset({"password", "password1", "password2", "old_password", "code", "passphrase"})
"""A form with one of these is not written into a page: its person goes back instead."""
_MOST = 200_000
"""Characters of a form that are carried over."""
_renewing = threading.Lock()
_PAUSE = 1.0
"""Seconds for which a process that found the database away does not look for it again: all who ask meanwhile are told
at once, or they would stand in a queue, each waiting for the one before to find out the same."""
_looks_again = 0.0


def outage_of(error: BaseException | None) -> Outage | None:
    """What is the matter when this was raised; None when it is an error like any other."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _ROOM:
            return FULL
        if isinstance(error, PoolTimeout | TooManyRequests):
            return BUSY if _answers() else AWAY
        if isinstance(error, PoolClosed):
            return AWAY
        if isinstance(error, psycopg.Error) and error.sqlstate:
            return next((outage for begin, outage in _SAID if error.sqlstate.startswith(begin)), None)
        if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
            return AWAY  # the line broke before the server could say anything
        if isinstance(error, OperationalError | InterfaceError) and error.__cause__ is None:
            return AWAY
        error = error.__cause__ or (error.__context__ if isinstance(error, SessionInterrupted | UpdateError) else None)
    return None


def answer(request: HttpRequest, outage: Outage) -> HttpResponse:
    """The page or the JSON that says it, with Retry-After; a form that was sent comes back whole."""
    global _looks_again
    log.warning("%s: %s", outage.code, request.path)
    if outage is AWAY and time.monotonic() >= _looks_again:
        _looks_again = time.monotonic() + _PAUSE
        _renew()
    if request.path.startswith("/api/"):
        from zhijia.faces.api.errors import respond  # it asks this module about every error

        response = respond(outage.status, outage.code, outage.reason)
    else:
        typed, files = _sent(request) if request.method == "POST" else ([], [])
        context = {"status": outage.status, "outage": outage, "typed": typed, "files": files}
        response = render(request, "web/outage.html", context, status=outage.status)
    response["Retry-After"] = str(outage.after)
    response["Cache-Control"] = "no-store"
    return response


class OutagePages:
    """Middleware: what a page raised because the database or the room is gone becomes a page that says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return answer(request, AWAY) if time.monotonic() < _looks_again else self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Called by Django with what a view raised."""
        outage = outage_of(error) if isinstance(error, ERRORS) else None
        return answer(request, outage) if outage else None


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500, which also meets what middleware raised: the session is read and written there."""
    error = sys.exc_info()[1]
    outage = outage_of(error) if isinstance(error, ERRORS) else None
    return answer(request, outage) if outage else pages.server_error(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400: a session that could not be stored is called interrupted, whatever kept it from it."""
    outage = outage_of(exception) if isinstance(exception, SessionInterrupted) else None
    return answer(request, outage) if outage else pages.bad_request(request, exception)


def _sent(request: HttpRequest) -> tuple[list[tuple[str, str]], list[str]]:
    """The fields of the form, and the names of its files; nothing when it holds a secret, cannot be read or is too long
    to carry."""
    try:
        fields = [(n, value) for n in request.POST if n != "csrfmiddlewaretoken" for value in request.POST.getlist(n)]
        files = list(request.FILES)
    except Exception:  # noqa: BLE001 the very outage may keep us from reading it
        return [], []
    if _SECRETS & {name for name, _value in fields} or sum(len(value) for _name, value in fields) > _MOST:
        return [], []
    return fields, files


def _answers() -> bool:
    """Whether the server is there, asked on a line of its own: then all lines of the pool are in use."""
    try:
        parameters = {**connections["default"].get_connection_params(), "connect_timeout": 2}
        for ours in ("pool", "cursor_factory", "context", "prepare_threshold"):
            parameters.pop(ours, None)
        with psycopg.connect(**parameters):
            return True
    except Exception as error:  # noqa: BLE001 whatever it is, it is no answer
        return getattr(error, "sqlstate", None) == "53300" or "too many" in str(error)


def _renew() -> None:
    """Drop the pool's broken lines in the background, so that not every one of them fails a request of its own."""
    pool = getattr(connections["default"], "pool", None)
    if pool is None or not _renewing.acquire(blocking=False):
        return

    def check() -> None:
        try:
            with suppress(Exception):
                pool.check()
        finally:
            _renewing.release()

    threading.Thread(target=check, name="renew", daemon=True).start()
