"""Signing in here by way of another identity provider: the way out, the way back, and invitations.

What is on its way stands in the session that began it, by its `state`, and is spent by the first answer: an answer to
another browser, a second one, a late one and one from another provider are all nobody's.
"""

import base64
import hashlib
import logging
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from zhijia.faces.address import client_address
from zhijia.faces.sign_in import start_session
from zhijia.kernel.audit import security
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Forbidden, Invalid, ZhijiaError
from zhijia.kernel.base.limits import Limit
from zhijia.kernel.people import providers
from zhijia.kernel.people.models import Account, Provider
from zhijia.kernel.people.numbers import normalise_phone
from zhijia.kernel.people.oidc_models import SignsIn
from zhijia.kernel.people.posts import actor_of

from . import discovery
from .consent import onward
from .fetch import Unreachable, ask_json
from .proof import Unproven, claims_of
from .server import issuer_of

log = logging.getLogger(__name__)
PENDING = "oidc"
"""Where the session keeps what is on its way."""
MOST = 5
"""How many may be on their way from one browser."""
PATIENCE = 600
"""Seconds that a way may take."""
STARTS = Limit("oidc.start", most=60, seconds=60)
"""Each start may make us ask a provider something, so an address may begin only so many."""


@dataclass(frozen=True)
class Way:
    """One sign-in on its way through a provider."""

    provider: int
    nonce: str
    verifier: str
    at: int
    next: str = ""
    account: int = 0
    """Who wants to join the subject to their account; 0: somebody who wants in."""
    invitation: str = ""


@never_cache
@require_safe
def start(request: HttpRequest, key: str) -> HttpResponse:
    """GET /sign-in/with/<key>/: off to the provider."""
    now = clock.now()
    provider = providers.door(key, now=now)
    try:
        return HttpResponseRedirect(begin(request, provider, now=now, wanted=request.GET.get("next", "")[:500]))
    except Forbidden as error:
        return _refuse(request, provider, error)


@never_cache
@require_safe
def back(request: HttpRequest, key: str) -> HttpResponse:
    """GET /sign-in/with/<key>/back/: the provider's answer, in `code` and `state`."""
    now = clock.now()
    provider = providers.door(key, now=now)
    try:
        way = _spend(request, provider, now)
        claims, phone = _prove(request, provider, way, now)
        return _enter(request, provider, way, claims, phone, now)
    except Unreachable as error:
        refused: ZhijiaError = Unproven("unreachable", str(error))
    except ZhijiaError as error:
        refused = error
    why = getattr(refused, "why", refused.code)
    log.warning("sign-in by %s refused: %s %s", key, why, getattr(refused, "detail", ""))
    detail = {"by": f"oidc:{key}", "why": why}
    security.log(kind="sign_in.failed", now=now, address=client_address(request), detail=detail)
    return _refuse(request, provider, refused)


@never_cache
@require_http_methods(["GET", "POST"])
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """GET /sign-in/invited/<token>/ says what it is; POST goes to the provider."""
    now = clock.now()
    invitation = providers.invitation_of(token, now=now)
    provider = providers.door(invitation.provider.key, now=now)
    if request.method == "POST":
        return onward(request, begin(request, provider, now=now, invitation=token))
    return render(request, "web/oidc/invited.html", {"provider": provider, "account": invitation.account})


def begin(
    request: HttpRequest,
    provider: Provider,
    *,
    now: datetime,
    wanted: str = "",
    account: Account | None = None,
    invitation: str = "",
) -> str:
    """The provider's address to go to, after what must be remembered stands in the session. Raises TooSoon, and
    Forbidden when the provider cannot be asked."""
    STARTS.hit(client_address(request), now=now)
    try:
        where = discovery.metadata(provider)
    except Unreachable as error:
        log.warning("provider %s: %s", provider.key, error)
        raise Forbidden(
            _("This way in cannot be reached at present. Sign in another way."), code="unreachable"
        ) from error
    state = secrets.token_urlsafe(24)
    way = Way(
        provider=provider.pk, nonce=secrets.token_urlsafe(24), verifier=secrets.token_urlsafe(48), next=wanted,
        at=int(now.timestamp()), account=account.pk if account else 0, invitation=invitation,
    )  # fmt: skip
    waiting = dict(list(request.session.get(PENDING, {}).items())[1 - MOST :])
    request.session[PENDING] = {**waiting, state: asdict(way)}
    challenge = base64.urlsafe_b64encode(hashlib.sha256(way.verifier.encode()).digest()).decode().rstrip("=")
    parts = urlsplit(where.authorize)
    scopes = "openid phone" if provider.signs_in == SignsIn.WORKERS else "openid"
    query = {
        "response_type": "code", "client_id": provider.client_id, "redirect_uri": back_address(request, provider),
        "scope": scopes, "state": state, "nonce": way.nonce, "code_challenge": challenge,
        "code_challenge_method": "S256",
    }  # fmt: skip
    return urlunsplit(parts._replace(query=urlencode([*parse_qsl(parts.query), *query.items()])))


