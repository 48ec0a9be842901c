"""One action on many cases: first how many can and why the others cannot, then each one's outcome."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.faces.web.pages import desk_page
from zhijia.kernel.base.errors import FieldProblem, Invalid, NotFound, Text, ZhijiaError
from zhijia.kernel.cases.models import Case
from zhijia.kernel.org.queries import unit_for
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.service import engine, registry
from zhijia.kernel.service.declare import Kind, Transition
from zhijia.kernel.service.engine import fire
from zhijia.kernel.service.inputs import read

from . import queries
from .forms import action_of, answers
from .nav import desk_page_of

MOST = 100
"""Cases in one run: more would keep the page waiting for seconds."""
UNDONE_BY = {"merge": "unmerge"}


@dataclass(frozen=True)
class Outcome:
    """What came, or would come, of one case."""

    case: Case
    ok: bool
    reason: Text = ""
    undo: str = ""
    """The transition that takes it back, where there is one."""


@require_POST
@desk_page
def bulk(request: HttpRequest, actor: Actor, now: datetime, transition: str) -> HttpResponse:
    """POST /desk/bulk/<transition>/: `no` repeated; without `run` it only says what would happen."""
    chosen = list(dict.fromkeys(request.POST.getlist("no")))
    cases = list(queries.rows(Case.objects.visible_to(actor).filter(no__in=chosen[:MOST])).order_by("id"))
    declared = _declared(transition, cases)
    judged = [_judge(case, declared, actor, now) for case in cases]
    problems: tuple[FieldProblem, ...] = ()
    if request.POST.get("run"):
        try:
            data = answers(declared.ask, request.POST, actor)
            read(declared.ask, data)  # what is wrong for every case is said once, beside its field
            outcomes = [_run(o, declared, actor, now, data, request.POST.get("key", "")) for o in judged]
        except Invalid as error:
            problems = error.problems
        else:
            context = {"action": declared, "outcomes": outcomes, "done": sum(o.ok for o in outcomes)}
            return desk_page_of(request, actor, now, "web/desk/bulk_done.html", context)
    typed = request.POST if problems else None
    action = action_of(declared, unit=_usual_unit(cases), typed=typed, problems=problems)
    for field in action.fields:
        if field.kind == Kind.CASE and not field.value and cases:
            field.value = cases[0].no  # the oldest usually leads
    context = {
        "action": action, "outcomes": judged, "found": {"similar": cases},
        "can": sum(o.ok for o in judged), "cannot": [o for o in judged if not o.ok],
        "left_out": max(0, len(chosen) - MOST), "most": MOST, "key": request.POST.get("key") or uuid4().hex[:32],
    }  # fmt: skip
    return desk_page_of(request, actor, now, "web/desk/bulk.html", context, status=422 if problems else 200)


def _declared(transition: str, cases: list[Case]) -> Transition:
    """The step as the service of the first chosen case declares it, else the first service that has it."""
    services = [*(registry.service(case.service) for case in cases), *registry.services()]
    found = next((t for s in services for t in s.transitions if t.key == transition and t.bulk), None)
    if found is None:
        raise NotFound(code="no_such_transition")
    return found


def _usual_unit(cases: list[Case]) -> str:
    """Name of the federation of the county that all the cases are from; "" when there are several."""
    regions = {case.region for case in cases}
    unit = unit_for(regions.pop()) if len(regions) == 1 else None
    return unit.name if unit else ""


def _judge(case: Case, declared: Transition, actor: Actor, now: datetime) -> Outcome:
    service = registry.service(case.service)
    own = service.transition(declared.key)
    if own is None:
        return Outcome(case, False, _("This kind of case does not know this step."))
    if own.ask != declared.ask:
        return Outcome(case, False, _("This kind of case asks other things here. Choose cases of one service."))
    verdict = engine.explain(service, own, engine.context(service, case, actor, now))
    return Outcome(case, verdict.ok, verdict.reason)


def _run(
    judged: Outcome, declared: Transition, actor: Actor, now: datetime, data: dict[str, object], key: str
) -> Outcome:
    """Fire one; a refusal is this case's outcome and leaves the others alone."""
    if not judged.ok:
        return judged
    if any(ask.kind == Kind.CASE and data.get(ask.name) == judged.case.no for ask in declared.ask):
        return Outcome(judged.case, False, _("This is the leading case; the others are joined to it."))
    try:
        fire(
            no=judged.case.no, transition=declared.key, actor=actor, now=now, data=data, seq=judged.case.seq,
            key=f"{key[:40]}:{judged.case.pk}",
        )  # fmt: skip
    except Invalid as error:
        return Outcome(judged.case, False, "；".join(str(p.message) for p in error.problems))
    except ZhijiaError as error:
        return Outcome(judged.case, False, error.reason)
    return Outcome(judged.case, True, undo=UNDONE_BY.get(declared.key, ""))
