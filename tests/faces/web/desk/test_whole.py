"""The file of a case on paper, the filters of its timeline, what belongs together, and what was open lately."""

from datetime import timedelta

import pytest

from tests.cast import NOW, Cast
from tests.faces.web.desk.kit import Do, Enter, File, form_of, spent
from zhijia.faces.web.board.lists import MARKED
from zhijia.faces.web.desk.filters import MARKS
from zhijia.kernel.base import clock
from zhijia.kernel.cases.models import Case

pytestmark = pytest.mark.django_db


def lines(page: object) -> list[str]:
    return [line.what for line in page.context["lines"]]  # type: ignore[attr-defined]


def test_paper_holds_every_section_and_nothing_unmasked(enter: Enter, with_unit: File, do: Do) -> None:
    no, zhou = with_unit(), enter("zhou")
    do("zhou", no, "note", note="同事之间的话")
    page = zhou.get(f"/desk/{no}/print/")
    words = page.content.decode()
    assert [section.key for section in page.context["whole"].sections] == [
        "facts",
        "people",
        "clocks",
        "timeline",
        "looks",
    ]
    assert (words.count(no) > 1, "139****" in words, "13900000000" in words, "同事之间" in words) == (
        True, True, False, False,
    )  # fmt: skip
    internal = zhou.get(f"/desk/{no}/print/?internal=1")
    kinds = [section.key for section in internal.context["whole"].sections]
    assert ("notes" in kinds, "同事之间" in internal.content.decode()) == (True, True)
    clocks = next(s for s in page.context["whole"].sections if s.key == "clocks")
    assert [line.what for line in clocks.lines if not line.words] == []
    assert enter("lin").get(f"/desk/{no}/print/").status_code == 404


def test_timeline_shows_what_the_address_asks_for(enter: Enter, with_unit: File, do: Do, cast: Cast) -> None:
    no, zhou = with_unit(), enter("zhou")
    zhou.post(f"/desk/{no}/do/note/", form_of(zhou, no) | {"note": "一句话"})
    usual = lines(zhou.get(f"/desk/{no}/"))
    assert usual == ["Internal note", "Dispatch", "The matter was told"]
    assert lines(zhou.get(f"/desk/{no}/?show=notes")) == ["Internal note"]
    assert lines(zhou.get(f"/desk/{no}/?show=nonsense")) == usual
    looks = zhou.get(f"/desk/{no}/?show=looks").context["lines"]
    assert [(line.what, line.who, line.notes[0][1]) for line in looks] == [
        ("Personal data was read", "Union officer, 青禾区总工会 Zhou，1 worker", f"Handling case {no}")
    ]
    told = zhou.get(f"/desk/{no}/?show=messages").context["lines"]
    assert {line.who.split("，")[1] for line in told} == {"1 worker"}
    on = [(str(t.title), t.on) for t in zhou.get(f"/desk/{no}/?show=steps,looks").context["toggles"]]
    assert on == [
        ("Steps", True), ("Notes", False), ("Messages to the workers", False), ("Letters", False), ("Looks", True),
    ]  # fmt: skip


def test_filters_cost_one_query_each(enter: Enter, with_unit: File) -> None:
    no, zhou = with_unit(), enter("zhou")
    usual = spent(zhou, f"/desk/{no}/")
    assert [spent(zhou, f"/desk/{no}/?show={kind}") - usual for kind in ("steps", "messages", "letters", "looks")] == [
        0, 1, 1, 1,
    ]  # fmt: skip


def test_same_kind_of_matter_nearby_is_shown_as_far_as_it_may_be_seen(
    enter: Enter, with_unit: File, file: File
) -> None:
    first, second, centre = with_unit("一"), with_unit("二"), file("三")
    page = enter("zhou").get(f"/desk/{first}/")
    assert [other["no"] for other in page.context["found"].nearby] == [second]
    assert {o["no"] for o in enter("dispatcher").get(f"/desk/{centre}/").context["found"].nearby} == {first, second}
    Case.objects.filter(no=second).update(created_at=NOW - timedelta(days=91))
    assert enter("zhou").get(f"/desk/{first}/").context["found"].nearby == []


def test_what_happened_filters_the_inbox(enter: Enter, with_unit: File, solved: File, do: Do) -> None:
    returned, yes, not_yet = with_unit(), solved("乙"), solved("丙")
    do("zhou", returned, "return", ground="not_ours", article="第二条", reason="不归我们")
    do("caller", yes, "confirm_solved", now=NOW + timedelta(hours=1), satisfaction="satisfied")
    do("caller", not_yet, "report_unsolved", now=NOW + timedelta(hours=1), remark="没有")
    leader, found = enter("leader"), {}
    with clock.at(NOW + timedelta(hours=2)):
        for mark in ("solved", "unsolved", "reopened", "returned", "urged", "mentioned", "nonsense"):
            page = leader.get(f"/desk/?view=all&state=any&mark={mark}")
            found[mark] = {row.case.no for group in page.context["groups"] for row in group.rows}
    assert found == {
        "solved": {yes}, "unsolved": {not_yet}, "reopened": {not_yet}, "returned": {returned}, "urged": set(),
        "mentioned": set(), "nonsense": {returned, yes, not_yet},
    }  # fmt: skip


def test_board_leads_to_filters_that_there_are() -> None:
    assert set(MARKED.values()) - MARKS.keys() == set()


def test_recent_cases_stand_on_a_page_of_their_own(enter: Enter, with_unit: File) -> None:
    first, second, zhou = with_unit(), with_unit(), enter("zhou")
    for minutes, no in enumerate((first, second)):
        with clock.at(NOW + timedelta(minutes=minutes)):
            zhou.post(f"/desk/{no}/here/")
    page = zhou.get("/desk/recent/")
    assert [row.case.no for row in page.context["rows"]] == [second, first]
    assert enter("lin").get("/desk/recent/").context["rows"] == []
