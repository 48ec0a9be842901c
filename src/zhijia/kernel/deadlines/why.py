"""Why this date: the sentences that explain a due date, and the calendar that counts aloud (look.md, `.why`)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby

from django.utils import dateformat
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Text
from zhijia.kernel.rules.units import CLOCK_TIME, Unit, phrase
from zhijia.kernel.rules.workdays import Calendar, Day, DayKind

from .clock import DAY, Due, Limit, Move, Pause, Step, StepKind, pauses_of

MOST_WEEKS = 6
"""A longer calendar keeps its first two weeks, the present one and its last two; the others become gaps."""


class CellKind(StrEnum):
    """What a cell of the counting calendar is."""

    START = "start"
    COUNTED = "n"
    DUE = "due"
    REST = "rest"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"
    SUSPENDED = "suspended"
    BLANK = "blank"
    GAP = "gap"


@dataclass(frozen=True)
class Cell:
    """One day of the counting calendar: its number ("16", "12/1"), the small word under it, what was counted so far.

    `today` and `unknown` (the year's calendar is not published) may go with any kind. A GAP stands alone in its row,
    for weeks left out.
    """

    date: date | None
    kind: CellKind
    number: str = ""
    label: Text = ""
    count: int = 0
    today: bool = False
    unknown: bool = False

    @property
    def css(self) -> str:
        """The classes of the table cell: make-up days are counted days too."""
        words = ["n makeup" if self.kind == CellKind.MAKEUP else self.kind.value]
        return " ".join([*words, *["now"] * self.today, *["unknown"] * self.unknown])


@dataclass(frozen=True)
class Why:
    """The explanation of a date: sentences in order, and weeks of seven cells from Monday (or one GAP cell)."""

    title: Text
    sentences: list[Text]
    weeks: list[list[Cell]]


def explain(
    *, title: Text, start: datetime, start_label: Text, limit: Limit, basis: Text, moves: Sequence[Move], due: Due,
    calendar: Calendar, now: datetime,
) -> Why:  # fmt: skip
    """Say why a clock called `title` that `start_label` ("Dispatched") started ends when `due` says.

    `due` is what `compute` made of the same start, limit, moves and calendar; `basis` names the rule's legal basis.
    """
    teller = _Teller(calendar, now.astimezone(CHINA))
    start = start.astimezone(CHINA)
    sentences = [*teller.opening(start, start_label, limit), teller.rule(title, limit, basis)]
    for leg in _legs(due.steps):
        sentences += teller.leg(leg)
    sentences += teller.closing(start, due)
    weeks = _weeks(start, due, calendar, teller.now, start_label, pauses_of(moves, now))
    return Why(title, sentences, weeks)


def _legs(steps: Sequence[Step]) -> list[list[Step]]:
    """The steps of each count: COUNT or EXTEND first, then what moved its end."""
    legs: list[list[Step]] = []
    for step in steps:
        if step.kind in (StepKind.COUNT, StepKind.EXTEND):
            legs.append([])
        legs[-1].append(step)
    return legs


class _Teller:
    """Puts steps into words; days of other years than the present one are said with their year."""

    def __init__(self, calendar: Calendar, now: datetime) -> None:
        self.calendar, self.now = calendar, now

    def day(self, d: date) -> Text:
        near = pgettext_lazy("date", "j F")
        return _formatted(d, near if d.year == self.now.year else pgettext_lazy("date", "j F Y"))

    def moment(self, moment: datetime) -> Text:
        return format_lazy("{day} {time}", day=self.day(moment.date()), time=f"{moment:%H:%M}")

    def opening(self, start: datetime, label: Text, limit: Limit) -> Iterator[Text]:
        if limit.unit in CLOCK_TIME:
            words = _("{label}: {moment}. The time runs from then on, around the clock.")
        else:
            words = _("{label}: {moment}. That day does not count.")
        yield format_lazy(words, label=label, moment=self.moment(start))

    def rule(self, title: Text, limit: Limit, basis: Text) -> Text:
        words = _("{title}: {limit}. Basis: {basis}")
        return format_lazy(words, title=title, limit=phrase(limit.amount, limit.unit), basis=basis)

    def leg(self, steps: list[Step]) -> Iterator[Text]:
        count = steps[0]
        assert count.unit is not None
        limit = phrase(count.amount, count.unit)
        if count.kind == StepKind.EXTEND:
            words = _("Extended by {limit}{reason}, counted on from {day}.")
            yield format_lazy(words, limit=limit, reason=_reason(count), day=self.day(count.start.date()))
        if count.unit == Unit.WORKDAYS:
            yield from self.days_off(count.start.date() + DAY, count.end.date())
        for step in steps[1:]:
            if step.kind == StepKind.SUSPEND:
                yield self.suspension(step)
        if count.unit in CLOCK_TIME:
            yield format_lazy(_("Counting {limit} ends at {moment}."), limit=limit, moment=self.moment(count.end))
        else:
            yield format_lazy(_("Counting {limit} ends on {day}."), limit=limit, day=self.day(count.end.date()))
        if steps[-1].kind == StepKind.ROLL:
            yield self.roll(steps[-1])

    def days_off(self, first: date, last: date) -> Iterator[Text]:
        """Which days between were not counted, holidays by name, and which weekend days were."""
        days = [self.calendar.day(first + n * DAY) for n in range((last - first).days + 1)]
        parts: list[Text] = []
        weekend = sum(day.kind == DayKind.REST for day in days)
        if weekend:
            parts.append(format_lazy(ngettext_lazy("{n} weekend day", "{n} weekend days", weekend), n=weekend))
        for (holiday, _name), run in groupby(days, key=lambda day: (day.kind == DayKind.HOLIDAY, day.name)):
            if holiday:
                parts.append(self.holiday(list(run)))
        if parts:
            yield format_lazy(_("Days off do not count: {days}."), days=_joined(parts))
        if makeups := [self.day(day.date) for day in days if day.kind == DayKind.MAKEUP]:
            yield format_lazy(_("Weekend days worked in exchange do count: {days}."), days=_joined(makeups))

    def holiday(self, run: list[Day]) -> Text:
        first, last = run[0], run[-1]
        if first == last:
            return format_lazy(_("{name} ({day})"), name=first.title, day=self.day(first.date))
        words = _("{name} ({first} to {last})")
        return format_lazy(words, name=first.title, first=self.day(first.date), last=self.day(last.date))

    def suspension(self, step: Step) -> Text:
        assert step.unit is not None
        if step.open:
            words = _("Suspended since {start}{reason}: {lost} so far do not count.")
        else:
            words = _("Suspended from {start} to {end}{reason}: {lost} do not count.")
        say = self.moment if step.unit == Unit.MINUTES else lambda moment: self.day(moment.date())
        lost = phrase(step.amount, step.unit)
        return format_lazy(words, start=say(step.start), end=say(step.end), reason=_reason(step), lost=lost)

    def roll(self, step: Step) -> Text:
        last, end = self.day(step.start.date()), self.day(step.end.date())
        day = self.calendar.day(step.start.date())
        if day.working:
            words = _("The clock stood still on {last}, so the last day moves to {end}.")
            return format_lazy(words, last=last, end=end)
        words = _("{last} is a day off, so the last day moves to the next working day, {end} (Civil Procedure Law 85).")
        return format_lazy(words, last=last, end=end)

    def closing(self, start: datetime, due: Due) -> Iterator[Text]:
        if due.suspended:
            yield _("The clock stands still now. The date below is where it would end if it went on today.")
        day = _formatted(due.at.date(), pgettext_lazy("date", "l j F Y"))
        if due.unit in CLOCK_TIME:
            yield format_lazy(_("So it is due by {time} on {day}."), time=f"{due.at:%H:%M}", day=day)
        else:
            yield format_lazy(_("So the last day is {day}, until midnight."), day=day)
        if due.planned != due.at:
            say = self.moment if due.unit in CLOCK_TIME else lambda moment: self.day(moment.date())
            yield format_lazy(_("Without suspension or extension it would have been {day}."), day=say(due.planned))
        if due.latest > due.at:
            words = _("With every extension still allowed it is {day} at the latest.")
            yield format_lazy(words, day=self.day(due.latest.date()))
        if due.latest_provisional:
            until = due.at if due.provisional else due.latest
            words = _("The days off of {year} are not published yet, so this date may still change.")
            if not due.provisional:
                words = _("The days off of {year} are not published yet, so the latest date may still change.")
            for year in range(start.year, until.year + 1):
                if not self.calendar.known(year):
                    yield format_lazy(words, year=year)


def _format(d: date, pattern: Text) -> str:
    return dateformat.format(d, str(pattern))


_formatted = lazy(_format, str)
"""A day in words, by a pattern that each language sets for itself."""


def _reason(step: Step) -> Text:
    return format_lazy(_(" ({reason})"), reason=step.reason) if step.reason else ""


def _joined(parts: list[Text]) -> Text:
    joined = parts[0]
    for part in parts[1:]:
        joined = format_lazy(_("{list}, {item}"), list=joined, item=part)
    return joined


def _weeks(
    start: datetime, due: Due, calendar: Calendar, now: datetime, start_label: Text, pauses: list[Pause]
) -> list[list[Cell]]:
    """The calendar from the week of the start to the week of the due day."""
    cells = list(_cells(start, due, calendar, now.date(), start_label, pauses))
    before = [Cell(None, CellKind.BLANK)] * start.weekday()
    after = [Cell(None, CellKind.BLANK)] * (6 - due.at.weekday())
    row = [*before, *cells, *after]
    weeks = [row[i : i + 7] for i in range(0, len(row), 7)]
    if len(weeks) <= MOST_WEEKS:
        return weeks
    shown = {0, 1, len(weeks) - 2, len(weeks) - 1}
    shown |= {i for i, week in enumerate(weeks) if any(cell.today for cell in week)}
    kept: list[list[Cell]] = []
    for left_out, run in groupby(range(len(weeks)), key=lambda i: i not in shown):
        some = [weeks[i] for i in run]
        if left_out and len(some) > 1:
            words = ngettext_lazy("{n} week left out", "{n} weeks left out", len(some))
            kept.append([Cell(None, CellKind.GAP, "", format_lazy(words, n=len(some)), some[-1][-1].count)])
        else:
            kept += [_with_month(some[0]), *some[1:]] if kept and len(kept[-1]) == 1 else some
    return kept


def _with_month(week: list[Cell]) -> list[Cell]:
    """The week after a gap says its month."""
    first = week[0]
    assert first.date is not None
    return [replace(first, number=f"{first.date.month}/{first.date.day}"), *week[1:]]


def _cells(
    start: datetime, due: Due, calendar: Calendar, today: date, start_label: Text, pauses: list[Pause]
) -> Iterator[Cell]:
    legs = _legs(due.steps)
    first, last = start.date(), due.at.date()
    count = 0
    for n in range((last - first).days + 1):
        day = calendar.day(first + n * DAY)
        while len(legs) > 1 and legs[0][-1].end.date() < day.date:
            legs.pop(0)
        kind = _kind(day, legs[0][0], first, pauses)
        counted = kind in (CellKind.COUNTED, CellKind.MAKEUP)
        count += counted
        if day.date == last:
            kind, label = CellKind.DUE, _due_label(due, count if counted else 0)
        elif kind == CellKind.START:
            label = start_label
        else:
            label = _TODAY if day.date == today else _label(day, kind, count, legs[0][0].unit)
        number = str(day.date.day) if day.date.day > 1 else f"{day.date.month}/1"
        yield Cell(day.date, kind, number, label, count, today=day.date == today, unknown=not day.known)


def _kind(day: Day, leg: Step, first: date, pauses: list[Pause]) -> CellKind:
    """What `day` was for the count of `leg`; a day off after its last counted day stays a day off."""
    if day.date == first:
        return CellKind.START
    if any(pause.start.date() <= day.date <= pause.end.date() for pause in pauses):
        return CellKind.SUSPENDED
    if leg.unit == Unit.WORKDAYS:
        return _WORKDAY_CELLS[day.kind]
    if day.date <= leg.end.date():
        return CellKind.COUNTED
    return CellKind.HOLIDAY if day.kind == DayKind.HOLIDAY else CellKind.REST


_WORKDAY_CELLS = {
    DayKind.WORKDAY: CellKind.COUNTED,
    DayKind.MAKEUP: CellKind.MAKEUP,
    DayKind.REST: CellKind.REST,
    DayKind.HOLIDAY: CellKind.HOLIDAY,
}
_TODAY = pgettext_lazy("calendar cell", "today")


def _label(day: Day, kind: CellKind, count: int, unit: Unit | None) -> Text:
    """The small word under a day. Months, years and hours are not counted by the day."""
    if kind == CellKind.COUNTED:
        return str(count) if unit in (Unit.DAYS, Unit.WORKDAYS) else ""
    if kind == CellKind.MAKEUP:
        return format_lazy(pgettext_lazy("calendar cell", "work {n}"), n=count)
    if kind == CellKind.SUSPENDED:
        return pgettext_lazy("calendar cell", "stop")
    if kind == CellKind.HOLIDAY and day.name:
        return day.title
    return pgettext_lazy("calendar cell", "moved") if day.working else pgettext_lazy("calendar cell", "rest")


def _due_label(due: Due, count: int) -> Text:
    if due.unit in CLOCK_TIME:
        return f"{due.at:%H:%M}"
    if not count:
        return pgettext_lazy("calendar cell", "moved")
    return str(count) if due.unit in (Unit.DAYS, Unit.WORKDAYS) else pgettext_lazy("calendar cell", "due")
