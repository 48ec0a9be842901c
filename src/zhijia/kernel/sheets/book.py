"""A file that somebody sends: an .xlsx workbook, a .csv in UTF-8 or GB 18030, or refused with how to mend it."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

from django.utils.translation import gettext_lazy as _

from .package import BLOCK, Package, broken
from .problems import Unusable
from .stream import WIDEST, Line, Survey
from .stream import Sheet as Worksheet
from .strings import Strings

LONGEST = 131_072
"""Characters of the longest cell of a .csv file."""
_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0"
_CONTROL = frozenset(range(9)) | {11, 12, *range(14, 27), *range(28, 32)}


class Table(Protocol):
    """One grid of cells that can be read from the top as often as needed."""

    name: str
    hidden: bool
    formulas: int

    def survey(self) -> Survey:
        """What a first look finds."""

    def lines(self) -> Iterator[Line]:
        """The rows that hold anything, in order."""


class Book:
    """The tables of one file."""

    def __init__(self, tables: list[Table], *, from_1904: bool = False) -> None:
        self.tables, self.from_1904 = tables, from_1904


def open_book(file: BinaryIO, scratch: Callable[[], BinaryIO]) -> Book:
    """The tables of `file`, which must stay open. `scratch` gives an empty file that vanishes when it is closed.

    Raises Unusable, which says how to mend it.
    """
    file.seek(0)
    head = file.read(4096)
    if not head:
        raise Unusable(_("The file is empty. Save the workbook first, then send it."), code="empty_file")
    if head.startswith(_OLE):
        raise _old_or_locked(file)
    if not head.startswith(_ZIP):
        return Book([Csv(file, head)])
    package = Package(file)
    strings = Strings(package.blocks(package.strings), scratch()) if package.strings else None
    return Book([Worksheet(package, part, strings) for part in package.sheets], from_1904=package.from_1904)


def _old_or_locked(file: BinaryIO) -> Unusable:
    """Both an .xls and an encrypted .xlsx are files of the older container format."""
    file.seek(0)
    name, rest = "EncryptedPackage".encode("utf-16-le"), b""
    while block := file.read(BLOCK):
        if name in rest + block:
            message = _("The workbook is locked with a password. Save it without one and send that.")
            return Unusable(message, code="encrypted")
        rest = block[-64:]
    return Unusable(_("This is an old .xls workbook. Open it in Excel or WPS and save it as .xlsx."), code="old_format")


class Csv:
    """Text with one row in a line. Everything in it is text; that is no problem for the converters."""

    def __init__(self, file: BinaryIO, head: bytes) -> None:
        self.name, self.hidden, self.formulas = "", False, 0
        self._file = file
        if not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and _CONTROL & set(head):
            raise Unusable(_("This is neither an .xlsx workbook nor a .csv file."), code="kind")
        self._encoding = self._readable(head)
        first = head.decode(self._encoding, "ignore").lstrip().split("\n", 1)[0]
        self._delimiter = max(",\t;", key=first.count)

    def survey(self) -> Survey:
        """How many lines there are, about."""
        self._file.seek(0)
        return Survey(rows=sum(block.count(b"\n") for block in iter(lambda: self._file.read(BLOCK), b"")) + 1)

    def lines(self) -> Iterator[Line]:
        """The rows that hold anything. Raises Unusable for quotes that never end and the like."""
        self._file.seek(0)
        text = io.TextIOWrapper(self._file, self._encoding, newline="")
        csv.field_size_limit(LONGEST)  # the module's own limit is everybody's, and somebody may have raised it
        try:
            for number, cells in enumerate(csv.reader(text, delimiter=self._delimiter), start=1):
                if len(cells) > WIDEST:
                    raise broken()
                if any(cells):
                    yield number, list(cells), {}
        except csv.Error as error:
            message = _("The .csv file is damaged. Open it in Excel or WPS and save it as .xlsx.")
            raise Unusable(message, code="broken_csv") from error
        finally:
            text.detach()

    def _readable(self, head: bytes) -> str:
        """The encoding in which the whole file can be read."""
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        for encoding in ("utf-8-sig", "gb18030"):
            decoder = codecs.getincrementaldecoder(encoding)()
            self._file.seek(0)
            try:
                while block := self._file.read(BLOCK):
                    decoder.decode(block)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                continue
            return encoding
        message = _("The letters of this .csv file cannot be read. Save it as .xlsx, or as .csv in UTF-8.")
        raise Unusable(message, code="encoding")
