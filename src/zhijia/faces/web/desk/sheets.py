"""Workbooks on the desk: send one, see what is wrong with it, have it stored, fetch what was made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhijia.faces.web.pages import before, desk_page
from zhijia.faces.web.problems import status_of
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, Forbidden, Invalid, NotFound, Text, ZhijiaError
from zhijia.kernel.cases.models import Case
from zhijia.kernel.files import check as door
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.service.registry import load
from zhijia.kernel.sheets import jobs, mappings, registry, store
from zhijia.kernel.sheets.declare import Column, Export, Sheet
from zhijia.kernel.sheets.looks import TYPE
from zhijia.kernel.sheets.models import RUNNING, WAITING, Job, State
from zhijia.kernel.sheets.problems import TITLES, listed
from zhijia.kernel.sheets.template import template

from .nav import desk_page_of

PAGE = 30
CHOSEN = "c-"
"""With what the name of a field begins that says which heading a column is."""
STEPS = tuple(map(gettext_lazy, ("Fill in the template", "Send it", "Mend what is wrong", "Store it")))
FETCHED = {"file": "file", "wrong": "marked", "all": "marked_all"}
"""Word of the address -> the kept file of a job."""


@dataclass(frozen=True)
class Line:
    """One job in a list."""

    job: Job
    title: Text
    about: str


@dataclass(frozen=True)
class ColumnChoice:
    """One column of a sheet, and which heading of the file may be it: (position, words, chosen)."""

    column: Column
    name: str
    headings: list[tuple[int, str, bool]]
    guessed: bool
    problem: Text


@desk_page
def sheet(request: HttpRequest, actor: Actor, now: datetime, key: str) -> HttpResponse:
    """/desk/sheets/<key>/?for=<case>: what the sheet is for, its template, and where to send it."""
    declared, about = _declared(actor, key), _about(request, actor)
    if request.method != "POST":
        return _upload_page(request, actor, now, declared, about)
    file = request.FILES.get("file")
    if file is None or getattr(file, "too_large", False):
        problem = _("The file is over 50 MB. Share its rows out over several files.") if file is not None else ""
        return _upload_page(request, actor, now, declared, about, problem=problem or _("Choose a file."))
    with file:
        try:
            door.scanned(file, field="file")
        except Invalid as error:
            problem = str(error.problems[0].message)
            return _upload_page(request, actor, now, declared, about, problem=problem, status=status_of(error))
        job = jobs.send(
            sheet=declared, name=file.name or "", blocks=store.blocks_of(file), about=about, actor=actor, now=now,  # type: ignore[arg-type]
            language=get_language() or "",
        )  # fmt: skip
    return HttpResponseRedirect(reverse("desk:sheet_job", args=[job.pk]))


@require_safe
@desk_page
def blank(request: HttpRequest, actor: Actor, now: datetime, key: str) -> HttpResponse:  # noqa: ARG001
    """GET /desk/sheets/<key>/template/: the empty workbook, in the reader's language."""
    declared = _declared(actor, key)
    return _workbook([template(declared)], f"{declared.title}.xlsx")


@require_POST
@desk_page
def order(request: HttpRequest, actor: Actor, now: datetime, key: str) -> HttpResponse:
    """POST /desk/sheets/<key>/export/?for=<case>: have a workbook made in the background."""
    load()
    job = jobs.order(
        export=registry.export(key), about=_about(request, actor), actor=actor, now=now, language=get_language() or ""
    )
    return HttpResponseRedirect(reverse("desk:sheet_job", args=[job.pk]))


