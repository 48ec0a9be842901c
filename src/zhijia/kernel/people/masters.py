"""Master keys (key-encryption keys): they wrap data keys, and live outside the database.

Three places to keep one: this installation's file or environment variable (settings.VAULT_KEY), a file of its own, or a
key-management service that never gives it out. settings.VAULT_MASTERS names another place than the first for single
purposes ("harassment=file:/run/secrets/harassment, health=https://kms.example/keys/health"), and "*" for all others.

The service's contract is two calls with a bearer token, JSON both ways, bytes in base64; `context` is authenticated:

    POST <address>/wrap    {"plain": …, "context": …}    -> 200 {"wrapped": …}
    POST <address>/unwrap  {"wrapped": …, "context": …}  -> 200 {"plain": …}
"""

import http.client
import json
import os
from base64 import b64decode, b64encode
from functools import cache
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from zhijia.kernel.base.errors import Misconfigured
from zhijia.kernel.base.private import read_private

NONCE, TAG = 12, 16
PATIENCE = 5.0
"""Seconds to wait for a key-management service. Each process asks it once for each data key."""


class Master(Protocol):
    """Something that wraps and unwraps data keys."""

    name: str
    """How a wrapped key says who wrapped it."""

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """The data key, wrapped for this purpose and version."""

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """The data key. Raises Misconfigured when this master did not wrap it."""


class LocalMaster:
    """32 bytes that this process holds: wraps by SM4-GCM under a key derived for that alone."""

    def __init__(self, secret: bytes) -> None:
        self._key = _derive(secret, "wrap", 16)
        self.name = f"local:{_derive(secret, 'name', 8).hex()}"

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Nonce ‖ ciphertext ‖ tag."""
        nonce = os.urandom(NONCE)
        encryptor = Cipher(algorithms.SM4(self._key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(context)
        return nonce + encryptor.update(key) + encryptor.finalize() + encryptor.tag

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """The data key. Raises Misconfigured when it was touched, or wrapped for something else."""
        mode = modes.GCM(wrapped[:NONCE], wrapped[-TAG:])
        decryptor = Cipher(algorithms.SM4(self._key), mode).decryptor()
        decryptor.authenticate_additional_data(context)
        try:
            return decryptor.update(wrapped[NONCE:-TAG]) + decryptor.finalize()
        except InvalidTag as error:
            raise Misconfigured(f"the data key {context.decode()} does not unwrap under {self.name}") from error


class HttpMaster:
    """A key in a key-management service. Only https, or this very machine."""

    def __init__(self, address: str, token: str) -> None:
        self._parts, self._token, self.name = urlsplit(address.rstrip("/")), token, address
        if self._parts.scheme != "https" and self._parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise Misconfigured(f"the key-management service {address} must be reached by https")

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """What the service makes of it."""
        return self._ask("wrap", {"plain": key, "context": context}, "wrapped")

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """The data key. Raises Misconfigured when the service refuses or cannot be reached."""
        return self._ask("unwrap", {"wrapped": wrapped, "context": context}, "plain")

    def _ask(self, verb: str, said: dict[str, bytes], wanted: str) -> bytes:
        body = json.dumps({name: b64encode(value).decode() for name, value in said.items()})
        kind = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
        wire = kind(self._parts.hostname or "", self._parts.port, timeout=PATIENCE)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        try:
            wire.request("POST", f"{self._parts.path}/{verb}", body, headers)
            answer = wire.getresponse()
            content = answer.read()
            if answer.status != 200:
                raise ValueError(f"status {answer.status}")
            return b64decode(json.loads(content)[wanted], validate=True)
        except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as error:
            says = f"the key-management service {self.name} does not {verb}: {error}"
            raise Misconfigured(says) from error
        finally:
            wire.close()


def master_for(purpose: str) -> Master:
    """Who wraps a new data key of this purpose now. A blind index's key is held where its purpose's key is."""
    places = _places(settings.VAULT_MASTERS)
    place = places.get(purpose.removeprefix("index:"), places.get("*", ""))
    return _at(place)[-1] if place else _own()[-1]


def master_named(name: str) -> Master:
    """The master that wrapped a key. Raises Misconfigured when this installation does not know it."""
    for master in (*_own(), *(m for place in _places(settings.VAULT_MASTERS).values() for m in _at(place))):
        if master.name == name:
            return master
    raise Misconfigured(f"no master key here is named {name}: put it back into VAULT_KEY or VAULT_MASTERS")


def secrets_of(setting: str, what: str = "VAULT_KEY") -> tuple[bytes, ...]:
    """The 32-byte keys of a setting or file: hexadecimal, commas between, the last one wraps. Raises Misconfigured."""
    try:
        found = tuple(bytes.fromhex(part) for part in setting.split(","))
    except ValueError:
        found = ()
    if not found or any(len(secret) != 32 for secret in found):
        raise Misconfigured(f"{what} must be 64 hexadecimal digits, or several such keys with commas between")
    return found


def _own() -> tuple[Master, ...]:
    return _local(settings.VAULT_KEY, "VAULT_KEY")


@cache
def _local(setting: str, what: str) -> tuple[Master, ...]:
    return tuple(LocalMaster(secret) for secret in secrets_of(setting, what))


@cache
def _places(setting: str) -> dict[str, str]:
    pairs = [part.strip().partition("=") for part in setting.split(",") if part.strip()]
    for purpose, _equals, place in pairs:
        if not purpose or not place.startswith(("file:", "https://", "http://")):
            raise Misconfigured(f"VAULT_MASTERS: write PURPOSE=file:/path or PURPOSE=https://…, not {purpose}={place}")
    return {purpose.strip(): place.strip() for purpose, _equals, place in pairs}


@cache
def _at(place: str) -> tuple[Master, ...]:
    if place.startswith("file:"):
        return _local(read_private(Path(place.removeprefix("file:"))), place)
    return (HttpMaster(place, settings.VAULT_KMS_TOKEN),)


def _derive(secret: bytes, use: str, length: int) -> bytes:
    info = f"zhijia/vault/master/{use}".encode()
    return HKDF(algorithm=hashes.SM3(), length=length, salt=None, info=info).derive(secret)
