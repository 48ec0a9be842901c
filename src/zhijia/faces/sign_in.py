"""Starting and ending a browser session: what the sign-in page and the API do alike, as the owner of the database."""

from datetime import datetime

from django.contrib import auth
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Invalid
from zhijia.kernel.notify.models import Channel, Message, MessageState
from zhijia.kernel.people.auth import LoginCodeIssued, authenticate_password, request_code
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.persons import find_or_add_person

BACKEND = "zhijia.kernel.people.auth.Backend"


@transaction.atomic
def send_code(*, phone: str, now: datetime) -> LoginCodeIssued:
    """Put a code into the outbox; the person is made first, because a message goes to a person.

    Raises TooSoon, and Invalid for a malformed phone.
    """
    issued = request_code(phone=phone, now=now)
    person = find_or_add_person(name="", phone=phone, now=now)
    Message.objects.create(
        person=person, channel=Channel.SMS, state=MessageState.WAITING, template="people.code",
        data={"code": issued.code}, created_at=now,
    )  # fmt: skip
    return issued


def check_password(*, login: str, password: str, now: datetime) -> Account:
    """The account of this login and password. Raises Invalid when one of them is wrong, Locked after too many tries."""
    account = authenticate_password(login, password, now=now)
    if account is None:
        raise Invalid(FieldProblem("password", "wrong", _("Login or password is not right.")))
    return account


def start_session(request: HttpRequest, account: Account) -> None:
    """Sign `account` in with a new session key: a fixed one is worth nothing."""
    auth.login(request, account, backend=BACKEND)


def end_session(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """End the session, and let the browser forget what it kept of it."""
    auth.logout(request)
    response["Clear-Site-Data"] = '"cache"'
    return response
