"""The adapter to a telephone exchange: what it tells us (`report`, or `receive` when it is signed), what we tell it.

An exchange reports three things of a call, each as often as it likes:
`ringing` (with the centre and the number), `answered` (with the agent's account) and `ended`. It is told to connect a
call to an agent, to ring somebody back and to hang up. Runs as the owner of the database: an exchange has no post.
"""

import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Literal, Protocol

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid
from zhijia.kernel.org.models import Org, OrgKind
from zhijia.kernel.people import vault
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.numbers import normalise_phone

from .models import Call, CallState, Seat, SeatState

Kind = Literal["ringing", "answered", "ended"]
KINDS: tuple[Kind, ...] = ("ringing", "answered", "ended")
FRESH = timedelta(minutes=5)
"""How old a signed report may be."""
KEPT = timedelta(hours=24)
"""For how long the number of a missed call is kept, so that somebody can call back."""
LOST = timedelta(minutes=10)
"""After so long without a word from the exchange a call rings no more."""


@dataclass(frozen=True)
class Report:
    """What an exchange says of one call."""

    kind: Kind
    ref: str
    org_id: int = 0
    number: str = ""
    """Empty when the caller withheld it."""
    agent: int = 0
    """The account of whoever picked it up."""


class Exchange(Protocol):
    """What we ask of an exchange. Each raises ZhijiaError when it cannot."""

    def connect(self, *, ref: str, agent: int) -> None:
        """Put a ringing call through to the agent's telephone."""

    def dial(self, *, ref: str, number: str, agent: int) -> None:
        """Ring somebody back and put them through to the agent's telephone."""

    def release(self, *, ref: str) -> None:
        """Hang up."""


class Handset:
    """No line to the exchange: agents lift and hang up their telephones by hand. Also that of the demonstration."""

    def connect(self, *, ref: str, agent: int) -> None:
        """The agent lifts the receiver."""

    def dial(self, *, ref: str, number: str, agent: int) -> None:
        """The agent dials."""

    def release(self, *, ref: str) -> None:
        """The agent hangs up."""


def exchange() -> Exchange:
    """The installation's adapter: settings.HOTLINE_EXCHANGE as "module:Class", a handset without one."""
    name = getattr(settings, "HOTLINE_EXCHANGE", "")
    if not name:
        return Handset()
    module, _colon, made = name.partition(":")
    adapter: Exchange = getattr(import_module(module), made)()
    return adapter


def sign(body: bytes, *, at: int, secret: str) -> str:
    """The signature of a report: HMAC-SHA256 over "seconds since 1970", a dot and the body, in hex."""
    return hmac.new(secret.encode(), f"{at}.".encode() + body, "sha256").hexdigest()


def receive(body: bytes, *, at: str, signature: str, secret: str, now: datetime) -> None:
    """Take a signed report, as JSON with the fields of `Report`.

    Raises Forbidden for a wrong or old signature (or when no secret is set), Invalid for what is malformed.
    """
    moment = int(at) if at.isascii() and at.isdigit() and len(at) < 12 else 0
    signed = bool(secret) and hmac.compare_digest(sign(body, at=moment, secret=secret).encode(), signature.encode())
    if not signed or abs(now.timestamp() - moment) > FRESH.total_seconds():
        raise Forbidden(_("This is not signed by the exchange, or was signed long ago."), code="unsigned")
    try:
        told = json.loads(body)
        found = Report(
            kind=told["kind"], ref=str(told["ref"])[:64], org_id=int(told.get("org_id") or 0),
            number=str(told.get("number") or ""), agent=int(told.get("agent") or 0),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _malformed("body") from None
    report(found, now=now)


@transaction.atomic
def report(told: Report, *, now: datetime) -> None:
    """Store what an exchange says. What was said before, or comes too late, changes nothing.

    Raises Invalid for an unknown kind, an unknown centre, or a number that is none.
    """
    if told.kind not in KINDS or not told.ref:
        raise _malformed("kind" if told.ref else "ref")
    if told.kind == "ringing":
        _ring(told, now)
    elif told.kind == "answered":
        _answer(told, now)
    else:
        calls = Call.objects.filter(ref=told.ref)
        calls.filter(state=CallState.RINGING).update(state=CallState.MISSED, ended_at=now)
        calls.filter(state=CallState.TALKING).update(state=CallState.WRITING, ended_at=now)


def _ring(told: Report, now: datetime) -> None:
    if not Org.objects.filter(pk=told.org_id, kind=OrgKind.HOTLINE_CENTRE, active=True).exists():
        raise _malformed("org_id")
    number = normalise_phone(told.number) if told.number.strip() else ""
    index = vault.blind(number, purpose="phone") if number else None
    call = Call(ref=told.ref, org_id=told.org_id, number=number, phone_index=index, rang_at=now)
    Call.objects.bulk_create([call], ignore_conflicts=True)
    forget(now=now)


def _answer(told: Report, now: datetime) -> None:
    agent = Account.objects.filter(pk=told.agent, is_active=True).first()
    if agent is None or Call.objects.filter(agent=agent, state__in=[CallState.TALKING, CallState.WRITING]).exists():
        return
    ringing = Call.objects.filter(ref=told.ref, state=CallState.RINGING)
    if ringing.update(state=CallState.TALKING, agent=agent, answered_at=now, taken_at=now):
        Seat.objects.filter(agent=agent).update(state=SeatState.BUSY, since=now)


def forget(*, now: datetime) -> None:
    """Calls of which the exchange says nothing more are over, and old numbers of missed ones are erased."""
    Call.objects.filter(state=CallState.RINGING, rang_at__lt=now - LOST).update(state=CallState.MISSED, ended_at=now)
    held = Call.objects.filter(Q(phone_index__isnull=False), state=CallState.MISSED, ended_at__lt=now - KEPT)
    if numbers := list(held.values_list("pk", flat=True)[:500]):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE hotline_call SET number = NULL, phone_index = NULL WHERE id = ANY(%s)", [numbers])


def _malformed(field: str) -> Invalid:
    return Invalid(FieldProblem(field, "malformed", _("The report of the exchange cannot be read.")))
