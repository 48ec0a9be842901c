"""Working something out on paper: lines with formula and article, values that the place sets, and what is left open.

An amount is a Decimal in yuan, rounded half up to the fen where a line ends; what comes after goes on from the rounded
line, as whoever checks it with pencil and paper would.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any, TypeVar

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Invalid, Text
from zhijia.kernel.rules.values import RuleValue
from zhijia.kernel.rules.workdays import Calendar

from .rules import TITLES

Value = Decimal | int | date | Text
V = TypeVar("V", Decimal, int, date, Text)
Find = Callable[[str, date], RuleValue | None]
"""The value of the place that is in force on a day."""
FEN = Decimal("0.01")
LARGEST = Decimal(10) ** 13
"""Yuan; more is a slip of the keyboard."""


class Measure(StrEnum):
    """What a line's value is."""

    YUAN = "yuan"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"
    DAY = "day"
    WORDS = "words"


@dataclass(frozen=True)
class Line:
    """One line of the working: what it is, its value, how it came about and on what ground."""

    title: Text
    value: Value
    measure: Measure
    formula: Text = ""
    basis: str = ""
    """The article, as the law names it."""
    result: bool = False
    """Whether it is an answer, and not a step on the way."""


@dataclass(frozen=True)
class Note:
    """What a number cannot say: a condition, an exception, what to keep as evidence."""

    text: Text
    basis: str = ""


@dataclass(frozen=True)
class Need:
    """A value that the asker gives or the place has on record: its rule, what was given, and the field to ask for."""

    key: str
    given: Decimal | None
    field: str


@dataclass
class Working:
    """A calculation under way, for one place and one day."""

    region: str
    on: date
    find: Find
    calendar: Callable[[], Calendar]
    """The working days of the place; asked for only where a calculation needs them."""
    lines: list[Line] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    used: list[RuleValue] = field(default_factory=list)
    """Values of the place that went into it, each with its source and the day from which it holds."""
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    """What can be claimed by it at least and at most: what a case adds up."""

    def line(self, title: Text, value: V, measure: Measure, formula: Text = "", basis: str = "") -> V:
        """Write a step and give its value back; an amount is rounded to the fen."""
        return self._write(title, value, measure, formula, basis, result=False)

    def result(self, title: Text, value: V, measure: Measure, formula: Text = "", basis: str = "") -> V:
        """Write an answer and give its value back."""
        return self._write(title, value, measure, formula, basis, result=True)

    def step(self, title: Text, amount: Decimal, formula: Text = "", basis: str = "") -> Decimal:
        """Write an amount on the way."""
        return self.line(title, amount, Measure.YUAN, formula, basis)

    def amount(self, title: Text, amount: Decimal, formula: Text = "", basis: str = "") -> Decimal:
        """Write an amount that answers but is no sum to claim: a wage of an hour, a payment each month."""
        return self.result(title, amount, Measure.YUAN, formula, basis)

    def claim(
        self, title: Text, amount: Decimal, formula: Text = "", basis: str = "", *, low: bool = True, high: bool = True
    ) -> Decimal:
        """Write a sum that can be claimed; without `low` it is the most, without `high` the least of a range."""
        kept = self.result(title, amount, Measure.YUAN, formula, basis)
        self.low += kept if low else 0
        self.high += kept if high else 0
        return kept

    def says(self, title: Text, words: Text, formula: Text = "", basis: str = "") -> None:
        """Write an answer in words."""
        self.lines.append(Line(title, words, Measure.WORDS, formula, basis, result=True))

    def note(self, text: Text, basis: str = "") -> None:
        """Say what a number cannot."""
        self.notes.append(Note(text, basis))

    def known(self, key: str, given: Decimal | None, name: str, *, on: date | None = None) -> Decimal:
        """The value that the asker gave, else the one in force in the place. Raises as `all_known`."""
        return self.all_known(Need(key, given, name), on=on)[0]

    def all_known(self, *needs: Need, on: date | None = None) -> list[Decimal]:
        """The values that were given, else those in force in the place on a day. Raises Invalid, naming every field for
        which there is neither: a missing value is asked for, never guessed."""
        found = [self._look_up(need, on or self.on) for need in needs]
        says = _("We have no “{title}” on record for this place and day. Look it up and fill it in.")
        missing = [
            FieldProblem(need.field, "value_of_place", format_lazy(says, title=TITLES[need.key]))
            for need, value in zip(needs, found, strict=True) if value is None
        ]  # fmt: skip
        if missing:
            raise Invalid(*missing)
        return [value for value in found if value is not None]

    def _look_up(self, need: Need, on: date) -> Decimal | None:
        if need.given is not None:
            return need.given
        rule = self.find(need.key, on)
        if rule is None or rule.value is None:
            return None
        if rule not in self.used:
            self.used.append(rule)
        return rule.value

    def _write(self, title: Text, value: V, measure: Measure, formula: Text, basis: str, *, result: bool) -> V:
        kept: Any = value
        if measure == Measure.YUAN and isinstance(value, Decimal):
            if abs(value) >= LARGEST:
                raise refuse("", _("These numbers are too large to mean anything. Look at each of them again."))
            kept = rounded(value)
        self.lines.append(Line(title, kept, measure, formula, basis, result))
        return kept  # type: ignore[no-any-return]


def rounded(amount: Decimal) -> Decimal:
    """To the fen, half up."""
    return amount.quantize(FEN, ROUND_HALF_UP)


def floored(value: Decimal) -> Decimal:
    """Whole units only, as "不足 1 整天的部分不享受" demands."""
    return value.quantize(Decimal(1), ROUND_DOWN)


def said(value: Decimal | int) -> str:
    """A number as a formula shows it: 8,700, 21.75, 0.5."""
    return f"{Decimal(value):,.4f}".rstrip("0").rstrip(".")


def refuse(name: str, says: Text) -> Invalid:
    """The error that an answer makes no sense here; raise it."""
    return Invalid(FieldProblem(name, "makes_no_sense", says))


Given = Mapping[str, Any]
"""Cleaned answers by name; amounts as Decimal in yuan, what was left out None, "" or False."""
