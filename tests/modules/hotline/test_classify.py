"""What plain rules make of stories. Every story here was written for the test."""

import time

import pytest

from tests.cast import BEILING, CITY
from zhijia.modules.hotline.classify import LAW, responsible_unit, suggest
from zhijia.modules.hotline.models import Category, Tier

STORIES = (
    ("老板拖了我三个月的工资，怎么都不肯给", Category.WAGES),
    ("厂里天天加班到十点，从来不给加班费", Category.OVERTIME),
    ("干了五年，单位一次年休假都没让我休", Category.LEAVE),
    ("入职半年了公司一直不跟我签劳动合同", Category.CONTRACT),
    ("主管说我不合适，当天就把我辞退了，没有补偿", Category.DISMISSAL),
    ("公司四年没给我交社保，让我自己交", Category.INSURANCE),
    ("上班时机器压伤了手，老板不给报工伤", Category.INJURY),
    ("车间粉尘很大，口罩也不发，安全隐患没人管", Category.SAFETY),
    ("怀孕四个月，公司把我调到夜班，还不准产检", Category.WOMEN),
    ("我是外卖骑手，平台乱扣超时罚款，还封号", Category.PLATFORM),
    ("我们想建工会，经理不让，说谁入会就开除谁", Category.UNION),
    ("家里孩子上学，想向工会申请困难职工补助", Category.HARDSHIP),
)


@pytest.mark.parametrize(("story", "category"), STORIES)
def test_suggest_tells_each_topic(story: str, category: Category) -> None:
    guess = suggest(story)
    assert (guess.category, guess.is_labour) == (category, True)
    assert guess.law == LAW[category]
    assert guess.words


@pytest.mark.parametrize(
    "story",
    [
        "和妻子离婚，房子和孩子的抚养权怎么分",
        "楼上漏水把我家天花板泡坏了，物业不管",
        "网购的手机是假货，商家不给退货",
        "朋友借了我三万块，打了借条一直不还",
        "",
        "你好",
    ],
)
def test_suggest_knows_what_others_decide(story: str) -> None:
    guess = suggest(story)
    assert (guess.category, guess.is_labour, guess.words) == (Category.OTHER, False, ())


def test_suggest_of_an_unclear_story_is_not_sure() -> None:
    assert suggest("老板拖着三个月工资不发，讨薪的人都被赶走了").sure
    assert not suggest("单位说我不行").sure


def test_suggest_sees_danger_to_life() -> None:
    assert suggest("工地没有安全绳还让我们高空作业，刚才有人坠落").urgent
    assert not suggest("工地拖欠工资").urgent


@pytest.mark.parametrize(
    ("story", "tier"),
    [
        ("年假没休怎么算钱", Tier.GENERAL),
        ("手指被机器压断，工伤认定不给办", Tier.DIFFICULT),
        ("全厂三十多人的工资都没发", Tier.COMPLEX),
    ],
)
def test_suggest_tells_how_hard_it_is(story: str, tier: Tier) -> None:
    assert suggest(story).tier == tier


def test_suggest_does_not_mind_blanks_or_length() -> None:
    assert suggest("老 板\n拖 欠 工 资").category == Category.WAGES
    began = time.perf_counter()
    assert suggest("老板拖欠工资。" + "啊" * 200_000).category == Category.WAGES
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize(
    "story", ["'; DROP TABLE cases_case; --", "<script>alert(1)</script>", "\0\0", "😀" * 50, "\ud800"]
)
def test_suggest_never_raises(story: str) -> None:
    assert not suggest(story).is_labour


def test_every_category_has_its_law() -> None:
    assert LAW.keys() == set(Category)


@pytest.mark.django_db
def test_responsible_unit_is_the_countys_own_federation_or_the_nearest_above(cast: object) -> None:
    assert str(responsible_unit(BEILING)) == "北岭县总工会"
    assert str(responsible_unit(CITY)) == "澜江市总工会"
