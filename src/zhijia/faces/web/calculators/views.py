"""The calculators for everybody: found by a question, filled in, answered. Of a passer-by nothing is stored."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhijia.faces.web.pages import open_page, worker_page
from zhijia.faces.web.worker import places
from zhijia.faces.web.worker.ask import last_region
from zhijia.faces.web.worker.mine import matter_of, own_cases
from zhijia.kernel.base.text import clean
from zhijia.kernel.cases import reckonings
from zhijia.kernel.people.actors import Actor
from zhijia.modules.calculators import catalogue, declare

from .asked import Asked, read

MOST_MATTERS = 10


@require_safe
@open_page
def listed(request: HttpRequest, actor: Actor | None, _now: datetime) -> HttpResponse:
    """GET /calculators/?q=: every calculator under the worker's question, or those in which the words are found."""
    words = clean(request.GET.get("q", ""))[:60]
    context = {"groups": catalogue.grouped(words), "q": words, "actor": actor}
    return _private(render(request, "web/calculators/list.html", context))


@require_safe
@open_page
def calculator(request: HttpRequest, actor: Actor | None, now: datetime, key: str) -> HttpResponse:
    """GET /calculators/<key>/: the form; with `go` and what was filled in, the answer. The address holds it all."""
    return _page(request, read(declare.of(key), request.GET, now, region=last_region(actor)), actor)


@require_POST
@worker_page
def keep(request: HttpRequest, actor: Actor, now: datetime, key: str) -> HttpResponse:
    """POST /calculators/<key>/keep/: put the answer into a matter of mine."""
    asked = read(declare.of(key), request.POST, now)
    if asked.answer is None:
        return _page(request, asked, actor)
    found = matter_of(request.POST.get("no", ""), actor, now)
    sent = request.POST.get("key", "")
    reckonings.keep(case=found.shown, reckoned=asked.reckoned(), actor=actor, now=now, key=sent)
    messages.success(request, _("It is in your matter now; the officer in charge sees it too."))
    return redirect("matter", no=found.own.no)


def _page(request: HttpRequest, asked: Asked, actor: Actor | None) -> HttpResponse:
    own = actor is not None and actor.person_id is not None and asked.answer is not None
    context = {
        "asked": asked, "calculator": asked.calculator, "words": asked.words, "actor": actor,
        "counties": places.counties_by_city(asked.places.province),
        "matters": list(own_cases(actor).filter(closed_at=None).order_by("-pk")[:MOST_MATTERS]) if own else [],
    }  # fmt: skip
    return _private(render(request, "web/calculators/calculator.html", context, status=422 if asked.problems else 200))


def _private(response: HttpResponse) -> HttpResponse:
    """Wages stand in the address and on the page: no cache between us and the reader keeps them."""
    response["Cache-Control"] = "private, no-store"
    return response
