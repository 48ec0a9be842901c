"""What a provider says of itself: its addresses and its keys, kept for a while by each process."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from zhijia.kernel.people.models import Provider

from .fetch import Unreachable, ask_json, examined

KEPT = 600.0
"""Seconds for which addresses and keys are not asked for again; an unknown key is asked for once all the same."""
ALGORITHMS = {"RS256": "RSA", "ES256": "EC"}
"""What an id token may be signed with, and the kind of key for it. Nothing symmetric, and never `none`."""
LEAST_BITS = 2048


@dataclass(frozen=True)
class Metadata:
    """Where a provider is asked what."""

    issuer: str
    authorize: str
    token: str
    jwks: str
    userinfo: str
    """"" when there is none."""
    names_itself: bool
    """It puts `iss` into every answer (RFC 9207), so one without is refused."""
    basic: bool
    """It takes our secret in the Authorization header, as every provider should; else in the form."""


_metadata: dict[str, tuple[float, Metadata]] = {}
_keys: dict[str, tuple[float, list[Mapping[str, Any]]]] = {}


def forget() -> None:
    """Ask everything anew."""
    _metadata.clear()
    _keys.clear()


def metadata(provider: Provider) -> Metadata:
    """The provider's addresses. Raises Unreachable when it cannot be asked or says something we do not take."""
    known = _metadata.get(provider.issuer)
    if known is None or known[0] < time.monotonic():
        known = _metadata[provider.issuer] = (time.monotonic() + KEPT, _read(provider.issuer))
    return known[1]


def key_for(where: Metadata, kid: object, algorithm: str) -> jwt.PyJWK:
    """The key that signed; asked for anew, once, when it is not among those we know. Raises Unreachable."""
    known = _keys.get(where.jwks)
    fresh = known is None or known[0] < time.monotonic()
    keys = _load(where.jwks) if known is None or fresh else known[1]
    found = _pick(keys, kid, algorithm)
    if found is None and not fresh:
        found = _pick(_load(where.jwks), kid, algorithm)
    if found is None:
        raise Unreachable(f"{where.issuer} has no key {str(kid)[:60]!r} for {algorithm}")
    return found


def usable_keys(where: Metadata) -> list[str]:
    """Names of the provider's keys that could sign something for us. Raises Unreachable when there is none."""
    keys = _load(where.jwks)
    pairs = ((str(key.get("kid", "")), algorithm) for key in keys for algorithm in ALGORITHMS)
    usable = [f"{kid} {algorithm}" for kid, algorithm in pairs if _pick(keys, kid or None, algorithm)]
    if not usable:
        raise Unreachable(f"{where.issuer} publishes no key for {' or '.join(ALGORITHMS)}")
    return usable


def _read(issuer: str) -> Metadata:
    told = ask_json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if not isinstance(told, dict):
        raise Unreachable(f"{issuer} says nothing of itself")
    if told.get("issuer") != issuer:
        raise Unreachable(f"{issuer} calls itself {str(told.get('issuer'))[:200]!r}")
    places = {}
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"):
        place = told.get(name, "")
        if not isinstance(place, str) or (not place and name != "userinfo_endpoint"):
            raise Unreachable(f"{issuer} names no {name}")
        if place:
            examined(place)
        places[name] = place
    if "code" not in _list(told, "response_types_supported", "code"):
        raise Unreachable(f"{issuer} does not offer the authorization code flow")
    if not set(_list(told, "id_token_signing_alg_values_supported", "RS256")) & set(ALGORITHMS):
        raise Unreachable(f"{issuer} signs with none of {', '.join(ALGORITHMS)}")
    return Metadata(
        issuer=issuer, authorize=places["authorization_endpoint"], token=places["token_endpoint"],
        jwks=places["jwks_uri"], userinfo=places["userinfo_endpoint"],
        names_itself=told.get("authorization_response_iss_parameter_supported") is True,
        basic="client_secret_basic" in _list(told, "token_endpoint_auth_methods_supported", "client_secret_basic"),
    )  # fmt: skip


def _list(told: Mapping[str, Any], name: str, default: str) -> list[str]:
    """What is offered, as names; the standard says what holds where nothing is said."""
    offered = told.get(name, [default])
    return [name for name in offered if isinstance(name, str)] if isinstance(offered, list) else []


def _load(jwks: str) -> list[Mapping[str, Any]]:
    told = ask_json(jwks)
    keys = told.get("keys") if isinstance(told, dict) else None
    if not isinstance(keys, list):
        raise Unreachable(f"{jwks} holds no keys")
    found = [key for key in keys[:50] if isinstance(key, dict)]
    _keys[jwks] = (time.monotonic() + KEPT, found)
    return found


def _pick(keys: list[Mapping[str, Any]], kid: object, algorithm: str) -> jwt.PyJWK | None:
    """The one key of this name and kind; without a name the only one of its kind."""
    fitting = [
        key for key in keys
        if key.get("kty") == ALGORITHMS[algorithm] and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm and (kid is None or key.get("kid") == kid)
    ]  # fmt: skip
    if len(fitting) != 1:
        return None
    try:
        key = jwt.PyJWK(dict(fitting[0]), algorithm)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    if algorithm == "RS256" and key.key.key_size < LEAST_BITS:
        return None
    return key if algorithm == "RS256" or fitting[0].get("crv") == "P-256" else None
