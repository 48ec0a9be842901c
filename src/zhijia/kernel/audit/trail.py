"""Looking things up in the trail, for an auditor: each look is itself on record."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from .chain import Acting, append
from .models import Entry
from .security import day_bounds

ACTS: Mapping[str, Any] = {
    "account.": _("Accounts"),
    "audit.": _("The auditor's own looks"),
    "calendar.": _("Working days"),
    "case.": _("Cases"),
    "document.": _("Letters"),
    "file.": _("Files"),
    "person.": _("Personal data"),
    "post.": _("Posts"),
    "rule.": _("Values by region"),
    "text.": _("Words of messages"),
    "voucher": _("Vouchers"),
}
"""First letters of an act -> what such acts are about."""
LOOKED = "audit.looked"
PERSON_LOOKED = "audit.person_looked"
OPEN_FOR = timedelta(hours=1)
"""How long a person's entries stay open to the auditor who gave a reason for it."""
LATEST = date(9000, 1, 1)
_READERS = """
    SELECT actor_id, max(actor), count(*), count(DISTINCT person_id), count(*) FILTER (WHERE act = 'person.revealed'),
           max(at)
    FROM audit_entry
    WHERE purpose <> '' AND at >= %(from)s AND at < %(before)s AND actor_id IS NOT NULL AND actor NOT LIKE 'person:%%'
    GROUP BY actor_id ORDER BY 3 DESC, 1 LIMIT %(most)s
"""


@dataclass(frozen=True)
class Asked:
    """What is looked for; everything that is given must fit."""

    case_id: int | None = None
    person_id: int | None = None
    account_ids: Collection[int] | None = None
    act: str = ""
    """First letters of the act."""
    reads_only: bool = False
    from_day: date | None = None
    to_day: date | None = None


@dataclass(frozen=True)
class Reader:
    """How often one officer read personal data, and of how many people."""

    account_id: int
    actor: str
    times: int
    persons: int
    unmasked: int
    last_at: datetime


def find(asked: Asked) -> QuerySet[Entry]:
    """The entries that fit, to be paged by id."""
    found = Entry.objects.all()
    if asked.case_id is not None:
        about = f"case:{asked.case_id}"
        found = found.filter(Q(chain=about) | (Q(subject=about) & ~Q(purpose="")))
    if asked.person_id is not None:
        found = found.filter(person_id=asked.person_id)
    if asked.account_ids is not None:
        found = found.filter(actor_id__in=asked.account_ids)
    if asked.act:
        found = found.filter(act__startswith=asked.act)
    if asked.reads_only:
        found = found.exclude(purpose="")
    start, end = bounds(asked.from_day, asked.to_day)
    if start is not None:
        found = found.filter(at__gte=start)
    return found if end is None else found.filter(at__lt=end)


def readers(from_day: date, to_day: date, most: int = 50) -> list[Reader]:
    """Who read personal data most between two days, both included. Oversight of the officers, not of the workers."""
    start, end = bounds(from_day, to_day)
    with connection.cursor() as cursor:
        cursor.execute(_READERS, {"from": start, "before": end, "most": most})
        return [Reader(*row) for row in cursor.fetchall()]


def record_look(*, actor: Acting, now: datetime, what: Mapping[str, Any]) -> None:
    """Put on record that an auditor looked, and for what: ids and codes."""
    append(chain="audit:looks", act=LOOKED, subject="audit", actor=actor, now=now, data=dict(what))


def record_person_look(*, actor: Acting, now: datetime, person_id: int, reason: str) -> None:
    """The same for the entries of one person, who can read it and why."""
    append(
        chain="audit:looks", act=PERSON_LOOKED, subject=f"person:{person_id}", actor=actor, now=now,
        person_id=person_id, purpose=reason,
    )  # fmt: skip


def opened(*, actor: Acting, now: datetime, person_id: int) -> bool:
    """Whether this auditor gave a reason for looking at this person within the hour."""
    looks = Entry.objects.filter(person_id=person_id, act=PERSON_LOOKED, actor_id=actor.account_id)
    return looks.filter(at__gt=now - OPEN_FOR).exists()


def bounds(from_day: date | None, to_day: date | None) -> tuple[datetime | None, datetime | None]:
    """The moments at which the first day begins and the last one has ended, in China; None where no day is given."""
    start, end = day_bounds(from_day or date.min, min(to_day or date.min, LATEST))
    return start if from_day else None, end if to_day else None
