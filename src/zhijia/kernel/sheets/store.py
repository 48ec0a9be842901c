"""Workbooks at rest: sealed block by block, since they hold names and numbers of people, and deleted by name.

A kept file is a row of blocks, each its length (4 bytes) and a value of the vault. What a block is for is
authenticated with it: the file, its place and whether it is the last, so that none can be moved, left out or cut off.
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import BinaryIO, NamedTuple
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import default_storage

from zhijia.kernel.base.errors import NotFound
from zhijia.kernel.people import vault

FOLDER = "sheets"
BLOCK = 512 * 1024
_PURPOSE = "workbook"


class Kept(NamedTuple):
    """A file that is kept: by which name, how long, and the SHA-256 of its content."""

    name: str
    size: int
    sha256: str


def keep(blocks: Iterable[bytes], scratch: Callable[[], BinaryIO]) -> Kept:
    """Seal a file into the default storage; `scratch` gives an empty file for the sealed copy on its way there."""
    name, digest, size = uuid4().hex, hashlib.sha256(), 0
    with scratch() as sealed:
        for number, (block, last) in enumerate(_even(blocks)):
            digest.update(block)
            size += len(block)
            value = vault.seal(b64encode(block).decode(), purpose=_PURPOSE, aad=_place(name, number, last=last))
            sealed.write(len(value).to_bytes(4, "big") + value)
        sealed.seek(0)
        default_storage.save(_path(name), File(sealed))
    return Kept(name, size, digest.hexdigest())


def content(name: str) -> Iterator[bytes]:
    """The blocks of a kept file. Raises NotFound when it is gone and Unreadable when it was touched."""
    try:
        file = default_storage.open(_path(name))
    except FileNotFoundError as error:
        raise NotFound(code="file_gone") from error
    with file:
        number, head = 0, file.read(4)
        while head:
            value = file.read(int.from_bytes(head, "big"))
            head = file.read(4)
            plain = vault.open_(value, purpose=_PURPOSE, aad=_place(name, number, last=not head))
            yield b64decode(plain)
            number += 1


def forget(*names: str) -> None:
    """Delete kept files; names that are empty or gone are passed over."""
    for name in filter(None, names):
        default_storage.delete(_path(name))


def every() -> list[str]:
    """The names of all kept files."""
    with suppress(FileNotFoundError):
        return [name for name in default_storage.listdir(FOLDER)[1] if len(name) == 32]
    return []


def age(name: str, now: datetime) -> timedelta:
    """How long ago a file was kept."""
    try:
        return now - default_storage.get_modified_time(_path(name))
    except FileNotFoundError:
        return timedelta()


def blocks_of(file: BinaryIO) -> Iterator[bytes]:
    """The rest of an open file."""
    while block := file.read(BLOCK):
        yield block


def _even(blocks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Blocks of one size, each with whether it is the last; an empty file is one empty block."""
    held = bytearray()
    for block in blocks:
        held += block
        while len(held) > BLOCK:
            yield bytes(held[:BLOCK]), False
            del held[:BLOCK]
    yield bytes(held), True


def _place(name: str, number: int, *, last: bool) -> bytes:
    return f"sheets/{name}/{number}/{'end' if last else 'more'}".encode()


def _path(name: str) -> str:
    return f"{FOLDER}/{name}"
