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
    cannot do. Whoever counts queries counts these too."""
    connection.ensure_connection()
    raw: psycopg.Connection[Row] = connection.connection
    if raw.prepare_threshold is None:
        raw.prepare_threshold = AFTER
    if connection.queries_logged:
        connection.queries_log.append({"sql": statement, "time": "0"})
    with connection.wrap_database_errors:
        return psycopg.RawCursor(raw).execute(statement, values)
