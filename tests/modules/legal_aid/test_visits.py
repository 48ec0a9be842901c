"""Booking a lawyer: free hours, no hour given twice, notice, advice, and legal aid that begins out of it."""

from datetime import date

import pytest
from django.db import IntegrityError

from tests.modules.legal_aid.kit import tie
from tests.modules.legal_aid.visits import Visit, weekly
from tests.scenarios.story import refused
from zhijia.kernel.base.errors import Conflict, Invalid
from zhijia.kernel.cases.models import Case, Link, Sitting
from zhijia.modules.legal_aid import slots
from zhijia.modules.legal_aid.models import LawyerHours, LegalAid

TUESDAY = ["11-17 10:00", "11-17 10:30", "11-18 10:00", "11-18 10:30", "11-24 10:00", "11-24 10:30", "11-25 10:00"]


def test_free_hours_are_cut_from_weekly_hours_for_three_weeks(visit: Visit) -> None:
    visit.tell()
    assert (visit.free()[:7], len(visit.free()), visit.case.due_at.date()) == (TUESDAY, 12, date(2026, 11, 18))
    LawyerHours.objects.update(until=date(2026, 11, 18))
    assert visit.free() == TUESDAY[:4]
    LawyerHours.objects.all().delete()
    refused("no_hours", Conflict, visit, "alice", "choose_slot", slot=1)


def test_weekly_hours_rest_on_public_holidays(visit: Visit) -> None:
    weekly(visit.cast, "xu", 5)
    visit.hours = 24 * 42  # 28 December; New Year is a Friday
    visit.tell()
    fridays = [at for at in visit.free() if at[:5] in ("01-01", "01-08")]
    assert fridays == ["01-08 10:00", "01-08 10:30"]


def test_a_booked_hour_is_not_offered_and_not_given_twice(visit: Visit) -> None:
    visit.tell().book("11-17 10:00")
    assert (visit.case.state, visit.case.assignee_id) == ("booked", visit.cast.accounts["wei"].pk)
    other = Visit(visit.cast).tell("bob")
    assert other.free()[0] == "11-17 10:30"
    with pytest.raises(Invalid) as caught:
        other.do("bob", "choose_slot", slot=visit.slots["11-17 10:00"])
    assert [p.field for p in caught.value.problems] == ["slot"]


