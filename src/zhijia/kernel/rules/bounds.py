"""Limits that the law sets to a value itself: no region may let workers have less than that.

Declared beside the default (`RuleDefault.bound`), known to every process once the services are loaded, and asked by
`set_rule` whoever sets the value: by page, by command or by code.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Misconfigured, Text

from .units import Unit


@dataclass(frozen=True)
class Bound:
    """The article that limits a value, and how: `at_most` for a time in which workers wait, `at_least` for a time in
    which they may still claim. In the unit of the default."""

    basis: str
    at_most: Decimal | int | None = None
    at_least: Decimal | int | None = None

    def holds(self, number: Decimal) -> bool:
        """Whether the value keeps within it."""
        return (self.at_most is None or number <= self.at_most) and (self.at_least is None or number >= self.at_least)


_declared: dict[str, tuple[Bound, Unit]] = {}


def declare(key: str, bound: Bound, unit: Unit) -> None:
    """Let every later value of `key` keep within `bound`. Raises Misconfigured when another one is declared."""
    if _declared.setdefault(key, (bound, unit)) != (bound, unit):
        raise Misconfigured(f"rule {key} has two different bounds")


def bound_of(key: str) -> Bound | None:
    """The declared limit of this rule, or None."""
    found = _declared.get(key)
    return found[0] if found else None


def problem(key: str, number: Decimal, unit: Unit) -> FieldProblem | None:
    """What is wrong with the value by law, or None. A bounded value must be said in the unit of its bound."""
    if key not in _declared:
        return None
    bound, counted = _declared[key]
    if unit != counted:
        words = _("This value has a limit by law ({basis}) and is counted in {unit}.")
        return FieldProblem("value", "bound_unit", format_lazy(words, basis=bound.basis, unit=counted.label))
    if bound.holds(number):
        return None
    limits = {name: str(at) for name in ("at_most", "at_least") if (at := getattr(bound, name)) is not None}
    return FieldProblem("value", "bound", said(bound, unit), limits)


def said(bound: Bound, unit: Unit) -> Text:
    """The limit in one sentence, with its article."""
    words = _("By law at most {limit} {unit}: {basis}. No region may be worse for workers.")
    limit = bound.at_most
    if limit is None:
        words = _("By law at least {limit} {unit}: {basis}. No region may be worse for workers.")
        limit = bound.at_least
    return format_lazy(words, limit=str(limit), unit=unit.label, basis=bound.basis)
