"""Registering a call: who calls, whether they called before, how to reach them, and filing."""

from datetime import time

import pytest

from tests.cast import QINGHE, Cast
from tests.faces.web.desk.kit import Enter, File
from zhijia.kernel.cases.models import Case
from zhijia.kernel.org.models import Employer
from zhijia.kernel.people.models import Person, SafeContact
from zhijia.kernel.people.persons import accesses_to

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/register/"
CALL = {
    "phone": "138 1111 2222", "name": "吕师傅", "story": "工地三个月没发工资。", "category": "wages", "region": QINGHE,
    "key": "call-1",
}  # fmt: skip


def test_call_is_filed_once_and_goes_on_with_the_answer(enter: Enter) -> None:
    agent = enter("agent")
    for _time in range(2):
        answer = agent.post(ADDRESS, CALL | {"then": "answer"})
    case = Case.objects.get()
    assert answer.headers["Location"] == f"/desk/{case.no}/?open=answer#do-answer"
    assert (case.ticket.channel, case.unit.name, case.applicant.name) == ("phone", "江澜省 12351 热线中心", "吕师傅")


def test_known_number_shows_open_cases_before_filing_and_that_is_on_record(enter: Enter, file: File) -> None:
    no, agent = file(), enter("agent")
    page = agent.post(ADDRESS, {"phone": "13900000000", "find": "1"})
    known = page.context["known"]
    assert ([r.case.no for r in known.cases], page.content.count("袁师傅".encode())) == ([no], 0)
    assert [e.data["no"] for e in accesses_to(known.person.pk) if e.act == "case.viewed"] == [no]


def test_unknown_number_makes_nobody(enter: Enter, cast: Cast) -> None:
    before = Person.objects.count()
    page = enter("agent").post(ADDRESS, {"phone": "13811112222", "find": "1", "story": "说到一半"})
    assert (page.context["known"], page.context["typed"]["story"], Person.objects.count()) == (None, "说到一半", before)
    assert len(cast.orgs) == 6


def test_story_gets_a_suggestion(enter: Enter) -> None:
    page = enter("agent").post(ADDRESS, CALL | {"read": "1"})
    assert page.context["guess"].category == "wages"
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"phone": ""}, "phone"), ({"phone": "123"}, "phone"), ({"region": ""}, "region"),
     ({"region": "999999"}, "region"), ({"story": " "}, "story"), ({"category": "x"}, "category"),
     ({"people": "many"}, "people"), ({"uscc": "123"}, "uscc"), ({"wishes": "1", "hours_from": "late"}, "hours_from")],
)  # fmt: skip
def test_bad_field_is_named_and_nothing_is_stored(enter: Enter, wrong: dict[str, str], field: str) -> None:
    page = enter("agent").post(ADDRESS, CALL | wrong)
    assert (page.status_code, list(page.context["problems"])) == (422, [field])
    assert (Case.objects.count(), page.context["typed"]["name"]) == (0, "吕师傅")
    assert "吕师傅" not in {person.name for person in Person.objects.all()}


def test_wishes_for_safe_contact_are_kept(enter: Enter) -> None:
    wishes = {"wishes": "1", "hours_from": "18:30", "hours_to": "21:00", "answered_by": "family", "pass_phrase": "青禾"}
    assert enter("agent").post(ADDRESS, CALL | wishes).status_code == 302
    profile = next(wishes for wishes in SafeContact.objects.all() if wishes.person.name == "吕师傅")
    assert (profile.hours_from, profile.answered_by, profile.may_sms, profile.announce) == (
        time(18, 30),
        "family",
        False,
        False,
    )


def test_employer_with_a_code_is_added_and_found_by_name_later(enter: Enter) -> None:
    agent = enter("agent")
    agent.post(ADDRESS, CALL | {"employer_name": "禾筑建设", "uscc": "91350100M000100Y43"})
    employer = Employer.objects.get()
    found = {"items": [{"name": "禾筑建设", "uscc": employer.uscc, "region": "青禾区"}], "after": None}
    assert agent.get("/desk/employers/?q=禾筑").json() == found
    agent.post(ADDRESS, CALL | {"employer_name": "禾筑建设", "key": "call-2"})
    agent.post(ADDRESS, CALL | {"employer_name": "没听说过的厂", "key": "call-3"})
    assert list(Case.objects.order_by("id").values_list("employer_id", flat=True)) == [employer.pk, employer.pk, None]
    assert Employer.objects.count() == 1


def test_only_agents_register(enter: Enter) -> None:
    assert enter("zhou").get(ADDRESS).status_code == 403


def test_counties_are_those_of_the_agents_province(enter: Enter) -> None:
    groups = enter("agent").get(ADDRESS).context["counties"]
    assert [(city, [c.name for c in counties]) for city, counties in groups] == [("澜江市", ["青禾区", "北岭县"])]
