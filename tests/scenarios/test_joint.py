"""Collective cases: the workers of one employer in one case, each with a status of their own."""

import pytest

from tests.cast import NOW
from tests.scenarios.story import Story, counters, refused
from zhijia.kernel.base.errors import Conflict, Invalid
from zhijia.kernel.cases.models import Party
from zhijia.kernel.notify.models import Message


def ten(story: Story) -> tuple[Story, list[Story]]:
    """Ten workers of one employer: alice leads, nine others are joined to her case."""
    from zhijia.kernel.people.models import Account
    from zhijia.kernel.people.persons import find_or_add_person

    lead = story.tell()
    others = []
    for n in range(1, 10):
        person = find_or_add_person(name=f"W{n}", phone=f"1390000000{n}", now=NOW)
        story.cast.accounts[f"w{n}"] = Account.objects.create(
            login=f"w-w{n}", name=f"W{n}", person=person, created_at=NOW
        )
        other = Story(story.cast).tell(f"w{n}", story="同一个工地，一样没给")
        other.do("dispatcher", "merge", lead=lead.no, after=0)
        others.append(other)
    return lead, others


def test_ten_workers_are_one_case_with_a_status_each(story: Story) -> None:
    lead, others = ten(story)
    assert (lead.case.marks, lead.facts.people) == ({"people": 10, "mass": 1}, 10)
    assert {other.case.state for other in others} == {"merged"}
    assert Party.objects.filter(case=lead.case, status="waiting").count() == 10
    lead.dispatch().handle()
    told = Message.objects.filter(case=lead.case, template="hotline.result", channel="app")
    assert told.count() == 10
    lead.do("w1", "confirm_solved", satisfaction="satisfied")  # on their own page
    assert (lead.case.state, lead.clock("callback").state, "called_back" in counters()) == ("result", "running", False)
    for n in range(2, 10):
        lead.do("caller", "confirm_solved", satisfaction="satisfied", person=lead.cast.person_id(f"w{n}"))
    assert lead.case.state == "result"
    lead.do("alice", "confirm_solved", satisfaction="dissatisfied")
    assert (lead.case.state, counters()["called_back"], counters()["solved"]) == ("check", 1, 1)
    assert "satisfied" not in counters()
    lead.do("checker", "close", closing_code="solved")
    assert {(o.case.state, o.facts.closing_code) for o in others} == {("closed", "solved")}
    refused("joined", Conflict, others[0], "w1", "report_unsolved", remark="没给")
    lead.do("w1", "report_unsolved", remark="没给")
    assert {o.case.state for o in others} == {"merged"}


def test_one_unsolved_reopens_all(story: Story) -> None:
    lead, _others = ten(story)
    lead.dispatch().handle()
    lead.do("w1", "confirm_solved", satisfaction="satisfied")
    lead.do("w2", "report_unsolved", remark="我的没给")
    assert lead.case.state == "reopened"
    assert set(Party.objects.filter(case=lead.case).values_list("status", flat=True)) == {"waiting"}
    assert Message.objects.filter(case=lead.case, template="hotline.reopened", channel="app").count() == 10


def test_call_back_names_only_a_worker_of_the_case(story: Story) -> None:
    story.tell().dispatch().handle()
    for person in (story.cast.person_id("mallory"), 10**9, "1.5"):
        with pytest.raises(Invalid) as caught:
            story.do("caller", "confirm_solved", satisfaction="satisfied", person=person)
        assert [p.field for p in caught.value.problems] == ["person"]


def test_one_of_several_may_leave_and_the_others_go_on(story: Story) -> None:
    lead, others = ten(story)
    lead.dispatch()
    refused("shared", Conflict, lead, "w1", "withdraw")
    lead.do("w1", "leave")
    assert (lead.case.state, lead.case.marks) == ("dispatched", {"people": 9})
    assert (others[0].case.state, others[0].facts.closing_code) == ("closed", "withdrawn")
    lead.handle()
    assert Message.objects.filter(case=lead.case, template="hotline.result", channel="app").count() == 9


def test_unmerged_case_starts_again_at_the_centre(story: Story) -> None:
    lead, others = ten(story)
    others[0].do("dispatcher", "unmerge")
    assert (others[0].case.state, others[0].case.due_key, others[0].case.lead) == ("received", "dispatch", None)
    assert lead.case.marks == {"people": 9}
    assert not Party.objects.filter(case=lead.case, person_id=story.cast.person_id("w1")).exists()


def test_merging_what_cannot_be_merged_names_the_field(story: Story) -> None:
    lead, others = ten(story)
    fresh = Story(story.cast).tell("mallory")
    for no in (others[0].no, fresh.no, "ZJ0", "' OR 1=1 --"):
        with pytest.raises(Invalid) as caught:
            fresh.do("dispatcher", "merge", lead=no)
        assert [p.field for p in caught.value.problems] == ["lead"]
    with pytest.raises(Invalid):
        lead.do("dispatcher", "merge", lead=fresh.no)
