"""The case page: decide and act lawfully."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhijia.faces import present
from zhijia.faces.web import panels
from zhijia.faces.web.files import gate
from zhijia.faces.web.pages import back, desk_page
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid, NotFound, Text
from zhijia.kernel.cases import reckonings, watching
from zhijia.kernel.cases.models import Case, PartyStatus
from zhijia.kernel.deadlines.models import Deadline, DeadlineState
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Person
from zhijia.kernel.people.persons import reveal
from zhijia.kernel.service import engine, registry
from zhijia.kernel.service.declare import Kind, Service, Transition
from zhijia.kernel.service.mentions import NOTE
from zhijia.kernel.service.permission import post_for

from . import disposal, dossier, timeline
from .beside import workbooks
from .bundle import may_take
from .dossier import Dossier
from .forms import Action, action_of, locked
from .inbox import category_title, tags
from .letters import summaries
from .nav import desk_page_of
from .notes import notes_of

REVEALED: dict[str, Text] = {
    "phone": gettext_lazy("Phone"),
    "safe_number": gettext_lazy("Number for safe contact"),
    "pass_phrase": gettext_lazy("Pass phrase"),
    "id_number": gettext_lazy("Identity-card number"),
}
"""What can be unmasked, and how it is called."""
ON_THE_ROW = ("urgent", "confidential")
"""Facts that the case's own row carries: they stand among its tags."""


@dataclass(frozen=True)
class Tried:
    """An action that was attempted and refused: everything typed is shown again with what is wrong."""

    transition: str
    typed: QueryDict
    problems: tuple[FieldProblem, ...] = ()
    reason: Text = ""
    meanwhile: int | None = None
    """The event that the officer had seen last, when others worked on the case since."""


@require_safe
@desk_page
def case_page(request: HttpRequest, actor: Actor, now: datetime, no: str) -> HttpResponse:
    """GET /desk/<no>/: the case; `?open=` names an action whose form stands open, `?print=1` opens everything. A
    confidential one that lies in the actor's range is answered with the form that asks for it."""
    try:
        found = dossier.case_of(actor, no)
    except Forbidden as error:
        return withheld(request, actor, now, no, error.reason)
    return show(request, actor, now, found)


@require_safe
@desk_page
def preview(request: HttpRequest, actor: Actor, now: datetime, no: str) -> HttpResponse:
    """GET /desk/<no>/preview/: the case in the inbox's side pane."""
    found = dossier.read(dossier.case_of(actor, no), actor, now)
    context = case_context(found, now) | actions_of(found, actor)
    return desk_page_of(request, actor, now, "web/desk/_preview.html", context, counts={})


def withheld(
    request: HttpRequest, actor: Actor, now: datetime, no: str, words: Text, *, typed: str = "", problem: Text = ""
) -> HttpResponse:
    """403 with the reason, and the form by which an insider asks for one confidential case."""
    context = {"no": no, "words": words, "typed": typed, "problem": problem}
    return desk_page_of(request, actor, now, "web/desk/withheld.html", context, status=422 if problem else 403)


@require_POST
@desk_page
def watch(request: HttpRequest, actor: Actor, now: datetime, no: str) -> HttpResponse:
    """POST /desk/<no>/watch/: follow the case, or (`on` empty) no longer."""
    del now
    case = dossier.case_of(actor, no)
    (watching.watch if request.POST.get("on") else watching.unwatch)(case=case, actor=actor)
    return back(request, reverse("desk:case", args=[no]))


@require_POST
@desk_page
def unmask(request: HttpRequest, actor: Actor, now: datetime, no: str) -> HttpResponse:
    """POST /desk/<no>/reveal/: one value of one worker of the case, shown once, after its purpose is on record."""
    case = dossier.case_of(actor, no)
    who, field = request.POST.get("person", ""), request.POST.get("field", "")
    person = Person.objects.filter(pk=who, pk__in=case.parties.values("person_id")).first() if who.isdecimal() else None
    if person is None or field not in REVEALED:
        raise NotFound(code="no_such_person")
    shown: dict[str, Any] = {"person": person.pk, "title": REVEALED[field], "field": field}
    status = 200
    try:
        purpose = request.POST.get("purpose", "")
        value = reveal(person=person, field=field, actor=actor, purpose=purpose, case_id=case.pk, now=now)  # type: ignore[arg-type]
        shown["value"] = value
    except Invalid as error:
        shown |= {"problem": error.problems[0].message, "purpose": request.POST.get("purpose", "")}
        status = 422
    except NotFound as error:
        shown |= {"problem": error.reason, "purpose": request.POST.get("purpose", "")}
    if request.headers.get("HX-Request"):
        found = dossier.read(case, actor, now)
        worker = next((w for w in found.people if w.person_id == person.pk), None)
        context = {"case": case, "worker": worker, "shown": shown, "revealed": REVEALED}
        return desk_page_of(request, actor, now, "web/desk/_worker.html", context, counts={}, status=status)
    return show(request, actor, now, case, shown=shown, status=status)


