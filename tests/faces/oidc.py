"""The other side of OpenID Connect: a system that lets people sign in with us, and a provider that signs them in here.

`RelyingParty` walks a browser (Django's test client) through the dance; `FakeProvider` is a whole provider on a port
of this machine, with keys of its own, that can be told to lie.
"""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

BACK = "https://partner.example/back"
VERIFIER = "v" * 50
ISSUER = "http://testserver"


def challenge(verifier: str = VERIFIER) -> str:
    """What S256 makes of a verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def queried(address: str) -> dict[str, str]:
    """The parameters of an address."""
    return dict(parse_qsl(urlsplit(address).query))


class RelyingParty:
    """A system registered with us; `browser` is the person's."""

    def __init__(self, browser: "Client", client_id: str, secret: str, scope: str = "openid") -> None:
        self.browser, self.client_id, self.secret, self.scope = browser, client_id, secret, scope

    def ask(self, **changed: str | None) -> "HttpResponse":
        """The person's browser comes to us."""
        return self.browser.get(self.address(**changed))

    def address(self, **changed: str | None) -> str:
        query = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": BACK, "scope": self.scope,
            "state": "s1", "nonce": "n1", "code_challenge": challenge(), "code_challenge_method": "S256",
        } | changed  # fmt: skip
        return "/oauth/authorize/?" + urlencode({name: value for name, value in query.items() if value is not None})

    def answer(self, act: str = "allow", **changed: str | None) -> "HttpResponse":
        """The person presses a button on the page."""
        return self.browser.post(self.address(**changed), {"act": act})

    def code(self, **changed: str | None) -> str:
        """A code, after the person has agreed."""
        return queried(self.answer(**changed)["Location"])["code"]

    def redeem(self, code: str, **changed: str | None) -> "HttpResponse":
        """The system's server asks for tokens."""
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER,
            "client_id": self.client_id, "client_secret": self.secret,
        } | changed  # fmt: skip
        return self.post("token", {name: value for name, value in form.items() if value is not None})

    def refresh(self, token: str) -> "HttpResponse":
        credentials = {"client_id": self.client_id, "client_secret": self.secret}
        return self.post("token", {"grant_type": "refresh_token", "refresh_token": token, **credentials})

    def post(self, place: str, form: dict[str, str]) -> "HttpResponse":
        """From server to server: no cookies, no CSRF token."""
        from django.test import Client

        return Client(enforce_csrf_checks=True).post(f"/api/v1/oauth/{place}", form)

    def claims(self, token: str) -> "HttpResponse":
        from django.test import Client

        return Client().get("/api/v1/oauth/userinfo", headers={"authorization": f"Bearer {token}"})

    def tokens(self, **changed: str | None) -> dict[str, Any]:
        """The whole dance."""
        answer = self.redeem(self.code(**changed))
        assert answer.status_code == 200, answer.content
        return answer.json()


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def other_rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def jwk(key: Any, kid: str) -> dict[str, Any]:
    """The public half of a key, as a provider shows it."""
    if isinstance(key, rsa.RSAPrivateKey):
        made = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
        return {"kty": "RSA", "n": made["n"], "e": made["e"], "kid": kid, "use": "sig", "alg": "RS256"}
    made = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key()))
    return {"kty": "EC", "crv": "P-256", "x": made["x"], "y": made["y"], "kid": kid, "use": "sig", "alg": "ES256"}


class FakeProvider:
    """A provider on this machine. Whatever stands in its attributes it says; change them to make it lie."""

    def __init__(self, address: str, now: datetime) -> None:
        self.issuer, self.now = address, int(now.timestamp())
        self.keys: list[dict[str, Any]] = [jwk(rsa_key(), "k1")]
        self.sign: Callable[[dict[str, Any]], str] = self.honest
        self.claims: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.asked: list[str] = []
        self.forms: list[dict[str, str]] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.answers: dict[str, tuple[int, bytes]] = {}

    def honest(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, rsa_key(), algorithm="RS256", headers={"kid": "k1"})

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks", "response_types_supported": ["code"],
            "authorization_response_iss_parameter_supported": True,
        } | self.metadata  # fmt: skip

    def authorize(self, address: str) -> dict[str, str]:
        """The person signs in at the provider: what their browser brings back to us."""
        query = queried(address)
        assert address.startswith(f"{self.issuer}/authorize?"), address
        code = f"code{len(self.codes)}"
        self.codes[code] = query
        return {"code": code, "state": query["state"], "iss": self.issuer}

    def respond(self, path: str, form: dict[str, str], headers: Any) -> tuple[int, bytes]:
        place = urlsplit(path).path
        self.asked.append(place)
        if place in self.answers:
            return self.answers[place]
        if place == "/.well-known/openid-configuration":
            return 200, json.dumps(self.discovery()).encode()
        if place == "/jwks":
            return 200, json.dumps({"keys": self.keys}).encode()
        if place == "/userinfo":
            return 200, json.dumps(self.userinfo).encode()
        if place == "/token":
            return self.token(form, headers)
        return 404, b"{}"

    def token(self, form: dict[str, str], headers: Any) -> tuple[int, bytes]:
        self.forms.append(form | {"authorization": headers.get("Authorization", "")})
        query = self.codes.pop(form["code"], None)
        if query is None or not hmac.compare_digest(query["code_challenge"], challenge(form["code_verifier"])):
            return 400, b'{"error": "invalid_grant"}'
        told = {
            "iss": self.issuer, "aud": query["client_id"], "sub": "subject-1", "nonce": query["nonce"], "iat": self.now,
            "exp": self.now + 300,
        } | self.claims  # fmt: skip
        told = {name: value for name, value in told.items() if value is not None}
        return 200, json.dumps({"access_token": "at", "token_type": "Bearer", "id_token": self.sign(told)}).encode()


@contextmanager
def running(now: datetime) -> Iterator[FakeProvider]:
    """The fake provider, answering on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            self.reply({name: values[0] for name, values in parse_qs(body).items()})

        def reply(self, form: dict[str, str]) -> None:
            status, body = fake.respond(self.path, form, self.headers)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", body.decode())
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake = FakeProvider(f"http://127.0.0.1:{server.server_port}", now)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
