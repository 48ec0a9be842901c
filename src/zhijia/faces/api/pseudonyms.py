"""Complaints under a pseudonym, without an account: file one, look at it, do something to it, each with the code. And
the sealed identity behind one: asked for by who is in charge, opened by two different posts."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status
from pydantic import BaseModel, StringConstraints

from zhijia.faces import pickup as course
from zhijia.faces.address import client_address
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import NotFound
from zhijia.kernel.people import pseudonyms
from zhijia.kernel.people.actors import Actor, Permission
from zhijia.kernel.people.models import IdentityRequest, Pseudonym
from zhijia.kernel.service import engine, pseudonymous, registry
from zhijia.modules.hotline.service import HOTLINE

from .auth import Request, unscoped
from .schemas import Error, Whole

router = Router(tags=["Pseudonyms"])
ERRORS = {404: Error, 409: Error, 422: Error, 429: Error}
STAFF = {401: Error, 403: Error, **ERRORS}
Code = Annotated[str, StringConstraints(max_length=60)]
Words = Annotated[str, StringConstraints(max_length=20_000)]
Line = Annotated[str, StringConstraints(max_length=200)]


class ComplaintIn(BaseModel):
    """What happened, and, if the worker likes, who they are: that is sealed under a key of its own."""

    story: Words
    category: Annotated[str, StringConstraints(max_length=12)]
    region: Annotated[str, StringConstraints(min_length=6, max_length=6)] = Field(description="GB/T 2260 code")
    employer_name: Line = ""
    wish: Words = ""
    urgent: bool = False
    name: Annotated[str, StringConstraints(max_length=100)] = ""
    phone: Annotated[str, StringConstraints(max_length=40)] = ""
    code: Code = Field("", description="A code from `POST /pseudonyms/code`: sent twice with one, it is one complaint")


class CodeIn(BaseModel):
    """The pick-up code, as it stands on the paper."""

    code: Code


class ActIn(CodeIn):
    """One of the `choices` of the complaint, with the answers it asks for."""

    transition: Annotated[str, StringConstraints(max_length=32)]
    data: dict[str, Any] = Field(default_factory=dict)
    key: Annotated[str, StringConstraints(max_length=64)] = Field("", description="Sent twice: done once")


class NewCode(Schema):
    """A code that nobody has yet."""

    code: str


class Filed(Schema):
    """The code is told this once: nobody can look it up."""

    no: str
    name: str = Field(description="The pseudonym")
    code: str
    again: bool


class Step(Schema):
    """One line of the course."""

    at: datetime
    what: str
    who: str
    words: list[list[str]]


class Choice(Schema):
    """Something that can be done now."""

    transition: str
    title: str
    asks: list[str]


class Asked(Schema):
    """One request to open the identity."""

    who: str
    at: datetime
    reason: str
    opened: datetime | None
    refused: datetime | None
    agreed: list[str]


class Course(Schema):
    """The complaint as its worker reads it."""

    no: str
    name: str
    state: str
    state_title: str
    closed_at: datetime | None
    timeline: list[Step]
    messages: list[str]
    choices: list[Choice]
    identity_left: bool
    identity_requests: list[Asked]


class ReasonIn(BaseModel):
    """Why the identity is needed. The worker reads it word for word."""

    reason: Annotated[str, StringConstraints(max_length=500)]


class RequestOut(Schema):
    """A request, as staff see it: never the identity."""

    id: int
    no: str
    asked_as: str
    reason: str
    asked_at: datetime
    lapses_at: datetime
    opened_at: datetime | None
    until: datetime | None
    refused: bool


class IdentityOut(Schema):
    """The identity, while it is open for who asked."""

    name: str
    phone: str


@router.post("/pseudonyms/code", auth=None, operation_id="new_pickup_code", summary="A new pick-up code",
             response={200: NewCode, 429: Error})  # fmt: skip
@unscoped
def new_code(request: HttpRequest) -> dict[str, str]:  # noqa: ARG001
    """Nothing is stored until a complaint is filed with it."""
    return {"code": pseudonyms.new_code()}


@router.post("/pseudonyms", auth=None, operation_id="file_pseudonymous", summary="Complain under a pseudonym",
             response={201: Filed, **ERRORS})  # fmt: skip
@unscoped
def file(request: HttpRequest, body: ComplaintIn, response: HttpResponse) -> Status[dict[str, Any]]:
    """Without an account. The answer holds the invented name and the pick-up code; neither the caller's address nor
    anything of the program is kept."""
    response["Cache-Control"] = "no-store"
    now = clock.now()
    code = body.code or pseudonyms.new_code()
    pseudonyms.read_code(code)
    told = pseudonyms.checked(name=body.name, phone=body.phone)
    course.FILED.hit(client_address(request), now=now)
    data = {
        "story": body.story, "category": body.category, "wish": body.wish, "employer_name": body.employer_name,
        "urgent": body.urgent, "confidential": True, "channel": "app",
    }  # fmt: skip
    made = pseudonymous.file_complaint(
        service=HOTLINE.key, data=data, region=body.region, code=code, told=told, now=now
    )
    return Status(201, {"no": made.no, "name": made.name, "code": code, "again": made.again})


@router.post("/pseudonyms/look", auth=None, operation_id="look_pseudonymous", summary="Look at a complaint",
             response={200: Course, **ERRORS})  # fmt: skip
@unscoped
def look(request: HttpRequest, body: CodeIn, response: HttpResponse) -> dict[str, Any]:
    """The code travels in the body, never in an address. Ten wrong ones in ten minutes from one place, then 429."""
    response["Cache-Control"] = "no-store"
    now = clock.now()
    return _course(pseudonyms.find(body.code, place=client_address(request), now=now), now)


@router.post("/pseudonyms/act", auth=None, operation_id="act_pseudonymous", summary="Do something to a complaint",
             response={200: Course, 403: Error, **ERRORS})  # fmt: skip
@unscoped
def act(request: HttpRequest, body: ActIn, response: HttpResponse) -> dict[str, Any]:
    """Add words, answer, confirm or re-open, by the worker's right."""
    response["Cache-Control"] = "no-store"
    now = clock.now()
    found = pseudonyms.find(body.code, place=client_address(request), now=now)
    own = pseudonymous.case_of(found)
    engine.fire(
        no=(own.lead or own).no, transition=body.transition, actor=pseudonymous.actor_of(found), now=now,
        data=body.data, key=body.key or None,
    )  # fmt: skip
    return _course(found, now)


