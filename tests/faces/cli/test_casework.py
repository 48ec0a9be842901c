"""`zhijia casework` and `zhijia statistics`: a year is played in order, every date holds; the figures are those of the
counters, in the workbook and in the PDF."""

import shutil
import subprocess
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from tests.cast import NOW, QINGHE, Cast
from zhijia.faces.cli import casework, demo_province, intake, setup
from zhijia.faces.cli.main import app
from zhijia.faces.paper import statistics
from zhijia.kernel.base import clock
from zhijia.kernel.cases.models import Case, Event
from zhijia.kernel.indicators.models import Counter
from zhijia.kernel.org.models import Org
from zhijia.kernel.service import registry

pytestmark = pytest.mark.django_db
SCALE = 0.02
POPPLER = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")


def test_a_year_is_played_in_order_and_every_date_holds(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    demo_province.found(now=datetime(2025, 1, 1, tzinfo=clock.CHINA))
    days = []
    outcome = casework.play(2025, scale=SCALE, seed=3, tell=lambda: days.append(1))
    assert (len(days), dict(outcome.stuck), outcome.wrong, outcome.unreported) == (365, {}, 0, 0)
    assert outcome.dates > sum(outcome.cases.values())
    told = {story.service for module in registry.modules() for story in module.stories if story.weight}
    assert set(outcome.cases) == told | {"hotline"}
    assert outcome.cases["hotline"] == round(casework.VOLUMES["hotline"] * SCALE)
    assert set(Event.objects.dates("at", "year")) == {date(2025, 1, 1)}
    assert Case.objects.filter(service="disputes").count() >= outcome.cases["disputes"]


@pytest.fixture
def counted(cast: Cast) -> Org:
    """Forty applications for mediation in March and two in May, nineteen agreements over 12,000 yuan."""
    for key, month, n, amount in (
        ("applications", 3, 40, 0), ("applications", 5, 2, 0), ("accepted", 3, 38, 0), ("agreements", 5, 19, 0),
        ("money_agreed", 5, 19, 12_000),
    ):  # fmt: skip
        Counter.objects.create(
            service="disputes", indicator=key, region=QINGHE, month=date(2025, month, 1), category="", shard=0, n=n,
            amount=amount,
        )  # fmt: skip
    return cast.orgs["qinghe"]


def test_the_workbook_says_exactly_what_was_counted(counted: Org, tmp_path: Path) -> None:
    found = statistics.gather(org=counted, year=2025, now=NOW)
    (tmp_path / "book.xlsx").write_bytes(statistics.workbook(found, language="en"))
    sheet = load_workbook(tmp_path / "book.xlsx", data_only=True)["Mediation of disputes"]
    rows = {row[0]: row for row in sheet.iter_rows(values_only=True)}
    assert rows["Figure"][2:] == (*(f"2025-{n:02}" for n in range(1, 13)), "Year")
    applications = rows["Applications"]
    assert (applications[1], applications[4], applications[6], applications[14]) == ("cases", 40, 2, 42)
    money = rows["Money agreed, in yuan"]
    assert (money[1], money[6], money[14]) == ("yuan", 12000, 12000)
    formulas = load_workbook(tmp_path / "book.xlsx")["Mediation of disputes"]
    assert [row[14].value for row in formulas.iter_rows() if row[0].value == "Applications"] == ["=SUM(C2:N2)"]
    overview = load_workbook(tmp_path / "book.xlsx", data_only=True)["Overview"]
    shares = [row for row in overview.iter_rows(values_only=True) if row[1] == "Agreement rate"]
    assert [(row[2], row[3], row[4]) for row in shares] == [(19, 38, 0.5)]


@POPPLER
def test_the_command_writes_both_and_the_pdf_says_that_it_is_internal(
    counted: Org, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "boot", lambda: None)
    monkeypatch.setattr(intake, "prepare_installation", lambda: None)
    with clock.at(NOW):
        done = CliRunner().invoke(
            app, ["statistics", "2025", "--org", str(counted.pk), "--lang", "en", "--out", str(tmp_path)],
            catch_exceptions=False,
        )  # fmt: skip
    names = [Path(line).name for line in done.output.split()]
    assert (done.exit_code, names) == (0, [f"statistics-2025-{QINGHE}.en.xlsx", f"statistics-2025-{QINGHE}.en.pdf"])
    said = subprocess.run(["pdftotext", "-layout", str(tmp_path / names[1]), "-"], capture_output=True, check=True)
    text = said.stdout.decode()
    assert "Internal. Not for publication." in text
    rows = [line.split() for line in text.splitlines()]
    assert ["Applications", "40", "2", "0", "0", "42"] in rows
