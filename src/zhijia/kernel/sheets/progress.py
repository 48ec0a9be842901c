"""How far a job is, told beside its own transaction: on a connection of its own, which also holds the job's lock."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic

import psycopg
from django.db import connection

from .models import State

_LOCK = 0x5A485348  # "ZHSH": the first half of the advisory lock, the second is the job's number
EVERY = 0.5
"""Seconds between two signs of life."""


class Cancelled(Exception):
    """The job's owner does not want it any more."""


class Progress:
    """Tells the database, and so the page, how many rows are done; hears from it that the job was cancelled."""

    def __init__(self, beside: psycopg.Connection[tuple[str]], job_id: int) -> None:
        self._beside, self._job_id, self._last = beside, job_id, 0.0

    def expect(self, rows: int) -> None:
        """Say how many rows there will be."""
        update = "UPDATE sheets_job SET rows = %(rows)s WHERE id = %(job)s"
        self._beside.execute(update, {"rows": rows, "job": self._job_id})

    def tell(self, done: int) -> None:
        """Say it, if the last time is long enough ago. Raises Cancelled."""
        if monotonic() - self._last < EVERY:
            return
        self._last = monotonic()
        update = "UPDATE sheets_job SET done = %(done)s WHERE id = %(job)s RETURNING state"
        found = self._beside.execute(update, {"done": done, "job": self._job_id}).fetchone()
        if found and found[0] == State.CANCELLED:
            raise Cancelled


@contextmanager
def alone(job_id: int) -> Iterator[Progress | None]:
    """Work on a job that nobody else works on, here or on another machine; None when somebody does.

    The lock goes with the connection, so a killed worker leaves none behind. It is given back before the connection is
    closed: the server takes a moment to notice that, and the next step of the same job would find it taken.
    """
    parameters = {**connection.get_connection_params(), "autocommit": True}
    with psycopg.connect(**parameters) as beside:
        taken = beside.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK, job_id % 2**31]).fetchone()
        try:
            yield Progress(beside, job_id) if taken and taken[0] else None
        finally:
            with suppress(psycopg.Error):
                beside.execute("SELECT pg_advisory_unlock_all()")
