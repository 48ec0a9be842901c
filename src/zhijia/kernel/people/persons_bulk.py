"""Many persons at once: the same rows and audit entries as one by one, in a fixed number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from zhijia.kernel.audit.chain import GENESIS, canonical, entry_hash, signature

from . import vault
from .actors import Actor
from .models import LANGUAGE, Person
from .numbers import mask, normalise_bank_card, normalise_id, normalise_phone
from .persons import SEALED, person_name, seal_field
from .sealed import stored


@dataclass(frozen=True)
class NewPerson:
    """One person as a list names them; "" where it says nothing."""

    name: str
    phone: str
    id_number: str = ""
    bank_card: str = ""


@dataclass(frozen=True)
class Compared:
    """Persons of whom another number is on record than the list says: nothing was changed, somebody must ask."""

    id_number: frozenset[int] = frozenset()
    bank_card: frozenset[int] = frozenset()


@transaction.atomic
def find_or_add_persons(people: Sequence[NewPerson], *, now: datetime, actor: Actor) -> list[int]:
    """The id of the person of each line: whoever has this phone (any spelling), or a new one with all that the line
    says; as `find_or_add_person` one by one. Who is on record already stays as they are (see `complete_numbers`).

    Raises Invalid for the first malformed number or name; then nothing is stored.
    """
    numbers = [normalise_phone(line.phone) if line.phone.strip() else "" for line in people]
    indexes = [vault.blind(number, purpose="phone") if number else None for number in numbers]
    known = _by_index(indexes)
    new: dict[int, Person] = {}  # by place in the list
    firsts: dict[bytes, int] = {}
    for n, (line, index) in enumerate(zip(people, indexes, strict=True)):
        if index is None or (index not in known and index not in firsts):
            new[n] = Person(name=person_name(line.name), language=LANGUAGE, created_at=now)
            if index is not None:
                firsts[index] = n
    fields: dict[int, list[str]] = {}
    for (n, person), key in zip(new.items(), _next_ids(len(new)), strict=True):
        person.id = key
        fields[key] = ["name"]
        if numbers[n]:
            person.phone_index, person.phone_masked = indexes[n], mask("phone", numbers[n])
            person.phone_sealed = seal_field(key, "phone", numbers[n])
            fields[key].append("phone")
        fields[key] += _complete(person, people[n])[0]
    Person.objects.bulk_create(new.values(), ignore_conflicts=True)
    known |= _by_index(list(firsts))  # another request may have added one of them meanwhile: the first row counts
    ids = [new[n].pk if index is None else known[index] for n, index in enumerate(indexes)]
    mine = [p.pk for p in new.values() if p.phone_index is None or known[bytes(p.phone_index)] == p.pk]
    record_many([(key, "person.added", fields[key]) for key in mine], actor, now)
    return ids


@transaction.atomic
def complete_numbers(people: Mapping[int, NewPerson], *, now: datetime, actor: Actor) -> Compared:
    """Store the identity and bank-card numbers that a list gives of persons (by id) who have none, and record which.

    What is on record is never changed: a list that somebody else typed must not send a worker's money to another card.
    Raises Invalid for a malformed number; then nothing is stored.
    """
    changed, acts = [], []
    others: dict[str, set[int]] = {"id_number": set(), "bank_card": set()}
    for person in Person.objects.select_for_update().filter(pk__in=list(people)).order_by("pk"):
        added, differ = _complete(person, people[person.pk])
        for field in differ:
            others[field].add(person.pk)
        if added:
            changed.append(person)
            acts.append((person.pk, "person.changed", added))
    if changed:
        columns: dict[str, list[object]] = {name: [_column(person, name) for person in changed] for name in _NUMBERS}
        with connection.cursor() as cursor:
            cursor.execute(_SET, {"ids": [person.pk for person in changed], **columns})
    record_many(acts, actor, now)
    return Compared(frozenset(others["id_number"]), frozenset(others["bank_card"]))


def _complete(person: Person, told: NewPerson) -> tuple[list[str], list[str]]:
    """Set what the person has not got yet; which fields were set, and of which another value is on record."""
    added, differ = [], []
    if told.id_number.strip():
        number = normalise_id(told.id_number)
        index = vault.blind(number, purpose="id_number")
        if person.id_index is None:
            person.id_index, person.id_masked = index, mask("id_number", number)
            person.id_sealed = seal_field(person.pk, "id_number", number)
            added.append("id_number")
        elif bytes(person.id_index) != index:
            differ.append("id_number")
    if told.bank_card.strip():
        number = normalise_bank_card(told.bank_card)
        if person.bank_sealed is None:
            person.bank_sealed, person.bank_masked = (
                seal_field(person.pk, "bank_card", number),
                mask("bank_card", number),
            )
            added.append("bank_card")
        elif person.bank_masked != mask("bank_card", number):
            differ.append("bank_card")
    return added, differ


_NUMBERS = ["id_index", "id_sealed", "id_masked", "bank_sealed", "bank_masked"]
_SET = f"""
UPDATE people_person p SET {", ".join(f"{name} = g.{name}" for name in _NUMBERS)}
FROM unnest(%(ids)s::bigint[], {", ".join(f"%({name})s::bytea[]" for name in _NUMBERS)})
  AS g(id, {", ".join(_NUMBERS)}) WHERE p.id = g.id
