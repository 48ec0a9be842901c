"""Who is calling: a partner's token (OAuth2 client credentials) or the browser session of our own pages.

A token is looked up once and then trusted for `TRUST` seconds in this process, so a revoked token, a closed account
or an ended post still works for at most that long. The moment at which a token expires is looked at every time.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.errors import AuthenticationError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf
from oauth2_provider.models import AccessToken

from zhijia.faces.access import as_staff, as_worker, seen_by
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Forbidden
from zhijia.kernel.people.actors import Actor, Permission, Role
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.posts import actor_of

TRUST = 5.0
"""Seconds for which a token's account and posts are not asked for again."""
MOST = 2000
"""Tokens that one process remembers."""
HAT = "Acting-As"
"""Header by which somebody who is union staff and a worker too says `worker`."""


@dataclass(frozen=True)
class Caller:
    """Who asks: the account and the hat it wears for this request."""

    account: Account
    actor: Actor

    @property
    def is_staff(self) -> bool:
        """Acting by posts, as union staff or as a partner."""
        return self.actor.is_staff

    @property
    def is_partner(self) -> bool:
        """A partner's system that holds no other post: it reads words and names only of what it filed itself."""
        return self.actor.is_staff and self.actor.roles() == {Role.PARTNER}

    @property
    def as_worker(self) -> Actor:
        """The account's person, without any post."""
        return as_worker(self.account)


class Request(HttpRequest):
    """A request that has passed one of the two ways in."""

    auth: Caller


@dataclass(frozen=True)
class _Trusted:
    caller: Caller
    expires: datetime
    until: float


_trusted: dict[str, _Trusted] = {}


def forget() -> None:
    """Trust no token any more without asking the database."""
    _trusted.clear()


class Token(HttpBearer):
    """`Authorization: Bearer …` of a partner's application. A wrong token is refused, whatever the session says."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller:  # noqa: ARG002
        checksum = hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
        known = _trusted.get(checksum)
        if known is None or known.until < time.monotonic():
            known = _look_up(checksum)
        if known is None or known.expires <= clock.now():
            raise AuthenticationError
        return known.caller


def _look_up(checksum: str) -> _Trusted | None:
    _trusted.pop(checksum, None)
    ours = AccessToken.objects.filter(user=None)  # a person's token opens what they agreed to tell, and nothing here
    token = ours.select_related("application__user").filter(token_checksum=checksum).first()
    account = token.application.user if token and token.application else None
    if token is None or account is None or not account.is_partner or not account.is_active:
        return None
    caller = Caller(account, as_staff(account, now=clock.now()))
    if len(_trusted) >= MOST:
        _trusted.clear()
    _trusted[checksum] = found = _Trusted(caller, token.expires, time.monotonic() + TRUST)
    return found


class Session(APIKeyCookie):
    """The session cookie of our own pages; whatever changes something also needs their X-CSRFToken header."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Caller | None:
        account = request.user if self.param_name in request.COOKIES else None
        if not isinstance(account, Account):
            return None
        if check_csrf(request):
            raise Forbidden(_("The page is too old or was not ours. Load it again."), code="csrf")
        return self.authenticate(request, None)

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller:  # noqa: ARG002
        account = request.user
        assert isinstance(account, Account)
        if request.headers.get(HAT) == "worker":
            return Caller(account, as_worker(account))
        actor = actor_of(account, now=clock.now())
        return Caller(account, replace(actor, person_id=None) if actor.is_staff else as_worker(account))


def scoped(view: Callable[..., Any]) -> Callable[..., Any]:
    """Run an operation in the database scope of its caller. Every operation gets it by itself; one that opens its
    scopes on its own, or that nobody must sign in for, is marked `unscoped`."""
    if getattr(view, "unscoped", False):
        return view
    permission: Permission | None = getattr(view, "permission", None)

    @wraps(view)
    def run(request: Request, *args: Any, **kwargs: Any) -> Any:
        actor = request.auth.actor
        if permission is not None and actor.is_staff:
            actor.require(permission)
        with seen_by(actor, permission or Permission.READ):
            return view(request, *args, **kwargs)

    return run


def needs(permission: Permission) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark an operation for which staff need `permission`; it runs in the database scope of that permission."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def unscoped(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark an operation that runs as the owner of the database, or opens its scopes itself."""
    view.unscoped = True  # type: ignore[attr-defined]
    return view
