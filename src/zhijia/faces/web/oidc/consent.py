"""A partner sends somebody here to sign in: they are asked once, in plain words, what that partner may learn.

The request stands in the address and is checked anew at every step; the form carries nothing but the answer.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from oauth2_provider.oauth2_backends import get_oauthlib_core
from oauthlib.oauth2 import FatalClientError, OAuth2Error
from oauthlib.oauth2.rfc6749 import errors
from oauthlib.openid.connect.core.exceptions import ConsentRequired, InteractionRequired, LoginRequired

from zhijia.faces import sessions
from zhijia.faces.sign_in import end_session
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Forbidden, Invalid
from zhijia.kernel.people import consents
from zhijia.kernel.people.models import Account, Client, Consent
from zhijia.kernel.people.oidc_models import OPENID, POSTS, PROFILE, ClientKind

from .server import issuer_of

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
LONGEST_NONCE = 255


@dataclass(frozen=True)
class Asked:
    """One authorization request that passed the checks of the protocol."""

    client: Client
    scopes: list[str]
    credentials: dict[str, Any]
    prompt: frozenset[str]
    max_age: int | None

    @property
    def back(self) -> str:
        """Where the answer goes: an address that the system registered."""
        return str(self.credentials["redirect_uri"])


@never_cache
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """GET /oauth/authorize/: ask, or go on at once where that was agreed before. POST: the answer, as `act`."""
    try:
        asked = _read(request)
    except FatalClientError as error:
        raise Invalid(reason=_fatal(error)) from error
    except OAuth2Error as error:
        return _answer(request, error.redirect_uri, dict(error.twotuples))
    try:
        return _decide(request, asked, clock.now())
    except OAuth2Error as error:
        state = {"state": asked.credentials["state"]} if asked.credentials["state"] else {}
        return _answer(request, asked.back, dict(error.twotuples) | state)


def _decide(request: HttpRequest, asked: Asked, now: datetime) -> HttpResponse:
    silent = "none" in asked.prompt
    account = request.user
    if not isinstance(account, Account):
        if silent:
            raise LoginRequired
        return redirect_to_login(_without(request, "login"))
    act = request.POST.get("act", "")
    if act == "again":
        return redirect_to_login(_without(request, "login"), reverse("account_confirm"))
    if act == "other":
        return end_session(request, redirect_to_login(_without(request, "login", ages=True)))
    if act == "refuse":
        raise errors.AccessDeniedError
    if _is_too_old(request, asked, now):
        if silent:
            raise LoginRequired
        return render(request, "web/oidc/again.html", {"client": asked.client})
    try:
        scopes = consents.admit(client=asked.client, account=account, asked=asked.scopes, now=now)
    except Forbidden:
        if silent:
            raise InteractionRequired from None
        raise
    given = consents.live_consent(client=asked.client, account=account)
    if act == "allow":
        consents.give_consent(client=asked.client, account=account, scopes=scopes, now=now)
        return _give_code(request, asked, account, scopes, now)
    if given and scopes <= set(given.scopes.split()) and "consent" not in asked.prompt:
        return _give_code(request, asked, account, scopes, now)
    if silent:
        raise ConsentRequired
    return _page(request, asked, account, scopes, given, now)


def _read(request: HttpRequest) -> Asked:
    """The request in the address. Raises oauthlib's errors: fatal ones when there is nowhere to answer to."""
    core = get_oauthlib_core()
    uri, _method, _body, headers = core._extract_params(request)
    scopes, told = core.server.validate_authorization_request(uri, http_method="GET", body=None, headers=headers)
    client = Client.objects.filter(client_id=told["client_id"], enabled=True).first()
    if client is None:
        raise errors.InvalidClientIdError
    if OPENID not in scopes:
        raise _at(errors.InvalidScopeError(description="Ask for openid.", state=told["state"]), told["redirect_uri"])
    wrong = ""
    if told.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(told.get("code_challenge") or ""):
        wrong = "PKCE with S256 is required."
    nonce, age = told.get("nonce") or "", request.GET.get("max_age", "")
    if len(nonce) > LONGEST_NONCE or "\0" in nonce:
        wrong = f"A nonce has at most {LONGEST_NONCE} characters."
    if age and not (age.isascii() and age.isdigit() and len(age) < 10):
        wrong = "max_age is a number of seconds."
    if wrong:
        raise _at(errors.InvalidRequestError(description=wrong, state=told["state"]), told["redirect_uri"])
    names = ("client_id", "redirect_uri", "response_type", "state", "code_challenge", "code_challenge_method", "nonce")
    return Asked(
        client=client, scopes=list(scopes), credentials={name: told.get(name) for name in names},
        prompt=frozenset(request.GET.get("prompt", "").split()), max_age=int(age) if age else None,
    )  # fmt: skip


