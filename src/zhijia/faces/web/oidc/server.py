"""What our OAuth2 library asks us: who may have which scope, and how codes, tokens and claims are kept and made.

The library checks the protocol. Here is what it leaves open, each time the stricter way: redirect addresses are equal
or refused; codes are kept as hashes like tokens; a code that comes twice ends what the first one gave; nothing of a
system that was shut, an account that was closed or a consent that was withdrawn works any longer.
"""

import hashlib
import uuid
from collections.abc import Collection
from datetime import timedelta
from typing import Any

import jwt
from django.http import HttpRequest
from oauth2_provider.models import AccessToken, Application, Grant, RefreshToken
from oauth2_provider.oauth2_backends import get_oauthlib_core
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes
from oauth2_provider.settings import oauth2_settings
from oauthlib.common import Request

from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Forbidden
from zhijia.kernel.people import consents
from zhijia.kernel.people.models import Account, Client
from zhijia.kernel.people.oidc_models import OPENID

from . import keys

MACHINE, PERSON = Application.GRANT_CLIENT_CREDENTIALS, Application.GRANT_AUTHORIZATION_CODE
ID_TOKEN_LIFE = timedelta(minutes=10)
ISSUER = "zhijia.issuer"
"""Where a view leaves our own name for the library's request; no header of a caller can be called so."""


def issuer_of(request: HttpRequest) -> str:
    """Our own name: the first of ZHIJIA_ORIGINS, else where the request came in."""
    return oauth2_settings.OIDC_ISS_ENDPOINT or request.build_absolute_uri("/").rstrip("/")


def client_of(application: Application) -> Client | None:
    """What we know of a system that signs people in; None for a machine of a partner, and for one that was shut."""
    if application.authorization_grant_type != PERSON:
        return None
    return Client.objects.filter(client_id=application.client_id, enabled=True).first()


def end_tokens(*, application: Application, account: Account | None = None) -> None:
    """End every token and code of the system, or those that one person gave it."""
    whose = {"application": application} | ({} if account is None else {"user": account})
    Grant.objects.filter(**whose).delete()
    RefreshToken.objects.filter(**whose).delete()
    AccessToken.objects.filter(**whose).delete()


def whose(request: HttpRequest) -> Application | None:
    """The confidential system whose credentials stand in the request."""
    core = get_oauthlib_core()
    asked = Request(*core._extract_params(request))
    if not core.server.request_validator.authenticate_client(asked):
        return None
    return asked.client if asked.client.client_type == Application.CLIENT_CONFIDENTIAL else None


def is_good(token: AccessToken) -> bool:
    """Whether a token that was not deleted opens anything: not expired, its system open, its person willing."""
    if token.is_expired() or token.application is None:
        return False
    if token.user is None:
        return _is_open(token.application)
    return _is_willing(token.application, token.user)


class Scopes(BaseScopes):  # type: ignore[misc]
    """A partner's machine may have `cases`; a system that signs people in what it was given when it was added."""

    def get_all_scopes(self) -> dict[str, str]:
        scopes: dict[str, str] = oauth2_settings.SCOPES
        return scopes

    def get_available_scopes(self, application: Application | None = None, *_a: Any, **_k: Any) -> list[str]:
        if application is None or application.authorization_grant_type == MACHINE:
            return ["cases"]
        client = client_of(application)
        return client.scopes.split() if client else []

    def get_default_scopes(self, application: Application | None = None, *_a: Any, **_k: Any) -> list[str]:
        return [OPENID] if application is not None and application.authorization_grant_type == PERSON else ["cases"]


