"""The keys that sign what we tell partners: RSA, one file each (mode 600) outside the database, named by its birth.

A new key is published at once and signs a day later, when every partner has seen it; an old one stays published for two
days after that. So rotation is one command and nobody notices.
"""

import base64
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

SEEN, KEPT = timedelta(days=1), timedelta(days=2)
"""How long a new key is only shown, and an old one still is."""
BITS = 3072
_NAME = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True)
class Key:
    """One signing key."""

    kid: str
    born: datetime
    private: rsa.RSAPrivateKey
    path: Path

    @property
    def public(self) -> rsa.RSAPublicKey:
        """What partners check with."""
        return self.private.public_key()

    def jwk(self) -> dict[str, str]:
        """The public half as a JSON Web Key."""
        numbers = self.public.public_numbers()
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "n": _b64(numbers.n), "e": _b64(numbers.e)}


def published(*, now: datetime) -> list[Key]:
    """Every key that partners should know, the newest first; one is made if there is none yet."""
    keys = _keys() or [make(now=now)]
    current = _signing(keys, now)
    return [key for key in keys if not _is_over(key, current, now)]


def signing(*, now: datetime) -> Key:
    """The key that signs now: the newest that partners had time to see, else the oldest."""
    return _signing(_keys() or [make(now=now)], now)


def rotate(*, now: datetime, at_once: bool = False) -> Key:
    """Make a new key and delete those whose time is over; `at_once` (a key was lost to somebody): all others."""
    made = make(now=now)
    current = signing(now=now)
    for key in _keys():
        if key.kid != made.kid and (at_once or _is_over(key, current, now)):
            key.path.unlink(missing_ok=True)
    return made


def make(*, now: datetime) -> Key:
    """One more key. Two processes that begin together end with the same one if it is the first."""
    folder = settings.OIDC_KEYS
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    first = not _keys()
    pem = rsa.generate_private_key(65537, BITS).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    draft = folder / f".{os.getpid()}.{os.urandom(4).hex()}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    # The first one is named alike by everybody, so that the file system decides who was first.
    path = folder / (f"{_FIRST}.pem" if first else f"{now.astimezone(UTC).strftime(_NAME)}.pem")
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
    return _key(path)


def _signing(keys: list[Key], now: datetime) -> Key:
    return next((key for key in keys if key.born <= now - SEEN), keys[-1])


def _is_over(key: Key, current: Key, now: datetime) -> bool:
    return key.born < current.born and now - (current.born + SEEN) > KEPT


_FIRST = datetime(2000, 1, 1, tzinfo=UTC).strftime(_NAME)


def _keys() -> list[Key]:
    try:
        names = sorted((path for path in settings.OIDC_KEYS.iterdir() if path.suffix == ".pem"), reverse=True)
    except FileNotFoundError:
        return []
    return [_key(path) for path in names]


def _key(path: Path) -> Key:
    return _read(path, path.stat().st_mtime_ns)


@cache
def _read(path: Path, _changed: int) -> Key:
    private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(private, rsa.RSAPrivateKey)
    der = private.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    born = datetime.strptime(path.stem, _NAME).replace(tzinfo=UTC)
    return Key(base64.urlsafe_b64encode(sha256(der).digest()[:12]).decode(), born, private, path)


def _b64(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
