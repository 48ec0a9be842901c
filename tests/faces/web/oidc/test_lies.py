"""What a provider, or somebody between, may try: every lie is refused with its own code."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from django.test import Client as Browser

from tests.cast import NOW, Cast
from tests.faces.oidc import FakeProvider, ec_key, jwk, other_rsa_key, rsa_key
from tests.faces.oidc_walk import answered, linked, through, who, why
from zhijia.kernel.base import clock
from zhijia.kernel.people.models import Provider

SECOND = int(NOW.timestamp())


def _none(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, None, algorithm="none")  # type: ignore[arg-type]


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _by_public_key(claims: dict[str, Any]) -> str:
    """HS256 with our provider's public key as the secret: what a careless library would take."""
    public = rsa_key().public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    head = _b64(json.dumps({"alg": "HS256", "typ": "JWT", "kid": "k1"}).encode())
    body = f"{head}.{_b64(json.dumps(claims).encode())}"
    return f"{body}.{_b64(hmac.new(pem, body.encode(), hashlib.sha256).digest())}"


def _by(key: Any, algorithm: str = "RS256", **header: Any) -> Callable[[dict[str, Any]], str]:
    return lambda claims: jwt.encode(claims, key(), algorithm=algorithm, headers={"kid": "k1", **header})


def _tampered(claims: dict[str, Any]) -> str:
    head, body, signature = _by(rsa_key)(claims).split(".")
    body = _b64(json.dumps(claims | {"sub": "admin"}).encode())
    return f"{head}.{body}.{signature}"


LIES: list[tuple[dict[str, Any], Any, str]] = [
    ({"nonce": "other"}, None, "nonce"), ({"nonce": None}, None, "nonce"), ({"nonce": 1}, None, "nonce"),
    ({"exp": SECOND - 61}, None, "exp"), ({"exp": None}, None, "times"), ({"exp": True}, None, "times"),
    ({"iat": SECOND + 61}, None, "nbf"), ({"nbf": SECOND + 61}, None, "nbf"), ({"iat": None}, None, "times"),
    ({"iat": SECOND - 3601}, None, "iat"), ({"exp": float("1e300")}, None, "times"),
    ({"aud": "other"}, None, "aud"), ({"aud": ["zhijia", "other"]}, None, "aud"), ({"aud": None}, None, "aud"),
    ({"azp": "other"}, None, "azp"), ({"iss": "https://evil.example"}, None, "iss"), ({"iss": None}, None, "iss"),
    ({"sub": ""}, None, "sub"), ({"sub": None}, None, "sub"), ({"sub": "x" * 256}, None, "sub"),
    ({}, _none, "alg"), ({}, _by_public_key, "alg"), ({}, _tampered, "signature"),
    ({}, _by(other_rsa_key), "signature"), ({}, _by(rsa_key, kid="k9"), "key"), ({}, _by(rsa_key, "RS512"), "alg"),
    ({}, _by(rsa_key, "PS256"), "alg"), ({}, _by(ec_key, "ES256"), "key"), ({}, _by(rsa_key, crit=["x"]), "token"),
    ({}, lambda _claims: "nonsense", "token"), ({}, lambda _claims: None, "token"),
    ({}, lambda _claims: "x" * 20000, "token"), ({}, lambda _claims: "a.b.c", "token"),
]  # fmt: skip


def test_id_token_that_proves_nothing_is_refused(fake: FakeProvider, staff: Provider, cast: Cast) -> None:
    linked(staff, cast.accounts["zhou"])
    found = []
    for claims, sign, _code in LIES:
        browser = Browser()
        fake.claims, fake.sign = {"amr": ["mfa"], **claims}, sign or fake.honest
        found.append((why(through(browser, fake, "city")), who(browser)))
    assert found == [(code, 0) for _claims, _sign, code in LIES]


def test_clock_of_the_provider_may_differ_by_a_minute(fake: FakeProvider, staff: Provider, cast: Cast) -> None:
    linked(staff, cast.accounts["zhou"])
    for claims in ({"exp": SECOND - 59}, {"iat": SECOND + 59}, {"nbf": SECOND + 59}, {"aud": ["zhijia"]}):
        browser = Browser()
        fake.claims = {"amr": ["mfa"], **claims}
        through(browser, fake, "city")
        assert who(browser) == cast.accounts["zhou"].pk, claims


