"""Workbooks that we make: the template, and rows out."""

import io
import re
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from tests.kernel.sheets import kit
from zhijia.kernel.people.actors import Role
from zhijia.kernel.sheets import write
from zhijia.kernel.sheets.declare import Column, Kind, Sheet
from zhijia.kernel.sheets.problems import Unusable
from zhijia.kernel.sheets.template import template


def grids(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return file.read(name).decode()


def both_languages() -> Sheet:
    """Titles that are translated, unlike those of the kit."""
    choices = {role.value: role.title for role in Role}
    columns = (Column("role", Role.WORKER.title, Kind.CHOICE, required=True, choices=choices, example="Worker"),)
    return kit.sheet(columns=columns, check=None)


@pytest.mark.django_db
def test_template_is_read_by_what_it_is_a_template_for_and_its_example_is_skipped() -> None:
    content = template(kit.sheet())
    with pytest.raises(Unusable) as caught:
        kit.read(content)
    assert caught.value.code == "no_rows"
    form, about, choices = grids(content).values()
    assert form[0][:2] == ["姓名*", "手机号*"]
    how = "Yuan in digits, at most two places after the point."
    assert ["欠薪金额（元）", "yes", how, "6800", "没有付的钱"] in about
    assert choices == [[title] for title in kit.JOBS.values()]


def test_template_has_drop_downs_text_columns_and_a_frozen_heading() -> None:
    content = template(kit.sheet())
    xml = part(content, "xl/worksheets/sheet1.xml")
    assert re.findall(r'<dataValidation type="list".*?sqref="(.*?)"><formula1>(.*?)<', xml) == [
        ("D2:D5001", "'Choices'!$D$1:$D$3")
    ]
    assert re.findall(r'<pane ySplit="1" topLeftCell="(\w+)" activePane="bottomLeft" state="(\w+)"', xml) == [
        ("A2", "frozen")
    ]
    assert part(content, "xl/workbook.xml").count('state="hidden"') == 1


@pytest.mark.django_db
def test_template_in_one_language_is_read_in_the_other() -> None:
    sheet = both_languages()
    with translation.override("zh-hans"):
        content = template(sheet)
    form = next(iter(grids(content).values()))
    assert form[0] == ["职工*"]
    rows = kit.workbook([["工会干部"], ["Leader"], ["leader"]], titles=form[0])
    assert [c.values["role"] for c in kit.read(rows, sheet)] == ["officer", "leader", "leader"]


def test_rows_are_written_as_people_read_them(tmp_path: Path) -> None:
    columns = (
        Column("name", "Name"), Column("amount", "Amount", Kind.MONEY), Column("at", "At", Kind.DATE),
        Column("flag", "Flag", Kind.FLAG), Column("days", "Days", Kind.DAYS), Column("card", "Card", Kind.BANK_CARD),
    )  # fmt: skip
    moment = datetime(2026, 3, 1, 20, 30, tzinfo=UTC)
    rows = [
        {"name": text, "amount": 1, "at": moment, "flag": True, "days": Decimal("0.5"), "card": "6222020000000000007"}
        for text in ("=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "plain", None)
    ]
    path = tmp_path / "out.xlsx"
    assert write.write_rows(columns, iter(rows), path, title="A/B:[C]") == 7
    content = path.read_bytes()
    ((name, grid),) = grids(content).items()
    assert (name, [row[0] for row in grid]) == (
        "A B  C", ["Name", "=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "plain", ""],
    )  # fmt: skip
    assert grid[1][1:] == [0.01, datetime(2026, 3, 2, 4, 30), "yes", 0.5, "6222020000000000007"]
    xml = part(content, "xl/worksheets/sheet1.xml")
    assert ("<f>" in xml, re.findall(r'<autoFilter ref="(.*?)"', xml)) == (False, ["A1:F8"])
    styles = re.findall(r"<xf [^>]*>", part(content, "xl/styles.xml").split("<cellXfs")[1])
    marked = {n for n, style in enumerate(styles) if 'quotePrefix="1"' in style}
    assert [int(s) in marked for s in re.findall(r'<c r="A[2-7]" s="(\d+)"', xml)] == [True] * 5 + [False]


def test_rows_go_on_in_a_new_worksheet_when_one_is_full_and_none_make_a_heading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "FULL", 3)
    told: list[int] = []
    columns, path = (Column("n", "N", Kind.NUMBER),), tmp_path / "out.xlsx"
    write.write_rows(columns, ({"n": n} for n in range(7)), path, title="Numbers", tell=told.append)
    assert {name: len(grid) for name, grid in grids(path.read_bytes()).items()} == {
        "Numbers": 4, "Numbers 2": 4, "Numbers 3": 2,
    }  # fmt: skip
    write.write_rows(columns, [], path, title="Numbers")
    assert grids(path.read_bytes()) == {"Numbers": [["N"]]}


@pytest.mark.parametrize(
    "wrong",
    [{"name": "Name"}, {"kind": Kind.CHOICE}, {"choices": {"a": "A"}}],
    ids=["name", "choice without choices", "choices without choice"],
)
def test_column_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="column"):
        Column(**{"name": "x", "title": "X", **wrong})


def test_sheet_without_a_proper_key_or_with_a_name_twice_is_refused() -> None:
    for wrong in ({"key": "jobs"}, {"key": "A b"}, {"columns": ()}, {"columns": (Column("x", "X"), Column("x", "Y"))}):
        with pytest.raises(ValueError, match="sheet"):
            kit.sheet(**wrong)
