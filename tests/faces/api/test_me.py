"""The caller's own name, language and safe contact."""

from datetime import time
from typing import Any

import pytest

from tests.cast import Cast
from zhijia.kernel.people.models import Person, SafeContact
from zhijia.kernel.people.persons import number_to_reach

from .conftest import Api

OPEN = {
    "number": "", "hours_from": None, "hours_to": None, "answered_by": "self_only", "may_leave_message": False,
    "may_sms": True, "announce": True, "has_pass_phrase": False, "language": "zh-hans",
}  # fmt: skip
WISHES = {
    "number": "139 0000 0009", "hours_from": "18:30", "hours_to": "21:00", "answered_by": "family",
    "may_leave_message": True, "may_sms": False, "announce": False, "pass_phrase": "小石榴", "language": "en",
}  # fmt: skip
KEPT = {name: value for name, value in WISHES.items() if name != "pass_phrase"} | {
    "number": "139****0009", "has_pass_phrase": True,
}  # fmt: skip


def test_worker_changes_name_and_language(api: Api, cast: Cast) -> None:
    alice = api.by("alice")
    me = {"name": "Alice", "language": "zh-hans", "phone": "138****0001", "roles": ["worker"]}
    assert alice.get("/me").json() == me
    assert alice.send("PATCH", "/me", {"name": " 李  工 "}).json() == me | {"name": "李 工"}
    assert alice.send("PATCH", "/me", {"language": "en"}).json() == me | {"name": "李 工", "language": "en"}
    assert alice.send("PATCH", "/me", {}).json() == alice.get("/me").json()
    assert Person.objects.get(pk=cast.person_id("mallory")).name == "Mallory"


@pytest.mark.parametrize(
    ("body", "field"), [({"language": "xx"}, "language"), ({"name": "x" * 101}, "name"), ({"name": 1}, "name")]
)
def test_bad_name_or_language_is_named(api: Api, body: dict[str, Any], field: str) -> None:
    answer = api.by("alice").send("PATCH", "/me", body)
    assert (answer.status_code, [p["field"] for p in answer.json()["problems"]]) == (422, [field])


def test_contact_is_stored_whole_and_given_out_masked(api: Api, cast: Cast) -> None:
    alice = api.by("alice")
    assert alice.get("/me/contact").json() == OPEN
    assert alice.send("PUT", "/me/contact", WISHES).json() == KEPT
    assert alice.get("/me/contact").json() == KEPT
    person = Person.objects.get(pk=cast.person_id("alice"))
    assert (number_to_reach(person), person.safe_contact.hours_from) == ("13900000009", time(18, 30))
    assert api.by("mallory").get("/me/contact").json() == OPEN


def test_number_and_phrase_left_out_are_kept_and_empty_ones_erased(api: Api, cast: Cast) -> None:
    alice = api.by("alice")
    alice.send("PUT", "/me/contact", WISHES)
    profile = SafeContact.objects.get()
    profile.note = "evenings only"
    profile.save(update_fields=["note"])
    kept = alice.send("PUT", "/me/contact", {}).json()
    assert kept == OPEN | {"number": "139****0009", "has_pass_phrase": True, "announce": False}
    assert number_to_reach(Person.objects.get(pk=cast.person_id("alice"))) == "13900000009"
    assert alice.send("PUT", "/me/contact", {"number": "", "pass_phrase": ""}).json() == OPEN | {"announce": False}
    assert SafeContact.objects.get().note == "evenings only"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": "12"}, "number"), ({"hours_from": "18:30"}, "hours_to"), ({"hours_from": "25:00"}, "hours_from"),
        ({"answered_by": "nobody"}, "answered_by"), ({"language": "xx"}, "language"),
        ({"may_sms": "perhaps"}, "may_sms"),
    ],
)  # fmt: skip
def test_bad_wish_is_named_and_nothing_stored(api: Api, change: dict[str, Any], field: str) -> None:
    answer = api.by("alice").send("PUT", "/me/contact", change)
    assert (answer.status_code, [p["field"] for p in answer.json()["problems"]]) == (422, [field])
    assert SafeContact.objects.count() == 0


def test_account_without_a_person_has_no_contact(api: Api, partner: Api) -> None:
    for who in (api.by("zhou"), partner):
        assert who.get("/me").status_code == 200
        for answer in (who.get("/me/contact"), who.send("PUT", "/me/contact", {}), who.send("PATCH", "/me", {})):
            assert (answer.status_code, answer.json()["code"]) == (404, "no_person")
