"""One cell at a time: every spelling that is taken, and what is said of those that are not."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from zhijia.kernel.sheets.cells import converter
from zhijia.kernel.sheets.declare import Column, Kind
from zhijia.kernel.sheets.problems import Wrong, quoted

TODAY = date(2026, 11, 20)


def kept(kind: Kind, raw: object, **declared: Any) -> object:
    column = Column("x", "X", kind, **declared)
    return converter(column, today=TODAY)(raw)


def code(kind: Kind, raw: object, **declared: Any) -> str:
    with pytest.raises(Wrong) as caught:
        kept(kind, raw, **declared)
    assert str(caught.value.message)
    return caught.value.code


@pytest.mark.parametrize(
    "raw",
    ["2026-03-01", "2026-3-1", "2026/3/1", "2026.03.01", "2026年3月1日", "2026 年 3 月 1 号", "20260301",
     "２０２６－３－１", "2026-03-01 00:00:00", "2026/3/1 8:30", date(2026, 3, 1), datetime(2026, 3, 1, 23, 59),
     46082.0, 46082.75, 20260301.0, "46082"],
)  # fmt: skip
def test_day_is_read_in_its_usual_spellings(raw: object) -> None:
    assert kept(Kind.DATE, raw) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("raw", "why"),
    [("2026-02-30", "date_none"), ("2026-13-01", "date_none"), (20260230.0, "date_none"), ("3/1/2026", "date_order"),
     ("26-3-1", "date_order"), ("2026年3月", "date_short"), ("2026-3", "date_short"), ("三月一日", "date"),
     (2026.0, "date"),
     (True, "date"), (time(8), "date"), ("1026-03-01", "date_year"), (date(1850, 1, 1), "date_year"), (1e9, "date")],
)  # fmt: skip
def test_what_is_no_day_or_could_be_two_is_refused(raw: object, why: str) -> None:
    assert code(Kind.DATE, raw) == why


def test_day_that_does_not_exist_says_when_the_month_ends() -> None:
    with pytest.raises(Wrong) as caught:
        kept(Kind.DATE, "2026-02-30")
    assert str(caught.value.message) == "There is no such day: 2026-02 ends on the 28."
    assert quoted(caught.value.quote, caught.value.message).startswith("“2026-02-30”: There is")


@pytest.mark.parametrize(
    ("raw", "fen"),
    [("6800", 680_000), ("6,800", 680_000), ("6，800.50", 680_050), ("¥6,800.5元", 680_050), ("６８００ 元", 680_000),
     (6800.5, 680_050), (0.1 + 0.2, 30), (1234.56, 123_456), ("0", 0), (1e7, 1_000_000_000), ("RMB 12", 1200)],
)  # fmt: skip
def test_money_is_kept_in_fen(raw: object, fen: int) -> None:
    assert kept(Kind.MONEY, raw) == fen


@pytest.mark.parametrize(
    ("raw", "why"),
    [("六千八", "money"), ("1.2万", "money"), ("6800.005", "fraction"), (0.005, "fraction"), ("-1", "too_small"),
     (True, "money"), (date(2026, 3, 1), "money"), (1e16, "money"), ("1e400", "money"), ("", "money")],
)  # fmt: skip
def test_what_is_no_amount_is_refused(raw: object, why: str) -> None:
    assert code(Kind.MONEY, raw) == why


def test_figures_have_bounds_and_places() -> None:
    assert (kept(Kind.NUMBER, 12.0), kept(Kind.NUMBER, "1,200"), kept(Kind.DAYS, "21.5")) == (12, 1200, Decimal("21.5"))
    assert (code(Kind.NUMBER, 1.5), code(Kind.DAYS, "0.125"), code(Kind.NUMBER, "十")) == ("whole", "places", "number")
    assert (code(Kind.DAYS, 32.0, limit=31), code(Kind.NUMBER, -1.0)) == ("too_large", "too_small")
    assert kept(Kind.NUMBER, -5.0, least=-10) == -5
    assert code(Kind.MONEY, 100.01, limit=10_000) == "too_large"


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [(Kind.PHONE, 13800000001.0, "13800000001"), (Kind.PHONE, "138 0000 0001", "13800000001"),
     (Kind.PHONE, 1012345678.0, "01012345678"), (Kind.BANK_CARD, "6222 0200 0000 0000 007", "6222020000000000007"),
     (Kind.ID_CARD, "11010119900307651x", "11010119900307651X"),
     (Kind.USCC, "９１３５０１００Ｍ０００１００Ｙ４３", "91350100M000100Y43")],
)  # fmt: skip
def test_long_numbers_are_taken_as_text_and_as_numbers_that_are_still_whole(
    kind: Kind, raw: object, value: str
) -> None:
    assert kept(kind, raw) == value


@pytest.mark.parametrize(
    ("kind", "raw", "why"),
    [(Kind.PHONE, "1.38E+10", "shortened"), (Kind.ID_CARD, 1.10101199003076e17, "lost_digits"),
     (Kind.BANK_CARD, 6.22202e18, "lost_digits"), (Kind.PHONE, 1.5, "not_digits"), (Kind.PHONE, "12345", "malformed"),
     (Kind.ID_CARD, "110101199003076511", "check"), (Kind.ID_CARD, "110101209003076519", "check"),
     (Kind.USCC, "91350100M000100Y44", "uscc_check"), (Kind.PHONE, date(2026, 3, 1), "not_digits")],
)  # fmt: skip
def test_long_numbers_that_a_spreadsheet_spoiled_are_refused(kind: Kind, raw: object, why: str) -> None:
    assert code(kind, raw) == why


def test_day_of_birth_in_the_future_is_refused() -> None:
    from zhijia.kernel.people.numbers import CHECK, WEIGHTS

    first = "11010120270101001"
    number = first + CHECK[sum(int(d) * w for d, w in zip(first, WEIGHTS, strict=True)) % 11]
    assert code(Kind.ID_CARD, number) == "date"


@pytest.mark.parametrize(
    ("raw", "value"),
    [("是", True), ("Yes", True), (1.0, True), ("√", True), (True, True), ("否", False), ("Ｎ", False), (False, False)],
)
def test_flags(raw: object, value: bool) -> None:
    assert kept(Kind.FLAG, raw) == value


def test_flag_that_says_neither_is_refused() -> None:
    assert code(Kind.FLAG, "也许") == "flag"


def test_choice_is_found_by_title_in_either_language_or_by_code() -> None:
    from zhijia.kernel.people.actors import Role

    choices = {role.value: role.title for role in (Role.OFFICER, Role.LEADER)}
    found = [
        kept(Kind.CHOICE, raw, choices=choices) for raw in ("officer", "Union officer", " union  OFFICER ", "领导")
    ]
    assert found == ["officer", "officer", "officer", "leader"]
    assert code(Kind.CHOICE, "厨师", choices=choices) == "choice"


def test_text_is_clean_and_bounded_and_numbers_become_what_was_seen() -> None:
    assert [kept(Kind.TEXT, raw) for raw in (" 张三\u3000", "a\u202eb", 13800000001.0, 2.5, True)] == [
        "张三", "ab", "13800000001", "2.5", "TRUE",
    ]  # fmt: skip
    assert kept(Kind.TEXT, date(2026, 3, 1)) == "2026-03-01"
    assert (code(Kind.TEXT, "四个字呢", limit=3), kept(Kind.TEXT, "三个字", limit=3)) == ("too_long", "三个字")


@pytest.mark.django_db
def test_region_is_found_by_code_name_or_the_name_with_those_above() -> None:
    from tests.cast import CITY, PROVINCE, QINGHE
    from zhijia.kernel.org.models import Region

    for place, name, level, parent in (
        (PROVINCE, "江澜省", 1, None), (CITY, "澜江市", 2, PROVINCE), (QINGHE, "青禾区", 3, CITY),
        ("980200", "河东市", 2, PROVINCE), ("980202", "新城区", 3, "980200"), ("980104", "新城区", 3, CITY),
    ):  # fmt: skip
        Region.objects.create(code=place, name=name, level=level, parent_id=parent)
    found = [
        kept(Kind.REGION, raw)
        for raw in (980102.0, "980102", "青禾区", "澜江市青禾区", "江澜省澜江市青禾区", "江澜省青禾区", "河东市新城区")
    ]
    assert found == [QINGHE] * 6 + ["980202"]
    assert (code(Kind.REGION, "新城区"), code(Kind.REGION, "无此地")) == ("region_twice", "region")
