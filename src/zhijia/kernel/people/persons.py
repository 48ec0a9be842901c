"""Writing and reading persons: found by blind index, changed on record, unmasked only for a stated purpose."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Literal

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid, NotFound
from zhijia.kernel.base.text import clean

from . import vault
from .actors import Actor, Permission
from .models import LANGUAGE, Account, Person, SafeContact
from .numbers import mask, normalise_bank_card, normalise_id, normalise_phone
from .sealed import seal_for

Field = Literal["phone", "id_number", "bank_card", "safe_number", "pass_phrase"]
SEALED = {"name", "phone_masked", "id_masked", "bank_masked"}
LEAST_PURPOSE = 4
"""Characters of the shortest purpose that says something."""

_LONG_NUMBER = re.compile(r"\d{7}")

# Field -> the column's table and name, and the vault's purpose.
_PLACES: dict[Field, tuple[type[Person] | type[SafeContact], str, str]] = {
    "phone": (Person, "phone_sealed", "phone"),
    "id_number": (Person, "id_sealed", "id_number"),
    "bank_card": (Person, "bank_sealed", "bank_card"),
    "safe_number": (SafeContact, "number_sealed", "phone"),
    "pass_phrase": (SafeContact, "pass_phrase_sealed", "pass_phrase"),
}


def seal_field(person_id: int, field: Field, plain: str) -> bytes:
    """Seal a value for this field of this person; it opens nowhere else."""
    return vault.seal(plain, purpose=_PLACES[field][2], aad=_aad(person_id, field))


def find_or_add_person(*, name: str, phone: str, now: datetime, actor: Actor | None = None) -> Person:
    """The person with this phone (any spelling), or a new one; without a phone always a new one.

    An existing person keeps their name. Two at once make one person. Raises Invalid for a malformed phone.
    """
    number = normalise_phone(phone) if phone.strip() else ""
    index = vault.blind(number, purpose="phone") if number else None
    if index and (known := Person.objects.filter(phone_index=index).first()):
        return known
    with transaction.atomic():
        person = Person(id=_next_id(), name=person_name(name), language=LANGUAGE, created_at=now)
        if number:
            person.phone_index = index
            person.phone_sealed = seal_field(person.id, "phone", number)
            person.phone_masked = mask("phone", number)
        Person.objects.bulk_create([person], ignore_conflicts=True)
        if index and (first := Person.objects.get(phone_index=index)).id != person.id:
            return first
        _record(person, "person.added", ["name", "phone"] if number else ["name"], actor or Actor.platform(), now)
    return person


@transaction.atomic
def change_person(
    *,
    person: Person,
    actor: Actor,
    now: datetime,
    name: str | None = None,
    phone: str | None = None,
    id_number: str | None = None,
    bank_card: str | None = None,
    language: str | None = None,
) -> Person:
    """Store what is given (an empty text erases) and record which fields, never their values.

    A changed phone also changes the login, so it must run outside a request's scope. Raises Invalid, with nothing
    stored, for a malformed value or a phone that somebody else has.
    """
    changes: dict[str, object] = {}
    if name is not None:
        changes["name"] = person_name(name)
    if language is not None:
        changes["language"] = language
    if phone is not None:
        changes |= _sealed(person, "phone", "phone", phone, normalise_phone, indexed=True)
    if id_number is not None:
        changes |= _sealed(person, "id_number", "id", id_number, normalise_id, indexed=True)
    if bank_card is not None:
        changes |= _sealed(person, "bank_card", "bank", bank_card, normalise_bank_card)
    given = {"name": name, "phone": phone, "id_number": id_number, "bank_card": bank_card, "language": language}
    try:
        with transaction.atomic():
            if phone is not None and person.phone_index and person.phone_index != changes["phone_index"]:
                _move_login(person, changes["phone_index"])
            Person.objects.filter(pk=person.pk).update(**_closed(person.pk, changes))
    except IntegrityError as error:
        taken = _("This number is on record for somebody else. Ask the hotline to sort it out.")
        raise Invalid(FieldProblem("phone", "taken", taken)) from error
    for attribute, value in changes.items():
        setattr(person, attribute, value)
    _record(person, "person.changed", [key for key, value in given.items() if value is not None], actor, now)
    return person


@transaction.atomic
def reveal(*, person: Person, field: Field, actor: Actor, purpose: str, case_id: int | None, now: datetime) -> str:
    """The plain value of one field, after an entry for it that the person can read stands in the audit trail.

    Raises Invalid for a purpose that says nothing, Forbidden for an actor who is neither staff nor the person,
    NotFound where nothing is recorded. `safe_number` without a number of its own gives the phone.
    """
    purpose = clean(purpose)
    if len(purpose) < LEAST_PURPOSE:
        raise Invalid(FieldProblem("purpose", "too_short", _("Say what you need it for, in a few words.")))
    if _LONG_NUMBER.search(purpose) or (len(person.name) > 1 and person.name in purpose):  # it is never erased again
        message = _("Say what it is for without the person's name or numbers: it stays on record for good.")
        raise Invalid(FieldProblem("purpose", "personal", message))
    if not (actor.may(Permission.UNMASK) or actor.person_id == person.pk):
        raise Forbidden(_("Only staff with a post may unmask personal data."))
    sealed = _stored(person.pk, field)
    if sealed is None and field == "safe_number":
        field = "phone"
        sealed = _stored(person.pk, field)
    if sealed is None:
        raise NotFound(_("Nothing is recorded here."))
    append(
        chain=f"person:{person.pk}",
        act="person.revealed",
        subject=f"person:{person.pk}" if case_id is None else f"case:{case_id}",
        actor=actor,
        now=now,
        data={"fields": [field]},
        person_id=person.pk,
        purpose=purpose,
    )
    return vault.open_(sealed, purpose=_PLACES[field][2], aad=_aad(person.pk, field))


def held_numbers(person_id: int) -> dict[Field, str]:
    """Every sealed value on record of a person: for the person's own copy, and for the platform that looks whether
    it is still somewhere. Nobody else may be shown it; the caller records who got it."""
    found = {field: _stored(person_id, field) for field in _PLACES}
    return {f: vault.open_(v, purpose=_PLACES[f][2], aad=_aad(person_id, f)) for f, v in found.items() if v is not None}


def _closed(person_id: int, columns: dict[str, object]) -> dict[str, object]:
    """Columns for an update: words that the database must not read are sealed for this person."""
    sealed = {name: seal_for(Person, name, columns[name], person_id) for name in SEALED & columns.keys()}
    return columns | sealed


def accesses_to(person_id: int, before_id: int | None = None, limit: int = 50) -> list[Entry]:
    """Who read this person's data, when and why, newest first; the next page starts before the last id of this one."""
    entries = Entry.objects.filter(person_id=person_id).exclude(purpose="")
    if before_id is not None:
        entries = entries.filter(id__lt=before_id)
    return list(entries.order_by("-id")[:limit])


