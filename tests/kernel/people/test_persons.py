"""Persons found by phone, changed on record, revealed for a purpose; and what each role can see of it."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import ProgrammingError, connection

from zhijia.kernel.audit.models import Entry
from zhijia.kernel.audit.verify import verify
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.database import STAFF, WORKER, scope
from zhijia.kernel.base.errors import Forbidden, Invalid, NotFound
from zhijia.kernel.people.actors import Actor, Held, Role
from zhijia.kernel.people.contact import contact_plan, set_safe_contact
from zhijia.kernel.people.models import Account, AnsweredBy, Person, SafeContact
from zhijia.kernel.people.persons import Field, accesses_to, change_person, find_or_add_person, reveal
from zhijia.kernel.people.vault import Unreadable

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ID = "11010519491231002X"
OFFICER = Actor(
    account_id=7, person_id=None, name="Zhou Min",
    posts=(Held(id=1, role=Role.OFFICER, org_id=2, org_name="Lanjiang Union", lft=1, rgt=10),),
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture
def li() -> Person:
    return find_or_add_person(name="Li Na", phone="138 0000 0007", now=NOW)


@pytest.fixture
def stranger() -> Person:
    return find_or_add_person(name="Wang Wu", phone="13900000009", now=NOW)


def show(person: Person, field: Field = "phone", actor: Actor = OFFICER, purpose: str = "call back") -> str:
    return reveal(person=person, field=field, actor=actor, purpose=purpose, case_id=12, now=NOW)


def test_find_or_add_person_finds_any_spelling_of_the_phone(li: Person) -> None:
    again = find_or_add_person(name="Somebody", phone="+86 138-0000-0007", now=NOW)
    assert (again.pk, again.name, again.phone_masked) == (li.pk, "Li Na", "138****0007")


def test_find_or_add_person_without_phone_always_adds() -> None:
    made = [find_or_add_person(name="Anonymous", phone=" ", now=NOW) for _ in range(2)]
    assert made[0].pk != made[1].pk
    assert [p.phone_masked for p in made] == ["", ""]


def test_find_or_add_person_records_fields_and_no_values(li: Person) -> None:
    entry = Entry.objects.get(person_id=li.pk)
    assert (entry.act, entry.data, entry.purpose) == ("person.added", {"fields": ["name", "phone"]}, "")


def test_find_or_add_person_with_a_malformed_phone_stores_nothing() -> None:
    with pytest.raises(Invalid):
        find_or_add_person(name="x", phone="123", now=NOW)
    assert Person.objects.count() == 0


def test_change_person_seals_masks_and_records(li: Person) -> None:
    change_person(person=li, id_number=ID.lower(), bank_card="6222 0000 0000 6789", actor=OFFICER, now=NOW)
    stored = Person.objects.get(pk=li.pk)
    assert (stored.id_masked, stored.bank_masked) == ("11********002X", "****6789")
    assert (show(li, "id_number"), show(li, "bank_card")) == (ID, "6222000000006789")
    assert Entry.objects.get(act="person.changed").data == {"fields": ["id_number", "bank_card"]}
    change_person(person=li, id_number="", actor=OFFICER, now=NOW)
    assert Person.objects.values_list("id_sealed", "id_index", "id_masked").get(pk=li.pk) == (None, None, "")


def test_change_person_to_a_phone_of_somebody_else_is_refused(li: Person, stranger: Person) -> None:
    with pytest.raises(Invalid) as refused:
        change_person(person=li, phone="13900000009", name="New", actor=OFFICER, now=NOW)
    assert [p.code for p in refused.value.problems] == ["taken"]
    assert Person.objects.get(pk=li.pk).name == "Li Na"


def test_change_person_moves_the_login_with_the_phone(li: Person) -> None:
    account = Account.objects.create(login=bytes(li.phone_index or b"").hex(), person=li, created_at=NOW)
    change_person(person=li, phone="13700000001", actor=OFFICER, now=NOW)
    account.refresh_from_db()
    assert account.login == bytes(Person.objects.get(pk=li.pk).phone_index or b"").hex()
    change_person(person=li, phone="", actor=OFFICER, now=NOW)
    account.refresh_from_db()
    assert account.login == f"former-{li.pk}"


def test_reveal_writes_exactly_one_access_that_the_person_can_read(li: Person, stranger: Person) -> None:
    assert show(li) == "13800000007"
    with scope(WORKER, person=li.pk):
        rows = accesses_to(li.pk)
        assert accesses_to(stranger.pk) == []
    assert [(e.act, e.actor, e.purpose, e.subject, e.data, e.at) for e in rows] == [
        ("person.revealed", "Zhou Min (officer, Lanjiang Union)", "call back", "case:12", {"fields": ["phone"]}, NOW)
    ]
    with scope(WORKER, person=stranger.pk):
        assert (accesses_to(li.pk), accesses_to(stranger.pk)) == ([], [])
    assert verify().problems == []


def test_accesses_to_are_paged_newest_first(li: Person) -> None:
    for n in range(5):
        show(li, purpose=f"reason {n}")
    first = accesses_to(li.pk, limit=3)
    second = accesses_to(li.pk, before_id=first[-1].pk, limit=3)
    assert [e.purpose for e in first + second] == [f"reason {n}" for n in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize("purpose", ["", "   ", "abc", "\u202eab\x00"])
def test_reveal_without_a_purpose_is_refused_and_not_recorded(li: Person, purpose: str) -> None:
    with pytest.raises(Invalid) as refused:
        show(li, purpose=purpose)
    assert [(p.field, p.code) for p in refused.value.problems] == [("purpose", "too_short")]
    assert accesses_to(li.pk) == []


def test_reveal_by_somebody_without_a_post_is_refused(li: Person, stranger: Person) -> None:
    with pytest.raises(Forbidden):
        show(li, actor=Actor(account_id=9, person_id=stranger.pk))


def test_reveal_of_ones_own_phone_is_allowed_and_recorded_without_a_name(li: Person) -> None:
    me = Actor(account_id=9, person_id=li.pk, name="Li Na")
    with scope(WORKER, person=li.pk):
        assert show(li, actor=me) == "13800000007"
    assert [e.actor for e in accesses_to(li.pk)] == [f"person:{li.pk}"]


def test_reveal_of_nothing_is_not_found_and_not_recorded(li: Person) -> None:
    with pytest.raises(NotFound):
        show(li, "bank_card")
    assert accesses_to(li.pk) == []


def test_reveal_of_a_value_moved_from_another_row_fails_and_records_nothing(li: Person, stranger: Person) -> None:
    Person.objects.filter(pk=li.pk).update(phone_sealed=stranger.phone_sealed)
    with pytest.raises(Unreadable):
        show(li)
    assert accesses_to(li.pk) == []


def test_worker_sees_and_changes_only_their_own_person(li: Person, stranger: Person) -> None:
    with scope(WORKER, person=li.pk):
        assert [person.name for person in Person.objects.all()] == ["Li Na"]
        assert Person.objects.filter(pk=stranger.pk).update(language="en") == 0
        assert Person.objects.filter(pk=li.pk).update(language="en") == 1


def test_worker_sees_only_their_own_safe_contact(li: Person, stranger: Person) -> None:
    for person in (li, stranger):
        set_safe_contact(person=person, actor=OFFICER, now=NOW)
    with scope(WORKER, person=li.pk):
        assert list(SafeContact.objects.values_list("person_id", flat=True)) == [li.pk]
        set_safe_contact(person=li, actor=Actor(person_id=li.pk), now=NOW, number="13700000001")
    assert show(li, "safe_number") == "13700000001"


@pytest.mark.parametrize("role", [STAFF, WORKER])
@pytest.mark.parametrize("sql", ["SELECT password FROM people_account", "SELECT 1 FROM people_logincode"])
def test_request_roles_cannot_read_passwords_and_codes(role: str, sql: str) -> None:
    with pytest.raises(ProgrammingError), scope(role, person=1), connection.cursor() as cursor:
        cursor.execute(sql)


def test_contact_plan_without_profile_calls_the_own_phone(li: Person) -> None:
    plan = contact_plan(li, NOW)
    assert (plan.may_call_now, plan.not_before, plan.number_field, plan.number_masked, plan.may_sms, plan.announce) == (
        True, None, "phone", "138****0007", True, True,
    )  # fmt: skip


def test_contact_plan_without_any_number_allows_nothing() -> None:
    plan = contact_plan(find_or_add_person(name="x", phone="", now=NOW), NOW)
    assert (plan.may_call_now, plan.may_sms, plan.not_before) == (False, False, None)


@pytest.mark.parametrize(
    ("begin", "end", "at", "opens"),
    [
        (time(19), time(21), datetime(2026, 11, 20, 18, 59, tzinfo=CHINA), datetime(2026, 11, 20, 19, tzinfo=CHINA)),
        (time(19), time(21), datetime(2026, 11, 20, 19, 0, tzinfo=CHINA), None),
        (time(19), time(21), datetime(2026, 11, 20, 21, 0, tzinfo=CHINA), datetime(2026, 11, 21, 19, tzinfo=CHINA)),
        (time(19), time(21), datetime(2026, 12, 31, 23, 0, tzinfo=CHINA), datetime(2027, 1, 1, 19, tzinfo=CHINA)),
        (time(22), time(6), datetime(2026, 11, 20, 5, 59, tzinfo=CHINA), None),
        (time(22), time(6), datetime(2026, 11, 20, 6, 0, tzinfo=CHINA), datetime(2026, 11, 20, 22, tzinfo=CHINA)),
        (time(22), time(6), datetime(2026, 11, 20, 23, 0, tzinfo=CHINA), None),
        (None, None, datetime(2026, 11, 20, 3, 0, tzinfo=CHINA), None),
    ],
)
def test_contact_plan_keeps_the_hours(
    li: Person, begin: time | None, end: time | None, at: datetime, opens: datetime | None
) -> None:
    set_safe_contact(person=li, hours_from=begin, hours_to=end, actor=OFFICER, now=NOW)
    plan = contact_plan(li, at.astimezone(UTC))
    assert (plan.may_call_now, plan.not_before) == (opens is None, opens)


def test_contact_plan_carries_the_profile(li: Person) -> None:
    set_safe_contact(
        person=li, number="0755-88887777", answered_by=AnsweredBy.FAMILY, may_leave_message=True, may_sms=False,
        pass_phrase="three herons", language="en", actor=OFFICER, now=NOW,
    )  # fmt: skip
    plan = contact_plan(li, NOW)
    assert (plan.number_field, plan.number_masked, plan.answered_by, plan.may_leave_message, plan.may_sms) == (
        "safe_number", "075****7777", AnsweredBy.FAMILY, True, False,
    )  # fmt: skip
    assert (plan.announce, plan.has_pass_phrase, plan.language) == (False, True, "en")
    assert show(li, "pass_phrase") == "three herons"
    set_safe_contact(person=li, actor=OFFICER, now=NOW)
    assert (contact_plan(li, NOW).has_pass_phrase, contact_plan(li, NOW).number_field) == (True, "phone")
    assert show(li, "safe_number") == "13800000007"


def test_set_safe_contact_with_half_the_hours_is_refused(li: Person) -> None:
    with pytest.raises(Invalid) as refused:
        set_safe_contact(person=li, hours_from=time(9), actor=OFFICER, now=NOW)
    assert [p.field for p in refused.value.problems] == ["hours_to"]


def test_times_of_entries_are_kept_to_the_microsecond(li: Person) -> None:
    at = NOW + timedelta(microseconds=123457)
    reveal(person=li, field="phone", actor=OFFICER, purpose="call back", case_id=None, now=at)
    assert [(e.at, e.subject) for e in accesses_to(li.pk)] == [(at, f"person:{li.pk}")]
