"""Files made for the tests: honest ones, and ones that mean harm. None of them stands in the repository."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every scanner finds though it does nothing; written so that no scanner finds it in this file."""
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
P = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument"


def jpeg(size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    """A photo: red on the left, blue on the right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    return _saved(image, "JPEG", quality=95, **options)


def located_jpeg() -> bytes:
    """A photo that a phone held upright took, and says where."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Phone of Alice"
    exif.get_ifd(0x8825)[2] = (31.0, 14.0, 0.0)
    return jpeg(exif=exif, comment=b"made by Alice")


def png(size: tuple[int, int] = (40, 30), mode: str = "RGB") -> bytes:
    """A screenshot."""
    return _saved(Image.new(mode, size, "green"), "PNG")


def webp() -> bytes:
    """A picture as browsers save it."""
    return _saved(Image.new("RGB", (20, 10), "green"), "WEBP")


def huge_png(width: int = 100_000, height: int = 100_000) -> bytes:
    """A few bytes that ask for ten thousand million pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(b"\0" * 9999))
        + _chunk(b"IEND", b"")
    )


def pdf(**options: Any) -> bytes:
    """A PDF of one empty page."""
    document = pikepdf.new()
    document.add_blank_page()
    return _pdf(document, **options)


def acting_pdf() -> bytes:
    """A PDF that runs, starts, sends, carries and fetches."""
    document = pikepdf.new()
    page = document.add_blank_page()
    document.docinfo["/Author"] = "Alice"
    script = document.make_indirect(Dictionary(S=Name.JavaScript, JS="app.alert(1)"))
    document.Root.OpenAction = script
    document.Root.AcroForm = Dictionary(Fields=Array(), XFA=document.make_stream(b"<xdp/>"))
    document.Root.URI = Dictionary(Base="http://example.org/")
    links = [
        Dictionary(S=Name.Launch, F="cmd.exe"), Dictionary(S=Name.SubmitForm, F="http://example.org"),
        Dictionary(S=Name.URI, URI="file:///etc/passwd"), Dictionary(S=Name.URI, URI="https://www.acftu.org"),
    ]  # fmt: skip
    notes = [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=link) for link in links]
    notes.append(Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 9, 9])))
    page.obj.Annots = document.make_indirect(Array(notes))
    page.obj.AA = Dictionary(O=script)
    document.attachments["x.exe"] = b"MZ"
    return _pdf(document)


def signed_pdf() -> bytes:
    """A PDF that says it is signed (its signature is not looked at)."""
    document = pikepdf.new()
    document.add_blank_page()
    document.Root.AcroForm = Dictionary(Fields=Array(), SigFlags=3)
    return _pdf(document)


def locked_pdf(user: str = "secret") -> bytes:
    """A PDF with a password; with none to open it when `user` is empty."""
    return pdf(encryption=pikepdf.Encryption(owner="owner", user=user))


def docx(parts: Mapping[str, bytes | str] = {}, *, types: str = "", body: str = "", rels: str = "") -> bytes:
    """A Word document; `parts` are added or take the place of its own."""
    main = f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>劳动合同</w:t></w:r></w:p>{body}</w:body></w:document>'
    return _package("word/document.xml", f"{_TYPE}.wordprocessingml.document.main+xml", main, parts, types, rels)


def xlsx(
    parts: Mapping[str, bytes | str] = {}, *, types: str = "", rels: str = "",
    main_type: str = f"{_TYPE}.spreadsheetml.sheet.main+xml",
) -> bytes:  # fmt: skip
    """A workbook with one number."""
    main = f'<workbook xmlns="{S}" xmlns:r="{R}"><sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>'
    sheet = f'<worksheet xmlns="{S}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'
    own = f'<Relationship Id="rId1" Type="{R}/worksheet" Target="worksheets/sheet1.xml"/>'
    return _package("xl/workbook.xml", main_type, main, {"xl/worksheets/sheet1.xml": sheet, **parts}, types, own + rels)


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    """A zip of these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def with_link(document: bytes, name: str = "word/link.xml") -> bytes:
    """The document with a part that is a symbolic link."""
    target = io.BytesIO(document)
    with zipfile.ZipFile(target, "a") as archive:
        entry = zipfile.ZipInfo(name)
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return target.getvalue()


def lying(document: bytes, name: str) -> bytes:
    """The document, in whose directory the part `name` unpacks to one byte."""
    found = bytearray(document)
    place = found.rindex(name.encode()) - 46
    assert found[place : place + 4] == b"PK\x01\x02"
    found[place + 24 : place + 28] = struct.pack("<I", 1)
    return bytes(found)


def external(target: str, kind: str = "attachedTemplate") -> str:
    """A relation to something outside."""
    return f'<Relationship Id="rId9" Type="{R}/{kind}" Target="{target}" TargetMode="External"/>'


def _package(main: str, main_type: str, content: str, parts: Mapping[str, Any], types: str, rels: str) -> bytes:
    folder, name = main.split("/")
    listing = (
        f'<Types xmlns="{P}/content-types"><Override PartName="/{main}" ContentType="{main_type}"/>{types}</Types>'
    )
    root = f'<Relationship Id="rId1" Type="{R}/officeDocument" Target="{main}"/>'
    own = f'<Relationships xmlns="{P}/relationships">'
    return zipped({
        "[Content_Types].xml": listing, "_rels/.rels": f"{own}{root}</Relationships>",
        f"{folder}/_rels/{name}.rels": f"{own}{rels}</Relationships>", main: content, **parts,
    })  # fmt: skip


def _saved(image: Image.Image, form: str, **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


def _pdf(document: pikepdf.Pdf, **options: Any) -> bytes:
    target = io.BytesIO()
    document.save(target, static_id=not options, **options)
    return target.getvalue()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
