"""Work for the background: deferred in the transaction that asks for it, so that both happen or neither."""

from django.db import connection
from procrastinate.contrib.django import app

TASKS = "zhijia.site.tasks"


def enqueue(task: str, **arguments: int | str) -> None:
    """Defer the task of this name in `zhijia.site.tasks`. Works inside a request's scope: the queue belongs to the
    owner, so its role is taken for as long as one statement needs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role')")
        role = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('role', 'none', true)")
        app.configure_task(f"{TASKS}.{task}").defer(**arguments)
        cursor.execute("SELECT set_config('role', %s, true)", [role])
