"""`zhijia new-module KEY`: the files of a small service whose tests pass and whose pages work at once.

Modules are found by their folder, so nothing else has to be edited.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from zhijia.kernel.base.errors import Misconfigured

from .words import _

ROOT = Path(__file__).resolve().parents[4]
KEY = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
TEMPLATES = Path(__file__).parent / "new_module_files"
MODULE, FIRST = "src/zhijia/modules/{key}", "0001_initial.py"
PLACES = {
    "init": f"{MODULE}/__init__.py",
    "apps": f"{MODULE}/apps.py",
    "models": f"{MODULE}/models.py",
    "service": f"{MODULE}/service.py",
    "module": f"{MODULE}/module.py",
    "": f"{MODULE}/migrations/__init__.py",
    "initial": f"{MODULE}/migrations/{FIRST}",
    "chinese": f"{MODULE}/locale/zh_Hans/LC_MESSAGES/django.po",
    "scenario": "tests/scenarios/test_{key}.py",
}
"""Template -> where it goes; the one without a name is empty."""
_POLICY = 'protect("{}", staff=OF_CASE, worker=OF_CASE)'
OF_CASE = 'OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"'


def register(app: typer.Typer) -> None:
    @app.command("new-module", help=_("Begin a new service: facts, declaration, migration, Chinese and a test."))
    def new_module(
        key: Annotated[str, typer.Argument(help=_("Small letters, digits and underscores, such as wage_arrears."))],
        title: Annotated[str, typer.Option(help=_("The service's name for people, in English."))] = "",
        chinese: Annotated[str, typer.Option(help=_("Its name in Chinese."))] = "",
        tables: Annotated[
            bool,
            typer.Option("--tables", help=_("Write its first migration anew from its models.")),
        ] = False,
    ) -> None:
        from rich.console import Console

        written = [write_tables(key)] if tables else write(key, title, chinese)
        if not tables:
            subprocess.run([sys.executable, "-m", __spec__.name], cwd=ROOT, check=True)
        console = Console()
        for path in written:
            console.print(f"  {path}", highlight=False)
        if not tables:
            console.print(_("It is there: make run, then /services/{key}/ and the desk.").format(key=key))


def write(key: str, title: str, chinese: str, root: Path = ROOT) -> list[Path]:
    """Write the files and return their paths below `root`. Raises Misconfigured for a bad or a taken key."""
    if not KEY.fullmatch(key) or len(key) > 32:
        raise Misconfigured(_("a key is small letters, digits and underscores, such as wage_arrears"))
    if (root / MODULE.format(key=key)).exists():
        raise Misconfigured(_("there is a module {key} already").format(key=key))
    for name in (title, chinese):
        if "\\" in name or '"' in name or not name.isprintable() or len(name) > 60:
            raise Misconfigured(_("a title is one line of words without quotes"))
    if not title.strip() or not any("\u4e00" <= letter <= "\u9fff" for letter in chinese):
        raise Misconfigured(_("give its name in both languages: --title … --chinese …"))
    fills = {"@KEY@": key, "@NAME@": _class_name(key), "@TITLE@": title.strip(), "@CHINESE@": chinese.strip()}
    written = []
    for template, place in PLACES.items():
        text = (TEMPLATES / f"{template}.txt").read_text(encoding="utf-8") if template else ""
        for hole, words in fills.items():
            text = text.replace(hole, words)
        path = Path(place.format(key=key))
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
        written.append(path)
    return written


def write_tables(key: str) -> Path:
    """Write the first migration of a module anew from its models, with grants and policies for every table that hangs
    on a case; returns its path. Only before anybody has applied it. Raises Misconfigured for an unknown module, or one
    whose later migrations build on the first."""
    folder = ROOT / MODULE.format(key=key) / "migrations"
    others = [path.name for path in folder.glob("0*.py") if path.name != FIRST]
    if not folder.is_dir() or others:
        raise Misconfigured(_("{key} has no first migration that could be written anew").format(key=key))
    old = (folder / FIRST).read_text("utf-8") if (folder / FIRST).exists() else None
    (folder / FIRST).unlink(missing_ok=True)
    try:
        text = _first_migration(key)
    except BaseException:
        if old is not None:
            (folder / FIRST).write_text(old, encoding="utf-8")
        raise
    (folder / FIRST).write_text(text, encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", folder / FIRST], cwd=ROOT, check=False)
    return (folder / FIRST).relative_to(ROOT)


def _first_migration(key: str) -> str:
    from .docs import set_up

    set_up()
    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState
    from django.db.migrations.writer import MigrationWriter
    from django.utils import translation

    if key not in apps.app_configs:
        raise Misconfigured(_("{key} has no first migration that could be written anew").format(key=key))
    with translation.override(None):  # a translated name would stand in the migration
        loader = MigrationLoader(None)
        found = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
        (first,) = found.changes(graph=loader.graph, trim_to_apps={key}, convert_apps={key})[key]
        written = MigrationWriter(first, include_header=False).as_string()
    return _secured(written, list(apps.get_app_config(key).get_models()))


def _secured(migration: str, models: list[Any]) -> str:
    """The migration with a grant and a policy for each table that belongs to a case."""
    tables = [m._meta.db_table for m in models if "case" in {field.name for field in m._meta.get_fields()}]
    rights = 'staff="SELECT, INSERT, UPDATE", worker="SELECT, INSERT, UPDATE"'
    lines = [
        f'        grant("{t}", {rights}),\n        protect("{t}", staff=OF_CASE, worker=OF_CASE),\n' for t in tables
    ]
    if tables:
        names = ", ".join(f'"{t}"' for t in tables)
        lines.append(f"        *confine_to_case({names}),\n")
    body, _end, _rest = migration.rstrip().rpartition("    ]")
    head, start, rest = f"{body}{''.join(lines)}    ]\n".partition("\n\nclass Migration")
    imports = "from zhijia.kernel.base.operations import confine_to_case, grant, protect"
    return f"{head.rstrip()}\n\n{imports}\n\n{OF_CASE}\n{start}{rest}"


def _class_name(key: str) -> str:
    return "".join(part.capitalize() for part in key.split("_"))


def write_generated() -> None:
    """Write the pages that the suite holds fresh, now that there is one module more."""
    from . import docs

    docs.set_up()
    docs.write()
    from zhijia.faces.api.document import document

    (ROOT / "docs/openapi.json").write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    write_generated()
