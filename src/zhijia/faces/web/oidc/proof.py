"""Whether an id token proves what it says: every check of OpenID Connect Core §3.1.3.7, each with its own code."""

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import jwt
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Forbidden

from .discovery import ALGORITHMS, Metadata, key_for
from .fetch import Unreachable

SKEW = 60
"""Seconds by which the provider's clock may differ from ours."""
OLDEST = 3600
"""Seconds after which an id token is too old, whatever it says of itself."""
LONGEST_SUBJECT = 255


_OURS: Any = dict.fromkeys((f"verify_{name}" for name in ("exp", "iat", "nbf", "aud", "iss", "sub")), False)
"""What the library leaves to us: parties and times are checked below, by our clock."""


class Unproven(Forbidden):
    """A provider's answer that does not prove who came (403). `why` is for the security log and the operator."""

    code = "sign_in_unproven"

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(
            _("Signing in there did not work out. Try again, or sign in here with your phone or password.")
        )
        self.why = why
        self.detail = detail


def claims_of(token: object, *, where: Metadata, client_id: str, nonce: str, now: datetime) -> Mapping[str, Any]:
    """The claims of an id token that was made for us, just now, for this very sign-in. Raises Unproven."""
    header = _header(token)
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS or "crit" in header:
        raise Unproven("alg", str(algorithm))
    try:
        key = key_for(where, header.get("kid"), algorithm)
    except Unreachable as error:
        raise Unproven("key", str(error)) from error
    try:
        claims: dict[str, Any] = jwt.decode(str(token), key, algorithms=[algorithm], options=_OURS)
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise Unproven("signature") from error
    _check_parties(claims, where, client_id)
    _check_times(claims, int(now.timestamp()))
    told = claims.get("nonce")
    if not isinstance(told, str) or not hmac.compare_digest(told.encode(), nonce.encode()):
        raise Unproven("nonce")
    return claims


def _header(token: object) -> Mapping[str, Any]:
    if not isinstance(token, str) or len(token) > 16 * 1024:
        raise Unproven("token")
    try:
        return jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise Unproven("token") from error


def _check_parties(claims: Mapping[str, Any], where: Metadata, client_id: str) -> None:
    if claims.get("iss") != where.issuer:
        raise Unproven("iss", str(claims.get("iss"))[:200])
    audience = claims.get("aud")
    if audience != client_id and audience != [client_id]:  # for us alone: nobody else may have it too
        raise Unproven("aud")
    if claims.get("azp", client_id) != client_id:
        raise Unproven("azp")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise Unproven("sub")


def _check_times(claims: Mapping[str, Any], now: int) -> None:
    ends, made, begins = (claims.get(name) for name in ("exp", "iat", "nbf"))
    if not _is_time(ends) or not _is_time(made) or not (begins is None or _is_time(begins)):
        raise Unproven("times")
    if ends <= now - SKEW:
        raise Unproven("exp")
    if made > now + SKEW or (begins or 0) > now + SKEW:
        raise Unproven("nbf")
    if made < now - OLDEST:
        raise Unproven("iat")


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e11
