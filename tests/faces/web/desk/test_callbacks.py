"""The call-back desk and the quality check: independent, in the worker's hours, three questions, one form."""

from datetime import datetime, time

import pytest

from tests.cast import NOW, PLATFORM, Cast
from tests.faces.web.desk.kit import Enter, File, state_of
from zhijia.kernel.cases.models import Case, Note
from zhijia.kernel.people.actors import Role
from zhijia.kernel.people.contact import set_safe_contact
from zhijia.kernel.people.models import Person
from zhijia.kernel.people.posts import appoint
from zhijia.kernel.service.callback import next_part

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/callbacks/"


def asked(page: object, **said: str) -> dict[str, str]:
    context = page.context  # type: ignore[attr-defined]
    return {"no": context["current_no"], "seq": str(context["case"].seq), "key": context["key"], **said}


def queue(page: object) -> list[str]:
    return [w.row.case.no for w in page.context["queue"]]  # type: ignore[attr-defined]


def test_who_may_be_called_now_comes_first(enter: Enter, solved: File) -> None:
    later, now = solved(), solved()
    person = Person.objects.get(pk=Case.objects.get(no=later).applicant_id)
    set_safe_contact(person=person, actor=PLATFORM, now=NOW, hours_from=time(18, 30), hours_to=time(21))
    page = enter("caller").get(ADDRESS)
    assert (queue(page), page.context["current_no"]) == ([now, later], now)


def test_handler_never_calls_back(enter: Enter, solved: File, cast: Cast) -> None:
    no = solved()
    for unit in ("qinghe", "callback"):  # of the same unit; and elsewhere, but with a hand in the case
        appoint(
            account=cast.accounts["zhou" if unit == "callback" else "city"], role=Role.CALLBACK_AGENT,
            org_id=cast.orgs[unit].pk, reach_id=cast.orgs["province"].pk, actor=PLATFORM, now=NOW, from_day=NOW.date(),
        )  # fmt: skip
    assert queue(enter("city").get(ADDRESS)) == []
    assert queue(enter("zhou").get(ADDRESS)) == []
    assert queue(enter("caller").get(ADDRESS)) == [no]


def test_officer_has_no_call_back_desk(enter: Enter) -> None:
    assert enter("zhou").get(ADDRESS).status_code == 403
    assert enter("zhou").get("/desk/checks/").status_code == 403


def test_solved_goes_to_the_check_with_the_workers_words(enter: Enter, solved: File) -> None:
    no, caller = solved(), enter("caller")
    said = asked(caller.get(ADDRESS), outcome="solved", contacted="yes", satisfaction="satisfied", remark="钱到了")
    assert caller.post(ADDRESS, said).headers["Location"] == ADDRESS
    assert state_of(no) == "check"
    assert Note.objects.get(case__no=no, field="remark").text == "The officer contacted me.\n钱到了"


def test_not_solved_needs_words_and_re_opens_one_level_up(enter: Enter, solved: File) -> None:
    no, caller = solved(), enter("caller")
    said = asked(caller.get(ADDRESS), outcome="unsolved", contacted="no")
    page = caller.post(ADDRESS, said)
    assert (page.status_code, dict(page.context["problems"])) == (422, {"remark": "Please fill this in."})
    assert caller.post(ADDRESS, said | {"remark": "十月的还没给"}).status_code == 302
    case = Case.objects.get(no=no)
    assert (case.state, case.unit.name) == ("reopened", "澜江市总工会")


def test_nothing_chosen_is_said(enter: Enter, solved: File) -> None:
    solved()
    caller = enter("caller")
    assert caller.post(ADDRESS, asked(caller.get(ADDRESS), remark="还在说")).status_code == 422


def test_missed_call_is_counted_and_the_next_one_offered(enter: Enter, solved: File) -> None:
    first, second = solved(), solved()
    caller = enter("caller")
    answer = caller.post(ADDRESS, asked(caller.get(ADDRESS), outcome="missed"))
    page = caller.get(answer.headers["Location"])
    assert (page.context["current_no"], [w.tries for w in page.context["queue"]]) == (second, [0, 1])
    assert [f"{w.rests_until:%m-%d %H:%M}" if w.rests_until else "" for w in page.context["queue"]] == [
        "",
        "11-16 18:30",
    ]
    assert "Try another part of the day: from" in caller.get(f"{ADDRESS}?no={first}").content.decode()
    assert state_of(first) == "result"


@pytest.mark.parametrize(
    ("missed", "again"),
    [("08:29", "16 08:30"), ("08:30", "16 14:00"), ("13:59", "16 14:00"), ("18:00", "16 18:30"), ("19:00", "17 08:30")],
)
def test_who_did_not_answer_is_called_in_another_part_of_the_day(missed: str, again: str) -> None:
    at = datetime.fromisoformat(f"2026-11-16T{missed}+08:00")
    assert f"{next_part(at):%d %H:%M}" == again


def test_giving_up_waits_for_three_tries(enter: Enter, solved: File) -> None:
    no, caller = solved(), enter("caller")
    for _time in range(3):
        assert caller.post(ADDRESS, asked(caller.get(ADDRESS), outcome="give_up")).status_code == 409
        caller.post(ADDRESS, asked(caller.get(ADDRESS), outcome="missed"))
    assert caller.post(ADDRESS, asked(caller.get(ADDRESS), outcome="give_up")).status_code == 302
    assert state_of(no) == "check"


def test_check_closes_with_a_code_that_fits(enter: Enter, solved: File) -> None:
    no, caller, checker = solved(), enter("caller"), enter("checker")
    caller.post(ADDRESS, asked(caller.get(ADDRESS), outcome="solved", satisfaction="satisfied"))
    page = checker.get("/desk/checks/")
    assert ([r.case.no for r in page.context["queue"]], [a.key for a in page.context["allowed"]]) == (
        [no],
        ["close", "send_back"],
    )
    form = {"seq": page.context["case"].seq, "key": page.context["key"], "next": "/desk/checks/"}
    assert checker.post(f"/desk/{no}/do/close/", form | {"closing_code": "unreached"}).status_code == 422
    assert (
        checker.post(f"/desk/{no}/do/close/", form | {"closing_code": "solved"}).headers["Location"] == "/desk/checks/"
    )
    assert state_of(no) == "closed"


def test_empty_queues_say_so(enter: Enter) -> None:
    assert enter("caller").get(ADDRESS).context["chosen"] is None
    assert enter("checker").get("/desk/checks/").context["chosen"] is None
