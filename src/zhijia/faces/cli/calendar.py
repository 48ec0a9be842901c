"""`zhijia calendar`: the State Council's arrangement of a year, loaded by the operator; running clocks follow it."""

import csv
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .words import _

if TYPE_CHECKING:
    from zhijia.kernel.rules.workdays import Entry

COLUMNS = ("date", "kind", "name", "statutory")
"""A CSV with a heading row. `kind`: holiday (off), rest (off), workday (a weekend day worked); `statutory`: 1 or 0."""


def register(app: typer.Typer) -> None:
    group = typer.Typer(help=_("The working-day calendar."), no_args_is_help=True)

    @group.command(help=_("Load one year's table (CSV: date, kind, name, statutory) and move every clock it touches."))
    def load(
        file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
        basis: Annotated[str, typer.Option(help=_("The notice it comes from."))],
    ) -> None:
        from rich.console import Console

        from .setup import boot
        from .steps import step

        boot()
        from zhijia.kernel.base.clock import now
        from zhijia.kernel.deadlines.store import recompute_running
        from zhijia.kernel.rules.calendar import load_year

        console = Console()
        with step(console, _("Calendar")) as current:
            year = load_year(_entries(file), basis=basis, now=now())
            current.note = str(year)
        with step(console, _("Clocks")) as current:
            done = recompute_running(reason=f"calendar {year}: {basis}"[:300], now=now())
            current.note = _("{looked} looked at, {moved} moved").format(looked=done.looked_at, moved=len(done.changed))

    @group.command(help=_("Say which days of a year are off or worked in exchange, and whether the year is known."))
    def show(year: int) -> None:
        from .setup import boot

        boot()
        from zhijia.kernel.rules.calendar import current as calendar_in_force

        calendar = calendar_in_force()
        known = calendar.known(year)
        says = _("{year} is known.") if known else _("{year} is not published: dates in it are provisional.")
        typer.echo(says.format(year=year))
        for number in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()):
            day = calendar.day(date.fromordinal(number))
            if day.kind in ("holiday", "makeup"):
                typer.echo(f"{day.date}  {day.title}")

    app.add_typer(group, name="calendar")


def _entries(file: Path) -> "list[Entry]":
    """The rows of the file. Exits with one sentence naming the row that cannot be read."""
    from zhijia.kernel.rules.workdays import DayKind, Entry

    entries: list[Entry] = []
    with file.open(newline="", encoding="utf-8-sig") as lines:
        for number, row in enumerate(csv.DictReader(lines), start=2):
            try:
                kind = DayKind(row["kind"].strip())
                day, name = date.fromisoformat(row["date"].strip()), (row.get("name") or "").strip()
                entries.append(Entry(day, kind, name, statutory=(row.get("statutory") or "").strip() == "1"))
            except (KeyError, ValueError, AttributeError):
                says = _("row {number} of {file} cannot be read: {row}")
                typer.echo(says.format(number=number, file=file.name, row=", ".join(map(str, row.values()))), err=True)
                raise typer.Exit(2) from None
    return entries
