"""Words of people on their way into a spreadsheet: none of them is run there as a formula."""

import csv
from collections.abc import Iterable
from typing import Any

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Text that begins with one of these is taken for a formula by some spreadsheet, its full-width forms included."""


def risky(value: str) -> bool:
    """Whether a spreadsheet might run this text."""
    return value.startswith(STARTS)


def neutral(value: object) -> object:
    """A cell of a .csv file: text that might be run gets an apostrophe before it; numbers and days stay as they are."""
    return f"'{value}" if isinstance(value, str) and risky(value) else value


class Lines:
    """Writes the lines of a .csv file: every cell goes through `neutral`."""

    def __init__(self, target: Any) -> None:
        self._write = csv.writer(target).writerow

    def writerow(self, cells: Iterable[object]) -> None:
        """One line."""
        self._write([neutral(cell) for cell in cells])