@router.post("/cases/{no}/identity", operation_id="ask_identity", summary="Ask for a sealed identity",
             response={201: RequestOut, **STAFF})  # fmt: skip
@unscoped
def ask(request: Request, no: str, body: ReasonIn) -> Status[dict[str, Any]]:
    """For the officer in charge, or the head of the unit. Asking twice is asking once."""
    made = pseudonymous.ask(no=no, reason=body.reason, actor=_staff(request), now=clock.now())
    return Status(201, _told(made))


@router.get("/identities", operation_id="list_identities", summary="What I asked",
            response={200: list[RequestOut], **STAFF})  # fmt: skip
@unscoped
def mine(request: Request) -> list[dict[str, Any]]:
    """The caller's own requests, the newest fifty."""
    return [_told(asked) for asked in pseudonymous.asked_by(_staff(request))]


@router.get("/identities/waiting", operation_id="list_waiting_identities", summary="What waits for my key",
            response={200: list[RequestOut], **STAFF})  # fmt: skip
@unscoped
def waiting(request: Request) -> list[dict[str, Any]]:
    """What others asked for and the caller may decide, the oldest first."""
    return [_told(asked) for asked in pseudonymous.waiting_for(_staff(request), now=clock.now())]


@router.post("/identities/{id}/agree", operation_id="agree_identity", summary="Turn a key",
             response={200: RequestOut, **STAFF})  # fmt: skip
@unscoped
def agree(request: Request, id: Whole) -> dict[str, Any]:
    """The second key opens it for who asked. Nobody is two of the three."""
    return _told(pseudonymous.agree(request_id=id, actor=_staff(request), now=clock.now()))


@router.post("/identities/{id}/refuse", operation_id="refuse_identity", summary="Refuse",
             response={200: RequestOut, **STAFF})  # fmt: skip
@unscoped
def refuse(request: Request, id: Whole) -> dict[str, Any]:
    """One refusal ends the request."""
    return _told(pseudonymous.refuse(request_id=id, actor=_staff(request), now=clock.now()))


@router.post("/identities/{id}/read", operation_id="read_identity", summary="Read an open identity",
             response={200: IdentityOut, **STAFF})  # fmt: skip
@unscoped
def read(request: Request, id: Whole, response: HttpResponse) -> dict[str, str]:
    """For who asked, while it is open. Each look is on record with the reason."""
    response["Cache-Control"] = "no-store"
    told = pseudonymous.read(request_id=id, actor=_staff(request), now=clock.now())
    return {"name": told.name, "phone": told.phone}


def _staff(request: Request) -> Actor:
    """The caller by their posts. Raises NotFound for a worker and for a partner's system, as for no such address."""
    caller = request.auth
    if not caller.is_staff or caller.is_partner:
        raise NotFound(code="no_such_address")
    caller.actor.require(Permission.READ, Permission.SECURITY)
    return caller.actor


def _course(found: Pseudonym, now: datetime) -> dict[str, Any]:
    own = pseudonymous.case_of(found)
    shown = own.lead or own
    titles = registry.service(shown.service).state_titles
    return {
        "no": own.no, "name": found.person.name, "state": shown.state, "state_title": str(titles[shown.state]),
        "closed_at": shown.closed_at, "messages": [words for _at, words in course.messages(found, now)],
        "timeline": [
            {"at": e.at, "what": str(e.what), "who": e.who, "words": [[str(t), words] for t, words in e.notes]}
            for e in course.timeline(own, shown)
        ],
        "choices": [
            {"transition": t.key, "title": str(t.title), "asks": [a.name for a in t.ask if a.public]}
            for t in course.choices(found, shown, now)
        ],
        "identity_left": hasattr(found, "identity"),
        "identity_requests": [_asked(asked) for asked in pseudonymous.history(found)],
    }  # fmt: skip


def _asked(asked: IdentityRequest) -> dict[str, Any]:
    said = course.told(asked)
    agreed = [who for who, agrees, _at in said["keys"] if agrees]
    return {**{name: said[name] for name in ("who", "at", "reason", "opened", "refused")}, "agreed": agreed}


def _told(asked: IdentityRequest) -> dict[str, Any]:
    return {
        "id": asked.pk, "no": asked.case_no, "asked_as": asked.asked_as, "reason": asked.reason,
        "asked_at": asked.asked_at, "lapses_at": asked.lapses_at, "opened_at": asked.opened_at, "until": asked.until,
        "refused": asked.refused_at is not None,
    }  # fmt: skip
