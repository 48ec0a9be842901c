"""Keys that vouchers need, all derived from one secret of the installation, each for one use."""

from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from zhijia.kernel.base.errors import Misconfigured


def derived(use: str) -> bytes:
    """32 bytes for one use. Raises Misconfigured when the secret is no key."""
    return _derived(settings.VOUCHER_KEY, use)


def signing() -> Ed25519PrivateKey:
    """The key that signs tokens; it never leaves the server."""
    return _signing(settings.VOUCHER_KEY)


def public() -> Ed25519PublicKey:
    """The key by which a terminal checks tokens without a connection."""
    return signing().public_key()


def public_hex() -> str:
    """The same as 64 hexadecimal digits, as terminals load it."""
    return public().public_bytes_raw().hex()


@cache
def _derived(secret: str, use: str) -> bytes:
    try:
        master = bytes.fromhex(secret)
    except ValueError:
        master = b""
    if len(master) != 32:
        raise Misconfigured("VOUCHER_KEY must be 64 hexadecimal digits")
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"zhijia/vouchers/{use}".encode()).derive(master)


@cache
def _signing(secret: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_derived(secret, "sign"))
