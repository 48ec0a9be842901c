"""What machines of partners ask our OAuth2 server: tokens (RFC 6749), their end (7009), what one is worth (7662), the
claims of a person (OpenID Connect Core §5.3) and our public keys. People are asked in faces/web/oidc."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from oauth2_provider.models import AccessToken
from oauth2_provider.views import RevokeTokenView, TokenView, UserInfoView

from zhijia.faces.web.oidc import keys
from zhijia.faces.web.oidc.server import ISSUER, checksum, is_good, issuer_of, whose
from zhijia.kernel.base import clock
from zhijia.kernel.people.consents import subject_of

from . import auth, errors

HOUR = 3600
GRANTS = ("client_credentials", "authorization_code", "refresh_token")
"""All that we serve; the library knows more."""


class Issue(TokenView):  # type: ignore[misc]
    """POST client_id, client_secret and grant_type as a form; or HTTP Basic for the first two. Grant types:
    client_credentials for a machine; authorization_code (code, redirect_uri, code_verifier) and refresh_token."""

    http_method_names = ("post", "options")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.META[ISSUER] = issuer_of(request)
        response = _guarded(super().dispatch, request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("grant_type") not in GRANTS:
            return JsonResponse({"error": "unsupported_grant_type"}, status=400)
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response


class Revoke(RevokeTokenView):  # type: ignore[misc]
    """POST token, client_id and client_secret as a form; the token ends at once here, elsewhere within seconds."""

    http_method_names = ("post", "options")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = _guarded(super().dispatch, request, *args, **kwargs)
        auth.forget()
        return response


class Claims(UserInfoView):  # type: ignore[misc]
    """GET or POST with a person's token as Bearer, never in the address: what they agreed to tell."""

    http_method_names = ("get", "post", "options")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "access_token" in request.GET:
            return JsonResponse({"error": "invalid_request"}, status=400)
        response = _guarded(super().dispatch, request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response


@csrf_exempt
@never_cache
@require_POST
def introspect(request: HttpRequest) -> HttpResponse:
    """POST token as a form, with the credentials of a confidential system: whether it is good, and whose. A system
    learns only of tokens that it was given itself."""
    return _guarded(_introspect, request)


def _introspect(request: HttpRequest) -> HttpResponse:
    application = whose(request)
    if application is None:
        return JsonResponse({"error": "invalid_client"}, status=401)
    tokens = AccessToken.objects.select_related("user", "application__user").filter(application=application)
    found = tokens.filter(token_checksum=checksum(request.POST.get("token", ""))).first()
    if found is None or not is_good(found):
        return JsonResponse({"active": False})
    told = {
        "active": True, "scope": found.scope, "client_id": application.client_id, "token_type": "Bearer",
        "exp": int(found.expires.timestamp()), "iat": int(found.created.timestamp()),
    }  # fmt: skip
    if found.user is not None:
        told["sub"] = subject_of(application.client_id, found.user)
    return JsonResponse(told)


@require_safe
@cache_control(public=True, max_age=HOUR)
def jwks(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The keys that sign what we tell; ask again when a token names one that you do not know."""
    response = JsonResponse({"keys": [key.jwk() for key in keys.published(now=clock.now())]})
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _guarded(view: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    try:
        response: HttpResponse = view(request, *args, **kwargs)
    except RequestDataTooBig as error:
        return errors._too_big(request, error)
    except (DataError, UnicodeError, ValueError):  # a NUL byte or half a character in a credential
        return JsonResponse({"error": "invalid_client"}, status=401)
    return response


urlpatterns = [
    path("token", csrf_exempt(Issue.as_view()), name="token"),
    path("revoke", csrf_exempt(Revoke.as_view()), name="revoke"),
    path("introspect", introspect, name="introspect"),
    path("userinfo", csrf_exempt(Claims.as_view()), name="userinfo"),
    path("jwks.json", jwks, name="jwks"),
]
