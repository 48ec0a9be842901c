"""The arithmetic of the statutory clock: from a start, a limit and what moved it, to the day it ends. No database.

How time is counted (民诉法 85, 民法典 200 to 204):
- Days, working days, months and years run from day to day in China. The day of the event does not count; the last
  day ends at 24:00, which we write as 23:59:59 of that day.
- Months and years end on the day of the same number, or on the last day of a shorter month (民法典 202).
- A last day that is off moves to the next open day (`next_open_day`); working days never end on one.
- Hours and minutes run around the clock from the moment of the event (民法典 201 II), and nothing moves their end.
- Suspended: of day limits, neither the day of suspension nor the day of resumption nor any between them counts, and
  counting goes on with the day after resumption; a last day that is off moves past such days too. Of hour limits,
  exactly the time between the two moments does not count.
- Extended: the extension counts on from the end reached so far (the moved one), as a limit of its own.
- Undone: the caller leaves the move out. A resumption without a suspension, and a second suspension inside one, are
  then without effect.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Misconfigured
from zhijia.kernel.rules.units import CLOCK_TIME, TIME, Unit
from zhijia.kernel.rules.workdays import LAST_YEAR, Calendar, next_open_day

DAY = timedelta(days=1)
END_OF_DAY = time(23, 59, 59, tzinfo=CHINA)
"""24:00 of a last day, as the last whole second of it."""
LARGEST = 1_000_000
"""No limit has more units than this."""


@dataclass(frozen=True)
class Limit:
    """`amount` of `unit`; 0 days means by the end of the same day. Raises Misconfigured when it is not time."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in TIME or not 0 <= self.amount <= LARGEST:
            raise Misconfigured(f"{self.amount} {self.unit} is not a limit that a clock can count")


class MoveKind(StrEnum):
    """What may move a running clock. To undo one, leave it out."""

    SUSPEND = "suspend"
    RESUME = "resume"
    EXTEND = "extend"


@dataclass(frozen=True)
class Move:
    """One move of a clock at an aware moment. `amount` and `unit` (default: the limit's) are for EXTEND only."""

    kind: MoveKind
    at: datetime
    amount: int = 0
    unit: Unit | None = None
    reason: str = ""
    id: int | None = None


class StepKind(StrEnum):
    """What a step of the explanation did: counted, left out a suspension, moved off a day that is off, counted on."""

    COUNT = "count"
    SUSPEND = "suspend"
    ROLL = "roll"
    EXTEND = "extend"


@dataclass(frozen=True)
class Step:
    """One step from start to due.

    COUNT and EXTEND: `amount` of `unit` counted from `start` gave `end`, suspensions left out. SUSPEND: `amount` of
    what is counted (days, working days or minutes) between `start` and `end` was left out; `open` while it lasts.
    ROLL: the last day `start` is off, so `end`.
    """

    kind: StepKind
    start: datetime
    end: datetime
    amount: int = 0
    unit: Unit | None = None
    reason: str = ""
    id: int | None = None
    open: bool = False


@dataclass(frozen=True)
class Due:
    """Where a clock ends: `planned` without moves, `at` with them, `latest` if every extension still allowed is given.

    `provisional`: `at` rests on a year whose calendar is not published. `suspended`: the clock stands still, and `at`
    is where it would end if it were resumed now (one that had run out before cannot be suspended). In China's time.
    """

    planned: datetime
    at: datetime
    latest: datetime
    provisional: bool
    suspended: bool
    steps: tuple[Step, ...]
    unit: Unit
    latest_provisional: bool = False


@dataclass(frozen=True)
class Pause:
    """A suspension from `start` to `end`; `open` while nobody has resumed (then `end` is the present)."""

    start: datetime
    end: datetime
    reason: str = ""
    id: int | None = None
    open: bool = False


