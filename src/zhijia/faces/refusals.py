"""What was refused goes into the security log: who knocked at what is not theirs, with which key, how often. And the
one refusal that no page may forget: an auditor changes nothing."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from zhijia.faces.address import client_address
from zhijia.faces.api.auth import HAT
from zhijia.faces.api.errors import respond
from zhijia.faces.web.pages import stale_form
from zhijia.kernel.audit import security
from zhijia.kernel.base import clock
from zhijia.kernel.people.actors import Permission, Role
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.posts import actor_of

SAFE = ("GET", "HEAD", "OPTIONS")
GUARDED = ("/desk/", "/api/v1/")
"""Where staff work."""
READ_ONLY = _("An auditor reads everything and changes nothing.")
KINDS = {403: "access.refused", 404: "access.unknown"}


class Refusals:
    """Middleware: a 403, a 404 where somebody is signed in and asked for an id, and a token that is none.

    The refused request has left its scope and its transaction behind, so what is written here stays. Addresses that do
    not exist at all are no news: any crawler asks for them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if response.status_code in (401, 403, 404) and match is not None and not hasattr(request, "forged"):
            account_id = _account(request)
            kind = KINDS.get(response.status_code, "")
            if response.status_code == 404 and (account_id is None or not match.kwargs):
                kind = ""
            if response.status_code == 401 and request.headers.get("Authorization"):
                kind = "access.token_refused"
            if kind:
                _log(kind, request, account_id, {"route": match.route, "method": request.method or ""})
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Called by Django before the view: nothing that would change something is even begun for an auditor, except
        what asks for the right to audit. The database refuses it too."""
        del args, kwargs
        account = getattr(request, "user", None)
        if request.method in SAFE or not request.path.startswith(GUARDED) or not isinstance(account, Account):
            return None
        if Permission.AUDIT in getattr(view, "needs", ()) or request.headers.get(HAT) == "worker":
            return None
        if not account.is_active or Role.AUDITOR not in actor_of(account, now=clock.now()).roles():
            return None
        if request.path.startswith("/api/"):
            return respond(403, "read_only", READ_ONLY)
        return render(request, "web/error.html", {"status": 403, "reason": READ_ONLY}, status=403)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: on record, then the page that says how to go on."""
    request.forged = True  # type: ignore[attr-defined]
    _log("request.forged", request, _account(request), {"path": request.path, "why": reason[:80]})
    return stale_form(request, reason)


def _account(request: HttpRequest) -> int | None:
    """The account behind a request: of the session, or of the API's caller."""
    caller = getattr(getattr(request, "auth", None), "account", None)
    return getattr(caller or getattr(request, "user", None), "pk", None)


def _log(kind: str, request: HttpRequest, account_id: int | None, detail: dict[str, str]) -> None:
    """A log that cannot be written never turns a refusal into an error."""
    with suppress(DatabaseError), transaction.atomic():
        security.log(kind=kind, now=clock.now(), address=client_address(request), account_id=account_id, detail=detail)
