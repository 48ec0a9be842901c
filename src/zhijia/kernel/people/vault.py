"""The vault: personal data sealed under data keys of each purpose, and keyed blind indexes that find it again.

A sealed value is: 0xE1 ‖ algorithm (1 byte) ‖ data key's id (4) ‖ nonce (12) ‖ ciphertext ‖ tag (16). Marker,
algorithm,
key and the caller's `aad` (table, column and row) are authenticated, so that nothing sealed can be moved elsewhere. The
data key (`keys.py`) is 32 random bytes in the database, wrapped by a master key that is not (`masters.py`); the key in
use is HKDF-SM3 (RFC 5869) of it with the algorithm's name.

Before version 0.3 a value was: key version (2 bytes, so it begins with 0x00) ‖ algorithm (1) ‖ nonce ‖ ciphertext ‖
tag, under HKDF-SM3 of the n-th key of settings.VAULT_KEY. Such values open as long as that key stays in the setting;
`zhijia keys rotate` seals them anew.
"""

import os
from collections.abc import Collection
from enum import IntEnum
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Misconfigured, NotFound, ZhijiaError

from .keys import Destroyed, Key, by_id, current
from .masters import secrets_of
from .numbers import normalise_bank_card, normalise_id, normalise_phone

NONCE, TAG, HEAD = 12, 16, 6
MARK = b"\xe1"
INDEX_BYTES = 16
"""Length of a blind index."""
_OLD_HEAD = 3

_NORMALISED = {"phone": normalise_phone, "id_number": normalise_id, "bank_card": normalise_bank_card}


class Algorithm(IntEnum):
    """How a value is sealed; its byte stands in the value, so both may stand in one column."""

    SM4_GCM = 1
    AES_256_GCM = 2


_CIPHERS = {Algorithm.SM4_GCM: (algorithms.SM4, 16), Algorithm.AES_256_GCM: (algorithms.AES256, 32)}


class Unreadable(ZhijiaError):
    """A sealed value that does not open here: changed, moved from another row, or sealed under a lost key."""

    code = "unreadable"


