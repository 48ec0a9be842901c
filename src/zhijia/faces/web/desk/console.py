"""The hotline console (话务台): an agent's state, the ringing call, the ticket while talking, one key for how it ended;
and the wall that shows the queue. The number itself is never on a page: it goes from the call into the person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from zhijia.faces.web.pages import desk_page
from zhijia.kernel.base import clock
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from zhijia.kernel.org.models import Org, OrgKind
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.models import Person
from zhijia.kernel.people.numbers import mask
from zhijia.kernel.service import registry
from zhijia.modules.hotline import classify
from zhijia.modules.hotline.calls import exchange as line
from zhijia.modules.hotline.calls import seats, wall
from zhijia.modules.hotline.calls.models import FILES, Call, Outcome, SeatState

from . import filing
from .console_chart import bars
from .nav import desk_page_of
from .register import SERVICE, file_call

THEN = {
    Outcome.ANSWERED: "answer", Outcome.DISPATCHED: "dispatch", Outcome.REFERRED: "refer",
    Outcome.ADDED: "supplement",
}  # fmt: skip
"""The form of the case page on which an outcome goes on."""
STATES = ((SeatState.FREE, "f"), (SeatState.BUSY, "b"), (SeatState.PAUSE, "p"))
WATCHES = frozenset({Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER})
"""Who may look at the wall."""


@require_safe
@desk_page
def console(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/console/: the call that the agent is on, else what rings."""
    return _page(request, actor, now, QueryDict())


