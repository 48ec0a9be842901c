"""The PDF: the geometry of GB/T 9704-2012, long tables, rare characters, the same bytes twice, kept once issued."""

import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tests.cast import NOW
from tests.kernel.documents.sample import DEMAND, NOTICE, About, workers
from tests.scenarios.story import Story
from zhijia.kernel.base.errors import Misconfigured
from zhijia.kernel.documents import fonts, letters, paper
from zhijia.kernel.documents.kinds import Direction, Form, Row
from zhijia.kernel.documents.models import Letter

Draft = Callable[..., Letter]
POPPLER = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
MM = 72 / 25.4
_LINE = re.compile(r'<line xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</line>', re.DOTALL)


@dataclass(frozen=True)
class Seen:
    """One line of text on a page, in millimetres from the upper left corner."""

    left: float
    top: float
    right: float
    words: str


def pages(made: bytes) -> list[list[Seen]]:
    """The lines of each page, from top to bottom; parts of one line that poppler split are joined."""
    command = ["pdftotext", "-bbox-layout", "-", "-"]
    text = subprocess.run(command, input=made, capture_output=True, check=True).stdout.decode()
    found = []
    for page in text.split("<page ")[1:]:
        rows: dict[float, list[Seen]] = {}
        for left, top, right, _bottom, inner in _LINE.findall(page):
            words = unescape("".join(re.findall(r">([^<]*)</word>", inner)))
            rows.setdefault(round(float(top) / MM, 1), []).append(
                Seen(float(left) / MM, float(top) / MM, float(right) / MM, words)
            )
        lines = []
        for _top, parts in sorted(rows.items()):
            parts.sort(key=lambda part: part.left)
            joined = "".join(part.words for part in parts)
            lines.append(Seen(parts[0].left, parts[0].top, max(part.right for part in parts), joined))
        found.append(lines)
    return found


def text(made: bytes) -> str:
    return "".join(line.words for page in pages(made) for line in page)


def issued(letter: Letter, story: Story) -> Letter:
    return letters.issue(letter_id=letter.pk, seen=letter.version, actor=story.cast.actor("head"), now=NOW)


def full(
    drafted: Draft, story: Story, *, words: str = "工会依法维护职工合法权益", times: int = 120, **more: Any
) -> bytes:
    """A letter whose one paragraph runs over three pages."""
    kind = replace(NOTICE, text="# 告知书\n{word}", **more)
    letter = drafted(kind=replace(kind, facts=lambda _about: {"word": words * times}))
    return paper.pdf(paper.read(issued(letter, story)))


@POPPLER
@pytest.mark.parametrize("form", list(Form))
def test_page_has_22_lines_of_28_characters_in_the_text_block(drafted: Draft, story: Story, form: Form) -> None:
    made = pages(full(drafted, story, form=form))
    body = [line for line in made[1] if line.words.strip("—0123456789")]
    assert (len(body), {len(line.words) for line in body}) == (22, {28})
    assert all(abs(line.left - 28) < 0.15 and abs(line.right - 184) < 0.15 for line in body)
    steps = [below.top - above.top for above, below in pairwise(body)]
    assert (round(min(steps), 1), round(max(steps), 1)) == (10.2, 10.2)
    assert (body[0].top >= 37, round(body[-1].top + 16 / MM, 1) <= 297 - 35) == (True, True)
    assert len(made[0]) >= 10


@POPPLER
def test_page_numbers_stand_right_on_odd_and_left_on_even_pages(drafted: Draft, story: Story) -> None:
    for form, first in ((Form.LETTER, None), (Form.DOCUMENT, "—1—")):
        made = pages(full(drafted, story, form=form))
        feet = [next((line for line in page if re.fullmatch("—[0-9]+—", line.words)), None) for page in made[:3]]
        assert [foot and foot.words for foot in feet] == [first, "—2—", "—3—"]
        assert feet[1] is not None
        assert feet[2] is not None
        assert (round(feet[1].left, 0), round(feet[2].right, 0)) == (33, 179)
        assert all(267 <= foot.top <= 269 for foot in feet if foot)


