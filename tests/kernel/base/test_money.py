"""Money: exact to the fen, in and out."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhijia.kernel.base.money import capital, fen, share, shown, yuan


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("6800", 680000), ("6,800.5", 680050), ("0.01", 1), (7, 700), (Decimal("12.30"), 1230), (" 1，000 ", 100000)],
)
def test_fen_of_what_people_type(typed: object, expected: int) -> None:
    assert fen(typed) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("typed", ["", "abc", "1.005", "NaN", "Infinity", "1e99", "10000000000000", "一百"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="no amount"):
        fen(typed)


@given(st.integers(-(10**14), 10**14))
def test_yuan_and_fen_are_each_others_way_back(amount: int) -> None:
    assert fen(yuan(amount)) == amount
    assert fen(shown(amount)) == amount


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=40))
def test_shares_lose_nothing_and_are_a_fen_from_exact(total: int, weights: list[int]) -> None:
    parts = share(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    if whole:
        assert all(abs(part * whole - total * weight) < whole for part, weight in zip(parts, weights, strict=True))


def test_equal_weights_give_the_odd_fen_to_the_first() -> None:
    assert share(100, [1, 1, 1]) == [34, 33, 33]
    assert share(2, [0, 0, 0]) == [1, 1, 0]


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (680000, "陆仟捌佰元整"),
        (0, "零元整"),
        (5, "伍分"),
        (10, "壹角整"),
        (105, "壹元零伍分"),
        (12030, "壹佰贰拾元叁角整"),
        (100_000_100, "壹佰万零壹元整"),
        (1_000_100_000, "壹仟万零壹仟元整"),
        (123_456_789_012, "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元壹角贰分"),
        (-150, "负壹元伍角整"),
        (100_000_000_000_000, "壹万亿元整"),
    ],
)
def test_capital_characters(amount: int, words: str) -> None:
    assert capital(amount) == words