@require_safe
@desk_page
def ring(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/console/ring/?call=: state and queue, asked every two seconds. When the call the page shows is not the
    call the agent is on, because they lifted the receiver or the caller hung up, the whole page is asked for again."""
    seat, call = seats.sit_down(actor=actor, now=now), seats.call_of(actor)
    if request.GET.get("call", "") != _mark(call):
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    context = {"seat": seat, "call": call, "states": STATES} | _queue(seat.org_id, now)
    return desk_page_of(request, actor, now, "web/desk/_console_ring.html", context, counts={})


@require_POST
@desk_page
def state(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """POST /desk/console/state/: free, busy or on a pause."""
    said = request.POST.get("state", "")
    if said not in set(SeatState):
        raise Invalid(FieldProblem("state", "choice", _("Choose one of the listed values.")))
    try:
        seats.set_state(actor=actor, state=SeatState(said), now=now)
    except Conflict as error:
        messages.warning(request, str(error.reason))
    return HttpResponseRedirect(reverse("desk:console"))


@require_POST
@desk_page
def take(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """POST /desk/console/take/<pk>/: answer a ringing call, or ring a missed one back."""
    try:
        seats.take(actor=actor, call_id=pk, now=now)
    except Conflict as error:
        messages.warning(request, str(error.reason))
    return HttpResponseRedirect(reverse("desk:console"))


@require_POST
@desk_page
def guess(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """POST /desk/console/guess/: what the story is about by plain rules, with the law to say to the caller."""
    seats.centre_of(actor)
    story = request.POST.get("story", "")
    context = {"guess": classify.suggest(story) if story.strip() else None}
    return desk_page_of(request, actor, now, "web/desk/_console_guess.html", context, counts={})


@require_POST
@desk_page
def end(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """POST /desk/console/end/: how the call ended; files the ticket where one is wanted, and links the two."""
    typed, call = request.POST.copy(), seats.call_of(actor)
    if call is None:  # sent twice: the first one ended it
        return HttpResponseRedirect(reverse("desk:console"))
    try:
        outcome = _outcome(typed)
        no = _case_of(outcome, call, typed, actor, now)
        seats.finish(actor=actor, outcome=outcome, case_no=no, now=now)
    except Invalid as error:
        return _page(request, actor, now, request.POST, problems=error.problems, status=error.status)
    if outcome in FILES:
        messages.success(request, _("Filed as %(no)s.") % {"no": no})
    if then := THEN.get(outcome):
        return HttpResponseRedirect(reverse("desk:case", args=[no]) + f"?open={then}#do-{then}")
    return HttpResponseRedirect(reverse("desk:console"))


@require_safe
@desk_page
def wall_page(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/console/wall/: the queue of the actor's centre on a large screen; htmx asks for the middle of it."""
    org = _centre(actor)
    seen = wall.look(org=org, now=now)
    context = {
        "wall": seen, "clock": f"{now.astimezone(CHINA):%H:%M:%S}", "hours": bars(seen.hours, now=now),
        "states": [(s, seen.seated(s)) for s, _key in STATES], "longest": _lasting(seen.longest),
        "talk": _lasting(seen.talk), "in_time": _share(seen.in_time, seen.offered),
        "connected": _share(seen.answered, seen.offered), "goal": f"{seen.goal:.0%}",
        "below": bool(seen.offered) and seen.answered < seen.goal * seen.offered,
    }  # fmt: skip
    template = "web/desk/_console_wall.html" if request.headers.get("HX-Request") else "web/desk/console_wall.html"
    return render(request, template, context)


@csrf_exempt  # it is signed, and comes from no browser
@require_POST
def exchange(request: HttpRequest) -> HttpResponse:
    """POST /desk/console/exchange/: what the telephone exchange reports, signed (docs/guides/console.md)."""
    line.receive(
        request.body, at=request.headers.get("X-Exchange-Time", ""), now=clock.now(),
        signature=request.headers.get("X-Exchange-Signature", ""), secret=settings.HOTLINE_EXCHANGE_SECRET,
    )  # fmt: skip
    return HttpResponse(status=204)


def _page(
    request: HttpRequest, actor: Actor, now: datetime, typed: Mapping[str, Any], *,
    problems: tuple[FieldProblem, ...] = (), status: int = 200,
) -> HttpResponse:  # fmt: skip
    seat, call = seats.sit_down(actor=actor, now=now), seats.call_of(actor)
    asks = {ask.name: ask for ask in registry.service(SERVICE).intake.asks}
    context: dict[str, Any] = {
        "seat": seat, "call": call, "states": STATES, "mark": _mark(call), "typed": typed, "asks": asks,
        "problems": {p.field: p.message for p in problems},
        "outcomes": [(n, o) for n, o in enumerate(Outcome, start=1)],
    }  # fmt: skip
    context |= _queue(seat.org_id, now)
    if call is None:
        context["done"] = wall.mine(seat.agent_id, now=now)
    else:
        context["counties"] = filing.counties(actor, {Role.AGENT})
        context |= _caller(call, actor, now)
    return desk_page_of(request, actor, now, "web/desk/console.html", context, current="console", status=status)


def _mark(call: Call | None) -> str:
    """What tells the page apart from one that should be shown instead."""
    return f"{call.pk}.{call.state}" if call else ""


def _queue(org_id: int, now: datetime) -> dict[str, Any]:
    """What rings, the longest first, with what may be told before anybody answers; and whom to ring back."""
    waiting = wall.ringing(org_id)
    first = waiting[0] if waiting else None
    lost = [(call, _masked(call)) for call in wall.missed(org_id)] if first is None else []
    known = bool(first and first.phone_index and Person.objects.filter(phone_index=first.phone_index).exists())
    return {
        "waiting": waiting, "first": first, "first_masked": _masked(first), "first_known": known,
        "waited": first.waited(now) if first else 0, "missed": lost,
    }  # fmt: skip


def _caller(call: Call, actor: Actor, now: datetime) -> dict[str, Any]:
    """Who calls: the person with this number and their cases, which is on record with them; or nobody we know."""
    return {"known": filing.known(call.number, actor, now, closed=True), "masked": _masked(call)}


def _masked(call: Call | None) -> str:
    return mask("phone", call.number) if call is not None and call.number else ""


def _outcome(typed: QueryDict) -> Outcome:
    said = typed.get("outcome", "")
    if said not in set(Outcome):
        raise Invalid(FieldProblem("outcome", "choice", _("Choose one of the listed values.")))
    return Outcome(said)


def _case_of(outcome: Outcome, call: Call, typed: QueryDict, actor: Actor, now: datetime) -> str:
    """The number of the case that the call leads to: filed now, chosen among the caller's own, or none."""
    if outcome in FILES:
        typed["phone"] = typed.get("phone", "").strip() or call.number
        typed["key"] = f"call-{call.pk}"
        return file_call(typed, actor, now)
    if outcome != Outcome.ADDED:
        return ""
    known = filing.known(call.number, actor, now, closed=True)
    theirs = [row.case.no for row in known.cases] if known else []
    said = typed.get("case_no", "")
    return said if said in theirs else ""


def _centre(actor: Actor) -> Org:
    """The hotline centre that the actor works for or watches over. Raises Forbidden, or NotFound without one."""
    if not actor.roles() & WATCHES:
        raise Forbidden(_("Only these may do it here: %(roles)s.") % {"roles": Role.AGENT.title}, code="wrong_role")
    own = [post.org_id for post in actor.posts]
    reach = [(post.lft, post.rgt) for post in actor.posts if post.role in WATCHES and not post.industry]
    centres = Org.objects.filter(kind=OrgKind.HOTLINE_CENTRE, active=True)
    found = centres.filter(pk__in=own).first()
    for low, high in reach:
        found = found or centres.filter(lft__range=(low, high)).order_by("lft").first()
    if found is None:
        raise NotFound(code="no_centre")
    return found


def _share(part: int, whole: int) -> str:
    """A rate as people read it; nothing of nothing is no rate. Rounded down, so that 100% means all."""
    return f"{part * 1000 // whole / 10:g}%" if whole else "–"


def _lasting(seconds: int) -> str:
    """Minutes and seconds: 0:07, 12:30."""
    return f"{seconds // 60}:{seconds % 60:02d}"
