"""The stories of the trade: how a worker's problem travels through the hotline, and what nobody may do to it."""

from datetime import date, datetime, time, timedelta

import pytest

from tests.cast import NOW, PLATFORM, Cast
from tests.scenarios.story import Story, counters, refused
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, Forbidden, Invalid, NotFound
from zhijia.kernel.cases.models import Case, Event, Party, Task
from zhijia.kernel.deadlines.models import Deadline
from zhijia.kernel.notify.models import Message
from zhijia.kernel.people.contact import set_safe_contact
from zhijia.kernel.people.models import Person, Post
from zhijia.kernel.people.posts import substitute
from zhijia.kernel.service import sweep


def test_normal_path_to_closed(story: Story) -> None:
    story.tell().dispatch(tier="difficult")
    assert (story.case.unit.name, story.case.due_key) == ("青禾区总工会", "contact")
    story.handle()
    assert story.case.due_key == "callback"
    story.do("caller", "confirm_solved", satisfaction="satisfied")
    story.do("checker", "close", closing_code="solved")
    case = story.case
    assert (case.state, case.closed_at, case.due_at, case.late) == ("closed", story.now, None, 0)
    assert story.steps() == ["file", "dispatch", "sign", "contact", "submit", "confirm_solved", "close"]
    assert Party.objects.get(case=case).status == "solved"
    assert counters() == {
        "filed": 1, "dispatched": 1, "contacted": 1, "due_back": 1, "called_back": 1, "solved": 1, "satisfied": 1,
        "closed": 1, "hours_to_close": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("told", "copies"), [({"category": "injury"}, 1), ({"people": 12}, 1), ({"category": "leave"}, 0)]
)
def test_dispatch_of_a_serious_case_is_copied_to_the_level_above(
    story: Story, told: dict[str, object], copies: int
) -> None:
    story.tell(**told).dispatch()
    sent = Message.objects.filter(template="hotline.copy_up", account=story.cast.accounts["supervisor"])
    assert sent.count() == copies


def test_answered_at_once_is_still_called_back(story: Story) -> None:
    story.tell()
    story.do("agent", "answer", answer="最低工资标准在这里", law="劳动法第四十八条")
    assert (story.case.state, story.case.due_key) == ("answered", "callback")
    story.do("caller", "confirm_solved", satisfaction="passable")
    story.do("checker", "close", closing_code="explained")
    assert story.facts.closing_code == "explained"


def test_referred_to_another_body_is_called_back(story: Story) -> None:
    story.tell()
    story.do("dispatcher", "refer", body="住房公积金中心", way="人民路 1 号")
    story.do("caller", "confirm_solved", satisfaction="satisfied")
    story.do("checker", "close", closing_code="referred")
    assert story.case.state == "closed"


def test_return_accepted_once_and_counted(story: Story) -> None:
    story.tell().dispatch()
    first = story.clock("result")
    story.do("zhou", "return", ground="other_place", article="办法第三条", reason="单位在北岭县")
    assert (story.case.state, story.case.due_key, story.case.marks) == ("returned", "contact", {"bounced": 1})
    assert story.clock("return_decision").state == "running"
    with pytest.raises(Invalid) as caught:
        story.do("dispatcher", "accept_return", unit=story.cast.orgs["qinghe"].pk)
    assert [p.field for p in caught.value.problems] == ["unit"]
    story.do("dispatcher", "accept_return", unit=story.cast.orgs["beiling"].pk)
    assert story.case.unit.name == "北岭县总工会"
    assert story.clock("result") == first  # the clock runs from the first dispatch
    assert story.clock("sign").round == 2
    refused("returned_before", Conflict, story, "lin", "return")
    with pytest.raises(NotFound):  # the unit that returned it may not see it any more
        story.do("zhou", "sign")
    assert (story.facts.bounces, counters()["bounced"]) == (1, 1)


def test_return_refused_the_first_receiver_leads(story: Story) -> None:
    story.tell().dispatch()
    story.do("zhou", "return", ground="not_ours", article="办法第三条", reason="不归我们")
    story.do("dispatcher", "refuse_return", reason="首接负责")
    assert (story.case.state, story.case.unit.name) == ("dispatched", "青禾区总工会")
    refused("return_refused", Conflict, story, "zhou", "return")
    story.handle()
    assert story.case.state == "result"


