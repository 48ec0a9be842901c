"""The console's pages: what is told before and after answering, how calls become tickets, and who may look."""

import json
from datetime import datetime

import pytest

from tests.cast import NOW, QINGHE, Cast
from tests.faces.web.desk.kit import Enter, File
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people.models import Person
from zhijia.kernel.people.persons import accesses_to
from zhijia.modules.hotline.calls import exchange
from zhijia.modules.hotline.calls.exchange import Report, report
from zhijia.modules.hotline.calls.models import Call, CallState, Outcome

pytestmark = pytest.mark.django_db
CONSOLE = "/desk/console/"
NUMBER = "13811112222"
TICKET = {"story": "工地三个月没发工资。", "category": "wages", "region": QINGHE, "name": "吕师傅"}


def ring(cast: Cast, number: str = NUMBER, at: datetime = NOW) -> int:
    report(Report("ringing", f"c-{number}", org_id=cast.orgs["centre"].pk, number=number), now=at)
    return Call.objects.get(ref=f"c-{number}").pk


def test_unknown_caller_becomes_a_ticket_that_the_call_names(enter: Enter, cast: Cast) -> None:
    call, agent = ring(cast), enter("agent")
    page = agent.get(CONSOLE)
    assert (page.context["first_masked"], page.context["first_known"]) == ("138****2222", False)
    agent.post(f"{CONSOLE}take/{call}/")
    page = agent.get(CONSOLE)
    assert (page.context["known"], page.context["masked"], NUMBER in page.content.decode()) == (
        None,
        "138****2222",
        False,
    )
    for _time in range(2):
        answer = agent.post(f"{CONSOLE}end/", TICKET | {"outcome": "filed"})
        assert answer.headers["Location"] == CONSOLE
    case = Case.objects.get()
    assert (case.ticket.channel, case.applicant.name, case.applicant.phone_masked) == ("phone", "吕师傅", "138****2222")
    ended = Call.objects.get()
    assert (ended.state, ended.outcome, ended.case_no, ended.number) == (CallState.DONE, Outcome.FILED, case.no, "")


def test_known_caller_is_masked_and_the_look_is_on_record(enter: Enter, cast: Cast, file: File) -> None:
    no = file()
    call, agent = ring(cast, "13900000000"), enter("agent")
    assert agent.get(CONSOLE).context["first_known"] is True
    person = Case.objects.get(no=no).applicant
    assert accesses_to(person.pk) == []  # ringing tells nobody's name
    agent.post(f"{CONSOLE}take/{call}/")
    page = agent.get(CONSOLE)
    known = page.context["known"]
    assert ([row.case.no for row in known.cases], "袁师傅" in page.content.decode()) == ([no], False)
    assert [e.data["no"] for e in accesses_to(person.pk)] == [no]
    answer = agent.post(f"{CONSOLE}end/", {"outcome": "added", "case_no": no})
    assert answer.headers["Location"] == f"/desk/{no}/?open=supplement#do-supplement"
    assert (Call.objects.get().case_no, Case.objects.count()) == (no, 1)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"outcome": "filed", "story": ""}, "story"),
        ({"outcome": "filed", "region": ""}, "region"),
        ({"outcome": "added", "case_no": "HT-of-somebody-else"}, "case_no"),
        ({"outcome": "sideways"}, "outcome"),
    ],
)
def test_what_is_wrong_is_named_and_the_call_goes_on(
    enter: Enter, cast: Cast, typed: dict[str, str], field: str
) -> None:
    call, agent = ring(cast), enter("agent")
    agent.post(f"{CONSOLE}take/{call}/")
    people = Person.objects.count()
    page = agent.post(f"{CONSOLE}end/", TICKET | typed)
    assert (page.status_code, list(page.context["problems"])) == (422, [field])
    assert (page.context["typed"]["name"], Person.objects.count()) == ("吕师傅", people)
    assert Call.objects.get().state == CallState.TALKING


@pytest.mark.parametrize("outcome", ["advised", "cut_off", "wrong", "silent"])
def test_call_without_a_ticket_leaves_nobody(enter: Enter, cast: Cast, outcome: str) -> None:
    call, agent, people = ring(cast), enter("agent"), Person.objects.count()
    agent.post(f"{CONSOLE}take/{call}/")
    agent.post(f"{CONSOLE}end/", TICKET | {"outcome": outcome})
    assert (Call.objects.get().outcome, Case.objects.count(), Person.objects.count()) == (outcome, 0, people)


def test_poll_asks_for_the_page_when_the_receiver_was_lifted(enter: Enter, cast: Cast) -> None:
    call, agent = ring(cast), enter("agent")
    agent.get(CONSOLE)
    assert agent.get(f"{CONSOLE}ring/?call=").context["first"].pk == call
    report(Report("answered", f"c-{NUMBER}", agent=cast.accounts["agent"].pk), now=NOW)
    answer = agent.get(f"{CONSOLE}ring/?call=")
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")
    assert agent.get(f"{CONSOLE}ring/?call={call}.talking").status_code == 200


def test_guess_names_category_and_law(enter: Enter) -> None:
    page = enter("agent").post(f"{CONSOLE}guess/", {"story": TICKET["story"]})
    assert page.context["guess"].category == "wages"


@pytest.mark.parametrize(("name", "console", "wall"), [("agent", 200, 200), ("leader", 403, 200), ("zhou", 403, 403)])
def test_who_may_look(enter: Enter, name: str, console: int, wall: int) -> None:
    client = enter(name)
    assert (client.get(CONSOLE).status_code, client.get(f"{CONSOLE}wall/").status_code) == (console, wall)


def test_wall_shows_rates_with_their_fractions(enter: Enter, cast: Cast) -> None:
    call, agent = ring(cast), enter("agent")
    assert agent.get(f"{CONSOLE}wall/").context["in_time"] == "–"
    agent.post(f"{CONSOLE}take/{call}/")
    seen = enter("leader").get(f"{CONSOLE}wall/", headers={"HX-Request": "true"})
    assert (seen.context["in_time"], seen.context["connected"], seen.context["below"]) == ("100%", "100%", False)
    assert "<html" not in seen.content.decode()


def test_exchange_is_heard_only_when_it_signs(enter: Enter, cast: Cast, settings: object) -> None:
    settings.HOTLINE_EXCHANGE_SECRET = "k" * 24  # type: ignore[attr-defined]
    body = json.dumps({"kind": "ringing", "ref": "w1", "org_id": cast.orgs["centre"].pk, "number": NUMBER})
    at = int(NOW.timestamp())
    good = exchange.sign(body.encode(), at=at, secret="k" * 24)
    client = enter("zhou")
    for signature, status in (("0" * 64, 403), (good, 204)):
        headers = {"X-Exchange-Time": str(at), "X-Exchange-Signature": signature}
        answer = client.post(f"{CONSOLE}exchange/", body, content_type="application/json", headers=headers)
        assert answer.status_code == status
    assert Call.objects.get().ref == "w1"
