"""`zhijia mcp`: the calculators of workers' rights as tools for an AI agent, over stdin and stdout."""

import typer

from .words import _, language


def register(app: typer.Typer) -> None:
    @app.command(help=_("Offer the calculators to an AI agent (Model Context Protocol) over stdin and stdout."))
    def mcp() -> None:
        from .setup import boot

        boot()
        import anyio

        from zhijia.faces.mcp.server import serve

        anyio.run(serve, language())
