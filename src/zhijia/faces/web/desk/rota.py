"""Who takes turns at the unit, what each has in hand, and the rooms: seen by its people, kept by its head."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhijia.faces.web.pages import desk_page
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import FieldProblem, Invalid, NotFound, Text
from zhijia.kernel.cases import rooms
from zhijia.kernel.cases.models import Room
from zhijia.kernel.org.models import Org
from zhijia.kernel.people import rosters
from zhijia.kernel.people.actors import Actor, Permission
from zhijia.kernel.people.models import Account, Post, RosterSeat
from zhijia.kernel.service import registry, rota
from zhijia.kernel.service.declare import Roster
from zhijia.kernel.service.prepared import as_platform

from .nav import desk_page_of


@dataclass(frozen=True)
class Line:
    """One person of a roster, with the days of their place."""

    seat: rota.Seat
    until: date | None


@dataclass
class Kept:
    """One roster of one unit: who stands on it, whose turn it is, and who could be entered."""

    roster: Roster
    service: Text
    lines: list[Line] = field(default_factory=list)
    next: str = ""
    others: list[Account] = field(default_factory=list)


@require_safe
@desk_page(Permission.READ)
def rota_page(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/rota/?unit=: the rosters and rooms of one of the reader's own units."""
    return _page(request, actor, now)


@require_POST
@desk_page(Permission.ACT)
def change(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """POST /desk/rota/change/: enter somebody or change their weight (`roster`, `account`, `weight`, `until`), take
    somebody off (`off`), add a room (`room_name`, `place`, `seats`), close one (`close`)."""
    typed, org_id = request.POST, _number(request.POST.get("unit", ""), "unit")
    try:
        with as_platform():
            if "room_name" in typed:
                seats = _number(typed["seats"], "seats") if typed.get("seats", "").strip() else None
                rooms.add_room(
                    org_id=org_id, name=typed["room_name"], place=typed.get("place", ""), seats=seats, actor=actor,
                    now=now,
                )  # fmt: skip
            elif "close" in typed:
                rooms.close_room(org_id=org_id, room_id=_number(typed["close"], "close"), actor=actor, now=now)
            elif "off" in typed:
                who = _number(typed["off"], "account")
                rosters.leave(org_id=org_id, roster=_roster(typed).key, account_id=who, actor=actor, now=now)
            else:
                _enter(typed, org_id, actor, now)
    except Invalid as error:
        return _page(request, actor, now, problems=error.problems, status=422)
    messages.success(request, _("It is recorded."))
    return redirect(f"{reverse('desk:rota')}?unit={org_id}")


def _enter(typed: QueryDict, org_id: int, actor: Actor, now: datetime) -> None:
    until = typed.get("until", "").strip()
    try:
        last = date.fromisoformat(until) if until else None
    except ValueError:
        raise Invalid(FieldProblem("until", "date", _("Write the day as year-month-day, for example 2026-11-24."))) from None  # fmt: skip  # noqa: E501
    rosters.enter(
        org_id=org_id, roster=_roster(typed).key, account_id=_number(typed.get("account", ""), "account"),
        weight=_number(typed.get("weight") or "10", "weight"), to_day=last, actor=actor, now=now,
    )  # fmt: skip


def _roster(typed: QueryDict) -> Roster:
    key = typed.get("roster", "")
    found = next((r for r in registry.rosters() if r.key == key), None)
    if found is None:
        raise NotFound(code="no_such_roster")
    return found


def _number(text: str, name: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise Invalid(FieldProblem(name, "choice", _("Choose one of the listed values.")))
    return int(text)


def _page(
    request: HttpRequest, actor: Actor, now: datetime, *, problems: tuple[FieldProblem, ...] = (), status: int = 200
) -> HttpResponse:
    units = _units(actor)
    asked = request.GET.get("unit") or request.POST.get("unit", "")
    org = next((u for u in units if str(u.pk) == asked), units[0] if units else None)
    context = {
        "units": units, "org": org, "kept": _kept(org, now) if org else [],
        "rooms": Room.objects.filter(org=org, active=True).order_by("name") if org else [],
        "keeps": org is not None and rosters.may_keep(actor, org.pk),
        "problems": {p.field: p.message for p in problems}, "typed": request.POST,
    }  # fmt: skip
    return desk_page_of(request, actor, now, "web/desk/rota.html", context, current="rota", status=status)


def _units(actor: Actor) -> list[Org]:
    """The units at which the reader holds a post that takes turns."""
    own = {post.org_id for post in actor.posts if post.role in rosters.TAKES_TURNS}
    return list(Org.objects.filter(pk__in=own).order_by("lft"))


def _kept(org: Org, now: datetime) -> list[Kept]:
    """Every roster of the unit. Two queries, and one for each roster that somebody is on."""
    today = now.astimezone(CHINA).date()
    with as_platform():
        held = Post.objects.filter(org=org, role__in=rosters.TAKES_TURNS, campaign="", from_day__lte=today)
        held = held.exclude(to_day__lt=today)
        people = list(Account.objects.filter(pk__in=held.values("account_id"), is_active=True).order_by("name", "pk"))
        ends = {(s.roster, s.account_id): s.to_day for s in RosterSeat.objects.filter(org=org)}
    entered = {key for key, _account in ends}
    shown = []
    for roster in registry.rosters():
        found = rota.seats(roster.key, org_id=org.pk, now=now) if roster.key in entered else []
        able = [s for s in found if not s.away and s.weight]
        on = {s.account_id for s in found}
        shown.append(
            Kept(
                roster,
                registry.service(roster.key.partition(".")[0]).title,
                [Line(s, ends.get((roster.key, s.account_id))) for s in found],
                able[0].name if able else "",
                [p for p in people if p.pk not in on],
            )
        )
    return shown
