"""On which devices an account is signed in: begun, seen, ended one by one or all at once. Knows no HTTP.

A row is one session. What it stands for (the session itself) belongs to the face, which deletes it by the keys that
the ending functions give back. Runs as the owner of the database.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from zhijia.kernel.audit import security

from . import vault
from .models import Account, Device
from .trail import record

KEPT = timedelta(days=180)
"""How long an ended session stays on the list of those by which a browser is known again."""


@dataclass(frozen=True)
class Visit:
    """What a request tells about where it comes from."""

    address: str = ""
    browser: str = ""
    system: str = ""
    device: str = ""
    """The cookie by which the browser is known again."""


@transaction.atomic
def begin_session(
    *, account: Account, session_key: str, visit: Visit, by: str, strong: bool, now: datetime
) -> tuple[Device, bool]:  # fmt: skip
    """The row of a new session, on record; and whether this account was never signed in on this device before, though
    it was on another."""
    key = vault.blind(visit.device, purpose="device")
    earlier = list(Device.objects.filter(account=account).values_list("device_key", flat=True)[:500])
    device = Device.objects.create(
        account=account, session_key=session_key, device_key=key, browser=visit.browser[:40], system=visit.system[:40],
        place=security.masked(visit.address), by=by[:60], strong=strong, first_seen=now, last_seen=now,
    )  # fmt: skip
    is_new = bool(earlier) and key not in {bytes(known) for known in earlier}
    record(account, "account.signed_in", now, by=by, device=device.pk)
    security.log(kind="sign_in.done", now=now, address=visit.address, account_id=account.pk, detail={"by": by})
    return device, is_new


def see_session(*, session_key: str, visit: Visit, now: datetime) -> bool:
    """Note that a session is in use; False when there is no such row."""
    place = security.masked(visit.address)
    return bool(Device.objects.filter(session_key=session_key).update(last_seen=now, place=place))


def move_session(*, old: str, new: str) -> None:
    """The session goes on under another key."""
    Device.objects.filter(session_key=old).update(session_key=new)


def open_devices(account: Account, *, seen_after: datetime) -> list[Device]:
    """Where the account is signed in now, the last seen first; what was not seen since then is over."""
    rows = Device.objects.filter(account=account, session_key__isnull=False, last_seen__gt=seen_after)
    return list(rows.order_by("-last_seen", "-pk")[:100])


@transaction.atomic
def end_session(*, session_key: str, why: str, now: datetime, address: str = "") -> None:
    """A session ends by itself: "signed_out", "idle", "too_long" or "second_due"."""
    device = Device.objects.select_related("account").filter(session_key=session_key).first()
    if device is None:
        return
    _end([device], why, now)
    record(device.account, "account.signed_out", now, why=why, device=device.pk)
    security.log(kind="session.ended", now=now, address=address, account_id=device.account_id, detail={"why": why})


@transaction.atomic
def end_device(*, account: Account, device_id: int, now: datetime, address: str = "") -> list[str]:
    """Sign one device out from another; the keys of its sessions, none when it has ended already."""
    found = list(Device.objects.filter(account=account, pk=device_id, session_key__isnull=False))
    return _revoke(account, found, now, address)


@transaction.atomic
def end_all(*, account: Account, keep: str | None, now: datetime, address: str = "") -> list[str]:
    """Sign out everywhere, but for the session `keep`; the keys of the others. Also ends sessions that no row knows:
    all of them must agree with the account's epoch."""
    found = list(Device.objects.filter(account=account, session_key__isnull=False).exclude(session_key=keep))
    Account.objects.filter(pk=account.pk).update(epoch=F("epoch") + 1)
    account.refresh_from_db(fields=["epoch"])
    record(account, "account.signed_out_everywhere", now, devices=len(found))
    return _revoke(account, found, now, address)


def prune(*, now: datetime) -> int:
    """Forget sessions that ended long ago, and end those that nobody used for as long; how many rows went."""
    Device.objects.filter(ended_at=None, last_seen__lte=now - KEPT).update(
        ended_at=now, session_key=None, why_ended="idle"
    )
    return Device.objects.filter(ended_at__lte=now - KEPT).delete()[0]


def _revoke(account: Account, devices: list[Device], now: datetime, address: str) -> list[str]:
    keys = [device.session_key for device in devices if device.session_key]
    _end(devices, "revoked", now)
    for device in devices:
        record(account, "account.device_ended", now, device=device.pk)
    if devices:
        detail = {"devices": len(devices)}
        security.log(kind="session.revoked", now=now, address=address, account_id=account.pk, detail=detail)
    return keys


def _end(devices: Iterable[Device], why: str, now: datetime) -> None:
    ids = [device.pk for device in devices]
    Device.objects.filter(pk__in=ids).update(session_key=None, ended_at=now, why_ended=why)
