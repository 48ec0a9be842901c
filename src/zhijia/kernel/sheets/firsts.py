"""Which row of a file said a thing first, in flat memory.

A dictionary would need ten times as much, and its many small numbers, made one by one among the short-lived values of
the rows, would keep every block of memory that they came to lie in.
"""

from array import array

LEAST = 1 << 10


class Firsts:
    """Hashes of 64 bits -> row numbers (from 1) by open addressing: 12 bytes a slot, at most two thirds are full."""

    def __init__(self, expected: int) -> None:
        self._left = 0
        self._make(max(LEAST, 1 << (expected * 3 // 2).bit_length()))

    def first(self, said: int, row: int) -> int:
        """The first row that said this hash: `row` itself if none did before."""
        hashes, rows, mask = self._hashes, self._rows, self._mask
        at = said & mask
        while known := rows[at]:
            if hashes[at] == said:
                return known
            at = (at + 1) & mask
        if not self._left:
            self._grow()
            return self.first(said, row)
        hashes[at], rows[at] = said, row
        self._left -= 1
        return row

    def _make(self, slots: int) -> None:
        self._mask = slots - 1
        self._left = slots * 2 // 3
        self._hashes, self._rows = array("q", bytes(8 * slots)), array("I", bytes(4 * slots))

    def _grow(self) -> None:
        hashes, rows = self._hashes, self._rows
        self._make(2 * len(rows))
        for said, row in zip(hashes, rows, strict=True):
            if row:
                self.first(said, row)