def _aad(person_id: int, field: Field) -> bytes:
    model, column, _purpose = _PLACES[field]
    return f"{model._meta.db_table}.{column}:{person_id}".encode()


def _stored(person_id: int, field: Field) -> bytes | None:
    model, column, _purpose = _PLACES[field]
    meta = model._meta
    with connection.cursor() as cursor:  # not through the model: unmasking is promised within two milliseconds
        cursor.execute(f'SELECT "{column}" FROM "{meta.db_table}" WHERE "{meta.pk.column}" = %s', [person_id])
        found = cursor.fetchone()
    return None if found is None or found[0] is None else bytes(found[0])


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('people_person_id_seq')")
        return int(cursor.fetchone()[0])


def person_name(raw: str) -> str:
    """A name as it is stored. Raises Invalid when it is too long."""
    name = " ".join(clean(raw).split())
    if len(name) > 100:
        raise Invalid(FieldProblem("name", "too_long", _("A name has at most 100 characters."), {"max": 100}))
    return name


def _sealed(
    person: Person, field: Field, prefix: str, raw: str, normalise: Callable[[str], str], *, indexed: bool = False
) -> dict[str, object]:
    """The columns of one sealed number; an empty one erases it."""
    number = normalise(raw) if raw.strip() else ""
    purpose = _PLACES[field][2]
    columns: dict[str, object] = {
        f"{prefix}_sealed": seal_field(person.pk, field, number) if number else None,
        f"{prefix}_masked": mask(field, number) if number else "",  # type: ignore[arg-type]
    }
    if indexed:
        columns[f"{prefix}_index"] = vault.blind(number, purpose=purpose) if number else None
    return columns


def _move_login(person: Person, index: object) -> None:
    """A number may be given to a stranger later: the login must not stay with it."""
    accounts = Account.objects.filter(person=person, login=bytes(person.phone_index or b"").hex())
    accounts.update(login=index.hex() if isinstance(index, bytes) else f"former-{person.pk}")


def _record(person: Person, act: str, fields: list[str], actor: Actor, now: datetime) -> None:
    subject = f"person:{person.pk}"
    append(chain=subject, act=act, subject=subject, actor=actor, now=now, data={"fields": fields}, person_id=person.pk)


def number_to_reach(person: Person, *, own: bool = False) -> str:
    """The number that the platform itself sends to: the safe number if there is one, else the phone; with `own` only
    the phone. Nobody sees it. Raises NotFound when there is none.
    """
    for field in ("phone",) if own else _REACH:
        sealed = _stored(person.pk, field)
        if sealed is not None:
            return vault.open_(sealed, purpose=_PLACES[field][2], aad=_aad(person.pk, field))
    raise NotFound(_("Nothing is recorded here."))


_REACH: tuple[Field, ...] = ("safe_number", "phone")
