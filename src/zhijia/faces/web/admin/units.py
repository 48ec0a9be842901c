"""Units: who holds posts there over time, and who may do what there today."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import NotFound, Text
from zhijia.kernel.base.text import clean
from zhijia.kernel.org.models import Org
from zhijia.kernel.people import matrix
from zhijia.kernel.people.actors import Actor, Permission, Role
from zhijia.kernel.people.models import Account

from .frame import LOOK, admin_page, orgs_seen, page

SHOWN = 50


@dataclass(frozen=True)
class Person:
    """One line of the matrix."""

    account: Account
    posts: list[str]
    cells: list[str]
    """For each permission the reaches in words; "" for none."""
    seen: bool
    """Whether the reader may open the account."""


@require_safe
@admin_page(*LOOK)
def listed(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/admin/units/?q=: the organisations in reach, from the top, with how many hold posts there today."""
    words, last = clean(request.GET.get("q", ""))[:60], request.GET.get("after", "")
    rows = orgs_seen(actor, *LOOK)
    if words:
        rows = rows.filter(Q(name__contains=words) | Q(short_name__contains=words))
    day = now.astimezone(CHINA).date()
    today = Q(posts__from_day__lte=day) & (Q(posts__to_day=None) | Q(posts__to_day__gte=day))
    if last.isascii() and last.isdigit() and len(last) <= 18:
        rows = rows.filter(lft__gt=int(last))
    found = list(rows.annotate(held=Count("posts", filter=today)).order_by("lft")[: SHOWN + 1])
    context = {"rows": found[:SHOWN], "q": words, "more": found[SHOWN - 1].lft if len(found) > SHOWN else None}
    return page(request, actor, now, "units", context, tab="units")


@require_safe
@admin_page(*LOOK)
def unit(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """GET /desk/admin/units/<id>/: posts past, present and to come, and the table of people x permissions."""
    org: Org | None = orgs_seen(actor, *LOOK).filter(pk=pk).first()
    if org is None:
        raise NotFound(code="no_such_unit")
    day = now.astimezone(CHINA).date()
    posts = [(p, Role(p.role).title, matrix.state_of(p, day)) for p in matrix.posts_at(org.pk)]
    people = [_person(line, org) for line in matrix.people_reaching(org, day=day)]
    context = {
        "org": org, "posts": posts, "people": [p for p in people if any(p.cells)], "permissions": _heads(),
        "now_held": sum(state == "now" for _post, _title, state in posts),
    }  # fmt: skip
    return page(request, actor, now, "unit", context, tab="units")


def _heads() -> list[Text]:
    return [permission.title for permission in Permission]


def _person(line: matrix.Line, org: Org) -> Person:
    posts = [f"{p.role.title}，{p.org_name}" + (f"（{_('for')} {p.substitute_for}）" if p.substitute_for else "")
             for p in line.posts]  # fmt: skip
    cells = [", ".join(str(reach.title) for reach in line.reaches(permission, org)) for permission in Permission]
    return Person(line.account, posts, cells, True)