@require_safe
@desk_page
def attachment(request: HttpRequest, actor: Actor, now: datetime, no: str, pk: int) -> HttpResponse:
    """GET /desk/<no>/files/<pk>/: on record that this file of the case is read, and on to where it is served."""
    found = dossier.case_of(actor, no).attachments.filter(pk=pk).first()
    if found is None:
        raise NotFound(code="no_such_file")
    return gate(request, found, actor=actor, now=now)


def show(
    request: HttpRequest, actor: Actor, now: datetime, case: Case, *, tried: Tried | None = None,
    shown: dict[str, Any] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """Render the case page, with the form of a refused action as it was typed."""
    found = dossier.read(case, actor, now)
    context = case_context(found, now) | actions_of(found, actor, tried=tried, opened=request.GET.get("open", ""))
    context |= {"shown": shown, "revealed": REVEALED, "printing": bool(request.GET.get("print")), "tried": tried}
    context |= {"panels": panels.shown(found.service, found.ctx, request), "sheets": workbooks(found, actor, now)}
    context["letters"] = summaries(case) if found.service.letters else []
    shown_kinds = timeline.chosen(request.GET)
    context |= {"lines": timeline.items(found, shown_kinds), "toggles": timeline.toggles(shown_kinds)}
    context |= {"said": notes_of(found), "may_take": may_take(case, actor)}
    rows = [kept.found for kept in found.reckonings]
    context |= {"may_reckon": reckonings.may_keep(case, actor), "lawful": reckonings.range_of(rows)}
    context |= disposal.beside(case, actor)
    return desk_page_of(request, actor, now, "web/desk/case.html", context, status=status)


def case_context(found: Dossier, now: datetime) -> dict[str, Any]:
    """What every view of one case shows of it."""
    case, service = found.case, found.service
    chips = present.chips(service, found.ctx.deadlines, now, desk=True, region=case.region)
    leading = _leading(case, found.ctx.deadlines)
    lead_chip = present.chip(service, leading, now, desk=True, region=case.region) if leading else None
    long, short = told_of(found)
    return {
        "case": case, "found": found, "facts": short, "story": long[0].words if long else "", "told": long[1:],
        "service": service, "state": service.state_titles[case.state],
        "category": category_title(service, case.category), "tags": tags(case), "lead_chip": lead_chip,
        "clock": leading, "why": present.why(service, leading, now, region=case.region) if leading else None,
        "weekdays": _weekdays(), "to_come": _to_come(found),
        "chips": [c for c in chips if leading is None or c.key != leading.key],
        "lines": present.lines(service, found.events, found.notes, found.names, desk=True),
        "parts": [(PartyStatus(s).label, n) for s, n in found.statuses.items()] if found.people_count > 1 else [],
    }  # fmt: skip


def actions_of(found: Dossier, actor: Actor, *, tried: Tried | None = None, opened: str = "") -> dict[str, Any]:
    """What can be done now with its forms, what cannot and why, and for whom the actor would act."""
    people = [(str(w.person_id), w.name or w.phone) for w in found.people]
    allowed, forbidden, elsewhere, stands_for = [], [], [], set()
    for transition, verdict in engine.choices(found.ctx):
        if not verdict:
            (elsewhere if verdict.code == "wrong_state" else forbidden).append(locked(transition, verdict))
            continue
        mine = tried if tried and tried.transition == transition.key else None
        action = action_of(
            transition, people=people, unit=found.unit, typed=mine.typed if mine else None,
            problems=mine.problems if mine else (), ctx=found.ctx,
        )  # fmt: skip
        action.says, action.open = hint(transition, found.service), action.open or opened == transition.key
        allowed.append(action)
        held = post_for(actor, transition.by, found.case)
        if held and held.substitute_for:
            stands_for.add(held.substitute_for)
    typed = tried.typed if tried else QueryDict()
    known = {f.name for a in allowed if a.open for f in a.fields} | {"csrfmiddlewaretoken", "seq", "key", "next"}
    # Words for an action that is not possible any more are not lost either: they are shown to be copied.
    orphans = [v for k, v in typed.items() if k not in known and v] if tried else []
    return {
        "allowed": allowed, "forbidden": forbidden, "elsewhere": elsewhere, "acting_for": sorted(stands_for),
        "orphans": orphans,
        # What was refused for its content may be sent again under its key; after a conflict it is a new attempt.
        "key": (tried and tried.problems and typed.get("key")) or uuid4().hex,
        "can_merge": any(a.key == "merge" for a in allowed),
        "meanwhile": _meanwhile(found, tried), "mine": _typed(allowed, tried),
        "main": next((a for a in allowed if a.main), None),
        "noting": next((a for a in allowed if a.key == NOTE), None), "acts": [a for a in allowed if a.key != NOTE],
    }  # fmt: skip


def hint(transition: Transition, service: Service) -> Text:
    """One quiet line beside the button: what the worker is told on the timeline, and what else begins with it."""
    said = [_("The worker reads: %(words)s.") % {"words": transition.done}]
    if not transition.public:
        said = [_("The worker does not see this.")]
    if transition.spawns and registry.has_service(transition.spawns):
        said.append(_("It also begins: %(service)s.") % {"service": registry.service(transition.spawns).title})
    if letter := next((x for x in service.letters if x.key == transition.letter), None):
        said.append(_("It drafts the letter “%(letter)s”.") % {"letter": letter.title})
    return ("" if get_language() == "zh-hans" else " ").join(str(words) for words in said)


def _meanwhile(found: Dossier, tried: Tried | None) -> list[present.Entry]:
    if tried is None or tried.meanwhile is None:
        return []
    newer = [e for e in found.events if e.seq > tried.meanwhile]
    return present.lines(found.service, newer, found.notes, found.names, desk=True)


def _typed(allowed: list[Action], tried: Tried | None) -> Action | None:
    """The action that a colleague was quicker than, with what was typed for it, while it is still possible."""
    if tried is None or tried.meanwhile is None:
        return None
    return next((action for action in allowed if action.key == tried.transition), None)


def _leading(case: Case, deadlines: Iterable[Deadline]) -> Deadline | None:
    """The clock that the page explains: the one lists are sorted by, else one that is suspended."""
    alive = [d for d in deadlines if d.state in (DeadlineState.RUNNING, DeadlineState.SUSPENDED)]
    leads = [d for d in alive if d.key == case.due_key]
    return (leads or sorted(alive, key=lambda d: d.due_at) or [None])[0]


def _weekdays() -> list[str]:
    """The heads of the counting calendar's columns."""
    return [
        pgettext("calendar column", "Mon"), pgettext("calendar column", "Tue"), pgettext("calendar column", "Wed"),
        pgettext("calendar column", "Thu"), pgettext("calendar column", "Fri"), pgettext("calendar column", "Sat"),
        pgettext("calendar column", "Sun"),
    ]  # fmt: skip


def _to_come(found: Dossier) -> list[Text]:
    """Clocks of the service that have not started on this case; none on one that is closed."""
    if found.case.closed_at is not None:
        return []
    started = {d.key for d in found.ctx.deadlines}
    return [c.title for c in found.service.clocks if c.key not in started and c.leads]


def told_of(found: Dossier) -> tuple[list[present.Fact], list[present.Fact]]:
    """The recorded facts in words: long ones, the story first, and short ones without what is said elsewhere."""
    elsewhere = {found.service.intake.category, *ON_THE_ROW}
    told = [f for f in present.facts_of(found.service, found.ctx.facts) if f.words and f.value is not False]
    long = [f for f in told if f.ask.kind == Kind.TEXT]
    short = [f for f in told if f.ask.kind != Kind.TEXT and f.ask.name not in elsewhere]
    # one worker is the usual case
    return long, [f for f in short if not (f.ask.name == "people" and f.value == 1)]
