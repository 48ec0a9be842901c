"""`zhijia files seal` and `zhijia files scan`: what an older installation kept plain, and what no scanner has seen."""

from itertools import chain

import typer

from .words import _


def register(app: typer.Typer) -> None:
    group = typer.Typer(help=_("Files that people sent."), no_args_is_help=True)

    @group.callback()
    def files() -> None:
        pass

    @group.command(help=_("Seal the files that an older installation kept plain. Can be broken off and begun again."))
    def seal() -> None:
        from rich.console import Console

        from .setup import boot
        from .steps import step

        boot()
        from zhijia.kernel.base.clock import now
        from zhijia.kernel.cases.attachments import seal_old
        from zhijia.kernel.documents import paper

        console, done, left = Console(), 0, list[str]()
        with step(console, _("Files")) as current:
            for name, sealed in chain(seal_old(now=now()), paper.seal_old()):
                done += sealed
                left += [] if sealed else [name]
                current.show(str(done))
            current.note = _("{count} sealed").format(count=done)
        for name in left:
            console.print(_("{name} is gone or was changed; it stays as it is.").format(name=name), highlight=False)

    @group.command(help=_("Let the virus scanner look at every file that was kept while there was none."))
    def scan() -> None:
        from rich.console import Console

        from .setup import boot
        from .steps import step

        boot()
        from zhijia.kernel.base.clock import now
        from zhijia.kernel.base.errors import Misconfigured
        from zhijia.kernel.files import later
        from zhijia.kernel.files.models import Content, Scan
        from zhijia.kernel.files.scan import Down, scanner

        if scanner() is None:
            raise Misconfigured(_("there is no scanner; set ZHIJIA_CLAMAV to clamd's socket, or start clamd"))
        console = Console()
        with step(console, _("Files")) as current:
            after = ""
            try:
                while after := later.scan_waiting(now=now(), after=after):
                    current.show(after)
            except Down as error:
                raise Misconfigured(_("the scanner does not answer: {reason}").format(reason=error)) from error
            left = Content.objects.filter(scan=Scan.NOT_SCANNED).count()
            found = Content.objects.filter(scan=Scan.INFECTED).count()
            current.note = _("{left} not scanned, {found} with a virus").format(left=left, found=found)

    app.add_typer(group, name="files")
