"""`zhijia partner add`: credentials with which another system files and follows cases through the API."""

from typing import Annotated

import typer

from .words import _


def register(app: typer.Typer) -> None:
    group = typer.Typer(help=_("Partners: other systems that use the API."), no_args_is_help=True)

    @group.callback()
    def partner() -> None:
        pass

    @group.command(help=_("Make a partner and print its client id and secret, once."))
    def add(
        name: Annotated[str, typer.Argument(help=_("Name of the partner, as it stands in timelines."))],
        org: Annotated[int, typer.Option(help=_("Id of the organisation at which it holds its post."))],
        reach: Annotated[int | None, typer.Option(help=_("Id of the top of what it sees; default: the same."))] = None,
    ) -> None:
        from .setup import boot

        boot()
        from zhijia.faces.api.partners import add_partner
        from zhijia.kernel.base import clock
        from zhijia.kernel.people.actors import Actor

        made = add_partner(name=name, org_id=org, reach_id=reach, actor=Actor.platform(), now=clock.now())
        print(f"client_id={made.client_id}")
        print(f"client_secret={made.client_secret}")
        print(_("The secret is not kept: write it down now."))

    app.add_typer(group, name="partner")
