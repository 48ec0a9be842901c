"""Whether an award is final (LDMAL 47), item by item. Pure: no database.

Money for wages, injury medical cost, severance or damages is final up to twelve local monthly minimum wages, each item
by itself (interpretation I 19); disputes on the state's standards of working time, leave and insurance are final
whatever the sum; everything else is open. An award with items of both sorts counts as open (20), and what the paper
says of itself decides before all of this (18).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from .models import Declared, Item

PAY = frozenset({
    Item.WAGES, Item.OVERTIME, Item.SICK_PAY, Item.DOUBLE, Item.NOTICE, Item.INJURY_COST, Item.SEVERANCE, Item.DAMAGES,
})  # fmt: skip
"""LDMAL 47 (1). Double wages, sick pay and the month in place of notice are counted here by the joint opinion of 2022
of ministry and court (?)."""
STANDARDS = frozenset({Item.HOURS, Item.LEAVE, Item.INSURANCE})
"""LDMAL 47 (2)."""


class Why(StrEnum):
    """What an item's answer rests on."""

    WITHIN = "within"
    ABOVE = "above"
    STANDARD = "standard"
    OTHER = "other"
    LIMIT_MISSING = "limit_missing"
    """Nobody knows the minimum wage of the place: to be asked for, never guessed."""
    TOGETHER = "together"
    """A sum of several workers above the limit says nothing of each of them: to be written worker by worker."""
    OPEN = "open"
    """Not decided yet."""


@dataclass(frozen=True)
class Decided:
    """One item as an award decides it; `sum` in fen, None while it is open; `workers` whose sum it is."""

    item: str
    sum: int | None
    workers: int = 1


@dataclass(frozen=True)
class Finding:
    """Whether one item is final, and why; `final` None: it cannot be said."""

    final: bool | None
    why: Why


def of_item(decided: Decided, limit: int | None) -> Finding:
    """The test of one item; `limit` is twelve monthly minimum wages in fen, None where that is not known."""
    if decided.sum is None:
        return Finding(None, Why.OPEN)
    if decided.item in STANDARDS:
        return Finding(True, Why.STANDARD)
    if decided.item not in PAY:
        return Finding(False, Why.OTHER)
    if decided.sum == 0:
        return Finding(True, Why.WITHIN)
    if limit is None:
        return Finding(None, Why.LIMIT_MISSING)
    if decided.sum <= limit:
        return Finding(True, Why.WITHIN)
    return Finding(None, Why.TOGETHER) if decided.workers > 1 else Finding(False, Why.ABOVE)


def of_award(declared: str, findings: Iterable[Finding]) -> bool | None:
    """Whether the whole award is final; None where the paper is silent and an item cannot be judged."""
    if declared != Declared.SILENT:
        return declared == Declared.FINAL
    known = [finding.final for finding in findings]
    if False in known:
        return False
    return None if None in known or not known else True