@POPPLER
def test_letter_says_everything_and_its_table_repeats_its_head(drafted: Draft, story: Story) -> None:
    letter = issued(drafted(), story)
    made = pages(paper.pdf(paper.read(letter)))
    said = "".join(line.words for page in made for line in page)
    for block in letter.content["blocks"]:
        assert block["words"] in said
    for row in paper.read(letter).lines:
        assert "".join(row) in said
    heads = [[line.words for line in page].count("序号姓名工种拖欠期间拖欠金额（元）") for page in made]
    assert heads == [0, 0, 1, 1]
    assert [line.words for line in made[2][:2]] == ["附件", "拖欠工资职工名单"]
    assert ("合计493,831.80" in [line.words for line in made[3]], "草稿" in said) == (True, False)
    sign = [line for line in made[1] if line.words in ("青禾区总工会", "2026年11月16日")]
    assert [line.words for line in sign] == ["青禾区总工会", "2026年11月16日"]
    assert abs((sign[0].left + sign[0].right) - (sign[1].left + sign[1].right)) < 0.2
    assert round(184 - sign[1].right, 0) == 22  # four characters
    assert made[0][0].words == "青禾区总工会"
    assert (round(made[0][1].right, 0), made[0][1].words) == (184, letter.number)


@POPPLER
def test_document_going_up_names_who_signed_it(drafted: Draft, story: Story) -> None:
    kind = replace(DEMAND, form=Form.DOCUMENT, direction=Direction.UP)
    made = pages(paper.pdf(paper.read(issued(drafted(kind=kind), story))))
    first = [line.words for line in made[0]]
    assert (first[0], first[1]) == ("青禾区总工会文件", "青禾区总工会函〔2026〕1号签发人：Head")
    assert [line.words for line in made[-1]][-3:-1] == [
        "抄送：青禾区人力资源和社会保障局", "青禾区总工会2026年11月16日印发",
    ]  # fmt: skip


@POPPLER
def test_rare_characters_do_not_vanish(drafted: Draft, about: About, story: Story) -> None:
    about.facts.rows = [
        Row(("𠮷野㐂", "钢筋工", "2026年7月", 1)), Row(("王\U0002a6d7", "木工", "2026年7月", 2)),
        Row(("e\u0332\U0001f600", "<b>&amp;", "#read(\"x\")", 3)),
    ]  # fmt: skip
    about.facts.project = "𬭶\ue000项目e\uf8ff"
    said = text(paper.pdf(paper.read(issued(drafted(), story))))
    assert ("𠮷野㐂" in said, "王" in said and "〔U+2A6D7〕" in said, "𬭶〔U+E000〕项目e〔U+F8FF〕" in said) == (
        True,
        True,
        True,
    )
    assert ("e\u0332〔U+1F600〕" in said, "<b>&amp;" in said, '#read("x")' in said) == (True, True, True)


def test_two_compilations_are_equal_byte_by_byte(drafted: Draft, story: Story) -> None:
    read = paper.read(issued(drafted(), story))
    one = paper.compiled(read)
    assert (one[:5], paper.compiled(read) == one) == (b"%PDF-", True)
    assert paper.compiled(paper.read(drafted())) != one


