"""The frame around every page of the desk: navigation with counts, who is acting and for whom. It shows only what the
actor's permissions allow: an administrator has no inbox."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from zhijia.faces.web.vouchers.desk.roles import may_look
from zhijia.kernel.base.errors import Text
from zhijia.kernel.people.actors import Actor, Permission, Role
from zhijia.kernel.people.bound import campaigns
from zhijia.kernel.people.rosters import TAKES_TURNS
from zhijia.kernel.service import registry
from zhijia.kernel.service.declare import Service
from zhijia.kernel.sheets import registry as sheets

from . import queries
from .filters import VIEWS, Filters

_PREFIX = "nav."
MOST_FILING = 4
"""Services that are listed one by one; more have a page of their own."""
CALLS = "hotline"
"""The service whose cases begin with a call."""


@dataclass(frozen=True)
class Item:
    """One line of the navigation."""

    title: Text
    icon: str
    url: str
    count: str = ""
    current: bool = False


Make = Callable[[Text, str, str, str], Item]
"""Makes an item of its title, icon, address and name."""


def desk_page_of(
    request: HttpRequest, actor: Actor, now: datetime, template: str, context: dict[str, Any], *, current: str = "",
    counts: dict[str, int] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """Render a desk page inside its frame. `counts` are those of `lists` when the page has asked for them already."""
    if counts is None:
        counts = queries.counted(lists(actor, now))
    frame = {"nav": _sections(actor, counts, current), "actor": actor, "now": now, "stands_for": _stands_for(actor)}
    response = render(request, template, {**frame, **context}, status=status)
    response["Cache-Control"] = "no-store"  # personal data never stays in the browser of a shared desk
    return response


def lists(actor: Actor, now: datetime) -> dict[str, QuerySet[Any]]:
    """The lists that the navigation counts, by name."""
    news = queries.messages_to(actor).filter(read_at=None)
    counted: dict[str, QuerySet[Any]] = {f"{_PREFIX}news": news}
    if not works(actor):
        return counted
    waiting = queries.open_cases(actor)
    views: dict[str, Q] = {
        "ours": queries.ours(actor), "mine": Q(assignee_id=actor.account_id), "tasks": queries.tasks_of(actor),
        "watching": queries.watched(actor), "mentioned": queries.mentioned(actor), "late": Q(due_at__lt=now),
        "mass": queries.MASS,
    }  # fmt: skip
    counted |= {f"{_PREFIX}{name}": waiting.filter(view) for name, view in views.items()}
    if Role.CALLBACK_AGENT in actor.roles():
        counted[f"{_PREFIX}callbacks"] = queries.to_call_back(actor)
    if Role.QUALITY_CHECKER in actor.roles():
        counted[f"{_PREFIX}checks"] = queries.to_check(actor)
    return counted


def shown(count: int) -> str:
    """A capped count as people read it."""
    return f"{queries.CAP}+" if count > queries.CAP else str(count)


def _sections(actor: Actor, counts: dict[str, int], current: str) -> list[tuple[str, list[Item]]]:
    def view(name: str) -> Item:
        title, icon = VIEWS[name]
        return _item(title, icon, reverse("desk:inbox") + Filters().url(view=name), name)

    def _item(title: Text, icon: str, url: str, name: str) -> Item:
        key = f"{_PREFIX}{name}"
        return Item(title, icon, url, shown(counts[key]) if key in counts else "", name == current)

    other = _other(actor, _item)
    mine = (_("Me and mine"), _own(actor, _item))
    if not works(actor):
        return [(_("Work"), other), mine]
    todo = [view("ours"), view("mine")]
    if f"{_PREFIX}callbacks" in counts:
        todo.append(_item(_("Waiting for a call-back"), "phone", reverse("desk:callbacks"), "callbacks"))
    if f"{_PREFIX}checks" in counts:
        todo.append(_item(_("Quality check"), "check", reverse("desk:checks"), "checks"))
    todo += [view("tasks"), view("watching"), view("mentioned")]
    lately = _item(_("Open lately"), "doc", reverse("desk:recent"), "recent")
    meetings = _item(_("Calendar"), "list", reverse("desk:calendar"), "calendar")
    often = [view("late"), view("mass"), view("all"), meetings, lately]
    return [(_("To do"), todo), (_("Often used"), often), (_("Other"), other), mine]


def _other(actor: Actor, _item: Make) -> list[Item]:
    """Everything that is no list of cases, as far as the actor's permissions go."""
    other = []
    if registers(actor):
        other.append(_item(_("Hotline console"), "ear", reverse("desk:console"), "console"))
        other.append(_item(_("Register a call"), "phone", reverse("desk:register"), "register"))
    if actor.roles() & {Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER} and registry.has_service(CALLS):
        other.append(_item(_("Queue wall"), "table", reverse("desk:console_wall"), "wall"))
    if works(actor):
        other.append(_item(_("Calculators"), "calc", reverse("desk_calculators"), "calculators"))
    if any(sheet.may(actor) for sheet in sheets.sheets()):
        other.append(_item(_("Workbooks"), "doc", reverse("desk:sheets"), "sheets"))
    if actor.roles() & set(TAKES_TURNS):
        other.append(_item(_("Rosters and rooms"), "people", reverse("desk:rota"), "rota"))
    if may_look(actor):
        other.append(_item(_("Meals and packs"), "bowl", reverse("vouchers:desk"), "vouchers"))
    filing = _filing(actor, _item)
    if len(filing) > MOST_FILING:
        filing = [_item(_("File a case"), "plus", reverse("desk:file_any"), "file")]
    other += filing
    if actor.may(Permission.ACCOUNTS, Permission.POSTS, Permission.SECURITY, Permission.AUDIT):
        other.append(_item(_("Accounts and posts"), "people", reverse("admin:accounts"), "admin"))
    if actor.may(Permission.SETTINGS, Permission.AUDIT):
        other.append(_item(_("Values and words"), "law", reverse("admin:rules"), "rules"))
    if actor.may(Permission.SETTINGS, Permission.SECURITY, Permission.AUDIT):
        other.append(_item(_("Disposal"), "x", reverse("desk:disposal"), "disposal"))
        other.append(_item(_("Self-check"), "check", reverse("desk:doctor"), "doctor"))
    if actor.may(Permission.SETTINGS):
        other.append(_item(_("Operations"), "work", reverse("desk:operations"), "operations"))
    if actor.may(Permission.AUDIT):
        other.append(_item(_("Audit"), "eye", reverse("audit:trail"), "audit"))
    if actor.may(Permission.FIGURES):
        other.append(_item(_("Board"), "table", "/board/", "board"))
    return other


