"""Passkeys against an authenticator made of Python: everything that a browser would never send is refused."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

from tests.cast import NOW, Cast
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base.errors import Forbidden, Invalid, NotFound
from zhijia.kernel.people.factors import factors_of
from zhijia.kernel.people.models import Account, Passkey
from zhijia.kernel.people.passkeys import (
    Site,
    begin_registration,
    begin_sign_in,
    finish_registration,
    finish_sign_in,
    remove_passkey,
    rename_passkey,
)

pytestmark = pytest.mark.django_db
SITE = Site("union.example", "https://union.example", "Zhijia")
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One passkey, as a phone keeps it; each answer can be bent."""

    origin: str = SITE.origin
    domain: str = SITE.domain
    flags: int = PRESENT | VERIFIED
    count: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: os.urandom(16))
    handle: bytes = b""

    def register(self, options: dict[str, Any]) -> str:
        self.handle = options["publicKey"]["user"]["id"]
        public = cbor.encode(ES256.from_cryptography_key(self.key.public_key()))
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        data = self._data(self.flags | ATTESTED) + attested
        made = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer("webauthn.create", options, attestationObject=made)

    def sign(self, options: dict[str, Any], **bent: Any) -> str:
        data = self._data(self.flags)
        client = self._client("webauthn.get", options)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"authenticatorData": data, "signature": signature, "userHandle": self.handle} | bent
        return self._answer("webauthn.get", options, **parts)

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.domain.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        challenge = websafe_encode(_bytes(options["publicKey"]["challenge"]))
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, kind: str, options: dict[str, Any], **parts: bytes) -> str:
        response = {"clientDataJSON": self._client(kind, options), **parts}
        return json.dumps({
            "id": websafe_encode(self.id), "rawId": websafe_encode(self.id), "type": "public-key",
            "response": {name: websafe_encode(_bytes(value)) for name, value in response.items()},
            "clientExtensionResults": {},
        })  # fmt: skip


def _bytes(value: Any) -> bytes:
    from fido2.utils import websafe_decode

    return websafe_decode(value) if isinstance(value, str) else bytes(value)


def register(account: Account, authenticator: Authenticator | None = None) -> Authenticator:
    made = authenticator or Authenticator()
    options, state = begin_registration(account=account, site=SITE, now=NOW)
    options = json.loads(json.dumps(options, default=lambda raw: websafe_encode(bytes(raw))))
    finish_registration(account=account, site=SITE, state=state, answer=made.register(options), name="phone", now=NOW)
    return made


def sign_in(authenticator: Authenticator, *, account: Account | None = None, **bent: Any) -> Account:
    options, state = begin_sign_in(site=SITE, now=NOW, account=account)
    answer = authenticator.sign(options, **bent)
    return finish_sign_in(site=SITE, state=state, answer=answer, now=NOW, account=account)


def test_passkey_signs_its_account_in_and_first_one_brings_recovery_codes(cast: Cast) -> None:
    zhou = cast.accounts["zhou"]
    phone = register(zhou)
    assert (sign_in(phone), sign_in(phone, account=zhou)) == (zhou, zhou)
    assert (factors_of(zhou).passkeys, factors_of(zhou).codes) == (1, 10)
    register(zhou)
    assert (factors_of(zhou).passkeys, factors_of(zhou).codes) == (2, 10)
    trail = Entry.objects.filter(chain=f"account:{zhou.pk}", act="account.factor_added")
    assert [sorted(entry.data) for entry in trail] == [["id", "kind"]] * 2


@pytest.mark.parametrize(
    "bend",
    [
        {"origin": "https://union.example.evil"}, {"origin": "http://union.example"}, {"domain": "evil.example"},
        {"flags": PRESENT}, {"flags": VERIFIED}, {"handle": b"somebody"}, {"id": b"0" * 16},
        {"key": ec.generate_private_key(ec.SECP256R1())},
    ],
)  # fmt: skip
def test_answer_that_is_bent_is_refused(cast: Cast, bend: dict[str, Any]) -> None:
    phone = register(cast.accounts["zhou"])
    for name, value in bend.items():
        setattr(phone, name, value)
    with pytest.raises(Invalid) as refused:
        sign_in(phone)
    assert [(p.field, p.code) for p in refused.value.problems] == [("passkey", "refused")]


