"""Sealed columns: plain words in Python, bytes in the database, nothing in between by accident."""

from datetime import datetime

import pytest
from django.core.exceptions import FieldError
from django.db import connection, transaction

from tests.cast import Cast
from tests.scenarios.story import Story
from zhijia.kernel.cases.models import Case, Note
from zhijia.kernel.people import keys, vault
from zhijia.kernel.people.models import Person
from zhijia.kernel.people.persons import find_or_add_person
from zhijia.kernel.people.sealed import Closed, SealedText, open_for, seal_for, sealed_columns, stored
from zhijia.modules.hotline.models import Ticket

pytestmark = pytest.mark.django_db


def raw(table: str, column: str, key: str, value: int) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM "{table}" WHERE "{key}" = %s', [value])
        return bytes(cursor.fetchone()[0])


@pytest.fixture
def li(now: datetime) -> Person:
    return Person.objects.get(pk=find_or_add_person(name="李春燕", phone="13800000007", now=now).pk)


def test_the_column_holds_no_word_and_the_attribute_gives_it(li: Person) -> None:
    sealed = raw("people_person", "name", "id", li.pk)
    assert ("李春燕".encode() in sealed, sealed[:1]) == (False, vault.MARK)
    assert (li.name, li.phone_masked, li.bank_masked) == ("李春燕", "138****0007", "")
    assert Person.objects.only("language").get(pk=li.pk).name == "李春燕"


def test_what_was_not_changed_is_written_back_as_it_was(li: Person) -> None:
    before = raw("people_person", "name", "id", li.pk)
    li.language = "en"
    li.save()
    assert raw("people_person", "name", "id", li.pk) == before
    li.name = "李燕"
    li.save()
    assert (raw("people_person", "name", "id", li.pk) == before, Person.objects.get(pk=li.pk).name) == (False, "李燕")
    li.name = ""
    li.save()
    assert Person.objects.filter(pk=li.pk, name=None).exists()


def test_plain_words_never_reach_a_query(li: Person) -> None:
    for attempt in (
        lambda: Person.objects.filter(name="李春燕").count(),
        lambda: Person.objects.filter(pk=li.pk).update(name="李"),
    ):
        with pytest.raises(TypeError, match=r"Person\.name is sealed"), transaction.atomic():
            attempt()
    with pytest.raises(FieldError):
        Person.objects.filter(name__startswith="李")
    assert Person.objects.filter(pk=li.pk).update(name=seal_for(Person, "name", "李", li.pk)) == 1
    assert Person.objects.get(pk=li.pk).name == "李"


def test_a_query_set_of_values_gives_it_closed_and_the_helper_opens_it(li: Person) -> None:
    (name,) = Person.objects.filter(pk=li.pk).values_list("name", flat=True)
    assert (isinstance(name, Closed), str(name), repr(name)) == (True, "•••", "<sealed>")
    hexed = "\\x" + raw("people_person", "name", "id", li.pk).hex()
    assert [open_for(Person, "name", value, li.pk) for value in (name, hexed, None)] == ["李春燕", "李春燕", ""]


def test_a_value_in_the_place_of_another_does_not_open(li: Person, now: datetime) -> None:
    other = find_or_add_person(name="王", phone="13800000008", now=now)
    Person.objects.filter(pk=other.pk).update(name=stored(li, "name"))
    with pytest.raises(vault.Unreadable):
        _ = Person.objects.get(pk=other.pk).name


def test_a_protected_case_has_a_key_of_its_own_and_a_title_that_tells_nothing(cast: Cast) -> None:
    hurt = (
        Story(cast)
        .tell("alice", story="主管多次言语骚扰我，我很害怕。", category="women")
        .do("alice", "supplement", words="又来了")
    )
    wages = Story(cast).tell("alice", story="工资拖欠两个月。")
    titles = dict(Case.objects.values_list("no", "pk"))
    assert [Case.objects.get(no=no).title for no in (hurt.no, wages.no)] == ["受保护事项", "工资拖欠两个月"]
    used = {}
    for story in (hurt, wages):
        head = raw("hotline_ticket", "story", "case_id", titles[story.no])[2 : vault.HEAD]
        used[story.no] = keys.by_id(int.from_bytes(head, "big")).purpose
    assert used == {hurt.no: "harassment", wages.no: "words"}
    note = Note.objects.get(case__no=hurt.no)
    assert (note.text, Ticket.objects.get(case=note.case_id).story) == ("又来了", "主管多次言语骚扰我，我很害怕。")


def test_a_destroyed_key_leaves_a_page_that_says_so(cast: Cast, now: datetime) -> None:
    told = Story(cast).tell("alice", story="主管多次言语骚扰我。", category="women")
    keys.destroy(purpose="harassment", now=now)
    keys.forget()
    try:
        assert Ticket.objects.get(case__no=told.no).story == "(destroyed)"
    finally:  # the ring outlives the transaction that is taken back
        keys._ring.gone.clear()
        keys.forget()


def test_every_free_text_of_the_models_is_sealed_or_named_here() -> None:
    """A new column of words must be decided about: sealed, or public and on this list."""
    from django.apps import apps
    from django.db.models import TextField

    open_words = {
        f"{model._meta.db_table}.{f.column}"
        for model in apps.get_models() if model.__module__.startswith("zhijia.")
        for f in model._meta.local_concrete_fields if isinstance(f, TextField)
    }  # fmt: skip
    assert open_words == {
        "audit_chain.key", "audit_entry.act", "audit_entry.actor", "audit_entry.chain", "audit_entry.purpose",
        "audit_entry.subject", "audit_statement.body", "documents_letter.text", "rules_rule.note", "rules_rule.text",
        "sheets_job.reason", "supervision_typical.body", "supervision_typical.lesson",
        "vouchers_cycle.terms", "vouchers_programme.terms",
    }  # fmt: skip


def test_the_registry_knows_every_sealed_column() -> None:
    tables = {column.table for column in sealed_columns()}
    assert {
        "people_person",
        "people_safecontact",
        "people_totp",
        "cases_note",
        "cases_case",
        "hotline_ticket",
    } <= tables
    assert all(isinstance(c.field, SealedText) or c.column.endswith("_sealed") for c in sealed_columns())
