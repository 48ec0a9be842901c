"""My own page: what I change, and who read my data."""

from collections.abc import Callable

from django.test import Client

from tests.cast import NOW, Cast
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people.models import Person, SafeContact
from zhijia.kernel.people.persons import number_to_reach, reveal


def test_name_and_language_are_changed(alice: Client, cast: Cast) -> None:
    alice.post("/me/", {"name": " 王  芳 ", "language": "en"})
    person = Person.objects.get(pk=cast.person_id("alice"))
    assert (person.name, person.language) == ("王 芳", "en")


def test_bad_name_is_refused_and_kept_on_the_page(alice: Client) -> None:
    response = alice.post("/me/", {"name": "长" * 101, "language": "en"})
    assert response.status_code == 422
    assert "长" * 101 in response.content.decode()


def test_safe_number_is_kept_when_only_the_hours_change(alice: Client, cast: Cast) -> None:
    alice.post("/me/contact/", {"reach": "other", "number": "13900000009", "announce": "on"})
    alice.post("/me/contact/", {"reach": "keep", "hours_from": "18:00", "hours_to": "21:00"})
    person = Person.objects.get(pk=cast.person_id("alice"))
    profile = SafeContact.objects.get(person=person)
    assert (number_to_reach(person), str(profile.hours_from), profile.announce) == ("13900000009", "18:00:00", False)


def test_one_hour_alone_is_refused_beside_its_field(alice: Client) -> None:
    response = alice.post("/me/contact/", {"reach": "own", "hours_from": "18:00"})
    assert (response.status_code, SafeContact.objects.count()) == (422, 0)
    assert 'id="hours_to-error"' in response.content.decode()


def test_access_says_who_what_why_and_for_which_matter(alice: Client, cast: Cast, told: Callable[..., str]) -> None:
    no = told()
    case = Case.objects.get(no=no)
    person = Person.objects.get(pk=cast.person_id("alice"))
    reveal(person=person, field="phone", actor=cast.actor("zhou"), purpose="打电话问经过", case_id=case.pk, now=NOW)
    page = alice.get("/me/access/").content.decode()
    assert all(word in page for word in ("青禾区总工会", "手机号", "打电话问经过", no))
    assert "13800000001" not in page


def test_access_of_others_is_not_mine(enter: Callable[[str], Client], cast: Cast) -> None:
    person = Person.objects.get(pk=cast.person_id("alice"))
    reveal(person=person, field="phone", actor=cast.actor("zhou"), purpose="打电话问经过", case_id=None, now=NOW)
    assert "打电话问经过" not in enter("mallory").get("/me/access/").content.decode()


def test_access_goes_page_by_page(alice: Client, cast: Cast) -> None:
    person = Person.objects.get(pk=cast.person_id("alice"))
    for n in range(25):
        reveal(person=person, field="phone", actor=cast.actor("zhou"), purpose=f"purpose {n:02}", case_id=None, now=NOW)
    first = alice.get("/me/access/").content.decode()
    older = first.split('href="?before=')[1].split('"')[0]
    second = alice.get(f"/me/access/?before={older}").content.decode()
    assert [page.count("purpose ") for page in (first, second)] == [20, 5]


def test_senseless_keyset_changes_nothing(alice: Client) -> None:
    paths = ("/me/access/", "/messages/", "/matters/")
    assert {alice.get(f"{path}?before=%00x").status_code for path in paths} == {200}


def test_usual_purpose_is_said_in_the_readers_language(
    alice: Client, enter: Callable[[str], Client], told: Callable[..., str], walk: Callable[..., None]
) -> None:
    no = told()
    walk(no, "sign")
    enter("zhou").get(f"/desk/{no}/")
    for language, words in (("zh-hans", f"办理 {no}"), ("en", f"Handling case {no}")):
        alice.cookies["django_language"] = language
        assert words in alice.get("/me/access/").content.decode()
