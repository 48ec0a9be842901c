"""The calculators at the desk: worked out for a case and put into it, or set aside there."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhijia.faces.web.desk.nav import desk_page_of
from zhijia.faces.web.pages import desk_page
from zhijia.faces.web.worker import places
from zhijia.kernel.base.errors import Invalid
from zhijia.kernel.base.text import clean
from zhijia.kernel.cases import reckonings
from zhijia.kernel.cases.models import Case, Party
from zhijia.kernel.cases.visibility import case_for
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Person
from zhijia.modules.calculators import catalogue, declare

from .asked import Asked, read

MOST_PEOPLE = 100


@require_safe
@desk_page
def listed(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/calculators/?q=&case=: the catalogue, for a case where one is named."""
    words = clean(request.GET.get("q", ""))[:60]
    context = {"groups": catalogue.grouped(words), "q": words, "case": _case(request, actor)}
    return desk_page_of(request, actor, now, "web/calculators/desk_list.html", context, current="calculators")


@desk_page
def calculator(request: HttpRequest, actor: Actor, now: datetime, key: str) -> HttpResponse:
    """/desk/calculators/<key>/?case=: form and answer; POST puts the answer into the case."""
    case = _case(request, actor)
    data = request.POST if request.method == "POST" else request.GET
    asked = read(declare.of(key), data, now, region=case.region if case else "")
    if request.method != "POST" or case is None or asked.answer is None:
        return _page(request, asked, actor, now, case)
    whose = request.POST.get("person", "")
    try:
        person_id = int(whose) if whose.isascii() and whose.isdigit() and len(whose) < 19 else None
        reckonings.keep(
            case=case, reckoned=asked.reckoned(), actor=actor, now=now, key=request.POST.get("key", ""),
            person_id=person_id,
        )  # fmt: skip
    except Invalid as error:
        asked.problems = {p.field: p.message for p in error.problems}
        return _page(request, asked, actor, now, case)
    messages.success(request, _("Put into the case. It stands under “Calculations”."))
    return redirect(reverse("desk:case", args=[case.no]) + "#reckonings")


@require_POST
@desk_page
def set_aside(request: HttpRequest, actor: Actor, now: datetime, no: str, pk: int) -> HttpResponse:
    """POST /desk/<no>/reckonings/<pk>/aside/: it counts no more; it stays on record."""
    reckonings.set_aside(case=case_for(actor, no), reckoning_id=pk, actor=actor, now=now)
    messages.success(request, _("Set aside. It counts no more."))
    return redirect(reverse("desk:case", args=[no]) + "#reckonings")


def _case(request: HttpRequest, actor: Actor) -> Case | None:
    """The case that is named, if the actor may see it. Raises NotFound."""
    no = request.POST.get("case") or request.GET.get("case") or ""
    return case_for(actor, no) if no else None


def _page(request: HttpRequest, asked: Asked, actor: Actor, now: datetime, case: Case | None) -> HttpResponse:
    context = {
        "asked": asked, "calculator": asked.calculator, "words": asked.words, "case": case,
        "may_keep": case is not None and reckonings.may_keep(case, actor), "people": _people(case) if case else [],
        "counties": places.counties_by_city(asked.places.province),
    }  # fmt: skip
    return desk_page_of(
        request, actor, now, "web/calculators/desk_calculator.html", context, current="calculators",
        status=422 if asked.problems else 200,
    )  # fmt: skip


def _people(case: Case) -> list[tuple[int, str]]:
    """The workers of a collective case, of whom one may be meant; none where there is only one."""
    ids = list(Party.objects.filter(case=case).order_by("id").values_list("person_id", flat=True)[:MOST_PEOPLE])
    if len(ids) < 2:
        return []
    return [(p.pk, p.name or p.phone_masked) for p in Person.objects.filter(pk__in=ids).order_by("id")]