@pytest.mark.parametrize("bend", [{"origin": "https://evil.example"}, {"domain": "evil.example"}, {"flags": PRESENT}])
def test_registration_that_is_bent_is_refused(cast: Cast, bend: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        register(cast.accounts["zhou"], Authenticator(**bend))
    assert Passkey.objects.count() == 0


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", "1" * 99_999, '{"id": "AAAA", "response": {}}', "\x00"])
def test_nonsense_is_refused(cast: Cast, answer: str) -> None:
    _options, state = begin_sign_in(site=SITE, now=NOW)
    with pytest.raises(Invalid):
        finish_sign_in(site=SITE, state=state, answer=answer, now=NOW)
    _options, state = begin_registration(account=cast.accounts["zhou"], site=SITE, now=NOW)
    with pytest.raises(Invalid):
        finish_registration(
            account=cast.accounts["zhou"], site=SITE, state=state, answer=answer, name="x", now=NOW
        )  # fmt: skip


def test_challenge_is_for_one_account_one_session_and_five_minutes(cast: Cast) -> None:
    zhou, lin = cast.accounts["zhou"], cast.accounts["lin"]
    phone = register(zhou)
    options, state = begin_sign_in(site=SITE, now=NOW)
    _other, others = begin_sign_in(site=SITE, now=NOW)
    answer = phone.sign(options)
    for kept, moment, whose in ((others, NOW, None), (None, NOW, None), (state, NOW, zhou)):
        with pytest.raises(Invalid):
            finish_sign_in(site=SITE, state=kept, answer=answer, now=moment, account=whose)
    with pytest.raises(Invalid):
        finish_sign_in(site=SITE, state=state, answer=answer, now=NOW + timedelta(minutes=5))
    with pytest.raises(Invalid):
        sign_in(phone, account=lin)
    assert finish_sign_in(site=SITE, state=state, answer=answer, now=NOW) == zhou


def test_counter_that_goes_back_tells_of_a_copy(cast: Cast) -> None:
    zhou = cast.accounts["zhou"]
    phone = register(zhou, Authenticator(count=5))
    phone.count = 6
    assert sign_in(phone) == zhou
    with pytest.raises(Invalid) as refused:
        sign_in(phone)
    assert [p.code for p in refused.value.problems] == ["copied"]
    assert Entry.objects.filter(chain=f"account:{zhou.pk}", act="account.passkey_copied").count() == 1


def test_closed_account_and_taken_passkey_are_refused(cast: Cast) -> None:
    zhou = cast.accounts["zhou"]
    phone = register(zhou)
    with pytest.raises(Invalid):
        register(cast.accounts["lin"], Authenticator(id=phone.id))
    Account.objects.filter(pk=zhou.pk).update(is_active=False)
    with pytest.raises(Invalid):
        sign_in(phone)


def test_staff_keep_their_last_factor_and_nobody_touches_anothers(cast: Cast, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True
    zhou, alice = cast.accounts["zhou"], cast.accounts["alice"]
    register(zhou)
    key = Passkey.objects.get()
    with pytest.raises(Forbidden):
        remove_passkey(account=zhou, passkey_id=key.pk, now=NOW)
    for act in (
        lambda: remove_passkey(account=alice, passkey_id=key.pk, now=NOW),
        lambda: rename_passkey(account=alice, passkey_id=key.pk, name="mine", now=NOW),
    ):
        with pytest.raises(NotFound):
            act()
    register(zhou)
    remove_passkey(account=zhou, passkey_id=key.pk, now=NOW)
    assert factors_of(zhou).passkeys == 1
