"""`zhijia whitepaper`: both files say the same published figures, nothing that is hidden, and the hash of the third."""

import hashlib
import json
import re
import shutil
import subprocess
from datetime import date
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from docx import Document
from typer.testing import CliRunner

from tests.cast import BEILING, NOW, PROVINCE, QINGHE, Cast
from zhijia.faces.cli import setup
from zhijia.faces.cli.main import app
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Invalid
from zhijia.kernel.indicators.models import Counter

pytestmark = pytest.mark.django_db
POPPLER = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")


def count(region: str, month: int, category: str = "", **figures: int) -> None:
    """Write counters as the engine would have."""
    for key, n in figures.items():
        for place in (region, region[:2]):
            given = {"service": "hotline", "indicator": key, "region": place, "month": date(2025, month, 1)}
            counter, _made = Counter.objects.get_or_create(
                **given, category=category, shard=0, defaults={"n": 0, "amount": 0}
            )
            Counter.objects.filter(pk=counter.pk).update(n=counter.n + n)


@pytest.fixture
def year(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two counties in two months, with a small cell and a protected kind of matter."""
    monkeypatch.setattr(setup, "boot", lambda: None)
    for month, n in ((3, 402), (10, 618)):
        count(QINGHE, month, filed=n, closed=n - 20, dispatched=300, contacted=276)
        count(QINGHE, month, due_back=300, called_back=280, solved=266, satisfied=238)
    count(BEILING, 10, filed=57, closed=7, dispatched=50, contacted=41, due_back=48, called_back=44, solved=31)
    count(QINGHE, 10, "wages", filed=533)
    count(QINGHE, 10, "injury", filed=19)


def run(folder: Path, *words: str) -> tuple[list[str], str]:
    """The lines that the command prints, after it did its work at NOW."""
    with clock.at(NOW):
        done = CliRunner().invoke(app, ["whitepaper", *words, "--out", str(folder)], catch_exceptions=False)
    assert done.exit_code == 0
    lines = done.output.splitlines()
    return [Path(line).name for line in lines[:3]], lines[3]


def words_of(docx: Path) -> str:
    """All words of a DOCX, those of its tables too."""
    document = Document(str(docx))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def words_in(pdf: Path) -> str:
    """All words of a PDF without spaces."""
    said = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True).stdout.decode()
    return re.sub(r"\s", "", said)


@POPPLER
def test_year_says_the_same_in_both_files_and_proves_its_figures(year: None, tmp_path: Path) -> None:
    names, said = run(tmp_path, "2025", "--org", "江澜省总工会")
    stem = f"whitepaper-2025-{PROVINCE}"
    assert names == [f"{stem}.pdf", f"{stem}.docx", f"{stem}.json"]
    figures = (tmp_path / f"{stem}.json").read_bytes()
    sha256 = hashlib.sha256(figures).hexdigest()
    assert said.split()[-1] == sha256
    pdf, docx = words_in(tmp_path / f"{stem}.pdf"), words_of(tmp_path / f"{stem}.docx")
    for words in (
        "12351热线白皮书", "共受理1,075件", "93.4%", "565/605", "10月受理最多：675件", "拖欠工资", "怎样重做本报告",
        "solution=solved÷called_back", sha256[:32], sha256[32:], "2026-11-1615:10",
    ):  # fmt: skip
        assert (words, pdf.count(words) > 0, re.sub(r"\s", "", docx).count(words) > 0) == (words, True, True)


def test_figures_are_rounded_and_hide_small_and_protected_cells(year: None, tmp_path: Path) -> None:
    run(tmp_path, "2025")
    found = json.loads((tmp_path / f"whitepaper-2025-{PROVINCE}.json").read_bytes())
    assert found["rates"]["solution"] == [565, 605]
    assert (found["figures"]["filed"], found["topics"]) == (1075, {"wages": 535, "injury": None})
    assert found["months"]["2025-03"] == {"filed": 400, "closed": 380}
    assert found["months"]["2025-01"] == {"filed": None, "closed": None}
    assert found["places"] == {QINGHE: [530, 560], BEILING: [30, 45]}
    assert found["days"] is None
    numbers = [n for value in (found["figures"], *found["months"].values()) for n in value.values()]
    assert [n for n in numbers if n is not None and n % 5] == []


def test_the_same_data_give_the_same_hash_in_either_language(year: None, tmp_path: Path) -> None:
    one, two = (run(tmp_path / lang, "2025", "--lang", lang)[1] for lang in ("zh-hans", "en"))
    assert one == two
    english = words_of(tmp_path / "en" / f"whitepaper-2025-{PROVINCE}.en.docx")
    assert english.count("In 2025 the 12351 hotline of 江澜省 received 1,075 matters") == 1
    assert english.count("The year at a glance") == 2  # in the contents, and over its chapter
    chinese = re.findall("[一-鿿]+", re.sub("江澜省总工会|江澜省|澜江市|青禾区|北岭县", "", english))
    assert chinese == []


def test_brief_is_one_page(year: None, tmp_path: Path) -> None:
    names, _said = run(tmp_path, "2025-10", "--brief")
    with pikepdf.open(BytesIO((tmp_path / names[0]).read_bytes())) as made:
        assert (len(made.pages), str(made.docinfo.Title)) == (1, "12351 热线月度简报 江澜省 2025 年 10 月")
    assert words_of(tmp_path / names[1]).count("675") > 0
    assert len(Document(str(tmp_path / names[1])).inline_shapes) == 3


def test_a_running_year_says_that_it_is_provisional(year: None, tmp_path: Path) -> None:
    run(tmp_path, "2026")
    assert words_of(tmp_path / f"whitepaper-2026-{PROVINCE}.docx").count("初步数据：时段还没有结束") == 1


@pytest.mark.parametrize("words", [("25",), ("2025-13",), ("2027",), ("2025", "--brief"), ("2025", "--lang", "fr")])
def test_what_cannot_be_made_is_refused(year: None, tmp_path: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(Invalid):
        run(tmp_path, *words)
    assert list(tmp_path.iterdir()) == []
