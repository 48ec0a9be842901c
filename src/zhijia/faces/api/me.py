"""The caller's own data: name, language, and how they want to be reached."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time
from typing import Annotated, Any, Literal

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from ninja import Field, Router, Schema
from pydantic import BaseModel, StringConstraints

from zhijia.faces.access import seen_by
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import FieldProblem, Invalid, NotFound
from zhijia.kernel.people.contact import set_safe_contact
from zhijia.kernel.people.models import AnsweredBy, Person, SafeContact
from zhijia.kernel.people.numbers import normalise_phone
from zhijia.kernel.people.persons import change_person, number_to_reach

from .auth import Request, unscoped
from .schemas import Error

router = Router(tags=["People"])
ERRORS = {401: Error, 403: Error, 404: Error, 422: Error}
Hour = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class Me(Schema):
    """Who is signed in."""

    name: str
    language: str
    phone: str = Field(description="Masked")
    roles: list[str]


class MeIn(BaseModel):
    """What is left out stays as it is."""

    name: Annotated[str, StringConstraints(max_length=100)] | None = None
    language: Annotated[str, StringConstraints(max_length=10)] | None = None


class ContactIn(BaseModel):
    """The whole profile: what is left out takes its default, but a number or phrase left out is kept."""

    number: Annotated[str, StringConstraints(max_length=40)] | None = Field(
        None, description='The number to call; "" is one\'s own phone'
    )
    hours_from: Hour | None = Field(None, description="In China's time; both hours or neither", examples=["18:30"])
    hours_to: Hour | None = Field(None, examples=["21:00"])
    answered_by: Literal["self_only", "family", "anyone"] = "self_only"
    may_leave_message: bool = False
    may_sms: bool = True
    announce: bool = Field(False, description="Whether the caller may say that it is the union")
    pass_phrase: Annotated[str, StringConstraints(max_length=100)] | None = Field(
        None, description='What proves that it is the person; "" erases it'
    )
    language: Annotated[str, StringConstraints(max_length=10)] | None = Field(
        None, description="Of calls and messages; left out: the person's own"
    )


class ContactOut(Schema):
    """How the caller wants to be reached; every call and every message goes by it."""

    number: str = Field(description="Masked; empty when it is their own phone")
    hours_from: str | None
    hours_to: str | None
    answered_by: str
    may_leave_message: bool
    may_sms: bool
    announce: bool
    has_pass_phrase: bool
    language: str


@router.get("/me", operation_id="me", summary="Who I am", response={200: Me, **ERRORS})
@unscoped
def me(request: Request) -> dict[str, Any]:
    """Name, language and roles of the caller; the phone is masked."""
    account = request.auth.account
    if account.person_id is None:
        return _me(request, account.name, account.language, "")
    with _myself(request) as person:
        return _me(request, person.name, person.language, person.phone_masked)


@router.patch("/me", operation_id="change_me", summary="Change my name or language", response={200: Me, **ERRORS})
@unscoped
def change_me(request: Request, body: MeIn) -> dict[str, Any]:
    """Stores what is sent; that it was changed is on record. 404 for an account without a person: its name is the
    administrator's to change."""
    _known(body.language)
    with _myself(request) as person:
        if body.name is not None or body.language is not None:
            change_person(
                person=person, actor=request.auth.as_worker, now=clock.now(), name=body.name, language=body.language
            )
        return _me(request, person.name, person.language, person.phone_masked)


@router.get("/me/contact", operation_id="my_contact", summary="How to reach me", response={200: ContactOut, **ERRORS})
@unscoped
def my_contact(request: Request) -> dict[str, Any]:
    """The safe-contact profile. Without one: the own phone, at any time, openly."""
    with _myself(request) as person:
        return _contact(SafeContact.objects.filter(person=person).first() or _open(person))


@router.put(
    "/me/contact", operation_id="set_my_contact", summary="Say how to reach me", response={200: ContactOut, **ERRORS}
)
@unscoped
def set_my_contact(request: Request, body: ContactIn) -> dict[str, Any]:
    """Stores the whole profile; every call and every message goes by it from then on."""
    _known(body.language)
    with _myself(request) as person:
        before = SafeContact.objects.filter(person=person).first()
        profile = set_safe_contact(
            person=person, actor=request.auth.as_worker, now=clock.now(), number=_number(body, person, before),
            hours_from=_hour(body.hours_from), hours_to=_hour(body.hours_to), answered_by=AnsweredBy(body.answered_by),
            may_leave_message=body.may_leave_message, may_sms=body.may_sms, announce=body.announce,
            pass_phrase=body.pass_phrase, language=body.language or person.language, note=before.note if before else "",
        )  # fmt: skip
        return _contact(profile)


@contextmanager
def _myself(request: Request) -> Iterator[Person]:
    """The caller's person, in the scope of a worker whatever posts they hold. Raises NotFound where there is none."""
    actor = request.auth.as_worker
    if actor.person_id is None:
        raise NotFound(code="no_person")
    with seen_by(actor):
        yield Person.objects.get(pk=actor.person_id)


def _me(request: Request, name: str, language: str, phone: str) -> dict[str, Any]:
    return {"name": name, "language": language, "phone": phone, "roles": sorted(request.auth.actor.roles())}


def _open(person: Person) -> SafeContact:
    """What holds for somebody who has said nothing (see `contact_plan`)."""
    return SafeContact(person=person, announce=True, language=person.language)


def _contact(profile: SafeContact) -> dict[str, Any]:
    return {
        "number": profile.number_masked, "hours_from": _clock(profile.hours_from), "hours_to": _clock(profile.hours_to),
        "answered_by": profile.answered_by, "may_leave_message": profile.may_leave_message, "may_sms": profile.may_sms,
        "announce": profile.announce, "has_pass_phrase": bool(profile.pass_phrase_sealed), "language": profile.language,
    }  # fmt: skip


def _number(body: ContactIn, person: Person, before: SafeContact | None) -> str:
    """The number to keep: the one that was sent, else the safe number of before."""
    if body.number is None:
        return number_to_reach(person) if before and before.number_sealed else ""
    try:
        return normalise_phone(body.number) if body.number.strip() else ""
    except Invalid as error:
        raise Invalid(*(FieldProblem("number", p.code, p.message) for p in error.problems)) from None


def _known(language: str | None) -> None:
    if language is not None and language not in dict(settings.LANGUAGES):
        raise Invalid(FieldProblem("language", "choice", _("Choose one of the listed values.")))


def _hour(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def _clock(hour: time | None) -> str | None:
    return f"{hour:%H:%M}" if hour else None
