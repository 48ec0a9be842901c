"""What a calculator declares, and how one is run."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base import money
from zhijia.kernel.base.errors import FieldProblem, Invalid, NotFound, Text
from zhijia.kernel.rules import calendar
from zhijia.kernel.rules.values import RuleValue, in_force
from zhijia.kernel.rules.workdays import Calendar
from zhijia.kernel.service.declare import Ask, Kind
from zhijia.kernel.service.inputs import read

from .working import Find, Given, Line, Note, Working

LAW_AS_OF = date(2026, 11, 25)
"""The day of the law texts against which the formulas were read; a formula that changes moves it."""


@dataclass(frozen=True, kw_only=True)
class Calculator:
    """One calculation: its questions, and the function that works it out."""

    key: str
    title: Text
    says: Text
    """What it tells, in one sentence."""
    group: str
    """The worker's question under which it is found (catalogue.GROUPS)."""
    asks: tuple[Ask, ...]
    work: Callable[[Working, Given], None]
    basis: str
    """Its articles, as the laws name them."""
    family: str
    """Calculators of one family answer the same claim in different ways; "injury.once" is a part of "injury"."""
    words: str = ""
    """Other words under which people look for it, in Chinese."""


@dataclass(frozen=True)
class Answer:
    """A calculation that is done."""

    calculator: Calculator
    region: str
    on: date
    given: Mapping[str, Any]
    lines: tuple[Line, ...]
    notes: tuple[Note, ...]
    used: tuple[RuleValue, ...]
    """Values of the place."""
    low: int = 0
    """Fen that can be claimed by it at least; 0 where it gives no such sum."""
    high: int = 0

    @property
    def results(self) -> tuple[Line, ...]:
        """The lines that answer the question."""
        return tuple(line for line in self.lines if line.result)

    @property
    def unverified(self) -> bool:
        """Whether a value went into it that nobody has checked against its source."""
        return any(not rule.verified for rule in self.used)

    @property
    def version(self) -> str:
        """State of the law, and a mark that changes with every value of the place that went into it."""
        used = "|".join(f"{r.key} {r.region} {r.in_force_from} {r.value}" for r in self.used)
        return f"{LAW_AS_OF}.{hashlib.sha256(used.encode()).hexdigest()[:6]}"


BELOW = _("Write a number that is not below zero.")
CALCULATORS: dict[str, Calculator] = {}


def calculator(
    key: str, title: Text, says: Text, *asks: Ask, group: str, basis: str, family: str = "", words: str = ""
) -> Callable[[Callable[[Working, Given], None]], Callable[[Working, Given], None]]:
    """Declare the decorated function as the calculator `key`."""

    def declare(work: Callable[[Working, Given], None]) -> Callable[[Working, Given], None]:
        CALCULATORS[key] = Calculator(
            key=key, title=title, says=says, group=group, asks=asks, work=work, basis=basis, family=family or key,
            words=words,
        )  # fmt: skip
        return work

    return declare


def of(key: str) -> Calculator:
    """The calculator with this key. Raises NotFound."""
    if key not in CALCULATORS:
        raise NotFound(code="no_such_calculator")
    return CALCULATORS[key]


def calculate(
    key: str, data: Mapping[str, Any], *, region: str, on: date, find: Find | None = None, days: Calendar | None = None
) -> Answer:
    """Work it out for a place and a day. Raises NotFound, and Invalid naming each field that is missing, makes no
    sense, or is a value of the place that nobody has put on record."""
    declared = of(key)
    given = read(declared.asks, data)
    for ask in declared.asks:
        if ask.kind == Kind.MONEY and given[ask.name] is not None:
            given[ask.name] = money.yuan(given[ask.name])
    below = [FieldProblem(ask.name, "makes_no_sense", BELOW) for ask in declared.asks if _below_zero(given[ask.name])]
    if below:
        raise Invalid(*below)
    w = Working(
        region, on, find or (lambda rule, day: in_force(rule, region=region, on=day)),
        lambda: days or calendar.current(region),
    )  # fmt: skip
    declared.work(w, given)
    low, high = int(w.low * 100), int(w.high * 100)
    return Answer(declared, region, on, given, tuple(w.lines), tuple(w.notes), tuple(w.used), low, high)


def _below_zero(value: Any) -> bool:
    return isinstance(value, Decimal) and value < 0


def whole(given: Decimal | None) -> int:
    """A count that was typed as a number; 0 where it was left out."""
    return int(given or 0)
