"""`zhijia retention`: what is due, and deletions that an older backup does not know of."""

from pathlib import Path
from typing import Annotated

import typer

from .words import _


def register(app: typer.Typer) -> None:
    group = typer.Typer(help=_("Keeping and letting go."), no_args_is_help=True)

    @group.command(
        help=_("Note every closed case whose time is over, as the nightly task does, and say how many wait.")
    )
    def due() -> None:
        from .setup import boot

        boot()
        from zhijia.kernel.base.clock import now
        from zhijia.kernel.retention.due import mark_due, waiting
        from zhijia.kernel.service.registry import load

        load()
        new = mark_due(now=now())
        typer.echo(_("{new} new, {waiting} wait for disposal").format(new=new, waiting=waiting().count()))

    @group.command(
        help=_("Erase again what was erased before an older backup was put back. `restore` does it by itself.")
    )
    def reapply(
        file: Annotated[
            Path | None, typer.Argument(metavar="[FILE]", help=_("The file of deletions (.jsonl)."))
        ] = None,
    ) -> None:
        from .setup import boot

        boot()
        typer.echo(_("{n} erased again").format(n=apply_deletions(file)))

    app.add_typer(group, name="retention")


def apply_deletions(file: Path | None = None) -> int:
    """Apply the deletions of a file (default: this installation's own) to the present database; how many were erased.
    Needs Django set up."""
    from zhijia.kernel.base.clock import now
    from zhijia.kernel.retention.tombstones import apply_tombstones, read
    from zhijia.kernel.service.registry import load

    load()
    return apply_tombstones(read(file) if file else None, now=now())


def after_restore() -> None:
    """Erase again what the backup that was just put back still holds. A database older than these tables gets it
    by `zhijia retention reapply`, once `zhijia serve` has brought it up to date."""
    from .setup import boot, home

    if not (home() / "deletions.jsonl").exists():
        return
    boot()
    from django.db import ProgrammingError

    try:
        typer.echo(_("{n} erased again").format(n=apply_deletions()))
    except ProgrammingError:
        typer.echo(
            _("This backup is older than the deletions. Start `zhijia serve` once, then: zhijia retention reapply")
        )
