"""The language of letters: what it reads, how it numbers, what it refuses, and that values stay words."""

from dataclasses import replace

import pytest

from tests.kernel.documents.sample import DEMAND, NOTICE, TEXT
from zhijia.kernel.base.errors import Invalid
from zhijia.kernel.documents.kinds import Column, names_of, offers_of, problems
from zhijia.kernel.documents.titles import title_lines
from zhijia.kernel.documents.words import blocks, chinese, parse, takes_free
from zhijia.kernel.rules.texts import check, fill, holes


def test_headings_are_numbered_anew_below_each_other() -> None:
    text = "# 题\n## 甲\n### 子\n### 丑\n#### 一条\n##### 一项\n##### 二项\n## 乙\n### 子\n正文"
    title, made = blocks(parse(text), {}, "", table=False)
    assert (title, [block["words"] for block in made]) == (
        "题", ["一、甲", "（一）子", "（二）丑", "1.一条", "（1）一项", "（2）二项", "二、乙", "（一）子", "正文"],
    )  # fmt: skip
    assert [block["type"] for block in made] == ["heading"] * 8 + ["p"]


def test_chinese_numerals() -> None:
    assert [chinese(n) for n in (1, 9, 10, 11, 20, 21, 99, 100)] == [
        "一", "九", "十", "十一", "二十", "二十一", "九十九", "100",
    ]  # fmt: skip


def test_values_are_words_whatever_they_look_like() -> None:
    evil = '## #import "@preview/x" {date} {{ 7*7 }} \\ $x$ <b>&'
    _title, made = blocks(parse("# 题\n{a}\n{free}"), {"a": evil, "date": "!"}, "# 不是题\n{a}", table=False)
    assert [block["words"] for block in made] == [evil, "# 不是题", "{a}"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("没有题", 1), ("# 题\n正文\n# 又一个", 3), ("正文\n# 题", 2), ("# 题\n######  六", 2), ("# 题\n##甲", 2),
        ("# 题\n##", 2),
        ("# 题\n前面{free}", 2), ("# 题\n{free}\n{free}", 1),
    ],
)  # fmt: skip
def test_text_that_cannot_be_read_names_its_line(text: str, line: int) -> None:
    with pytest.raises(Invalid) as refused:
        parse(text)
    assert refused.value.problems[0].limits == {"line": line}


@pytest.mark.parametrize("words", ["{", "}", "{A}", "{a.b}", "{0}", "{a!r}", "{a:x}", "{{a}}", "{a b}"])
def test_brace_that_is_no_placeholder_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="brace"):
        holes(words)
    with pytest.raises(Invalid) as refused:
        check(words, ["a"])
    assert refused.value.problems[0].code == "brace"


def test_placeholder_that_is_not_offered_is_named_with_those_that_are() -> None:
    with pytest.raises(Invalid) as refused:
        check("{projekt} {since} {wages}", names_of(DEMAND))
    problem = refused.value.problems[0]
    assert (problem.field, problem.code, "{projekt} {wages}" in str(problem.message)) == ("value", "placeholder", True)
    assert "{project}" in str(problem.message)


def test_fill_reads_nothing_twice() -> None:
    assert fill("{a}{b}", {"a": "{b}", "b": "2"}) == "{b}2"


def test_a_kind_offers_what_fits_it() -> None:
    assert {o.name for o in offers_of(NOTICE)} == {
        "word", "issuer", "addressee", "case_no", "number", "date", "reckonings",
    }  # fmt: skip
    assert {"rows", "total", "total_capital", "reply", "free"} <= names_of(DEMAND)
    assert (takes_free(TEXT), takes_free(NOTICE.text)) == (True, False)


def test_sound_declarations_have_no_problems_and_slips_are_named() -> None:
    assert [list(problems("hotline", kind)) for kind in (DEMAND, NOTICE)] == [[], []]
    assert DEMAND.table is not None
    summed = replace(DEMAND.table, columns=(Column(title="姓名", summed=True),))
    slips = {
        "too long a key": replace(NOTICE, key="k" * 60), "number without": replace(NOTICE, number="{code}{n}"),
        "does not offer": replace(NOTICE, text="# 题\n{wrod}"), "cannot be read": replace(NOTICE, text="题"),
        "every letter has": replace(NOTICE, offers=(replace(NOTICE.offers[0], name="date"), *NOTICE.offers)),
        "issued by nobody": replace(NOTICE, signs=frozenset()), "sums a column of words": replace(DEMAND, table=summed),
    }  # fmt: skip
    for words, kind in slips.items():
        assert [what for what, _mend in problems("hotline", kind) if words in what] != [], words


def test_long_title_breaks_between_words_in_lines_of_about_one_length() -> None:
    assert title_lines("告知书") == ["告知书"]
    assert title_lines("关于督促江澜省第三建筑工程有限公司支付拖欠职工工资的函") == [
        "关于督促江澜省第三建筑工程", "有限公司支付拖欠职工工资的函",
    ]  # fmt: skip
    long = "关于" + "江澜省青禾区" * 8 + "的函"
    lines = title_lines(long)
    assert ("".join(lines), len(lines), max(map(len, lines)) <= 20) == (long, 3, True)
    assert title_lines("A" * 90) == ["A" * 30, "A" * 30, "A" * 30]
