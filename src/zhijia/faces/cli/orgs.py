"""`zhijia org`: the first organisations of a new installation."""

from typing import Annotated

import typer

from .words import _


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help=_("Organisations of the union tree."), no_args_is_help=True)

    @group.callback()
    def org() -> None:
        pass

    @group.command(help=_("Add one organisation and print its id."))
    def add(
        name: Annotated[str, typer.Argument(help=_("Whole name."))],
        region: Annotated[str, typer.Option(help=_("Code of its region, GB/T 2260, six digits."))],
        kind: Annotated[str, typer.Option(help=_("federation, hotline_centre, callback_centre, …"))] = "federation",
        parent: Annotated[str, typer.Option(help=_("The one above it: id or whole name; none for the first."))] = "",
        short: Annotated[str, typer.Option(help=_("Short name."))] = "",
    ) -> None:
        from .setup import boot

        boot()
        from zhijia.kernel.base import clock
        from zhijia.kernel.base.errors import NotFound
        from zhijia.kernel.org.models import OrgKind, Region
        from zhijia.kernel.org.tree import add_org
        from zhijia.kernel.people.actors import Actor

        from .posts import choice_of, org_called

        place = Region.objects.filter(pk=region).first()
        if place is None:
            raise NotFound(_("there is no region {code}").format(code=region))
        made = add_org(
            parent=org_called(parent) if parent else None, name=name, kind=choice_of(OrgKind, kind), region=place,
            short_name=short, now=clock.now(), actor=Actor.platform(),
        )  # fmt: skip
        print(made.pk)

    @group.command("list", help=_("All organisations with this in their name, from the top: id, level, name."))
    def list_(words: Annotated[str, typer.Argument(help=_("Part of the name."))] = "") -> None:
        from .setup import boot

        boot()
        from zhijia.kernel.org.models import Org

        for found in Org.objects.filter(name__contains=words).order_by("lft")[:500]:
            print(f"{found.pk}\t{found.level}\t{found.name}")

    app.add_typer(group, name="org")
