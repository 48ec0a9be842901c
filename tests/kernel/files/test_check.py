"""Every file that means harm is refused for what it is, and every honest one comes out harmless."""

import io
import zipfile

import pikepdf
import pytest
from PIL import Image

from tests.kernel.files import kit
from zhijia.kernel.files import cell
from zhijia.kernel.files.check import check, examine
from zhijia.kernel.files.kinds import IMAGES, Kind, Refusal
from zhijia.kernel.files.refusals import WORDS, Refused

ZEROES = bytes(60 * 2**20)
DOCTYPE = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w>&x;</w>'
MACRO = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
FIELD = "<w:p><w:r><w:instrText>DD</w:instrText></w:r><w:r><w:instrText>EAUTO c:\\\\cmd</w:instrText></w:r></w:p>"

HOSTILE = {
    "nothing": (b"", "empty"),
    "svg as png": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "kind"),
    "html as png": (b"\n<!DOCTYPE html><script>alert(1)</script>", "kind"),
    "program": (b"MZ\x90\0" + bytes(60), "kind"),
    "text that is a script": (b"<?php echo 1;", "kind"),
    "text": ("工资条".encode(), "kind"),
    "truncated png": (kit.png((900, 900))[:-900], "broken"),
    "truncated jpeg": (kit.jpeg((900, 900))[:2000], "broken"),
    "only a head": (b"\xff\xd8\xff\xe0" + bytes(64), "broken"),
    "png of 10^10 pixels": (kit.huge_png(), "pixels"),
    "png of 60 million pixels": (kit.huge_png(10_000, 6_000), "pixels"),
    "photo and zip": (kit.located_jpeg() + kit.zipped({"a.exe": b"MZ"}), "polyglot"),
    "photo and pdf": (kit.jpeg() + kit.pdf(), "polyglot"),
    "photo and script": (kit.jpeg(comment=b"<script>alert(1)</script>"), "polyglot"),
    "pdf and zip": (kit.pdf() + kit.zipped({"a": b"b"}), "polyglot"),
    "heic": (b"\0\0\0\x18ftypheic" + bytes(99), "heic"),
    "locked pdf": (kit.locked_pdf(), "locked"),
    "no pdf": (b"%PDF-1.7\nhello", "broken"),
    "pdf bomb": (b"%PDF-1.7\n" + b"1 0 obj<<" * 9999, "broken"),
    "zip": (kit.zipped({"a.txt": "a"}), "archive"),
    "zip cut off": (kit.docx()[:300], "broken"),
    "doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(999), "old_office"),
    "locked docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "locked"),
    "zip bomb": (kit.docx({"word/a.xml": ZEROES}), "unpacks"),
    "zip bomb that lies": (kit.lying(kit.docx({"word/bomb.xml": ZEROES}), "word/bomb.xml"), "unpacks"),
    "too many parts": (kit.docx({f"word/{n}.xml": "" for n in range(2_001)}), "too_many_parts"),
    "path outside": (kit.docx({"../../evil.xml": "<a/>"}), "paths"),
    "path of the root": (kit.docx({"/etc/cron.d/a": "a"}), "paths"),
    "path of a drive": (kit.docx({"C:/a.xml": "<a/>"}), "paths"),
    "symbolic link": (kit.with_link(kit.docx()), "paths"),
    "zip in it": (kit.docx({"word/media/a.png": kit.zipped({"a": "b"})}), "archive_inside"),
    "rar in it": (kit.xlsx({"xl/media/a.png": b"Rar!\x1a\x07\0"}), "archive_inside"),
    "entity in docx": (kit.docx({"word/document.xml": DOCTYPE}), "entities"),
    "entity in utf-16": (kit.xlsx({"xl/styles.xml": DOCTYPE.encode("utf-16")}), "entities"),
    "entity in a relation": (kit.docx({"word/_rels/a.xml.rels": DOCTYPE}), "entities"),
    "macros by name": (kit.docx({"word/vbaProject.bin": b"VBA"}), "macros"),
    "xlsm as xlsx": (kit.xlsx(main_type=MACRO), "macros"),
    "macro sheet": (kit.xlsx({"xl/macrosheets/sheet1.xml": "<a/>"}), "macros"),
    "macros by relation": (kit.docx(rels=f'<Relationship Id="r" Type="x/{"vbaProject"}" Target="a.dat"/>'), "macros"),
    "ole object": (kit.docx({"word/embeddings/oleObject1.bin": b"x"}), "inside"),
    "ole by content": (kit.docx({"word/media/a.png": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}), "inside"),
    "program in it": (kit.docx({"word/media/a.png": b"MZ\x90"}), "inside"),
    "html in it": (kit.docx({"word/afchunk.html": "<html/>"}), "inside"),
    "activex": (kit.docx({"word/activeX/activeX1.xml": "<a/>"}), "inside"),
    "template from outside": (kit.docx(rels=kit.external("http://evil.example/t.dotm")), "outside"),
    "picture from outside": (kit.docx(rels=kit.external("http://evil.example/a.png", "image")), "outside"),
    "link to a share": (kit.docx(rels=kit.external("file://evil/share", "hyperlink")), "outside"),
    "external workbook": (kit.xlsx({"xl/externalLinks/externalLink1.xml": "<a/>"}), "outside"),
    "dde in a formula": (
        kit.xlsx({"xl/worksheets/sheet1.xml": "<s><c><f>cmd|'/c calc'!A1</f></c></s>"}), "outside"
    ),
    "dde in a field, in two runs": (kit.docx(body=FIELD), "outside"),
    "docx that is no document": (kit.docx({"[Content_Types].xml": "<Types/>"}), "kind"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "code"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_file_is_refused_for_what_it_is(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        check([named(content, "photo.png")])
    assert refused.value.codes == (code,)


HONEST = {
    "jpeg": (kit.jpeg(), "image/jpeg", "a.jpg"),
    "photo with place": (kit.located_jpeg(), "image/jpeg", "a.jpg"),
    "png": (kit.png(), "image/png", "a.png"),
    "clear png": (kit.png(mode="RGBA"), "image/png", "a.png"),
    "palette": (kit.png(mode="P"), "image/png", "a.png"),
    "grey": (kit.png(mode="L"), "image/png", "a.png"),
    "16 bit": (kit.png(mode="I;16"), "image/png", "a.png"),
    "webp": (kit.webp(), "image/jpeg", "a.jpg"),
    "pdf": (kit.pdf(), "application/pdf", "a.pdf"),
    "pdf without password to open": (kit.locked_pdf(user=""), "application/pdf", "a.pdf"),
    "docx": (kit.docx(rels=kit.external("https://www.acftu.org/", "hyperlink")), Kind.DOCX.mime, "a.docx"),
    "xlsx": (kit.xlsx(), Kind.XLSX.mime, "a.xlsx"),
    "motion photo": (kit.jpeg() + b"\0\0\0\x18ftypmp42" + bytes(999), "image/jpeg", "a.jpg"),
}


@pytest.mark.parametrize(("content", "mime", "name"), HONEST.values(), ids=HONEST)
def test_honest_file_is_taken_by_its_content(content: bytes, mime: str, name: str) -> None:
    (checked,) = check([named(content, "a.exe")])
    assert (checked.kind.mime, checked.name, checked.size) == (mime, name, len(checked.file.read()))


def test_washed_photo_says_nothing_of_where_and_by_whom() -> None:
    (checked,) = check([named(kit.located_jpeg(), "IMG.jpg")])
    image = Image.open(checked.file)
    assert (dict(image.getexif()), image.info.get("comment"), image.info.get("icc_profile")) == ({}, None, None)
    assert (image.size, checked.remade) == ((48, 64), True)  # turned as the phone was held
    top, bottom = image.getpixel((20, 5)), image.getpixel((20, 58))
    assert (top[0] > 200 > top[2], bottom[2] > 200 > bottom[0]) == (True, True)  # type: ignore[index]


def test_photo_beyond_the_limit_is_halved_by_its_own_decoder_but_not_more() -> None:
    (checked,) = [examine(named(kit.jpeg((800, 600)), "a.jpg"), "a.jpg")]
    assert Image.open(checked.file).size == (800, 600)
    for pixels, size in ((400_000, (400, 300)), (100_000, None)):
        assert _size_within(kit.jpeg((800, 600)), pixels) == size


def test_pdf_keeps_its_page_and_loses_what_acts() -> None:
    (checked,) = check([named(kit.acting_pdf(), "合同.pdf")])
    with pikepdf.open(checked.file) as pdf:
        page, root = pdf.pages[0].obj, pdf.Root
        notes = [str(note.get("/A", {}).get("/URI", "")) for note in page["/Annots"]]
        acts = [str(o.get("/S")) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/S" in o]
        assert sorted(set(root) - {"/Names", "/URI"}) == ["/AcroForm", "/Pages", "/Type"]
        assert (list(root.AcroForm), "/AA" in page, dict(pdf.docinfo)) == (["/Fields"], False, {})
        assert (notes, acts, list(pdf.attachments)) == (["", "", "", "https://www.acftu.org"], [], [])
    assert {"OpenAction", "XFA", "Launch", "SubmitForm", "URI", "EmbeddedFiles", "annotation"} <= set(checked.taken)


def test_signed_pdf_that_does_nothing_keeps_every_byte_and_its_name() -> None:
    content = kit.signed_pdf()
    (checked,) = check([named(content, "劳动合同.pdf")])
    assert (checked.file.read(), checked.remade, checked.name) == (content, False, "劳动合同.pdf")
    (changed,) = check([named(content + b"\nhidden", "劳动合同.pdf")])
    assert changed.remade is True


def test_same_file_comes_out_the_same_each_time() -> None:
    for content in (kit.located_jpeg(), kit.acting_pdf(), kit.png(), kit.docx()):
        first, second = (check([named(content, "a")])[0].file.read() for _ in range(2))
        assert first == second


def test_several_refusals_are_told_at_once_each_with_its_name() -> None:
    files = [named(b"", "一.jpg"), named(kit.jpeg(), "二.jpg"), named(kit.locked_pdf(), "三.pdf")]
    with pytest.raises(Refused) as refused:
        check(files)
    (problem,) = refused.value.problems
    assert (refused.value.codes, problem.field, problem.code) == (("empty", "locked"), "files", "empty")
    assert [str(problem.message).count(name) for name in ("“一.jpg”", "二", "“三.pdf”")] == [1, 0, 1]


def test_caller_decides_which_kinds_and_how_large() -> None:
    assert check([named("姓名,工资\n".encode("gb18030"), "表.csv")], allow=[Kind.TEXT])[0].name == "表.txt"
    for content, largest, code in ((kit.pdf(), 9999, "kind"), (kit.jpeg(), 100, "too_large")):
        with pytest.raises(Refused) as refused:
            check([named(content, "a")], allow=IMAGES, largest=largest)
        assert refused.value.codes == (code,)


@pytest.mark.parametrize(
    "deed",
    ["bytes(2 * 1024**3)", "raise SystemExit(3)", "import os; os.abort()", "a[1].write(bytes(2**29))", "open('x')"],
)
def test_cell_that_falls_over_or_takes_too_much_refuses_its_file_alone(
    deed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    swap = f"def deed(*a, **k):\n    {deed}\nfrom zhijia.kernel.files import cell; cell.work = deed; cell.main()"
    monkeypatch.setattr(cell, "_BOOT", f"{cell._BOOT.split(';')[0]}\n{cell._BOOT.split(';')[1].strip()}\n{swap}")
    with pytest.raises(Refused) as refused:
        check([named(kit.jpeg(), "a.jpg")])
    assert refused.value.codes == (("unpacks",) if deed.startswith("bytes") else ("broken",))


def test_every_code_has_its_words() -> None:
    told = {code for _content, code in HOSTILE.values()}
    assert told | {"too_large", "pages", "infected"} == set(WORDS)


def test_archive_of_a_washed_document_is_still_one() -> None:
    (checked,) = check([named(kit.docx(), "a.docx")])
    assert "word/document.xml" in zipfile.ZipFile(checked.file).namelist()


def named(content: bytes, name: str) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


def _size_within(content: bytes, pixels: int) -> tuple[int, int] | None:
    target = io.BytesIO()
    try:
        cell.work(io.BytesIO(content), target, Kind.JPEG, pixels=pixels)
    except Refusal:
        return None
    return Image.open(target).size
