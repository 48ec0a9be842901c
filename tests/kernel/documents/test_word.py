"""The DOCX: everything in it, nothing read as a template, and an operator's own letterhead."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from tests.cast import NOW
from tests.kernel.documents.sample import NOTICE, About, workers
from tests.scenarios.story import Story
from zhijia.kernel.base.errors import Misconfigured
from zhijia.kernel.documents import letterhead, letters, paper, word
from zhijia.kernel.documents.models import Letter

Draft = Callable[..., Letter]


def opened(made: bytes) -> Any:
    return Document(BytesIO(made))


def said(document: Any) -> list[str]:
    return [p.text for p in document.paragraphs if p.text]


def test_docx_says_what_the_letter_says_on_a4(drafted: Draft, story: Story) -> None:
    letter = drafted(free="另请告知。")
    letter = letters.issue(letter_id=letter.pk, seen=1, actor=story.cast.actor("head"), now=NOW)
    made = opened(word.docx(paper.read(letter)))
    assert said(made) == [
        "青禾区总工会", letter.number, letter.title, f"{letter.addressee}：",
        *(block["words"] for block in letter.content["blocks"]), "附件：拖欠工资职工名单", "青禾区总工会",
        "2026年11月16日", "抄送：青禾区人力资源和社会保障局", "附件", "拖欠工资职工名单",
    ]  # fmt: skip
    (table,) = made.tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert (rows[0], rows[1], rows[-1], len(rows)) == (
        ["序号", "姓名", "工种", "拖欠期间", "拖欠金额（元）"],
        ["1", "赵建国", "钢筋工", "2026年7月至9月", "12,345.60"],
        ["合计", "", "", "", "493,831.80"], 42,
    )  # fmt: skip
    assert "w:tblHeader" in table.rows[0]._tr.xml
    page = made.sections[0]
    assert [round(x.mm) for x in (page.page_width, page.page_height, page.top_margin, page.left_margin)] == [
        210, 297, 37, 28,
    ]  # fmt: skip


def test_values_are_never_read_as_a_template_or_as_xml(drafted: Draft, about: About) -> None:
    evil = "{{ 7*7 }}{% for x in y %}<w:p/>&amp;{# #}"
    about.facts.project = evil
    letter = drafted(kind=NOTICE, free="")
    made = said(opened(word.docx(paper.read(letter))))
    assert [line for line in made if evil in line] == [f"你的来信收悉。{evil}"]
    assert "（草稿）" in made


def test_operators_letterhead_takes_its_place(drafted: Draft, settings: Any, tmp_path: Path) -> None:
    own = Document()
    own.add_paragraph("我们的抬头 {{ number }} {{ title }}")
    own.save(str(tmp_path / "own.docx"))
    settings.LETTERHEAD = str(tmp_path / "own.docx")
    assert said(opened(word.docx(paper.read(drafted(kind=NOTICE))))) == ["我们的抬头 （签发时填） 告知书"]


@pytest.mark.parametrize("words", ["{{ broken", "{% for %}", "{{ ''.__class__.__mro__ }}"])
def test_bad_letterhead_is_one_sentence_for_the_operator(
    drafted: Draft, settings: Any, tmp_path: Path, words: str
) -> None:
    own = Document()
    own.add_paragraph(words)
    own.save(str(tmp_path / "own.docx"))
    settings.LETTERHEAD = str(tmp_path / "own.docx")
    letter = paper.read(drafted(kind=NOTICE))
    with pytest.raises(Misconfigured):
        word.docx(letter)
    settings.LETTERHEAD = str(tmp_path / "gone.docx")
    with pytest.raises(Misconfigured):
        word.docx(letter)


def test_hundreds_of_lines_fit(drafted: Draft, about: About) -> None:
    about.facts.rows = workers(300)
    assert len(opened(word.docx(paper.read(drafted()))).tables[0].rows) == 302


def test_default_letterhead_is_a_docx_that_an_operator_can_open() -> None:
    styles = {style.name for style in opened(letterhead.default()).styles}
    assert {"Letter title", "Letter text", "Letter heading 1", "Letter heading 2", "Letter cell"} <= styles
