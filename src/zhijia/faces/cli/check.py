"""`zhijia check`: is this installation sound? One row for each question, exit code 1 when one answer is no."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import typer

from .words import _

CLOCK_TOLERANCE = 2.0
"""Seconds by which this machine and the database server may differ."""
DISK_FLOOR = 1 << 30
"""Bytes that must be free in the installation's folder."""


@dataclass(frozen=True)
class Answer:
    """One row of the table: what was asked, whether it is well, and what was found."""

    question: str
    ok: bool
    found: str


def register(app: typer.Typer) -> None:
    @app.command(help=_("Check settings, tables, clock, calendar, keys and disk of this installation."))
    def check() -> None:
        from rich.console import Console
        from rich.table import Table

        from .setup import boot

        boot()
        answers = [ask() for ask in QUESTIONS]
        table = Table(_("Question"), "", _("Found"))
        for answer in answers:
            table.add_row(answer.question, "[green]✓[/]" if answer.ok else "[red]✗[/]", answer.found)
        Console().print(table)
        raise typer.Exit(0 if all(answer.ok for answer in answers) else 1)


def declarations() -> Answer:
    """Django's system checks, the services' start-up checks among them."""
    from django.core.checks import WARNING, run_checks

    problems = [p for p in run_checks(databases=["default"]) if p.level >= WARNING]
    return Answer(_("Are settings and services sound?"), not problems, "\n".join(map(str, problems)) or _("yes"))


def tables() -> Answer:
    """Whether every migration is applied and every model has its migration."""
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.executor import MigrationExecutor
    from django.db.migrations.state import ProjectState
    from django.utils import translation

    executor = MigrationExecutor(connection)
    missing = [str(m) for m, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    with translation.override(None):  # a translated name is not a change
        there, here = executor.loader.project_state(), ProjectState.from_apps(apps)
        changes = MigrationAutodetector(there, here).changes(graph=executor.loader.graph)
    found = [_("not applied: {name}").format(name=name) for name in missing]
    found += [_("models without a migration: {name}").format(name=label) for label in changes]
    return Answer(_("Do the tables fit this version?"), not found, "\n".join(found) or _("yes"))


def server() -> Answer:
    """The server's version, and whether the two request roles are there for row-level security."""
    from django.db import connection

    from zhijia.kernel.base.database import STAFF, WORKER

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), pg_is_in_recovery()")
        version, replica = cursor.fetchone()
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND NOT rolbypassrls", [[STAFF, WORKER]])
        missing = {STAFF, WORKER} - {name for (name,) in cursor.fetchall()}
    found = f"PostgreSQL {version.split()[0]}"
    if missing:
        found += "\n" + _("missing roles: {names}").format(names=", ".join(sorted(missing)))
    if replica:
        found += "\n" + _("this server is a read-only replica")
    return Answer(_("Is the database server fit?"), not missing and not replica, found)


def clock() -> Answer:
    """Whether this machine and the database server agree on the time: every legal limit hangs on it."""
    from django.db import connection

    with connection.cursor() as cursor:
        before = datetime.now(UTC)
        cursor.execute("SELECT clock_timestamp()")
        there = cursor.fetchone()[0]
        here = before + (datetime.now(UTC) - before) / 2
    apart = abs((there - here).total_seconds())
    return Answer(_("Do the clocks agree?"), apart <= CLOCK_TOLERANCE, _("{seconds:.2f} s apart").format(seconds=apart))


def calendar() -> Answer:
    """Whether the statutory holidays of this year are known; without them, dates are only provisional."""
    from chinese_calendar.constants import holidays

    from zhijia.kernel.base.clock import now

    last = max(day.year for day in holidays)
    return Answer(
        _("Is this year's holiday calendar known?"), last >= now().year, _("known up to {year}").format(year=last)
    )


def keys() -> Answer:
    """Whether the keys are readable by nobody else."""
    from django.conf import settings

    folder = settings.HOME / "keys"
    loose = [p.name for p in folder.iterdir() if p.stat().st_mode & 0o077] if folder.exists() else []
    found = _("others may read: {names}").format(names=", ".join(sorted(loose))) if loose else _("yes")
    return Answer(_("Are the keys private?"), not loose, found)


def disk() -> Answer:
    """Whether there is room left for the database, uploads and backups."""
    from django.conf import settings

    free = shutil.disk_usage(settings.HOME).free
    writable = os.access(settings.HOME, os.W_OK)
    found = _("{size:.1f} GB free").format(size=free / 1e9) if writable else _("not writable")
    return Answer(_("Is there room on the disk?"), writable and free >= DISK_FLOOR, f"{found}, {settings.HOME}")


QUESTIONS: list[Callable[[], Answer]] = [server, tables, declarations, clock, calendar, keys, disk]
