"""Reading a case leaves one entry for each worker and officer in an hour."""

from datetime import timedelta

import pytest

from tests import cast as people
from tests.cast import NOW, Cast
from zhijia.faces.access import seen_by
from zhijia.kernel.cases.access import record_view, seen_lately
from zhijia.kernel.cases.models import Case
from zhijia.kernel.cases.watching import unwatch, watch
from zhijia.kernel.people.persons import accesses_to
from zhijia.kernel.service.engine import open_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Case:
    with seen_by(cast.actor("alice")) as alice:
        filed = open_case(
            service="hotline", actor=alice, now=NOW, data={"story": "工资没有发。", "category": "wages"},
            region=people.QINGHE, applicant_id=alice.person_id,
        )  # fmt: skip
    return Case.objects.get(no=filed.no)


def test_second_look_within_the_hour_is_the_same_access(cast: Cast, case: Case) -> None:
    who = [cast.person_id("alice")]
    with seen_by(cast.actor("agent")) as agent:
        assert record_view(case, who, actor=agent, now=NOW) == 1
        assert record_view(case, who, actor=agent, now=NOW + timedelta(minutes=59)) == 0
        assert record_view(case, who, actor=agent, now=NOW + timedelta(minutes=61)) == 1
    with seen_by(cast.actor("dispatcher")) as dispatcher:
        assert seen_lately(case, who, actor=dispatcher, now=NOW) == set()
        assert record_view(case, who, actor=dispatcher, now=NOW) == 1
    assert [(e.act, e.purpose) for e in accesses_to(who[0])] == [("case.viewed", f"办理 {case.no}")] * 3


def test_worker_reads_who_looked(cast: Cast, case: Case) -> None:
    with seen_by(cast.actor("agent")) as agent:
        record_view(case, [cast.person_id("alice")], actor=agent, now=NOW)
    with seen_by(cast.actor("alice")):
        assert [e.actor_id for e in accesses_to(cast.person_id("alice"))] == [cast.accounts["agent"].pk]
    with seen_by(cast.actor("bob")):
        assert accesses_to(cast.person_id("alice")) == []


def test_watching_twice_is_watching_once(cast: Cast, case: Case) -> None:
    with seen_by(cast.actor("agent")) as agent:
        watch(case=case, actor=agent)
        watch(case=case, actor=agent)
        assert case.watches.count() == 1
        unwatch(case=case, actor=agent)
        unwatch(case=case, actor=agent)
        assert case.watches.count() == 0
