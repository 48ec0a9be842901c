"""Model fields whose column holds sealed bytes: words and values that are opened when a row's attribute is read.

What is stored is bound to its table, column and row, so that no value can be put in another's place. A row that is only
carried along is never opened, and a value that was not changed is written back as it was. Empty words are NULL.

    story = SealedText(row="case_id", purpose=protected("hotline"))

- A model instance reads and writes plain words: `ticket.story`, `Ticket(story="…").save()`, `bulk_create`, `only`.
- A query never sees them: they cannot be filtered, ordered or given to `update()` as plain words (TypeError). `values`,
  raw SQL and COPY carry bytes; `open_for` opens and `seal_for` seals them, given the row.
- `sealed_columns()` lists every such column of the installation: for rotation, for the shredder and for tests.
"""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext as _

from zhijia.kernel.base.errors import Misconfigured

from . import vault

WORDS = "words"
PROTECTED = ("health", "harassment", "children")
"""Purposes with data keys of their own, which can be held elsewhere or destroyed apart from all others."""
Purpose = str | Callable[[Any], str]


class Closed:
    """A sealed value as it was read. It shows nothing; its row opens it, once."""

    __slots__ = ("plain", "sealed", "text")

    def __init__(self, sealed: bytes) -> None:
        self.sealed = sealed
        self.plain: Any = None
        self.text: str | None = None

    def __str__(self) -> str:
        return "•••"

    def __repr__(self) -> str:
        return "<sealed>"


class _Opening(DeferredAttribute):
    """Opens a row's value when somebody reads it, once."""

    field: "SealedText"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        value = instance.__dict__.get(self.field.attname, self)
        if value is self:  # left out of the query: fetched now
            value = super().__get__(instance, cls)
        return self.field.opened(value, instance) if isinstance(value, Closed) else value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = self.field.empty() if value is None else value


