"""The time limit of LDMAL 27: from the day it was known, for wages from the end of the employment, and anew."""

from datetime import date

import pytest

from tests.modules.disputes.kit import Mediation, of
from zhijia.kernel.base.errors import Invalid
from zhijia.modules.disputes.rules import LIMIT


@pytest.mark.parametrize(
    ("told", "end"),
    [
        ({"category": "dismissal", "hurt_on": "2026-03-10"}, date(2027, 3, 10)),
        ({"category": "wages", "ended": "2026-06-30", "hurt_on": "2026-03-10"}, date(2027, 6, 30)),
        ({"category": "wages", "employed": True, "hurt_on": "2026-03-10"}, None),
        ({"category": "leave", "employed": True, "hurt_on": "2026-03-10"}, date(2027, 3, 10)),
        ({"category": "leave"}, None),
    ],
)
def test_from_which_day_it_counts(mediation: Mediation, told: dict[str, object], end: date | None) -> None:
    mediation.tell(**told)
    found = mediation.case.deadlines.filter(key="limitation").first()
    assert (found.due_at.date() if found else None) == end


def test_the_day_may_be_recorded_later_and_the_safe_count_takes_only_proved_acts(mediation: Mediation) -> None:
    mediation.tell(category="dismissal")
    mediation.do("alice", "set_start", hurt_on="2026-03-10")
    mediation.do("alice", "record_act", kind="demand", day="2026-09-01", proved=False)
    found = LIMIT.of(of(mediation, "alice"))
    assert found is not None
    assert (found.safe.end, found.wide.end, found.differs) == (date(2027, 3, 10), date(2027, 9, 1), True)
    mediation.do("zhou", "record_act", kind="complaint", day="2026-10-09", proved=True, proof="受理回执")
    assert mediation.clock("limitation").due_at.date() == date(2027, 10, 11)  # 9 October 2027 is a Saturday
    mediation.do("zhou", "accept", willing=True)
    assert mediation.clock("limitation").due_at.date() == date(2027, 11, 16)


def test_a_day_to_come_and_an_act_without_its_proof_are_refused(mediation: Mediation) -> None:
    mediation.tell(category="dismissal")
    for step, data, field in (
        ("set_start", {"hurt_on": "2026-12-01"}, "hurt_on"),
        ("set_start", {}, "hurt_on"),
        ("record_act", {"kind": "demand", "day": "2026-11-17"}, "day"),
        ("record_act", {"kind": "demand", "day": "2026-11-01", "proved": True}, "proof"),
    ):
        with pytest.raises(Invalid) as caught:
            mediation.do("zhou", step, **data)
        assert [p.field for p in caught.value.problems] == [field]
