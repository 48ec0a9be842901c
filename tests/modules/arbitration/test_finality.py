"""Final or not (LDMAL 47; interpretation I 18 to 20), and where to file (LDMAL 21): worked by hand."""

import pytest

from zhijia.modules.arbitration.finality import Decided, Finding, of_award, of_item
from zhijia.modules.arbitration.venue import venue

LIMIT = 2_490_00 * 12
"""Twelve months of 2,490 yuan: 29,880 yuan."""


@pytest.mark.parametrize(
    ("decided", "limit", "final", "why"),
    [
        (Decided("wages", 29_880_00), LIMIT, True, "within"),
        (Decided("wages", 29_880_01), LIMIT, False, "above"),
        (Decided("damages", 0), None, True, "within"),
        (Decided("damages", 1), None, None, "limit_missing"),
        (Decided("leave", 90_000_00), None, True, "standard"),
        (Decided("relation", 0), LIMIT, False, "other"),
        (Decided("wages", 100_000_00, 12), LIMIT, None, "together"),
        (Decided("wages", 20_000_00, 12), LIMIT, True, "within"),
        (Decided("severance", None), LIMIT, None, "open"),
    ],
)
def test_each_item_by_itself(decided: Decided, limit: int | None, final: bool | None, why: str) -> None:
    assert of_item(decided, limit) == Finding(final, why)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("declared", "finals", "whole"),
    [
        ("silent", [True, True], True),
        ("silent", [True, False], False),
        ("silent", [True, None], None),
        ("silent", [False, None], False),
        ("silent", [], None),
        ("final", [False], True),
        ("open", [True], False),
    ],
)
def test_mixed_award_is_open_and_the_paper_decides(
    declared: str, finals: list[bool | None], whole: bool | None
) -> None:
    assert of_award(declared, [Finding(final, "within") for final in finals]) == whole  # type: ignore[arg-type]


def test_place_of_work_comes_before_the_seat() -> None:
    found = venue(work_place="江澜市青禾区建设路 88 号", seat="江澜市北岭县解放路 8 号")
    assert (found.commission, found.others, found.by_work) == (
        "江澜市青禾区劳动人事争议仲裁委员会", ("江澜市北岭县劳动人事争议仲裁委员会",), True,
    )  # fmt: skip
    assert found.court == "江澜市青禾区人民法院"
    only_seat = venue(work_place="", seat="澜江市")
    assert (only_seat.commission, only_seat.others, only_seat.by_work) == ("澜江市劳动人事争议仲裁委员会", (), False)
    assert venue(work_place=" ", seat="").commission == ""
    assert venue(work_place="青禾区幸福小区", seat="青禾区").others == ()
