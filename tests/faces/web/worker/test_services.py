"""A service that no page names: a worker finds it, files it, follows it and answers, all from its declaration."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import NOW, QINGHE, Cast
from tests.faces.trial import Trial
from tests.kernel.files import kit
from zhijia.faces.web.worker import services
from zhijia.kernel.cases.models import Attachment, Case
from zhijia.kernel.org.employers import find_or_add_employer
from zhijia.kernel.org.models import Region
from zhijia.kernel.people.models import Person
from zhijia.kernel.service.declare import Service
from zhijia.kernel.service.engine import fire

pytestmark = pytest.mark.django_db
PATH = "/services/trial/"
FORM = {
    "story": "九月的工资没有给。", "topic": "wages", "claimed": "6,800.5", "since": "2026-09-01", "days": "21.5",
    "region": QINGHE, "key": "0123456789abcdef",
}  # fmt: skip


@pytest.fixture
def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def speaker(alice: Client) -> Client:
    """Alice's browser, in English so that tests read the words of the code."""
    alice.cookies["django_language"] = "en"
    return alice


@pytest.fixture
def filed(trial: Service, cast: Cast, speaker: Client) -> str:
    assert speaker.post(PATH, FORM)["Location"] == f"{PATH}sent/"
    return Case.objects.get().no


def test_service_is_in_the_list_and_the_home_page_has_what_most_look_for(
    trial: Service, cast: Cast, english: Client
) -> None:
    page = english.get("/services/").content.decode()
    assert (page.count(f'href="{PATH}"'), page.count("Trial service")) == (1, 1)
    assert [offer.key for offer in services.tiles(8)] == [
        "vouchers", "calculators", "wage_arrears", "disputes", "legal_aid", "lawyer_visit", "stations", "pickup",
    ]  # fmt: skip
    assert services.tiles(9)[8].key not in services.ICONS


def test_form_follows_the_declaration(trial: Service, cast: Cast, english: Client) -> None:
    page = english.get(PATH).content.decode()
    assert page.count('<textarea id="story" name="story"') == 1
    assert page.count('type="radio" name="topic"') == 2
    assert page.count('name="claimed" value="" inputmode="decimal"') == 1
    assert page.count('id="since" name="since" value="" type="date" min="1930-01-01" max="2036-12-31"') == 1
    assert page.count('type="checkbox" id="hurt"') == 1
    assert page.count('data-fields="story topic claimed since days employer_name hurt"') == 1


def test_what_is_wrong_is_said_once_and_every_word_is_kept(trial: Service, cast: Cast, english: Client) -> None:
    typed = {**FORM, "claimed": "六千八", "since": "September", "worker_phone": "12"}
    response = english.post(PATH, typed)
    page = response.content.decode()
    assert (response.status_code, Case.objects.count(), sum(not p.name for p in Person.objects.all())) == (422, 0, 0)
    assert sorted(response.context["problems"]) == ["claimed", "since", "worker_phone"]
    assert page.count('name="claimed" value="六千八"') == 1
    assert page.count('name="since" value="September" placeholder') == 1
    assert page.count('value="wages" checked') == 1
    assert page.count(f'name="key" value="{FORM["key"]}"') == 1


def test_filed_facts_are_fen_and_days(filed: str) -> None:
    kept = Trial.objects.get()
    assert (kept.claimed, kept.since, kept.days) == (680_050, date(2026, 9, 1), 21.5)
    assert Case.objects.get().category == "wages"


def test_form_sent_twice_is_one_matter(filed: str, speaker: Client) -> None:
    assert speaker.post(PATH, FORM)["Location"] == f"{PATH}sent/"
    assert Case.objects.count() == 1


def test_receipt_gives_number_unit_and_what_happens_by_when(filed: str, speaker: Client) -> None:
    page = speaker.get(f"{PATH}sent/").content.decode()
    assert (page.count(filed), page.count("青禾区总工会")) == (2, 1)
    assert page.count("by 23 Nov") == 2  # five working days from Monday 16 November: next date and first step
    assert page.count("Trial Act art. 5") == 1
    assert page.count("within 10 days") == 1


def test_plan_for_a_place_names_its_unit(trial: Service, cast: Cast, english: Client) -> None:
    page = english.get(f"{PATH}plan", {"county": QINGHE, "city": "980100", "province": "980000"}).content.decode()
    assert (page.count("Most likely: 青禾区总工会"), page.count("by 23 Nov")) == (1, 1)


