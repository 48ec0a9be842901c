import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from zhijia.kernel.org.uscc import ALPHABET, WEIGHTS, check_digit, explain_problem, is_valid, normalise

GOLDEN = ["91350100M000100Y43", "91110000600037341L"]


def test_weights_are_those_of_the_standard() -> None:
    assert WEIGHTS == (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


@pytest.mark.parametrize("code", GOLDEN)
def test_golden_codes_are_valid(code: str) -> None:
    assert is_valid(code)
    assert check_digit(code[:-1]) == code[-1]
    assert explain_problem(code).ok


@given(st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_any_single_mistake_is_found(code17: str, place: int, other: str) -> None:
    code = code17 + check_digit(code17)
    wrong = code[:place] + other + code[place + 1 :]
    assert is_valid(code)
    assert is_valid(wrong) is (wrong == code)


@given(st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 16))
def test_any_swap_of_neighbours_is_found(code17: str, place: int) -> None:
    code = code17 + check_digit(code17)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_valid(swapped) is (swapped == code)


def test_normalise_full_width_case_and_blanks() -> None:
    assert normalise(" ９１３５０１００ m000-100y43\u3000") == "91350100M000100Y43"


@pytest.mark.parametrize(
    ("raw", "code", "named"),
    [
        ("9135", "uscc_length", "4"),
        ("", "uscc_length", "0"),
        ("9135010OM000100Y43", "uscc_letter", "O"),
        ("91350100M000100Y4I", "uscc_letter", "I"),
        ("91350100M000100Y44", "uscc_check", "3"),
    ],
)
def test_explain_problem_names_what_is_wrong(raw: str, code: str, named: str) -> None:
    verdict = explain_problem(raw)
    assert (verdict.ok, verdict.code) == (False, code)
    assert named in str(verdict.reason)


@given(st.text())
def test_explain_problem_agrees_with_is_valid(raw: str) -> None:
    assert explain_problem(raw).ok is is_valid(normalise(raw))


def test_check_digit_refuses_other_lengths() -> None:
    with pytest.raises(ValueError, match="17 characters"):
        check_digit("123")


@pytest.mark.parametrize(
    ("raw", "mend"),
    [
        ("91530100M000100Y43", "Perhaps characters 3 and 4 changed places."),
        ("9135B100M000100Y43", "Look at character 5: “B” stands where a code has a digit."),
        ("91350100M000100Y93", "The mistake is most likely in characters 9 to 17."),
        ("91350100M000100Y44", "The mistake is most likely in characters 1 to 8 or in the last."),
    ],
)
def test_explain_problem_says_where_the_mistake_is(raw: str, mend: str) -> None:
    with translation.override("en"):
        said = explain_problem(raw)
        assert (said.code, str(said.mend)[: len(mend)]) == ("uscc_check", mend)
