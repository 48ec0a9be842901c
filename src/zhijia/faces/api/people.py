"""What is about people: unmasking a number on record, and what belongs to the caller themselves."""

from typing import Any

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema

from zhijia.faces.access import seen_by
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Forbidden, NotFound
from zhijia.kernel.cases.models import Party
from zhijia.kernel.notify.models import Channel, Message
from zhijia.kernel.notify.render import render
from zhijia.kernel.people import persons

from .auth import Caller, Request, unscoped
from .cases import CaseFilters, find, page
from .paging import BIGGEST, SIZE, Cursor, Limit, pack, unpack
from .schemas import AccessPage, CasePage, Error, MessagePage, Revealed, RevealIn

router = Router(tags=["People"])
ERRORS = {401: Error, 403: Error, 404: Error, 422: Error}


class PageOf(Schema):
    """Which page."""

    cursor: Cursor = ""
    limit: Limit = SIZE


@router.post(
    "/people/{id}/reveal", operation_id="reveal", summary="Unmask a number", response={200: Revealed, **ERRORS}
)
def reveal(request: Request, id: int, body: RevealIn) -> dict[str, Any]:
    """The plain value of one field of a worker on a case that the caller may see. Who asked, when and why is written
    down first, where the worker can read it. Partners cannot."""
    caller = request.auth
    case = find(caller.actor, body.case)
    party = (
        Party.objects.filter(case_id=case.pk, person_id=id).select_related("person").first() if id <= BIGGEST else None
    )
    if party is None:
        raise NotFound(code="no_such_person")
    if caller.is_partner:
        raise Forbidden(_("Only staff with a post may unmask personal data."))
    value = persons.reveal(
        person=party.person,
        field=body.field,
        actor=caller.actor,
        purpose=body.purpose,
        case_id=case.pk,
        now=clock.now(),
    )
    return {"field": body.field, "value": value}


@router.get("/me/matters", operation_id="my_matters", summary="My own matters", response={200: CasePage, **ERRORS})
@unscoped
def my_matters(request: Request, filters: Query[CaseFilters]) -> dict[str, Any]:
    """The cases that the caller is party to as a worker, whatever posts they hold."""
    me = Caller(request.auth.account, request.auth.as_worker)
    with seen_by(me.actor):
        return page(filters, me)


@router.get("/me/messages", operation_id="my_messages", summary="Messages to me", response={200: MessagePage, **ERRORS})
def my_messages(request: Request, paging: Query[PageOf]) -> dict[str, Any]:
    """Newest first, in the caller's language. What is given out here counts as read from then on."""
    actor = request.auth.actor
    mine = Q(account_id=actor.account_id) if actor.is_staff else Q(person_id=actor.person_id)
    found = Message.objects.filter(mine, channel=Channel.APP).order_by("-id")
    rows, more = _page(found, paging)
    items = [
        {
            "id": m.pk, "at": m.created_at, "case": m.data.get("no"), "read": m.read_at is not None,
            "words": render(m.template, m.data, translation.get_language() or "zh-hans", at=m.created_at),
        }
        for m in rows
    ]  # fmt: skip
    unread = [m.pk for m in rows if m.read_at is None]
    if unread:
        Message.objects.filter(pk__in=unread).update(read_at=clock.now())
    return {"items": items, "next": more}


@router.get("/me/access", operation_id="my_access", summary="Who read my data", response={200: AccessPage, **ERRORS})
@unscoped
def my_access(request: Request, paging: Query[PageOf]) -> dict[str, Any]:
    """Every time that somebody unmasked or read the caller's personal data: who, what, when and why."""
    me = request.auth.as_worker
    if me.person_id is None:
        return {"items": [], "next": None}
    before = unpack(paging.cursor, int)[0] if paging.cursor else None
    with seen_by(me):
        entries = persons.accesses_to(me.person_id, before_id=before, limit=paging.limit + 1)
    rows = entries[: paging.limit]
    items = [{"at": e.at, "who": e.actor, "what": e.data.get("fields", []), "why": e.purpose} for e in rows]
    return {"items": items, "next": pack(rows[-1].pk) if len(entries) > paging.limit else None}


def _page(found: Any, paging: PageOf) -> tuple[list[Any], str | None]:
    if paging.cursor:
        found = found.filter(pk__lt=unpack(paging.cursor, int)[0])
    rows = list(found[: paging.limit + 1])
    shown = rows[: paging.limit]
    return shown, pack(shown[-1].pk) if len(rows) > paging.limit else None
