"""`zhijia drill` and `zhijia backup verify`: is what we saved really all there? Restored into a scratch server of its
own, counted, its audit trail recomputed, one sealed value opened; and how many minutes that took.

A drill makes its backup for a key that exists only while it runs, so it works also where the real key was taken away.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import typer

from zhijia.kernel.base.errors import Misconfigured, ZhijiaError

from .words import _

Progress = Callable[[str], None]
QUIET: Progress = lambda _text: None  # noqa: E731 - a default, not a function of its own


def register(app: typer.Typer) -> None:
    @app.command(help=_("Back up, restore into a scratch server, compare everything; reports the minutes it took."))
    def drill() -> None:
        from rich.console import Console

        from .steps import step

        with step(Console(), _("Recovery drill")) as current, recorded("drill", "") as result:
            result |= run_drill(progress=current.show)
        show(result)


def run_drill(progress: Progress = QUIET) -> dict[str, Any]:
    """Back up for a key of the moment, restore and compare; seconds of each part, figures and problems."""
    from .backup import back_up
    from .sealed import new_pair
    from .setup import home

    private, public = new_pair()
    with tempfile.TemporaryDirectory(dir=home(), prefix=".drill-") as folder:
        file, began = Path(folder) / "drill.zjb", time.monotonic()
        back_up(file, recipients=[public], progress=progress)
        seconds = round(time.monotonic() - began)
        report = check(file, [private], progress)
        return {"backup_seconds": seconds, "size": file.stat().st_size, **report}


def verify_file(file: Path, key: Path | None = None, progress: Progress = QUIET) -> dict[str, Any]:
    """Restore a backup aside and compare; on record as what it is. Raises Misconfigured when it cannot be read."""
    from .backup import keys_for
    from .setup import home

    if not file.is_file():
        raise Misconfigured(_("there is no file {file}").format(file=file))
    with recorded("verified", file.name) as result:
        result |= {"size": file.stat().st_size, **check(file, keys_for(file, home(), key), progress)}
    return result


def check(file: Path, keys: Sequence[str], progress: Progress = QUIET) -> dict[str, Any]:
    """Restore an archive into a scratch server and compare: rows of each table, heads of the chains, the audit trail
    recomputed, one sealed value opened, each upload's bytes. Nothing of the present installation is touched."""
    from zhijia.site.postgres import Server

    from . import archive, postgres_tools
    from .setup import home

    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=home(), prefix=".drill-") as folder:
        progress(_("unpacking"))
        unpacked = Path(folder) / "archive"
        unpacked.mkdir(mode=0o700)
        manifest = archive.unpack(file, unpacked, keys)
        Path(folder).chmod(0o711)  # root's server runs as another user
        server = Server(Path(folder) / "server", durable=False)
        try:
            progress(_("restoring"))
            url = _restored(server.start(), unpacked / archive.DUMP)
            restored = round(time.monotonic() - began)
            progress(_("comparing"))
            problems = _differences(url, manifest)
            progress(_("recomputing the audit trail"))
            proof = _proof(url)
        finally:
            server.stop()
            shutil.rmtree(server.home, ignore_errors=True)
    problems += proof.pop("problems")
    counts = manifest.get("tables", {})
    return {
        "made": manifest["made"], "restore_seconds": restored, "tables": len(counts), "rows": sum(counts.values()),
        "files": len(manifest["parts"]) - 1, "postgres": postgres_tools.release(manifest), "problems": problems,
        "seconds": round(time.monotonic() - began), **proof,
    }  # fmt: skip


@contextmanager
def recorded(kind: str, name: str) -> Iterator[dict[str, Any]]:
    """Put on record what a command of the operator did: as a run and in the security log. A database that is older than
    these tables is no reason to refuse a backup."""
    from .setup import boot

    boot()
    from django.db import DatabaseError, transaction

    from zhijia.kernel.audit import runs
    from zhijia.kernel.base.clock import now

    result: dict[str, Any] = {}
    began = now()
    try:
        yield result
    except ZhijiaError as error:
        result |= {"problems": [str(error)]}
        raise
    finally:
        result |= {"name": name} if name else {}
        with suppress(DatabaseError), transaction.atomic():
            runs.note(kind=kind, began=began, now=now(), result=result)


def show(result: dict[str, Any]) -> None:
    """Print the report of a check and end with 1 if it found anything."""
    from rich.console import Console

    console = Console()
    for problem in result["problems"]:
        console.print(f"[red]✗[/] {problem}", highlight=False)
    console.print(
        _("{tables} tables with {rows} rows, {files} files, {entries} audit entries; {minutes:.1f} minutes").format(
            minutes=(result.get("backup_seconds", 0) + result["seconds"]) / 60, **result
        ),
        highlight=False,
    )
    console.print(_("Everything came back.") if not result["problems"] else _("Not everything came back."))
    if result["problems"]:
        raise typer.Exit(1)


def nightly(folder: Path, kept: int, now: datetime, progress: Progress = QUIET) -> dict[str, Any]:
    """Write tonight's backup into `folder` and delete the oldest beyond `kept`. Raises Misconfigured when it fails."""
    from .backup import back_up

    file = folder / f"zhijia-{now:%Y%m%d-%H%M}.zjb"
    manifest = back_up(file, progress=progress)
    mine = sorted(folder.glob("zhijia-????????-????.zjb"), reverse=True)
    for old in mine[max(kept, 1) :]:
        old.unlink(missing_ok=True)
    return {"name": file.name, "size": file.stat().st_size, "rows": sum(manifest["tables"].values()), "problems": []}


def _restored(url: str, dump: Path) -> str:
    import psycopg

    from zhijia.kernel.base.operations import create_roles

    from .postgres_tools import run, with_name

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(str(create_roles().sql))  # type: ignore[call-overload]
        connection.execute("CREATE DATABASE restored TEMPLATE template0")
    run("pg_restore", with_name(url, "restored"), "--no-owner", "--exit-on-error", str(dump))
    return with_name(url, "restored")


def _differences(url: str, manifest: dict[str, Any]) -> list[str]:
    """Where the restored database is not what the manifest says."""
    import psycopg

    from .postgres_tools import described

    if "tables" not in manifest:
        return []  # made before manifests counted
    with psycopg.connect(url) as connection:
        found = described(connection)
    names = sorted(manifest["tables"].keys() | found["tables"].keys())
    pairs = [(name, manifest["tables"].get(name), found["tables"].get(name)) for name in names]
    problems = [
        _("table {name}: {wanted} rows were saved, {found} came back").format(name=name, wanted=wanted, found=got)
        for name, wanted, got in pairs
        if wanted != got
    ]
    if manifest.get("heads") != found.get("heads"):
        problems.append(_("the heads of the audit chains are not those that were saved"))
    return problems


def _proof(url: str) -> dict[str, Any]:
    """What a process of its own says about the restored database: Django knows one database at a time."""
    done = subprocess.run(
        [sys.executable, "-m", "zhijia.faces.cli.proof"], capture_output=True, text=True, check=False,
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "zhijia.site.settings"},
    )  # fmt: skip
    try:
        said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        last = (done.stderr.strip().splitlines() or ["?"])[-1]
        return {"entries": 0, "opened": None, "problems": [_("the check did not end: {said}").format(said=last[:200])]}
    return said
