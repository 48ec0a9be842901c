"""What can be wrong with a file or a cell, and how it is said."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text, ZhijiaError

TITLES: Mapping[str, Text] = {
    "required": _("Left blank"),
    "repeated": _("The same value twice"),
    "row_repeated": _("The same row twice"),
    "merged": _("Merged cells"),
    "formula": _("Formulas without a result"),
    "error": _("Error values such as #N/A"),
    "date": _("Not a day"),
    "date_none": _("Days that do not exist"),
    "date_short": _("Days without the day of the month"),
    "date_order": _("Days that could be two days"),
    "date_year": _("Years that cannot be right"),
    "shortened": _("Numbers shortened by the spreadsheet"),
    "lost_digits": _("Numbers that lost their last digits"),
    "not_digits": _("Not a number in digits"),
    "malformed": _("Wrong length or form"),
    "check": _("Check digits that do not fit"),
    "uscc_check": _("Check digits that do not fit"),
    "uscc_length": _("Wrong length or form"),
    "uscc_letter": _("Characters that cannot be"),
    "region": _("Places that are not known"),
    "region_twice": _("Names that several places have"),
    "choice": _("Not one of the choices"),
    "flag": _("Neither yes nor no"),
    "money": _("Not an amount"),
    "fraction": _("Less than a fen"),
    "number": _("Not a whole number"),
    "whole": _("Not a whole number"),
    "days": _("Not a number of days"),
    "places": _("Too many places after the point"),
    "too_small": _("Too small"),
    "too_large": _("Too large"),
    "too_long": _("Too long"),
}
"""Code of a problem -> what it is, for a list of how many there are of each."""


class Unusable(ZhijiaError):
    """A file that cannot be read at all (422): `code` for machines, the reason says how to mend it."""

    code, status = "unusable", 422
    heading: Any = None
    """The heading that was found, where only its columns are the trouble: then they can be chosen by hand."""


class Wrong(ValueError):
    """One cell that cannot be taken. `quote` is what stood there: it is said in the returned workbook, never kept."""

    def __init__(self, code: str, message: Text, quote: object = "") -> None:
        super().__init__(code)
        self.code, self.message, self.quote = code, message, str(quote)


def quoted(value: str, message: Text) -> str:
    """The message after what stood in the cell, shortened."""
    short = value if len(value) <= 30 else value[:29] + "…"
    return labelled(f"“{short}”", message)


def labelled(label: Text, words: Text) -> str:
    """What it is about and the words, with the colon of the language."""
    return f"{label}{'：' if _chinese() else ': '}{words}"


def listed(words: Iterable[Text]) -> str:
    """Several words one after the other, with the comma of the language."""
    return ("、" if _chinese() else ", ").join(map(str, words))


def sentences(*parts: Text) -> str:
    """Sentences one after the other, with a blank between them where the language has one."""
    return ("" if _chinese() else " ").join(str(part) for part in parts if part)


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")
