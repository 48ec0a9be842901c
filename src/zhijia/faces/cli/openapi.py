"""`zhijia openapi`: write docs/openapi.json, or check that it is what the code says."""

from pathlib import Path
from typing import Annotated

import typer

from .words import _

DOCUMENT = Path("docs/openapi.json")


def register(app: typer.Typer) -> None:
    @app.command(help=_("Write docs/openapi.json; with --check only say whether it is up to date."))
    def openapi(
        path: Annotated[Path, typer.Argument(help=_("The file."))] = DOCUMENT,
        check: Annotated[bool, typer.Option("--check", help=_("Change nothing; exit 1 when it is stale."))] = False,
    ) -> None:
        from .docs import set_up

        set_up()
        from zhijia.faces.api.document import document

        text = document()
        if check:
            stale = not path.exists() or path.read_text(encoding="utf-8") != text
            print(_("{path} is stale: run zhijia openapi").format(path=path) if stale else _("up to date"))
            raise typer.Exit(1 if stale else 0)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(_("{path} written").format(path=path))
