"""The one door for every file that comes in: what it is, whether it may stay, and its harmless form.

The order matters: first what costs nothing (size, first bytes), then the scanner, which must see the file as it came,
then the cell (cell.py), which takes it apart.
"""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.conf import settings

from zhijia.kernel.base.errors import Text

from . import cell, scan, scratch
from .kinds import PAPERS, Kind, Refusal, kind_of
from .names import clean_name
from .refusals import Refused, ScannerDown, worded
from .scan import Verdict
from .store import blocks_of

log = logging.getLogger(__name__)
MB = 1024 * 1024
LARGEST = 20 * MB
"""Bytes of one file, unless the caller says otherwise."""


@dataclass(frozen=True)
class Checked:
    """One file that may be kept: its harmless content, open, and what is known of it."""

    file: BinaryIO
    name: str
    kind: Kind
    size: int
    remade: bool
    """Made anew by us: only such a file may be shown in a browser rather than downloaded."""
    verdict: Verdict | None
    """What the virus scanner said; None when there is none."""
    taken: tuple[str, ...] = ()
    """What was taken out."""


def check(
    files: Iterable[Any], *, allow: Collection[Kind] = PAPERS, largest: int = LARGEST, field: str = "files"
) -> list[Checked]:
    """The files (Django's, or anything with `name` and `read`) that may be kept; each of a kind in `allow`.

    Raises Refused for the field with a sentence for each file that is not taken, and ScannerDown.
    """
    checked: list[Checked] = []
    refused: list[tuple[str, Text]] = []
    for file in files:
        try:
            checked.append(examine(file, str(getattr(file, "name", "") or ""), allow=allow, largest=largest))
        except Refusal as refusal:
            shown = clean_name(str(getattr(file, "name", "") or ""), _ending(str(file.name or "")))
            words = worded(refusal.code, name=shown, found=refusal.found, most=largest // MB)
            refused.append((refusal.code, words))
        except scan.Down as error:
            log.warning("files cannot be scanned: %s", error)
            raise ScannerDown(field) from error
    if refused:
        raise Refused(field, refused)
    return checked


def scanned(file: Any, *, field: str = "files") -> Verdict | None:
    """What the virus scanner says of a file that is only read and never given out again, such as a workbook.

    Raises Refused and ScannerDown.
    """
    try:
        verdict = _scanned(file)
        file.seek(0)
    except Refusal as refusal:
        name = clean_name(str(file.name or ""), _ending(str(file.name or "")))
        raise Refused(field, [(refusal.code, worded(refusal.code, name=name, found=refusal.found))]) from refusal
    except scan.Down as error:
        log.warning("files cannot be scanned: %s", error)
        raise ScannerDown(field) from error
    return verdict


def examine(file: Any, name: str, *, allow: Collection[Kind] = PAPERS, largest: int = LARGEST) -> Checked:
    """One file. Raises Refusal, and Down when it must be scanned and cannot be."""
    source = _on_disk(file, largest)
    kind = kind_of(source)
    if kind not in allow:
        raise Refusal("kind")
    verdict = _scanned(source)
    target = scratch.nameless()
    washed = cell.wash(source, target, kind, pixels=settings.IMAGE_PIXELS)
    size = target.seek(0, 2)
    target.seek(0)
    name = clean_name(name, washed.kind.ending)
    return Checked(target, name, washed.kind, size, washed.remade, verdict, washed.taken)


def _on_disk(file: Any, largest: int) -> BinaryIO:
    """The file in a nameless one, which the cell can be handed. Raises Refusal: too_large."""
    if getattr(file, "too_large", False) or (getattr(file, "size", None) or 0) > largest:
        raise Refusal("too_large")
    inner = getattr(file, "file", None)
    file.seek(0)
    if inner is not None and hasattr(inner, "fileno") and getattr(file, "on_disk", False):
        return inner  # type: ignore[no-any-return]
    source, size = scratch.nameless(), 0
    for block in blocks_of(file):
        size += len(block)
        if size > largest:
            raise Refusal("too_large")
        source.write(block)
    source.flush()
    return source


def _scanned(source: BinaryIO) -> Verdict | None:
    """What the scanner says of the file as it came. Where scanning is not required, one that is down is passed over:
    the file is kept as not scanned, and looked at later. Raises Refusal: infected."""
    try:
        verdict = scan.look(source)
    except scan.Down as error:
        if scan.required():
            raise
        log.warning("a file was kept unscanned: %s", error)
        return None
    if verdict and verdict.virus:
        raise Refusal("infected", verdict.virus)
    return verdict


def _ending(name: str) -> str:
    """The ending that a refused file came with, shortened, so that its sender knows it again."""
    _stem, dot, last = name[-32:].rpartition(".")
    return f".{''.join(c for c in last if c.isalnum())[:8]}" if dot else ""
