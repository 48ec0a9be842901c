"""Until when and where a worker files: the limitation period with its start, and the venue."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text
from zhijia.kernel.service.limiting import Limiting

from .models import Act, Matter
from .rules import C
from .venue import Venue, venue

OF_WAGES = frozenset({Matter.WAGES, Matter.OVERTIME})
"""Disputes about pay that was not paid: no limit while the employment lasts, one year from its end (LDMAL 27 IV)."""


def limit_start(c: C) -> date | None:
    """For pay the end of the employment, otherwise the day the right was known to be hurt."""
    facts = c.facts
    if facts.category in OF_WAGES:
        return None if facts.employed else facts.ended or facts.known_on
    return facts.known_on or facts.ended


def start_assumed(c: C) -> Text:
    """What is said where the end of an employment is not on record."""
    if c.facts.category in OF_WAGES and not c.facts.ended:
        return _("Counted from the day it was known, until the last day of employment is recorded.")
    return ""


LIMIT = Limiting(
    acts=Act, start=limit_start, rule="arbitration.limitation", warn="arbitration.limitation_warn",
    assumed=start_assumed,
    unlimited=_("No day is known from which the year counts. For unpaid wages none counts while the employment lasts; otherwise record the day on which it was known."),  # noqa: E501
)  # fmt: skip


def venue_of(c: C) -> Venue:
    """Where it can be filed, by what is known of the places."""
    return venue(work_place=c.facts.work_place, seat=c.facts.seat)