def seal(plain: str, *, purpose: str, aad: bytes, algorithm: Algorithm | None = None) -> bytes:
    """Encrypt `plain` under the purpose's present data key; `aad` names the place (table, column, row) it is for.

    The algorithm is that of settings.VAULT_ALGORITHM unless one is given.
    """
    key, chosen = current(purpose), algorithm or Algorithm[settings.VAULT_ALGORITHM]
    head, nonce = head_of(key, chosen), os.urandom(NONCE)
    encryptor = _cipher(key, chosen, modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(head + aad)
    return b"".join((head, nonce, encryptor.update(plain.encode()), encryptor.finalize(), encryptor.tag))


def open_(sealed: bytes, *, purpose: str | Collection[str], aad: bytes) -> str:
    """Decrypt what `seal` made for this place and this purpose (or one of these).

    Raises Unreadable when a single bit differs, and Destroyed when the key was destroyed on purpose.
    """
    sealed = bytes(sealed)
    purposes = (purpose,) if isinstance(purpose, str) else purpose
    if sealed[:1] == b"\0":
        return _open_old(sealed, purposes, aad)
    if sealed[:1] != MARK or len(sealed) < HEAD + NONCE + TAG:
        raise _unreadable()
    try:
        key = _key_of(sealed)
        if key.purpose not in purposes:
            raise ValueError("sealed for something else")
        mode = modes.GCM(sealed[HEAD : HEAD + NONCE], sealed[-TAG:])
        decryptor = _cipher(key, Algorithm(sealed[1]), mode).decryptor()
        decryptor.authenticate_additional_data(sealed[:HEAD] + aad)
        return (decryptor.update(sealed[HEAD + NONCE : -TAG]) + decryptor.finalize()).decode()
    except (InvalidTag, ValueError) as error:
        raise _unreadable() from error


def reseal(sealed: bytes, *, purposes: Collection[str], aad: bytes) -> bytes:
    """The same value under the present key of the purpose it was sealed for. Raises Unreadable and Destroyed."""
    chosen = purposes
    if sealed[:1] == MARK:
        key = _key_of(sealed)
        chosen = [purpose for purpose in purposes if purpose == key.purpose]
    for purpose in chosen:
        try:
            return seal(open_(sealed, purpose=purpose, aad=aad), purpose=purpose, aad=aad)
        except Unreadable:
            continue
    raise _unreadable()


def blind(value: str, *, purpose: str) -> bytes:
    """A keyed index (HMAC-SM3, 16 bytes) that is equal for all spellings of one phone, identity or bank card number.

    Raises Invalid when the purpose has a form and the value does not have it.
    """
    return mac(_NORMALISED.get(purpose, str.strip)(value), purpose=purpose)


def mac(value: str, *, purpose: str, key: Key | None = None) -> bytes:
    """The keyed index of a value that has its one spelling already, under the present index key or `key`."""
    keyed = hmac.HMAC((key or current(f"index:{purpose}")).material, hashes.SM3())
    keyed.update(value.encode())
    return keyed.finalize()[:INDEX_BYTES]


def head_of(key: Key, algorithm: Algorithm) -> bytes:
    """How every value begins that this key seals."""
    return MARK + bytes([algorithm]) + key.id.to_bytes(4, "big")


def present_head(purpose: str) -> bytes:
    """How a value begins that is sealed now: another beginning means an older key or another algorithm."""
    return head_of(current(purpose), Algorithm[settings.VAULT_ALGORITHM])


def old_index_key(purpose: str) -> bytes:
    """The index key of installations before 0.3, which became the first version of each index key."""
    return _old_key(settings.VAULT_KEY, 1, "index", purpose, 32)


def _key_of(sealed: bytes) -> Key:
    try:
        return by_id(int.from_bytes(sealed[2:HEAD], "big"))
    except NotFound as error:
        raise _unreadable() from error


def _cipher(key: Key, algorithm: Algorithm, mode: modes.GCM) -> Cipher[modes.GCM]:
    kind, length = _CIPHERS[algorithm]
    return Cipher(kind(_in_use(key.material, algorithm.name, length)), mode)


@lru_cache(maxsize=512)
def _in_use(material: bytes, use: str, length: int) -> bytes:
    info = f"zhijia/vault/{use}".encode()
    return HKDF(algorithm=hashes.SM3(), length=length, salt=None, info=info).derive(material)


def _unreadable() -> Unreadable:
    return Unreadable(_("This value cannot be opened. Tell the operator; it was not shown to anybody."))


def _open_old(sealed: bytes, purposes: Collection[str], aad: bytes) -> str:
    head, nonce, body, tag = (
        sealed[:_OLD_HEAD], sealed[_OLD_HEAD : _OLD_HEAD + NONCE], sealed[_OLD_HEAD + NONCE : -TAG], sealed[-TAG:],
    )  # fmt: skip
    for purpose in purposes:
        try:
            if len(sealed) < _OLD_HEAD + NONCE + TAG:
                raise ValueError("too short")
            version, algorithm = int.from_bytes(head[:2], "big"), Algorithm(head[2])
            kind, length = _CIPHERS[algorithm]
            key = _old_key(settings.VAULT_KEY, version, algorithm.name, purpose, length)
            decryptor = Cipher(kind(key), modes.GCM(nonce, tag)).decryptor()
            decryptor.authenticate_additional_data(head + aad)
            return (decryptor.update(body) + decryptor.finalize()).decode()
        except (InvalidTag, ValueError):
            continue
    raise _unreadable()


@lru_cache(maxsize=512)
def _old_key(setting: str, version: int, use: str, purpose: str, length: int) -> bytes:
    masters = secrets_of(setting)
    if not 1 <= version <= len(masters):
        raise Misconfigured(f"VAULT_KEY holds no key of version {version}; it holds {len(masters)}")
    info = f"zhijia/vault/{version}/{use}/{purpose}".encode()
    return HKDF(algorithm=hashes.SM3(), length=length, salt=None, info=info).derive(masters[version - 1])


__all__ = [
    "HEAD",
    "INDEX_BYTES",
    "MARK",
    "Algorithm",
    "Destroyed",
    "Unreadable",
    "blind",
    "head_of",
    "mac",
    "old_index_key",
    "open_",
    "present_head",
    "reseal",
    "seal",
]  # fmt: skip
