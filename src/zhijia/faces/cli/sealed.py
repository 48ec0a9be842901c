"""The encryption of backups: a stream that whoever makes it cannot read again.

A sealed file is MAGIC, one line of JSON (algorithm, bytes of a chunk, recipients) and chunks. The content key is drawn
for each file and wrapped for each recipient: X25519 with a key drawn for that too, HKDF-SHA-256, AES-256-GCM. A chunk
is its length (4 bytes) and the ciphertext under nonce number ‖ last (11 + 1 bytes) with SHA-256 of the head as bound
data, so that none can be changed, moved, left out or cut off. Chunks are AES-256-GCM, or SM4-GCM where the operator
sets ZHIJIA_BACKUP_CIPHER=sm4-gcm.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from zhijia.kernel.base.errors import Misconfigured

from .words import _

MAGIC = b"zhijia backup 2\n"
CHUNK = 1 << 20
TAG = 16
CIPHERS: dict[str, tuple[Any, int]] = {"aes-256-gcm": (algorithms.AES256, 32), "sm4-gcm": (algorithms.SM4, 16)}
LONGEST_HEAD = 64 * 1024


class Writer:
    """Takes bytes and writes them sealed; `close` writes the last chunk."""

    def __init__(self, to: IO[bytes], recipients: Iterable[str], cipher: str = "") -> None:
        cipher = cipher or os.environ.get("ZHIJIA_BACKUP_CIPHER", "") or "aes-256-gcm"
        if cipher not in CIPHERS:
            raise Misconfigured(_("ZHIJIA_BACKUP_CIPHER must be aes-256-gcm or sm4-gcm"))
        self._kind, length = CIPHERS[cipher]
        self._key = os.urandom(length)
        wrapped = [_wrap(self._key, bytes.fromhex(public)) for public in recipients]
        head = json.dumps({"cipher": cipher, "chunk": CHUNK, "recipients": wrapped}).encode() + b"\n"
        self._to, self._number, self._held = to, 0, bytearray()
        self._bound = hashlib.sha256(MAGIC + head).digest()
        to.write(MAGIC + head)

    def write(self, block: bytes) -> int:
        """Take a block of any size."""
        self._held += block
        while len(self._held) > CHUNK:
            self._put(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]
        return len(block)

    def close(self) -> None:
        """Write what is held as the last chunk; the file below stays open."""
        self._put(bytes(self._held), last=True)

    def _put(self, plain: bytes, *, last: bool) -> None:
        encryptor = Cipher(self._kind(self._key), modes.GCM(_nonce(self._number, last=last))).encryptor()
        encryptor.authenticate_additional_data(self._bound)
        sealed = encryptor.update(plain) + encryptor.finalize() + encryptor.tag
        self._to.write(len(sealed).to_bytes(4, "big") + sealed)
        self._number += 1


class Reader:
    """Gives the bytes of a sealed file back. Raises ValueError where a byte differs or is missing."""

    def __init__(self, source: IO[bytes], keys: Iterable[str]) -> None:
        if source.read(len(MAGIC)) != MAGIC:
            raise ValueError(_("it is no backup"))
        head = source.readline(LONGEST_HEAD)
        said = json.loads(head)
        self._kind, length = CIPHERS[said["cipher"]]
        self._key = _unwrap(said["recipients"], list(keys), length)
        self._bound = hashlib.sha256(MAGIC + head).digest()
        self._source, self._number, self._held, self._longest = source, 0, bytearray(), int(said["chunk"]) + TAG
        self._next = source.read(4)

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most `size`; b"" at the end."""
        while self._next and (size < 0 or len(self._held) < size):
            self._held += self._take()
        size = len(self._held) if size < 0 else size
        block = bytes(self._held[:size])
        del self._held[:size]
        return block

    def _take(self) -> bytes:
        length = int.from_bytes(self._next, "big")
        sealed = self._source.read(min(length, self._longest))
        self._next = self._source.read(4)
        if len(sealed) != length or length < TAG or (self._next and len(self._next) < 4):
            raise ValueError(_("it was cut off"))
        nonce = _nonce(self._number, last=not self._next)
        decryptor = Cipher(self._kind(self._key), modes.GCM(nonce, sealed[-TAG:])).decryptor()
        decryptor.authenticate_additional_data(self._bound)
        try:
            plain = decryptor.update(sealed[:-TAG]) + decryptor.finalize()
        except InvalidTag:
            raise ValueError(_("it was changed or cut off")) from None
        self._number += 1
        return plain


