"""Signing people in and out: the same session, with the same limits, as on the sign-in page."""

from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Field, Router, Schema
from ninja.errors import HttpError
from pydantic import BaseModel, StringConstraints

from zhijia.faces.address import client_address
from zhijia.faces.sign_in import check_password, end_session, pending, prove_second, send_code, start_session
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid
from zhijia.kernel.people.auth import redeem_code
from zhijia.kernel.people.factors import Step

from .auth import Request, unscoped
from .schemas import Error

router = Router(tags=["Sign in"])
ERRORS = {415: Error, 422: Error, 429: Error}


class CodeIn(BaseModel):
    """Where the one-time code goes."""

    phone: Annotated[str, StringConstraints(max_length=40)] = Field(examples=["13800000001"])


class CodeOut(Schema):
    """A code is on its way."""

    expires_at: datetime
    code: str = Field("", description="The code itself, in a demonstration only")


class SignIn(BaseModel):
    """Phone and one-time code, or login and password."""

    phone: Annotated[str, StringConstraints(max_length=40)] = ""
    code: Annotated[str, StringConstraints(max_length=20)] = ""
    login: Annotated[str, StringConstraints(max_length=40)] = ""
    password: Annotated[str, StringConstraints(max_length=500)] = ""


class SecondIn(BaseModel):
    """The second proof."""

    code: Annotated[str, StringConstraints(max_length=20)] = Field(examples=["123456"])


@router.post(
    "/session/code", auth=None, operation_id="send_code", summary="Send a one-time code",
    response={200: CodeOut, **ERRORS},
)  # fmt: skip
@unscoped
def code(request: HttpRequest, body: CodeIn) -> dict[str, Any]:
    """A text message with a code of six digits, good for five minutes and five tries. Whoever has the phone signs in
    as a worker; the answer is the same for a number that is new to us."""
    _ours(request)
    issued = send_code(phone=body.phone, now=clock.now())
    return {"expires_at": issued.expires_at, "code": issued.code if settings.DEMO else ""}


@router.post(
    "/session", auth=None, operation_id="sign_in", summary="Sign in",
    response={204: None, 403: Error, **ERRORS},
)  # fmt: skip
@unscoped
def sign_in(request: HttpRequest, body: SignIn) -> HttpResponse:
    """With phone and code, or login and password. Sets the cookies `sessionid` and `csrftoken`; whatever changes
    something afterwards sends the second one back as `X-CSRFToken`. An account with a second factor gets 403
    `second_factor` first: send its code to `/session/second` with the same cookies. Staff without one get 403
    `set_up_second_factor`: that is done on the sign-in page."""
    _ours(request)
    now, address = clock.now(), client_address(request)
    if body.login.strip():
        by, typed = "password", body.login.strip()
        account = check_password(login=typed, password=body.password, now=now, address=address)
    elif body.phone.strip():
        by = "code"
        account = redeem_code(phone=body.phone, code=body.code, now=now, address=address)
    else:
        message = _("Give a phone and its code, or a login and its password.")
        raise Invalid(FieldProblem("phone", "required", message))
    if start_session(request, account, by=by):
        found = pending(request, now=now)
        if found and found[1] is Step.SET_UP:
            raise Forbidden(_("Set up a second factor first, on the sign-in page."), code="set_up_second_factor")
        raise Forbidden(_("Now send the code of your authenticator app."), code="second_factor")
    return HttpResponse(status=204)


@router.post(
    "/session/second", auth=None, operation_id="sign_in_second", summary="Finish signing in with a second factor",
    response={204: None, **ERRORS},
)  # fmt: skip
@unscoped
def second(request: HttpRequest, body: SecondIn) -> HttpResponse:
    """A code of the authenticator app, or a recovery code, within ten minutes of the first step; five tries in a
    quarter of an hour."""
    _ours(request)
    prove_second(request, code=body.code, now=clock.now())
    return HttpResponse(status=204)


@router.delete("/session", operation_id="sign_out", summary="Sign out", response={204: None, 401: Error, 403: Error})
@unscoped
def sign_out(request: Request) -> HttpResponse:
    """Ends the session. A partner's token is ended by `POST /oauth/revoke` instead."""
    return end_session(request, HttpResponse(status=204))


def _ours(request: HttpRequest) -> None:
    """Refuse what a form on a stranger's page could send: nobody is to be signed in behind their back. Before a
    session there is no X-CSRFToken to ask for."""
    if request.content_type != "application/json":
        raise HttpError(415, "")
