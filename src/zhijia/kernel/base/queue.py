"""Work for the background: deferred in the transaction that asks for it, so that both happen or neither."""

from django.db import connection
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

TASKS = "zhijia.site.tasks"
MOST = 7
"""Times that work is tried again after it failed; then it has failed for good and says so."""
MOST_STARTS = 10
"""Times that work is begun at all: what kills its worker each time never gets to fail."""


def patient(most: int = MOST) -> RetryStrategy:
    """Try again after 3, 9, 27 … seconds, the seventh time after 36 minutes: a database that is away for an hour or a
    disk that was full costs no work, and what can never succeed ends."""
    return RetryStrategy(max_attempts=most, exponential_wait=3)


def enqueue(task: str, **arguments: int | str) -> None:
    """Defer the task of this name in `zhijia.site.tasks`. Works inside a request's scope: the queue belongs to the
    owner, so its role is taken for as long as one statement needs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role')")
        role = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('role', 'none', true)")
        app.configure_task(f"{TASKS}.{task}").defer(**arguments)
        cursor.execute("SELECT set_config('role', %s, true)", [role])