class SealedText(models.BinaryField):  # type: ignore[type-arg]
    """Words that the database cannot read. `row` names the attributes that tell the row from all others before it is
    stored; `purpose` is whose data key seals it, or a function of the instance that says so; `limit` is for forms."""

    descriptor_class = _Opening
    changes_in_place = False

    def __init__(
        self, *args: Any, row: str | Sequence[str] = "id", purpose: Purpose = WORDS, limit: int | None = None,
        aad: str = "", **kwargs: Any,
    ) -> None:  # fmt: skip
        self.row = (row,) if isinstance(row, str) else tuple(row)
        self.purpose, self.limit, self.place = purpose, limit, aad
        kwargs["null"] = True
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Migrations see the column as it is: bytes."""
        name, _path, args, kwargs = super().deconstruct()
        for left_out in ("default", "editable"):
            kwargs.pop(left_out, None)
        return name, "django.db.models.BinaryField", args, kwargs

    def clone(self) -> Any:
        """The field as migrations see it."""
        return _as_bytes(self)

    # --- what the value is in Python ---------------------------------------------------------------------------------

    def empty(self) -> Any:
        """What stands for NULL."""
        return ""

    def encode(self, value: Any) -> str:
        """The value as the text that is sealed."""
        return str(value)

    def decode(self, text: str) -> Any:
        """The value of a text that was sealed."""
        return text

    def lost(self) -> Any:
        """What is shown where the key was destroyed."""
        return _("(destroyed)")

    def get_default(self) -> Any:
        """Nothing, unless the model says otherwise."""
        return self._get_default() if self.has_default() else self.empty()  # type: ignore[attr-defined]

    def to_python(self, value: Any) -> Any:
        """Plain words stay as they are."""
        return self.empty() if value is None else value

    # --- between row and database ------------------------------------------------------------------------------------

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        """What a query gives: closed."""
        return self.empty() if value is None else Closed(bytes(value))

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        """The bytes of the row's value: as they were read, or sealed now."""
        del add
        value = model_instance.__dict__.get(self.attname, self.empty())
        if isinstance(value, Closed):
            if value.text is None or value.text == self.encode(value.plain):
                return value.sealed
            value = value.plain  # changed in place
        if value == self.empty():
            return None
        if isinstance(value, bytes | memoryview):
            raise TypeError(f"{self.model.__name__}.{self.name} takes plain words in Python")
        row = [getattr(model_instance, name) for name in self.row]
        purpose = self.purpose if isinstance(self.purpose, str) else self.purpose(model_instance)
        closed = Closed(self.seal(value, row, purpose))
        closed.plain, closed.text = value, self.encode(value) if self.changes_in_place else None
        model_instance.__dict__[self.attname] = closed  # written twice, it is the same bytes
        return closed.sealed

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Bytes only: plain words that come here would be stored readable. Raises TypeError for them."""
        if value is None or value == self.empty():
            return None
        if isinstance(value, Closed):
            value = value.sealed
        if not isinstance(value, bytes | memoryview):
            raise TypeError(f"{self.model.__name__}.{self.name} is sealed: it takes bytes of seal_for(), not words")
        return super().get_db_prep_value(value, connection, prepared)

    def get_lookup(self, lookup_name: str) -> Any:
        """Nothing but whether there is something, and these very bytes, can be asked of the database."""
        return super().get_lookup(lookup_name) if lookup_name in ("isnull", "exact") else None

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """As a query parameter."""
        return self.get_db_prep_value(value, connection)

    # --- sealing and opening -----------------------------------------------------------------------------------------

    def aad(self, row: Sequence[Any]) -> bytes:
        """What the sealed bytes are bound to. Raises Misconfigured while the row has no key yet."""
        if any(value is None for value in row):
            raise Misconfigured(f"{self.model.__name__}.{self.name}: the row needs {self.row} before it can be sealed")
        place = self.place or f"{self.model._meta.db_table}.{self.column}"
        return f"{place}:{'/'.join(str(value) for value in row)}".encode()

    @property
    def purposes(self) -> Collection[str]:
        """Whose keys may have sealed it."""
        return (self.purpose,) if isinstance(self.purpose, str) else (WORDS, *PROTECTED)

    def seal(self, value: Any, row: Sequence[Any], purpose: str) -> bytes:
        """The bytes of a value for this row."""
        return vault.seal(self.encode(value), purpose=purpose, aad=self.aad(row))

    def open(self, sealed: bytes, row: Sequence[Any]) -> Any:
        """The value of this row's bytes. Raises Unreadable."""
        closed = Closed(sealed)
        self._open(closed, row)
        return closed.plain

    def opened(self, value: Closed, instance: Any) -> Any:
        """The value of an instance's attribute."""
        if value.plain is None:
            self._open(value, [getattr(instance, name) for name in self.row])
        return value.plain

    def _open(self, value: Closed, row: Sequence[Any]) -> None:
        try:
            text = vault.open_(value.sealed, purpose=self.purposes, aad=self.aad(row))
        except vault.Destroyed:
            value.plain = self.lost()
        else:
            value.plain = self.decode(text)
            value.text = self.encode(value.plain) if self.changes_in_place else None


class SealedJson(SealedText):
    """A JSON value that the database cannot read; NULL is what `default` makes. One that was changed in place is sealed
    anew when it is saved; one that was only read is written back as it was."""

    changes_in_place = True

    def empty(self) -> Any:
        """What stands for NULL."""
        return self._get_default() if self.has_default() else None  # type: ignore[attr-defined]

    def encode(self, value: Any) -> str:
        """As it stands; nothing is compared by it but what was just read."""
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def decode(self, text: str) -> Any:
        """The value."""
        return json.loads(text)

    def lost(self) -> Any:
        """What is shown where the key was destroyed."""
        return self.empty()


