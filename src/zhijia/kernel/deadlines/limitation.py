"""The limitation period of a labour claim: when it began, what began it anew, when it ends. Pure: no database.

LDMAL 27: one year from the day the right was known to be hurt (I); a demand, a complaint to an authority or the other
side's promise begins it anew from that day (II); while the employment lasts wages are not limited, and after it one
year from its end (IV). Which day it starts from is the caller's to say.

Two counts are kept apart, because an institution may see less than happened (domain 3.0): the wide one takes every act
and lets a last day that is off move on (Civil Procedure Law 85); the safe one takes only acts that can be proved and
moves nothing. The worker is shown the earlier date.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Protocol

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.rules.units import Unit
from zhijia.kernel.rules.workdays import Calendar

from .clock import Limit, compute

PERIOD = Limit(1, Unit.YEARS)
"""As the law says it; the clock of a case takes the rule of its service."""


class Act(Protocol):
    """What may begin the period anew; `acts.LimitationAct` fits."""

    @property
    def day(self) -> date: ...
    @property
    def proved(self) -> bool: ...


@dataclass(frozen=True)
class Count:
    """One way of counting."""

    start: date
    """The day it counts from: the first one or that of the newest act that counts."""
    end: date
    """The last day on which arbitration can be applied for."""
    late: tuple[date, ...]
    """Days of acts after the period had ended: they begin nothing anew."""


@dataclass(frozen=True)
class Limitation:
    """Both counts of a claim whose period runs."""

    safe: Count
    wide: Count

    @property
    def shown(self) -> date:
        """The date that the worker is shown: the earlier one."""
        return min(self.safe.end, self.wide.end)

    @property
    def differs(self) -> bool:
        """Whether an institution might allow more time than the worker should rely on."""
        return self.safe.end != self.wide.end

    def days_left(self, today: date) -> int:
        """Days from today to the shown date; negative when it has passed."""
        return (self.shown - today).days


def limitation(
    *, start: date | None, acts: Iterable[Act], calendar: Calendar, period: Limit = PERIOD
) -> Limitation | None:
    """When the right to apply for arbitration ends, counted from `start`: the day the right was known to be hurt, for
    wages the end of the employment. None while there is no such day.

    An act before it changes nothing; one after the period had ended begins nothing anew.
    """
    if start is None:
        return None
    known = sorted(acts, key=lambda act: act.day)
    return Limitation(
        safe=_count(start, [act.day for act in known if act.proved], calendar, period, moved=False),
        wide=_count(start, [act.day for act in known], calendar, period, moved=True),
    )


def midnight(day: date) -> datetime:
    """The first moment of a day in China: the moment from which a clock that began on it counts."""
    return datetime.combine(day, time(), CHINA)


def _count(start: date, acts: list[date], calendar: Calendar, period: Limit, *, moved: bool) -> Count:
    end, late = _end(start, calendar, period, moved=moved), []
    for day in acts:
        if day > end:
            late.append(day)
        elif day > start:
            start, end = day, _end(day, calendar, period, moved=moved)
    return Count(start, end, tuple(late))


def _end(start: date, calendar: Calendar, period: Limit, *, moved: bool) -> date:
    """The last day of the period; `moved` lets one that is off go to the next open day."""
    due = compute(start=midnight(start), limit=period, calendar=calendar)
    return (due.at if moved else due.steps[0].end).astimezone(CHINA).date()