def pauses_of(moves: Sequence[Move], now: datetime | None = None) -> list[Pause]:
    """The suspensions among `moves`, in order. One still open ends at `now`, or where it began if that is not given."""
    pauses: list[Pause] = []
    begun: Move | None = None
    for move in sorted(moves, key=lambda m: m.at):
        if move.kind == MoveKind.SUSPEND and begun is None:
            begun = move
        elif move.kind == MoveKind.RESUME and begun is not None:
            pauses.append(Pause(_china(begun.at), _china(move.at), begun.reason, begun.id))
            begun = None
    if begun is not None:
        start = _china(begun.at)
        end = start if now is None else max(start, _china(now))
        pauses.append(Pause(start, end, begun.reason, begun.id, open=True))
    return pauses


def compute(
    *, start: datetime, limit: Limit, moves: Sequence[Move] = (), calendar: Calendar, now: datetime | None = None,
    max_extension: Limit | None = None, extensions_left: int = 0,
) -> Due:  # fmt: skip
    """Where a clock of `limit` that started at `start` ends; see the module for how time is counted.

    `now` matters only while the clock is suspended. `latest` adds `extensions_left` times `max_extension`. Raises
    Invalid when the end lies outside the calendar, ValueError for moments without a time zone.
    """
    start = _china(start)
    pauses = pauses_of(moves, now)
    run = _Run(calendar, pauses)
    at = run.leg(StepKind.COUNT, start, limit)
    planned = _Run(calendar, []).leg(StepKind.COUNT, start, limit) if moves else at
    for move in sorted((m for m in moves if m.kind == MoveKind.EXTEND), key=lambda m: m.at):
        at = run.leg(StepKind.EXTEND, at, Limit(move.amount, move.unit or limit.unit), move.reason, move.id)
    steps, provisional = tuple(run.steps), run.provisional
    latest = at
    if max_extension:
        for _ in range(extensions_left):
            latest = run.leg(StepKind.EXTEND, latest, max_extension)
    suspended = bool(pauses) and pauses[-1].open and pauses[-1].start <= at
    return Due(planned, at, latest, provisional, suspended, steps, limit.unit, run.provisional)


class _Run:
    """One computation: the calendar, the suspensions, and the steps so far."""

    def __init__(self, calendar: Calendar, pauses: list[Pause]) -> None:
        self.calendar = calendar
        self.pauses = pauses
        self.steps: list[Step] = []
        self.provisional = False

    def leg(self, kind: StepKind, start: datetime, limit: Limit, reason: str = "", id: int | None = None) -> datetime:
        """Count `limit` on from `start`; notes the steps and returns the end."""
        at = len(self.steps)
        if limit.unit in CLOCK_TIME:
            raw = end = self._moments(start, limit)
        else:
            last, final = self._days(start.date(), limit)
            raw = end = datetime.combine(last, END_OF_DAY)
            if final != last:
                end = datetime.combine(final, END_OF_DAY)
                self.steps.append(Step(StepKind.ROLL, raw, end))
        self.steps.insert(at, Step(kind, start, raw, limit.amount, limit.unit, reason, id))
        return end

    def _moments(self, start: datetime, limit: Limit) -> datetime:
        end = start + timedelta(**{limit.unit.value: limit.amount})
        for pause in self.pauses:
            if pause.start >= end:
                break
            lost = pause.end - max(pause.start, start)
            if lost > timedelta():
                end += lost
                self._suspended(pause, round(lost.total_seconds() / 60), Unit.MINUTES)
        return end

    def _days(self, start: date, limit: Limit) -> tuple[date, date]:
        """The last day counted, and the open day it moves to."""
        calendar, amount, working = self.calendar, limit.amount, limit.unit == Unit.WORKDAYS
        last = calendar.add_working_days(start, amount) if working and amount else _plain_end(start, limit)
        counted = start
        for pause in self.pauses:
            first, until = max(pause.start.date(), counted + DAY), pause.end.date()
            if first > last:
                break
            if until < first:
                continue
            # `counted` keeps a day that ends one suspension and begins the next from being left out twice.
            counted = until
            left_out = calendar.working_days(first - DAY, until) if working else (until - first).days + 1
            if left_out:
                last = calendar.add_working_days(last, left_out) if working else last + left_out * DAY
            self._suspended(pause, left_out, Unit.WORKDAYS if working else Unit.DAYS)
        final = next_open_day(last, calendar)
        for pause in self.pauses:
            if pause.start.date() <= final <= pause.end.date():
                final = next_open_day(pause.end.date() + DAY, calendar)
        seen_from = min(start + DAY, last) if working else last
        self.provisional = self.provisional or not calendar.known_between(seen_from, final)
        return last, final

    def _suspended(self, pause: Pause, amount: int, unit: Unit) -> None:
        self.steps.append(
            Step(StepKind.SUSPEND, pause.start, pause.end, amount, unit, pause.reason, pause.id, pause.open)
        )


