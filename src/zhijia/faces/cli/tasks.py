"""`zhijia tasks`: what the background could not do, and having it tried once more."""

from typing import Annotated

import typer

from .words import _

_STUCK = """
SELECT 'task', j.id::text, j.task_name, j.attempts, max(e.at)
FROM procrastinate_jobs j LEFT JOIN procrastinate_events e ON e.job_id = j.id
WHERE j.status = 'failed' AND j.queueing_lock IS NULL GROUP BY j.id
UNION ALL
SELECT 'event', id::text, type, tries, not_before FROM events_outgoing WHERE sent_at IS NULL AND tries > 0
ORDER BY 5 DESC NULLS LAST LIMIT 200
"""
_AGAIN = """
WITH tasks AS (
  UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = NULL
  WHERE status = 'failed' AND queueing_lock IS NULL RETURNING 1),
events AS (UPDATE events_outgoing SET not_before = NULL WHERE sent_at IS NULL AND tries > 0 RETURNING 1)
SELECT (SELECT count(*) FROM tasks) + (SELECT count(*) FROM events)
"""
"""A task that comes by the clock has a next turn of its own, so only the others are named and tried again."""


def register(app: typer.Typer) -> None:
    @app.command(help=_("Show the tasks that failed for good and the events that a consumer cannot take."))
    def tasks(
        again: Annotated[bool, typer.Option("--again", help=_("Have all of them tried once more, now."))] = False,
    ) -> None:
        from rich.console import Console
        from rich.table import Table

        from .setup import boot

        boot()
        console, rows = Console(), stuck()
        if again:
            console.print(_("{count} are tried once more").format(count=try_again()))
            return
        table = Table(_("Kind"), _("Number"), _("What"), _("Tries"), _("When"))
        for kind, number, what, tries, at in rows:
            table.add_row(kind, number, what, str(tries), f"{at:%Y-%m-%d %H:%M}" if at else "")
        console.print(table if rows else _("Nothing failed."))
        raise typer.Exit(1 if rows else 0)


def stuck() -> list[tuple[str, str, str, int, object]]:
    """Kind, number, name, tries and moment of what failed; newest first."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_STUCK)
        return list(cursor.fetchall())


def try_again() -> int:
    """Put everything that failed back in its queue; how many there were."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_AGAIN)
        return int(cursor.fetchone()[0])