def test_two_who_take_the_same_hour_at_once_are_told_apart_by_the_database(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit.tell().book("11-17 10:00")
    taken = visit.slots["11-17 10:00"]
    other = Visit(visit.cast).tell("bob")
    blind, real = slots.Sitting.objects.none(), slots.Sitting.objects.filter
    with monkeypatch.context() as patch:  # as bob's request saw it before alice's was stored
        patch.setattr(slots.Sitting.objects, "filter", lambda **kw: blind if "leader_id__in" in kw else real(**kw))
        with pytest.raises(Conflict) as caught:
            other.do("bob", "choose_slot", slot=taken)
    assert (caught.value.code, other.case.state) == ("slot_taken", "asked")
    with pytest.raises(IntegrityError):
        Sitting.objects.create(
            case=other.case, kind="x", starts_at=visit.facts.starts_at, ends_at=visit.facts.ends_at, event_seq=1,
            leader=visit.cast.accounts["wei"],
        )  # fmt: skip


def test_another_hour_frees_the_first_and_notice_is_needed(visit: Visit) -> None:
    visit.tell().book("11-17 10:00").book("11-18 10:30")
    assert list(Sitting.objects.order_by("id").values_list("state", flat=True)) == ["off", "planned"]
    assert Visit(visit.cast).tell("bob").free()[0] == "11-17 10:00"
    visit.do("wei", "confirm", note="203 室，带劳动合同")
    assert visit.clock("advise").due_at.date() == date(2026, 11, 19)
    visit.hours = 24 + 24 + 17.5 - 24 + 0.5  # 18 November, 9:10
    refused("too_late", Conflict, visit, "alice", "cancel")
    refused("not_yet", Conflict, visit, "wei", "not_come")


def test_the_unit_calls_off_and_the_worker_cancels(visit: Visit) -> None:
    visit.tell().book("11-18 10:00").do("wei", "confirm", note="203 室")
    visit.do("wei", "call_off", reason="律师临时开庭")
    assert (visit.case.state, visit.case.assignee_id, visit.facts.starts_at) == ("asked", None, None)
    visit.book("11-24 10:00").do("alice", "cancel")
    assert (visit.case.state, visit.facts.closing_code) == ("closed", "cancelled")
    assert set(Sitting.objects.values_list("state", flat=True)) == {"off"}


def test_an_hour_that_nobody_confirmed_binds_nobody(visit: Visit) -> None:
    visit.tell().book("11-17 10:00")
    visit.hours = 18  # an hour before
    refused("too_late", Conflict, visit, "alice", "choose_slot", slot=1)
    visit.hours = 20
    visit.book("11-18 10:00")
    assert visit.case.state == "booked"


def test_who_does_not_come_may_choose_again(visit: Visit) -> None:
    visit.tell().book("11-17 10:00").do("wei", "confirm", note="203 室")
    visit.hours = 24
    visit.do("wei", "not_come")
    assert (visit.case.state, visit.facts.missed, visit.clock("again").due_at.date()) == (
        "missed",
        1,
        date(2026, 11, 24),
    )
    visit.book("11-18 10:00")
    assert (visit.case.state, visit.clock("again").state) == ("booked", "met")


def test_a_lawyer_with_a_tie_is_not_offered_against_that_employer(visit: Visit) -> None:
    tie(visit.cast, "wei")
    weekly(visit.cast, "xu", 5)
    offered = visit.tell(employer_name="江澜劳务有限公司").free()
    assert offered[:3] == ["11-20 10:00", "11-20 10:30", "11-27 10:00"]
    assert Visit(visit.cast).tell(employer_name="青禾小吃店").free()[0] == "11-17 10:00"


def test_hours_are_published_for_who_waits(visit: Visit) -> None:
    LawyerHours.objects.all().delete()
    visit.tell()
    wrong: tuple[tuple[dict[str, object], str], ...] = (
        ({"at": "2026-11-16T09:00"}, "at"), ({"length": 20}, "length"), ({"at": "2026-11-19T23:00"}, "length"),
    )  # fmt: skip
    hours = {"at": "2026-11-19T14:00", "length": 90, "lawyer": visit.cast.accounts["xu"].pk}
    for data, field in wrong:
        with pytest.raises(Invalid) as caught:
            visit.do("head", "publish_hours", after=0, **(hours | data))
        assert [p.field for p in caught.value.problems] == [field]
    visit.do("head", "publish_hours", **hours)
    assert visit.free() == ["11-19 14:00", "11-19 14:30", "11-19 15:00"]


def test_advice_may_become_legal_aid(visit: Visit) -> None:
    visit.tell().book("11-17 10:00").do("wei", "confirm", note="203 室")
    visit.hours = 20
    refused("not_lawyer", Conflict, visit, "head", "advise", advice="不要签")
    visit.do("wei", "advise", advice="承诺放弃加班费无效，不要签。")
    assert (visit.case.state, Sitting.objects.get().state, visit.clock("advise").state) == ("advised", "held", "met")
    with pytest.raises(Invalid) as caught:
        visit.do("wei", "begin_aid")
    assert [p.field for p in caught.value.problems] == ["employer"]
    visit.do("wei", "begin_aid", employer="江澜劳务有限公司", migrant=True)
    aid = LegalAid.objects.select_related("case").get()
    assert (aid.channel, aid.migrant, aid.employer_name, aid.case.confidential) == (
        "case",
        True,
        "江澜劳务有限公司",
        True,
    )
    assert (Link.objects.get().other, aid.case.applicant_id) == (
        Case.objects.get(no=visit.no),
        visit.cast.person_id("alice"),
    )
    assert (visit.case.state, visit.facts.closing_code) == ("closed", "aid")
