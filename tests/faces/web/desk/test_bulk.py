"""Many cases at once: who can, who cannot and why, and each one's outcome."""

import pytest

from tests.faces.web.desk.kit import Do, Enter, File, state_of

pytestmark = pytest.mark.django_db


def test_bulk_says_first_who_can_and_why_the_others_cannot(enter: Enter, with_unit: File, do: Do) -> None:
    fresh, signed = with_unit(), with_unit()
    do("zhou", signed, "sign")
    page = enter("zhou").post("/desk/bulk/sign/", {"no": [fresh, signed]})
    assert [(o.case.no, o.ok, str(o.reason)) for o in page.context["outcomes"]] == [
        (fresh, True, ""), (signed, False, "Not possible now: the case is “Signed for”."),
    ]  # fmt: skip
    assert (page.context["can"], state_of(fresh)) == (1, "dispatched")


def test_bulk_runs_each_and_reports_each(enter: Enter, with_unit: File, do: Do) -> None:
    numbers = [with_unit(), with_unit(), with_unit()]
    do("zhou", numbers[1], "sign")
    page = enter("zhou").post("/desk/bulk/sign/", {"no": numbers, "run": "1", "key": "k"})
    assert [o.ok for o in page.context["outcomes"]] == [True, False, True]
    assert [state_of(no) for no in numbers] == ["signed", "signed", "signed"]


def test_bulk_dispatch_with_a_missing_answer_asks_again_and_does_nothing(enter: Enter, file: File) -> None:
    no = file()
    page = enter("dispatcher").post(
        "/desk/bulk/dispatch/", {"no": [no], "run": "1", "unit": "青禾区", "tier": "", "order": "请快办"}
    )
    assert page.status_code == 422
    assert [(f.name, f.value, str(f.problem)) for f in page.context["action"].fields] == [
        ("unit", "青禾区", ""), ("tier", "", "Please fill this in."), ("order", "请快办", ""),
    ]  # fmt: skip
    assert state_of(no) == "received"


def test_bulk_merge_joins_all_but_the_leading_case_and_can_be_undone(enter: Enter, file: File) -> None:
    lead, one, two = file(), file(), file()
    page = enter("dispatcher").post("/desk/bulk/merge/", {"no": [lead, one, two], "run": "1", "key": "k", "lead": lead})
    assert [(o.ok, str(o.reason), o.undo) for o in page.context["outcomes"]] == [
        (False, "This is the leading case; the others are joined to it.", ""),
        (True, "", "unmerge"), (True, "", "unmerge"),
    ]  # fmt: skip
    assert [state_of(no) for no in (lead, one, two)] == ["received", "merged", "merged"]
    enter("dispatcher").post(f"/desk/{one}/do/unmerge/")
    assert state_of(one) == "received"


def test_bulk_offers_the_usual_unit_and_the_oldest_case_as_lead(enter: Enter, file: File) -> None:
    numbers = [file(), file()]
    pages = [enter("dispatcher").post(f"/desk/bulk/{step}/", {"no": numbers}) for step in ("dispatch", "merge")]
    assert [page.context["action"].fields[0].value for page in pages] == ["青禾区总工会", numbers[0]]


def test_strangers_cases_are_not_even_counted(enter: Enter, with_unit: File) -> None:
    no = with_unit()
    page = enter("lin").post("/desk/bulk/sign/", {"no": [no, "ZJ0"], "run": "1", "key": "k"})
    assert (page.context["outcomes"], state_of(no)) == ([], "dispatched")


def test_only_steps_made_for_many_can_be_done_to_many(enter: Enter, with_unit: File) -> None:
    assert enter("zhou").post("/desk/bulk/return/", {"no": [with_unit()]}).status_code == 404