def back_address(request: HttpRequest, provider: Provider) -> str:
    """Where the provider sends people back to: each provider has its own address, so no answer can be mixed up."""
    return issuer_of(request) + reverse("oidc_back", args=[provider.key])


def _spend(request: HttpRequest, provider: Provider, now: datetime) -> Way:
    """What this session remembers of the answer's `state`; it is forgotten by that."""
    waiting = request.session.get(PENDING, {})
    kept = waiting.pop(request.GET.get("state", ""), None)
    request.session[PENDING] = waiting
    way = Way(**kept) if kept else None
    if way is None or way.provider != provider.pk or not 0 <= int(now.timestamp()) - way.at < PATIENCE:
        raise Unproven("state")
    return way


def _prove(request: HttpRequest, provider: Provider, way: Way, now: datetime) -> tuple[dict[str, Any], str]:
    """Who came, as the provider proves it, and the phone number it vouches for or ""."""
    where = discovery.metadata(provider)
    issuer = request.GET.get("iss")
    if issuer != where.issuer and (issuer is not None or where.names_itself):
        raise Unproven("mix_up", str(issuer)[:200])
    if "error" in request.GET or not request.GET.get("code"):
        raise Unproven("refused", request.GET.get("error", "")[:60])
    told = ask_json(where.token, **_question(request, provider, where, way))
    if not isinstance(told, dict):
        raise Unproven("token")
    claims = dict(claims_of(told.get("id_token"), where=where, client_id=provider.client_id, nonce=way.nonce, now=now))
    if provider.signs_in != SignsIn.WORKERS:
        return claims, ""
    if "phone_number" not in claims and where.userinfo and isinstance(told.get("access_token"), str):
        more = ask_json(where.userinfo, headers={"Authorization": f"Bearer {told['access_token']}"})
        if not isinstance(more, dict) or more.get("sub") != claims["sub"]:
            raise Unproven("userinfo")
        return claims, _phone(more)
    return claims, _phone(claims)


def _question(request: HttpRequest, provider: Provider, where: discovery.Metadata, way: Way) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code", "code": request.GET["code"], "client_id": provider.client_id,
        "redirect_uri": back_address(request, provider), "code_verifier": way.verifier,
    }  # fmt: skip
    secret = providers.secret_of(provider)
    if secret and where.basic:
        pair = f"{quote(provider.client_id, safe='')}:{quote(secret, safe='')}"
        return {"form": form, "headers": {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}}
    return {"form": form | ({"client_secret": secret} if secret else {})}


def _phone(claims: dict[str, Any]) -> str:
    """A number that the provider says it has verified, and that is one."""
    number = claims.get("phone_number")
    if claims.get("phone_number_verified") is not True or not isinstance(number, str):
        return ""
    try:
        return normalise_phone(number)
    except Invalid:
        return ""


def _enter(
    request: HttpRequest, provider: Provider, way: Way, claims: dict[str, Any], phone: str, now: datetime
) -> HttpResponse:
    subject = claims["sub"]
    if way.account:
        account = request.user
        if not isinstance(account, Account) or account.pk != way.account:
            raise Unproven("session")
        providers.link_own(provider=provider, subject=subject, account=account, now=now)
        messages.success(request, _("Joined. From now on you can sign in here that way too."))
        return redirect("connected")
    if way.invitation:
        account = providers.accept_invitation(token=way.invitation, provider=provider, subject=subject, now=now)
    else:
        account = providers.account_of(provider=provider, subject=subject, phone=phone, now=now)
    request.GET = request.GET.copy()
    request.GET["next"] = way.next  # a second step goes on to it
    second = start_session(request, account, by=f"oidc:{provider.key}", strong=providers.is_strong(provider, claims))
    if second is not None:
        return second
    ours = url_has_allowed_host_and_scheme(way.next, {request.get_host()}, require_https=request.is_secure())
    home = "/desk/" if actor_of(account, now=now).is_staff else "/"
    return HttpResponseRedirect(way.next if ours else home)


def _refuse(request: HttpRequest, provider: Provider, error: ZhijiaError) -> HttpResponse:
    """Say that it did not work out, and offer the other ways in."""
    context = {"provider": provider, "reason": error.reason, "why": getattr(error, "why", "")}
    return render(request, "web/oidc/refused.html", context, status=error.status)
