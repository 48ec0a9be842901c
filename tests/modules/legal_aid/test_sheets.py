"""The two workbooks of the head of the unit: hours of the lawyers, and whom they are bound to."""

from datetime import date, time

import pytest

from tests.modules.legal_aid.kit import Aid
from zhijia.faces.access import seen_by
from zhijia.kernel.sheets.declare import Context, Row
from zhijia.modules.legal_aid.models import LawyerHours, LawyerTie
from zhijia.modules.legal_aid.sheets import HOURS, TIES, check_hours, check_many, check_tie, clock_time

HOUR = {
    "lawyer": "wei",
    "weekday": "2",
    "begins": "9：30",
    "ends": "11:30",
    "since": date(2026, 11, 1),
    "place": "203 室",
}
TIE = {"lawyer": "wei", "employer": "江澜劳务有限公司", "kind": "counsel", "since": date(2024, 1, 1)}


def about(aid: Aid, who: str = "head") -> Context:
    """A workbook that this person sends."""
    return Context(actor=aid.cast.actor(who, aid.now), now=aid.now, about={}, language="zh-hans", job_id=7)


def test_hours_are_taken_in_corrected_and_taken_back(aid: Aid) -> None:
    context = about(aid)
    with seen_by(context.actor):
        assert HOURS.apply([Row(2, HOUR)], context) == {"kept": 1}
        HOURS.apply([Row(2, HOUR | {"ends": "12:00", "minutes": 60})], context)
    found = LawyerHours.objects.values_list("lawyer__login", "weekday", "begins", "ends", "minutes", "place")
    assert list(found) == [("wei", 2, time(9, 30), time(12), 60, "203 室")]
    with seen_by(context.actor):
        assert HOURS.undo is not None
        assert HOURS.undo(context) == 1


def test_ties_are_taken_in_and_keep_the_case_away(aid: Aid) -> None:
    context = about(aid)
    with seen_by(context.actor):
        TIES.apply([Row(2, TIE), Row(3, TIE | {"kind": "share"})], context)
    assert sorted(LawyerTie.objects.values_list("kind", "key")) == [
        ("counsel", "江澜劳务有限公司"),
        ("share", "江澜劳务有限公司"),
    ]
    assert aid.assigned().lawyer == "xu"


@pytest.mark.parametrize("who", ["zhou", "lin", "caller"])
def test_only_a_head_keeps_them(aid: Aid, who: str) -> None:
    assert (HOURS.may(aid.cast.actor(who)).code, TIES.may(aid.cast.actor("lin_head")).ok) == ("wrong_role", True)


def test_lawyers_of_another_unit_are_not_known(aid: Aid) -> None:
    for who, problems in (("head", []), ("lin_head", [(2, "lawyer")])):
        context = about(aid, who)
        with seen_by(context.actor):
            assert [(no, p.field) for no, p in check_many([Row(2, HOUR)], context)] == problems


@pytest.mark.parametrize(
    ("typed", "field"),
    [({}, []), ({"begins": "25:00"}, ["begins"]), ({"ends": "9:00"}, ["ends"]), ({"ends": "x"}, ["ends"]),
     ({"until": date(2026, 10, 1)}, ["until"])],
)  # fmt: skip
def test_what_is_wrong_with_hours_is_named(aid: Aid, typed: dict[str, object], field: list[str]) -> None:
    assert [p.field for p in check_hours(Row(2, HOUR | typed), about(aid))] == field
    assert [p.field for p in check_tie(Row(2, TIE | {"until": date(2020, 1, 1)}), about(aid))] == ["until"]


@pytest.mark.parametrize(
    ("text", "read"),
    [("9:30", time(9, 30)), ("09：05", time(9, 5)), ("14", time(14)), ("24:00", None), ("", None)],
)
def test_hours_are_read_as_people_write_them(text: str, read: time | None) -> None:
    assert clock_time(text) == read
