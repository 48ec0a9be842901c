"""What the page of a booking shows: the hour and the lawyer, and the free hours of the unit."""

from collections.abc import Mapping
from itertools import groupby, islice
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.service.declare import Panel

from . import slots
from .lawyers import name_of
from .slots import V

CHOOSING = frozenset({"asked", "missed"})
SHOWN = 5
"""Days of free hours that the page shows; the question offers more."""


def visit(c: V) -> Mapping[str, Any] | None:
    """The hour that was chosen, or what is free; and the advice, once given."""
    free = slots.free(c) if c.case.state in CHOOSING else []
    days = groupby((slot.starts_at.astimezone(CHINA) for slot in free), key=lambda at: at.date())
    shown = [(day, [f"{at:%H:%M}" for at in hours]) for day, hours in islice(days, SHOWN)]
    return {"lawyer": name_of(c.facts.lawyer_id), "free": shown, "choosing": c.case.state in CHOOSING}


PANELS = (Panel(key="visit", title=_("Lawyer and hour"), template="legal_aid/visit.html", show=visit, worker=True),)
