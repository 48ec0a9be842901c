"""Workbooks at rest: sealed chunk by chunk (kernel/files/cipher.py), since they hold names and numbers of people, and
deleted by name. Each has a name of its own, and two with the same content are two files: each goes with its job."""

import hashlib
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import BinaryIO, NamedTuple
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import default_storage

from zhijia.kernel.base.errors import NotFound
from zhijia.kernel.files import cipher
from zhijia.kernel.people import vault

FOLDER = "sheets"
BLOCK = 512 * 1024
_OLD_PURPOSE = "workbook"


class Kept(NamedTuple):
    """A file that is kept: by which name, how long, and the SHA-256 of its content."""

    name: str
    size: int
    sha256: str


def keep(blocks: Iterable[bytes], scratch: Callable[[], BinaryIO], *, folder: str = FOLDER) -> Kept:
    """Seal a file into the default storage; `scratch` gives an empty file for the sealed copy on its way there."""
    name, digest = uuid4().hex, hashlib.sha256()

    def counted() -> Iterator[bytes]:
        for block in blocks:
            digest.update(block)
            yield block

    with scratch() as sealed:
        size = cipher.seal(counted(), sealed, place=f"{folder}/{name}")
        sealed.seek(0)
        default_storage.save(f"{folder}/{name}", File(sealed))
    return Kept(name, size, digest.hexdigest())


def content(name: str, *, folder: str = FOLDER) -> Iterator[bytes]:
    """The blocks of a kept file. Raises NotFound when it is gone and Unreadable when it was touched."""
    place = f"{folder}/{name}"
    try:
        file = default_storage.open(place)
    except FileNotFoundError as error:
        raise NotFound(code="file_gone") from error
    with file:
        old = file.read(1) == b"\0"  # the length of a block; a sealed file begins with "ZJF1"
        file.seek(0)
        yield from _old_blocks(file, name) if old else cipher.Reader(file, place=place).blocks()  # type: ignore[arg-type]


def forget(*names: str, folder: str = FOLDER) -> None:
    """Delete kept files; names that are empty or gone are passed over."""
    for name in filter(None, names):
        default_storage.delete(f"{folder}/{name}")


def every() -> list[str]:
    """The names of all kept files."""
    with suppress(FileNotFoundError):
        return [name for name in default_storage.listdir(FOLDER)[1] if len(name) == 32]
    return []


def age(name: str, now: datetime) -> timedelta:
    """How long ago a file was kept."""
    try:
        return now - default_storage.get_modified_time(f"{FOLDER}/{name}")
    except FileNotFoundError:
        return timedelta()


def blocks_of(file: BinaryIO) -> Iterator[bytes]:
    """The rest of an open file."""
    while block := file.read(BLOCK):
        yield block


def _old_blocks(file: File, name: str) -> Iterator[bytes]:  # type: ignore[type-arg]
    """What was kept before version 0.2: a row of blocks, each its length (4 bytes) and a value of the vault. They go
    within seven days; this function may go after them."""
    number, head = 0, file.read(4)
    while head:
        value = file.read(int.from_bytes(head, "big"))
        head = file.read(4)
        place = f"sheets/{name}/{number}/{'more' if head else 'end'}".encode()
        yield b64decode(vault.open_(value, purpose=_OLD_PURPOSE, aad=place))
        number += 1
