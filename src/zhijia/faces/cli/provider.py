"""`zhijia provider`: identity providers of provinces and enterprises that sign their people in here."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from .words import _

if TYPE_CHECKING:
    from zhijia.kernel.people.models import Provider


def register(app: typer.Typer) -> None:
    group = typer.Typer(help=_("Identity providers that sign people in here."), no_args_is_help=True)

    @group.command(help=_("Add a provider after its discovery document was fetched and checked."))
    def add(
        key: Annotated[str, typer.Argument(help=_("Short name that stands in its addresses here."))],
        issuer: Annotated[str, typer.Argument(help=_("Its issuer, exactly as it calls itself."))],
        title: Annotated[str, typer.Option(help=_("What people know it by, in English."))],
        chinese: Annotated[str, typer.Option(help=_("The same in Chinese."))],
        client_id: Annotated[str, typer.Option(help=_("What it calls us."))],
        signs_in: Annotated[str, typer.Option(help=_("staff or workers."))],
        reach: Annotated[int | None, typer.Option(help=_("Staff: id of the organisation above their posts."))] = None,
        secret_file: Annotated[str, typer.Option(help=_("File with our secret there; - for the input."))] = "",
        strong_acr: Annotated[str, typer.Option(help=_("Values of acr that mean two factors."))] = "",
        from_day: Annotated[str, typer.Option("--from", help=_("First day, as 2026-11-30; default: today."))] = "",
        to_day: Annotated[str, typer.Option("--to", help=_("Last day."))] = "",
    ) -> None:  # fmt: skip
        from .setup import boot

        boot()
        from zhijia.kernel.base import clock
        from zhijia.kernel.base.errors import Misconfigured
        from zhijia.kernel.people import providers
        from zhijia.kernel.people.actors import Actor
        from zhijia.kernel.people.models import Provider
        from zhijia.kernel.people.oidc_models import SignsIn

        if signs_in not in list(SignsIn):
            raise Misconfigured(_("It signs in either staff or workers."))
        _examine(Provider(issuer=issuer))
        made = providers.add_provider(
            key=key, title_zh=chinese, title_en=title, issuer=issuer, client_id=client_id, signs_in=SignsIn(signs_in),
            client_secret=_secret(secret_file), reach_id=reach, strong_acr=strong_acr,
            from_day=date.fromisoformat(from_day) if from_day else None,
            to_day=date.fromisoformat(to_day) if to_day else None, actor=Actor.platform(), now=clock.now(),
        )  # fmt: skip
        print(_("Register this address there: {address}").format(address=f"…/sign-in/with/{made.key}/back/"))

    @group.command(name="list", help=_("Show every provider and whom it signs in."))
    def show() -> None:
        from .setup import boot

        boot()
        from zhijia.kernel.people.models import Provider

        for one in Provider.objects.select_related("reach").order_by("key"):
            state = _("open") if one.enabled else _("shut")
            days = f"{one.from_day} – {one.to_day or ''}"
            print(f"{one.key}  {state}  {one.signs_in}  {one.reach or ''}  {days}  {one.title}  {one.issuer}")

    @group.command(help=_("Fetch what the provider says of itself, and check it."))
    def test(key: str) -> None:
        _examine(_named(key))

    @group.command(help=_("Let the provider sign nobody in any more; what was joined is kept."))
    def disable(key: str) -> None:
        _enable(key, enabled=False)

    @group.command(help=_("Let the provider sign people in again."))
    def enable(key: str) -> None:
        _enable(key, enabled=True)

    @group.command(help=_("Print a one-time path with which an account is joined to whoever signs in there."))
    def invite(key: str, login: str) -> None:
        provider = _named(key)
        from zhijia.kernel.base import clock
        from zhijia.kernel.base.errors import NotFound
        from zhijia.kernel.people import providers
        from zhijia.kernel.people.actors import Actor
        from zhijia.kernel.people.auth import find_account

        account = find_account(login)
        if account is None:
            raise NotFound(_("Nobody has this login."))
        token = providers.invite(provider=provider, account=account, actor=Actor.platform(), now=clock.now())
        print(f"/sign-in/invited/{token}/")

    app.add_typer(group, name="provider")


def _named(key: str) -> "Provider":
    from .setup import boot

    boot()
    from zhijia.kernel.base.errors import NotFound
    from zhijia.kernel.people.models import Provider

    found = Provider.objects.filter(key=key).first()
    if found is None:
        raise NotFound(_("There is no such provider."))
    return found


def _enable(key: str, *, enabled: bool) -> None:
    provider = _named(key)
    from zhijia.kernel.base import clock
    from zhijia.kernel.people import providers
    from zhijia.kernel.people.actors import Actor

    providers.enable_provider(provider=provider, enabled=enabled, actor=Actor.platform(), now=clock.now())


def _examine(provider: "Provider") -> None:
    """Print what the provider says of itself. Raises Misconfigured with what is wrong with it."""
    from zhijia.faces.web.oidc import discovery
    from zhijia.faces.web.oidc.fetch import Unreachable
    from zhijia.kernel.base.errors import Misconfigured

    discovery.forget()
    try:
        said = discovery.metadata(provider)
        keys = discovery.usable_keys(said)
    except Unreachable as error:
        raise Misconfigured(_("The provider cannot be used: {reason}").format(reason=error)) from error
    for name, value in (
        ("issuer", said.issuer), ("authorization_endpoint", said.authorize), ("token_endpoint", said.token),
        ("userinfo_endpoint", said.userinfo), ("jwks_uri", said.jwks), ("keys", ", ".join(keys)),
        ("iss", _("in every answer") if said.names_itself else _("not in answers")),
    ):  # fmt: skip
        print(f"✓ {name}: {value}")


def _secret(file: str) -> str:
    import sys
    from pathlib import Path

    if not file:
        return ""
    return (sys.stdin.read() if file == "-" else Path(file).read_text()).strip()
