"""A private folder for one job's work: parts of workbooks lie in it in clear, and go with it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings


@contextmanager
def folder(name: str) -> Iterator[Path]:
    """An empty folder that only we may enter; what a killed run left in it is removed first."""
    path = Path(settings.HOME) / "work" / name
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True, mode=0o700)
    path.chmod(0o700)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def nameless() -> BinaryIO:
    """An empty file under HOME without a name: it is gone when it is closed, or when the process dies."""
    path = Path(settings.HOME) / "work"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return tempfile.TemporaryFile(dir=path)