def test_extension_once_and_only_before_the_date(story: Story) -> None:
    story.tell().dispatch()
    story.do("zhou", "sign")
    story.do("zhou", "contact", note="已联系")
    before = story.clock("result").due_at
    refused("nothing_open", Conflict, story, "dispatcher", "grant_extension", reason="可以")
    story.do("zhou", "ask_extension", reason="等账本")
    refused("asked_already", Conflict, story, "zhou", "ask_extension", reason="等账本")
    story.do("dispatcher", "grant_extension", reason="同意")
    clock = story.clock("result")
    assert (before.date(), clock.due_at.date()) == (date(2026, 11, 23), date(2026, 11, 30))
    assert clock.latest_at == clock.due_at
    assert Task.objects.get(kind="extension").state == "done"
    refused("no_extension_left", Conflict, story, "zhou", "ask_extension", reason="再等")


def test_extension_refused_after_the_date(story: Story) -> None:
    story.tell().dispatch()
    story.do("zhou", "sign")
    story.do("zhou", "ask_extension", reason="等账本")
    story.hours = 24 * 30
    refused("expired", Conflict, story, "dispatcher", "grant_extension", reason="可以")
    story.do("dispatcher", "refuse_extension", reason="已过期")
    refused("expired", Conflict, story, "zhou", "ask_extension", reason="等账本")


def test_suspend_and_resume_move_the_date(story: Story) -> None:
    story.tell().dispatch()
    story.do("zhou", "sign")
    story.do("zhou", "contact", note="已联系")
    before = story.clock("result").due_at
    story.do("head", "suspend", reason="等鉴定结论")
    case = story.case
    assert (case.paused, case.due_at, story.clock("result").state) == (True, None, "suspended")
    refused("clock_state", Conflict, story, "head", "suspend", reason="又等")
    story.do("zhou", "resume", after=72)
    clock = story.clock("result")
    assert (clock.state, clock.due_at > before, story.case.due_at) == ("running", True, clock.due_at)


def test_undoing_an_extension_puts_the_date_back_and_frees_it_again(story: Story) -> None:
    story.tell().dispatch()
    story.do("zhou", "sign")
    story.do("zhou", "contact", note="已联系")
    before = story.clock("result").due_at
    refused("nothing_to_undo", Conflict, story, "dispatcher", "undo_clock", reason="没有动过")
    story.do("zhou", "ask_extension", reason="核对台账")
    story.do("dispatcher", "grant_extension", reason="同意")
    assert story.clock("result").due_at > before
    story.do("dispatcher", "undo_clock", reason="批错了件")
    clock = story.clock("result")
    assert (clock.due_at, story.case.due_at, clock.moves[0]["undone"] is not None) == (before, before, True)
    story.do("zhou", "ask_extension", reason="再核对")
    story.do("dispatcher", "grant_extension", reason="同意")
    assert story.clock("result").due_at > before


def test_urge_once_a_day_and_answered(story: Story) -> None:
    story.tell().dispatch()
    story.do("zhou", "sign")
    refused("nothing_open", Conflict, story, "zhou", "reply_urge", reply="在办")
    story.do("alice", "urge")
    refused("urged_lately", Conflict, story, "alice", "urge")
    assert (story.case.marks, story.clock("urge_reply").state) == ({"urged": 1}, "running")
    story.do("zhou", "reply_urge", reply="在办")
    assert (story.clock("urge_reply").state, Task.objects.get(kind="urge").state) == ("met", "done")
    story.do("alice", "urge", after=24)
    assert story.case.marks == {"urged": 2}


def test_supervised_from_above_and_answered(story: Story) -> None:
    story.tell().dispatch()
    refused("wrong_role", Forbidden, story, "zhou", "supervise", order="快")
    story.do("supervisor", "supervise", order="三天内办结")
    assert (story.case.marks, story.clock("supervise_reply").state) == ({"supervised": 1}, "running")
    story.do("head", "reply_supervision", reply="遵办")
    assert (story.clock("supervise_reply").state, Task.objects.get(kind="supervise").state) == ("met", "done")


def test_result_needs_a_contact(story: Story) -> None:
    story.tell().dispatch()
    story.do("zhou", "sign")
    assert story.offered("zhou")["submit"] == "wrong_state"
    story.do("zhou", "attempt", note="没人接")
    assert story.case.state == "signed"


def test_call_back_is_independent_of_unit_and_person(story: Story) -> None:
    cast = story.cast
    both = cast.accounts["zhou"]
    Post.objects.create(
        account=both,
        role="callback_agent",
        org=cast.orgs["callback"],
        reach=cast.orgs["province"],
        from_day=date(2020, 1, 1),
    )
    inside = cast.accounts["head"]
    Post.objects.create(account=inside, role="callback_agent", org=cast.orgs["qinghe"], from_day=date(2020, 1, 1))
    story.tell().dispatch().handle()
    refused("not_independent", Conflict, story, "zhou", "confirm_solved", satisfaction="satisfied")
    refused("not_independent", Conflict, story, "head", "confirm_solved", satisfaction="satisfied")
    story.do("caller", "report_unsolved", remark="没给")
    story.do("city", "sign")
    story.do("city", "contact", note="已联系")
    story.do("city", "submit", result="已付")
    refused("not_independent", Conflict, story, "zhou", "confirm_solved", satisfaction="satisfied")


