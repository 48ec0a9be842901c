"""The session of somebody who is signed in: begun under a new key, ended when idle or too old, fresh for ten minutes.

What a session must know of itself stands in it (`SEEN`); the list of devices is brought up to date once a minute. Runs
as the owner of the database, before a request takes its role.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text
from zhijia.kernel.notify.compose import Audience, compose
from zhijia.kernel.notify.models import Message
from zhijia.kernel.people import devices
from zhijia.kernel.people.factors import Step, second_step
from zhijia.kernel.people.models import Account, Device
from zhijia.kernel.people.posts import actor_of

from .address import visit

BACKEND = "zhijia.kernel.people.auth.Backend"
SEEN = "seen"
"""Where a session keeps what it knows of itself."""
RENEWED = 60
"""Seconds after which a session in use is written again."""
FRESH = 600
"""Seconds after a proof of who one is in which passwords and factors may be changed."""


@dataclass
class Seen:
    """What a session knows of itself; moments in seconds since 1970."""

    since: int
    last: int
    proved: int
    """When the person last proved who they are."""
    staff: bool
    strong: bool
    by: str


def enter(request: HttpRequest, account: Account, *, by: str, strong: bool, now: datetime) -> Device:
    """Begin the session under a new key; the account learns of a device that it was never signed in on."""
    if request.session.session_key and request.session.get(SEEN):
        leave(request, why="signed_out", now=now)
    auth.login(request, account, backend=BACKEND)
    moment = int(now.timestamp())
    staff = actor_of(account, now=now).is_staff
    request.session.set_expiry(0 if staff else None)  # a desk is shared: closing the browser forgets its cookie
    _write(request, Seen(since=moment, last=moment, proved=moment, staff=staff, strong=strong, by=by))
    if not request.session.session_key:
        request.session.create()
    here = visit(request)
    if not here.device:
        token = secrets.token_urlsafe(16)
        request.device_token = token  # type: ignore[attr-defined]  # the guard gives it to the browser
        here = devices.Visit(**{**asdict(here), "device": token})
    device, is_new = devices.begin_session(
        account=account, session_key=request.session.session_key or "", visit=here, by=by, strong=strong, now=now
    )
    if is_new:
        _tell(account, device, staff, now)
    return device


def leave(request: HttpRequest, *, why: str, now: datetime) -> None:
    """End the session, on record."""
    if key := request.session.session_key:
        devices.end_session(session_key=key, why=why, now=now, address=visit(request).address)
    auth.logout(request)


def rotate(request: HttpRequest, account: Account) -> None:
    """Go on under a new key, after a new password or a new factor; the old key is worth nothing."""
    old = request.session.session_key or ""
    auth.update_session_auth_hash(request, account)
    devices.move_session(old=old, new=request.session.session_key or "")


def open_devices(account: Account, *, now: datetime) -> list[Device]:
    """Where the account is signed in; sessions that were idle too long end at their next request, and are over now."""
    idle, _longest = _limits(staff=actor_of(account, now=now).is_staff)
    return devices.open_devices(account, seen_after=now - timedelta(seconds=idle or 10 * 365 * 86400))


def delete_sessions(keys: list[str]) -> None:
    """Delete the sessions with these keys: their next request comes from nobody."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for key in keys:
        store(key).delete()


def check(request: HttpRequest, *, now: datetime) -> Text | None:
    """Look at the session of a request; why it was ended just now, in words, if it was.

    Sessions that began before this was kept are taken up now. A clock that went back changes nothing.
    """
    if not request.session.get(auth.SESSION_KEY):
        return None
    seen = read(request)
    moment = int(now.timestamp())
    if seen is None:
        return _take_up(request, now) if _limits(staff=True) != (0, 0) else None
    idle, longest = _limits(staff=seen.staff)
    if idle and moment - seen.last > idle:
        leave(request, why="idle", now=now)
        return _("You were signed out because nothing was done here for a while. Sign in again.")
    if longest and moment - seen.since > longest:
        leave(request, why="too_long", now=now)
        return _("You were signed out because this session has lasted long enough. Sign in again.")
    if moment - seen.last >= RENEWED:
        _renew(request, seen, now)
    return None


def due(request: HttpRequest, *, now: datetime) -> Step:
    """What a session still owes: somebody was given a post meanwhile, or set an app up on another device."""
    seen = read(request)
    account = request.user
    if seen is None or seen.strong or not seen.staff or seen.last != int(now.timestamp()):
        return Step.NONE  # asked once a minute, when it was renewed
    return second_step(account, now=now) if isinstance(account, Account) else Step.NONE


def is_fresh(request: HttpRequest, *, now: datetime) -> bool:
    """Whether the person proved who they are within ten minutes."""
    seen = read(request)
    return seen is not None and 0 <= int(now.timestamp()) - seen.proved < FRESH


def prove(request: HttpRequest, *, strong: bool, now: datetime) -> None:
    """The person proved again who they are."""
    seen = read(request) or _begun(request, now)
    seen.proved, seen.strong = int(now.timestamp()), seen.strong or strong
    _write(request, seen)


def read(request: HttpRequest) -> Seen | None:
    """What the session knows of itself; None for nobody's, and for one that is older than this."""
    kept = request.session.get(SEEN)
    return Seen(**kept) if isinstance(kept, dict) else None


def _write(request: HttpRequest, seen: Seen) -> None:
    request.session[SEEN] = asdict(seen)


def _limits(*, staff: bool) -> tuple[int, int]:
    """Seconds that a session may be idle, and last; 0: without end."""
    if staff:
        return settings.SESSION_IDLE_STAFF, settings.SESSION_LONGEST_STAFF
    return settings.SESSION_IDLE_WORKER, settings.SESSION_LONGEST_WORKER


def _renew(request: HttpRequest, seen: Seen, now: datetime) -> None:
    account = request.user
    if not isinstance(account, Account):
        return
    seen.last, seen.staff = int(now.timestamp()), actor_of(account, now=now).is_staff
    _write(request, seen)
    devices.see_session(session_key=request.session.session_key or "", visit=visit(request), now=now)


def _begun(request: HttpRequest, now: datetime) -> Seen:
    moment = int(now.timestamp())
    account = request.user
    staff = isinstance(account, Account) and actor_of(account, now=now).is_staff
    return Seen(since=moment, last=moment, proved=0, staff=staff, strong=False, by="")


def _take_up(request: HttpRequest, now: datetime) -> None:
    account = request.user
    if isinstance(account, Account):
        _write(request, _begun(request, now))
        devices.begin_session(
            account=account, session_key=request.session.session_key or "", visit=visit(request), by="earlier",
            strong=False, now=now,
        )  # fmt: skip


def _tell(account: Account, device: Device, staff: bool, now: datetime) -> None:
    """A message in the app: on the worker's pages, or for staff on the page about their sign-in."""
    name = " · ".join(part for part in (device.browser, device.system) if part) or "–"
    data = {"device": name, "place": device.place or "–", "at": now.isoformat()}
    whom = Audience(
        persons=[account.person_id] if account.person_id else [],
        accounts=[account.pk] if staff or not account.person_id else [],
    )
    made = compose(template="people.new_device", audience=whom, data=data, sms=False, now=now)
    Message.objects.bulk_create(Message(**message.as_row(), created_at=now) for message in made)
