"""What is about to be erased, gathered before, held in memory only, so that it can be looked for afterwards.

Numbers of a person are looked for everywhere. Long words are looked for wherever no other person's words stand. Short
words and sums of money (a name, "no answer", 3,000) mean nothing by themselves; they are looked for in what is kept
about this very case or person.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.search import SearchVectorField

from zhijia.kernel.base.money import yuan
from zhijia.kernel.cases.models import Attachment, Case
from zhijia.kernel.documents.models import Letter
from zhijia.kernel.people.models import Person, SafeContact
from zhijia.kernel.people.persons import held_numbers
from zhijia.kernel.service import registry
from zhijia.kernel.service.declare import Keep, Kind

from . import files
from .owned import Rows, of_cases

LONG = 12
"""Characters from which words are somebody's own."""
WORDS = frozenset({"text", "title", "free", "answer", "cells", "evidence"})
"""Columns of words beside those that declarations name personal. What a letter says besides is the form's, or stands in
the facts."""
_PIECES = re.compile(r'[\n\t"\\]')


@dataclass
class Values:
    """What must be nowhere any more."""

    strong: set[str] = field(default_factory=set)
    """Numbers of a person: phone, identity card, bank card, in digits."""
    indexes: set[bytes] = field(default_factory=set)
    """Keyed indexes by which such numbers are found."""
    long: set[str] = field(default_factory=set)
    weak: set[str] = field(default_factory=set)
    money: set[str] = field(default_factory=set)
    """Sums, in fen and in yuan."""
    places: set[str] = field(default_factory=set)
    """Where files lay."""
    cases: set[int] = field(default_factory=set)
    persons: set[int] = field(default_factory=set)
    letters: set[int] = field(default_factory=set)

    def say(self, words: str) -> None:
        """Take words in; what JSON would write otherwise (quotes, line ends) parts them."""
        for piece in filter(None, (p.strip() for p in _PIECES.split(words))):
            if len(piece) >= LONG:
                self.long.add(piece)
            elif len(piece) > 1 and not piece.isascii():
                self.weak.add(piece)

    def pay(self, fen: int | None) -> None:
        """Take an amount in; small change is everybody's."""
        if fen and fen >= 10_000:
            self.money |= {str(fen), str(yuan(fen))}

    def subjects(self) -> list[str]:
        """How trails name what was erased."""
        return [
            *(f"case:{pk}" for pk in sorted(self.cases)), *(f"person:{pk}" for pk in sorted(self.persons)),
            *(f"letter:{pk}" for pk in sorted(self.letters)),
        ]  # fmt: skip


def of_case(case_ids: Sequence[int], into: Values) -> None:
    """Gather the words, sums and files of these cases."""
    into.cases.update(case_ids)
    for case in Case.objects.filter(pk__in=case_ids):
        _facts(case, into)
    for rows in of_cases():
        names = [f for f in rows.model._meta.concrete_fields if f.name in WORDS or f.name in _personal()]
        names = [f for f in names if not (f.choices or f.is_relation or isinstance(f, SearchVectorField))]
        if not names:
            continue
        for row in _read(rows, names, case_ids):
            for value in row:
                for words in _leaves(value):
                    into.say(words)
    into.letters.update(Letter.objects.filter(case_id__in=case_ids).values_list("pk", flat=True))
    into.places.update(files.of_cases(case_ids))
    into.long.update(Attachment.objects.filter(case_id__in=case_ids).values_list("sha256", flat=True))


def of_person(person_ids: Sequence[int], into: Values) -> None:
    """Gather a person's numbers, names and wishes."""
    into.persons.update(person_ids)
    for person in Person.objects.filter(pk__in=person_ids):
        into.strong |= {number for number in held_numbers(person.pk).values() if len(number) > 5}
        into.indexes |= {bytes(index) for index in (person.phone_index, person.id_index) if index}
        into.say(person.name)
    into.strong |= {index.hex() for index in into.indexes}
    for wishes in SafeContact.objects.filter(person_id__in=person_ids):
        into.say(wishes.note)


def _read(rows: Rows, fields: Sequence[Any], case_ids: Sequence[int]) -> Iterator[list[Any]]:
    """The values of these fields, sealed ones opened."""
    sql = f'SELECT * FROM "{rows.table}" WHERE {rows.where}'
    for row in rows.model._default_manager.raw(sql, {"cases": list(case_ids)}):
        yield [getattr(row, field.attname) for field in fields]


def _facts(case: Case, into: Values) -> None:
    service = registry.service(case.service)
    facts = service.facts._default_manager.filter(pk=case.pk).first()
    asks = [*service.intake.asks, *(ask for t in service.transitions for ask in t.ask)]
    for name in {ask.name for ask in asks if ask.keep == Keep.FACTS and ask.name in service.personal}:
        for words in _leaves(getattr(facts, name, None)):
            into.say(words)
    for name in {ask.name for ask in asks if ask.keep == Keep.FACTS and ask.kind == Kind.MONEY}:
        into.pay(getattr(facts, name, None))


def _personal() -> frozenset[str]:
    return frozenset(name for service in registry.services() for name in service.personal)


def _leaves(value: Any) -> Iterator[str]:
    """Every text inside a column's value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, Iterable) and not isinstance(value, bytes | memoryview | bytearray):
        for inner in value:
            yield from _leaves(inner)


__all__ = ["Values", "of_case", "of_person"]
