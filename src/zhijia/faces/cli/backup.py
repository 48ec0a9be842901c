"""`zhijia backup` and `zhijia restore`: everything but the keys in one archive that the holder of another key can read.

A backup is what one snapshot of the database held, and the uploads; its manifest counts the rows of that snapshot, so
that `zhijia backup verify` can say whether everything came back (drill.py does it).
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from zhijia import __version__
from zhijia.kernel.base.errors import Misconfigured

from .words import _

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help=_("The archive."))]
KeyOption = Annotated[Path | None, typer.Option("--key", metavar="FILE", help=_("The private key that opens it."))]
Progress = Callable[[str], None]


class _FileFirst(TyperGroup):
    """Lets `zhijia backup FILE` mean `zhijia backup make FILE`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the word in where it is missing."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args.insert(0, "make")
        return super().parse_args(ctx, args)


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        cls=_FileFirst, no_args_is_help=True,
        help=_("Write database and uploads to one sealed archive: zhijia backup FILE. Keys are not in it."),
    )  # fmt: skip

    @group.command(help=_("Write the archive (the word may be left out)."))
    def make(
        file: Annotated[Path | None, typer.Argument(metavar="FILE", help=_("The archive."))] = None,
        with_keys: Annotated[bool, typer.Option("--with-keys", help=_("Put the folder of keys into it too."))] = False,
        new_recipient: Annotated[
            Path | None,
            typer.Option("--new-recipient", metavar="FILE", help=_("Make a new pair; its private key goes to FILE.")),
        ] = None,
    ) -> None:
        if new_recipient is not None:
            _make_recipient(new_recipient)
        if file is not None:
            _make(file, with_keys=with_keys)
        elif new_recipient is None:
            raise Misconfigured(_("name the file: zhijia backup FILE"))

    @group.command(help=_("Restore an archive into a scratch server and compare everything with its manifest."))
    def verify(file: FileArgument, key: KeyOption = None) -> None:
        from . import drill

        drill.show(drill.verify_file(file, key))

    @group.command(help=_("Copy the whole server as a starting point for going back to any moment."))
    def base(
        folder: Annotated[
            Path | None, typer.Argument(metavar="FOLDER", help=_("Default: the folder ZHIJIA_WAL_ARCHIVE."))
        ] = None,
    ) -> None:
        from rich.console import Console

        from . import wal

        Console().print(str(wal.base_backup(folder)), highlight=False)

    app.add_typer(group, name="backup")

    @app.command(help=_("Check an archive and put it in the place of the present database and uploads."))
    def restore(
        file: Annotated[Path | None, typer.Argument(metavar="FILE", help=_("The archive."))] = None,
        yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
        key: KeyOption = None,
        to: Annotated[
            str, typer.Option("--to", help=_('Without FILE: go back to this moment, such as "2026-11-25 10:00".'))
        ] = "",
    ) -> None:
        from rich.console import Console

        from . import retention, wal

        if bool(to) == (file is not None):
            raise Misconfigured(_('name a file, or a moment: zhijia restore --to "2026-11-25 10:00"'))
        agreed = (lambda _question: True) if yes else typer.confirm
        done = put_back(file, agree=agreed, key=key) if file else wal.go_back(to, agree=agreed)
        if done:
            retention.after_restore()
            _note_restore(file.name if file else to)
        Console().print(_("Restored.") if done else _("Nothing was changed."))
        raise typer.Exit(0 if done else 1)


def back_up(
    file: Path, *, with_keys: bool = False, recipients: Sequence[str] = (), progress: Progress = lambda _text: None
) -> dict[str, Any]:
    """Write the archive and return its manifest. Raises Misconfigured when pg_dump or the disk says no."""
    import psycopg

    from . import archive, postgres_tools, sealed
    from .setup import connect_database, home

    folder = home()
    url = connect_database()
    if not file.resolve().parent.is_dir():
        raise Misconfigured(_("there is no folder {folder}").format(folder=file.resolve().parent))
    readers = list(recipients) or sealed.recipients(folder / "keys")
    with tempfile.TemporaryDirectory(dir=folder, prefix=".backup-") as scratch:
        dump = Path(scratch) / archive.DUMP
        with psycopg.connect(url) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()[0]  # type: ignore[index]
            progress(_("counting"))
            said = postgres_tools.described(connection)
            progress(_("database"))
            postgres_tools.run(
                "pg_dump", url, "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={dump}"
            )
        progress(_("uploads"))
        made = datetime.now(UTC).isoformat(timespec="seconds")
        about = {"made": made, "zhijia": __version__, "vault_key": _key_mark(folder), **said}
        try:
            return archive.write(
                file.resolve(), dump=dump, files=folder / archive.FILES, about=about, recipients=readers,
                keys=folder / archive.KEYS if with_keys else None,
            )  # fmt: skip
        except OSError as error:
            raise Misconfigured(_("cannot write {path}: {reason}").format(path=file, reason=error.strerror)) from error


