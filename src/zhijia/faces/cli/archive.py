"""The backup archive: a sealed stream (sealed.py) around one tar: `database.dump` (pg_dump's custom format), `files/…`,
perhaps `keys/…`, and at last `manifest.json` with the size and SHA-256 of each part and what the database held.

Format 1, before archives were sealed, was that tar in clear with the manifest first; it can still be read.
"""

import hashlib
import json
import os
import tarfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from zhijia.kernel.base.errors import Misconfigured

from . import sealed
from .words import _

MANIFEST, DUMP, FILES, KEYS = "manifest.json", "database.dump", "files", "keys"
FORMAT = 2
_CHUNK = 1 << 20


def write(
    target: Path, *, dump: Path, files: Path, about: dict[str, Any], recipients: Sequence[str],
    keys: Path | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Write the archive to `target` (mode 600) in one move: there is a whole one or none. Returns its manifest.

    Files are copied after the database, by name of their content: one that is new since belongs to nothing yet, one
    that was deleted meanwhile is left out.
    """
    parts: dict[str, dict[str, Any]] = {}
    draft = target.with_name(f".{target.name}.partial")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
            stream = sealed.Writer(raw, recipients)
            with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar:  # type: ignore[call-overload]
                for name, path in _sources(dump, files, keys):
                    try:
                        with path.open("rb") as part:
                            size = os.fstat(part.fileno()).st_size
                            hashed = _Hashed(part)
                            tar.addfile(_entry(name, size), hashed)  # type: ignore[arg-type]
                    except FileNotFoundError:
                        continue
                    parts[name] = {"size": size, "sha256": hashed.running.hexdigest()}
                manifest = {"format": FORMAT, **about, "keys": keys is not None, "parts": parts}
                text = json.dumps(manifest, indent=1, ensure_ascii=False).encode()
                tar.addfile(_entry(MANIFEST, len(text)), BytesIO(text))
            stream.close()
            raw.flush()
            os.fsync(raw.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def unpack(source: Path, folder: Path, keys: Sequence[str] = ()) -> dict[str, Any]:
    """Unpack `source` into the empty `folder` and return its manifest. Nothing outside the manifest is believed.

    Raises Misconfigured with one sentence when a byte of it is missing or changed, or none of `keys` opens it.
    """
    try:
        with source.open("rb") as raw:
            if sealed.is_sealed(source):
                return _unpack_sealed(sealed.Reader(raw, keys), folder)
            return _unpack_clear(raw, folder)
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError) as error:
        raise Misconfigured(_("{file} is damaged: {reason}").format(file=source, reason=error)) from error


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Hashed:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.running = file, hashlib.sha256()

    def read(self, size: int) -> bytes:
        """The next bytes."""
        block = self._file.read(size)
        self.running.update(block)
        return block


def _unpack_sealed(stream: sealed.Reader, folder: Path) -> dict[str, Any]:
    found: dict[str, str] = {}
    manifest: dict[str, Any] = {}
    with tarfile.open(fileobj=stream, mode="r|") as tar:  # type: ignore[call-overload]
        for member in tar:
            if member.name == MANIFEST:
                manifest = json.loads(_stream_of(tar, member).read())
            else:
                found[member.name] = _copy(_stream_of(tar, member), _place(folder, member.name))
    while stream.read(_CHUNK):  # what stands behind the tar must be whole too
        continue
    if not manifest:
        raise ValueError(_("{name} is missing").format(name=MANIFEST))
    _require_format(manifest, FORMAT)
    wanted = {name: part["sha256"] for name, part in manifest["parts"].items()}
    for name in wanted.keys() ^ found.keys():
        raise ValueError(_("{name} is missing").format(name=name))
    for name, value in wanted.items():
        if found[name] != value:
            raise ValueError(_("{name} was changed").format(name=name))
    return manifest


def _unpack_clear(raw: IO[bytes], folder: Path) -> dict[str, Any]:
    with tarfile.open(fileobj=raw, mode="r:") as tar:
        first = tar.next()
        if first is None or first.name != MANIFEST:
            raise ValueError(_("it does not begin with a manifest"))
        manifest: dict[str, Any] = json.loads(_stream_of(tar, first).read())
        _require_format(manifest, 1)
        waiting = dict(manifest["parts"])
        while member := tar.next():
            wanted = waiting.pop(member.name, None)
            if wanted is None:
                raise ValueError(_("{name} does not belong in it").format(name=member.name))
            if _copy(_stream_of(tar, member), _place(folder, member.name)) != wanted["sha256"]:
                raise ValueError(_("{name} was changed").format(name=member.name))
        if waiting:
            raise ValueError(_("{name} is missing").format(name=next(iter(waiting))))
    return manifest


def _require_format(manifest: dict[str, Any], number: int) -> None:
    if manifest["format"] != number:
        raise ValueError(_("it was made by another version (format {number})").format(number=manifest["format"]))


def _stream_of(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    stream = tar.extractfile(member) if member.isreg() else None
    if stream is None:
        raise ValueError(_("{name} does not belong in it").format(name=member.name))
    return stream


def _place(folder: Path, name: str) -> Path:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(_("{name} does not belong in it").format(name=name))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def _copy(stream: IO[bytes], path: Path) -> str:
    running = hashlib.sha256()
    with path.open("wb") as file:
        while chunk := stream.read(_CHUNK):
            running.update(chunk)
            file.write(chunk)
    return running.hexdigest()


def _sources(dump: Path, files: Path, keys: Path | None) -> Iterator[tuple[str, Path]]:
    yield DUMP, dump
    for folder, name in ((files, FILES), (keys, KEYS)):
        if folder is not None:
            for path in sorted(folder.rglob("*")):
                if path.is_file() and not path.is_symlink():
                    yield f"{name}/{path.relative_to(folder).as_posix()}", path


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry
