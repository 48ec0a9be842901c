"""Signing in, step by step: what the sign-in page, the API and identity providers do alike, as the database's owner.

A first proof (password, code, another identity provider) gives either the session, or a note in the session of somebody
who is nobody yet (`PENDING`): no page mistakes them for the account before the second proof.
"""

from datetime import datetime
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import FieldProblem, Invalid
from zhijia.kernel.notify.models import Channel, Message, MessageState
from zhijia.kernel.people import factors, passkeys
from zhijia.kernel.people.auth import LoginCodeIssued, authenticate_password, request_code, request_own_code
from zhijia.kernel.people.factors import Step, second_step
from zhijia.kernel.people.models import Account, Person
from zhijia.kernel.people.persons import find_or_add_person

from . import sessions
from .address import client_address
from .rp import site_of

PENDING = "pending"
"""Where a session keeps who has shown a first proof, and what is due."""
PATIENCE = 600
"""Seconds that the second step may take."""


@transaction.atomic
def send_code(*, phone: str, now: datetime) -> LoginCodeIssued:
    """Put a code into the outbox; the person is made first, because a message goes to a person.

    Raises TooSoon, and Invalid for a malformed phone.
    """
    issued = request_code(phone=phone, now=now)
    _deliver(find_or_add_person(name="", phone=phone, now=now), issued, now)
    return issued


@transaction.atomic
def send_own_code(*, account: Account, now: datetime) -> LoginCodeIssued:
    """The same for somebody who is signed in, to their phone on record. Raises TooSoon, Forbidden without a phone."""
    issued = request_own_code(account=account, now=now)
    assert account.person is not None  # it has the phone
    _deliver(account.person, issued, now)
    return issued


def check_password(*, login: str, password: str, now: datetime, address: str = "") -> Account:
    """The account of this login (or phone) and password. Raises Invalid when one of them is wrong, Locked after too
    many tries."""
    account = authenticate_password(login, password, now=now, address=address)
    if account is None:
        raise Invalid(FieldProblem("password", "wrong", _("Login or password is not right.")))
    return account


def start_session(
    request: HttpRequest, account: Account, *, by: str = "password", strong: bool = False
) -> HttpResponse | None:
    """Sign `account` in under a new session key, or redirect to the second step that is still due.

    `by` is kept on record ("password", "code", "passkey", "oidc:<provider>"); `strong` says that it was two factors
    already. A form's `next` goes along.
    """
    now = clock.now()
    step = Step.NONE if strong else second_step(account, now=now)
    if step is Step.NONE:
        sessions.enter(request, account, by=by, strong=strong, now=now)
        return None
    if request.session.get(sessions.SEEN):
        sessions.leave(request, why="signed_out", now=now)
    wait_for_second(request, account, by=by, step=step, now=now)
    return second_page(request, step)


def wait_for_second(request: HttpRequest, account: Account, *, by: str, step: Step, now: datetime) -> None:
    """Remember who has shown a first proof, in a session that is nobody's and has a new key."""
    request.session.cycle_key()
    request.session[PENDING] = {
        "account": account.pk, "hash": account.get_session_auth_hash(), "by": by, "step": step.value,
        "at": int(now.timestamp()),
    }  # fmt: skip


def second_page(request: HttpRequest, step: Step) -> HttpResponse:
    """The way to the page of the second step."""
    wanted = (request.POST.get("next") or request.GET.get("next") or "")[:500]
    page = reverse("sign_in_set_up" if step is Step.SET_UP else "sign_in_second")
    return redirect(page + (f"?{urlencode({'next': wanted})}" if wanted else ""))


def pending(request: HttpRequest, *, now: datetime) -> tuple[Account, Step] | None:
    """Who has shown a first proof not long ago, and what is due; None for nobody."""
    kept = request.session.get(PENDING)
    if not kept or not 0 <= int(now.timestamp()) - kept["at"] < PATIENCE:
        return None
    account = Account.objects.select_related("person").filter(pk=kept["account"], is_active=True).first()
    if account is None or not constant_time_compare(kept["hash"], account.get_session_auth_hash()):
        return None
    return account, Step(kept["step"])


def finish_second(request: HttpRequest, account: Account, *, how: str, now: datetime) -> None:
    """The second proof was given: the session begins."""
    kept = request.session.pop(PENDING)
    sessions.enter(request, account, by=f"{kept['by']}+{how}", strong=True, now=now)


def prove_second(request: HttpRequest, *, code: str, now: datetime) -> Account:
    """Finish signing in by a code of the app or a recovery code. Raises Invalid, TooSoon."""
    found = pending(request, now=now)
    if found is None or found[1] is not Step.PROVE:
        raise Invalid(FieldProblem("code", "expired", _("This took too long. Sign in once more.")))
    account = found[0]
    how = factors.prove(account=account, code=code, now=now, address=client_address(request))
    finish_second(request, account, how=how, now=now)
    return account


def prove_passkey(request: HttpRequest, *, answer: str, account: Account | None, now: datetime) -> Account:
    """The account whose passkey answered this session's challenge, which is spent by it. Raises Invalid."""
    return passkeys.finish_sign_in(
        site=site_of(request), state=request.session.pop("passkey", None), answer=answer, account=account, now=now,
        address=client_address(request),
    )  # fmt: skip


def end_session(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """End the session, and let the browser forget what it kept of it."""
    sessions.leave(request, why="signed_out", now=clock.now())
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _deliver(person: Person, issued: LoginCodeIssued, now: datetime) -> None:
    Message.objects.create(
        person=person, channel=Channel.SMS, state=MessageState.WAITING, template="people.code",
        secret=issued.code, created_at=now,
    )  # fmt: skip
