"""Days on which one region rests, and the State Council's table of a year: seen beforehand, on record, followed by
every running clock that they touch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound, Text
from zhijia.kernel.deadlines import store
from zhijia.kernel.deadlines.models import Deadline, DeadlineState
from zhijia.kernel.notify.staff import inform
from zhijia.kernel.org.models import Org
from zhijia.kernel.people.accounts import orgs_in
from zhijia.kernel.people.actors import Actor, Permission
from zhijia.kernel.people.regions import demand_region
from zhijia.kernel.rules import calendar
from zhijia.kernel.rules.models import NATIONAL, Closure
from zhijia.kernel.rules.units import CLOCK_TIME
from zhijia.kernel.rules.workdays import Entry

from . import registry
from .rule_changes import cases_of, region_name, told_of

SHOWN, MOST = 8, 5000
"""Clocks that a preview shows, and those that it computes."""


@dataclass(frozen=True)
class Moved:
    """One clock before and after."""

    no: str
    clock: Text
    before: datetime
    after: datetime


@dataclass(frozen=True)
class Preview:
    """Which running clocks would move, as the engine computes it."""

    looked_at: int
    cases: int
    moved: int
    samples: list[Moved]
    more: bool
    """Whether there are more clocks than were computed."""


def whole_house(actor: Actor) -> bool:
    """Whether the actor operates the whole installation, not a part: the nation's table is everybody's."""
    if actor.system:
        return True
    reach = actor.within(Permission.SETTINGS)
    return bool(reach) and not Org.objects.filter(parent=None).exclude(pk__in=orgs_in(reach)).exists()


def preview_closing(*, region: str, day: date, name: str, basis: str, actor: Actor, now: datetime) -> Preview:
    """What closing this day would move; nothing is kept. Raises what `close` raises."""
    _demand(region, day, actor, now)
    return _computed(
        region, day, lambda: calendar.close_day(
            region=region, day=day, name=name, basis=basis, actor_id=actor.account_id, now=now
        )
    )  # fmt: skip


def preview_opening(*, closure: Closure, actor: Actor, now: datetime) -> Preview:
    """What taking a closure back would move. Raises what `reopen` raises."""
    _demand(closure.region, closure.date, actor, now)
    return _computed(closure.region, closure.date, lambda: calendar.open_day(closure))


@transaction.atomic
def close(*, region: str, day: date, name: str, basis: str, actor: Actor, now: datetime) -> int:
    """Let the region rest on a day to come, by a law or notice that is named; how many clocks that moved.

    Raises Forbidden beyond the actor's region, Invalid for bad fields, a day that is not to come or off already.
    """
    _demand(region, day, actor, now)
    made = calendar.close_day(region=region, day=day, name=name, basis=basis, actor_id=actor.account_id, now=now)
    moved = _follow("calendar.closed", region, day, actor, now)
    data = {"region": region_name(region), "day": str(day), "name": made.name, "n": moved}
    inform(template="calendar.closed", data=data, now=now, accounts=told_of(region, actor, now))
    return moved


@transaction.atomic
def reopen(*, closure_id: int, actor: Actor, now: datetime) -> int:
    """Take a closure back before its day; how many clocks that moved. Raises NotFound, Forbidden, Conflict."""
    closure = Closure.objects.select_for_update().filter(pk=closure_id).first()
    if closure is None:
        raise NotFound(code="no_such_closure")
    if closure.date <= _today(now):
        raise Conflict(_("This day has come: what was counted by it stays."))
    _demand(closure.region, closure.date, actor, now)
    region, day = closure.region, closure.date
    calendar.open_day(closure)
    return _follow("calendar.opened", region, day, actor, now)


@transaction.atomic
def load_table(*, rows: Sequence[Entry], basis: str, actor: Actor, now: datetime) -> tuple[int, int]:
    """The State Council's table of one year, in place of what was loaded for it; the year, and how many clocks moved.

    Raises Forbidden for whoever operates only a part of the installation, Invalid for half a table.
    """
    if not whole_house(actor):
        reason = _("The nation's table is loaded by an administrator of the whole installation.")
        raise Forbidden(reason, code="out_of_reach")
    year = calendar.load_year(rows, basis=basis, now=now)
    done = store.recompute_running(reason=f"calendar {year}: {basis}"[:300], now=now)
    append(
        chain="calendar:000000", act="calendar.loaded", subject=f"calendar:{year}", actor=actor, now=now,
        data={"year": year, "days": len(rows), "moved": len(done.changed)},
    )  # fmt: skip
    return year, len(done.changed)


def _demand(region: str, day: date, actor: Actor, now: datetime) -> None:
    demand_region(actor, region)
    problems = []
    if region == NATIONAL:
        reason = _("The nation's days off come with the State Council's table, not one by one.")
        problems.append(FieldProblem("region", "national", reason))
    if day <= _today(now):
        problems.append(FieldProblem("date", "past", _("Choose a day to come: what was counted already stays.")))
    if problems:
        raise Invalid(*problems)


def _touched(region: str, day: date) -> Q:
    """Running clocks there that the day can move: counted in days, begun before it ends, not over before it begins."""
    starts, ends = (datetime.combine(day, at, CHINA) for at in (time.min, time.max))
    return (
        cases_of(region, "case__")
        & Q(state=DeadlineState.RUNNING, due_at__gte=starts, started_at__lte=ends)
        & ~Q(unit__in=CLOCK_TIME)
    )


def _computed(region: str, day: date, change: Callable[[], object]) -> Preview:
    with transaction.atomic():
        change()
        rows = Deadline.objects.filter(_touched(region, day)).order_by("due_at", "id")
        places = F("case__region")
        found = list(rows.annotate(region=places, no=F("case__no"), service=F("case__service"))[: MOST + 1])
        moved, cases = list[Moved](), set[int]()
        for row in found[:MOST]:
            before = row.due_at
            if store.place(row, region=row.region):
                clock = registry.service(row.service).clock(row.key)
                moved.append(Moved(row.no, clock.title, before, row.due_at))
                cases.add(row.case_id)
        transaction.set_rollback(True)
    return Preview(len(found[:MOST]), len(cases), len(moved), moved[:SHOWN], len(found) > MOST)


def _follow(act: str, region: str, day: date, actor: Actor, now: datetime) -> int:
    done = store.recompute_running(reason=f"{act} {region} {day}", now=now, only=_touched(region, day))
    append(
        chain=f"calendar:{region}", act=act, subject=f"calendar:{region}", actor=actor, now=now,
        data={"region": region, "day": str(day), "looked_at": done.looked_at, "moved": len(done.changed)},
    )  # fmt: skip
    return len(done.changed)


def _today(now: datetime) -> date:
    return now.astimezone(CHINA).date()
