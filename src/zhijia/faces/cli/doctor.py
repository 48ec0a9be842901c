"""`zhijia doctor`: the controls of 等保 level 3, each with its evidence; exit code 1 when one fails."""

from typing import Annotated

import typer

from .words import _


def register(app: typer.Typer) -> None:
    @app.command(help=_("Check this installation against the controls of 等保 level 3, with the evidence for each."))
    def doctor(
        as_json: Annotated[bool, typer.Option("--json", help=_("One JSON line for each finding."))] = False,
    ) -> None:
        import json

        from rich.console import Console
        from rich.table import Table

        from .setup import boot

        boot()
        from zhijia.faces.doctor.findings import State
        from zhijia.faces.doctor.report import report, tally
        from zhijia.kernel.base import clock

        findings = report(clock.now())
        if as_json:
            for f in findings:
                told = {
                    "control": f.control,
                    "title": f.title,
                    "state": f.state,
                    "evidence": f.evidence,
                    "mend": f.mend,
                }
                print(json.dumps({name: str(value) for name, value in told.items()}, ensure_ascii=False))
        else:
            colours = {State.HOLDS: "green", State.WEAK: "yellow", State.FAILS: "red", State.OUTSIDE: "dim"}
            table = Table(_("Control"), _("What"), "", _("Evidence"))
            for f in findings:
                mend = f"\n→ {f.mend}" if f.mend else ""
                colour = colours[f.state]
                table.add_row(f.control, str(f.title), f"[{colour}]{f.state.title}[/]", f"{f.evidence}{mend}")
            console = Console()
            console.print(table)
            console.print("  ".join(f"{state.title}: {n}" for state, n in tally(findings).items()))
        raise typer.Exit(1 if any(f.state == State.FAILS for f in findings) else 0)
