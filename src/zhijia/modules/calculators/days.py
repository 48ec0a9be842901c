"""Counting between days as labour law does: whole months and years by the calendar, whatever their length."""

from calendar import monthrange
from datetime import date, timedelta


def plus_months(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where it has no such day (民法典202): for limits, whose
    last day it is (January 31 -> February 28)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def plus_years(day: date, years: int) -> date:
    """The same day so many years later; February 29 becomes 28."""
    return plus_months(day, 12 * years)


def after_months(begin: date, months: int) -> date:
    """The first day after so many whole months that begin on `begin`: where a month has no such day, it was whole on
    its last (January 31 -> March 1)."""
    ends = plus_months(begin, months)
    return ends if ends.day == begin.day else ends + timedelta(days=1)


def whole_months(begin: date, end: date) -> int:
    """Complete months from `begin` to the day before `end` (`end` is the first day that does not count)."""
    months = (end.year - begin.year) * 12 + end.month - begin.month
    while months > 0 and after_months(begin, months) > end:
        months -= 1
    return max(months, 0)


def whole_years(begin: date, end: date) -> int:
    """Complete years from `begin` to the day before `end`."""
    return whole_months(begin, end) // 12
