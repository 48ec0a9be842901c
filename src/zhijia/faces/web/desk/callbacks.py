"""The two queues of those who had no part in a case: the call-back and the quality check."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import F, Max, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from zhijia.faces.web.pages import desk_page
from zhijia.kernel.base.errors import Conflict, FieldProblem, Forbidden, Invalid, Text
from zhijia.kernel.cases.models import Case, Event
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.contact import ContactPlan, contact_plans
from zhijia.kernel.service import registry
from zhijia.kernel.service.callback import next_part
from zhijia.kernel.service.declare import Service
from zhijia.kernel.service.engine import fire

from . import dossier, queries
from .case import actions_of, case_context
from .inbox import Row, row
from .nav import desk_page_of

QUEUE = 20
OUTCOMES: Mapping[str, str] = {
    "solved": "confirm_solved", "unsolved": "report_unsolved", "missed": "call_missed", "give_up": "give_up",
}  # fmt: skip
"""What the call-back found -> the transition, the same in every service that calls back (kernel.service.callback)."""
CONTACTED = {"yes": gettext_lazy("The officer contacted me."), "no": gettext_lazy("The officer did not contact me.")}


@dataclass(frozen=True)
class Waiting:
    """One case of the queue, and whether its worker may be called at this hour."""

    row: Row
    plan: ContactPlan | None
    tries: int
    rests_until: datetime | None = None
    """Who has just not answered is called in another part of the day."""

    @property
    def may_call_now(self) -> bool:
        """Whether the worker wants to be called at this hour, and was not in vain in the same part of the day."""
        return bool(self.plan and self.plan.may_call_now and not self.rests_until)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def callbacks(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """/desk/callbacks/: the next worker to call, the three questions, and the queue. POST records one call."""
    _only(actor, Role.CALLBACK_AGENT)
    if request.method == "POST":
        return _record(request, actor, now)
    return _call_page(request, actor, now, request.GET.get("no", ""))


@require_safe
@desk_page
def checks(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """/desk/checks/: the next case to check, its whole story, and how it is closed or sent back."""
    _only(actor, Role.QUALITY_CHECKER)
    waiting = _first(queries.to_check(actor))
    wanted = request.GET.get("no", "")
    chosen = next((c for c in waiting if c.no == wanted), waiting[0] if waiting else None)
    context: dict[str, Any] = {"queue": [row(c, now) for c in waiting], "chosen": chosen}
    if chosen is not None:
        found = dossier.read(dossier.case_of(actor, chosen.no), actor, now)
        context |= case_context(found, now) | actions_of(found, actor)
        context["said"] = _said(context["lines"], found.service)
        decides = {t.key for t in found.service.transitions if Role.QUALITY_CHECKER in t.by and t.target is not None}
        context["allowed"] = [a for a in context["allowed"] if a.key in decides]
        for action in context["allowed"]:
            action.open = action.main
    return desk_page_of(request, actor, now, "web/desk/checks.html", context, current="checks")


def _only(actor: Actor, role: Role) -> None:
    if role not in actor.roles():
        raise Forbidden(_("Only these may do it here: %(roles)s.") % {"roles": role.title}, code="wrong_role")


def _first(cases: QuerySet[Case]) -> list[Case]:
    return list(queries.rows(cases).order_by(F("due_at").asc(nulls_last=True), "id")[:QUEUE])


def _waiting(actor: Actor, now: datetime) -> list[Waiting]:
    """The queue: who may be called now first, each part by clock. Four queries, and one more for each service."""
    cases = _first(queries.to_call_back(actor))
    who = dict(Case.objects.filter(pk__in=[c.pk for c in cases]).values_list("pk", "applicant_id"))
    tries: dict[int, int] = {}
    for key in {case.service for case in cases}:
        facts = registry.service(key).facts._default_manager.filter(pk__in=who)
        tries |= dict(facts.values_list("pk", "tries"))
    plans = contact_plans([person for person in who.values() if person], now=now)
    rests = _rests([pk for pk, n in tries.items() if n], now)
    found = [
        Waiting(row(c, now), plans.get(who[c.pk] or 0), tries.get(c.pk, 0), rests.get(c.pk)) for c in cases
    ]  # fmt: skip
    return sorted(found, key=lambda w: not w.may_call_now)


def _rests(tried: list[int], now: datetime) -> dict[int, datetime]:
    """Until when each case rests whose worker has just not answered."""
    missed = Event.objects.filter(case_id__in=tried, transition=OUTCOMES["missed"])
    last = dict(missed.values_list("case_id").annotate(last=Max("at"))) if tried else {}
    return {pk: until for pk, at in last.items() if (until := next_part(at)) > now}


def _call_page(
    request: HttpRequest, actor: Actor, now: datetime, no: str, *, problems: tuple[FieldProblem, ...] = (),
    reason: Text = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    queue = _waiting(actor, now)
    skipped = request.GET.getlist("skip")
    offered = [w for w in queue if w.row.case.no not in skipped]
    chosen = next((w for w in queue if w.row.case.no == no), offered[0] if offered else None)
    context: dict[str, Any] = {
        "queue": queue, "chosen": chosen, "problems": {p.field: p.message for p in problems}, "reason": reason,
        "typed": request.POST, "contacted": CONTACTED,
        "script": bool(chosen), "current_no": chosen.row.case.no if chosen else "",
    }  # fmt: skip
    if chosen is not None:
        found = dossier.read(dossier.case_of(actor, chosen.row.case.no), actor, now)
        shown = case_context(found, now) | actions_of(found, actor)
        context |= shown | {"said": _said(shown["lines"], found.service), "plan": chosen.plan, "tries": chosen.tries}
        context["satisfaction"] = _satisfaction(found.service)
        context["can"] = {a.key for a in shown["allowed"]}
        context["cannot"] = {a.key: a.says for a in shown["forbidden"]}
        context["worker"] = next((w for w in found.people if w.person_id == found.case.applicant_id), None)
    return desk_page_of(request, actor, now, "web/desk/callbacks.html", context, current="callbacks", status=status)


def _said(lines: list[Any], service: Service) -> list[Any]:
    """What the worker was told as the outcome: the newest line of those that made the call-back due."""
    due = next((clock.starts for clock in service.clocks if clock.key == "callback"), frozenset())
    return [line for line in lines if line.transition in due][:1]


def _satisfaction(service: Service) -> tuple[tuple[str, Text], ...]:
    """The answers to the third question, as the service declares them."""
    asks = next((t.ask for t in service.transitions if t.key == OUTCOMES["solved"]), ())
    return next((ask.choices for ask in asks if ask.name == "satisfaction"), ())


def _record(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    typed = request.POST
    no, outcome = typed.get("no", ""), typed.get("outcome", "")
    case = dossier.case_of(actor, no)
    if outcome not in OUTCOMES:
        missing = FieldProblem("outcome", "required", _("Choose what the worker said."))
        return _call_page(request, actor, now, no, problems=(missing,), status=422)
    data = {
        "satisfaction": typed.get("satisfaction", ""),
        "person": typed.get("person", ""),
        "note": typed.get("remark", ""),
    }
    heard = CONTACTED.get(typed.get("contacted", ""), "")
    # The answer to the first question stands with the worker's own words; the remark itself may be required.
    remark = typed.get("remark", "").strip()
    data["remark"] = f"{heard}\n{remark}".strip() if remark else ("" if outcome == "unsolved" else str(heard))
    seq = typed.get("seq", "")
    try:
        fire(
            no=no, transition=OUTCOMES[outcome], actor=actor, now=now, data=data, key=typed.get("key") or None,
            seq=int(seq) if seq.isascii() and seq.isdigit() and len(seq) < 10 else case.seq,
        )  # fmt: skip
    except Invalid as error:
        return _call_page(request, actor, now, no, problems=error.problems, status=error.status)
    except (Conflict, Forbidden) as error:
        return _call_page(request, actor, now, no, reason=error.reason, status=error.status)
    messages.success(request, _("Recorded for %(no)s. Here is the next one.") % {"no": no})
    skip = f"?skip={no}" if outcome == "missed" else ""
    return HttpResponseRedirect(reverse("desk:callbacks") + skip)
