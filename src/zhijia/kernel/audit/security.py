"""The security log: who tried to come in, what was refused, what an administrator changed. Kept at least six months.

It is apart from the audit trail: not chained, pruned by day, written also for people who are nobody here. `kind` is a
thing and a past participle such as "sign_in.failed"; `KINDS` says how a person reads the ones we know, and a new one
may be used at once. `detail` holds codes and ids, never what somebody typed.
"""

import ipaddress
import json
import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA

from .models import Security

KINDS: Mapping[str, Any] = {
    "sign_in.failed": _("Sign-in failed"),
    "sign_in.done": _("Signed in"),
    "sign_in.locked": _("Account locked after failures"),
    "sign_in.second_factor_failed": _("Second factor failed"),
    "session.ended": _("Signed out"),
    "session.revoked": _("Device signed out from elsewhere"),
    "access.refused": _("Access refused"),
    "access.unknown": _("Asked for something that is not theirs"),
    "access.token_refused": _("Token refused"),
    "request.forged": _("Form without a valid token"),
    "request.limited": _("Too many requests"),
    "file.refused": _("Upload refused"),
    "keys.rotated": _("Keys rotated"),
    "keys.exported": _("Keys exported"),
    "backup.made": _("Backup made"),
    "backup.verified": _("Backup verified"),
    "backup.failed": _("Backup failed"),
    "backup.restored": _("Backup restored"),
    "drill.done": _("Recovery drill done"),
    "drill.failed": _("Recovery drill failed"),
    "audit.exported": _("Audit bundle exported"),
    "audit.verified": _("Audit trail verified"),
    "audit.broken": _("Audit trail found changed"),
    "data.exported": _("Data exported"),
    "settings.changed": _("Configuration changed"),
    "account.changed": _("Account changed"),
    "post.changed": _("Post changed"),
    "clock.jumped": _("Clock jumped back"),
}
_KIND = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
_DIGITS = re.compile(r"\d{7,}")
LONGEST = 200
"""Characters that are kept of one text in `detail`."""
LEAST_DAYS = 184
"""Six months, the longest there are: what Article 21 of the Cybersecurity Law asks for. The database holds it too."""

_INSERT = """
    INSERT INTO audit_security (at, kind, address, address_key, account_id, detail)
    VALUES (%(at)s, %(kind)s, %(address)s, %(address_key)s, %(account_id)s, %(detail)s::jsonb)
"""
_BY_DAY = """
    SELECT (at AT TIME ZONE 'Asia/Shanghai')::date, count(*) FROM audit_security
    WHERE at >= %(from)s AND at < %(before)s AND kind LIKE %(kind)s GROUP BY 1
"""


def log(
    *,
    kind: str,
    now: datetime,
    address: str = "",
    account_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write one row. `address` is the caller's IP; only its network and a keyed hash of it are kept.

    Writes in the present transaction, whatever its role: call it where that transaction will be kept, so for a refusal
    after the scope of the refused request was left. Raises ValueError for a kind that is not spelled like one.
    """
    if not _KIND.fullmatch(kind) or len(kind) > 48:
        raise ValueError(f"{kind!r} is no kind of the security log; write it like sign_in.failed")
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, {
            "at": now, "kind": kind, "address": masked(address), "address_key": address_key(address),
            "account_id": account_id, "detail": json.dumps(_harmless(dict(detail or {})), ensure_ascii=False),
        })  # fmt: skip


def masked(address: str) -> str:
    """The network of an IP address, as the log shows it: /24, or /48 for IPv6; "" for anything else."""
    ip = _ip(address)
    if ip is None:
        return ""
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False))


def address_key(address: str) -> bytes | None:
    """Eight bytes by which rows from one address can be put together, without telling the address."""
    ip = _ip(address)
    return salted_hmac("zhijia.security.address", ip.packed, algorithm="sha256").digest()[:8] if ip else None


def prune(*, now: datetime) -> int:
    """Delete the days that were kept long enough (settings.SECURITY_DAYS, never under six months); how many rows."""
    days = max(int(getattr(settings, "SECURITY_DAYS", LEAST_DAYS)), LEAST_DAYS)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_security WHERE at < %s", [now - timedelta(days=days)])
        return int(cursor.rowcount)


def _ip(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        ip = ipaddress.ip_address(address.strip())
    except ValueError:
        return None
    return getattr(ip, "ipv4_mapped", None) or ip


def _harmless(value: Any) -> Any:
    """The same with long texts cut, and long rows of digits hidden: a phone number typed into the wrong field."""
    if isinstance(value, str):
        return _DIGITS.sub("•", value.replace("\0", ""))[:LONGEST]
    if isinstance(value, Mapping):
        return {str(key)[:LONGEST]: _harmless(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_harmless(inner) for inner in value]
    return value if value is None or isinstance(value, bool | int) else _harmless(str(value))


def find(
    *, kind: str = "", account_ids: Collection[int] | None = None, from_day: date, to_day: date
) -> QuerySet[Security]:
    """The rows of some days, both included, to be paged by id; `kind` may be the first letters."""
    start, end = day_bounds(from_day, to_day)
    found = Security.objects.filter(at__gte=start, at__lt=end)
    found = found.filter(kind__startswith=kind) if kind else found
    return found if account_ids is None else found.filter(account_id__in=account_ids)


def by_day(*, kind: str = "", from_day: date, to_day: date) -> list[tuple[date, int]]:
    """How many rows each of these days has, days without any included."""
    start, end = day_bounds(from_day, to_day)
    with connection.cursor() as cursor:
        cursor.execute(_BY_DAY, {"from": start, "before": end, "kind": f"{kind}%"})
        counts = dict(cursor.fetchall())
    days = [from_day + timedelta(days=n) for n in range((to_day - from_day).days + 1)]
    return [(day, counts.get(day, 0)) for day in days]


def day_bounds(from_day: date, to_day: date) -> tuple[datetime, datetime]:
    """The moments at which the first day begins and the last one has ended, in China."""
    return datetime.combine(from_day, time(), CHINA), datetime.combine(to_day + timedelta(days=1), time(), CHINA)