class SealedBytes(models.BinaryField):  # type: ignore[type-arg]
    """Bytes that the code around them seals and opens by itself; declared so that rotation and tests know of them."""

    def __init__(self, *args: Any, purpose: str, row: str = "id", aad: str = "", **kwargs: Any) -> None:
        self.purpose, self.row, self.place = purpose, (row,), aad
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Migrations see the column as it is: bytes."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField", args, kwargs

    def clone(self) -> Any:
        """The field as migrations see it."""
        return _as_bytes(self)


def _as_bytes(field: Any) -> Any:
    _name, _path, args, kwargs = field.deconstruct()
    return models.BinaryField(*args, **kwargs)


@dataclass(frozen=True)
class Column:
    """One sealed column: where it is, what tells its rows apart, whose keys may have sealed it."""

    model: type[models.Model]
    field: Any
    table: str
    column: str
    key: str
    """The primary key's column: rows are gone through in its order."""
    row: tuple[str, ...]
    """Columns that its values are bound to."""
    purposes: tuple[str, ...]
    place: str

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"

    def aad(self, row: Sequence[Any]) -> bytes:
        """What the bytes of this row are bound to."""
        return f"{self.place}:{'/'.join(str(value) for value in row)}".encode()


@cache
def sealed_columns() -> tuple[Column, ...]:
    """Every sealed column of every installed model."""
    return tuple(sorted(_columns(), key=str))


def _columns() -> Iterator[Column]:
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.proxy or not meta.managed or meta.pk is None:
            continue
        for f in meta.local_concrete_fields:
            if not isinstance(f, SealedText | SealedBytes):
                continue
            row = tuple(str(meta.pk.column if name == "pk" else meta.get_field(name).column) for name in f.row)  # type: ignore[union-attr]
            purposes = tuple(f.purposes) if isinstance(f, SealedText) else (f.purpose,)
            place = f.place or f"{meta.db_table}.{f.column}"
            yield Column(model, f, meta.db_table, str(f.column), str(meta.pk.column), row, purposes, place)


def field_of(model: type[models.Model], name: str) -> SealedText:
    """The sealed field of this name."""
    found = model._meta.get_field(name)
    assert isinstance(found, SealedText)
    return found


def stored(instance: models.Model, name: str) -> bytes | None:
    """The bytes of an instance's value, for SQL of one's own: as they were read, or sealed now."""
    found: bytes | None = field_of(type(instance), name).pre_save(instance, add=False)
    return found


def seal_for(model: type[models.Model], name: str, value: Any, *row: Any, purpose: str = "") -> bytes | None:
    """The bytes to store for a value that no instance carries: for `update()`, raw SQL and COPY. `row` are the
    values of
    the field's row attributes; a purpose must be given where it depends on the row. None for an empty value."""
    field = field_of(model, name)
    if value is None or value == field.empty():
        return None
    chosen = purpose or field.purpose
    if not isinstance(chosen, str):
        raise Misconfigured(f"{model.__name__}.{name}: say for which purpose it is sealed")
    return field.seal(value, row, chosen)


def open_for(model: type[models.Model], name: str, sealed: Any, *row: Any) -> Any:
    """The value of bytes that raw SQL, `values()` or a JSON row (as "\\x…") gave, opened for this row."""
    field = field_of(model, name)
    if sealed is None or sealed == "":
        return field.empty()
    return field.open(bytes_of(sealed), row)


def open_row(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """A row of any table, as `to_jsonb` gives it, with its sealed words opened: for who must look for what is in
    them."""
    for column in sealed_columns():
        value = row.get(column.column)
        if column.table == table and value is not None and isinstance(column.field, SealedText):
            row[column.column] = column.field.open(bytes_of(value), [row[name] for name in column.row])
    return row


def bytes_of(value: Any) -> bytes:
    """Sealed bytes, from bytes, from what a query set gave or from "\\x…" of a JSON row."""
    if isinstance(value, Closed):
        return value.sealed
    return bytes.fromhex(value.removeprefix("\\x")) if isinstance(value, str) else bytes(value)