def _plain_end(start: date, limit: Limit) -> date:
    """The last day of a limit of days, months or years, or of 0 working days."""
    if limit.unit in (Unit.DAYS, Unit.WORKDAYS):
        return start + limit.amount * DAY
    months = start.month - 1 + limit.amount * (12 if limit.unit == Unit.YEARS else 1)
    year, month = min(start.year + months // 12, LAST_YEAR + 1), months % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def _china(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(CHINA)


class ClockState(StrEnum):
    """How the clock chip looks (look.md, section 4)."""

    OK = "ok"
    SOON = "soon"
    TODAY = "today"
    OVER = "over"
    PAUSE = "pause"
    DONE = "done"


SOON_WORKDAYS, SOON_DAYS, SOON_HOURS = 3, 7, 24
"""A clock is `soon` with this much left: of working days, of other days, or of hour limits."""


@dataclass(frozen=True)
class Left:
    """The clock chip: its state and its numbers, each 0 rather than negative.

    `working_days` and `days` are those after today up to and with the due day; `hours` are whole hours. `over_days`
    counts from the day after the due day, `over_hours` each hour begun; on a clock that is done, at the moment it was.
    """

    state: ClockState
    working_days: int = 0
    days: int = 0
    hours: int = 0
    over_days: int = 0
    over_hours: int = 0

    @property
    def late(self) -> bool:
        """Whether the due moment passed before it was done, or before now."""
        return self.over_hours > 0


def left(
    *, at: datetime, unit: Unit, calendar: Calendar, now: datetime, suspended: bool = False,
    done_at: datetime | None = None,
) -> Left:  # fmt: skip
    """What is left until `at` of a limit counted in `unit`, or by how much it was missed."""
    moment = _china(now if done_at is None else done_at)
    at = _china(at)
    over = moment > at and (done_at is not None or not suspended)
    numbers = Left(
        ClockState.OVER,
        working_days=calendar.working_days(moment.date(), at.date()),
        days=max(0, (at.date() - moment.date()).days),
        hours=max(0, int((at - moment) / timedelta(hours=1))),
        over_days=(moment.date() - at.date()).days if over else 0,
        over_hours=-((at - moment) // timedelta(hours=1)) if over else 0,
    )
    return replace(numbers, state=_state(numbers, unit, done=done_at is not None, paused=suspended, over=over))


def _state(numbers: Left, unit: Unit, *, done: bool, paused: bool, over: bool) -> ClockState:
    if done or paused:
        return ClockState.DONE if done else ClockState.PAUSE
    if over or not numbers.days:
        return ClockState.OVER if over else ClockState.TODAY
    if unit in CLOCK_TIME:
        soon = numbers.hours < SOON_HOURS
    elif unit == Unit.WORKDAYS:
        soon = numbers.working_days <= SOON_WORKDAYS
    else:
        soon = numbers.days <= SOON_DAYS
    return ClockState.SOON if soon else ClockState.OK


def state(due: Due, now: datetime, done_at: datetime | None = None, *, calendar: Calendar) -> Left:
    """The chip of a computed due date; see `left`."""
    return left(at=due.at, unit=due.unit, calendar=calendar, now=now, suspended=due.suspended, done_at=done_at)
