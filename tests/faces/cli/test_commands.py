"""The smaller commands: docs, explain, new-module."""

import ast
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from zhijia.faces.cli import new_module
from zhijia.faces.cli.main import app
from zhijia.kernel.base.errors import Misconfigured, NotFound


@pytest.mark.django_db
def test_docs_writes_two_pages_per_service_and_knows_stale_ones(tmp_path: Path) -> None:
    from zhijia.faces.cli import docs

    pages = docs.pages(tmp_path)
    assert sorted(path.name for path in pages if path.name.startswith("hotline")) == ["hotline.md", "hotline.zh.md"]
    run = CliRunner().invoke
    assert run(app, ["docs", "--check", "--folder", str(tmp_path)]).exit_code == 1
    assert run(app, ["docs", "--folder", str(tmp_path)]).exit_code == 0
    assert run(app, ["docs", "--check", "--folder", str(tmp_path)]).exit_code == 0
    (tmp_path / "hotline.md").write_text("old")
    stale = run(app, ["docs", "--check", "--folder", str(tmp_path)])
    assert (stale.exit_code, "hotline.md" in stale.output) == (1, True)


@pytest.mark.django_db
def test_explain_says_yes_or_why_not_and_why_the_dates(
    now: datetime, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from rich.console import Console

    from tests.cast import QINGHE, build
    from zhijia.faces.cli.explain import show
    from zhijia.kernel.service.engine import open_case

    cast = build(now)
    data = {"story": "老板拖欠我两个月工资", "category": "wages"}
    no = open_case(
        service="hotline", actor=cast.actor("alice", now), now=now, data=data, region=QINGHE,
        applicant_id=cast.person_id("alice"),
    ).no  # fmt: skip
    console = Console(width=200)
    assert show(no, "dispatch", "", console)
    assert not show(no, "submit", "zhou", console)
    assert show(no, "withdraw", "13800000001", console)
    assert "wrong_state" in capsys.readouterr().out
    for case, action, login in (("ZJ0", "submit", ""), (no, "nothing", ""), (no, "submit", "nobody")):
        with pytest.raises(NotFound):
            show(case, action, login, console)


def test_new_module_writes_files_that_parse(tmp_path: Path) -> None:
    written = new_module.write("legal_help", "Legal help", "法律帮助", tmp_path)
    assert len(written) == len(new_module.PLACES)
    for path in written:
        text = (tmp_path / path).read_text()
        assert text.count("@") == 0
        if path.suffix == ".py":
            ast.parse(text)
    assert "class LegalHelp(models.Model)" in (tmp_path / "src/zhijia/modules/legal_help/models.py").read_text()


@pytest.mark.parametrize(
    ("key", "title", "chinese"),
    [("Legal", "x", "法"), ("1x", "x", "法"), ("a-b", "x", "法"), ("../x", "x", "法"), ("x", 'a"b', "法"),
     ("x", "a\nb", "法"), ("", "x", "法"), ("x", "", "法"), ("x", "x", ""), ("x", "x", "law"), ("x", "x" * 61, "法")],
)  # fmt: skip
def test_new_module_refuses_a_bad_key_or_title(tmp_path: Path, key: str, title: str, chinese: str) -> None:
    with pytest.raises(Misconfigured):
        new_module.write(key, title, chinese, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_new_module_refuses_a_taken_key() -> None:
    with pytest.raises(Misconfigured):
        new_module.write("hotline", "x", "热线")


def test_first_migration_of_a_module_in_use_is_left_alone() -> None:
    first = new_module.ROOT / "src/zhijia/modules/hotline/migrations/0001_initial.py"
    before = first.read_text()
    for key in ("hotline", "nothing"):
        with pytest.raises(Misconfigured):
            new_module.write_tables(key)
    assert first.read_text() == before


@pytest.mark.django_db
def test_calendar_load_makes_a_year_known_and_refuses_a_bad_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhijia.faces.cli import setup
    from zhijia.kernel.rules.workdays import fixed_statutory

    monkeypatch.setattr(setup, "boot", lambda: None)
    run = CliRunner().invoke
    file = tmp_path / "2027.csv"
    file.write_text("date,kind,name,statutory\n2027-13-01,holiday,元旦,1\n")
    refused = run(app, ["calendar", "load", str(file), "--basis", "国办发明电"])
    assert (refused.exit_code, "2027-13-01" in refused.output) == (2, True)
    lunar = ["2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08", "2027-04-05", "2027-06-09", "2027-09-15"]
    days = sorted({*(str(day) for day in fixed_statutory(2027)), *lunar})
    file.write_text("date,kind,name,statutory\n" + "".join(f"{day},holiday,放假,1\n" for day in days))
    assert "provisional" in run(app, ["calendar", "show", "2027"]).output
    done = run(app, ["calendar", "load", str(file), "--basis", "国办发明电"])
    assert (done.exit_code, "0 looked at, 0 moved" in done.output) == (0, True)
    assert "2027 is known" in run(app, ["calendar", "show", "2027"]).output


@pytest.mark.django_db
def test_counters_rebuild_says_how_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    from zhijia.faces.cli import setup

    monkeypatch.setattr(setup, "boot", lambda: None)
    done = CliRunner().invoke(app, ["counters", "rebuild"])
    assert (done.exit_code, "0 rows" in done.output) == (0, True)
