"""What every voucher page of the desk shares: who may look, who may act for which union, and the line of tabs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from zhijia.faces.web.desk.nav import desk_page_of
from zhijia.faces.web.pages import desk_page
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Text
from zhijia.kernel.org.models import Org, OrgKind
from zhijia.kernel.people.actors import OWN_UNIT_ONLY, Actor, Permission, Role
from zhijia.kernel.people.bound import campaigns
from zhijia.kernel.people.posts import HOSTS
from zhijia.modules.vouchers.models import Conflict, campaign_of

from .roles import LOOK, MANAGE, OF_CAMPAIGN, may_look

P = ParamSpec("P")
D = TypeVar("D", date, None)
MOST_ORGS = 300
"""Unions that a choice offers; a leader with more below them sets up at the county."""
NAV = "vouchers"


@dataclass(frozen=True)
class Tab:
    """One page of the section."""

    title: Text
    url: str
    current: bool
    count: str = ""


@dataclass
class Typed:
    """A form as it was typed, with what is wrong beside each field."""

    values: QueryDict = field(default_factory=QueryDict)
    problems: dict[str, Text] = field(default_factory=dict)

    @classmethod
    def wrong(cls, values: QueryDict, problems: Iterable[FieldProblem]) -> "Typed":
        """What was typed, and why it was not taken."""
        return cls(values, {p.field: p.message for p in problems})


def voucher_desk(
    view: Callable[Concatenate[HttpRequest, Actor, datetime, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A page for whoever may look at vouchers; everybody else of the staff gets 403 with the reason. It runs in the
    database scope of the actor's posts, or of the campaign that they organise."""

    @wraps(view)
    def run(
        request: HttpRequest, actor: Actor, now: datetime, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if not may_look(actor):
            who = "、".join(str(role.title) for role in sorted(LOOK))
            raise Forbidden(_("Only these work with meals and packs: %(roles)s.") % {"roles": who}, code="wrong_role")
        here = request.resolver_match.url_name if request.resolver_match else ""
        if campaigns(actor) and here not in OF_CAMPAIGN:
            raise Forbidden(_("You organise one programme: its cycles and figures are yours, this page is not."))
        return view(request, actor, now, *args, **kwargs)

    return desk_page(run)


def page(
    request: HttpRequest, actor: Actor, now: datetime, template: str, context: dict[str, Any], *, tab: str,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """Render a page of the section inside the desk's frame."""
    common = {"tabs": _tabs(actor, tab), "may_act": bool(actor.roles() & MANAGE), "organises": bool(campaigns(actor))}
    return desk_page_of(
        request, actor, now, f"web/vouchers/desk/{template}.html", {**common, **context}, current=NAV, status=status
    )


def _tabs(actor: Actor, current: str) -> list[Tab]:
    only = OF_CAMPAIGN if campaigns(actor) else None
    waiting = Conflict.objects.filter(seen_at=None).count()
    names: tuple[tuple[str, Text], ...] = (
        ("desk", _("Overview")), ("serve", _("Serve somebody")), ("outlets", _("Outlets")),
        ("programmes", _("Programmes")), ("settlements", _("Settlements")), ("conflicts", _("Conflicts")),
        ("money", _("Money")),
    )  # fmt: skip
    counts = {"conflicts": str(waiting or "")}
    return [
        Tab(title, reverse(f"vouchers:{name}"), name == current, counts.get(name, ""))
        for name, title in names
        if only is None or name in only
    ]


def orgs_for(actor: Actor, roles: frozenset[Role] = MANAGE) -> list[Org]:
    """The unions for which the actor may act by these roles, the own ones first; one query."""
    posts = [p for p in actor.posts if p.role in roles]
    wanted = Q(pk__in=[p.org_id for p in posts if p.role in OWN_UNIT_ONLY])
    for post in posts:
        if post.role not in OWN_UNIT_ONLY and not post.industry:
            wanted |= Q(lft__range=(post.lft, post.rgt), kind=OrgKind.FEDERATION)
    own = {p.org_id for p in posts}
    found = Org.objects.filter(wanted, active=True).order_by("lft")[:MOST_ORGS] if posts else []
    return sorted(found, key=lambda org: org.pk not in own)


def manages(actor: Actor, org: Org, programme: int | None = None) -> bool:
    """Whether the actor may act for this union, or organises this programme of it; the module asks the same before it
    writes."""
    campaign = campaign_of(programme) if programme is not None else None
    return any(
        (p.role in MANAGE or (campaign is not None and p.campaign == campaign))
        and p.covers(org.pk, org.lft, org.industry_lft, Permission.PROGRAMMES)
        for p in actor.posts
    )


def hosts(actor: Actor, org: Org) -> bool:
    """Whether the actor may hand a programme of this union over to an organiser."""
    place = (org.pk, org.lft, org.industry_lft)
    return any(
        (p.role in HOSTS and p.covers(*place, Permission.PROGRAMMES)) or p.covers(*place, Permission.POSTS)
        for p in actor.posts
    )


def number(text: str) -> int | None:
    """The id in a form or address; None for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def day_or(text: str, default: D) -> date | D:
    """The typed day, or the default for nonsense."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return default
