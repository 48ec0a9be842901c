"""A partner signed somebody out and sends them here (RP-initiated logout): shall the session here end too?"""

from typing import Any
from urllib.parse import urlencode

import jwt
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from oauth2_provider.models import Application

from zhijia.faces.sign_in import end_session
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Invalid
from zhijia.kernel.people.models import Account, Client

from . import keys
from .consent import may_lead_to
from .server import end_tokens, issuer_of


@never_cache
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """GET /oauth/leave/?id_token_hint&client_id&post_logout_redirect_uri&state: ask; POST `act`: "out" or "stay"."""
    client, address = _read(request)
    account = request.user
    if not isinstance(account, Account):
        return HttpResponseRedirect(address) if address else redirect("home")
    act = request.POST.get("act", "")
    if act in ("out", "stay"):
        response = HttpResponseRedirect(address) if address else redirect("home")
        if act == "stay":
            return response
        if client is not None:
            end_tokens(application=Application.objects.get(client_id=client.client_id), account=account)
        return end_session(request, response)
    response = render(request, "web/oidc/leave.html", {"client": client, "account": account})
    if address:
        may_lead_to(response, address)
    return response


def _read(request: HttpRequest) -> tuple[Client | None, str]:
    """The system that asks, and where it wants them next: "" for our home page. Raises Invalid for anything forged."""
    hint, named = request.GET.get("id_token_hint", ""), request.GET.get("client_id", "")
    audience = str(_opened(request, hint).get("aud", "")) if hint else ""
    if named and audience and named != audience:
        raise _wrong()
    client = Client.objects.filter(client_id=named or audience, enabled=True).first()
    wanted, state = request.GET.get("post_logout_redirect_uri", ""), request.GET.get("state", "")
    if not wanted:
        return client, ""
    application = Application.objects.filter(client_id=client.client_id).first() if client else None
    if application is None or wanted not in application.post_logout_redirect_uris.split():
        raise _wrong()
    return client, f"{wanted}{'&' if '?' in wanted else '?'}{urlencode({'state': state})}" if state else wanted


def _opened(request: HttpRequest, hint: str) -> dict[str, Any]:
    """What stands in an id token of ours; an old one will do, a forged one will not."""
    try:
        kid = jwt.get_unverified_header(hint).get("kid")
        key = next(key for key in keys.published(now=clock.now()) if key.kid == kid)
        checks = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False}
        return jwt.decode(hint, key.public, algorithms=["RS256"], issuer=issuer_of(request), options=checks)
    except (jwt.PyJWTError, StopIteration, ValueError) as error:
        raise _wrong() from error


def _wrong() -> Invalid:
    return Invalid(reason=_("The system that sent you here made a mistake. You are still signed in here."))