def put_back(file: Path, *, agree: Callable[[str], bool], key: Path | None = None) -> bool:
    """Replace database and uploads by the archive's, after `agree` said yes; the old ones stay until the new ones are
    complete. Keys that are in it are put in place only where there are none. Raises Misconfigured when the archive is
    damaged, none of the keys at hand opens it, or somebody is connected."""
    from . import archive
    from .setup import connect_database, home

    folder = home()
    if not file.is_file():
        raise Misconfigured(_("there is no file {file}").format(file=file))
    with tempfile.TemporaryDirectory(dir=folder, prefix=".restore-") as scratch:
        manifest = archive.unpack(file, Path(scratch), keys_for(file, folder, key))
        url = connect_database()
        question = _("Replace the present database and uploads by those of {made}?").format(made=manifest["made"])
        _put_keys(Path(scratch) / archive.KEYS, folder / archive.KEYS)
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


def _note_restore(what: str) -> None:
    """In the security log of what is in place now, if it has one already."""
    from .setup import boot

    boot()
    from django.db import DatabaseError, transaction

    from zhijia.kernel.audit import security
    from zhijia.kernel.base.clock import now

    with suppress(DatabaseError), transaction.atomic():
        security.log(kind="backup.restored", now=now(), detail={"what": what})


def keys_for(file: Path, folder: Path, key: Path | None) -> list[str]:
    """The private keys to try on an archive; none for one of the old, open form."""
    from . import sealed

    return sealed.private_keys(folder / "keys", key) if sealed.is_sealed(file) else []


def _make(file: Path, *, with_keys: bool) -> None:
    from rich.console import Console

    from . import sealed
    from .drill import recorded
    from .setup import home
    from .steps import step

    console, keys = Console(), home() / "keys"
    first = not (keys / "backup_recipient").exists() and not os.environ.get("ZHIJIA_BACKUP_RECIPIENT")
    with step(console, _("Backup")) as current, recorded("backup", file.name) as result:
        manifest = back_up(file, with_keys=with_keys, progress=current.show)
        size, parts = file.stat().st_size, len(manifest["parts"])
        result |= {"size": size, "rows": sum(manifest["tables"].values())}
        current.note = _("{file}: {parts} parts, {size:.1f} MB").format(file=file, parts=parts, size=size / 1e6)
    if first:
        console.print(_("A pair of keys was made for backups. Move {file} to another safe place: whoever has it can "
                        "read every backup, and without it none can be restored.").format(file=keys / "backup_key"),
                      highlight=False)  # fmt: skip
    if not with_keys:
        console.print(_("Keep a copy of {folder} in another safe place: without it personal data stays closed.").format(
            folder=keys), highlight=False)  # fmt: skip
    for public in sealed.recipients(keys):
        console.print(_("Only the holder of the private key to {public} can read it.").format(public=public[:16]),
                      highlight=False)  # fmt: skip


def _make_recipient(file: Path) -> None:
    from rich.console import Console

    from . import sealed
    from .setup import home

    private, public = sealed.new_pair()
    sealed.keep_key(file, private)
    sealed.keep_key(home() / "keys" / "backup_recipient", public, new=False)
    Console().print(_("From now on backups can be read only with {file}. Take it off this machine; keep the old key as "
                      "long as the old backups.").format(file=file), highlight=False)  # fmt: skip


def _put_keys(new: Path, place: Path) -> None:
    """Keys that an archive brings along, where this installation has none of that name."""
    if not new.is_dir():
        return
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in new.iterdir():
        if not (place / path.name).exists():
            path.chmod(0o600)
            path.rename(place / path.name)


def _replace_database(url: str, dump: Path) -> None:
    """Restore into a database beside the present one, then exchange the two names."""
    import psycopg
    from psycopg import sql

    from zhijia.kernel.base.operations import create_roles

    from .postgres_tools import name_of, run, with_name

    name = name_of(url)
    beside = f"{name}_restoring"
    with psycopg.connect(with_name(url, "postgres"), autocommit=True) as connection:

        def say(statement: str, *names: str) -> None:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))  # type: ignore[arg-type]

        others = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name]).fetchone()
        if others and others[0]:
            raise Misconfigured(_("the database is in use; stop `zhijia serve` first"))
        connection.execute(str(create_roles().sql))  # type: ignore[call-overload]
        say("DROP DATABASE IF EXISTS {}", beside)
        say("CREATE DATABASE {} TEMPLATE template0", beside)
        try:
            run("pg_restore", with_name(url, beside), "--no-owner", "--exit-on-error", str(dump))
        except BaseException:
            say("DROP DATABASE {}", beside)
            raise
        say("DROP DATABASE {}", name)
        say("ALTER DATABASE {} RENAME TO {}", beside, name)


def _key_mark(folder: Path) -> str:
    """A mark by which two vault keys can be compared without showing them."""
    key = os.environ.get("ZHIJIA_VAULT_KEY")
    path = folder / "keys" / "vault_key"
    key = key or (path.read_text().strip() if path.exists() else "")
    return hashlib.sha256(b"zhijia backup" + key.encode()).hexdigest()[:16]
