"""When simulated people work: offices on working days, the hotline's desks every day."""

from datetime import date, datetime, time, timedelta

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.rules.calendar import current

OPENS, CLOSES = 9, 18
DESK_OPENS, DESK_CLOSES = 8, 22


def in_office(at: datetime, hours: float) -> datetime:
    """The moment after so many office hours, which lie on working days only."""
    return _after(at, hours, OPENS, CLOSES, every_day=False)


def at_desk(at: datetime, minutes: float) -> datetime:
    """The moment after so many minutes of the hotline's desks, which are open every day."""
    return _after(at, minutes / 60, DESK_OPENS, DESK_CLOSES, every_day=True)


def _after(at: datetime, hours: float, opens: int, closes: int, *, every_day: bool) -> datetime:
    moment, left, calendar = at.astimezone(CHINA), timedelta(hours=hours), current()
    while True:
        begin, end = _day(moment.date(), opens), _day(moment.date(), closes)
        if (every_day or calendar.day(moment.date()).working) and moment < end:
            begin = max(moment, begin)
            if begin + left <= end:
                return begin + left
            left -= end - begin
        moment = _day(moment.date() + timedelta(days=1), 0)


def _day(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), CHINA)
