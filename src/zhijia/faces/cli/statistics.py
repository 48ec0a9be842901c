"""`zhijia statistics`: the yearly figures of every service, as one workbook and one PDF."""

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from .words import _


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(help=_("Write the yearly statistics of casework of a union: one workbook and one PDF, exact, for its "
                        "own file."))  # fmt: skip
    def statistics(
        year: Annotated[int, typer.Argument(min=2000, max=2199, help=_("Which year."))],
        org: Annotated[str, typer.Option(help=_("Whose, for its region: id or whole name; else the top."))] = "",
        lang: Annotated[str, typer.Option(help=_("zh-hans or en."))] = "zh-hans",
        out: Annotated[Path, typer.Option(file_okay=False, help=_("The folder to write to."))] = Path(),
    ) -> None:
        from . import setup
        from .messages import compile_messages

        compile_messages()
        setup.boot()
        for path in write(year, org=org, lang=lang, folder=out):
            print(path)


def write(year: int, *, org: str, lang: str, folder: Path) -> list[Path]:
    """Write workbook and PDF; returns their paths. Django must be set up. Raises as `zhijia whitepaper` does."""
    from zhijia.faces.paper import statistics
    from zhijia.faces.paper.sheets import pdf
    from zhijia.kernel.base import clock
    from zhijia.kernel.base.errors import FieldProblem, Invalid, NotFound
    from zhijia.kernel.org.models import Org

    from .posts import org_called
    from .whitepaper import LANGUAGES, store

    if lang not in LANGUAGES:
        raise Invalid(FieldProblem("lang", "no_such_language", _("Write zh-hans or en.")))
    whose = org_called(org) if org else Org.objects.order_by("lft").first()
    if whose is None:
        raise NotFound(_("There is no organisation yet: see zhijia org add."))
    now, language = clock.now(), LANGUAGES[lang]
    found = statistics.gather(org=whose, year=year, now=now)
    book = statistics.workbook(found, language=language)
    paper = statistics.paper(found, language=language, sha256=hashlib.sha256(book).hexdigest())
    tail = ".en" if language == "en" else ""
    made = {
        folder / f"{found.name}{tail}.xlsx": book,
        folder / f"{found.name}{tail}.pdf": pdf(paper, at=now),
    }
    return store(made, folder)
