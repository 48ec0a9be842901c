"""The inbox: which case next."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_safe

from zhijia.faces.present import Chip, case_chip
from zhijia.faces.web.pages import desk_page
from zhijia.kernel.base.errors import Invalid, Text
from zhijia.kernel.cases import saved
from zhijia.kernel.cases.models import Case
from zhijia.kernel.org.models import Org
from zhijia.kernel.people.actors import OWN_UNIT_ONLY, Actor
from zhijia.kernel.people.models import Account
from zhijia.kernel.service import registry
from zhijia.kernel.service.declare import Service

from . import queries
from .filters import ANY, CLOSED, MARKS, OPEN, VIEWS, Filters
from .nav import CALLS, desk_page_of, home, lists, shown, works

GROUPS: dict[str, tuple[Text, Text]] = {
    "over": (gettext_lazy("Late"), gettext_lazy("these first; the level above knows")),
    "today": (gettext_lazy("Due today"), ""),
    "soon": (gettext_lazy("Within three working days"), ""),
    "later": (gettext_lazy("Later"), ""),
    "waiting": (gettext_lazy("Clock suspended"), gettext_lazy("waiting for something outside")),
}
BULK = ("dispatch", "sign", "merge")
MOST_OFFICERS = 100


@dataclass(frozen=True)
class Row:
    """One case as a line of the list."""

    case: Case
    chip: Chip | None
    category: str
    state: Text
    tags: list[str]
    service: Text = ""
    """Which service it is of, where the list holds several and it is no call."""


@dataclass(frozen=True)
class Group:
    """The rows of one clock group; no heading where the list goes on from the page before."""

    key: str
    title: Text = ""
    hint: Text = ""
    count: str = ""
    headed: bool = True
    rows: list[Row] = field(default_factory=list)


@require_safe
@desk_page
def inbox(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/: the list, its filters, and on htmx's request for more only the next rows."""
    if not works(actor):
        return redirect(home(actor))
    views = [] if request.GET.get("after") else saved.views_of(actor)
    if not request.GET and (begin := next((v for v in views if v.default), None)):
        return redirect(reverse("desk:inbox") + begin.query)
    filters = Filters.read(request.GET)
    unit, unit_problem = _unit(filters, actor)
    cases = filters.apply(actor, now, unit)
    found = queries.page(cases, newest=filters.newest, after=request.GET.get("after", ""))
    bounds = queries.Bounds.of(now)
    more = filters.url(after=found.after, group=_last_group(found.cases, bounds)) if found.after else ""
    if request.headers.get("HX-Request") and request.GET.get("after"):
        groups = _groups(found.cases, filters, now, bounds, {}, continued=request.GET.get("group", ""))
        return desk_page_of(request, actor, now, "web/desk/_rows.html", {"groups": groups, "more": more}, counts={})
    wanted = lists(actor, now) | {"all": cases}
    if not filters.newest:
        wanted |= {name: cases.filter(condition) for name, condition in bounds.conditions().items()}
    counts = queries.counted(wanted)
    context = {
        "filters": filters, "unit": unit, "unit_problem": unit_problem, "more": more, "total": shown(counts["all"]),
        "groups": _groups(found.cases, filters, now, bounds, counts, continued=""),
        "title": pgettext("search", "Found") if filters.q else VIEWS[filters.view][0],
        "choices": _choices(actor, filters), "clear": Filters(view=filters.view).url(),
        "by_clock": filters.url(sort=""), "by_newest": filters.url(sort="newest"),
        "bulk": bulk_offered(actor, filters.service),
        "toggle_confidential": filters.url(confidential="" if filters.confidential else "1"),
        "toggle_urged": filters.url(urged="" if filters.urged else "1"), "export": filters.url(),
        "views": views, "here": filters.url(), "saved": next((v for v in views if v.query == filters.url()), None),
        "name_limit": saved.NAME_LIMIT,
    }  # fmt: skip
    return desk_page_of(request, actor, now, "web/desk/inbox.html", context, current=filters.view, counts=counts)


def _unit(filters: Filters, actor: Actor) -> tuple[Org | None, Text]:
    try:
        return filters.unit_chosen(actor), ""
    except Invalid as error:
        return None, error.problems[0].message


