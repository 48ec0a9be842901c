"""`zhijia keys`: the vault's data keys, and sealing everything anew while the site serves."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from .words import _

INDEXES = ("phone", "id_number", "words")


def register(app: typer.Typer) -> None:
    group = typer.Typer(help=_("The keys that personal data is sealed under."), no_args_is_help=True)

    @group.callback()
    def keys() -> None:
        pass

    @group.command(help=_("Which keys there are, where their master is, and how many values each has sealed."))
    def status() -> None:
        _boot()
        _show_status()

    @group.command(
        help=_("Make new keys and seal everything anew under them. The site may serve; Ctrl-C loses nothing.")
    )
    def rotate(
        purpose: Annotated[list[str] | None, typer.Argument(help=_("Only these purposes; default: all."))] = None,
        master: Annotated[
            bool, typer.Option(help=_("Only wrap all data keys by the newest master key; fast."))
        ] = False,
        index: Annotated[str, typer.Option(help=_("Only a new key for an index: phone, id_number or words."))] = "",
    ) -> None:
        _boot()
        if index:
            _rotate_index(index)
        elif master:
            _rewrap()
        else:
            _rotate(purpose or [])

    @group.command(help=_("Destroy older keys under which nothing is sealed any more. Backups made before need them."))
    def retire(yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False) -> None:
        _boot()
        _retire(yes=yes)

    @group.command(help=_("Open every sealed value; says which does not open. Shows no value."))
    def check() -> None:
        _boot()
        raise typer.Exit(0 if _check() else 1)

    @group.command(help=_("Destroy the keys of one purpose: everything sealed under them is gone for good."))
    def destroy(
        purpose: Annotated[str, typer.Argument(help=_("health, harassment, children or another purpose."))],
        confirm: Annotated[str, typer.Option(help=_("The purpose once more, written out."))] = "",
    ) -> None:
        _boot()
        _destroy(purpose, confirm)

    app.add_typer(group, name="keys")


def _boot() -> None:
    from .setup import boot

    boot()


def _show_status() -> None:
    from rich.console import Console
    from rich.table import Table

    from zhijia.kernel.people.models import DataKey
    from zhijia.kernel.people.rotation import survey

    counted: dict[int, int] = {}
    surveyed = survey()
    for found in surveyed:
        for key, count in found.values.items():
            counted[key] = counted.get(key, 0) + count
    table = Table(_("Purpose"), _("Version"), _("Master key"), _("Made"), _("Sealed values"), "")
    rows = list(DataKey.objects.order_by("purpose", "-version"))
    seen: set[str] = set()
    for row in rows:
        word = _("destroyed") if row.destroyed_at else _("opens") if row.purpose in seen else _("seals")
        word = _("finds") if row.purpose.startswith("index:") and word == _("seals") else word
        seen.add(row.purpose)
        count = str(counted.get(row.pk, 0)) if not row.purpose.startswith("index:") else ""
        table.add_row(row.purpose, str(row.version), row.master, f"{row.created_at:%Y-%m-%d}", count, word)
    console = Console()
    console.print(table)
    if counted.get(0):
        console.print(_("{count} values are sealed as before version 0.3: rotate.").format(count=counted[0]))
    old = sum(found.old for found in surveyed)
    console.print(_("{count} values are under older keys.").format(count=old), highlight=False)


def _rotate(purposes: list[str]) -> None:
    from rich.console import Console

    from zhijia.kernel.base.clock import now
    from zhijia.kernel.files import store
    from zhijia.kernel.people import rotation
    from zhijia.kernel.people.sealed import sealed_columns

    known = {purpose for column in sealed_columns() for purpose in column.purposes}
    if unknown := sorted(set(purposes) - known - {"file"}):
        raise typer.BadParameter(_("no column is sealed for {names}").format(names=", ".join(unknown)))
    begun = rotation.begin(purposes=purposes, now=now())
    with _bar(_("Sealed anew")) as tell:
        done = rotation.run(begun, now=now, tell=tell)
    if not purposes or "file" in purposes:
        from zhijia.kernel.people.keys import renew

        if "file" not in begun.purposes:
            renew("file")
        for place in list(store.with_old_key()):
            store.rewrap(place)
    Console().print(_("{count} values sealed anew.").format(count=done), highlight=False)


def _rotate_index(index: str) -> None:
    from rich.console import Console

    from zhijia.kernel.base.clock import now
    from zhijia.kernel.people import keys, reindex
    from zhijia.kernel.service.rewords import mark_again

    if index not in INDEXES:
        raise typer.BadParameter(_("an index is one of: {names}").format(names=", ".join(INDEXES)))
    console = Console()
    if index == "words":
        keys.renew("index:words")
        with _bar(_("Marked anew")) as tell:
            done = mark_again(lambda count: tell(count, count))
        console.print(_("{count} cases marked anew.").format(count=done), highlight=False)
        return
    with _bar(_("Indexed anew")) as tell:
        done, lost = reindex.reindex("phone" if index == "phone" else "id_number", now=now(), tell=lambda n: tell(n, n))
    console.print(_("{count} persons indexed anew.").format(count=done), highlight=False)
    if lost:
        console.print(
            _("{count} numbers of lists are not found any more: read those lists in again.").format(count=lost)
        )


def _rewrap() -> None:
    from rich.console import Console

    from zhijia.kernel.people.keys import rewrap

    Console().print(_("{count} keys wrapped anew.").format(count=rewrap()), highlight=False)


def _retire(*, yes: bool) -> None:
    from rich.console import Console

    from zhijia.kernel.base.clock import now
    from zhijia.kernel.files import store
    from zhijia.kernel.people import keys, rotation
    from zhijia.kernel.people.models import DataKey

    ready = rotation.unused()
    if next(store.with_old_key(), None) is None:
        current = keys.current("file").id
        ready += DataKey.objects.filter(purpose="file", destroyed_at=None).exclude(pk=current)
    console = Console()
    for row in ready:
        console.print(f"{row.purpose} {row.version}", highlight=False)
    if not ready:
        console.print(_("No older key is free of sealed values."))
        return
    if not yes:
        typer.confirm(_("Backups made before the rotation can then not be opened. Destroy these keys?"), abort=True)
    for row in ready:
        keys.retire(row, now=now())
    console.print(_("{count} keys destroyed.").format(count=len(ready)), highlight=False)


def _check() -> bool:
    from rich.console import Console

    from zhijia.kernel.people.models import DataKey
    from zhijia.kernel.people.rotation import unreadable

    console, wrong = Console(), 0
    from zhijia.kernel.people.keys import by_id

    for row in DataKey.objects.filter(destroyed_at=None).order_by("purpose", "version"):
        _material = by_id(row.pk).material  # Misconfigured names the master key that is missing
    with _bar(_("Opened")) as tell:
        for column, key, code in unreadable(tell):
            wrong += 1
            if wrong <= 20:
                console.print(f"[red]✗[/] {column} {key}: {code}", highlight=False)
    console.print(
        _("Every sealed value opens.") if not wrong else _("{count} values do not open.").format(count=wrong),
        highlight=False,
    )
    return not wrong


def _destroy(purpose: str, confirm: str) -> None:
    from rich.console import Console

    from zhijia.kernel.base.clock import now
    from zhijia.kernel.people.keys import destroy

    if confirm != purpose:
        raise typer.BadParameter(_("write --confirm {purpose} if you mean it").format(purpose=purpose))
    gone = destroy(purpose=purpose, now=now())
    Console().print(_("{count} keys destroyed.").format(count=gone), highlight=False)


@contextmanager
def _bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar; `tell(done, total)` moves it."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns: list[Any] = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()]
    with Progress(*columns) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
