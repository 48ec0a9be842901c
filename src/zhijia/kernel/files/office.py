"""A .docx or .xlsx looked through without unpacking it to disk: refused when it holds more than a document does.

Runs in the cell; `guard` alone is also asked of workbooks that are only read (kernel/sheets/package.py). Every part is
unpacked once, block by block, and what really comes out is counted: sizes that a zip declares are claims.
"""

import html
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from copy import copy
from typing import BinaryIO

from .kinds import Kind, Refusal

ENTRIES = 2_000
UNPACKED = 250 * 1024 * 1024
"""Bytes that all parts of one document may unpack to."""
RATIO, RATIO_FROM = 200, 8 * 1024 * 1024
"""How many times its size a part may unpack to, once it is larger than this."""
BLOCK = 1024 * 1024
_WORDS = 2 * 1024 * 1024
"""Bytes of one part that are looked at at once, and how far two looks overlap."""
_OVERLAP = 8 * 1024
MAIN = {
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
_MACRO_PARTS = re.compile(r"(^|/)(vbaproject[^/]*\.bin|vbadata\.xml|macrosheets/|intlmacrosheets/|customui/)")
_MACRO_TYPES = re.compile(r"macroenabled|vbaproject|vbadata|macrosheet", re.I)
_INSIDE = re.compile(r"(^|/)(embeddings|activex|webextensions|afchunk[^/]*)(/|\.)|\.(mht|mhtml|html?|rtf)$")
_INSIDE_TYPES = re.compile(r"oleobject|activex|webextension", re.I)
_OUTSIDE_PARTS = re.compile(r"(^|/)(externallinks|querytables)/|(^|/)connections\.xml$")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_FIELD = re.compile(rb"<w:instrText\b[^>]*>([^<]*)</w:instrText>|w:instr\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ACTS = re.compile(r"\b(DDE|DDEAUTO|LINK|INCLUDETEXT|INCLUDEPICTURE|IMPORT|MACROBUTTON)\b", re.I)
_DDE = re.compile(rb"<(?:\w+:)?f\b[^>]*>[^<]*\|[^<]*'?![^<]*</|<(?:\w+:)?ddeLink\b")
_LINKS = ("http://", "https://", "mailto:", "tel:", "#")
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROGRAMS = (b"MZ", b"\x7fELF")


def inspect(file: BinaryIO, kind: Kind) -> None:
    """Look through a whole document. Raises Refusal: broken, too_many_parts, unpacks, paths, archive_inside, locked,
    macros, inside, outside, entities or kind."""
    archive = _archive(file)
    entries = archive.infolist()
    if len(entries) > ENTRIES:
        raise Refusal("too_many_parts")
    if sum(entry.file_size for entry in entries) > UNPACKED:
        raise Refusal("unpacks")
    if any(_astray(entry) for entry in entries) or len({e.filename.casefold() for e in entries}) < len(entries):
        raise Refusal("paths")
    guard(archive)
    names = [entry.filename.lower() for entry in entries]
    types = _whole(archive, "[Content_Types].xml").decode("utf-8", "replace")
    if MAIN[kind].lower() not in types.lower():
        raise Refusal("kind")
    if any(_INSIDE.search(name) for name in names) or _INSIDE_TYPES.search(types):
        raise Refusal("inside")
    if any(_OUTSIDE_PARTS.search(name) for name in names):
        raise Refusal("outside")
    left = UNPACKED
    for entry in entries:
        if not entry.is_dir():
            left = _look_through(archive, entry, left)


def guard(archive: zipfile.ZipFile) -> None:
    """Refuse macros by what the document itself says it holds. Raises Refusal: macros or locked."""
    names = [entry.filename.replace("\\", "/").lower() for entry in archive.infolist()]
    if any(entry.flag_bits & 1 for entry in archive.infolist()):
        raise Refusal("locked")
    if any(_MACRO_PARTS.search(name) for name in names):
        raise Refusal("macros")
    for entry in archive.infolist():
        listing = entry.filename.replace("\\", "/").lstrip("/").lower() == "[content_types].xml"
        if listing and _MACRO_TYPES.search(_part_text(archive, entry)):
            raise Refusal("macros")


def no_entities(head: bytes) -> None:
    """Refuse XML that declares a document type: only such a declaration can name entities that grow or fetch files.
    `head` begins with the part's first bytes. Raises Refusal: entities."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head[:4]:
        little = head[:2] == b"\xff\xfe" or head[1:2] == b"\0"
        head = head.decode("utf-16-le" if little else "utf-16-be", "ignore").encode()
    if re.search(rb"<!(DOCTYPE|ENTITY)", head, re.I):
        raise Refusal("entities")


def _archive(file: BinaryIO) -> zipfile.ZipFile:
    file.seek(0)
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Refusal("broken") from error


def _astray(entry: zipfile.ZipInfo) -> bool:
    """Whether a part's name leads out of the document, or the part is a link."""
    name = entry.orig_filename.replace("\\", "/")
    mode = entry.external_attr >> 16
    return (
        name.startswith("/") or ".." in name.split("/") or ":" in name or "\0" in name
        or (entry.create_system == 3 and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR))
    )  # fmt: skip


def _blocks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part, unpacked block by block until it ends, whatever the zip says."""
    unbound = copy(entry)
    unbound.file_size = 1 << 62
    try:
        with archive.open(unbound) as part:
            while block := part.read(BLOCK):
                yield block
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise Refusal("broken") from error


def _look_through(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    """One part; returns how many bytes the others may still unpack to."""
    size, held, first, fields = 0, b"", True, list[bytes]()
    name = entry.filename.lower()
    words = name.endswith((".xml", ".rels", ".vml"))
    for block in _blocks(archive, entry):
        size += len(block)
        if size > left or (size > RATIO_FROM and size > RATIO * max(1, entry.compress_size)):
            raise Refusal("unpacks")
        if first:
            _refuse_by_head(block, words=words)
            first = False
        if words:
            held += block
            if len(held) > _WORDS:
                _look_at_words(held, name, fields)
                held = held[-_OVERLAP:]
    if words:
        _look_at_words(held, name, fields)
        if _ACTS.search(html.unescape(b"".join(fields).decode("utf-8", "replace"))):
            raise Refusal("outside")
    return left - size


def _refuse_by_head(head: bytes, *, words: bool) -> None:
    if head.startswith(_ARCHIVES):
        raise Refusal("archive_inside")
    if head.startswith((_OLE, *_PROGRAMS)):
        raise Refusal("inside")
    if words:
        no_entities(head[: 64 * 1024])


def _look_at_words(held: bytes, name: str, fields: list[bytes]) -> None:
    """XML of a part: what it refers to outside itself, and fields that fetch or run something."""
    if name.endswith(".rels"):
        for relation in _RELATION.findall(held):
            has = {k: html.unescape(a or b) for k, a, b in _ATTRIBUTE.findall(relation.decode("utf-8", "replace"))}
            kind, target = has.get("Type", "").rsplit("/", 1)[-1], has.get("Target", "").strip()
            if kind.lower() in ("vbaproject", "xlmacrosheet", "xlintlmacrosheet"):
                raise Refusal("macros")
            if kind.lower() in ("oleobject", "package", "afchunk", "control"):
                raise Refusal("inside")
            if has.get("TargetMode", "").lower() == "external" and not (
                kind == "hyperlink" and target.lower().startswith(_LINKS)
            ):
                raise Refusal("outside")
    if _DDE.search(held):
        raise Refusal("outside")
    fields += [a or b or c for a, b, c in _FIELD.findall(held)]
    if sum(map(len, fields)) > _WORDS:
        raise Refusal("unpacks")


def _whole(archive: zipfile.ZipFile, name: str) -> bytes:
    for entry in archive.infolist():
        if entry.filename.lower() == name.lower():
            return _part_text(archive, entry).encode()
    raise Refusal("broken")


def _part_text(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    found = b""
    for block in _blocks(archive, entry):
        found += block
        if len(found) > 4 * BLOCK:
            raise Refusal("unpacks")
    return found.decode("utf-8", "replace")