def test_dispatch_to_the_call_back_centre_refused(story: Story) -> None:
    story.tell()
    with pytest.raises(Invalid) as caught:
        story.dispatch(to="callback")
    assert [p.field for p in caught.value.problems] == ["unit"]


def test_unreached_closes_only_after_three_tries_and_as_exactly_that(story: Story) -> None:
    story.tell().dispatch().handle()
    for tries in range(3):
        refused("too_few_tries", Conflict, story, "caller", "give_up")
        story.do("caller", "call_missed", after=20, note=f"第 {tries + 1} 次")
    story.do("caller", "give_up")
    for code in ("solved", "explained", "referred"):
        with pytest.raises(Invalid) as caught:
            story.do("checker", "close", closing_code=code)
        assert [p.field for p in caught.value.problems] == ["closing_code"]
    story.do("checker", "close", closing_code="unreached")
    assert (story.facts.closing_code, "called_back" in counters(), counters()["unreached"]) == ("unreached", False, 1)


def test_unsolved_reopens_one_level_up_with_new_clocks(story: Story) -> None:
    story.tell().dispatch().handle()
    story.do("caller", "report_unsolved", remark="还差一半")
    assert (story.case.state, story.case.unit.name, story.case.assignee_id) == ("reopened", "澜江市总工会", None)
    for key in ("sign", "contact", "result"):
        clock = story.clock(key)
        assert (key, clock.round, clock.state, clock.started_at) == (key, 2, "running", story.now)
    story.handle("city")
    story.do("alice", "report_unsolved", remark="还是没给")
    assert (story.case.unit.name, story.facts.reopened, story.case.marks) == ("江澜省总工会", 2, {"reopened": 2})
    assert counters()["reopened"] == 2
    assert counters()["due_back"] == counters()["called_back"] == 2


def test_worker_may_report_unsolved_during_the_quality_check(story: Story) -> None:
    story.tell().dispatch().handle()
    story.do("caller", "confirm_solved", satisfaction="satisfied")
    story.do("alice", "report_unsolved", remark="又不给了")
    assert story.case.state == "reopened"
    assert counters()["called_back"] == counters()["due_back"] == 2


def test_reopened_within_thirty_days_and_not_after(story: Story) -> None:
    story.tell().dispatch().handle()
    story.do("caller", "confirm_solved", satisfaction="satisfied")
    story.do("checker", "close", closing_code="solved")
    closed = story.hours
    story.hours = closed + 24 * 30 + 1
    refused("too_late", Conflict, story, "alice", "report_unsolved", remark="还差一半")
    story.hours = closed + 24 * 30 - 1
    story.do("alice", "report_unsolved", remark="还差一半", after=0)
    assert (story.case.state, story.case.closed_at, story.case.unit.name) == ("reopened", None, "澜江市总工会")


def test_note_on_a_closed_case_does_not_close_it_anew(story: Story) -> None:
    story.tell()
    story.do("alice", "withdraw")
    closed = story.case.closed_at
    story.do("agent", "note", note="来电说明")
    assert story.case.closed_at == closed


def test_quality_check_refuses_what_the_worker_did_not_say(story: Story) -> None:
    story.tell().dispatch().handle()
    story.do("caller", "confirm_solved", satisfaction="satisfied")
    with pytest.raises(Invalid) as caught:
        story.do("checker", "close", closing_code="unreached")
    assert [p.field for p in caught.value.problems] == ["closing_code"]
    story.do("checker", "send_back", reason="没有凭证")
    assert (story.case.state, story.case.unit.name) == ("reopened", "澜江市总工会")


def test_withdrawn_by_the_worker_ends_everything(story: Story) -> None:
    story.tell().dispatch()
    story.do("alice", "urge")
    refused("wrong_role", Forbidden, story, "zhou", "withdraw")
    story.do("alice", "withdraw")
    assert (story.case.state, story.facts.closing_code) == ("closed", "withdrawn")
    assert not Deadline.objects.filter(case=story.case, state__in=["running", "suspended"]).exists()
    assert Task.objects.get(case=story.case).state == "dropped"
    refused("withdrawn", Conflict, story, "alice", "report_unsolved", remark="反悔")