def test_key_that_is_new_is_asked_for_once(browser: Browser, fake: FakeProvider, staff: Provider, cast: Cast) -> None:
    linked(staff, cast.accounts["zhou"])
    fake.claims = {"amr": ["mfa"]}
    through(browser, fake, "city")
    assert fake.asked.count("/jwks") == 1
    fake.keys.append(jwk(ec_key(), "k2"))
    fake.sign = lambda claims: jwt.encode(claims, ec_key(), algorithm="ES256", headers={"kid": "k2"})
    other = Browser()
    through(other, fake, "city")
    assert (who(other), fake.asked.count("/jwks")) == (cast.accounts["zhou"].pk, 2)
    fake.sign = lambda claims: jwt.encode(claims, ec_key(), algorithm="ES256", headers={"kid": "k3"})
    assert (why(through(Browser(), fake, "city")), fake.asked.count("/jwks")) == ("key", 3)


def test_answer_of_another_session_is_nobodys(
    browser: Browser, fake: FakeProvider, staff: Provider, cast: Cast
) -> None:
    linked(staff, cast.accounts["zhou"])
    fake.claims = {"amr": ["mfa"]}
    out = browser.get("/sign-in/with/city/")
    told = answered(fake, out["Location"])
    victim = Browser()
    assert why(victim.get("/sign-in/with/city/back/", told)) == "state"
    victim.get("/sign-in/with/city/")
    assert why(victim.get("/sign-in/with/city/back/", told)) == "state"
    assert (fake.forms, who(victim)) == ([], 0)
    assert browser.get("/sign-in/with/city/back/", told).status_code == 302


def test_answer_is_good_once_and_for_ten_minutes(
    browser: Browser, fake: FakeProvider, staff: Provider, cast: Cast
) -> None:
    linked(staff, cast.accounts["zhou"])
    told = answered(fake, browser.get("/sign-in/with/city/")["Location"])
    assert browser.get("/sign-in/with/city/back/", told).status_code == 302
    assert why(browser.get("/sign-in/with/city/back/", told)) == "state"
    late = answered(fake, browser.get("/sign-in/with/city/")["Location"])
    with clock.at(NOW + timedelta(seconds=600)):
        assert why(browser.get("/sign-in/with/city/back/", late)) == "state"


def test_answer_in_the_name_of_another_provider_is_refused_before_the_code_is_shown(
    browser: Browser, fake: FakeProvider, staff: Provider
) -> None:
    for issuer in ("https://evil.example", None, ""):
        assert (why(through(browser, fake, "city", iss=issuer)), fake.forms) == ("mix_up", [])


def test_answer_meant_for_another_provider_is_refused(
    browser: Browser, fake: FakeProvider, staff: Provider, workers: Provider
) -> None:
    told = answered(fake, browser.get("/sign-in/with/city/")["Location"])
    assert (why(browser.get("/sign-in/with/province/back/", told)), fake.forms) == ("state", [])


def test_provider_that_does_not_name_itself_need_not(
    browser: Browser, fake: FakeProvider, staff: Provider, cast: Cast
) -> None:
    linked(staff, cast.accounts["zhou"])
    fake.metadata = {"authorization_response_iss_parameter_supported": False}
    assert through(browser, fake, "city", iss=None).status_code == 302
    assert why(through(browser, fake, "city", iss="https://evil.example")) == "mix_up"


def test_refusal_at_the_provider_is_said(browser: Browser, fake: FakeProvider, staff: Provider) -> None:
    assert why(through(browser, fake, "city", code=None, error="access_denied")) == "refused"
    assert why(through(browser, fake, "city", code="forged")) == "unreachable"


def test_nobody_is_led_to_another_site_afterwards(fake: FakeProvider, staff: Provider, cast: Cast) -> None:
    linked(staff, cast.accounts["zhou"])
    fake.claims = {"amr": ["mfa"]}
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"):
        assert through(Browser(), fake, "city", next=target)["Location"] == "/desk/"


def test_every_refusal_is_in_the_security_log(browser: Browser, fake: FakeProvider, staff: Provider) -> None:
    from django.db import connection

    fake.claims = {"nonce": "other"}
    through(browser, fake, "city")
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, detail FROM audit_security WHERE kind = 'sign_in.failed' ORDER BY id DESC LIMIT 1")
        kind, detail = cursor.fetchone()
    told = json.loads(detail) if isinstance(detail, str) else detail
    assert (kind, told) == ("sign_in.failed", {"by": "oidc:city", "why": "nonce"})


def test_starts_are_limited_by_address(browser: Browser, fake: FakeProvider, staff: Provider) -> None:
    from zhijia.faces.web.oidc.doors import STARTS

    statuses = {browser.get("/sign-in/with/city/").status_code for _ in range(STARTS.most)}
    assert (statuses, browser.get("/sign-in/with/city/").status_code) == ({302}, 429)
    assert len(browser.session["oidc"]) == 5
