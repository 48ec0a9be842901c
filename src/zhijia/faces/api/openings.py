"""Single cases that are opened for a while: asking for a confidential one or in an emergency, and deciding it."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Query, Router, Schema, Status
from pydantic import BaseModel, StringConstraints

from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Forbidden, NotFound
from zhijia.kernel.cases import openings
from zhijia.kernel.people.actors import Actor, Permission
from zhijia.kernel.people.models import Opening
from zhijia.kernel.service import disclosure

from .auth import Request, unscoped
from .paging import SIZE, Cursor, Limit, pack, unpack
from .schemas import Error, Whole

router = Router(tags=["Openings"])
ERRORS = {401: Error, 403: Error, 404: Error, 409: Error, 422: Error, 429: Error}
Reason = Annotated[str, StringConstraints(max_length=500)]


class OpeningIn(BaseModel):
    """Why the case is needed. The worker reads it with each look at the case."""

    reason: Reason


class EmergencyIn(BaseModel):
    """Any case by its exact number. The answer is the same whether there is such a case or not."""

    no: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    reason: Reason = Field(description=f"At least {openings.LEAST_EMERGENCY} characters")
    danger: Reason = Field(description="Who is in danger of what")


class OpeningOut(Schema):
    """One request, as far as the caller may know it."""

    id: int
    no: str
    kind: str = Field(description="confidential or emergency")
    who: str
    reason: str
    danger: str
    asked_at: datetime
    until: datetime | None = Field(description="Open for reading up to here; null until everybody has agreed")
    refused: bool
    mine: bool


class OpeningPage(Schema):
    """Requests, newest first."""

    items: list[OpeningOut]
    next: str | None


class PageOf(Schema):
    """Which page."""

    cursor: Cursor = ""
    limit: Limit = SIZE


@router.post("/cases/{no}/openings", operation_id="ask_opening", summary="Ask for a confidential case",
             response={201: OpeningOut, **ERRORS})  # fmt: skip
@unscoped
def ask(request: Request, no: str, body: OpeningIn) -> Status[dict[str, Any]]:
    """For a case that was answered with 403 `confidential`. Asking twice is asking once."""
    actor = _staff(request)
    return Status(201, _told(disclosure.ask(no=no, reason=body.reason, actor=actor, now=clock.now()), actor))


@router.post("/openings", operation_id="ask_emergency", summary="Ask in an emergency",
             response={201: OpeningOut, **ERRORS})  # fmt: skip
@unscoped
def ask_emergency(request: Request, body: EmergencyIn) -> Status[dict[str, Any]]:
    """Two people must agree: a security administrator, and a supervisor or leader. Open for reading for four hours,
    told to the workers of the case afterwards."""
    actor = _staff(request)
    made = disclosure.ask_emergency(no=body.no, reason=body.reason, danger=body.danger, actor=actor, now=clock.now())
    return Status(201, _told(made, actor))


@router.get("/openings", operation_id="list_openings", summary="What I asked", response={200: OpeningPage, **ERRORS})
@unscoped
def mine(request: Request, paging: Query[PageOf]) -> dict[str, Any]:
    """The caller's own requests, newest first."""
    actor = _staff(request)
    found = openings.mine(actor).select_related("account")
    if paging.cursor:
        found = found.filter(pk__lt=unpack(paging.cursor, int)[0])
    rows = list(found[: paging.limit + 1])
    shown = rows[: paging.limit]
    return {"items": [_told(o, actor) for o in shown], "next": pack(shown[-1].pk) if len(rows) > paging.limit else None}


@router.get("/openings/waiting", operation_id="list_waiting_openings", summary="What waits for me",
            response={200: list[OpeningOut], **ERRORS})  # fmt: skip
@unscoped
def waiting(request: Request) -> list[dict[str, Any]]:
    """What others asked for and the caller may decide, the oldest hundred first."""
    actor = _staff(request)
    found = openings.waiting_for(actor, now=clock.now()).select_related("account")
    return [_told(o, actor) for o in found[:100]]


@router.post(
    "/openings/{id}/agree", operation_id="agree_opening", summary="Agree", response={200: OpeningOut, **ERRORS}
)
@unscoped
def agree(request: Request, id: Whole) -> dict[str, Any]:
    """Nobody agrees to their own; of an emergency nobody is both of the two."""
    actor = _staff(request)
    return _told(disclosure.agree(opening_id=id, actor=actor, now=clock.now()), actor)


@router.post("/openings/{id}/refuse", operation_id="refuse_opening", summary="Refuse",
             response={200: OpeningOut, **ERRORS})  # fmt: skip
@unscoped
def refuse(request: Request, id: Whole) -> dict[str, Any]:
    """The asker is told that it was refused."""
    actor = _staff(request)
    return _told(disclosure.refuse(opening_id=id, actor=actor, now=clock.now()), actor)


def _staff(request: Request) -> Actor:
    """The caller by their posts. Raises NotFound for a worker, as for an address that is not there; Forbidden for a
    partner's system: a machine is in no danger and agrees to nothing."""
    caller = request.auth
    if not caller.is_staff:
        raise NotFound(code="no_such_address")
    if caller.is_partner:
        raise Forbidden(openings.WITHHELD, code="confidential")
    caller.actor.require(Permission.READ, Permission.SECURITY)
    return caller.actor


def _told(opening: Opening, actor: Actor) -> dict[str, Any]:
    return {
        "id": opening.pk, "no": opening.no, "kind": opening.kind, "who": opening.account.name, "reason": opening.reason,
        "danger": opening.danger, "asked_at": opening.asked_at, "until": opening.until,
        "refused": opening.refused_at is not None, "mine": opening.account_id == actor.account_id,
    }  # fmt: skip
