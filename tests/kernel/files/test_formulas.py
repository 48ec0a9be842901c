"""No word of anybody is run by a spreadsheet."""

import io

import pytest

from zhijia.kernel.files.formulas import Lines, neutral, risky


@pytest.mark.parametrize("text", ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "－1"])
def test_text_that_a_spreadsheet_might_run_is_marked(text: str) -> None:
    assert (risky(text), neutral(text)) == (True, "'" + text)


@pytest.mark.parametrize("value", ["青禾区", "a=b", "", -5, 3.5, None])
def test_other_cells_stay_as_they_are(value: object) -> None:
    assert neutral(value) == value


def test_line_of_a_file_is_neutral_in_every_cell() -> None:
    target = io.StringIO()
    Lines(target).writerow(["=1", 2, "县"])
    assert target.getvalue() == "'=1,2,县\r\n"
