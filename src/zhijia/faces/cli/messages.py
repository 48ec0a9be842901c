"""Compiled translations: Django reads .mo files, the repository keeps only .po."""

import os
from pathlib import Path

from zhijia.kernel.base.errors import Misconfigured

from .freshness import PACKAGE
from .words import _


def compile_messages(package: Path = PACKAGE) -> int:
    """Write the .mo beside each .po that is newer or has none; returns how many were written."""
    stale = [po for po in package.rglob("locale/*/LC_MESSAGES/*.po") if _is_stale(po, po.with_suffix(".mo"))]
    for po in stale:
        import polib  # a second start has nothing to compile and need not load it

        try:
            compiled = polib.pofile(str(po)).to_binary()
        except (OSError, UnicodeDecodeError) as error:
            raise Misconfigured(
                _("{path} is not a valid translation: {reason}").format(path=po, reason=error)
            ) from None
        draft = po.with_suffix(f".{os.getpid()}")
        try:
            draft.write_bytes(compiled)
        except OSError as error:
            raise Misconfigured(_("cannot write {path}: {reason}").format(path=draft, reason=error.strerror)) from None
        draft.replace(po.with_suffix(".mo"))
    return len(stale)


def _is_stale(po: Path, mo: Path) -> bool:
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime
