"""An answer in words: in both languages, with formula, inputs, article, version and "an estimate"."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from tests.modules.calculators.golden import GOLDEN, N
from tests.modules.calculators.test_golden import ask
from zhijia.modules.calculators import catalogue
from zhijia.modules.calculators.declare import LAW_AS_OF
from zhijia.modules.calculators.told import in_languages, told

LATE = {"arrears": "10000", "ignored": "1"}


def test_answer_says_how_it_came_about() -> None:
    with translation.override("en"):
        words = told(ask("late_pay", **LATE))
    assert words == {
        "key": "late_pay", "title": "Damages for late pay", "basis": "劳动合同法85", "region": "980102",
        "says": "What the employer owes on top when an order to pay is ignored.", "on": "2026-11-24",
        "inputs": [
            ["Wages that were ordered to be paid", "10,000.00 yuan"],
            ["The labour authority ordered payment by a day, and that day has passed", "Yes, it is so"],
        ],
        "lines": [
            {"title": "Damages, at least", "value": "5,000.00 yuan", "formula": "10,000 × 50%", "basis": "劳动合同法85",
             "result": True, "measure": "yuan", "raw": "5000.00"},
            {"title": "Damages, at most", "value": "10,000.00 yuan", "formula": "10,000 × 100%",
             "basis": "劳动合同法85", "result": True, "measure": "yuan", "raw": "10000.00"},
        ],
        "notes": [], "values": [], "low": "5000.00", "high": "10000.00", "version": words["version"],
        "unverified": False, "estimate": "This is an estimate from what was filled in, not a decision.",
    }  # fmt: skip


def test_answer_in_chinese_names_values_of_the_place_with_their_source() -> None:
    with translation.override("zh-hans"):
        words = told(ask("severance", **N))
    assert [line["value"] for line in words["lines"]] == ["6\xa0个月", "27,000.00 元", "48,000.00 元", "48,000.00 元"]
    assert (words["lines"][0]["formula"], words["estimate"]) == ("6 年 0 个月", "这是按所填情况的估算，不是决定。")
    assert words["values"][1] == {
        "title": "本地上年度职工月平均工资", "value": "9000 元", "region": "980102", "basis": "", "since": "2020-01-01",
        "verified": True,
    }  # fmt: skip


def test_version_changes_with_the_values_that_were_used() -> None:
    here, given = ask("severance", **N), ask("severance", **N, minimum="2300")
    assert [a.version[:11] for a in (here, given)] == [f"{LAW_AS_OF}."] * 2
    assert len({here.version, given.version, ask("severance", **N, minimum="2300", local_average="9000").version}) == 3
    assert here.version == ask("severance", on=date(2026, 12, 1), **N).version


def test_what_a_case_keeps_is_what_was_typed_and_the_words_of_every_language() -> None:
    kept = in_languages(ask("late_pay", **LATE), LATE | {"csrf": "x"})
    assert (kept["given"], set(kept)) == (LATE, {"given", "zh-hans", "en"})
    assert (kept["en"]["title"], kept["zh-hans"]["title"]) == ("Damages for late pay", "欠薪加付赔偿金")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_example_can_be_told(language: str) -> None:
    firsts: dict[str, dict[str, Any]] = {}
    for key, data, _wanted in GOLDEN:
        firsts.setdefault(key, data)
    with translation.override(language):
        answers = [told(ask(key, **data)) for key, data in firsts.items()]
    assert [a["key"] for a in answers if not a["lines"] or (not a["inputs"] and a["key"] != "sick_pay")] == []


def test_catalogue_is_searched_by_the_words_of_the_trade() -> None:
    with translation.override("zh-hans"):
        found = {
            word: [c.key for _says, group in catalogue.grouped(word) for c in group]
            for word in ("2n", "欠薪", "产假 津贴")
        }
        assert found == {"2n": ["unlawful"], "欠薪": ["forced", "late_pay"], "产假 津贴": ["maternity"]}
        assert catalogue.grouped("没有这种东西") == []
        assert str(catalogue.grouped()[0][0]) == "我被辞退了，或者干不下去了"
