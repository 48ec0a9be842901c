"""Reading cases: lists, one case, its timeline, what can be done with it, and why a date is that date."""

from datetime import datetime, time, timedelta
from typing import Annotated, Any, Literal

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema

from zhijia.faces import present
from zhijia.kernel.base import clock
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import FieldProblem, Invalid, NotFound
from zhijia.kernel.cases import openings
from zhijia.kernel.cases.access import record_view
from zhijia.kernel.cases.models import Case, Party
from zhijia.kernel.cases.search import matching_ids, query_of
from zhijia.kernel.deadlines.models import Deadline
from zhijia.kernel.org.models import Org
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.service import registry
from zhijia.kernel.service.engine import choices, context
from zhijia.kernel.service.listing import offered

from . import derive, view
from .auth import Caller, Request
from .paging import SIZE, Cursor, Limit, pack, unpack
from .schemas import ActionOut, CaseOut, CasePage, Day, EntryOut, Error, Whole, WhyOut

router = Router(tags=["Cases"])
ERRORS = {401: Error, 403: Error, 404: Error, 422: Error}


class CaseFilters(Schema):
    """Which cases, in which order."""

    service: Annotated[str, Field(max_length=32)] = ""
    state: Annotated[str, Field(max_length=32)] = ""
    category: Annotated[str, Field(max_length=32)] = ""
    unit: Whole | None = Field(None, description="Cases that lie with this organisation or one below it")
    late: bool | None = Field(None, description="Open, and the leading clock has run out (or not)")
    open: bool | None = None
    created_from: Day | None = Field(None, description="First day, in China")
    created_to: Day | None = Field(None, description="Last day, in China")
    q: Annotated[str, Field(max_length=100)] = Field(
        "", description="Words that must all occur; finds the newest 200, so refine rather than page"
    )
    order: Literal["new", "due"] = Field("new", description="Newest first; or open cases, nearest date first")
    cursor: Cursor = ""
    limit: Limit = SIZE


@router.get("", operation_id="list_cases", summary="List cases", response={200: CasePage, **ERRORS})
def list_cases(request: Request, filters: Query[CaseFilters]) -> dict[str, Any]:
    """The cases that the caller may see: those in the reach of their posts, or a worker's own."""
    return page(filters, request.auth)


@router.get("/{no}", operation_id="get_case", summary="Read a case", response={200: CaseOut, **ERRORS})
def get_case(request: Request, response: HttpResponse, no: str) -> dict[str, Any]:
    """Facts, clocks, why the leading date is that date, and people, as far as the caller may know them. The `ETag` is
    the case's `seq`."""
    case = find(request.auth.actor, no)
    response["ETag"] = f'"{case.seq}"'
    looked(case, request.auth)
    return view.whole(case, request.auth, clock.now())


@router.get(
    "/{no}/timeline", operation_id="get_timeline", summary="What happened", response={200: list[EntryOut], **ERRORS}
)
def get_timeline(request: Request, no: str) -> list[dict[str, Any]]:
    """Every step, newest first. Where something is internal, the worker reads that it was done, not the words."""
    case = find(request.auth.actor, no)
    looked(case, request.auth)
    return view.timeline(case, request.auth)


@router.get(
    "/{no}/actions", operation_id="list_actions", summary="What can be done", response={200: list[ActionOut], **ERRORS}
)
def list_actions(request: Request, no: str) -> list[dict[str, Any]]:
    """Every transition that the caller's roles could do on this case: the usual next one first, what is not possible
    now with the reason and, where there is one, the mend."""
    case = find(request.auth.actor, no)
    ctx = context(registry.service(case.service), case, request.auth.actor, clock.now())
    return [
        {
            "transition": t.key, "title": str(t.title), "allowed": verdict.ok, "code": verdict.code,
            "reason": str(verdict.reason), "mend": str(verdict.mend), "main": t.main, "bulk": t.bulk,
            "confirm": str(t.confirm), "fields": [derive.field_of(offered(ask, ctx)) for ask in t.ask],
        }
        for t, verdict in choices(ctx)
    ]  # fmt: skip


