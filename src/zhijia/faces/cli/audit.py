"""`zhijia audit verify`: does the audit trail still say what was written?"""

import typer

from .words import _


def register(app: typer.Typer) -> None:
    group = typer.Typer(help=_("The audit trail."), no_args_is_help=True)

    @group.callback()
    def audit() -> None:
        pass

    @group.command(help=_("Recompute every hash chain and daily root; names each row that was changed."))
    def verify() -> None:
        from rich.console import Console

        from .setup import boot
        from .steps import step

        boot()
        from zhijia.kernel.audit.verify import verify as verify_audit

        console = Console()
        with step(console, _("Audit trail")) as current:
            report = verify_audit(lambda done, total: current.show(f"{done}/{total}"))
            current.note = _("{entries} entries, {chains} chains, {seals} seals").format(
                entries=report.entries, chains=report.chains, seals=report.seals
            )
        for problem in report.problems:
            console.print(f"[red]✗[/] {problem.where}: {problem.what}", highlight=False)
        console.print(_("Not one byte differs.") if report.ok else _("The audit trail was changed."))
        raise typer.Exit(0 if report.ok else 1)

    app.add_typer(group, name="audit")
