"""All calculators, under the question with which a worker comes."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text

from . import contracts, ending, injury, leave, terms, union, wages  # noqa: F401  importing them declares them
from .declare import CALCULATORS, Calculator

GROUPS: dict[str, Text] = {
    "ending": _("I was dismissed, or I must leave"), "pay": _("My pay is late or too little"),
    "contract": _("I have no contract, or a doubtful one"), "injury": _("I was hurt at work"),
    "time": _("I get no leave, or work in heat"), "ill": _("I am ill"), "child": _("I am having a child"),
    "claim": _("I want to claim: until when, and how far"), "later": _("I lost my work, or the pension is near"),
    "union": _("Dues, and help in hardship"),
}  # fmt: skip


def grouped(asked: str = "") -> list[tuple[Text, list[Calculator]]]:
    """Each question and its calculators; with words, only those in which all of them are found."""
    sought = asked.casefold().split()
    found = (
        (says, [c for c in in_order() if c.group == key and _fits(c, says, sought)]) for key, says in GROUPS.items()
    )
    return [(says, calculators) for says, calculators in found if calculators]


def in_order() -> Iterable[Calculator]:
    """Every calculator, as declared."""
    return CALCULATORS.values()


def _fits(calculator: Calculator, group: Text, sought: list[str]) -> bool:
    words = f"{calculator.title} {calculator.says} {calculator.words} {calculator.basis} {group}".casefold()
    return all(term in words for term in sought)
