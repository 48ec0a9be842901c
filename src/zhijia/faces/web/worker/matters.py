"""My matters: the list, and one matter with its question, its date and why, its timeline, and what I can do."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.faces import present
from zhijia.faces.web import files, panels
from zhijia.faces.web.pages import before, worker_page
from zhijia.faces.web.papers import KINDS, Paper, summaries
from zhijia.faces.web.problems import status_of
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base.errors import Conflict, Forbidden, Invalid, NotFound, Text, Verdict
from zhijia.kernel.cases import reckonings
from zhijia.kernel.cases.models import Attachment
from zhijia.kernel.deadlines.models import DeadlineState
from zhijia.kernel.documents import letters, paper
from zhijia.kernel.documents.models import Letter
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.rules.units import CLOCK_TIME, Unit
from zhijia.kernel.service import engine, registry
from zhijia.kernel.service.declare import Kind, Service, Transition
from zhijia.kernel.service.listing import offered

from .mine import Matter, matter_of, matters_of, own_cases

PAGE = 20


@dataclass(frozen=True)
class Act:
    """One thing the worker may do, or may not do now, with what was typed for it."""

    transition: Transition
    verdict: Verdict
    values: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True)
class Dated:
    """One running clock with the explanation of its date; hour limits need no calendar."""

    chip: present.Chip
    why: Any

    @property
    def counts_days(self) -> bool:
        """Whether the counting calendar says anything: the limit is in days."""
        return self.chip.deadline is not None and Unit(self.chip.deadline.unit) not in CLOCK_TIME


@worker_page
def matters(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /matters/?show=closed: open ones unless asked otherwise, newest first."""
    closed = request.GET.get("show") == "closed"
    rows = list(before(own_cases(actor).filter(closed_at__isnull=not closed), request)[: PAGE + 1])
    found = matters_of(rows[:PAGE], actor, now)
    older = rows[PAGE - 1].pk if len(rows) > PAGE else None
    context = {"tab": "matters", "matters": found, "closed": closed, "older": older, "actor": actor}
    return render(request, "web/worker/matters.html", context)


@worker_page
def matter(request: HttpRequest, actor: Actor, now: datetime, no: str) -> HttpResponse:
    """GET /matters/<no>/: one matter of mine."""
    found = matter_of(no, actor, now)
    if found.own.no != no:
        return redirect("matter", no=found.own.no)
    return _page(request, found, actor, now)


@require_POST
@worker_page
def do(request: HttpRequest, actor: Actor, now: datetime, no: str, act: str) -> HttpResponse:
    """POST /matters/<no>/do/<act>/: fire one transition by the worker's right; on refusal every word is kept."""
    found = matter_of(no, actor, now)
    sent = request.FILES.getlist("files") if act == "supplement" else []
    data = request.POST.dict()
    try:
        kept = files.check(sent, kept=Attachment.objects.filter(case=found.own).count() if sent else 0)
        if kept and not data.get("words", "").strip():
            data["words"] = _("Files: %(names)s") % {"names": ", ".join(file.name for file in kept)}
        engine.fire(no=found.shown.no, transition=act, actor=actor, now=now, data=data, key=data.get("key") or None)
        files.attach(case=found.own, files=kept, actor=actor, now=now)
    except Invalid as error:
        problems = {p.field: p.message for p in error.problems}
        return _page(request, found, actor, now, tried=act, problems=problems, status=status_of(error))
    except (Conflict, Forbidden) as error:
        return _page(request, found, actor, now, tried=act, refused=error)
    declared = registry.service(found.shown.service).transition(act)
    messages.success(request, str(declared.done) if declared else "")
    return redirect("matter", no=found.own.no)


@worker_page
def file(request: HttpRequest, actor: Actor, now: datetime, no: str, pk: int) -> HttpResponseBase:
    """GET /matters/<no>/files/<pk>/: on to where one public file of my own case is served."""
    found = matter_of(no, actor, now)
    attachment = Attachment.objects.filter(pk=pk, case=found.own, public=True).first()
    if attachment is None:
        raise NotFound(code="no_such_file")
    return files.gate(request, attachment, actor=actor, now=now)


@worker_page
def letter(request: HttpRequest, actor: Actor, now: datetime, no: str, pk: int) -> HttpResponseBase:
    """GET /matters/<no>/letters/<pk>/: one letter of my matter, to read here and to take along."""
    found = matter_of(no, actor, now)
    mine = _public_letter(found, pk)
    read = paper.read(mine)
    context = {"tab": "matters", "case": found.own, "letter": mine, "content": mine.content, "mark": read.mark,
               "lines": read.lines, "more": 0}  # fmt: skip
    return render(request, "web/worker/letter.html", context)


@worker_page
def letter_file(_request: HttpRequest, actor: Actor, now: datetime, no: str, pk: int, ending: str) -> HttpResponseBase:
    """GET /matters/<no>/letters/<pk>/letter.pdf or .docx, as a download."""
    mine = _public_letter(matter_of(no, actor, now), pk)
    if ending not in KINDS:
        raise NotFound(code="no_such_file")
    return Paper(paper.read(mine), ending)


def _public_letter(found: Matter, pk: int) -> Letter:
    """A letter that was issued and is public to the worker. Raises NotFound."""
    mine = letters.letter_of(found.shown, pk)
    if not mine.public or mine.issued_at is None:
        raise NotFound(code="no_such_letter")
    return mine


