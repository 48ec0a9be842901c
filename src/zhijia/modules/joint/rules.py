"""Day counts of the joint mechanism. No national text that was read sets one: all are defaults (?)."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Text, Verdict, no, yes
from zhijia.kernel.people.actors import Role
from zhijia.kernel.rules.values import RuleDefault, Unit
from zhijia.kernel.service.context import Ctx

_OURS = "default of the platform (?)"
_SWEEP = (
    RuleDefault("clock.remind_hours", 24, Unit.HOURS, _OURS, verified=False),
    RuleDefault("clock.escalate_days", 3, Unit.DAYS, _OURS, verified=False),
)


def _days(key: str, amount: int, unit: Unit = Unit.WORKDAYS, note: str = "") -> RuleDefault:
    return RuleDefault(f"joint.{key}", amount, unit, _OURS, verified=False, note=note)


TRANSFER = (
    _days("prepare", 5, note="consent, papers, letter"),
    _days("receipt", 5, note="receipt of the other side"),
    _days("feedback", 30, Unit.DAYS, "feedback of the other side"),
    _days("handling", 30, Unit.DAYS, "feedback of the union"),
    _days("returned", 5, note="next step after a return"),
    _days("close", 5, note="telling the worker and closing"),
    _days("supervise_reply", 2),
    _days("shared_days", 90, Unit.DAYS, "the shared page after closing"),
    *_SWEEP,
)
MEETING = (
    _days("topics", 15, Unit.DAYS, "topics collected"),
    _days("hold", 30, Unit.DAYS, "meeting held once its agenda is fixed"),
    _days("minutes", 5, note="minutes issued"),
    _days("carried_out", 180, Unit.DAYS, "every decision accepted"),
    *_SWEEP,
)
DECISION = (
    _days("decision_grace", 0, Unit.DAYS, "after the due day"),
    _days("decision_accept", 10, note="acceptance"),
    _days("supervise_reply", 2),
    *_SWEEP,
)
TITLES: dict[str, Text] = {"joint.shared_days": _("The page of a transfer stays readable after closing")}
"""Names of the values that no clock counts by."""
ACCEPTORS = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.SUPERVISOR, Role.QUALITY_CHECKER, Role.LEADER})
"""Who accepts what a decision asked for: anybody whose unit did not have to do it."""


def today(c: Ctx[Any]) -> date:
    """The day in China."""
    return c.now.astimezone(CHINA).date()


def served_before(c: Ctx[Any]) -> Verdict:
    """A paper was served on a day that has come."""
    if c.data.get("day") is not None and c.data["day"] > today(c):
        return no("day", _("This day has not come yet."))
    return yes()


def people_sensible(c: Ctx[Any]) -> Verdict:
    """A whole number of workers between one and a hundred thousand."""
    people = c.data.get("people")
    if people is None or (1 <= people <= 100_000 and people == int(people)):
        return yes()
    return no("people", _("Write how many workers are concerned, from 1 to 100,000."))
