"""An .xlsx file as the zip of XML parts that it is, opened so that no crafted one can exhaust the machine.

calamine unpacks whatever a part holds. So every part is unpacked here first, in blocks, counting what really comes
out: sizes that a zip declares are claims.
"""

import html
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.files import office
from zhijia.kernel.files.kinds import Refusal

from .problems import Unusable

UNPACKED = 600 * 1024 * 1024
"""Bytes that all parts of one file may unpack to."""
ENTRIES = 5_000
SMALL = 16 * 1024 * 1024
"""Bytes of a part that is read whole: styles, the list of sheets."""
BLOCK = 1024 * 1024
HEAD = 64 * 1024
"""Bytes of a part in which a declaration of its type would stand."""
_TAG = re.compile(r"<(?:[\w.-]+:)?(\w+)((?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*/?>")
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


class Part(NamedTuple):
    """One worksheet: its name, where its XML lies, and whether its author hid it."""

    name: str
    path: str
    hidden: bool


class Package:
    """The parts of one .xlsx file. Raises Unusable for anything that is none."""

    def __init__(self, file: BinaryIO) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise broken() from error
        entries = self._zip.infolist()
        if len(entries) > ENTRIES or sum(entry.file_size for entry in entries) > UNPACKED:
            raise too_large()
        with _worded():
            office.guard(self._zip)
        self._entries = {_plain(entry.filename): entry for entry in entries}
        self._left = UNPACKED
        main = self._main()
        folder = posixpath.dirname(main)
        rels = self._relations(posixpath.join(folder, "_rels", posixpath.basename(main) + ".rels"), folder)
        self.sheets: list[Part] = []
        self.from_1904 = False
        for tag, has in _tags(self.whole(main).decode("utf-8", "replace")):
            if tag == "sheet" and has.get("r:id", has.get("id", "")) in rels:
                kind, path = rels[has.get("r:id", has.get("id", ""))]
                if kind == "worksheet":
                    self.sheets.append(Part(has.get("name", ""), path, has.get("state", "visible") != "visible"))
            elif tag == "workbookPr":
                self.from_1904 = has.get("date1904", "0") in ("1", "true")
        by_kind = {kind: path for kind, path in rels.values() if path in self._entries}
        self.strings, self.styles = by_kind.get("sharedStrings"), by_kind.get("styles")

    def blocks(self, path: str) -> Iterator[bytes]:
        """A part, unpacked block by block. Raises Unusable when all that was unpacked so far is too much."""
        entry = copy(self._entry(path))
        entry.file_size = 1 << 62  # or zipfile would stop where the zip says that the part ends
        try:
            with self._zip.open(entry) as part, _worded():
                first = True
                while block := part.read(BLOCK):
                    if first:
                        office.no_entities(block[:HEAD])
                        first = False
                    self._left -= len(block)
                    if self._left < 0:
                        raise too_large()
                    yield block
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
            raise broken() from error

    def whole(self, path: str) -> bytes:
        """A small part. Raises Unusable when it is not small."""
        found = bytearray()
        for block in self.blocks(path):
            found += block
            if len(found) > SMALL:
                raise too_large()
        return bytes(found)

    def again(self) -> None:
        """Begin a new pass: what may be unpacked is counted anew."""
        self._left = UNPACKED

    def _entry(self, path: str) -> zipfile.ZipInfo:
        if (entry := self._entries.get(_plain(path))) is None:
            raise broken()
        return entry

    def _main(self) -> str:
        for kind, path in self._relations("_rels/.rels", "").values():
            if kind == "officeDocument" and path.endswith(".xml"):
                return path
        raise Unusable(_("This is no .xlsx workbook. Open it in Excel or WPS and save it as .xlsx."), code="kind")

    def _relations(self, path: str, folder: str) -> dict[str, tuple[str, str]]:
        """Id -> (kind, path) of what a part refers to."""
        if _plain(path) not in self._entries:
            return {}
        return {
            has["Id"]: (has["Type"].rsplit("/", 1)[-1], _plain(posixpath.join(folder, has["Target"])))
            for tag, has in _tags(self.whole(path).decode("utf-8", "replace"))
            if tag == "Relationship" and {"Id", "Type", "Target"} <= has.keys()
        }


@contextmanager
def _worded() -> Iterator[None]:
    """What the one door for files refuses, said of a workbook."""
    try:
        yield
    except Refusal as refusal:
        raise Unusable(_REFUSED.get(refusal.code, broken().reason), code=refusal.code) from refusal


_REFUSED = {
    "macros": _("The workbook holds macros. Save it as .xlsx without macros and send that."),
    "locked": _("The workbook is locked with a password. Save it without one and send that."),
    "unpacks": _("The workbook unpacks to far more than a list of rows needs. Copy the rows into a new workbook."),
    "entities": _("The workbook is built in a way that no spreadsheet writes. Copy the rows into a new workbook."),
}


def broken() -> Unusable:
    """The file looks like a workbook, but is none that could be read."""
    return Unusable(
        _("The workbook is damaged. Open it in Excel or WPS, save it anew as .xlsx and send that."), code="broken"
    )


def too_large() -> Unusable:
    """The file unpacks to more than any honest list does."""
    message = _("The workbook unpacks to far more than a list of rows needs. Copy the rows into a new workbook.")
    return Unusable(message, code="unpacks_too_large")


def _plain(path: str) -> str:
    """One spelling: some programs write backslashes, a leading slash or capitals."""
    return posixpath.normpath(path.replace("\\", "/")).lstrip("/").casefold()


def _tags(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    for tag, attributes in _TAG.findall(text):
        yield tag, {name: html.unescape(one or other) for name, one, other in _ATTRIBUTE.findall(attributes)}
