"""Statements that the driver prepares: for paths on which taking a statement apart each time would be seen."""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection

Row = tuple[Any, ...]
AFTER = 5
"""Executions after which the driver prepares a statement."""


def execute(statement: str, values: Sequence[Any]) -> "psycopg.RawCursor[Row]":
    """Run a statement with $1, $2 … on the current connection; prepared after a few uses, which Django's own cursor
    cannot do. Whoever counts queries counts these too.

    The driver counts uses only meanwhile: it would keep the last hundred statements of Django's cursor too, with all
    the values that stand in their text, a megabyte each where a thousand rows are stored.
    """
    connection.ensure_connection()
    raw: psycopg.Connection[Row] = connection.connection
    if connection.queries_logged:
        connection.queries_log.append({"sql": statement, "time": "0"})
    before, raw.prepare_threshold = raw.prepare_threshold, AFTER
    try:
        with connection.wrap_database_errors:
            return psycopg.RawCursor(raw).execute(statement, values)
    finally:
        raw.prepare_threshold = before
