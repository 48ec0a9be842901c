"""`zhijia texts`: the words of letters and messages as an operator sets them, by region, language and day."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .words import _

if TYPE_CHECKING:
    from rich.console import Console

    from .texts_of import Text

REGION = Annotated[str, typer.Option(help=_("Six-digit code; 000000 is the whole country."))]
LANGUAGE = Annotated[str, typer.Option(help=_("zh-hans or en; letters are Chinese."))]
DAY = Annotated[str, typer.Option(help=_("First day, as 2026-12-01; today unless given."))]
KEY = Annotated[str, typer.Argument(help=_("As `zhijia texts list` names it."))]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help=_("The words of letters and messages."), no_args_is_help=True)

    @group.command("list", help=_("Name every text, and where other words are set than the declared ones."))
    def list_texts() -> None:
        from .texts_of import every

        console = _start()
        for text in every():
            console.print(f"{text.key}  {text.title}", markup=False, highlight=False)
            for rule in text.rules():
                says = f"    {rule.region}  {_days(rule.in_force)}  {rule.key}  {rule.basis}"
                console.print(says, markup=False, highlight=False)

    @group.command(help=_("Show the words in force, what fills them, and how they read on sample values."))
    def show(key: KEY, region: REGION = "000000", language: LANGUAGE = "zh-hans", on: DAY = "") -> None:
        from .texts_of import find

        console = _start()
        text, day = find(key), _day(on)
        words, source = text.in_force(region=region, on=day, language=language)
        console.print(source, style="dim", markup=False, highlight=False)
        console.print(words, markup=False, highlight=False)
        for name, title in text.offers():
            console.print(f"  {{{name}}}  {title}", markup=False, highlight=False)
        _preview(console, text, words, language)

    @group.command("set", help=_("Set other words, from a file or as given; they are checked and shown first."))
    def set_words(
        key: KEY,
        file: Annotated[Path | None, typer.Argument(exists=True, dir_okay=False)] = None,
        words: Annotated[str, typer.Option(help=_("The words themselves, instead of a file."))] = "",
        region: REGION = "000000",
        language: LANGUAGE = "zh-hans",
        basis: Annotated[str, typer.Option(help=_("The document that these words come from."))] = "",
        valid_from: Annotated[str, typer.Option("--from", help=_("First day; today unless given."))] = "",
        valid_to: Annotated[str, typer.Option("--to", help=_("The day on which they no longer hold."))] = "",
        dry: Annotated[bool, typer.Option("--dry", help=_("Only check and show; set nothing."))] = False,
    ) -> None:
        from zhijia.kernel.base.clock import now

        from .texts_of import check_region, find

        console = _start()
        text, said = find(key), file.read_text(encoding="utf-8-sig") if file else words
        check_region(region)
        text.check(said, language)
        _preview(console, text, said, language)
        if dry:
            return
        last = _day(valid_to) if valid_to else None
        text.set(
            said, region=region, language=language, basis=basis, valid_from=_day(valid_from), valid_to=last, now=now()
        )
        typer.echo(_("Set. Letters already drafted and messages already written stay as they are."))

    @group.command(help=_("Go back to what holds otherwise in this region, from a day."))
    def unset(key: KEY, region: REGION = "000000", language: LANGUAGE = "zh-hans", on: DAY = "") -> None:
        from zhijia.kernel.rules.texts import unset_text

        from .texts_of import find

        _start()
        changed = unset_text(key=find(key).rule(language), region=region, on=_day(on))
        typer.echo(_("Unset.") if changed else _("Nothing was set there."))

    @group.command(help=_("Set the code (机关代字) under which a unit's letters are numbered."))
    def code(
        unit: Annotated[str, typer.Argument(help=_("The unit's full name."))],
        code: Annotated[str, typer.Argument(help=_("For example 青禾工."))],
        basis: Annotated[str, typer.Option(help=_("The document that gives the code."))],
    ) -> None:
        from zhijia.kernel.base.clock import now
        from zhijia.kernel.documents.numbering import set_code

        from .texts_of import unit_named

        _start()
        set_code(org=unit_named(unit), code=code, basis=basis, actor_id=None, now=now())
        typer.echo(_("Set. The next letter is numbered under it."))

    @group.command(help=_("Write the default letterhead as .docx, to be changed and named in ZHIJIA_LETTERHEAD."))
    def letterhead(file: Annotated[Path, typer.Argument(dir_okay=False, writable=True)]) -> None:
        _start()
        from zhijia.kernel.documents.letterhead import default

        file.write_bytes(default())
        typer.echo(_("Written to {file}.").format(file=file))

    app.add_typer(group, name="texts")


def _start() -> "Console":
    from rich.console import Console

    from .setup import boot

    boot()
    return Console(soft_wrap=True)


def _preview(console: "Console", text: "Text", words: str, language: str) -> None:
    console.rule(_("on sample values"), align="left", style="dim")
    for line in text.preview(words, language):
        console.print(line, markup=False, highlight=False)
    if (parts := text.segments(words, language)) is not None:
        console.print(_("{n} text message(s) long").format(n=parts), style="dim")


def _day(given: str) -> date:
    """The day that was typed, or today in China. Exits with one sentence for anything else."""
    from zhijia.kernel.base.clock import CHINA, now

    if not given:
        return now().astimezone(CHINA).date()
    try:
        return date.fromisoformat(given)
    except ValueError:
        typer.echo(_("{given} is no day; write it as 2026-12-01.").format(given=given), err=True)
        raise typer.Exit(2) from None


def _days(in_force: object) -> str:
    lower, upper = getattr(in_force, "lower", None), getattr(in_force, "upper", None)
    return f"{lower}–{upper or ''}"
