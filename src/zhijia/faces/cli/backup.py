"""`zhijia backup FILE` and `zhijia restore FILE`: everything but the keys, in one archive."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit, urlunsplit

import typer

from zhijia.kernel.base.errors import Misconfigured

from .words import _

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help=_("The archive (.tar)."))]


def register(app: typer.Typer) -> None:
    @app.command(help=_("Write database and uploads to one archive. Keys are not in it: keep them elsewhere."))
    def backup(file: FileArgument) -> None:
        from rich.console import Console

        manifest = back_up(file)
        size = file.stat().st_size / 1e6
        console = Console()
        parts = len(manifest["parts"])
        console.print(
            _("{file}: {parts} parts, {size:.1f} MB").format(file=file, parts=parts, size=size), highlight=False
        )
        console.print(_("Keep a copy of {folder} in another safe place: without it personal data stays closed.").format(
            folder=Path(os.environ["ZHIJIA_HOME"]) / "keys"), highlight=False)  # fmt: skip

    @app.command(help=_("Check an archive and put it in the place of the present database and uploads."))
    def restore(file: FileArgument, yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False) -> None:
        from rich.console import Console

        agreed = (lambda _question: True) if yes else typer.confirm
        done = put_back(file, agree=agreed)
        Console().print(_("Restored.") if done else _("Nothing was changed."))
        raise typer.Exit(0 if done else 1)


def back_up(file: Path) -> dict[str, Any]:
    """Write the archive and return its manifest. Raises Misconfigured when pg_dump or the disk says no."""
    from . import archive
    from .setup import connect_database, home

    folder = home()
    url = connect_database()
    if not file.resolve().parent.is_dir():
        raise Misconfigured(_("there is no folder {folder}").format(folder=file.resolve().parent))
    with tempfile.TemporaryDirectory(dir=folder, prefix=".backup-") as scratch:
        dump = Path(scratch) / archive.DUMP
        _run("pg_dump", url, "--format=custom", "--no-owner", f"--file={dump}")
        about = {"made": datetime.now(UTC).isoformat(timespec="seconds"), "vault_key": _key_mark(folder)}
        try:
            return archive.write(file.resolve(), dump=dump, files=folder / archive.FILES, about=about)
        except OSError as error:
            raise Misconfigured(_("cannot write {path}: {reason}").format(path=file, reason=error.strerror)) from error


def put_back(file: Path, *, agree: Callable[[str], bool]) -> bool:
    """Replace database and uploads by the archive's, after `agree` said yes; the old ones stay until the new ones are
    complete. Raises Misconfigured when the archive is damaged or somebody is connected."""
    from . import archive
    from .setup import connect_database, home

    folder = home()
    if not file.is_file():
        raise Misconfigured(_("there is no file {file}").format(file=file))
    url = connect_database()
    with tempfile.TemporaryDirectory(dir=folder, prefix=".restore-") as scratch:
        manifest = archive.unpack(file, Path(scratch))
        question = _("Replace the present database and uploads by those of {made}?").format(made=manifest["made"])
        if manifest["vault_key"] != _key_mark(folder):
            question = _("This archive was made under another vault key: its personal data stays closed. ") + question
        if not agree(question):
            return False
        _replace_database(url, Path(scratch) / archive.DUMP)
        new, old, now = Path(scratch) / archive.FILES, Path(scratch) / "old", folder / archive.FILES
        new.mkdir(exist_ok=True)
        if now.exists():
            now.rename(old)
        new.rename(now)
    return True


def _replace_database(url: str, dump: Path) -> None:
    """Restore into a database beside the present one, then exchange the two names."""
    import psycopg
    from psycopg import sql

    from zhijia.kernel.base.operations import create_roles

    name = unquote(urlsplit(url).path.lstrip("/"))
    beside = f"{name}_restoring"
    with psycopg.connect(_with_name(url, "postgres"), autocommit=True) as connection:

        def say(statement: str, *names: str) -> None:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))  # type: ignore[arg-type]

        others = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name]).fetchone()
        if others and others[0]:
            raise Misconfigured(_("the database is in use; stop `zhijia serve` first"))
        connection.execute(str(create_roles().sql))  # type: ignore[call-overload]
        say("DROP DATABASE IF EXISTS {}", beside)
        say("CREATE DATABASE {} TEMPLATE template0", beside)
        try:
            _run("pg_restore", _with_name(url, beside), "--no-owner", "--exit-on-error", str(dump))
        except BaseException:
            say("DROP DATABASE {}", beside)
            raise
        say("DROP DATABASE {}", name)
        say("ALTER DATABASE {} RENAME TO {}", beside, name)


def _run(program: str, url: str, *arguments: str) -> None:
    """Run a PostgreSQL program; the password goes through the environment, where `ps` does not show it."""
    parts = urlsplit(url)
    bare = parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@")) if parts.password else parts
    done = subprocess.run(
        [_program(program), f"--dbname={urlunsplit(bare)}", *arguments],
        env={**os.environ, "PGPASSWORD": unquote(parts.password or "")}, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["?"])[0]
        raise Misconfigured(_("{program} failed: {said}").format(program=program, said=said))


def _program(name: str) -> str:
    """The packaged program for the embedded server; for an external one the operator's own, where there is one,
    because it fits that server's version."""
    from zhijia.site.postgres import binaries

    from .setup import embedded

    found = None if embedded() else shutil.which(name)
    return found or str(binaries() / name)


def _with_name(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _key_mark(folder: Path) -> str:
    """A mark by which two vault keys can be compared without showing them."""
    key = os.environ.get("ZHIJIA_VAULT_KEY")
    path = folder / "keys" / "vault_key"
    key = key or (path.read_text().strip() if path.exists() else "")
    return hashlib.sha256(b"zhijia backup" + key.encode()).hexdigest()[:16]
