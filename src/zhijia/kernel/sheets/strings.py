"""The shared strings of an .xlsx file, kept on disk, so that a slice of rows takes along only those that it shows."""

import os
import re
from array import array
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from .package import broken

_ITEM = re.compile(rb"<(?:[\w.-]+:)?si(?=[\s/>])")
_END = re.compile(rb"</(?:[\w.-]+:)?sst\s*>\s*\Z")
_OVERLAP = 64
"""Bytes kept of one block, so that a tag on the border of two is found."""


class Strings:
    """Where each string lies in `file`, into which the part is unpacked: 8 bytes of memory for each."""

    def __init__(self, blocks: Iterable[bytes], file: BinaryIO) -> None:
        self._file = file  # kept, so that it stays open as long as this
        self._starts = array("Q")
        rest, at = b"", 0
        for block in blocks:
            file.write(block)
            text, last = rest + block, 0
            for found in _ITEM.finditer(text):
                self._starts.append(at + found.start())
                last = found.end()
            keep = max(last, len(text) - _OVERLAP)
            rest, at = text[keep:], at + keep
        file.flush()
        size = file.tell()
        tail_at = max(0, size - 256)
        end = _END.search(os.pread(file.fileno(), 256, tail_at))
        if end is None:
            raise broken()
        self._tail = end[0]
        self._starts.append(tail_at + end.start())
        self._head = os.pread(file.fileno(), self._starts[0], 0) if len(self._starts) > 1 else b""

    def part(self, numbers: Sequence[int]) -> bytes:
        """A part of shared strings that holds these, in this order. Raises Unusable for a string that is not there."""
        starts, last, file = self._starts, len(self._starts) - 1, self._file.fileno()
        if not numbers or max(numbers) >= last:
            raise broken()
        items = [os.pread(file, starts[n + 1] - starts[n], starts[n]) for n in numbers]
        return b"".join([self._head, *items, self._tail])
