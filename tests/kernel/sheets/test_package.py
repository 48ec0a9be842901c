"""Workbooks that were made to do harm, or by odd programs."""

import io
import struct
import zipfile
from typing import Any

import pytest

from tests.kernel.sheets.kit import read, reading, workbook, worker
from zhijia.kernel.sheets import package, stream
from zhijia.kernel.sheets.problems import Unusable

pytestmark = pytest.mark.django_db
SHEET = "xl/worksheets/sheet1.xml"


def changed(content: bytes, *, part: str = SHEET, find: bytes = b"", by: bytes = b"", **more: Any) -> bytes:
    """The workbook with some bytes of one part replaced."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == part:
                assert find in data
                data = data.replace(find, by)
            new.writestr(more.get("rename", {}).get(entry.filename, entry.filename), data)
    return target.getvalue()


def refused(content: bytes) -> str:
    with pytest.raises(Unusable) as caught:
        read(content)
    return caught.value.code


GOOD = workbook([worker(1), worker(2)])


def test_zip_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "UNPACKED", 100_000)
    bomb = changed(GOOD, find=b"</sheetData>", by=b" " * 200_000 + b"</sheetData>")
    assert refused(bomb) == "unpacks_too_large"


def test_zip_that_lies_about_what_it_unpacks_to_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "UNPACKED", 100_000)
    bomb = changed(GOOD, find=b"</sheetData>", by=b" " * 200_000 + b"</sheetData>")
    with zipfile.ZipFile(io.BytesIO(bomb)) as file:
        size = file.getinfo(SHEET).file_size
    assert refused(bomb.replace(struct.pack("<L", size), struct.pack("<L", 1000))) == "unpacks_too_large"


def test_cell_at_the_far_corner_is_refused_and_cells_far_apart_cost_nothing() -> None:
    assert refused(changed(GOOD, find=b'r="B2"', by=b'r="XFD2"')) == "too_wide"
    far = changed(GOOD, find=b'<row r="3"', by=b'<row r="1048576"')
    for letter in "ABCDEFGHIJ":
        far = changed(far, find=b'r="%s3"' % letter.encode(), by=b'r="%s1048576"' % letter.encode())
    assert [c.no for c in read(far)] == [2, 1_048_576]


@pytest.mark.parametrize(
    ("find", "by"),
    [
        (b'r="B3"', b'r="B9"'), (b'r="B3"', b'x=">" r="B3"'), (b'r="B3"', b'r="&#66;3"'), (b'r="B3"', b""),
        (b'<row r="3"', b'<row r="1"'), (b"</sheetData>", b""), (b"<v>0</v>", b"<v>999999</v>"), (b'r="B3"', b'r="b3"'),
    ],
    ids=["other row", "hidden place", "entity", "no place", "rows upwards", "no end", "no such string", "small letter"],
)  # fmt: skip
def test_xml_that_no_program_writes_is_refused(find: bytes, by: bytes) -> None:
    assert refused(changed(GOOD, find=find, by=by)) == "broken"


def test_million_formatted_but_empty_rows_are_passed_over() -> None:
    empty = b"".join(
        b'<row r="%d" s="1" customFormat="1"><c r="A%d" s="1"/></row>' % (n, n) for n in range(4, 1_048_577)
    )
    with reading(changed(GOOD, find=b"</sheetData>", by=empty + b"</sheetData>")) as found:
        assert found.survey.rows == 3
        assert [c.no for _n, chunk in found.chunks() for c in chunk] == [2, 3]


def test_prefixes_backslashes_and_capitals_in_paths_are_read() -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as file:
        xml = file.read(SHEET)
    prefixed = xml
    for tag in (b"sheetData", b"row", b"c", b"v"):
        for before in (b"<", b"</"):
            for after in (b" ", b">"):
                prefixed = prefixed.replace(before + tag + after, before + b"x:" + tag + after)
    odd = changed(GOOD, find=xml, by=prefixed, rename={SHEET: "xl\\worksheets\\Sheet1.xml"})
    assert [c.values["name"] for c in read(odd)] == ["工人1", "工人2"]


def test_strings_across_the_border_of_two_blocks_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    content = workbook([worker(n) for n in range(40)])
    whole = [c.values for c in read(content)]
    for block in (61, 97, 256):
        monkeypatch.setattr(package, "BLOCK", block)
        assert [c.values for c in read(content)] == whole


def test_slices_give_the_same_rows_whatever_their_size(monkeypatch: pytest.MonkeyPatch) -> None:
    content = workbook([worker(n) if n % 7 else [] for n in range(100)])
    whole = [(c.no, c.values) for c in read(content)]
    for rows in (1, 3, 64):
        monkeypatch.setattr(stream, "SLICE", rows)
        assert [(c.no, c.values) for c in read(content)] == whole


def test_rich_and_inline_text_is_read() -> None:
    def edit(book: Any, page: Any) -> None:
        page.write_rich_string(1, 0, "张", book.add_format({"bold": True}), "三")

    assert read(workbook([worker(1)], edit=edit))[0].values["name"] == "张三"
    inline = workbook([worker(1)], options={"constant_memory": True})
    assert read(inline)[0].values["name"] == "工人1"


def test_column_names_and_indices_agree() -> None:
    names = [stream.column_name(n) for n in range(800)]
    assert (names[:3], names[26], names[701], names[702]) == (["A", "B", "C"], "AA", "ZZ", "AAA")
    assert [stream.column_index(name.encode()) for name in names] == list(range(800))
