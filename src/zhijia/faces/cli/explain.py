"""`zhijia explain CASE ACTION`: may it be done now, by whom, why not, what would mend it; and why the dates are so."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhijia.kernel.base.errors import NotFound

from .words import _, language

if TYPE_CHECKING:
    from zhijia.kernel.people.actors import Actor


def register(app: typer.Typer) -> None:
    @app.command(help=_("Say whether an action on a case is possible now, why not, and why its dates are so."))
    def explain(
        case: Annotated[str, typer.Argument(help=_("The number of the case."))],
        action: Annotated[str, typer.Argument(help=_("The key of a transition, such as submit."))],
        login: Annotated[str, typer.Option("--as", help=_("For this account; else for somebody with the right."))] = "",
    ) -> None:
        from rich.console import Console

        from .setup import boot

        boot()
        from django.utils import translation

        with translation.override(language()):
            raise typer.Exit(0 if show(case, action, login, Console()) else 1)


def show(no: str, action: str, login: str, console: Any) -> bool:
    """Print the explanation; whether it can be done. Raises NotFound for an unknown case, action or account."""
    from zhijia.kernel.base import clock
    from zhijia.kernel.cases.models import Case
    from zhijia.kernel.deadlines.models import Deadline
    from zhijia.kernel.service import registry
    from zhijia.kernel.service.engine import context
    from zhijia.kernel.service.engine import explain as judge

    now = clock.now()
    case = Case.objects.select_related("unit").filter(no=no).first()
    if case is None:
        raise NotFound(_("there is no case {no}").format(no=no))
    service = registry.service(case.service)
    transition = service.transition(action)
    if transition is None:
        keys = ", ".join(t.key for t in service.transitions if not t.inner)
        raise NotFound(_("there is no action {action}; there are: {keys}").format(action=action, keys=keys))
    actor = named(login) if login else entitled(case, transition)
    verdict = judge(service, transition, context(service, case, actor, now))
    state = service.state_titles[case.state]
    console.print(f"[bold]{case.no}[/] {case.title} · {state} · {case.unit.name}", highlight=False)
    who = ", ".join(str(role.title) for role in sorted(transition.by))
    console.print(_("{action} ({who}), as {name}:").format(action=transition.title, who=who, name=actor.name or "–"))
    if verdict:
        console.print(f"[green]✓[/] {_('It can be done now.')}")
    else:
        console.print(f"[red]✗[/] {verdict.reason} ({verdict.code})", highlight=False)
        if verdict.mend:
            console.print(f"  → {verdict.mend}")
        if case.state not in transition.source:
            names = ", ".join(str(service.state_titles[s]) for s in service.states if s in transition.source)
            console.print("  → " + _("It is possible in: {states}").format(states=names))
    clocks(service, Deadline.objects.filter(case=case).order_by("id"), now, console, case.region)
    return bool(verdict)


def clocks(service: Any, deadlines: Any, now: Any, console: Any, region: str) -> None:
    """Print every clock with its state and why its date is that date."""
    from zhijia.faces import present

    for deadline in deadlines:
        title = service.clock(deadline.key).title
        console.print(f"\n[bold]{title}[/] {deadline.state} · {deadline.due_at.astimezone(now.tzinfo):%Y-%m-%d %H:%M}")
        for sentence in present.why(service, deadline, now, region=region).sentences:
            console.print(f"  {sentence}", highlight=False)


def named(login: str) -> "Actor":
    """The account with this login or phone, by its posts if it holds any. Raises NotFound."""
    from zhijia.faces.access import as_staff, as_worker
    from zhijia.kernel.base import clock
    from zhijia.kernel.base.errors import Forbidden
    from zhijia.kernel.people.auth import find_account

    account = find_account(login)
    if account is None:
        raise NotFound(_("there is no account {login}").format(login=login))
    try:
        return as_staff(account, now=clock.now())
    except Forbidden:
        return as_worker(account)


def entitled(case: Any, transition: Any) -> "Actor":
    """Somebody who holds one of the transition's roles on this case; else the applicant, else the platform."""
    from zhijia.kernel.base import clock
    from zhijia.kernel.people.actors import Actor, Role
    from zhijia.kernel.people.models import Post
    from zhijia.kernel.people.posts import actor_of
    from zhijia.kernel.service.permission import post_for

    now = clock.now()
    for post in Post.objects.select_related("account").filter(role__in=transition.by, to_day=None).order_by("id"):
        actor = actor_of(post.account, now=now)
        if post_for(actor, transition.by, case):
            return Actor(account_id=actor.account_id, name=actor.name, posts=actor.posts)
    if Role.WORKER in transition.by and case.applicant_id:
        return Actor(person_id=case.applicant_id, name=str(Role.WORKER.title))
    return Actor.platform()
