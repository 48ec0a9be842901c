"""A place is found by what people type; polyphones of place names are spelt as they are said."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.again import made_once
from zhijia.kernel.org.pinyin import initials, spell
from zhijia.kernel.org.places import search_places
from zhijia.kernel.org.regions import load_regions


@made_once
def build() -> None:
    load_regions()


@pytest.fixture
def places(db: None) -> None:
    """All regions of the standard."""
    build()


def found(text: str, **more: object) -> list[str]:
    return [place.full for place in search_places(text, **more).items]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("重庆市", "cqs"), ("长沙市", "css"), ("厦门市", "xms"), ("六安市", "las"), ("蚌埠市", "bbs"),
        ("台州市", "tzs"),
        ("丽水市", "lss"), ("铅山县", "ysx"), ("单县", "sx"), ("乐清市", "yqs"), ("乐亭县", "ltx"), ("长子县", "zzx"),
        ("长治市", "czs"), ("蔚县", "yx"), ("大城县", "dcx"), ("涡阳县", "gyx"), ("歙县", "sx"), ("莘县", "sx"),
        ("宕昌县", "tcx"), ("西藏自治区", "xzzzq"), ("朝阳区", "cyq"), ("宿州市", "szs"), ("任丘市", "rqs"),
        ("都江堰市", "djys"), ("盱眙县", "xyx"), ("浚县", "xx"), ("尉犁县", "ylx"), ("番禺区", "pyq"),
        ("柞水县", "zsx"),
        ("漯河市", "lhs"), ("闵行区", "mhq"), ("天长市", "tcs"), ("丰都县", "fdx"), ("马尾区", "mwq"),
        ("喀什市", "kss"),
    ],
)  # fmt: skip
def test_initials_are_those_that_people_say(name: str, said: str) -> None:
    assert initials(name) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [("六安市", "luanshi"), ("厦门市", "xiamenshi"), ("铅山县", "yanshanxian"), ("单县", "shanxian"),
     ("大城县", "daichengxian"), ("乐清市", "yueqingshi"), ("番禺区", "panyuqu"), ("百色市", "boseshi")],
)  # fmt: skip
def test_whole_spelling(name: str, said: str) -> None:
    assert spell(name) == said


def test_a_place_is_found_in_every_way(places: None) -> None:
    whole = "浙江省杭州市西湖区"
    for typed in (
        "hzxh",
        "杭州西湖",
        "杭州市西湖区",
        "浙江杭州西湖",
        "zjhzxh",
        "hangzhouxihu",
        "zjxihu",
        "330106",
        "HZ XH",
    ):
        assert found(typed)[0] == whole, typed
    assert found("bjcy")[0] == "北京市朝阳区"  # 市辖区 between the two is said by nobody
    assert found("上海浦东")[0] == "上海市浦东新区"
    assert found("东莞") == ["广东省东莞市"]


def test_the_name_itself_comes_before_what_begins_so_and_the_higher_place_first(places: None) -> None:
    first = search_places("cq", limit=3).items
    assert (first[0].name, first[0].level, first[0].rank) == ("重庆市", 1, 1)
    assert [p.rank for p in search_places("xihu", limit=40).items] == sorted(
        p.rank for p in search_places("xihu", limit=40).items
    )


def test_pages_follow_each_other_without_gap_or_double(places: None) -> None:
    whole = [p.code for p in search_places("xh", limit=400).items]
    pages, after = [], None
    while True:
        page = search_places("xh", after=after, limit=7)
        pages += [p.code for p in page.items]
        after = page.after
        if after is None:
            break
    assert (pages, len(set(pages))) == (whole, len(whole))
    assert len(whole) > 20


def test_within_what_is_retired_and_what_is_nothing(places: None) -> None:
    assert {p.code[:2] for p in search_places("xh", within=("33", "36"), limit=50).items} == {"33", "36"}
    assert found("崇文区") == []
    assert (found(""), found("  "), found("%"), found("_"), found("\x00")) == ([], [], [], [], [])


def test_one_query_however_much_is_found(places: None) -> None:
    with CaptureQueriesContext(connection) as asked:
        search_places("h", limit=40)
    assert len(asked) == 1
