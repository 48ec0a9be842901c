"""`zhijia account` and `zhijia post`: the first accounts and posts of an installation, and what no page can mend.

Everything here is done by the platform itself, on record; administrators use the pages (docs/guides/first-day.md).
"""

from datetime import date
from typing import Annotated, Any

import typer

from .words import _

Login = Annotated[str, typer.Argument(help=_("Login of the account."))]
Unit = Annotated[str, typer.Option("--org", help=_("The organisation: its id, or its whole name."))]


def register(app: typer.Typer) -> None:
    """Add both groups of commands."""
    app.add_typer(_accounts(), name="account")
    app.add_typer(_posts(), name="post")


def _accounts() -> typer.Typer:
    group = typer.Typer(help=_("Accounts of staff."), no_args_is_help=True)

    @group.callback()
    def account() -> None:
        pass

    @group.command(help=_("Add an account and print the link by which its owner sets a password: once, for an hour."))
    def add(
        login: Login,
        name: Annotated[str, typer.Option(help=_("Name as colleagues know it."))],
        org: Unit,
        phone: Annotated[str, typer.Option(help=_("Phone of the person, if they shall sign in with codes too."))] = "",
    ) -> None:
        kit = _kit()
        made = kit.accounts.add_staff(
            login=login, name=name, home_id=org_called(org).pk, phone=phone, actor=kit.platform, now=kit.now
        )
        print(_link(made, kit))

    @group.command(help=_("Print a new link by which the owner sets a password: once, for an hour."))
    def link(login: Login) -> None:
        kit = _kit()
        print(_link(_account(login), kit))

    @group.command(help=_("Let nobody sign in with it any more, and end its sessions."))
    def close(login: Login) -> None:
        kit = _kit()
        from zhijia.faces.sessions import delete_sessions

        delete_sessions(kit.accounts.close_account(account=_account(login), actor=kit.platform, now=kit.now))
        print(_("closed"))

    return group


def _posts() -> typer.Typer:
    group = typer.Typer(help=_("Posts: who may act where, from one day to another."), no_args_is_help=True)

    @group.callback()
    def post() -> None:
        pass

    @group.command("list", help=_("The posts of an account, or of an organisation."))
    def list_(
        login: Annotated[str, typer.Option(help=_("Login of the account."))] = "",
        org: Annotated[str, typer.Option("--org", help=_("The organisation: its id, or its whole name."))] = "",
    ) -> None:
        _kit()
        from zhijia.kernel.people import matrix

        found = matrix.posts_at(org_called(org).pk) if org else matrix.posts_of([_account(login).pk])
        for row in found:
            last = row.to_day or ""
            print(f"{row.pk}\t{row.account.login}\t{row.role}\t{row.org.name}\t{row.from_day}\t{last}")

    @group.command(help=_("Give an account a post. Roles: {roles}.").format(roles=_roles()))
    def appoint(
        login: Login,
        role: Annotated[str, typer.Option(help=_("Its role."))],
        org: Unit,
        reach: Annotated[str, typer.Option(help=_("Top of what it reaches, where that is another one."))] = "",
        first: Annotated[str, typer.Option(help=_("First day, 2026-12-01; default: today."))] = "",
        last: Annotated[str, typer.Option(help=_("Last day; default: until it is ended."))] = "",
        industry: Annotated[bool, typer.Option(help=_("Along the industry tree."))] = False,
    ) -> None:
        kit = _kit()
        from zhijia.kernel.notify import posts

        made = posts.appoint(
            account=_account(login), role=_role(role), org_id=org_called(org).pk,
            reach_id=org_called(reach).pk if reach else None,
            from_day=_day(first) or kit.today, to_day=_day(last), industry=industry, actor=kit.platform, now=kit.now,
        )  # fmt: skip
        print(_("post {id}: {role}, {org}").format(id=made.pk, role=made.role, org=made.org.name))

    @group.command(help=_("Let a post end with a day."))
    def end(
        post: Annotated[int, typer.Argument(help=_("Id of the post, as `zhijia post list` shows it."))],
        last: Annotated[str, typer.Option(help=_("Last day; default: today."))] = "",
    ) -> None:
        kit = _kit()
        from zhijia.kernel.notify import posts

        ended = posts.end_post(post=_post(post), last_day=_day(last) or kit.today, actor=kit.platform, now=kit.now)
        print(_("ends with {day}").format(day=ended.to_day))

    @group.command(help=_("Let somebody hold a post for its absent holder, both days included."))
    def substitute(
        post: Annotated[int, typer.Argument(help=_("Id of the post, as `zhijia post list` shows it."))],
        login: Annotated[str, typer.Argument(help=_("Login of who stands in."))],
        first: Annotated[str, typer.Option(help=_("First day."))],
        last: Annotated[str, typer.Option(help=_("Last day."))],
        reason: Annotated[str, typer.Option(help=_("Why."))],
    ) -> None:
        kit = _kit()
        from zhijia.kernel.notify import posts

        posts.substitute(
            post=_post(post), account=_account(login), from_day=_day(first) or kit.today,
            to_day=_day(last) or kit.today, reason=reason, actor=kit.platform, now=kit.now,
        )  # fmt: skip
        print(_("recorded"))

    @group.command(help=_("Let one permission of a post reach further or less far; without --reach as the role gives."))
    def right(
        post: Annotated[int, typer.Argument(help=_("Id of the post, as `zhijia post list` shows it."))],
        permission: Annotated[str, typer.Argument(help=_("The permission, such as case.export."))],
        reach: Annotated[str, typer.Option(help=_("all, chosen, below, unit, own or none."))] = "",
        org: Annotated[list[str] | None, typer.Option("--org", help=_("With “chosen”: again for each."))] = None,
    ) -> None:
        kit = _kit()
        from zhijia.kernel.notify import posts
        from zhijia.kernel.people.permissions import Permission, Reach

        posts.set_right(
            post=_post(post), permission=choice_of(Permission, permission),
            reach=choice_of(Reach, reach) if reach else None,
            orgs=[org_called(name).pk for name in org or ()], actor=kit.platform, now=kit.now,
        )  # fmt: skip
        print(_("set"))

    return group


