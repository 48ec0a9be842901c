"""Files as people send them: what is read from them, and what is said where something is wrong."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from tests.kernel.sheets.kit import TITLES, problems, read, reading, sheet, workbook, worker
from zhijia.kernel.sheets.problems import Unusable

pytestmark = pytest.mark.django_db


def refused(content: bytes, **changes: Any) -> str:
    with pytest.raises(Unusable) as caught:
        read(content, sheet(**changes))
    assert str(caught.value)
    return caught.value.code


def with_cell(place: int, value: object) -> bytes:
    row = worker(1)
    row[place] = value
    return workbook([row])


def test_good_row_becomes_the_values_of_its_kinds() -> None:
    (checked,) = read(workbook([worker(7)]))
    assert (checked.no, checked.problems) == (2, [])
    assert checked.values == {
        "name": "工人7", "phone": "13900000007", "id_card": "110101197708080079"[:17] + checked.values["id_card"][17],
        "job": "mason", "from": date(2026, 3, 1), "to": date(2026, 5, 31), "days": Decimal("60.5"), "wage": 30_000,
        "amount": 1_815_050, "bank": "6222020000000000007",
    }  # fmt: skip


def test_headings_in_any_order_width_and_mark_are_found_below_a_title() -> None:
    titles = ["备注", "欠薪金额（元）＊", "*姓名 ", "手机 号（必填）"]
    content = workbook(
        [["十一月名单"], [], titles, ["看", 6800, "张三", "１３８ 0000 0001"]], titles=["某项目工资表"], name="x"
    )
    with reading(content) as found:
        rows = [c for _n, chunk in found.chunks() for c in chunk]
    assert (found.heading.row, found.heading.ignored) == (4, ["备注"])
    assert [(r.no, r.values["name"], r.values["phone"], r.values["amount"], r.values["bank"]) for r in rows] == [
        (5, "张三", "13800000001", 680_000, None)
    ]


def test_missing_doubled_and_absent_headings_are_named() -> None:
    with translation.override("en"), pytest.raises(Unusable) as caught:
        read(workbook([["a", "b"]], titles=["姓名", "工种"]))
    assert (
        str(caught.value) == "These columns are missing: 手机号, 欠薪金额（元）. Take the headings from the template."
    )
    assert refused(workbook([worker(1)], titles=[*TITLES[:9], "姓名"])) == "columns_twice"
    assert refused(workbook([["a"]], titles=["什么"])) == "no_heading"
    assert (refused(workbook([], titles=[])), refused(workbook([]))) == ("empty", "no_rows")


def test_example_row_and_blank_rows_are_left_out() -> None:
    example = ["张三", "13800000000", None, "瓦工", "2026/3/1", None, None, None, "6,800"]
    example[4] = date(2026, 3, 1)
    with reading(workbook([example, [], ["  ", "　"], worker(1)])) as found:
        rows = [c.no for _n, chunk in found.chunks() for c in chunk]
    assert (rows, found.examples, found.notes()) == ([5], 1, ["The example row of the template was left out."])


def test_merged_cells_are_named_for_every_row_but_the_first() -> None:
    rows = [worker(n) for n in range(1, 4)]
    for row in rows:
        row[8] = None

    def edit(book: Any, page: Any) -> None:
        page.merge_range(1, 8, 3, 8, 6800)

    found = read(workbook(rows, edit=edit))
    assert [(c.no, [(p.field, p.code) for p in c.problems]) for c in found] == [
        (2, []), (3, [("amount", "merged")]), (4, [("amount", "merged")]),
    ]  # fmt: skip
    assert str(found[1].problems[0].message) == "The cells I2:I4 are merged. Unmerge them and fill in each row."


def test_formulas_give_their_result_and_are_refused_without_one_and_errors_are_named() -> None:
    rows = [worker(n) for n in range(1, 5)]

    def edit(book: Any, page: Any) -> None:
        page.write_formula(1, 8, "=1000*2", None, 2000)
        page.write_formula(2, 8, "=1000*2", None, "")
        page.write_formula(3, 7, "=1/0", None, "#DIV/0!")
        page.write_formula(4, 0, '="张"&"四"', None, "张四")

    with reading(workbook(rows, edit=edit)) as found:
        rows_read = [c for _n, chunk in found.chunks() for c in chunk]
    assert rows_read[0].values["amount"] == 200_000
    assert [(c.no, p.field, p.code) for c in rows_read for p in c.problems] == [
        (3, "amount", "formula"),
        (4, "wage", "error"),
    ]
    assert str(rows_read[2].problems[0].message) == "There is the error #DIV/0! here. Replace it by the value."
    assert rows_read[3].values["name"] == "张四"
    assert found.notes() == ["The results of 4 formulas were taken."]


def test_hidden_rows_and_other_sheets_are_noted_and_hidden_sheets_never_read() -> None:
    def edit(book: Any, page: Any) -> None:
        page.set_row(2, None, None, {"hidden": True})
        book.add_worksheet("旧的").write(0, 0, "x")
        hidden = book.add_worksheet("藏")
        hidden.write_row(0, 0, TITLES)
        hidden.hide()

    with reading(workbook([worker(1), worker(2)], edit=edit)) as found:
        assert len([c for _n, chunk in found.chunks() for c in chunk]) == 2
        assert found.notes() == [
            "Only the sheet “工人名单” was read; not read: 旧的.", "1 hidden row was read too: 3",
        ]  # fmt: skip


def test_rows_alike_and_values_that_must_be_unique_are_refused_with_the_first_row() -> None:
    again, same_phone = worker(1), worker(2)
    same_phone[1] = worker(1)[1]
    found = read(workbook([worker(1), same_phone, worker(3)]))
    assert [(c.no, p.field, str(p.message)) for c in found for p in c.problems] == [
        (3, "phone", "Row 2 says the same. Keep one of the two.")
    ]
    columns = tuple(c for c in sheet().columns if c.name in ("name", "amount"))
    content = workbook([again, again], titles=TITLES)
    assert problems(content, sheet(columns=columns, check=None)) == [(3, "", "row_repeated")]
    assert problems(content, sheet(columns=columns, check=None, repeats=True)) == []


def test_check_across_columns_is_asked_for_rows_without_problems() -> None:
    row = worker(1)
    row[5] = date(2026, 2, 1)
    assert problems(workbook([row])) == [(2, "to", "order")]


def test_too_many_rows_are_refused() -> None:
    assert refused(workbook([worker(n) for n in range(6)]), most=5) == "too_many_rows"


def test_text_dates_of_a_1904_workbook_and_serials_are_read() -> None:
    content = workbook([worker(1)], options={"date_1904": True})
    assert read(content)[0].values["from"] == date(2026, 3, 1)
    serial = workbook([[*worker(1)[:4], 44_620, *worker(1)[5:]]], options={"date_1904": True})
    assert read(serial)[0].values["from"] == date(2026, 3, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_in_its_encoding(encoding: str, delimiter: str) -> None:
    lines = [
        delimiter.join(["姓名", "手机号", "欠薪金额（元）"]),
        "",
        delimiter.join(["张三丰", "13800000001", '"6,800.50"']),
    ]
    (row,) = read("\r\n".join(lines).encode(encoding))
    assert (row.no, row.values["name"], row.values["amount"]) == (3, "张三丰", 680_050)


def test_csv_that_excel_shortened_says_so() -> None:
    content = "姓名,手机号,欠薪金额（元）\n张三,1.38E+10,1\n".encode()
    assert problems(content) == [(2, "phone", "shortened")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 100, "kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "Workbook".encode("utf-16-le"), "old_format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"PK\x03\x04 not really", "broken"),
        ("姓名,手机号,欠薪金额（元）\n\"".encode() + b"x" * 200_000, "broken_csv"),
    ],
    ids=["empty", "picture", "xls", "locked", "torn zip", "endless quote"],
)  # fmt: skip
def test_what_is_no_workbook_is_refused_with_its_mend(content: bytes, code: str) -> None:
    assert refused(content) == code


def test_moments_in_date_cells_are_days() -> None:
    assert read(with_cell(4, datetime(2026, 3, 1, 8, 30)))[0].values["from"] == date(2026, 3, 1)


def test_memory_of_a_check_does_not_keep_rows() -> None:
    with reading(workbook([worker(n) for n in range(2_500)]), sheet(chunk=1000)) as found:
        sizes = [(number, len(chunk), chunk[0].no) for number, chunk in found.chunks()]
    assert sizes == [(0, 1000, 2), (1, 1000, 1002), (2, 500, 2002)]
