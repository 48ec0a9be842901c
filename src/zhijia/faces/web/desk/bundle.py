"""Taking the whole file of one case out: what for, how far it is, and the archive itself."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from zhijia.faces.web.pages import desk_page
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid, NotFound
from zhijia.kernel.cases import bundles
from zhijia.kernel.cases.desk import Bundle, BundleState
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people.actors import Actor, Permission

from .nav import desk_page_of


@desk_page(Permission.EXPORT)
def bundle(request: HttpRequest, actor: Actor, now: datetime, no: str) -> HttpResponse:
    """/desk/<no>/bundle/: what the file is needed for; below, those that were asked for."""
    case = _case(actor, no)
    if request.method != "POST":
        return _page(request, actor, now, case)
    typed = request.POST
    try:
        bundles.order(
            case=case, purpose=typed.get("purpose", ""), internal=bool(typed.get("internal")), actor=actor, now=now,
            language=get_language() or "",
        )  # fmt: skip
    except Invalid as error:
        return _page(request, actor, now, case, problem=error.problems[0])
    return HttpResponseRedirect(reverse("desk:bundle", args=[no]))


@require_safe
@desk_page(Permission.EXPORT)
def progress(request: HttpRequest, actor: Actor, now: datetime, no: str, pk: int) -> HttpResponse:
    """GET /desk/<no>/bundle/<id>/progress/: the moving part, every second; it asks for the whole page at the end."""
    del now
    found = bundles.bundle_of(_case(actor, no), actor, pk)
    response = render(request, "web/desk/_bundle_progress.html", {"bundle": found, "case": found.case})
    response["Cache-Control"] = "no-store"
    if found.state != BundleState.WAITING:
        response["HX-Refresh"] = "true"
    return response


@require_safe
@desk_page(Permission.EXPORT)
def fetch(request: HttpRequest, actor: Actor, now: datetime, no: str, pk: int) -> HttpResponseBase:
    """GET /desk/<no>/bundle/<id>/file.zip: the archive, for whoever asked for it."""
    del request
    found = bundles.bundle_of(_case(actor, no), actor, pk)
    content = bundles.fetch(bundle=found, actor=actor, now=now)
    response = StreamingHttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{no}.zip"'
    response["X-Content-Type-Options"], response["Cache-Control"] = "nosniff", "no-store"
    return response


def _case(actor: Actor, no: str) -> Case:
    """The case, if the right to take things out reaches it. Raises NotFound, and Forbidden for one that the actor reads
    but may not take out."""
    case = Case.objects.visible_to(actor, Permission.EXPORT).select_related("unit").filter(no=no).first()
    if case is None:
        raise NotFound(code="no_such_case")
    bundles.demand(case, actor)
    return case


def _page(
    request: HttpRequest, actor: Actor, now: datetime, case: Case, *, problem: FieldProblem | None = None
) -> HttpResponse:
    asked = bundles.mine(case, actor)
    context = {
        "case": case, "asked": [b for b in asked if b.state != BundleState.WAITING],
        "running": next((b for b in asked if b.state == BundleState.WAITING), None),
        "typed": request.POST, "problem": problem, "fetchable": [b.pk for b in asked if _there(b, now)],
        "days": bundles.KEPT.days,
    }  # fmt: skip
    return desk_page_of(request, actor, now, "web/desk/bundle.html", context, status=422 if problem else 200)


def _there(found: Bundle, now: datetime) -> bool:
    return found.state == BundleState.READY and found.expires_at is not None and found.expires_at > now


def may_take(case: Case, actor: Actor) -> bool:
    """Whether the case page offers it."""
    try:
        bundles.demand(case, actor)
    except Forbidden:
        return False
    return True
