"""The vault: personal data sealed with SM4-GCM, and keyed blind indexes that find it again. Pure cryptography.

A sealed value is: key version (2 bytes) ‖ algorithm (1) ‖ nonce (12) ‖ ciphertext ‖ tag (16). Version, algorithm and
the caller's `aad` (table, field and row) are authenticated, so that nothing sealed can be moved elsewhere.

settings.VAULT_KEY holds the master keys, each 32 bytes in hex, separated by commas: the n-th is the master of
version n, the last one seals (settings.VAULT_VERSION, where set, names another). To rotate, append a key; what older
versions sealed stays readable. Every key in use is HKDF-SM3 (RFC 5869) of a master with the info
"zhijia/vault/<version>/<algorithm>/<purpose>". Blind indexes always use version 1, or no old value would be found.
"""

import os
from enum import IntEnum
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Misconfigured, ZhijiaError

from .numbers import normalise_bank_card, normalise_id, normalise_phone

NONCE, TAG, HEAD = 12, 16, 3
INDEX_BYTES = 16
"""Length of a blind index."""

_NORMALISED = {"phone": normalise_phone, "id_number": normalise_id, "bank_card": normalise_bank_card}


class Algorithm(IntEnum):
    """The third byte of a sealed value."""

    SM4_GCM = 1
    AES_256_GCM = 2


_CIPHERS = {Algorithm.SM4_GCM: (algorithms.SM4, 16), Algorithm.AES_256_GCM: (algorithms.AES256, 32)}


class Unreadable(ZhijiaError):
    """A sealed value that does not open here: changed, moved from another row, or sealed under a lost key."""

    code = "unreadable"


def current_version() -> int:
    """The key version that seals now."""
    return int(getattr(settings, "VAULT_VERSION", 0) or len(_masters(settings.VAULT_KEY)))


def seal(plain: str, *, purpose: str, aad: bytes, algorithm: Algorithm = Algorithm.SM4_GCM) -> bytes:
    """Encrypt `plain` under the present key version; `aad` names the place (table, field, row) it is for."""
    version = current_version()
    head, nonce = version.to_bytes(2, "big") + bytes([algorithm]), os.urandom(NONCE)
    encryptor = _cipher(version, algorithm, purpose, modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(head + aad)
    return head + nonce + encryptor.update(plain.encode()) + encryptor.finalize() + encryptor.tag


def open_(sealed: bytes, *, purpose: str, aad: bytes) -> str:
    """Decrypt what `seal` made for the same purpose and place. Raises Unreadable when a single bit differs."""
    sealed = bytes(sealed)
    head, nonce, body, tag = sealed[:HEAD], sealed[HEAD : HEAD + NONCE], sealed[HEAD + NONCE : -TAG], sealed[-TAG:]
    try:
        if len(sealed) < HEAD + NONCE + TAG:
            raise ValueError("too short")
        version, algorithm = int.from_bytes(head[:2], "big"), Algorithm(head[2])
        decryptor = _cipher(version, algorithm, purpose, modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(head + aad)
        return (decryptor.update(body) + decryptor.finalize()).decode()
    except (InvalidTag, ValueError) as error:
        raise Unreadable(_("This value cannot be opened. Tell the operator; it was not shown to anybody.")) from error


def blind(value: str, *, purpose: str) -> bytes:
    """A keyed index (HMAC-SM3, 16 bytes) that is equal for all spellings of one phone, identity or bank card number.

    Raises Invalid when the purpose has a form and the value does not have it.
    """
    mac = hmac.HMAC(_key(settings.VAULT_KEY, 1, "index", purpose, 32), hashes.SM3())
    mac.update(_NORMALISED.get(purpose, str.strip)(value).encode())
    return mac.finalize()[:INDEX_BYTES]


def _cipher(version: int, algorithm: Algorithm, purpose: str, mode: modes.GCM) -> Cipher[modes.GCM]:
    kind, length = _CIPHERS[algorithm]
    return Cipher(kind(_key(settings.VAULT_KEY, version, algorithm.name, purpose, length)), mode)


@cache
def _masters(setting: str) -> tuple[bytes, ...]:
    try:
        masters = tuple(bytes.fromhex(part) for part in setting.split(","))
    except ValueError:
        masters = ()
    if not masters or any(len(master) != 32 for master in masters):
        raise Misconfigured("VAULT_KEY must be 64 hexadecimal digits, or several such keys with commas between")
    return masters


@cache
def _key(setting: str, version: int, use: str, purpose: str, length: int) -> bytes:
    masters = _masters(setting)
    if not 1 <= version <= len(masters):
        raise Misconfigured(f"VAULT_KEY holds no key of version {version}; it holds {len(masters)}")
    info = f"zhijia/vault/{version}/{use}/{purpose}".encode()
    return HKDF(algorithm=hashes.SM3(), length=length, salt=None, info=info).derive(masters[version - 1])
