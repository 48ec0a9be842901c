"""`zhijia audit`: does the trail still say what was written? Sign and publish its roots; hand entries to a court."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhijia.kernel.base.errors import Misconfigured, NotFound

from .words import _

if TYPE_CHECKING:
    from zhijia.kernel.audit.bundle import Wanted


def register(app: typer.Typer) -> None:
    group = typer.Typer(help=_("The audit trail."), no_args_is_help=True)

    @group.callback()
    def audit() -> None:
        pass

    @group.command(
        help=_("Recompute every hash chain, root and signature; or check a bundle, which needs no database.")
    )
    def verify(
        bundle: Annotated[Path | None, typer.Argument(metavar="BUNDLE", help=_("A bundle (.zip)."))] = None,
        roots: Annotated[
            list[Path] | None, typer.Option("--roots", metavar="FILE", help=_("Signed roots that were kept elsewhere."))
        ] = None,
    ) -> None:
        raise typer.Exit(_verify_bundle(bundle, roots or []) if bundle else _verify_trail(roots or []))

    @group.command(help=_("Seal finished days, note where the trail stands, sign both and copy the roots outside."))
    def seal() -> None:
        from .setup import boot

        boot()
        from rich.console import Console

        from zhijia.kernel.audit import roots
        from zhijia.kernel.base.clock import now

        made = roots.keep(now())
        Console().print(_("{count} roots were signed").format(count=made))

    @group.command(
        "export", help=_("Write entries with their proofs and a verifier to one file, for a court or arbitrator.")
    )
    def export_(
        to: Annotated[Path, typer.Option("--to", metavar="FILE", help=_("The bundle (.zip)."))],
        case: Annotated[str, typer.Option("--case", metavar="NO", help=_("All entries about this case."))] = "",
        person: Annotated[int, typer.Option("--person", metavar="ID", help=_("All entries about this person."))] = 0,
        from_day: Annotated[str, typer.Option("--from", metavar="DAY", help=_("First day, such as 2026-11-01."))] = "",
        to_day: Annotated[str, typer.Option("--until", metavar="DAY", help=_("Last day."))] = "",
        names: Annotated[
            bool, typer.Option("--names", help=_("With the names of persons; they can read why."))
        ] = False,
        reason: Annotated[str, typer.Option("--reason", help=_("What it is needed for."))] = "",
    ) -> None:
        if sum(map(bool, (case, person, from_day or to_day))) != 1:
            raise Misconfigured(_("name one of --case, --person, --from and --until"))
        count = _export(to, case, person, from_day, to_day, reason, with_names=names)
        typer.echo(_("{file}: {count} entries").format(file=to, count=count))

    @group.command("rotate-key", help=_("Sign with a new key from now on; old roots stay verifiable."))
    def rotate_key(
        lost: Annotated[
            bool, typer.Option("--lost", help=_("The old key is gone: begin without its endorsement."))
        ] = False,
    ) -> None:
        from .setup import boot

        boot()
        from rich.console import Console

        from zhijia.kernel.audit import roots, security, signing
        from zhijia.kernel.base.clock import now

        if not lost and not signing.signers():
            raise Misconfigured(_("there is no key yet; it is made with the first root"))
        signer = signing.make_key()[-1]
        roots.keep(now())
        signing.forget_old_keys()
        name = signing.key_id(signer.algorithm, signer.public)
        security.log(kind="keys.rotated", now=now(), detail={"keys": "audit", "key": name, "lost": lost})
        Console().print(_("The key {key} signs from now on.").format(key=name), highlight=False)

    app.add_typer(group, name="audit")


def _verify_trail(roots: list[Path]) -> int:
    from rich.console import Console

    from .drill import recorded
    from .setup import boot
    from .steps import step

    boot()
    from zhijia.kernel.audit.verify import verify as verify_audit

    console = Console()
    with recorded("verify", "") as result, step(console, _("Audit trail")) as current:
        report = verify_audit(lambda done, total: current.show(f"{done}/{total}"), roots)
        current.note = _("{entries} entries, {chains} chains, {seals} seals").format(
            entries=report.entries, chains=report.chains, seals=report.seals
        )
        result |= {"entries": report.entries, "chains": report.chains, "seals": report.seals,
                   "statements": report.statements, "compared": report.compared, "unsigned": report.unsigned,
                   "found": len(report.problems),
                   "problems": [f"{problem.where}: {problem.what}" for problem in report.problems[:100]]}  # fmt: skip
    for problem in report.problems:
        console.print(f"[red]✗[/] {problem.where}: {problem.what}", highlight=False)
    console.print(_("{statements} signed roots, {compared} of them equal to a copy outside").format(
        statements=report.statements, compared=report.compared), highlight=False)  # fmt: skip
    console.print(_("Not one byte differs.") if report.ok else _("The audit trail was changed."))
    return 0 if report.ok else 1


def _verify_bundle(bundle: Path, roots: list[Path]) -> int:
    """Run the very program that lies in each bundle."""
    from zhijia.kernel.audit import verify_audit

    return verify_audit.main([str(bundle), *(["--roots", str(roots[0])] if roots else [])])


def _export(
    to: Path, case: str, person: int, from_day: str, to_day: str, reason: str, *, with_names: bool
) -> int:  # fmt: skip
    from .setup import boot

    boot()
    from zhijia.faces.keepers import names_of
    from zhijia.kernel.audit.bundle import export
    from zhijia.kernel.base.clock import now
    from zhijia.kernel.people.actors import Actor

    wanted = _wanted(case, person, from_day, to_day)
    draft = to.with_name(f".{to.name}.partial")
    try:
        with open(draft, "w+b", opener=_private) as file:
            count = export(
                wanted=wanted, to=file, actor=Actor.platform(), now=now(), reason=reason,
                names=names_of if with_names else None,
            )  # fmt: skip
        draft.replace(to)
    except OSError as error:
        raise Misconfigured(_("cannot write {path}: {reason}").format(path=to, reason=error.strerror)) from error
    finally:
        draft.unlink(missing_ok=True)
    return count


def _wanted(case: str, person: int, from_day: str, to_day: str) -> "Wanted":
    from zhijia.kernel.audit.bundle import Wanted
    from zhijia.kernel.cases.models import Case

    if not case:
        return Wanted(person_id=person or None, from_day=_day(from_day), to_day=_day(to_day))
    found = Case.objects.filter(no=case).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound(_("there is no case {no}").format(no=case))
    return Wanted(case_id=found, case_no=case)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Misconfigured(_("write the day like 2026-11-01")) from None


def _private(path: str, flags: int) -> int:
    import os

    return os.open(path, flags, 0o600)
