"""Secrets that lie in files: read only where nobody else can."""

import os
from pathlib import Path

from .errors import Misconfigured

OTHERS = 0o077


def read_private(path: Path) -> str:
    """What the file says. Raises Misconfigured, with the mend, when it is missing or when others may read it."""
    try:
        mode = path.stat().st_mode & 0o777
    except OSError as error:
        raise Misconfigured(f"{path} cannot be read: {os.strerror(error.errno or 0)}") from error
    if mode & OTHERS:
        raise Misconfigured(f"{path} has mode {mode:o}, so others may read this secret. Run: chmod 600 {path}")
    return path.read_text().strip()
