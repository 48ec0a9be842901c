"""`zhijia docs`: one page per service, in English and Chinese, written from its declaration."""

from pathlib import Path
from typing import Annotated

import typer

from zhijia.kernel.base.errors import Misconfigured

from .words import _

FOLDER = Path(__file__).resolve().parents[4] / "docs" / "modules"
LANGUAGES = {"": "en", ".zh": "zh-hans"}


def register(app: typer.Typer) -> None:
    @app.command(help=_("Write one page per service from its declaration."))
    def docs(
        check: Annotated[bool, typer.Option("--check", help=_("Write nothing; exit 1 when a page is stale."))] = False,
        folder: Annotated[Path, typer.Option(help=_("Where the pages stand."))] = FOLDER,
    ) -> None:
        from rich.console import Console

        set_up()
        console = Console()
        stale = [path for path, text in pages(folder).items() if not path.exists() or path.read_text("utf-8") != text]
        if check:
            for path in stale:
                console.print(_("stale: {path}; run zhijia docs").format(path=path.name), highlight=False)
            raise typer.Exit(1 if stale else 0)
        write(folder)
        console.print(_("{count} of {total} pages written").format(count=len(stale), total=len(pages(folder))))


def set_up() -> None:
    """Django and the compiled words, without a database: a declaration needs none."""
    import os

    import django

    from .messages import compile_messages
    from .setup import home

    home()
    compile_messages()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhijia.site.settings")
    django.setup()


def pages(folder: Path = FOLDER) -> dict[Path, str]:
    """Every page that there should be, by its path. Django must be set up and the words compiled."""
    from zhijia.kernel.service import registry
    from zhijia.kernel.service.describe import page

    return {
        folder / f"{service.key}{suffix}.md": page(service, language)
        for service in registry.services()
        for suffix, language in LANGUAGES.items()
    }


def write(folder: Path = FOLDER) -> None:
    """Write every page. Raises Misconfigured when the folder cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in pages(folder).items():
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Misconfigured(_("cannot write {path}: {reason}").format(path=folder, reason=error.strerror)) from None