class Validator(OAuth2Validator):  # type: ignore[misc]
    """The library's validator with our rules. Names and signatures are the library's."""

    def _load_application(self, client_id: str, request: Request) -> Application | None:
        application = super()._load_application(client_id, request)
        if application is None or _is_open(application):
            return application
        request.client = None
        return None

    def validate_redirect_uri(self, _client_id: str, redirect_uri: str, request: Request, *_a: Any, **_k: Any) -> bool:
        return redirect_uri in request.client.redirect_uris.split()

    def validate_silent_login(self, request: Request) -> bool:  # noqa: ARG002 - our view knows who is signed in
        return True

    def validate_silent_authorization(self, request: Request) -> bool:  # noqa: ARG002 - and what they agreed to
        return True

    # Codes: the table holds their hashes.

    def _create_authorization_code(self, request: Request, code: dict[str, str], expires: Any = None) -> Any:
        return super()._create_authorization_code(request, {"code": checksum(code["code"])}, expires)

    def validate_code(
        self, client_id: str, code: str, client: Application, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        if super().validate_code(client_id, checksum(code), client, request, *args, **kwargs):
            return bool(request.user.is_active)
        # Somebody has a code that was used: what it gave to the first ends too (RFC 6749 §4.1.2).
        if RefreshToken.objects.filter(token_family=_family(code), application=client).exists():
            RefreshToken.revoke_family(_family(code))
        return False

    def confirm_redirect_uri(self, client_id: str, code: str, *args: Any, **kwargs: Any) -> bool:
        return bool(super().confirm_redirect_uri(client_id, checksum(code), *args, **kwargs))

    def invalidate_authorization_code(self, client_id: str, code: str, request: Request, *a: Any, **k: Any) -> None:
        super().invalidate_authorization_code(client_id, checksum(code), request, *a, **k)

    def get_code_challenge(self, code: str, request: Request) -> str | None:
        found: str | None = super().get_code_challenge(checksum(code), request)
        return found

    def get_code_challenge_method(self, code: str, request: Request) -> str | None:
        found: str | None = super().get_code_challenge_method(checksum(code), request)
        return found

    def get_authorization_code_scopes(self, client_id: str, code: str, redirect_uri: str, request: Request) -> Any:
        return super().get_authorization_code_scopes(client_id, checksum(code), redirect_uri, request)

    def get_authorization_code_nonce(self, client_id: str, code: str, redirect_uri: str, request: Request) -> Any:
        return super().get_authorization_code_nonce(client_id, checksum(code), redirect_uri, request)

    # Tokens.

    def _create_refresh_token(self, request: Request, token: str, access_token: Any, previous: Any) -> Any:
        made = super()._create_refresh_token(request, token, access_token, previous)
        if previous is None and request.grant_type == "authorization_code":
            made.token_family = _family(request.code)
            made.save(update_fields=["token_family"])
        return made

    def validate_refresh_token(
        self, refresh_token: str, client: Application, request: Request, *a: Any, **k: Any
    ) -> bool:
        return bool(super().validate_refresh_token(refresh_token, client, request, *a, **k)) and _is_willing(
            client, request.user
        )

    def validate_bearer_token(self, token: str, scopes: Collection[str], request: Request) -> bool:
        if not super().validate_bearer_token(token, scopes, request):
            return False
        return request.user is None or _is_willing(request.client, request.user)

    # Claims.

    def finalize_id_token(self, id_token: dict[str, Any], token: Any, token_handler: Any, request: Request) -> str:  # noqa: ARG002
        now, subject = clock.now(), consents.subject_of(request.client.client_id, request.user)
        told = {
            **id_token, "iss": request.headers[ISSUER], "sub": subject, "iat": int(now.timestamp()),
            "exp": int((now + ID_TOKEN_LIFE).timestamp()), "jti": str(uuid.uuid4()), **(request.claims or {}),
        }  # fmt: skip
        key = keys.signing(now=now)
        return jwt.encode(told, key.private, algorithm="RS256", headers={"kid": key.kid})

    def _load_id_token(self, token: str) -> None:  # noqa: ARG002 - no list of them is kept, and they open nothing here
        return None

    def get_userinfo_claims(self, request: Request) -> dict[str, Any]:
        account, client, now = request.user, client_of(request.client), clock.now()
        told = {"sub": consents.subject_of(request.client.client_id, account)}
        if client is not None:
            more = consents.claims_of(client=client, account=account, scopes=list(request.scopes), now=now)
            if more:
                consents.record_use(client=client, account=account, fields=sorted(more), now=now)
            told |= more
        return told


def _is_open(application: Application) -> bool:
    if application.authorization_grant_type == MACHINE:
        return application.user is not None and application.user.is_active
    return client_of(application) is not None


def _is_willing(application: Application, account: Account) -> bool:
    """Whether the account is open, and still lets this open system know it."""
    client = client_of(application)
    if client is None or consents.live_consent(client=client, account=account) is None:
        return False
    try:
        consents.admit(client=client, account=account, asked=(), now=clock.now())
    except Forbidden:
        return False
    return True


def checksum(code: str) -> str:
    """What is kept of a code or a token."""
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()


def _family(code: str) -> uuid.UUID:
    """The family of the tokens that a code gives, by which they are found when it comes again."""
    return uuid.UUID(bytes=hashlib.sha256(b"family\0" + code.encode("utf-8", "replace")).digest()[:16])
