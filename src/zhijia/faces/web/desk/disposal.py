"""What is due to go: the system administrator proposes, the security administrator decides, both see how it went. They
see numbers, dates and units of cases, and nothing that was said in them."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhijia.faces.web.pages import back, desk_page
from zhijia.kernel.base.errors import Invalid, Text
from zhijia.kernel.cases.models import Case
from zhijia.kernel.org.models import Org
from zhijia.kernel.people.actors import Actor, Permission
from zhijia.kernel.retention import disposal as disposals
from zhijia.kernel.retention import due, holds
from zhijia.kernel.retention.models import Destroyed, Disposal, Due, Hold
from zhijia.kernel.retention.rights import may_approve, may_hold, may_propose
from zhijia.kernel.service import registry

from .nav import desk_page_of

PAGE = 50
LOOKS = (Permission.SETTINGS, Permission.SECURITY, Permission.AUDIT)
"""Who may see the list."""


@require_safe
@desk_page(*LOOKS)
def due_page(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/disposal/?service=&no=&held=&after=: what is due, a page at a time, and the disposals so far."""
    return _due(request, actor, now)


@require_POST
@desk_page(Permission.SETTINGS)
def propose(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """POST /desk/disposal/propose/: the ticked cases (`no`), or all that are due and not on hold (`all`)."""
    numbers = [] if request.POST.get("all") else request.POST.getlist("no")
    if not numbers and not request.POST.get("all"):
        return _due(request, actor, now, problem=_("Tick the cases first."), status=422)
    try:
        made = disposals.propose(numbers=numbers, note=request.POST.get("note", ""), actor=actor, now=now)
    except Invalid as error:
        return _due(request, actor, now, problem=error.problems[0].message, status=422)
    messages.success(request, _("Proposed. A security administrator decides."))
    return redirect("desk:disposal_one", pk=made.pk)


@require_safe
@desk_page(*LOOKS)
def one(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """GET /desk/disposal/<pk>/: one disposal: its cases, how far it is, its certificate."""
    return _one(request, actor, now, disposals.seen(pk))


@require_safe
@desk_page(*LOOKS)
def progress(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """GET /desk/disposal/<pk>/progress/: how far it is; the page asks again and again."""
    del actor, now
    return render(request, "web/desk/_disposal_progress.html", {"disposal": disposals.seen(pk)})


@require_POST
@desk_page(Permission.SECURITY)
def decide(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """POST /desk/disposal/<pk>/decide/: `approve`, or refuse with a `reason`."""
    try:
        if request.POST.get("approve"):
            disposals.approve(disposal_id=pk, actor=actor, now=now)
        else:
            disposals.refuse(disposal_id=pk, reason=request.POST.get("reason", ""), actor=actor, now=now)
    except Invalid as error:
        return _one(request, actor, now, disposals.seen(pk), problem=error.problems[0].message, status=422)
    return redirect("desk:disposal_one", pk=pk)


@require_POST
@desk_page(Permission.READ, Permission.SECURITY)
def hold(request: HttpRequest, actor: Actor, now: datetime, no: str) -> HttpResponse:
    """POST /desk/<no>/hold/: put a hold on the case, or (`lift`) lift it; with the reason."""
    act = holds.lift_hold if request.POST.get("lift") else holds.put_hold
    act(no=no, reason=request.POST.get("reason", ""), actor=actor, now=now)
    messages.success(request, _("The hold is lifted.") if request.POST.get("lift") else _("The case is on hold."))
    return back(request, reverse("desk:case", args=[no]))


def beside(case: Case, actor: Actor) -> dict[str, Any]:
    """What the case page shows of holds; nothing where there is none and the actor may put none."""
    found, may = holds.holds_of(case.pk), may_hold(actor, case)
    if not found and not may:
        return {}
    return {"holds": found, "held": next((h for h in found if h.lifted_at is None), None), "may_hold": bool(may)}


def _due(request: HttpRequest, actor: Actor, now: datetime, *, problem: Text = "", status: int = 200) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip()[:40] for name in ("service", "no", "held")}
    held = {"1": True, "0": False}.get(asked["held"])
    rows = due.waiting(service=asked["service"], no=asked["no"], held=held)
    after = request.GET.get("after", "")
    if after.isascii() and after.isdigit() and len(after) <= 18:
        rows = rows.filter(case_id__gt=int(after))
    found = list(rows[: PAGE + 1])
    context = {
        "rows": _lines(found[:PAGE]), "more": found[PAGE - 1].case_id if len(found) > PAGE else None, "asked": asked,
        "services": [(s.key, s.title) for s in registry.services()], "problem": problem,
        "may_propose": may_propose(actor),
        "may_hold": bool(may_approve(actor)), "total": due.waiting().count(),
        "disposals": Disposal.objects.order_by("-pk")[:20], "destroyed": Destroyed.objects.order_by("-pk")[:10],
    }  # fmt: skip
    return desk_page_of(request, actor, now, "web/desk/disposal.html", context, current="disposal", status=status)


def _one(
    request: HttpRequest, actor: Actor, now: datetime, disposal: Disposal, *, problem: Text = "", status: int = 200
) -> HttpResponse:
    verdict = may_approve(actor)
    context = {
        "disposal": disposal, "rows": _lines(list(disposal.cases.order_by("case_id")[:PAGE])), "problem": problem,
        "stubs": disposal.destroyed.order_by("pk")[:PAGE], "may_decide": bool(verdict), "why_not": verdict.reason,
    }  # fmt: skip
    return desk_page_of(request, actor, now, "web/desk/disposal_one.html", context, current="disposal", status=status)


def _lines(rows: list[Due]) -> list[dict[str, Any]]:
    """The rows with the names of service and unit and whether a hold stands; three queries, however many there are."""
    units = dict(Org.objects.filter(pk__in={row.unit_id for row in rows}).values_list("pk", "name"))
    held = dict(
        Hold.objects.filter(case_id__in=[row.case_id for row in rows], lifted_at=None).values_list("case_id", "reason")
    )
    titles = {s.key: s.title for s in registry.services()}
    return [
        {
            "row": row, "service": titles.get(row.service, row.service), "unit": units.get(row.unit_id, ""),
            "held": held.get(row.case_id, ""),
        }
        for row in rows
    ]  # fmt: skip
