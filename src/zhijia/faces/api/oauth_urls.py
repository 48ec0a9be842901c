"""Tokens for partners: OAuth2 client credentials (RFC 6749 §4.4) and revocation (RFC 7009), and nothing else of it."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.views import RevokeTokenView, TokenView

from . import auth, errors


class Issue(TokenView):  # type: ignore[misc]
    """POST client_id, client_secret and grant_type=client_credentials as a form; or HTTP Basic for the first two."""

    http_method_names = ("post", "options")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _guarded(super().dispatch, request, *args, **kwargs)


class Revoke(RevokeTokenView):  # type: ignore[misc]
    """POST token, client_id and client_secret as a form; the token ends at once here, elsewhere within seconds."""

    http_method_names = ("post", "options")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = _guarded(super().dispatch, request, *args, **kwargs)
        auth.forget()
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
]
