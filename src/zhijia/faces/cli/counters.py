"""`zhijia counters`: build the figures again from the events."""

import typer

from .words import _


def register(app: typer.Typer) -> None:
    group = typer.Typer(help=_("The figures of the board."), no_args_is_help=True)

    @group.callback()
    def counters() -> None:
        pass

    @group.command(help=_("Count again from the events; the result is the same unless somebody touched the counters."))
    def rebuild() -> None:
        from rich.console import Console

        from .setup import boot
        from .steps import step

        boot()
        from zhijia.kernel.service.rebuild import rebuild as count_again

        with step(Console(), _("Counters")) as current:
            current.note = _("{rows} rows").format(rows=count_again())

    app.add_typer(group, name="counters")
