"""Doing something with a case: one operation for each transition, and one for many cases at once."""

import re
from typing import Annotated, Any

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from ninja import Field, Header, Router
from pydantic import BaseModel, WithJsonSchema, create_model

from zhijia.faces.access import seen_by
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import FieldProblem, Invalid, NotFound, ZhijiaError
from zhijia.kernel.service.declare import Service, Transition
from zhijia.kernel.service.engine import Fired, fire
from zhijia.kernel.service.mentions import NOTE, Noted, note

from . import derive
from .auth import Request, unscoped
from .errors import DEFAULT
from .intake import IdempotencyKey
from .schemas import BulkOut, Done, Error

router = Router(tags=["Actions"])
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="The `seq` you have seen, as an ETag; 409 when somebody was there meanwhile"),
]
_ETAG = re.compile(r'\s*(?:W/)?"?([0-9]{1,9})"?\s*')
Number = Annotated[str, Field(min_length=1, max_length=32)]


def serve(key: str, owners: list[tuple[Service, Transition]]) -> None:
    """Add the operation of one transition, and the one for many cases where it can be done in bulk."""
    body_of = derive.action_body(key, owners)
    optional = not any(ask.required for _service, t in owners for ask in t.ask)

    def act(request: Request, no: str, body: Any, key_: IdempotencyKey = None, seen: IfMatch = None) -> HttpResponse:
        return _act(request, no, key, body, key_, seen)

    act.__annotations__["body"] = body_of | None if optional else body_of
    if optional:
        act.__defaults__ = (None, None, None)
    router.post(
        f"/{{no}}/actions/{key}", operation_id=f"do_{key}", summary=derive.english(owners[0][1].title),
        description=derive.action_words(owners),
        response={200: Done, 401: Error, 403: Error, 404: Error, 409: Error, 413: Error, 422: Error},
    )(act)  # fmt: skip
    if any(t.bulk for _service, t in owners):
        _serve_bulk(key, derive.english(owners[0][1].title), body_of)


def _serve_bulk(key: str, title: str, body_of: type[BaseModel]) -> None:
    bulk = create_model(
        f"{body_of.__name__}Bulk",
        __doc__="Numbers of at most 100 cases, and the fields of the transition, the same for all.",
        numbers=(list[Number], Field(min_length=1, max_length=100)),
        data=(Annotated[body_of, WithJsonSchema(_same_for_all(key))], Field(default_factory=body_of)),
    )

    def act_on_many(request: Request, body: Any, key_: IdempotencyKey = None) -> list[dict[str, Any]]:
        return _act_on_many(request, key, body, key_)

    act_on_many.__annotations__["body"] = bulk
    router.post(
        f"/bulk/{key}", operation_id=f"bulk_{key}", summary=f"{title}: many cases",
        description="Each case is a transaction of its own: one that is refused stops no other. The answer tells each.",
        response={200: list[BulkOut], 401: Error, 413: Error, 422: Error},
    )(unscoped(act_on_many))  # fmt: skip


def _same_for_all(key: str) -> dict[str, Any]:
    """What `data` may be: whether it is enough is answered case by case, so nothing is required of it here."""
    return {"type": "object", "description": f"The fields of {key}, as for one case; each case says what it misses"}


def _act(
    request: Request, no: str, transition: str, body: BaseModel | None, key: str | None, seen: str | None
) -> HttpResponse:
    if not (no.isascii() and no.isalnum()):
        raise NotFound(code="no_such_case")
    given: dict[str, Any] = {
        "no": no, "actor": request.auth.actor, "now": clock.now(), "data": derive.sent(body), "key": key,
        "seq": _seen(seen),
    }  # fmt: skip
    noted = note(**given) if transition == NOTE else Noted(fire(transition=transition, **given))
    told = {"told": noted.told, "unknown": noted.unknown} if transition == NOTE else {}
    response = JsonResponse(_done(noted.fired) | told)
    response["ETag"] = f'"{noted.fired.seq}"'
    return response


def _act_on_many(request: Request, transition: str, body: Any, key: str | None) -> list[dict[str, Any]]:
    results = []
    for no in dict.fromkeys(body.numbers):
        try:
            if not (no.isascii() and no.isalnum()):
                raise NotFound(code="no_such_case")
            with seen_by(request.auth.actor) as actor:
                fired = fire(
                    no=no, transition=transition, actor=actor, now=clock.now(), data=derive.sent(body.data), key=key
                )
            results.append({"no": no, "ok": True, "done": _done(fired)})
        except ZhijiaError as error:
            if error.status >= 500:
                raise
            problems = error.problems if isinstance(error, Invalid) else ()
            told = [{"field": p.field, "code": p.code, "message": str(p.message)} for p in problems]
            reason = str(error.reason or DEFAULT.get(error.status, ""))
            refusal = {"code": error.code, "reason": reason, "problems": told}
            results.append({"no": no, "ok": False, "error": refusal})
    return results


def _done(fired: Fired) -> dict[str, Any]:
    return {"no": fired.no, "state": fired.state, "seq": fired.seq, "again": fired.again}


def _seen(etag: str | None) -> int | None:
    if etag is None or etag.strip() == "*":
        return None
    match = _ETAG.fullmatch(etag)
    if match is None:
        raise Invalid(FieldProblem("If-Match", "malformed", _("Send the ETag of the case as you have seen it.")))
    return int(match[1])


for name, declared in derive.transitions().items():
    serve(name, declared)


@router.post("/{no}/actions/{transition}", include_in_schema=False)
def no_such_transition(request: Request, no: str, transition: str) -> None:  # noqa: ARG001
    """No service has this transition."""
    raise NotFound(code="no_such_transition")


@router.post("/bulk/{transition}", include_in_schema=False)
def no_such_bulk(request: Request, transition: str) -> None:  # noqa: ARG001
    """No service has this transition for many cases."""
    raise NotFound(code="no_such_transition")
