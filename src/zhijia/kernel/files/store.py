"""Where content lies: sealed, and named by a keyed hash, so that a stolen disk cannot be asked whether it holds a file
that somebody knows. The same content is stored once, whoever sent it.

Installations older than this one hold plain files named by their SHA-256 (64 digits; a keyed name has 32). They stay
readable until `zhijia files seal` has been through.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from django.core.files import File
from django.core.files.storage import default_storage

from zhijia.kernel.base.errors import NotFound
from zhijia.kernel.people import vault

from . import cipher, scratch

FOLDER = "sealed"
BLOCK = 1024 * 1024
KEYED = 32
"""Length of a keyed name."""


class Kept(NamedTuple):
    """A file that is kept: by which name, and how long it is."""

    name: str
    size: int


class Content(Protocol):
    """Kept content, sealed or still plain."""

    size: int

    def blocks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` to before `stop`."""

    def close(self) -> None:
        """Close the file."""


class Plain:
    """A plain file of an older installation."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.size = file, file.seek(0, os.SEEK_END)

    def blocks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` to before `stop`."""
        self._file.seek(start)
        left = (self.size if stop is None else min(stop, self.size)) - start
        while left > 0 and (block := self._file.read(min(left, BLOCK))):
            left -= len(block)
            yield block

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def blocks_of(file: BinaryIO) -> Iterator[bytes]:
    """The rest of an open file."""
    while block := file.read(BLOCK):
        yield block


def address(sha256: str) -> str:
    """The keyed name of content with this SHA-256 (hex): HMAC-SM3, which nobody can compute without the vault's key."""
    return vault.blind(sha256, purpose="file").hex()


def keep(file: BinaryIO) -> Kept:
    """Keep the content of `file` under its keyed name. What already lies there, sound, is left as it is."""
    file.seek(0)
    name = address(hashlib.file_digest(file, "sha256").hexdigest())  # type: ignore[arg-type]  # it reads into buffers
    size, place = file.tell(), place_of(name)
    if not _sound(place, size):
        file.seek(0)
        default_storage.delete(place)  # what stood there was not this content
        put(blocks_of(file), place)
    return Kept(name, size)


def keep_checked(plain: Content, *, sha256: str) -> Kept | None:
    """Seal a plain file under its keyed name when its content is what its old name says; None when it is not."""
    digest = hashlib.sha256()
    for block in plain.blocks():
        digest.update(block)
    if digest.hexdigest() != sha256:
        return None
    name = address(sha256)
    if not _sound(place_of(name), plain.size):
        default_storage.delete(place_of(name))
        put(plain.blocks(), place_of(name))
    return Kept(name, plain.size)


def put(blocks: Iterable[bytes], place: str) -> int:
    """Seal `blocks` into the storage at `place`, in one move: there is a whole file or none. Returns their length."""
    with scratch.draft() as (path, file):
        size = cipher.seal(blocks, file, place=place)
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        saved = default_storage.save(place, _Moved(file, path))
    if saved != place:  # somebody else was first; what they stored is the same
        default_storage.delete(saved)
    return size


def get(place: str) -> cipher.Reader:
    """The sealed file at `place`. Raises NotFound when it is gone and Unreadable when it was touched."""
    file = _open(place)
    try:
        return cipher.Reader(file, place=place)
    except BaseException:
        file.close()
        raise


def content(name: str) -> Content:
    """What is kept under this name. Raises NotFound and Unreadable."""
    place = place_of(name)
    return get(place) if len(name) == KEYED else Plain(_open(place))


def forget(name: str) -> None:
    """Delete what is kept under this name. The caller knows that nothing refers to it any more."""
    default_storage.delete(place_of(name))


def every(folder: str = "") -> Iterator[str]:
    """The places of all sealed files below a folder: uploads, letters, workbooks, whatever uses the cipher."""
    with suppress(FileNotFoundError):
        inner, names = default_storage.listdir(folder)
        for place in sorted(f"{folder}/{name}".lstrip("/") for name in names):
            with _open(place) as file:
                sealed = file.read(len(cipher.MAGIC)) == cipher.MAGIC
            if sealed:
                yield place
        for below in sorted(inner):
            yield from every(f"{folder}/{below}".lstrip("/"))


def with_old_key(folder: str = "") -> Iterator[str]:
    """The places of files whose key is wrapped by another key of the vault than it uses now: these are to be given to
    `rewrap` before that one may be destroyed."""
    head = vault.present_head(cipher.PURPOSE)
    for place in every(folder):
        with _open(place) as file:
            file.seek(cipher.WRAPPED_AT)
            if file.read(len(head)) != head:
                yield place


def rewrap(place: str) -> bool:
    """Wrap a file's key anew by the vault as it is now, in one move; whether that changed the file. The content is not
    sealed anew: its key stays. Only for a storage on a disk."""
    reader = get(place)
    try:
        if reader.wrapped.startswith(vault.present_head(cipher.PURPOSE)):
            return False
        head = reader.rewrapped()
        with scratch.draft() as (path, copy), default_storage.open(place) as old:
            old.seek(reader.body)
            copy.write(head)
            for block in blocks_of(old):  # type: ignore[arg-type]
                copy.write(block)
            copy.flush()
            os.fsync(copy.fileno())
            path.replace(default_storage.path(place))
    finally:
        reader.close()
    return True


def place_of(name: str) -> str:
    """Where the content of this name lies: sealed for a keyed one, plain for the SHA-256 of an older installation."""
    return f"{FOLDER}/{name[:2]}/{name}" if len(name) == KEYED else f"{name[:2]}/{name}"


class _Moved(File):  # type: ignore[type-arg]
    """A file that a storage on a disk moves into its place rather than copying it."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        super().__init__(file, name=path.name)
        self._path = path

    def temporary_file_path(self) -> str:
        """Django's hook."""
        return str(self._path)


def _open(place: str) -> BinaryIO:
    try:
        return default_storage.open(place)  # type: ignore[return-value]
    except FileNotFoundError as error:
        raise NotFound(code="file_gone") from error


def _sound(place: str, size: int) -> bool:
    try:
        reader = get(place)
    except (NotFound, vault.Unreadable):
        return False
    try:
        reader.check()
        return reader.size == size
    except vault.Unreadable:
        return False
    finally:
        reader.close()
