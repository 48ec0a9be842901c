"""An identity provider leads us nowhere else: addresses, redirects, sizes; and what it says of itself is looked at."""

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cast import NOW
from tests.faces.oidc import FakeProvider, jwk, rsa_key, running
from zhijia.faces.web.oidc import discovery, fetch
from zhijia.faces.web.oidc.fetch import Unreachable
from zhijia.kernel.people.models import Provider


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    discovery.forget()
    with running(NOW) as server:
        yield server
    discovery.forget()


@pytest.mark.parametrize(
    "url",
    [
        "http://idp.example/", "ftp://idp.example/", "file:///etc/passwd", "https:///x", "https://u:p@idp.example/",
        "https://idp.example/#x", "https://idp.example:99999/", "https://[::1/", "", "gopher://idp.example",
        "https://idp.example:0/",
    ],
)  # fmt: skip
def test_address_that_is_not_plain_https_is_not_asked(url: str) -> None:
    with pytest.raises(Unreachable):
        fetch.ask_json(url)


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "::1", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "2001:0:a00:1::", "::",
    ],
)  # fmt: skip
def test_name_that_leads_into_a_network_is_refused(
    monkeypatch: pytest.MonkeyPatch, settings: Any, address: str
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in ("93.184.216.34", address)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: found)
    assert not fetch.is_public(address)
    with pytest.raises(Unreachable, match="inside a network"):
        fetch.addresses("idp.example", 443)
    settings.OIDC_PRIVATE_HOSTS = ["idp.example"]
    assert fetch.addresses("idp.example", 443)[1] == address


def test_this_machine_is_for_tests_only(settings: Any) -> None:
    assert fetch.examined("http://127.0.0.1:8000/x").port == 8000
    settings.TESTING = settings.DEBUG = False
    with pytest.raises(Unreachable, match="https"):
        fetch.examined("http://127.0.0.1:8000/x")
    with pytest.raises(Unreachable, match="inside a network"):
        fetch.addresses("localhost", 443)


def test_line_goes_to_the_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that points elsewhere a moment later gets nobody there: it is resolved once."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: str, *args: Any, **options: Any) -> Any:
        asked.append(host)
        return real(host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    line = fetch._line("https", "93.184.216.34", "idp.example", 443)
    assert (line.host, line.assert_hostname, line.conn_kw["server_hostname"]) == (
        "93.184.216.34", "idp.example", "idp.example",
    )  # fmt: skip
    assert str(line.cert_reqs) == "CERT_REQUIRED"


def test_redirect_size_and_nonsense_are_refused(fake: FakeProvider) -> None:
    place = f"{fake.issuer}/x"
    for answer, words in (
        ((302, b"http://127.0.0.1:1/"), "no JSON"), ((302, b'"x"'), "302"), ((200, b"<html>"), "no JSON"),
        ((500, b'{"error": "down"}'), "500 down"), ((200, b"[" * 100_000), "no JSON"),
        ((200, b"x" * (fetch.LONGEST + 1)), "too much"),
    ):  # fmt: skip
        fake.answers["/x"] = answer
        with pytest.raises(Unreachable, match=words):
            fetch.ask_json(place)
    assert set(fake.asked) == {"/x"}


def test_silence_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "SECONDS", 0.2)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        with pytest.raises(Unreachable, match="did not answer"):
            fetch.ask_json(f"http://127.0.0.1:{deaf.getsockname()[1]}/")


def test_metadata_is_believed_only_when_it_is_whole(fake: FakeProvider) -> None:
    provider = Provider(issuer=fake.issuer)
    for changed in (
        {"issuer": "https://evil.example"}, {"issuer": fake.issuer + "/"}, {"token_endpoint": None},
        {"authorization_endpoint": "http://evil.example/"}, {"jwks_uri": "file:///etc/passwd"}, {"jwks_uri": ["x"]},
        {"response_types_supported": ["token"]}, {"id_token_signing_alg_values_supported": ["HS256", "none"]},
        {"id_token_signing_alg_values_supported": "RS256"}, {"userinfo_endpoint": "https://u@x.example/"},
    ):  # fmt: skip
        fake.metadata = changed
        with pytest.raises(Unreachable):
            discovery.metadata(provider)
    fake.answers["/.well-known/openid-configuration"] = (200, b"[]")
    with pytest.raises(Unreachable):
        discovery.metadata(provider)
    fake.answers.clear()
    fake.metadata = {"userinfo_endpoint": ""}
    assert discovery.metadata(provider).userinfo == ""
    assert discovery.usable_keys(discovery.metadata(provider)) == ["k1 RS256"]


def test_keys_that_are_weak_or_for_something_else_are_not_used(fake: FakeProvider) -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa

    where = discovery.metadata(Provider(issuer=fake.issuer))
    good = jwk(rsa_key(), "k1")
    wrong: list[list[dict[str, Any]]] = [
        [good | {"use": "enc"}], [good | {"alg": "RS512"}], [good | {"kty": "oct", "k": "c2VjcmV0"}], [good, good], [],
        [{"kty": "RSA", "kid": "k1"}], [{"kty": "RSA", "kid": "k1", "n": "!", "e": "AQAB"}],
        [jwk(rsa.generate_private_key(65537, 1024), "k1")],
    ]  # fmt: skip
    for keys in wrong:
        fake.keys = keys
        discovery._keys.clear()
        with pytest.raises(Unreachable):
            discovery.key_for(where, "k1", "RS256")
    fake.keys = [good]
    discovery._keys.clear()
    assert discovery.key_for(where, None, "RS256").key_id == "k1"
    for body in (b"{}", b'{"keys": 1}', json.dumps({"keys": ["x"]}).encode()):
        fake.answers["/jwks"] = (200, body)
        discovery._keys.clear()
        with pytest.raises(Unreachable):
            discovery.usable_keys(where)
