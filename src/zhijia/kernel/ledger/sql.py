"""The ledger's way to the database: rows of a statement, and statements that the driver prepares."""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection

AFTER = 5
"""Executions after which the driver prepares a statement."""
Row = tuple[Any, ...]


def rows(statement: str, values: Sequence[Any] | Mapping[str, Any] | None = None) -> list[Row]:
    """All rows of a statement with %s or %(named)s parameters."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def prepared(statement: str, values: Sequence[Any]) -> list[Row]:
    """All rows of a statement with $1, $2 … that is prepared after a few uses; Django's own cursor cannot."""
    connection.ensure_connection()
    raw: psycopg.Connection[Row] = connection.connection
    if raw.prepare_threshold is None:
        raw.prepare_threshold = AFTER
    if connection.queries_logged:  # so that whoever counts queries counts these too
        connection.queries_log.append({"sql": statement, "time": "0"})
    with connection.wrap_database_errors:
        return psycopg.RawCursor(raw).execute(statement, values).fetchall()
