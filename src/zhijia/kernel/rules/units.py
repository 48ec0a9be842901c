"""What a rule value counts, and how to say it: "15 working days"."""

from enum import StrEnum

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from zhijia.kernel.base.errors import Text


class Unit(StrEnum):
    """The unit of a rule value. TEXT values carry words instead of a number."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WORKDAYS = "workdays"
    MONTHS = "months"
    YEARS = "years"
    COUNT = "count"
    YUAN = "yuan"
    RATIO = "ratio"
    TEXT = "text"

    @property
    def label(self) -> Text:
        """The unit's name for people."""
        return _LABELS[self]

    @property
    def whole(self) -> bool:
        """Whether only whole numbers make sense."""
        return self in TIME or self is Unit.COUNT


TIME = frozenset({Unit.MINUTES, Unit.HOURS, Unit.DAYS, Unit.WORKDAYS, Unit.MONTHS, Unit.YEARS})
"""Units that a clock can count."""

CLOCK_TIME = frozenset({Unit.MINUTES, Unit.HOURS})
"""Units that run around the clock, from moment to moment; all others run from day to day."""

_LABELS: dict[Unit, Text] = {
    Unit.MINUTES: _("minutes"),
    Unit.HOURS: _("hours"),
    Unit.DAYS: _("days"),
    Unit.WORKDAYS: _("working days"),
    Unit.MONTHS: _("months"),
    Unit.YEARS: _("years"),
    Unit.COUNT: _("number"),
    Unit.YUAN: _("yuan"),
    Unit.RATIO: _("ratio"),
    Unit.TEXT: _("words"),
}


def phrase(amount: int, unit: Unit) -> Text:
    """An amount of time in words, such as "15 working days". Raises KeyError for units that are not time."""
    forms = {
        Unit.MINUTES: ngettext_lazy("{n} minute", "{n} minutes", amount),
        Unit.HOURS: ngettext_lazy("{n} hour", "{n} hours", amount),
        Unit.DAYS: ngettext_lazy("{n} day", "{n} days", amount),
        Unit.WORKDAYS: ngettext_lazy("{n} working day", "{n} working days", amount),
        Unit.MONTHS: ngettext_lazy("{n} month", "{n} months", amount),
        Unit.YEARS: ngettext_lazy("{n} year", "{n} years", amount),
    }
    return format_lazy(forms[unit], n=amount)
