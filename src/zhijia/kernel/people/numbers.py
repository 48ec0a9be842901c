"""Phone, identity-card and bank-card numbers as people write them: one spelling each, checked, and masked."""

import re
import unicodedata
from datetime import date
from typing import Literal

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Invalid, Text, Verdict, no, yes

Kind = Literal["phone", "id_number", "bank_card"]

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"
PROVINCES = frozenset(
    f"{code}"
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(first, last + 1)
)
"""First two digits of GB/T 2260; 81, 82 and 83 stand on the residence permits of Hong Kong, Macao and Taiwan."""

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0(?:10|2[0-9])[0-9]{8}|0[3-9][0-9]{2}[0-9]{7,8}")
_ID = re.compile(r"[0-9]{17}[0-9X]")
_BANK = re.compile(r"[0-9]{12,19}")
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212_.()\u00b7]+")


def _plain(raw: str) -> str:
    """Half-width, capital, without blanks, dashes and brackets."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", raw)).upper()


def _invalid(field: str, message: Text) -> Invalid:
    return Invalid(FieldProblem(field, "malformed", message))


def normalise_phone(raw: str) -> str:
    """A mainland mobile number, or a landline with its area code, as digits only.

    Takes +86, 0086, full-width digits, blanks, dashes and brackets. Raises Invalid for anything else.
    """
    digits = _plain(raw)
    foreign = re.fullmatch(r"(?:\+|00)86(.+)", digits) or re.fullmatch(r"86(1[3-9][0-9]{9})", digits)
    if foreign:
        digits = foreign[1]
        if not _MOBILE.fullmatch(digits):
            digits = "0" + digits.removeprefix("0")
    if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits):
        return digits
    raise _invalid("phone", _("Write a mobile number of 11 digits, or a landline with its area code."))


def normalise_id(raw: str) -> str:
    """The 18 characters of an identity-card number, X as a capital. Raises Invalid with the reason of `check_id`."""
    verdict = check_id(raw)
    if not verdict:
        raise Invalid(FieldProblem("id_number", verdict.code, verdict.reason))
    return _plain(raw)


def normalise_bank_card(raw: str) -> str:
    """12 to 19 digits. Raises Invalid for anything else."""
    digits = _plain(raw)
    if _BANK.fullmatch(digits):
        return digits
    raise _invalid("bank_card", _("Write the 12 to 19 digits on the bank card."))


def check_id(raw: str, *, today: date | None = None) -> Verdict:
    """Whether this is a well-formed identity-card number (GB 11643-1999): region, date of birth, check character.

    With `today`, a date of birth after it is refused too.
    """
    number = _plain(raw)
    if not _ID.fullmatch(number):
        return no("malformed", _("An identity-card number has 17 digits and then a digit or X."))
    if number[:2] not in PROVINCES:
        return no("region", _("The first two digits are not a province. Compare them with the card."))
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return no("date", _("Digits 7 to 14 are not a date of birth. Compare them with the card."))
    if born.year < 1850 or (today and born > today):
        return no("date", _("Digits 7 to 14 are not a date of birth. Compare them with the card."))
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    if CHECK[total % 11] != number[17]:
        return no("check", _("One digit is wrong: the last character does not fit the others."))
    return yes()


def mask(kind: Kind, value: str) -> str:
    """What may be shown to everybody who may see the person: "138****0007", "11********1234", "****6789"."""
    if kind == "phone":
        return f"{value[:3]}****{value[-4:]}"
    if kind == "id_number":
        return f"{value[:2]}********{value[-4:]}"
    return f"****{value[-4:]}"