def _page(
    request: HttpRequest, found: Matter, actor: Actor, now: datetime, *, tried: str = "",
    problems: Mapping[str, Text] | None = None, refused: Conflict | Forbidden | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    service = registry.service(found.shown.service)
    ctx = engine.context(service, found.shown, actor, now)
    typed = request.POST.dict() if tried else {}
    acts = {
        t.key: Act(
            replace(t, ask=tuple(offered(a, ctx) for a in t.ask)), verdict, typed if t.key == tried else {},
            (problems or {}) if t.key == tried else {},
        )
        for t, verdict in engine.choices(ctx)
    }  # fmt: skip
    facts = ctx.facts if not found.joined else service.facts._default_manager.get(pk=found.own.pk)
    lines, dates = _timeline(found, actor), _dates(service, ctx, now)
    result = next((e for e in lines if e.notes and e.into == found.shown.state), None)
    asked = [a for a in acts.values() if found.waits and a.transition.main and a.verdict]
    placed = _placed(acts, dated=bool(dates), asked=[a.transition.key for a in asked])
    context = {
        "tab": "matters", "matter": found, "case": found.own, "acts": acts, "tried": tried, "asked": asked,
        "problems": problems or {}, "refused": refused, "words": _typed_words(service, tried, typed),
        "dates": dates, "timeline": lines, "service": service, "solving": acts.keys() >= _SOLVING,
        "result": result, "urged": next((e for e in lines if e.transition == "urge"), None),
        "others": [a for key, a in acts.items() if key not in placed and a.verdict], **_told(service, facts),
        "letters": summaries(found.shown, worker=True) if service.letters else [],
        "panels": panels.shown(service, ctx, request, worker=True), "reckonings": reckonings.of(found.shown.pk),
        "labels": {ask.name: ask.title for ask in acts[tried].transition.ask} if tried in acts else {},
        "files": Attachment.objects.filter(case=found.own, public=True).order_by("id"),
        "readers": _readers(actor), "key": str(uuid4()), "now": now, "category": _category(service, found),
    }  # fmt: skip
    status = refused.status if refused else status
    return render(request, "web/worker/matter.html", context, status=status)


_SOLVING = {"confirm_solved", "report_unsolved"}
"""A service that knows both asks whether it is solved."""


def _placed(acts: Mapping[str, Act], *, dated: bool, asked: list[str]) -> set[str]:
    """Acts that have their own place on the page; whatever else a service lets the worker do is listed below them."""
    placed = {"supplement", "withdraw", *asked} | ({"urge"} if dated else set())
    return placed | _SOLVING if acts.keys() >= _SOLVING else placed


def _told(service: Service, facts: Any) -> dict[str, list[present.Fact]]:
    """What the worker may read of the facts: the long words, the short ones, and what was recorded since."""
    told = [f for f in present.facts_of(service, facts) if f.ask.public and f.words and f.value is not False]
    intake = {ask.name for ask in service.intake.asks}
    long = [f for f in told if f.ask.kind == Kind.TEXT]
    short = [f for f in told if f.ask.kind != Kind.TEXT and f.ask.name != service.intake.category]
    return {
        "told_long": [f for f in long if f.ask.name in intake],
        "told_short": [f for f in short if f.ask.name in intake],
        "since": [f for f in (*short, *long) if f.ask.name not in intake],
    }  # fmt: skip


def _dates(service: Service, ctx: Any, now: datetime) -> list[Dated]:
    """Running and suspended clocks that lead lists, the last one first: the day the worker waits for."""
    leads = {clock.key for clock in service.clocks if clock.leads}
    active = [
        d for d in ctx.deadlines
        if d.key in leads and d.state in (DeadlineState.RUNNING, DeadlineState.SUSPENDED)
    ]  # fmt: skip
    return [
        Dated(
            present.chip(service, d, now, desk=False, region=ctx.case.region),
            present.why(service, d, now, region=ctx.case.region),
        )
        for d in sorted(active, key=lambda d: d.due_at, reverse=True)
    ]


def _typed_words(service: Service, tried: str, typed: Mapping[str, str]) -> list[str]:
    """What was typed for an act that was refused: its form may be gone, the words are not."""
    declared = service.transition(tried)
    names = [ask.name for ask in declared.ask if ask.kind in (Kind.TEXT, Kind.LINE)] if declared else []
    return [typed[name] for name in names if typed.get(name, "").strip()]


def _timeline(found: Matter, actor: Actor) -> list[present.Entry]:
    """My own steps, and those of the case that mine was joined to; never another worker's words."""
    lines = present.timeline(found.own, desk=False, reader=actor)
    if found.joined:
        lead = present.timeline(found.shown, desk=False, reader=actor)
        lines += [entry for entry in lead if entry.transition != engine.FILE]
        lines.sort(key=lambda entry: entry.at, reverse=True)
    return lines


def _readers(actor: Actor) -> int:
    """How many different people read my data; one query."""
    return (
        Entry.objects.filter(person_id=actor.person_id or 0).exclude(purpose="").values("actor_id").distinct().count()
    )


def _category(service: Service, found: Matter) -> Text:
    code = found.own.category
    ask = next(ask for ask in service.intake.asks if ask.name == service.intake.category)
    return next((title for choice, title in ask.choices if choice == code), code)
