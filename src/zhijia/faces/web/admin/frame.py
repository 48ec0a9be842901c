"""What the pages of administration share: who may look, the line of tabs, forms that keep what was typed.

They run as the owner of the database, because no request role may write an account or a post. Each asks for a
permission here, and the kernel asks again how far it reaches before anything is shown or changed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from zhijia.faces.access import as_staff, seen_by
from zhijia.faces.web.desk import queries
from zhijia.faces.web.desk.nav import desk_page_of, lists
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import FieldProblem, Invalid, Text
from zhijia.kernel.base.text import clean
from zhijia.kernel.org.models import Org
from zhijia.kernel.people import accounts, proposals
from zhijia.kernel.people.actors import Actor, Permission
from zhijia.kernel.people.models import Account

P = ParamSpec("P")
ActorView = Callable[Concatenate[HttpRequest, Actor, datetime, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

LOOK = (Permission.ACCOUNTS, Permission.POSTS, Permission.SECURITY, Permission.AUDIT)
"""Whoever looks after accounts, posts or security, and who audits them."""
MOST = 12


@dataclass(frozen=True)
class Tab:
    """One page of the section."""

    title: Text
    url: str
    current: bool
    count: str = ""


@dataclass
class Form:
    """A form as it was typed, with what is wrong beside each field."""

    values: QueryDict = field(default_factory=QueryDict)
    problems: dict[str, Text] = field(default_factory=dict)

    @classmethod
    def wrong(cls, values: QueryDict, problems: Iterable[FieldProblem]) -> "Form":
        """What was typed, and why it was not taken."""
        return cls(values, {p.field: p.message for p in problems})


def admin_page(*needs: Permission) -> Callable[[ActorView[P]], View[P]]:
    """A page for staff that is run as the owner of the database; with `needs`, for who holds one of them."""

    def wrap(view: ActorView[P]) -> View[P]:
        @wraps(view)
        def run(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not isinstance(request.user, Account):
                return redirect_to_login(request.get_full_path())
            now = clock.now()
            actor = as_staff(request.user, now=now)
            request.actor = actor  # type: ignore[attr-defined]
            if needs:
                actor.require(*needs)
            with transaction.atomic():
                return view(request, actor, now, *args, **kwargs)

        run.needs = needs  # type: ignore[attr-defined]
        return run

    return wrap


def page(
    request: HttpRequest, actor: Actor, now: datetime, template: str, context: dict[str, Any], *, tab: str = "",
    section: str = "people", current: str = "admin", status: int = 200,
) -> HttpResponse:  # fmt: skip
    """Render a page of the section inside the desk's frame; the frame's counts come from the actor's own scope."""
    counts: dict[str, int] = {}
    if actor.may(Permission.READ):
        with seen_by(actor):
            counts = queries.counted(lists(actor, now))
    common = {"tabs": _tabs(actor, tab, section) if tab else [], "rights": {p.name: actor.may(p) for p in LOOK}}
    return desk_page_of(
        request, actor, now, f"web/admin/{template}.html", {**common, **context}, current=current, counts=counts,
        status=status,
    )  # fmt: skip


def _tabs(actor: Actor, current: str, section: str) -> list[Tab]:
    waiting = 0
    if section == "settings":
        names: list[tuple[str, Text]] = [
            ("rules", _("Values")), ("texts", _("Messages")), ("days", _("Working days")), ("services", _("Services")),
        ]  # fmt: skip
    else:
        names = [("accounts", _("Accounts")), ("units", _("Units"))] if actor.may(*LOOK) else []
        if actor.may(Permission.POSTS, Permission.SECURITY, Permission.ACCOUNTS):
            waiting = proposals.waiting_for(actor).count() if actor.may(Permission.POSTS, Permission.SECURITY) else 0
            names.append(("waiting", _("Waiting")))
        if actor.may(Permission.POSTS, Permission.SECURITY, Permission.AUDIT):
            names += [("access", _("Access")), ("reviews", _("Review of posts"))]
    return [
        Tab(title, reverse(f"admin:{name}"), name == current, str(waiting) if name == "waiting" and waiting else "")
        for name, title in names
    ]


def accounts_seen(actor: Actor) -> QuerySet[Account]:
    """The accounts that this actor's pages may show at all."""
    return accounts.in_reach(actor, *LOOK)


def account_seen(actor: Actor, pk: int) -> Account:
    """One of them. Raises NotFound."""
    return accounts.account_in_reach(actor, pk, *LOOK)


def orgs_seen(actor: Actor, *permissions: Permission) -> QuerySet[Org]:
    """The active organisations that one of the permissions reaches, from the top of the tree."""
    found = Q(pk__in=[])
    for permission in permissions or LOOK:
        if reach := actor.within(permission):
            found |= Q(pk__in=accounts.orgs_in(reach))
    return Org.objects.filter(found, active=True).order_by("level", "lft")


def orgs_named(actor: Actor, words: str, *permissions: Permission) -> list[Org]:
    """Those whose name holds the words."""
    words = clean(words)[:100]
    found = orgs_seen(actor, *permissions)
    return list(found.filter(Q(name__contains=words) | Q(short_name__contains=words))[:MOST])


def org_named(actor: Actor, words: str, *permissions: Permission, field: str) -> Org:
    """The one organisation in reach with this name, or whose name alone holds the words. Raises Invalid."""
    words = clean(words)[:100]
    if not words:
        raise Invalid(FieldProblem(field, "required", _("Choose an organisation.")))
    found = orgs_named(actor, words, *permissions)
    exact = list(orgs_seen(actor, *permissions).filter(Q(name=words) | Q(short_name=words))[:2])
    if len(exact) == 1 or (not exact and len(found) == 1):
        return (exact or found)[0]
    if not found:
        raise Invalid(FieldProblem(field, "unit", _("There is no such organisation in your reach.")))
    names = "、".join(org.name for org in found[:5])
    said = _("Several organisations have these words in their name. Write one of them in full: %(names)s.")
    raise Invalid(FieldProblem(field, "unit", said % {"names": names}))


def account_named(found: QuerySet[Account], words: str, *, field: str) -> Account:
    """The open account with this login, or the only one with this name. Raises Invalid."""
    words = clean(words)[:100].partition("（")[0].strip()
    if not words:
        raise Invalid(FieldProblem(field, "required", _("Choose a colleague.")))
    matching = list(found.filter(Q(login=words.casefold()) | Q(name=words), is_active=True)[:3])
    exact = [account for account in matching if account.login == words.casefold()]
    if exact or len(matching) == 1:
        return (exact or matching)[0]
    if matching:
        raise Invalid(FieldProblem(field, "several", _("Several have this name. Write the login.")))
    raise Invalid(FieldProblem(field, "unknown", _("Nobody here has this name or login.")))


def day_of(typed: QueryDict, name: str, *, required: bool = True) -> date | None:
    """A typed day. Raises Invalid for nonsense, and for none where one is needed."""
    raw = clean(typed.get(name, ""))
    if not raw and not required:
        return None
    try:
        return date.fromisoformat(raw)
    except ValueError:
        raise Invalid(FieldProblem(name, "format", _("Choose a day, for example 2026-11-24."))) from None


def one_day(typed: QueryDict, name: str) -> date:
    """A typed day that is needed. Raises Invalid."""
    day = day_of(typed, name)
    assert day is not None
    return day
