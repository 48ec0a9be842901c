"""The backup archive: one tar with a manifest that holds the size and SHA-256 of each part.

`manifest.json` comes first, then `database.dump` (pg_dump's custom format), then `files/…`. Keys are never in it.
"""

import hashlib
import json
import os
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from zhijia.kernel.base.errors import Misconfigured

from .words import _

MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files"
FORMAT = 1
_CHUNK = 1 << 20


def write(target: Path, *, dump: Path, files: Path, about: dict[str, Any]) -> dict[str, Any]:
    """Write the archive to `target` (mode 600) in one move: there is a whole one or none. Returns its manifest."""
    parts = {DUMP: dump} | {f"{FILES}/{path.relative_to(files).as_posix()}": path for path in _regular(files)}
    manifest = {
        "format": FORMAT,
        **about,
        "parts": {name: {"size": path.stat().st_size, "sha256": digest(path)} for name, path in parts.items()},
    }
    draft = target.with_name(f".{target.name}.partial")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
                text = json.dumps(manifest, indent=1, ensure_ascii=False).encode()
                tar.addfile(_entry(MANIFEST, len(text)), BytesIO(text))
                for name, path in parts.items():
                    with path.open("rb") as part:
                        tar.addfile(_entry(name, manifest["parts"][name]["size"]), part)
            raw.flush()
            os.fsync(raw.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Unpack `source` into the empty `folder` and return its manifest. Nothing outside the manifest is written.

    Raises Misconfigured with one sentence when a byte of it is missing or changed.
    """
    try:
        with tarfile.open(source, "r:") as tar:
            manifest = _manifest(tar)
            waiting = dict(manifest["parts"])
            while member := tar.next():
                wanted = waiting.pop(member.name, None)
                stream = tar.extractfile(member) if member.isreg() else None
                path = (folder / member.name).resolve()
                if wanted is None or stream is None or not path.is_relative_to(folder.resolve()):
                    raise ValueError(_("{name} does not belong in it").format(name=member.name))
                path.parent.mkdir(parents=True, exist_ok=True)
                if _copy(stream, path) != wanted["sha256"]:
                    raise ValueError(_("{name} was changed").format(name=member.name))
            if waiting:
                raise ValueError(_("{name} is missing").format(name=next(iter(waiting))))
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError) as error:
        raise Misconfigured(_("{file} is damaged: {reason}").format(file=source, reason=error)) from error
    return manifest


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(tar: tarfile.TarFile) -> dict[str, Any]:
    first = tar.next()
    stream = tar.extractfile(first) if first and first.name == MANIFEST and first.isreg() else None
    if stream is None:
        raise ValueError(_("it does not begin with a manifest"))
    manifest: dict[str, Any] = json.loads(stream.read())
    if manifest["format"] != FORMAT:
        raise ValueError(_("it was made by another version (format {number})").format(number=manifest["format"]))
    return manifest


def _copy(stream: IO[bytes], path: Path) -> str:
    running = hashlib.sha256()
    with path.open("wb") as file:
        while chunk := stream.read(_CHUNK):
            running.update(chunk)
            file.write(chunk)
    return running.hexdigest()


def _regular(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry
