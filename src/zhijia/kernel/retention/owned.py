"""Which rows belong to a case or to a person: read from the models, so that a new table is found without being named.

A row belongs to a case when it would go with it (CASCADE), directly or through another row that does. What points to
such a row without going with it is let loose (where it may be empty) or needs it: then the case's row must stay.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from zhijia.kernel.cases.models import Case
from zhijia.kernel.people.models import Account, Person

Table = type[models.Model]


@dataclass(frozen=True)
class Rows:
    """Rows of one table: SQL that picks them, with one named parameter (`cases`, `person` or `account`)."""

    model: Table
    where: str
    column: str = ""

    @property
    def table(self) -> str:
        """The table's name."""
        return str(self.model._meta.db_table)


@dataclass(frozen=True)
class Pointer:
    """A foreign key to a person or an account."""

    model: Table
    column: str
    goes: bool
    """The row goes with what it points to."""
    empties: bool

    @property
    def table(self) -> str:
        """The table's name."""
        return str(self.model._meta.db_table)


@cache
def of_cases() -> tuple[Rows, ...]:
    """What goes with `cases`, children before their parents, the case rows last."""
    found = _paths()
    order: list[Table] = []
    while len(order) < len(found):
        for model in found:
            if model not in order and not any(_points(child, model) for child in found if child not in (*order, model)):
                order.append(model)
                break
        else:
            raise RuntimeError("tables of a case point to each other in a circle")
    return tuple(Rows(model, found[model]) for model in order)


@cache
def loosened() -> tuple[Rows, ...]:
    """References from rows that stay which are emptied: to a leading case, to a file of the case."""
    found = _paths()
    return tuple(
        Rows(model, f'"{field.column}" IN ({_pick(target, found[target])})', field.column)
        for model, field, target in _links(found)
        if field.remote_field.on_delete is models.SET_NULL or (target is Case and field.null)
        if field.remote_field.on_delete is not models.CASCADE
    )


@cache
def needing() -> tuple[Rows, ...]:
    """Rows that stay and cannot do without a row of the case: entries in the books, offers of a cycle."""
    found = _paths()
    return tuple(
        Rows(model, f'"{field.column}" IN ({_pick(target, found[target])})' + _not_own(model, found), field.column)
        for model, field, target in _links(found)
        if field.remote_field.on_delete not in (models.CASCADE, models.SET_NULL)
        if not (target is Case and field.null)
    )


@cache
def to_person() -> tuple[Pointer, ...]:
    """Every foreign key to a person."""
    return _pointers(Person)


@cache
def to_account() -> tuple[Pointer, ...]:
    """Every foreign key to an account."""
    return _pointers(Account)


@cache
def by_index() -> tuple[tuple[str, str], ...]:
    """(table, column) of every keyed index of a number that stands outside the person's own row."""
    return tuple(
        (str(model._meta.db_table), field.column)
        for model in apps.get_models()
        if model is not Person
        for field in model._meta.concrete_fields
        if isinstance(field, models.BinaryField) and field.column in ("phone_index", "id_index")
    )


def _paths() -> dict[Table, str]:
    """Table -> the condition under which a row goes with `cases`; the shortest way from the case counts."""
    found: dict[Table, str] = {Case: "id = ANY(%(cases)s)"}
    todo: list[Table] = [Case]
    while todo:
        parent = todo.pop(0)
        inner = None if parent is Case else _pick(parent, found[parent])
        for model in _models():
            ways = [
                f'"{field.column}" IN ({inner})' if inner else f'"{field.column}" = ANY(%(cases)s)'
                for field in _keys(model)
                if field.remote_field.model is parent and field.remote_field.on_delete is models.CASCADE
            ]
            if ways and model not in found:  # a link goes with either of its two cases
                found[model] = ways[0] if len(ways) == 1 else f"({' OR '.join(ways)})"
                todo.append(model)
    return found


def _links(found: dict[Table, str]) -> list[tuple[Table, Any, Table]]:
    return [
        (model, field, field.remote_field.model)
        for model in _models() for field in _keys(model) if field.remote_field.model in found
    ]  # fmt: skip


def _not_own(model: Table, found: dict[Table, str]) -> str:
    return f" AND NOT ({found[model]})" if model in found else ""


def _pick(model: Table, where: str) -> str:
    pk = model._meta.pk
    assert pk is not None
    return f'SELECT "{pk.column}" FROM "{model._meta.db_table}" WHERE {where}'


def _points(child: Table, parent: Table) -> bool:
    return any(field.remote_field.model is parent for field in _keys(child))


def _pointers(target: Table) -> tuple[Pointer, ...]:
    return tuple(
        Pointer(model, field.column, field.remote_field.on_delete is models.CASCADE, field.null)
        for model in _models() for field in _keys(model) if field.remote_field.model is target
    )  # fmt: skip


def _keys(model: Table) -> list[Any]:
    return [f for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey)]


def _models() -> list[Table]:
    return [m for m in apps.get_models(include_auto_created=True) if not m._meta.proxy and m._meta.managed]