def is_sealed(path: Path) -> bool:
    """Whether a file is one of ours."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def new_pair() -> tuple[str, str]:
    """A private key and its public one, in hex."""
    key = X25519PrivateKey.generate()
    return key.private_bytes_raw().hex(), key.public_key().public_bytes_raw().hex()


def keep_key(path: Path, text: str, *, new: bool = True) -> None:
    """Write a key file (mode 600). Raises Misconfigured when it is there already and should be `new`."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        flags = os.O_WRONLY | os.O_CREAT | (os.O_EXCL if new else os.O_TRUNC)
        with os.fdopen(os.open(path, flags, 0o600), "w") as file:
            file.write(text + "\n")
    except FileExistsError:
        raise Misconfigured(_("{file} is there already; a key is never overwritten").format(file=path)) from None
    except OSError as error:
        raise Misconfigured(_("cannot write {path}: {reason}").format(path=path, reason=error.strerror)) from error


def recipients(keys: Path) -> list[str]:
    """The public keys that may read backups: ZHIJIA_BACKUP_RECIPIENT, or the file `backup_recipient`, or a pair that is
    made now, whose private half `backup_key` the operator should take away."""
    path = keys / "backup_recipient"
    text = os.environ.get("ZHIJIA_BACKUP_RECIPIENT", "")
    if not text and not path.exists():
        private, public = new_pair()
        keep_key(keys / "backup_key", private)
        keep_key(path, public)
    found = _keys_of(text or path.read_text(), "backup_recipient")
    if not found:
        raise Misconfigured(_("{file} names no recipient").format(file=path))
    return found


def private_keys(keys: Path, given: Path | None = None) -> list[str]:
    """The private keys at hand: those of the file `given`, or ZHIJIA_BACKUP_KEY, or the file `backup_key`."""
    path = given or keys / "backup_key"
    text = "" if given else os.environ.get("ZHIJIA_BACKUP_KEY", "")
    if not text and not path.exists():
        raise Misconfigured(_("the key that opens backups is not here; name it with --key FILE"))
    return _keys_of(text or path.read_text(), path.name)


def _keys_of(text: str, name: str) -> list[str]:
    found = text.replace(",", " ").split()
    if any(len(key) != 64 or set(key.lower()) - set("0123456789abcdef") for key in found):
        raise Misconfigured(_("{file} must hold keys of 64 hexadecimal digits").format(file=name))
    return found


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _wrap(key: bytes, public: bytes) -> dict[str, str]:
    ours = X25519PrivateKey.generate()
    shared = ours.exchange(X25519PublicKey.from_public_bytes(public))
    drawn = ours.public_key().public_bytes_raw()
    return {
        "public": public.hex(), "drawn": drawn.hex(),
        "key": AESGCM(_derived(shared, drawn, public)).encrypt(bytes(12), key, None).hex(),
    }  # fmt: skip


def _unwrap(wrapped: list[dict[str, str]], keys: list[str], length: int) -> bytes:
    for private in (X25519PrivateKey.from_private_bytes(bytes.fromhex(key)) for key in keys):
        public = private.public_key().public_bytes_raw()
        for entry in wrapped:
            if entry["public"] != public.hex():
                continue
            drawn = bytes.fromhex(entry["drawn"])
            shared = private.exchange(X25519PublicKey.from_public_bytes(drawn))
            try:
                key = AESGCM(_derived(shared, drawn, public)).decrypt(bytes(12), bytes.fromhex(entry["key"]), None)
            except InvalidTag:
                raise ValueError(_("it was changed or cut off")) from None
            if len(key) == length:
                return key
    raise ValueError(_("it was made for another key than the ones at hand"))


def _derived(shared: bytes, drawn: bytes, public: bytes) -> bytes:
    info = b"zhijia backup 2" + drawn + public
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(shared)