@router.get("/{no}/why/{key}", operation_id="explain_clock", summary="Why this date", response={200: WhyOut, **ERRORS})
def explain_clock(request: Request, no: str, key: str) -> dict[str, Any]:
    """Which rule, which days and which events made the date of this clock."""
    case = find(request.auth.actor, no)
    service = registry.service(case.service)
    deadlines = Deadline.objects.filter(case_id=case.pk).order_by("-round")
    deadline = next((d for d in deadlines if d.key == key), None)
    if deadline is None:
        raise NotFound(code="no_such_clock")
    found = present.why(service, deadline, clock.now(), region=case.region)
    weeks = [
        [
            {"date": c.date, "kind": c.kind.value, "number": c.number, "label": str(c.label), "count": c.count}
            for c in week
        ]
        for week in found.weeks
    ]
    return {"title": str(found.title), "sentences": [str(s) for s in found.sentences], "weeks": weeks}


def find(actor: Actor, no: str) -> Case:
    """The case with its unit and lead in one query. Raises NotFound for a stranger's, and for what is no number,
    Forbidden ("confidential") for one in the caller's range that may be asked for (POST …/openings)."""
    if not (no.isascii() and no.isalnum()):
        raise NotFound(code="no_such_case")
    case = Case.objects.visible_to(actor).select_related("unit", "lead").filter(no=no).first()
    return case if case is not None else openings.refuse(actor, no)


def looked(case: Case, caller: Caller) -> None:
    """On record for every worker whose data is shown; a worker's own look, and a partner's at what it may not read, are
    none."""
    if caller.is_staff and view.words_shown(caller, case):
        people = Party.objects.filter(case_id=case.pk).values_list("person_id", flat=True)
        record_view(case, list(people), actor=caller.actor, now=clock.now())


def page(filters: CaseFilters, caller: Caller) -> dict[str, Any]:
    """One keyset page. Three queries at most, however many rows there are."""
    now = clock.now()
    cases: QuerySet[Case] = _filtered(filters, caller, now).select_related("unit")
    if filters.order == "due":
        cases = cases.filter(closed_at=None, due_at__isnull=False).order_by("due_at", "id")
    else:
        cases = cases.order_by("-id")
    if filters.cursor:
        cases = cases.filter(_after(filters))
    rows = list(cases[: filters.limit + 1])
    shown = rows[: filters.limit]
    last = shown[-1] if len(rows) > filters.limit else None
    return {"items": [view.line(case, caller, now) for case in shown], "next": _cursor(filters, last) if last else None}


def _cursor(filters: CaseFilters, last: Case) -> str:
    if filters.order == "due" and last.due_at:
        return pack("due", last.due_at.isoformat(), last.pk)
    return pack("new", last.pk)


def _after(filters: CaseFilters) -> Q:
    if filters.order == "new":
        order, last = unpack(filters.cursor, str, int)
        if order == "new":
            return Q(pk__lt=last)
    else:
        order, due, last = unpack(filters.cursor, str, str, int)
        try:
            moment = datetime.fromisoformat(due)
        except ValueError:
            order = ""
        if order == "due" and moment.tzinfo:
            return Q(due_at__gt=moment) | Q(due_at=moment, pk__gt=last)
    raise Invalid(FieldProblem("cursor", "malformed", _("This is not a cursor of this list.")))


def _filtered(filters: CaseFilters, caller: Caller, now: datetime) -> QuerySet[Case]:
    cases: QuerySet[Case] = Case.objects.visible_to(caller.actor)
    equal = {name: value for name in ("service", "state", "category") if (value := _word(getattr(filters, name)))}
    cases = cases.filter(**equal)
    if filters.unit is not None:
        unit = Org.objects.filter(pk=filters.unit).first()
        cases = cases.filter(unit_lft__range=(unit.lft, unit.rgt)) if unit else cases.none()
    if filters.open is not None:
        cases = cases.filter(closed_at__isnull=filters.open)
    if filters.late is not None:
        late = Q(closed_at=None, due_at__lt=now)
        cases = cases.filter(late) if filters.late else cases.exclude(late)
    if filters.created_from:
        cases = cases.filter(created_at__gte=datetime.combine(filters.created_from, time.min, CHINA))
    if filters.created_to:
        end = datetime.combine(filters.created_to, time.min, CHINA) + timedelta(days=1)
        cases = cases.filter(created_at__lt=end)
    if asked := _word(filters.q):
        cases = _holding(cases, asked, _word(filters.service), caller)
    return cases


def _holding(cases: QuerySet[Case], asked: str, service: str, caller: Caller) -> QuerySet[Case]:
    if caller.is_staff:
        return cases.filter(pk__in=matching_ids(asked, service=service))
    query = query_of(asked)
    return cases.filter(words__words=SearchQuery(query, search_type="raw", config="simple")) if query else cases.none()


def _word(text: str) -> str:
    return text.replace("\0", "")
