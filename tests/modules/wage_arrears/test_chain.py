"""Who must pay by law: one table for each article, and the stories that mix them."""

# ruff: noqa: E501 (one case, one line)

from dataclasses import dataclass

import pytest

from zhijia.modules.wage_arrears import chain
from zhijia.modules.wage_arrears.chain import Rank, duties


@dataclass
class Link:
    """One link of a chain, without a database."""

    kind: str
    name: str
    individual: bool = False
    licensed: bool = True
    lent: bool = False
    transferred: bool = False
    unlawful: bool = False
    hired: bool = False
    unsettled: int | None = 0


def who(links: list[Link], *, construction: bool = True) -> list[tuple[str, str]]:
    """(name, rank) of everybody who must pay, best debtor first."""
    return [(d.name, d.rank.name) for d in duties(links, construction=construction)]


def grounds(links: list[Link], name: str, *, construction: bool = True) -> list[chain.Ground]:
    """On what somebody's duty rests."""
    return list(next(d.grounds for d in duties(links, construction=construction) if d.name == name))


OWNER, GENERAL, SUB = Link("owner", "甲方"), Link("general", "总包"), Link("sub", "分包")
LEADER = Link("labour", "班组长", individual=True)


@pytest.mark.parametrize(
    ("links", "construction", "expected", "article"),
    [
        # article 16: the plain case
        ([Link("employer", "厂")], False, [("厂", "DIRECT")], chain.ART_16),
        # article 17, LCL 93: no lawful business
        ([Link("employer", "黑厂", licensed=False)], False, [("黑厂", "DIRECT")], chain.ART_17),
        # article 18: workers sent by a person, or by a firm without a dispatch licence
        ([Link("employer", "厂"), Link("dispatch", "中介", licensed=False)], False, [("厂", "PAYS"), ("中介", "DIRECT")], chain.ART_18),
        ([Link("employer", "厂"), Link("dispatch", "老乡", individual=True)], False, [("厂", "PAYS"), ("老乡", "JOINT")], chain.ART_18),
        # article 19 I, LCL 94: the task was given to a person
        ([Link("employer", "厂"), Link("labour", "工头", individual=True)], False, [("厂", "JOINT"), ("工头", "JOINT")], chain.ART_19_1),
        # article 19 II: the name was lent outside construction
        ([Link("employer", "厂", lent=True), Link("employer", "借名者")], False, [("厂", "PAYS"), ("借名者", "DIRECT")], chain.ART_19_2),
        # article 30 I and III: subcontractor owes, general contractor pays first
        ([GENERAL, SUB], True, [("总包", "FIRST"), ("分包", "DIRECT")], chain.ART_30_3),
        # article 30 IV: passed on as a whole
        ([Link("general", "总包", transferred=True), SUB], True, [("总包", "FIRST"), ("分包", "DIRECT")], chain.ART_30_4),
        # article 36 I: work given to a person, by the general contractor and by the owner
        ([GENERAL, LEADER], True, [("总包", "PAYS"), ("班组长", "JOINT")], chain.ART_36_1),
        ([OWNER, LEADER], True, [("甲方", "PAYS"), ("班组长", "JOINT")], chain.ART_36_1),
        # article 36 II: the construction firm lent its name
        ([Link("general", "总包", lent=True)], True, [("总包", "PAYS")], chain.ART_36_2),
        # article 37: the project itself breaks the law
        ([Link("owner", "甲方", unlawful=True), GENERAL], True, [("甲方", "PAYS"), ("总包", "DIRECT")], chain.ART_37),
        # article 29 II: the owner has not settled
        ([Link("owner", "甲方", unsettled=5_000_00), GENERAL], True, [("总包", "DIRECT"), ("甲方", "LIMITED")], chain.ART_29),
        # LCL 58: a licensed dispatch firm is the employer
        ([Link("employer", "厂"), Link("dispatch", "派遣公司")], False, [("派遣公司", "DIRECT")], chain.LCL_58),
    ],
)  # fmt: skip
def test_each_article(
    links: list[Link], construction: bool, expected: list[tuple[str, str]], article: chain.Ground
) -> None:
    found = duties(links, construction=construction)
    assert [(d.name, d.rank.name) for d in found] == expected
    assert article in [g for d in found for g in d.grounds]


def test_owner_general_sub_and_a_team_leader() -> None:
    links = [Link("owner", "甲方", unsettled=20_000_00), GENERAL, SUB, LEADER]
    assert who(links) == [("总包", "FIRST"), ("分包", "JOINT"), ("班组长", "JOINT"), ("甲方", "LIMITED")]
    assert grounds(links, "分包") == [chain.ART_19_1]
    assert next(d.limit for d in duties(links, construction=True) if d.name == "甲方") == 20_000_00


@pytest.mark.parametrize(("unsettled", "named"), [(None, True), (1, True), (0, False)])
def test_owner_is_named_unless_it_is_known_to_have_settled(unsettled: int | None, named: bool) -> None:
    links = [Link("owner", "甲方", unsettled=unsettled), GENERAL, SUB]
    assert (("甲方", "LIMITED") in who(links)) == named


def test_several_grounds_make_one_duty_of_the_strongest_rank() -> None:
    links = [OWNER, Link("general", "总包", lent=True), LEADER]
    assert who(links) == [("总包", "PAYS"), ("班组长", "JOINT")]
    assert grounds(links, "总包") == [chain.ART_36_2, chain.ART_36_1, chain.ART_30_3]


def test_the_marked_employer_counts_and_not_the_last_of_the_chain() -> None:
    links = [GENERAL, Link("sub", "分包", hired=True), LEADER]
    assert who(links) == [("总包", "FIRST"), ("分包", "DIRECT")]  # nobody below whoever hired the workers owes them


def test_outside_construction_the_general_contractor_has_no_duty_of_its_own() -> None:
    assert who([GENERAL, SUB], construction=False) == [("分包", "DIRECT")]


def test_nobody_recorded_means_nobody_named() -> None:
    assert duties([], construction=True) == ()


def test_every_ground_is_said_in_chinese() -> None:
    from django.utils import translation

    every = [value for name, value in vars(chain).items() if isinstance(value, chain.Ground)]
    with translation.override("zh-hans"):
        said = [str(g.article) + str(g.words) for g in every] + [str(title) for title in chain.RANKS.values()]
        assert [words for words in said if not any("\u4e00" <= letter <= "\u9fff" for letter in words)] == []
    assert (len(every), set(chain.RANKS)) == (13, set(Rank))
