"""Filing cases, by workers, agents and partners."""

from typing import Any

import pytest

from tests.cast import Cast
from zhijia.kernel.cases.models import Case, Party
from zhijia.kernel.org.models import Employer
from zhijia.kernel.people.models import Person
from zhijia.modules.hotline.models import Ticket

from .conftest import STORY, Api, make_token

BODY = {"story": STORY, "category": "wages", "region": "980102"}


def test_worker_files_for_themselves_whatever_phone_is_named(api: Api, cast: Cast) -> None:
    no = api.by("alice").file(phone="13800000003")
    assert Case.objects.get(no=no).applicant_id == cast.person_id("alice")


def test_partner_files_for_a_worker_found_by_phone(partner: Api, cast: Cast) -> None:
    no = partner.file(
        phone="138 0000 0001", name="Alice", people=3, employer={"name": "青禾建筑公司"}, external_id="A-1"
    )
    case = Case.objects.get(no=no)
    ticket = Ticket.objects.get(pk=case.pk)
    assert (case.applicant_id, case.marks) == (cast.person_id("alice"), {"people": 3})
    assert case.employer_id == Employer.objects.get(name="青禾建筑公司").pk
    assert (ticket.external_id, ticket.employer_name) == ("A-1", "青禾建筑公司")


def test_partner_files_without_a_name(partner: Api) -> None:
    people = Person.objects.count()
    no = partner.file()
    assert (Case.objects.get(no=no).applicant_id, Party.objects.count(), Person.objects.count()) == (None, 0, people)


@pytest.mark.parametrize("field", ["header", "external_id"])
def test_same_key_twice_files_once_and_adds_nobody(partner: Api, field: str) -> None:
    body = BODY | {"name": "李工"} | ({"external_id": "A-1"} if field == "external_id" else {})
    headers = {"Idempotency_Key": "k-1"} if field == "header" else {}
    first, second = (partner.post("/cases/hotline", body, **headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json() | {"again": True}
    assert (Case.objects.count(), sum(p.name == "李工" for p in Person.objects.all())) == (1, 1)


def test_same_key_of_another_partner_is_another_case(partner: Api, api: Api, cast: Cast) -> None:
    other = api.with_token(make_token(cast, "12366"))
    answers = [who.post("/cases/hotline", BODY, Idempotency_Key="k-1").status_code for who in (partner, other)]
    assert answers == [201, 201]


def test_answer_says_where_the_case_is(partner: Api) -> None:
    answer = partner.post("/cases/hotline", BODY)
    assert answer["Location"] == f"/api/v1/cases/{answer.json()['no']}"
    assert (answer["ETag"], partner.client.get(answer["Location"])["ETag"]) == ('"1"', '"1"')


def test_officer_may_not_file(api: Api) -> None:
    answer = api.by("zhou").post("/cases/hotline", BODY)
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_role")


def test_partner_files_only_where_it_reaches(api: Api, cast: Cast) -> None:
    county = cast.orgs["qinghe"].pk
    answer = api.with_token(make_token(cast, "qinghe", org_id=county, reach_id=county)).post("/cases/hotline", BODY)
    assert (answer.status_code, answer.json()["code"]) == (403, "out_of_reach")


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"story": ""}, "story", "required"),
        ({"story": "字" * 20_001}, "story", "too_long"),
        ({"category": "nonsense"}, "category", "choice"),
        ({"region": "12"}, "region", "malformed"),
        ({"region": None}, "region", "text"),
        ({"region": "110101"}, "region", "not_served"),
        ({"region": "999999"}, "region", "unknown"),
        ({"phone": "12"}, "phone", "malformed"),
        ({"people": "many"}, "people", "number"),
        ({"people": 10**40}, "people", "number"),
        ({"employer": {"name": "x", "uscc": "1"}}, "employer.uscc", None),
        ({"employer": "x"}, "employer", None),
        ({"external_id": "x" * 65}, "external_id", "too_long"),
    ],
)
def test_bad_field_is_named(partner: Api, change: dict[str, Any], field: str, code: str | None) -> None:
    answer = partner.post("/cases/hotline", BODY | change)
    problems = answer.json()["problems"]
    assert (answer.status_code, [p["field"] for p in problems]) == (422, [field])
    assert code is None or problems[0]["code"] == code
    assert Case.objects.count() == 0


def test_problems_are_in_the_callers_language(partner: Api) -> None:
    words = {}
    for language in ("en", "zh-hans"):
        answer = partner.post("/cases/hotline", {"region": "980102"}, Accept_Language=language)
        words[language] = answer.json()["problems"][0]["message"]
    assert words == {"en": "Please fill this in.", "zh-hans": "请填写这一项。"}


def test_unknown_service_takes_nothing(partner: Api) -> None:
    answer = partner.post("/cases/nonsense", BODY)
    assert (answer.status_code, answer.json()["code"], answer["Allow"]) == (405, "refused", "GET")


@pytest.mark.parametrize("key", ["", "x" * 65, "tab\t"])
def test_senseless_key_is_refused(partner: Api, key: str) -> None:
    assert partner.post("/cases/hotline", BODY, Idempotency_Key=key).status_code == 422
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed"), (b"\xff\xfe", 400, "malformed"), (b"[]", 422, "invalid"), (b"", 422, "invalid"),
        (b'{"region": 1' + b"0" * 5000 + b"}", 400, "malformed"), (b"[" * 100_000, 400, "malformed"),
        (b" " * (2 * 1024 * 1024 + 1), 413, "too_large"),
    ],
)  # fmt: skip
def test_unreadable_body_has_the_common_shape(partner: Api, body: bytes, status: int, code: str) -> None:
    answer = partner.post("/cases/hotline", body)
    assert (answer.status_code, answer.json()["code"], sorted(answer.json())) == (
        status,
        code,
        ["code", "problems", "reason"],
    )


STRANGE = ["a\0b", "'); DROP TABLE cases_case; --", "<script>", "\u202e", "🧱", "{{ 7 * 7 }}", "%s %(x)s"]


@pytest.mark.parametrize("text", STRANGE)
def test_strange_characters_are_kept_or_cleaned_never_an_error(partner: Api, text: str) -> None:
    no = partner.file(story=f"工资 {text}", wish=text, name=text, employer_name=text, external_id=text)
    assert partner.get(f"/cases/{no}").status_code == 200


def test_half_a_character_is_cleaned_from_words_and_refused_in_names(partner: Api) -> None:
    no = partner.file(story="工资 \ud800 半个")
    assert Ticket.objects.get(case__no=no).story == "工资  半个"
    assert partner.post("/cases/hotline", BODY | {"name": "\ud800"}).status_code == 422