def _groups(
    cases: list[Case], filters: Filters, now: datetime, bounds: queries.Bounds, counts: dict[str, int], continued: str
) -> list[Group]:
    """The page's rows under their headings; one group without a heading when the list is not sorted by clock."""
    if filters.newest:
        return [Group("", headed=False, rows=[row(case, now, filters.service) for case in cases])] if cases else []
    groups: list[Group] = []
    for case in cases:
        key = bounds.group(case)
        if not groups or groups[-1].key != key:
            title, hint = GROUPS[key]
            count = shown(counts[key]) if key in counts else ""
            groups.append(Group(key, title, hint, count, headed=key != continued))
        groups[-1].rows.append(row(case, now, filters.service))
    return groups


def _last_group(cases: list[Case], bounds: queries.Bounds) -> str:
    return bounds.group(cases[-1]) if cases else ""


def row(case: Case, now: datetime, chosen: str = "") -> Row:
    """A case as a line: every word comes from the case's own row. `chosen` is the one service that the list is of."""
    service = registry.service(case.service)
    chip = case_chip(case, now, desk=True)
    title = "" if chosen or service.key == CALLS else service.title
    return Row(case, chip, category_title(service, case.category), service.state_titles[case.state], tags(case), title)


def category_title(service: Service, code: str) -> str:
    """The words of a category."""
    return next((str(title) for value, title in categories(service) if value == code), code)


def tags(case: Case) -> list[str]:
    """What a list must not hide about a case, in few words."""
    marks, said = case.marks, []
    if case.urgent:
        said.append(_("danger"))
    if marks.get("people", 1) > 1:
        said.append(ngettext("%(n)s person", "%(n)s people", marks["people"]) % {"n": marks["people"]})
    if case.confidential:
        said.append(_("confidential"))
    for mark, words in _MARKS:
        if times := marks.get(mark, 0):
            said.append(f"{words} {times}" if times > 1 else str(words))
    if case.seq == 1:
        said.append(_("new"))
    return said


_MARKS: tuple[tuple[str, Text], ...] = (
    ("urged", gettext_lazy("urged")),
    ("supervised", gettext_lazy("supervised")),
    ("reopened", gettext_lazy("re-opened")),
    ("bounced", gettext_lazy("returned")),
)


Choices = list[tuple[Text, list[tuple[str, Text]]]]
"""What one filter offers: under the title of each service, where there are several, (value, words)."""


def _choices(actor: Actor, filters: Filters) -> dict[str, Any]:
    """What the filters offer."""
    every = registry.services()
    of = [s for s in every if filters.service in ("", s.key)]
    whole: list[tuple[str, Text]] = [(OPEN, _("All open")), (CLOSED, _("Closed")), (ANY, _("Open and closed"))]
    return {
        "service": [(s.key, s.title) for s in every] if len(every) > 1 else [],
        "category": _by_service(of, categories),
        "clock": _by_service(of, lambda s: [(c.key, c.title) for c in s.clocks if c.leads]),
        "state": [("", whole), *_by_service(of, _open_states)],
        "mark": [(key, title) for key, (title, _condition) in MARKS.items()],
        "officer": _officers(actor),
    }


def _by_service(of: list[Service], choices: Callable[[Service], Iterable[tuple[str, Text]]]) -> Choices:
    if len(of) == 1:
        return [("", list(choices(of[0])))]
    return [(s.title, [(f"{s.key}:{value}", words) for value, words in choices(s)]) for s in of]


def categories(service: Service) -> tuple[tuple[str, Text], ...]:
    """The categories of a service with their words."""
    return next(a.choices for a in service.intake.asks if a.name == service.intake.category)


def _open_states(service: Service) -> list[tuple[str, Text]]:
    return [(s, service.state_titles[s]) for s in service.states if s not in service.final | service.asleep]


def _officers(actor: Actor) -> list[tuple[str, Text]]:
    """Colleagues in the units of the actor's own posts."""
    units = {post.org_id for post in actor.posts}
    held = Account.objects.filter(posts__org_id__in=units, posts__role__in=OWN_UNIT_ONLY, is_active=True)
    names = held.order_by("name").distinct().values_list("pk", "name")[:MOST_OFFICERS]
    return [(str(pk), name) for pk, name in names]


def bulk_offered(actor: Actor, service: str = "") -> list[Any]:
    """The transitions of `service` ("" for all) that can be done to many cases at once and that one of the actor's
    roles may ever do."""
    offered: dict[str, Any] = {}
    for s in registry.services():
        if service in ("", s.key):
            for t in s.transitions:
                if t.bulk and actor.roles() & t.by:
                    offered.setdefault(t.key, t)
    return [offered[key] for key in BULK if key in offered] + [t for key, t in offered.items() if key not in BULK]
