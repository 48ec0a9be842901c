"""Filing a case: one operation for each service, with the fields that its intake asks."""

from datetime import datetime
from typing import Annotated, Any
from uuid import uuid4

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from ninja import Header, Router

from zhijia.faces.access import seen_by
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import FieldProblem, Invalid, Misconfigured
from zhijia.kernel.base.text import clean
from zhijia.kernel.org.employers import find_or_add_employer
from zhijia.kernel.org.models import Region
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.persons import find_or_add_person
from zhijia.kernel.service import registry
from zhijia.kernel.service.declare import Service
from zhijia.kernel.service.engine import Fired, open_case

from . import derive
from .auth import Request, unscoped
from .schemas import Done, Envelope, Error, Key

router = Router(tags=["Filing"])
IdempotencyKey = Annotated[
    Key | None, Header(alias="Idempotency-Key", description="The same key again does nothing twice")
]


def serve(service: Service) -> None:
    """Add the operation that files a case of `service`."""
    body_of = derive.intake_body(service, Envelope)

    def file(request: Request, body: Envelope, key: IdempotencyKey = None) -> HttpResponse:
        return _file(request, service, body, key)

    file.__annotations__["body"] = body_of
    router.post(
        f"/{service.key}", operation_id=f"file_{service.key}", summary=f"File a case: {derive.english(service.title)}",
        description=(
            "201 when it is new, 200 with `again` when the same key (or `external_id`) was sent before. A worker files "
            "for themselves; an agent or a partner names the worker by phone, or files without a name."
        ),
        response={201: Done, 200: Done, 401: Error, 403: Error, 413: Error, 422: Error},
    )(unscoped(file))  # fmt: skip


def _file(request: Request, service: Service, body: Envelope, key: str | None) -> HttpResponse:
    actor, now = request.auth.actor, clock.now()
    with transaction.atomic():
        # As the owner: nobody's database role may look for a stranger by their phone.
        applicant_id = _applicant(body, actor, now)
        with seen_by(actor):
            fired = _open(service, body, actor, now, applicant_id, key)
        if fired.again:
            transaction.set_rollback(True)  # a nameless worker would be added once more with every repetition
    done = {"no": fired.no, "state": fired.state, "seq": fired.seq, "again": fired.again}
    response = JsonResponse(done, status=200 if fired.again else 201)
    response["Location"] = f"/api/v1/cases/{fired.no}"
    response["ETag"] = f'"{fired.seq}"'
    return response


def _open(
    service: Service, body: Envelope, actor: Actor, now: datetime, applicant_id: int | None, key: str | None
) -> Fired:
    region, external_id = _region(service, body.region), clean(body.external_id)
    data = {**derive.sent(body), "external_id": external_id}
    employer_id = _employer(body, data, region, actor, now)
    # Always with a key: it also says whose the case is (view.filed_by).
    return open_case(
        service=service.key, actor=actor, now=now, data=data, region=region.code, applicant_id=applicant_id,
        employer_id=employer_id, key=key or (f"x:{external_id}" if external_id else f"u:{uuid4()}"),
    )  # fmt: skip


def _region(service: Service, code: str) -> Region:
    """The region, if it exists today and somebody receives its cases."""
    region = Region.objects.filter(code=code, retired_in=None).first()
    if region is None:
        raise Invalid(FieldProblem("region", "unknown", _("There is no such county today (GB/T 2260).")))
    try:
        service.intake.unit(code)
    except Misconfigured:
        raise Invalid(FieldProblem("region", "not_served", _("Nobody receives cases of this region yet."))) from None
    return region


def _applicant(body: Envelope, actor: Actor, now: datetime) -> int | None:
    if not actor.is_staff:
        return actor.person_id
    if not body.phone.strip() and not body.name.strip():
        return None
    return find_or_add_person(name=body.name, phone=body.phone, now=now, actor=actor).pk


def _employer(body: Envelope, data: dict[str, Any], region: Region, actor: Actor, now: datetime) -> int | None:
    if body.employer is None or not (body.employer.name.strip() or body.employer.uscc.strip()):
        return None
    try:
        found = find_or_add_employer(
            name=body.employer.name, uscc=body.employer.uscc, region=region, now=now, actor=actor
        )
    except Invalid as error:
        for problem in error.problems:
            problem.field = f"employer.{problem.field}"
        raise
    data.setdefault("employer_name", found.name)
    return found.pk


for declared in registry.services():
    serve(declared)
