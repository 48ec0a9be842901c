"""`zhijia new-module KEY`: the files of a tiny service that passes its start-up checks and its scenario at once."""

import re
from pathlib import Path
from typing import Annotated

import typer

from zhijia.kernel.base.errors import Misconfigured

from .words import _

ROOT = Path(__file__).resolve().parents[4]
KEY = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
TEMPLATES = Path(__file__).parent / "new_module_files"
PLACES = {
    "init": "src/zhijia/modules/{key}/__init__.py",
    "apps": "src/zhijia/modules/{key}/apps.py",
    "models": "src/zhijia/modules/{key}/models.py",
    "rules": "src/zhijia/modules/{key}/rules.py",
    "service": "src/zhijia/modules/{key}/service.py",
    "module": "src/zhijia/modules/{key}/module.py",
    "empty": "src/zhijia/modules/{key}/migrations/__init__.py",
    "initial": "src/zhijia/modules/{key}/migrations/0001_initial.py",
    "scenario": "tests/scenarios/test_{key}.py",
}


def register(app: typer.Typer) -> None:
    @app.command("new-module", help=_("Begin a new service: facts, declaration, migration and a scenario test."))
    def new_module(
        key: Annotated[str, typer.Argument(help=_("Small letters, digits and underscores, such as wage_arrears."))],
        title: Annotated[str, typer.Option(help=_("The service's name for people."))] = "",
    ) -> None:
        from rich.console import Console

        console = Console()
        for path in write(key, title or key.replace("_", " ").capitalize()):
            console.print(f"  {path}", highlight=False)
        console.print(_("Now add this to MODULES in src/zhijia/site/settings.py:"))
        console.print(f'    "{key}",', highlight=False)


def write(key: str, title: str, root: Path = ROOT) -> list[Path]:
    """Write the files and return their paths below `root`. Raises Misconfigured for a bad or a taken key."""
    if not KEY.fullmatch(key) or len(key) > 32:
        raise Misconfigured(_("a key is small letters, digits and underscores, such as wage_arrears"))
    if (root / "src/zhijia/modules" / key).exists():
        raise Misconfigured(_("there is a module {key} already").format(key=key))
    if "\\" in title or '"' in title or not title.isprintable():
        raise Misconfigured(_("a title is one line of words without quotes"))
    name = "".join(part.capitalize() for part in key.split("_"))
    written = []
    for template, place in PLACES.items():
        path = Path(place.format(key=key))
        text = (TEMPLATES / f"{template}.txt").read_text(encoding="utf-8")
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(
            text.replace("@KEY@", key).replace("@NAME@", name).replace("@TITLE@", title), encoding="utf-8"
        )
        written.append(path)
    return written