class _Kit:
    """What every command needs once Django is up."""

    def __init__(self) -> None:
        from zhijia.kernel.base import clock
        from zhijia.kernel.base.clock import CHINA
        from zhijia.kernel.people import accounts
        from zhijia.kernel.people.actors import Actor

        self.accounts, self.platform, self.now = accounts, Actor.platform(), clock.now()
        self.today: date = self.now.astimezone(CHINA).date()


def _kit() -> _Kit:
    from .setup import boot

    boot()
    from django.conf import settings
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)  # what messages keep in words
    return _Kit()


def _link(account: Any, kit: _Kit) -> str:
    """The path of the link: the host is the operator's to know."""
    from django.urls import reverse

    from zhijia.kernel.people.setup import begin_setup

    token = begin_setup(account=account, actor=kit.platform, now=kit.now)
    return reverse("sign_in_link", args=[token])


def _account(login: str) -> Any:
    from zhijia.kernel.base.errors import NotFound
    from zhijia.kernel.people.accounts import staff_accounts

    found = staff_accounts().filter(login=login.strip().casefold()).first()
    if found is None:
        raise NotFound(_("there is no account with the login {login}").format(login=login))
    return found


def org_called(words: str) -> Any:
    """The organisation with this id or whole name. Raises NotFound."""
    from zhijia.kernel.base.errors import NotFound
    from zhijia.kernel.org.models import Org

    by = {"pk": int(words)} if words.isascii() and words.isdigit() else {"name": words}
    found = list(Org.objects.filter(**by)[:2])
    if len(found) != 1:
        raise NotFound(_("there is no single organisation called {words}; give its id").format(words=words))
    return found[0]


def _post(post_id: int) -> Any:
    from zhijia.kernel.base.errors import NotFound
    from zhijia.kernel.people.models import Post

    found = Post.objects.select_related("account", "org").filter(pk=post_id).first()
    if found is None:
        raise NotFound(_("there is no post {id}").format(id=post_id))
    return found


def _role(word: str) -> Any:
    from zhijia.kernel.people.roles import Role

    return choice_of(Role, word)


def choice_of(kind: Any, word: str) -> Any:
    """The member of an enumeration that is meant. Raises Invalid, naming them all."""
    from zhijia.kernel.base.errors import FieldProblem, Invalid

    try:
        return kind(word)
    except ValueError:
        names = ", ".join(str(one.value) for one in kind)
        raise Invalid(FieldProblem("choice", "choice", _("choose one of: {names}").format(names=names))) from None


def _day(words: str) -> date | None:
    from zhijia.kernel.base.errors import FieldProblem, Invalid

    try:
        return date.fromisoformat(words) if words else None
    except ValueError:
        raise Invalid(FieldProblem("day", "format", _("write a day as 2026-12-01"))) from None


def _roles() -> str:
    """Without Django: `--help` must answer at once."""
    return "administrator, security_administrator, auditor, officer, unit_head, agent, dispatcher, …"
