"""`zhijia whitepaper`: the hotline's yearly report, or a monthly brief, as PDF, DOCX and the file of its figures."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from .words import _

LANGUAGES = {"zh": "zh-hans", "zh-hans": "zh-hans", "en": "en"}


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(help=_("Make the hotline's white paper of a year, or its one-page brief of a month: PDF, DOCX and the "
                        "file of the figures."))  # fmt: skip
    def whitepaper(
        period: Annotated[str, typer.Argument(help=_("A year, 2025, or a month, 2025-10."))],
        org: Annotated[
            str, typer.Option(help=_("Who publishes it, for its region: id or whole name; else the top."))
        ] = "",
        lang: Annotated[str, typer.Option(help=_("zh-hans or en."))] = "zh-hans",
        brief: Annotated[bool, typer.Option("--brief", help=_("The one-page brief of a month."))] = False,
        out: Annotated[Path, typer.Option(file_okay=False, help=_("The folder to write to."))] = Path(),
    ) -> None:
        from . import setup
        from .messages import compile_messages

        compile_messages()
        setup.boot()
        made, sha256 = write(period, org=org, lang=lang, brief=brief, folder=out)
        for path in made:
            print(path)
        print(_("SHA-256 of the figures: {sha256}").format(sha256=sha256))


def write(period: str, *, org: str, lang: str, brief: bool, folder: Path) -> tuple[list[Path], str]:
    """Write PDF, DOCX and JSON; returns their paths and the hash of the figures. Django must be set up.

    Raises Invalid, NotFound for an unknown organisation, Misconfigured when the folder cannot be written.
    """
    from zhijia.faces.paper.making import make
    from zhijia.faces.paper.sheets import pdf
    from zhijia.faces.paper.word import docx
    from zhijia.kernel.base import clock
    from zhijia.kernel.base.errors import FieldProblem, Invalid, NotFound
    from zhijia.kernel.org.models import Org

    from .freshness import migrations_fingerprint
    from .posts import org_called

    if lang not in LANGUAGES:
        raise Invalid(FieldProblem("lang", "no_such_language", _("Write zh-hans or en.")))
    if brief and len(period) == 4:
        raise Invalid(FieldProblem("period", "not_a_month", _("A brief is of one month: write it as 2025-10.")))
    publisher = org_called(org) if org else Org.objects.order_by("lft").first()
    if publisher is None:
        raise NotFound(_("There is no organisation yet: see zhijia org add."))
    now = clock.now()
    paper = make(org=publisher, period=period, language=LANGUAGES[lang], schema=migrations_fingerprint(), now=now)
    tail = ".en" if LANGUAGES[lang] == "en" else ""
    made = {
        folder / f"{paper.name}{tail}.pdf": pdf(paper, at=now), folder / f"{paper.name}{tail}.docx": docx(paper),
        folder / f"{paper.name}.json": paper.figures,
    }  # fmt: skip
    return store(made, folder), paper.sha256


def store(made: Mapping[Path, bytes], folder: Path) -> list[Path]:
    """Write these files into the folder, which is made if need be. Raises Misconfigured when it cannot be written."""
    from zhijia.kernel.base.errors import Misconfigured

    for path, content in made.items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise Misconfigured(_("cannot write {path}: {reason}").format(path=path, reason=error.strerror)) from None
    return list(made)