def _fatal(error: FatalClientError) -> str:
    """In words, why we do not send anybody back to where they came from."""
    if isinstance(error, errors.InvalidClientIdError | errors.MissingClientIdError):
        return _("The system that sent you here is not registered with us, or no longer.")
    if isinstance(error, errors.MismatchingRedirectURIError | errors.MissingRedirectURIError):
        return _("The system that sent you here wants you sent on to an address that is not registered. We stop here.")
    return _("The system that sent you here made a mistake. Go back to it and try again.")


def _is_too_old(request: HttpRequest, asked: Asked, now: datetime) -> bool:
    """Whether the system wants them to prove anew who they are."""
    if "login" in asked.prompt:
        return True
    return asked.max_age is not None and int(now.timestamp()) - _proved(request) > asked.max_age


def _proved(request: HttpRequest) -> int:
    """When the person of this session last proved who they are, in seconds since 1970."""
    seen = sessions.read(request)
    return seen.proved if seen else 0


def _give_code(
    request: HttpRequest, asked: Asked, account: Account, scopes: frozenset[str], now: datetime
) -> HttpResponse:
    seen, proved = sessions.read(request), _proved(request)
    told: dict[str, Any] = ({"auth_time": proved} if proved else {}) | (
        {"amr": ["mfa"]} if seen and seen.strong else {}
    )
    core = get_oauthlib_core()
    uri, _method, _body, headers = core._extract_params(request)
    answer, _text, _status = core.server.create_authorization_response(
        uri, http_method="GET", headers=headers, scopes=sorted(scopes),
        credentials={**asked.credentials, "user": account, "claims": told},
    )  # fmt: skip
    consents.record_use(client=asked.client, account=account, fields=[consents.SIGN_IN], now=now)
    return _go(request, _with_issuer(request, answer["Location"]))


def _page(
    request: HttpRequest, asked: Asked, account: Account, scopes: frozenset[str], given: Consent | None, now: datetime
) -> HttpResponse:
    context = {
        "client": asked.client, "kind": ClientKind(asked.client.kind).title, "account": account,
        "host": urlsplit(asked.back).hostname, "before": given, "knows": OPENID in scopes, "name": PROFILE in scopes,
        "who": consents.name_told(account),
        "posts": consents.posts_told(account, now=now) if POSTS in scopes else [],
    }  # fmt: skip
    response = render(request, "web/oidc/consent.html", context)
    may_lead_to(response, asked.back)
    return response


def may_lead_to(response: HttpResponse, address: str) -> None:
    """Let the forms of this page end at a partner's address: browsers hold redirects after a form to the policy."""
    parts = urlsplit(address)
    response._csp_update = {"form-action": [f"{parts.scheme}://{parts.netloc}"]}  # type: ignore[attr-defined]


def _answer(request: HttpRequest, back: str, answer: dict[str, str]) -> HttpResponse:
    """Send an error to the registered address."""
    parts = urlsplit(back)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *answer.items()])
    return _go(request, _with_issuer(request, urlunsplit(parts._replace(query=query))))


def _with_issuer(request: HttpRequest, address: str) -> str:
    """Say in every answer whose it is (RFC 9207)."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'iss': issuer_of(request)})}"


def _go(request: HttpRequest, address: str) -> HttpResponse:
    """Redirect; by a page of our own where one of our forms (signing in) began the chain, whose policy ends it here."""
    ours = f"{request.scheme}://{request.get_host()}/"
    if request.method == "GET" and request.headers.get("Referer", "").startswith(ours):
        return onward(request, address)
    return HttpResponseRedirect(address)


def onward(request: HttpRequest, address: str) -> HttpResponse:
    """A page that leads on to another site by itself, with a link for whom it does not."""
    return render(request, "web/oidc/onward.html", {"address": address, "host": urlsplit(address).hostname})


def _without(request: HttpRequest, prompt: str, *, ages: bool = False) -> str:
    """This address without a `prompt` that is done with, and without `max_age`."""
    query = request.GET.copy()
    left = [word for word in query.get("prompt", "").split() if word != prompt]
    query.pop("prompt", None)
    if left:
        query["prompt"] = " ".join(left)
    if ages:
        query.pop("max_age", None)
    return f"{request.path}?{query.urlencode()}"


def _at(error: OAuth2Error, address: str) -> OAuth2Error:
    error.redirect_uri = address
    return error