@require_safe
@desk_page
def mine(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/sheets/: the actor's own workbooks, newest first, and the sheets they may send."""
    load()
    found = list(before(jobs.own(actor), request)[: PAGE + 1])
    lines = [Line(job, _title(job), str(job.about.get("case", ""))) for job in found[:PAGE]]
    older = found[PAGE - 1].pk if len(found) > PAGE else None
    context = {"lines": lines, "older": older, "may": [s for s in registry.sheets() if s.may(actor)]}
    return desk_page_of(request, actor, now, "web/desk/sheets.html", context, current="sheets")


@require_safe
@desk_page
def job_page(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """GET /desk/sheets/jobs/<id>/: how far it is, what is wrong, what can be done."""
    return _job_page(request, actor, now, jobs.job_of(actor, pk))


@require_safe
@desk_page
def progress(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:  # noqa: ARG001
    """GET /desk/sheets/jobs/<id>/progress/: the moving part, every second; it asks for the whole page at the end."""
    job = jobs.job_of(actor, pk)
    response = render(request, "web/desk/_sheet_progress.html", {"job": job})
    response["Cache-Control"] = "no-store"
    if job.state not in RUNNING:
        response["HX-Refresh"] = "true"
    return response


@require_safe
@desk_page
def fetch(request: HttpRequest, actor: Actor, now: datetime, pk: int, what: str) -> HttpResponseBase:  # noqa: ARG001
    """GET /desk/sheets/jobs/<id>/<file|wrong|all>.xlsx: what was made."""
    job = jobs.job_of(actor, pk)
    name = getattr(job, FETCHED[what])
    if not name or (what == "file" and not job.out):
        raise NotFound(_("The file is no longer there."), code="file_gone")
    moment = f"{job.created_at.astimezone(CHINA):%Y%m%d-%H%M}"
    return _workbook(store.content(name), f"{_title(job)} {moment}.xlsx")


@require_POST
@desk_page
def act(request: HttpRequest, actor: Actor, now: datetime, pk: int, what: str) -> HttpResponse:
    """POST /desk/sheets/jobs/<id>/<confirm|cancel|undo>/: do it and go on; a refusal shows the page with its reason."""
    load()
    done = {"confirm": jobs.confirm, "cancel": jobs.cancel, "undo": jobs.undo}[what]
    try:
        job = done(job_id=pk, actor=actor, now=now)
    except NotFound:
        raise
    except ZhijiaError as error:
        return _job_page(request, actor, now, jobs.job_of(actor, pk), refused=error.reason, status=error.status)
    return HttpResponseRedirect(reverse("desk:sheet_job", args=[job.pk]))


@require_POST
@desk_page
def columns(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """POST /desk/sheets/jobs/<id>/columns/: which heading of the file is which column; then it is checked again."""
    load()
    typed = request.POST
    chosen = {
        name.removeprefix(CHOSEN): int(at) for name, at in typed.items()
        if name.startswith(CHOSEN) and at.isascii() and at.isdigit() and len(at) < 4
    }  # fmt: skip
    try:
        mappings.choose(job_id=pk, chosen=chosen, actor=actor, now=now)
    except Invalid as error:
        problems = {problem.field: problem.message for problem in error.problems}
        return _job_page(
            request, actor, now, jobs.job_of(actor, pk), problems=problems, chosen=chosen, status=error.status
        )
    except Conflict as error:
        return _job_page(request, actor, now, jobs.job_of(actor, pk), refused=error.reason, status=error.status)
    return HttpResponseRedirect(reverse("desk:sheet_job", args=[pk]))


def _declared(actor: Actor, key: str) -> Sheet:
    """The sheet, which the actor may use. Raises NotFound and Forbidden."""
    load()
    declared = registry.sheet(key)
    if not (verdict := declared.may(actor)):
        raise Forbidden(verdict.reason, code=verdict.code)
    return declared


def _about(request: HttpRequest, actor: Actor) -> dict[str, str]:
    """What the page is about: the case in `?for=`, which the actor must see."""
    no = request.GET.get("for", "")
    if not no:
        return {}
    if not Case.objects.visible_to(actor).filter(no=no).exists():
        raise NotFound(code="no_such_case")
    return {"case": no}


def _upload_page(
    request: HttpRequest, actor: Actor, now: datetime, declared: Sheet, about: dict[str, str], *, problem: str = "",
    status: int = 422,
) -> HttpResponse:  # fmt: skip
    ctx = jobs.Context(actor=actor, now=now, about=about, language=get_language() or "")
    ready = declared.ready(ctx) if declared.ready else None
    earlier = jobs.own(actor).filter(sheet=declared.key, about=about, out=False).order_by("-pk")[:5]
    context = {
        "steps": STEPS, "sheet": declared, "case_no": about.get("case", ""), "problem": problem, "ready": ready,
        "locked": ready is not None and not ready, "lines": [Line(job, declared.title, "") for job in earlier],
        "needed": listed(c.title for c in declared.columns if c.required),
        "other": listed(c.title for c in declared.columns if not c.required),
    }  # fmt: skip
    status = status if problem else 200
    return desk_page_of(request, actor, now, "web/desk/sheets_upload.html", context, current="sheets", status=status)


def _job_page(
    request: HttpRequest, actor: Actor, now: datetime, job: Job, *, refused: Text = "", status: int = 200,
    problems: Mapping[str, Text] | None = None, chosen: Mapping[str, int] | None = None,
) -> HttpResponse:  # fmt: skip
    load()
    declared: Sheet | Export = registry.export(job.sheet) if job.out else registry.sheet(job.sheet)
    titles = {column.name: column.title for column in declared.columns}
    words = {code: said for _row, _column, code, said in job.first}
    sheet = declared if isinstance(declared, Sheet) else None
    context = {
        "steps": STEPS, "step": _step(job),
        "job": job, "sheet": declared, "case_no": job.about.get("case", ""), "refused": refused,
        "codes": [(TITLES.get(code) or words.get(code, code), count) for code, count in _most(job.problems)],
        "first": [(row, titles.get(column, ""), said) for row, column, _code, said in job.first],
        "outcomes": [(sheet.outcomes.get(code, _("stored")), n) for code, n in _most(job.outcomes)] if sheet else [],
        "locked": jobs.refusal(job, sheet) if sheet and job.state == State.CHECKED else None,
        "may_undo": sheet is not None and sheet.undo is not None and jobs.may_undo(job),
        "stored": job.chunks.exclude(rows=0).aggregate(n=Sum("rows"))["n"] or 0,
        "running": job.state in RUNNING, "ended": job.ended_at is not None,
        "choices": _choices(job, sheet, chosen, problems or {}) if sheet and job.state in WAITING else [],
    }  # fmt: skip
    return desk_page_of(request, actor, now, "web/desk/sheets_job.html", context, current="sheets", status=status)


def _step(job: Job) -> int:
    """Which of the steps a workbook stands at; 0 where it went another way."""
    if job.state == State.COLUMNS:
        return 3
    if job.state == State.CHECKED:
        return 3 if job.bad else 4
    if job.state == State.APPLIED:
        return len(STEPS) + 1
    return 2 if job.state in RUNNING else 0


def _choices(
    job: Job, sheet: Sheet, chosen: Mapping[str, int] | None, problems: Mapping[str, Text]
) -> list[ColumnChoice]:
    """Every column with the headings of the file, what was recognised or typed chosen."""
    return [
        ColumnChoice(
            choice.column, CHOSEN + choice.column.name,
            [(at, words, at == (choice.at if chosen is None else chosen.get(choice.column.name)))
             for at, words in enumerate(job.headings) if words],
            choice.guessed and chosen is None, problems.get(choice.column.name, ""),
        )
        for choice in mappings.choices(job, sheet)
    ] if job.headings else []  # fmt: skip


def _most(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(((code, n) for code, n in counts.items() if n), key=lambda pair: -pair[1])


def _title(job: Job) -> Text:
    """The declaration's title; its key when the module is gone."""
    try:
        return registry.export(job.sheet).title if job.out else registry.sheet(job.sheet).title
    except NotFound:
        return job.sheet


def _workbook(content: Iterator[bytes] | list[bytes], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(content, content_type=TYPE)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