def test_issued_pdf_is_kept_by_its_hash_and_made_again_when_it_is_gone(
    drafted: Draft, story: Story, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any
) -> None:
    letter = issued(drafted(), story)
    paper.seal(letter.pk)
    letter.refresh_from_db()
    made = paper.pdf(paper.read(letter))
    assert letter.sha256 == hashlib.sha256(made).hexdigest()
    with monkeypatch.context() as patch:
        patch.setattr(paper, "compiled", lambda _paper: pytest.fail("it was kept"))
        assert paper.pdf(paper.read(letter)) == made
    place, plain = paper.places(letter.pk, letter.sha256)
    for harm in (lambda: default_storage.delete(place), lambda: _spoil(place)):
        harm()
        assert paper.pdf(paper.read(letter)) == made
    with default_storage.open(place) as kept:
        assert (paper.seal_waiting(), kept.read(4), b"%PDF" in kept.read()) == (0, b"ZJF1", False)
    default_storage.delete(place)
    if (there := Path(default_storage.path(plain)).parent).is_file():
        there.unlink()  # a letter of an earlier test has this name
    default_storage.save(plain, ContentFile(made))  # as an older installation kept it
    with monkeypatch.context() as patch:
        patch.setattr(paper, "compiled", lambda _paper: pytest.fail("it was kept"))
        assert paper.pdf(paper.read(letter)) == made
        assert list(paper.seal_old()) == [(letter.sha256, True)]
        assert (paper.pdf(paper.read(letter)) == made, default_storage.exists(plain)) == (True, False)
    assert list(paper.seal_old()) == []


def _spoil(place: str) -> None:
    with open(default_storage.path(place), "wb") as file:
        file.write(b"%PDF-other")


def test_drafts_and_withdrawn_letters_are_marked_and_not_kept(drafted: Draft, story: Story) -> None:
    letter = drafted(kind=NOTICE)
    assert (paper.read(letter).mark, paper.pdf(paper.read(letter))[:5]) == ("草稿", b"%PDF-")
    letter = issued(letter, story)
    assert (paper.read(letter).mark, paper.seal_waiting()) == ("", 1)
    letters.withdraw(letter_id=letter.pk, reason="错", actor=story.cast.actor("head"), now=NOW)
    letter.refresh_from_db()
    assert (paper.read(letter).mark, hashlib.sha256(paper.pdf(paper.read(letter))).hexdigest() == letter.sha256) == (
        "已撤回", False,
    )  # fmt: skip


@POPPLER
def test_hundreds_of_lines_break_over_pages_and_add_up(drafted: Draft, about: About, story: Story) -> None:
    about.facts.rows = workers(500)
    letter = issued(drafted(), story)
    made = pages(paper.pdf(paper.read(letter)))
    said = "".join(line.words for page in made for line in page)
    head = "序号姓名工种拖欠期间拖欠金额（元）"
    assert said.count(head) == len([page for page in made if any(line.words == head for line in page)]) == len(made) - 2
    assert (f"合计{letter.facts['total']}" in said, letter.facts["total"]) == (True, "6,174,047.50")


def test_sheet_reads_nothing_and_the_compiler_reaches_nothing() -> None:
    import typst

    source = paper.SHEET.read_text()
    assert [word for word in ("#import", "#include", "read(", "image(", "plugin(", "eval(") if word in source] == []
    for tried in ('#read("../paper.py")', '#read("/etc/hostname")', '#import "@local/x:0.1.0": y'):
        with pytest.raises(typst.TypstError):
            paper._compile(tried.encode(), {}, NOW)


def test_fonts_that_are_not_there_are_passed_over() -> None:
    usual = fonts.look_for("")
    assert usual.families == {
        "number": [fonts.BROUGHT, fonts.LAST],
        **{use: [fonts.LAST, fonts.BROUGHT] for use in ("body", "title", "hei", "kai")},
    }
    assert fonts.look_for("/nowhere;body=没有这个字体;nonsense").families == usual.families
    chosen = fonts.look_for("hei = noto sans cjk tc , 没有; kai=Noto Sans CJK HK").families
    assert (chosen["hei"], chosen["kai"]) == (
        ["Noto Sans CJK TC", *usual.families["hei"]], ["Noto Sans CJK HK", *usual.families["kai"]],
    )  # fmt: skip


def test_without_any_chinese_font_the_operator_is_told(monkeypatch: pytest.MonkeyPatch, drafted: Draft) -> None:
    letter = drafted()
    monkeypatch.setattr(fonts, "_packaged", list)
    bare = fonts.look_for("")
    monkeypatch.setattr(paper, "faces", lambda: bare)
    monkeypatch.setattr(paper, "_rare", set())
    with pytest.raises(Misconfigured):
        paper.pdf(paper.read(letter))
