"""File a case of any service for somebody (代为登记): for whom, where, at which employer, and what the service asks.
Calls to the hotline have a page of their own (register)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zhijia.faces.web import employers
from zhijia.faces.web.pages import desk_page
from zhijia.faces.web.problems import noting
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid
from zhijia.kernel.base.text import clean
from zhijia.kernel.org.employers import find_or_add_employer
from zhijia.kernel.org.models import Employer, Region
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.numbers import normalise_phone
from zhijia.kernel.people.persons import find_or_add_person
from zhijia.kernel.service import registry
from zhijia.kernel.service.declare import Ask, Kind, Service
from zhijia.kernel.service.engine import open_case
from zhijia.kernel.service.inputs import read
from zhijia.kernel.service.prepared import as_platform

from . import filing
from .forms import answers, fields_of
from .nav import desk_page_of, files_of

PHONE, NAME, NOBODY = "worker_phone", "worker_name", "nobody"
EMPLOYER, CODE = "employer_name", "uscc"


@require_safe
@desk_page
def choose(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/file/: every service that the actor files for somebody, each with the law that it follows."""
    return desk_page_of(request, actor, now, "web/desk/file_any.html", {"services": files_of(actor)}, current="file")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def file(request: HttpRequest, actor: Actor, now: datetime, service: str) -> HttpResponse:
    """/desk/file/<service>/: POST with `find` looks the worker up, else it files and goes on to the case."""
    declared = registry.service(service)
    if not actor.roles() & declared.intake.by:
        who = "、".join(str(role.title) for role in sorted(declared.intake.by - {Role.SYSTEM, Role.WORKER}))
        raise Forbidden(_("Only these may do it here: %(roles)s.") % {"roles": who}, code="wrong_role")
    if declared not in files_of(actor):
        return HttpResponseRedirect(reverse("desk:register"))
    if request.method != "POST":
        return _page(request, declared, actor, now, QueryDict())
    typed = request.POST
    try:
        if "find" in typed:
            return _looked_up(request, declared, actor, now, typed)
        no = _file(declared, typed, actor, now)
    except Invalid as error:
        return _page(request, declared, actor, now, typed, problems=error.problems, status=error.status)
    except Forbidden as error:
        beyond = FieldProblem("region", error.code, error.reason)
        return _page(request, declared, actor, now, typed, problems=(beyond,), status=error.status)
    messages.success(request, _("Filed as %(no)s.") % {"no": no})
    return HttpResponseRedirect(reverse("desk:case", args=[no]))


def _page(
    request: HttpRequest, declared: Service, actor: Actor, now: datetime, typed: QueryDict, *,
    known: filing.Known | None = None, looked: bool = False, problems: tuple[FieldProblem, ...] = (), status: int = 200,
) -> HttpResponse:  # fmt: skip
    fields = fields_of(_asked(declared), typed=typed, problems=problems)
    beside = {f.name for f in fields} | {PHONE, "region", EMPLOYER, CODE}
    context = {
        "service": declared, "typed": typed, "known": known, "looked": looked, "fields": fields,
        "problems": {p.field: p.message for p in problems}, "of_worker": Role.WORKER in declared.intake.by,
        "said": [p.message for p in problems if p.field not in beside],
        "counties": filing.counties(actor, declared.intake.by), "key": typed.get("key") or uuid4().hex,
    }  # fmt: skip
    current = f"file.{declared.key}"
    return desk_page_of(request, actor, now, "web/desk/file.html", context, current=current, status=status)


def _looked_up(request: HttpRequest, declared: Service, actor: Actor, now: datetime, typed: QueryDict) -> HttpResponse:
    problems, known = list[FieldProblem](), None
    with noting(problems, renamed=PHONE):
        known = filing.known(typed.get(PHONE, ""), actor, now)
    return _page(
        request, declared, actor, now, typed, known=known, looked=not problems, problems=tuple(problems),
        status=422 if problems else 200,
    )  # fmt: skip


def _asked(declared: Service) -> tuple[Ask, ...]:
    """What the form asks besides worker, place and employer."""
    return tuple(a for a in declared.intake.asks if a.kind != Kind.EMPLOYER and a.name != EMPLOYER)


@transaction.atomic
def _file(declared: Service, typed: QueryDict, actor: Actor, now: datetime) -> str:
    """The number of the case that was filed. Raises Invalid with all that must be mended; then nothing is stored."""
    problems = list[FieldProblem]()
    asks, data = _asked(declared), dict[str, Any]()
    region, person_id, employer, name = None, None, None, ""
    with noting(problems):
        data = answers(asks, typed, actor)
        read(asks, data)
    with noting(problems, renamed=PHONE):
        person_id = _person(declared, typed, actor, now)
    with noting(problems):
        region = filing.region_of(typed.get("region", ""))
        employer, name = _employer(declared, typed, region, actor, now)
    if problems or region is None:
        raise Invalid(*problems)
    for ask in declared.intake.asks:
        if ask.kind == Kind.EMPLOYER and employer is not None:
            data[ask.name] = employer.pk
        elif ask.name == EMPLOYER:
            data[ask.name] = name
    filed = open_case(
        service=declared.key, actor=actor, now=now, data=data, region=region.pk, applicant_id=person_id,
        employer_id=employer.pk if employer else None, key=typed.get("key") or None,
    )  # fmt: skip
    return filed.no


def _person(declared: Service, typed: Mapping[str, str], actor: Actor, now: datetime) -> int | None:
    """Whose case it is. A service that workers use needs a number, unless it is said that nobody is named."""
    phone = typed.get(PHONE, "").strip()
    if not phone:
        if Role.WORKER in declared.intake.by and not typed.get(NOBODY):
            words = _("Give the worker's number, or say below that nobody is named.")
            raise Invalid(FieldProblem(PHONE, "required", words))
        return None
    normalise_phone(phone)
    with as_platform():  # who tells us something for the first time is on no case that this actor may see
        return find_or_add_person(name=typed.get(NAME, ""), phone=phone, now=now, actor=actor).pk


def _employer(
    declared: Service, typed: Mapping[str, str], region: Region, actor: Actor, now: datetime
) -> tuple[Employer | None, str]:
    """The employer that is meant. One that the service asks for as such is added when it is new."""
    found, name = employers.meant(typed.get(EMPLOYER, ""), typed.get(CODE, ""), region, actor, now)
    asked = next((a for a in declared.intake.asks if a.kind == Kind.EMPLOYER), None)
    if found is None and asked is not None and clean(name):
        found = find_or_add_employer(name=name, region=region, now=now, actor=actor)
    if found is None and asked is not None and asked.required:
        raise Invalid(FieldProblem(EMPLOYER, "required", _("Please fill this in.")))
    return found, name
