"""The command palette: one box that jumps to a case, a page, a saved view or a case that was open lately."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhijia.faces.web.pages import desk_page
from zhijia.kernel.base.errors import Text
from zhijia.kernel.base.text import clean
from zhijia.kernel.cases import saved
from zhijia.kernel.cases.models import Case
from zhijia.kernel.cases.recent import recent_cases
from zhijia.kernel.people.actors import Actor

from .filters import ANY, Filters
from .nav import pages, works

SHOWN = 8
"""Lines of one group, but all recent cases when nothing was typed."""


@dataclass(frozen=True)
class Target:
    """One line that leads somewhere."""

    title: Text
    url: str
    icon: str
    beside: str = ""


@dataclass(frozen=True)
class Group:
    """Targets of one kind under their heading."""

    key: str
    title: Text
    targets: list[Target]


@require_safe
@desk_page
def palette(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/palette/?q=: what can be jumped to, as a fragment. Titles only: a case is read, and that is on record,
    when its page opens."""
    asked = clean(request.GET.get("q", ""))[:100].strip()
    groups = [_pages(asked, actor)]
    if works(actor):
        groups = [*_cases(asked, actor, now), _views(asked, actor), *groups]
    if works(actor) and asked:
        everywhere = reverse("desk:inbox") + Filters(view="all", state=ANY, q=asked).url()
        words = _("Search all cases for “%(words)s”") % {"words": asked}
        groups.append(Group("search", _("Search"), [Target(words, everywhere, "search")]))
    response = render(request, "web/desk/_palette_found.html", {"groups": [g for g in groups if g.targets]})
    response["Cache-Control"] = "no-store"
    return response


def _cases(asked: str, actor: Actor, now: datetime) -> list[Group]:
    """Recent ones whose number or title holds what was typed, and those that the search finds."""
    lately = [case for case in recent_cases(actor=actor) if _holds(asked, case.no, case.title)]
    groups = [Group("recent", _("Open lately"), [_case(case) for case in lately[: SHOWN if asked else None]])]
    if len(asked) > 1:
        chosen = replace(Filters(), view="all", state=ANY, q=asked).apply(actor, now, None)
        known = [case.pk for case in lately]
        found = chosen.exclude(pk__in=known).order_by("-pk")[:SHOWN]
        groups.insert(0, Group("cases", _("Cases"), [_case(case) for case in found]))
    return groups


def _case(case: Case) -> Target:
    return Target(case.title, reverse("desk:case", args=[case.no]), "doc", case.no)


def _views(asked: str, actor: Actor) -> Group:
    mine = [v for v in saved.views_of(actor) if _holds(asked, v.name)]
    home = reverse("desk:inbox")
    targets = [Target(v.name, home + v.query, "eye") for v in mine[:SHOWN]]
    return Group("views", _("Saved views"), targets)


def _pages(asked: str, actor: Actor) -> Group:
    found = [item for item in pages(actor) if _holds(asked, str(item.title))]
    return Group("pages", _("Pages"), [Target(item.title, item.url, item.icon) for item in found])


def _holds(asked: str, *texts: str) -> bool:
    return any(asked.casefold() in text.casefold() for text in texts)
