"""Keys that sign the roots of the audit trail. They live outside the database, so that whoever owns it can forge none.

The keys stand in settings.AUDIT_KEY (environment ZHIJIA_AUDIT_KEY) or else in the file settings.AUDIT_KEY_FILE (mode
600, made on first use): private keys as "ed25519:<64 hexadecimal digits>", separated by commas; the last one signs. To
change keys append one, then sign once: the new key is endorsed by the one before it, which may be destroyed after that.

Another signature scheme is one class with the four members of `Signer` and one line in ALGORITHMS. For SM2 (GB/T 32918,
with SM3 and the default identity 1234567812345678) its `sign` must give r ‖ s, 64 bytes, and `public` the uncompressed
point, 65 bytes; `cryptography` has no SM2 curve, so such a class brings its own library or talks to a sealed machine.
"""

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Misconfigured


class Signer(Protocol):
    """One private key that can sign, and its public half."""

    algorithm: str

    @classmethod
    def load(cls, secret: str) -> "Signer":
        """The key behind what stands in the key file after the name of the algorithm. Raises ValueError."""

    @property
    def public(self) -> bytes:
        """The public key as the statements hold it."""

    def sign(self, message: bytes) -> bytes:
        """A signature of `message`."""

    @staticmethod
    def verifies(public: bytes, signature: bytes, message: bytes) -> bool:
        """Whether `signature` is one of `message` by the private half of `public`."""


class Ed25519:
    """RFC 8032 through `cryptography`."""

    algorithm = "ed25519"

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    @classmethod
    def load(cls, secret: str) -> "Ed25519":
        """The key with this seed, 32 bytes in hex."""
        return cls(bytes.fromhex(secret))

    @property
    def public(self) -> bytes:
        """32 bytes."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        return self._key.sign(message)

    @staticmethod
    def verifies(public: bytes, signature: bytes, message: bytes) -> bool:
        """Whether the signature fits."""
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


ALGORITHMS: dict[str, type[Signer]] = {"ed25519": Ed25519}


def key_id(algorithm: str, public: bytes) -> str:
    """How a key is called: sixteen hexadecimal digits that follow from it."""
    return hashlib.new("sm3", algorithm.encode() + b"\0" + public).hexdigest()[:16]


def signers() -> list[Signer]:
    """The keys at hand, the one that signs last; none when no key was made yet. Raises Misconfigured for a bad one."""
    text = settings.AUDIT_KEY
    if not text:
        try:
            text = Path(settings.AUDIT_KEY_FILE).read_text()
        except FileNotFoundError:
            return []
    try:
        return [_load(part.strip()) for part in text.split(",")]
    except (KeyError, ValueError) as error:
        said = _(
            "The key that signs the audit trail cannot be read. It must look like ed25519:<64 hexadecimal digits>."
        )
        raise Misconfigured(said, code="audit_key") from error


def make_key() -> list[Signer]:
    """Make the first key, or append one to the key file; returns all that are at hand now.

    Raises Misconfigured when the keys come from the environment: the operator changes them there.
    """
    if settings.AUDIT_KEY:
        said = _("The signing keys come from ZHIJIA_AUDIT_KEY: append the new key there, with a comma between.")
        raise Misconfigured(said, code="audit_key")
    path = Path(settings.AUDIT_KEY_FILE)
    kept = path.read_text().strip() if path.exists() else ""
    _store(path, ",".join(filter(None, [kept, f"ed25519:{os.urandom(32).hex()}"])), first=not kept)
    return signers()


def forget_old_keys() -> None:
    """Leave only the key that signs in the key file; whoever steals the file later cannot sign as an older one."""
    path = Path(settings.AUDIT_KEY_FILE)
    if not settings.AUDIT_KEY and path.exists():
        _store(path, path.read_text().strip().rpartition(",")[2], first=False)


def _store(path: Path, text: str, *, first: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if first:
        with suppress(FileExistsError):  # two processes may make the first key at once: one of them wins
            os.link(draft, path)
        draft.unlink()
    else:
        draft.replace(path)


def _load(text: str) -> Signer:
    algorithm, _colon, secret = text.rpartition(":")
    return ALGORITHMS[algorithm or "ed25519"].load(secret)
