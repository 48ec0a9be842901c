"""Numbers as people write them."""

from datetime import date

import pytest

from zhijia.kernel.base.errors import Invalid
from zhijia.kernel.people.numbers import check_id, mask, normalise_bank_card, normalise_id, normalise_phone

ID = "11010519491231002X"
"""The sample number of GB 11643-1999."""


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("13800000007", "13800000007"),
        (" +86 138-0000-0007 ", "13800000007"),
        ("008613800000007", "13800000007"),
        ("8613800000007", "13800000007"),
        ("１３８００００ ０００７", "13800000007"),
        ("＋８６（138）0000—0007", "13800000007"),
        ("010-8888 7777", "01088887777"),
        ("(0755) 88887777", "075588887777"),
        ("+86 10 8888 7777", "01088887777"),
        ("+86 0371 1234567", "03711234567"),
    ],
)
def test_normalise_phone_of_any_spelling_is_digits(raw: str, number: str) -> None:
    assert normalise_phone(raw) == number


@pytest.mark.parametrize(
    "raw", ["", "12800000007", "1380000000", "138000000071", "88887777", "abc", "+85291234567", "138٠٠٠٠٠٠٠٧", "110"]
)
def test_normalise_phone_of_anything_else_is_refused(raw: str) -> None:
    with pytest.raises(Invalid) as refused:
        normalise_phone(raw)
    assert [(p.field, p.code) for p in refused.value.problems] == [("phone", "malformed")]


def test_check_id_of_the_standards_sample_is_yes() -> None:
    assert check_id(ID)
    assert normalise_id("１１０１０５ 19491231 002ｘ") == ID


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "malformed"),
        ("11010519491231002", "malformed"),
        ("X1010519491231002X", "malformed"),
        ("99010519491231002X", "region"),
        ("110105194902300029", "date"),
        ("110105184912310021", "date"),
        ("110105194912310021", "check"),
        ("110105194912310920", "check"),
    ],
)
def test_check_id_of_a_wrong_number_says_what_is_wrong(raw: str, code: str) -> None:
    assert (check_id(raw).ok, check_id(raw).code) == (False, code)


def test_check_id_finds_every_single_wrong_digit() -> None:
    wrong = [ID[:i] + str(d) + ID[i + 1 :] for i in range(17) for d in range(10) if ID[i] != str(d)]
    assert [number for number in wrong if check_id(number)] == []


def test_check_id_of_somebody_not_yet_born_is_refused() -> None:
    assert check_id(ID, today=date(1949, 12, 30)).code == "date"
    assert check_id(ID, today=date(1949, 12, 31)).ok


def test_normalise_id_of_a_wrong_number_names_the_field() -> None:
    with pytest.raises(Invalid) as refused:
        normalise_id("110105194912310021")
    assert [(p.field, p.code) for p in refused.value.problems] == [("id_number", "check")]


def test_normalise_bank_card_takes_blanks_and_refuses_letters() -> None:
    assert normalise_bank_card("6222 0000 0000 0000 006") == "6222000000000000006"
    with pytest.raises(Invalid):
        normalise_bank_card("6222x")


def test_mask_shows_only_the_ends() -> None:
    assert mask("phone", "13800000007") == "138****0007"
    assert mask("id_number", "110105194912311234") == "11********1234"
    assert mask("bank_card", "62220000006789") == "****6789"