"""


def _column(person: Person, name: str) -> object:
    return stored(person, name) if name in SEALED else getattr(person, name)


def _by_index(indexes: Sequence[bytes | None]) -> dict[bytes, int]:
    wanted = [index for index in indexes if index is not None]
    found = Person.objects.filter(phone_index__in=wanted).values_list("phone_index", "id")
    return {bytes(index): key for index, key in found if index is not None}


def _next_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('people_person_id_seq') FROM generate_series(1, %s)", [count])
        return [int(row[0]) for row in cursor.fetchall()]


# --- the trail ----------------------------------------------------------------------------------------------------

_ADVANCE = """
INSERT INTO audit_chain AS c (key, seq, head)
SELECT g.key, g.n, %(genesis)s FROM unnest(%(keys)s::text[], %(counts)s::int[]) AS g (key, n) ORDER BY g.key
ON CONFLICT (key) DO UPDATE SET seq = c.seq + excluded.seq RETURNING key, seq, head
"""
_INSERT = """
WITH given AS (
  SELECT * FROM unnest(%(ids)s::bigint[], %(chains)s::text[], %(seqs)s::int[], %(persons)s::bigint[], %(acts)s::text[],
    %(datas)s::jsonb[], %(prevs)s::bytea[], %(hashes)s::bytea[]) AS g (id, chain, seq, person, act, data, prev, hash)),
heads AS (
  SELECT DISTINCT ON (chain) chain, hash FROM given ORDER BY chain, seq DESC),
moved AS (
  UPDATE audit_chain c SET head = h.hash FROM heads h WHERE c.key = h.chain)
INSERT INTO audit_entry (id, chain, seq, at, actor_id, actor, act, subject, person_id, purpose, data, prev, hash)
SELECT g.id, g.chain, g.seq, %(at)s, %(actor_id)s, %(actor)s, g.act, g.chain, g.person, '', g.data, g.prev, g.hash
FROM given g
"""


def record_many(acts: Sequence[tuple[int, str, list[str]]], actor: Actor, now: datetime) -> None:
    """Add an entry (person, act, fields) to each person's chain, in three statements; chains are locked in order."""
    if not acts:
        return
    counts: dict[str, int] = {}
    for person_id, _act, _fields in acts:
        chain = f"person:{person_id}"
        counts[chain] = counts.get(chain, 0) + 1
    who = signature(actor)
    columns: dict[str, list[object]] = {
        name: [] for name in ("chains", "seqs", "persons", "acts", "datas", "prevs", "hashes")
    }
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCE, {"genesis": GENESIS, "keys": list(counts), "counts": list(counts.values())})
        heads = {key: (seq - counts[key], bytes(head)) for key, seq, head in cursor.fetchall()}
        for person_id, act, fields in acts:
            chain, data = f"person:{person_id}", {"fields": fields}
            before, prev = heads[chain]
            hashed = entry_hash(
                prev, chain=chain, seq=before + 1, at=now, actor_id=actor.account_id, actor=who, act=act, subject=chain,
                person_id=person_id, purpose="", data=data,
            )  # fmt: skip
            heads[chain] = (before + 1, hashed)
            row = (chain, before + 1, person_id, act, canonical(data).decode(), prev, hashed)
            for values, value in zip(columns.values(), row, strict=True):
                values.append(value)
        cursor.execute("LOCK TABLE audit_entry IN ROW EXCLUSIVE MODE")  # a seal must wait for ids that are drawn
        cursor.execute("SELECT nextval('audit_entry_id_seq') FROM generate_series(1, %s)", [len(acts)])
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute(_INSERT, {"ids": ids, "at": now, "actor_id": actor.account_id, "actor": who, **columns})
