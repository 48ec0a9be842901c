"""The migration step that seals a readable column: in batches, and gone on with after an interruption."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import models, transaction
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.operations.base import Operation

from . import vault

BATCH = 2000


class SealColumn(Operation):
    """Turn a text or JSON column into the sealed bytes of `SealedText` or `SealedJson` (see sealed.py).

    `row` are the columns that the values are bound to, `about` an SQL expression whose text tells `purpose` for whom a
    row's value is sealed. A migration that uses it says `atomic = False`: each batch is a transaction, and the
    column is replaced when all are done. It cannot be taken back.
    """

    reduces_to_sql = False
    reversible = False

    def __init__(
        self, model: str, name: str, *, row: Sequence[str] = ("id",), purpose: str | Callable[[str], str] = "words",
        about: str = "''", empty: str = "", key: str = "id",
    ) -> None:  # fmt: skip
        self.model, self.name, self.row, self.purpose, self.about = model, name, tuple(row), purpose, about
        self.empty, self.key = empty, key

    def deconstruct(self) -> Any:
        """Never written by makemigrations."""
        return type(self).__name__, [self.model, self.name], {}

    def describe(self) -> str:
        """For the log."""
        return f"Seal {self.model}.{self.name}"

    def state_forwards(self, app_label: str, state: Any) -> None:
        """From here on the column is bytes."""
        old = state.models[app_label, self.model.lower()].fields[self.name]
        said = {"verbose_name": old.verbose_name} if old._verbose_name else {}
        field = models.BinaryField(null=True, blank=old.blank, **said)
        state.alter_field(app_label, self.model.lower(), self.name, field, preserve_default=True)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Add a column, fill it batch by batch, put it in the place of the readable one."""
        del to_state
        model = from_state.apps.get_model(app_label, self.model)
        table, column, connection = (
            model._meta.db_table,
            model._meta.get_field(self.name).column,
            schema_editor.connection,
        )
        draft = f"{column}_sealed_draft"
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('zhijia.resealing', '1', false)")  # also what never changes otherwise
            cursor.execute(_KIND, [table, column])
            if cursor.fetchone()[0] == "bytea":
                return
            cursor.execute(f'ALTER TABLE "{table}" ADD COLUMN IF NOT EXISTS "{draft}" bytea')
            after: Any = None
            while (after := self._batch(cursor, table, column, draft, after)) is not None:
                pass
            with transaction.atomic(using=connection.alias):
                cursor.execute(f'LOCK TABLE "{table}" IN ACCESS EXCLUSIVE MODE')
                after = None
                while (after := self._batch(cursor, table, column, draft, after)) is not None:
                    pass
                cursor.execute(_TRIGGERS, [table, table, column])
                triggers = cursor.fetchall()
                for name, _definition in triggers:
                    cursor.execute(f'DROP TRIGGER "{name}" ON "{table}"')
                cursor.execute(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')
                cursor.execute(f'ALTER TABLE "{table}" RENAME COLUMN "{draft}" TO "{column}"')
                for _name, definition in triggers:
                    cursor.execute(definition)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Not possible."""
        del app_label, schema_editor, from_state, to_state
        raise IrreversibleError(self.describe())

    def _batch(self, cursor: Any, table: str, column: str, draft: str, after: Any) -> Any:
        """Seal the next rows; the last one's key, or None when there was none left."""
        row = ", ".join(f't."{name}"' for name in self.row)
        cursor.execute(
            f'SELECT t."{self.key}", ({self.about})::text, t."{column}"::text, {row} FROM "{table}" t '
            f'WHERE t."{draft}" IS NULL AND t."{column}" IS NOT NULL AND t."{column}"::text <> %(empty)s '
            f'AND (%(after)s::bigint IS NULL OR t."{self.key}" > %(after)s) ORDER BY 1 LIMIT {BATCH}',
            {"empty": self.empty, "after": after},
        )
        rows = cursor.fetchall()
        if not rows:
            return None
        sealed = []
        for _key, about, plain, *bound in rows:
            purpose = self.purpose if isinstance(self.purpose, str) else self.purpose(about or "")
            aad = f"{table}.{column}:{'/'.join(str(value) for value in bound)}".encode()
            sealed.append(vault.seal(plain, purpose=purpose, aad=aad))
        cursor.execute(
            f'UPDATE "{table}" t SET "{draft}" = g.sealed '
            f'FROM unnest(%s::bigint[], %s::bytea[]) AS g(key, sealed) WHERE t."{self.key}" = g.key',
            [[found[0] for found in rows], sealed],
        )
        return rows[-1][0]


class Rewrite(Operation):
    """Write tables anew, so that what stood readable in them is not left in the pages of the files. A dropped column is
    only hidden; this is what removes it. Older backups and archived logs still hold it (docs/guides/keys.md)."""

    reduces_to_sql = False
    reversible = True

    def __init__(self, *tables: str) -> None:
        self.tables = tables

    def deconstruct(self) -> Any:
        """Never written by makemigrations."""
        return type(self).__name__, list(self.tables), {}

    def describe(self) -> str:
        """For the log."""
        return f"Rewrite {', '.join(self.tables)}"

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """One after the other; an empty table has nothing to hide."""
        del app_label, from_state, to_state
        with schema_editor.connection.cursor() as cursor:
            for table in self.tables:
                cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")')
                if cursor.fetchone()[0]:
                    cursor.execute(f'VACUUM (FULL, ANALYZE) "{table}"')

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Nothing to take back."""


_KIND = "SELECT data_type FROM information_schema.columns WHERE table_name = %s AND column_name = %s"
_TRIGGERS = """
SELECT t.tgname, pg_get_triggerdef(t.oid) FROM pg_depend d
JOIN pg_trigger t ON t.oid = d.objid AND d.classid = 'pg_trigger'::regclass
JOIN pg_attribute a ON a.attrelid = %s::regclass AND a.attnum = d.refobjsubid
WHERE d.refobjid = %s::regclass AND a.attname = %s AND NOT t.tgisinternal
"""
"""Triggers whose condition names the column: they are put back over the new one."""
