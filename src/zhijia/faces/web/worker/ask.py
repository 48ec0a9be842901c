"""Asking for help: say it once in own words, see how it was understood and what happens by when, send it."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from zhijia.faces.web.pages import open_page
from zhijia.faces.web.problems import status_of
from zhijia.kernel.base.errors import Invalid, Misconfigured
from zhijia.kernel.cases.models import Case
from zhijia.kernel.cases.protected import purpose_of
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Person, SafeContact
from zhijia.kernel.people.sealed import PROTECTED
from zhijia.modules.hotline.classify import LAW, responsible_unit
from zhijia.modules.hotline.models import Category, Ticket

from . import asking, contact, places
from .asking import Asked
from .mine import own_cases
from .plan import Plan, plan
from .receipt import picture

SENT = "zhijia.sent"
"""The session's note of what was sent last: a passer-by has no other right to see its number."""


@open_page
@sensitive_post_parameters("story", "phone", "number", "pass_phrase")
def ask(request: HttpRequest, actor: Actor | None, now: datetime) -> HttpResponse:
    """GET shows the form; POST files it (or, with act=guess, shows what we understood), and keeps every word."""
    if actor is not None and actor.person_id is None:
        return redirect("/desk/")  # staff file from the desk, for the person on the phone
    profile = SafeContact.objects.filter(person_id=actor.person_id or 0).first() if actor else None
    if request.method != "POST":
        return _page(request, asking.blank(region=last_region(actor), profile=profile), actor, now)
    asked = asking.read(request.POST, profile)
    if request.POST.get("act") == "guess":
        return _page(request, asked, actor, now)
    try:
        filed = asking.file_it(asked, request.FILES.getlist("files"), actor, now)
    except Invalid as error:
        asked.problems = {p.field: p.message for p in error.problems}
        return _page(request, asked, actor, now, status=status_of(error))
    request.session[SENT] = {"no": filed.no, "twice": filed.twice}
    return redirect("ask_sent")


@require_POST
@open_page
def guess(request: HttpRequest, _actor: Actor | None, now: datetime) -> HttpResponse:
    """POST /ask/guess: the cards below the text, as it is typed."""
    asked = asking.read(request.POST)
    return render(request, "web/worker/_guess.html", _understood(asked, now))


@require_GET
@open_page
def places_of(request: HttpRequest, _actor: Actor | None, _now: datetime) -> HttpResponse:
    """GET /ask/places: the three selects, each filled by the choice above it."""
    chosen = places.choose(**{name: request.GET.get(name, "") for name in ("province", "city", "county")})
    response = render(request, "web/worker/_places.html", {"places": chosen})
    return trigger_client_event(response, "placed", after="swap")


@open_page
def sent(request: HttpRequest, actor: Actor | None, now: datetime) -> HttpResponse:
    """GET /ask/sent/: the receipt of what this browser sent last: number, next date, what happens."""
    note: dict[str, Any] = request.session.get(SENT) or {}
    case = Case.objects.filter(no=note.get("no", "")).select_related("unit").first()
    if case is None:
        return redirect("ask")
    ticket = Ticket.objects.get(case=case)
    steps = _plan(case.region, ticket.tier, urgent=ticket.urgent, now=case.created_at)
    context = {
        "case": case, "twice": note["twice"], "plan": steps, "actor": actor, "now": now,
        "picture": picture(request, case.no),
    }  # fmt: skip
    return render(request, "web/worker/sent.html", context)


def _page(request: HttpRequest, asked: Asked, actor: Actor | None, now: datetime, status: int = 200) -> HttpResponse:
    person = Person.objects.filter(pk=actor.person_id or 0).only("phone_masked").first() if actor else None
    context = {
        "asked": asked, "v": asked.values, "problems": asked.problems, "actor": actor, "person": person,
        "counties": places.counties_by_city(asked.places.province), **_understood(asked, now),
        **contact.context(asked.values, asked.problems),
    }  # fmt: skip
    return render(request, "web/worker/ask.html", context, status=status)


def _understood(asked: Asked, now: datetime) -> dict[str, Any]:
    told = bool(asked.values["story"].strip())
    region = asked.places.region
    urgent = bool(asked.values["urgent"])
    tier = asked.suggestion.tier
    return {
        "told": told, "asked": asked, "v": asked.values, "guess": asked.suggestion, "places": asked.places,
        "categories": Category.choices, "category": asked.category,
        "law": LAW[Category(asked.category)] if asked.category else "",
        "plan": _plan(region, tier, urgent=urgent, now=now),
        "unit": responsible_unit(region) if region else None,
        "protected": bool(asked.category) and purpose_of("hotline", asked.category) in PROTECTED,
    }  # fmt: skip


def _plan(region: str, tier: str, *, urgent: bool, now: datetime) -> Plan | None:
    try:
        return plan(region=region, tier=tier, urgent=urgent, now=now)
    except Misconfigured:
        return None  # no date is better than a guessed one


def last_region(actor: Actor | None) -> str:
    """Where the worker's newest matter happened; "" for a passer-by."""
    if actor is None:
        return ""
    return own_cases(actor).order_by("-pk").values_list("region", flat=True).first() or ""
