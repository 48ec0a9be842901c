"""The ledger's way to the database: rows of a statement, and statements that the driver prepares."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from zhijia.kernel.base.statements import Row, execute


def rows(statement: str, values: Sequence[Any] | Mapping[str, Any] | None = None) -> list[Row]:
    """All rows of a statement with %s or %(named)s parameters."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def prepared(statement: str, values: Sequence[Any]) -> list[Row]:
    """All rows of a statement with $1, $2 … that is prepared after a few uses."""
    return execute(statement, values).fetchall()
