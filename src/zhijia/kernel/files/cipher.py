"""A file sealed chunk by chunk, so that a large one is neither held in memory nor read past the piece that is wanted.

A sealed file is: "ZJF1" ‖ algorithm (1 byte) ‖ length of the wrapped key (2) ‖ the file's own key, wrapped by the vault
‖ chunks of 64 KiB, each with its tag (16). The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): a
chunk's nonce is its number (11 bytes) and whether it is the last (1), so a file that was cut off, put in another order
or joined to another does not open. No nonce comes twice because no key seals two files. Where the file lies is
authenticated with every chunk and with the key, so none can be put in the place of another.
"""

import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people import vault
from zhijia.kernel.people.vault import Algorithm, Unreadable

MAGIC = b"ZJF1"
CHUNK = 64 * 1024
TAG = 16
PURPOSE = "file"
WRAPPED_AT = _HEAD = len(MAGIC) + 3
"""Where the wrapped key begins."""
_CIPHERS = {Algorithm.SM4_GCM: (algorithms.SM4, 16), Algorithm.AES_256_GCM: (algorithms.AES256, 32)}


def seal(blocks: Iterable[bytes], target: BinaryIO, *, place: str) -> int:
    """Write `blocks`, sealed for `place`, into `target`; returns how many bytes they held."""
    algorithm = Algorithm[settings.FILE_CIPHER]
    key = os.urandom(_CIPHERS[algorithm][1])
    target.write(header(key, algorithm, place=place))
    size = 0
    for number, (chunk, last) in enumerate(_even(blocks)):
        encryptor = _cipher(algorithm, key, modes.GCM(_nonce(number, last=last))).encryptor()
        encryptor.authenticate_additional_data(place.encode())
        target.write(encryptor.update(chunk) + encryptor.finalize() + encryptor.tag)
        size += len(chunk)
    return size


def header(key: bytes, algorithm: Algorithm, *, place: str) -> bytes:
    """What stands before the chunks: it alone is written anew when the vault's keys change."""
    wrapped = vault.seal(key.hex(), purpose=PURPOSE, aad=_place(place))
    return MAGIC + bytes([algorithm]) + len(wrapped).to_bytes(2, "big") + wrapped


class Reader:
    """A sealed file, open at any byte. Raises Unreadable for one that was touched or lies in the wrong place."""

    def __init__(self, file: BinaryIO, *, place: str) -> None:
        self._file, self._place = file, place
        head = file.read(_HEAD)
        if len(head) < _HEAD or not head.startswith(MAGIC):
            raise unreadable()
        self._wrapped = file.read(int.from_bytes(head[-2:], "big"))
        self._start = _HEAD + len(self._wrapped)
        try:
            self._algorithm = Algorithm(head[4])
            self._key = bytes.fromhex(vault.open_(self._wrapped, purpose=PURPOSE, aad=_place(place)))
        except ValueError as error:
            raise unreadable() from error
        sealed = file.seek(0, os.SEEK_END) - self._start
        self._chunks = -(-sealed // (CHUNK + TAG))
        self.size = sealed - self._chunks * TAG
        last = sealed - (self._chunks - 1) * (CHUNK + TAG)
        if last < TAG or (last == TAG and self._chunks > 1):  # cut off within a chunk
            raise unreadable()

    def blocks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` to before `stop`. The last chunk is always opened: it alone shows that nothing was
        cut off."""
        stop = self.size if stop is None else min(stop, self.size)
        if stop < self.size:
            self.check()
        for number in range(start // CHUNK, max(1, -(-stop // CHUNK))):
            begin = number * CHUNK
            yield self._chunk(number)[max(0, start - begin) : stop - begin]

    def check(self) -> None:
        """Raise Unreadable when the end of the file is not the end that was sealed."""
        self._chunk(self._chunks - 1)

    def rewrapped(self) -> bytes:
        """The header anew, its key wrapped by the vault as it is now."""
        return header(self._key, self._algorithm, place=self._place)

    @property
    def body(self) -> int:
        """Where the chunks begin."""
        return self._start

    @property
    def wrapped(self) -> bytes:
        """The file's key as the vault sealed it."""
        return self._wrapped

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _chunk(self, number: int) -> bytes:
        self._file.seek(self._start + number * (CHUNK + TAG))
        sealed = self._file.read(CHUNK + TAG)
        try:
            mode = modes.GCM(_nonce(number, last=number == self._chunks - 1), sealed[-TAG:])
            decryptor = _cipher(self._algorithm, self._key, mode).decryptor()
            decryptor.authenticate_additional_data(self._place.encode())
            return decryptor.update(sealed[:-TAG]) + decryptor.finalize()
        except (InvalidTag, ValueError) as error:
            raise unreadable() from error


def unreadable() -> Unreadable:
    """A file that does not open here."""
    return Unreadable(_("This file cannot be opened. Tell the operator; it was not shown to anybody."))


def _even(blocks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Blocks of one size, each with whether it is the last; an empty file is one empty block."""
    held = bytearray()
    for block in blocks:
        held += block
        while len(held) > CHUNK:
            yield bytes(held[:CHUNK]), False
            del held[:CHUNK]
    yield bytes(held), True


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _place(place: str) -> bytes:
    return f"files/{place}".encode()


def _cipher(algorithm: Algorithm, key: bytes, mode: modes.GCM) -> Cipher[modes.GCM]:
    kind, length = _CIPHERS[algorithm]
    if len(key) != length:
        raise unreadable()
    return Cipher(kind(key), mode)
