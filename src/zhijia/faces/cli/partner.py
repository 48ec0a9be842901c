"""`zhijia partner`: other systems, as machines that use the API and as places where people sign in with us."""

from typing import TYPE_CHECKING, Annotated

import typer

from .words import _

if TYPE_CHECKING:
    from zhijia.kernel.people.oidc_models import ClientKind


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
        _tell(made.client_id, made.client_secret)

    _register_sign_in(group)
    _register_care(group)
    app.add_typer(group, name="partner")


def _register_sign_in(group: typer.Typer) -> None:
    @group.command(name="sign-in", help=_("Let people sign in at a system with their account here; prints its secret."))
    def sign_in(
        title: Annotated[str, typer.Argument(help=_("What people know the system by, in English."))],
        chinese: Annotated[str, typer.Option(help=_("The same in Chinese."))],
        kind: Annotated[
            str, typer.Option(help=_("union, public, partner or enterprise; an enterprise learns no name."))
        ],
        redirect: Annotated[list[str], typer.Option(help=_("Where people go back to; exact, can be given again."))],
        scope: Annotated[list[str], typer.Option(help=_("openid, profile (name), posts (staff only)."))] = ["openid"],  # noqa: B006
        after_logout: Annotated[list[str], typer.Option(help=_("Where people go after signing out."))] = [],  # noqa: B006
        public: Annotated[bool, typer.Option(help=_("It can keep no secret: an app on a phone."))] = False,
    ) -> None:
        from .setup import boot

        boot()
        from zhijia.faces.api.partners import add_sign_in
        from zhijia.kernel.base import clock
        from zhijia.kernel.people.actors import Actor

        made = add_sign_in(
            title_zh=chinese, title_en=title, kind=_kind(kind), redirects=redirect, scopes=scope,
            after_logout=after_logout, public=public, actor=Actor.platform(), now=clock.now(),
        )  # fmt: skip
        _tell(made.client_id, made.client_secret)

    @group.command(help=_("Set the addresses or scopes of a system anew."))
    def change(
        client_id: str,
        redirect: Annotated[
            list[str] | None, typer.Option(help=_("Where people go back to; exact, can be given again."))
        ] = None,
        scope: Annotated[list[str] | None, typer.Option(help=_("openid, profile (name), posts (staff only)."))] = None,
        after_logout: Annotated[list[str] | None, typer.Option(help=_("Where people go after signing out."))] = None,
    ) -> None:
        from .setup import boot

        boot()
        from zhijia.faces.api.partners import change_sign_in
        from zhijia.kernel.base import clock
        from zhijia.kernel.people.actors import Actor

        change_sign_in(
            client_id=client_id, redirects=redirect or None, scopes=scope or None, after_logout=after_logout or None,
            actor=Actor.platform(), now=clock.now(),
        )  # fmt: skip

    @group.command(help=_("Make a new key that signs what partners are told; it is used a day later."))
    def keys(
        at_once: Annotated[
            bool, typer.Option(help=_("The old key was lost to somebody: it counts no longer."))
        ] = False,
    ) -> None:
        from .setup import boot

        boot()
        from zhijia.faces.web.oidc import keys
        from zhijia.kernel.base import clock

        keys.rotate(now=clock.now(), at_once=at_once)
        for key in keys.published(now=clock.now()):
            print(f"{key.kid}  {key.path.stem}{'  *' if key == keys.signing(now=clock.now()) else ''}")


def _register_care(group: typer.Typer) -> None:
    @group.command(name="list", help=_("Show every system, what it may ask for and whether it is open."))
    def show() -> None:
        from .setup import boot

        boot()
        from zhijia.faces.api.partners import listed

        for one in listed():
            state = _("open") if one.enabled else _("shut")
            print(f"{one.client_id}  {one.kind}  {state}  {one.name}  {','.join(one.scopes)}")
            for address in one.redirects:
                print(f"    {address}")

    @group.command(help=_("Give a system a new secret, printed once; the old one ends at once."))
    def rotate_secret(client_id: str) -> None:
        from .setup import boot

        boot()
        from zhijia.faces.api.partners import rotate_secret
        from zhijia.kernel.base import clock
        from zhijia.kernel.people.actors import Actor

        _tell(client_id, rotate_secret(client_id=client_id, actor=Actor.platform(), now=clock.now()))

    @group.command(help=_("Shut a system and end all its tokens."))
    def disable(client_id: str) -> None:
        _enable(client_id, enabled=False)

    @group.command(help=_("Open a system again."))
    def enable(client_id: str) -> None:
        _enable(client_id, enabled=True)


def _enable(client_id: str, *, enabled: bool) -> None:
    from .setup import boot

    boot()
    from zhijia.faces.api import partners
    from zhijia.kernel.base import clock
    from zhijia.kernel.people.actors import Actor

    partners.enable(client_id=client_id, enabled=enabled, actor=Actor.platform(), now=clock.now())


def _kind(typed: str) -> "ClientKind":
    from zhijia.kernel.base.errors import Misconfigured
    from zhijia.kernel.people.oidc_models import ClientKind

    try:
        return ClientKind(typed)
    except ValueError:
        raise Misconfigured(_("A kind is union, public, partner or enterprise.")) from None


def _tell(client_id: str, secret: str) -> None:
    print(f"client_id={client_id}")
    if secret:
        print(f"client_secret={secret}")
        print(_("The secret is not kept: write it down now."))
