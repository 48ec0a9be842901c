"""What a file is, by its content. Imports nothing of Django: the cell (cell.py) needs it too."""

from dataclasses import dataclass
from enum import Enum
from typing import BinaryIO


@dataclass(frozen=True)
class Sort:
    """One sort of file: how it is called to machines, how its name ends, and what its washed form is."""

    mime: str
    ending: str


class Kind(Enum):
    """What may come in, where the caller allows it."""

    JPEG = Sort("image/jpeg", ".jpg")
    PNG = Sort("image/png", ".png")
    WEBP = Sort("image/webp", ".webp")
    HEIC = Sort("image/heic", ".heic")
    PDF = Sort("application/pdf", ".pdf")
    DOCX = Sort("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx")
    XLSX = Sort("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx")
    TEXT = Sort("text/plain", ".txt")

    @property
    def mime(self) -> str:
        """Its media type."""
        return self.value.mime

    @property
    def ending(self) -> str:
        """The ending of its name."""
        return self.value.ending

    @property
    def is_image(self) -> bool:
        """Whether it is a picture."""
        return self in IMAGES


IMAGES = (Kind.JPEG, Kind.PNG, Kind.WEBP, Kind.HEIC)
PAPERS = frozenset({*IMAGES, Kind.PDF, Kind.DOCX, Kind.XLSX})
"""What fits on a matter."""
HEAD = 4096
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONTROL = frozenset(range(9)) | {11, 12, *range(14, 27), *range(28, 32)}
_MARKUP = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<?php", b"<%")


class Refusal(Exception):
    """A file that is not taken: `code` says why to machines, `found` what was found where that helps."""

    def __init__(self, code: str, found: str = "") -> None:
        super().__init__(code)
        self.code, self.found = code, found


def kind_of(file: BinaryIO) -> Kind:
    """What `file` is. Raises Refusal: empty, locked, old_office or kind."""
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise Refusal("empty")
    for magic, kind in ((b"\xff\xd8\xff", Kind.JPEG), (b"\x89PNG\r\n\x1a\n", Kind.PNG), (b"%PDF-", Kind.PDF)):
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind.WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        return Kind.HEIC
    if head.startswith(b"PK\x03\x04"):
        return _office(file)
    if head.startswith(_OLE):
        raise Refusal("locked" if _names(file, "EncryptedPackage") else "old_office")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP) or not _is_text(file):
        raise Refusal("kind")
    return Kind.TEXT


def _office(file: BinaryIO) -> Kind:
    """The two zips that we know, told apart by the folder that only one of them has."""
    import zipfile

    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            names = {name.replace("\\", "/").lstrip("/").lower() for name in archive.namelist()[:20_000]}
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Refusal("broken") from error
    if "[content_types].xml" in names:
        for folder, kind in (("word/", Kind.DOCX), ("xl/", Kind.XLSX)):
            if any(name.startswith(folder) for name in names):
                return kind
    raise Refusal("archive")


def _names(file: BinaryIO, stream: str) -> bool:
    file.seek(0)
    name, rest = stream.encode("utf-16-le"), b""
    while block := file.read(1 << 20):
        if name in rest + block:
            return True
        rest = block[-64:]
    return False


def _is_text(file: BinaryIO) -> bool:
    """Whether the whole of it can be read as UTF-8 or GB 18030 and holds nothing but writing."""
    import codecs

    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        file.seek(0)
        try:
            while block := file.read(1 << 20):
                if _CONTROL.intersection(block):
                    return False
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return True
    return False