def test_passer_by_files_by_phone_and_a_photo_is_kept(trial: Service, cast: Cast, english: Client) -> None:
    photo = SimpleUploadedFile("a.jpg", kit.jpeg())
    typed = {**FORM, "worker_phone": "13800138000", "worker_name": "袁", "files": [photo]}
    assert english.post(PATH, typed)["Location"] == f"{PATH}sent/"
    case = Case.objects.get()
    assert (case.applicant.name, Attachment.objects.get().case_id) == ("袁", case.pk)
    assert english.get(f"{PATH}sent/").status_code == 200
    assert Client().get(f"{PATH}sent/")["Location"] == PATH


def test_known_employer_is_linked_by_its_exact_name(trial: Service, cast: Cast, speaker: Client) -> None:
    region = Region.objects.get(pk=QINGHE)
    firm = find_or_add_employer(name="澜江建筑公司", region=region, now=NOW, actor=cast.actor("zhou"))
    speaker.post(PATH, {**FORM, "employer_name": "澜江建筑公司"})
    speaker.post(PATH, {**FORM, "employer_name": "澜江"})
    assert list(Case.objects.order_by("id").values_list("employer_id", flat=True)) == [firm.pk, None]


@pytest.mark.parametrize("path", ["/services/nothing/", "/services/nothing/plan", "/services/nothing/sent/"])
def test_unknown_service_is_not_found(trial: Service, cast: Cast, english: Client, path: str) -> None:
    assert english.get(path).status_code == 404


def test_hotline_keeps_its_own_page(cast: Cast, client: Client) -> None:
    assert client.get("/services/hotline/")["Location"] == "/ask/"


def test_staff_are_sent_to_the_desk(trial: Service, enter: Callable[[str], Client]) -> None:
    assert enter("zhou").get(PATH)["Location"] == "/desk/file/trial/"


def test_matter_shows_facts_by_title_and_kind_with_its_panel(filed: str, speaker: Client) -> None:
    page = speaker.get(f"/matters/{filed}/").content.decode()
    assert page.count("<dt>Claimed</dt><dd>6,800.50\u00a0yuan</dd>") == 1
    assert page.count("<dt>Since which day</dt><dd>1 Sep 2026</dd>") == 1
    assert page.count("<dt>Days worked</dt><dd>21.5</dd>") == 1
    assert page.count("Somebody is hurt") == 0  # nobody said so
    assert page.count('<option value="Claimed">680050</option>') == 1


def test_worker_answers_with_the_services_own_steps(
    filed: str, speaker: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = {"agreed": "6000", "paid": "1000.50", "rest_on": "2026-12-01", "note": "两次付清"}
    fire(no=filed, transition="offer", actor=cast.actor("zhou"), now=NOW, data=data)
    assert speaker.get("/").content.decode().count("Waits for you") == 1
    page = speaker.get(f"/matters/{filed}/").content.decode()
    assert page.count(f'action="/matters/{filed}/do/accept/"') == page.count(f"/matters/{filed}/do/refuse/") == 1
    assert page.count("1,000.50\u00a0yuan") == page.count("1 Dec 2026") == 2  # in the question and on the timeline
    assert page.count("<dt>Agreed</dt><dd>6,000\u00a0yuan</dd>") == 1
    refused = speaker.post(f"/matters/{filed}/do/refuse/", {"remark": " "})
    assert (refused.status_code, refused.content.decode().count('href="#refuse-remark"')) == (422, 1)
    speaker.post(f"/matters/{filed}/do/accept/")
    assert Case.objects.get().state == "closed"


def test_matter_of_any_service_costs_at_most_24_queries(filed: str, speaker: Client) -> None:
    speaker.get(f"/matters/{filed}/")
    with CaptureQueriesContext(connection) as queries:
        assert speaker.get(f"/matters/{filed}/").status_code == 200
    assert len(queries) <= 24, [q["sql"][:90] for q in queries]


def test_service_that_only_staff_file_is_not_the_workers(
    trial: Service, cast: Cast, english: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from zhijia.kernel.people.actors import Role
    from zhijia.kernel.service import registry

    for by, status in ((frozenset({Role.OFFICER}), 404), (frozenset({Role.WORKER}), 302)):
        narrow = replace(trial, intake=replace(trial.intake, by=by))
        monkeypatch.setitem(registry._services, "trial", narrow)
        assert english.get(PATH).status_code == status  # without SYSTEM nobody may file for a passer-by: sign in
