"""Asking for a bundle, and looking at a long work while it runs and afterwards."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhijia.faces.keepers import FOLDER
from zhijia.faces.web.pages import desk_page
from zhijia.kernel.audit import runs
from zhijia.kernel.audit.models import Run
from zhijia.kernel.audit.trail import record_look, record_person_look
from zhijia.kernel.base.errors import FieldProblem, Invalid, NotFound
from zhijia.kernel.base.text import clean
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people.actors import Actor, Permission
from zhijia.kernel.sheets import store

from .frame import audit_page_of
from .trail import LEAST_REASON, person_by_phone


@desk_page(Permission.AUDIT)
def order(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """/audit/export/: what the bundle shall be about, and why."""
    earlier = Run.objects.filter(kind=Run.Kind.EXPORT, account_id=actor.account_id).order_by("-id")[:10]
    context: dict[str, Any] = {"typed": request.POST, "earlier": earlier}
    if request.method != "POST":
        return audit_page_of(request, actor, now, "web/audit/export.html", context, current="export")
    try:
        asked = _asked(request, actor, now)
    except Invalid as error:
        context |= {"problems": {problem.field: problem.message for problem in error.problems}}
        return audit_page_of(request, actor, now, "web/audit/export.html", context, current="export", status=422)
    run = runs.ask(kind=Run.Kind.EXPORT, account_id=actor.account_id, now=now, asked=asked)
    return HttpResponseRedirect(reverse("audit:run", args=[run.pk]))


@require_safe
@desk_page(Permission.AUDIT)
def run_page(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """GET /audit/runs/<id>/: how far it is, or what came of it."""
    run = _run_of(actor, pk)
    context = {"run": run, "running": run.ended_at is None}
    current = "export" if run.kind == Run.Kind.EXPORT else "seals"
    return audit_page_of(request, actor, now, "web/audit/run.html", context, current=current)


@require_safe
@desk_page(Permission.AUDIT)
def progress(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:  # noqa: ARG001
    """GET /audit/runs/<id>/progress/: the moving part, every second; it asks for the whole page at the end."""
    return moving(request, _run_of(actor, pk), reverse("audit:progress", args=[pk]))


@require_safe
@desk_page(Permission.AUDIT)
def fetch(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponseBase:
    """GET /audit/runs/<id>/bundle.zip: the finished bundle, for whoever asked for it."""
    del request
    run = _run_of(actor, pk)
    if not run.file or run.account_id != actor.account_id:
        raise NotFound(_("The file is no longer there."), code="file_gone")
    record_look(actor=actor, now=now, what={"bundle": run.pk, "fetched": True})
    response = StreamingHttpResponse(store.content(run.file, folder=FOLDER), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="zhijia-audit-{run.pk}.zip"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def moving(request: HttpRequest, run: Run, url: str) -> HttpResponse:
    """The part of a page that shows how far a run is."""
    response = render(request, "web/audit/_progress.html", {"run": run, "url": url})
    response["Cache-Control"] = "no-store"
    if run.ended_at is not None:
        response["HX-Refresh"] = "true"
    return response


def _run_of(actor: Actor, pk: int) -> Run:
    """A check, or the actor's own bundle. Raises NotFound for any other."""
    run = Run.objects.filter(pk=pk, kind__in=[Run.Kind.VERIFY, Run.Kind.EXPORT]).first()
    if run is None or (run.kind == Run.Kind.EXPORT and run.account_id != actor.account_id):
        raise NotFound(code="no_such_run")
    return run


def _asked(request: HttpRequest, actor: Actor, now: datetime) -> dict[str, Any]:
    """What was typed, as a run keeps it: ids, days and the reason. Raises Invalid."""
    typed, reason = request.POST, clean(request.POST.get("reason", ""))[:200]
    about, names = typed.get("about", ""), bool(typed.get("names"))
    if len(reason) < LEAST_REASON:
        raise Invalid(FieldProblem("reason", "too_short", _("Say what you need it for, in a few words.")))
    asked: dict[str, Any] = {"reason": reason, "names": names}
    if about == "case":
        no = typed.get("case", "").strip()[:32]
        case_id = Case.objects.filter(no=no).values_list("pk", flat=True).first()
        if case_id is None:
            raise Invalid(FieldProblem("case", "unknown", _("There is no case with this number.")))
        return {**asked, "case": no, "case_id": case_id}
    if about == "person":
        found = person_by_phone(typed.get("phone", ""))
        if found is None:
            raise Invalid(FieldProblem("phone", "unknown", _("Nobody with this phone is party to a case you can see.")))
        record_person_look(actor=actor, now=now, person_id=found.pk, reason=reason)
        return {**asked, "person": found.pk}
    return {**asked, "from": _day(typed.get("from", ""), "from"), "to": _day(typed.get("to", ""), "to")}


def _day(text: str, field: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Invalid(FieldProblem(field, "no_day", _("Choose a day."))) from None
