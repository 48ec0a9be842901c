"""`zhijia texts`: what operators set is checked, shown on samples first, and used by letters and messages."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from tests.cast import NOW, Cast
from tests.kernel.documents.sample import DEMAND
from zhijia.faces.cli import setup
from zhijia.faces.cli.main import app
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Invalid, NotFound
from zhijia.kernel.documents import kinds
from zhijia.kernel.documents.numbering import code_of
from zhijia.kernel.notify.render import render
from zhijia.kernel.rules.models import Rule

pytestmark = pytest.mark.django_db
Run = Callable[..., Result]
SECRET = {"no": "ZJ1", "unit": "澜江市总工会", "due": "", "region": "980102"}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> Run:
    """The command, at NOW, with the sample letter registered."""
    monkeypatch.setattr(setup, "boot", lambda: None)
    monkeypatch.setitem(kinds._kinds, ("hotline", "demand"), DEMAND)

    def invoke(*words: str) -> Result:
        with clock.at(NOW):
            return CliRunner().invoke(app, ["texts", *words])

    return invoke


def test_list_names_every_text_and_what_was_set(run: Run) -> None:
    run("set", "hotline.closed", "--words", "{no} 办完了。", "--region", "980000", "--basis", "澜工发〔2026〕9号")
    shown = run("list").output.splitlines()
    assert "letter.hotline.demand  催告函" in shown
    assert "    980000  2026-11-16–  text.hotline.closed.zh-hans  澜工发〔2026〕9号" in shown
    assert any(line.startswith("people.code  验证码 {code}") for line in shown)


def test_message_is_set_by_region_and_language_and_unset(run: Run) -> None:
    done = run("set", "hotline.closed", "--words", "{no} 办完了。", "--region", "980100", "--basis", "通知")
    assert (done.exit_code, "ZJ2611160000012 办完了。" in done.output, "1 text message" in done.output) == (
        0,
        True,
        True,
    )
    assert render("hotline.closed", SECRET, "zh-hans", at=NOW) == "ZJ1 办完了。"
    assert render("hotline.closed", SECRET | {"region": "970100"}, "zh-hans", at=NOW)[:3] == "您的事"
    assert render("hotline.closed", SECRET, "en", at=NOW)[:11] == "Your matter"
    shown = run("show", "hotline.closed", "--region", "980102").output
    assert "set for 980100 from 2026-11-16: 通知" in shown
    assert "Unset." in run("unset", "hotline.closed", "--region", "980100").output
    assert render("hotline.closed", SECRET, "zh-hans", at=NOW)[:3] == "您的事"
    assert "Nothing was set" in run("unset", "hotline.closed", "--region", "980100").output


@pytest.mark.parametrize(
    ("words", "code"), [("{nummer} ok", "placeholder"), ("{no", "brace"), ("{no.__class__}", "brace"), ("", "empty")]
)
def test_words_that_cannot_be_filled_are_refused_when_they_are_set(run: Run, words: str, code: str) -> None:
    done = run("set", "hotline.closed", "--words", words, "--basis", "通知")
    assert isinstance(done.exception, Invalid)
    assert (done.exception.problems[0].code, Rule.objects.filter(key__startswith="text.").count()) == (code, 0)


@pytest.mark.parametrize("words", ["工会有消息找您", "Union news", "{no} 有消息", "请打12351"])
def test_neutral_words_may_not_give_the_union_away(run: Run, words: str) -> None:
    for key in ("neutral", "sms.neutral_signature"):
        done = run("set", key, "--words", words, "--basis", "通知")
        assert isinstance(done.exception, Invalid)


def test_letter_is_set_from_a_file_after_a_dry_look(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "催告.txt"
    file.write_text("# 催告函\n## 事由\n{project}欠薪{total}元。\n{free}\n", encoding="utf-8-sig")
    given = ("set", "letter.hotline.demand", str(file), "--basis", "澜工发〔2026〕3号", "--from", "2027-01-01")
    dry = run(*given, "--dry")
    assert (dry.exit_code, "一、事由" in dry.output, "滨江二期工程欠薪493,824.00元。" in dry.output) == (0, True, True)
    assert Rule.objects.filter(key="text.letter.hotline.demand").count() == 0
    assert run(*given).exit_code == 0
    assert "declared" in run("show", "letter.hotline.demand").output
    later = run("show", "letter.hotline.demand", "--on", "2027-01-02").output
    assert ("set for 000000 from 2027-01-01" in later, "{total_capital}" in later) == (True, True)
    file.write_text("没有题名")
    assert isinstance(run(*given).exception, Invalid)


def test_slips_are_one_sentence(run: Run, cast: Cast) -> None:
    assert isinstance(run("show", "nothing").exception, NotFound)
    assert run("show", "neutral", "--on", "yesterday").exit_code == 2
    for wrong in (("--region", "999999"), ("--language", "fr"), ("--basis", "")):
        done = run("set", "neutral", "--words", "有新消息", "--basis", "通知", *wrong)
        assert isinstance(done.exception, Invalid), wrong


def test_code_of_a_unit_is_its_own(run: Run, cast: Cast) -> None:
    assert run("code", "青禾区总工会", "青禾工", "--basis", "机关代字表").exit_code == 0
    assert code_of(cast.orgs["qinghe"], NOW) == "青禾工"
    for unit, code in (("北岭县总工会", "青禾工"), ("北岭县总工会", "北〔工〕")):
        assert isinstance(run("code", unit, code, "--basis", "机关代字表").exception, Invalid)
    assert isinstance(run("code", "火星总工会", "火工", "--basis", "x").exception, NotFound)
    assert run("code", "青禾区总工会", "青工", "--basis", "机关代字表").exit_code == 0
    assert (code_of(cast.orgs["qinghe"], NOW), Rule.objects.filter(key__startswith="text.code.").count()) == ("青工", 1)


def test_letterhead_is_written_for_the_operator(run: Run, tmp_path: Path) -> None:
    assert run("letterhead", str(tmp_path / "函头.docx")).exit_code == 0
    assert (tmp_path / "函头.docx").read_bytes()[:2] == b"PK"


def test_same_day_replaces_and_an_end_brings_back_what_was_before(run: Run) -> None:
    def says(day: int) -> str:
        return render("hotline.closed", SECRET, "zh-hans", at=NOW.replace(day=day))

    for words, more in (("甲", ()), ("乙", ()), ("丙", ("--from", "2026-11-20", "--to", "2026-11-22"))):
        assert run("set", "hotline.closed", "--words", words, "--basis", "通知", *more).exit_code == 0
    assert [says(day)[0] for day in (15, 16, 19, 20, 21, 22)] == ["您", "乙", "乙", "丙", "丙", "乙"]
    assert run("unset", "hotline.closed", "--on", "2026-11-18").exit_code == 0
    assert [says(day)[0] for day in (16, 17, 18, 20, 22)] == ["乙", "乙", "您", "您", "您"]
    assert Rule.objects.get(key="text.hotline.closed.zh-hans").in_force.upper == date(2026, 11, 18)
