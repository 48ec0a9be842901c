"""Where files lie while they are worked on: HOME/tmp, which only we may enter.

Most have no name at all, so they are gone when they are closed or the process dies. What must have a name for a moment
(a sealed copy on its way into the storage) is swept away when the installation starts.
"""

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from django.conf import settings


def folder() -> Path:
    """HOME/tmp, mode 700."""
    path = Path(settings.HOME) / "tmp"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(0o700)
    return path


class _Raw(io.FileIO):
    def __del__(self) -> None:
        self.close()


class _Held(io.BufferedRandom):
    """Is closed, and thereby gone, when nobody holds it any more: a refused form leaves nothing to clear away."""

    def __del__(self) -> None:
        with suppress(OSError, ValueError):  # what it stands on may have gone first
            self.close()


def nameless() -> BinaryIO:
    """An empty file without a name."""
    descriptor, name = tempfile.mkstemp(dir=folder())
    os.unlink(name)  # noqa: PTH108 its path is of no further use
    return _Held(_Raw(descriptor, "r+"))


@contextmanager
def draft() -> Iterator[tuple[Path, BinaryIO]]:
    """An empty file (mode 600) with a name, removed afterwards if it is still there."""
    descriptor, name = tempfile.mkstemp(dir=folder())
    path = Path(name)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield path, file
    finally:
        path.unlink(missing_ok=True)


def sweep(home: Path) -> int:
    """Remove what a crash left in `home`/tmp; returns how many files. Called at the start, before anybody works."""
    gone = 0
    path = home / "tmp"
    for left in path.iterdir() if path.is_dir() else ():
        with suppress(OSError):
            left.unlink()
            gone += 1
    return gone
