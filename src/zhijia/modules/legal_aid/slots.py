"""When a unit's lawyers can be met: their hours cut into appointments, less what is taken.

An appointment is a sitting of the kernel: no lawyer has two at one time, hearings and meetings included, and the
database holds it.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import formats
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, Text
from zhijia.kernel.cases.models import Case
from zhijia.kernel.cases.sitting_models import Sitting, SittingState
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.rules import calendar
from zhijia.kernel.rules.calendar import DayKind
from zhijia.kernel.service import rota
from zhijia.kernel.service.context import Ctx
from zhijia.kernel.service.prepared import as_platform

from .lawyers import ROSTER, ties
from .visit_models import LawyerHours, LawyerVisit

V = Ctx[LawyerVisit]
KIND = "lawyer_visit"
_EPOCH = datetime(2020, 1, 1, tzinfo=CHINA)
SPAN = 10**8
"""Minutes that a slot's number leaves for the time: about 190 years."""
MOST = 80
"""Slots that are offered at once."""


@dataclass(frozen=True)
class Slot:
    """One appointment that can be had."""

    lawyer_id: int
    lawyer: str
    starts_at: datetime
    ends_at: datetime
    place: str

    @property
    def number(self) -> int:
        """The slot as one number: who and when."""
        return self.lawyer_id * SPAN + int((self.starts_at - _EPOCH).total_seconds() // 60)

    @property
    def title(self) -> Text:
        """Day, hour and name, as it is chosen."""
        local = self.starts_at.astimezone(CHINA)
        day = formats.date_format(local, _g("D j M, H:i"))
        return _("%(when)s, %(lawyer)s") % {"when": day, "lawyer": self.lawyer}


def free(c: V) -> list[Slot]:
    """What can be booked with those lawyers of the case's unit whom nothing binds to its employer, the earliest first;
    each hour once. Four queries."""
    notice = c.now + timedelta(hours=float(c.number("lawyer_visit.notice_hours")))
    until = c.now + timedelta(days=float(c.number("lawyer_visit.ahead_days")))
    first, last = notice.astimezone(CHINA).date(), until.astimezone(CHINA).date()
    people = {s.account_id: s.name for s in rota.seats(ROSTER, org_id=c.case.unit_id, now=c.now) if not s.away}
    for bound in ties(c, list(people)):
        del people[bound]
    with as_platform():
        hours = list(LawyerHours.objects.filter(org_id=c.case.unit_id, lawyer_id__in=people))
        taken = list(
            Sitting.objects.filter(leader_id__in=people, state=SittingState.PLANNED)
            .filter(ends_at__gt=c.now, starts_at__lt=until).exclude(case_id=c.case.pk)
            .values_list("leader_id", "starts_at", "ends_at")
        )  # fmt: skip
    busy: dict[int, list[tuple[datetime, datetime]]] = {}
    for who, starts, ends in taken:
        busy.setdefault(who, []).append((starts, ends))
    at: dict[datetime, dict[int, Slot]] = {}
    for slot in (slot for row in hours for slot in _cut(row, people[row.lawyer_id], first, last)):
        if notice <= slot.starts_at <= until and not _clashes(slot, busy.get(slot.lawyer_id, ())):
            at.setdefault(slot.starts_at, {})[slot.lawyer_id] = slot
    return [_one_of(at[start]) for start in sorted(at)][:MOST]


def _one_of(there: dict[int, Slot]) -> Slot:
    """Where several lawyers are free at one time, one of them is offered: in turn from hour to hour, and the same to
    everybody who looks."""
    lawyers = sorted(there)
    return there[lawyers[there[lawyers[0]].number // 30 % len(lawyers)]]


def _cut(row: LawyerHours, name: str, first: date, last: date) -> Iterator[Slot]:
    """The hours of one row between two days, cut into appointments. Weekly hours rest on holidays."""
    days = calendar.current()
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        if not row.since <= day <= (row.until or day):
            continue
        if row.day is None and (day.isoweekday() != row.weekday or days.day(day).kind == DayKind.HOLIDAY):
            continue
        if row.day is not None and day != row.day:
            continue
        starts, end = datetime.combine(day, row.begins, CHINA), datetime.combine(day, row.ends, CHINA)
        step = timedelta(minutes=row.minutes)
        while starts + step <= end:
            yield Slot(row.lawyer_id, name, starts, starts + step, row.place)
            starts += step


def _clashes(slot: Slot, busy: Sequence[tuple[datetime, datetime]]) -> bool:
    return any(starts < slot.ends_at and slot.starts_at < ends for starts, ends in busy)


def from_tomorrow(case: Case, now: datetime, *, without: Collection[int] = ()) -> int | None:
    """The number of the earliest slot after today with none of these lawyers, for who tells a story; None where there
    is none."""
    found = free(Ctx(case, LawyerVisit.objects.get(pk=case.pk), Actor.platform(), None, now))
    today = now.astimezone(CHINA).date()
    later = (s for s in found if s.lawyer_id not in without and s.starts_at.astimezone(CHINA).date() > today)
    return next((slot.number for slot in later), None)


def offered(c: V) -> list[tuple[int, Text]]:
    """The free slots as they are chosen among."""
    return [(slot.number, slot.title) for slot in free(c)]


def book(c: V) -> None:
    """The slot is the worker's; one that was booked before is free again. Raises Conflict when somebody was faster."""
    slot = next((s for s in free(c) if s.number == c.data["slot"]), None)
    if slot is None:
        raise _taken()
    release(c)
    row = Sitting(
        case_id=c.case.pk, kind=KIND, starts_at=slot.starts_at, ends_at=slot.ends_at, place=slot.place,
        leader_id=slot.lawyer_id, event_seq=c.case.seq + 1,
    )  # fmt: skip
    try:
        with as_platform(), transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise _taken() from error
    c.facts.lawyer_id, c.facts.starts_at, c.facts.ends_at = slot.lawyer_id, slot.starts_at, slot.ends_at
    c.case.assignee_id = slot.lawyer_id


def _taken() -> Conflict:
    return Conflict(_("Somebody else has just taken this hour. Choose another one."), code="slot_taken")


def release(c: V) -> None:
    """What was booked is free for others."""
    end(c, SittingState.OFF)
    c.facts.lawyer_id = c.facts.starts_at = c.facts.ends_at = None
    c.case.assignee_id = None


def held(c: V) -> None:
    """They met."""
    end(c, SittingState.HELD)


def end(c: V, state: SittingState) -> None:
    with as_platform():
        Sitting.objects.filter(case_id=c.case.pk, kind=KIND, state=SittingState.PLANNED).update(state=state)


def publish(c: V) -> None:
    """Hours on one day, for whoever waits: the lawyer who is named, or who publishes them."""
    begins: datetime = c.data["at"].astimezone(CHINA)
    ends = begins + timedelta(minutes=int(c.data["length"]))
    with as_platform():
        LawyerHours.objects.update_or_create(
            org_id=c.case.unit_id, lawyer_id=c.data["lawyer"], day=begins.date(), weekday=None, begins=begins.time(),
            since=begins.date(), defaults={"ends": ends.time(), "place": c.data.get("place") or "", "minutes": 30},
        )  # fmt: skip