def _filing(actor: Actor, _item: Make) -> list[Item]:
    """Each service in which the actor files for somebody."""
    return [
        _item(
            _("File: %(service)s") % {"service": s.title}, "plus", reverse("desk:file_for", args=[s.key]),
            f"file.{s.key}",
        )
        for s in files_of(actor)
    ]  # fmt: skip


def _own(actor: Actor, _item: Make) -> list[Item]:
    """What is about the actor alone, and what they asked for or are asked."""
    found = [_item(_("Messages"), "bell", reverse("admin:messages"), "news")]
    if actor.may(Permission.READ, Permission.SECURITY):
        found.append(_item(_("Openings"), "lock", reverse("admin:openings"), "openings"))
        found.append(_item(_("Sealed identities"), "lock", reverse("desk:sealed"), "sealed"))
    if actor.may(Permission.ACT):
        found.append(_item(_("Emergency"), "urge", reverse("admin:emergency"), "emergency"))
    if Role.UNIT_HEAD in actor.roles():
        found.append(_item(_("Review of posts"), "people", reverse("admin:reviews"), "reviews"))
    return [*found, _item(_("My substitutes"), "hand", reverse("admin:substitutes"), "substitutes")]


def pages(actor: Actor) -> list[Item]:
    """Every page that the navigation leads this actor to, without counts: what the palette jumps to."""
    asked = {f"{_PREFIX}callbacks": Role.CALLBACK_AGENT, f"{_PREFIX}checks": Role.QUALITY_CHECKER}
    shown_to = {name: 0 for name, role in asked.items() if role in actor.roles()}
    found = [replace(item, count="") for _title, items in _sections(actor, shown_to, "") for item in items]
    known = {item.url for item in found}
    return [*found, *(item for item in _filing(actor, _plain) if item.url not in known)]


def _plain(title: Text, icon: str, url: str, _name: str) -> Item:
    return Item(title, icon, url)


def works(actor: Actor) -> bool:
    """Whether the actor reads cases, and so has an inbox."""
    return actor.may(Permission.READ)


def home(actor: Actor) -> str:
    """Where somebody without an inbox begins."""
    return reverse("vouchers:desk" if campaigns(actor) else "admin:home")


def registers(actor: Actor) -> bool:
    """Whether the actor takes calls: the hotline has a page of its own for them."""
    return Role.AGENT in actor.roles() and registry.has_service(CALLS)


def files_of(actor: Actor) -> list[Service]:
    """The services that the actor may file for somebody from the desk."""
    return [s for s in registry.services() if s.key != CALLS and actor.roles() & s.intake.by]


def _stands_for(actor: Actor) -> list[str]:
    """For whom the actor stands in today, with the post."""
    return [f"{p.substitute_for}（{p.role.title}，{p.org_name}）" for p in actor.posts if p.substitute_for]