def test_safe_contact_is_obeyed_by_every_message(story: Story) -> None:
    alice = Person.objects.get(pk=story.cast.person_id("alice"))
    set_safe_contact(person=alice, actor=PLATFORM, now=NOW, may_sms=False)
    story.tell().dispatch()
    texts = Message.objects.filter(channel="sms").values_list("state", "reason")
    assert set(texts) == {("held", "not_wanted")}
    set_safe_contact(person=alice, actor=PLATFORM, now=NOW, hours_from=time(20), hours_to=time(21))
    story.handle()
    waits = Message.objects.get(channel="sms", template="hotline.result")
    assert (waits.state, waits.not_before) == ("waiting", datetime(2026, 11, 16, 20, tzinfo=CHINA))


def test_substitute_is_marked_on_the_record(story: Story) -> None:
    post = Post.objects.get(account=story.cast.accounts["zhou"])
    stand_in = story.cast.accounts["lin"]
    substitute(
        post=post,
        account=stand_in,
        from_day=date(2026, 11, 1),
        to_day=date(2026, 11, 30),
        reason="休假",
        actor=PLATFORM,
        now=NOW,
    )
    story.tell().dispatch()
    story.do("lin", "sign")
    event = Event.objects.get(case=story.case, transition="sign")
    assert (event.stands_for, event.actor_role, event.actor_org_id) == ("Zhou", "officer", story.cast.orgs["qinghe"].pk)


def test_officer_cannot_handle_their_own_matter(story: Story) -> None:
    zhou = story.cast.accounts["zhou"]
    zhou.person_id = story.cast.person_id("alice")
    zhou.save(update_fields=["person_id"])
    story.tell().dispatch()
    refused("own_case", Forbidden, story, "zhou", "sign")


def test_late_clock_is_reported_one_level_up_and_further_after_each_period(story: Story) -> None:
    story.tell().dispatch()
    assert sweep.report_late(now=story.clock("contact").due_at) == 0
    late = story.clock("sign").due_at + timedelta(minutes=1)
    assert sweep.report_late(now=late) == 2  # sign and first contact
    assert sweep.report_late(now=late) == 0
    events = Event.objects.filter(case=story.case, transition="late", data__clock="sign")
    assert [(e.data["level"], e.data["told_name"]) for e in events] == [
        (1, "江澜省总工会")
    ]  # nobody holds the post in the city
    assert Message.objects.filter(template="clock.late_worker", person_id=story.cast.person_id("alice")).count() == 2
    assert story.case.late == 1
    again = late + timedelta(days=3)
    sweep.report_late(now=again)
    assert [e.data["level"] for e in events.order_by("seq")] == [1, 2]
    assert (story.clock("sign").level, story.case.late) == (2, 2)


def test_reminder_goes_out_once_and_only_for_the_units_own_clocks(story: Story) -> None:
    story.tell().dispatch()
    story.do("zhou", "sign")
    soon = story.clock("contact").due_at - timedelta(hours=2)
    assert sweep.remind(now=soon) == 1
    assert sweep.remind(now=soon) == 0
    assert [m.account_id for m in Message.objects.filter(template="clock.soon")] == [story.cast.accounts["zhou"].pk]
    story.do("zhou", "contact", note="已联系")
    story.do("zhou", "submit", result="已付")
    callback = story.clock("callback").due_at - timedelta(hours=2)
    assert sweep.remind(now=callback) == 1
    assert Message.objects.filter(template="clock.soon").count() == 1


def test_number_of_workers_told_at_intake_stays_a_number(story: Story) -> None:
    story.tell(people="8").dispatch()
    assert (story.case.marks, story.facts.people) == ({"people": 8}, 8)
    for people in ("2.5", "0", "-3", "1000000", "很多", "9" * 5000):
        with pytest.raises(Invalid) as caught:
            Story(story.cast).tell("bob", people=people)
        assert [p.field for p in caught.value.problems] == ["people"]


def test_nobody_files_for_another_worker(story: Story) -> None:
    from zhijia.kernel.service.engine import open_case

    with pytest.raises(Forbidden) as caught:
        open_case(
            service="hotline", actor=story.cast.actor("mallory"), now=NOW, data={"story": "x", "category": "wages"},
            region="980102", applicant_id=story.cast.person_id("alice"),
        )  # fmt: skip
    assert caught.value.code == "not_yours"
    assert not Case.objects.exists()


def test_agent_files_for_a_worker_within_reach_only(cast: Cast) -> None:
    story = Story(cast).tell("agent")
    assert story.case.applicant_id == cast.person_id("alice")
    Post.objects.filter(account=cast.accounts["agent"]).update(reach=cast.orgs["beiling"])
    with pytest.raises(Forbidden) as caught:
        Story(cast).tell("agent")
    assert caught.value.code == "out_of_reach"
